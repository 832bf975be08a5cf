//! Work that several do at once.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Done;

/// As many as the bars speak of.
pub(super) const AT_ONCE: usize = 8;

/// Hands the pieces to the workers, and takes the time until all of them are done.
pub(super) fn share<W: Send, T: Send>(
    workers: &mut [W],
    pieces: Vec<T>,
    act: impl Fn(&mut W, T) -> Done + Sync,
) -> Done<Duration> {
    let queue = Mutex::new(pieces.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(|| -> Done {
                    while let Some(piece) = next() {
                        act(worker, piece)?;
                    }
                    Ok(())
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| {
            let gone = || "a thread has panicked".to_owned();
            thread.join().map_err(|_| gone())?
        })
    })?;
    Ok(begun.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_is_done_once_and_a_failure_is_told() {
        let mut workers = [0_u64; 3];
        share(&mut workers, (1..=100).collect(), |sum, piece: u64| {
            *sum += piece;
            Ok(())
        })
        .unwrap();
        assert_eq!(workers.iter().sum::<u64>(), 5_050);
        let failed = share(&mut workers, vec![1], |_, _| Err("no".to_owned()));
        assert_eq!(failed.unwrap_err(), "no");
    }
}
