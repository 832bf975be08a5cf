//! What the service wants done, and how the agent takes it.
//!
//! The agent asks for work ([`WorkRequest`]) and the service answers as soon as there is some, or with nothing after
//! `wait_s`. Each task is handed to one session of one agent. The agent says what it has with each question, and what it
//! doesn't have though it was given is given again: an answer got lost. What became of a task is told by [`Reports`],
//! again and again until the service has [`Accepted`] it; an agent that crashed looks into its journal and reports from
//! there.

use crate::outcome::Outcome;
use crate::{Bytes, Micros};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Asks for work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRequest {
    /// How the agent and its directories are, when that has changed or a minute has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// How long the service may wait for work before it answers with nothing.
    pub wait_s: u32,
    /// How many tasks may come at most; 0: none, for who only says how it is.
    pub most: u32,
    /// The operations that the agent was given in this session and has not heard to be [`Accepted`]: what else it was
    /// given got lost on the way. None: it doesn't say, and nothing is given again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<Vec<Uuid>>,
}

/// Work, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkReply {
    /// The tasks.
    pub tasks: Vec<SignedTask>,
    /// What the service wants of the agent, each time.
    pub settings: Settings,
    /// The service's clock.
    pub now: Micros,
}

/// What the service wants of an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Writing passwords back is switched on, and the organisation holds the plan.
    pub writeback: bool,
    /// Unlocking without a reset is switched on.
    pub unlock: bool,
}

/// How an agent is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// One for each directory that it is configured for.
    pub directories: Vec<DirectoryHealth>,
    /// Something that an administrator should know of the host (disk full, clock wrong), in words.
    #[serde(default)]
    pub complaints: Vec<String>,
    /// The agent imports and computes, and changes nothing.
    #[serde(default)]
    pub staging: bool,
    /// Why the sealing key can't be rolled though it is time, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_stuck: Option<String>,
}

/// One directory as an agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryHealth {
    /// The same for every agent beside this directory: for Active Directory the objectGUID of the domain's head, else
    /// derived from the naming context.
    pub directory: Uuid,
    /// What people call it: `corp.example.test`.
    pub name: String,
    /// What it is.
    pub kind: DirectoryKind,
    /// Which server answers now.
    pub server: Option<String>,
    /// Its domains: users whose name ends so belong to it.
    pub suffixes: Vec<String>,
    /// It answers.
    pub reachable: bool,
    /// Why it doesn't, or what the service account lacks, in words.
    #[serde(default)]
    pub complaints: Vec<String>,
    /// What is done there.
    #[serde(default)]
    pub features: Features,
}

/// What an agent was configured to do for a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a tick box of the wizard"
)]
pub struct Features {
    /// Brings users and groups in.
    pub sync: bool,
    /// Checks sign-ins.
    pub sign_in: bool,
    /// Writes new passwords back.
    pub writeback: bool,
    /// A reset is held to the directory's password history and age.
    pub policy_hints: bool,
}

/// The kind of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirectoryKind {
    /// Active Directory, by Microsoft or Samba.
    ActiveDirectory,
    /// OpenLDAP with ppolicy.
    OpenLdap,
}

/// A task and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTask {
    /// A [`Task`] as JSON, exactly as it was signed.
    pub task: String,
    /// Ed25519 signature of the service: see [`sign`](crate::sign).
    pub signature: Bytes,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The operation: done at most once, whatever is delivered how often.
    pub operation: Uuid,
    /// For whom.
    pub tenant: Uuid,
    /// By whom.
    pub agent: Uuid,
    /// Where.
    pub directory: Uuid,
    /// When it was signed.
    pub issued_at: Micros,
    /// Not to be begun after this.
    pub expires_at: Micros,
    /// What.
    pub job: Job,
}

/// What to do. `anchor` is the source anchor of the user: the objectGUID or entryUUID in its hyphenated form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Job {
    /// Is this the password? `anchor` is nobody's for a name that doesn't exist: the same road in the same time.
    Verify {
        /// Whose, if anybody's.
        anchor: Option<Uuid>,
        /// Sealed with [`Purpose::Verify`](crate::seal::Purpose).
        password: Bytes,
    },
    /// Sets a new password, proved by other means than the old one.
    Reset {
        /// Whose.
        anchor: Uuid,
        /// Sealed with [`Purpose::Reset`](crate::seal::Purpose).
        password: Bytes,
        /// Hold it to the directory's history and age as well, where the directory can.
        enforce_policy: bool,
        /// The user must change it at the next sign-in.
        must_change: bool,
    },
    /// Changes a known password, by the user's own right.
    Change {
        /// Whose.
        anchor: Uuid,
        /// Sealed with [`Purpose::Old`](crate::seal::Purpose).
        old: Bytes,
        /// Sealed with [`Purpose::Change`](crate::seal::Purpose).
        new: Bytes,
    },
    /// Lifts a lockout, leaves the password.
    Unlock {
        /// Whose.
        anchor: Uuid,
    },
    /// The password must be changed at the next sign-in.
    ForceChange {
        /// Whose.
        anchor: Uuid,
    },
    /// Would a reset succeed? Nothing is written to find out.
    Examine {
        /// Whose.
        anchor: Uuid,
    },
    /// Synchronise now.
    Sync {
        /// Everything instead of what changed.
        full: bool,
        /// Compute only, and show.
        preview: bool,
    },
}

impl Job {
    /// For logs: the job without what is in it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Verify { .. } => "verify",
            Self::Reset { .. } => "reset",
            Self::Change { .. } => "change",
            Self::Unlock { .. } => "unlock",
            Self::ForceChange { .. } => "force-change",
            Self::Examine { .. } => "examine",
            Self::Sync { .. } => "sync",
        }
    }

    /// It changes something in the directory, so it is written to the journal before it is begun.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(
            self,
            Self::Reset { .. }
                | Self::Change { .. }
                | Self::Unlock { .. }
                | Self::ForceChange { .. }
        )
    }
}

/// What became of operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reports {
    /// One each.
    pub reports: Vec<Report>,
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The operation.
    pub operation: Uuid,
    /// What became of it.
    pub outcome: Outcome,
    /// How long the directory took, in microseconds, for the statistics.
    pub took_us: u32,
}

/// The service has written these down: the agent may forget them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Their operations, those that the service doesn't know (any more) too.
    pub operations: Vec<Uuid>,
}
