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

// case: DB-03
#[tokio::test]
async fn db_03_a_stolen_table_tells_no_code_without_the_key() {
    use sha2::{Digest, Sha256};
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.register_mail(ada, crate::help::MAIL).await;
    app.set_policy(|p| {
        p.scope = keyward_core::policy::Scope::All;
        p.gates = keyward_core::policy::Gates::One;
    })
    .await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(crate::help::MAIL).await;
    let dump = app.dump().await;
    // Whoever has the table tries every code, with all that stands beside it in the row.
    let row = dump
        .lines()
        .find(|line| line.contains("\"table\":\"challenges\""));
    let row: serde_json::Value = serde_json::from_str(row.unwrap()).unwrap();
    let row = row["row"].as_object().unwrap();
    let texts = row.values().filter_map(|value| value.as_str());
    let stored: Vec<&str> = texts.collect();
    let ids: Vec<uuid::Uuid> = stored
        .iter()
        .filter_map(|text| uuid::Uuid::parse_str(text).ok())
        .collect();
    assert!(ids.len() >= 2, "{row:?}");
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
    let looks_like = |digest: &[u8]| {
        let forms = [
            hex(digest),
            STANDARD.encode(digest),
            STANDARD_NO_PAD.encode(digest),
            URL_SAFE_NO_PAD.encode(digest),
        ];
        stored
            .iter()
            .any(|text| forms.iter().any(|form| form == text))
    };
    let digest = |parts: &[&[u8]]| {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        hash.finalize()
    };
    let code = code.as_bytes();
    let none: &[u8] = b"";
    let salts = ids.iter().map(|id| id.as_bytes().as_slice()).chain([none]);
    for salt in salts {
        for parts in [[salt, code], [code, salt]] {
            assert!(!looks_like(&digest(&parts)));
        }
    }
    // It is the key that decides: with it the code is right.
    let typed = std::str::from_utf8(code).unwrap();
    app.answer(&reset, typed).await.unwrap();
}

// case: ID-12
#[tokio::test]
async fn id_12_nothing_can_be_counted_through() {
    let app = TestApp::new().await;
    Box::pin(drive(&app)).await;
    let dump = app.dump().await;
    let mut ids: Vec<u128> = Vec::new();
    for line in dump.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(id) = line["row"].get("id") else {
            continue;
        };
        // Numbers would be followed by the next ones.
        let id = id.as_str().unwrap_or_else(|| panic!("{line}"));
        let id = uuid::Uuid::parse_str(id).unwrap_or_else(|_| panic!("{line}"));
        match id.get_version_num() {
            4 | 7 => ids.push(id.as_u128()),
            // What tests and other programs call themselves.
            0 => {}
            other => panic!("version {other}: {line}"),
        }
    }
    assert!(ids.len() > 100, "{}", ids.len());
    ids.sort_unstable();
    ids.dedup();
    // Those that begin with the time differ in 62 random bits all the same.
    for pair in ids.windows(2) {
        assert!(pair[1] - pair[0] > 1 << 32, "{:x} {:x}", pair[0], pair[1]);
    }
}
