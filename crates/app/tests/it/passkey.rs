//! Passkeys that sign: judged by the specification to the letter, good for one answer each. How they come about is in
//! [`crate::passkey_making`].

use crate::help::{ADA, MAIL, ada, at_once, code_of, refused};
use keyward_app::testing::{BROWSER, TestApp};
use keyward_app::{Principal, Result};
use keyward_core::audit::Activity;
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::MethodKind::{self, Email, Passkey as Kind};
use keyward_core::policy::{Gates, KindCode};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::time::minutes;
use keyward_store::audit::EventFilter;
use keyward_testbed::passkey::{Passkey, Ways};

on_both_engines!(
    wa_01_a_question_is_answered_once_and_where_it_was_asked,
    wa_10_a_copy_that_lags_behind_is_refused_and_written_down,
    wa_13_one_signature_at_once_in_many_places_opens_one,
    wa_14_a_removed_passkey_is_refused_at_once,
    db_05_a_passkey_in_another_row_proves_nothing,
);

const STRANGER: &str = "nobody@contoso.example";

/// Ada with a passkey beside phone and mailbox; all kinds are on offer.
pub(crate) async fn with_passkey(app: &TestApp, gates: Gates) -> (UserId, Passkey) {
    let id = ada(app, gates).await;
    app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
        .await;
    let made = app.register_passkey(id, "Laptop").await;
    app.ignore_messages().await;
    (id, made)
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// A reset in which a passkey is asked for, and the question.
async fn asked(app: &TestApp, name: &str) -> (String, String) {
    let reset = app.begin_reset(name).await;
    app.send_to(&reset, Kind, "").await.unwrap();
    let question = app.reset_passkey(&app.ctx(), &reset).await.unwrap();
    (reset, question.options)
}

/// Whether a passkey opens a gate, as the browser behaves in these ways.
async fn gate(app: &TestApp, passkey: &mut Passkey, ways: &Ways) -> &'static str {
    let (reset, question) = asked(app, ADA).await;
    let sent = passkey.sign(&question, ways);
    // The count of wrong answers is another test's subject.
    app.advance(minutes(60 * 24));
    let (reset, sent) = if ways.origin.is_empty() {
        (reset, sent)
    } else {
        let (reset, question) = asked(app, ADA).await;
        (reset, passkey.sign(&question, ways))
    };
    code_of(app.answer(&reset, &sent).await)
}

