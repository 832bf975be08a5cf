//! What directories are asked: sealed, handed out once, told of once.

use crate::help::{at_once, code_of};
use keyward_app::link::Caller;
use keyward_app::operations::Wanted;
use keyward_app::testing::{Engine, TestAgent, TestApp};
use keyward_core::audit::Activity;
use keyward_core::secret::Secret;
use keyward_core::time::{minutes, seconds};
use keyward_store::directory::Need;
use keyward_wire::link::{Job, Report, Reports, WorkReply, WorkRequest};
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::sign::{Signing, open};
use std::time::Duration;
use uuid::Uuid;

on_both_engines!(
    inv_1_an_operation_is_handed_to_one_agent_once,
    ag_20_a_task_whose_answer_got_lost_is_given_again_in_its_session_alone,
    wb_01_what_became_of_an_operation_is_written_down_once,
    wb_09_what_nobody_took_in_time_is_over,
);

const ANCHOR: Uuid = Uuid::from_u128(0xada);

/// Something that changes how an agent is.
type Change = fn(&mut TestAgent);

/// Every kind of thing that can be wanted.
fn everything<'a>(old: &'a Secret, new: &'a Secret) -> Vec<Wanted<'a>> {
    let anchor = ANCHOR;
    vec![
        Wanted::Verify {
            anchor: Some(anchor),
            password: old,
        },
        Wanted::Verify {
            anchor: None,
            password: old,
        },
        Wanted::Reset {
            anchor,
            password: new,
            enforce_policy: true,
            must_change: false,
        },
        Wanted::Change { anchor, old, new },
        Wanted::Unlock { anchor },
        Wanted::ForceChange { anchor },
        Wanted::Examine { anchor },
        Wanted::Sync {
            full: true,
            preview: false,
        },
    ]
}

// case: AG-02
#[tokio::test]
async fn each_job_arrives_whole_signed_and_sealed_to_who_took_it() {
    let app = TestApp::new().await;
    let (one, two) = (app.agent(1).await, app.agent(2).await);
    app.ignore_messages().await;
    let (old, new) = (app.plant("canary old 7141"), app.plant("canary new 7141"));
    let (old, new) = (Secret::new(old), Secret::new(new));
    let count = everything(&old, &new).len();
    let mut jobs = Vec::new();
    for n in 0..count {
        let wanted = everything(&old, &new).remove(n);
        let id = app.asks_directory(wanted).await.unwrap();
        let dump = app.dump().await;
        assert!(!dump.contains("canary old") && !dump.contains("canary new"));
        let (mine, other) = if n % 2 == 0 {
            (&one, &two)
        } else {
            (&two, &one)
        };
        let reply = mine.ask(&app).await.unwrap();
        assert!(other.tasks(&app).await.is_empty());
        let task = mine.read(&reply).remove(0);
        assert_eq!(
            (task.operation, task.directory),
            (id.0, TestApp::directory().0)
        );
        assert_eq!(task.expires_at, (app.now() + seconds(60)).0);
        assert_eq!(task.issued_at, app.now().0);
        // Nobody else signed it, and nobody else can have.
        let fabrikam = app
            .keys
            .task_key(keyward_core::ids::TenantId(Uuid::from_u128(9)));
        for key in [fabrikam.public(), Signing::from_seed(&[1; 32]).public()] {
            assert_eq!(open(&key.0, &reply.tasks[0]), None);
        }
        let opened = mine.passwords(&task);
        jobs.push(format!("{} {}", task.job.name(), opened.join(", ")));
        if let Job::Sync { full, preview } = task.job {
            assert!(full && !preview);
        }
        mine.report(&app, task.operation, Outcome::Done)
            .await
            .unwrap();
    }
    assert_eq!(
        jobs,
        [
            "verify canary old 7141",
            "verify canary old 7141",
            "reset canary new 7141",
            "change canary old 7141, canary new 7141",
            "unlock ",
            "force-change ",
            "examine ",
            "sync "
        ]
    );
    assert!(
        !app.dump().await.contains("\"operation_offers\""),
        "nothing sealed is left"
    );
}

