//! The pages of authenticator apps.

use crate::browser::Browser;
use crate::cast::Cast;
use crate::page::Page;
use crate::site::Site;
use crate::strangers::masked;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, Policy};

/// All kinds are on offer, and one is enough.
async fn everything(site: &Site) {
    site.set_policy(|p| {
        p.methods = Policy::default().methods;
        p.gates = Gates::One;
    })
    .await;
}

/// The key on the page of a new app.
fn key_on(page: &Page) -> String {
    let code = page.body.split("<code id=\"seed\">").nth(1).expect("a key");
    code.split("</code>").next().unwrap().to_owned()
}

const ADD: &str = "/account/security/add/authenticator-app";

/// Carol, who has nothing, on the page of a new app.
async fn adding(site: &Site) -> (Browser<'_>, Page) {
    let carol = site.user("carol").await;
    let mut browser = crate::sweep::with_token(site.as_user(carol).await).await;
    browser
        .get(ADD)
        .await
        .expect(200)
        .says("Set up an authenticator app");
    let code = format!("{ADD}/code");
    browser
        .post(ADD, &[("value", "Pixel <8>")])
        .await
        .leads(&code);
    let page = browser.get(&code).await.expect(200);
    (browser, page)
}

// case: T-06, S-09, TR-25
#[tokio::test]
async fn t_06_the_key_is_on_one_page_until_it_is_used() {
    let site = Site::new().await;
    Cast::of(&site).await;
    everything(&site).await;
    let (mut browser, page) = adding(&site).await;
    let key = site.plant_seed(&key_on(&page));
    assert!(page.header("cache-control").contains("no-store"));
    assert!(!page.header("content-security-policy").contains("unsafe"));
    assert!(page.body.contains("Pixel &#60;8&#62;"), "escaped");
    assert!(page.body.contains("<svg class=\"qr\""));
    let code = format!("{ADD}/code");
    let wrong = browser.post(&code, &[("code", "12345")]).await;
    assert_eq!(key_on(&wrong.expect(422)), key, "to be scanned again");
    let right = site.app_code(&key, 0);
    browser
        .post(&code, &[("code", &right)])
        .await
        .leads("/account/security");
    let home = browser.get("/account/security").await.expect(200);
    assert!(home.body.contains("Pixel &#60;8&#62;") && !home.body.contains(&key));
    browser.get(&code).await.leads(ADD);
    browser.post(&code, &[("code", &right)]).await;
    assert_eq!(
        browser
            .get("/account/security")
            .await
            .body
            .matches("/account/security/rename/")
            .count(),
        1
    );
    site.ignore_messages().await;
}

// case: ID-01, T-06
#[tokio::test]
async fn id_01_apps_are_renamed_by_their_owner_and_entered_by_nobody() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    everything(&site).await;
    let (app, _) = site.register_app(cast.bob, "Bob's").await;
    let mut ada = crate::sweep::with_token(site.as_user(cast.ada).await).await;
    for id in [app.to_string(), cast.methods.0.to_string()] {
        let path = format!("/account/security/rename/{id}");
        ada.get(&path).await.expect(404);
        ada.post(&path, &[("value", "Mine")]).await.expect(404);
    }
    let mut admin = crate::sweep::with_token(
        site.as_admin(keyward_core::role::Role::GlobalAdministrator)
            .await,
    )
    .await;
    let user = admin
        .get(&format!("/admin/users/{}", cast.bob))
        .await
        .expect(200);
    assert!(user.body.contains("Bob&#39;s"));
    assert!(!user.body.contains("methods/add/authenticator-app"));
    let add = format!("/admin/users/{}/methods/add/authenticator-app", cast.bob);
    admin.get(&add).await.expect(404);
    admin.post(&add, &[("value", "x")]).await.expect(404);
    let remove = format!("/admin/users/{}/methods/{app}/remove", cast.bob);
    admin
        .get(&remove)
        .await
        .expect(200)
        .says("Its codes prove nothing any more");
    site.ignore_messages().await;
}

// case: EN-04, EN-05, EN-07
#[tokio::test]
async fn en_04_the_question_for_the_code_of_an_app_is_the_same_for_every_name() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    site.set_policy(|p| {
        p.gates = Gates::Two;
        p.methods = [MethodKind::AuthenticatorApp, MethodKind::Email]
            .map(keyward_core::policy::KindCode)
            .into();
    })
    .await;
    site.register_app(cast.ada, "A name that tells").await;
    let mut seen = Vec::new();
    for name in [
        "ada@contoso.example",
        "nobody@contoso.example",
        "bob@contoso.example",
    ] {
        let mut browser = site.browser();
        browser.begin(name).await.leads("/reset/verify");
        let chooser = browser.get("/reset/verify").await.expect(200);
        assert!(!chooser.body.contains("A name that tells"));
        let mut pages = vec![(chooser.status, masked(&chooser.text()))];
        browser.ask_app().await.leads("/reset/code");
        for code in ["", "12345", "12345", "12345", "12345", "12345"] {
            let page = if code.is_empty() {
                browser.get("/reset/code").await
            } else {
                browser.post("/reset/code", &[("code", code)]).await
            };
            pages.push((page.status, masked(&page.text())));
        }
        seen.push(pages);
    }
    assert!(
        seen[0][1].1.contains("type the code that it shows now"),
        "{:?}",
        seen[0][1]
    );
    assert_eq!(seen[0], seen[1], "nobody");
    assert_eq!(seen[0], seen[2], "somebody who has no app, and can't reset");
    site.expect_no_messages().await;
}

// case: ST-11, ST-12
#[tokio::test]
async fn st_12_where_apps_are_not_on_offer_none_is_asked_for() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let (app, key) = site.register_app(cast.ada, "Old").await;
    let mut browser = site.browser();
    browser.begin("ada@contoso.example").await;
    let page = browser
        .post("/reset/verify", &[("method", &app.to_string())])
        .await;
    page.expect(422);
    browser.type_code(&site.app_code(&key, 0)).await.expect(422);
    browser.get("/reset/password").await.leads("/reset/verify");
    let mut ada = crate::sweep::with_token(site.as_user(cast.ada).await).await;
    assert!(!ada.get("/account/security").await.body.contains(ADD));
    site.ignore_messages().await;
}
