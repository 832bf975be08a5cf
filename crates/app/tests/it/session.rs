//! Sessions: how long they last, and what ends them.

use crate::help::{ADA, MAIL, ada, code_of};
use keyward_app::testing::TestApp;
use keyward_core::ids::ResetId;
use keyward_core::method::MethodKind;
use keyward_core::policy::Gates;
use keyward_core::reset::{Goal, Reset, State};
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{hours, minutes, seconds};

// case: S-03, SE-07
#[tokio::test]
async fn idle_and_absolute_limits_are_the_servers() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let boss = app.user("boss").await;
    app.give_role(boss, Role::ReportsReader).await;
    let (user, admin) = (
        app.sign_in_as("ada").await.unwrap().token,
        app.sign_in_as("boss").await.unwrap().token,
    );
    app.advance(minutes(15).saturating_sub(seconds(1)));
    assert!(app.by_token(&admin).await.is_some());
    app.advance(seconds(1));
    assert!(
        app.by_token(&admin).await.is_none(),
        "administrators: 15 minutes"
    );
    app.advance(minutes(45).saturating_sub(seconds(1)));
    assert!(app.by_token(&user).await.is_some());
    app.advance(seconds(1));
    assert!(app.by_token(&user).await.is_none(), "users: an hour");

    let token = app.sign_in_as("ada").await.unwrap().token;
    for _ in 0..23 {
        app.advance(minutes(30));
        let me = app.by_token(&token).await.expect("in use");
        app.touch(&app.ctx(), &me).await;
    }
    app.advance(minutes(30));
    assert!(
        app.by_token(&token).await.is_none(),
        "twelve hours, however busy"
    );
}

// case: SE-11
#[tokio::test]
async fn se_11_the_oldest_of_many_sessions_go() {
    let app = TestApp::new().await;
    let ada = app.person(app.tenant, ADA).await;
    let first = app.session_of(ada).await;
    // All of one instant: the new one must never be the one that goes.
    for _ in 0..30 {
        app.session_of(ada).await;
    }
    app.advance(seconds(1));
    let last = app.session_of(ada).await;
    let left = app.my_sessions(&last).await.unwrap();
    assert_eq!(left.len(), 20);
    assert_eq!(left[0].id, last.session.id);
    drop(first);
}

// case: SE-01, SE-06, S-05
#[tokio::test]
async fn se_06_a_token_is_ours_and_dies_with_its_session() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let (one, two, three) = (
        app.sign_in_as("ada").await.unwrap().token,
        app.sign_in_as("ada").await.unwrap().token,
        app.sign_in_as("ada").await.unwrap().token,
    );
    for made_up in [
        "",
        "x",
        &"A".repeat(43),
        &one.to_lowercase(),
        &format!("{one} "),
    ] {
        assert!(app.by_token(made_up).await.is_none());
    }
    let me = app.by_token(&one).await.unwrap();
    assert_eq!(app.my_sessions(&me).await.unwrap().len(), 3);
    app.sign_out(&app.ctx(), &app.by_token(&two).await.unwrap())
        .await
        .unwrap();
    assert!(app.by_token(&two).await.is_none());
    assert_eq!(app.sign_out_everywhere(&app.ctx(), &me).await.unwrap(), 1);
    assert!(app.by_token(&three).await.is_none());
    assert!(app.by_token(&one).await.is_some(), "one's own stays");
    assert_eq!(
        code_of(app.sign_out_everywhere(&app.ctx(), &me).await),
        "ok"
    );
}

