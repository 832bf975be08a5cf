//! The form in which passwords and banned words are compared: what people take for the same word is the same.

use unicode_normalization::UnicodeNormalization;

/// One character for each that was typed: lower case, without accents, and with the letter that a digit or sign is
/// commonly written for.
///
/// Microsoft publishes four of these signs ("such as": `0`, `1`, `$`, `@`; concept-password-ban-bad); `3`, `4`, `5`, `7`
/// and `!` are what the rule lists of password crackers try next. As `1` and `!` stand for an i as often as for an l,
/// the three are one letter here.
pub(super) fn form(typed: &str) -> Vec<char> {
    if typed.is_ascii() {
        // Has no accents, and is what most words are.
        return typed.bytes().map(|b| letter_of(b.into())).collect();
    }
    let plain = typed.nfc().map(|c| c.nfkd().next().unwrap_or(c));
    plain.map(letter_of).collect()
}

fn letter_of(plain: char) -> char {
    let lower = plain.to_lowercase().next().unwrap_or(plain);
    match lower {
        '0' => 'o',
        '1' | '!' | '|' | 'i' => 'l',
        '$' | '5' | 'ß' => 's',
        '@' | '4' => 'a',
        '3' | '€' => 'e',
        '7' => 't',
        other => other,
    }
}

/// Whether one character substituted, inserted or left out makes one of the other; true of equals too.
pub(super) fn is_near(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => short.get(same + 1..).unwrap_or_default() == long.get(same + 1..).unwrap_or_default(),
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(typed: &str) -> String {
        form(typed).into_iter().collect()
    }

    #[test]
    fn signs_accents_and_case_do_not_make_another_word() {
        assert_eq!(text("P@$$W0RD"), "password");
        assert_eq!(text("Bl@nK"), "blank");
        assert_eq!(text("M\u{fc}nchen"), text("Mu\u{308}NCHEN"));
        assert_eq!(text("1nfin1ty!"), text("InfinltY|"));
    }

    #[test]
    fn one_edit_is_near_and_two_are_not() {
        let near = |a, b| is_near(&form(a), &form(b));
        for other in [
            "abcdef", "abcdeg", "abcdefg", "abcde", "xabcdef", "bcdef", "abxdef",
        ] {
            assert!(near("abcdef", other), "{other}");
        }
        for other in ["abcdxy", "abcd", "abcdefgh", "bacdef", ""] {
            assert!(!near("abcdef", other), "{other}");
        }
        assert!(near("", "") && near("a", ""));
    }

    proptest! {
        #[test]
        fn each_typed_character_has_one(typed in "\\PC{0,40}") {
            let nfc = typed.nfc().count();
            prop_assert_eq!(form(&typed).len(), nfc);
        }

        #[test]
        fn an_edit_is_near_either_way(word in "[a-z]{1,12}", at in 0usize..12, c in "[a-z]", kind in 0..3) {
            let word: Vec<char> = word.chars().collect();
            let (at, c) = (at % word.len(), c.chars().next().unwrap());
            let mut edited = word.clone();
            match kind {
                0 => edited[at] = c,
                1 => edited.insert(at, c),
                _ => drop(edited.remove(at)),
            }
            prop_assert!(is_near(&word, &edited) && is_near(&edited, &word));
        }
    }
}
