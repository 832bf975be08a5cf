//! Requests that another site makes a browser send (CS), over every route that changes something.

use crate::browser::{Browser, encoded};
use crate::cast::Cast;
use crate::page::Page;
use crate::routes::Route;
use crate::site::Site;
use crate::sweep::filled;
use axum::http::HeaderValue;
use keyward_core::role::Role;

fn posts(site: &Site) -> Vec<Route> {
    // No cookie counts where agents are answered: see `agents`; nor where a gateway for calls is, which changes nothing.
    let others = |r: &Route| {
        ["/agent/", "/voice/"]
            .iter()
            .any(|at| r.pattern.starts_with(at))
    };
    let ours = |r: &Route| r.method == "POST" && !others(r);
    let routes: Vec<Route> = site.routes().into_iter().filter(ours).collect();
    assert!(routes.len() >= 20, "{routes:#?}");
    routes
}

/// The same request to the same route as our own page would send it, for comparison.
fn refused(site: &Site, page: &Page, route: &Route, why: &str) {
    assert_eq!(page.status.as_u16(), 403, "{route}, {why}: {}", page.text());
    assert!(
        !page.body.contains("name=\"csrf\" value=\"\""),
        "{route}, {why}"
    );
    assert_eq!(site.outside.counts(), (0, 0), "{route}, {why}");
}

/// What sites send that aren't this one: `Sec-Fetch-Site` and `Origin`.
const FOREIGN: [(Option<&str>, Option<&str>); 12] = [
    (Some("cross-site"), Some("https://evil.example")),
    (Some("cross-site"), Some("https://id.contoso.example")),
    (Some("same-site"), Some("https://evil.contoso.example")),
    (Some("same-site"), None),
    (Some("none"), None),
    (Some("?"), None),
    (None, Some("null")),
    (None, Some("https://id.contoso.example.evil.example")),
    (None, Some("http://id.contoso.example")),
    (None, Some("https://xid.contoso.example")),
    (Some("same-origin"), Some("https://evil.example")),
    // Neither: nothing that a browser of today sends.
    (None, None),
];

fn from_site(
    browser: &Browser<'_>,
    path: &str,
    site: Option<&str>,
    origin: Option<&str>,
) -> axum::http::Request<axum::body::Body> {
    let body = encoded(&[("csrf", &browser.csrf)]);
    let mut request = browser.raw_form(path, body);
    let headers = request.headers_mut();
    for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
        headers.remove(name);
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
    }
    request
}

// case: CS-01, CS-02, S-07, CS-07
#[tokio::test]
async fn cs_02_no_route_that_changes_something_takes_a_request_of_another_site() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut admin = site.as_admin(Role::GlobalAdministrator).await;
    admin.get("/account").await;
    let before = site.dump().await;
    for route in posts(&site) {
        let path = filled(&route.pattern, &cast);
        for (from, origin) in FOREIGN {
            let request = from_site(&admin, &path, from, origin);
            let page = admin.send(request).await;
            refused(&site, &page, &route, &format!("{from:?} {origin:?}"));
        }
    }
    assert_eq!(site.dump().await, before, "something was changed");
}

// case: CS-01, TR-24
#[tokio::test]
async fn cs_01_only_forms_of_our_own_kind_are_read() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut admin = site.as_admin(Role::GlobalAdministrator).await;
    admin.get("/account").await;
    let before = without_last_seen(&site.dump().await);
    let csrf = admin.csrf.clone();
    let multipart =
        format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--x--\r\n");
    for route in posts(&site) {
        let path = filled(&route.pattern, &cast);
        for (kind, body) in [
            ("multipart/form-data; boundary=x", multipart.clone()),
            ("text/plain", encoded(&[("csrf", &csrf)])),
            ("application/json", format!("{{\"csrf\":\"{csrf}\"}}")),
            (
                "application/x-www-form-urlencodedx",
                encoded(&[("csrf", &csrf)]),
            ),
            ("", encoded(&[("csrf", &csrf)])),
        ] {
            let mut request = admin.raw_form(&path, body);
            let value = HeaderValue::from_str(kind).unwrap();
            request.headers_mut().insert("content-type", value);
            let page = admin.send(request).await;
            assert_unread(&page, &route, kind);
        }
    }
    assert_eq!(without_last_seen(&site.dump().await), before);
}

