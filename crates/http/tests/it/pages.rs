//! Every page in every language: whole, small, and as somebody would review it.

use crate::browser::Browser;
use crate::cast::Cast;
use crate::html::{attribute, tags};
use crate::page::Page;
use crate::site::Site;
use crate::sweep::filled;
use keyward_app::texts::Lang;
use keyward_core::role::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Every page that can be opened as somebody, by its path, in one language.
async fn crawl(
    browser: &Browser<'_>,
    site: &Site,
    cast: &Cast,
    lang: Lang,
) -> BTreeMap<String, Page> {
    let mut pages = BTreeMap::new();
    for route in site.routes().iter().filter(|r| r.method == "GET") {
        let mut browser = browser.clone().sending("accept-language", lang.tag());
        let path = filled(&route.pattern, cast);
        let page = browser.get(&path).await;
        // Parts of a page have no head of their own.
        if page.body.starts_with("<!doctype") {
            assert!(
                page.body
                    .contains(&format!("<html lang=\"{}\"", lang.tag())),
                "{path}"
            );
            assert_eq!(page.header("content-language"), lang.tag(), "{path}");
            pages.insert(path, page);
        }
    }
    pages
}

/// A text without its variable, or a key without its text.
fn leftover(page: &Page) -> Option<String> {
    let text = page.text();
    let title = page.body.split("<title>").nth(1).unwrap_or_default();
    let all = format!(
        "{text}\n{}",
        title.split("</title>").next().unwrap_or_default()
    );
    let labels = ["aria-label", "placeholder", "data-count", "data-copied"];
    let mut lines: Vec<String> = all.lines().map(str::to_owned).collect();
    for tag in page.body.split('<') {
        lines.extend(labels.iter().filter_map(|l| attribute(tag, l)));
    }
    // These are filled in by scripts.
    let scripted = ["{n}", "{s}"];
    lines.into_iter().find(|l| {
        let l = scripted.iter().fold(l.clone(), |l, s| l.replace(s, ""));
        l.contains(['{', '}']) || l.contains("??") || l.contains('\u{2068}')
    })
}

/// What is the same in both languages: names, addresses, numbers, and words that are.
fn may_be_equal(line: &str) -> bool {
    let words = line
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| w.len() > 2);
    let proper = |w: &str| {
        let known = [
            "Keyward",
            "English",
            "Deutsch",
            "Contoso",
            "Fabrikam",
            "Pilots",
            "Firefox",
            "Linux",
            "UTC",
            "SMS",
            "Administrator",
            "Name",
            "Passkey",
            "Status",
            "CSV",
            "JSON",
            "URL",
            "IP",
            "Version",
            "Global",
            "Reader",
            "Ada",
            "Bob",
        ];
        known.contains(&w) || line.contains('@')
    };
    let mut others = words.filter(|w| !proper(w)).peekable();
    let id = line.len() >= 16 && line.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let folded = line.to_lowercase();
    let name = Role::ALL.iter().any(|r| folded.starts_with(r.code()));
    others.peek().is_none() || id || name || line.starts_with('[') || line.starts_with("Mozilla/")
}

// case: I-04
#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut people = vec![("stranger".to_owned(), site.browser())];
    let mut resetting = site.browser();
    resetting
        .begin("ada@contoso.example")
        .await
        .leads("/reset/verify");
    people.push(("resetting".into(), resetting));
    people.push(("user".into(), site.as_user(cast.ada).await));
    for role in Role::ALL {
        people.push((role.code().into(), site.as_admin(role).await));
    }
    // Some of everything, so that lists aren't empty.
    site.browser()
        .sign_in("ada@contoso.example", "wrong wrong wrong")
        .await;
    let mut equal: BTreeSet<String> = BTreeSet::new();
    let mut count = 0;
    for (who, browser) in &people {
        let english = crawl(browser, &site, &cast, Lang::En).await;
        let german = crawl(browser, &site, &cast, Lang::De).await;
        assert_eq!(english.len(), german.len(), "{who}");
        for (path, page) in english.iter().chain(&german) {
            assert!(page.status.as_u16() < 500, "{who} at {path}");
            assert_eq!(leftover(page), None, "{who} at {path}");
            count += 1;
        }
        for (path, page) in &german {
            let english = english[path].text();
            let same = |line: &&str| english.lines().any(|l| l == *line) && !may_be_equal(line);
            let text = page.text();
            equal.extend(text.lines().filter(same).map(str::to_owned));
        }
    }
    assert!(count > 300, "{count} pages");
    let listed = equal.iter().fold(String::new(), |all, l| all + l + "\n");
    insta::assert_snapshot!("same_in_german", listed);
    site.ignore_messages().await;
}

