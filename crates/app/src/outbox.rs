//! Mail and messages on their way out.
//!
//! A use case enqueues in its own transaction; a worker leases, sends, and erases. Mail, text messages and calls have a
//! worker each, so that none waits for another's server. The payload is sealed, because it
//! carries codes. A job that fails is tried again with growing pauses until its content is of no use any more; then it
//! is dead, and administrators see it under Deliveries. A worker that dies in the middle leaves a lease that runs out:
//! the message may then go twice, with the same code and the same idempotency key, but never not at all (RL-08).

use crate::error::Result;
use crate::keys::Purpose;
use crate::ports::{OutgoingCall, OutgoingMail, OutgoingSms, SendError};
use crate::tasks::Tasks;
use crate::texts::Lang;
use crate::{App, Error};
use keyward_core::ids::JobId;
use keyward_core::time::{Timestamp, minutes, seconds};
use keyward_store::job::{Job, Lane};
use keyward_store::{Engine, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// What is to be sent.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Payload {
    /// A mail.
    Mail {
        to: String,
        from_name: String,
        subject: String,
        text: String,
        html: String,
    },
    /// A text message.
    Sms { to: String, text: String },
    /// A call.
    Call {
        to: String,
        extension: Option<String>,
        lang: String,
        ask: String,
        say: Vec<String>,
        bye: String,
        answer_url: String,
    },
    /// Nothing: what is enqueued for a name that nobody has, so that the request does the same work (EN-07).
    Nothing { filler: String },
}

/// What a job stays with its worker beyond the end of its delivery, so that nobody else takes it up meanwhile: to write
/// down how it ended, and for clocks that differ. A worker leases one job at a time, right before it is sent.
const MARGIN: Duration = seconds(30);

/// How long a delivery may go on when the process is asked to end.
const LAST_WORDS: Duration = seconds(3);

