//! What a new password must be, and the one form in which it is hashed.
//!
//! Length, names and words that everybody tries: composition rules and periodic change make passwords worse
//! (NIST 800-63B 3.1.1.2). How words are found is in [`banned`].

pub mod banned;
mod form;
mod words;

use crate::secret::Secret;
use banned::{List, Reason, Terms};
use unicode_normalization::UnicodeNormalization;

/// The most bytes that are looked at: 256 characters of four bytes. Longer input is refused unread (S97, UN-05).
pub const MAX_BYTES: usize = 1024;

/// How long a password must and may be, in Unicode code points.
#[derive(Debug, Clone, Copy)]
pub struct LengthRule {
    /// 8; settings can't go below.
    pub min: usize,
    /// 256.
    pub max: usize,
}

impl Default for LengthRule {
    fn default() -> Self {
        Self { min: 8, max: 256 }
    }
}

/// What is wrong with a new password. It never says more than its holder needs to mend it (P-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Fewer characters than the rule asks for.
    TooShort,
    /// More characters than are taken.
    TooLong,
    /// A control character or noncharacter; never cut off there, always refused (P-05).
    Unprintable,
    /// It contains the user's own name, address or organisation.
    NamesYou,
    /// It is little more than words, years and rows of keys that everybody tries.
    Common,
    /// The same, because of words that the organisation bans.
    OrganisationWord,
    /// The two fields differ.
    Mismatch,
    /// It is the password that is being changed.
    SameAsOld,
    /// Fewer kinds of characters than the directory that keeps it asks for.
    Complexity,
    /// A character that some programs send to a directory as another one.
    Altered,
}

impl Fault {
    /// The name in message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::Unprintable => "unprintable",
            Self::NamesYou => "names-you",
            Self::Common => "common",
            Self::OrganisationWord => "organisation-word",
            Self::Mismatch => "mismatch",
            Self::SameAsOld => "same-as-old",
            Self::Complexity => "complexity",
            Self::Altered => "altered",
        }
    }
}

/// A password in the form in which it is hashed, at set and at verify alike: NFC (RFC 8265 section 4.2, without its
/// outdated tables), so that the same keys on two systems open the same account (UN-01).
pub struct Prepared(Secret);

impl Prepared {
    /// Prepares what was typed; too long or unprintable text is a fault before any hashing.
    pub fn new(typed: &Secret) -> Result<Self, Fault> {
        if typed.expose().len() > MAX_BYTES {
            return Err(Fault::TooLong);
        }
        if typed
            .expose()
            .chars()
            .any(|c| c.is_control() || is_noncharacter(c))
        {
            return Err(Fault::Unprintable);
        }
        Ok(Self(Secret::new(typed.expose().nfc().collect())))
    }

    /// The bytes to hash.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

/// Whether everything that signs in to a directory sends this password as it was typed.
///
/// Windows sends the characters as they are, while programs that follow RFC 8265 (`OpaqueString`) turn special spaces into
/// plain ones and put letters together, and refuse what has no meaning: with such characters one of them would be kept
/// out (P-06, C5). Code points that Unicode hasn't assigned yet are not known here.
#[must_use]
pub fn reaches_a_directory_unaltered(typed: &Secret) -> bool {
    let text = typed.expose();
    text.nfc().eq(text.chars()) && !text.chars().any(|c| is_special_space(c) || is_private(c))
}

fn is_special_space(c: char) -> bool {
    let listed = ['\u{a0}', '\u{1680}', '\u{202f}', '\u{205f}', '\u{3000}'];
    listed.contains(&c) || ('\u{2000}'..='\u{200a}').contains(&c)
}

fn is_private(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c) || c >= '\u{f0000}'
}

fn is_noncharacter(c: char) -> bool {
    let n = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&n) || n & 0xFFFE == 0xFFFE
}

