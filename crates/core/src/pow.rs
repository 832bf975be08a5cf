//! The check that a form is not filled in by a robot.
//!
//! A puzzle is a text handed out with the form; its solution is a number `n` such that SHA-256 of
//! `"{puzzle}.{n}"` begins with so many zero bits. Checking costs one hash. The puzzle is signed, bound to its form
//! and dated by the caller, and spent once; solving it proves nothing about anybody (B-02, B-03).

use crate::time::{Timestamp, minutes};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Zero bits asked for while nothing happens: a quarter of a second on a phone.
pub const DEFAULT_BITS: u32 = 16;

/// At most so many more for a place that has made itself conspicuous: eight times the work, two seconds on a phone on
/// average, and six in one case of twenty.
pub const MOST_FOR_SOURCE: u32 = 3;

/// At most so many more for everybody: an attack from many places must cost its owners something, and honest people
/// little.
pub const MOST_FOR_ALL: u32 = 2;

/// From so many recent attempts on, one place has to work more.
pub const FREE_FOR_SOURCE: f64 = 8.0;

/// From so many recent attempts on, everybody has to work more.
pub const FREE_FOR_ALL: f64 = 200.0;

/// So long after an attempt it counts half.
pub const HALF_LIFE: Duration = minutes(5);

/// How much has happened lately: attempts that fade away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    level: f64,
    at: Timestamp,
}

impl Default for Pressure {
    fn default() -> Self {
        Self {
            level: 0.0,
            at: Timestamp(0),
        }
    }
}

impl Pressure {
    /// The attempts that still count at `now`. A clock that was set back fades nothing.
    #[must_use]
    pub fn level(self, now: Timestamp) -> f64 {
        let lives = now.since(self.at).as_secs_f64() / HALF_LIFE.as_secs_f64();
        self.level * (-lives).exp2()
    }

    /// One more attempt.
    #[must_use]
    pub fn and_one(self, now: Timestamp) -> Self {
        Self {
            level: self.level(now) + 1.0,
            at: now,
        }
    }
}

/// The zero bits asked of a place, from how much has happened lately there and everywhere (B-02, DO-01).
///
/// Each bit doubles the work, and comes when the attempts have doubled: beyond what is free, who tries twice as often
/// works twice as long for each try, up to the bounds.
#[must_use]
pub fn bits(base: u32, source: f64, everywhere: f64) -> u32 {
    let here = doublings(source / FREE_FOR_SOURCE, MOST_FOR_SOURCE);
    base + here.max(doublings(everywhere / FREE_FOR_ALL, MOST_FOR_ALL))
}

/// 0 below one; then one more each time that it has doubled.
fn doublings(times: f64, most: u32) -> u32 {
    (0..most).take_while(|n| times >= f64::from(1 << n)).count() as u32
}

/// Whether `solution` (decimal digits) solves `puzzle`.
#[must_use]
pub fn solves(puzzle: &str, solution: &str, bits: u32) -> bool {
    let plain = (1..=20).contains(&solution.len()) && solution.bytes().all(|b| b.is_ascii_digit());
    plain && leading_zero_bits(&Sha256::digest(format!("{puzzle}.{solution}"))) >= bits
}

fn leading_zero_bits(digest: &[u8]) -> u32 {
    let zeros = digest.iter().take_while(|b| **b == 0).count();
    let next = digest.get(zeros).map_or(0, |b| b.leading_zeros());
    zeros as u32 * 8 + next
}

/// Finds a solution, as the browser does. Tests and the benchmark use it.
#[must_use]
pub fn solve(puzzle: &str, bits: u32) -> String {
    (0..u64::MAX)
        .map(|n| n.to_string())
        .find(|n| solves(puzzle, n, bits))
        .unwrap_or_default()
}

/// A sum of two small numbers, for people without JavaScript: the numbers are written out as words by the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// 1 to 9.
    pub left: u8,
    /// 1 to 9.
    pub right: u8,
}

