//! Would a reset succeed? Asked of an agent that says what each test wants said.

use super::{ANCHOR, CORP, corp, impatient, no};
use crate::help::code_of;
use keyward_app::Principal;
use keyward_app::testing::{Engine, TestAgent, TestApp};
use keyward_core::audit::Outcome as Told;
use keyward_core::examination::{Examination, Obstacle};
use keyward_core::ids::UserId;
use keyward_core::licence::Sku;
use keyward_core::policy::{Scope, Unable};
use keyward_core::role::Role;
use keyward_core::time::{minutes, seconds};
use keyward_core::writeback::Denial as Why;
use keyward_wire::link::{Job, Task};
use keyward_wire::outcome::{Denial, Finding, Outcome, PasswordPolicy};
use uuid::Uuid;

on_both_engines!(
    a_reset_that_would_succeed_is_told_from_one_that_would_not,
    everybody_is_examined_a_few_at_a_time,
);

fn says(findings: Vec<Finding>) -> Outcome {
    Outcome::Examined(keyward_wire::outcome::Examination {
        findings,
        policy: PasswordPolicy {
            name: Some("Executives".into()),
            min_length: 15,
            ..PasswordPolicy::default()
        },
        password_set_at: Some(1_700_000_000_000_000),
        dn: "CN=Ada,OU=Staff,DC=corp".into(),
    })
}

fn finding(what: Denial, blocks: bool, mend: Option<&str>) -> Finding {
    Finding {
        what,
        blocks,
        mend: mend.map(str::to_owned),
    }
}

async fn examine(
    app: &TestApp,
    agent: &TestAgent,
    me: &Principal,
    whom: UserId,
    answer: Outcome,
) -> Examination {
    let ctx = app.ctx();
    let says = |task: &Task, _: &[String]| {
        assert!(matches!(task.job, Job::Examine { .. }), "{:?}", task.job);
        answer.clone()
    };
    let act = app.examine_user(&ctx, me, whom);
    assert!(app.answered(agent, says, act).await.unwrap());
    let (_, examined) = app.examination(me, whom).await.unwrap();
    examined.unwrap().found
}

fn codes(found: &Examination) -> Vec<&'static str> {
    found.findings.iter().map(|f| f.what.code()).collect()
}

async fn a_reset_that_would_succeed_is_told_from_one_that_would_not(app: &TestApp) {
    let (agent, ada) = corp(app).await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    assert_eq!(app.examination(&boss, ada).await.unwrap().1, None);
    let locked = vec![finding(Denial::Locked, false, None)];
    let found = examine(app, &agent, &boss, ada, says(locked)).await;
    assert_eq!(
        (found.reason(), codes(&found)),
        (None, vec!["directory-locked"])
    );
    assert_eq!(found.rules.unwrap().name.as_deref(), Some("Executives"));
    assert_eq!(found.dn.as_deref(), Some("CN=Ada,OU=Staff,DC=corp"));
    assert_eq!(found.set_at.unwrap().0, 1_700_000_000_000_000);
    let command = r#"dsacls "OU=Staff,DC=corp" /I:S /G "CORP\svc:CA;Reset Password;user""#;
    let lacks = vec![finding(Denial::NoRight, true, Some(command))];
    let found = examine(app, &agent, &boss, ada, says(lacks)).await;
    assert_eq!(found.reason(), Some(Obstacle::Denied(Why::NoRight)));
    assert_eq!(found.findings[0].mend.as_deref(), Some(command));
    let found = examine(app, &agent, &boss, ada, no(Denial::SwitchedOff)).await;
    assert_eq!(codes(&found), ["directory-switched-off"]);
    let away = Outcome::Unreachable {
        message: "<b>no server".into(),
    };
    let found = examine(app, &agent, &boss, ada, away).await;
    assert_eq!(codes(&found), ["directory-away"]);
    let events = app.events().await.into_iter();
    let asked = events.filter(|e| e.activity.name() == "Examine password writeback");
    assert_eq!(asked.count(), 4);
    app.ignore_messages().await;
}

#[tokio::test]
async fn what_the_service_knows_is_put_beside_what_the_directory_says() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let bare = Uuid::from_u128(0xba);
    let bare = app
        .directory_person("bare@corp.contoso.example", bare, false)
        .await;
    let look = async |whom| {
        let found = examine(&app, &agent, &boss, whom, says(Vec::new())).await;
        codes(&found)
    };
    assert!(look(ada).await.is_empty());
    assert_eq!(look(bare).await, ["too-few-methods"]);
    app.set_policy(|p| p.on_premises.writeback = false).await;
    assert_eq!(look(ada).await, ["writeback-off"]);
    app.set_policy(|p| p.scope = Scope::None).await;
    assert_eq!(look(ada).await, ["reset-off", "writeback-off"]);
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.on_premises.writeback = true;
    })
    .await;
    app.unsubscribe(Sku::Complete).await;
    assert_eq!(look(bare).await, ["too-few-methods", "no-plan"]);
    app.ignore_messages().await;
}

