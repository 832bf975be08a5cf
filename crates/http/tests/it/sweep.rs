//! Every route as everybody (A-01, S73, AZ-01).

use crate::browser::Browser;
use crate::cast::Cast;
use crate::page::Page;
use crate::routes::Route;
use crate::site::Site;
use keyward_app::data::Member;
use keyward_core::ids::{AgentId, PolicyId};
use keyward_core::role::Role;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A path of a pattern: ids of real things of Contoso, so that only the right to see them is missing.
pub(crate) fn filled(pattern: &str, cast: &Cast) -> String {
    with_ids(
        pattern,
        &cast.ada.to_string(),
        &cast.group.to_string(),
        &cast.methods.1.to_string(),
    )
}

/// A path of a pattern with these ids for users, groups and methods.
pub(crate) fn with_ids(pattern: &str, user: &str, group: &str, method: &str) -> String {
    let mut before = "";
    let mut path = String::new();
    for part in pattern.split('/').skip(1) {
        let part_of_admin = pattern.starts_with("/admin/");
        let value = match part {
            "{id}" if before == "groups" => group,
            "{id}" if before == "runs" => crate::cast::RUN,
            "{id}" if before == "deletions" => crate::cast::DIRECTORY,
            "{id}" if part_of_admin => user,
            "{directory}" => crate::cast::DIRECTORY,
            // Ids of different kinds don't meet, so a policy has a user's.
            "{user}" | "{policy}" => user,
            "{group}" => group,
            "{id}" | "{method}" | "{token_id}" => method,
            "{kind}" => "email",
            "{section}" => "properties",
            "{act}" => "unlock",
            "{opens}" => "security-info",
            "{role}" => "global-reader",
            "{reason}" => "directory-protected",
            "{sku}" => "ems-e3",
            "{name}" => "keyward.css",
            "{token}" => "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            other if other.starts_with('{') => panic!("what goes into {other} of {pattern}?"),
            other => other,
        };
        write!(path, "/{value}").unwrap();
        before = part;
    }
    path
}

/// What an answer is, in a word.
fn class(page: &Page) -> String {
    match (page.status.as_u16(), page.to()) {
        (303, "/signin") => "sign-in".into(),
        (303, _) => "moved".into(),
        (200, _) => "ok".into(),
        (status, _) => status.to_string(),
    }
}

/// Opens or posts to a route; the form has a good token and no fields.
pub(crate) async fn knock(browser: &mut Browser<'_>, route: &Route, path: &str) -> Page {
    match route.method {
        "GET" => browser.get(path).await,
        _ => browser.post(path, &[]).await,
    }
}

/// A signed-in browser gets its token from a page with the button to sign out.
pub(crate) async fn with_token(mut browser: Browser<'_>) -> Browser<'_> {
    browser.get("/account").await;
    browser
}

/// What everything is done to: a user, a group with that user, and a method of theirs, made anew for each caller.
struct Target {
    user: String,
    group: String,
    method: String,
    local: String,
}

impl Target {
    async fn number(site: &Site, n: usize) -> Self {
        let local = format!("target{n}");
        let user = site
            .person(site.tenant, &format!("{local}@contoso.example"))
            .await;
        let group = site
            .group(&format!("Group of {local}"), &[Member::User(user)])
            .await;
        let method = site
            .register_mail(user, &format!("{local}@home.example"))
            .await;
        site.agent_record(AgentId(user.0), &format!("dc-{local}"))
            .await;
        site.policy_by_group(PolicyId(user.0), &local).await;
        Self {
            user: user.to_string(),
            group: group.to_string(),
            method: method.to_string(),
            local,
        }
    }

    /// What somebody who may would send to a route: what its page has filled in, and sensible values for the rest.
    async fn fields(&self, model: &mut Browser<'_>, path: &str) -> Vec<(String, String)> {
        let page = model.get(path).await;
        let form = page
            .forms()
            .into_iter()
            .find(|f| f.action == path && f.method == "post");
        let own = form.map(|f| f.fields).unwrap_or_default();
        let mut fields: Vec<(String, String)> = own
            .into_iter()
            .filter(|(n, v)| n != "csrf" && !v.is_empty())
            .collect();
        let mail = format!("{}@new.example", self.local);
        let doing = if path.ends_with("/bulk") {
            "block"
        } else {
            "save"
        };
        for (name, value) in [
            ("user", self.user.as_str()),
            ("id", &self.user),
            ("name", &self.local),
            ("display_name", &self.local),
            ("upn", &format!("new.{}@contoso.example", self.local)),
            ("value", &mail),
            ("do", doing),
            ("plan", "password-reset"),
            ("format", "csv"),
            ("sure", "yes"),
        ] {
            if fields.iter().all(|(n, _)| n != name) {
                fields.push((name.into(), value.into()));
            }
        }
        fields
    }
}

// case: A-01, S73, AZ-01, AZ-13, ID-13
#[tokio::test]
async fn a_01_every_route_answers_as_its_entry_in_the_table_says() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut model = with_token(site.as_admin(Role::GlobalAdministrator).await).await;
    let mut table: BTreeMap<Route, Vec<(String, String)>> = BTreeMap::new();
    let mut stranger = site.browser();
    stranger.get("/signin").await;
    let mut callers = vec![("nobody".to_owned(), stranger)];
    let user = site.as_user(cast.bob).await;
    callers.push(("plain".to_owned(), with_token(user).await));
    for role in Role::ALL {
        let id = site
            .person(site.tenant, &format!("sweep-{role}@contoso.example"))
            .await;
        site.give_role(id, role).await;
        let name = role.code().replace("-administrator", "");
        callers.push((name, with_token(site.as_user(id).await).await));
    }
    for (n, (who, caller)) in callers.iter().enumerate() {
        let target = Target::number(&site, n).await;
        let mut routes = site.routes();
        // What takes something away comes last.
        routes.sort_by_key(|r| {
            (
                r.method,
                r.pattern.contains("delete") || r.pattern.contains("remove"),
            )
        });
        for route in routes {
            // These end the session that is asked with.
            if route.pattern.starts_with("/signout")
                || route.pattern.ends_with("signout-everywhere")
            {
                continue;
            }
            let path = with_ids(&route.pattern, &target.user, &target.group, &target.method);
            let mut caller = caller.clone();
            let page = if route.method == "GET" {
                caller.get(&path).await
            } else {
                let fields = if route.pattern.starts_with("/admin/") {
                    target.fields(&mut model, &path).await
                } else {
                    Vec::new()
                };
                let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
                caller.post(&path, &fields).await
            };
            assert_ne!(
                page.status.as_u16() / 100,
                5,
                "{route} as {who}: {}",
                page.text()
            );
            let said = (who.clone(), class(&page));
            table.entry(route.clone()).or_default().push(said);
        }
    }
    site.ignore_messages().await;
    insta::assert_snapshot!("routes", printed(&table));
}

