//! Hashing passwords on a bounded pool.
//!
//! Argon2id with m = 19,456 KiB, t = 2, p = 1 (OWASP Password Storage; ASVS V11.4.2) costs some 30 ms and walks 19 MiB:
//! memory is the limit, so no more hashes run at once than there are cores, and who would wait too long is told so at
//! once instead (P-13). The blocks are kept for the next hash, which saves a tenth of its time, and given back when
//! nobody signs in for a while.
//!
//! The output is sealed under a key outside the database and bound to its user: a stolen table can't be searched, and
//! a row copied to another user opens nothing (P-11, DB-05).

use crate::entropy::Entropy;
use crate::error::{Error, Result};
use crate::keys::{self, Keys, Purpose};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use keyward_core::ids::{TenantId, UserId};
use keyward_core::password::Prepared;
use keyward_core::refusal::Refusal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Cost of a new hash; also the floor below which a stored one is refused (DB-07).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT: usize = 32;

/// Blocks (of 1 KiB) that a buffer has room for. Above 32 MiB glibc always maps memory of its own for an allocation and
/// gives it back when it is freed; below, it learns to keep it after the first time. Room that is never touched costs
/// nothing.
const OWN_MAPPING: usize = 33 * 1024;

/// The pool.
pub struct Hasher {
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    blocks: Arc<Mutex<Vec<Vec<Block>>>>,
    used: AtomicUsize,
}

/// A password's verifier as it is stored: `argon2id$19456$2$1$<salt>$<sealed output>`.
struct Verifier {
    memory: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; 16],
    sealed: Vec<u8>,
}

/// Where a verifier is stored, which is part of what its seal is bound to: moved to the other place it opens nothing.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// The password.
    Present,
    /// One that was replaced.
    Replaced,
    /// A Temporary Access Pass.
    Pass,
}

impl Place {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Present => b"users.verifier",
            Self::Replaced => b"password_history.verifier",
            Self::Pass => b"passes.verifier",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It is the password.
    Right,
    /// It is not, or there is none.
    Wrong,
}

impl Hasher {
    /// A pool of `threads` slots where at most `patience` worth of hashes wait.
    #[must_use]
    pub fn new(threads: usize, patience: Duration) -> Self {
        // About 30 a second and core; see docs/benchmarks.md.
        let queue = threads * (patience.as_millis() as usize / 33).max(1);
        Self {
            slots: Arc::new(Semaphore::new(threads)),
            waiting: AtomicUsize::new(0),
            queue,
            blocks: Arc::default(),
            used: AtomicUsize::new(0),
        }
    }

    /// Hashes a new password for a user.
    pub async fn hash(
        &self,
        keys: &Keys,
        entropy: &dyn Entropy,
        (tenant, user): (TenantId, UserId),
        password: &Prepared,
    ) -> Result<String> {
        self.hash_for(keys, entropy, (tenant, user), Place::Present, password)
            .await
    }

    /// Hashes what is stored in one of the places.
    pub(crate) async fn hash_for(
        &self,
        keys: &Keys,
        entropy: &dyn Entropy,
        (tenant, user): (TenantId, UserId),
        place: Place,
        password: &Prepared,
    ) -> Result<String> {
        let salt: [u8; 16] = entropy.bytes();
        let output = self
            .run(password, salt, (MEMORY_KIB, PASSES, LANES))
            .await?;
        let mut v = Verifier {
            memory: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt,
            sealed: Vec::new(),
        };
        let bound = v.bound(user, place);
        v.sealed = keys.seal(
            Purpose::Verifier,
            tenant,
            &bound,
            output.as_slice(),
            entropy,
        )?;
        Ok(v.text())
    }

