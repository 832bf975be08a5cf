//! Asking for work, and saying how the agent is.

use super::Agent;
use crate::link::{Backoff, Failure};
use crate::status::LinkState;
use keyward_wire::link::{Health, WorkReply, WorkRequest};
use keyward_wire::{code, path};
use std::pin::pin;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How long the service may let a question wait: shorter than proxies do.
const POLL: u32 = 25;
/// As many operations are said to be held: more are never on their way.
const MOST_HELD: usize = 1_000;

impl Agent {
    /// Asks for work, for ever; ends when the agent was revoked.
    pub(super) async fn poll(&self, tasks: &mut JoinSet<()>) -> Failure {
        let room = Arc::new(Semaphore::new(self.config.agent.parallel as usize));
        let mut backoff = Backoff::default();
        loop {
            while tasks.try_join_next().is_some() {}
            // One at least; it is given back at once, for nobody else takes any.
            if let Ok(permit) = room.acquire().await {
                drop(permit);
            }
            let health = self.health_to_tell();
            let request = WorkRequest {
                health: health.clone(),
                // The first answer comes at once: then it is known that they hear each other.
                wait_s: if self.is_connected() { POLL } else { 0 },
                most: room.available_permits().max(1) as u32,
                holds: Some(self.work.holds(MOST_HELD)),
            };
            let patience = Duration::from_secs(u64::from(POLL) + 15);
            let mut asked = pin!(self.line.say(path::WORK, &request, patience));
            let said = loop {
                tokio::select! {
                    said = &mut asked => break said,
                    health = self.changed_health() => {
                        // The question that waits stays: cut off, it might be answered with work that nobody hears.
                        match self.tell(health).await {
                            Ok(reply) => self.line.clock().hear(reply.now),
                            Err(failure) if failure.is_revoked() => return failure,
                            Err(failure) => tracing::debug!(%failure, "the health can't be told"),
                        }
                    }
                }
            };
            match said {
                Ok(reply) => {
                    if let Some(health) = health {
                        self.has_told(health);
                    }
                    self.set_link(LinkState::Connected);
                    if self.begin(reply, &room, tasks).await {
                        backoff.reset();
                    } else {
                        // It gives what can't be taken: not at once again.
                        tokio::time::sleep(backoff.pause()).await;
                    }
                }
                Err(failure) if failure.is_revoked() => return failure,
                Err(failure) => {
                    let wait = match failure.code() {
                        code::VERSION => Duration::from_mins(5),
                        _ => backoff.pause(),
                    };
                    tracing::warn!(%failure, wait_ms = wait.as_millis() as u64, "no work can be asked for");
                    self.set_link(LinkState::Away {
                        why: failure.to_string(),
                    });
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    fn is_connected(&self) -> bool {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) == LinkState::Connected
    }

    /// Begins what came; false when something came and none of it could be begun.
    async fn begin(
        &self,
        reply: WorkReply,
        room: &Arc<Semaphore>,
        tasks: &mut JoinSet<()>,
    ) -> bool {
        self.line.clock().hear(reply.now);
        let mut fine = reply.tasks.is_empty();
        for task in reply.tasks {
            let permit = Arc::clone(room).acquire_owned().await;
            // In hand before the next question, which says what is.
            let Some(received) = self.work.receive(&task) else {
                continue;
            };
            fine = true;
            let (work, settings) = (Arc::clone(&self.work), reply.settings.clone());
            tasks.spawn(async move {
                work.act(received, &settings).await;
                drop(permit);
            });
        }
        fine
    }

    /// Tells how the agent is, and waits for nothing.
    async fn tell(&self, health: Health) -> Result<WorkReply, Failure> {
        let request = WorkRequest {
            health: Some(health.clone()),
            wait_s: 0,
            most: 0,
            holds: None,
        };
        let patience = Duration::from_secs(10);
        let reply = self.line.say(path::WORK, &request, patience).await?;
        self.has_told(health);
        Ok(reply)
    }

    /// Done as soon as there is something new to tell.
    async fn changed_health(&self) -> Health {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if let Some(health) = self.health_to_tell() {
                return health;
            }
        }
    }

    fn has_told(&self, health: Health) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        *told = Some((health, Instant::now()));
    }

    /// How the agent is.
    #[must_use]
    pub fn health(&self) -> Health {
        let staging = self.config.agent.staging;
        Health {
            directories: self
                .places
                .iter()
                .filter_map(|place| place.health(staging))
                .collect(),
            complaints: self.complaints(),
            staging,
            key_stuck: self
                .key_stuck
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        }
    }

    pub(super) fn complaints(&self) -> Vec<String> {
        let clock = self.line.clock().complaint();
        let away = self.places.iter().filter_map(|place| {
            let seen = place.seen();
            // A directory that was never reached has no health of its own.
            seen.trouble
                .filter(|_| seen.identity.is_none())
                .map(|trouble| format!("directory {}: {trouble}", place.config().name))
        });
        clock
            .into_iter()
            .chain(self.work.complaints())
            .chain(away)
            .collect()
    }

    fn health_to_tell(&self) -> Option<Health> {
        let health = self.health();
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let known = told
            .as_ref()
            .is_some_and(|(before, at)| *before == health && at.elapsed() < Duration::from_mins(1));
        (!known).then_some(health)
    }
}
