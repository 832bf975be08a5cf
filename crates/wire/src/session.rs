//! How an agent that was let in proves who it is: it signs a challenge that the service made up and takes once.

use crate::Bytes;
use crate::link::Settings;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Asks for something to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeRequest {
    /// [`VERSION`](crate::VERSION) of the sender.
    pub version: u16,
    /// Who asks.
    pub agent: Uuid,
}

/// 32 bytes to sign, good for one minute and one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The bytes.
    pub challenge: Bytes,
    /// The service's clock: an agent whose own is far off says so instead of finding each task too old.
    pub now: crate::Micros,
}

/// Opens a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRequest {
    /// Who asks.
    pub agent: Uuid,
    /// From [`Challenge`].
    pub challenge: Bytes,
    /// The version of the agent's program.
    pub agent_version: String,
    /// The agent's signature over [`SessionRequest::to_sign`].
    pub signature: Bytes,
}

impl SessionRequest {
    /// What the signature covers. The tenant is in it, so that it opens nothing at another service.
    #[must_use]
    pub fn to_sign(agent: Uuid, tenant: Uuid, challenge: &[u8]) -> Vec<u8> {
        let mut bytes = b"keyward session 1\0".to_vec();
        bytes.extend(agent.as_bytes());
        bytes.extend(tenant.as_bytes());
        bytes.extend(challenge);
        bytes
    }
}

/// A session: its token goes into the header `Authorization: Bearer` of everything that follows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// base64url, 256 bits. Whoever holds it is the agent for so long.
    pub token: String,
    /// Open another before so many seconds are over.
    pub expires_in_s: u32,
    /// What the service wants of the agent.
    pub settings: Settings,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("expires_in_s", &self.expires_in_s)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Gives the agent another sealing key. What was sealed to the one before can still be opened: the agent keeps it for
/// a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollKey {
    /// X25519 public key, 32 bytes.
    pub sealing_key: Bytes,
    /// The agent's signature over [`RollKey::to_sign`].
    pub signature: Bytes,
}

impl RollKey {
    /// What the signature covers.
    #[must_use]
    pub fn to_sign(agent: Uuid, sealing_key: &[u8]) -> Vec<u8> {
        let mut bytes = b"keyward roll 1\0".to_vec();
        bytes.extend(agent.as_bytes());
        bytes.extend(sealing_key);
        bytes
    }
}

/// The service seals to the new key from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRolled {
    /// The fingerprint of both keys as they are now.
    pub fingerprint: String,
}
