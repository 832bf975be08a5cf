//! Amounts over a long window, where not every hit can be kept: the messages of an organisation in a day, or their price.
//!
//! The window is cut into [`SLOTS`] slots, of which the oldest is counted whole until it has passed altogether. So no
//! window of that length ever holds more than the limit, and what was spent comes back by slots rather than at once.
//!
//! Over the same slots a [`Breaker`] watches a country: codes that are sent there and that nobody ever types are the mark
//! of somebody who earns by them (AIT, "SMS pumping"; PH-10).

use crate::time::Timestamp;
use std::time::Duration;

/// The slots of a window.
pub const SLOTS: i64 = 24;

/// How much may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// In units of what is counted.
    pub limit: u64,
    /// In any time of this length; at least a minute.
    pub window: Duration,
}

/// What was spent lately.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meter {
    /// The number of a slot since 1970 and what was spent in it, oldest first.
    pub slots: Vec<(i64, u64)>,
}

/// Microseconds of a slot.
fn length(window: Duration) -> i64 {
    (window.as_micros() as i64 / SLOTS).max(1)
}

impl Meter {
    /// What still counts.
    #[must_use]
    pub fn used(&self, window: Duration, now: Timestamp) -> u64 {
        let mut kept = self.clone();
        kept.forget(window, now);
        kept.sum()
    }

    fn sum(&self) -> u64 {
        self.slots.iter().map(|(_, n)| *n).sum()
    }

    /// Whether so much more may be spent; if not, when it may.
    pub fn check(&self, budget: Budget, amount: u64, now: Timestamp) -> Result<(), Timestamp> {
        let mut left = self.clone();
        left.forget(budget.window, now);
        let length = length(budget.window);
        let mut until = None;
        while left.sum().saturating_add(amount) > budget.limit {
            // What costs more than all there is will not fit later either.
            let Some((slot, _)) = left.slots.first().copied() else {
                until = until.or(Some(now + budget.window));
                break;
            };
            until = Some(Timestamp((slot + SLOTS + 1).saturating_mul(length)));
            left.slots.remove(0);
        }
        until.map_or(Ok(()), Err)
    }

    /// Spends it.
    #[must_use]
    pub fn add(mut self, window: Duration, amount: u64, now: Timestamp) -> Self {
        self.forget(window, now);
        let slot = now.0.div_euclid(length(window));
        if let Some((_, sum)) = self.slots.iter_mut().find(|(at, _)| *at == slot) {
            *sum = sum.saturating_add(amount);
        } else {
            let at = self.slots.partition_point(|(other, _)| *other < slot);
            self.slots.insert(at, (slot, amount));
        }
        self
    }

    /// Drops what is over, and what lies in the future: a clock that ran ahead must not stop anything for years. Clocks
    /// of two nodes may differ by a slot.
    fn forget(&mut self, window: Duration, now: Timestamp) {
        let slot = now.0.div_euclid(length(window));
        self.slots
            .retain(|(at, _)| (slot - SLOTS..=slot + 1).contains(at));
    }
}

/// When a country is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// Codes sent in the window before anything is concluded; 0: never.
    pub sent: u64,
    /// It stops when fewer of a hundred were typed.
    pub percent: u64,
}

impl Breaker {
    /// Whether so few of those sent were proved that no more are to be sent.
    #[must_use]
    pub fn trips(self, sent: u64, proved: u64) -> bool {
        self.sent > 0
            && sent >= self.sent
            && proved.saturating_mul(100) < sent.saturating_mul(self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{days, hours, minutes};
    use proptest::prelude::*;

    const DAY: Budget = Budget {
        limit: 100,
        window: days(1),
    };

    // case: PH-12
    #[test]
    fn ph_12_a_budget_is_spent_to_its_limit_and_comes_back() {
        let mut meter = Meter::default();
        let now = Timestamp(0) + hours(1000);
        for _ in 0..100 {
            assert_eq!(meter.check(DAY, 1, now), Ok(()));
            meter = meter.add(DAY.window, 1, now);
        }
        let until = meter.check(DAY, 1, now).unwrap_err();
        assert_eq!(until, now + hours(25), "a slot is counted whole");
        assert!(meter.check(DAY, 1, Timestamp(until.0 - 1)).is_err());
        assert_eq!(meter.check(DAY, 1, until), Ok(()));
        assert_eq!(meter.used(DAY.window, until), 0);
        let too_much = Meter::default().check(DAY, 101, now);
        assert_eq!(too_much, Err(now + days(1)));
    }

    // case: OT-15
    #[test]
    fn ot_15_a_clock_that_ran_ahead_stops_nothing_for_years() {
        let now = Timestamp(0) + hours(1000);
        let ahead = Meter::default().add(DAY.window, 100, now + days(3650));
        assert_eq!(ahead.check(DAY, 1, now), Ok(()));
        let back = Meter::default().add(DAY.window, 100, now);
        assert!(back.check(DAY, 1, now - minutes(60)).is_err());
    }

    // case: PH-10
    #[test]
    fn ph_10_a_country_where_nobody_types_the_code_is_stopped() {
        let breaker = Breaker {
            sent: 20,
            percent: 20,
        };
        assert!(!breaker.trips(19, 0));
        assert!(breaker.trips(20, 0) && breaker.trips(20, 3));
        assert!(!breaker.trips(20, 4) && !breaker.trips(1000, 200));
        assert!(breaker.trips(1000, 199));
        let off = Breaker { sent: 0, ..breaker };
        assert!(!off.trips(u64::MAX, 0));
    }

    proptest! {
        /// However it is spent, no time of the window's length ever holds more than the limit.
        #[test]
        fn no_window_holds_more_than_the_limit(
            spends in prop::collection::vec((0u64..180, 1u64..40), 1..200),
        ) {
            let (mut meter, mut now, mut spent) = (Meter::default(), Timestamp(7), Vec::new());
            for (gap, amount) in spends {
                now = now + minutes(gap);
                match meter.check(DAY, amount, now) {
                    Ok(()) => {
                        meter = meter.add(DAY.window, amount, now);
                        spent.push((now, amount));
                    }
                    Err(until) => prop_assert!(until > now && until <= now + hours(25)),
                }
                prop_assert!(meter.slots.len() as i64 <= SLOTS + 2);
            }
            for (start, _) in &spent {
                let inside = spent.iter().filter(|(at, _)| at >= start && at.since(*start) < DAY.window);
                prop_assert!(inside.map(|(_, n)| n).sum::<u64>() <= DAY.limit);
            }
        }
    }
}
