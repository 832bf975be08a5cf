//! What a new password must be, and the one form in which it is hashed.
//!
//! Length, names and words that everybody tries: composition rules and periodic change make passwords worse
//! (NIST 800-63B 3.1.1.2). How words are found is in [`banned`].

pub mod banned;
mod form;
pub mod rules;
pub mod suggest;
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
    /// Fewer kinds of characters than the organisation asks for.
    FewKinds,
    /// It is known from a breach.
    Breached,
    /// It is the password that is being changed.
    SameAsOld,
    /// It is one of the passwords before that.
    UsedBefore,
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
            Self::FewKinds => "few-kinds",
            Self::Breached => "breached",
            Self::SameAsOld => "same-as-old",
            Self::UsedBefore => "used-before",
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

    /// The same as text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose()
    }
}

/// What a new password is held against.
#[derive(Clone, Copy)]
pub struct Demands<'a> {
    /// How long it must and may be.
    pub length: LengthRule,
    /// So many kinds of characters must be in it ([`rules::kinds`]).
    pub kinds: u8,
    /// The words of the organisation.
    pub banned: &'a Terms,
    /// The names of its holder and of the organisation itself (P-07).
    pub names: &'a [&'a str],
    /// Whether a password is known from a breach.
    pub breached: &'a dyn Fn(&Prepared) -> bool,
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

/// Judges a new password.
#[must_use]
pub fn faults(typed: &Secret, demands: &Demands<'_>) -> Vec<Fault> {
    let rule = demands.length;
    let prepared = match Prepared::new(typed) {
        Ok(prepared) => prepared,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    let length = prepared.text().chars().count();
    if length < rule.min {
        faults.push(Fault::TooShort);
    }
    if length > rule.max {
        faults.push(Fault::TooLong);
        return faults;
    }
    if rules::kinds(prepared.text()) < usize::from(demands.kinds) {
        faults.push(Fault::FewKinds);
    }
    faults.extend(
        match banned::judge(typed.expose(), demands.banned, demands.names).reason {
            Some(Reason::Name) => Some(Fault::NamesYou),
            // What is too short is told to be so first: more characters are more points.
            _ if length < rule.min => None,
            Some(Reason::Word(List::Organisation) | Reason::Points(List::Organisation)) => {
                Some(Fault::OrganisationWord)
            }
            Some(Reason::Word(List::Ours) | Reason::Points(List::Ours)) => Some(Fault::Common),
            // Last: one reason is enough, and this is the one that tells least how to mend it.
            None if faults.is_empty() && (demands.breached)(&prepared) => Some(Fault::Breached),
            None => None,
        },
    );
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Vec<Fault> {
        judge_by(text, &Terms::default(), 0)
    }

    fn judge_by(text: &str, banned: &Terms, kinds: u8) -> Vec<Fault> {
        let demands = Demands {
            length: LengthRule::default(),
            kinds,
            banned,
            names: &["ada@contoso.example", "Ada Lovelace", "Contoso"],
            breached: &|password| password.text() == "caf\u{e9} de flore",
        };
        faults(&Secret::new(text.to_owned()), &demands)
    }

    // case: P-07, P-08
    #[test]
    fn p_07_a_password_from_a_breach_is_refused_in_the_form_in_which_it_is_hashed() {
        assert_eq!(judge("caf\u{e9} de flore"), [Fault::Breached]);
        assert_eq!(judge("cafe\u{301} de flore"), [Fault::Breached]);
        assert_eq!(judge("cafe de flore"), []);
    }

    #[test]
    fn kinds_of_characters_count_where_they_are_asked_for() {
        let none = Terms::default();
        assert_eq!(judge_by("lamp door river", &none, 3), [Fault::FewKinds]);
        assert_eq!(judge_by("Lamp door river", &none, 3), []);
        assert_eq!(judge_by("Lamp door river", &none, 4), [Fault::FewKinds]);
        assert_eq!(judge_by("Lamp door 3", &none, 4), []);
        let both = [Fault::TooShort, Fault::FewKinds];
        assert_eq!(judge_by("lamp", &none, 2), both);
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
        let found = judge_by("N0rthw1nd99", &banned, 0);
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
