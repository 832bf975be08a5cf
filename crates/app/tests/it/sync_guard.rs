//! Deletions that are asked about first, runs that break off, agents that get in each other's way.

use crate::help::{code_of, refused};
use keyward_app::operations::Wanted;
use keyward_app::sync::Beside;
use keyward_app::testing::sync::{DIRECTORY, batch, person, team, whole};
use keyward_app::testing::{TestAgent, TestApp};
use keyward_core::audit::Activity;
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::{hours, minutes, seconds};
use keyward_store::sync::RunState;
use keyward_wire::sync::{Batch, EndRun, Mode, StartRun, UserRecord};
use uuid::Uuid;

on_both_engines!(
    ag_21_of_two_agents_one_keeps_a_directory_until_it_is_gone,
    s81_an_empty_answer_deletes_nobody_until_somebody_says_so,
    what_waits_and_returns_is_forgotten_and_what_is_kept_is_asked_again,
);

fn people(numbers: impl IntoIterator<Item = u128>) -> Vec<UserRecord> {
    let numbers = numbers.into_iter();
    numbers.map(|n| person(n, &format!("u{n}"))).collect()
}

async fn live(app: &TestApp) -> i64 {
    let mut tx = app.db.read(app.tenant).await.unwrap();
    tx.count_anchored(DirectoryId(DIRECTORY)).await.unwrap()
}

// case: S81
async fn s81_an_empty_answer_deletes_nobody_until_somebody_says_so(app: &TestApp) {
    let admin = app.admin(Role::HybridIdentityAdministrator).await;
    app.sync_users(&people(1..=30)).await;
    let first = app.anchored_user(1).await.unwrap();
    let token = app.session_token(app.tenant, first).await;
    let ended = app.sync_users(&[]).await;
    assert_eq!(
        (ended.counts.deleted, ended.held, live(app).await),
        (0, 30, 30)
    );
    let runs = app.sync_runs(&admin, None, 9).await.unwrap();
    assert!(runs.iter().any(|r| r.state == RunState::Held));
    assert!(
        app.events()
            .await
            .iter()
            .any(|e| e.activity == Activity::DeletionsHeld)
    );
    let mail = app.mail_to(admin.user.upn.as_str()).await;
    assert!(
        mail.subject.starts_with("30 deletions in "),
        "{}",
        mail.subject
    );
    assert!(mail.text.contains("/admin/connect/deletions"));
    // Everything else goes on: somebody who is disabled meanwhile is blocked.
    let mut disabled = person(1, "u1");
    disabled.enabled = false;
    let ended = app
        .sync(
            Mode::Delta,
            [Batch {
                users: vec![disabled],
                ..batch()
            }],
        )
        .await;
    assert_eq!(ended.counts.updated, 1);
    assert!(app.by_token(&token).await.is_none());
    // That one is there, so it waits no longer.
    let directory = DirectoryId(DIRECTORY);
    let look = app.deletions(&admin, directory, None, 100).await.unwrap();
    assert_eq!(
        (look.pending.sum.count, look.list.len(), look.scope),
        (29, 29, 30)
    );

    let reader = app.admin(Role::GlobalReader).await;
    app.deletions(&reader, directory, None, 9).await.unwrap();
    let ctx = app.ctx();
    let denied = app
        .approve_deletions(&ctx, &reader, directory, &look.mark)
        .await;
    assert_eq!(refused(denied), Refusal::NotAllowed);
    let nosy = app.admin(Role::HelpdeskAdministrator).await;
    assert_eq!(
        code_of(app.deletions(&nosy, directory, None, 9).await),
        "not-allowed"
    );
    let stale = app
        .approve_deletions(&ctx, &admin, directory, "30-30-0")
        .await;
    assert_eq!(refused(stale), Refusal::ChangedMeanwhile);
    let done = app
        .approve_deletions(&ctx, &admin, directory, &look.mark)
        .await;
    assert_eq!(done.unwrap(), (29, 0));
    assert_eq!(live(app).await, 1);
    assert!(app.pending_deletions(&admin).await.unwrap().is_empty());
    let again = app
        .approve_deletions(&ctx, &admin, directory, &look.mark)
        .await;
    assert_eq!(refused(again), Refusal::NotFound);
    // Undone by the directory, within thirty days.
    let ended = app.sync_users(&people(1..=30)).await;
    assert_eq!((ended.counts.added, live(app).await), (29, 30));
}

