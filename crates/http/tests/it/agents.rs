//! What agents are answered: by the messages of the wire, and nothing that a browser could do.

use crate::browser::Browser;
use crate::cast::Cast;
use crate::page::Page;
use crate::routes::Route;
use crate::site::Site;
use axum::body::Body;
use axum::http::{HeaderValue, Request, header};
use keyward_app::Principal;
use keyward_app::testing::TestAgent;
use keyward_core::role::Role;
use keyward_core::time::minutes;
use keyward_wire::enrol::{EnrolPoll, EnrolStarted, EnrolState};
use keyward_wire::link::{Accepted, Report, Reports, WorkReply, WorkRequest};
use keyward_wire::outcome::Outcome;
use keyward_wire::session::{Challenge, ChallengeRequest, KeyRolled, Session, SessionRequest};
use keyward_wire::{Trouble, VERSION, code, path};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// The endpoints that ask for no session, and those that do.
const STRANGERS: [&str; 4] = [
    path::ENROL,
    path::ENROL_POLL,
    path::CHALLENGE,
    path::SESSION,
];

/// A request as an agent's program sends it.
fn raw(site: &Site, path: &str, token: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Browser::new(site).request("POST", path);
    let headers = request.headers_mut();
    for name in ["origin", "sec-fetch-site"] {
        headers.remove(name);
    }
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    if let Some(token) = token {
        let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
        headers.insert(header::AUTHORIZATION, value);
    }
    *request.body_mut() = body.into();
    request
}

async fn send(site: &Site, request: Request<Body>) -> Page {
    let page = site.browser().send(request).await;
    assert!(
        page.cookies().is_empty(),
        "{}: no cookie is set",
        page.asked
    );
    assert_eq!(page.header("cache-control"), "no-store", "{}", page.asked);
    if page.status.as_u16() != 404 {
        assert_eq!(
            page.header("content-type"),
            "application/json",
            "{}",
            page.asked
        );
    }
    page
}

async fn post(site: &Site, path: &str, token: Option<&str>, message: &impl Serialize) -> Page {
    let body = serde_json::to_vec(message).unwrap();
    send(site, raw(site, path, token, body)).await
}

#[track_caller]
fn read<T: DeserializeOwned>(page: Page) -> T {
    let page = page.expect(200);
    serde_json::from_str(&page.body).unwrap()
}

