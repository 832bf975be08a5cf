//! Agents are let in by somebody who may, once, and shut out at once.

use crate::help::{at_once, code_of, refused};
use keyward_app::link::Error;
use keyward_app::testing::{TestAgent, TestApp};
use keyward_app::{Error as AppError, Principal};
use keyward_core::audit::{Activity, Outcome};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::{hours, minutes, seconds};
use keyward_wire::enrol::{EnrolPoll, EnrolRequest, EnrolState};
use keyward_wire::seal::Sealing;
use keyward_wire::session::ChallengeRequest;
use keyward_wire::{Bytes, VERSION, code};

on_both_engines!(
    ag_10_of_two_decisions_about_one_agent_one_counts,
    g_03_an_agent_that_is_shut_out_is_out_at_once,
);

/// The code under which an agent was refused.
pub(crate) fn told<T>(result: keyward_app::link::Result<T>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(Error::Refused(refused)) => refused.code.into(),
        Err(Error::App(AppError::Refused(refusal))) => refusal.code().into(),
        Err(fault) => panic!("a refusal, not a fault: {fault}"),
    }
}

async fn approve(app: &TestApp, me: &Principal, typed: &str, agent: &TestAgent) -> &'static str {
    let print = agent.request().fingerprint();
    code_of(app.approve_agent(&app.ctx(), me, typed, &print).await)
}

// case: AG-10, S80, G-02
#[tokio::test]
async fn ag_10_an_agent_is_let_in_by_its_code_and_fingerprint() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let agent = TestAgent::new(1);
    let started = app.enrol(&agent).await;
    assert_eq!(started.user_code.len(), 9);
    assert_eq!(app.enrolled(&started).await, EnrolState::Waiting);
    let typed = format!(" {} ", started.user_code.to_lowercase());
    let seen = app.waiting_agent(&app.ctx(), &boss, &typed).await.unwrap();
    assert_eq!(
        (seen.host, seen.fingerprint.clone()),
        (agent.host.clone(), agent.request().fingerprint())
    );
    // What was looked at is what is let in.
    let other = app
        .approve_agent(&app.ctx(), &boss, &typed, "ABCD-EFGH")
        .await;
    assert_eq!(refused(other), Refusal::ChangedMeanwhile);
    assert_eq!(app.enrolled(&started).await, EnrolState::Waiting);
    assert_eq!(approve(&app, &boss, &typed, &agent).await, "ok");
    let EnrolState::Approved(approval) = app.enrolled(&started).await else {
        panic!("let in")
    };
    assert_eq!(approval.approved_by, boss.user.upn.to_string());
    assert_eq!(
        (approval.tenant, approval.tenant_name.as_str()),
        (app.tenant.0, "Contoso")
    );
    assert_eq!(approval.service_key, app.keys.task_key(app.tenant).public());
    // Once.
    assert_eq!(
        approve(&app, &boss, &typed, &agent).await,
        "agent-code-dead"
    );
    assert_eq!(
        code_of(app.refuse_agent(&app.ctx(), &boss, &typed).await),
        "agent-code-dead"
    );
    let all = app.connected(&boss).await.unwrap().agents;
    assert_eq!((all.len(), all[0].id.0), (1, approval.agent));
    for admin in [&boss, &global] {
        let mail = app.mail_to(admin.user.upn.as_str()).await;
        assert_eq!(mail.subject, format!("An agent was let in: {}", agent.host));
        assert!(
            mail.text.contains(&seen.fingerprint) && mail.text.contains(boss.user.upn.as_str())
        );
    }
    let events = app.events().await;
    let added: Vec<_> = events
        .iter()
        .filter(|e| e.activity == Activity::AgentAdded)
        .collect();
    let done = added
        .iter()
        .find(|e| e.outcome == Outcome::Success)
        .unwrap();
    assert_eq!(done.target.as_ref().unwrap().name, agent.host);
    assert_eq!(done.detail.as_deref(), Some(seen.fingerprint.as_str()));
    // The keys that are in can't ask again.
    let again = app.start_enrolment(&app.ctx(), &agent.request()).await;
    assert_eq!(told(again), code::MALFORMED);
}