// case: F-09, SE-03
#[tokio::test]
async fn signing_out_everywhere_else_ends_what_others_have_begun_and_no_way_to_lock() {
    let app = TestApp::new().await;
    let user = ada(&app, Gates::One).await;
    // A mailbox was added, which she was told of, and has waited; somebody signed in as her has a code and a reset on
    // their way.
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.advance(seconds(1));
    let kind = MethodKind::Email;
    app.add_method_for(&app.ctx(), &boss, user, kind, "eve@home.example")
        .await
        .unwrap();
    let notice = app.mail_to(MAIL).await.link();
    app.ignore_messages().await;
    app.advance(hours(24));
    let (mine, theirs) = (app.session_of(user).await, app.session_of(user).await);
    let methods = app.my_account(&theirs).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.means.key() == MAIL).unwrap();
    app.send_step_up(&app.ctx(), &theirs, mail.id)
        .await
        .unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, "eve@home.example").await;

    app.sign_out_everywhere(&app.ctx(), &mine).await.unwrap();
    let answered = app.answer_step_up(&app.ctx(), &theirs, &code).await;
    assert_eq!(code_of(answered), "code-dead");
    let finished = app.finish(&reset, "a lamp of brass").await;
    assert_eq!(code_of(finished), "reset-void");
    app.again(&mine).await;

    let token = notice.rsplit('/').next().unwrap();
    app.report_not_me(&app.ctx(), token).await.unwrap();
    let me = app.sign_in_as("ada").await.map(drop);
    assert_eq!(code_of(me), "bad-credentials");
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_chosen_language_is_remembered() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let me = app.principal("ada").await;
    app.choose_language(&me, keyward_app::texts::Lang::De)
        .await
        .unwrap();
    let signed_in = app.sign_in_as("ada").await.unwrap();
    assert_eq!(signed_in.language.as_deref(), Some("de"));
}

/// Somebody who writes to the database, but has no key, gives a row that their own token finds to another user.
// case: DB-05
#[tokio::test]
async fn db_05_a_session_that_is_copied_to_another_user_signs_nobody_in() {
    let app = TestApp::new().await;
    let (eve, ada) = (
        app.person(app.tenant, "eve@contoso.example").await,
        app.user("ada").await,
    );
    let token = app.session_token(app.tenant, eve).await;
    let mut session = app.by_token(&token).await.unwrap().session;
    session.user = ada;
    let mac = app.keys.token_mac("session", &token);
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.end_session(session.id).await.unwrap();
    tx.insert_session(&session, &mac).await.unwrap();
    tx.commit().await.unwrap();
    assert!(app.by_token(&token).await.is_none());
    // What it was made for is what it is good for.
    session.user = eve;
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.end_session(session.id).await.unwrap();
    tx.insert_session(&session, &mac).await.unwrap();
    tx.commit().await.unwrap();
    assert!(app.by_token(&token).await.is_some());
}

// case: DB-05
#[tokio::test]
async fn db_05_a_reset_or_link_that_is_copied_to_another_user_leads_nowhere() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    // Tokens that were made for somebody else, under the same key.
    let elsewhere = TestApp::new().await;
    let token = elsewhere.begin_reset("eve@contoso.example").await;
    let reset = Reset {
        id: ResetId(uuid::Uuid::from_u128(7)),
        tenant: app.tenant,
        name_key: ADA.into(),
        user: Some(ada),
        goal: Goal::Reset,
        credential_epoch: 1,
        state: State::Open,
        started_at: app.now(),
        expires_at: app.now() + minutes(15),
        proofs: Vec::new(),
    };
    let mut tx = app.db.write(app.tenant).await.unwrap();
    let mac = app.keys.token_mac("reset", &token);
    tx.insert_reset(&reset, &mac, ADA).await.unwrap();
    let (link, until) = (
        app.keys.token_mac("not-me", &token),
        app.now() + minutes(15),
    );
    let linked = tx.insert_link(&link, "not-me", ada, app.now(), until).await;
    linked.unwrap();
    tx.commit().await.unwrap();
    let progress = app.reset_progress(&app.ctx(), &token).await;
    assert_eq!(code_of(progress), "reset-expired");
    assert!(!app.not_me_is_open(&app.ctx(), &token).await.unwrap());
    assert_eq!(
        code_of(app.report_not_me(&app.ctx(), &token).await),
        "link-dead"
    );
}
