//! A password for who can't think of one: words that nobody has in their head, but everybody can read out and type.

use super::rules;
use crate::secret::Secret;

/// What a syllable begins with: what English and German readers say alike, and can't take for another letter.
const BEGINNINGS: &[u8] = b"bdfgklmnprstv";
const VOWELS: &[u8] = b"aeiou";
/// What a word ends with.
const ENDS: &[u8] = b"lmnrs";

/// Words that come out of this and are words already, of the kind that nobody wants to be given.
const UNWANTED: [&str; 8] = [
    "penis", "semen", "niger", "nigel", "moron", "satan", "dumas", "pisor",
];

/// How many words; with all of them equally likely, five are 71 bits.
const WORDS: usize = 5;

/// Puts one together. `below(n)` gives a number below n, each equally likely. It has at least `min` characters, and as many
/// kinds of them as [`rules::PasswordRules`] may ask for.
///
/// NIST SP 800-63B section 3.1.1.2 wants no structure that people must meet; this is one that they may take.
pub fn phrase(below: &mut dyn FnMut(u32) -> u32, min: usize, kinds: u8) -> Secret {
    let mut text = word(below);
    let mut words = 1;
    while words < WORDS || text.chars().count() + 2 < min {
        text = [text, word(below)].join("-");
        words += 1;
    }
    if kinds > 2 {
        text = format!("{text}-{}", 2 + below(8));
    }
    if kinds > 3 {
        text[..1].make_ascii_uppercase();
    }
    debug_assert!(rules::kinds(&text) >= kinds.into());
    while text.chars().count() < min {
        text = [text, word(below)].join("-");
    }
    Secret::new(text)
}

fn word(below: &mut dyn FnMut(u32) -> u32) -> String {
    loop {
        let mut pick = |from: &[u8]| char::from(from[below(from.len() as u32) as usize]);
        let letters = [BEGINNINGS, VOWELS, BEGINNINGS, VOWELS, ENDS].map(&mut pick);
        let word: String = letters.iter().collect();
        if !UNWANTED.contains(&word.as_str()) {
            return word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn the_words_are_many_enough_for_sixty_bits() {
        let (mut digits, mut words) = ([0u32; 5], HashSet::new());
        let sizes = [BEGINNINGS, VOWELS, BEGINNINGS, VOWELS, ENDS].map(|s| s.len() as u32);
        'all: loop {
            let mut at = 0;
            let mut asked = 0;
            let word = word(&mut |n| {
                asked += 1;
                // One that is unwanted is drawn again: the next one stands in for it here.
                let digit = if asked > 5 { 0 } else { digits[at] };
                at += 1;
                digit % n
            });
            words.insert(word);
            for (digit, size) in digits.iter_mut().zip(sizes) {
                *digit += 1;
                if *digit < size {
                    continue 'all;
                }
                *digit = 0;
            }
            break;
        }
        assert!(words.len() > 21_000);
        assert!(UNWANTED.iter().all(|word| !words.contains(*word)));
        let bits = (words.len() as f64).log2() * WORDS as f64;
        assert!(bits > 70.0, "{bits}");
    }

    proptest! {
        #[test]
        fn what_is_suggested_meets_what_may_be_asked(seed in any::<u32>(), min in 8usize..=64, kinds in 0u8..=4) {
            let mut state = u64::from(seed);
            let mut below = |n: u32| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as u32 % n
            };
            let text = phrase(&mut below, min, kinds).expose().to_owned();
            let length = text.chars().count();
            prop_assert!((min.max(29)..=72).contains(&length), "{}", text);
            prop_assert!(rules::kinds(&text) >= usize::from(kinds), "{}", text);
        }
    }
}
