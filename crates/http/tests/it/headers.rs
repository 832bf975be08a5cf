//! Headers of every answer, cookies, and sessions that a client would like to choose.

use crate::cast::Cast;
use crate::site::Site;
use axum::http::HeaderValue;
use keyward_core::role::Role;

// case: S-08, S-10, CJ-01, CJ-03, HH-07, EN-14
#[tokio::test]
async fn s_08_errors_redirects_and_oddities_carry_the_headers_too() {
    // The browser of these tests looks at the headers of every answer it gets; here are the odd ones.
    let site = Site::new().await;
    let mut browser = site.browser();
    for (path, status) in [
        ("/", 303),
        ("/no-such-page", 404),
        ("/admin/no-such-page", 404),
        ("/assets/no-such-file.js", 404),
        ("/assets/..%2f..%2fCargo.toml", 404),
        ("/reset/x.css", 404),
        ("/reset/verify/;/.css", 404),
        ("/account%0a.css", 404),
        ("/favicon.ico", 302),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/not-me/abc", 303),
        ("/account", 303),
        ("/signin?lang=de", 200),
        ("/signin?%ff", 200),
    ] {
        browser.get(path).await.expect(status);
    }
    let request = browser.raw_form("/signin", "%ff=%fe");
    browser.send(request).await.expect(400);
    let request = browser.request("DELETE", "/signin");
    browser.send(request).await.expect(404);
    // An answer that depends on nobody has no validators.
    for path in ["/signin", "/reset", "/account", "/no-such-page"] {
        let page = browser.get(path).await;
        assert_eq!(
            (page.header("etag"), page.header("last-modified")),
            ("", ""),
            "{path}"
        );
    }
}

// case: I-08
#[tokio::test]
async fn i_08_a_fault_shows_a_request_id_and_nothing_else() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut bob = site.as_user(cast.bob).await;
    bob.get("/account").await.expect(200);
    site.db.close().await;
    for path in ["/account", "/account/security"] {
        let page = bob.get(path).await;
        assert!(
            [500, 503].contains(&page.status.as_u16()),
            "{path}: {}",
            page.status
        );
        let id = page.header("x-request-id").to_owned();
        let page = page.says(&id);
        let text = page.text().to_lowercase();
        for word in [
            "sql", "panic", "closed", "pool", "keyward_", ".rs", "error:",
        ] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    bob.get("/healthz").await.expect(200);
    bob.get("/readyz").await.expect(503);
    bob.get("/signin").await.expect(200);
}

// case: S-01, SE-02, K-01
#[tokio::test]
async fn s_01_cookies_have_the_prefix_by_tls_and_none_without() {
    for (site, prefix) in [
        (Site::new().await, "__Host-keyward-"),
        (Site::plain().await, "keyward-"),
    ] {
        Cast::of(&site).await;
        let mut browser = site.browser();
        let page = browser.get("/signin").await;
        assert_eq!(page.cookies()[0].0, format!("{prefix}browser"));
        let page = browser
            .sign_in("ada@contoso.example", &site.password("ada"))
            .await;
        let given = page
            .cookies()
            .into_iter()
            .filter(|(_, rest)| !rest.starts_with(';'));
        let names: Vec<String> = given.map(|c| c.0).collect();
        let expected = ["session", "device"].map(|name| format!("{prefix}{name}"));
        assert_eq!(names, expected, "{}", page.text());
        let session = site.plant(browser.cookie("session").unwrap());
        assert!(session.len() >= 32, "{} characters", session.len());
        site.ignore_messages().await;
    }
}

// case: SE-01, S12
#[tokio::test]
async fn se_01_a_session_that_the_client_chose_is_never_taken_up() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let chosen = "chosenchosenchosenchosenchosenchosenchosench";
    let mut browser = site.browser();
    browser.hold("session", chosen);
    browser.get("/account").await.leads("/signin");
    browser
        .sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    let first = browser.cookie("session").unwrap().to_owned();
    assert_ne!(first, chosen);
    let mut attacker = site.browser();
    attacker.hold("session", chosen);
    attacker.get("/account").await.leads("/signin");
    // Signing in again gives another one, and the browser's own name for itself is no session either.
    let own = site.browser().get("/signin").await.cookies()[0].1.clone();
    attacker.hold("session", own.split(';').next().unwrap());
    attacker.get("/account").await.leads("/signin");
    browser
        .sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    assert_ne!(browser.cookie("session").unwrap(), first);
    // Nor does one become a reset, or a reset a session.
    for name in ["reset", "link", "setup"] {
        let mut mixed = site.browser();
        mixed.hold(name, &first);
        mixed.get("/account").await.leads("/signin");
        let page = mixed.visit("/reset/password").await;
        assert!(!page.body.contains("name=\"password\""), "{}", page.text());
    }
    let mut reset = site.browser();
    reset
        .begin("ada@contoso.example")
        .await
        .leads("/reset/verify");
    let token = reset.cookie("reset").unwrap().to_owned();
    let mut mixed = site.browser();
    mixed.hold("session", &token);
    mixed.get("/account").await.leads("/signin");
    let _ = cast;
}

