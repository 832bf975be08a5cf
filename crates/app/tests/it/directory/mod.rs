//! People whose passwords live in a directory, with an agent that says what each test wants said.

mod change;
mod doctor;
mod reset;
mod signin;

use crate::help::{MAIL, PHONE};
use keyward_app::testing::{Engine, Options, TestAgent, TestApp};
use keyward_core::ids::UserId;
use keyward_core::policy::{Gates, Scope};
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Outcome, PasswordPolicy};
use std::time::Duration;
use uuid::Uuid;

pub(super) const CORP: &str = "ada@corp.contoso.example";
pub(super) const NOBODY: &str = "nobody@corp.contoso.example";
pub(super) const OLD: &str = "Canary-of-the-old-1";
pub(super) const GOOD: &str = "A-brand-new-canary-2";
pub(super) const ANCHOR: Uuid = Uuid::from_u128(0xada);

/// On an engine, with pages that give up at once: the test answers when it wants.
pub(super) async fn impatient(engine: Engine) -> TestApp {
    let mut options = Options {
        engine,
        ..Options::default()
    };
    options.settings.directory_patience = Duration::ZERO;
    TestApp::build(options).await
}

/// An agent, Ada in the directory with a phone and a mailbox, and reset for everybody with one method.
pub(super) async fn corp(app: &TestApp) -> (TestAgent, UserId) {
    let agent = app.agent(1).await;
    app.ignore_messages().await;
    app.directory_policies(&[TestApp::directory_policy(None, 6)])
        .await;
    let ada = app.directory_person(CORP, ANCHOR, false).await;
    app.register_phone(ada, PHONE).await;
    app.register_mail(ada, MAIL).await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    for secret in [OLD, GOOD] {
        app.plant(secret);
    }
    (agent, ada)
}

/// A directory in which [`OLD`] is right.
pub(super) fn honest(task: &Task, passwords: &[String]) -> Outcome {
    match &task.job {
        Job::Verify { anchor, .. } if *anchor != Some(ANCHOR) => no(Denial::NotFound),
        Job::Verify { .. } | Job::Change { .. } if passwords[0] != OLD => no(Denial::WrongPassword),
        _ => Outcome::Done,
    }
}

pub(super) fn no(why: Denial) -> Outcome {
    Outcome::Refused {
        refusal: why,
        code: Some("0000052D".into()),
        policy: Some(PasswordPolicy {
            min_length: 12,
            complexity: true,
            history: 24,
            min_age_s: 86_400,
            ..PasswordPolicy::default()
        }),
    }
}

/// Everything that is said about passwords of this user, by code.
pub(super) async fn reasons(app: &TestApp, activity: &str) -> Vec<String> {
    let events = app.events().await.into_iter();
    let events = events.filter(|e| e.activity.name() == activity);
    events
        .map(|e| match e.outcome {
            keyward_core::audit::Outcome::Success => "success".to_owned(),
            keyward_core::audit::Outcome::Failure(why) => why,
        })
        .collect()
}
