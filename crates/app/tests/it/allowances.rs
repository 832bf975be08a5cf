//! An agent works beside the directories that it was let in for, whatever it says later.

use crate::agents::told;
use crate::help::{code_of, refused};
use keyward_app::operations::{Request, Wanted};
use keyward_app::sync::Beside;
use keyward_app::testing::{TestAgent, TestApp};
use keyward_core::audit::Activity;
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_wire::sync::{Mode, StartRun};
use uuid::Uuid;

on_both_engines!(an_agent_cant_widen_what_it_was_let_in_for);

const OTHER: Uuid = Uuid::from_u128(0xd5);

/// An agent that says it stands beside these directories, one after the other.
fn beside(mut agent: TestAgent, directories: &[Uuid]) -> TestAgent {
    let one = TestAgent::new(1).health.directories.remove(0);
    agent.health.directories.clear();
    for id in directories {
        let mut one = one.clone();
        one.directory = *id;
        one.name = format!("{id}");
        agent.health.directories.push(one);
    }
    agent
}

async fn syncs(app: &TestApp, agent: &TestAgent, directory: Uuid) -> String {
    let who = Beside {
        tenant: agent.tenant(),
        agent: agent.id().0,
        host: agent.host.clone(),
    };
    let start = StartRun {
        directory,
        mode: Mode::Full,
        preview: true,
        policies: vec![],
    };
    let started = app.start_run(&app.ctx(), &who, &start).await.unwrap();
    started.map_or_else(|t| t.code, |_| "ok".into())
}

async fn asked_there(app: &TestApp, directory: Uuid) -> &'static str {
    let mut tx = app.db.write(app.tenant).await.unwrap();
    let request = Request {
        directory: DirectoryId(directory),
        task: Wanted::Examine { anchor: OTHER },
    };
    let asked = app.ask_directory(&mut tx, &app.ctx(), request).await;
    tx.commit().await.unwrap();
    code_of(asked)
}

async fn an_agent_cant_widen_what_it_was_let_in_for(app: &TestApp) {
    let boss = app.admin(Role::GlobalAdministrator).await;
    let here = TestApp::directory().0;
    let one = app.agent(1).await;
    app.ignore_messages().await;
    let one = beside(one, &[here, OTHER]);
    one.ask(app).await.unwrap();
    let mail = app.mail_to(boss.user.upn.as_str()).await;
    assert!(mail.subject.contains(&one.host) && mail.text.contains(&OTHER.to_string()));
    app.ignore_messages().await;
    one.ask(app).await.unwrap();
    app.expect_no_messages().await;
    assert_eq!(asked_there(app, here).await, "ok");
    assert_eq!(asked_there(app, OTHER).await, "directory-away");
    assert_eq!(syncs(app, &one, OTHER).await, "not-allowed");
    let all = app.connected(&boss).await.unwrap();
    assert_eq!((all.directories.len(), all.besides.len()), (1, 1));

    // One who may only look doesn't decide, and what nobody asked for can't be allowed.
    let reader = app.admin(Role::GlobalReader).await;
    let allow = async |me, directory| {
        let directory = DirectoryId(directory);
        app.allow_directory(&app.ctx(), me, one.id(), directory)
            .await
    };
    assert_eq!(refused(allow(&reader, OTHER).await), Refusal::NotAllowed);
    assert_eq!(
        refused(allow(&boss, Uuid::from_u128(77)).await),
        Refusal::NotFound
    );
    allow(&boss, OTHER).await.unwrap();
    assert_eq!(refused(allow(&boss, OTHER).await), Refusal::NotFound);
    one.ask(app).await.unwrap();
    assert_eq!(asked_there(app, OTHER).await, "ok");
    assert_eq!(syncs(app, &one, OTHER).await, "ok");

    // One that named nothing may be the first of a new directory, and nothing else: else it would be given the
    // passwords of a directory that it has nothing to do with.
    let two = app.let_in(&boss, beside(TestAgent::new(2), &[])).await;
    let new = Uuid::from_u128(0xd9);
    let mut two = beside(two, &[here]);
    two.open(app).await.unwrap();
    two.ask(app).await.unwrap();
    app.asks_for_reset(OTHER, "canary for one").await;
    assert!(two.tasks(app).await.is_empty());
    let two = beside(two, &[here, new]);
    two.ask(app).await.unwrap();
    assert_eq!(asked_there(app, new).await, "directory-away");
    let three = app.let_in(&boss, beside(TestAgent::new(3), &[])).await;
    let mut three = beside(three, &[new, Uuid::from_u128(0xda)]);
    three.open(app).await.unwrap();
    three.ask(app).await.unwrap();
    assert_eq!(asked_there(app, new).await, "ok");
    assert_eq!(
        asked_there(app, Uuid::from_u128(0xda)).await,
        "directory-away"
    );
    let events = app.events().await;
    let count = |activity| events.iter().filter(|e| e.activity == activity).count();
    assert_eq!(count(Activity::AgentAsksForDirectory), 4);
    app.ignore_messages().await;
}

#[tokio::test]
async fn what_an_agent_names_is_seen_before_it_is_let_in() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    let agent = beside(TestAgent::new(1), &[TestApp::directory().0, OTHER]);
    let started = app.enrol(&agent).await;
    let seen = app
        .waiting_agent(&app.ctx(), &boss, &started.user_code)
        .await
        .unwrap();
    let names: Vec<_> = seen.directories.iter().map(|d| d.id).collect();
    assert_eq!(names, [TestApp::directory().0, OTHER]);
    // Within bounds.
    let many: Vec<_> = (0..17).map(Uuid::from_u128).collect();
    let request = beside(TestAgent::new(2), &many).request();
    let refused = app.start_enrolment(&app.ctx(), &request).await;
    assert_eq!(told(refused), keyward_wire::code::MALFORMED);
}
