//! "It wasn't me".

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, refused};
use keyward_app::testing::TestApp;
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::{days, seconds};

on_both_engines!(tr_12_looking_spends_nothing_and_pressing_holds_the_account);

// case: TR-12, S31, F-13
async fn tr_12_looking_spends_nothing_and_pressing_holds_the_account(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    let reader = app.admin(Role::GlobalReader).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    app.finish(&reset, "an earlier pass phrase").await.unwrap();
    let older = app.mail_to(MAIL).await.token();
    app.sms_to(PHONE).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    let token = app.mail_to(MAIL).await.token();
    app.sms_to(PHONE).await;
    let thief = app.sign_in_with(ADA, NEW).await.unwrap().token;
    let open = app.begin_reset(ADA).await;
    for _ in 0..20 {
        assert!(app.not_me_is_open(&app.ctx(), &token).await.unwrap());
    }
    assert!(
        app.by_token(&thief).await.is_some(),
        "nothing has happened yet"
    );
    assert!(
        !app.not_me_is_open(&app.ctx(), &thief).await.unwrap(),
        "another kind of token"
    );

    app.report_not_me(&app.ctx(), &token).await.unwrap();
    assert!(app.by_token(&thief).await.is_none());
    assert_eq!(code_of(app.sign_in_with(ADA, NEW).await), "bad-credentials");
    assert_eq!(code_of(app.answer(&open, "123456").await), "reset-void");
    let reset = app.begin_reset(ADA).await;
    for choice in app.progress(&reset).await.choices {
        let _ = app
            .send_reset_code(&app.ctx(), &reset, choice.id, PHONE)
            .await;
    }
    let alert = app.mail_to(helper.user.upn.as_str()).await;
    assert_eq!(alert.subject, "Ada reports: it wasn't me");
    assert_eq!(
        alert.link(),
        format!("https://id.contoso.example/admin/users/{ada}")
    );
    app.expect_no_messages().await;
    assert_ne!(
        reader.user.id, helper.user.id,
        "who can't help isn't alarmed"
    );

    // Once.
    assert!(!app.not_me_is_open(&app.ctx(), &token).await.unwrap());
    assert_eq!(
        refused(app.report_not_me(&app.ctx(), &token).await),
        Refusal::LinkDead
    );
    // Only an administrator lifts it, and not by mistake: the thief knows this password.
    let unlock = async |keep| app.unlock_user(&app.ctx(), &helper, ada, keep).await;
    let stale = Refusal::field("keep_password", "held-password");
    // One stolen session of an administrator is not enough for it.
    assert_eq!(refused(unlock(true).await), Refusal::TwoProofsNeeded);
    app.prove_twice(helper.user.id).await;
    assert_eq!(refused(unlock(false).await), stale);
    assert_eq!(code_of(app.sign_in_with(ADA, NEW).await), "bad-credentials");
    unlock(true).await.unwrap();
    app.sign_in_with(ADA, NEW).await.unwrap();
    // Older links hold it no more.
    assert!(!app.not_me_is_open(&app.ctx(), &older).await.unwrap());
    assert_eq!(
        refused(app.report_not_me(&app.ctx(), &older).await),
        Refusal::LinkDead
    );
    // With a password that is newer than the report, there is nothing to confirm.
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.set_held(ada, Some(app.now())).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(seconds(1));
    let temporary = app.reset_password_of(&app.ctx(), &helper, ada).await;
    let temporary = app.plant(temporary.unwrap().expose());
    assert!(app.sign_in_with(ADA, &temporary).await.is_err(), "held");
    unlock(false).await.unwrap();
    app.sign_in_with(ADA, &temporary).await.unwrap();
    app.ignore_messages().await;
}

#[tokio::test]
async fn the_link_is_good_for_a_week() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let (almost, new) = (days(7).saturating_sub(seconds(1)), format!("{NEW} again"));
    for (wait, good, password) in [(almost, true, NEW), (days(7), false, new.as_str())] {
        let reset = app.begin_reset(ADA).await;
        app.prove(&reset, MAIL).await;
        app.finish(&reset, password).await.unwrap();
        let token = app.mail_to(MAIL).await.token();
        app.sms_to(PHONE).await;
        app.advance(wait);
        assert_eq!(app.not_me_is_open(&app.ctx(), &token).await.unwrap(), good);
        if !good {
            assert_eq!(
                code_of(app.report_not_me(&app.ctx(), &token).await),
                "link-dead"
            );
        }
    }
    for made_up in ["", "x", "../../etc"] {
        assert!(!app.not_me_is_open(&app.ctx(), made_up).await.unwrap());
        assert_eq!(
            code_of(app.report_not_me(&app.ctx(), made_up).await),
            "link-dead"
        );
    }
}
