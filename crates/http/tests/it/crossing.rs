//! Codes, tokens and cookies that belong elsewhere, and steps out of order.

use crate::browser::encoded;
use crate::cast::{BOBS_MAIL, Cast, MAIL, PHONE};
use crate::site::Site;
use keyward_core::policy::Gates;
use keyward_core::role::Role;

const ADA: &str = "ada@contoso.example";
const BOB: &str = "bob@contoso.example";

async fn one_gate(site: &Site) {
    site.set_policy(|p| p.gates = Gates::One).await;
}

// case: S03, TR-08, TR-09, S04, S12
#[tokio::test]
async fn s03_a_code_opens_only_the_reset_that_asked_for_it() {
    let site = Site::new().await;
    Cast::of(&site).await;
    one_gate(&site).await;
    let (mut ada, mut bob, mut again) = (site.browser(), site.browser(), site.browser());
    for (browser, name) in [(&mut ada, ADA), (&mut bob, BOB), (&mut again, ADA)] {
        browser.begin(name).await.leads("/reset/verify");
    }
    ada.send_mail().await.leads("/reset/code");
    let adas = site.code_to(MAIL).await;
    bob.send_mail().await.leads("/reset/code");
    let bobs = site.code_to(BOBS_MAIL).await;
    again.send_mail().await.leads("/reset/code");
    let newer = site.code_to(MAIL).await;
    // Each code everywhere but where it belongs.
    for (browser, codes) in [
        (&mut ada, [&bobs, &newer]),
        (&mut bob, [&adas, &newer]),
        (&mut again, [&bobs, &adas]),
    ] {
        for code in codes {
            let page = browser.type_code(code).await.expect(422);
            page.says("That isn't the code");
            browser.get("/reset/password").await.leads("/reset/verify");
        }
    }
    bob.type_code(&bobs).await.leads("/reset/password");
    // The token is the reset: a stranger's cookie of another browser with Bob's own form does not carry it over.
    let mut mixed = site.browser();
    mixed.get("/reset").await;
    mixed.hold("reset", ada.cookie("reset").unwrap());
    mixed.get("/reset/password").await.leads("/reset/verify");
}

// case: S03, S04, ST-11, S02
#[tokio::test]
async fn st_11_the_client_holds_no_state() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let (mut ada, mut bob) = (site.browser(), site.browser());
    ada.begin(ADA).await;
    bob.begin(BOB).await;
    let (phone, mail) = cast.methods;
    // Another person's methods, by their id in another reset and by their id in the database.
    for id in [
        phone.to_string(),
        mail.to_string(),
        ada.choice("email").await,
        cast.ada.to_string(),
    ] {
        bob.post("/reset/verify", &[("method", &id)])
            .await
            .expect(422);
        let page = bob
            .post(&format!("/reset/send/{id}"), &[("number", PHONE)])
            .await;
        assert_eq!(page.to(), "/reset/verify", "{}", page.text());
        bob.get(&format!("/reset/send/{id}"))
            .await
            .leads("/reset/verify");
    }
    site.expect_no_messages().await;
    let lies = [
        ("gatesRequired", "0"),
        ("gates", "0"),
        ("gate", "3"),
        ("step", "password"),
        ("state", "verified"),
        ("verified", "true"),
        ("completed", "true"),
        ("user", ADA),
        ("userId", "1"),
        ("name", ADA),
        ("mail", "attacker@evil.example"),
        ("to", "attacker@evil.example"),
        ("goal", "unlock"),
        ("password", "violet canyon tango"),
        ("confirm", "violet canyon tango"),
    ];
    for path in [
        "/reset/verify",
        "/reset/code",
        "/reset/password",
        "/reset/goal",
        "/reset/help",
    ] {
        let mut fields = lies.to_vec();
        let own = bob.choice("email").await;
        fields.push(("method", &own));
        bob.post(path, &fields).await;
        bob.get("/reset/password").await.leads("/reset/verify");
        bob.get("/reset/done").await.leads("/reset/verify");
    }
    for mail in site.mails().await {
        assert!(
            mail.to == BOBS_MAIL || mail.to.ends_with("@contoso.example"),
            "{mail:#?}"
        );
    }
    assert!(
        site.opens(ADA, &site.password("ada")).await
            && site.opens(BOB, &site.password("bob")).await
    );
}