async fn what_waits_and_returns_is_forgotten_and_what_is_kept_is_asked_again(app: &TestApp) {
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.sync_users(&people(1..=30)).await;
    assert_eq!(app.sync_users(&people(1..=10)).await.held, 20);
    assert_eq!(
        app.sync_users(&people(1..=10)).await.held,
        0,
        "it is asked once"
    );
    app.sync_users(&people(1..=30)).await;
    assert!(app.pending_deletions(&admin).await.unwrap().is_empty());
    app.sync_users(&people(1..=10)).await;
    let directory = DirectoryId(DIRECTORY);
    let look = app.deletions(&admin, directory, None, 9).await.unwrap();
    let kept = app
        .reject_deletions(&app.ctx(), &admin, directory, &look.mark)
        .await;
    assert_eq!((kept.unwrap(), live(app).await), (20, 30));
    app.ignore_messages().await;
    assert_eq!(app.sync_users(&people(1..=10)).await.held, 20);
    let mail = app.mail_to(admin.user.upn.as_str()).await;
    assert!(
        mail.subject.starts_with("20 deletions in "),
        "{}",
        mail.subject
    );
}

// case: S81
#[tokio::test]
async fn s81_many_small_runs_are_one_large_one() {
    let app = TestApp::new().await;
    app.sync_users(&people(1..=100)).await;
    let gone = |n: u128| Batch {
        gone: vec![Uuid::from_u128(n)],
        ..batch()
    };
    let mut held = Vec::new();
    for n in 1..=12 {
        held.push(app.sync(Mode::Delta, [gone(n)]).await.held);
    }
    assert_eq!(held, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    app.advance(hours(2));
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.unhold_all(DirectoryId(DIRECTORY)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.sync(Mode::Delta, [gone(13)]).await.held, 0);
}

// case: S81
#[tokio::test]
async fn s81_a_run_that_breaks_off_deletes_nothing() {
    let app = TestApp::new().await;
    app.sync_users(&people(1..=30)).await;
    let run = app.sync_start(Mode::Full, false).await;
    let some = Batch {
        users: people(1..=29),
        ..batch()
    };
    app.sync_send(run, 1, some).await;
    let ended = app.sync_end(run, false).await;
    assert_eq!(
        (ended.counts.deleted, ended.held, live(&app).await),
        (0, 0, 30)
    );
    // Nor does one that never ends: the next one starts from nothing.
    let run = app.sync_start(Mode::Full, false).await;
    app.sync_send(
        run,
        1,
        Batch {
            users: people(1..=3),
            ..batch()
        },
    )
    .await;
    let next = app.sync_start(Mode::Full, false).await;
    let late = Batch {
        run,
        number: 2,
        users: people(4..=5),
        ..batch()
    };
    let late = app
        .take_batch(&app.ctx(), &app.beside(), &late)
        .await
        .unwrap();
    assert_eq!(late.unwrap_err().code, "run");
    app.sync_send(
        next,
        1,
        Batch {
            users: people(1..=30),
            ..batch()
        },
    )
    .await;
    assert_eq!(app.sync_end(next, true).await.counts.deleted, 0);
    // Two who moved and were named as gone in the same run are there.
    let moved = Batch {
        users: people(1..=1),
        gone: vec![Uuid::from_u128(1)],
        ..batch()
    };
    assert_eq!(app.sync(Mode::Delta, [moved]).await.counts.deleted, 0);
}

// case: AG-16
#[tokio::test]
async fn ag_16_a_directory_restored_from_an_older_copy_takes_nothing_with_it() {
    let app = TestApp::new().await;
    app.sync_users(&people(1..=40)).await;
    let mut newer = people(1..=43);
    newer[4].upn = "renamed@contoso.example".into();
    app.sync_users(&newer).await;
    let young = app.anchored_user(42).await.unwrap();
    app.register_mail(young, "young@home.example").await;
    // As it was before: three are missing, and a name is old again.
    let ended = app.sync_users(&people(1..=40)).await;
    assert_eq!((ended.counts.deleted, ended.counts.updated), (3, 1));
    let ended = app.sync_users(&newer).await;
    assert_eq!((ended.counts.added, ended.counts.errors), (3, 0));
    assert_eq!(app.anchored_user(42).await, Some(young));
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(tx.methods_of(young).await.unwrap().len(), 1);
}

/// An agent as its runs know it.
fn beside(agent: &TestAgent) -> Beside {
    Beside {
        tenant: agent.tenant(),
        agent: agent.id().0,
        host: agent.host.clone(),
    }
}

// case: AG-20, AG-21
async fn ag_21_of_two_agents_one_keeps_a_directory_until_it_is_gone(app: &TestApp) {
    let (one, mut two) = (app.agent(1).await, app.agent(2).await);
    app.ignore_messages().await;
    let begin = async |who: &TestAgent, preview| {
        let start = StartRun {
            directory: DIRECTORY,
            mode: Mode::Delta,
            preview,
            policies: vec![],
        };
        let started = app.start_run(&app.ctx(), &beside(who), &start).await;
        started.unwrap().map(|s| s.run).map_err(|t| t.code)
    };
    let end = async |who: &TestAgent, run| {
        let end = EndRun {
            run,
            complete: true,
            message: None,
        };
        let ended = app.end_run(&app.ctx(), &beside(who), &end).await;
        ended.unwrap().map(drop).map_err(|t| t.code)
    };
    let kept = || Err("kept".to_owned());
    let run = begin(&one, false).await.unwrap();
    assert_eq!(begin(&two, false).await, kept());
    end(&one, run).await.unwrap();
    assert_eq!(begin(&two, false).await, kept(), "between two runs as well");
    let run = begin(&two, true).await.unwrap();
    end(&two, run).await.unwrap();
    // On demand it is the one that is asked.
    let wanted = Wanted::Sync {
        full: false,
        preview: false,
    };
    app.asks_directory(wanted).await.unwrap();
    assert!(two.tasks(app).await.is_empty());
    assert_eq!(one.tasks(app).await.len(), 1);

    // Silent in the middle of a run: another takes over, and what was begun counts for nothing any more.
    let late = begin(&one, false).await.unwrap();
    app.advance(seconds(60));
    two.ask(app).await.unwrap();
    assert_eq!(begin(&two, false).await, kept(), "it may still speak");
    app.advance(seconds(1));
    let run = begin(&two, false).await.unwrap();
    let batch = Batch {
        run: late,
        number: 1,
        users: people(1..=3),
        ..batch()
    };
    let sent = app.take_batch(&app.ctx(), &beside(&one), &batch).await;
    assert_eq!(sent.unwrap().unwrap_err().code, "run");
    assert_eq!(end(&one, late).await, Err("run".to_owned()));
    assert_eq!(live(app).await, 0);
    one.ask(app).await.unwrap();
    assert_eq!(begin(&one, false).await, kept());
    end(&two, run).await.unwrap();

    // The directory doesn't answer it; then it is shut out.
    two.health.directories[0].reachable = false;
    two.ask(app).await.unwrap();
    begin(&one, false).await.unwrap();
    two.health.directories[0].reachable = true;
    two.ask(app).await.unwrap();
    assert_eq!(begin(&two, false).await, kept());
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.revoke_agent(one.id(), "ada", app.now()).await.unwrap();
    tx.commit().await.unwrap();
    begin(&two, false).await.unwrap();
}

#[tokio::test]
async fn one_agent_at_a_time_and_a_dead_one_is_taken_over_from() {
    let app = TestApp::new().await;
    let run = app.sync_start(Mode::Full, false).await;
    let second = Beside {
        agent: Uuid::from_u128(0xa2),
        ..app.beside()
    };
    let start = StartRun {
        directory: DIRECTORY,
        mode: Mode::Full,
        preview: false,
        policies: vec![],
    };
    for directory in [DIRECTORY, Uuid::from_u128(0xd2)] {
        app.lets_work(second.agent, directory).await;
    }
    let begin = async || app.start_run(&app.ctx(), &second, &start).await.unwrap();
    assert_eq!(begin().await.unwrap_err().code, "busy");
    let other = StartRun {
        directory: Uuid::from_u128(0xd2),
        ..start.clone()
    };
    app.start_run(&app.ctx(), &second, &other)
        .await
        .unwrap()
        .unwrap();
    app.advance(minutes(9));
    app.sync_send(
        run,
        1,
        Batch {
            users: people(1..=1),
            ..batch()
        },
    )
    .await;
    app.advance(minutes(9));
    assert_eq!(begin().await.unwrap_err().code, "busy");
    app.advance(minutes(1));
    let started = begin().await.unwrap();
    assert!(started.full_needed);
    let late = Batch {
        run,
        number: 2,
        ..batch()
    };
    let late = app
        .take_batch(&app.ctx(), &app.beside(), &late)
        .await
        .unwrap();
    assert_eq!(late.unwrap_err().code, "run");
    // Nor may the one end the other's run.
    let end = EndRun {
        run: started.run,
        complete: true,
        message: None,
    };
    let ended = app.end_run(&app.ctx(), &app.beside(), &end).await.unwrap();
    assert_eq!(ended.unwrap_err().code, "run");
    let ended = app
        .end_run(&app.ctx(), &second, &end)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (ended.counts.deleted, ended.held),
        (1, 0),
        "the last of a directory may go"
    );
}