/// Judges a new password. `banned` are the words of the organisation, `names` those of its holder and of the
/// organisation itself (P-07).
#[must_use]
pub fn faults(typed: &Secret, rule: LengthRule, banned: &Terms, names: &[&str]) -> Vec<Fault> {
    let prepared = match Prepared::new(typed) {
        Ok(prepared) => prepared,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    let length = prepared.0.expose().chars().count();
    if length < rule.min {
        faults.push(Fault::TooShort);
    }
    if length > rule.max {
        faults.push(Fault::TooLong);
        return faults;
    }
    faults.extend(match banned::judge(typed.expose(), banned, names).reason {
        Some(Reason::Name) => Some(Fault::NamesYou),
        // What is too short is told to be so first: more characters are more points.
        _ if length < rule.min => None,
        Some(Reason::Word(List::Organisation) | Reason::Points(List::Organisation)) => {
            Some(Fault::OrganisationWord)
        }
        Some(Reason::Word(List::Ours) | Reason::Points(List::Ours)) => Some(Fault::Common),
        None => None,
    });
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Vec<Fault> {
        let names = ["ada@contoso.example", "Ada Lovelace", "Contoso"];
        let typed = Secret::new(text.to_owned());
        faults(&typed, LengthRule::default(), &Terms::default(), &names)
    }

    // case: P-02, P-04, P-05
    #[test]
    fn p_02_long_passphrases_and_every_script_are_welcome() {
        for good in [
            "correct horse battery",
            " spaces stay ",
            "пароль-для-всех",
            "🦀🦀🦊🦊🐢🐢🐙🐙",
            &"a1".repeat(128),
        ] {
            assert_eq!(judge(good), [], "{good}");
        }
        assert_eq!(judge(&"ab".repeat(129)), [Fault::TooLong]);
        assert_eq!(judge("short"), [Fault::TooShort]);
    }

    // case: P-03
    #[test]
    fn p_03_each_code_point_counts_as_one() {
        assert_eq!(
            judge("🤖👍🏽🤖👍🏽🤖"),
            [Fault::TooShort],
            "five emoji of seven code points"
        );
        assert_eq!(judge("🤖👍🏽🤖👍🏽🤖🤖"), []);
    }

    // case: UN-04, UN-05
    #[test]
    fn un_04_control_characters_and_a_megabyte_are_refused_before_hashing() {
        for bad in [
            "pass\u{0}word1",
            "pass\u{7}word1",
            "password\u{FFFE}x",
            "line\nbreak1",
        ] {
            assert_eq!(judge(bad), [Fault::Unprintable], "{bad:?}");
        }
        assert_eq!(judge(&"x".repeat(1 << 20)), [Fault::TooLong]);
    }

    // case: P-07
    #[test]
    fn p_07_your_own_names_and_what_everybody_tries_are_refused() {
        for own in [
            "ada@contoso.example",
            "Ada Lovelace",
            "ADALOVELACE",
            "C0nt0s0 is where I am",
        ] {
            assert_eq!(judge(own), [Fault::NamesYou], "{own}");
        }
        assert_eq!(judge("ada likes long walks"), []);
        for common in [
            "aaaaaaaa",
            "12345678",
            "qwertyui",
            "P@ssw0rd",
            "Sommer2026!",
        ] {
            assert_eq!(judge(common), [Fault::Common], "{common}");
        }
        assert_eq!(judge("qwerty"), [Fault::TooShort]);
        let banned = Terms::new(["northwind"]);
        let typed = Secret::new("N0rthw1nd99".to_owned());
        let found = faults(&typed, LengthRule::default(), &banned, &[]);
        assert_eq!(found, [Fault::OrganisationWord]);
    }

    // case: UN-02, P-06
    #[test]
    fn un_02_what_programs_send_differently_is_found() {
        let same = |text: &str| reaches_a_directory_unaltered(&Secret::new(text.to_owned()));
        for good in [
            "correct horse battery",
            "Paßwort-Größe-1",
            "👍🏽🦀-crab",
            "한국어 비밀번호",
        ] {
            assert!(same(good), "{good}");
        }
        for bad in [
            "no\u{a0}break",
            "wide\u{3000}space",
            "thin\u{2009}space",
            "cafe\u{301}",
            "\u{1112}\u{1161}\u{11ab}",
            "private\u{e000}",
            "private\u{10fffd}",
        ] {
            assert!(!same(bad), "{bad:?}");
        }
    }

    // case: UN-01, P-06
    #[test]
    fn un_01_both_normal_forms_are_one_password() {
        let nfd = Prepared::new(&Secret::new("cafe\u{301}-creme".to_owned()))
            .ok()
            .unwrap();
        let nfc = Prepared::new(&Secret::new("caf\u{e9}-creme".to_owned()))
            .ok()
            .unwrap();
        assert_eq!(nfd.bytes(), nfc.bytes());
    }
}
