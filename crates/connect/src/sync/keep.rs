//! Keeps the service like the directory: everything at first, then what changes, as soon as it changes.

use super::Wish;
use super::run::{End, Run, run};
use crate::clock::{self, DAY};
use crate::config::DirectoryConfig;
use crate::directory::{Error, Position};
use crate::link::{Backoff, Line};
use crate::private;
use crate::work::Place;
use keyward_wire::Micros;
use keyward_wire::sync::Mode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// Everything is read again so often, to find what deltas can't show.
const FULL_EVERY: Micros = DAY;
/// How often an agent in staging mode computes what it would do.
const STAGED_EVERY: Duration = Duration::from_hours(6);
/// How often an agent that stands by asks whether it is its turn.
const STANDS_BY: Duration = Duration::from_secs(15);
/// However much is written in a directory, its changes aren't read sooner again: reading them can cost its server a look
/// at everything, during which nobody's password is written. Who waits for a change waits for two seconds at most.
const REST: Duration = Duration::from_secs(1);
/// How long to wait for a decision about deletions before asking again.
const HELD: Duration = Duration::from_mins(1);

/// Where the changes of a directory were left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    position: Position,
    full_at: Micros,
    /// Of the settings that decide what is read: others need everything again.
    settings: String,
}

/// The synchronisation of one directory.
pub struct Keeper {
    path: PathBuf,
    settings: String,
    left: Mutex<Option<Left>>,
    last: Mutex<Option<Run>>,
    /// Another agent keeps the directory.
    stands_by: AtomicBool,
}

impl Keeper {
    /// Of a directory of the settings, in a state directory.
    #[must_use]
    pub fn new(state: &Path, config: &DirectoryConfig) -> Self {
        let path = state.join(format!("sync-{}.json", config.name));
        let settings = fingerprint(config);
        let left = std::fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .filter(|left: &Left| left.settings == settings);
        Self {
            path,
            settings,
            left: Mutex::new(left),
            last: Mutex::default(),
            stands_by: AtomicBool::new(false),
        }
    }

