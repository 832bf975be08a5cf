//! Keys, and everything that is done with them.
//!
//! One root key, from outside the database; the others are derived from it by HKDF-SHA-256 (RFC 5869) for one purpose
//! and, where it is known, one tenant. Later versions of the root key seal from the day on which they were made current;
//! what must stay the same, digests and what agents have pinned, hangs on the first for ever (ADR 0018).
//!
//! Digests are HMAC-SHA-256 over parts with their lengths, so that no two lists of parts make the same text. Secrets in
//! rows are sealed with XChaCha20-Poly1305 under a random nonce, bound to their row: a sealed value copied to another row
//! does not open (DB-05).

use crate::entropy::Entropy;
use crate::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use keyward_core::ids::{TenantId, UserId};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{PoisonError, RwLock};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// One version of the root key: 1 is the first.
pub type Version = u8;

/// The version that every installation begins with.
pub const FIRST: Version = 1;

/// 32 secret bytes.
pub type RootKey = Zeroizing<[u8; 32]>;

/// What a derived key is for. Each name occurs once, here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Sealing password verifiers.
    Verifier,
    /// Digests of codes.
    Code,
    /// Digests of session, reset and link tokens.
    Token,
    /// What binds a token to whom it was made for.
    Bond,
    /// Digests of what counters count.
    Counter,
    /// Decoy methods of names that nobody has.
    Decoy,
    /// Signing puzzles.
    Puzzle,
    /// Tokens against cross-site requests.
    Csrf,
    /// Sealing outgoing jobs.
    Job,
    /// Proving that the root key belongs to the database.
    Canary,
    /// Proving to who has the root key that this server has it too.
    Instance,
    /// Digests of wrong passwords, to see one repeated.
    WrongPassword,
    /// The seed of the key that signs what agents are asked to do.
    Tasks,
    /// Digests of what agents show: codes and secrets of enrolments, challenges.
    Agent,
    /// Sealing the secrets of authenticator apps.
    Seed,
    /// Digests of recovery codes.
    Recovery,
    /// Digests of the ids of passkeys.
    Credential,
    /// Sealing what a passkey was asked, until it answers.
    Ceremony,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::Verifier => "aead-verifier",
            Self::Code => "mac-code",
            Self::Token => "mac-token",
            Self::Bond => "mac-bond",
            Self::Counter => "mac-counter",
            Self::Decoy => "mac-decoy",
            Self::Puzzle => "mac-puzzle",
            Self::Csrf => "mac-csrf",
            Self::Job => "aead-job",
            Self::Canary => "aead-canary",
            Self::Instance => "mac-instance",
            Self::WrongPassword => "mac-wrong-password",
            Self::Tasks => "sign-tasks",
            Self::Agent => "mac-agent",
            Self::Seed => "aead-seed",
            Self::Recovery => "mac-recovery",
            Self::Credential => "mac-credential",
            Self::Ceremony => "aead-ceremony",
        }
    }
}

/// Whom and what a token is for.
#[derive(Debug, Clone, Copy)]
pub struct Bond<'a> {
    /// As in [`Keys::token_mac`].
    pub kind: &'a str,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose; none for the reset of a name that nobody has.
    pub user: Option<UserId>,
    /// The row; nil where the token is the row's only name.
    pub row: uuid::Uuid,
}

/// The characters of 256 bits.
const RANDOM_CHARS: usize = 43;

/// The root key and what is derived from it.
pub struct Keys {
    root: Hkdf<Sha256>,
    /// The versions after the first.
    later: RwLock<BTreeMap<Version, Hkdf<Sha256>>>,
    /// What is sealed now is sealed with this one.
    current: AtomicU8,
    /// Raised by a restore; bound into every token and code digest.
    epoch: u64,
}

/// The tenant of keys that are not for one tenant.
const NOBODY: TenantId = TenantId(uuid::Uuid::nil());

/// The place of the canary.
const CANARY: &[u8] = b"install.key-canary";

