//! Sessions of agents, and what they say of themselves.

use crate::agents::told;
use crate::help::at_once;
use keyward_app::testing::{TestAgent, TestApp};
use keyward_core::audit::{Activity, Actor};
use keyward_core::time::{hours, minutes, seconds};
use keyward_wire::code;
use keyward_wire::link::{Report, Reports};
use keyward_wire::outcome::Outcome;
use keyward_wire::session::ChallengeRequest;
use keyward_wire::{Bytes, VERSION};
use uuid::Uuid;

on_both_engines!(tr_02_a_challenge_opens_one_session);

// case: TR-02, TR-17, AG-12
async fn tr_02_a_challenge_opens_one_session(app: &TestApp) {
    let (mut one, two) = (app.agent(1).await, app.agent(2).await);
    app.ignore_messages().await;
    let ask = async |agent: &TestAgent| {
        let asked = ChallengeRequest {
            version: VERSION,
            agent: agent.id().0,
        };
        app.agent_challenge(&app.ctx(), &asked)
            .await
            .unwrap()
            .challenge
            .0
    };
    let challenge = ask(&one).await;
    let right = one.session_request(&challenge);
    let opened = at_once(app, 8, |node, _| {
        let (ctx, right) = (app.ctx(), right.clone());
        async move { told(node.open_agent_session(&ctx, &right).await) }
    })
    .await;
    assert_eq!(
        opened.iter().filter(|o| *o == "ok").count(),
        1,
        "{opened:?}"
    );
    assert!(
        opened.iter().all(|o| o == "ok" || o == code::SESSION),
        "{opened:?}"
    );
    let open = async |request| told(app.open_agent_session(&app.ctx(), &request).await);
    assert_eq!(open(right).await, code::SESSION, "replayed");
    assert_eq!(
        open(one.session_request(&[0; 32])).await,
        code::SESSION,
        "made up"
    );
    assert_eq!(
        open(two.session_request(&ask(&one).await)).await,
        code::SESSION,
        "somebody else's"
    );
    let mut forged = one.session_request(&ask(&one).await);
    forged.signature = two.session_request(&forged.challenge.0).signature;
    assert_eq!(
        open(forged.clone()).await,
        code::SESSION,
        "signed by another"
    );
    forged.signature = Bytes::default();
    assert_eq!(open(forged).await, code::SESSION, "not signed");
    let late = one.session_request(&ask(&one).await);
    app.advance(minutes(1));
    assert_eq!(open(late).await, code::SESSION, "too late");
    // A session ends after an hour, and its token is nobody else's.
    one.open(app).await.unwrap();
    app.advance(hours(1).saturating_sub(seconds(1)));
    assert!(one.caller(app).await.is_ok());
    for bad in ["", "x", &one.token[..43], &format!("{}A", one.token)] {
        assert_eq!(told(app.agent_caller(&app.ctx(), bad).await), code::SESSION);
    }
    assert!(
        app.by_token(&one.token).await.is_none(),
        "an agent's token is no person's"
    );
    app.advance(seconds(1));
    assert_eq!(told(one.caller(app).await), code::SESSION);
    app.ignore_messages().await;
}

#[tokio::test]
async fn what_an_agent_says_of_itself_is_kept_within_bounds() {
    let app = TestApp::new().await;
    let mut agent = app.agent(1).await;
    app.ignore_messages().await;
    let one = agent.health.directories[0].clone();
    agent.health.complaints = vec![
        "x".repeat(10_000),
        "a\nb\u{0}\u{1b}[31m".into(),
        "\n".into(),
    ];
    agent.health.directories = (0..200)
        .map(|n| {
            let mut next = one.clone();
            next.directory = Uuid::from_u128(n);
            next.name = if n == 0 {
                "a\r\nb".into()
            } else {
                format!("d{n}.example")
            };
            next.suffixes = vec![
                "<script>".into(),
                "B.example".into(),
                "b.example".into(),
                String::new(),
            ];
            next
        })
        .collect();
    for one in &agent.health.directories {
        app.lets_work(agent.id().0, one.directory).await;
    }
    agent.ask(&app).await.unwrap();
    let boss = app.admin(keyward_core::role::Role::GlobalReader).await;
    let seen = app.connected(&boss).await.unwrap();
    assert_eq!((seen.besides.len(), seen.directories.len()), (64, 65));
    assert!(
        seen.directories
            .iter()
            .all(|d| d.name.chars().all(|c| !c.is_control()))
    );
    let odd = seen
        .directories
        .iter()
        .find(|d| d.id.0 == Uuid::from_u128(0))
        .unwrap();
    assert_eq!(odd.suffixes, ["b.example"]);
    let health: keyward_wire::link::Health =
        serde_json::from_str(seen.agents[0].health.as_ref().unwrap()).unwrap();
    assert_eq!(health.complaints.len(), 2);
    assert_eq!(
        (health.complaints[0].len(), health.complaints[1].as_str()),
        (500, "ab[31m")
    );
    let too_many = Reports {
        reports: vec![
            Report {
                operation: Uuid::nil(),
                outcome: Outcome::Done,
                took_us: 0
            };
            101
        ],
    };
    let caller = agent.caller(&app).await.unwrap();
    assert_eq!(
        told(app.take_reports(&app.ctx(), &caller, &too_many).await),
        code::MALFORMED
    );
    let added: Vec<_> = app.events().await;
    let added = added
        .iter()
        .filter(|e| e.activity == Activity::DirectoryAdded);
    let by_agent =
        |actor: &Actor| matches!(actor, Actor::Agent { name, .. } if *name == agent.host);
    assert!(added.clone().count() == 65 && added.clone().all(|e| by_agent(&e.actor)));
}
