//! Temporary Access Pass: a short-lived secret that an administrator gives to somebody who has nothing else to sign in
//! with yet, or no longer (entra-sspr 2.8).
//!
//! It stands in the place of the password at sign-in, and for the older method that adding new ones asks for. It opens
//! no gate of a reset, sets no password, and is good for as long only as its maker could still make it.

use crate::hand_over::{self, Opens};
use crate::ids::{PassId, UserId};
use crate::policy::Unable;
use crate::recovery;
use crate::refusal::Refusal;
use crate::role::RoleSet;
use crate::time::{Timestamp, minutes};
use crate::user::User;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Minutes for which a pass may be good: ten minutes to thirty days.
pub const MINUTES: RangeInclusive<u16> = 10..=43_200;

/// Characters that one may have, without the dashes. Eight have 40 random bits.
pub const LENGTHS: RangeInclusive<u8> = 8..=48;

/// Random bytes for the longest.
pub const BYTES: usize = 48;

/// A session that began with a pass lasts at least so long, also when the pass ends sooner: time to register.
pub const TO_REGISTER: Duration = minutes(10);

/// What the organisation has decided about passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassRules {
    /// Administrators make them. Switched off, those that are there open nothing.
    pub enabled: bool,
    /// Minutes for which one is good at least.
    pub min_minutes: u16,
    /// And at most.
    pub max_minutes: u16,
    /// And unless its maker says otherwise.
    pub default_minutes: u16,
    /// Characters.
    pub length: u8,
    /// Each works once, whatever its maker would like.
    pub once: bool,
}

impl Default for PassRules {
    /// The reference system's numbers, switched off: a secret that somebody reads out opens an account.
    fn default() -> Self {
        Self {
            enabled: false,
            min_minutes: 60,
            max_minutes: 480,
            default_minutes: 60,
            length: 8,
            once: false,
        }
    }
}

impl PassRules {
    /// Refuses numbers out of range, by the fields of the form.
    pub fn check(self) -> Result<(), Refusal> {
        for (field, number) in [
            ("pass_min_minutes", self.min_minutes),
            ("pass_max_minutes", self.max_minutes),
        ] {
            if !MINUTES.contains(&number) {
                return Err(Refusal::field(field, "pass-minutes-range"));
            }
        }
        if self.max_minutes < self.min_minutes {
            return Err(Refusal::field("pass_max_minutes", "pass-minutes-order"));
        }
        if !self.lifetimes().contains(&self.default_minutes) {
            return Err(Refusal::field(
                "pass_default_minutes",
                "pass-minutes-between",
            ));
        }
        if !LENGTHS.contains(&self.length) {
            return Err(Refusal::field("pass_length", "pass-length-range"));
        }
        Ok(())
    }

    /// Minutes that the maker of one may choose.
    #[must_use]
    pub fn lifetimes(self) -> RangeInclusive<u16> {
        self.min_minutes..=self.max_minutes
    }
}

/// A pass as it is known afterwards; of its text a hash is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// The record.
    pub id: PassId,
    /// Whose account.
    pub user: UserId,
    /// It works once.
    pub once: bool,
    /// The administrator who made it.
    pub issued_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it is refused.
    pub expires_at: Timestamp,
    /// When somebody last signed in with it.
    pub used_at: Option<Timestamp>,
}

impl Pass {
    /// When a session ends that begins with it now.
    #[must_use]
    pub fn ends_session(&self, now: Timestamp) -> Timestamp {
        self.expires_at.max(now + TO_REGISTER)
    }
}

/// A pass as it is compared, of these random bytes; its length is within [`LENGTHS`].
#[must_use]
pub fn text(bytes: &[u8; BYTES], length: u8) -> String {
    let length = usize::from(length.clamp(*LENGTHS.start(), *LENGTHS.end()));
    bytes
        .iter()
        .take(length)
        .map(|b| recovery::letter(*b))
        .collect()
}

/// Reads what somebody typed; none: it can't be a pass.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let text = recovery::cleaned(typed)?;
    u8::try_from(text.len())
        .is_ok_and(|length| LENGTHS.contains(&length))
        .then_some(text)
}

/// Whether this administrator may give this person a pass, both as they are now (A-05, AZ-01). It signs in and
/// registers methods, so it takes what handing the whole account over takes. Whoever said "It wasn't me" gets the account
/// anew instead: a pass would leave what somebody else may have added.
pub fn judge(issuer: (&User, &RoleSet), target: (&User, &RoleSet)) -> Result<(), Refusal> {
    hand_over::judge(issuer, target, Opens::Account)?;
    if target.0.held_at.is_some() {
        return Err(Refusal::Unable(Unable::Held));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::hours;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn what_is_shown_is_read_again_however_it_is_typed(bytes in any::<[u8; BYTES]>(), length in LENGTHS) {
            let pass = text(&bytes, length);
            prop_assert_eq!(pass.len(), usize::from(length));
            let shown = recovery::spelled(&pass);
            for typed in [shown.clone(), shown.to_lowercase(), format!(" {} ", shown.replace('-', " ")), shown.replace('0', "o").replace('1', "l")] {
                prop_assert_eq!(read(&typed), Some(pass.clone()));
            }
        }

        #[test]
        fn anything_else_is_no_pass(typed in "\\PC{0,80}") {
            if let Some(pass) = read(&typed) {
                prop_assert!((8..=48).contains(&pass.len()));
            }
        }
    }

    #[test]
    fn the_rules_are_those_of_the_reference_and_sound() {
        let rules = PassRules::default();
        assert_eq!(rules.check(), Ok(()));
        let refused = |change: fn(&mut PassRules)| {
            let mut rules = PassRules::default();
            change(&mut rules);
            match rules.check() {
                Err(Refusal::Fields(faults)) => (faults[0].field, faults[0].code),
                other => panic!("{other:?}"),
            }
        };
        let range = "pass-minutes-range";
        assert_eq!(refused(|r| r.min_minutes = 9), ("pass_min_minutes", range));
        assert_eq!(
            refused(|r| r.max_minutes = 43_201),
            ("pass_max_minutes", range)
        );
        assert_eq!(
            refused(|r| r.max_minutes = 59),
            ("pass_max_minutes", "pass-minutes-order")
        );
        for wrong in [59, 481] {
            let rules = PassRules {
                default_minutes: wrong,
                ..rules
            };
            let fault = Refusal::field("pass_default_minutes", "pass-minutes-between");
            assert_eq!(rules.check(), Err(fault));
        }
        for wrong in [7, 49] {
            let rules = PassRules {
                length: wrong,
                ..rules
            };
            let fault = Refusal::field("pass_length", "pass-length-range");
            assert_eq!(rules.check(), Err(fault));
        }
    }

    #[test]
    fn a_session_ends_with_its_pass_but_leaves_time_to_register() {
        let pass = Pass {
            id: PassId(Uuid::nil()),
            user: UserId(Uuid::nil()),
            once: true,
            issued_by: UserId(Uuid::nil()),
            created_at: Timestamp(0),
            expires_at: Timestamp(0) + hours(1),
            used_at: None,
        };
        assert_eq!(pass.ends_session(Timestamp(0)), pass.expires_at);
        let last = Timestamp(pass.expires_at.0 - 1);
        assert_eq!(pass.ends_session(last), last + TO_REGISTER);
    }
}
