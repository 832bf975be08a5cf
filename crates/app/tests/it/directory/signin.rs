//! Signing in with a password that a directory judges.

use super::{CORP, GOOD, NOBODY, OLD, corp, honest, no, reasons};
use crate::help::{code_of, refused};
use keyward_app::testing::{TestAgent, TestApp};
use keyward_core::refusal::Refusal;
use keyward_core::signin::ChangeReason;
use keyward_core::time::minutes;
use keyward_core::writeback::Told;
use keyward_store::session::Stage;
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Outcome};
use std::sync::Mutex;

on_both_engines!(
    en_02_unknown_names_of_a_directory_take_the_same_road,
    nobody_locks_an_account_of_the_directory_from_outside,
);

/// The directory has forgotten its wrong passwords, and the agent is still there.
async fn later(app: &TestApp, agent: &mut TestAgent) {
    app.advance(minutes(31));
    agent.open(app).await.unwrap();
    agent.ask(app).await.unwrap();
}

// case: EN-02, EN-03, S52
async fn en_02_unknown_names_of_a_directory_take_the_same_road(app: &TestApp) {
    let (agent, _) = corp(app).await;
    let asked = Mutex::new(Vec::new());
    let says = |task: &Task, passwords: &[String]| {
        let Job::Verify { anchor, .. } = &task.job else {
            panic!("only looked at");
        };
        asked
            .lock()
            .unwrap()
            .push((anchor.is_some(), passwords.len()));
        honest(task, passwords)
    };
    let mut answers = Vec::new();
    for name in [CORP, NOBODY] {
        let mut of_this = Vec::new();
        for i in 0..9 {
            let wrong = format!("wrong {i}");
            let tried = app.sign_in_with(name, &wrong);
            of_this.push(code_of(app.answered(&agent, says, tried).await));
        }
        of_this.push(code_of(app.sign_in_with(name, "").await));
        answers.push(of_this);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0][0], "directory-credentials");
    assert_eq!(answers[0][8], "locked-out");
    let asked = asked.into_inner().unwrap();
    assert_eq!(
        asked.iter().filter(|a| a.0).count(),
        asked.len() / 2,
        "as often"
    );
    assert!(asked.iter().all(|a| a.1 == 1));
}

// case: OT-15
async fn nobody_locks_an_account_of_the_directory_from_outside(app: &TestApp) {
    let (mut agent, _) = corp(app).await;
    let bad = Mutex::new(0);
    let says = |task: &Task, passwords: &[String]| {
        let outcome = honest(task, passwords);
        if outcome == Outcome::Done {
            *bad.lock().unwrap() = 0;
        } else {
            *bad.lock().unwrap() += 1;
        }
        outcome
    };
    for i in 0..20 {
        let wrong = format!("guess {i}");
        code_of(
            app.answered(&agent, says, app.sign_in_with(CORP, &wrong))
                .await,
        );
    }
    assert_eq!(
        *bad.lock().unwrap(),
        2,
        "half of half of six: the rest is the owner's"
    );
    let locked = refused(app.sign_in_with(CORP, OLD).await);
    assert_eq!(
        locked.code(),
        "locked-out",
        "asked no more, not even for the right one"
    );
    later(app, &mut agent).await;
    app.answered(&agent, says, app.sign_in_with(CORP, OLD))
        .await
        .unwrap();
    // The directory has forgotten with the right one, and so has the service.
    for i in 0..3 {
        let wrong = format!("another {i}");
        code_of(
            app.answered(&agent, says, app.sign_in_with(CORP, &wrong))
                .await,
        );
    }
    assert_eq!(*bad.lock().unwrap(), 2);
}

// case: AD-11, EN-02
#[tokio::test]
async fn ad_11_a_right_password_is_told_what_stands_in_the_way_and_a_wrong_one_is_not() {
    let app = TestApp::new().await;
    let (mut agent, _) = corp(&app).await;
    let told = [
        (Denial::Disabled, Told::Disabled),
        (Denial::AccountExpired, Told::AccountExpired),
        (Denial::LogonHours, Told::NotNow),
        (Denial::Workstation, Told::NotNow),
    ];
    for (why, told) in told {
        let tried = app
            .answered(&agent, |_, _| no(why), app.sign_in_with(CORP, OLD))
            .await;
        assert_eq!(refused(tried), Refusal::Directory(told));
        later(&app, &mut agent).await;
    }
    // A directory says "locked" to wrong passwords as well, and so it proves nothing.
    for why in [
        Denial::Locked,
        Denial::SmartCard,
        Denial::NotFound,
        Denial::WrongPassword,
    ] {
        let tried = app
            .answered(&agent, |_, _| no(why), app.sign_in_with(CORP, OLD))
            .await;
        assert_eq!(refused(tried), Refusal::DirectoryCredentials, "{why:?}");
        later(&app, &mut agent).await;
    }
    let noted = reasons(&app, "Sign-in").await;
    assert!(
        noted.contains(&"directory-locked".to_owned()),
        "administrators see it: {noted:?}"
    );
}

