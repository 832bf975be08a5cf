//! Being asked for a proof in the middle of something, and coming back to it.

use crate::cast::{MAIL, PHONE};
use crate::site::Site;
use keyward_core::policy::{Gates, Helpdesk, Scope};
use keyward_core::role::Role;

/// Somebody who registered a phone when one method was enough; now it is two.
async fn with_a_phone(site: &Site) -> keyward_core::ids::MethodId {
    site.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::Two;
    })
    .await;
    let ada = site.user("ada").await;
    site.register_phone(ada, PHONE).await
}

#[tokio::test]
async fn registration_goes_on_after_the_proof_of_an_older_method() {
    let site = Site::new().await;
    let phone = with_a_phone(&site).await.to_string();
    let mut ada = site.browser();
    ada.get("/account/activity").await.leads("/signin");
    let password = site.password("ada");
    ada.sign_in("ada@contoso.example", &password)
        .await
        .leads("/register");
    ada.get("/register").await.expect(200);
    ada.post("/register", &[]).await.leads("/register/methods");
    // Before anything is typed, not after.
    ada.get("/register/email")
        .await
        .leads("/account/security/prove");
    let page = ada.get("/account/security/prove").await.expect(200);
    assert!(
        page.body.contains("href=\"/register/methods\""),
        "a way out"
    );
    ada.post("/account/security/prove", &[("method", &phone)])
        .await
        .leads("/account/security/prove/code");
    let code = site.code_to(PHONE).await;
    ada.post("/account/security/prove/code", &[("code", &code)])
        .await
        .leads("/register/email");
    assert_eq!(ada.cookie("back"), None);
    ada.get("/register/email").await.expect(200);
    ada.post("/register/email", &[("value", MAIL)])
        .await
        .leads("/register/email/code");
    let code = site.code_to(MAIL).await;
    ada.post("/register/email/code", &[("code", &code)])
        .await
        .leads("/register/methods");
    ada.post("/register/finish", &[])
        .await
        .leads("/account/activity");
    site.ignore_messages().await;
}

#[tokio::test]
async fn a_proof_leads_nowhere_but_to_what_asked_for_it() {
    let site = Site::new().await;
    let phone = with_a_phone(&site).await.to_string();
    let me = site.principal("ada").await;
    for (n, odd) in ["/admin", "//evil.example", "/register/cancel", "/signout"]
        .into_iter()
        .enumerate()
    {
        let mut ada = site.as_user(me.user.id).await;
        ada.hold("back", odd);
        if n < 2 {
            ada.get("/account/security/prove").await.expect(200);
            ada.post("/account/security/prove", &[("method", &phone)])
                .await
                .leads("/account/security/prove/code");
            let code = site.code_to(PHONE).await;
            ada.post("/account/security/prove/code", &[("code", &code)])
                .await
                .leads("/account/security");
        } else {
            let page = ada.get("/account/security/prove").await.expect(200);
            assert!(!page.body.contains(&format!("href=\"{odd}\"")));
        }
    }
    // What is asked for elsewhere is found again as well.
    let mut ada = site.as_user(me.user.id).await;
    let remove = format!("/account/security/remove/{phone}");
    ada.get(&remove).await.leads("/account/security/prove");
    assert_eq!(ada.cookie("back"), Some(remove.as_str()));
    ada.get("/account/security").await.expect(200);
    assert_eq!(ada.cookie("back"), None, "left behind");
}

#[tokio::test]
async fn whoever_lost_the_only_method_can_call_for_help() {
    let site = Site::new().await;
    with_a_phone(&site).await;
    let boss = site.admin(Role::GlobalAdministrator).await;
    let me = site.principal("ada").await;
    let mut ada = site.as_user(me.user.id).await;
    for path in ["/account/security/prove", "/register/methods"] {
        let page = ada.get(path).await.expect(200);
        assert!(page.body.contains("href=\"/account/help\""), "{path}");
    }
    ada.get("/account/help").await.expect(200);
    site.expect_no_messages().await;
    ada.post("/account/help", &[])
        .await
        .expect(200)
        .says("Your administrators will see this");
    let mail = site.mail_to(boss.user.upn.as_str()).await;
    assert!(mail.text.contains("can't prove a method"), "{}", mail.text);
    // Once an hour; and not at all where there is a help desk.
    ada.post("/account/help", &[]).await.expect(200);
    site.expect_no_messages().await;
    site.set_policy(|p| p.helpdesk = Some(Helpdesk::Url("https://help.example/".into())))
        .await;
    site.advance(keyward_core::time::hours(2));
    let mut ada = site.as_user(me.user.id).await;
    ada.get("/account").await.expect(200);
    ada.post("/account/help", &[]).await.leads("/account/help");
    ada.get("/account/help")
        .await
        .expect(200)
        .says("Open the help desk");
    site.expect_no_messages().await;
}
