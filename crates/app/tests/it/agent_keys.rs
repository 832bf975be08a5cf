//! The keys of agents: used in two places, after a restore, and rolled.

use crate::agents::told;
use crate::help::at_once;
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::role::Role;
use keyward_core::time::{days, seconds};
use keyward_wire::code;
use keyward_wire::seal::Sealing;

on_both_engines!(ag_11_keys_in_two_places_are_told_of);

// case: AG-11
async fn ag_11_keys_in_two_places_are_told_of(app: &TestApp) {
    let mut agent = app.agent(1).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.ignore_messages().await;
    let first = agent.token.clone();
    agent.open(app).await.unwrap();
    // What was under way comes to its end.
    let old = app.agent_caller(&app.ctx(), &first).await;
    assert!(old.is_ok());
    app.advance(seconds(59));
    assert!(app.agent_caller(&app.ctx(), &first).await.is_ok());
    app.expect_no_messages().await;
    app.advance(seconds(1));
    let told_of = at_once(app, 4, |node, _| {
        let (ctx, first) = (app.ctx(), first.clone());
        async move { told(node.agent_caller(&ctx, &first).await) }
    })
    .await;
    assert_eq!(told_of, [code::SESSION; 4]);
    assert!(agent.caller(app).await.is_ok(), "the newest one works");
    let mail = app.mail_to(boss.user.upn.as_str()).await;
    assert!(
        mail.subject
            .starts_with("The keys of an agent are used in two places"),
        "{}",
        mail.subject
    );
    let seen = app.connected(&boss).await.unwrap();
    assert!(seen.agents[0].doubled_at.is_some());
    let events = app.events().await;
    assert_eq!(
        events
            .iter()
            .filter(|e| e.activity == Activity::AgentInTwoPlaces)
            .count(),
        1
    );
    app.ignore_messages().await;
    app.advance(days(1));
    assert_eq!(
        told(agent.caller(app).await),
        code::SESSION,
        "a session has an end"
    );
    app.expect_no_messages().await;
}

// case: TR-19
#[tokio::test]
async fn a_restore_ends_the_sessions_and_keeps_the_agents() {
    let app = TestApp::new().await;
    let mut agent = app.agent(1).await;
    let restored = app.node(1).await;
    assert_eq!(
        told(restored.agent_caller(&app.ctx(), &agent.token).await),
        code::SESSION
    );
    let pinned = agent.approval.clone().unwrap().service_key;
    assert_eq!(restored.keys.task_key(app.tenant).public(), pinned);
    agent.open(&app).await.unwrap();
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_key_is_rolled_by_the_agent_itself_and_told() {
    let app = TestApp::new().await;
    let mut agent = app.agent(1).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.ignore_messages().await;
    let caller = agent.caller(&app).await.unwrap();
    let new = Sealing::from_seed(&[42; 32]);
    let right = agent.roll_request(&new);
    let mut other = right.clone();
    other.sealing_key = Sealing::from_seed(&[43; 32]).public();
    assert_eq!(
        told(app.roll_agent_key(&app.ctx(), &caller, &other).await),
        code::MALFORMED
    );
    app.expect_no_messages().await;
    let old = app
        .asks_for_reset(uuid::Uuid::from_u128(1), "canary to the old key")
        .await;
    app.advance(seconds(1));
    agent.roll(&app).await.unwrap();
    let mail = app.mail_to(boss.user.upn.as_str()).await;
    assert!(
        mail.subject.starts_with("An agent has a new key"),
        "{}",
        mail.subject
    );
    app.ignore_messages().await;
    app.asks_for_reset(uuid::Uuid::from_u128(2), "canary to the new key")
        .await;
    let tasks = agent.tasks(&app).await;
    let (before, after) = tasks.split_at(1);
    assert_eq!(before[0].operation, old.0);
    assert_eq!(agent.passwords(&after[0]), ["canary to the new key"]);
    // The answer was lost and it asks again: nothing is told twice.
    let caller = agent.caller(&app).await.unwrap();
    let again = agent.roll_request(&agent.sealing);
    app.roll_agent_key(&app.ctx(), &caller, &again)
        .await
        .unwrap();
    app.expect_no_messages().await;
    let rolled: Vec<_> = app.events().await;
    let rolled: Vec<_> = rolled
        .iter()
        .filter(|e| e.activity == Activity::AgentKeyRolled)
        .collect();
    assert_eq!(rolled.len(), 1);
    assert_eq!(rolled[0].changes[0].property, "fingerprint");
}