    /// The verifier of a password that is being replaced, to be remembered: no hashing, and whoever puts it back in its old
    /// place has gained nothing (DB-05).
    pub fn retire(
        &self,
        keys: &Keys,
        entropy: &dyn Entropy,
        (tenant, user): (TenantId, UserId),
        verifier: &str,
    ) -> Result<String> {
        let mut v = Verifier::parse(verifier)?;
        let bound = v.bound(user, Place::Present);
        let output = keys.open(Purpose::Verifier, tenant, &bound, &v.sealed)?;
        let bound = v.bound(user, Place::Replaced);
        v.sealed = keys.seal(
            Purpose::Verifier,
            tenant,
            &bound,
            output.as_slice(),
            entropy,
        )?;
        Ok(v.text())
    }

    /// Checks a password. Without a verifier it costs the same and is wrong (P-12).
    pub async fn check(
        &self,
        keys: &Keys,
        (tenant, user): (TenantId, UserId),
        verifier: Option<&str>,
        password: &Prepared,
    ) -> Result<Checked> {
        self.check_in(keys, (tenant, user), Place::Present, verifier, password)
            .await
    }

    /// The same with what is stored in one of the places.
    pub(crate) async fn check_in(
        &self,
        keys: &Keys,
        whose: (TenantId, UserId),
        place: Place,
        verifier: Option<&str>,
        password: &Prepared,
    ) -> Result<Checked> {
        let Some(stored) = verifier else {
            self.run(password, [0; 16], (MEMORY_KIB, PASSES, LANES))
                .await?;
            return Ok(Checked::Wrong);
        };
        self.matches(keys, whose, stored, place, password).await
    }

    /// Checks a password against the verifier of one that was replaced ([`retire`](Self::retire)).
    pub async fn check_replaced(
        &self,
        keys: &Keys,
        whose: (TenantId, UserId),
        retired: &str,
        password: &Prepared,
    ) -> Result<Checked> {
        self.matches(keys, whose, retired, Place::Replaced, password)
            .await
    }

    async fn matches(
        &self,
        keys: &Keys,
        (tenant, user): (TenantId, UserId),
        stored: &str,
        place: Place,
        password: &Prepared,
    ) -> Result<Checked> {
        let v = Verifier::parse(stored)?;
        let output = self
            .run(password, v.salt, (v.memory, v.passes, v.lanes))
            .await?;
        let bound = v.bound(user, place);
        let expected = keys.open(Purpose::Verifier, tenant, &bound, &v.sealed)?;
        let same = bool::from(expected.as_slice().ct_eq(output.as_slice()));
        Ok(if same { Checked::Right } else { Checked::Wrong })
    }

    async fn run(
        &self,
        password: &Prepared,
        salt: [u8; 16],
        (memory, passes, lanes): (u32, u32, u32),
    ) -> Result<Zeroizing<[u8; OUTPUT]>> {
        let waiting = Waiting::enter(&self.waiting);
        if waiting.before >= self.queue + self.slots.available_permits() {
            return Err(Refusal::Busy.into());
        }
        let slot = self.slots.clone().acquire_owned().await;
        drop(waiting);
        let slot = slot.map_err(|_| Error::Unavailable("the hash pool is closed".into()))?;
        self.used.fetch_add(1, Ordering::Relaxed);

        let password = Zeroizing::new(password.bytes().to_vec());
        let blocks = self.blocks.clone();
        let hashed = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            let params =
                Params::new(memory, passes, lanes, Some(OUTPUT)).map_err(|e| e.to_string())?;
            let mut buffer = blocks
                .lock()
                .map_err(|e| e.to_string())?
                .pop()
                .unwrap_or_else(|| Vec::with_capacity(OWN_MAPPING));
            buffer.resize(params.block_count(), Block::default());
            let mut output = Zeroizing::new([0; OUTPUT]);
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let done = argon2.hash_password_into_with_memory(
                &password,
                &salt,
                output.as_mut_slice(),
                &mut buffer,
            );
            if let Ok(mut kept) = blocks.lock() {
                kept.push(buffer);
            }
            done.map(|()| output).map_err(|e| e.to_string())
        });
        hashed
            .await
            .map_err(|e| Error::Fault(e.to_string()))?
            .map_err(Error::Fault)
    }

    /// Gives the kept memory back if nothing was hashed since the last call. Called now and then by the housekeeper.
    pub fn rest(&self) {
        if self.used.swap(0, Ordering::Relaxed) == 0
            && let Ok(mut kept) = self.blocks.lock()
        {
            kept.clear();
            kept.shrink_to_fit();
        }
    }
}

