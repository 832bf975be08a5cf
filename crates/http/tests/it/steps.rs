//! Where pages lead that are behind where somebody stands.

use crate::cast::{BOBS_MAIL, Cast, MAIL, PHONE};
use crate::site::Site;
use keyward_core::policy::{Gates, Scope};
use keyward_core::role::Role;

#[tokio::test]
async fn older_pages_of_a_reset_lead_to_where_it_stands() {
    let site = Site::new().await;
    Cast::of(&site).await;
    site.set_policy(|p| p.unlock_without_reset = true).await;
    let mut ada = site.browser();
    ada.begin("ada@contoso.example").await;
    ada.get("/reset/verify").await.leads("/reset/goal");
    ada.post("/reset/goal", &[("goal", "reset")])
        .await
        .leads("/reset/verify");
    let old = ada.choice("email").await;
    ada.send_mail().await.leads("/reset/code");
    let code = site.code_to(MAIL).await;
    ada.type_code(&code).await.leads("/reset/verify");
    // Back, and another choice: what was proved stays what it was proved for.
    ada.post("/reset/goal", &[("goal", "unlock")])
        .await
        .leads("/reset/verify");
    ada.send_phone(PHONE).await.leads("/reset/code");
    let code = site.code_to(PHONE).await;
    ada.type_code(&code).await.leads("/reset/password");
    ada.post("/reset/verify", &[("method", &old)])
        .await
        .leads("/reset/password");
    ada.post("/reset/goal", &[("goal", "unlock")])
        .await
        .leads("/reset/password");
    site.plant("a brand new pass phrase");
    ada.choose("a brand new pass phrase")
        .await
        .leads("/reset/done");
    ada.post("/reset/verify", &[("method", &old)])
        .await
        .leads("/reset/done");
    ada.get("/reset/done")
        .await
        .expect(200)
        .says("Your password was reset");
    site.ignore_messages().await;
}

#[tokio::test]
async fn an_unlock_is_called_one() {
    let site = Site::new().await;
    Cast::of(&site).await;
    site.set_policy(|p| {
        p.unlock_without_reset = true;
        p.gates = Gates::One;
    })
    .await;
    let mut bob = site.browser();
    bob.begin("bob@contoso.example").await;
    bob.get("/reset/verify").await.leads("/reset/goal");
    bob.post("/reset/goal", &[("goal", "unlock")]).await;
    bob.send_mail().await.leads("/reset/code");
    let code = site.code_to(BOBS_MAIL).await;
    bob.type_code(&code).await.leads("/reset/done");
    let page = bob.get("/reset/done").await.expect(200);
    let title = page.body.split("<title>").nth(1).unwrap();
    let title = title.split("</title>").next().unwrap();
    assert!(title.contains("unlocked"), "{title}");
    site.ignore_messages().await;
}

#[tokio::test]
async fn administrators_land_in_the_admin_center_after_a_required_change() {
    let site = Site::new().await;
    site.set_policy(|p| p.scope = Scope::None).await;
    let boss = site.admin(Role::GlobalAdministrator).await;
    let (user, reader) = (site.user("ada").await, site.user("reader").await);
    site.give_role(reader, Role::GlobalReader).await;
    for (id, name, home) in [(user, "ada", "/account"), (reader, "reader", "/admin")] {
        let password = site
            .reset_password_of(&site.ctx(), &boss, id)
            .await
            .unwrap();
        let mut browser = site.browser();
        let name = format!("{name}@contoso.example");
        browser
            .sign_in(&name, password.expose())
            .await
            .leads("/signin/change");
        browser.get("/signin/change").await.expect(200);
        let new = site.plant(format!("new pass phrase for {home}"));
        browser
            .post(
                "/signin/change",
                &[("password", new.as_str()), ("confirm", &new)],
            )
            .await
            .leads(home);
    }
    site.ignore_messages().await;
}
