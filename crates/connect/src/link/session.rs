//! A line that opens its session again by itself: whoever has something to say says it.

use super::{Client, Failure};
use crate::clock::ServiceClock;
use crate::enrol::{Enrolment, PROGRAM};
use crate::keys::Keys;
use keyward_wire::session::{
    Challenge, ChallengeRequest, KeyRolled, RollKey, Session, SessionRequest,
};
use keyward_wire::{VERSION, code, path};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A session is opened anew so long before it is over.
const AHEAD: Duration = Duration::from_mins(1);

/// The line of one agent that was let in.
pub struct Line {
    client: Client,
    enrolment: Enrolment,
    keys: RwLock<Keys>,
    clock: ServiceClock,
    session: tokio::sync::Mutex<Option<Open>>,
}

#[derive(Clone)]
struct Open {
    token: Zeroizing<String>,
    over: Instant,
    number: u64,
}

impl Line {
    /// A line that isn't open yet.
    #[must_use]
    pub fn new(client: Client, enrolment: Enrolment, keys: Keys) -> Self {
        Self {
            client,
            enrolment,
            keys: RwLock::new(keys),
            clock: ServiceClock::default(),
            session: tokio::sync::Mutex::default(),
        }
    }

    /// What the agent keeps of its enrolment.
    #[must_use]
    pub fn enrolment(&self) -> &Enrolment {
        &self.enrolment
    }

    /// The agent's id.
    #[must_use]
    pub fn agent(&self) -> Uuid {
        self.enrolment.approval.agent
    }

    /// The service's clock.
    #[must_use]
    pub fn clock(&self) -> &ServiceClock {
        &self.clock
    }

    /// Looks at the keys.
    pub fn with_keys<T>(&self, look: impl FnOnce(&Keys) -> T) -> T {
        look(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the keys.
    pub fn change_keys<T>(&self, change: impl FnOnce(&mut Keys) -> T) -> T {
        change(&mut self.keys.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// One exchange in the session.
    pub async fn say<A: DeserializeOwned>(
        &self,
        path: &str,
        message: &impl Serialize,
        patience: Duration,
    ) -> Result<A, Failure> {
        let open = self.open(None).await?;
        let said = self
            .client
            .post_within(path, message, Some(open.token.as_str()), patience)
            .await;
        match said {
            Err(failure) if failure.code() == code::SESSION => {
                // Over before its time: the service was started anew, or an administrator ended it. Once more.
                let open = self.open(Some(open.number)).await?;
                self.client
                    .post_within(path, message, Some(open.token.as_str()), patience)
                    .await
            }
            said => said,
        }
    }

    /// The session; a new one if there is none, it is about to end, or it is the one that proved to be over.
    async fn open(&self, over: Option<u64>) -> Result<Open, Failure> {
        let mut session = self.session.lock().await;
        let usable = |open: &&Open| Some(open.number) != over && Instant::now() < open.over;
        if let Some(open) = session.as_ref().filter(usable) {
            return Ok(open.clone());
        }
        let number = session.as_ref().map_or(0, |open| open.number + 1);
        let opened = self.sign_in().await?;
        let whole = Duration::from_secs(u64::from(opened.expires_in_s));
        let open = Open {
            token: Zeroizing::new(opened.token),
            over: Instant::now() + whole.saturating_sub(AHEAD).max(whole / 2),
            number,
        };
        *session = Some(open.clone());
        Ok(open)
    }

    async fn sign_in(&self) -> Result<Session, Failure> {
        let challenge = self.challenge().await?;
        let to_sign = SessionRequest::to_sign(
            self.agent(),
            self.enrolment.approval.tenant,
            &challenge.challenge.0,
        );
        let request = SessionRequest {
            agent: self.agent(),
            challenge: challenge.challenge,
            agent_version: PROGRAM.to_owned(),
            signature: self.with_keys(|keys| keys.signing().sign(&to_sign)),
        };
        self.client.post(path::SESSION, &request, None).await
    }

    /// Asks for a challenge, which tells the time as well, and needs no session.
    pub async fn challenge(&self) -> Result<Challenge, Failure> {
        let request = ChallengeRequest {
            version: VERSION,
            agent: self.agent(),
        };
        let challenge: Challenge = self.client.post(path::CHALLENGE, &request, None).await?;
        self.clock.hear(challenge.now);
        Ok(challenge)
    }

    /// Gives the agent another sealing key. Cut off anywhere it can be done again.
    pub async fn roll_key(&self) -> Result<String, RollError> {
        let sealing_key = self.change_keys(Keys::offer)?;
        let to_sign = RollKey::to_sign(self.agent(), &sealing_key.0);
        let roll = RollKey {
            sealing_key,
            signature: self.with_keys(|keys| keys.signing().sign(&to_sign)),
        };
        let rolled: KeyRolled = self
            .say(path::ROLL_KEY, &roll, Duration::from_secs(30))
            .await?;
        self.change_keys(Keys::rolled)?;
        tracing::info!(
            fingerprint = rolled.fingerprint,
            "the sealing key was rolled"
        );
        Ok(rolled.fingerprint)
    }
}

/// Why a key was not rolled.
#[derive(Debug, thiserror::Error)]
pub enum RollError {
    /// It can't be kept here.
    #[error("{}", .0.what)]
    Keys(crate::complaint::Complaint),
    /// The service didn't take it.
    #[error(transparent)]
    Service(#[from] Failure),
}

impl From<crate::complaint::Complaint> for RollError {
    fn from(complaint: crate::complaint::Complaint) -> Self {
        Self::Keys(complaint)
    }
}