/// A place in the queue. It is given back on drop, so that a client who goes away while waiting leaves none behind:
/// enough of them would otherwise make the pool look full for ever.
struct Waiting<'a> {
    queue: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn enter(queue: &'a AtomicUsize) -> Self {
        let before = queue.fetch_add(1, Ordering::AcqRel);
        Self { queue, before }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.queue.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The same verifier, sealed by the key's current version; none if it is already.
pub(crate) fn sealed_anew(
    keys: &Keys,
    entropy: &dyn Entropy,
    (tenant, user): (TenantId, UserId),
    place: Place,
    stored: &str,
) -> Result<Option<String>> {
    let v = Verifier::parse(stored)?;
    if keys::version_of(&v.sealed) == Some(keys.current()) {
        return Ok(None);
    }
    let bound = v.bound(user, place);
    let output = keys.open(Purpose::Verifier, tenant, &bound, &v.sealed)?;
    let sealed = keys.seal(Purpose::Verifier, tenant, &bound, &output, entropy)?;
    let again = Verifier { sealed, ..v };
    Ok(Some(again.text()))
}

/// The version of the key that has sealed a verifier.
pub(crate) fn sealed_by(stored: &str) -> Option<keys::Version> {
    keys::version_of(&Verifier::parse(stored).ok()?.sealed)
}

impl Verifier {
    /// What a sealed output belongs to.
    fn bound(&self, user: UserId, place: Place) -> Vec<u8> {
        [
            place.label(),
            user.0.as_bytes(),
            &self.salt,
            &self.memory.to_be_bytes(),
            &self.passes.to_be_bytes(),
            &self.lanes.to_be_bytes(),
        ]
        .concat()
    }

    fn text(&self) -> String {
        let (memory, passes, lanes) = (self.memory, self.passes, self.lanes);
        let (salt, sealed) = (BASE64.encode(self.salt), BASE64.encode(&self.sealed));
        format!("argon2id${memory}${passes}${lanes}${salt}${sealed}")
    }

    fn parse(text: &str) -> Result<Self> {
        let bad =
            || Error::Fault("a stored password verifier is unreadable or below the floor".into());
        let parts: Vec<_> = text.split('$').collect();
        let ["argon2id", memory, passes, lanes, salt, sealed] = parts[..] else {
            return Err(bad());
        };
        let number = |t: &str| t.parse::<u32>().map_err(|_| bad());
        let v = Self {
            memory: number(memory)?,
            passes: number(passes)?,
            lanes: number(lanes)?,
            salt: BASE64
                .decode(salt)
                .ok()
                .and_then(|s| s.try_into().ok())
                .ok_or_else(bad)?,
            sealed: BASE64.decode(sealed).map_err(|_| bad())?,
        };
        if v.memory < MEMORY_KIB || v.passes < PASSES || v.memory > 1 << 21 {
            Err(bad())
        } else {
            Ok(v)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;
    use keyward_core::secret::Secret;
    use uuid::Uuid;

    fn prepared(text: &str) -> Prepared {
        Prepared::new(&Secret::new(text.into())).ok().unwrap()
    }

    const ADA: (TenantId, UserId) = (TenantId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
    const EVE: (TenantId, UserId) = (TenantId(Uuid::from_u128(1)), UserId(Uuid::from_u128(3)));

    // case: DB-05, DB-07, P-11
    #[tokio::test]
    async fn db_05_a_verifier_works_for_its_user_only_and_never_below_the_floor() {
        let hasher = Hasher::new(2, Duration::from_secs(2));
        let keys = Keys::new(&Zeroizing::new([7; 32]), 0);
        let stored = hasher
            .hash(&keys, &SystemEntropy, ADA, &prepared("correct horse"))
            .await
            .unwrap();
        let check = async |who, text: &str, word: &str| {
            hasher.check(&keys, who, Some(text), &prepared(word)).await
        };
        assert_eq!(
            check(ADA, &stored, "correct horse").await.unwrap(),
            Checked::Right
        );
        assert_eq!(
            check(ADA, &stored, "wrong horse").await.unwrap(),
            Checked::Wrong
        );
        assert!(check(EVE, &stored, "correct horse").await.is_err());
        let weak = stored.replace("$19456$2$", "$8$1$");
        assert!(check(ADA, &weak, "correct horse").await.is_err());
        assert_eq!(
            hasher
                .check(&keys, ADA, None, &prepared("x"))
                .await
                .unwrap(),
            Checked::Wrong
        );
    }

    // case: DB-05
    #[tokio::test]
    async fn db_05_a_replaced_verifier_is_no_password_and_the_other_way_round() {
        let hasher = Hasher::new(2, Duration::from_secs(2));
        let keys = Keys::new(&Zeroizing::new([7; 32]), 0);
        let word = prepared("correct horse");
        let hashed = hasher.hash(&keys, &SystemEntropy, ADA, &word).await;
        let stored = hashed.unwrap();
        let retired = hasher.retire(&keys, &SystemEntropy, ADA, &stored).unwrap();
        let found = hasher.check_replaced(&keys, ADA, &retired, &word).await;
        assert_eq!(found.unwrap(), Checked::Right);
        let other = prepared("wrong horse");
        let found = hasher.check_replaced(&keys, ADA, &retired, &other).await;
        assert_eq!(found.unwrap(), Checked::Wrong);
        let swapped = hasher.check(&keys, ADA, Some(&retired), &word).await;
        assert!(swapped.is_err());
        let swapped = hasher.check_replaced(&keys, ADA, &stored, &word).await;
        assert!(swapped.is_err());
        assert!(hasher.retire(&keys, &SystemEntropy, EVE, &stored).is_err());
    }

    // case: OT-23, P-13, RL-13
    #[tokio::test(flavor = "multi_thread")]
    async fn ot_23_a_full_queue_answers_at_once() {
        let hasher = Arc::new(Hasher::new(1, Duration::from_millis(66)));
        let keys = Arc::new(Keys::new(&Zeroizing::new([7; 32]), 0));
        // The only slot is taken, and two may wait for it.
        let slot = hasher.slots.clone().acquire_owned().await.unwrap();
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (hasher, keys) = (hasher.clone(), keys.clone());
            running.spawn(async move { hasher.check(&keys, ADA, None, &prepared("x")).await });
        }
        for _ in 0..38 {
            let turned_away = running.join_next().await.unwrap().unwrap();
            assert!(
                matches!(turned_away, Err(Error::Refused(Refusal::Busy))),
                "{turned_away:?}"
            );
        }
        drop(slot);
        for waited in running.join_all().await {
            assert_eq!(waited.unwrap(), Checked::Wrong);
        }
    }

    // case: OT-10, OT-23
    #[tokio::test]
    async fn ot_10_clients_who_go_away_in_the_queue_leave_no_place_taken() {
        let hasher = Hasher::new(1, Duration::from_millis(66));
        let keys = Keys::new(&Zeroizing::new([7; 32]), 0);
        let slot = hasher.slots.clone().acquire_owned().await.unwrap();
        for _ in 0..20 {
            let word = prepared("x");
            let gone = tokio::time::timeout(
                Duration::from_millis(1),
                hasher.check(&keys, ADA, None, &word),
            );
            assert!(gone.await.is_err(), "it was waiting, and then nobody was");
        }
        assert_eq!(hasher.waiting.load(Ordering::Acquire), 0);
        drop(slot);
        assert!(hasher.check(&keys, ADA, None, &prepared("x")).await.is_ok());
    }
}
