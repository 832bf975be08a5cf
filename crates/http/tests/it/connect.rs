//! Agents in the hands of administrators.

use crate::cast::{Cast, MAIL};
use crate::site::Site;
use keyward_app::testing::TestAgent;
use keyward_core::role::Role;
use keyward_core::time::minutes;

const LIST: &str = "/admin/connect/agents";
const TYPE: &str = "/admin/connect/enrol";
const DECIDE: &str = "/admin/connect/enrol/decide";

#[tokio::test]
async fn an_agent_is_let_in_after_a_fresh_proof_and_its_code_is_typed_once() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    site.give_role(cast.ada, Role::HybridIdentityAdministrator)
        .await;
    let agent = TestAgent::new(7);
    let print = agent.request().fingerprint();
    let started = site.enrol(&agent).await;
    let mut ada = site.as_user(cast.ada).await;
    // Without a code there is nothing to decide.
    ada.get(DECIDE).await.leads(TYPE);
    ada.get(TYPE)
        .await
        .says("The agent's terminal shows a code");
    ada.post(TYPE, &[("code", " ")]).await.expect(422);
    ada.post(TYPE, &[("code", "AAAA-AAAA")])
        .await
        .expect(410)
        .says("No agent waits under this code");
    let typed = started.user_code.to_lowercase();
    ada.post(TYPE, &[("code", &typed)]).await.leads(DECIDE);
    let page = ada.get(DECIDE).await;
    page.says(&print).says("host7.corp.contoso.example");
    // Ada has methods: being signed in is not enough, and she comes back to the same question.
    let approve = [("do", "approve"), ("fingerprint", print.as_str())];
    let prove = "/account/security/prove";
    ada.post(DECIDE, &approve).await.leads(prove);
    let mailbox = cast.methods.1.to_string();
    ada.get(prove).await;
    ada.post(prove, &[("method", &mailbox)])
        .await
        .leads("/account/security/prove/code");
    let code = site.code_to(MAIL).await;
    ada.post("/account/security/prove/code", &[("code", &code)])
        .await
        .leads(DECIDE);
    ada.get(DECIDE).await.says(&print);
    // Another fingerprint than the one that was looked at is not let in.
    let other = [("do", "approve"), ("fingerprint", "0000-0000")];
    ada.post(DECIDE, &other).await.expect(409);
    let done = ada.post(DECIDE, &approve).await.expect(303);
    let to = done.to().to_owned();
    assert!(to.starts_with(&format!("{LIST}/")), "{to}");
    ada.get(&to)
        .await
        .says("The agent was let in")
        .says("Not heard yet")
        .says(&print);
    // The code is spent, and forgotten.
    ada.get(DECIDE).await.leads(TYPE);
    ada.post(TYPE, &[("code", &typed)]).await.expect(410);
    site.ignore_messages().await;
}

#[tokio::test]
async fn a_directory_that_an_agent_names_later_waits_on_its_page() {
    let site = Site::new().await;
    let mut agent = site.agent(7).await;
    let mut other = agent.health.directories[0].clone();
    other.directory = uuid::Uuid::from_u128(0xd5);
    other.name = "fabrikam.test".into();
    agent.health.directories.push(other);
    agent.ask(&site).await.unwrap();
    let page = format!("{LIST}/{}", agent.id());
    let allow = format!("{page}/directories/{}", uuid::Uuid::from_u128(0xd5));
    let mut reader = site.as_admin(Role::GlobalReader).await;
    let shown = reader.get(&page).await;
    let shown = shown.says("fabrikam.test");
    assert!(!shown.body.contains("Let it work"));
    reader.post(&allow, &[]).await.expect(403);
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    desk.get(&page)
        .await
        .says("Let it work beside fabrikam.test");
    desk.post(&allow, &[]).await.leads(&page);
    agent.ask(&site).await.unwrap();
    let shown = desk.get(&page).await;
    let shown = shown.says("may work beside this directory now");
    assert!(!shown.body.contains("Let it work"));
    desk.post(&allow, &[]).await.expect(404);
    site.ignore_messages().await;
}

#[tokio::test]
async fn an_agent_is_turned_away() {
    let site = Site::new().await;
    let agent = TestAgent::new(7);
    let started = site.enrol(&agent).await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    desk.get(TYPE).await;
    desk.post(TYPE, &[("code", &started.user_code)])
        .await
        .leads(DECIDE);
    desk.post(DECIDE, &[("do", "refuse")]).await.leads(LIST);
    desk.get(LIST)
        .await
        .says("was turned away")
        .says("No agent yet");
    site.ignore_messages().await;
}

#[tokio::test]
async fn health_is_told_in_words_and_an_agent_is_shut_out_after_a_question() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut desk = site.as_admin(Role::GlobalAdministrator).await;
    let on_premises = "/admin/password-reset/on-premises";
    desk.get(LIST)
        .await
        .says("dc1.contoso.example")
        .says("Needs attention")
        .says("corp.contoso.test");
    let page = format!("{LIST}/{}", cast.ada);
    desk.get(&page)
        .await
        .says("The clock is 7 minutes wrong")
        .says("No right to set passwords in OU=Sales")
        .says("Writes passwords back")
        .says("7Q2K-0000-M4XZ-9999-ABCD-EFGH");
    desk.get(on_premises)
        .await
        .says("Running, one agent")
        .says("If it is away, nobody can");
    site.advance(minutes(2));
    desk.get(LIST).await.says("Away");
    desk.get(on_premises)
        .await
        .says("Every agent of this directory is away");
    let revoke = format!("{page}/revoke");
    desk.get(&revoke)
        .await
        .says("No other agent stands beside corp.contoso.test");
    desk.post(&revoke, &[]).await.leads(LIST);
    desk.get(LIST).await.says("Shut out");
    desk.get(on_premises)
        .await
        .says("No agent stands beside this directory any more");
    desk.post(&revoke, &[]).await.expect(404);
    // Whoever may only look is offered nothing.
    let mut reader = site.as_admin(Role::GlobalReader).await;
    let shown = reader.get(LIST).await;
    assert!(!shown.body.contains("href=\"/admin/connect/enrol\""));
    reader.get(TYPE).await.expect(403);
    site.ignore_messages().await;
}
