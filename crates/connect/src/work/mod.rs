//! What the service asks for, done beside the directory.
//!
//! A task is looked at ([`check`]) and taken in hand, then done: a sign-in is compared, a write goes through the journal
//! ([`mod@write`]), and what became of it is told until the service has it ([`reports`]).

mod check;
mod limit;
mod place;
mod reports;
mod resolve;
mod turns;
mod write;

pub use place::{Place, Seen};
pub use reports::Reports;

use crate::directory;
use crate::journal::{Entry, Journal};
use crate::link::Line;
use crate::sync::Wish;
use check::{Checked, Reason};
use keyward_wire::link::{Job, Report, Settings, SignedTask, Task};
use keyward_wire::outcome::{Denial, Examination, Finding, Outcome};
use keyward_wire::seal::Purpose;
use limit::Limit;
use std::sync::Arc;
use std::time::Instant;
use turns::{Running, Turns};
use uuid::Uuid;

/// Does what the service asks for.
pub struct Work {
    line: Arc<Line>,
    journal: Arc<Journal>,
    places: Vec<Arc<Place>>,
    reports: Reports,
    turns: Turns,
    limit: Limit,
    staging: bool,
}

/// A task in hand: the service is told that the agent has it, and it is not taken a second time.
pub struct Received {
    task: Task,
    began: Instant,
    _running: Running,
}

impl Work {
    /// For an agent and its directories.
    #[must_use]
    pub fn new(
        line: Arc<Line>,
        journal: Arc<Journal>,
        places: Vec<Arc<Place>>,
        agent: &crate::config::Agent,
    ) -> Self {
        let reports = Reports::of(&journal);
        Self {
            line,
            journal,
            places,
            reports,
            turns: Turns::default(),
            limit: Limit::new(agent.writes_per_minute),
            staging: agent.staging,
        }
    }

    /// What waits to be told.
    #[must_use]
    pub fn reports(&self) -> &Reports {
        &self.reports
    }

    /// What an administrator should know, if anything.
    pub fn complaints(&self) -> Vec<String> {
        self.journal
            .complaint()
            .into_iter()
            .chain(self.limit.complaint())
            .collect()
    }

    /// The operations that are being done, or whose outcome the service hasn't got yet, at most `most`.
    #[must_use]
    pub fn holds(&self, most: usize) -> Vec<Uuid> {
        let mut held = self.turns.running();
        held.extend(self.reports.operations());
        held.into_iter().take(most).collect()
    }

    /// Takes a task in hand. None: it is none, which the service hears, or it is in hand already.
    pub fn receive(&self, signed: &SignedTask) -> Option<Received> {
        let began = Instant::now();
        match check::task(&self.line, signed) {
            Ok(task) => {
                let operation = task.operation;
                // The turn first: who is done with an operation gives it back when its outcome waits to be told.
                let running = self.turns.operation(operation);
                let running = running.filter(|_| !self.reports.is_waiting(operation));
                if running.is_none() {
                    tracing::debug!(%operation, "a task came again that is in hand");
                }
                Some(Received {
                    task,
                    began,
                    _running: running?,
                })
            }
            Err(Checked { operation, reason }) => {
                tracing::warn!(?operation, reason = reason.code(), "a task was not begun");
                let in_hand = |operation| self.turns.running().contains(&operation);
                if let Some(operation) = operation.filter(|operation| !in_hand(*operation)) {
                    self.refuse(operation, reason);
                }
                None
            }
        }
    }

    /// That this delivery is none says nothing of what an earlier one did: what the journal knows is told, or found out
    /// by [`Work::recover`].
    fn refuse(&self, operation: Uuid, reason: Reason) {
        let outcome = match self.journal.known(operation) {
            None => refused(reason),
            Some(Entry {
                ended: Some(report),
                ..
            }) => report.outcome,
            Some(Entry { ended: None, .. }) => return,
        };
        self.tell(&Report {
            operation,
            outcome,
            took_us: 0,
        });
    }

    /// Does a task, and sees to it that the service hears of it.
    pub async fn act(&self, received: Received, settings: &Settings) {
        let Received { task, began, .. } = &received;
        let (operation, job) = (task.operation, task.job.name());
        tracing::debug!(%operation, job, "a task came");
        let outcome = self.outcome(task, settings).await;
        tracing::info!(
            %operation,
            job,
            outcome = said(&outcome),
            took_ms = began.elapsed().as_millis() as u64,
            "done with a task"
        );
        let took_us = began.elapsed().as_micros().min(u128::from(u32::MAX)) as u32;
        self.tell(&Report {
            operation,
            outcome,
            took_us,
        });
    }

    fn tell(&self, report: &Report) {
        let known = self.journal.known(report.operation);
        if known.is_some_and(|entry| entry.ended.is_none()) {
            self.journal.end(report);
        }
        self.reports.tell(report.clone());
    }

