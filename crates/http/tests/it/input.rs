//! What no browser of ours would send: nothing, the wrong kind, twice, and with odd characters.

use crate::browser::{Browser, encoded};
use crate::cast::{Cast, MAIL};
use crate::forgery::without_last_seen;
use crate::site::Site;
use axum::http::HeaderValue;
use keyward_core::role::Role;

/// Posts a body with a good token in front.
async fn raw(browser: &mut Browser<'_>, path: &str, rest: &str) -> crate::page::Page {
    let token = encoded(&[("csrf", &browser.csrf)]);
    let request = browser.raw_form(path, format!("{token}&{rest}"));
    browser.send(request).await
}

// case: TR-24, S05, IN-12, P-14
#[tokio::test]
async fn tr_24_repeated_and_odd_fields_are_refused_and_nothing_is_sent() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut browser = site.browser();
    browser.get("/signin").await;
    for (path, body) in [
        (
            "/signin",
            "name=a%40contoso.example&name=b%40contoso.example&password=x",
        ),
        ("/signin", "name=a&password=x&password=y"),
        ("/signin", "name=%ff%fe&password=x"),
        ("/signin", "%ff=1"),
        (
            "/reset",
            "name=ada%40contoso.example&name=bob%40contoso.example&puzzle=x&pow=1",
        ),
        ("/reset", "name=ada%40contoso.example&puzzle=x&puzzle=y"),
    ] {
        raw(&mut browser, path, body).await.expect(400);
    }
    for (path, body) in [
        ("/signin", ""),
        ("/signin", "name[]=ada%40contoso.example&password[]=x"),
        ("/signin", "{\"name\":\"ada\"}"),
        ("/signin", "=&=&&;"),
        ("/signin", "name=%00&password=%00"),
        ("/signin", "name=a%0d%0aSet-Cookie:%20x=1&password=b%0d%0a"),
        ("/reset", ""),
        ("/reset", "name[]=ada%40contoso.example"),
        ("/reset", "name=ada%40contoso.example&puzzle[]=x&pow=1"),
        (
            "/reset",
            "name=ada%40contoso.example&puzzle=..&pow=-1&answer=99999999999999999999",
        ),
    ] {
        raw(&mut browser, path, body).await.expect(422);
    }
    // A registration: whatever is no address or number stays on the page with a sentence beside the field.
    let mut user = site.as_user(cast.bob).await;
    user.get("/account").await;
    for value in [
        "",
        "a@b.example%0d%0aBcc:%20c@d.example",
        "a@b.example%00",
        "<a@b.example>",
        "a@b.example,c@d.example",
        "a@b.example (comment)",
        "a@[127.0.0.1]",
        "a%E2%80%AEb@c.example",
        "%22a%20b%22@c.example",
    ] {
        let page = raw(&mut user, "/register/email", &format!("value={value}")).await;
        assert_eq!(page.status.as_u16(), 422, "{value}: {}", page.text());
        assert!(
            page.body.contains("aria-invalid"),
            "{value}: {}",
            page.text()
        );
        let page = raw(
            &mut user,
            "/register/mobile-phone",
            &format!("value={value}"),
        )
        .await;
        assert_eq!(page.status.as_u16(), 422, "{value}: {}", page.text());
    }
    raw(
        &mut user,
        "/register/email",
        "value=a%40b.example&value=c%40d.example",
    )
    .await
    .expect(400);
    user.get("/register/carrier-pigeon").await.expect(404);
    raw(&mut user, "/register/carrier-pigeon", "value=x")
        .await
        .expect(404);
    site.expect_no_messages().await;
}

