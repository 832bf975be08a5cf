//! How an agent is let in: once, by an administrator in a browser.
//!
//! The agent shows a short code and the fingerprint of its keys; an administrator opens the service's page, types the
//! code, compares the fingerprint and lets it in (the shape of RFC 8628, but what comes back is no credential: from
//! then on the agent proves itself with its own keys). Nothing of the administrator's sign-in reaches the agent's host.

use crate::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An agent that nobody knows yet asks to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// [`VERSION`](crate::VERSION) of the sender.
    pub version: u16,
    /// The name of the host, for the administrator's eyes.
    pub host: String,
    /// The version of the agent's program.
    pub agent_version: String,
    /// Ed25519 public key, 32 bytes: signs challenges.
    pub signing_key: Bytes,
    /// X25519 public key, 32 bytes: passwords are sealed to it.
    pub sealing_key: Bytes,
    /// The signing key's signature over [`EnrolRequest::to_sign`]: whoever asks holds the key.
    pub signature: Bytes,
    /// The directories that it is configured for and has reached, for the administrator's decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directories: Vec<Named>,
}

/// A directory that an agent names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// As in [`DirectoryHealth`](crate::link::DirectoryHealth).
    pub id: Uuid,
    /// What people call it.
    pub name: String,
}

impl EnrolRequest {
    /// What the signature covers.
    #[must_use]
    pub fn to_sign(&self) -> Vec<u8> {
        let mut bytes = b"keyward enrol 1\0".to_vec();
        bytes.extend(&self.signing_key.0);
        bytes.extend(&self.sealing_key.0);
        bytes
    }

    /// What both sides show: see [`fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.signing_key.0, &self.sealing_key.0)
    }
}

/// Both keys of an agent in a form that people compare: 24 characters of Crockford's alphabet in groups of four, the
/// first 120 bits of SHA-256.
#[must_use]
pub fn fingerprint(signing_key: &[u8], sealing_key: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digest = Sha256::new()
        .chain_update(b"keyward fingerprint 1\0")
        .chain_update(signing_key)
        .chain_update(sealing_key)
        .finalize();
    let mut text = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in &digest[..15] {
        (bits, held) = ((bits << 8) | u32::from(*byte), held + 8);
        while held >= 5 {
            held -= 5;
            if text.len() % 5 == 4 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[(bits >> held) as usize & 31]));
        }
    }
    text
}

/// The service waits for an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolStarted {
    /// The enrolment.
    pub enrolment: Uuid,
    /// Proves in each [`EnrolPoll`] that it is the same agent that asks.
    pub secret: Bytes,
    /// What the administrator types: eight letters and digits with a hyphen in the middle.
    pub user_code: String,
    /// The page where it is typed.
    pub verification_url: String,
    /// The code is worth nothing after so many seconds.
    pub expires_in_s: u32,
    /// How many seconds to wait between two polls.
    pub interval_s: u32,
}

/// Asks whether somebody has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolPoll {
    /// From [`EnrolStarted`].
    pub enrolment: Uuid,
    /// From [`EnrolStarted`].
    pub secret: Bytes,
}

/// What came of an enrolment so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum EnrolState {
    /// Nobody has decided.
    Waiting,
    /// An administrator said no.
    Refused,
    /// Too late, or never was.
    Expired,
    /// Let in.
    Approved(Approval),
}

/// What an agent that was let in keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The agent's id from now on.
    pub agent: Uuid,
    /// The organisation.
    pub tenant: Uuid,
    /// Its name, for people.
    pub tenant_name: String,
    /// Ed25519 public key of the service for this organisation. Pinned: a task that it didn't sign is not done.
    pub service_key: Bytes,
    /// Who let it in.
    pub approved_by: String,
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_is_of_both_keys() {
        let print = fingerprint(&[1; 32], &[2; 32]);
        assert_eq!(print.len(), 29);
        assert_eq!(print.split('-').count(), 6);
        assert_ne!(print, fingerprint(&[2; 32], &[1; 32]));
        assert_ne!(print, fingerprint(&[1; 32], &[3; 32]));
    }
}
