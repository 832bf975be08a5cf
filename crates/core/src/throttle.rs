//! Counting over a sliding window.
//!
//! A counter keeps the instants of its last hits, as many as its rule needs. That is exact at every instant, unlike
//! a fixed window, which lets twice the number through at its edge. The store keeps one row for each counter and
//! holds its lock while the decision is made, so parallel requests on several nodes count one after the other.

use crate::time::{Timestamp, hours};
use std::time::Duration;

/// The longest window and the longest block that can be set: a counter untouched for longer says nothing any more.
pub const LONGEST: Duration = hours(168);

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The hit that is refused from then on: with 5, four pass and the fifth blocks (failures), or five pass and the
    /// sixth is refused (see [`Counter::hit`]).
    pub limit: usize,
    /// The window that is looked back over.
    pub window: Duration,
    /// How long it stays refused.
    pub block: Duration,
}

/// The hits of one thing that is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counter {
    /// Oldest first.
    pub hits: Vec<Timestamp>,
    /// Refused until then.
    pub blocked_until: Option<Timestamp>,
}

impl Counter {
    /// Refused right now, and until when.
    pub fn check(&self, now: Timestamp) -> Result<(), Timestamp> {
        match self.blocked_until {
            Some(until) if now < until => Err(until),
            _ => Ok(()),
        }
    }

    /// Uses one of `rule.limit` permits; the next one after them is refused and starts the block.
    pub fn hit(mut self, rule: Rule, now: Timestamp) -> (Self, Result<(), Timestamp>) {
        if let Err(until) = self.check(now) {
            return (self, Err(until));
        }
        self.forget(rule, now);
        if self.hits.len() >= rule.limit {
            let until = now + rule.block;
            return (
                Self {
                    hits: Vec::new(),
                    blocked_until: Some(until),
                },
                Err(until),
            );
        }
        self.hits.push(now);
        self.blocked_until = None;
        (self, Ok(()))
    }

    /// Counts one failure; the `rule.limit`-th in the window starts the block.
    #[must_use]
    pub fn failure(mut self, rule: Rule, now: Timestamp) -> Self {
        if self.check(now).is_ok() {
            self.blocked_until = None;
        }
        self.forget(rule, now);
        self.hits.push(now);
        if self.hits.len() >= rule.limit {
            return Self {
                hits: Vec::new(),
                blocked_until: Some(now + rule.block),
            };
        }
        self
    }

    fn forget(&mut self, rule: Rule, now: Timestamp) {
        self.hits.retain(|&hit| now.since(hit) < rule.window);
        // A clock that was set back leaves hits in the future; they are dropped with the rest of the surplus.
        let surplus = self.hits.len().saturating_sub(rule.limit);
        self.hits.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::minutes;
    use proptest::prelude::*;

    const RULE: Rule = Rule {
        limit: 5,
        window: hours(1),
        block: hours(24),
    };

    #[test]
    fn five_pass_and_the_sixth_blocks_for_a_day() {
        let mut counter = Counter::default();
        for i in 0..5 {
            let (next, verdict) = counter.hit(RULE, Timestamp(i));
            assert!(verdict.is_ok());
            counter = next;
        }
        let (counter, verdict) = counter.hit(RULE, Timestamp(5));
        assert_eq!(verdict, Err(Timestamp(5) + hours(24)));
        assert!(counter.check(Timestamp(5) + hours(23)).is_err());
        assert!(counter.check(Timestamp(5) + hours(24)).is_ok());
    }

    #[test]
    fn the_fifth_failure_blocks() {
        let four = (0..4).fold(Counter::default(), |c, i| c.failure(RULE, Timestamp(i)));
        assert!(four.check(Timestamp(9)).is_ok());
        assert!(
            four.failure(RULE, Timestamp(9))
                .check(Timestamp(10))
                .is_err()
        );
    }

    #[test]
    fn a_block_that_is_over_is_forgotten_by_the_next_failure() {
        let blocked = (0..5).fold(Counter::default(), |c, i| c.failure(RULE, Timestamp(i)));
        let later = Timestamp(4) + hours(24);
        assert!(blocked.check(later).is_ok());
        let counted = blocked.failure(RULE, later);
        assert_eq!((counted.hits.len(), counted.blocked_until), (1, None));
    }

    proptest! {
        /// However the hits fall, no window ever holds more than the limit.
        #[test]
        fn no_window_holds_more_than_the_limit(gaps in prop::collection::vec(0u64..90, 1..80)) {
            let (mut counter, mut now, mut passed) = (Counter::default(), Timestamp(0), Vec::new());
            let rule = Rule { limit: 3, window: hours(1), block: minutes(10) };
            for gap in gaps {
                now = now + minutes(gap);
                let (next, verdict) = counter.hit(rule, now);
                counter = next;
                if verdict.is_ok() {
                    passed.push(now);
                }
            }
            // A block clears the count, so a window may hold the hits before and after one block, never more.
            for start in &passed {
                let inside = passed.iter().filter(|p| **p >= *start && p.since(*start) < rule.block).count();
                prop_assert!(inside <= rule.limit);
            }
        }
    }
}
