//! Texts of a directory, made fit to be shown: nobody here typed them, so nobody is asked to mend them.

use crate::text::is_unprintable;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One line of at most `max` characters: without controls, NUL, and what reorders or hides text; composed (NFC), with
/// single spaces. None if nothing is left.
#[must_use]
pub fn cleaned(text: &str, max: usize) -> Option<String> {
    // Cut before any Unicode work: an attribute may have megabytes (AG-16), and normalisation makes it longer.
    let head: String = text.chars().take(max * 2).collect();
    let mut marks = 0;
    let composed = head.nfc().map(|c| if is_unprintable(c) { ' ' } else { c });
    let fit: String = composed
        .filter(|c| {
            marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
            marks <= 4
        })
        .collect();
    let line = fit.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(max).collect();
    let line = line.trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Whether [`cleaned`] takes something off the end.
#[must_use]
pub fn cut(text: &str, max: usize) -> bool {
    text.chars().nth(max).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // case: AG-16
    #[test]
    fn ag_16_what_a_directory_holds_is_made_fit_to_be_shown() {
        let clean = |text: &str| cleaned(text, 20);
        assert_eq!(
            clean("  Ada\0 \u{202E}Lovelace\r\n").as_deref(),
            Some("Ada Lovelace")
        );
        assert_eq!(clean("\0\u{200B}\n"), None);
        assert_eq!(
            clean("A\u{30A}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}").map(|t| t.chars().count()),
            Some(5)
        );
        assert_eq!(
            clean(&"é".repeat(20_000_000)).map(|t| t.chars().count()),
            Some(20)
        );
        assert!(cut(&"é".repeat(21), 20) && !cut(&"é".repeat(20), 20));
        assert_eq!(clean("<b>\"; DROP\"").as_deref(), Some("<b>\"; DROP\""));
    }

    proptest! {
        #[test]
        fn whatever_comes_the_line_is_short_and_can_be_shown(text in ".{0,80}") {
            if let Some(line) = cleaned(&text, 32) {
                prop_assert!(line.chars().count() <= 32);
                prop_assert!(!line.chars().any(is_unprintable));
                prop_assert_eq!(cleaned(&line, 32), Some(line.clone()));
            }
        }
    }
}
