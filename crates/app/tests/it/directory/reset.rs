//! Resetting a password that lives in a directory.

use super::{ANCHOR, CORP, GOOD, NOBODY, OLD, corp, honest, impatient, no, reasons};
use crate::help::{MAIL, PHONE, at_once, code_of, refused};
use keyward_app::password::{Demand, Source};
use keyward_app::testing::{Engine, TestAgent, TestApp};
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::secret::Secret;
use keyward_core::time::{Timestamp, days, hours, minutes, seconds};
use keyward_core::writeback::{Ending, Told};
use keyward_wire::link::Job;
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::sync::UserRecord;
use uuid::Uuid;

on_both_engines!(
    a_reset_is_true_in_the_directory_when_it_says_so,
    ad_10_what_the_directory_refuses_leaves_the_proof,
    ag_22_a_directory_that_is_away_is_told_at_the_first_screen_to_every_name,
);

async fn proved(app: &TestApp) -> String {
    let reset = app.begin_reset(CORP).await;
    app.send_to(&reset, keyward_core::method::MethodKind::Email, "")
        .await
        .unwrap();
    let code = app.code_to(MAIL).await;
    assert!(app.answer(&reset, &code).await.unwrap().verified);
    reset
}

// case: S75, WB-10, S80
async fn a_reset_is_true_in_the_directory_when_it_says_so(app: &TestApp) {
    let (agent, ada) = corp(app).await;
    let session = app.session_token(app.tenant, ada).await;
    let reset = proved(app).await;
    let terms = app.progress(&reset).await.terms;
    assert!(terms.directory, "shown before typing");
    assert_eq!(terms.min, 12);
    let theirs = [
        Demand::Length(12),
        Demand::Complexity,
        Demand::NotRemembered(24),
    ];
    for demand in theirs {
        assert!(terms.list.contains(&(demand, Source::Directory)));
    }
    assert!(
        !terms
            .list
            .contains(&(Demand::NotUsed(0), Source::Organisation))
    );
    let says = |task: &keyward_wire::link::Task, passwords: &[String]| {
        let Job::Reset {
            anchor,
            enforce_policy,
            must_change,
            ..
        } = task.job
        else {
            panic!("a reset, not {:?}", task.job.name());
        };
        assert_eq!((anchor, enforce_policy, must_change), (ANCHOR, true, false));
        assert_eq!(passwords, [GOOD]);
        Outcome::Done
    };
    app.answered(&agent, says, app.finish(&reset, GOOD))
        .await
        .unwrap();
    assert!(app.progress(&reset).await.completed);
    assert!(app.by_token(&session).await.is_none(), "INV-3");
    assert_eq!(app.mail_to(MAIL).await.subject, "Your password was reset");
    app.sms_to(PHONE).await;
    assert_eq!(
        reasons(app, "Reset password (self-service)").await,
        ["success"]
    );
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(
        tx.verifier(ada).await.unwrap(),
        None,
        "no hash of it is here"
    );
    drop(tx);
    let dump = app.dump().await;
    assert!(!dump.contains(GOOD), "{dump}");
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "reset-void");
}

/// What a person reads of each no, and whether the same proof opens another try.
const TOLD: [(Denial, &str, bool); 14] = [
    (Denial::TooShort, "directory-too-short", true),
    (Denial::Complexity, "directory-complexity", true),
    (Denial::History, "directory-history", true),
    (Denial::TooYoung, "directory-too-young", true),
    (Denial::Banned, "directory-banned", true),
    (Denial::Policy, "directory-policy", true),
    (Denial::NoRight, "directory-trouble", true),
    (Denial::SwitchedOff, "directory-trouble", true),
    (Denial::NoJournal, "directory-trouble", true),
    (Denial::Locked, "directory-locked", true),
    (Denial::Protected, "directory-protected", false),
    (Denial::CannotChange, "directory-cannot-change", false),
    (Denial::NotFound, "directory-not-there", false),
    (Denial::SmartCard, "directory-smart-card", false),
];

