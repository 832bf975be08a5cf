//! Smart lockout, and what comes after a right password.

use crate::policy::Policy;
use crate::time::{Timestamp, days, hours};
use crate::user::User;
use crate::writeback::{Denial, Ending, Told};
use std::time::Duration;

/// Settings of the lockout.
#[derive(Debug, Clone, Copy)]
pub struct LockoutRule {
    /// Wrong passwords before the first lock (10).
    pub threshold: u32,
    /// How long the first lock lasts (60 s); each further one lasts twice as long as the one before.
    pub duration: Duration,
}

/// The longest lock: an attacker must not be able to keep an owner out for days.
const LONGEST: Duration = hours(1);

/// How many different wrong passwords are remembered, so that repeating one doesn't count (entra-sspr 7.4).
const REMEMBERED: usize = 3;

/// The failures of one sign-in name. It is kept for names that nobody has as well (EN-03).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lockout {
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// Until when sign-in is refused.
    pub locked_until: Option<Timestamp>,
    /// Keyed digests of the last wrong passwords, newest last, cut to eight bytes: enough to see a repetition, too
    /// little and too keyed to search for the password.
    pub recent: Vec<[u8; 8]>,
}

impl Lockout {
    /// Sign-in may be tried at `now`.
    pub fn check(&self, now: Timestamp) -> Result<(), Timestamp> {
        match self.locked_until {
            Some(until) if now < until => Err(until),
            _ => Ok(()),
        }
    }

    /// Counts a wrong password. Repeating one of the last three leaves the count as it is.
    #[must_use]
    pub fn failed(mut self, digest: [u8; 8], rule: LockoutRule, now: Timestamp) -> Self {
        if self.recent.contains(&digest) {
            return self;
        }
        self.recent.push(digest);
        if self.recent.len() > REMEMBERED {
            self.recent.remove(0);
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= rule.threshold {
            let doublings = (self.failures - rule.threshold).min(16);
            // The operator may ask for a longer first lock; it grows no further then.
            let longest = LONGEST.max(rule.duration);
            self.locked_until = Some(now + (rule.duration * (1 << doublings)).min(longest));
        }
        self
    }
}

/// What a right password leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Into the portal (registration may still be asked for on the way).
    Enter,
    /// The password is temporary or has expired: it is changed first, and nothing else is open until then.
    ChangePassword(ChangeReason),
}

/// Why the password must be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeReason {
    /// An administrator set it.
    Temporary,
    /// It is known from a breach (P-14).
    Breached,
    /// It is older than the policy allows.
    Expired,
}

impl ChangeReason {
    /// The end of message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Temporary => "temporary",
            Self::Breached => "breached",
            Self::Expired => "expired",
        }
    }
}

/// What a directory's answer to a password leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// The password is right, and leads there.
    Right(Next),
    /// Right, and something else stands in the way: told, since only who knows the password hears it.
    Barred(Told),
    /// Wrong, or nobody can tell: told alike.
    Wrong(Denial),
    /// Nothing was learned: the directory, or the agent in front of it, couldn't look.
    Unasked,
}

/// Judges the answer of a directory that was asked about a password.
#[must_use]
pub fn passed(ending: &Ending) -> Passed {
    let denied = match ending {
        Ending::Done => return Passed::Right(Next::Enter),
        Ending::Unreachable | Ending::Unknown => return Passed::Unasked,
        Ending::Denied(denied) => denied,
    };
    match denied.why {
        Denial::MustChange => Passed::Right(Next::ChangePassword(ChangeReason::Temporary)),
        Denial::Expired => Passed::Right(Next::ChangePassword(ChangeReason::Expired)),
        Denial::Disabled => Passed::Barred(Told::Disabled),
        Denial::AccountExpired => Passed::Barred(Told::AccountExpired),
        Denial::LogonHours | Denial::Workstation => Passed::Barred(Told::NotNow),
        // A name that nobody has is asked about too, and looks like this (EN-02).
        Denial::WrongPassword | Denial::NotFound | Denial::Locked | Denial::SmartCard => {
            Passed::Wrong(denied.why)
        }
        _ => Passed::Unasked,
    }
}

