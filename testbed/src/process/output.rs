//! What a program prints, kept line by line.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lines that are kept per process.
const KEPT_LINES: usize = 5_000;

/// Both streams of a process, in the order in which they were read.
#[derive(Debug, Default)]
pub(super) struct Output {
    state: Mutex<State>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<String>,
    /// Lines that came before those that are kept.
    dropped: usize,
    open_streams: usize,
}

impl Output {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.lock().lines.iter().cloned().collect()
    }

    /// The lines after the first `seen`, and how many there have been in all.
    pub(super) fn after(&self, seen: usize) -> (Vec<String>, usize) {
        let state = self.lock();
        let skipped = seen.saturating_sub(state.dropped);
        let lines = state.lines.iter().skip(skipped).cloned().collect();
        (lines, state.dropped + state.lines.len())
    }

    /// Reads a stream to its end, on a thread of its own.
    pub(super) fn follow(output: &Arc<Self>, stream: impl Read + Send + 'static) {
        output.lock().open_streams += 1;
        let output = Arc::clone(output);
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = Vec::new();
            while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_end_matches(['\r', '\n']).to_owned();
                line.clear();
                let mut state = output.lock();
                if state.lines.len() == KEPT_LINES {
                    state.lines.pop_front();
                    state.dropped += 1;
                }
                state.lines.push_back(text);
                drop(state);
                output.grown.notify_all();
            }
            output.lock().open_streams -= 1;
            output.grown.notify_all();
        });
    }

    /// Looks at the lines each time that some came, until something is found, both streams have ended, or the time is
    /// over.
    pub(super) fn wait<T>(
        &self,
        timeout: Duration,
        mut find: impl FnMut(&[String]) -> Option<T>,
    ) -> Option<T> {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            if let Some(found) = find(state.lines.make_contiguous()) {
                return Some(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.open_streams == 0 {
                return None;
            }
            let waited = self.grown.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
