//! How many wrong passwords a directory is asked about, so that nobody can lock an account there from outside.
//!
//! A directory counts wrong passwords from everywhere together: those typed at the portal and those that the owner
//! mistypes at the workstation. The service therefore never spends more than half of an account's tries, rounded up,
//! and always leaves one; then it stops asking until the directory has forgotten them.
//!
//! Of these tries, half again, rounded up, are for browsers that the account's owner hasn't used before. So nobody
//! elsewhere can spend those kept for the owner's own browsers, as far as there is more than one; the sum stays the same.
//!
//! Active Directory forgets when a whole window has passed since the *last* wrong password, not since the first, so
//! wrong passwords that keep coming are never forgotten. This counter forgets by the same rule, later by [`SLACK`].

use crate::throttle::Counter;
use crate::time::{Timestamp, seconds};
use std::time::Duration;

/// Clocks differ, and an answer takes its time.
const SLACK: Duration = seconds(60);

/// The lockout of an account in its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Wrong passwords until it is locked; 0: never.
    pub threshold: u32,
    /// So long after the last wrong one they are forgotten.
    pub window: Duration,
}

impl Reserve {
    /// How many wrong passwords the service may spend in a row; none: no limit. An account that a single wrong
    /// password locks is never asked about.
    #[must_use]
    pub fn allowed(self) -> Option<usize> {
        (self.threshold > 0).then(|| self.threshold.div_ceil(2).min(self.threshold - 1) as usize)
    }

    /// How many of them are for browsers that the owner hasn't used before.
    #[must_use]
    pub fn allowed_elsewhere(self) -> Option<usize> {
        self.allowed().map(|allowed| allowed.div_ceil(2))
    }

    /// Takes one try, before the directory is asked; refused, and until when, if none is left for a browser that is
    /// `familiar`, or for one that isn't. All are counted in one sum.
    pub fn take(
        self,
        mut spent: Counter,
        familiar: bool,
        now: Timestamp,
    ) -> (Counter, Result<(), Timestamp>) {
        let allowed = if familiar {
            self.allowed()
        } else {
            self.allowed_elsewhere()
        };
        let Some(allowed) = allowed else {
            return (Counter::default(), Ok(()));
        };
        let quiet = self.window + SLACK;
        let last = spent.hits.iter().copied().max();
        if last.is_none_or(|last| now.since(last) >= quiet && now >= last) {
            spent.hits.clear();
        }
        if spent.hits.len() >= allowed {
            return (spent, Err(last.unwrap_or(now) + quiet));
        }
        spent.hits.push(now);
        (spent, Ok(()))
    }

    /// Gives back a try that the directory never saw. Only the one taken then: others may have been taken since.
    #[must_use]
    pub fn give_back(mut spent: Counter, taken: Timestamp) -> Counter {
        if let Some(at) = spent.hits.iter().position(|hit| *hit == taken) {
            spent.hits.remove(at);
        }
        spent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::minutes;
    use proptest::prelude::*;

    fn reserve(threshold: u32) -> Reserve {
        Reserve {
            threshold,
            window: minutes(30),
        }
    }

    #[test]
    fn half_is_spent_and_one_is_left() {
        let allowed: Vec<_> = (0..=6).map(|t| reserve(t).allowed()).collect();
        assert_eq!(
            allowed,
            [None, Some(0), Some(1), Some(2), Some(2), Some(3), Some(3)]
        );
        assert_eq!(reserve(10).allowed(), Some(5));
        let elsewhere: Vec<_> = (0..=6).map(|t| reserve(t).allowed_elsewhere()).collect();
        assert_eq!(
            elsewhere,
            [None, Some(0), Some(1), Some(1), Some(1), Some(2), Some(2)]
        );
    }

    // case: OT-25, DO-07
    #[test]
    fn ot_25_what_is_kept_for_familiar_browsers_is_not_spent_elsewhere() {
        for threshold in 3..40 {
            let reserve = reserve(threshold);
            let mut spent = Counter::default();
            for i in 0..50 {
                spent = reserve.take(spent, false, Timestamp(i)).0;
            }
            let (spent, owner) = reserve.take(spent, true, Timestamp(51));
            assert_eq!(owner, Ok(()), "{threshold}");
            assert!(spent.hits.len() < threshold as usize);
        }
    }

    #[test]
    fn a_try_that_the_directory_never_saw_is_given_back() {
        let (one, ok) = reserve(2).take(Counter::default(), true, Timestamp(5));
        assert_eq!(ok, Ok(()));
        assert!(reserve(2).take(one.clone(), true, Timestamp(6)).1.is_err());
        let back = Reserve::give_back(one, Timestamp(5));
        assert_eq!(reserve(2).take(back, true, Timestamp(6)).1, Ok(()));
    }

    proptest! {
        /// The directory's own count, by its own rule, fed with nothing but what this counter lets through: it never
        /// comes within reach of the lock, however the wrong passwords are spread over time.
        #[test]
        fn nobody_locks_an_account_from_outside(
            threshold in 1u32..40,
            gaps in prop::collection::vec((prop_oneof![0u64..5, 0u64..4000], any::<bool>()), 1..200),
        ) {
            let reserve = reserve(threshold);
            let (mut spent, mut now) = (Counter::default(), Timestamp(0));
            let (mut bad, mut last) = (0u32, None::<Timestamp>);
            for (gap, familiar) in gaps {
                now = now + seconds(gap);
                let (next, verdict) = reserve.take(spent, familiar, now);
                spent = next;
                match verdict {
                    Ok(()) => {
                        if last.is_some_and(|at| now.since(at) > minutes(30)) {
                            bad = 0;
                        }
                        bad += 1;
                        last = Some(now);
                    }
                    Err(until) => prop_assert!(until > now, "it says a time that lies ahead"),
                }
                prop_assert!(bad < threshold, "{bad} of {threshold}");
                prop_assert!(bad <= threshold.div_ceil(2), "the owner keeps half");
            }
        }

        /// It opens again by itself.
        #[test]
        fn it_opens_when_it_says(threshold in 2u32..40, familiar: bool) {
            let reserve = reserve(threshold);
            let mut spent = Counter::default();
            let until = loop {
                let (next, verdict) = reserve.take(spent, familiar, Timestamp(7));
                spent = next;
                if let Err(until) = verdict { break until; }
            };
            prop_assert!(reserve.take(spent.clone(), familiar, Timestamp(until.0 - 1)).1.is_err());
            prop_assert!(reserve.take(spent, familiar, until).1.is_ok());
        }
    }
}
