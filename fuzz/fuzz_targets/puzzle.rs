//! Answers to puzzles.
#![no_main]

use keyward_core::pow::{Question, solves};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: (&str, &str, u8)| {
    let (puzzle, solution, byte) = given;
    if solves(puzzle, solution, 0) {
        assert!((1..=20).contains(&solution.len()) && solution.bytes().all(|b| b.is_ascii_digit()));
    }
    let question = Question::from_byte(byte);
    assert!(question.is_answered_by(&(question.left + question.right).to_string()));
    if question.is_answered_by(solution) {
        assert_eq!(solution.trim().trim_start_matches(['+', '0']), (question.left + question.right).to_string());
    }
});
