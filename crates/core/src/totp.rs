//! Time-based one-time passwords (RFC 6238): which step's code may be typed when.
//!
//! The codes themselves are made outside, where the secrets are.

use crate::time::Timestamp;

/// How long an app shows one code.
pub const STEP_SECONDS: i64 = 30;

/// How many steps a clock may be behind or ahead. With one of each a code of an app is good for 90 seconds at most (T-02,
/// RFC 6238 section 5.2).
pub const SKEW: i64 = 1;

/// The hash that codes are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// What every app and most tokens use; in HMAC it is as good as it was (RFC 6238 section 1.2).
    Sha1,
    /// Some tokens.
    Sha256,
}

impl Algorithm {
    /// The name in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }

    /// Reads [`code`](Algorithm::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Sha1, Self::Sha256]
            .into_iter()
            .find(|a| a.code() == code)
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
        }
    }
}

/// How codes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How long one is shown, in seconds.
    pub seconds: i64,
    /// With what.
    pub algorithm: Algorithm,
}

impl Shape {
    /// Of every app.
    pub const APP: Self = Self {
        seconds: STEP_SECONDS,
        algorithm: Algorithm::Sha1,
    };

    /// The step that an instant lies in.
    #[must_use]
    pub fn step(self, now: Timestamp) -> Step {
        Step(now.0.div_euclid(self.seconds.max(1) * 1_000_000))
    }
}

/// The number of a step, counted from the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(pub i64);

impl Step {
    /// The step of an app that an instant lies in.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Shape::APP.step(now)
    }
}

/// The steps whose codes are taken at an instant, after the one that was taken last. Steps only go up: a code of a step
/// that was taken, or of one before it, is never taken again, whatever the clock does (T-03, OT-13, OT-14).
pub fn acceptable(shape: Shape, now: Timestamp, last: Option<Step>) -> impl Iterator<Item = Step> {
    let here = shape.step(now).0;
    (here - SKEW..=here + SKEW)
        .map(Step)
        .filter(move |step| last.is_none_or(|last| *step > last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::seconds;
    use proptest::prelude::*;

    fn steps(now: i64, last: Option<i64>) -> Vec<i64> {
        acceptable(Shape::APP, Timestamp(now * 1_000_000), last.map(Step))
            .map(|s| s.0)
            .collect()
    }

    // case: OT-13
    #[test]
    fn ot_13_one_step_around_now_and_none_twice() {
        assert_eq!(steps(3000, None), [99, 100, 101]);
        assert_eq!(steps(3029, None), [99, 100, 101]);
        assert_eq!(steps(3000, Some(99)), [100, 101], "the step before, once");
        assert_eq!(steps(3000, Some(100)), [101], "and not after a later one");
        assert_eq!(steps(3000, Some(101)), [0; 0]);
    }

    #[test]
    fn a_token_that_shows_a_code_for_a_minute_has_steps_of_a_minute() {
        let slow = Shape {
            seconds: 60,
            algorithm: Algorithm::Sha256,
        };
        let steps: Vec<_> = acceptable(slow, Timestamp(3_059_000_000), Some(Step(49))).collect();
        assert_eq!(steps, [Step(50), Step(51)]);
    }

    proptest! {
        // case: OT-14, OT-15
        #[test]
        fn ot_14_no_step_is_taken_twice_whatever_the_clock_does(
            moves in prop::collection::vec((-4_000_000_000i64..4_000_000_000, 0..3usize), 1..60),
        ) {
            let (mut now, mut last) = (Timestamp(0) + seconds(1_000_000_000), None);
            for (by, pick) in moves {
                now = Timestamp(now.0 + by);
                let taken = acceptable(Shape::APP, now, last).nth(pick);
                if let Some(step) = taken {
                    prop_assert!(last.is_none_or(|last| step > last));
                    prop_assert!((step.0 - Step::at(now).0).abs() <= SKEW);
                    last = Some(step);
                }
            }
        }
    }
}