// case: ID-01, ID-09, INV-7
#[tokio::test]
async fn id_01_an_agent_reaches_its_own_organisation_only() {
    let app = TestApp::new().await;
    app.sync_users(&people(1..=3)).await;
    let run = app.sync_start(Mode::Full, false).await;
    let tenant = app.organisation("Fabrikam", "fabrikam.example").await;
    let theirs = Beside {
        tenant,
        ..app.beside()
    };
    let sent = Batch {
        run,
        number: 1,
        users: people(1..=1),
        ..batch()
    };
    let sent = app.take_batch(&app.ctx(), &theirs, &sent).await.unwrap();
    assert_eq!(sent.unwrap_err().code, "run");
    // The same directory, the same anchors: other people, and names in other domains.
    let start = StartRun {
        directory: DIRECTORY,
        mode: Mode::Full,
        preview: false,
        policies: vec![],
    };
    let started = app
        .start_run(&app.ctx(), &theirs, &start)
        .await
        .unwrap()
        .unwrap();
    assert!(started.full_needed);
    let mut eve = person(1, "u1");
    let mut list = vec![eve.clone()];
    eve.anchor = Uuid::from_u128(2);
    eve.upn = "eve@fabrikam.example".into();
    list.push(eve);
    let sent = Batch {
        run: started.run,
        number: 1,
        users: list,
        ..batch()
    };
    let reply = app
        .take_batch(&app.ctx(), &theirs, &sent)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(reply.errors[0].code, "unknown-domain");
    let end = EndRun {
        run: started.run,
        complete: true,
        message: None,
    };
    let ended = app
        .end_run(&app.ctx(), &theirs, &end)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (ended.counts.added, ended.counts.deleted, live(&app).await),
        (1, 0, 3)
    );
    let admin = app.admin(Role::GlobalAdministrator).await;
    assert_eq!(app.sync_runs(&admin, None, 9).await.unwrap().len(), 2);
    let look = app
        .sync_run(&admin, keyward_core::ids::RunId(started.run), 0, 9)
        .await;
    assert_eq!(refused(look), Refusal::NotFound);
}

