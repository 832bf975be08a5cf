//! Messages of agents that are deep, huge or cut off: each is answered, none is believed, and the next one is read.

use crate::browser::Browser;
use crate::page::Page;
use crate::site::Site;
use axum::http::{HeaderValue, header};
use keyward_wire::{Trouble, path};

async fn post(site: &Site, path: &str, body: Vec<u8>) -> Page {
    let mut request = Browser::new(site).request("POST", path);
    let headers = request.headers_mut();
    for name in ["origin", "sec-fetch-site"] {
        headers.remove(name);
    }
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    *request.body_mut() = body.into();
    site.browser().send(request).await
}

/// Refused as what it is: the agent's program is told, and what it sent is not repeated.
#[track_caller]
fn expect_refused(page: &Page, what: &str) {
    let status = page.status.as_u16();
    assert!([400, 413, 422].contains(&status), "{what}: {status}");
    let trouble: Trouble = serde_json::from_str(&page.body).expect("what the wire says");
    assert!(trouble.message.len() < 400, "{what}: {trouble:?}");
}

// case: S72
#[tokio::test]
async fn s72_deep_and_huge_messages_are_refused() {
    let site = Site::new().await;
    let nested = |open: &str, close: &str, n: usize| [open.repeat(n), close.repeat(n)].concat();
    let host = |value: &str| format!(r#"{{"version":1,"host":{value}}}"#);
    let bodies = [
        ("arrays", nested("[", "]", 4_000)),
        ("objects", nested(r#"{"host":"#, "}", 1_500)),
        (
            "a deep unknown field",
            format!(r#"{{"x":{}}}"#, nested("[", "]", 4_000)),
        ),
        ("a deep known field", host(&nested("[", "]", 4_000))),
        ("never closed", "[".repeat(16_000)),
        (
            "a long string",
            host(&format!("\"{}\"", "a".repeat(20_000))),
        ),
        ("escapes", host(&format!("\"{}\"", r"\ud83d".repeat(2_000)))),
        ("a long number", host(&"9".repeat(15_000))),
        ("a huge exponent", host("1e999999999")),
        (
            "one key often",
            format!("{{{}\"host\":1}}", r#""host":"a","#.repeat(1_000)),
        ),
        ("a megabyte", " ".repeat(1 << 20)),
    ];
    for endpoint in [
        path::ENROL,
        path::ENROL_POLL,
        path::CHALLENGE,
        path::SESSION,
    ] {
        for (what, body) in &bodies {
            let page = post(&site, endpoint, body.clone().into_bytes()).await;
            expect_refused(&page, &format!("{endpoint}, {what}"));
        }
    }
}

// case: S72
#[test]
fn s72_what_is_left_of_a_message_never_breaks_its_parser() {
    use keyward_wire::link::{Reports, WorkReply, WorkRequest};
    use keyward_wire::sync::Batch;
    let whole = br#"{"reports":[{"operation":"00000000-0000-4000-8000-000000000001","outcome":{"done":null}}],
        "users":[{"anchor":"00000000-0000-4000-8000-000000000002","upn":"\u00e9\ud83e\udd80","n":-1.5e3}]}"#;
    let read = |body: &[u8]| {
        // Whether it is read or not: both sides come back with an answer.
        let _ = serde_json::from_slice::<Reports>(body);
        let _ = serde_json::from_slice::<WorkReply>(body);
        let _ = serde_json::from_slice::<WorkRequest>(body);
        let _ = serde_json::from_slice::<Batch>(body);
    };
    for at in 0..whole.len() {
        read(&whole[..at]);
        for byte in *b"\0\x7f\x80\xc3\xed\xff\\\"{}[]:,-e0 " {
            let mut changed = whole.to_vec();
            changed[at] = byte;
            read(&changed);
            changed.insert(at, byte);
            read(&changed);
        }
    }
}
