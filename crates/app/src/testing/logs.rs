//! Log lines of the whole process, kept so that a secret in one of them is found (INV-6, S28).
//!
//! One subscriber serves all tests of a process: work that runs on other threads is heard as well.

use std::io;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Everything that our own crates and the database driver say, and what matters of the others.
const HEARD: &str = "keyward=trace,keyward_app=trace,keyward_store=trace,keyward_http=trace,sqlx=debug,audit=trace,info";

struct Keep;

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to listen, once for the process. Where a test has a subscriber of its own, that one stays.
pub(super) fn listen() {
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(HEARD))
        .with_ansi(false)
        // Digits of the time of day would sooner or later look like a code.
        .without_time()
        .with_writer(|| Keep)
        .try_init();
}

/// The lines so far that hold a text.
pub(super) fn with(text: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap().clone();
    let lines = String::from_utf8_lossy(&lines).into_owned();
    let found = lines.lines().filter(|line| line.contains(text));
    found.map(str::to_owned).collect()
}

/// Fails if one of these secrets stands in a log line.
pub(super) fn expect_none_of(secrets: &[String]) {
    let lines = LINES.lock().unwrap().clone();
    let lines = String::from_utf8_lossy(&lines);
    for secret in secrets {
        if let Some(line) = lines.lines().find(|line| holds(line, secret)) {
            panic!("a secret stands in the log: {secret}\n{line}");
        }
    }
}

/// Whether a line holds a secret as a word of its own: six digits inside a longer number are no code.
fn holds(line: &str, secret: &str) -> bool {
    let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || ".-_".contains(c));
    line.match_indices(secret).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + secret.len()..].chars().next();
        !inner(before) && !inner(after)
    })
}