// case: AD-11
#[tokio::test]
async fn a_right_password_that_must_be_changed_leads_on_to_the_change() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let says = |task: &Task, passwords: &[String]| match &task.job {
        Job::Verify { .. } => no(Denial::MustChange),
        Job::Reset {
            enforce_policy,
            must_change,
            ..
        } => {
            assert_eq!((*enforce_policy, *must_change), (true, false));
            if passwords[0] == GOOD {
                Outcome::Done
            } else {
                no(Denial::History)
            }
        }
        other => panic!("{}", other.name()),
    };
    let signed_in = app
        .answered(&agent, says, app.sign_in_with(CORP, OLD))
        .await;
    let signed_in = signed_in.unwrap();
    assert_eq!(signed_in.must_change, Some(ChangeReason::Temporary));
    let me = app.by_token(&signed_in.token).await.unwrap();
    assert_eq!(me.session.stage, Stage::MustChangePassword);
    let ctx = app.ctx();
    let again = app.twice("Used-before-canary-3");
    let refusal = app
        .answered(&agent, says, app.change_required_password(&ctx, &me, again))
        .await;
    assert_eq!(refused(refusal), Refusal::Directory(Told::History(24)));
    let good = app.twice(GOOD);
    let token = app
        .answered(&agent, says, app.change_required_password(&ctx, &me, good))
        .await;
    let token = app.plant(token.unwrap());
    let me = app.by_token(&token).await.unwrap();
    assert_eq!(me.session.stage, Stage::Full);
    assert!(app.by_token(&signed_in.token).await.is_none());
    app.ignore_messages().await;
}

// case: AG-22, RL-01
#[tokio::test]
async fn without_an_agent_names_of_the_directory_are_told_and_nothing_is_counted() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    app.user("carla").await;
    app.advance(minutes(10));
    for _ in 0..15 {
        for name in [CORP, NOBODY] {
            assert_eq!(code_of(app.sign_in_with(name, OLD).await), "directory-away");
        }
    }
    app.sign_in_as("carla").await.unwrap();
    agent.ask(&app).await.unwrap();
    app.answered(&agent, honest, app.sign_in_with(CORP, OLD))
        .await
        .unwrap();
    // A domain controller that is away costs nobody a try either.
    let lost = |_: &Task, _: &[String]| Outcome::Unreachable {
        message: "no route".into(),
    };
    for i in 0..15 {
        let word = format!("guess {i}");
        let tried = app
            .answered(&agent, lost, app.sign_in_with(CORP, &word))
            .await;
        assert_eq!(code_of(tried), "directory-away");
    }
    app.answered(&agent, honest, app.sign_in_with(CORP, OLD))
        .await
        .unwrap();
}

// case: S71
#[tokio::test]
async fn s71_an_empty_password_reaches_no_directory() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    for empty in ["", "\0", "x\0y"] {
        assert_eq!(
            code_of(app.sign_in_with(CORP, empty).await),
            "directory-credentials"
        );
    }
    let me = app.session_of(ada).await;
    let old = keyward_core::secret::Secret::new(String::new());
    let changed = app
        .change_password(&app.ctx(), &me, old, app.twice(GOOD))
        .await;
    assert_eq!(code_of(changed), "current-password-wrong");
    assert_eq!(agent.tasks(&app).await.len(), 0);
}

// case: EN-03
#[tokio::test]
async fn en_03_the_policy_of_a_name_that_nobody_has_is_always_the_same() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let strict = [
        TestApp::directory_policy(None, 6),
        TestApp::directory_policy(Some("strict"), 2),
    ];
    app.directory_policies(&strict).await;
    let mut tries = Vec::new();
    for n in 0..40 {
        let name = format!("nobody{n}@corp.contoso.example");
        let mut asked = 0;
        loop {
            let wrong = format!("wrong {asked}");
            let tried = app
                .answered(&agent, honest, app.sign_in_with(&name, &wrong))
                .await;
            if code_of(tried) == "locked-out" {
                break;
            }
            asked += 1;
        }
        tries.push(asked);
    }
    assert!(
        tries.contains(&2) && tries.contains(&1),
        "like people: {tries:?}"
    );
}

// case: P-14
#[tokio::test]
async fn p_14_whoever_has_a_known_password_in_a_directory_is_advised_and_let_in() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    app.outside.breach(OLD);
    app.outside.breach("Wrong-but-known-1");
    let says = |_: &Task, passwords: &[String]| {
        if passwords[0] == OLD {
            Outcome::Done
        } else {
            no(Denial::WrongPassword)
        }
    };
    let wrong = app.sign_in_with(CORP, "Wrong-but-known-1");
    assert!(app.answered(&agent, says, wrong).await.is_err());
    let signed_in = app
        .answered(&agent, says, app.sign_in_with(CORP, OLD))
        .await;
    let signed_in = signed_in.unwrap();
    assert_eq!((signed_in.must_change, signed_in.breached), (None, true));
    let me = app.by_token(&signed_in.token).await.unwrap();
    assert_eq!(me.session.stage, Stage::Full);
    // Nothing about their password is stored here.
    assert_eq!(me.user.password_found_at, None);
    app.ignore_messages().await;
}
