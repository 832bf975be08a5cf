//! The real things that Keyward's tests talk to, each started on a free port of this machine and ended again.
//!
//! * [`postgres`]: a PostgreSQL cluster, and an empty schema or database for each test;
//! * [`smtp`]: an SMTP server that keeps what it receives, with TLS, authentication and refusals;
//! * [`sms`]: a gateway that speaks a provider's HTTP API, and a plain webhook;
//! * [`calls`]: its sibling for calls, with somebody who picks up and presses a key, or doesn't;
//! * [`browser`]: headless Chromium, driven as a person would use it;
//! * [`authenticator`]: an authenticator app that scans QR codes off pictures of pages;
//! * [`passkey`]: a passkey that signs, and lies where a test wants it to;
//! * [`samba`]: an Active Directory domain controller, with the helpers that its administrators would want;
//! * [`slapd`]: an `OpenLDAP` server with a password policy;
//! * [`ldap`]: what a client of either is told, by other programs than the product's own;
//! * [`proxy`]: a network that cuts, delays and swallows;
//! * [`tls`]: certificates, good ones and each kind of bad one;
//! * [`process`]: programs that end when the test does, however it ends.
//!
//! Everything here is for tests: helpers panic, and say what they saw, where a library would return an error.
//! This crate must know nothing of Keyward's own crates, and no shipped binary may link it.
//! Start reading at [`process`]: the others stand on it.

pub mod authenticator;
pub mod browser;
pub mod calls;
pub mod ldap;
pub mod passkey;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod samba;
pub mod slapd;
pub mod sms;
pub mod smtp;
pub mod tls;

/// Finds the first run of six to eight digits that stands alone: the code in a mail or a text message.
///
/// ```
/// assert_eq!(keyward_testbed::find_code("Your code is 123456.").as_deref(), Some("123456"));
/// assert_eq!(keyward_testbed::find_code("Order 123456789 of 2026"), None);
/// ```
#[must_use]
pub fn find_code(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .find(|word| (6..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}