#[tokio::test]
async fn nothing_is_said_twice_of_a_protected_account() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let root = Uuid::from_u128(0xad);
    let root = app
        .directory_person("root@corp.contoso.example", root, true)
        .await;
    app.register_mail(root, "root@home.example").await;
    let findings = vec![finding(Denial::Protected, true, None)];
    let found = examine(&app, &agent, &boss, root, says(findings)).await;
    assert_eq!(codes(&found), ["directory-protected"]);
    let found = examine(&app, &agent, &boss, root, says(Vec::new())).await;
    assert_eq!(found.reason(), Some(Obstacle::Unable(Unable::Protected)));
    app.ignore_messages().await;
}

#[tokio::test]
async fn without_an_agent_that_is_said_and_nobody_is_asked() {
    let app = TestApp::new().await;
    let (agent, ada) = corp(&app).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.advance(minutes(2));
    assert!(app.examine_user(&app.ctx(), &boss, ada).await.unwrap());
    let found = async || app.examination(&boss, ada).await.unwrap().1.unwrap().found;
    assert_eq!(codes(&found().await), ["agent-away"]);
    let mut agent = agent;
    agent.health.directories[0].reachable = false;
    agent.open(&app).await.unwrap();
    agent.ask(&app).await.unwrap();
    assert!(app.examine_user(&app.ctx(), &boss, ada).await.unwrap());
    assert_eq!(codes(&found().await), ["directory-away"]);
    agent.health.directories[0].reachable = true;
    agent.health.directories[0].features.writeback = false;
    agent.ask(&app).await.unwrap();
    assert!(app.examine_user(&app.ctx(), &boss, ada).await.unwrap());
    assert_eq!(codes(&found().await), ["directory-switched-off"]);
    app.ignore_messages().await;
}

#[tokio::test]
async fn an_answer_that_comes_late_is_kept_all_the_same() {
    let app = impatient(Engine::Sqlite).await;
    let (agent, ada) = corp(&app).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let ask = async || app.examine_user(&app.ctx(), &boss, ada).await.unwrap();
    let found = async || app.examination(&boss, ada).await.unwrap().1;
    assert!(!ask().await);
    assert_eq!(found().await, None);
    agent.serve(&app, |_, _| says(Vec::new())).await;
    assert_eq!(found().await.unwrap().found.reason(), None);
    // Nobody takes the next one.
    assert!(!ask().await);
    app.advance(seconds(61));
    app.end_overdue().await;
    assert_eq!(codes(&found().await.unwrap().found), ["agent-away"]);
    app.ignore_messages().await;
}

// case: AZ-01
#[tokio::test]
async fn only_who_looks_after_connect_may_ask_and_only_about_users_of_a_directory() {
    let app = TestApp::new().await;
    let (_, ada) = corp(&app).await;
    let here = app.user("here").await;
    for role in Role::ALL {
        let me = app.admin(role).await;
        let ctx = app.ctx();
        let asked = code_of(app.examine_user(&ctx, &me, here).await);
        let all = code_of(app.examine_everybody(&ctx, &me).await.map(drop));
        let may = matches!(
            role,
            Role::GlobalAdministrator | Role::HybridIdentityAdministrator
        );
        let expected = if may { "not-found" } else { "not-allowed" };
        assert_eq!(asked, expected, "{role}");
        assert_eq!(all == "not-allowed", !may, "{role}");
        let may_read = may
            || matches!(
                role,
                Role::GlobalReader | Role::AuthenticationPolicyAdministrator
            );
        let read = app.examination(&me, ada).await;
        assert_eq!(read.is_ok(), may_read, "{role}");
        assert_eq!(app.examinations_overview(&me).await.is_ok(), may_read);
        let list = app.examinations(&me, None, None, 9).await;
        assert_eq!(list.is_ok(), may_read, "{role}");
    }
    let refused = app.events().await.into_iter().filter(|e| {
        e.activity.name() == "Examine password writeback"
            && e.outcome == Told::Failure("not-allowed".into())
    });
    assert_eq!(refused.count(), 2 * (Role::ALL.len() - 2));
    // Of another organisation: as if there were nobody.
    let other = app.organisation("Fabrikam", "fabrikam.example").await;
    let eve = app.person(other, "eve@fabrikam.example").await;
    let mut tx = app.db.write(other).await.unwrap();
    tx.assign_role(eve, Role::GlobalAdministrator)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let eve = app.session_in(other, eve).await;
    assert_eq!(
        code_of(app.examine_user(&app.ctx(), &eve, ada).await),
        "not-found"
    );
    assert_eq!(code_of(app.examination(&eve, ada).await), "not-found");
    app.ignore_messages().await;
}

/// Twenty more users, whose accounts the agent's right doesn't reach if their number is odd.
async fn crowd(app: &TestApp) {
    for n in 0..20 {
        let upn = format!("crowd{n:02}@corp.contoso.example");
        let id = app
            .directory_person(&upn, Uuid::from_u128(0x100 + n), false)
            .await;
        app.register_mail(id, &format!("crowd{n}@home.example"))
            .await;
    }
}