impl Keys {
    /// Takes the first version of the root key.
    #[must_use]
    pub fn new(root: &RootKey, epoch: u64) -> Self {
        Self {
            root: extract(root),
            later: RwLock::default(),
            current: AtomicU8::new(FIRST),
            epoch,
        }
    }

    /// Takes a later version, which opens from now on what it has sealed.
    pub fn learn(&self, version: Version, root: &RootKey) {
        let mut later = self.later.write().unwrap_or_else(PoisonError::into_inner);
        later.entry(version).or_insert_with(|| extract(root));
    }

    /// Whether what this version has sealed can be opened.
    #[must_use]
    pub fn knows(&self, version: Version) -> bool {
        let later = self.later.read().unwrap_or_else(PoisonError::into_inner);
        version == FIRST || later.contains_key(&version)
    }

    /// The version that seals now.
    #[must_use]
    pub fn current(&self) -> Version {
        self.current.load(Ordering::Relaxed)
    }

    /// Seals with this version from now on. False: it isn't known.
    pub fn seal_with(&self, version: Version) -> bool {
        let known = self.knows(version);
        if known {
            self.current.store(version, Ordering::Relaxed);
        }
        known
    }

    fn derive(&self, purpose: Purpose, tenant: TenantId) -> Zeroizing<[u8; 32]> {
        expand(&self.root, purpose, tenant)
    }

    /// The key of one version; none if it isn't known.
    fn derive_for(
        &self,
        version: Version,
        purpose: Purpose,
        tenant: TenantId,
    ) -> Option<Zeroizing<[u8; 32]>> {
        if version == FIRST {
            return Some(self.derive(purpose, tenant));
        }
        let later = self.later.read().unwrap_or_else(PoisonError::into_inner);
        later
            .get(&version)
            .map(|root| expand(root, purpose, tenant))
    }

