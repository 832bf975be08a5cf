//! How the agent is, in a file that anybody may ask for who may read the state directory: no network is needed to look.

use crate::clock::{self, SECOND};
use crate::private;
use crate::sync::run::{End, Run};
use keyward_wire::Micros;
use keyward_wire::link::DirectoryHealth;
use keyward_wire::sync::Mode;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use uuid::Uuid;

const FILE: &str = "status.json";
const LOCK: &str = "lock";

/// How the agent is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The version of the program.
    pub version: String,
    /// The process.
    pub pid: u32,
    /// When it was started.
    pub started_at: Micros,
    /// When this was written.
    pub at: Micros,
    /// How it stands with the service.
    pub link: LinkState,
    /// The service's address.
    pub service: String,
    /// The organisation, for people.
    pub tenant: String,
    /// The agent's id.
    pub agent: Uuid,
    /// The keys' fingerprint.
    pub fingerprint: String,
    /// How far this machine's clock is ahead of the service's.
    pub skew: Option<Micros>,
    /// It imports and computes, and changes nothing.
    pub staging: bool,
    /// The directories.
    pub directories: Vec<DirectoryStatus>,
    /// Outcomes that wait to be told.
    pub waiting: usize,
    /// What an administrator should know.
    pub complaints: Vec<String>,
}

/// How it stands with the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum LinkState {
    /// Not connected yet.
    Starting,
    /// It is connected.
    Connected,
    /// It isn't, and tries again.
    Away {
        /// Why.
        why: String,
    },
    /// An administrator revoked the agent: it has stopped.
    Revoked,
    /// It was stopped.
    Stopped,
}

/// One directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryStatus {
    /// What the settings call it.
    pub name: String,
    /// What the service is told of it; nothing before it was reached.
    pub health: Option<DirectoryHealth>,
    /// Why it doesn't answer, if it doesn't.
    pub trouble: Option<String>,
    /// The last synchronisation.
    pub sync: Option<Run>,
}

impl Status {
    /// Writes it where [`Status::load`] finds it.
    pub fn keep(&self, state: &Path) -> std::io::Result<()> {
        private::write(&state.join(FILE), &serde_json::to_vec_pretty(self)?)
    }

    /// The last one that was written.
    #[must_use]
    pub fn load(state: &Path) -> Option<Self> {
        let text = std::fs::read(state.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// For people. `running`: its process still holds the lock.
    #[must_use]
    pub fn shown(&self, running: bool) -> String {
        let mut text = String::new();
        let link = match (&self.link, running) {
            (LinkState::Revoked, _) => {
                "stopped: an administrator revoked this agent. `keyward-connect enrol --again` asks to be let in anew"
                    .to_owned()
            }
            (LinkState::Stopped, _) | (_, false) => {
                format!("not running since {}", clock::shown(self.at))
            }
            (LinkState::Starting, true) => "starting".to_owned(),
            (LinkState::Connected, true) => "connected".to_owned(),
            (LinkState::Away { why }, true) => format!("not connected, tries again: {why}"),
        };
        let _ = writeln!(text, "agent      {link}");
        let _ = writeln!(text, "service    {} ({})", self.service, self.tenant);
        let _ = writeln!(text, "keys       {}", self.fingerprint);
        let _ = writeln!(text, "version    {}", self.version);
        if let Some(skew) = self.skew {
            let _ = writeln!(text, "clock      {} s from the service's", skew / SECOND);
        }
        if self.staging {
            text.push_str("staging    imports and computes, changes nothing\n");
        }
        if self.waiting > 0 {
            let _ = writeln!(text, "waiting    {} outcomes to be told", self.waiting);
        }
        for directory in &self.directories {
            directory.show(&mut text);
        }
        for complaint in &self.complaints {
            let _ = writeln!(text, "! {complaint}");
        }
        text
    }
}

impl DirectoryStatus {
    fn show(&self, text: &mut String) {
        let _ = writeln!(text, "\ndirectory  {}", self.name);
        match (&self.health, &self.trouble) {
            (Some(health), None) => {
                let server = health.server.as_deref().unwrap_or("a server");
                let _ = writeln!(text, "  domain   {}, answered by {server}", health.name);
                let features = [
                    (health.features.sync, "synchronisation"),
                    (health.features.sign_in, "sign-in"),
                    (health.features.writeback, "password writeback"),
                ];
                let on: Vec<_> = features.iter().filter(|f| f.0).map(|f| f.1).collect();
                let _ = writeln!(text, "  does     {}", on.join(", "));
                for complaint in &health.complaints {
                    let _ = writeln!(text, "  ! {complaint}");
                }
            }
            (_, Some(trouble)) => {
                let _ = writeln!(text, "  ! {trouble}");
            }
            (None, None) => text.push_str("  not reached yet\n"),
        }
        if let Some(run) = &self.sync {
            let _ = writeln!(text, "  last run {}", shown_run(run));
        }
    }
}

/// A synchronisation in one line.
#[must_use]
pub fn shown_run(run: &Run) -> String {
    let what = match (run.mode, run.preview) {
        (Mode::Full, false) => "everything",
        (Mode::Full, true) => "preview of everything",
        (Mode::Delta, _) => "what changed",
    };
    let counts = &run.counts;
    let end = match &run.end {
        End::Complete => format!(
            "{} read, {} added, {} updated, {} deleted, {} joined, {} errors",
            run.objects, counts.added, counts.updated, counts.deleted, counts.joined, counts.errors
        ),
        End::Held => format!(
            "{} deletions wait for a decision on the Connect page of the admin center",
            run.held
        ),
        End::Kept => "another agent keeps this directory up to date; this one stands by".to_owned(),
        End::FullNeeded => "everything has to be read again, which follows at once".to_owned(),
        End::Failed(why) => format!("failed: {why}"),
        End::Revoked => "ended: the agent was revoked".to_owned(),
    };
    let anchors = match &run.unwritten {
        Some((users, why)) => {
            format!("; the source anchors of {users} users can't be written: {why}")
        }
        None => String::new(),
    };
    format!(
        "{}, {what} in {} ms: {end}{anchors}",
        clock::shown(run.at),
        run.took_ms
    )
}

/// Held by the one process that works in a state directory.
pub struct Lock(#[expect(dead_code, reason = "closing it gives the lock back")] File);

impl Lock {
    /// None: another process works there.
    pub fn take(state: &Path) -> std::io::Result<Option<Self>> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(state.join(LOCK))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self(file))),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether an agent works in this state directory.
#[must_use]
pub fn is_running(state: &Path) -> bool {
    matches!(Lock::take(state), Ok(None))
}