// case: INV-1, AG-20
async fn inv_1_an_operation_is_handed_to_one_agent_once(app: &TestApp) {
    let agents = [app.agent(1).await, app.agent(2).await];
    app.ignore_messages().await;
    for n in 0..20 {
        app.asks_for_reset(Uuid::from_u128(n), "canary of many")
            .await;
    }
    let callers = [
        agents[0].caller(app).await.unwrap(),
        agents[1].caller(app).await.unwrap(),
    ];
    let replies = at_once(app, 16, |node, i| {
        // Node and agent change independently: each agent asks both nodes.
        let (ctx, caller) = (app.ctx(), callers[i / 2 % 2].clone());
        let mut request = agents[i / 2 % 2].asking(0);
        request.health = None;
        request.most = 3;
        async move {
            (
                i / 2 % 2,
                node.agent_work(&ctx, &caller, &request).await.unwrap(),
            )
        }
    })
    .await;
    let mut seen = Vec::new();
    for (who, reply) in &replies {
        for task in agents[*who].read(reply) {
            assert_eq!(agents[*who].passwords(&task), ["canary of many"]);
            seen.push(task.operation);
        }
    }
    // Who came too late for one asks again.
    for agent in &agents {
        seen.extend(agent.tasks(app).await.iter().map(|t| t.operation));
        seen.extend(agent.tasks(app).await.iter().map(|t| t.operation));
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((seen.len(), all), (20, 20));
}

// case: AG-11, AG-20
async fn ag_20_a_task_whose_answer_got_lost_is_given_again_in_its_session_alone(app: &TestApp) {
    let (mut one, two) = (app.agent(1).await, app.agent(2).await);
    app.ignore_messages().await;
    let id = app.asks_for_reset(ANCHOR, "canary again").await;
    let has = |reply: &WorkReply, who: &TestAgent| -> Vec<_> {
        let tasks = who.read(reply);
        assert!(tasks.iter().all(|t| who.passwords(t) == ["canary again"]));
        tasks.iter().map(|t| t.operation).collect()
    };
    let asks = async |caller: &Caller, holds: Option<Vec<Uuid>>| {
        let request = WorkRequest {
            health: None,
            wait_s: 0,
            most: 10,
            holds,
        };
        let reply = app.agent_work(&app.ctx(), caller, &request).await;
        reply.unwrap()
    };
    let caller = one.caller(app).await.unwrap();
    for lost in 0..3 {
        let reply = asks(&caller, Some(Vec::new())).await;
        assert_eq!(has(&reply, &one), [id.0], "answer {lost}");
    }
    // Who has it, who doesn't say, who only tells, and who is somebody else gets nothing.
    assert!(asks(&caller, Some(vec![id.0])).await.tasks.is_empty());
    assert!(asks(&caller, None).await.tasks.is_empty());
    let other = two.caller(app).await.unwrap();
    assert!(asks(&other, Some(Vec::new())).await.tasks.is_empty());
    // A copy of the agent's keys opens a session of its own: what this one may be doing is not given there.
    one.open(app).await.unwrap();
    let copy = one.caller(app).await.unwrap();
    assert!(asks(&copy, Some(Vec::new())).await.tasks.is_empty());
    assert_eq!(has(&asks(&caller, Some(Vec::new())).await, &one), [id.0]);
    // Nor when it has expired; then nothing sealed is left.
    app.advance(seconds(60));
    assert!(asks(&caller, Some(Vec::new())).await.tasks.is_empty());
    app.end_overdue_operations(app.tenant).await.unwrap();
    assert!(!app.dump().await.contains("\"operation_offers\""));
    assert_eq!(app.outcome(id).await, None, "it may have been begun");
    one.report(app, id.0, Outcome::Done).await.unwrap();
    assert_eq!(app.outcome(id).await, Some(Outcome::Done));
    // What was told of is over.
    let id = app.asks_for_reset(ANCHOR, "canary again").await;
    assert_eq!(has(&asks(&copy, Some(Vec::new())).await, &one), [id.0]);
    one.report(app, id.0, Outcome::Done).await.unwrap();
    assert!(asks(&copy, Some(Vec::new())).await.tasks.is_empty());
    assert!(!app.dump().await.contains("\"operation_offers\""));
}

// case: WB-01
async fn wb_01_what_became_of_an_operation_is_written_down_once(app: &TestApp) {
    let (one, two) = (app.agent(1).await, app.agent(2).await);
    app.ignore_messages().await;
    let id = app.asks_for_reset(ANCHOR, "canary one").await;
    assert_eq!(app.outcome(id).await, None);
    assert_eq!(one.tasks(app).await.len(), 1);
    // The other one, and one of another organisation, can say what they like.
    two.report(app, id.0, Outcome::Done).await.unwrap();
    assert_eq!(app.outcome(id).await, None);
    let refused = Outcome::refused(Denial::History);
    let told = at_once(app, 6, |node, _| {
        let (ctx, refused) = (app.ctx(), refused.clone());
        let (token, id) = (one.token.clone(), id.0);
        async move {
            let caller = node.agent_caller(&ctx, &token).await.unwrap();
            let report = Report {
                operation: id,
                outcome: refused,
                took_us: 5,
            };
            let reports = Reports {
                reports: vec![report],
            };
            node.take_reports(&ctx, &caller, &reports)
                .await
                .unwrap()
                .operations
        }
    })
    .await;
    assert_eq!(told, vec![vec![id.0]; 6]);
    assert_eq!(app.outcome(id).await, Some(refused.clone()));
    one.report(app, id.0, Outcome::Done).await.unwrap();
    assert_eq!(app.outcome(id).await, Some(refused), "what was said first");
    // What nobody knows can be forgotten.
    one.report(app, Uuid::from_u128(1), Outcome::Done)
        .await
        .unwrap();

    // Taken, and not told of: unknown after a while, until it is told of.
    let id = app.asks_for_reset(ANCHOR, "canary two").await;
    assert_eq!(two.tasks(app).await.len(), 1);
    app.advance(minutes(10).saturating_sub(seconds(1)));
    app.end_overdue_operations(app.tenant).await.unwrap();
    assert_eq!(app.outcome(id).await, None, "it may still be told of");
    app.advance(seconds(1));
    app.end_overdue_operations(app.tenant).await.unwrap();
    assert!(matches!(
        app.outcome(id).await,
        Some(Outcome::Unknown { .. })
    ));
    two.report(app, id.0, Outcome::Done).await.unwrap();
    assert_eq!(app.outcome(id).await, Some(Outcome::Done));

    // What changes nothing isn't waited for that long: nobody is told that it may have been done.
    two.ask(app).await.unwrap();
    let id = app.asks_directory(Wanted::Examine { anchor: ANCHOR }).await;
    let id = id.unwrap();
    assert_eq!(two.tasks(app).await.len(), 1);
    app.advance(seconds(59));
    app.end_overdue_operations(app.tenant).await.unwrap();
    assert_eq!(app.outcome(id).await, None);
    app.advance(seconds(1));
    app.end_overdue_operations(app.tenant).await.unwrap();
    assert!(matches!(
        app.outcome(id).await,
        Some(Outcome::Unreachable { .. })
    ));
}

// case: WB-09, WB-12
async fn wb_09_what_nobody_took_in_time_is_over(app: &TestApp) {
    let agent = app.agent(1).await;
    app.ignore_messages().await;
    let asked = app.asks_for_reset(ANCHOR, "canary too late").await;
    let swept = app.asks_for_reset(Uuid::from_u128(2), "canary swept").await;
    app.advance(seconds(60));
    assert!(agent.tasks(app).await.is_empty(), "too late to begin");
    assert!(matches!(
        app.outcome(asked).await,
        Some(Outcome::Unreachable { .. })
    ));
    app.end_overdue_operations(app.tenant).await.unwrap();
    assert!(!app.dump().await.contains("\"operation_offers\""), "erased");
    assert!(matches!(
        app.outcome(swept).await,
        Some(Outcome::Unreachable { .. })
    ));
    agent.report(app, asked.0, Outcome::Done).await.unwrap();
    assert!(
        matches!(app.outcome(asked).await, Some(Outcome::Unreachable { .. })),
        "it never had it"
    );
}

// case: AG-22
#[tokio::test]
async fn ag_22_without_an_agent_nothing_is_begun() {
    let app = TestApp::new().await;
    let asks = async || {
        let password = Secret::new("canary nowhere".into());
        let wanted = Wanted::Reset {
            anchor: ANCHOR,
            password: &password,
            enforce_policy: true,
            must_change: false,
        };
        code_of(app.asks_directory(wanted).await)
    };
    let is_up = async |need| {
        let mut tx = app.db.read(app.tenant).await.unwrap();
        app.directory_is_up(&mut tx, TestApp::directory(), need)
            .await
            .unwrap()
    };
    assert_eq!(asks().await, "directory-away");
    let mut agent = app.agent(1).await;
    assert_eq!(asks().await, "ok");
    assert!(is_up(Need::Writeback).await && is_up(Need::SignIn).await);
    let changes: [(&str, Change, bool); 4] = [
        (
            "unreachable",
            |a| a.health.directories[0].reachable = false,
            false,
        ),
        (
            "no writeback",
            |a| a.health.directories[0].features.writeback = false,
            true,
        ),
        ("staging", |a| a.health.staging = true, false),
        (
            "another directory",
            |a| a.health.directories[0].directory = Uuid::from_u128(5),
            false,
        ),
    ];
    for (what, change, signs_in) in changes {
        let healthy = agent.health.clone();
        change(&mut agent);
        agent.ask(&app).await.unwrap();
        assert_eq!(asks().await, "directory-away", "{what}");
        assert_eq!(is_up(Need::SignIn).await, signs_in, "{what}");
        agent.health = healthy;
        agent.ask(&app).await.unwrap();
        assert_eq!(asks().await, "ok", "{what}");
    }
    app.advance(seconds(90));
    assert_eq!(asks().await, "ok");
    app.advance(seconds(1));
    assert_eq!(asks().await, "directory-away");
    // Its people are known while it is away.
    let mut tx = app.db.read(app.tenant).await.unwrap();
    let found = app
        .directory_of_domain(&mut tx, "CORP.contoso.example")
        .await
        .unwrap();
    assert_eq!(found, Some(TestApp::directory()));
    assert_eq!(
        app.directory_of_domain(&mut tx, "contoso.example")
            .await
            .unwrap(),
        None
    );
    drop(tx);
    app.ignore_messages().await;
}

#[tokio::test]
async fn writing_back_is_told_of_when_it_begins_and_ends() {
    let app = TestApp::new().await;
    let (mut one, mut two) = (app.agent(1).await, app.agent(2).await);
    app.ignore_messages().await;
    let told_of = async || {
        let of = [Activity::WritebackEnabled, Activity::WritebackDisabled];
        let events = app.events().await;
        events.iter().filter(|e| of.contains(&e.activity)).count()
    };
    assert_eq!(told_of().await, 1, "with the first agent");
    one.health.directories[0].features.writeback = false;
    one.ask(&app).await.unwrap();
    assert_eq!(told_of().await, 1, "the other one still does");
    two.health.directories.clear();
    two.ask(&app).await.unwrap();
    assert_eq!(told_of().await, 2, "nobody does");
    two.ask(&app).await.unwrap();
    assert_eq!(told_of().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_on_one_database_reach_each_other() {
    let app = TestApp::on(Engine::Postgres).await;
    let agent = app.agent(1).await;
    app.ignore_messages().await;
    let (front, tasks) = (app.node(0).await, keyward_app::tasks::Tasks::default());
    app.run_signals(&tasks);
    front.run_signals(&tasks);
    let password = Secret::new(app.plant("canary across nodes"));
    // The agent waits at one node, the person at the other. Neither is patient enough for looking by itself to do.
    let at_agent = async {
        let reply = agent.ask_node(&app, &app.app, 30).await.unwrap();
        let task = agent.read(&reply).remove(0);
        assert_eq!(agent.passwords(&task), ["canary across nodes"]);
        agent
            .report(&app, task.operation, Outcome::Done)
            .await
            .unwrap();
    };
    let at_person = async {
        let mut tx = front.db.write(app.tenant).await.unwrap();
        let wanted = Wanted::Verify {
            anchor: Some(ANCHOR),
            password: &password,
        };
        let request = keyward_app::operations::Request {
            directory: TestApp::directory(),
            task: wanted,
        };
        let id = front
            .ask_directory(&mut tx, &app.ctx(), request)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        front
            .wait_for(app.tenant, id, Duration::from_secs(30))
            .await
            .unwrap()
    };
    let ((), outcome) = tokio::join!(at_agent, at_person);
    assert_eq!(outcome, Some(Outcome::Done));
    tasks.stop().await;
    front.db.close().await;
}

#[tokio::test]
async fn who_asks_for_no_task_is_handed_none() {
    let app = TestApp::new().await;
    let agent = app.agent(1).await;
    app.ignore_messages().await;
    app.asks_for_reset(ANCHOR, "canary for later").await;
    let caller = agent.caller(&app).await.unwrap();
    let mut request = agent.asking(0);
    request.most = 0;
    let reply = app.agent_work(&app.ctx(), &caller, &request).await.unwrap();
    assert!(reply.tasks.is_empty());
    assert_eq!(agent.tasks(&app).await.len(), 1);
}

// case: RL-15
#[tokio::test]
async fn rl_15_who_is_kept_waiting_is_answered_when_the_process_ends() {
    let app = TestApp::new().await;
    let agent = app.agent(1).await;
    app.ignore_messages().await;
    let id = app.asks_for_reset(ANCHOR, "canary in flight").await;
    assert_eq!(agent.tasks(&app).await.len(), 1);
    let ends = async { app.keep_nobody_waiting() };
    let waits = app.wait_for(app.tenant, id, minutes(10));
    let (reply, outcome, ()) = tokio::join!(agent.ask_node(&app, &app.app, 30), waits, ends);
    assert!(reply.unwrap().tasks.is_empty());
    assert_eq!(outcome.unwrap(), None);
}