// case: AG-10
#[tokio::test]
async fn ag_10_codes_can_not_be_guessed_and_die() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let agent = TestAgent::new(1);
    let started = app.enrol(&agent).await;
    let code = started.user_code.as_str();
    for n in 0..20 {
        let guess = app
            .waiting_agent(&app.ctx(), &boss, &format!("GUES-{n:04}"))
            .await;
        assert_eq!(refused(guess), Refusal::AgentCodeDead);
    }
    // Even the right one: whoever guesses is told nothing more.
    assert!(matches!(
        refused(app.waiting_agent(&app.ctx(), &boss, code).await),
        Refusal::Blocked(_)
    ));
    assert_eq!(approve(&app, &boss, code, &agent).await, "blocked");
    assert_eq!(
        code_of(app.refuse_agent(&app.ctx(), &boss, code).await),
        "blocked"
    );
    // Many hands are counted together.
    let mut tries = 0;
    'all: for n in 0..10 {
        let upn = format!("helper{n}@contoso.example");
        let helper = app.person(app.tenant, &upn).await;
        app.give_role(helper, Role::HybridIdentityAdministrator)
            .await;
        let helper = app.session_of(helper).await;
        for _ in 0..19 {
            match refused(app.waiting_agent(&app.ctx(), &helper, "GUES-0000").await) {
                Refusal::AgentCodeDead => tries += 1,
                Refusal::Blocked(_) => break 'all,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(tries, 80);
    // The log tells of it.
    let blocked = Outcome::Failure("blocked".into());
    assert!(
        app.events()
            .await
            .iter()
            .any(|e| e.activity == Activity::AgentAdded && e.outcome == blocked)
    );
    // An hour later it is the code that has died.
    app.advance(hours(1));
    let boss = app.session_of(boss.user.id).await;
    assert_eq!(approve(&app, &boss, code, &agent).await, "agent-code-dead");
    assert_eq!(app.enrolled(&started).await, EnrolState::Expired);
    app.expect_no_messages().await;
}

#[tokio::test]
async fn a_code_is_good_for_a_quarter_of_an_hour() {
    let app = TestApp::new().await;
    let (one, two) = (TestAgent::new(1), TestAgent::new(2));
    let (first, second) = (app.enrol(&one).await, app.enrol(&two).await);
    assert_eq!(u64::from(first.expires_in_s), minutes(15).as_secs());
    app.advance(minutes(15).saturating_sub(seconds(1)));
    let boss = app.admin(Role::GlobalAdministrator).await;
    assert_eq!(approve(&app, &boss, &first.user_code, &one).await, "ok");
    app.advance(seconds(1));
    assert_eq!(
        approve(&app, &boss, &second.user_code, &two).await,
        "agent-code-dead"
    );
    assert_eq!(app.enrolled(&second).await, EnrolState::Expired);
    assert!(
        matches!(app.enrolled(&first).await, EnrolState::Approved(_)),
        "it may be late to ask"
    );
    app.ignore_messages().await;
}

// case: AG-10
#[tokio::test]
async fn ag_10_an_enrolment_belongs_to_who_has_its_secret() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let (mine, theirs) = (TestAgent::new(1), TestAgent::new(2));
    let (started, other) = (app.enrol(&mine).await, app.enrol(&theirs).await);
    assert_eq!(approve(&app, &boss, &started.user_code, &mine).await, "ok");
    for secret in [Vec::new(), vec![0; 32], other.secret.0.clone()] {
        let poll = EnrolPoll {
            enrolment: started.enrolment,
            secret: Bytes(secret),
        };
        let state = app.poll_enrolment(&app.ctx(), &poll).await.unwrap();
        assert_eq!(state, EnrolState::Expired);
    }
    assert!(matches!(
        app.enrolled(&started).await,
        EnrolState::Approved(_)
    ));
    app.ignore_messages().await;
}

// case: AG-10, TR-02
async fn ag_10_of_two_decisions_about_one_agent_one_counts(app: &TestApp) {
    let boss = app.admin(Role::GlobalAdministrator).await;
    let agent = TestAgent::new(1);
    let started = app.enrol(&agent).await;
    let print = agent.request().fingerprint();
    let done = at_once(app, 8, |node, i| {
        let (ctx, boss, code, print) = (
            app.ctx(),
            boss.clone(),
            started.user_code.clone(),
            print.clone(),
        );
        async move {
            if i % 4 == 3 {
                node.refuse_agent(&ctx, &boss, &code).await.is_ok()
            } else {
                node.approve_agent(&ctx, &boss, &code, &print).await.is_ok()
            }
        }
    })
    .await;
    assert_eq!(done.into_iter().filter(|d| *d).count(), 1);
    let agents = app.connected(&boss).await.unwrap().agents.len();
    match app.enrolled(&started).await {
        EnrolState::Approved(_) => assert_eq!(agents, 1),
        state => assert_eq!((state, agents), (EnrolState::Refused, 0)),
    }
    app.ignore_messages().await;
}

