//! Passkeys that are made: after a fresh proof, as they were asked for, each credential once.

use crate::help::{ADA, MAIL, ada, code_of};
use crate::passkey::{make, proved, secret, with_passkey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind::{self, Passkey as Kind};
use keyward_core::policy::{Gates, KindCode};
use keyward_core::time::minutes;
use keyward_testbed::passkey::{Passkey, Ways};

on_both_engines!(
    wa_12_a_passkey_is_made_after_a_fresh_proof,
    wa_08_a_credential_belongs_to_one_method,
);

// case: WA-12, S-06
async fn wa_12_a_passkey_is_made_after_a_fresh_proof(app: &TestApp) {
    let id = ada(app, Gates::Two).await;
    let me = app.session_of(id).await;
    let ways = app.ways();
    let stale = make(app, &me, "Laptop", &ways).await;
    assert_eq!(code_of(stale), "fresh-proof-needed");
    let me = proved(app, &me).await;
    let off = make(app, &me, "Laptop", &ways).await;
    assert_eq!(code_of(off), "not-offered");
    app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
        .await;

    let ctx = app.ctx();
    app.propose_method(&ctx, &me, Kind, "Laptop").await.unwrap();
    let asked = app.new_passkey(&ctx, &me).await.unwrap();
    assert_eq!(asked.name, "Laptop");
    let said: serde_json::Value = serde_json::from_str(&asked.options).unwrap();
    assert_eq!(said["rp"]["id"], "id.contoso.example");
    assert_eq!(said["rp"]["name"], "Contoso");
    assert_eq!(said["user"]["name"], ADA);
    assert_eq!(said["attestation"], "none");
    let selection = &said["authenticatorSelection"];
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(selection["residentKey"], "required");
    // Another session of hers neither sees it nor can answer it.
    let other = proved(app, &app.session_of(id).await).await;
    assert_eq!(code_of(app.new_passkey(&ctx, &other).await), "passkey-over");
    let (mut made, sent) = Passkey::make(&asked.options, &ways);
    let sent = secret(&sent);
    let elsewhere = app.confirm_method(&ctx, &other, &sent, None).await;
    assert_eq!(code_of(elsewhere), "code-dead");
    app.confirm_method(&ctx, &me, &sent, None).await.unwrap();
    let again = app.confirm_method(&ctx, &me, &sent, None).await;
    assert_eq!(code_of(again), "passkey-over", "used");
    let mail = app.mail_to(MAIL).await;
    assert!(
        mail.text.contains("the passkey \"Laptop\""),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("sign in"), "{}", mail.text);

    // One that is there is not made again, by name or on the same device.
    let same = make(app, &me, "LAPTOP", &ways).await;
    assert_eq!(code_of(same), "already-registered");
    app.propose_method(&ctx, &me, Kind, "Key").await.unwrap();
    let asked = app.new_passkey(&ctx, &me).await.unwrap().options;
    let (_, twin) = Passkey::make_with(&asked, &ways, &made.id, 1);
    let twin = app.confirm_method(&ctx, &me, &secret(&twin), None).await;
    assert_eq!(code_of(twin), "passkey-wrong");
    assert!(app.sign_in_by(&mut made).await.is_ok());
    app.ignore_messages().await;
}

// case: WA-02, WA-03, WA-04, WA-05, WA-06, WA-11
#[tokio::test]
async fn wa_05_nothing_is_made_but_what_was_asked_for() {
    let app = crate::help::on_sqlite().await;
    let id = ada(&app, Gates::Two).await;
    app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
        .await;
    let honest = app.ways();
    let bad = [
        Ways {
            origin: "https://id.contoso.example.evil".into(),
            ..honest.clone()
        },
        Ways {
            origin: "http://id.contoso.example".into(),
            ..honest.clone()
        },
        Ways {
            said: r#""crossOrigin":true"#.into(),
            ..honest.clone()
        },
        Ways {
            said: r#""topOrigin":"https://evil.example""#.into(),
            ..honest.clone()
        },
        Ways {
            party: "contoso.example".into(),
            ..honest.clone()
        },
        Ways {
            present: false,
            ..honest.clone()
        },
        Ways {
            verified: false,
            ..honest.clone()
        },
        Ways {
            backed_up: true,
            ..honest.clone()
        },
    ];
    for ways in bad {
        let me = proved(&app, &app.session_of(id).await).await;
        let made = make(&app, &me, "Laptop", &ways).await;
        assert_eq!(code_of(made), "passkey-wrong", "{ways:?}");
        app.advance(minutes(60 * 25));
    }
    let me = proved(&app, &app.session_of(id).await).await;
    app.propose_method(&app.ctx(), &me, Kind, "Laptop")
        .await
        .unwrap();
    let asked = app.new_passkey(&app.ctx(), &me).await.unwrap().options;
    let long = "[".repeat(40_000);
    let deep = format!(r#"{{"id":{}}}"#, "[".repeat(9000));
    for nonsense in ["", "{}", "null", "123456", long.as_str(), deep.as_str()] {
        let made = app
            .confirm_method(&app.ctx(), &me, &secret(nonsense), None)
            .await;
        let code = code_of(made);
        assert!(
            matches!(code, "passkey-wrong" | "passkey-over" | "blocked"),
            "{nonsense:.20}: {code}"
        );
    }
    // After five wrong answers the right one is late.
    let (_, right) = Passkey::make(&asked, &honest);
    let made = app
        .confirm_method(&app.ctx(), &me, &secret(&right), None)
        .await;
    assert!(matches!(code_of(made), "passkey-over" | "blocked"));
    let synced = Ways {
        eligible: true,
        backed_up: true,
        ..honest
    };
    app.advance(minutes(60 * 25));
    let me = proved(&app, &app.session_of(id).await).await;
    assert_eq!(code_of(make(&app, &me, "Laptop", &synced).await), "ok");
    app.ignore_messages().await;
}

/// What the browser would send, with another attestation object.
fn bent(sent: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut sent: serde_json::Value = serde_json::from_str(sent).unwrap();
    let object = &mut sent["response"]["attestationObject"];
    let mut bytes = BASE64.decode(object.as_str().unwrap()).unwrap();
    change(&mut bytes);
    *object = BASE64.encode(bytes).into();
    sent.to_string()
}

/// Something that is done to an attestation object.
type Change<'c> = Box<dyn Fn(&mut Vec<u8>) + 'c>;

// case: WA-07, WA-11
#[tokio::test]
async fn wa_11_what_is_no_attestation_is_refused_and_no_more() {
    let app = crate::help::on_sqlite().await;
    let id = ada(&app, Gates::Two).await;
    app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
        .await;
    let replace = |bytes: &mut Vec<u8>, from: &[u8], to: &[u8]| {
        let at = bytes.windows(from.len()).position(|w| w == from).unwrap();
        bytes.splice(at..at + from.len(), to.iter().copied());
    };
    let changes: Vec<(&str, Change)> = vec![
        ("empty", Box::new(Vec::clear)),
        ("cut", Box::new(|b| b.truncate(b.len() - 9))),
        ("another format", Box::new(|b| replace(b, b"none", b"nope"))),
        (
            "packed without a statement",
            Box::new(|b| replace(b, b"\x64none", b"\x66packed")),
        ),
        (
            "RS256 of a point",
            Box::new(|b| replace(b, &[0x03, 0x26], &[0x03, 0x39, 0x01, 0x00])),
        ),
        (
            "another curve",
            Box::new(|b| replace(b, &[0x20, 0x01, 0x21], &[0x20, 0x02, 0x21])),
        ),
        (
            "another kind of key",
            Box::new(|b| replace(b, &[0xa5, 0x01, 0x02], &[0xa5, 0x01, 0x01])),
        ),
        ("a tower", Box::new(|b| *b = vec![0x81; 20_000])),
        (
            "a tower of maps",
            Box::new(|b| *b = [0xa1, 0x01].repeat(9_000)),
        ),
        ("without an end", Box::new(|b| *b = vec![0xbf; 20_000])),
        (
            "a huge length",
            Box::new(|b| *b = vec![0x5b, 255, 255, 255, 255, 255, 255, 255, 255]),
        ),
    ];
    for (what, change) in changes {
        app.advance(minutes(60 * 25));
        let me = proved(&app, &app.session_of(id).await).await;
        let ctx = app.ctx();
        app.propose_method(&ctx, &me, Kind, "Laptop").await.unwrap();
        let asked = app.new_passkey(&ctx, &me).await.unwrap().options;
        let (_, sent) = Passkey::make(&asked, &app.ways());
        let sent = secret(&bent(&sent, change));
        let made = app.confirm_method(&ctx, &me, &sent, None).await;
        assert_eq!(code_of(made), "passkey-wrong", "{what}");
    }
    app.ignore_messages().await;
}

// case: WA-08, W-06
async fn wa_08_a_credential_belongs_to_one_method(app: &TestApp) {
    let (_, made) = with_passkey(app, Gates::Two).await;
    let ben = app.user("ben").await;
    let ctx = app.ctx();
    let me = app.session_of(ben).await;
    let with_id = async |id: &[u8]| {
        app.propose_method(&ctx, &me, Kind, "Key").await.unwrap();
        let asked = app.new_passkey(&ctx, &me).await.unwrap().options;
        let (_, sent) = Passkey::make_with(&asked, &app.ways(), id, 1);
        code_of(app.confirm_method(&ctx, &me, &secret(&sent), None).await)
    };
    assert_eq!(with_id(&made.id).await, "already-registered");
    assert_eq!(with_id(&[]).await, "passkey-wrong");
    assert_eq!(with_id(&[7; 1024]).await, "passkey-wrong");
    assert_eq!(with_id(&[7; 1023]).await, "ok");
    app.ignore_messages().await;
}
