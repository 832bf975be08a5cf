//! The codes of authenticator apps and hardware tokens (TOTP, RFC 6238), and how their secrets get into an app.
//!
//! HMAC and truncation are RFC 4226's ten lines: what a library's check says is yes or no, and here the step counts
//! that a code belongs to, since none is taken twice ([`keyward_core::totp`]).

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use keyward_core::time::Timestamp;
use keyward_core::totp::{self, Algorithm, Shape, Step};
use sha1::Sha1;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// Bytes of a secret: 160 bits, as RFC 4226 section 4 (R6) advises (T-01).
pub(crate) const SEED: usize = 20;

/// Digits of a code: what every app can show (T-01).
pub const DIGITS: usize = 6;

/// The code of a step (RFC 4226 section 5.3, RFC 6238 section 4).
pub(crate) fn code(seed: &[u8], algorithm: Algorithm, step: Step) -> Zeroizing<String> {
    let counter = step.0.to_be_bytes();
    let digest = match algorithm {
        Algorithm::Sha1 => digest::<Hmac<Sha1>>(seed, &counter),
        Algorithm::Sha256 => digest::<Hmac<Sha256>>(seed, &counter),
    };
    let offset = usize::from(digest[digest.len() - 1] & 15);
    let mut word = [0; 4];
    word.copy_from_slice(&digest[offset..offset + 4]);
    let number = u32::from_be_bytes(word) & 0x7fff_ffff;
    Zeroizing::new(format!("{:0DIGITS$}", number % 10u32.pow(DIGITS as u32)))
}

/// At least twenty bytes.
fn digest<M: Mac + KeyInit>(seed: &[u8], counter: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(seed).unwrap_or_else(|_| unreachable!());
    mac.update(counter);
    mac.finalize().into_bytes().to_vec()
}

/// The step that a typed code belongs to, among those that are taken now. All are looked at, whichever it is.
pub(crate) fn matching(
    seed: &[u8],
    shape: Shape,
    typed: &str,
    now: Timestamp,
    last: Option<Step>,
) -> Option<Step> {
    let mut found = None;
    for step in totp::acceptable(shape, now, last) {
        let same: Choice = code(seed, shape.algorithm, step)
            .as_bytes()
            .ct_eq(typed.as_bytes());
        if same.into() {
            found = Some(step);
        }
    }
    found
}

/// The secret as people type it: base 32, in groups of four.
pub(crate) fn spelled(seed: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(seed);
    let groups: Vec<&str> = (0..text.len())
        .step_by(4)
        .map(|at| &text[at..text.len().min(at + 4)])
        .collect();
    groups.join(" ")
}

/// What a QR code says to an app: the Key URI Format that all of them read.
pub(crate) fn uri(organisation: &str, upn: &str, seed: &[u8]) -> String {
    let secret = Zeroizing::new(BASE32_NOPAD.encode(seed));
    // A colon would end the name of the organisation.
    let issuer = encoded(&organisation.replace(':', " "));
    let name = encoded(upn);
    format!(
        "otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={}",
        secret.as_str(),
        totp::STEP_SECONDS
    )
}

/// RFC 3986: everything but unreserved characters as bytes in hexadecimal.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(b).to_string()
            }
            b => format!("%{b:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    /// RFC 6238 appendix B (SHA-1), the last six of its eight digits; RFC 4226 appendix D.
    #[test]
    fn codes_are_those_of_the_standards() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(
                code(RFC, Algorithm::Sha1, Step::at(at(seconds))).as_str(),
                expected
            );
        }
        // Appendix B (SHA-256), with its seed of 32 bytes.
        let long = b"12345678901234567890123456789012";
        for (seconds, expected) in [
            (59, "119246"),
            (1_111_111_109, "084774"),
            (20_000_000_000, "737706"),
        ] {
            let step = Step::at(at(seconds));
            assert_eq!(code(long, Algorithm::Sha256, step).as_str(), expected);
        }
        let counted = ["755224", "287082", "359152", "969429", "338314"];
        for (step, expected) in (0..).zip(counted) {
            assert_eq!(code(RFC, Algorithm::Sha1, Step(step)).as_str(), expected);
        }
    }

    // case: OT-13, OT-18
    #[test]
    fn ot_13_a_code_of_the_neighbouring_steps_is_found_and_no_other() {
        let now = at(3000);
        for (step, found) in [
            (98, false),
            (99, true),
            (100, true),
            (101, true),
            (102, false),
        ] {
            let typed = code(RFC, Algorithm::Sha1, Step(step));
            let matched = matching(RFC, Shape::APP, &typed, now, None);
            assert_eq!(matched, found.then_some(Step(step)));
            assert_eq!(
                matching(RFC, Shape::APP, &typed, now, Some(Step(step))),
                None,
                "used"
            );
        }
        for odd in ["", "0", "000000", "-", "2870822"] {
            assert_eq!(matching(RFC, Shape::APP, odd, now, None), None, "{odd}");
        }
    }

    #[test]
    fn the_uri_is_one_that_apps_read() {
        assert_eq!(
            uri("Contoso: A&B", "ada@contoso.example", RFC),
            "otpauth://totp/Contoso%20%20A%26B:ada%40contoso.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Contoso%20%20A%26B&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(spelled(RFC), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
