//! Recovery codes: a list to keep on paper, of which each opens one gate once.
//!
//! A code has 120 random bits, more than the 112 from which NIST SP 800-63B (section 4.2.1.1) lets a keyed digest stand
//! where a password hash would be needed.

/// How many are on a list.
pub const CODES: usize = 10;

/// With so many left or fewer, their owner is told to make new ones.
pub const FEW: usize = 3;

/// Random bytes of one code.
pub const BYTES: usize = 15;

/// Characters of one code, without the dashes.
pub const LENGTH: usize = 24;

/// Crockford's base 32: no I, L, O and U, so that what was written down is read again.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as it is compared, of these random bytes.
#[must_use]
pub fn code(bytes: &[u8; BYTES]) -> String {
    // Five bytes are eight characters.
    bytes
        .chunks(5)
        .flat_map(|five| {
            let bits = five.iter().fold(0u64, |bits, b| bits << 8 | u64::from(*b));
            (0..8)
                .rev()
                .map(move |n| ALPHABET[(bits >> (5 * n) & 31) as usize])
        })
        .map(char::from)
        .collect()
}

/// The same as it is printed, in groups of four.
#[must_use]
pub fn spelled(code: &str) -> String {
    let mut text = String::new();
    for (i, c) in code.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push('-');
        }
        text.push(c);
    }
    text
}

/// One of the 32 characters, by the lower bits of a byte.
pub(crate) fn letter(byte: u8) -> char {
    char::from(ALPHABET[usize::from(byte & 31)])
}

/// Reads what somebody typed off their list; none: it can't be a code.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    cleaned(typed).filter(|code| code.len() == LENGTH)
}

/// What was typed, in the alphabet alone and without what people put in between; none: it has something else.
pub(crate) fn cleaned(typed: &str) -> Option<String> {
    let mut code = String::new();
    for c in typed.chars().take(200) {
        match c.to_ascii_uppercase() {
            ' ' | '-' | '\t' | '\u{a0}' => {}
            'O' => code.push('0'),
            'I' | 'L' => code.push('1'),
            c if c.is_ascii() && ALPHABET.contains(&(c as u8)) => code.push(c),
            _ => return None,
        }
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        // case: OT-18
        #[test]
        fn what_is_printed_is_read_again_however_it_is_typed(bytes in any::<[u8; BYTES]>()) {
            let code = code(&bytes);
            prop_assert_eq!(code.len(), LENGTH);
            let printed = spelled(&code);
            prop_assert_eq!(printed.len(), LENGTH + 5);
            for typed in [printed.clone(), printed.to_lowercase(), printed.replace('-', " "), printed.replace('0', "o").replace('1', "l")] {
                prop_assert_eq!(read(&typed), Some(code.clone()));
            }
        }

        #[test]
        fn different_bytes_are_different_codes(a in any::<[u8; BYTES]>(), b in any::<[u8; BYTES]>()) {
            prop_assert_eq!(a == b, code(&a) == code(&b));
        }

        #[test]
        fn anything_else_is_no_code(text in "\\PC{0,60}") {
            if let Some(code) = read(&text) {
                prop_assert!(code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b)));
            }
        }
    }
}