impl Question {
    /// Chooses one by a byte of randomness or of a digest.
    #[must_use]
    pub fn from_byte(byte: u8) -> Self {
        Self {
            left: byte % 9 + 1,
            right: byte / 9 % 9 + 1,
        }
    }

    /// Whether the answer, in digits, is right.
    #[must_use]
    pub fn is_answered_by(self, answer: &str) -> bool {
        answer.trim().parse::<u8>() == Ok(self.left + self.right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_solution_fits_its_puzzle_only() {
        let n = solve("a.b", 10);
        assert!(solves("a.b", &n, 10));
        assert!(!(0..20).all(|i| solves(&format!("other{i}"), &n, 10)));
        for bad in ["", "-1", "+1", " 1", "1e3", "999999999999999999999", "½"] {
            assert!(!solves("a.b", bad, 0), "{bad}");
        }
    }

    /// The bits asked of a place after so many attempts at once.
    fn after(attempts: u32) -> u32 {
        bits(16, f64::from(attempts), 0.0)
    }

    #[test]
    fn work_doubles_when_attempts_double_and_has_bounds() {
        let asked = [0, 7, 8, 15, 16, 31, 32, 1_000_000].map(after);
        assert_eq!(asked, [16, 16, 17, 17, 18, 18, 19, 19]);
        assert_eq!(bits(16, 0.0, 199.0), 16);
        assert_eq!(bits(16, 0.0, 200.0), 17);
        assert_eq!(bits(16, 0.0, 1e12), 18, "everybody pays a little at most");
        assert_eq!(bits(16, 1e12, 1e12), 19, "one is not added to the other");
    }

    #[test]
    fn attempts_fade() {
        let mut pressure = Pressure::default();
        for _ in 0..32 {
            pressure = pressure.and_one(Timestamp(0));
        }
        let asked = |minute| bits(16, pressure.level(Timestamp(0) + minutes(minute)), 0.0);
        assert_eq!([0, 4, 6, 11, 60].map(asked), [19, 18, 17, 16, 16]);
        assert!(pressure.level(Timestamp(-1)) <= 32.0, "a clock set back");
    }

    proptest! {
        /// However attempts fall: more of them never make it easier, waiting never harder, and a phone is never asked
        /// for more than the bound.
        #[test]
        fn the_curve_rises_with_attempts_and_falls_with_time(
            gaps in prop::collection::vec(0u64..900, 1..200),
            rest in 0u64..7200,
            everywhere in 0.0..1e6f64,
        ) {
            let (mut pressure, mut now) = (Pressure::default(), Timestamp(0));
            for gap in &gaps {
                now = now + crate::time::seconds(*gap);
                let before = pressure.level(now);
                pressure = pressure.and_one(now);
                prop_assert!(pressure.level(now) > before);
                prop_assert!(bits(16, pressure.level(now), everywhere) >= bits(16, before, everywhere));
            }
            prop_assert!(pressure.level(now) <= gaps.len() as f64);
            let later = now + crate::time::seconds(rest);
            let (high, low) = (bits(16, pressure.level(now), everywhere), bits(16, pressure.level(later), everywhere));
            prop_assert!(low <= high && (16..=16 + MOST_FOR_SOURCE).contains(&high));
            // Whoever begins a reset every two minutes is never asked for more.
            let mut slow = Pressure::default();
            for n in 0..gaps.len() as u64 {
                slow = slow.and_one(Timestamp(0) + minutes(2 * n));
                prop_assert_eq!(bits(16, slow.level(Timestamp(0) + minutes(2 * n)), 0.0), 16);
            }
        }
    }

    #[test]
    fn zero_bits_are_counted_across_bytes() {
        assert_eq!(leading_zero_bits(&[0, 0, 0x1f]), 19);
        assert_eq!(leading_zero_bits(&[0x80]), 0);
        assert_eq!(leading_zero_bits(&[0, 0]), 16);
    }
}
