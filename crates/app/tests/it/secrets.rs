//! No secret is found in what the database holds.

use crate::everything::drive;
use crate::help::ADA;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use keyward_app::testing::{Engine, TestAgent, TestApp};
use keyward_core::method::MethodKind;

/// The forms in which a secret might stand somewhere.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
    let utf16 =
        |order: fn(u16) -> [u8; 2]| -> Vec<u8> { secret.encode_utf16().flat_map(order).collect() };
    let (le, be) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    let mut all = vec![
        ("raw", secret.to_owned()),
        ("hex", hex(secret.as_bytes())),
        ("UTF-16LE in hex", hex(&le)),
        ("UTF-16BE in hex", hex(&be)),
        ("base64", STANDARD.encode(secret)),
        ("base64 without padding", STANDARD_NO_PAD.encode(secret)),
        ("base64url", URL_SAFE.encode(secret)),
        ("base64url without padding", URL_SAFE_NO_PAD.encode(secret)),
        ("UTF-16LE in base64", STANDARD_NO_PAD.encode(&le)),
    ];
    // Tokens are base64url themselves: their bytes would be a leak as well.
    // What follows the first 43 characters says whose they are.
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(secret.get(..43).unwrap_or(secret))
        && bytes.len() == 32
    {
        all.push(("bytes of the token in hex", hex(&bytes)));
    }
    all
}

fn search(dump: &str, secrets: &[String]) -> usize {
    let lower = dump.to_lowercase();
    let mut looked = 0;
    for secret in secrets {
        // A code of six digits is inside of every longer number; as a word of its own it would be a leak.
        let is_code = secret.len() <= 8 && secret.bytes().all(|b| b.is_ascii_digit());
        for (form, text) in forms(secret) {
            if is_code && form == "raw" {
                let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
                let words = dump.split(|c: char| !inner(c));
                assert!(!words.into_iter().any(|w| w == text), "the code {text}");
            } else if text.len() >= 11 {
                let text = if form.ends_with("hex") {
                    text.to_lowercase()
                } else {
                    text
                };
                let found = if form.ends_with("hex") {
                    lower.contains(&text)
                } else {
                    dump.contains(&text)
                };
                assert!(!found, "{form} of {secret}");
            }
            looked += 1;
        }
    }
    looked
}

// case: DB-01, INV-6, C-07, S32, S29
#[tokio::test]
async fn db_01_no_row_holds_a_password_code_or_token() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        Box::pin(drive(&app)).await;
        // Something is open right now: a reset with a code on its way, a session, a job that waits.
        app.sign_in_as("bob").await.unwrap();
        let reset = app.begin_reset("bob@contoso.example").await;
        app.send_to(&reset, MethodKind::Email, "").await.unwrap();
        // And a password on its way to a directory, with an agent that waits to be let in.
        app.agent(9).await;
        app.asks_for_reset(uuid::Uuid::from_u128(8), "canary on its way")
            .await;
        app.enrol(&TestAgent::new(10)).await;
        let dump = app.dump().await;
        app.ignore_messages().await;
        assert!(dump.contains(ADA), "the dump is of this database");
        for table in [
            "sessions",
            "challenges",
            "resets",
            "links",
            "jobs",
            "counters",
            "audit_events",
            "agents",
            "agent_enrolments",
            "agent_sessions",
            "agent_challenges",
            "operations",
            "operation_offers",
        ] {
            assert!(
                dump.contains(&format!("\"table\":\"{table}\"")),
                "{table} has rows"
            );
        }
        let secrets = app.secrets();
        assert!(secrets.len() > 40, "{}", secrets.len());
        assert!(search(&dump, &secrets) > 300);
    }
}

#[test]
#[should_panic(expected = "hex of")]
fn the_search_finds_what_it_looks_for() {
    let hex: String = b"a planted secret"
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    search(
        &format!("{{\"mac\":\"00{hex}ff\"}}"),
        &["a planted secret".into()],
    );
}

#[test]
#[should_panic(expected = "the code 123456")]
fn the_search_finds_a_code() {
    search("{\"detail\":\"code 123456 sent\"}", &["123456".into()]);
}