/// Status and code of an answer that isn't the one that was asked for.
#[track_caller]
fn trouble(page: &Page) -> (u16, String) {
    let trouble: Trouble = serde_json::from_str(&page.body)
        .unwrap_or_else(|_| panic!("{}: {}", page.asked, page.body));
    assert!(trouble.message.len() > 10, "{trouble:?}");
    (page.status.as_u16(), trouble.code)
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn all(site: &Site) -> Vec<Route> {
    let mut routes = site.routes();
    routes.retain(|r| r.pattern.starts_with("/agent/"));
    assert!(routes.len() >= 7, "{routes:#?}");
    routes
}

/// What a request for work that doesn't wait says.
fn asking(agent: &TestAgent) -> WorkRequest {
    agent.asking(0)
}

async fn work(site: &Site, agent: &TestAgent) -> Page {
    post(site, path::WORK, Some(&agent.token), &asking(agent)).await
}

// case: AG-10, S80
#[tokio::test]
async fn an_agent_comes_in_and_works() {
    let site = Site::new().await;
    let boss = site.admin(Role::GlobalAdministrator).await;
    let mut agent = TestAgent::new(1);
    let started: EnrolStarted = read(post(&site, path::ENROL, None, &agent.request()).await);
    assert_eq!(
        started.verification_url,
        format!("{}/admin/connect/enrol", site.base)
    );
    let poll = EnrolPoll {
        enrolment: started.enrolment,
        secret: started.secret.clone(),
    };
    let state = async || read::<EnrolState>(post(&site, path::ENROL_POLL, None, &poll).await);
    assert_eq!(state().await, EnrolState::Waiting);
    let print = agent.request().fingerprint();
    site.approve_agent(&site.ctx(), &boss, &started.user_code, &print)
        .await
        .unwrap();
    let EnrolState::Approved(approval) = state().await else {
        panic!("let in")
    };
    agent.approval = Some(approval);
    let asked = ChallengeRequest {
        version: VERSION,
        agent: agent.id().0,
    };
    let challenge: Challenge = read(post(&site, path::CHALLENGE, None, &asked).await);
    assert_eq!(challenge.now, site.now().0);
    let request = agent.session_request(&challenge.challenge.0);
    let session: Session = read(post(&site, path::SESSION, None, &request).await);
    agent.token = site.plant(session.token);
    // Replayed, it opens nothing.
    let again = post(&site, path::SESSION, None, &request).await;
    assert_eq!(trouble(&again), is(401, code::SESSION));
    assert_eq!(again.header("www-authenticate"), "Bearer");

    let reply: WorkReply = read(work(&site, &agent).await);
    assert!(reply.tasks.is_empty());
    let id = site
        .asks_for_reset(Uuid::from_u128(7), "canary over the wire")
        .await;
    let reply: WorkReply = read(work(&site, &agent).await);
    let task = agent.read(&reply).remove(0);
    assert_eq!(agent.passwords(&task), ["canary over the wire"]);
    let reports = Reports {
        reports: vec![Report {
            operation: task.operation,
            outcome: Outcome::Done,
            took_us: 9,
        }],
    };
    let accepted: Accepted = read(post(&site, path::OUTCOMES, Some(&agent.token), &reports).await);
    assert_eq!(accepted.operations, [id.0]);
    assert_eq!(site.outcome(id).await, Some(Outcome::Done));
    let rolled: KeyRolled = read(
        post(
            &site,
            path::ROLL_KEY,
            Some(&agent.token),
            &agent.roll_request(&keyward_wire::seal::Sealing::from_seed(&[9; 32])),
        )
        .await,
    );
    assert_ne!(rolled.fingerprint, print);
    site.ignore_messages().await;
}

// case: A-01, S73, AZ-01
#[tokio::test]
async fn a_01_every_endpoint_of_agents_asks_for_a_session_or_is_listed() {
    let site = Site::new().await;
    let agent = site.agent(1).await;
    site.ignore_messages().await;
    let cast = Cast::of(&site).await;
    let person = site.session_token(site.tenant, cast.ada).await;
    let admin = site.admin(Role::GlobalAdministrator).await;
    let admins = site.session_token(site.tenant, admin.user.id).await;
    for route in all(&site) {
        assert_eq!(route.method, "POST", "{route}");
        let pattern = route.pattern.as_str();
        if STRANGERS.contains(&pattern) {
            continue;
        }
        for token in [
            None,
            Some(""),
            Some("x"),
            Some(&*person),
            Some(&*admins),
            Some(&agent.token[1..]),
        ] {
            let page = send(&site, raw(&site, pattern, token, "{}")).await;
            assert_eq!(trouble(&page), is(401, code::SESSION), "{route} {token:?}");
        }
        // Who holds a person's cookie, or the token in the wrong place, has no session.
        for (name, value) in [
            ("cookie", format!("__Host-keyward-session={admins}")),
            ("cookie", format!("__Host-keyward-session={}", agent.token)),
            ("authorization", format!("Basic {}", agent.token)),
            ("authorization", agent.token.clone()),
        ] {
            let mut request = raw(&site, pattern, None, "{}");
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(&value).unwrap());
            let page = send(&site, request).await;
            assert_eq!(trouble(&page), is(401, code::SESSION), "{route} {name}");
        }
        // Two are none.
        let mut request = raw(&site, pattern, Some(&agent.token), "{}");
        let second = HeaderValue::from_static("Bearer x");
        request.headers_mut().append(header::AUTHORIZATION, second);
        let page = send(&site, request).await;
        assert_eq!(trouble(&page), is(401, code::SESSION), "{route}");
    }
    // And an agent's token opens no page.
    let mut browser = site.browser();
    browser.hold("session", &agent.token);
    browser.get("/account").await.leads("/signin");
    site.expect_no_messages().await;
}

