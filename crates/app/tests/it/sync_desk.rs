//! Synchronising on demand.

use crate::help::code_of;
use keyward_app::sync::{How, SyncAnswer};
use keyward_app::testing::{Options, TestApp};
use keyward_core::ids::DirectoryId;
use keyward_core::role::Role;
use keyward_core::time::minutes;
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Outcome};
use std::time::Duration;
use uuid::Uuid;

#[tokio::test]
async fn an_agent_begins_when_an_administrator_says_so() {
    let app = TestApp::new().await;
    let agent = app.agent(1).await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    for (how, expected) in [
        (How::Changes, (false, false)),
        (How::Full, (true, false)),
        (How::Preview, (true, true)),
    ] {
        let says = |task: &Task, _: &[String]| {
            let Job::Sync { full, preview } = task.job else {
                panic!("{:?}", task.job);
            };
            assert_eq!((full, preview), expected);
            Outcome::Started
        };
        let ctx = app.ctx();
        let asked = app.synchronise(&ctx, &boss, TestApp::directory(), how);
        let answer = app.answered(&agent, says, asked).await.unwrap();
        assert_eq!(answer, SyncAnswer::Begun);
    }
    let no = |_: &Task, _: &[String]| Outcome::refused(Denial::SwitchedOff);
    let ctx = app.ctx();
    let asked = app.synchronise(&ctx, &boss, TestApp::directory(), How::Changes);
    assert_eq!(
        app.answered(&agent, no, asked).await.unwrap(),
        SyncAnswer::Refused
    );
    let events = app.events().await.into_iter();
    let details = events.filter(|e| e.activity.name() == "Request directory synchronization");
    let mut details: Vec<_> = details.filter_map(|e| e.detail).collect();
    details.sort();
    assert_eq!(details, ["changes", "changes", "full", "preview"]);
    app.ignore_messages().await;
}

// case: AZ-01, ID-01
#[tokio::test]
async fn nobody_else_may_and_nothing_is_asked_where_nobody_could_answer() {
    let mut options = Options::default();
    options.settings.directory_patience = Duration::ZERO;
    let app = TestApp::build(options).await;
    let agent = app.agent(1).await;
    let ctx = app.ctx();
    let directory = TestApp::directory();
    let mut boss = None;
    for role in Role::ALL {
        let me = app.admin(role).await;
        let asked = app.synchronise(&ctx, &me, directory, How::Changes).await;
        if matches!(
            role,
            Role::GlobalAdministrator | Role::HybridIdentityAdministrator
        ) {
            assert_eq!(asked.unwrap(), SyncAnswer::None, "{role}");
        } else {
            assert_eq!(code_of(asked), "not-allowed", "{role}");
        }
        if role == Role::GlobalAdministrator {
            boss = Some(me);
        }
    }
    assert_eq!(agent.serve(&app, |_, _| Outcome::Started).await, 2);
    let boss = boss.unwrap();
    let unknown = DirectoryId(Uuid::from_u128(7));
    let asked = app.synchronise(&ctx, &boss, unknown, How::Full).await;
    assert_eq!(code_of(asked), "not-found");
    app.advance(minutes(2));
    let ctx = app.ctx();
    let asked = app.synchronise(&ctx, &boss, directory, How::Full).await;
    assert_eq!(code_of(asked), "directory-away");
    let last = app.events().await.into_iter().next().unwrap();
    assert_eq!(last.activity.name(), "Request directory synchronization");
    app.ignore_messages().await;
}