    /// A keyed digest of the parts, for one tenant.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, tenant: TenantId, parts: &[&[u8]]) -> [u8; 32] {
        let key = self.derive(purpose, tenant);
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_slice())
            .unwrap_or_else(|_| unreachable!());
        if matches!(purpose, Purpose::Token | Purpose::Code) {
            mac.update(&self.epoch.to_be_bytes());
        }
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// [`Keys::mac`] where no tenant is known yet.
    #[must_use]
    pub fn global_mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(purpose, NOBODY, parts)
    }

    /// The digest under which a token is stored. `kind` keeps a session's token from being tried as a reset's.
    #[must_use]
    pub fn token_mac(&self, kind: &str, token: &str) -> [u8; 32] {
        self.global_mac(Purpose::Token, &[kind.as_bytes(), token.as_bytes()])
    }

    /// A token that is good for one row of one user. The digest finds the row; the tag at its end says whose it was, so
    /// that a row whose user was changed in the database opens nobody's account (DB-05).
    #[must_use]
    pub fn bound_token(&self, bond: Bond<'_>, entropy: &dyn Entropy) -> String {
        let random = entropy.token();
        let tag = self.tag(bond, &random);
        random + &tag
    }

    /// Whether a token was made for this row and user.
    #[must_use]
    pub fn is_bound(&self, bond: Bond<'_>, token: &str) -> bool {
        let Some((random, tag)) = token.split_at_checked(RANDOM_CHARS) else {
            return false;
        };
        self.tag(bond, random)
            .as_bytes()
            .ct_eq(tag.as_bytes())
            .into()
    }

    fn tag(&self, bond: Bond<'_>, random: &str) -> String {
        let user = bond.user.map_or(uuid::Uuid::nil(), |u| u.0);
        let parts = [
            bond.kind.as_bytes(),
            user.as_bytes(),
            bond.row.as_bytes(),
            random.as_bytes(),
        ];
        // 128 bits: nobody can try it but here, with a token whose random part is known.
        BASE64.encode(&self.mac(Purpose::Bond, bond.tenant, &parts)[..16])
    }

    /// Seals a secret for one place: `bound` names table, column and row.
    pub fn seal(
        &self,
        purpose: Purpose,
        tenant: TenantId,
        bound: &[u8],
        secret: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>> {
        self.seal_by(self.current(), purpose, tenant, bound, secret, entropy)
    }

    fn seal_by(
        &self,
        version: Version,
        purpose: Purpose,
        tenant: TenantId,
        bound: &[u8],
        secret: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>> {
        let failed = || Error::Fault("a secret could not be sealed".into());
        let key = self
            .derive_for(version, purpose, tenant)
            .ok_or_else(failed)?;
        let cipher = XChaCha20Poly1305::new((&*key).into());
        let nonce: [u8; 24] = entropy.bytes();
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret,
                    aad: bound,
                },
            )
            .map_err(|_| failed())?;
        Ok([&[version], nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Keys::seal`] sealed for the same place.
    pub fn open(
        &self,
        purpose: Purpose,
        tenant: TenantId,
        bound: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || {
            Error::Fault(format!(
                "a sealed value ({}) does not open",
                purpose.label()
            ))
        };
        let (version, rest) = sealed.split_first().ok_or_else(broken)?;
        let (nonce, text) = rest.split_at_checked(24).ok_or_else(broken)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| broken())?;
        let key = self
            .derive_for(*version, purpose, tenant)
            .ok_or_else(broken)?;
        let cipher = XChaCha20Poly1305::new((&*key).into());
        let text = cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: text,
                    aad: bound,
                },
            )
            .map_err(|_| broken())?;
        Ok(Zeroizing::new(text))
    }

    /// The key that signs what the agents of a tenant are asked to do. Agents pin its public half when they are let in,
    /// so it is the same for ever: a restore does not change it.
    #[must_use]
    pub fn task_key(&self, tenant: TenantId) -> keyward_wire::sign::Signing {
        keyward_wire::sign::Signing::from_seed(&self.derive(Purpose::Tasks, tenant))
    }

    /// What a database keeps to prove that a root key is its own (DB-04, L-07).
    pub fn canary(&self, entropy: &dyn Entropy) -> Result<Vec<u8>> {
        // By the first version, which is always there.
        self.seal_by(FIRST, Purpose::Canary, NOBODY, CANARY, b"keyward", entropy)
    }

    /// Whether a canary was made with this root key.
    #[must_use]
    pub fn opens_canary(&self, canary: &[u8]) -> bool {
        self.open(Purpose::Canary, NOBODY, CANARY, canary).is_ok()
    }

    /// The answer to a question that only a server with this root key can answer: `keyward doctor` tells by it whether
    /// the public URL leads here.
    #[must_use]
    pub fn instance_proof(&self, question: &str) -> String {
        BASE64.encode(self.global_mac(Purpose::Instance, &[question.as_bytes()]))
    }

    /// A token against cross-site requests, bound to what the browser holds.
    #[must_use]
    pub fn csrf(&self, held: &str) -> String {
        BASE64.encode(self.global_mac(Purpose::Csrf, &[held.as_bytes()]))
    }

    /// Whether a form carries the token of what the browser holds.
    #[must_use]
    pub fn csrf_matches(&self, held: &str, presented: &str) -> bool {
        self.csrf(held)
            .as_bytes()
            .ct_eq(presented.as_bytes())
            .into()
    }
}

fn extract(root: &RootKey) -> Hkdf<Sha256> {
    Hkdf::new(Some(b"keyward root v1"), root.as_slice())
}

fn expand(root: &Hkdf<Sha256>, purpose: Purpose, tenant: TenantId) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let info = [purpose.label().as_bytes(), b"\0", tenant.0.as_bytes()];
    // 32 bytes are always within what HKDF gives.
    let _ = root.expand_multi_info(&info, key.as_mut_slice());
    key
}

/// The version that has sealed a value.
#[must_use]
pub fn version_of(sealed: &[u8]) -> Option<Version> {
    sealed.first().copied()
}

impl dyn Entropy + '_ {
    /// A random token of 256 bits for a cookie or link.
    pub fn token(&self) -> String {
        BASE64.encode(self.bytes::<32>())
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
