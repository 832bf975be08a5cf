//! What became of operations, told until the service has it.

use crate::journal::Journal;
use crate::link::{Backoff, Failure, Line};
use keyward_wire::link::{Accepted, Report, Reports as Message};
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::path;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use uuid::Uuid;

/// How many are told at once.
const AT_ONCE: usize = 200;
/// Nobody waits for the outcome of something that changed nothing any longer than this.
const WORTH: Duration = Duration::from_mins(10);

/// What waits to be told.
pub struct Reports {
    waiting: Mutex<BTreeMap<Uuid, Waiting>>,
    more: Notify,
    told: Notify,
}

struct Waiting {
    report: Report,
    since: Instant,
}

impl Reports {
    /// What a journal has that the service hasn't accepted.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        let reports = Self {
            waiting: Mutex::default(),
            more: Notify::new(),
            told: Notify::new(),
        };
        for report in journal.unreported() {
            reports.tell(report);
        }
        reports
    }

    /// Tells one, as soon as possible.
    pub fn tell(&self, report: Report) {
        let since = Instant::now();
        let waiting = Waiting { report, since };
        self.lock().insert(waiting.report.operation, waiting);
        self.more.notify_one();
    }

    /// Whether the outcome of an operation waits. That something was refused which only claimed to be it doesn't count.
    #[must_use]
    pub fn is_waiting(&self, operation: Uuid) -> bool {
        let waiting = self.lock();
        let outcome = waiting.get(&operation).map(|w| &w.report.outcome);
        outcome.is_some_and(|outcome| {
            let bad = matches!(
                outcome,
                Outcome::Refused {
                    refusal: Denial::BadTask,
                    ..
                }
            );
            !bad
        })
    }

    /// Whose outcomes wait.
    #[must_use]
    pub fn operations(&self) -> Vec<Uuid> {
        self.lock().keys().copied().collect()
    }

    /// How many wait.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Done when nothing waits any more.
    pub async fn all_told(&self) {
        loop {
            let told = self.told.notified();
            if self.count() == 0 {
                return;
            }
            told.await;
        }
    }

    /// Tells what comes, for ever; ends when the agent was revoked.
    pub async fn run(&self, line: &Line, journal: &Journal) -> Failure {
        let mut backoff = Backoff::default();
        loop {
            let some = self.some(journal);
            if some.is_empty() {
                self.more.notified().await;
                continue;
            }
            let message = Message { reports: some };
            let said: Result<Accepted, _> = line
                .say(path::OUTCOMES, &message, Duration::from_secs(30))
                .await;
            match said {
                Ok(accepted) => {
                    backoff.reset();
                    journal.accepted(&accepted.operations);
                    let left = self.forget(&accepted.operations, &message.reports);
                    self.told.notify_waiters();
                    if left {
                        // The service took some and not others: not at once again.
                        tokio::time::sleep(backoff.pause()).await;
                    }
                }
                Err(failure) if failure.is_revoked() => return failure,
                Err(failure) => {
                    let wait = backoff.pause();
                    tracing::warn!(%failure, "outcomes wait to be told");
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// True when some of those that were told still wait.
    fn forget(&self, accepted: &[Uuid], told: &[Report]) -> bool {
        let mut waiting = self.lock();
        for operation in accepted {
            waiting.remove(operation);
        }
        told.iter()
            .any(|report| waiting.contains_key(&report.operation))
    }

    fn some(&self, journal: &Journal) -> Vec<Report> {
        let mut waiting = self.lock();
        waiting.retain(|operation, waiting| {
            waiting.since.elapsed() < WORTH || journal.known(*operation).is_some()
        });
        let some = waiting.values().take(AT_ONCE);
        some.map(|waiting| waiting.report.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Uuid, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
