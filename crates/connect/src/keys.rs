//! The agent's own keys: made on this host, and never elsewhere.
//!
//! The signing key says who the agent is, for as long as it is let in. The sealing key opens what was sealed to it; it
//! is rolled every six months and on demand. A new one is on the disk before the service hears of it, and the old one
//! stays for a day: at no moment is there something sealed that nobody can open.

use crate::clock::{self, DAY};
use crate::complaint::Complaint;
use crate::private;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyward_wire::enrol::fingerprint;
use keyward_wire::seal::{Binding, Sealing};
use keyward_wire::sign::Signing;
use keyward_wire::{Bytes, Micros};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A sealing key that is older is rolled.
pub const ROLLED_AFTER: Micros = 182 * DAY;
/// What was sealed to the key before can be opened for so long.
pub const KEPT_FOR: Micros = DAY;

const FILE: &str = "keys";

type Seed = Zeroizing<[u8; 32]>;

/// The keys, and where they are kept.
pub struct Keys {
    path: PathBuf,
    signing: Seed,
    /// The newest first. `Next` isn't known to the service for certain.
    sealing: Vec<SealingKey>,
}

struct SealingKey {
    role: Role,
    /// When it was made; of a `Previous` one, when it was replaced.
    at: Micros,
    seed: Seed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Offered to the service, whose answer may have been lost.
    Next,
    /// The service seals to it.
    Current,
    /// The service sealed to it until lately.
    Previous,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
        }
    }
}

impl Keys {
    /// The keys of a state directory; none have been made yet: `None`.
    pub fn load(state: &Path) -> Result<Option<Self>, Complaint> {
        let path = state.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let content = private::read(&path, "the agent's keys")?;
        let keys = std::str::from_utf8(&content)
            .ok()
            .and_then(|text| Self::parse(path.clone(), text));
        keys.map(Some).ok_or_else(|| {
            Complaint::new(
                "the file of the agent's keys is damaged",
                path.display().to_string(),
                "put it back from a copy, or revoke this agent, remove the file and enrol again",
            )
        })
    }

    /// The keys of a state directory, made now if there are none.
    pub fn load_or_make(state: &Path) -> Result<Self, Complaint> {
        if let Some(keys) = Self::load(state)? {
            return Ok(keys);
        }
        let keys = Self {
            path: state.join(FILE),
            signing: fresh()?,
            sealing: vec![SealingKey {
                role: Role::Current,
                at: clock::machine(),
                seed: fresh()?,
            }],
        };
        keys.keep()?;
        Ok(keys)
    }

    /// Signs for the agent.
    #[must_use]
    pub fn signing(&self) -> Signing {
        Signing::from_seed(&self.signing)
    }

    /// The public half of the key that passwords are sealed to.
    #[must_use]
    pub fn sealing_public(&self) -> Bytes {
        self.role(Role::Current).map_or_else(Bytes::default, public)
    }

