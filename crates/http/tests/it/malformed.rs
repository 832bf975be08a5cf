//! Bodies that no page of ours sends, over every route that takes one.

use crate::browser::{Browser, encoded};
use crate::cast::Cast;
use crate::forgery::without_last_seen;
use crate::page::Page;
use crate::routes::Route;
use crate::site::Site;
use crate::sweep::{filled, with_token};
use keyward_core::role::Role;

/// These may come several times: people and groups that are picked, and the name that is there for password managers
/// only and read by nobody.
const SEVERAL: [&str; 6] = ["id", "user", "group", "member", "username", "kind"];

/// Everything that is stored, but for what a refusal is meant to leave: counts of wrong attempts, and the audit log.
async fn stored(site: &Site) -> Vec<String> {
    let dump = without_last_seen(&site.dump().await);
    let refusals = [
        "counters",
        "lockouts",
        "audit_events",
        "challenges",
        "spent_puzzles",
    ];
    let kept = |line: &&str| {
        // The last line counts the others.
        if line.starts_with("{\"end\"") {
            return false;
        }
        let table = line.split('"').nth(1).unwrap_or_default();
        !refusals
            .iter()
            .any(|name| table == *name || line.contains(&format!("\"{name}\"")))
    };
    dump.lines().filter(kept).map(str::to_owned).collect()
}

/// The names of the fields of the form that the route's own page has.
async fn fields(browser: &mut Browser<'_>, path: &str) -> Vec<String> {
    let page = browser.get(path).await;
    let form = page.forms().into_iter().find(|f| f.action == path);
    let fields = form.map(|f| f.fields).unwrap_or_default();
    let mut names: Vec<_> = fields.into_iter().map(|(name, _)| name).collect();
    names.retain(|name| name != "csrf");
    names.sort();
    names.dedup();
    names
}

/// What is sent to a route, and what has to come back.
fn bodies(csrf: &str, fields: &[String]) -> Vec<(&'static str, String, &'static [u16])> {
    let token = encoded(&[("csrf", csrf)]);
    let all = |value: &str, suffix: &str| {
        let pairs: Vec<_> = fields
            .iter()
            .map(|name| format!("&{name}{suffix}={value}"))
            .collect();
        format!("{token}{}", pairs.concat())
    };
    let huge = "x".repeat(70_000);
    let mut bodies: Vec<(&'static str, String, &'static [u16])> = vec![
        ("no text", format!("{token}&x=%ff"), &[400]),
        ("no text as a name", format!("{token}&%ff=x"), &[400]),
        ("the token twice", format!("{token}&{token}"), &[400]),
        (
            "the token as a list",
            token.replace("csrf=", "csrf[]="),
            &[403],
        ),
        ("a huge field", format!("{token}&x={huge}"), &[413]),
        (
            "a thousand fields",
            format!("{token}{}", "&x=1".repeat(1_000)),
            &[400],
        ),
    ];
    if !fields.is_empty() {
        bodies.push(("NUL", all("a%00b", ""), &[400, 403, 404, 409, 410, 422]));
        bodies.push((
            "a line break",
            all("a%0d%0ab", ""),
            &[400, 403, 404, 409, 410, 422],
        ));
        bodies.push(("lists", all("a", "[]"), &[400, 403, 404, 409, 410, 422]));
    }
    for name in fields
        .iter()
        .filter(|name| !SEVERAL.contains(&name.as_str()))
    {
        let body = format!("{}&{name}=b", all("a", ""));
        bodies.push(("a field twice", body, &[400]));
    }
    bodies
}

async fn post(browser: &mut Browser<'_>, path: &str, body: String) -> Page {
    let request = browser.raw_form(path, body);
    browser.send_as_is(request).await
}

fn routes_of(site: &Site, belongs: impl Fn(&str) -> bool) -> Vec<Route> {
    let mine = |r: &Route| r.method == "POST" && belongs(&r.pattern);
    site.routes().into_iter().filter(mine).collect()
}

async fn sweep(site: &Site, cast: &Cast, browser: &mut Browser<'_>, routes: &[Route]) -> String {
    let mut wrong = String::new();
    let before = stored(site).await;
    for route in routes {
        // A number is asked for where there is a phone.
        let path = match route.pattern.strip_prefix("/reset/send/") {
            Some(_) => format!("/reset/send/{}", cast.methods.0),
            None => filled(&route.pattern, cast),
        };
        let fields = fields(browser, &path).await;
        for (what, body, expected) in bodies(&browser.csrf.clone(), &fields) {
            let page = post(browser, &path, body.clone()).await;
            let status = page.status.as_u16();
            // Whoever has to prove something first is led there, whatever else was sent.
            let led = status == 303 && page.to().starts_with("/account/security/prove");
            if !led && !expected.contains(&status) {
                let sent: String = body.chars().skip(50).take(120).collect();
                wrong += &format!("{route}, {what}: {status}, not {expected:?} ({sent})\n");
            }
            let after = stored(site).await;
            let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
            assert!(
                after == before,
                "{route}, {what}: something was changed: {changed:#?}\n{wrong}"
            );
        }
    }
    wrong
}

// case: TR-24, S05, MA-04, IN-24, OT-18
#[tokio::test]
async fn ma_04_malformed_bodies_are_refused_by_every_route_and_change_nothing() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut wrong = String::new();

    let mut admin = with_token(site.as_admin(Role::GlobalAdministrator).await).await;
    let routes = routes_of(&site, |p| p.starts_with("/admin/"));
    wrong += &sweep(&site, &cast, &mut admin, &routes).await;

    let mut ada = with_token(site.as_user(cast.ada).await).await;
    let routes = routes_of(&site, |p| {
        p.starts_with("/account/") && !p.ends_with("signout-everywhere")
    });
    wrong += &sweep(&site, &cast, &mut ada, &routes).await;

    let mut stranger = site.browser();
    stranger.get("/signin").await;
    let routes = routes_of(&site, |p| ["/signin", "/reset", "/not-me"].contains(&p));
    wrong += &sweep(&site, &cast, &mut stranger, &routes).await;

    let mut resetting = site.browser();
    resetting.begin("ada@contoso.example").await;
    let routes = routes_of(&site, |p| p.starts_with("/reset/"));
    wrong += &sweep(&site, &cast, &mut resetting, &routes).await;

    assert!(wrong.is_empty(), "\n{wrong}");
    site.expect_no_messages().await;
}