    /// What the last synchronisation did.
    #[must_use]
    pub fn last(&self) -> Option<Run> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    /// Synchronises for ever; ends when the agent was revoked.
    pub async fn run(
        &self,
        place: &Place,
        line: &Line,
        mut wished: UnboundedReceiver<Wish>,
        staging: bool,
    ) {
        let mut backoff = Backoff::default();
        let mut wish = None;
        loop {
            if place.id().is_none() {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
            let Wish {
                full,
                preview,
                answer,
            } = wish.take().unwrap_or(Wish {
                full: false,
                preview: staging,
                answer: None,
            });
            let done = self.once(place, line, full, preview || staging).await;
            let end = done.end.clone();
            if let Some(answer) = answer {
                // Whoever asked may have gone.
                let _ = answer.send(done);
            }
            let wait = match end {
                End::Revoked => return,
                End::Complete => {
                    backoff.reset();
                    None
                }
                End::FullNeeded => {
                    if let Ok(mut left) = self.left.lock() {
                        *left = None;
                    }
                    Some(Duration::from_millis(100))
                }
                End::Held => Some(HELD),
                End::Kept => Some(STANDS_BY),
                End::Failed(_) => Some(backoff.pause()),
            };
            wish = match wait {
                Some(wait) => tokio::select! {
                    wish = wished.recv() => wish,
                    () = tokio::time::sleep(wait) => None,
                },
                None => self.next(place, &mut wished, staging).await,
            };
        }
    }

    /// One synchronisation, and what was left of it kept.
    pub async fn once(&self, place: &Place, line: &Line, full: bool, preview: bool) -> Run {
        let due = |left: &Left| clock::machine() - left.full_at >= FULL_EVERY;
        let left = self.left().filter(|left| !full && !preview && !due(left));
        let from = left.as_ref().map(|left| &left.position);
        let stood_by = self.stands_by.load(Ordering::Relaxed);
        let (done, position) = run(place, line, from, preview, stood_by).await;
        let stands_by = done.end == End::Kept;
        if !preview {
            self.stands_by.store(stands_by, Ordering::Relaxed);
        }
        if let (Some(position), false) = (position, preview) {
            let full_at = match &left {
                Some(left) => left.full_at,
                None => done.at,
            };
            self.keep(Left {
                position,
                full_at,
                settings: self.settings.clone(),
            });
        }
        if !(stands_by && stood_by) {
            log(&done);
        }
        // What concerned nobody isn't worth remembering.
        let told = done.mode == Mode::Full || done.objects > 0 || done.end != End::Complete;
        if let (true, Ok(mut last)) = (told, self.last.lock()) {
            *last = Some(done.clone());
        }
        done
    }

    /// Waits until there is something to do; what somebody asks for comes first.
    async fn next(
        &self,
        place: &Place,
        wished: &mut UnboundedReceiver<Wish>,
        staging: bool,
    ) -> Option<Wish> {
        let changed = async {
            let Some(left) = self.left().filter(|_| !staging) else {
                tokio::time::sleep(STAGED_EVERY).await;
                return;
            };
            tokio::time::sleep(REST).await;
            let due = (left.full_at + FULL_EVERY - clock::machine()).clamp(0, FULL_EVERY);
            let due = tokio::time::sleep(Duration::from_micros(due as u64));
            tokio::select! {
                () = due => {}
                () = until_changed(place, &left.position) => {}
            }
        };
        tokio::select! {
            wish = wished.recv() => wish,
            () = changed => None,
        }
    }

    fn left(&self) -> Option<Left> {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.clone()
    }

    fn keep(&self, left: Left) {
        // A position that isn't kept costs a reading of everything at the next start, and nothing else.
        match serde_json::to_vec(&left) {
            Ok(text) => {
                if let Err(error) = private::write(&self.path, &text) {
                    tracing::warn!(%error, "the position of the synchronisation can't be kept");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the position of the synchronisation can't be kept");
            }
        }
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(left);
    }
}

/// A lost position is found again by the reading that follows.
async fn until_changed(place: &Place, position: &Position) {
    let mut backoff = Backoff::default();
    loop {
        match place.directory().changed(position).await {
            Ok(()) | Err(Error::PositionLost) => return,
            Err(error) => {
                tracing::warn!(directory = place.config().name, %error, "the directory's changes can't be followed");
                tokio::time::sleep(backoff.pause()).await;
            }
        }
    }
}

fn fingerprint(config: &DirectoryConfig) -> String {
    let decides = format!(
        "{:?} {:?} {:?} {} {:?} {:?} {}",
        config.kind,
        config.base,
        config.scope,
        config.user_name,
        config.rules,
        config.source_anchor,
        config.dirsync
    );
    let digest = Sha256::digest(decides.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn log(run: &Run) {
    let directory = run.directory.as_str();
    let counts = run.counts;
    if let Some((users, why)) = &run.unwritten {
        tracing::warn!(
            directory,
            users,
            why,
            "source anchors can't be written into the directory: `keyward-connect doctor` prints the command that grants the right"
        );
    }
    match &run.end {
        End::Complete if run.mode == Mode::Delta && run.objects == 0 => {}
        End::Complete => tracing::info!(
            directory,
            mode = ?run.mode,
            preview = run.preview,
            objects = run.objects,
            added = counts.added,
            updated = counts.updated,
            deleted = counts.deleted,
            errors = counts.errors,
            took_ms = run.took_ms,
            "synchronised"
        ),
        End::Held => tracing::warn!(
            directory,
            held = run.held,
            "deletions wait for a decision on the Connect page of the admin center"
        ),
        End::Kept => tracing::info!(
            directory,
            "another agent keeps this directory up to date; this one stands by"
        ),
        End::FullNeeded => tracing::info!(directory, "everything is read again"),
        End::Failed(why) => tracing::warn!(directory, why, "the synchronisation failed"),
        End::Revoked => tracing::error!(directory, "the agent was revoked"),
    }
}
