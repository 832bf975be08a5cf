//! Keys that sign and check filters: Ed25519, in the forms in which `openssl` writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, Verifier as _};
use zeroize::Zeroizing;

/// What stands before the 32 bytes of a private key (PKCS #8, RFC 8410 section 7).
const PRIVATE: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// What stands before the 32 bytes of a public key (RFC 8410 section 4).
const PUBLIC: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Signs filters.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Reads the PEM file that `openssl genpkey -algorithm ed25519` writes.
    #[must_use]
    pub fn parse(pem: &str) -> Option<Self> {
        let der = Zeroizing::new(body(pem, "PRIVATE KEY")?);
        let seed: Zeroizing<[u8; 32]> =
            Zeroizing::new(der.strip_prefix(PRIVATE.as_slice())?.try_into().ok()?);
        Some(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// Of these 32 bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Its other half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.sign(text).to_bytes()
    }
}

/// Checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Reads what `openssl pkey -pubout` writes, the whole of it or the one line between its dashes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let der = body(text, "PUBLIC KEY").or_else(|| BASE64.decode(text.trim()).ok())?;
        let bytes: [u8; 32] = der.strip_prefix(PUBLIC.as_slice())?.try_into().ok()?;
        ed25519_dalek::VerifyingKey::from_bytes(&bytes)
            .ok()
            .map(Self)
    }

    /// The line between the dashes.
    #[must_use]
    pub fn line(&self) -> String {
        BASE64.encode([PUBLIC.as_slice(), self.0.as_bytes()].concat())
    }

    pub(crate) fn signed(&self, text: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify(text, &signature).is_ok()
    }
}

/// What stands in a PEM file between the dashes.
fn body(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (text, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let text = Zeroizing::new(text.split_whitespace().collect::<String>());
    BASE64.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8410 section 10.3.
    #[test]
    fn keys_are_read_as_openssl_writes_them() {
        let private = "-----BEGIN PRIVATE KEY-----\n\
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
            -----END PRIVATE KEY-----\n";
        let line = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        let key = SigningKey::parse(private).unwrap();
        assert_eq!(key.public().line(), line);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{line}\n-----END PUBLIC KEY-----\n");
        assert_eq!(PublicKey::parse(&pem), Some(key.public()));
        assert_eq!(PublicKey::parse(line), Some(key.public()));
        for bad in ["", "MCow", &line[4..], "-----BEGIN PUBLIC KEY-----"] {
            assert_eq!(PublicKey::parse(bad), None, "{bad}");
        }
        assert!(SigningKey::parse(&pem).is_none());
    }
}
