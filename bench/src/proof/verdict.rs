//! How long it takes to judge a new password.

use std::time::{Duration, Instant};

use keyward_core::password::banned::Terms;
use keyward_core::password::{Demands, LengthRule, faults};
use keyward_core::secret::Secret;

use super::{Context, filter};
use crate::Done;
use crate::figure::{Bar, Figure};

const ROUNDS: u32 = 2_000;

pub(super) fn run(_: &mut Context) -> Done<Vec<Figure>> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let list = filter::small(&folder.path().join("known"))?;
    let words: Vec<String> = (0..1_000).map(word).collect();
    let (none, thousand) = (Terms::default(), Terms::new(&words));
    if thousand.len() < 990 {
        return Err(format!("{} terms are no thousand", thousand.len()));
    }
    let measure = |banned: &Terms| -> Duration {
        let demands = Demands {
            length: LengthRule::default(),
            kinds: 4,
            banned,
            names: &[
                "ada.lovelace@contoso.example",
                "Ada Lovelace",
                "Contoso",
                "Ada",
                "Lovelace",
                "ada@home.example",
            ],
            breached: &|password| list.contains(password.text()),
        };
        // Sixteen characters, taken in the end: every list is asked.
        let typed: Vec<Secret> = (0..ROUNDS)
            .map(|n| Secret::new(format!("Vx{n:05} kQ-pRm zj")))
            .collect();
        let judge = || {
            typed
                .iter()
                .filter(|p| faults(p, &demands).is_empty())
                .count()
        };
        std::hint::black_box(judge());
        let begun = Instant::now();
        assert_eq!(judge(), typed.len(), "each is a good one");
        begun.elapsed() / ROUNDS
    };
    let figure = |name: &str, took: Duration, bar| {
        Figure::new(name, took.as_nanos() as f64 / 1000.0, "µs", bar)
    };
    let begun = Instant::now();
    for _ in 0..100 {
        std::hint::black_box(Terms::new(std::hint::black_box(&words)));
    }
    let made = begun.elapsed() / 100;
    let with_terms = measure(&thousand);
    Ok(vec![
        figure(
            "verdict on a password of 16 characters, all lists on",
            measure(&none),
            Bar::AtMost(100.0),
        ),
        figure(
            "the same with 1,000 custom terms",
            with_terms,
            Bar::AtMost(300.0),
        ),
        figure(
            "the same, and the terms made ready for each password, as the service does",
            with_terms + made,
            Bar::AtMost(300.0),
        ),
    ])
}

/// A word of eight letters that no other number has.
fn word(n: u32) -> String {
    const LETTERS: &[u8] = b"bdfgklmnpr";
    let digit = |place: u32| char::from(LETTERS[(n / place % 10) as usize]);
    [
        digit(100),
        'o',
        digit(10),
        'u',
        digit(1),
        'e',
        digit(10),
        'y',
    ]
    .iter()
    .collect()
}
