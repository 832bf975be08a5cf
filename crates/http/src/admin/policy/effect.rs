//! What a change of the policy would do, in numbers, with the list behind the number, before it is made.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, Reported};
use keyward_app::policy::Impact;
use keyward_core::ids::GroupId;
use keyward_core::policy::{Policy, Scope};
use keyward_core::refusal::Refusal;
use std::collections::BTreeSet;

use super::section::{Section, Typed};
use super::settings::{Again, draw};
use crate::Web;
use crate::admin::csv::Csv;
use crate::admin::desk::{Desk, missing, refused};
use crate::admin::paging::{REPORT_PAGE, address};
use crate::form::Query;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/password-reset/{section}/effect", get(show))
        .route("/admin/password-reset/{section}/affected", get(affected))
        .route("/admin/password-reset/{section}/affected.csv", get(export))
}

/// Rows on the page; the file has all of them.
const SHOWN: i64 = 200;

/// One setting, before and after: the end of its key `policy-set-<key>`.
struct Change {
    key: &'static str,
    old: String,
    new: String,
}

#[derive(Template)]
#[template(path = "admin/policy-effect.html")]
struct EffectPage {
    v: View,
    section: &'static str,
    changes: Vec<Change>,
    impact: Impact,
    /// Reset would be switched off for everybody.
    off: bool,
    fields: Vec<(&'static str, String)>,
    version: i64,
    affected: String,
}

#[derive(Template)]
#[template(path = "admin/policy-affected.html")]
struct AffectedPage {
    v: View,
    section: &'static str,
    rows: Vec<Reported>,
    export: String,
    back: String,
}

/// The address of a page that carries the settings as they were typed.
fn carrying(section: Section, typed: &Typed, end: &str, version: i64) -> String {
    let version = version.to_string();
    let pairs = typed.pairs(section);
    let mut query: Vec<_> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
    query.push(("version", &version));
    address(&format!("{}/{end}", section.path()), &query)
}

/// Where the effect of what was typed is shown.
pub(super) fn page_of(section: Section, typed: &Typed, read: i64) -> String {
    carrying(section, typed, "effect", read)
}

fn version(query: &Query) -> Result<i64, Problem> {
    Ok(query.one("version")?.parse().unwrap_or(-1))
}

/// Shows what the change would do, and asks.
async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let section = Section::parse(&section).ok_or_else(missing)?;
    let stored = web.app.policy(&desk.me).await?;
    let (typed, version) = (
        Typed::read(section, &stored.policy, &query)?,
        version(&query)?,
    );
    let judged = match typed.policy(section, &stored.policy) {
        Err(refusal) => Err(refusal),
        Ok(_) if version != stored.version => Err(Refusal::ChangedMeanwhile),
        Ok(new) => {
            refused(web.app.preview_policy(&desk.me, &new).await)?.map(|impact| (new, impact))
        }
    };
    let (new, impact) = match judged {
        Ok(judged) => judged,
        Err(refusal) => {
            let again = Again::refused(typed, &refusal);
            return draw(&web, desk, section, stored, Some(again)).await;
        }
    };
    let old = Typed::from(&stored.policy);
    Ok(ok(&EffectPage {
        section: section.code(),
        changes: changes(&web, &desk, &old, &Typed::from(&new)).await,
        impact,
        off: new.scope == Scope::None && stored.policy.scope != Scope::None,
        fields: typed.pairs(section),
        version,
        affected: carrying(section, &typed, "affected", version),
        v: desk.v,
    }))
}

