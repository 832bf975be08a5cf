//! A helper that changes the database of a domain as its owner, while the domain controller runs.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::{Launch, Process};

const SCRIPT: &str = include_str!("hands.py");
/// Importing Samba's modules takes a second, and the machine may be busy with other tests.
pub(super) const ANSWER: Duration = Duration::from_mins(2);

/// The script, and how many commands it was sent.
#[derive(Debug)]
pub(super) struct Hands {
    script: Mutex<(Process, u64)>,
}

impl Hands {
    /// For the domain in `home`. With `removes`, the directory is removed when this ends.
    pub(super) fn new(home: &Path, removes: bool) -> Self {
        // Debian's own interpreter: only that one sees Debian's python3-samba.
        let mut launch = Launch::new("/usr/bin/python3")
            .args(["-u", "-W", "ignore", "-c", SCRIPT])
            .arg(home)
            .clean_env()
            .env("PYTHONIOENCODING", "utf-8")
            .with_stdin();
        if removes {
            launch = launch.removing(home);
        }
        Self {
            script: Mutex::new((launch.spawn(), 0)),
        }
    }

    /// Calls a method of the script, and returns its value.
    ///
    /// # Panics
    /// When the database refuses; the message says what.
    pub(super) fn call(&self, name: &str, words: &Value) -> Value {
        self.call_within(ANSWER, name, words)
    }

    pub(super) fn call_within(&self, time: Duration, name: &str, words: &Value) -> Value {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let (process, sent) = &mut *script;
        *sent += 1;
        let command = json!({"number": *sent, "name": name, "words": words});
        process.write_line(&command.to_string());
        let start = format!("{{\"answer\": {sent}, ");
        let answer = process.wait_lines(time, |lines| {
            let line = lines.iter().rev().find(|line| line.starts_with(&start))?;
            serde_json::from_str::<Value>(line).ok()
        });
        let printed = || process.lines().join("\n");
        let answer = answer.unwrap_or_else(|| {
            panic!(
                "no answer to {command} (apt-get install python3-samba). It printed:\n{}",
                printed()
            )
        });
        if let Some(error) = answer["error"].as_str() {
            panic!("{command}: {error}");
        }
        answer["value"].clone()
    }
}
