//! From a user name to a new password, and every way to make it happen twice, too late or for somebody else.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, at_once, code_of, other_than, refused};
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{minutes, seconds};
use std::time::Duration;

on_both_engines!(
    one_gate,
    two_gates,
    tr_01_of_64_right_answers_one_counts,
    tr_03_of_64_new_passwords_one_is_set,
    tr_06_a_code_dies_at_its_last_instant,
    tr_07_a_second_code_kills_the_first,
    tr_08_a_code_opens_only_the_reset_that_asked_for_it,
    tr_09_a_code_of_ones_own_account_opens_no_other,
    tr_10_a_code_for_registering_is_none_for_resetting,
    tr_15_a_changed_password_ends_an_open_reset,
    tr_16_a_finished_reset_does_nothing_more,
    tr_17_a_replayed_conversation_is_refused_at_every_step,
    st_17_an_administrator_who_resets_first_wins,
    inv_3_no_sign_in_slips_through_a_reset,
);

async fn one_gate(app: &TestApp) {
    ada(app, Gates::One).await;
    let session = app.sign_in_as("ada").await.unwrap().token;
    app.advance(seconds(1));
    let reset = app.begin_reset("  ADA@Contoso.example ").await;
    let progress = app.progress(&reset).await;
    assert_eq!((progress.gate, progress.gates), (1, 1));
    let shown: Vec<_> = progress.choices.iter().map(|c| c.masked.as_str()).collect();
    assert_eq!(shown, ["*** *** **34", "a***@h***.example"]);
    assert!(
        app.by_token(&session).await.is_some(),
        "F-02: starting changes nothing"
    );

    app.advance(seconds(1));
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app.advance(seconds(1));
    let code = app.code_to(MAIL).await;
    assert!(app.answer(&reset, &code).await.unwrap().verified);
    app.advance(seconds(1));
    app.finish(&reset, NEW).await.unwrap();
    app.advance(seconds(1));
    assert!(app.progress(&reset).await.completed);
    assert!(
        app.by_token(&session).await.is_none(),
        "every session ended"
    );
    assert_eq!(code_of(app.sign_in_as("ada").await), "bad-credentials");
    let signed_in = app.sign_in_with(ADA, NEW).await.unwrap();
    assert!(signed_in.must_change.is_none());
    let notice = app.mail_to(MAIL).await;
    assert_eq!(notice.subject, "Your password was reset");
    assert!(
        notice
            .link()
            .starts_with("https://id.contoso.example/not-me/")
    );
    assert!(app.sms_to(PHONE).await.text.contains("was reset"));
    app.expect_no_messages().await;
    let steps: Vec<_> = app
        .events()
        .await
        .into_iter()
        .map(|e| (e.activity.name(), e.detail.unwrap_or_default()))
        .collect();
    let steps: Vec<_> = steps.iter().map(|(a, d)| (*a, d.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("Sign-in", "in an unfamiliar browser"),
            ("User started password reset", ""),
            (
                "Self-service password reset flow activity progress",
                "code asked for: email"
            ),
            (
                "Self-service password reset flow activity progress",
                "proved: email"
            ),
            ("Reset password (self-service)", ""),
            ("Sign-in", ""),
            ("Sign-in", "in an unfamiliar browser"),
        ]
    );
}

async fn two_gates(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    app.profile(ada, |p| p.mail = Some(ADA.into())).await;
    let reset = app.begin_reset(ADA).await;
    let progress = app.prove(&reset, PHONE).await;
    assert_eq!(
        (progress.verified, progress.gate, progress.gates),
        (false, 2, 2)
    );
    assert_eq!(refused(app.finish(&reset, NEW).await), Refusal::NotOffered);
    let left: Vec<_> = progress.choices.iter().map(|c| c.kind).collect();
    assert_eq!(left, [MethodKind::Email], "a channel counts once (F-06)");
    assert!(app.prove(&reset, MAIL).await.verified);
    app.finish(&reset, NEW).await.unwrap();
    app.sign_in_with(ADA, NEW).await.unwrap();
    // F-11: every address is told, not only the one that was used.
    assert!(app.sms_to(PHONE).await.text.contains("was reset"));
    assert_eq!(
        app.mail_to(MAIL).await.subject,
        app.mail_to(ADA).await.subject
    );
}

