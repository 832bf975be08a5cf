//! Administrators hear when nobody answers for a directory, when somebody does again, and when a key can't be rolled.

use crate::help::at_once;
use keyward_app::testing::{TestAgent, TestApp};
use keyward_core::audit::Activity;
use keyward_core::role::Role;
use keyward_core::time::{minutes, seconds};

on_both_engines!(ag_22_a_directory_that_is_away_for_long_is_told_once_and_so_is_its_return);

/// The subjects of the mails that have left since the last look.
async fn subjects(app: &TestApp) -> Vec<String> {
    app.mails().await.into_iter().map(|m| m.subject).collect()
}

async fn count(app: &TestApp, activity: Activity) -> usize {
    let events = app.events().await;
    events.iter().filter(|e| e.activity == activity).count()
}

// case: AG-22
async fn ag_22_a_directory_that_is_away_for_long_is_told_once_and_so_is_its_return(app: &TestApp) {
    let mut agent = app.agent(1).await;
    app.admin(Role::GlobalAdministrator).await;
    // Reads all of it, and may do nothing about it.
    app.admin(Role::GlobalReader).await;
    app.ignore_messages().await;
    let look = async || {
        let all = at_once(app, 4, |node, _| {
            let tenant = app.tenant;
            async move { node.watch_directories(tenant).await }
        });
        for looked in all.await {
            // On SQLite two writers may meet.
            assert!(looked.is_ok() || format!("{looked:?}").contains("Unavailable"));
        }
        app.watch_directories(app.tenant).await.unwrap();
        subjects(app).await
    };
    let away = ["Nobody answers for corp.contoso.example"];
    let back = ["corp.contoso.example answers again"];
    assert!(look().await.is_empty());

    // A short absence is nobody's business.
    app.advance(seconds(91));
    assert!(look().await.is_empty());
    app.advance(minutes(5));
    agent.ask(app).await.unwrap();
    assert!(look().await.is_empty());

    // Not heard.
    app.advance(seconds(91));
    assert!(look().await.is_empty());
    app.advance(minutes(15).saturating_sub(seconds(1)));
    assert!(look().await.is_empty());
    app.advance(seconds(1));
    assert_eq!(look().await, away);
    app.advance(minutes(60));
    assert!(look().await.is_empty(), "once");
    agent.open(app).await.unwrap();
    agent.ask(app).await.unwrap();
    assert_eq!(look().await, back);
    assert!(look().await.is_empty(), "once");

    // Heard, and the directory doesn't answer it.
    agent.health.directories[0].reachable = false;
    for minute in 0..=16 {
        agent.ask(app).await.unwrap();
        let told = look().await;
        assert_eq!(told.is_empty(), minute != 15, "{minute}: {told:?}");
        app.advance(minutes(1));
    }
    agent.health.directories[0].reachable = true;
    agent.ask(app).await.unwrap();
    assert_eq!(look().await, back);

    // Whoever shuts the last agent out needs no mail about it.
    app.advance(seconds(91));
    assert!(look().await.is_empty());
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.revoke_agent(agent.id(), "ada", app.now()).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(minutes(60));
    assert!(look().await.is_empty());
    assert_eq!(count(app, Activity::DirectoryAway).await, 2);
    assert_eq!(count(app, Activity::DirectoryBack).await, 2);
}

#[tokio::test]
async fn a_key_that_cant_be_rolled_is_told_once_until_it_is() {
    let app = TestApp::new().await;
    let mut agent: TestAgent = app.agent(1).await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    app.ignore_messages().await;
    for _ in 0..2 {
        agent.health.key_stuck = Some("No space left on device".into());
        agent.ask(&app).await.unwrap();
        let mail = app.mail_to(boss.user.upn.as_str()).await;
        assert!(mail.subject.contains("can't change its key"));
        assert!(mail.text.contains("No space left on device"));
        app.ignore_messages().await;
        agent.ask(&app).await.unwrap();
        app.expect_no_messages().await;
        agent.health.key_stuck = None;
        app.advance(seconds(1));
        agent.roll(&app).await.unwrap();
        agent.ask(&app).await.unwrap();
        app.ignore_messages().await;
    }
    assert_eq!(count(&app, Activity::AgentKeyStuck).await, 2);
}
