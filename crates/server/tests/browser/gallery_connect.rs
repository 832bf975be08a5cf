//! The pages of licences, of on-premises integration, and of agents.

use crate::common::{ADMIN, Gallery, Visit};
use crate::world::World;
use keyward_testbed::browser::Browser;
use keyward_wire::Bytes;
use keyward_wire::enrol::{EnrolRequest, EnrolStarted, Named};
use keyward_wire::seal::Sealing;
use keyward_wire::sign::Signing;
use keyward_wire::{VERSION, path};
use std::io::{Read, Write};
use std::net::TcpStream;

const EMS: &str = "/admin/licences/ems-e3";
const ON_PREMISES: &str = "/admin/password-reset/on-premises";
const AGENTS: &str = "/admin/connect/agents";

/// Where the first link leads that this selector matches.
async fn link(browser: &Browser, css: &str) -> String {
    let found = browser.find(css).await.attr("href").await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn gallery_of_licences() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    world.open(&gallery.browser, EMS).await;
    let user = link(&gallery.browser, "a[href*='/users/'][href$='/remove']").await;
    let group = link(&gallery.browser, "a[href*='/groups/'][href$='/remove']").await;
    let pages = [
        ("/admin/licences", "admin-licences"),
        (EMS, "admin-licence"),
        ("/admin/licences/complete", "admin-licence-everybody"),
        (&format!("{EMS}/assign"), "admin-licence-assign"),
        (&user, "admin-licence-remove-user"),
        (&group, "admin-licence-remove-group"),
        (ON_PREMISES, "admin-on-premises"),
    ];
    gallery.pages(&world, &pages).await;
    // A group that grew by itself.
    world.query("UPDATE subscriptions SET units = 1 WHERE sku = 'EMS_E3'");
    let pages = [
        ("/admin/licences", "admin-licences-over"),
        (EMS, "admin-licence-over"),
    ];
    gallery.pages(&world, &pages).await;
    world
        .open(&gallery.browser, &format!("{EMS}/assign?q=sales"))
        .await;
    gallery.browser.choose("Sales").await;
    gallery.browser.click("Assign").await;
    gallery.browser.wait_text("would be needed").await;
    gallery.answer("admin-licence-short").await;
    world.query("DELETE FROM subscriptions");
    let pages = [
        ("/admin/licences", "admin-licences-none"),
        (ON_PREMISES, "admin-on-premises-no-plan"),
    ];
    gallery.pages(&world, &pages).await;
    gallery.close();
}

/// An agent asks to be let in, as its program does: its code and the fingerprint of its keys.
fn ask(world: &World) -> (String, String) {
    let signing = Signing::from_seed(&[3; 32]);
    let mut request = EnrolRequest {
        version: VERSION,
        host: "connect1.corp.contoso.example".into(),
        agent_version: "0.2.0".into(),
        signing_key: signing.public(),
        sealing_key: Sealing::from_seed(&[4; 32]).public(),
        signature: Bytes::default(),
        directories: vec![Named {
            id: uuid::Uuid::from_u128(0xd1),
            name: "corp.contoso.example".into(),
        }],
    };
    request.signature = signing.sign(&request.to_sign());
    let body = serde_json::to_string(&request).unwrap();
    let host = world.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let (path, length) = (path::ENROL, body.len());
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let json = &answer[answer.find('{').unwrap_or_else(|| panic!("{answer}"))..];
    let json = &json[..=json.rfind('}').unwrap()];
    let started: EnrolStarted = serde_json::from_str(json).unwrap();
    (started.user_code, request.fingerprint())
}

/// What the agent would have told of itself and its directory.
const HEALTH: &str = "UPDATE agents SET seen_at = approved_at + 3600000000, ip = '192.0.2.44',
    health = '{\"directories\":[],\"complaints\":[\"The clock of this host is 7 minutes wrong\"]}';
    INSERT INTO directories (tenant_id, id, kind, name, suffixes, first_agent, first_seen_at) SELECT tenant_id, x'000000000000000000000000000000d1', 'active-directory',
    'corp.contoso.example', '[\"corp.contoso.example\",\"contoso.example\"]', id, approved_at FROM agents;
    INSERT INTO agent_directories SELECT tenant_id, id, x'000000000000000000000000000000d1',
    'ldaps://dc1.corp.contoso.example', 1, 1, 1, 1, 0,
    '[\"No right to set passwords in OU=Sales,DC=corp,DC=contoso,DC=example\"]', approved_at FROM agents";

