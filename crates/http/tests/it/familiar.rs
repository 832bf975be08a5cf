//! The cookie of familiar browsers.

use crate::page::Page;
use crate::site::Site;

const ADA: &str = "ada@contoso.example";

/// What a page gives a browser to be known by.
fn given(page: &Page) -> Option<String> {
    let mut cookies = page.cookies().into_iter();
    cookies
        .find(|(name, _)| name.ends_with("-device"))
        .map(|(_, rest)| rest)
}

// case: OT-25, EN-14, SE-02
#[tokio::test]
async fn ot_25_others_do_not_lock_the_owners_browser() {
    let site = Site::new().await;
    site.user("ada").await;
    let mut home = site.browser();
    let wrong = home.sign_in(ADA, "wrong").await.expect(422);
    assert_eq!(given(&wrong), None, "only who has shown who they are");
    let entered = home.sign_in(ADA, &site.password("ada")).await.expect(303);
    let cookie = given(&entered).expect("a cookie");
    assert!(cookie.contains("; Max-Age=34560000"), "{cookie}");
    home.visit("/account").await;
    home.post("/signout", &[]).await.expect(200);
    assert!(home.cookie("device").is_some(), "it is not the session's");
    for n in 0..11 {
        let mut other = site.browser();
        other.sign_in(ADA, &format!("guess {n}")).await;
    }
    let mut other = site.browser();
    let away = other.sign_in(ADA, &site.password("ada")).await.expect(429);
    away.says("Sign-in is locked to protect this account");
    let again = home.sign_in(ADA, &site.password("ada")).await.expect(303);
    assert_eq!(given(&again), None, "it has one");
    // A cookie that was tampered with is none, and is replaced where somebody shows who they are.
    let mut tampered = site.browser();
    tampered.hold("device", "forged");
    tampered
        .sign_in(ADA, &site.password("ada"))
        .await
        .expect(429);
    site.ignore_messages().await;
}