    /// What administrators compare.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.signing().public().0, &self.sealing_public().0)
    }

    /// When the sealing key was made.
    #[must_use]
    pub fn made_at(&self) -> Micros {
        self.role(Role::Current).map_or(0, |key| key.at)
    }

    /// Opens what was sealed to any key that the service may have used.
    #[must_use]
    pub fn open(&self, binding: &Binding, sealed: &Bytes) -> Option<Zeroizing<String>> {
        let now = clock::machine();
        self.sealing
            .iter()
            .filter(|key| key.role != Role::Previous || now - key.at <= KEPT_FOR)
            .find_map(|key| Sealing::from_seed(&key.seed).open(binding, &sealed.0).ok())
    }

    /// The key to offer to the service: one whose offer may have got lost, or a new one, which is on the disk already.
    pub fn offer(&mut self) -> Result<Bytes, Complaint> {
        if self.role(Role::Next).is_none() {
            let next = SealingKey {
                role: Role::Next,
                at: clock::machine(),
                seed: fresh()?,
            };
            self.sealing.insert(0, next);
            if let Err(complaint) = self.keep() {
                self.sealing.remove(0);
                return Err(complaint);
            }
        }
        Ok(self.role(Role::Next).map_or_else(Bytes::default, public))
    }

    /// True when a key was offered and nobody knows whether the service took it.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.role(Role::Next).is_some()
    }

    /// The service has taken the offered key.
    pub fn rolled(&mut self) -> Result<(), Complaint> {
        let now = clock::machine();
        if self.is_offered() {
            self.sealing.retain(|key| key.role != Role::Previous);
            for key in &mut self.sealing {
                (key.role, key.at) = match key.role {
                    Role::Next => (Role::Current, now),
                    _ => (Role::Previous, now),
                };
            }
        }
        self.keep()
    }

    /// Forgets the key before once it is a day old. True: the file is written anew.
    pub fn forget_old(&mut self) -> Result<bool, Complaint> {
        let now = clock::machine();
        let before = self.sealing.len();
        self.sealing
            .retain(|key| key.role != Role::Previous || now - key.at <= KEPT_FOR);
        if self.sealing.len() == before {
            return Ok(false);
        }
        self.keep().map(|()| true)
    }

    fn role(&self, role: Role) -> Option<&SealingKey> {
        self.sealing.iter().find(|key| key.role == role)
    }

    fn keep(&self) -> Result<(), Complaint> {
        // Reserved, so that no half of it stays behind in memory.
        let mut text = Zeroizing::new(String::with_capacity(1_024));
        text.push_str("signing 0 ");
        STANDARD.encode_string(*self.signing, &mut text);
        text.push('\n');
        for key in &self.sealing {
            let _ = write!(text, "{} {} ", key.role.word(), key.at);
            STANDARD.encode_string(*key.seed, &mut text);
            text.push('\n');
        }
        private::keep(&self.path, text.as_bytes())
    }

    fn parse(path: PathBuf, text: &str) -> Option<Self> {
        let mut signing = None;
        let mut sealing = Vec::new();
        for line in text.lines() {
            let mut words = line.split(' ');
            let (word, at) = (words.next()?, words.next()?.parse().ok()?);
            let bytes = Zeroizing::new(STANDARD.decode(words.next()?).ok()?);
            let seed: Seed = Zeroizing::new(bytes.as_slice().try_into().ok()?);
            let role = [Role::Next, Role::Current, Role::Previous]
                .into_iter()
                .find(|role| role.word() == word);
            match role {
                Some(role) => sealing.push(SealingKey { role, at, seed }),
                None if word == "signing" => signing = Some(seed),
                None => return None,
            }
        }
        let keys = Self {
            path,
            signing: signing?,
            sealing,
        };
        keys.role(Role::Current)?;
        Some(keys)
    }
}

fn public(key: &SealingKey) -> Bytes {
    Sealing::from_seed(&key.seed).public()
}

fn fresh() -> Result<Seed, Complaint> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|error| {
        Complaint::new(
            format!("no random bytes: {error}"),
            "the kernel of this host",
            "start the agent again",
        )
    })?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyward_wire::seal::{Purpose, seal};
    use uuid::Uuid;

    fn binding() -> Binding {
        Binding {
            tenant: Uuid::from_u128(1),
            agent: Uuid::from_u128(2),
            operation: Uuid::from_u128(3),
            directory: Uuid::from_u128(4),
            anchor: None,
            purpose: Purpose::Verify,
            expires_at: 5,
        }
    }

    fn sealed(public: &Bytes) -> Bytes {
        seal(&public.0, &binding(), "lamp", |bytes| bytes.fill(7)).unwrap()
    }

    // case: AG-12
    #[test]
    fn ag_12_a_roll_that_is_cut_off_anywhere_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Keys::load(folder.path()).unwrap().is_none());
        let mut keys = Keys::load_or_make(folder.path()).unwrap();
        let (first, print) = (keys.sealing_public(), keys.fingerprint());
        let second = keys.offer().unwrap();
        assert_ne!(first, second);

        // Killed here: nobody knows whether the service took the second.
        let mut keys = Keys::load(folder.path()).unwrap().unwrap();
        assert!(keys.is_offered());
        assert_eq!(keys.offer().unwrap(), second);
        assert_eq!(keys.fingerprint(), print);
        for key in [&first, &second] {
            assert!(keys.open(&binding(), &sealed(key)).is_some());
        }
        keys.rolled().unwrap();

        let mut keys = Keys::load(folder.path()).unwrap().unwrap();
        assert_eq!(keys.sealing_public(), second);
        assert_ne!(keys.fingerprint(), print);
        for key in [&first, &second] {
            assert_eq!(
                **keys.open(&binding(), &sealed(key)).as_ref().unwrap(),
                *"lamp"
            );
        }
        assert!(!keys.forget_old().unwrap());

        // A day later.
        for key in &mut keys.sealing {
            key.at -= KEPT_FOR + 1;
        }
        assert!(keys.open(&binding(), &sealed(&first)).is_none());
        assert!(keys.forget_old().unwrap());
        assert_eq!(keys.sealing.len(), 1);
    }

    #[test]
    fn a_damaged_file_is_told_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        drop(Keys::load_or_make(folder.path()).unwrap());
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        for damaged in [&text[..20], "", &text.replace("current", "curent")] {
            private::write(&path, format!("{damaged}\n").as_bytes()).unwrap();
            assert!(Keys::load_or_make(folder.path()).is_err());
        }
    }
}
