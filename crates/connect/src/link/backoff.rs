//! How long to wait before the next try.

use std::time::Duration;

/// Waits that grow from a tenth of a second to half a minute, each somewhere between half of it and all of it: agents
/// that were cut off together don't come back together.
#[derive(Debug, Default)]
pub struct Backoff {
    tries: u32,
}

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(30);

impl Backoff {
    /// It went well.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// The next wait.
    pub fn pause(&mut self) -> Duration {
        let whole = FIRST.saturating_mul(1 << self.tries.min(10)).min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        let mut random = [0; 4];
        // Without randomness the waits are just not spread.
        let _ = getrandom::fill(&mut random);
        let part = f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX);
        whole.mul_f64(0.5 + part / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_end_and_start_anew() {
        let mut backoff = Backoff::default();
        let first = backoff.pause();
        assert!((FIRST / 2..=FIRST).contains(&first), "{first:?}");
        let mut last = first;
        for _ in 0..100 {
            last = backoff.pause();
        }
        assert!((LONGEST / 2..=LONGEST).contains(&last), "{last:?}");
        backoff.reset();
        assert!(backoff.pause() <= FIRST);
    }
}
