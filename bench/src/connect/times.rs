//! What is said of many times.

use std::time::{Duration, Instant};

use crate::Done;

pub(super) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Does it, and takes the time.
pub(super) fn timed(act: impl FnOnce() -> Done) -> Done<Duration> {
    let begun = Instant::now();
    act()?;
    Ok(begun.elapsed())
}

/// The time that this share of them doesn't exceed; the nearest rank.
pub(super) fn percentile(mut times: Vec<Duration>, share: f64) -> Duration {
    times.sort_unstable();
    let rank = (times.len() as f64 * share).ceil() as usize;
    let found = times.get(rank.saturating_sub(1));
    found.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rank_is_taken() {
        let times: Vec<_> = (1..=20).rev().map(Duration::from_secs).collect();
        let of = |share| percentile(times.clone(), share).as_secs();
        assert_eq!((of(0.5), of(0.95), of(1.0)), (10, 19, 20));
        assert_eq!(percentile(Vec::new(), 0.5), Duration::ZERO);
    }
}