// case: TR-01, S20, INV-1
async fn tr_01_of_64_right_answers_one_counts(app: &TestApp) {
    ada(app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    let ctx = app.ctx();
    let results = at_once(app, 64, |node, _| {
        let (ctx, reset, code) = (ctx.clone(), reset.clone(), code.clone());
        async move { code_of(node.answer_reset(&ctx, &reset, &Secret::new(code)).await) }
    })
    .await;
    let count = |what| results.iter().filter(|r| **r == what).count();
    assert_eq!((count("ok"), count("code-dead")), (1, 63), "{results:?}");
    let proved = app.events().await.into_iter();
    let proved = proved.filter(|e| e.detail.as_deref() == Some("proved: email"));
    assert_eq!(proved.count(), 1);
}

// case: TR-03, F-08, S91
async fn tr_03_of_64_new_passwords_one_is_set(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    let ctx = app.ctx();
    let word = |i| format!("pass phrase number {i}");
    let results = at_once(app, 64, |node, i| {
        let (ctx, reset, new) = (ctx.clone(), reset.clone(), app.twice(&word(i)));
        async move { (i, code_of(node.complete_reset(&ctx, &reset, new).await)) }
    })
    .await;
    let won: Vec<_> = results.iter().filter(|(_, r)| *r == "ok").collect();
    let [(winner, _)] = won[..] else {
        panic!("one of {results:?}")
    };
    assert!(
        results
            .iter()
            .all(|(_, r)| ["ok", "reset-void"].contains(r)),
        "{results:?}"
    );
    app.sign_in_with(ADA, &word(*winner)).await.unwrap();
    let loser = word((winner + 1) % 64);
    assert_eq!(
        code_of(app.sign_in_with(ADA, &loser).await),
        "bad-credentials"
    );
    let notices = (app.mails().await.len(), app.texts_sent().await.len());
    assert_eq!(notices, (1, 1), "one notice at each address");
}

// case: TR-06, S13
async fn tr_06_a_code_dies_at_its_last_instant(app: &TestApp) {
    ada(app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    app.advance(minutes(5));
    assert_eq!(code_of(app.answer(&reset, &code).await), "code-dead");
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    app.advance(minutes(5).saturating_sub(Duration::from_micros(1)));
    app.answer(&reset, &code).await.unwrap();
    // The reset itself: fifteen minutes, checked at use.
    app.advance(minutes(5) + Duration::from_micros(1));
    assert_eq!(
        code_of(app.send_to(&reset, MethodKind::MobilePhone, PHONE).await),
        "reset-expired"
    );
    assert_eq!(code_of(app.finish(&reset, NEW).await), "reset-expired");
}

// case: TR-07, C-04
async fn tr_07_a_second_code_kills_the_first(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let first = app.code_to(MAIL).await;
    app.advance(seconds(1));
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let second = app.code_to(MAIL).await;
    assert_ne!(first, second);
    assert_eq!(code_of(app.answer(&reset, &first).await), "code-wrong");
    // By another method as well.
    app.send_to(&reset, MethodKind::MobilePhone, PHONE)
        .await
        .unwrap();
    let third = app.code_to(PHONE).await;
    assert_eq!(code_of(app.answer(&reset, &second).await), "code-wrong");
    app.answer(&reset, &third).await.unwrap();
}

// case: TR-08, S03, C-03
async fn tr_08_a_code_opens_only_the_reset_that_asked_for_it(app: &TestApp) {
    ada(app, Gates::One).await;
    let (one, two) = (app.begin_reset(ADA).await, app.begin_reset(ADA).await);
    app.send_to(&one, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    assert_eq!(
        code_of(app.answer(&two, &code).await),
        "code-dead",
        "nothing was sent there"
    );
    app.send_to(&two, MethodKind::Email, "").await.unwrap();
    assert_ne!(app.code_to(MAIL).await, code);
    assert_eq!(code_of(app.answer(&two, &code).await), "code-wrong");
    assert!(!app.progress(&two).await.verified);
    assert!(
        app.answer(&one, &code).await.unwrap().verified,
        "it is alive where it belongs"
    );
}

// case: TR-09, S03
async fn tr_09_a_code_of_ones_own_account_opens_no_other(app: &TestApp) {
    ada(app, Gates::One).await;
    let eve = app.user("eve").await;
    app.register_mail(eve, "eve@home.example").await;
    let (of_ada, of_eve) = (
        app.begin_reset(ADA).await,
        app.begin_reset("eve@contoso.example").await,
    );
    app.send_to(&of_ada, MethodKind::Email, "").await.unwrap();
    app.send_to(&of_eve, MethodKind::Email, "").await.unwrap();
    let (hers, _) = (
        app.code_to("eve@home.example").await,
        app.mail_to(MAIL).await,
    );
    assert_eq!(code_of(app.answer(&of_ada, &hers).await), "code-wrong");
    // Her method's id in his reset is no method there.
    let method = app.progress(&of_eve).await.choices[0].id;
    let sent = app.send_reset_code(&app.ctx(), &of_ada, method, "").await;
    assert_eq!(refused(sent), Refusal::NotOffered);
}

// case: TR-10, C-03, S14
async fn tr_10_a_code_for_registering_is_none_for_resetting(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let me = app.session_of(ada).await;
    let mail = app.register_mail(ada, "second@home.example").await;
    app.send_step_up(&app.ctx(), &me, mail).await.unwrap();
    let step_up = app.code_to("second@home.example").await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::MobilePhone, PHONE)
        .await
        .unwrap();
    let for_reset = app.code_to(PHONE).await;
    assert_eq!(code_of(app.answer(&reset, &step_up).await), "code-wrong");
    let typed = Secret::new(for_reset.clone());
    assert_eq!(
        code_of(app.answer_step_up(&app.ctx(), &me, &typed).await),
        "code-wrong"
    );
    let typed = Secret::new(for_reset);
    assert_eq!(
        code_of(app.confirm_method(&app.ctx(), &me, &typed, None).await),
        "code-dead"
    );
    app.answer_step_up(&app.ctx(), &me, &Secret::new(step_up))
        .await
        .unwrap();
}

// case: TR-15, F-16
async fn tr_15_a_changed_password_ends_an_open_reset(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    let open = app.begin_reset(ADA).await;
    app.send_to(&open, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    let me = app.principal("ada").await;
    let old = Secret::new(app.password("ada"));
    app.change_password(&app.ctx(), &me, old, app.twice("changed by myself"))
        .await
        .unwrap();
    assert_eq!(code_of(app.finish(&reset, NEW).await), "reset-void");
    assert_eq!(code_of(app.answer(&open, &code).await), "reset-void");
    app.sign_in_with(ADA, "changed by myself").await.unwrap();
    app.ignore_messages().await;
}

// case: TR-16
async fn tr_16_a_finished_reset_does_nothing_more(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    let mail = app.progress(&reset).await.choices[1].id;
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    assert_eq!(
        code_of(app.finish(&reset, "yet another one").await),
        "reset-void"
    );
    let sent = app.send_reset_code(&app.ctx(), &reset, mail, "").await;
    assert_eq!(code_of(sent), "reset-void");
    assert_eq!(
        code_of(app.sign_in_with(ADA, "yet another one").await),
        "bad-credentials"
    );
    app.sign_in_with(ADA, NEW).await.unwrap();
    let notices = (app.mails().await.len(), app.texts_sent().await.len());
    assert_eq!(notices, (1, 1));
}

// case: TR-17, DO-06, B-03
async fn tr_17_a_replayed_conversation_is_refused_at_every_step(app: &TestApp) {
    ada(app, Gates::One).await;
    let solution = || app.solved("reset");
    let first = solution();
    let again = keyward_app::robot::Solution {
        puzzle: first.puzzle.clone(),
        pow: first.pow.clone(),
        answer: String::new(),
    };
    let reset = app.start_reset(&app.ctx(), ADA, &first).await.unwrap();
    app.plant(reset.as_str());
    let method = app.progress(&reset).await.choices[1].id;
    app.send_reset_code(&app.ctx(), &reset, method, "")
        .await
        .unwrap();
    let code = app.code_to(MAIL).await;
    app.answer(&reset, &code).await.unwrap();
    app.finish(&reset, NEW).await.unwrap();
    app.ignore_messages().await;

    assert_eq!(
        refused(app.start_reset(&app.ctx(), ADA, &again).await),
        Refusal::RobotCheck
    );
    let sent = app.send_reset_code(&app.ctx(), &reset, method, "").await;
    assert_eq!(refused(sent), Refusal::ResetVoid);
    assert_eq!(code_of(app.answer(&reset, &code).await), "reset-void");
    assert_eq!(code_of(app.finish(&reset, NEW).await), "reset-void");
    app.expect_no_messages().await;
    let puzzle = app.solved("sign-in");
    let other_form = app.start_reset(&app.ctx(), ADA, &puzzle).await;
    assert_eq!(
        refused(other_form),
        Refusal::RobotCheck,
        "solved for another form"
    );
    let late = solution();
    app.advance(minutes(10));
    assert_eq!(
        refused(app.start_reset(&app.ctx(), ADA, &late).await),
        Refusal::RobotCheck
    );
}

// case: ST-17
async fn st_17_an_administrator_who_resets_first_wins(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let admin = app.admin(Role::HelpdeskAdministrator).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    let temporary = app
        .reset_password_of(&app.ctx(), &admin, ada)
        .await
        .unwrap();
    assert_eq!(code_of(app.finish(&reset, NEW).await), "reset-void");
    let signed_in = app.sign_in_with(ADA, temporary.expose()).await.unwrap();
    assert!(signed_in.must_change.is_some());
    let done: Vec<_> = app.events().await.into_iter().map(|e| e.activity).collect();
    assert!(done.contains(&Activity::PasswordResetByAdmin));
    assert!(!done.contains(&Activity::PasswordReset));
    app.ignore_messages().await;
}

// case: INV-3, SE-03, S96, F-09
async fn inv_3_no_sign_in_slips_through_a_reset(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    let (ctx, old) = (app.ctx(), app.password("ada"));
    at_once(app, 9, |node, i| {
        let (ctx, reset, old) = (ctx.clone(), reset.clone(), old.clone());
        let new = app.twice(NEW);
        async move {
            if i == 4 {
                node.complete_reset(&ctx, &reset, new).await.unwrap();
            } else {
                let _ = node.sign_in(&ctx, ADA, Secret::new(old)).await;
            }
        }
    })
    .await;
    let mut tx = app.db.read(app.tenant).await.unwrap();
    let left = tx.sessions_of(ada).await.unwrap();
    assert!(left.is_empty(), "signed in with the old password: {left:?}");
    drop(tx);
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_reset_can_be_given_up() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    app.cancel_reset(&app.ctx(), &reset).await.unwrap();
    assert_eq!(code_of(app.answer(&reset, &code).await), "reset-void");
    // Twice is once.
    app.cancel_reset(&app.ctx(), &reset).await.unwrap();
    let cancelled = app.events().await.into_iter();
    let cancelled = cancelled.filter(|e| e.detail.as_deref() == Some("cancelled by the user"));
    assert_eq!(cancelled.count(), 1);
    assert_eq!(
        code_of(app.cancel_reset(&app.ctx(), "no such token").await),
        "reset-expired"
    );
}

#[tokio::test]
async fn notices_can_be_switched_off_and_go_to_a_phone_where_there_is_no_mailbox() {
    let app = TestApp::new().await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    let ada = app.user("ada").await;
    app.register_phone(ada, PHONE).await;
    for (notify, messages) in [(true, 1), (false, 0)] {
        app.set_policy(|p| p.notify_users = notify).await;
        let reset = app.begin_reset(ADA).await;
        app.prove(&reset, PHONE).await;
        app.finish(&reset, &format!("{NEW} {notify}"))
            .await
            .unwrap();
        assert_eq!(app.texts_sent().await.len(), messages);
    }
}

#[tokio::test]
async fn a_new_password_is_judged_while_it_is_typed_but_only_for_who_may_set_it() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    let judge = async |text: &str| {
        app.preview_reset_password(&app.ctx(), &reset, &app.twice(text))
            .await
    };
    assert_eq!(code_of(judge("short").await), "not-offered");
    app.prove(&reset, MAIL).await;
    let faults = judge("short").await.unwrap();
    assert_eq!(faults, [keyward_core::password::Fault::TooShort]);
    assert!(judge(NEW).await.unwrap().is_empty());
    assert_eq!(
        judge(ADA).await.unwrap(),
        [keyward_core::password::Fault::NamesYou]
    );
}

// case: F-12
#[tokio::test]
async fn f_12_links_begin_with_the_configured_address() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    let mail = app.mail_to(MAIL).await;
    assert!(mail.link().starts_with("https://id.contoso.example/"));
    app.sms_to(PHONE).await;
    assert_ne!(other_than("123457"), "123457");
}