impl App {
    /// Enqueues a message that is of use until `expires`. `about` is what administrators may see of it.
    pub(crate) async fn enqueue(
        &self,
        tx: &mut Tx,
        payload: &Payload,
        about: &str,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        let id = JobId(self.entropy.uuid());
        let kind = match payload {
            Payload::Mail { .. } => "mail",
            Payload::Sms { .. } => "sms",
            Payload::Call { .. } => "call",
            Payload::Nothing { .. } => "nothing",
        };
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(payload).map_err(|e| Error::Fault(e.to_string()))?,
        );
        let payload = self.keys.seal(
            Purpose::Job,
            tx.tenant(),
            id.0.as_bytes(),
            &plain,
            &*self.entropy,
        )?;
        let job = Job {
            id,
            tenant: tx.tenant(),
            kind: kind.into(),
            about: about.into(),
            payload,
            run_at: now,
            expires_at: expires,
            attempts: 0,
            last_error: None,
            created_at: now,
        };
        tx.enqueue(&job).await?;
        Ok(())
    }

    /// Commits and, if there may be something to send, wakes the workers. What is sent belongs to an event: it is of
    /// the same transaction, so that the log says why somebody got a message.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<()> {
        debug_assert!(
            !tx.sends_unrecorded(),
            "a message is enqueued, and no event says why"
        );
        tx.commit().await?;
        self.outbox.notify_one();
        Ok(())
    }

    /// Starts the workers, one for each lane.
    pub fn run_outbox(&self, tasks: &Tasks) {
        let (app, stopping) = (self.clone(), tasks.stopping());
        tasks.run(async move {
            app.end_left_leases().await;
            let (mail, sms, voice) = (Notify::new(), Notify::new(), Notify::new());
            let wake = async {
                loop {
                    app.outbox.notified().await;
                    mail.notify_one();
                    sms.notify_one();
                    voice.notify_one();
                }
            };
            let workers = async {
                tokio::join!(
                    app.work(Lane::Mail, &mail, stopping.clone()),
                    app.work(Lane::Sms, &sms, stopping.clone()),
                    app.work(Lane::Voice, &voice, stopping.clone()),
                );
            };
            tokio::select! {
                () = workers => {}
                () = wake => {}
            }
        });
    }

    /// What a process left behind that was killed. The lock of the embedded database says that no other one runs.
    async fn end_left_leases(&self) {
        if self.db.engine() != Engine::Sqlite {
            return;
        }
        let ended = async {
            let mut tx = self.db.system().await?;
            let ended = tx.release_jobs().await?;
            tx.commit().await?;
            keyward_store::Result::Ok(ended)
        };
        if let Err(error) = ended.await {
            tracing::warn!(%error, "messages that were being sent wait until their lease runs out");
        }
    }

    async fn work(&self, lane: Lane, bell: &Notify, mut stopping: watch::Receiver<bool>) {
        while !*stopping.borrow() {
            let mut asked = stopping.clone();
            let given_up = async move {
                let _ = asked.wait_for(|stop| *stop).await;
                tokio::time::sleep(LAST_WORDS).await;
            };
            let pause = match self.send_next(lane, given_up).await {
                Ok(true) => continue,
                Ok(false) => self.until_next(lane).await,
                Err(error) => {
                    tracing::error!(%error, ?lane, "the outbox could not be read or written");
                    seconds(5)
                }
            };
            tokio::select! {
                () = bell.notified() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    async fn until_next(&self, lane: Lane) -> Duration {
        let next = async { self.db.system_read().await?.next_job_at(lane).await }
            .await
            .ok()
            .flatten();
        // Other nodes enqueue too, so never sleep long.
        next.map_or(seconds(2), |at| {
            at.since(self.clock.now())
                .clamp(Duration::from_millis(100), seconds(2))
        })
    }

    /// Sends what is due, in every lane; how many jobs were taken.
    pub async fn send_due(&self) -> Result<i64> {
        let mut taken = 0;
        for lane in Lane::ALL {
            while self.send_next(lane, std::future::pending()).await? {
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// Sends what is due the longest; false if nothing is. A delivery that runs when `given_up` is done is broken off
    /// and left to the next worker.
    async fn send_next(&self, lane: Lane, given_up: impl Future<Output = ()>) -> Result<bool> {
        let now = self.clock.now();
        // A look first: an idle service takes no write lock.
        if !self.db.system_read().await?.is_job_due(lane, now).await? {
            return Ok(false);
        }
        let mut tx = self.db.system().await?;
        let leased = tx
            .lease_jobs(lane, now, now + self.settings.delivery + MARGIN, 1)
            .await?;
        tx.commit().await?;
        let Some(job) = leased.first() else {
            return Ok(false);
        };
        let delivery = tokio::time::timeout(self.settings.delivery, self.outcome(job));
        let outcome = tokio::select! {
            outcome = delivery => Some(outcome.unwrap_or_else(|_| {
                Err(SendError::Retry("the delivery came to no end".into()))
            })),
            () = given_up => None,
        };
        self.settle_job(job, outcome).await?;
        Ok(true)
    }

    async fn outcome(&self, job: &Job) -> std::result::Result<(), SendError> {
        if job.kind == "nothing" {
            // What stands for nothing never fails either: it must not show up among what wasn't delivered.
            Ok(())
        } else if self.clock.now() >= job.expires_at {
            Err(SendError::Permanent(
                "it was of no use any more when it could have been sent".into(),
            ))
        } else {
            self.deliver(job).await
        }
    }

    /// Writes down how a delivery ended; none: it was broken off.
    async fn settle_job(
        &self,
        job: &Job,
        outcome: Option<std::result::Result<(), SendError>>,
    ) -> Result<()> {
        let mut tx = self.db.system().await?;
        match outcome {
            None => tx.release_job(job).await?,
            Some(Ok(())) => {
                metrics::counter!("keyward_messages_sent_total", "kind" => job.kind.clone())
                    .increment(1);
                tx.finish_job(job).await?;
            }
            Some(Err(error)) => {
                metrics::counter!("keyward_messages_failed_total", "kind" => job.kind.clone())
                    .increment(1);
                let again = match &error {
                    SendError::Retry(_) => Some(self.clock.now() + pause(job.attempts))
                        .filter(|at| *at < job.expires_at),
                    SendError::Permanent(_) => None,
                };
                tracing::warn!(job = %job.id, kind = job.kind, attempts = job.attempts, %error, retry = again.is_some(),
                    "a message did not leave");
                tx.fail_job(job, &error.to_string(), again).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn deliver(&self, job: &Job) -> std::result::Result<(), SendError> {
        let opened = self
            .keys
            .open(Purpose::Job, job.tenant, job.id.0.as_bytes(), &job.payload);
        let payload = opened
            .and_then(|p| serde_json::from_slice(&p).map_err(|e| Error::Fault(e.to_string())))
            .map_err(|e| SendError::Permanent(e.to_string()))?;
        let idempotency_key = job.id.to_string();
        match payload {
            Payload::Nothing { .. } => Ok(()),
            Payload::Mail {
                to,
                from_name,
                subject,
                text,
                html,
            } => {
                let mailer = self
                    .mailer
                    .as_ref()
                    .ok_or_else(|| SendError::Retry("no mail server is set up".into()))?;
                mailer
                    .send(&OutgoingMail {
                        to,
                        from_name,
                        subject,
                        text,
                        html,
                        idempotency_key,
                    })
                    .await
            }
            Payload::Sms { to, text } => {
                let sms = self
                    .sms
                    .as_ref()
                    .ok_or_else(|| SendError::Retry("no SMS gateway is set up".into()))?;
                sms.send(&OutgoingSms {
                    to,
                    text,
                    idempotency_key,
                })
                .await
            }
            Payload::Call {
                to,
                extension,
                lang,
                ask,
                say,
                bye,
                answer_url,
            } => {
                let voice = self
                    .voice
                    .as_ref()
                    .ok_or_else(|| SendError::Retry("no gateway for calls is set up".into()))?;
                let lang = Lang::from_tag(&lang).unwrap_or_default().tag();
                voice
                    .call(&OutgoingCall {
                        to,
                        extension,
                        lang,
                        ask,
                        say,
                        bye,
                        answer_url,
                        idempotency_key,
                    })
                    .await
            }
        }
    }
}

/// The pause before the next try: 2, 4, 8 … seconds, at most five minutes.
fn pause(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 9)).unwrap_or(9);
    seconds(2u64.pow(doublings)).min(minutes(5))
}
