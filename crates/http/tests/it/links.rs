//! Links in mails, which scanners open before people do.

use crate::cast::{Cast, MAIL};
use crate::site::Site;

const ADA: &str = "ada@contoso.example";

// case: S31, TR-12, S30, S26, HH-06
#[tokio::test]
async fn s31_a_scanner_that_opens_a_link_spends_nothing() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut browser = site.browser();
    site.whole_reset(&mut browser, "violet canyon tango").await;
    let notice = site.mail_to(MAIL).await;
    let path = notice.link().replace(&site.base, "");
    site.ignore_messages().await;
    let events = site.events().await.len();
    let mut scanner = site.browser();
    for _ in 0..10 {
        for method in ["GET", "HEAD"] {
            let request = scanner.request(method, &path);
            scanner.send(request).await.leads("/not-me");
            let request = scanner.request(method, "/not-me");
            scanner.send(request).await.expect(200);
        }
        let request = scanner.request("OPTIONS", &path);
        assert!(scanner.send(request).await.status.is_client_error());
    }
    assert_eq!(site.events().await.len(), events);
    // Now the person.
    let mut person = site.browser();
    let page = person.visit(&path).await.expect(200);
    let token = notice.token();
    assert!(!page.body.contains(&token), "the token stands on the page");
    let page = person.submit(&page, "/not-me", &[]).await.expect(200);
    page.says("Your account is locked");
    assert!(!site.opens(ADA, "violet canyon tango").await, "locked");
    let page = person.visit(&path).await.expect(200);
    assert!(
        page.forms().iter().all(|f| f.action != "/not-me"),
        "spent: {}",
        page.text()
    );
    person
        .post("/not-me", &[])
        .await
        .expect(200)
        .says("can't be used any more");
    site.ignore_messages().await;
    let _ = cast;
}

// case: S31, TR-12, S15
#[tokio::test]
async fn s15_the_set_up_link_works_once_and_then_never_again() {
    let options = keyward_app::testing::Options {
        organisation: false,
        ..Default::default()
    };
    let site = Site::with(options).await;
    let link = site.setup_link().await.unwrap().expect("a link");
    let path = link.replace(&site.base, "");
    let mut scanner = site.browser();
    for _ in 0..10 {
        for method in ["GET", "HEAD"] {
            let request = scanner.request(method, &path);
            scanner.send(request).await.leads("/setup");
            let request = scanner.request(method, "/setup");
            scanner.send(request).await.expect(200);
        }
    }
    // Nobody else gets in, and nobody can sign in yet.
    let mut stranger = site.browser();
    stranger.get("/setup").await.expect(410);
    stranger.get("/setup/AAAAAAAAAAAAAAAAAAAAAA").await;
    stranger.get("/setup").await.expect(410);
    stranger
        .sign_in("ada@contoso.example", "violet canyon tango")
        .await
        .expect(422);
    let password = site.plant("violet canyon tango");
    let mut fields = vec![
        ("organisation", "Contoso"),
        ("domain", "contoso.example"),
        ("display_name", "Ada"),
        ("user_name", "ada"),
        ("mail", "ada@contoso.example"),
        ("password", password.as_str()),
        ("confirm", "something else entirely"),
    ];
    let mut person = site.browser();
    let page = person.visit(&path).await.expect(200);
    let page = person
        .submit(&page, "/setup", &fields)
        .await
        .expect(422)
        .says("Contoso");
    fields[6].1 = &password;
    person
        .submit(&page, "/setup", &fields)
        .await
        .leads("/signin");
    person.submit(&page, "/setup", &fields).await.expect(410);
    for browser in [&mut person, &mut scanner, &mut stranger] {
        browser.get(&path).await.leads("/setup");
        browser.get("/setup").await.expect(410);
        browser.post("/setup", &fields).await.expect(410);
    }
    person
        .sign_in("ada@contoso.example", &password)
        .await
        .leads("/admin");
    site.ignore_messages().await;
}
