//! Changing a password in a directory, and what administrators do to one.

use super::{ANCHOR, CORP, GOOD, OLD, corp, honest, impatient, no, reasons};
use crate::help::{code_of, refused};
use keyward_app::testing::{Engine, TestApp};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::writeback::{Ending, Told};
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Outcome};
use uuid::Uuid;

on_both_engines!(a_password_is_changed_by_the_users_own_right);

fn old(text: &str) -> Secret {
    Secret::new(text.into())
}

// case: ST-20, P-09
async fn a_password_is_changed_by_the_users_own_right(app: &TestApp) {
    let (agent, ada) = corp(app).await;
    let me = app.session_of(ada).await;
    let other = app.session_token(app.tenant, ada).await;
    let ctx = app.ctx();
    let change = async |word: &str| {
        let act = app.change_password(&ctx, &me, old(word), app.twice(GOOD));
        app.answered(&agent, honest, act).await
    };
    assert_eq!(code_of(change("wrong one").await), "current-password-wrong");
    let says = |task: &Task, passwords: &[String]| {
        assert!(matches!(task.job, Job::Change { anchor, .. } if anchor == ANCHOR));
        assert_eq!(passwords, [OLD, GOOD]);
        Outcome::Done
    };
    let act = app.change_password(&ctx, &me, old(OLD), app.twice(GOOD));
    app.answered(&agent, says, act).await.unwrap();
    assert!(app.by_token(&other).await.is_none(), "the others end");
    app.again(&me).await;
    let noted = reasons(app, "Change password (self-service)").await;
    assert_eq!(noted, ["directory-wrong-password", "success"]);
    let subjects: Vec<_> = app.mails().await.into_iter().map(|m| m.subject).collect();
    assert_eq!(subjects, ["Your password was changed"]);
    app.ignore_messages().await;
}

// case: ST-20
#[tokio::test]
async fn st_20_wrong_old_passwords_are_guesses_that_the_directory_counts_too() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let me = app.session_of(ada).await;
    let mut told = Vec::new();
    for i in 0..5 {
        let (ctx, word) = (app.ctx(), format!("guess {i}"));
        let act = app.change_password(&ctx, &me, old(&word), app.twice(GOOD));
        told.push(code_of(app.answered(&agent, honest, act).await));
    }
    let wrong = "current-password-wrong";
    assert_eq!(
        told,
        [wrong, wrong, "locked-out", "locked-out", "locked-out"]
    );
    assert_eq!(
        code_of(app.sign_in_with(CORP, OLD).await),
        "locked-out",
        "one reserve"
    );
}

#[tokio::test]
async fn an_old_password_that_was_right_costs_no_try() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let me = app.session_of(ada).await;
    for _ in 0..12 {
        let ctx = app.ctx();
        let act = app.change_password(&ctx, &me, old(OLD), app.twice(GOOD));
        let refusal = refused(app.answered(&agent, |_, _| no(Denial::History), act).await);
        assert_eq!(refusal, Refusal::Directory(Told::History(24)));
        app.advance(keyward_core::time::seconds(1));
    }
}

// case: WB-08
#[tokio::test]
async fn wb_08_a_change_that_takes_long_is_looked_after() {
    let app = impatient(Engine::Sqlite).await;
    let (agent, ada) = corp(&app).await;
    let me = app.session_of(ada).await;
    assert_eq!(code_of(app.my_change(&me).await), "not-offered");
    let ctx = app.ctx();
    let act = app.change_password(&ctx, &me, old(OLD), app.twice(GOOD));
    assert_eq!(code_of(act.await), "writeback-pending");
    assert_eq!(app.my_change(&me).await.unwrap(), None);
    agent.serve(&app, honest).await;
    assert_eq!(app.my_change(&me).await.unwrap(), Some(Ending::Done));
    app.ignore_messages().await;
}

// case: F-14, AZ-01, AD-01
#[tokio::test]
async fn an_administrator_sets_a_temporary_password_in_the_directory() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let boss = app.admin(Role::HelpdeskAdministrator).await;
    let session = app.session_token(app.tenant, ada).await;
    let ctx = app.ctx();
    let refusal = app
        .answered(
            &agent,
            |_, _| no(Denial::NoRight),
            app.reset_password_of(&ctx, &boss, ada),
        )
        .await;
    assert_eq!(refused(refusal), Refusal::Directory(Told::Trouble));
    app.advance(keyward_core::time::seconds(1));
    let ctx = app.ctx();
    let given = std::sync::Mutex::new(String::new());
    let says = |task: &Task, passwords: &[String]| {
        let Job::Reset {
            enforce_policy,
            must_change,
            ..
        } = task.job
        else {
            panic!("a reset");
        };
        assert_eq!((enforce_policy, must_change), (false, true));
        given.lock().unwrap().clone_from(&passwords[0]);
        Outcome::Done
    };
    let password = app
        .answered(&agent, says, app.reset_password_of(&ctx, &boss, ada))
        .await;
    let password = password.unwrap();
    app.plant(password.expose());
    assert_eq!(*given.lock().unwrap(), password.expose());
    assert!(app.by_token(&session).await.is_none());
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert!(tx.user(ada).await.unwrap().unwrap().must_change_password);
    drop(tx);
    assert_eq!(
        reasons(&app, "Reset password (by admin)").await,
        ["directory-no-right", "success"]
    );
    let by = app.events().await.into_iter();
    let mut by = by.filter(|e| e.activity.name() == "Reset password (by admin)");
    let name = boss.user.upn.to_string();
    assert!(by.all(
        |e| matches!(&e.actor, keyward_core::audit::Actor::User { name: n, .. } if *n == name)
    ));
    let vip = app
        .directory_person("vip@corp.contoso.example", Uuid::from_u128(9), true)
        .await;
    let vip = app.reset_password_of(&ctx, &boss, vip).await;
    assert_eq!(refused(vip), Refusal::Directory(Told::Protected));
    app.ignore_messages().await;
    assert!(!app.dump().await.contains(password.expose()));
}

#[tokio::test]
async fn an_administrator_unlocks_both_sides_and_is_told_if_one_is_away() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let boss = app.admin(Role::HelpdeskAdministrator).await;
    let ctx = app.ctx();
    let says = |task: &Task, _: &[String]| {
        assert_eq!(task.job.name(), "unlock");
        Outcome::Done
    };
    app.answered(&agent, says, app.unlock_user(&ctx, &boss, ada, false))
        .await
        .unwrap();
    app.advance(keyward_core::time::minutes(10));
    let boss = app.session_of(boss.user.id).await;
    let unlocked = app.unlock_user(&app.ctx(), &boss, ada, false).await;
    assert_eq!(code_of(unlocked), "directory-away");
    app.ignore_messages().await;
}