#[tokio::test]
async fn gallery_of_agents() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    let (code, print) = ask(&world);
    let pages = [
        (AGENTS, "admin-agents-none"),
        ("/admin/connect/enrol", "admin-enrol"),
    ];
    gallery.pages(&world, &pages).await;
    gallery.browser.fill("Code", "AAAA-AAAA").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_text("No agent waits").await;
    gallery.answer("admin-enrol-wrong").await;
    world.open(&gallery.browser, "/admin/connect/enrol").await;
    gallery.browser.fill("Code", &code).await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_text(&print).await;
    gallery.page("admin-enrol-decide").await;
    gallery.browser.click("It is the same, let it in").await;
    gallery.browser.wait_text("The agent was let in").await;
    let url = gallery.browser.url().await;
    let agent = url.strip_prefix(&world.url).unwrap().to_owned();
    gallery.page("admin-agent-new").await;
    world.query(HEALTH);
    let revoke = format!("{agent}/revoke");
    let pages = [
        (AGENTS, "admin-agents"),
        (agent.as_str(), "admin-agent"),
        (ON_PREMISES, "admin-on-premises-connected"),
        (&revoke, "admin-agent-revoke"),
    ];
    gallery.pages(&world, &pages).await;
    world.query(
        "INSERT INTO agent_allowances (tenant_id, agent_id, directory_id, name, allowed, at)
         SELECT tenant_id, id, x'000000000000000000000000000000d5', 'fabrikam.example', 0, approved_at FROM agents",
    );
    gallery.pages(&world, &[(&agent, "admin-agent-asks")]).await;
    world.open(&gallery.browser, &revoke).await;
    gallery.browser.click("Shut out").await;
    gallery.browser.wait_text("The agent is shut out").await;
    gallery
        .pages(&world, &[(&agent, "admin-agent-revoked")])
        .await;
    gallery.close();
}

/// A round that is under way, of which some have been looked at. What it asked last is not answered, so that it stands
/// still; no agent waits for it.
const ROUND: &str = "INSERT INTO directories (tenant_id, id, kind, name, suffixes, first_agent, first_seen_at)
    SELECT id, x'000000000000000000000000000000d1', 'active-directory', 'corp.contoso.example',
    '[\"corp.contoso.example\"]', x'000000000000000000000000000000aa', 1 FROM tenants;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 64)
    INSERT INTO operations (tenant_id, id, directory_id, request, writes, state, created_at, sent_at, expires_at)
    SELECT id, randomblob(16), x'000000000000000000000000000000d1', '{\"do\":\"examine\"}', 0, 'sent', now, now,
    now + 3600000000 FROM tenants, n, (SELECT strftime('%s', 'now') * 1000000 AS now);
    INSERT INTO examination_rounds (tenant_id, started_at, started_by, users, reached)
    SELECT id, strftime('%s', 'now') * 1000000, 'admin@contoso.example', 430,
    x'00000000000000000000000000000001' FROM tenants;
    INSERT INTO examinations (tenant_id, user_id, examined_at, reason, found)
    SELECT tenant_id, id, strftime('%s', 'now') * 1000000 + 1,
    CASE WHEN upn_key LIKE 'c%' THEN 'directory-protected' ELSE '' END, '{}' FROM users";

#[tokio::test]
async fn gallery_of_the_doctor_before_during_and_after() {
    const DOCTOR: &str = "/admin/connect/doctor";
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    world.open(&gallery.browser, DOCTOR).await;
    gallery.browser.wait_text("Nobody has looked yet").await;
    gallery.page("admin-connect-doctor-never").await;
    world.query(ROUND);
    world.open(&gallery.browser, DOCTOR).await;
    gallery.browser.wait_text("of 430").await;
    gallery.page("admin-connect-doctor-running").await;
    world.query(
        "UPDATE examination_rounds SET ended_at = started_at + 5000000, stopped = 'agent-away'",
    );
    world.open(&gallery.browser, DOCTOR).await;
    gallery
        .browser
        .wait_text("No agent of this directory was heard lately")
        .await;
    gallery.page("admin-connect-doctor-stopped").await;
    gallery.close();
}