// case: AD-09, AD-10, AD-01, S79, WB-11
async fn ad_10_what_the_directory_refuses_leaves_the_proof(app: &TestApp) {
    let (agent, ada) = corp(app).await;
    app.admin(keyward_core::role::Role::GlobalAdministrator)
        .await;
    let session = app.session_token(app.tenant, ada).await;
    let mut reset = proved(app).await;
    for (why, code, again) in TOLD {
        app.advance(seconds(1));
        let finished = app.finish(&reset, GOOD);
        let refusal = refused(app.answered(&agent, |_, _| no(why), finished).await);
        assert_eq!(refusal.code(), code, "{why:?}");
        let progress = app.reset_progress(&app.ctx(), &reset).await;
        assert_eq!(progress.is_ok_and(|p| p.verified), again, "{why:?}");
        if !again {
            let said = app.reset_ending(&reset).await.unwrap();
            let said = said.and_then(|ending| ending.told().err());
            assert_eq!(
                said.map(|r| r.code()),
                Some(code),
                "and the page can say so"
            );
            reset = proved(app).await;
        }
        assert!(
            app.by_token(&session).await.is_some(),
            "nothing was changed"
        );
    }
    // The administrators are told what they have to mend: once for each cause.
    let mails = app.mails().await;
    let told = mails
        .iter()
        .filter(|m| m.subject.contains("could not be written"));
    assert_eq!(told.count(), 4, "{mails:#?}");
    app.answered(&agent, honest, app.finish(&reset, GOOD))
        .await
        .unwrap();
    let noted = reasons(app, "Reset password (self-service)").await;
    assert_eq!(noted.len(), TOLD.len() + 1);
    assert_eq!(noted.first().unwrap(), "directory-too-short");
    app.ignore_messages().await;
}

// case: AD-09
#[tokio::test]
async fn ad_09_a_plain_no_is_worked_out_from_the_policy() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let reset = proved(&app).await;
    let try_it = async |password: &str| {
        let finished = app.finish(&reset, password);
        refused(
            app.answered(&agent, |_, _| no(Denial::Policy), finished)
                .await,
        )
    };
    assert_eq!(
        try_it("Long-and-ada-1-more").await,
        Refusal::Directory(Told::Complexity),
        "it has her name in it"
    );
    assert_eq!(try_it(GOOD).await, Refusal::Directory(Told::Policy));
    // What is known beforehand isn't asked.
    assert_eq!(code_of(app.finish(&reset, "Short-1").await), "password");
    assert_eq!(
        code_of(app.finish(&reset, "lower case and long").await),
        "password"
    );
    let odd = "De\u{301}composed-Long-1";
    assert_eq!(code_of(app.finish(&reset, odd).await), "password", "P-06");
    assert_eq!(agent.tasks(&app).await.len(), 0);
}

// case: AG-22, EN-04, INV-5
async fn ag_22_a_directory_that_is_away_is_told_at_the_first_screen_to_every_name(app: &TestApp) {
    let (_agent, _) = corp(app).await;
    app.directory_person("boss@corp.contoso.example", Uuid::from_u128(2), true)
        .await;
    app.advance(minutes(10));
    for name in [CORP, NOBODY, "boss@corp.contoso.example"] {
        let solution = app.solved("reset");
        let begun = app.start_reset(&app.ctx(), name, &solution).await;
        assert_eq!(code_of(begun), "directory-away", "{name}");
    }
    // People of the cloud notice nothing.
    app.begin_reset("somebody@contoso.example").await;
    app.expect_no_messages().await;
}

// case: S74
#[tokio::test]
async fn s74_nothing_is_written_back_while_it_is_off() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let reset = proved(&app).await;
    let me = app.session_of(ada).await;
    app.set_policy(|p| p.on_premises.writeback = false).await;
    for name in [CORP, NOBODY] {
        let solution = app.solved("reset");
        let begun = app.start_reset(&app.ctx(), name, &solution).await;
        assert_eq!(code_of(begun), "writeback-off", "{name}");
    }
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "writeback-off");
    let old = Secret::new(OLD.into());
    let changed = app
        .change_password(&app.ctx(), &me, old, app.twice(GOOD))
        .await;
    assert_eq!(code_of(changed), "writeback-off");
    assert_eq!(agent.tasks(&app).await.len(), 0, "no agent was asked");
}

// case: AD-01, S79, EN-05
#[tokio::test]
async fn s79_a_protected_account_walks_like_nobody_and_gets_nothing() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let boss = app
        .directory_person("boss@corp.contoso.example", Uuid::from_u128(2), true)
        .await;
    app.register_mail(boss, "boss@home.example").await;
    app.register_phone(boss, PHONE).await;
    app.set_policy(|p| p.gates = keyward_core::policy::Gates::Two)
        .await;
    let reset = app.begin_reset("boss@corp.contoso.example").await;
    let sent = app
        .send_to(&reset, keyward_core::method::MethodKind::Email, "")
        .await;
    assert_eq!(code_of(sent), "ok");
    app.expect_no_messages().await;
    let started = reasons(&app, "User started password reset").await;
    assert_eq!(started, ["account-protected"]);
    assert_eq!(agent.tasks(&app).await.len(), 0);
}

/// Takes what there is, and leaves it unanswered.
async fn taken(app: &TestApp, agent: &TestAgent) -> Uuid {
    let tasks = agent.tasks(app).await;
    assert_eq!(tasks.len(), 1);
    tasks[0].operation
}

