//! How a password travels: sealed to one agent, for one operation (HPKE, RFC 9180).
//!
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, mode base. Who seals is proved by the signature of the
//! task around it ([`sign`](crate::sign)). What is sealed can be opened in one place only: [`Binding`] goes into the
//! key schedule, so that it opens for no other tenant, agent, operation, object, purpose or time.
//!
//! A sealed password is always [`PADDED`] characters long inside: its length tells nobody anything.

use crate::{Bytes, Micros};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The suite and layout of what is sealed, its first byte.
const SUITE: u8 = 1;
/// 256 characters of at most four bytes, and two bytes for the length.
const PADDED: usize = 1024 + 2;

/// What a sealed password is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Compare it.
    Verify,
    /// Set it without the old one.
    Reset,
    /// The old one of a change.
    Old,
    /// The new one of a change.
    Change,
}

/// Where a sealed password can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The organisation.
    pub tenant: Uuid,
    /// The agent it is sealed to.
    pub agent: Uuid,
    /// The operation.
    pub operation: Uuid,
    /// The directory.
    pub directory: Uuid,
    /// Whose password, if anybody's.
    pub anchor: Option<Uuid>,
    /// What for.
    pub purpose: Purpose,
    /// Until when.
    pub expires_at: Micros,
}

impl Binding {
    /// All fields have a fixed length: two bindings that differ have bytes that differ.
    fn info(&self) -> Vec<u8> {
        let mut info = b"keyward seal 1\0".to_vec();
        for id in [self.tenant, self.agent, self.operation, self.directory] {
            info.extend(id.as_bytes());
        }
        info.push(u8::from(self.anchor.is_some()));
        info.extend(self.anchor.unwrap_or_default().as_bytes());
        info.push(match self.purpose {
            Purpose::Verify => 1,
            Purpose::Reset => 2,
            Purpose::Old => 3,
            Purpose::Change => 4,
        });
        info.extend(self.expires_at.to_be_bytes());
        info
    }
}

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The public key isn't one.
    #[error("that is no X25519 public key")]
    Key,
    /// Longer than a password can be.
    #[error("a password has at most 1,024 bytes")]
    TooLong,
    /// Changed on the way, sealed to another key, or for something else.
    #[error("what was sealed doesn't open with this key for this operation")]
    Closed,
}

/// Seals a password. `fill` gives random bytes.
///
/// # Errors
/// [`Error::Key`] and [`Error::TooLong`].
pub fn seal(
    public: &[u8],
    binding: &Binding,
    password: &str,
    fill: impl FnMut(&mut [u8]),
) -> Result<Bytes, Error> {
    let public =
        <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).map_err(|_| Error::Key)?;
    let mut padded = Zeroizing::new(vec![0; PADDED]);
    let length = u16::try_from(password.len()).map_err(|_| Error::TooLong)?;
    padded[..2].copy_from_slice(&length.to_be_bytes());
    padded
        .get_mut(2..2 + password.len())
        .ok_or(Error::TooLong)?
        .copy_from_slice(password.as_bytes());
    let (encapped, sealed) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            &binding.info(),
            &padded,
            &[SUITE],
            &mut Filled(fill),
        )
        .map_err(|_| Error::Key)?;
    Ok(Bytes(
        [&[SUITE], &encapped.to_bytes()[..], &sealed].concat(),
    ))
}

/// The private half of a sealing key: made on the agent's host, and never elsewhere. Wiped when dropped.
pub struct Sealing {
    private: Zeroizing<[u8; 32]>,
    public: [u8; 32],
}

