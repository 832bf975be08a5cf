//! Ed25519 (RFC 8032): the service signs tasks, the agent signs challenges.

use crate::Bytes;
use crate::link::{SignedTask, Task};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// A key that signs. Wiped when dropped.
pub struct Signing(SigningKey);

impl Signing {
    /// The key whose seed these 32 bytes are.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half, 32 bytes.
    #[must_use]
    pub fn public(&self) -> Bytes {
        Bytes(self.0.verifying_key().to_bytes().to_vec())
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Bytes {
        Bytes(self.0.sign(message).to_bytes().to_vec())
    }

    /// Signs a task as it will travel.
    ///
    /// # Errors
    /// When the task can't be written as JSON, which a [`Task`] always can.
    pub fn task(&self, task: &Task) -> Result<SignedTask, serde_json::Error> {
        let task = serde_json::to_string(task)?;
        let signature = self.sign(&labelled(&task));
        Ok(SignedTask { task, signature })
    }
}

/// Whether `signature` over `message` is by the holder of the key. A weak or malformed key verifies nothing.
#[must_use]
pub fn verify(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(public), Ok(signature)) = (public.try_into(), Signature::from_slice(signature)) else {
        return false;
    };
    VerifyingKey::from_bytes(public).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

/// The task, if the service with this key signed it.
#[must_use]
pub fn open(public: &[u8], signed: &SignedTask) -> Option<Task> {
    let right = verify(public, &labelled(&signed.task), &signed.signature.0);
    right
        .then(|| serde_json::from_str(&signed.task).ok())
        .flatten()
}

fn labelled(task: &str) -> Vec<u8> {
    [b"keyward task 1\0", task.as_bytes()].concat()
}