// case: AG-15, TR-24, I-01, MA-04
#[tokio::test]
async fn ag_15_malformed_bodies_are_refused_by_every_endpoint_and_change_nothing() {
    let site = Site::new().await;
    let agent = site.agent(1).await;
    site.ignore_messages().await;
    let before = site.dump().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let secret = site.plant("canary in a body 7141");
    let small: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("no object", b"[]".to_vec()),
        ("no JSON", b"csrf=x".to_vec()),
        ("no text", vec![0xff, 0xfe]),
        ("cut off", b"{\"version\":1".to_vec()),
        ("a number that is none", b"{\"wait_s\":-1,\"most\":1,\"version\":99999}".to_vec()),
        ("other types", b"{\"version\":\"1\",\"agent\":7,\"reports\":{},\"wait_s\":null,\"enrolment\":[],\"sealing_key\":1}".to_vec()),
        ("a secret", format!("{{\"version\":\"{secret}\",\"reports\":\"{secret}\",\"wait_s\":\"{secret}\"}}").into_bytes()),
        ("no base64", b"{\"sealing_key\":\"%%\",\"signature\":\"\",\"secret\":\"?\",\"challenge\":\"=\"}".to_vec()),
    ];
    for route in all(&site) {
        let pattern = route.pattern.as_str();
        let token = (!STRANGERS.contains(&pattern)).then_some(&*agent.token);
        for (what, body) in &small {
            let page = send(&site, raw(&site, pattern, token, body.clone())).await;
            assert_eq!(trouble(&page), is(400, code::MALFORMED), "{route}, {what}");
            assert!(!page.body.contains(&secret));
        }
        let page = send(&site, raw(&site, pattern, token, deep.clone())).await;
        assert!(
            [400, 413].contains(&page.status.as_u16()),
            "{route}: {}",
            page.status
        );
        let huge = vec![b' '; 5 * 1024 * 1024];
        let page = send(&site, raw(&site, pattern, token, huge)).await;
        assert_eq!(trouble(&page), is(413, code::MALFORMED), "{route}");
        for (name, value) in [
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-type", "text/plain"),
            ("content-encoding", "gzip"),
        ] {
            let mut request = raw(&site, pattern, token, "{}");
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
            let page = send(&site, request).await;
            assert_eq!(trouble(&page), is(400, code::MALFORMED), "{route}, {value}");
        }
    }
    assert_eq!(site.dump().await, before);
}

// case: HH-01
#[tokio::test]
async fn hh_01_agents_of_another_host_are_sent_away() {
    let site = Site::new().await;
    for host in ["evil.example", "127.0.0.1", ""] {
        let mut request = raw(&site, path::CHALLENGE, None, "{}");
        request
            .headers_mut()
            .insert(header::HOST, HeaderValue::from_static(host));
        let page = send(&site, request).await;
        assert_eq!(page.status.as_u16(), 421, "{host}");
        assert!(page.body.contains(&site.base));
    }
}

// case: AG-07
#[tokio::test]
async fn ag_07_another_version_is_told_so() {
    let site = Site::new().await;
    let mut request = TestAgent::new(1).request();
    request.version = VERSION + 1;
    let page = post(&site, path::ENROL, None, &request).await;
    assert_eq!(trouble(&page), is(426, code::VERSION));
    // What a newer one adds is passed over.
    let mut newer = serde_json::to_value(TestAgent::new(1).request()).unwrap();
    newer["more"] = serde_json::json!({ "x": [1] });
    post(&site, path::ENROL, None, &newer).await.expect(200);
}

