//! How many passwords are written in a minute at most: a service that was taken over must not be able to set them all
//! before somebody looks (AG-09).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_mins(1);
/// How long an administrator is told.
const TOLD: Duration = Duration::from_hours(1);

pub(super) struct Limit {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    begun: VecDeque<Instant>,
    exceeded: Option<Instant>,
}

impl Limit {
    pub(super) fn new(most: u32) -> Self {
        Self {
            most: most as usize,
            state: Mutex::default(),
        }
    }

    /// Counts one, unless the minute is full.
    pub(super) fn take(&self) -> bool {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state
            .begun
            .front()
            .is_some_and(|at| now.duration_since(*at) >= WINDOW)
        {
            state.begun.pop_front();
        }
        let fits = state.begun.len() < self.most;
        if fits {
            state.begun.push_back(now);
        } else {
            if state
                .exceeded
                .is_none_or(|at| now.duration_since(at) >= WINDOW)
            {
                tracing::error!(
                    most = self.most,
                    "ALARM: the service asks for more passwords than may be written in a minute"
                );
            }
            state.exceeded = Some(now);
        }
        fits
    }

    pub(super) fn complaint(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.exceeded.filter(|at| at.elapsed() < TOLD).map(|_| {
            format!(
                "more than {} passwords were to be written in a minute, and what was more was refused: find out who asked for them, or raise writes_per_minute",
                self.most
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_so_many_and_the_next_as_many_again() {
        let limit = Limit::new(3);
        let start = Instant::now();
        let taken = (0..5_000).filter(|_| limit.take_at(start)).count();
        assert_eq!(taken, 3);
        assert!(limit.complaint().is_some());
        assert!(!limit.take_at(start + Duration::from_millis(59_999)));
        assert!(limit.take_at(start + WINDOW));
    }
}
