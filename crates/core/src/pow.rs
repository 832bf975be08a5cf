//! The check that a form is not filled in by a robot.
//!
//! A puzzle is a text handed out with the form; its solution is a number `n` such that SHA-256 of
//! `"{puzzle}.{n}"` begins with so many zero bits. Checking costs one hash. The puzzle is signed, bound to its form
//! and dated by the caller, and spent once; solving it proves nothing about anybody (B-02, B-03).

use sha2::{Digest, Sha256};

/// Zero bits asked for: a quarter of a second on a phone.
pub const DEFAULT_BITS: u32 = 16;

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

    #[test]
    fn a_solution_fits_its_puzzle_only() {
        let n = solve("a.b", 10);
        assert!(solves("a.b", &n, 10));
        assert!(!(0..20).all(|i| solves(&format!("other{i}"), &n, 10)));
        for bad in ["", "-1", "+1", " 1", "1e3", "999999999999999999999", "½"] {
            assert!(!solves("a.b", bad, 0), "{bad}");
        }
    }

    #[test]
    fn zero_bits_are_counted_across_bytes() {
        assert_eq!(leading_zero_bits(&[0, 0, 0x1f]), 19);
        assert_eq!(leading_zero_bits(&[0x80]), 0);
        assert_eq!(leading_zero_bits(&[0, 0]), 16);
    }
}