// case: SE-02, S43
#[tokio::test]
async fn se_02_a_doubled_or_odd_cookie_is_nobody() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut bob = site.as_user(cast.bob).await;
    let token = bob.cookie("session").unwrap().to_owned();
    bob.get("/account").await.expect(200);
    let huge = "x".repeat(5000);
    for jar in [
        format!("__Host-keyward-session={token}; __Host-keyward-session={token}"),
        format!("__Host-keyward-session={token}; keyward-session=evil"),
        format!("keyward-session=evil; __Host-keyward-session={token}"),
        format!("__Host-keyward-session=\"{token}\""),
        format!("__Host-keyward-session={token}%00"),
        format!("__host-keyward-session={token}"),
        format!("session={token}"),
        "__Host-keyward-session".into(),
        "__Host-keyward-session=".into(),
        format!("__Host-keyward-session={huge}"),
        ";;;=;==;".into(),
        format!("{huge}={huge}"),
    ] {
        let mut request = bob.request("GET", "/account");
        request
            .headers_mut()
            .insert("cookie", HeaderValue::from_str(&jar).unwrap());
        bob.clone().send(request).await.leads("/signin");
    }
    let mut request = bob.request("GET", "/account");
    let bytes = HeaderValue::from_bytes(b"__Host-keyward-session=\xff\xfe").unwrap();
    request.headers_mut().insert("cookie", bytes);
    bob.clone().send(request).await.leads("/signin");
    // Two headers are one jar.
    let mut request = bob.request("GET", "/account");
    let again = HeaderValue::from_str(&format!("__Host-keyward-session={token}")).unwrap();
    request.headers_mut().append("cookie", again);
    bob.clone().send(request).await.leads("/signin");
    bob.get("/account").await.expect(200);
}

// case: SE-06, S-10
#[tokio::test]
async fn se_06_after_signing_out_nothing_is_left() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let mut browser = site.browser();
    browser
        .sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    let held = browser.clone();
    let page = browser.get("/account").await.expect(200);
    let page = browser.submit(&page, "/signout", &[]).await.expect(200);
    assert!(page.header("clear-site-data").contains("\"cache\""));
    assert_eq!(browser.cookie("session"), None);
    // Back, and a cookie that somebody kept.
    for mut old in [browser.clone(), held] {
        old.get("/account").await.leads("/signin");
        old.get("/account/security").await.leads("/signin");
    }
    // The page that says so can be used at once.
    browser
        .post(
            "/signin",
            &[
                ("name", "ada@contoso.example"),
                ("password", "wrong wrong wrong"),
            ],
        )
        .await
        .expect(422);
}

// case: SE-08, TR-25
#[tokio::test]
async fn se_08_a_session_counts_in_its_cookie_only_and_shows_nowhere() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let bob = site.as_user(cast.bob).await;
    let token = bob.cookie("session").unwrap().to_owned();
    for path in [
        format!("/account?session={token}"),
        format!("/account?__Host-keyward-session={token}"),
        format!("/account;session={token}"),
    ] {
        let page = site.browser().get(&path).await;
        assert!([303, 404].contains(&page.status.as_u16()), "{path}");
    }
    for name in [
        "authorization",
        "x-session",
        "x-auth-token",
        "x-forwarded-user",
        "remote-user",
    ] {
        let mut other = site.browser().sending(name, format!("Bearer {token}"));
        other.get("/account").await.leads("/signin");
    }
    let mut admin = site.as_admin(Role::GlobalAdministrator).await;
    let session = admin.cookie("session").unwrap().to_owned();
    for route in site.routes().iter().filter(|r| r.method == "GET") {
        let path = crate::sweep::filled(&route.pattern, &cast);
        let page = admin.get(&path).await;
        assert!(!page.body.contains(&session), "{path}");
        assert!(!page.to().contains(&session), "{path}");
    }
}