// case: ID-08, AG-02
#[tokio::test]
async fn id_08_an_agent_of_another_organisation_reports_nothing_here() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mine = site.agent(1).await;
    let mut tx = site.db.write(cast.other).await.unwrap();
    tx.assign_role(cast.eve, Role::GlobalAdministrator)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let eve = site.session_in(cast.other, cast.eve).await;
    let mut theirs = site.let_in(&eve, TestAgent::new(2)).await;
    theirs.open(&site).await.unwrap();
    site.ignore_messages().await;
    assert_eq!(theirs.tenant(), cast.other);
    // Beside what calls itself the same directory.
    read::<WorkReply>(work(&site, &theirs).await);
    let id = site
        .asks_for_reset(Uuid::from_u128(7), "canary of contoso")
        .await;
    assert!(
        read::<WorkReply>(work(&site, &theirs).await)
            .tasks
            .is_empty()
    );
    let reply: WorkReply = read(work(&site, &mine).await);
    assert_eq!(mine.read(&reply).len(), 1);
    let reports = Reports {
        reports: vec![Report {
            operation: id.0,
            outcome: Outcome::Done,
            took_us: 1,
        }],
    };
    let accepted: Accepted = read(post(&site, path::OUTCOMES, Some(&theirs.token), &reports).await);
    assert_eq!(accepted.operations, [id.0], "it may forget it");
    assert_eq!(site.outcome(id).await, None);
    // A challenge of one, signed by the other.
    let asked = ChallengeRequest {
        version: VERSION,
        agent: mine.id().0,
    };
    let challenge: Challenge = read(post(&site, path::CHALLENGE, None, &asked).await);
    let signed = SessionRequest::to_sign(mine.id().0, mine.tenant().0, &challenge.challenge.0);
    let mut request = mine.session_request(&challenge.challenge.0);
    request.signature = theirs.signing.sign(&signed);
    let page = post(&site, path::SESSION, None, &request).await;
    assert_eq!(trouble(&page), is(401, code::SESSION));
}

// case: G-03, AG-12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_03_a_waiting_request_of_a_revoked_agent_is_answered() {
    let site = Site::new().await;
    let agent = site.agent(1).await;
    let boss = site.admin(Role::HybridIdentityAdministrator).await;
    let request = agent.asking(30);
    let waits = post(&site, path::WORK, Some(&agent.token), &request);
    let shuts = site.shuts_out(&boss, &agent);
    let (page, ()) = tokio::join!(waits, shuts);
    assert_eq!(trouble(&page), is(403, code::REVOKED));
    assert_eq!(trouble(&work(&site, &agent).await), is(401, code::SESSION));
    let asked = ChallengeRequest {
        version: VERSION,
        agent: agent.id().0,
    };
    let page = post(&site, path::CHALLENGE, None, &asked).await;
    assert_eq!(trouble(&page), is(403, code::REVOKED));
    site.ignore_messages().await;
}

impl Site {
    async fn shuts_out(&self, boss: &Principal, agent: &TestAgent) {
        let done = self.revoke_agent(&self.ctx(), boss, agent.id()).await;
        done.unwrap();
    }
}

#[tokio::test]
async fn strangers_are_counted_by_where_they_come_from() {
    let site = Site::new().await;
    let asked = ChallengeRequest {
        version: VERSION,
        agent: Uuid::nil(),
    };
    for _ in 0..240 {
        let page = post(&site, path::CHALLENGE, None, &asked).await;
        assert_eq!(trouble(&page), is(404, code::NOT_FOUND));
    }
    let page = post(&site, path::CHALLENGE, None, &asked).await;
    assert_eq!(trouble(&page), is(429, code::BUSY));
    assert_eq!(page.header("retry-after"), "60");
    site.advance(minutes(1));
    let page = post(&site, path::CHALLENGE, None, &asked).await;
    assert_eq!(trouble(&page), is(404, code::NOT_FOUND));
}