impl Sealing {
    /// The key that follows from these 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let (private, public) = X25519HkdfSha256::derive_keypair(seed);
        let mut bytes = Zeroizing::new([0; 32]);
        private.write_exact(&mut *bytes);
        let mut open = [0; 32];
        public.write_exact(&mut open);
        Self {
            private: bytes,
            public: open,
        }
    }

    /// The public half, 32 bytes.
    #[must_use]
    pub fn public(&self) -> Bytes {
        Bytes(self.public.to_vec())
    }

    /// Opens what was sealed to this key for this operation.
    ///
    /// # Errors
    /// [`Error::Closed`], whatever is wrong.
    pub fn open(&self, binding: &Binding, sealed: &[u8]) -> Result<Zeroizing<String>, Error> {
        let closed = |_| Error::Closed;
        let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&*self.private)
            .map_err(|_| Error::Closed)?;
        let (suite, rest) = sealed.split_first().ok_or(Error::Closed)?;
        if *suite != SUITE || rest.len() < 32 {
            return Err(Error::Closed);
        }
        let (encapped, sealed) = rest.split_at(32);
        let encapped =
            <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapped).map_err(closed)?;
        let padded = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &private,
            &encapped,
            &binding.info(),
            sealed,
            &[SUITE],
        )
        .map(Zeroizing::new)
        .map_err(closed)?;
        let (length, text) = padded.split_first_chunk::<2>().ok_or(Error::Closed)?;
        let text = text
            .get(..usize::from(u16::from_be_bytes(*length)))
            .ok_or(Error::Closed)?;
        let text = std::str::from_utf8(text).map_err(|_| Error::Closed)?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

/// Random bytes from a function, in the shape that `hpke` takes them.
struct Filled<F>(F);

impl<F: FnMut(&mut [u8])> TryRng for Filled<F> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(bytes);
        Ok(())
    }
}

impl<F: FnMut(&mut [u8])> TryCryptoRng for Filled<F> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding() -> Binding {
        Binding {
            tenant: Uuid::from_u128(1),
            agent: Uuid::from_u128(2),
            operation: Uuid::from_u128(3),
            directory: Uuid::from_u128(4),
            anchor: Some(Uuid::from_u128(5)),
            purpose: Purpose::Reset,
            expires_at: 6,
        }
    }

    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_add(1);
                *byte = next;
            }
        }
    }

    #[test]
    fn what_is_sealed_opens_in_one_place_only() {
        let key = Sealing::from_seed(&[7; 32]);
        let sealed = seal(&key.public().0, &binding(), "grüne Lampen 🚲", counting()).unwrap();
        assert_eq!(*key.open(&binding(), &sealed.0).unwrap(), "grüne Lampen 🚲");

        let elsewhere: [fn(&mut Binding); 8] = [
            |b| b.tenant = Uuid::from_u128(9),
            |b| b.agent = Uuid::from_u128(9),
            |b| b.operation = Uuid::from_u128(9),
            |b| b.directory = Uuid::from_u128(9),
            |b| b.anchor = Some(Uuid::from_u128(9)),
            |b| b.anchor = None,
            |b| b.purpose = Purpose::Change,
            |b| b.expires_at = 7,
        ];
        for change in elsewhere {
            let mut other = binding();
            change(&mut other);
            assert_eq!(key.open(&other, &sealed.0), Err(Error::Closed), "{other:?}");
        }
        let other = Sealing::from_seed(&[8; 32]);
        assert_eq!(other.open(&binding(), &sealed.0), Err(Error::Closed));
        for at in 0..sealed.0.len() {
            let mut changed = sealed.0.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(&binding(), &changed), Err(Error::Closed));
            assert_eq!(key.open(&binding(), &sealed.0[..at]), Err(Error::Closed));
        }
    }

    #[test]
    fn the_length_of_a_password_does_not_show() {
        let key = Sealing::from_seed(&[7; 32]).public();
        let long = "🚲".repeat(256);
        let sealed = |password| seal(&key.0, &binding(), password, counting()).map(|b| b.0.len());
        assert_eq!(sealed(""), sealed(&long));
        assert_eq!(sealed(&(long.clone() + "x")), Err(Error::TooLong));
        assert_eq!(seal(&[0; 31], &binding(), "x", counting()), Err(Error::Key));
    }
}
