//! What goes on beside the work: the status file, the age of the key, a look at each directory now and then.

use super::Agent;
use crate::clock::{self, DAY};
use crate::enrol::PROGRAM;
use crate::keys::{Keys, ROLLED_AFTER};
use crate::link::{Backoff, RollError};
use crate::status::{DirectoryStatus, LinkState, Status};
use crate::work::Place;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How often a directory is looked at, and its rights.
const LOOK: Duration = Duration::from_secs(20);
const LOOK_AT_RIGHTS: Duration = Duration::from_hours(1);
/// Administrators are told that a key can't be rolled when the service hasn't taken it for so long.
const STUCK: Duration = Duration::from_hours(1);

impl Agent {
    /// Writes down how the agent is whenever that has changed.
    pub(super) async fn status(&self) {
        let mut before = None;
        let mut written = Instant::now();
        loop {
            let now = self.now();
            let same = Status {
                at: 0,
                ..now.clone()
            };
            if before.as_ref() != Some(&same) || written.elapsed() > Duration::from_mins(1) {
                self.write_status(&now);
                (before, written) = (Some(same), Instant::now());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    pub(super) fn keep_status(&self) {
        self.write_status(&self.now());
    }

    fn write_status(&self, status: &Status) {
        if let Err(error) = status.keep(&self.state) {
            tracing::debug!(%error, "the status can't be written");
        }
    }

    fn now(&self) -> Status {
        let approval = &self.line.enrolment().approval;
        let link = self
            .link
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Status {
            version: PROGRAM.to_owned(),
            pid: std::process::id(),
            started_at: self.started_at,
            at: clock::machine(),
            link,
            service: self.config.service.url.clone(),
            tenant: approval.tenant_name.clone(),
            agent: approval.agent,
            fingerprint: self.line.with_keys(Keys::fingerprint),
            // In whole seconds, or it would never be the same.
            skew: self
                .line
                .clock()
                .skew()
                .map(|skew| skew / clock::SECOND * clock::SECOND),
            staging: self.config.agent.staging,
            directories: self
                .places
                .iter()
                .map(|place| self.directory(place))
                .collect(),
            waiting: self.work.reports().count(),
            complaints: self.complaints(),
        }
    }

    fn directory(&self, place: &Arc<Place>) -> DirectoryStatus {
        let keeper = self.keepers.iter().find(|(own, _)| Arc::ptr_eq(own, place));
        DirectoryStatus {
            name: place.config().name.clone(),
            health: place.health(self.config.agent.staging),
            trouble: place.seen().trouble,
            sync: keeper.and_then(|(_, keeper)| keeper.last()),
        }
    }

    fn set_key_stuck(&self, why: Option<String>) {
        *self
            .key_stuck
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub(super) fn set_link(&self, state: LinkState) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Rolls the sealing key when it is time, and ends what a roll that was cut off left.
    pub(super) async fn roll(&self) {
        let mut failing: Option<Instant> = None;
        loop {
            let (offered, age) = self
                .line
                .with_keys(|keys| (keys.is_offered(), clock::machine() - keys.made_at()));
            if (offered || age > ROLLED_AFTER)
                && let Err(error) = self.line.roll_key().await
            {
                tracing::warn!(%error, "the sealing key can't be rolled now");
                let since = *failing.get_or_insert_with(Instant::now);
                // A service that is away comes back; a disk that is full stays so.
                if matches!(error, RollError::Keys(_)) || since.elapsed() >= STUCK {
                    self.set_key_stuck(Some(error.to_string()));
                }
                tokio::time::sleep(Duration::from_mins(1)).await;
                continue;
            }
            failing = None;
            self.set_key_stuck(None);
            if let Err(complaint) = self.line.change_keys(Keys::forget_old) {
                tracing::warn!(
                    why = complaint.what,
                    "the old sealing key can't be forgotten"
                );
            }
            tokio::time::sleep(Duration::from_micros((DAY / 24) as u64)).await;
        }
    }
}

pub(super) async fn look(place: &Place) {
    let mut rights_at: Option<Instant> = None;
    let mut backoff = Backoff::default();
    loop {
        place.look().await;
        let seen = place.seen();
        if seen.trouble.is_some() {
            tokio::time::sleep(backoff.pause()).await;
            continue;
        }
        backoff.reset();
        if rights_at.is_none_or(|at| at.elapsed() >= LOOK_AT_RIGHTS) {
            place.look_at_rights().await;
            rights_at = Some(Instant::now());
        }
        tokio::time::sleep(LOOK).await;
    }
}