    async fn outcome(&self, task: &Task, settings: &Settings) -> Outcome {
        // The journal before all else: what was begun isn't undone by a directory that is away, or by a switch.
        if let Some(entry) = self.journal.known(task.operation) {
            return self.again(task, entry).await;
        }
        let place = match self.place(task.directory) {
            Ok(place) => place,
            Err(outcome) => return *outcome,
        };
        if let Some(refusal) = self.switched_off(&place, &task.job, settings) {
            return refusal;
        }
        match &task.job {
            Job::Verify { anchor, password } => {
                let binding = check::binding(task, *anchor, Purpose::Verify);
                let Some(password) = self.line.with_keys(|keys| keys.open(&binding, password))
                else {
                    return refused(Reason::Seal);
                };
                self.verify(&place, *anchor, &password).await
            }
            Job::Examine { anchor } => match examine(&place, *anchor).await {
                Ok(examination) => Outcome::Examined(examination),
                Err(error) => unreachable(&error),
            },
            Job::Sync { full, preview } => {
                place.wish(Wish {
                    full: *full,
                    preview: *preview || self.staging,
                    answer: None,
                });
                Outcome::Started
            }
            Job::Reset { .. }
            | Job::Change { .. }
            | Job::Unlock { .. }
            | Job::ForceChange { .. } => self.write(&place, task).await,
        }
    }

    /// Out of scope is nobody: whoever asks for somebody that the agent has nothing to do with learns nothing.
    async fn verify(&self, place: &Place, anchor: Option<Uuid>, password: &str) -> Outcome {
        let mut whose = anchor;
        if !place.config().is_whole() {
            let asked = anchor.unwrap_or_else(nobody);
            match place
                .directory()
                .in_scope(&place.config().scope, asked)
                .await
            {
                Ok(true) => {}
                Ok(false) => whose = None,
                Err(error) => return unreachable(&error),
            }
        }
        place.directory().verify(whose, password).await
    }

    fn place(&self, directory: Uuid) -> Result<Arc<Place>, Box<Outcome>> {
        let found = self.places.iter().find(|p| p.id() == Some(directory));
        found.cloned().ok_or_else(|| {
            let later = self.places.iter().any(|place| place.id().is_none());
            Box::new(if later {
                Outcome::Unreachable {
                    message: "the agent has not reached its directory since it was started".into(),
                }
            } else {
                refused(Reason::Directory)
            })
        })
    }

    /// Switched off here counts whatever the service says; switched off there counts as well (S74).
    fn switched_off(&self, place: &Place, job: &Job, settings: &Settings) -> Option<Outcome> {
        let switches = place.config().switches;
        let on = match job {
            Job::Verify { .. } => switches.sign_in && !self.staging,
            Job::Reset { .. } | Job::Change { .. } | Job::ForceChange { .. } => {
                switches.writeback && settings.writeback && !self.staging
            }
            Job::Unlock { .. } => {
                let there = settings.unlock || settings.writeback;
                switches.writeback && there && !self.staging
            }
            Job::Examine { .. } => switches.writeback,
            Job::Sync { .. } => switches.sync,
        };
        (!on).then(|| Outcome::refused(Denial::SwitchedOff))
    }
}

/// What a write would meet: all that the directory finds, and whether the agent would touch the account at all.
async fn examine(place: &Place, anchor: Uuid) -> directory::Result<Examination> {
    let directory = place.directory();
    let mut examination = directory.examine(anchor).await?;
    let config = place.config();
    let there = examination
        .findings
        .iter()
        .all(|finding| finding.what != Denial::NotFound);
    if there && !config.is_whole() && !directory.in_scope(&config.scope, anchor).await? {
        let out = Finding {
            what: Denial::OutOfScope,
            blocks: true,
            mend: None,
        };
        examination.findings.insert(0, out);
    }
    Ok(examination)
}

/// An anchor that nobody has.
fn nobody() -> Uuid {
    let mut bytes = [0; 16];
    // Without randomness it is the nil id, which nobody has either.
    let _ = getrandom::fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn refused(reason: Reason) -> Outcome {
    Outcome::Refused {
        refusal: Denial::BadTask,
        code: Some(reason.code().to_owned()),
        policy: None,
    }
}

fn unreachable(error: &crate::directory::Error) -> Outcome {
    Outcome::Unreachable {
        message: error.to_string(),
    }
}

/// For the log: the outcome without what is in it.
fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Refused { refusal, .. } => format!("refused: {refusal:?}"),
        Outcome::Unreachable { .. } => "unreachable".to_owned(),
        Outcome::Unknown { .. } => "unknown".to_owned(),
        Outcome::Examined(_) => "examined".to_owned(),
        Outcome::Started => "started".to_owned(),
    }
}
