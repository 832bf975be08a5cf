//! Names and addresses that a request claims (HH).

use crate::cast::{Cast, MAIL};
use crate::site::{PROXY, Site};
use axum::http::{HeaderValue, Uri};

const SPOOFED: [(&str, &str); 12] = [
    ("x-forwarded-host", "evil.example"),
    ("x-host", "evil.example"),
    ("forwarded", "host=evil.example;proto=http"),
    ("x-forwarded-server", "evil.example"),
    ("x-http-host-override", "evil.example"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "/healthz"),
    ("x-rewrite-url", "/healthz"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-port", "4444"),
    ("x-forwarded-scheme", "http"),
];

// case: HH-01, S40
#[tokio::test]
async fn hh_01_another_host_gets_nothing() {
    let site = Site::new().await;
    Cast::of(&site).await;
    for host in [
        "evil.example",
        "id.contoso.example.evil.example",
        "evil.example:443",
        "id.contoso.example:4444@evil.example",
        "id.contoso.example@evil.example",
        "user@id.contoso.example",
        "id.contoso.example#.evil.example",
        "id.contoso.example/evil",
        "id.contoso.example, evil.example",
        "127.0.0.1",
        "",
    ] {
        for (method, path) in [
            ("GET", "/signin"),
            ("GET", "/reset"),
            ("POST", "/reset"),
            ("POST", "/signin"),
        ] {
            let mut browser = site.browser();
            let mut request = browser.request(method, path);
            request
                .headers_mut()
                .insert("host", HeaderValue::from_str(host).unwrap());
            let page = browser.send(request).await;
            assert_eq!(page.status.as_u16(), 421, "{method} {path} at {host:?}");
            assert!(!page.body.contains("evil"), "{host}: {}", page.body);
            assert!(page.body.contains(&site.base), "{}", page.text());
        }
    }
    // Two names are none.
    let mut browser = site.browser();
    let mut request = browser.request("GET", "/signin");
    request
        .headers_mut()
        .append("host", HeaderValue::from_static("evil.example"));
    browser.send(request).await.expect(421);
    // The port may be said, the case does not matter.
    for host in [
        "id.contoso.example",
        "ID.Contoso.Example",
        "id.contoso.example:443",
    ] {
        let mut request = browser.request("GET", "/signin");
        request
            .headers_mut()
            .insert("host", HeaderValue::from_str(host).unwrap());
        browser.send(request).await.expect(200);
    }
}

// case: HH-01, S40
#[tokio::test]
async fn s40_an_absolute_request_line_does_not_say_where_we_are() {
    let site = Site::new().await;
    Cast::of(&site).await;
    for line in [
        "http://evil.example/signin",
        "https://evil.example:8443/signin",
        "https://id.contoso.example@evil.example/signin",
    ] {
        let mut browser = site.browser();
        let mut request = browser.request("GET", "/signin");
        *request.uri_mut() = line.parse::<Uri>().unwrap();
        let page = browser.send(request).await;
        assert!(!page.body.contains("evil.example"), "{line}: {}", page.body);
        assert_eq!(page.status.as_u16(), 421, "{line}");
    }
    // HTTP/2 has no Host header: the name stands in the request line.
    let mut browser = site.browser();
    let mut request = browser.request("GET", "/signin");
    request.headers_mut().remove("host");
    *request.uri_mut() = "https://id.contoso.example/signin".parse().unwrap();
    browser.send(request).await.expect(200);
    let mut request = browser.request("GET", "/signin");
    request.headers_mut().remove("host");
    *request.uri_mut() = "https://evil.example/signin".parse().unwrap();
    browser.send(request).await.expect(421);
}

// case: HH-02, HH-01, S40, HH-04, S25
#[tokio::test]
async fn hh_02_links_in_mails_begin_with_the_configured_address_whatever_is_claimed() {
    let site = Site::new().await;
    Cast::of(&site).await;
    let mut plain = None;
    for from in ["198.51.100.7", PROXY] {
        site.advance(keyward_core::time::hours(1));
        let mut browser = site.browser();
        for (name, value) in SPOOFED {
            browser = browser.sending(name, value);
        }
        browser.ip = from;
        browser = browser.sending("x-forwarded-for", "203.0.113.9");
        let page = browser.get("/signin").await.expect(200);
        assert!(!page.body.contains("evil"), "{}", page.body);
        // The whole reset, to the notice with its link.
        browser
            .begin("ada@contoso.example")
            .await
            .leads("/reset/verify");
        browser
            .send_phone(crate::cast::PHONE)
            .await
            .leads("/reset/code");
        let code = site.code_to(crate::cast::PHONE).await;
        browser.type_code(&code).await.leads("/reset/verify");
        browser.send_mail().await.leads("/reset/code");
        let code = site.code_to(MAIL).await;
        browser.type_code(&code).await.leads("/reset/password");
        let password = site.plant(format!("violet canyon {} tango", browser.ip));
        browser.choose(&password).await.leads("/reset/done");
        let notice = site.mail_to(MAIL).await;
        let link = notice.link();
        assert!(
            link.starts_with("https://id.contoso.example/not-me/"),
            "{link}"
        );
        assert!(
            !notice.html.contains("evil") && !notice.text.contains("evil"),
            "{notice:#?}"
        );
        let ip = if from == PROXY { "203.0.113.9" } else { from };
        let told = site.events().await.into_iter().rev().find_map(|e| e.ip);
        assert_eq!(told.as_deref(), Some(ip), "only the proxy's word counts");
        let links = notice.text.matches("https://").count();
        assert_eq!(*plain.get_or_insert(links), links);
        site.ignore_messages().await;
    }
}

// case: HH-05, S41, S-11
#[tokio::test]
async fn hh_05_one_lands_on_a_page_of_ours() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https:evil",
        "https://evil.example",
        "javascript:alert(1)",
        "%2f%2fevil.example",
        "/account//evil.example",
        "/account/../../evil",
        "/accountx",
        "/account/%09/evil",
        "/reset",
    ] {
        for way in ["returnUrl", "next", "redirect_uri", "url", "continue"] {
            let page = site
                .browser()
                .get(&format!("/signin?{way}={}", next.replace('\\', "%5C")))
                .await;
            assert!(!page.body.contains("evil"), "{way}={next}");
        }
        let mut browser = site.browser();
        browser.hold("next", next);
        let page = browser
            .sign_in("ada@contoso.example", &site.password("ada"))
            .await;
        assert_eq!(page.to(), "/account", "{next}");
    }
    let mut browser = site.browser();
    browser.get("/account/security").await.leads("/signin");
    assert_eq!(browser.cookie("next"), Some("/account/security"));
    browser
        .sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account/security");
    let _ = cast;
}