pub(crate) async fn proved(app: &TestApp, me: &Principal) -> Principal {
    let mut tx = app.db.write(me.tenant()).await.unwrap();
    tx.session_proved(me.session.id, None, app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.again(me).await
}

/// Asks for a passkey to be made, and sends what the browser would.
pub(crate) async fn make(
    app: &TestApp,
    me: &Principal,
    name: &str,
    ways: &Ways,
) -> Result<MethodKind> {
    let ctx = app.ctx();
    app.propose_method(&ctx, me, Kind, name).await?;
    let question = app.new_passkey(&ctx, me).await?.options;
    let (_, sent) = Passkey::make(&question, ways);
    app.confirm_method(&ctx, me, &secret(&sent), None).await
}

/// What the log says of failures, newest first.
async fn failures(app: &TestApp) -> Vec<String> {
    let mut tx = app.db.read(app.tenant).await.unwrap();
    let events = tx.events(&EventFilter::default(), None, 200).await.unwrap();
    let told = |e: keyward_store::audit::StoredEvent| format!("{:?}", e.event.outcome);
    events.into_iter().map(told).collect()
}

// case: WA-01, TR-08, TR-09, TR-10
async fn wa_01_a_question_is_answered_once_and_where_it_was_asked(app: &TestApp) {
    let (id, mut key) = with_passkey(app, Gates::Two).await;
    let (first, question) = asked(app, ADA).await;
    let sent = key.sign(&question, &app.ways());
    // In another reset, in a session, at the sign-in: the question was another one.
    let (second, _) = asked(app, ADA).await;
    assert_eq!(code_of(app.answer(&second, &sent).await), "passkey-wrong");
    let me = app.session_of(id).await;
    let laptop = app.my_account(&me).await.unwrap().methods[0].id;
    app.send_step_up(&app.ctx(), &me, laptop).await.unwrap();
    let stepped = app.answer_step_up(&app.ctx(), &me, &secret(&sent)).await;
    assert_eq!(code_of(stepped), "passkey-wrong");
    let other = app.ask_to_sign_in(&app.ctx(), BROWSER).unwrap();
    let (ctx, shown) = (app.ctx(), secret(&sent));
    let entered = app.sign_in_by_passkey(&ctx, BROWSER, &other.sealed, &shown);
    assert_eq!(code_of(entered.await), "passkey-wrong");
    // A byte changed is another signature.
    let bent = sent.replacen("\"signature\":\"ME", "\"signature\":\"MF", 1);
    assert_ne!(bent, sent);
    assert_eq!(code_of(app.answer(&first, &bent).await), "passkey-wrong");
    assert_eq!(code_of(app.answer(&first, &sent).await), "ok");
    assert_eq!(code_of(app.answer(&first, &sent).await), "passkey-over");
    // A new question replaces the old one, and each has its end.
    let (third, old) = asked(app, ADA).await;
    app.send_to(&third, Kind, "").await.unwrap();
    let late = key.sign(&old, &app.ways());
    assert_eq!(code_of(app.answer(&third, &late).await), "passkey-wrong");
    app.advance(minutes(60 * 25));
    let (fourth, question) = asked(app, ADA).await;
    let sent = key.sign(&question, &app.ways());
    app.advance(app.settings.code_lifetime);
    assert_eq!(code_of(app.answer(&fourth, &sent).await), "passkey-over");
    app.ignore_messages().await;
}

// case: WA-02, WA-03, WA-04, WA-05, WA-06, WA-08, WA-09
#[tokio::test]
async fn wa_02_a_gate_opens_to_an_honest_signature_only() {
    let app = crate::help::on_sqlite().await;
    let (_, mut key) = with_passkey(&app, Gates::Two).await;
    let honest = app.ways();
    let handle = |bytes: &[u8]| Some(Some(bytes.to_vec()));
    let bad = [
        Ways {
            origin: "https://id.contoso.example.evil".into(),
            ..honest.clone()
        },
        Ways {
            origin: "https://ID.contoso.example".into(),
            ..honest.clone()
        },
        Ways {
            origin: "https://id.contoso.example:8443".into(),
            ..honest.clone()
        },
        Ways {
            origin: "null".into(),
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
            said: r#""origin":"https://evil.example""#.into(),
            ..honest.clone()
        },
        Ways {
            party: "contoso.example".into(),
            ..honest.clone()
        },
        Ways {
            party: "evil.example".into(),
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
        Ways {
            eligible: true,
            ..honest.clone()
        },
        Ways {
            handle: Some(None),
            ..honest.clone()
        },
        Ways {
            handle: handle(&[7; 16]),
            ..honest.clone()
        },
        Ways {
            handle: handle(b"x"),
            ..honest.clone()
        },
    ];
    for ways in bad {
        assert_eq!(
            gate(&app, &mut key, &ways).await,
            "passkey-wrong",
            "{ways:?}"
        );
    }
    assert_eq!(gate(&app, &mut key, &honest).await, "ok");
    // Another person's passkey is nobody's here, whatever it calls itself.
    let ben = app.user("ben").await;
    let mut bens = app.register_passkey(ben, "Key").await;
    assert_eq!(gate(&app, &mut bens, &honest).await, "passkey-wrong");
    bens.user.clone_from(&key.user);
    assert_eq!(gate(&app, &mut bens, &honest).await, "passkey-wrong");
    bens.id.clone_from(&key.id);
    assert_eq!(gate(&app, &mut bens, &honest).await, "passkey-wrong");
    app.ignore_messages().await;
}

// case: WA-10, W-08
async fn wa_10_a_copy_that_lags_behind_is_refused_and_written_down(app: &TestApp) {
    let (id, mut key) = with_passkey(app, Gates::Two).await;
    let honest = app.ways();
    let mut copy = key.clone();
    assert_eq!(gate(app, &mut key, &honest).await, "ok");
    assert!(app.sign_in_by(&mut key).await.is_ok());
    assert_eq!(gate(app, &mut copy, &honest).await, "passkey-wrong");
    let told = failures(app).await;
    assert!(
        told.iter().any(|e| e.contains("passkey-cloned")),
        "{told:?}"
    );
    copy.count = key.count - 1;
    let entered = app.sign_in_by(&mut copy).await;
    assert_eq!(code_of(entered), "passkey-wrong", "equal");
    let mut tx = app.db.read(app.tenant).await.unwrap();
    let events = tx.events(&EventFilter::default(), None, 200).await.unwrap();
    drop(tx);
    let mut told = events
        .iter()
        .filter(|e| e.event.activity == Activity::SignedIn)
        .map(|e| format!("{:?}", e.event));
    assert!(told.any(|e| e.contains("Laptop") && e.contains("passkey-cloned")));
    // The one that is ahead still works, and one that never counts does.
    assert!(app.sign_in_by(&mut key).await.is_ok());
    let me = proved(app, &app.session_of(id).await).await;
    let ctx = app.ctx();
    app.propose_method(&ctx, &me, Kind, "Manager")
        .await
        .unwrap();
    let asked = app.new_passkey(&ctx, &me).await.unwrap().options;
    let (mut synced, sent) = Passkey::make_with(&asked, &honest, &[9; 16], 0);
    app.confirm_method(&ctx, &me, &secret(&sent), None)
        .await
        .unwrap();
    for _ in 0..3 {
        assert!(app.sign_in_by(&mut synced).await.is_ok());
    }
    app.ignore_messages().await;
}

// case: WA-13, TR-01, TR-02, INV-1
async fn wa_13_one_signature_at_once_in_many_places_opens_one(app: &TestApp) {
    let (_, mut key) = with_passkey(app, Gates::Two).await;
    let (reset, question) = asked(app, ADA).await;
    let (sent, ctx) = (key.sign(&question, &app.ways()), app.ctx());
    let answers = at_once(app, 16, |node, _| {
        let (reset, sent, ctx) = (reset.clone(), secret(&sent), ctx.clone());
        async move { node.answer_reset(&ctx, &reset, &sent).await.is_ok() }
    });
    let right = answers.await.into_iter().filter(|right| *right).count();
    assert_eq!(right, 1);
    let question = app.ask_to_sign_in(&ctx, BROWSER).unwrap();
    let sent = key.sign(&question.options, &app.ways());
    let entered = at_once(app, 16, |node, _| {
        let (sealed, sent, ctx) = (question.sealed.clone(), secret(&sent), ctx.clone());
        async move {
            let entered = node.sign_in_by_passkey(&ctx, BROWSER, &sealed, &sent).await;
            entered.map(|e| e.token).ok()
        }
    });
    let tokens: Vec<String> = entered.await.into_iter().flatten().collect();
    assert_eq!(tokens.len(), 1);
    app.plant(tokens[0].as_str());
    app.ignore_messages().await;
}

// case: WA-14
async fn wa_14_a_removed_passkey_is_refused_at_once(app: &TestApp) {
    let (id, mut key) = with_passkey(app, Gates::Two).await;
    let (reset, question) = asked(app, ADA).await;
    let sent = key.sign(&question, &app.ways());
    let signin = app.ask_to_sign_in(&app.ctx(), BROWSER).unwrap();
    let entering = secret(&key.sign(&signin.options, &app.ways()));
    let me = proved(app, &app.session_of(id).await).await;
    let laptop = app.my_account(&me).await.unwrap().methods[0].id;
    app.remove_my_method(&app.ctx(), &me, laptop).await.unwrap();
    let mail = app.mail_to(MAIL).await;
    assert!(
        mail.text.contains("the passkey \"Laptop\""),
        "{}",
        mail.text
    );
    let node = app.node(0).await;
    let ctx = app.ctx();
    let entered = node.sign_in_by_passkey(&ctx, BROWSER, &signin.sealed, &entering);
    assert_eq!(code_of(entered.await), "passkey-wrong");
    let answered = node.answer_reset(&app.ctx(), &reset, &secret(&sent)).await;
    assert_eq!(code_of(answered), "passkey-wrong");
    node.db.close().await;
    app.ignore_messages().await;
}

// case: DB-05
async fn db_05_a_passkey_in_another_row_proves_nothing(app: &TestApp) {
    let (ada, mut key) = with_passkey(app, Gates::Two).await;
    let ben = app.user("ben").await;
    let mut bens = app.register_passkey(ben, "Key").await;
    let mut tx = app.db.write(app.tenant).await.unwrap();
    let (hers, his) = (
        tx.passkeys_of(ada).await.unwrap(),
        tx.passkeys_of(ben).await.unwrap(),
    );
    assert!(tx.replace_passkey(&hers[0], &his[0].sealed).await.unwrap());
    assert!(tx.replace_passkey(&his[0], &hers[0].sealed).await.unwrap());
    tx.commit().await.unwrap();
    for key in [&mut key, &mut bens] {
        assert_eq!(code_of(app.sign_in_by(key).await), "passkey-wrong");
    }
    // Ben's key under Ada's name.
    bens.user = ada.0.as_bytes().to_vec();
    bens.id.clone_from(&key.id);
    assert_eq!(code_of(app.sign_in_by(&mut bens).await), "passkey-wrong");
    assert_eq!(gate(app, &mut key, &app.ways()).await, "passkey-wrong");
    app.ignore_messages().await;
}

// case: EN-09, EN-07
#[tokio::test]
async fn en_09_a_name_that_nobody_has_is_asked_the_same() {
    let app = crate::help::on_sqlite().await;
    let (_, mut key) = with_passkey(&app, Gates::Two).await;
    // Only passkeys and mailboxes: both are offered for every name.
    app.set_policy(|p| p.methods = [Kind, Email].map(KindCode).into())
        .await;
    let shape = |options: &str| {
        let mut said: serde_json::Value = serde_json::from_str(options).unwrap();
        let challenge = said["challenge"].as_str().unwrap().len();
        said["challenge"] = challenge.into();
        said
    };
    let (hers, known) = asked(&app, ADA).await;
    let (nobodys, unknown) = asked(&app, STRANGER).await;
    assert_eq!(shape(&known), shape(&unknown));
    assert_eq!(shape(&known)["allowCredentials"], serde_json::json!([]));
    let choices = async |reset: &str| {
        let progress = app.progress(reset).await;
        let kinds = progress
            .choices
            .iter()
            .map(|c| (c.kind, c.masked.len() > 9));
        (kinds.collect::<Vec<_>>(), progress.gates)
    };
    assert_eq!(choices(&hers).await, choices(&nobodys).await);
    // Ada's key is as wrong for nobody as somebody's key is for Ada, and as often.
    let mut stray = key.clone();
    stray.user = vec![7; 16];
    for _ in 0..6 {
        let one = app.answer(&hers, &stray.sign(&known, &app.ways())).await;
        let other = app.answer(&nobodys, &key.sign(&unknown, &app.ways())).await;
        assert_eq!(refused(one).code(), refused(other).code());
    }
    app.ignore_messages().await;
}

// case: ST-05, F-06
#[tokio::test]
async fn st_05_two_passkeys_are_one_gate_and_a_strong_one() {
    let app = crate::help::on_sqlite().await;
    let (id, mut key) = with_passkey(&app, Gates::Two).await;
    let mut second = app.register_passkey(id, "Security key").await;
    let (reset, question) = asked(&app, ADA).await;
    let sent = key.sign(&question, &app.ways());
    let progress = app.answer(&reset, &sent).await.unwrap();
    assert!(!progress.verified);
    assert!(progress.choices.iter().all(|c| c.kind != Kind));
    assert!(app.prove(&reset, MAIL).await.verified);
    let (other, question) = asked(&app, ADA).await;
    let sent = second.sign(&question, &app.ways());
    assert!(!app.answer(&other, &sent).await.unwrap().verified);
    // Where one gate is enough, mail is no way around it.
    app.set_policy(|p| p.gates = Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    let offered = app.progress(&reset).await.choices;
    assert!(offered.iter().all(|c| c.kind != Email));
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_passkey_is_named_replaced_and_limited_like_other_methods() {
    let app = crate::help::on_sqlite().await;
    let (id, mut old) = with_passkey(&app, Gates::Two).await;
    let me = proved(&app, &app.session_of(id).await).await;
    let ctx = app.ctx();
    let laptop = app.my_account(&me).await.unwrap().methods[0].id;
    app.rename_method(&ctx, &me, laptop, "Old laptop")
        .await
        .unwrap();
    app.propose_change(&ctx, &me, (Kind, laptop), "New laptop")
        .await
        .unwrap();
    let asked = app.new_passkey(&ctx, &me).await.unwrap().options;
    let (mut new, sent) = Passkey::make(&asked, &app.ways());
    app.confirm_method(&ctx, &me, &secret(&sent), Some(laptop))
        .await
        .unwrap();
    let mail = app.mail_to(MAIL).await.text;
    assert!(
        mail.contains("the passkey \"Old laptop\" was replaced by the passkey \"New laptop\""),
        "{mail}"
    );
    assert_eq!(code_of(app.sign_in_by(&mut old).await), "passkey-wrong");
    assert!(app.sign_in_by(&mut new).await.is_ok());
    for n in 1..Kind.most() {
        assert!(
            make(&app, &me, &format!("Key {n}"), &app.ways())
                .await
                .is_ok()
        );
    }
    let more = app.propose_method(&ctx, &me, Kind, "One more").await;
    assert_eq!(refused(more), Refusal::field("value", "too-many-methods"));
    let strangers = app.rename_method(&ctx, &me, MethodId(uuid::Uuid::nil()), "x");
    assert_eq!(code_of(strangers.await), "not-found");
    app.ignore_messages().await;
}

// case: S-06
#[tokio::test]
async fn a_passkey_is_a_fresh_proof() {
    let app = crate::help::on_sqlite().await;
    let (id, mut key) = with_passkey(&app, Gates::Two).await;
    let me = app.session_of(id).await;
    let ctx = app.ctx();
    let methods = app.my_account(&me).await.unwrap().methods;
    assert!(!app.has_fresh_proof(&ctx, &me, &methods));
    app.send_step_up(&ctx, &me, methods[0].id).await.unwrap();
    let asked = app.step_up_passkey(&ctx, &me).await.unwrap().options;
    let unverified = Ways {
        verified: false,
        ..app.ways()
    };
    let sent = key.sign(&asked, &unverified);
    let wrong = app.answer_step_up(&ctx, &me, &secret(&sent)).await;
    assert_eq!(code_of(wrong), "passkey-wrong");
    let sent = key.sign(&asked, &app.ways());
    app.answer_step_up(&ctx, &me, &secret(&sent)).await.unwrap();
    let me = app.again(&me).await;
    assert!(app.has_fresh_proof(&ctx, &me, &methods));
    assert_eq!(
        code_of(app.step_up_passkey(&ctx, &me).await),
        "passkey-over"
    );
}
