//! The agent's memory of what it was asked to write: each operation is done once, whatever is delivered how often and
//! whenever the power goes.
//!
//! Before a write is begun, what was read of the user is on the disk ([`Journal::begin`]). What became of it follows
//! ([`Journal::end`]) without waiting for the disk: if that line is lost, the agent finds out by reading. Entries stay
//! until their task has long expired, so that one that is played again meets its own outcome. No secret is in it.

mod file;

use crate::clock::{self, DAY};
use crate::complaint::Complaint;
use crate::directory::Trace;
use file::Writer;
use keyward_wire::Micros;
use keyward_wire::link::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// An entry is forgotten so long after its task could last be begun.
const KEPT_FOR: Micros = 7 * DAY;
/// Entries that are kept whatever this machine's clock says: it may be wrong.
const KEPT_AT_LEAST: usize = 1_000;

const FILE: &str = "journal";

/// An operation that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Which.
    pub operation: Uuid,
    /// When, by this machine.
    pub at: Micros,
    /// When its task expires, by the service.
    pub expires_at: Micros,
    /// Where.
    pub directory: Uuid,
    /// Whose.
    pub anchor: Uuid,
    /// [`Job::name`](keyward_wire::link::Job::name).
    pub job: String,
    /// The server that answered then.
    pub server: Option<String>,
    /// What was read of the user just before.
    pub before: Trace,
}

/// What the journal knows of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How it began.
    pub begun: Begun,
    /// What became of it; none: not known yet.
    pub ended: Option<Report>,
    /// The service has it.
    pub accepted: bool,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Begun(Begun),
    Ended(Report),
    Accepted(Uuid),
}

#[derive(Default)]
struct Memory(BTreeMap<Uuid, Entry>);

/// The journal of one state directory.
pub struct Journal {
    memory: Arc<Mutex<Memory>>,
    writer: Writer,
    damaged: usize,
}

/// What was begun can't be written down, so it isn't begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal can't be written: {0}")]
pub struct Full(pub String);

impl Journal {
    /// Reads the journal of a state directory, and writes it anew without what is long over.
    pub fn open(state: &Path) -> Result<Self, Complaint> {
        let path: PathBuf = state.join(FILE);
        let unusable = |error: std::io::Error| {
            Complaint::new(
                format!("the journal can't be used: {error}"),
                path.display().to_string(),
                "make room on the disk, and let the agent's user read and write there",
            )
        };
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(unusable(error)),
        };
        let (mut memory, damaged) = Memory::read(&text);
        memory.forget(clock::machine());
        let memory = Arc::new(Mutex::new(memory));
        let writer = Writer::start(path.clone(), Arc::clone(&memory)).map_err(unusable)?;
        Ok(Self {
            memory,
            writer,
            damaged,
        })
    }

    /// What is known of an operation.
    #[must_use]
    pub fn known(&self, operation: Uuid) -> Option<Entry> {
        self.lock().0.get(&operation).cloned()
    }

    /// Writes down that an operation begins. When this returns it is on the disk.
    ///
    /// # Errors
    /// [`Full`]: it must not begin.
    pub async fn begin(&self, begun: Begun) -> Result<(), Full> {
        let operation = begun.operation;
        let line = Line::Begun(begun.clone()).text();
        let entry = Entry {
            begun,
            ended: None,
            accepted: false,
        };
        self.lock().0.insert(operation, entry);
        let written = self.writer.write_and_wait(line).await;
        if written.is_err() {
            self.lock().0.remove(&operation);
        }
        written.map_err(Full)
    }

    /// Writes down what became of an operation.
    pub fn end(&self, report: &Report) {
        if let Some(entry) = self.lock().0.get_mut(&report.operation) {
            entry.ended = Some(report.clone());
        }
        self.writer.write(Line::Ended(report.clone()).text());
    }

    /// The service has these.
    pub fn accepted(&self, operations: &[Uuid]) {
        let mut lines = String::new();
        let mut memory = self.lock();
        for operation in operations {
            if let Some(entry) = memory.0.get_mut(operation) {
                entry.accepted = true;
                lines += &Line::Accepted(*operation).text();
            }
        }
        drop(memory);
        if !lines.is_empty() {
            self.writer.write(lines);
        }
    }

    /// Operations that were begun, and nobody knows what became of them.
    #[must_use]
    pub fn open_ends(&self) -> Vec<Begun> {
        let memory = self.lock();
        let open = memory.0.values().filter(|entry| entry.ended.is_none());
        open.map(|entry| entry.begun.clone()).collect()
    }

    /// What the service hasn't accepted yet.
    #[must_use]
    pub fn unreported(&self) -> Vec<Report> {
        let memory = self.lock();
        let waiting = memory.0.values().filter(|entry| !entry.accepted);
        waiting.filter_map(|entry| entry.ended.clone()).collect()
    }

    /// All entries, for the support bundle.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().0.values().cloned().collect()
    }

    /// What an administrator should know, if anything.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let full = self.writer.trouble().map(|why| {
            format!("passwords aren't written back, because the journal can't be written ({why}): make room on this host's disk")
        });
        let damaged = || {
            (self.damaged > 0).then(|| {
                format!(
                    "{} lines of the journal were damaged and are left out: check this host's disk",
                    self.damaged
                )
            })
        };
        full.or_else(damaged)
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a journal without touching it: what is in it, and how many lines are damaged.
#[must_use]
pub fn look(state: &Path) -> (Vec<Entry>, usize) {
    let text = std::fs::read(state.join(FILE)).unwrap_or_default();
    let (memory, damaged) = Memory::read(&text);
    (memory.0.into_values().collect(), damaged)
}

impl Line {
    fn text(&self) -> String {
        // Structs of plain fields: serde_json can't refuse them.
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Memory {
    /// The last line may be torn: what it guarded was not begun. Damage elsewhere is counted.
    fn read(text: &[u8]) -> (Self, usize) {
        let mut memory = Self::default();
        let mut damaged = 0;
        let mut lines = text.split_inclusive(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            match serde_json::from_slice(line) {
                Ok(Line::Begun(begun)) => {
                    memory.0.entry(begun.operation).or_insert(Entry {
                        begun,
                        ended: None,
                        accepted: false,
                    });
                }
                Ok(Line::Ended(report)) => {
                    if let Some(entry) = memory.0.get_mut(&report.operation) {
                        entry.ended = Some(report);
                    }
                }
                Ok(Line::Accepted(operation)) => {
                    if let Some(entry) = memory.0.get_mut(&operation) {
                        entry.accepted = true;
                    }
                }
                Err(_) if lines.peek().is_none() => {}
                Err(_) => damaged += 1,
            }
        }
        (memory, damaged)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (operation, entry) in &self.0 {
            text += &Line::Begun(entry.begun.clone()).text();
            if let Some(report) = &entry.ended {
                text += &Line::Ended(report.clone()).text();
            }
            if entry.accepted {
                text += &Line::Accepted(*operation).text();
            }
        }
        text
    }

    fn forget(&mut self, now: Micros) {
        let mut over: Vec<_> = self
            .0
            .values()
            .filter(|entry| entry.accepted && entry.begun.expires_at.saturating_add(KEPT_FOR) < now)
            .map(|entry| (entry.begun.at, entry.begun.operation))
            .collect();
        over.sort_unstable();
        let most = self.0.len().saturating_sub(KEPT_AT_LEAST);
        for (_, operation) in over.into_iter().take(most) {
            self.0.remove(&operation);
        }
    }
}

#[cfg(test)]
mod tests;