// case: A-01, AZ-01
#[tokio::test]
async fn who_may_let_agents_in() {
    let app = TestApp::new().await;
    let agent = app.agent(9).await;
    for role in Role::ALL {
        let me = app.admin(role).await;
        let may = [Role::GlobalAdministrator, Role::HybridIdentityAdministrator].contains(&role);
        let expected = |dead| if may { dead } else { "not-allowed" };
        let ctx = app.ctx();
        assert_eq!(
            code_of(app.waiting_agent(&ctx, &me, "X").await),
            expected("agent-code-dead"),
            "{role}"
        );
        assert_eq!(
            code_of(app.approve_agent(&ctx, &me, "X", "").await),
            expected("agent-code-dead"),
            "{role}"
        );
        assert_eq!(
            code_of(app.refuse_agent(&ctx, &me, "X").await),
            expected("agent-code-dead"),
            "{role}"
        );
        let nobody = keyward_core::ids::AgentId(uuid::Uuid::nil());
        assert_eq!(
            code_of(app.revoke_agent(&ctx, &me, nobody).await),
            expected("not-found"),
            "{role}"
        );
    }
    let plain = app.person(app.tenant, "plain@contoso.example").await;
    let plain = app.session_of(plain).await;
    assert_eq!(code_of(app.connected(&plain).await), "not-allowed");
    // An administrator of another organisation sees and touches nothing of this one.
    let other = app.organisation("Fabrikam", "fabrikam.example").await;
    let eve = app.person(other, "eve@fabrikam.example").await;
    let mut tx = app.db.write(other).await.unwrap();
    tx.assign_role(eve, Role::GlobalAdministrator)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let eve = app.session_in(other, eve).await;
    let seen = app.connected(&eve).await.unwrap();
    assert!(seen.agents.is_empty() && seen.directories.is_empty() && seen.besides.is_empty());
    assert_eq!(
        code_of(app.revoke_agent(&app.ctx(), &eve, agent.id()).await),
        "not-found"
    );
    assert!(agent.caller(&app).await.is_ok());
    app.ignore_messages().await;
}

// case: S-06
#[tokio::test]
async fn letting_one_in_takes_a_fresh_proof() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.advance(minutes(14));
    let boss = app.again(&boss).await;
    let agent = TestAgent::new(1);
    let started = app.enrol(&agent).await;
    app.advance(minutes(1));
    assert_eq!(
        approve(&app, &boss, &started.user_code, &agent).await,
        "fresh-proof-needed"
    );
    // Shutting out and refusing doesn't.
    assert_eq!(
        code_of(
            app.refuse_agent(&app.ctx(), &boss, &started.user_code)
                .await
        ),
        "ok"
    );
    assert_eq!(app.enrolled(&started).await, EnrolState::Refused);
    app.expect_no_messages().await;
}

// case: AG-07
#[tokio::test]
async fn ag_07_what_is_not_whole_is_not_taken() {
    let app = TestApp::new().await;
    let agent = TestAgent::new(1);
    let right = agent.request();
    let signed = |change: &dyn Fn(&mut EnrolRequest)| {
        let mut request = right.clone();
        change(&mut request);
        request.signature = agent.signing.sign(&request.to_sign());
        request
    };
    let mut unsigned = right.clone();
    unsigned.signature = Bytes::default();
    let mut of_another = right.clone();
    of_another.signature = TestAgent::new(2).request().signature;
    let mut swapped = right.clone();
    swapped.sealing_key = Sealing::from_seed(&[3; 32]).public();
    for (what, request, expected) in [
        ("no signature", unsigned, code::MALFORMED),
        ("another's", of_another, code::MALFORMED),
        ("a key put in its place", swapped, code::MALFORMED),
        ("older", signed(&|r| r.version = 0), code::VERSION),
        ("newer", signed(&|r| r.version = VERSION + 1), code::VERSION),
        (
            "no host",
            signed(&|r| r.host = String::new()),
            code::MALFORMED,
        ),
        (
            "two lines",
            signed(&|r| r.host = "a\nb".into()),
            code::MALFORMED,
        ),
        (
            "a long name",
            signed(&|r| r.host = "a".repeat(254)),
            code::MALFORMED,
        ),
        (
            "a short key",
            signed(&|r| r.sealing_key = Bytes(vec![1; 31])),
            code::MALFORMED,
        ),
        (
            "a key of no use",
            signed(&|r| r.sealing_key = Bytes(vec![0; 32])),
            code::MALFORMED,
        ),
    ] {
        let ctx = keyward_app::Ctx {
            ip: Some(format!("192.0.2.{}", what.len())),
            ..app.ctx()
        };
        assert_eq!(
            told(app.start_enrolment(&ctx, &request).await),
            expected,
            "{what}"
        );
    }
    // A weak signing key signs everything: it is none.
    let weak = signed(&|r| r.signing_key = Bytes(vec![0; 32]));
    assert_eq!(
        told(app.start_enrolment(&app.ctx(), &weak).await),
        code::MALFORMED
    );
    let asked = ChallengeRequest {
        version: VERSION + 1,
        agent: uuid::Uuid::nil(),
    };
    assert_eq!(
        told(app.agent_challenge(&app.ctx(), &asked).await),
        code::VERSION
    );
    let asked = ChallengeRequest {
        version: VERSION,
        ..asked
    };
    assert_eq!(
        told(app.agent_challenge(&app.ctx(), &asked).await),
        code::NOT_FOUND
    );
}