// case: WB-06, WB-08, WB-01
#[tokio::test]
async fn wb_08_an_answer_after_the_page_gave_up_counts_once() {
    let app = impatient(Engine::Sqlite).await;
    let (agent, ada) = corp(&app).await;
    let session = app.session_token(app.tenant, ada).await;
    let reset = proved(&app).await;
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "writeback-pending");
    assert_eq!(
        code_of(app.finish(&reset, GOOD).await),
        "writeback-pending",
        "pressed again"
    );
    let progress = app.progress(&reset).await;
    assert!(progress.pending && !progress.completed && !progress.verified);
    let operation = taken(&app, &agent).await;
    assert!(app.by_token(&session).await.is_some());
    agent.report(&app, operation, Outcome::Done).await.unwrap();
    agent.report(&app, operation, Outcome::Done).await.unwrap();
    assert!(app.progress(&reset).await.completed);
    assert!(app.by_token(&session).await.is_none());
    let notices = (app.mails().await.len(), app.texts_sent().await.len());
    assert_eq!(
        notices,
        (1, 1),
        "WB-06: they read it in their mailbox, once"
    );
    assert_eq!(
        reasons(&app, "Reset password (self-service)").await,
        ["success"]
    );
}

// case: WB-09, WB-02
#[tokio::test]
async fn wb_09_what_nobody_took_in_time_was_not_done_and_may_be_tried_again() {
    let app = impatient(Engine::Sqlite).await;
    let (agent, _) = corp(&app).await;
    let reset = proved(&app).await;
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "writeback-pending");
    app.advance(seconds(61));
    assert_eq!(agent.tasks(&app).await.len(), 0, "too late for it");
    app.end_overdue().await;
    let said = app.reset_ending(&reset).await.unwrap();
    assert_eq!(said, Some(Ending::Unreachable));
    assert!(app.progress(&reset).await.verified, "the same proof");
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "writeback-pending");
    let operation = taken(&app, &agent).await;
    agent.report(&app, operation, Outcome::Done).await.unwrap();
    assert!(app.progress(&reset).await.completed);
    app.ignore_messages().await;
}

// case: WB-01, S76, INV-9
#[tokio::test]
async fn wb_01_an_unknown_end_is_told_as_unknown_until_it_is_found_out() {
    let app = impatient(Engine::Sqlite).await;
    let (agent, ada) = corp(&app).await;
    let session = app.session_token(app.tenant, ada).await;
    let reset = proved(&app).await;
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "writeback-pending");
    let operation = taken(&app, &agent).await;
    app.advance(minutes(10));
    app.end_overdue().await;
    let progress = app.progress(&reset).await;
    assert!(
        progress.pending && !progress.completed,
        "never a false done"
    );
    assert_eq!(
        app.reset_ending(&reset).await.unwrap(),
        Some(Ending::Unknown)
    );
    assert!(
        app.by_token(&session).await.is_none(),
        "it may be another password"
    );
    app.expect_no_messages().await;
    app.advance(keyward_core::time::seconds(1));
    agent.report(&app, operation, Outcome::Done).await.unwrap();
    assert!(app.progress(&reset).await.completed);
    assert_eq!(app.mail_to(MAIL).await.subject, "Your password was reset");
    app.sms_to(PHONE).await;
    let noted = reasons(&app, "Reset password (self-service)").await;
    assert_eq!(noted, ["writeback-unknown", "success"]);
}

// case: WB-07, S91, TR-03
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wb_07_many_presses_at_once_are_one_operation() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = impatient(engine).await;
        let (agent, _) = corp(&app).await;
        let reset = proved(&app).await;
        let ctx = app.ctx();
        let results = at_once(&app, 16, |node, i| {
            let (ctx, reset) = (ctx.clone(), reset.clone());
            let new = app.twice(&format!("{GOOD}-{i}"));
            async move { code_of(node.complete_reset(&ctx, &reset, new).await) }
        })
        .await;
        assert!(
            results.iter().all(|r| *r == "writeback-pending"),
            "{results:?}"
        );
        // Another reset of the same person waits its turn.
        let second = app.begin_reset(CORP).await;
        app.send_to(&second, keyward_core::method::MethodKind::Email, "")
            .await
            .unwrap();
        let code = app.code_to(MAIL).await;
        app.answer(&second, &code).await.unwrap();
        assert_eq!(
            code_of(app.finish(&second, GOOD).await),
            "writeback-pending"
        );
        let operation = taken(&app, &agent).await;
        assert_eq!(agent.tasks(&app).await.len(), 0, "one, and one only");
        agent.report(&app, operation, Outcome::Done).await.unwrap();
        let again = code_of(app.finish(&second, GOOD).await);
        assert_eq!(again, "reset-void", "the first one ended it");
        app.ignore_messages().await;
    }
}