// case: ST-02, S01
#[tokio::test]
async fn st_02_no_step_can_be_skipped() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let password = site.plant("violet canyon tango");
    let mut browser = site.browser();
    // Without a reset, with one, with a code on its way, and with one of two gates open.
    for step in 0..4 {
        match step {
            0 => {
                browser.get("/reset").await;
            }
            1 => {
                browser.begin(ADA).await;
            }
            2 => {
                browser.send_mail().await.leads("/reset/code");
            }
            _ => {
                let code = site.code_to(MAIL).await;
                browser.type_code(&code).await.leads("/reset/verify");
            }
        }
        let page = browser
            .post(
                "/reset/password",
                &[("password", &password), ("confirm", &password)],
            )
            .await;
        assert!(
            ["/reset", "/reset/verify"].contains(&page.to()),
            "{step}: {}",
            page.text()
        );
        let page = browser.get("/reset/password").await;
        assert!(["/reset", "/reset/verify"].contains(&page.to()), "{step}");
        assert!(!site.opens(ADA, &password).await, "{step}");
    }
    site.expect_no_messages().await;
}

// case: ST-06, ST-03, ST-04
#[tokio::test]
async fn st_06_gates_of_two_tabs_do_not_add_up() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let (mut first, mut second) = (site.browser(), site.browser());
    first.begin(ADA).await;
    second.begin(ADA).await;
    first.send_mail().await.leads("/reset/code");
    let code = site.code_to(MAIL).await;
    first.type_code(&code).await.leads("/reset/verify");
    second.send_phone(PHONE).await.leads("/reset/code");
    let code = site.code_to(PHONE).await;
    second.type_code(&code).await.leads("/reset/verify");
    for browser in [&mut first, &mut second] {
        browser.get("/reset/password").await.leads("/reset/verify");
    }
    // The mailbox was used in this one: it is not offered again.
    let page = first.get("/reset/verify").await.expect(200);
    assert!(!page.text().contains('@'), "{}", page.text());
    // Another reset in the same browser takes the place of the one before.
    let mut tabs = first.clone();
    tabs.begin(ADA).await.leads("/reset/verify");
    tabs.get("/reset/password").await.leads("/reset/verify");
    assert!(tabs.get("/reset/verify").await.text().contains('@'));
}

// case: TR-14, S99, ID-04
#[tokio::test]
async fn tr_14_nothing_of_one_organisation_counts_in_another() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut tx = site.db.write(cast.other).await.unwrap();
    tx.assign_role(cast.eve, Role::GlobalAdministrator)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut eve = site.as_user_of(cast.other, cast.eve).await;
    let page = eve.get("/admin/users").await.expect(200);
    assert!(
        page.text().contains("eve@fabrikam.example"),
        "{}",
        page.text()
    );
    for route in site.routes() {
        if route.method == "GET" && route.pattern.starts_with("/admin") {
            let page = eve.get(&crate::sweep::filled(&route.pattern, &cast)).await;
            assert!(
                !page.body.contains("contoso.example"),
                "{route}: {}",
                page.text()
            );
        }
    }
    // Told by header, host, query or body, the organisation is still her own.
    let tenant = site.tenant.to_string();
    let mut liar = eve
        .clone()
        .sending("x-tenant-id", tenant.clone())
        .sending("x-tenant", "contoso.example");
    for path in [
        "/admin/users?q=ada",
        "/admin/users?tenant=contoso.example",
        &format!("/admin/users?tenant_id={tenant}"),
    ] {
        let page = liar.get(path).await.expect(200);
        assert!(!page.body.contains("ada@contoso.example"), "{path}");
    }
    let body = encoded(&[
        ("csrf", &eve.csrf),
        ("id", &cast.ada.to_string()),
        ("do", "block"),
        ("sure", "yes"),
        ("tenant_id", &tenant),
    ]);
    eve.send(eve.raw_form("/admin/users/bulk", body)).await;
    assert!(site.opens(ADA, &site.password("ada")).await);
    site.ignore_messages().await;
}