/// Each route with who gets what.
fn printed(table: &BTreeMap<Route, Vec<(String, String)>>) -> String {
    let mut lines = String::new();
    for (route, answers) in table {
        let mut by_class: Vec<(&str, Vec<&str>)> = Vec::new();
        for (who, said) in answers {
            match by_class.iter_mut().find(|(c, _)| c == said) {
                Some((_, all)) => all.push(who),
                None => by_class.push((said, vec![who])),
            }
        }
        writeln!(lines, "{route}").unwrap();
        let most = by_class.iter().map(|(_, who)| who.len()).max();
        for (said, who) in &by_class {
            let who = match who.len() {
                n if n == answers.len() => "everybody".into(),
                n if Some(n) == most && n > 6 => "everybody else".into(),
                _ => who.join(" "),
            };
            writeln!(lines, "    {said:<8} {who}").unwrap();
        }
    }
    lines
}

/// What strangers may see without being asked who they are. A new route is not among them until it is put here.
const PUBLIC: [&str; 27] = [
    "/",
    "/.well-known/change-password",
    "/assets/{name}",
    "/favicon.ico",
    "/healthz",
    "/hand-over",
    "/hand-over/{token}",
    "/help",
    "/not-me",
    "/not-me/{token}",
    "/readyz",
    "/reset",
    "/setup",
    "/setup/{token}",
    "/signin",
    "/signin/pass",
    "/signin/passkey",
    "/signout",
    // These ask for the cookie of a reset, and lead to its beginning without one.
    "/reset/goal",
    "/reset/code",
    "/reset/verify",
    "/reset/help",
    // A gateway shows its signature; everybody else finds nothing.
    "/voice/{token}",
    // These ask an agent for its keys, or are how it comes to be let in: see `agents`.
    "/agent/v1/challenge",
    "/agent/v1/enrolments",
    "/agent/v1/enrolments/poll",
    "/agent/v1/session",
];

// case: A-01, S73
#[tokio::test]
async fn s73_what_is_not_listed_as_public_asks_who_one_is() {
    let site = Site::new().await;
    let cast = Cast::of(&site).await;
    let mut stranger = site.browser();
    stranger.get("/signin").await;
    for route in site.routes() {
        let page = knock(
            &mut stranger.clone(),
            &route,
            &filled(&route.pattern, &cast),
        )
        .await;
        // An agent is asked for its session.
        let asked = page.status.as_u16() == 401
            || page.status.as_u16() == 303 && {
                // Some lead to a page that asks.
                let (to, mut other) = (page.to().to_owned(), stranger.clone());
                let doors = ["/signin", "/reset"];
                doors.contains(&to.as_str()) || doors.contains(&other.get(&to).await.to())
            };
        let public = PUBLIC.contains(&route.pattern.as_str());
        assert!(
            public || asked,
            "{route} answers strangers with {}",
            page.status
        );
    }
    site.expect_no_messages().await;
}