// case: S-09
#[tokio::test]
async fn the_sign_in_page_with_all_it_loads_is_small() {
    let site = Site::new().await;
    let mut browser = site.browser();
    for (path, limit) in [("/signin", 30_000), ("/reset", 40_000)] {
        let page = browser.get(path).await.expect(200);
        let mut waiting: Vec<String> = Vec::new();
        for (tag, name) in [("link", "href"), ("script", "src"), ("img", "src")] {
            waiting.extend(
                tags(&page.body, tag)
                    .iter()
                    .filter_map(|t| attribute(t, name)),
            );
        }
        assert!(waiting.len() >= 3, "{waiting:?}");
        let mut loaded = vec![(path.to_owned(), page.body.len())];
        while let Some(url) = waiting.pop() {
            assert!(url.starts_with("/assets/"), "{url} is not ours");
            let asset = browser.get(&url).await.expect(200);
            assert!(
                asset.header("cache-control").contains("immutable") || !url.contains("?v="),
                "{url}"
            );
            for import in asset.body.split("from \"./").skip(1) {
                waiting.push(format!("/assets/{}", import.split('"').next().unwrap()));
            }
            loaded.push((url, asset.body.len()));
        }
        let sum: usize = loaded.iter().map(|(_, size)| size).sum();
        assert!(sum <= limit, "{sum} bytes: {loaded:#?}");
    }
}

// case: I-04
#[tokio::test]
async fn the_portal_reads_well() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let newcomer = site.person(site.tenant, "new@contoso.example").await;
    let mut out = String::new();
    let mut add = |what: &str, page: &Page| {
        let csrf_free = page.text();
        writeln!(out, "==== {what} ({})\n{csrf_free}\n", page.status.as_u16()).unwrap();
    };
    let mut stranger = site.browser();
    for path in ["/signin", "/help", "/reset", "/not-me", "/setup"] {
        let page = stranger.get(path).await;
        // The question is another one every time.
        if path != "/reset" {
            add(path, &page);
        }
    }
    add(
        "wrong password",
        &stranger
            .sign_in("ada@contoso.example", "wrong wrong wrong")
            .await,
    );
    let mut reset = site.browser();
    reset.begin("ada@contoso.example").await;
    for path in ["/reset/verify", "/reset/code", "/reset/help"] {
        add(path, &reset.get(path).await);
    }
    let phone = reset.choice("mobile-phone").await;
    add(
        "/reset/send",
        &reset.get(&format!("/reset/send/{phone}")).await,
    );
    add("no such page", &stranger.get("/reset/").await.expect(404));
    let mut new = site.as_user(newcomer).await;
    for path in [
        "/register",
        "/register/methods",
        "/register/mobile-phone",
        "/register/email",
        "/register/email/code",
    ] {
        add(path, &new.get(path).await);
    }
    let mut ada = site.as_user(cast.ada).await;
    for path in [
        "/account",
        "/account/password",
        "/account/security",
        "/account/security/prove",
        "/account/activity",
    ] {
        add(path, &ada.get(path).await);
    }
    insta::assert_snapshot!("portal", masked(&out));
    site.ignore_messages().await;
}

/// Request ids blotted out.
fn masked(text: &str) -> String {
    let id = |w: &str| w.len() >= 16 && w.bytes().all(|b| b.is_ascii_hexdigit());
    let uuid = |w: &str| w.len() == 36 && w.matches('-').count() == 4;
    let line = |l: &str| -> String {
        let words = l.split(' ').map(|w| {
            if id(w.trim_end_matches('.')) || uuid(w) {
                "ID"
            } else {
                w
            }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