/// Judges a user whose password was right.
#[must_use]
pub fn after_password(user: &User, policy: &Policy, now: Timestamp) -> Next {
    if user.must_change_password {
        return Next::ChangePassword(ChangeReason::Temporary);
    }
    if user.password_found_at.is_some() {
        return Next::ChangePassword(ChangeReason::Breached);
    }
    // Where a directory holds the password, its own policy says how old it may get.
    let limit = match user.directory {
        None => policy.password_max_age_days,
        Some(_) => 0,
    };
    let age = user
        .password_changed_at
        .map(|at| now.since(at))
        .unwrap_or_default();
    if limit > 0 && age >= days(u64::from(limit)) {
        return Next::ChangePassword(ChangeReason::Expired);
    }
    Next::Enter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::seconds;

    const RULE: LockoutRule = LockoutRule {
        threshold: 10,
        duration: seconds(60),
    };

    fn after(n: u8) -> Lockout {
        (0..n).fold(Lockout::default(), |l, i| {
            l.failed([i; 8], RULE, Timestamp(0))
        })
    }

    #[test]
    fn the_tenth_wrong_password_locks_for_a_minute_and_each_further_one_for_longer() {
        assert_eq!(after(9).locked_until, None);
        assert_eq!(after(10).locked_until, Some(Timestamp(0) + seconds(60)));
        assert_eq!(after(11).locked_until, Some(Timestamp(0) + seconds(120)));
        assert_eq!(after(40).locked_until, Some(Timestamp(0) + LONGEST));
        assert!(after(10).check(Timestamp(0) + seconds(59)).is_err());
        assert!(after(10).check(Timestamp(0) + seconds(60)).is_ok());
    }

    #[test]
    fn a_first_lock_may_be_longer_than_the_longest_of_those_that_grow() {
        let rule = LockoutRule {
            threshold: 1,
            duration: hours(24),
        };
        for failures in [0, 1, 9] {
            let lockout = Lockout {
                failures,
                ..Lockout::default()
            };
            let locked = lockout.failed([1; 8], rule, Timestamp(0));
            assert_eq!(locked.locked_until, Some(Timestamp(0) + hours(24)));
        }
    }

    // case: EN-02, AD-11
    #[test]
    fn en_02_a_directory_is_quoted_to_nobody_but_who_knows_the_password() {
        for why in Denial::ALL {
            let passed = passed(&Ending::Denied(crate::writeback::Denied {
                why: *why,
                code: None,
                rules: None,
                set_at: None,
            }));
            match passed {
                Passed::Right(next) => assert!(why.was_right() && next != Next::Enter, "{why:?}"),
                Passed::Barred(_) => assert!(why.was_right(), "{why:?}"),
                Passed::Wrong(_) | Passed::Unasked => assert!(!why.was_right(), "{why:?}"),
            }
        }
        assert_eq!(passed(&Ending::Done), Passed::Right(Next::Enter));
        assert_eq!(passed(&Ending::Unknown), Passed::Unasked);
        assert_eq!(passed(&Ending::Unreachable), Passed::Unasked);
    }

    #[test]
    fn repeating_one_of_the_last_three_wrong_passwords_does_not_count() {
        let lockout = after(3);
        for old in 0..3 {
            assert_eq!(
                lockout
                    .clone()
                    .failed([old; 8], RULE, Timestamp(0))
                    .failures,
                3
            );
        }
        let fourth = lockout.failed([9; 8], RULE, Timestamp(0));
        assert_eq!(
            fourth.clone().failed([0; 8], RULE, Timestamp(0)).failures,
            5,
            "the oldest was forgotten"
        );
    }
}