// case: UN-08, UN-09, UN-10, S06, EN-04, IN-18
#[tokio::test]
async fn un_08_names_that_only_look_like_one_reach_nobody() {
    let site = Site::new().await;
    Cast::of(&site).await;
    for name in [
        "аda@contoso.example",
        "ada@сontoso.example",
        "ada@contoso.example\r\nBcc: evil@evil.example",
        "ada@contoso.example, evil@evil.example",
        "ada",
        "ada＠contoso.example",
        "ａda@contoso.example",
        "@contoso.example",
        "ada@",
        "*@contoso.example",
        "ada@contoso.example' OR 1=1--",
        "$(id)@contoso.example",
        "<script>alert(1)</script>",
    ] {
        let mut browser = site.browser();
        browser.begin(name).await.leads("/reset/verify");
        browser.send_mail().await.leads("/reset/code");
        let page = browser.sign_in(name, &site.password("ada")).await;
        assert_eq!(page.status.as_u16(), 422, "{name:?}");
        page.says("The user name or password is wrong");
    }
    site.expect_no_messages().await;
    // Blanks around it, capitals and what pasting leaves invisibly in it are the same name with the same counters;
    // the code goes where it is stored, not where it was typed.
    for name in [
        " ADA@Contoso.Example ",
        "ad\u{200b}a@contoso.example",
        "\u{202e}ada@contoso.example",
        "ada@contoso.example\u{0}",
    ] {
        let mut browser = site.browser();
        browser.begin(name).await.leads("/reset/verify");
        browser.send_mail().await.leads("/reset/code");
        site.code_to(MAIL).await;
    }
}

// case: S93, HH-07, IN-19, S83
#[tokio::test]
async fn s93_other_spellings_of_a_path_open_nothing() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let plain = site.as_user(cast.bob).await;
    for path in [
        "/./admin/users",
        "/admin/./users",
        "/account/../admin/users",
        "/admin/%2e/users",
        "/account/%2e%2e/admin/users",
        "/account/..%2fadmin/users",
        "//admin/users",
        "/admin//users",
        "/ADMIN/users",
        "/Admin/Users",
        "/admin/users/",
        "/admin/users.",
        "/admin/users;x",
        "/admin;x/users",
        "/admin/users%20",
        "/admin/users%00",
        "/admin/users%2f",
        "/admin%2fusers",
        "/%61dmin/users",
        "/admin/users%3f",
        "/admin/users/..;/users",
        "/admin\\users",
    ] {
        for mut caller in [site.browser(), plain.clone()] {
            let path = path.replace('\\', "%5c");
            let stranger = caller.cookie("session").is_none();
            let page = caller.get(&path).await;
            // Not there, or refused just as the plain spelling is.
            let refused = match page.status.as_u16() {
                404 => true,
                303 => stranger && page.to() == "/signin",
                status => !stranger && status == 403,
            };
            assert!(refused, "{path}: {}", page.status);
        }
    }
    for path in [
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/Cargo.toml",
        "/assets/keyward.css%00.js",
        "/assets/",
    ] {
        site.browser().get(path).await.expect(404);
    }
    for lang in [
        "../../etc/passwd",
        "de%00",
        "xx",
        "",
        "de-DE-x-evil",
        "{de}",
    ] {
        site.browser()
            .get(&format!("/signin?lang={lang}"))
            .await
            .expect(200);
    }
}

// case: S43, S25, I-07, EN-14
#[tokio::test]
async fn s43_junk_in_headers_changes_nothing() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut bob = site.as_user(cast.bob).await;
    let expected = bob.get("/account").await.expect(200).text();
    let long = "x,".repeat(2000);
    for (name, value) in [
        ("accept-language", "*;q=9,,;;=,xx;q=x"),
        ("accept-language", &long),
        ("accept", "text/x-evil"),
        ("range", "bytes=0-1"),
        ("if-none-match", "*"),
        ("if-modified-since", "Sat, 29 Oct 2094 19:43:31 GMT"),
        ("x-forwarded-for", "<script>"),
        ("x-forwarded-for", &long),
        ("x-real-ip", "127.0.0.1"),
        ("user-agent", ""),
        ("user-agent", "<script>alert(1)</script>{{7*7}}"),
        ("user-agent", &long),
        ("referer", "https://evil.example/"),
        ("expect", "100-continue"),
        ("upgrade", "websocket"),
        ("transfer-encoding", "chunked"),
        ("authorization", "Basic YWRhOmFkYQ=="),
    ] {
        let mut other = bob.clone().sending(name, value);
        let page = other.get("/account").await.expect(200);
        assert_eq!(page.text(), expected, "{name}: {value}");
    }
    for name in [
        "accept-language",
        "user-agent",
        "x-forwarded-for",
        "referer",
    ] {
        let mut request = bob.request("GET", "/account");
        let junk = HeaderValue::from_bytes(b"\xff\xfe\x80").unwrap();
        request.headers_mut().insert(name, junk);
        assert_eq!(
            bob.clone().send(request).await.expect(200).text(),
            expected,
            "{name}"
        );
    }
}

