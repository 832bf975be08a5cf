//! Handing accounts over, from the administrator's page to the owner's.

use crate::browser::Browser;
use crate::cast::Cast;
use crate::page::Page;
use crate::site::Site;
use keyward_core::role::Role;

const ADA: &str = "ada@contoso.example";

/// The path of the link on the page that shows it.
fn link_on(site: &Site, page: &Page) -> String {
    let start = format!("{}/hand-over/", site.base);
    let at = page.body.find(&start).expect("a link") + site.base.len();
    let rest = &page.body[at..];
    rest[..rest.find('<').unwrap()].to_owned()
}

async fn make(site: &Site, desk: &mut Browser<'_>, person: &str, opens: &str) -> String {
    let page = desk.get(&format!("{person}/hand-over")).await.expect(200);
    assert!(page.body.contains(&format!("{person}/hand-over/{opens}")));
    let ask = format!("{person}/hand-over/{opens}");
    desk.get(&ask).await.expect(200).says("Make a link for");
    let page = desk
        .post(&ask, &[])
        .await
        .expect(200)
        .has("<svg class=\"qr\"");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let path = link_on(site, &page);
    site.plant(path.rsplit('/').next().unwrap());
    path
}

// case: S31, TR-12, S30, F-13
#[tokio::test]
async fn s31_a_link_that_is_opened_by_scanners_sets_one_new_password() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let person = format!("/admin/users/{}", cast.ada);
    let mut desk = site.as_admin(Role::HelpdeskAdministrator).await;
    let path = make(&site, &mut desk, &person, "password").await;
    desk.get(&format!("{person}/hand-over"))
        .await
        .says("A link is waiting");
    let mut scanner = site.browser();
    for _ in 0..5 {
        for method in ["GET", "HEAD"] {
            let request = scanner.request(method, &path);
            scanner.send(request).await.leads("/hand-over");
            let request = scanner.request(method, "/hand-over");
            scanner.send(request).await.expect(200);
        }
    }
    let mut owner = site.browser();
    let page = owner.visit(&path).await.expect(200).says(ADA);
    let token = path.rsplit('/').next().unwrap();
    assert!(!page.body.contains(token), "the token stands on the page");
    owner.post("/hand-over", &[]).await.leads("/reset/password");
    owner.get("/reset/password").await.expect(200);
    // What would be a gate is none.
    owner.get("/reset/verify").await.leads("/reset/password");
    let new = "violet canyon tango";
    site.plant(new);
    let fields = [("password", new), ("confirm", new)];
    owner
        .post("/reset/password", &fields)
        .await
        .leads("/reset/done");
    assert!(site.opens(ADA, new).await);
    // Once.
    owner.visit(&path).await.says("can't be used any more");
    owner.post("/hand-over", &[]).await.expect(410);
    site.ignore_messages().await;
}

#[tokio::test]
async fn security_info_is_opened_after_signing_in_and_to_nobody_else() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let person = format!("/admin/users/{}", cast.ada);
    let mut desk = site.as_admin(Role::AuthenticationAdministrator).await;
    let path = make(&site, &mut desk, &person, "security-info").await;
    let mut owner = site.browser();
    owner.visit(&path).await.says("Sign in with your password");
    owner
        .post("/hand-over", &[])
        .await
        .leads("/account/hand-over");
    owner.get("/account/hand-over").await.leads("/signin");
    let mut bob = site.as_user(cast.bob).await;
    bob.get(&path).await.leads("/hand-over");
    bob.get("/account/hand-over")
        .await
        .says("signed in with another account");
    bob.post("/account/hand-over", &[]).await.expect(410);
    let mut ada = site.as_user(cast.ada).await;
    ada.get(&path).await;
    ada.get("/account/security/add/email")
        .await
        .leads("/account/security/prove");
    ada.get("/account/hand-over")
        .await
        .says("for a few minutes");
    ada.post("/account/hand-over", &[])
        .await
        .leads("/account/security");
    ada.get("/account/security/add/email").await.expect(200);
    ada.post("/account/hand-over", &[]).await.expect(410);
    site.ignore_messages().await;
}

// case: A-08, F-13
#[tokio::test]
async fn a_whole_account_is_handed_over_after_two_proofs_and_taken_back() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let boss = site.person(site.tenant, "boss@contoso.example").await;
    site.give_role(boss, Role::GlobalAdministrator).await;
    site.register_phone(boss, "+4915123456711").await;
    site.register_mail(boss, "boss@home.example").await;
    let mut desk = site.as_user(boss).await;
    let person = format!("/admin/users/{}", cast.ada);
    let ask = format!("{person}/hand-over/account");
    for (method, to) in [(0, "+4915123456711"), (1, "boss@home.example")] {
        let page = desk.visit(&ask).await.expect(200);
        page.form("/account/security/prove");
        // The one that was proved is not offered again.
        let offered = page.body.matches("name=\"method\"").count();
        assert_eq!(offered, 2 - method);
        desk.submit(&page, "/account/security/prove", &[])
            .await
            .leads("/account/security/prove/code");
        let code = site.code_to(to).await;
        desk.post("/account/security/prove/code", &[("code", &code)])
            .await
            .leads(&ask);
    }
    let path = make(&site, &mut desk, &person, "account").await;
    desk.post(&format!("{person}/hand-over/withdraw"), &[])
        .await
        .leads(&format!("{person}/hand-over"));
    let mut owner = site.browser();
    owner.visit(&path).await.says("can't be used any more");
    desk.post(&format!("{person}/hand-over/withdraw"), &[])
        .await
        .expect(410);
    site.ignore_messages().await;
}
