//! What an organisation asks of new passwords, beside the words that it bans.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The shortest passwords that may be asked for, in code points: nothing lets an administrator go below 8, and
/// 64 characters are always taken (NIST SP 800-63B section 3.1.1.2; ASVS V6.2.1, V6.2.9).
pub const MIN_LENGTHS: std::ops::RangeInclusive<u16> = 8..=64;

/// What NIST SP 800-63B section 3.1.1.2 asks for where the password is the only factor, in code points.
pub const ALONE: u16 = 15;

/// The most passwords that are remembered beside the present one.
pub const MOST_HISTORY: u8 = 24;

/// How many kinds of characters there are.
pub const KINDS: u8 = 4;

/// The organisation's rules for new passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordRules {
    /// The fewest characters, in code points.
    pub min_length: u16,
    /// So many kinds of characters ([`kinds`]) must be in it; 0 and 1 ask for nothing, as NIST SP 800-63B section 3.1.1.2
    /// advises (P-04, C6).
    pub kinds: u8,
    /// So many passwords beside the present one can't be used again. The present one never can.
    pub history: u8,
}

/// What is wrong with the rules themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleFault {
    /// Not in [`MIN_LENGTHS`].
    Length,
    /// More than [`KINDS`].
    Kinds,
    /// More than [`MOST_HISTORY`].
    History,
}

impl Default for PasswordRules {
    /// Of a new install: length, and nothing else.
    fn default() -> Self {
        Self {
            min_length: 12,
            kinds: 0,
            history: 0,
        }
    }
}

impl PasswordRules {
    /// Of an organisation whose policy was stored before there were such rules: what it had. An upgrade that made
    /// passwords longer would refuse people in the middle of a reset what their help desk has told them; an
    /// administrator raises it when it has been announced.
    #[must_use]
    pub fn of_before() -> Self {
        Self {
            min_length: *MIN_LENGTHS.start(),
            ..Self::default()
        }
    }

    /// What is wrong, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<RuleFault> {
        if !MIN_LENGTHS.contains(&self.min_length) {
            Some(RuleFault::Length)
        } else if self.kinds > KINDS {
            Some(RuleFault::Kinds)
        } else if self.history > MOST_HISTORY {
            Some(RuleFault::History)
        } else {
            None
        }
    }
}

/// How many kinds of characters a text has: small letters, capital letters, digits of any script, and all others, which
/// letters without case are among.
#[must_use]
pub fn kinds(text: &str) -> usize {
    let kind = |c: char| {
        if c.is_lowercase() {
            0
        } else if c.is_uppercase() {
            1
        } else {
            2 + u8::from(!c.is_numeric())
        }
    };
    text.chars().map(kind).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_kinds_are_told_apart_in_every_script() {
        for (text, count) in [
            ("", 0),
            ("abc", 1),
            ("Abc", 2),
            ("Abc1", 3),
            ("Abc1 ", 4),
            ("пароль", 1),
            ("Пароль٣", 3),
            ("密码", 1),
            ("密码a", 2),
        ] {
            assert_eq!(kinds(text), count, "{text}");
        }
    }

    // case: P-01
    #[test]
    fn p_01_nothing_goes_below_eight() {
        assert_eq!(PasswordRules::default().fault(), None);
        assert_eq!(PasswordRules::of_before().min_length, 8);
        let rules = |min_length, kinds, history| PasswordRules {
            min_length,
            kinds,
            history,
        };
        assert_eq!(rules(7, 0, 0).fault(), Some(RuleFault::Length));
        assert_eq!(rules(65, 0, 0).fault(), Some(RuleFault::Length));
        assert_eq!(rules(8, 5, 0).fault(), Some(RuleFault::Kinds));
        assert_eq!(rules(64, 4, 25).fault(), Some(RuleFault::History));
        assert_eq!(rules(64, 4, 24).fault(), None);
    }
}
