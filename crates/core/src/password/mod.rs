//! What a new password must be, and the one form in which it is hashed.
//!
//! Length and context only: composition rules and periodic change make passwords worse (NIST 800-63B 3.1.1.2).

use crate::secret::Secret;
use crate::text::fold;
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
    /// It is the user's own name, address or organisation.
    NamesYou,
    /// One character over and over, or a run of the alphabet or keyboard row.
    Pattern,
    /// The two fields differ.
    Mismatch,
    /// It is the password that is being changed.
    SameAsOld,
    /// Fewer kinds of characters than the directory that keeps it asks for.
    Complexity,
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
            Self::Pattern => "pattern",
            Self::Mismatch => "mismatch",
            Self::SameAsOld => "same-as-old",
            Self::Complexity => "complexity",
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

fn is_noncharacter(c: char) -> bool {
    let n = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&n) || n & 0xFFFE == 0xFFFE
}

/// Judges a new password. `context` is what the password must not be: names and addresses of its holder and the
/// organisation, compared whole (P-07).
#[must_use]
pub fn faults(typed: &Secret, rule: LengthRule, context: &[&str]) -> Vec<Fault> {
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
    }
    let folded = fold(prepared.0.expose());
    let names = context
        .iter()
        .flat_map(|c| [fold(c), fold(c.split('@').next().unwrap_or_default())]);
    if names
        .into_iter()
        .any(|name| !name.is_empty() && (name == folded || name.replace(' ', "") == folded))
    {
        faults.push(Fault::NamesYou);
    }
    if length >= rule.min && is_pattern(&folded) {
        faults.push(Fault::Pattern);
    }
    faults
}

/// One step repeated from end to end: `aaaaaaaa`, `12345678`, `zyxwvuts`, or a row of keys.
fn is_pattern(folded: &str) -> bool {
    const ROWS: [&str; 5] = [
        "qwertyuiop",
        "qwertzuiop",
        "asdfghjkl",
        "zxcvbnm",
        "1234567890",
    ];
    let codes: Vec<i64> = folded.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: Vec<i64> = codes.windows(2).map(|w| w[1] - w[0]).collect();
    let even = steps.iter().all(|s| *s == steps[0] && s.abs() <= 1);
    let reversed: String = folded.chars().rev().collect();
    even || ROWS.iter().any(|row| {
        let twice = row.repeat(2);
        twice.contains(folded) || twice.contains(&reversed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Vec<Fault> {
        let context = ["ada@contoso.example", "Ada Lovelace", "Contoso"];
        faults(
            &Secret::new(text.to_owned()),
            LengthRule::default(),
            &context,
        )
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
    fn p_07_your_own_names_are_refused_whole() {
        for own in [
            "ada@contoso.example",
            "Ada Lovelace",
            "ADALOVELACE",
            "ada lovelace",
        ] {
            assert_eq!(judge(own), [Fault::NamesYou], "{own}");
        }
        assert_eq!(judge("ada likes long walks"), []);
        for pattern in [
            "aaaaaaaa",
            "12345678",
            "87654321",
            "abcdefgh",
            "qwertyui",
            "asdfghjkl",
        ] {
            assert_eq!(judge(pattern), [Fault::Pattern], "{pattern}");
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
