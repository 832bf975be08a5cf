//! Signing in, and guessing passwords.

use crate::help::{ADA, MAIL, NEW, at_once, code_of, refused};
use keyward_app::testing::{Options, TestApp};
use keyward_app::{App, Error};
use keyward_core::audit::Outcome;
use keyward_core::password::Fault;
use keyward_core::policy::{Gates, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::signin::ChangeReason;
use keyward_core::time::{days, minutes, seconds};
use keyward_store::session::Stage;
use std::time::Duration;

on_both_engines!(
    ten_wrong_passwords_lock_for_a_minute_and_then_longer,
    repeating_a_wrong_password_does_not_count,
    ot_11_of_64_guesses_at_once_ten_are_looked_at,
    en_03_unknown_names_are_locked_like_known_ones,
    en_02_whoever_may_not_enter_gets_one_answer,
    ot_23_a_busy_pool_counts_nothing_and_forgets_nothing,
    a_temporary_password_opens_nothing_but_its_change,
);

// case: OT-15
async fn ten_wrong_passwords_lock_for_a_minute_and_then_longer(app: &TestApp) {
    app.user("ada").await;
    for i in 0..9 {
        assert_eq!(
            code_of(app.sign_in_with(ADA, &format!("wrong {i}")).await),
            "bad-credentials"
        );
    }
    let tenth = refused(app.sign_in_with(ADA, "wrong 9").await);
    assert_eq!(tenth, Refusal::LockedOut(app.now() + seconds(60)));
    assert_eq!(
        code_of(app.sign_in_as("ada").await),
        "locked-out",
        "the right one as well"
    );
    app.advance(seconds(60));
    let next = refused(app.sign_in_with(ADA, "wrong 10").await);
    assert_eq!(next, Refusal::LockedOut(app.now() + seconds(120)));
    app.advance(seconds(120));
    app.sign_in_as("ada").await.unwrap();
    assert_eq!(
        code_of(app.sign_in_with(ADA, "wrong 11").await),
        "bad-credentials",
        "from the start"
    );
    let locked = app.events().await.into_iter();
    let locked = locked.filter(|e| {
        e.detail
            .as_ref()
            .is_some_and(|d| d.contains("locked until"))
    });
    assert_eq!(locked.count(), 2, "administrators see when it happened");
}

async fn repeating_a_wrong_password_does_not_count(app: &TestApp) {
    app.user("ada").await;
    for _ in 0..5 {
        for word in ["old one", "older one", "oldest one"] {
            assert_eq!(
                code_of(app.sign_in_with(ADA, word).await),
                "bad-credentials"
            );
        }
    }
    app.sign_in_as("ada").await.unwrap();
}

// case: OT-11, S21, INV-4
async fn ot_11_of_64_guesses_at_once_ten_are_looked_at(app: &TestApp) {
    app.user("ada").await;
    let ctx = app.ctx();
    let results = at_once(app, 64, |node, i| {
        let ctx = ctx.clone();
        async move {
            code_of(
                node.sign_in(&ctx, ADA, Secret::new(format!("guess {i}")))
                    .await,
            )
        }
    })
    .await;
    let locked = results.iter().filter(|r| **r == "locked-out").count();
    assert!(locked >= 55, "{results:?}");
    let noted = app.events().await;
    assert_eq!(noted.len(), 64, "each is in the log");
    let locked_out = Outcome::Failure("locked-out".into());
    let looked_at = noted.iter().filter(|e| e.outcome != locked_out).count();
    assert_eq!(looked_at, 10, "ten were looked at");
}

// case: EN-02, EN-03, OT-25
async fn en_03_unknown_names_are_locked_like_known_ones(app: &TestApp) {
    app.user("ada").await;
    let mut seen = Vec::new();
    for name in [ADA, "nobody@contoso.example", "no name at all"] {
        let mut answers = Vec::new();
        for i in 0..12 {
            answers.push(code_of(app.sign_in_with(name, &format!("wrong {i}")).await));
        }
        app.advance(seconds(60));
        answers.push(code_of(app.sign_in_with(name, "wrong again").await));
        answers.push(code_of(app.sign_in_with(name, "").await));
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

// case: EN-02, S50, S52, SE-04
async fn en_02_whoever_may_not_enter_gets_one_answer(app: &TestApp) {
    let admin = app.admin(Role::GlobalAdministrator).await;
    for what in ["blocked", "deleted", "held"] {
        let id = app.user(what).await;
        let signed_in = app.sign_in_as(what).await.unwrap();
        let ctx = app.ctx();
        match what {
            "blocked" => app.set_user_enabled(&ctx, &admin, id, false).await.unwrap(),
            "deleted" => app.delete_user(&ctx, &admin, id).await.unwrap(),
            _ => {
                let mut tx = app.db.write(app.tenant).await.unwrap();
                tx.set_held(id, Some(ctx.now)).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        assert!(
            app.by_token(&signed_in.token).await.is_none(),
            "{what}: the session is dead"
        );
        assert_eq!(
            code_of(app.sign_in_as(what).await),
            "bad-credentials",
            "{what}"
        );
    }
    app.person(app.tenant, "passwordless@contoso.example").await;
    for name in [
        "passwordless@contoso.example",
        "nobody@contoso.example",
        "",
        "@",
        "a@b",
    ] {
        for word in ["any", "", &"x".repeat(1 << 20), "nul \0 in it"] {
            let answer = app
                .sign_in(&app.ctx(), name, Secret::new(word.into()))
                .await;
            assert_eq!(code_of(answer), "bad-credentials", "{name}");
        }
    }
}

// case: OT-23, P-13
async fn ot_23_a_busy_pool_counts_nothing_and_forgets_nothing(app: &TestApp) {
    app.user("ada").await;
    // One hash at a time, and one more may wait.
    let narrow = keyward_app::hash::Hasher::new(1, Duration::ZERO);
    let node = App::new(keyward_app::Parts {
        db: app.db.clone(),
        keys: keyward_app::keys::Keys::new(&zeroize::Zeroizing::new([7; 32]), 0),
        hasher: narrow,
        clock: app.clock.clone(),
        entropy: std::sync::Arc::new(keyward_app::testing::SeededEntropy::new(9)),
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
    let mut running = tokio::task::JoinSet::new();
    for i in 0..9 {
        let (node, ctx) = (node.clone(), app.ctx());
        running.spawn(async move {
            code_of(
                node.sign_in(&ctx, ADA, Secret::new(format!("guess {i}")))
                    .await,
            )
        });
    }
    let results = running.join_all().await;
    let tried = results.iter().filter(|r| **r == "bad-credentials").count();
    let busy = results.iter().filter(|r| **r == "busy").count();
    assert_eq!(tried + busy, 9, "{results:?}");
    // Exactly as many are left as were not tried.
    for i in tried..9 {
        assert_eq!(
            code_of(app.sign_in_with(ADA, &format!("more {i}")).await),
            "bad-credentials"
        );
    }
    assert_eq!(
        code_of(app.sign_in_with(ADA, "the tenth").await),
        "locked-out",
        "{results:?}"
    );
}

// case: F-14, P-09
async fn a_temporary_password_opens_nothing_but_its_change(app: &TestApp) {
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    app.give_role(ada, Role::UserAdministrator).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let temporary = app
        .reset_password_of(&app.ctx(), &admin, ada)
        .await
        .unwrap();
    assert_eq!(
        app.mail_to(MAIL).await.subject,
        "An administrator has reset your password"
    );
    let signed_in = app.sign_in_with(ADA, temporary.expose()).await.unwrap();
    assert_eq!(signed_in.must_change, Some(ChangeReason::Temporary));
    let me = app.by_token(&signed_in.token).await.unwrap();
    assert_eq!(me.session.stage, Stage::MustChangePassword);

    // Neither her own account nor her role is open.
    let ctx = app.ctx();
    let nothing = [
        code_of(app.my_sessions(&me).await),
        code_of(app.overview(&me).await),
        code_of(app.roles(&me).await),
        code_of(app.timeline(&me, ada, 10).await),
        code_of(app.start_registration(&ctx, &me).await),
        code_of(app.finish_registration(&ctx, &me).await),
        code_of(app.sign_out_everywhere(&ctx, &me).await),
        code_of(app.reset_password_of(&ctx, &me, admin.user.id).await),
        code_of(app.user_page(&me, ada).await),
        code_of(
            app.change_password(
                &ctx,
                &me,
                Secret::new(temporary.expose().into()),
                app.twice(NEW),
            )
            .await,
        ),
    ];
    assert_eq!(nothing, ["sign-in-needed"; 10]);

    let same = app
        .change_required_password(&ctx, &me, app.twice(temporary.expose()))
        .await;
    assert_eq!(refused(same), Refusal::Password(vec![Fault::SameAsOld]));
    let token = app
        .change_required_password(&ctx, &me, app.twice(NEW))
        .await
        .unwrap();
    app.plant(token.as_str());
    assert!(
        app.by_token(&signed_in.token).await.is_none(),
        "S-02: a new token"
    );
    assert_eq!(
        app.by_token(&token).await.unwrap().session.stage,
        Stage::Full
    );
    let again = app
        .change_required_password(&ctx, &me, app.twice("another one again"))
        .await;
    assert!(matches!(again, Err(Error::Refused(_))), "once");
    app.sign_in_with(ADA, NEW).await.unwrap();
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_required_change_waits_a_quarter_of_an_hour_and_no_longer() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let temporary = app
        .reset_password_of(&app.ctx(), &admin, ada)
        .await
        .unwrap();
    let signed_in = app.sign_in_with(ADA, temporary.expose()).await.unwrap();
    let me = app.by_token(&signed_in.token).await.unwrap();
    app.advance(minutes(15));
    let late = app
        .change_required_password(&app.ctx(), &me, app.twice(NEW))
        .await;
    assert_eq!(refused(late), Refusal::SignInNeeded);
    // Nor does it go on in a session that was ended meanwhile.
    let signed_in = app.sign_in_with(ADA, temporary.expose()).await.unwrap();
    let me = app.by_token(&signed_in.token).await.unwrap();
    app.revoke_sessions(&app.ctx(), &admin, ada).await.unwrap();
    let ended = app
        .change_required_password(&app.ctx(), &me, app.twice(NEW))
        .await;
    assert_eq!(refused(ended), Refusal::SignInNeeded);
    app.expect_no_messages().await;
}

#[tokio::test]
async fn an_expired_password_is_changed_at_sign_in() {
    let app = TestApp::new().await;
    app.user("ada").await;
    app.set_policy(|p| p.password_max_age_days = 30).await;
    app.advance(days(30).saturating_sub(seconds(1)));
    assert_eq!(app.sign_in_as("ada").await.unwrap().must_change, None);
    app.advance(seconds(1));
    let signed_in = app.sign_in_as("ada").await.unwrap();
    assert_eq!(signed_in.must_change, Some(ChangeReason::Expired));
    let me = app.by_token(&signed_in.token).await.unwrap();
    let token = app
        .change_required_password(&app.ctx(), &me, app.twice(NEW))
        .await
        .unwrap();
    assert!(app.by_token(&token).await.is_some());
    assert_eq!(app.sign_in_with(ADA, NEW).await.unwrap().must_change, None);
    app.ignore_messages().await;
}

// case: EN-02
#[tokio::test]
async fn before_set_up_nobody_can_sign_in_or_reset() {
    let app = TestApp::build(Options {
        organisation: false,
        ..Options::default()
    })
    .await;
    assert_eq!(
        code_of(app.sign_in_with(ADA, "anything").await),
        "bad-credentials"
    );
    let solution = app.solved("reset");
    assert!(app.start_reset(&app.ctx(), ADA, &solution).await.is_err());
}

// case: EN-03, F-15
#[tokio::test]
async fn a_locked_account_can_still_be_reset_and_is_open_then() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    for i in 0..10 {
        let _ = app.sign_in_with(ADA, &format!("wrong {i}")).await;
    }
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    app.sign_in_with(ADA, NEW).await.unwrap();
    app.ignore_messages().await;
}