/// A form that is not ours was not acted on: an error, or, where the handler first finds that this person has no
/// business here, the way to where they do.
fn assert_unread(page: &Page, route: &Route, why: &str) {
    let status = page.status.as_u16();
    let elsewhere =
        status == 303 && ["/reset", "/account", "/account/security"].contains(&page.to());
    assert!(
        [400, 403, 404, 413].contains(&status) || elsewhere,
        "{route}, {why}: {status} {}",
        page.text()
    );
}

// case: CS-06
#[tokio::test]
async fn cs_06_the_token_of_another_session_or_none_is_refused() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut admin = site.as_admin(Role::GlobalAdministrator).await;
    admin.get("/account").await;
    let mut other = site.as_admin(Role::UserAdministrator).await;
    other.get("/account").await;
    let mut stranger = site.browser();
    stranger.get("/signin").await;
    let (own, foreign, unsigned) = (
        admin.csrf.clone(),
        other.csrf.clone(),
        stranger.csrf.clone(),
    );
    assert!(own != foreign && own != unsigned);
    let before = without_last_seen(&site.dump().await);
    for route in posts(&site) {
        let path = filled(&route.pattern, &cast);
        let bodies = [
            encoded(&[("csrf", &foreign)]),
            encoded(&[("csrf", &unsigned)]),
            encoded(&[("csrf", "")]),
            encoded(&[("csrf[]", &own)]),
            encoded(&[("csrf", &own), ("csrf", &own)]),
            encoded(&[("csrf", &own[1..])]),
            encoded(&[("csrf", &own.to_ascii_uppercase())]),
            String::new(),
        ];
        for body in bodies {
            let request = admin.raw_form(&path, body.clone());
            let page = admin.send(request).await;
            assert_unread(&page, &route, &body);
        }
        // In the address it does not count either.
        let request = admin.raw_form(&format!("{path}?csrf={own}"), "");
        let page = admin.send(request).await;
        assert_unread(&page, &route, "in the query");
    }
    assert_eq!(without_last_seen(&site.dump().await), before);
}

// case: CS-03
#[tokio::test]
async fn cs_03_a_method_can_not_be_overridden() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut bob = site.as_user(cast.bob).await;
    bob.get("/account").await;
    let csrf = bob.csrf.clone();
    let before = without_last_seen(&site.dump().await);
    for (name, value) in [
        ("x-http-method-override", "POST"),
        ("x-http-method", "POST"),
        ("x-method-override", "POST"),
        ("x-original-url", "/account/signout-everywhere"),
        ("x-rewrite-url", "/account/signout-everywhere"),
    ] {
        let mut bob = bob.clone().sending(name, value);
        let page = bob
            .get(&format!(
                "/account/signout-everywhere?csrf={csrf}&_method=POST"
            ))
            .await;
        assert_eq!(page.status.as_u16(), 404, "{name}");
    }
    // Other methods have no routes at all.
    for method in [
        "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PROPFIND",
    ] {
        let request = bob.request(method, "/account/signout-everywhere");
        let page = bob.send(request).await;
        assert!(page.status.is_client_error(), "{method}: {}", page.status);
    }
    assert_eq!(without_last_seen(&site.dump().await), before);
}

/// All rows, without the column that says when a session was seen last.
pub(crate) fn without_last_seen(dump: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in dump.lines() {
        match line.split_once("\"seen_at\":") {
            Some((before, after)) => {
                let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
                lines.push(format!("{before}{rest}"));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

// case: CS-04, TR-12, DO-05
#[tokio::test]
async fn cs_04_looking_changes_nothing() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut people = vec![
        site.as_admin(Role::GlobalAdministrator).await,
        site.as_user(cast.ada).await,
        site.browser(),
    ];
    // One of them is in the middle of a reset.
    people[2]
        .begin("ada@contoso.example")
        .await
        .leads("/reset/verify");
    let before = without_last_seen(&site.dump().await);
    site.advance(keyward_core::time::minutes(2));
    for browser in &mut people {
        for route in site.routes().iter().filter(|r| r.method == "GET") {
            let path = filled(&route.pattern, &cast);
            for method in ["GET", "HEAD"] {
                let request = browser.request(method, &path);
                let page = browser.clone().send(request).await;
                assert!(
                    page.status.as_u16() < 500,
                    "{method} {path}: {}",
                    page.status
                );
            }
        }
    }
    assert_eq!(without_last_seen(&site.dump().await), before);
    site.expect_no_messages().await;
}
