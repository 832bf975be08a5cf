//! New passwords under every list, with names and banned words of one's own.
#![no_main]

use keyward_core::password::banned::{Terms, judge};
use keyward_core::password::{Prepared, reaches_a_directory_unaltered};
use keyward_core::secret::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: (&str, Vec<&str>, &str)| {
    let (typed, words, name) = given;
    let secret = Secret::new(typed.to_owned());
    if let Ok(prepared) = Prepared::new(&secret) {
        let text = std::str::from_utf8(prepared.bytes()).expect("text stays text").to_owned();
        // Preparing is done once or twice: the same account opens.
        let again = Prepared::new(&Secret::new(text));
        assert!(again.is_ok_and(|again| again.bytes() == prepared.bytes()));
    }
    let _ = reaches_a_directory_unaltered(&secret);
    if typed.len() <= 1024 {
        let words: Vec<String> = words.into_iter().take(20).map(str::to_owned).collect();
        let verdict = judge(typed, &Terms::new(&words), &[name]);
        let plain = judge(typed, &Terms::default(), &[]);
        // More that is banned never makes a password better.
        assert!(verdict.pieces.len() <= plain.pieces.len());
        assert!(verdict.reason.is_some() || plain.reason.is_none());
    }
});