#[tokio::test]
async fn a_preview_writes_nothing_but_what_it_found() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let first = Batch {
        users: people(1..=30),
        groups: vec![team(100, "Pilots")],
        members: vec![whole(100, &[1, 2])],
        ..batch()
    };
    app.sync(Mode::Full, [first]).await;
    let rest = |dump: String| -> Vec<String> {
        let own = ["sync_runs", "sync_changes", "sync_errors", "\"end\""];
        let lines = dump.lines().filter(|l| !own.iter().any(|t| l.contains(t)));
        lines.map(str::to_owned).collect()
    };
    let before = rest(app.dump().await);
    let run = app.sync_start(Mode::Full, true).await;
    let mut list = people(1..=28);
    list[0].department = Some("Engines".into());
    list.push(person(31, "new"));
    list.push(person(32, "u2"));
    let changed = Batch {
        users: list,
        groups: vec![team(100, "Pilots")],
        members: vec![whole(100, &[2, 3])],
        ..batch()
    };
    app.sync_send(run, 1, changed).await;
    let ended = app.sync_end(run, true).await;
    let c = ended.counts;
    assert_eq!(
        (
            c.added,
            c.updated,
            c.deleted,
            c.members_added,
            c.members_removed,
            c.errors
        ),
        (1, 1, 2, 1, 1, 1)
    );
    assert_eq!(rest(app.dump().await), before);
    let page = app
        .sync_run(&admin, keyward_core::ids::RunId(run), 0, 99)
        .await
        .unwrap();
    let actions: Vec<_> = page.lines.iter().map(|(_, l)| l.action.as_str()).collect();
    assert_eq!(
        actions,
        ["update", "add", "members", "members", "delete", "delete"]
    );
    assert_eq!(page.problems[0].code, "duplicate-upn");
}
