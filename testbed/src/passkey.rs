//! A passkey and the browser in front of it, written from the specification (WebAuthn Level 3): it makes credentials and
//! signs, and it does what neither a browser nor a device would, for the attacks of tests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// How browser and device behave.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one flag of what an authenticator signs"
)]
pub struct Ways {
    /// The origin of the page.
    pub origin: String,
    /// The party that is signed for; empty: the one that was asked for.
    pub party: String,
    /// Somebody was there.
    pub present: bool,
    /// And was verified.
    pub verified: bool,
    /// It may be kept in several places.
    pub eligible: bool,
    /// It is.
    pub backed_up: bool,
    /// Whose it says it is; none: it doesn't. The right one unless set.
    pub handle: Option<Option<Vec<u8>>>,
    /// More members of what the browser says it did, each `"name":value`.
    pub said: String,
}

impl Ways {
    /// An honest browser on a page of this origin.
    #[must_use]
    pub fn at(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            party: String::new(),
            present: true,
            verified: true,
            eligible: false,
            backed_up: false,
            handle: None,
            said: String::new(),
        }
    }

    fn flags(&self) -> u8 {
        [
            self.present,
            false,
            self.verified,
            self.eligible,
            self.backed_up,
        ]
        .into_iter()
        .enumerate()
        .map(|(bit, set)| u8::from(set) << bit)
        .sum()
    }
}

/// One credential.
#[derive(Debug, Clone)]
pub struct Passkey {
    key: Vec<u8>,
    /// Its id.
    pub id: Vec<u8>,
    /// The handle of its user.
    pub user: Vec<u8>,
    /// How often it has signed. 0 stays 0, as with passkeys that are kept in several places.
    pub count: u32,
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the kernel gives random bytes");
    bytes
}

fn read(options: &str) -> Value {
    serde_json::from_str(options).expect("options are JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn client_data(kind: &str, options: &Value, ways: &Ways) -> Vec<u8> {
    let (challenge, origin) = (text(&options["challenge"]), &ways.origin);
    let more = if ways.said.is_empty() {
        String::new()
    } else {
        format!(",{}", ways.said)
    };
    format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{more}}}"#)
        .into_bytes()
}

fn authenticator_data(party: &str, ways: &Ways, flags: u8, count: u32) -> Vec<u8> {
    let party = if ways.party.is_empty() {
        party
    } else {
        &ways.party
    };
    let hash = digest(&SHA256, party.as_bytes());
    [hash.as_ref(), &[ways.flags() | flags], &count.to_be_bytes()].concat()
}

/// The head of a CBOR byte string.
fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a short text");
    [&[0x59], length.to_be_bytes().as_slice(), bytes].concat()
}

impl Passkey {
    /// Makes one, by the options of `navigator.credentials.create`; with what the browser sends.
    ///
    /// # Panics
    /// When the options are none.
    #[must_use]
    pub fn make(options: &str, ways: &Ways) -> (Self, String) {
        Self::make_with(options, ways, &random(32), 1)
    }

    /// The same, with this id, and a count of signatures.
    ///
    /// # Panics
    /// When the options are none.
    #[must_use]
    pub fn make_with(options: &str, ways: &Ways, id: &[u8], count: u32) -> (Self, String) {
        let options = read(options);
        let rng = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng);
        let made = Self {
            key: key.expect("a key").as_ref().to_vec(),
            id: id.to_vec(),
            user: BASE64
                .decode(text(&options["user"]["id"]))
                .expect("a handle"),
            count,
        };
        let pair = made.pair();
        let point = pair.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        // A map in the canonical order of CTAP2: EC2, ES256, P-256, x, y.
        let public = [
            &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20],
            x,
            &[0x22, 0x58, 0x20],
            y,
        ]
        .concat();
        let attested = 0x40;
        let data = [
            authenticator_data(text(&options["rp"]["id"]), ways, attested, count).as_slice(),
            &[0; 16],
            &u16::try_from(id.len()).expect("a short id").to_be_bytes(),
            id,
            &public,
        ]
        .concat();
        let object = [
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".as_slice(),
            &cbor_bytes(&data),
        ]
        .concat();
        let sent = json!({
            "id": BASE64.encode(id),
            "rawId": BASE64.encode(id),
            "type": "public-key",
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(client_data("webauthn.create", &options, ways)),
                "transports": ["internal"],
            },
            "clientExtensionResults": {},
        });
        (made, sent.to_string())
    }

    fn pair(&self) -> EcdsaKeyPair {
        let rng = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.key, &rng)
            .expect("the key that was made")
    }

    /// Signs, by the options of `navigator.credentials.get`; what the browser sends.
    ///
    /// # Panics
    /// When the options are none.
    #[must_use]
    pub fn sign(&mut self, options: &str, ways: &Ways) -> String {
        let options = read(options);
        if self.count > 0 {
            self.count += 1;
        }
        let data = authenticator_data(text(&options["rpId"]), ways, 0, self.count);
        let said = client_data("webauthn.get", &options, ways);
        let signed = [data.as_slice(), digest(&SHA256, &said).as_ref()].concat();
        let signature = self.pair().sign(&SystemRandom::new(), &signed);
        let handle = ways.handle.clone().unwrap_or(Some(self.user.clone()));
        let sent = json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(said),
                "signature": BASE64.encode(signature.expect("a signature").as_ref()),
                "userHandle": handle.map(|h| BASE64.encode(h)),
            },
            "clientExtensionResults": {},
        });
        sent.to_string()
    }
}