fn odd_ones(task: &Task, _: &[String]) -> Outcome {
    match task.job {
        Job::Examine { anchor } if anchor != ANCHOR && anchor.as_u128() % 2 == 1 => {
            says(vec![finding(Denial::NoRight, true, Some("dsacls"))])
        }
        _ => says(Vec::new()),
    }
}

async fn everybody_is_examined_a_few_at_a_time(app: &TestApp) {
    let (agent, _) = corp(app).await;
    crowd(app).await;
    app.user("here").await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    app.step_round(app.tenant).await.unwrap();
    assert!(
        app.examinations_overview(&boss)
            .await
            .unwrap()
            .round
            .is_none()
    );
    assert!(app.examine_everybody(&app.ctx(), &boss).await.unwrap());
    assert!(!app.examine_everybody(&app.ctx(), &boss).await.unwrap());
    let mut batches = Vec::new();
    loop {
        // Another node, or this one after a restart, goes on as well.
        let node = app.node(7).await;
        node.step_round(app.tenant).await.unwrap();
        app.step_round(app.tenant).await.unwrap();
        let round = app.examinations_overview(&boss).await.unwrap().round;
        if round.unwrap().ended_at.is_some() {
            break;
        }
        let mut served = 0;
        while let n @ 1.. = agent.serve(app, odd_ones).await {
            served += n;
        }
        batches.push(served);
    }
    assert_eq!(batches, [16, 5]);
    let all = app.examinations_overview(&boss).await.unwrap();
    assert_eq!((all.examined(), all.succeeding()), (21, 11));
    let round = all.round.unwrap();
    assert_eq!((round.users, round.stopped), (21, None));
    let why = Some(Obstacle::Denied(Why::NoRight));
    let failing = app.examinations(&boss, why, None, 99).await.unwrap();
    assert_eq!(failing.len(), 10);
    assert_eq!(failing[0].upn, "crowd01@corp.contoso.example");
    let everybody = app.examinations(&boss, None, None, 99).await.unwrap();
    assert_eq!(everybody.len(), 21);
    assert!(everybody.iter().any(|l| l.upn == CORP));
    assert!(app.examine_everybody(&app.ctx(), &boss).await.unwrap());
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_round_stops_with_what_it_has_when_nobody_answers_any_more() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    crowd(&app).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.examine_everybody(&app.ctx(), &boss).await.unwrap();
    app.step_round(app.tenant).await.unwrap();
    agent.serve(&app, |_, _| says(Vec::new())).await;
    app.advance(minutes(2));
    app.step_round(app.tenant).await.unwrap();
    let all = app.examinations_overview(&boss).await.unwrap();
    let round = all.round.clone().unwrap();
    assert_eq!(round.stopped, Some(Obstacle::AgentAway));
    assert!(round.ended_at.is_some() && all.examined() < round.users);
    assert_eq!(all.examined(), all.succeeding());
    // It is heard, and the directory is away: the first answer ends it.
    agent.ask(&app).await.unwrap();
    assert!(app.examine_everybody(&app.ctx(), &boss).await.unwrap());
    app.step_round(app.tenant).await.unwrap();
    let away = Outcome::Unreachable {
        message: "no server".into(),
    };
    agent.serve(&app, |_, _| away.clone()).await;
    let all = app.examinations_overview(&boss).await.unwrap();
    assert_eq!(all.round.unwrap().stopped, Some(Obstacle::DirectoryAway));
    app.ignore_messages().await;
}

#[tokio::test]
async fn what_an_agent_went_silent_over_is_asked_of_another_and_the_round_goes_on() {
    let app = TestApp::new().await;
    let (agent, _) = corp(&app).await;
    let dying = app.agent(2).await;
    crowd(&app).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.examine_everybody(&app.ctx(), &boss).await.unwrap();
    app.step_round(app.tenant).await.unwrap();
    let takes = async || dying.tasks(&app).await.len();
    assert_eq!(takes().await + takes().await, 16);
    app.advance(seconds(61));
    agent.ask(&app).await.unwrap();
    app.end_overdue_operations(app.tenant).await.unwrap();
    let round = async || app.examinations_overview(&boss).await.unwrap();
    assert_eq!(round().await.examined(), 0);
    let answers = async || agent.serve(&app, |_, _| says(Vec::new())).await;
    assert_eq!(answers().await + answers().await, 16);
    // When nobody else is there, those whom it was asked about stay without an answer.
    app.step_round(app.tenant).await.unwrap();
    assert_eq!(takes().await, 5);
    app.advance(seconds(91));
    app.end_overdue_operations(app.tenant).await.unwrap();
    app.step_round(app.tenant).await.unwrap();
    let all = round().await;
    assert_eq!((all.examined(), all.succeeding()), (21, 16));
    let unanswered = app
        .examinations(&boss, Some(Obstacle::NoAnswer), None, 99)
        .await
        .unwrap();
    assert_eq!((unanswered.len(), all.round.unwrap().stopped), (5, None));
    app.ignore_messages().await;
}