async fn changes(web: &Web, desk: &Desk, old: &Typed, new: &Typed) -> Vec<Change> {
    let v = &desk.v;
    let yes = |flag: bool| v.t(if flag { "yes" } else { "no" }).into_owned();
    let kinds = |t: &Typed| -> String {
        let names: Vec<_> = t.kinds.iter().map(|k| v.tf("method-{}", k)).collect();
        names.join(", ")
    };
    let mobile = |t: &Typed| v.tf("policy-mobile-by-{}", t.mobile_by.code()).into_owned();
    let days = |text: &String| match text.as_str() {
        "0" => v.t("policy-never").into_owned(),
        text => v.counted("policy-days", text).into_owned(),
    };
    let hours = |text: &String| v.counted("policy-hours", text).into_owned();
    let helpdesk = |t: &Typed| {
        if t.helpdesk.is_empty() {
            yes(false)
        } else {
            t.helpdesk.clone()
        }
    };
    let pairs = [
        (
            "scope",
            scope(web, desk, old.scope, &old.groups).await,
            scope(web, desk, new.scope, &new.groups).await,
        ),
        ("unlock", yes(old.unlock), yes(new.unlock)),
        ("gates", old.gates.to_string(), new.gates.to_string()),
        ("kinds", kinds(old), kinds(new)),
        ("mobile-by", mobile(old), mobile(new)),
        ("mail-alone", yes(old.mail_alone), yes(new.mail_alone)),
        ("quarantine", hours(&old.quarantine), hours(&new.quarantine)),
        (
            "quarantine-administrators",
            hours(&old.admin_quarantine),
            hours(&new.admin_quarantine),
        ),
        ("required", yes(old.required), yes(new.required)),
        ("reconfirm", days(&old.reconfirm), days(&new.reconfirm)),
        ("notify-users", yes(old.notify_users), yes(new.notify_users)),
        (
            "notify-admins",
            yes(old.notify_admins),
            yes(new.notify_admins),
        ),
        ("helpdesk", helpdesk(old), helpdesk(new)),
    ];
    pairs
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(key, old, new)| Change { key, old, new })
        .collect()
}

/// For whom, with the names of the groups.
async fn scope(web: &Web, desk: &Desk, scope: &str, groups: &BTreeSet<GroupId>) -> String {
    let mut text = desk.v.tf("policy-scope-{}", scope).into_owned();
    let mut names = Vec::new();
    for group in groups {
        if let Ok(page) = web.app.group_page(&desk.me, *group).await {
            names.push(page.group.name);
        }
    }
    if !names.is_empty() {
        text.push_str(": ");
        text.push_str(&names.join(", "));
    }
    text
}

/// The change that an address carries.
async fn carried(
    web: &Web,
    desk: &Desk,
    section: &str,
    query: &Query,
) -> Result<(Section, Typed, Policy), Problem> {
    let section = Section::parse(section).ok_or_else(missing)?;
    let stored = web.app.policy(&desk.me).await?;
    let typed = Typed::read(section, &stored.policy, query)?;
    let new = typed.policy(section, &stored.policy)?;
    Ok((section, typed, new))
}

async fn affected(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let (section, typed, new) = carried(&web, &desk, &section, &query).await?;
    let losing = web.app.preview_losing(&desk.me, &new, None, SHOWN);
    Ok(ok(&AffectedPage {
        rows: losing.await?,
        v: desk.v,
        section: section.code(),
        export: carrying(section, &typed, "affected.csv", version(&query)?),
        back: page_of(section, &typed, version(&query)?),
    }))
}

async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let (_, _, new) = carried(&web, &desk, &section, &query).await?;
    let mut csv = Csv::new(&["id", "displayName", "userPrincipalName", "methods"]);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let (me, after) = (&desk.me, here.as_ref());
        let rows = web.app.preview_losing(me, &new, after, REPORT_PAGE).await?;
        let Some(last) = rows.last() else { break };
        here = Some(After {
            key: last.name_key.clone(),
            id: last.user.0,
        });
        for row in &rows {
            let kinds: Vec<_> = row.facts.kinds.iter().map(|k| k.code()).collect();
            csv.row(&[&row.user.to_string(), &row.name, &row.upn, &kinds.join(" ")]);
        }
    }
    Ok(csv.download("affected.csv"))
}
