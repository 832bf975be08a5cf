//! Writes to the directory: each operation once, through the journal.

use super::check::{self, Reason};
use super::{Place, Work, refused, unreachable};
use crate::clock;
use crate::directory::ResetOptions;
use crate::journal::Begun;
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::seal::Purpose;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What is written, opened.
pub(super) enum Opened {
    Reset(Zeroizing<String>, ResetOptions),
    Change {
        old: Zeroizing<String>,
        new: Zeroizing<String>,
    },
    Unlock,
    ForceChange,
}

impl Opened {
    /// The password that is the right one when it was done.
    pub(super) fn password(&self) -> Option<&str> {
        match self {
            Self::Reset(new, _) | Self::Change { new, .. } => Some(new),
            Self::Unlock | Self::ForceChange => None,
        }
    }
}

fn seen_server(place: &Place) -> Option<String> {
    place.seen().identity.map(|identity| identity.server)
}

impl Work {
    pub(super) async fn write(&self, place: &Place, task: &Task) -> Outcome {
        let (anchor, change) = match self.open(task) {
            Ok(opened) => opened,
            Err(reason) => return refused(reason),
        };
        let _turn = self.turns.user(anchor).await;
        self.begin(place, task, anchor, &change).await
    }

    async fn begin(&self, place: &Place, task: &Task, anchor: Uuid, change: &Opened) -> Outcome {
        let directory = place.directory();
        // Both look at the object as it is now: nothing that was remembered decides.
        let scope = async {
            if place.config().is_whole() {
                Ok(true)
            } else {
                directory.in_scope(&place.config().scope, anchor).await
            }
        };
        let before = match tokio::join!(scope, directory.trace(anchor)) {
            (Err(error), _) | (_, Err(error)) => return unreachable(&error),
            (_, Ok(None)) => return Outcome::refused(Denial::NotFound),
            (Ok(false), _) => return Outcome::refused(Denial::OutOfScope),
            (Ok(true), Ok(Some(before))) => before,
        };
        // It may have waited for its turn, or the directory for its answer.
        if task.expires_at <= self.line.clock().now() {
            return refused(Reason::Expired);
        }
        if !self.limit.take() {
            return Outcome::Unreachable {
                message: "the agent writes no more passwords in this minute than its settings allow (writes_per_minute)"
                    .to_owned(),
            };
        }
        let begun = Begun {
            operation: task.operation,
            at: clock::machine(),
            expires_at: task.expires_at,
            directory: task.directory,
            anchor,
            job: task.job.name().to_owned(),
            server: directory.in_use().or_else(|| seen_server(place)),
            before,
        };
        if self.journal.begin(begun.clone()).await.is_err() {
            return Outcome::refused(Denial::NoJournal);
        }
        let outcome = match change {
            Opened::Reset(password, options) => directory.reset(anchor, password, *options).await,
            Opened::Change { old, new } => directory.change(anchor, old, new).await,
            Opened::Unlock => directory.unlock(anchor).await,
            Opened::ForceChange => directory.force_change(anchor).await,
        };
        match outcome {
            Outcome::Unknown { .. } => {
                let mut begun = begun;
                if directory
                    .in_use()
                    .is_some_and(|now| begun.server != Some(now))
                {
                    // It went to another server than the one that was read: no server's "unchanged" says anything.
                    begun.server = None;
                }
                self.resolve(place, &begun, change.password()).await
            }
            known => known,
        }
    }

    /// Opens what is sealed in a task that writes.
    pub(super) fn open(&self, task: &Task) -> Result<(Uuid, Opened), Reason> {
        let open = |anchor, purpose, sealed| {
            let binding = check::binding(task, Some(anchor), purpose);
            self.line
                .with_keys(|keys| keys.open(&binding, sealed))
                .ok_or(Reason::Seal)
        };
        Ok(match &task.job {
            Job::Reset {
                anchor,
                password,
                enforce_policy,
                must_change,
            } => {
                let options = ResetOptions {
                    enforce_policy: *enforce_policy,
                    must_change: *must_change,
                };
                let password = open(*anchor, Purpose::Reset, password)?;
                (*anchor, Opened::Reset(password, options))
            }
            Job::Change { anchor, old, new } => {
                let old = open(*anchor, Purpose::Old, old)?;
                let new = open(*anchor, Purpose::Change, new)?;
                (*anchor, Opened::Change { old, new })
            }
            Job::Unlock { anchor } => (*anchor, Opened::Unlock),
            Job::ForceChange { anchor } => (*anchor, Opened::ForceChange),
            Job::Verify { .. } | Job::Examine { .. } | Job::Sync { .. } => {
                return Err(Reason::Addressee);
            }
        })
    }
}
