//! The first start, the way back in, and what a restore leaves.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, refused};
use keyward_app::setup::SetupForm;
use keyward_app::testing::{Options, TestApp};
use keyward_core::method::MethodKind;
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use std::time::Duration;

async fn empty() -> TestApp {
    TestApp::build(Options {
        organisation: false,
        ..Options::default()
    })
    .await
}

fn form(app: &TestApp) -> SetupForm {
    SetupForm {
        organisation: "Contoso".into(),
        domain: "Contoso.example".into(),
        display_name: "Alex Admin".into(),
        user_name: "alex".into(),
        mail: "alex@home.example".into(),
        password: app.twice("the first pass phrase"),
    }
}

async fn token(app: &TestApp) -> String {
    let link = app.setup_link().await.unwrap().expect("set-up is open");
    assert!(link.starts_with("https://id.contoso.example/setup/"));
    app.plant(link.rsplit('/').next().unwrap())
}

// case: S15, A-01
#[tokio::test]
async fn s15_set_up_happens_once_and_never_again() {
    let app = empty().await;
    assert!(!app.is_set_up().await.unwrap());
    let (old, new) = (token(&app).await, token(&app).await);
    for _ in 0..5 {
        assert!(
            app.setup_is_open(&new).await.unwrap(),
            "looking spends nothing"
        );
    }
    assert!(
        !app.setup_is_open(&old).await.unwrap(),
        "a newer link kills the older"
    );
    assert_eq!(
        code_of(app.set_up(&app.ctx(), &old, form(&app)).await),
        "link-dead"
    );
    assert_eq!(
        code_of(app.set_up(&app.ctx(), "", form(&app)).await),
        "link-dead"
    );
    let bad = SetupForm {
        user_name: "two words".into(),
        ..form(&app)
    };
    let fault = Refusal::field("user_name", "upn-malformed");
    assert_eq!(refused(app.set_up(&app.ctx(), &new, bad).await), fault);
    let weak = SetupForm {
        password: app.twice("short"),
        ..form(&app)
    };
    assert_eq!(
        code_of(app.set_up(&app.ctx(), &new, weak).await),
        "password"
    );

    // Two at the same instant: one organisation.
    let (one, two) = (app.ctx(), app.ctx());
    let results = tokio::join!(
        app.set_up(&one, &new, form(&app)),
        app.set_up(&two, &new, form(&app))
    );
    let codes = [code_of(results.0), code_of(results.1)];
    assert_eq!(codes.iter().filter(|c| **c == "ok").count(), 1, "{codes:?}");
    let signed_in = app
        .sign_in_with("alex@contoso.example", "the first pass phrase")
        .await
        .unwrap();
    assert!(signed_in.administrator && signed_in.must_change.is_none());
    assert!(app.setup_link().await.unwrap().is_none());
    assert!(!app.setup_is_open(&new).await.unwrap());
    assert_eq!(
        code_of(app.set_up(&app.ctx(), &new, form(&app)).await),
        "set-up-already"
    );

    // Also when all administrators are gone for good.
    let me = app.by_token(&signed_in.token).await.unwrap();
    let mut tx = app.db.write(me.tenant()).await.unwrap();
    assert!(tx.delete_user(me.user.id, app.now()).await.unwrap());
    tx.purge_users(app.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(app.setup_link().await.unwrap().is_none());
    assert_eq!(
        code_of(app.set_up(&app.ctx(), &new, form(&app)).await),
        "set-up-already"
    );
    // Then only the host opens a way: another organisation, or an existing user.
    let admin = keyward_app::users::UserForm {
        upn: "eva@fabrikam.example".into(),
        display_name: "Eva".into(),
        ..Default::default()
    };
    let (_, password) = app
        .create_tenant("Fabrikam", "fabrikam.example", &admin)
        .await
        .unwrap();
    let signed_in = app
        .sign_in_with("eva@fabrikam.example", password.expose())
        .await
        .unwrap();
    assert!(signed_in.administrator && signed_in.must_change.is_some());
    let again = app
        .create_tenant("Fabrikam 2", "fabrikam.example", &admin)
        .await;
    assert_eq!(
        refused(again.map(drop)),
        Refusal::field("domain", "domain-taken")
    );
}

// case: AZ-09
#[tokio::test]
async fn the_host_lets_an_administrator_back_in() {
    let app = TestApp::new().await;
    let id = ada(&app, Gates::One).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let token = app.sign_in_as("ada").await.unwrap().token;
    app.set_user_enabled(&app.ctx(), &global, id, false)
        .await
        .unwrap();
    for i in 0..10 {
        let _ = app.sign_in_with(ADA, &format!("wrong {i}")).await;
    }
    let password = app.recover_admin("ADA@contoso.example").await.unwrap();
    assert!(app.by_token(&token).await.is_none());
    let signed_in = app.sign_in_with(ADA, password.expose()).await.unwrap();
    assert!(signed_in.administrator && signed_in.must_change.is_some());
    let told = app.mail_to(global.user.upn.as_str()).await;
    assert_eq!(told.subject, "Recovered on the server: Ada");
    assert_eq!(
        refused(app.recover_admin("nobody@contoso.example").await.map(drop)),
        Refusal::NotFound
    );
    let foreign = app.recover_admin("ada@elsewhere.example").await.map(drop);
    assert_eq!(refused(foreign), Refusal::UnknownDomain);
}

// case: TR-19, L-08, S32
#[tokio::test]
async fn tr_19_a_restored_backup_knows_no_session_code_or_link() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let session = app.sign_in_as("ada").await.unwrap().token;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    let old = app.begin_reset(ADA).await;
    app.prove(&old, MAIL).await;
    app.finish(&old, NEW).await.unwrap();
    let link = app.mail_to(MAIL).await.token();
    app.sms_to(PHONE).await;
    let session_after = app.sign_in_with(ADA, NEW).await.unwrap().token;
    let dump = app.dump().await;

    let restored = empty().await;
    let fits = |canary: &[u8]| app.keys.opens_canary(canary);
    restored
        .db
        .restore(&mut dump.as_bytes(), &fits)
        .await
        .unwrap();
    let epoch = restored.db.fact("epoch").await.unwrap().unwrap();
    let epoch = u64::from_be_bytes(epoch.try_into().unwrap());
    assert_eq!(epoch, 1);
    let node = restored.node(epoch).await;
    let ctx = app.ctx();
    for token in [&session, &session_after] {
        assert!(node.principal(&ctx, token).await.unwrap().is_none());
    }
    assert_eq!(
        code_of(node.answer_reset(&ctx, &reset, &Secret::new(code)).await),
        "reset-expired"
    );
    assert!(!node.not_me_is_open(&ctx, &link).await.unwrap());
    assert_eq!(
        code_of(
            node.complete_reset(&ctx, &old, app.twice("after the restore"))
                .await
        ),
        "reset-expired"
    );
    // The password is what it was, and signing in works.
    node.sign_in(&ctx, ADA, Secret::new(NEW.into()))
        .await
        .unwrap();
    node.db.close().await;
}