// case: AG-15
#[tokio::test]
async fn one_place_can_not_fill_the_table() {
    let app = TestApp::new().await;
    for seed in 1..=5 {
        app.enrol(&TestAgent::new(seed)).await;
    }
    let sixth = app
        .start_enrolment(&app.ctx(), &TestAgent::new(6).request())
        .await;
    assert_eq!(told(sixth), code::BUSY);
    let elsewhere = keyward_app::Ctx {
        ip: Some("203.0.113.9".into()),
        ..app.ctx()
    };
    app.start_enrolment(&elsewhere, &TestAgent::new(7).request())
        .await
        .unwrap();
    app.advance(minutes(15));
    app.enrol(&TestAgent::new(8)).await;
    // Whoever only asks is counted too.
    let asked = ChallengeRequest {
        version: VERSION,
        agent: uuid::Uuid::nil(),
    };
    for _ in 0..240 {
        assert_eq!(
            told(app.agent_challenge(&app.ctx(), &asked).await),
            code::NOT_FOUND
        );
    }
    assert_eq!(
        told(app.agent_challenge(&app.ctx(), &asked).await),
        code::BUSY
    );
    assert_eq!(
        told(app.agent_challenge(&elsewhere, &asked).await),
        code::NOT_FOUND
    );
}

// case: G-03, AG-12
async fn g_03_an_agent_that_is_shut_out_is_out_at_once(app: &TestApp) {
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    let mut agent = app.agent(1).await;
    let other = app.agent(2).await;
    let caller = agent.caller(app).await.unwrap();
    let (request, ctx) = (agent.asking(20), app.ctx());
    // It waits for work, on this node, and is shut out on another.
    let node = app.node(0).await;
    let tasks = keyward_app::tasks::Tasks::default();
    app.run_signals(&tasks);
    let id = agent.id();
    let asked = app.app.clone();
    let waits = async move { told(asked.agent_work(&ctx, &caller, &request).await) };
    let shuts = async {
        tokio::task::yield_now().await;
        node.revoke_agent(&app.ctx(), &boss, id).await.unwrap();
        // On SQLite there is one process: what another pool committed is heard by nobody.
        app.db.ring(keyward_store::signal::Signal::Agent(id));
    };
    let (answer, ()) = tokio::join!(waits, shuts);
    assert_eq!(answer, code::REVOKED);
    assert_eq!(told(agent.caller(app).await), code::SESSION);
    assert_eq!(told(agent.open(app).await), code::REVOKED);
    assert_eq!(told(agent.ask(app).await), code::SESSION);
    assert_eq!(
        code_of(app.revoke_agent(&app.ctx(), &boss, id).await),
        "not-found"
    );
    let id = app
        .asks_for_reset(uuid::Uuid::from_u128(7), "canary for the other one")
        .await;
    assert_eq!(
        other.tasks(app).await.len(),
        1,
        "{id}: the other one is asked"
    );
    let told_of = app.events().await;
    assert!(
        told_of
            .iter()
            .any(|e| e.activity == Activity::AgentRevoked && e.outcome == Outcome::Success)
    );
    tasks.stop().await;
    node.db.close().await;
    app.ignore_messages().await;
}
