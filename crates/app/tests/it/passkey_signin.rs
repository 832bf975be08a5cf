//! Signing in by passkey: who may, what it stands for, and what a question is bound to.

use crate::help::{ADA, ada, code_of};
use keyward_app::settings::Settings;
use keyward_app::testing::{BROWSER, Options, TestApp};
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode};
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::signin::ChangeReason;
use keyward_core::time::days;
use keyward_testbed::passkey::Passkey;

on_both_engines!(
    whoever_has_a_passkey_signs_in_with_a_fresh_proof,
    wa_01_a_sign_in_is_asked_once_of_one_browser_for_a_while,
    en_02_who_may_not_sign_in_is_refused_like_nobody,
);

async fn with_passkey(app: &TestApp) -> (UserId, Passkey) {
    let id = ada(app, Gates::Two).await;
    app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
        .await;
    let made = app.register_passkey(id, "Laptop").await;
    app.ignore_messages().await;
    (id, made)
}

async fn whoever_has_a_passkey_signs_in_with_a_fresh_proof(app: &TestApp) {
    let (id, mut key) = with_passkey(app).await;
    let entered = app.sign_in_by(&mut key).await.unwrap();
    assert_eq!(entered.must_change, None);
    assert!(
        entered.device.is_some(),
        "the browser is familiar from now on"
    );
    let me = app.by_token(&entered.token).await.unwrap();
    assert_eq!(me.user.id, id);
    let account = app.my_account(&me).await.unwrap();
    assert!(app.has_fresh_proof(&app.ctx(), &me, &account.methods));
    let laptop = account
        .methods
        .iter()
        .find(|m| m.kind() == MethodKind::Passkey);
    assert_eq!(laptop.unwrap().last_used_at, Some(app.now()));
    // Administrators may by their own rules, whatever is offered to others.
    app.set_policy(|p| p.methods = [KindCode(MethodKind::Email)].into())
        .await;
    assert_eq!(code_of(app.sign_in_by(&mut key).await), "passkey-wrong");
    app.give_role(id, Role::ReportsReader).await;
    assert!(app.sign_in_by(&mut key).await.unwrap().administrator);
    app.ignore_messages().await;
}

// case: WA-01, OT-25, DO-07
async fn wa_01_a_sign_in_is_asked_once_of_one_browser_for_a_while(app: &TestApp) {
    let (_, mut key) = with_passkey(app).await;
    let ask = || app.ask_to_sign_in(&app.ctx(), BROWSER).unwrap();
    let enter = async |browser: &str, sealed: &str, sent: &str| {
        let sent = Secret::new(sent.to_owned());
        let ctx = app.ctx();
        let entered = app.sign_in_by_passkey(&ctx, browser, sealed, &sent);
        let entered = entered.await;
        if let Ok(entered) = &entered {
            app.plant(entered.token.as_str());
        }
        code_of(entered)
    };
    let (one, other) = (ask(), ask());
    assert_ne!(one.options, other.options);
    let sent = key.sign(&one.options, &app.ways());
    assert_eq!(
        enter("another browser", &one.sealed, &sent).await,
        "passkey-over"
    );
    assert_eq!(enter(BROWSER, &other.sealed, &sent).await, "passkey-wrong");
    assert_eq!(enter(BROWSER, &one.sealed, &sent).await, "ok");
    assert_eq!(enter(BROWSER, &one.sealed, &sent).await, "passkey-over");
    // A wrong answer has used the question as well.
    let right = key.sign(&other.options, &app.ways());
    assert_eq!(enter(BROWSER, &other.sealed, &right).await, "passkey-over");
    for bent in ["", "x", "AAAA", &one.sealed[1..], &"A".repeat(9000)] {
        assert_eq!(enter(BROWSER, bent, &right).await, "passkey-over");
    }
    let late = ask();
    let sent = key.sign(&late.options, &app.ways());
    app.advance(app.settings.code_lifetime);
    assert_eq!(enter(BROWSER, &late.sealed, &sent).await, "passkey-over");
    for nonsense in ["", "{}", "[]", "null"] {
        assert_eq!(
            enter(BROWSER, &ask().sealed, nonsense).await,
            "passkey-wrong"
        );
    }
    // Whoever guesses passwords locks only that way in.
    for n in 0..12 {
        let _ = app.sign_in_with(ADA, &format!("guess number {n}")).await;
    }
    assert_eq!(code_of(app.sign_in_as("ada").await), "locked-out");
    assert!(app.sign_in_by(&mut key).await.is_ok());
    assert_eq!(
        code_of(app.sign_in_as("ada").await),
        "locked-out",
        "and it stays locked"
    );
    app.ignore_messages().await;
}

// case: EN-02, INV-3
async fn en_02_who_may_not_sign_in_is_refused_like_nobody(app: &TestApp) {
    let (id, mut key) = with_passkey(app).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let ctx = app.ctx();
    app.set_user_enabled(&ctx, &admin, id, false).await.unwrap();
    assert_eq!(code_of(app.sign_in_by(&mut key).await), "passkey-wrong");
    app.set_user_enabled(&ctx, &admin, id, true).await.unwrap();
    assert!(app.sign_in_by(&mut key).await.is_ok());
    app.delete_user(&ctx, &admin, id).await.unwrap();
    assert_eq!(code_of(app.sign_in_by(&mut key).await), "passkey-wrong");
    app.restore_user(&ctx, &admin, id).await.unwrap();
    let mut stranger = key.clone();
    stranger.id = vec![1; 32];
    assert_eq!(
        code_of(app.sign_in_by(&mut stranger).await),
        "passkey-wrong"
    );
    stranger.id.clone_from(&key.id);
    stranger.user = vec![1; 16];
    assert_eq!(
        code_of(app.sign_in_by(&mut stranger).await),
        "passkey-wrong"
    );
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_temporary_password_is_changed_first_and_an_old_one_is_not() {
    let app = crate::help::on_sqlite().await;
    let (id, mut key) = with_passkey(&app).await;
    app.set_policy(|p| p.password_max_age_days = 30).await;
    app.advance(days(31));
    assert_eq!(app.sign_in_by(&mut key).await.unwrap().must_change, None);
    let boss = app.admin(Role::GlobalAdministrator).await;
    let temporary = app.reset_password_of(&app.ctx(), &boss, id).await.unwrap();
    app.plant(temporary.expose());
    let entered = app.sign_in_by(&mut key).await.unwrap();
    assert_eq!(entered.must_change, Some(ChangeReason::Temporary));
    app.ignore_messages().await;
}

#[tokio::test]
async fn passkeys_need_an_address_with_a_name() {
    for (url, works) in [
        ("https://id.contoso.example", true),
        ("https://id.contoso.example:8443", true),
        ("http://localhost:8080", true),
        ("http://id.contoso.example", false),
        ("https://192.0.2.7", false),
        ("http://127.0.0.1:8080", false),
    ] {
        let settings = Settings {
            public_url: url.into(),
            ..Options::default().settings
        };
        let app = TestApp::build(Options {
            settings,
            ..Options::default()
        })
        .await;
        assert_eq!(app.has_passkeys(), works, "{url}");
        let asked = app.ask_to_sign_in(&app.ctx(), BROWSER);
        assert_eq!(code_of(asked), if works { "ok" } else { "passkeys-off" });
        let id = ada(&app, Gates::Two).await;
        app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
            .await;
        let me = app.session_of(id).await;
        let offered = app.registration(&app.ctx(), &me).await.unwrap().items;
        assert_eq!(offered.iter().any(|i| i.kind == MethodKind::Passkey), works);
    }
}