// case: DB-04, L-07
#[tokio::test]
async fn db_04_another_root_key_is_refused() {
    let app = TestApp::new().await;
    app.check_key().await.unwrap();
    app.check_key().await.unwrap();
    let wrong = keyward_app::keys::Keys::new(&zeroize::Zeroizing::new([8; 32]), 0);
    let node = keyward_app::App::new(keyward_app::Parts {
        db: app.db.clone(),
        keys: wrong,
        hasher: keyward_app::hash::Hasher::new(1, std::time::Duration::from_secs(1)),
        clock: app.clock.clone(),
        entropy: std::sync::Arc::new(keyward_app::testing::SeededEntropy::new(3)),
        settings: app.settings.clone(),
        mailer: None,
        sms: None,
        voice: None,
        breaches: None,
        texts: app.texts,
        outbox: tokio::sync::Notify::new(),
        strangers: keyward_app::strangers::Strangers::default(),
        closing: tokio::sync::watch::Sender::new(false),
    });
    let fault = node.check_key().await.unwrap_err().to_string();
    assert_eq!(fault, "the root key does not belong to this database");
}

#[tokio::test]
async fn a_demo_that_is_filled_hashes_nothing() {
    let app = TestApp::build(Options {
        // No place to hash and none to wait: whoever tries is refused.
        hashing: (0, Duration::ZERO),
        ..Options::default()
    })
    .await;
    app.fill_demo().await.unwrap();
}