// case: MA-01, MA-02, S16, A-04
#[tokio::test]
async fn ma_01_fields_that_no_form_has_are_not_stored() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut bob = site.as_user(cast.bob).await;
    bob.get("/account").await;
    let victim = cast.ada.to_string();
    let tenant = cast.other.to_string();
    let extra = [
        ("id", victim.as_str()),
        ("tenant", &tenant),
        ("tenant_id", &tenant),
        ("roles", "62e90394-69f5-4237-9190-012177145e10"),
        ("role", "global-administrator"),
        ("isAdmin", "true"),
        ("enabled", "true"),
        ("verifier", "$argon2id$x"),
        ("password_hash", "$argon2id$x"),
        ("credential_epoch", "0"),
        ("must_change_password", "false"),
        ("methods[0].verified", "true"),
        ("verified", "true"),
        ("proved_at", "9999999999999999"),
        ("origin", "administrator"),
        ("created_at", "0"),
    ];
    let before = without_last_seen(&site.dump().await);
    for route in site.routes() {
        let own = route.pattern.starts_with("/account") || route.pattern.starts_with("/register");
        if route.method == "POST"
            && own
            && !route.pattern.ends_with("signout-everywhere")
            && !route.pattern.ends_with("/finish")
            && route.pattern != "/register"
            && route.pattern != "/register/cancel"
        {
            let path = crate::sweep::filled(&route.pattern, &cast);
            let page = bob.post(&path, &extra).await;
            assert!(page.status.as_u16() < 500, "{route}");
        }
    }
    let after = without_last_seen(&site.dump().await);
    let users = |dump: &str| -> Vec<String> {
        // What is counted and written down of the tries themselves.
        let kept = |l: &&str| {
            ["audit", "counters", "lockouts"]
                .iter()
                .all(|t| !l.contains(&format!("\"table\":\"{t}")))
        };
        let rows = dump
            .lines()
            .filter(|l| l.contains("\"table\""))
            .filter(kept);
        rows.map(str::to_owned).collect()
    };
    let (before, after) = (users(&before), users(&after));
    let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
    assert!(
        changed.is_empty() && before.len() == after.len(),
        "{changed:#?}"
    );
    // An administrator's form for a new user takes what it shows and no more.
    let mut admin = site.as_admin(Role::GlobalAdministrator).await;
    admin.get("/admin/users/new").await.expect(200);
    let mut fields = vec![("upn", "new@contoso.example"), ("display_name", "New")];
    fields.extend(extra);
    let page = admin.post("/admin/users/new", &fields).await.expect(200);
    let mut tx = site.db.read(site.tenant).await.unwrap();
    let user = tx
        .user_by_upn("new@contoso.example")
        .await
        .unwrap()
        .expect("made");
    assert_ne!(user.id, cast.ada, "{}", page.text());
    assert!(
        user.must_change_password && user.tenant == site.tenant && user.created_at == site.now()
    );
    assert!(tx.roles_of(user.id).await.unwrap().is_empty());
    assert!(tx.methods_of(user.id).await.unwrap().is_empty());
    drop(tx);
    site.ignore_messages().await;
}