// case: WB-04
#[tokio::test]
async fn wb_04_what_was_committed_is_finished_by_another_node() {
    let app = impatient(Engine::Sqlite).await;
    let (agent, ada) = corp(&app).await;
    let reset = proved(&app).await;
    let node = app.node(0).await;
    let new = app.twice(GOOD);
    let submitted = node.complete_reset(&app.ctx(), &reset, new).await;
    assert_eq!(code_of(submitted), "writeback-pending");
    // The node that took the request is gone; nothing of it was in its memory only.
    node.db.close().await;
    drop(node);
    let operation = taken(&app, &agent).await;
    agent.report(&app, operation, Outcome::Done).await.unwrap();
    assert!(app.progress(&reset).await.completed);
    assert_eq!(epoch(&app, ada).await, 1);
    app.ignore_messages().await;
}

async fn epoch(app: &TestApp, id: UserId) -> i64 {
    let mut tx = app.db.read(app.tenant).await.unwrap();
    tx.user(id).await.unwrap().unwrap().credential_epoch
}

#[tokio::test]
async fn an_account_is_unlocked_without_a_new_password() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let reset = app.begin_reset(CORP).await;
    assert!(app.progress(&reset).await.unlock_offered);
    app.choose_goal(&app.ctx(), &reset, Goal::Unlock)
        .await
        .unwrap();
    let progress = app.prove(&reset, MAIL).await;
    assert!(
        progress.verified && !progress.completed,
        "it is asked for first"
    );
    assert_eq!(code_of(app.finish(&reset, GOOD).await), "not-offered");
    let ctx = app.ctx();
    let away = app.unlock_in_directory(&ctx, &reset);
    let refusal = refused(app.answered(&agent, |_, _| no(Denial::NoRight), away).await);
    assert_eq!(refusal.code(), "directory-trouble");
    let says = |task: &keyward_wire::link::Task, _: &[String]| {
        assert_eq!(task.job.name(), "unlock");
        Outcome::Done
    };
    app.advance(keyward_core::time::seconds(1));
    let ctx = app.ctx();
    app.answered(&agent, says, app.unlock_in_directory(&ctx, &reset))
        .await
        .unwrap();
    assert!(app.progress(&reset).await.completed);
    assert_eq!(epoch(&app, ada).await, 0, "the password is the same");
    assert_eq!(
        reasons(&app, "Unlock user account (self-service)")
            .await
            .last()
            .unwrap(),
        "success"
    );
    app.ignore_messages().await;
    // Switched off, only both together are offered.
    app.set_policy(|p| p.on_premises.unlock_without_reset = false)
        .await;
    for name in [CORP, NOBODY] {
        let reset = app.begin_reset(name).await;
        assert!(!app.progress(&reset).await.unlock_offered, "{name}");
    }
}

// case: AG-17
#[tokio::test]
async fn ag_17_a_password_that_an_agent_only_said_to_have_set_is_found_out() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let directory = TestApp::directory().0;
    let read = |set: Timestamp| UserRecord {
        anchor: ANCHOR,
        upn: CORP.to_owned(),
        enabled: true,
        password_set_at: Some(set.0),
        ..UserRecord::default()
    };
    let before = app.now() - days(30);
    app.sync_users_of(directory, &[read(before)]).await;
    let reset = proved(&app).await;
    let says = |_: &keyward_wire::link::Task, _: &[String]| Outcome::Done;
    app.answered(&agent, says, app.finish(&reset, GOOD))
        .await
        .unwrap();
    app.ignore_messages().await;
    let done = app.now();
    // Another domain controller may not have heard of it yet.
    let ended = app.sync_users_of(directory, &[read(before)]).await;
    assert_eq!(ended.counts.errors, 0);
    app.advance(hours(2));
    let run = app.sync_users_of(directory, &[read(before)]).await;
    assert_eq!(run.counts.errors, 1);
    let admin = app
        .admin(keyward_core::role::Role::HybridIdentityAdministrator)
        .await;
    let runs = app.sync_runs(&admin, None, 9).await.unwrap();
    let last = app.sync_run(&admin, runs[0].id, 0, 9).await.unwrap();
    assert_eq!(last.problems[0].code, "password-unseen");
    assert_eq!(last.problems[0].name, CORP);
    // What was really set is seen, whatever the seconds say.
    let ended = app
        .sync_users_of(directory, &[read(done - minutes(3))])
        .await;
    assert_eq!(ended.counts.errors, 0);
}
