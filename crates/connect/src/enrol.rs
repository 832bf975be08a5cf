//! How the agent is let in, once, and what it keeps of that.

use crate::complaint::{Complaint, Complaints};
use crate::config::DirectoryConfig;
use crate::keys::Keys;
use crate::link::{Client, Failure};
use crate::private;
use crate::work::Place;
use keyward_wire::enrol::{Approval, EnrolPoll, EnrolRequest, EnrolStarted, EnrolState, Named};
use keyward_wire::{Bytes, VERSION, path};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// The version of this program.
pub const PROGRAM: &str = env!("CARGO_PKG_VERSION");

const FILE: &str = "enrolment.json";

/// What the agent keeps of its enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Where it was let in.
    pub service: String,
    /// As whom, and the service's key.
    pub approval: Approval,
}

impl Enrolment {
    /// The enrolment of a state directory, if it was let in.
    pub fn load(state: &Path) -> Result<Option<Self>, Complaint> {
        let path = state.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let content = private::read(&path, "the enrolment")?;
        serde_json::from_slice(&content).map(Some).map_err(|error| {
            Complaint::new(
                format!("the enrolment is damaged: {error}"),
                path.display().to_string(),
                "put it back from a copy, or run `keyward-connect enrol --again`",
            )
        })
    }

    /// The enrolment, or the advice to enrol.
    pub fn required(state: &Path) -> Result<Self, Complaints> {
        Self::load(state)?.ok_or_else(|| {
            Complaints::revoked(Complaint::new(
                "this agent was never let in",
                state.display().to_string(),
                "run `keyward-connect enrol`, and have an administrator approve it",
            ))
        })
    }

    /// Pins it.
    pub fn keep(&self, state: &Path) -> Result<(), Complaint> {
        let path = state.join(FILE);
        match serde_json::to_vec_pretty(self) {
            Ok(text) => private::keep(&path, &text),
            Err(error) => Err(Complaint::new(
                format!("the enrolment can't be written: {error}"),
                path.display().to_string(),
                "report this: it is a fault of the program",
            )),
        }
    }
}

/// An enrolment that waits for an administrator.
pub struct Pending {
    /// What the administrator types, and where.
    pub started: EnrolStarted,
    /// What the administrator compares.
    pub fingerprint: String,
}

/// The name of this host, for the administrator's eyes.
#[must_use]
pub fn host() -> String {
    let name = rustix::system::uname();
    name.nodename().to_string_lossy().into_owned()
}

/// How long a directory may take to say which it is.
const NAMED_WITHIN: Duration = Duration::from_secs(10);

/// The directories of the settings that answer, for the administrator who decides. One that doesn't answer now is
/// allowed later.
pub async fn named(directories: &[DirectoryConfig]) -> Vec<Named> {
    let mut named = Vec::new();
    for config in directories {
        let Ok(place) = Place::open(config) else {
            continue;
        };
        let _ = tokio::time::timeout(NAMED_WITHIN, place.look()).await;
        if let Some(identity) = place.seen().identity {
            named.push(Named {
                id: identity.id,
                name: identity.name,
            });
        }
    }
    named
}

/// Asks to be let in, for these directories.
pub async fn begin(
    client: &Client,
    keys: &Keys,
    directories: Vec<Named>,
) -> Result<Pending, Failure> {
    let mut request = EnrolRequest {
        version: VERSION,
        host: host(),
        agent_version: PROGRAM.to_owned(),
        signing_key: keys.signing().public(),
        sealing_key: keys.sealing_public(),
        signature: Bytes::default(),
        directories,
    };
    request.signature = keys.signing().sign(&request.to_sign());
    let started: EnrolStarted = client.post(path::ENROL, &request, None).await?;
    Ok(Pending {
        fingerprint: request.fingerprint(),
        started,
    })
}

/// Waits until an administrator has decided, or the code is worth nothing any more.
pub async fn wait(client: &Client, pending: &Pending) -> Result<EnrolState, Failure> {
    let poll = EnrolPoll {
        enrolment: pending.started.enrolment,
        secret: pending.started.secret.clone(),
    };
    let interval = Duration::from_secs(u64::from(pending.started.interval_s.clamp(1, 60)));
    let over = tokio::time::Instant::now()
        + Duration::from_secs(u64::from(pending.started.expires_in_s))
        + interval;
    loop {
        match client.post(path::ENROL_POLL, &poll, None).await {
            Ok(EnrolState::Waiting) if tokio::time::Instant::now() >= over => {
                return Ok(EnrolState::Expired);
            }
            Ok(EnrolState::Waiting) => {}
            Ok(decided) => return Ok(decided),
            // A network that is away for a moment is no decision.
            Err(failure) if failure.may_pass() && tokio::time::Instant::now() < over => {}
            Err(failure) => return Err(failure),
        }
        tokio::time::sleep(interval).await;
    }
}
