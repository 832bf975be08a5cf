//! What a change of the policy would do, in numbers, with the list behind the number, before it is made.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, Reported, StoredPolicy};
use keyward_app::policy::Impact;
use keyward_core::ids::{GroupId, PolicyId};
use keyward_core::method::MethodKind;
use keyward_core::policy::{Policy, Scope};
use keyward_core::refusal::Refusal;
use std::collections::BTreeSet;

use super::section::{Fields, Section, Typed};
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
pub(super) struct Change {
    pub key: &'static str,
    pub old: String,
    pub new: String,
}

/// A change that a page proposes, before it is made.
pub(super) struct Proposal {
    /// The address of the page, which saves it.
    pub place: String,
    /// What the page is called.
    pub name: String,
    /// The settings as they were typed, for hidden inputs and addresses.
    pub pairs: Vec<(&'static str, String)>,
    /// What the page's settings were and would be.
    pub changes: Vec<Change>,
    /// The policy as it would be.
    pub new: Policy,
}

#[derive(Template)]
#[template(path = "admin/policy-effect.html")]
struct EffectPage {
    v: View,
    place: String,
    name: String,
    changes: Vec<Change>,
    impact: Impact,
    /// Reset would be switched off for everybody.
    off: bool,
    clashes: Vec<ShownClash>,
    fields: Vec<(&'static str, String)>,
    version: i64,
    affected: String,
}

#[derive(Template)]
#[template(path = "admin/policy-affected.html")]
struct AffectedPage {
    v: View,
    place: String,
    name: String,
    rows: Vec<Reported>,
    export: String,
    back: String,
}

/// Two policies that leave too little to whoever is in both groups, by name.
pub(super) struct ShownClash {
    pub one: String,
    pub other: String,
    pub gates: usize,
    /// What they leave together; empty: nothing.
    pub kinds: String,
}

/// Which policies leave too little together.
pub(super) fn shown_clashes(v: &View, policy: &Policy) -> Vec<ShownClash> {
    let name = |id: PolicyId| {
        let found = policy.by_group.iter().find(|p| p.id == id);
        found.map(|p| p.name.clone()).unwrap_or_default()
    };
    let shown = policy.clashes().into_iter().map(|c| ShownClash {
        one: name(c.of[0]),
        other: name(c.of[1]),
        gates: c.gates.count(),
        kinds: kind_names(v, &c.kinds),
    });
    shown.collect()
}

/// Kinds of method as people call them.
pub(super) fn kind_names(v: &View, kinds: &BTreeSet<MethodKind>) -> String {
    let names: Vec<_> = kinds.iter().map(|k| v.tf("method-{}", k)).collect();
    names.join(", ")
}

/// Yes or no.
pub(super) fn yes(v: &View, flag: bool) -> String {
    v.t(if flag { "yes" } else { "no" }).into_owned()
}

/// The address of a page that carries settings as they were typed.
pub(super) fn carrying(place: &str, pairs: &[(&str, String)], end: &str, version: i64) -> String {
    let version = version.to_string();
    let mut query: Vec<_> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
    query.push(("version", &version));
    address(&format!("{place}/{end}"), &query)
}

/// Where the effect of what was typed is shown.
pub(super) fn page_of(section: Section, typed: &Typed, read: i64) -> String {
    carrying(&section.path(), &typed.pairs(section), "effect", read)
}

/// The version of the policy that an address or a form carries.
pub(super) fn version(fields: &impl Fields) -> Result<i64, Problem> {
    Ok(fields.field("version")?.parse().unwrap_or(-1))
}

impl Proposal {
    /// What it would do, or why it can't be made.
    pub(super) async fn judged(
        &self,
        web: &Web,
        desk: &Desk,
        stored: &StoredPolicy,
        version: i64,
    ) -> Result<Result<Impact, Refusal>, Problem> {
        if version != stored.version {
            return Ok(Err(Refusal::ChangedMeanwhile));
        }
        refused(web.app.preview_policy(&desk.me, &self.new).await)
    }

    /// Shows what it would do, and asks.
    pub(super) fn effect(self, desk: Desk, stored: &StoredPolicy, impact: Impact) -> Response {
        let (version, old) = (stored.version, &stored.policy);
        ok(&EffectPage {
            affected: carrying(&self.place, &self.pairs, "affected", version),
            off: self.new.scope == Scope::None && old.scope != Scope::None,
            clashes: if self.new.clashes() == old.clashes() {
                Vec::new()
            } else {
                shown_clashes(&desk.v, &self.new)
            },
            place: self.place,
            name: self.name,
            changes: self.changes,
            fields: self.pairs,
            impact,
            version,
            v: desk.v,
        })
    }

    /// Who would lose by it.
    pub(super) async fn affected(
        self,
        web: &Web,
        desk: Desk,
        version: i64,
    ) -> Result<Response, Problem> {
        let losing = web.app.preview_losing(&desk.me, &self.new, None, SHOWN);
        Ok(ok(&AffectedPage {
            rows: losing.await?,
            v: desk.v,
            export: carrying(&self.place, &self.pairs, "affected.csv", version),
            back: carrying(&self.place, &self.pairs, "effect", version),
            place: self.place,
            name: self.name,
        }))
    }

    /// All of them, as a file.
    pub(super) async fn export(self, web: &Web, desk: &Desk) -> Result<Response, Problem> {
        let mut csv = Csv::new(&["id", "displayName", "userPrincipalName", "methods"]);
        let mut here: Option<After> = None;
        while csv.has_room() {
            let (me, after) = (&desk.me, here.as_ref());
            let losing = web.app.preview_losing(me, &self.new, after, REPORT_PAGE);
            let rows = losing.await?;
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
    let refusal = match typed.policy(section, &stored.policy) {
        Ok(new) => {
            let proposal = proposal(&web, &desk, section, &typed, &stored.policy, new).await;
            match proposal.judged(&web, &desk, &stored, version).await? {
                Ok(impact) => return Ok(proposal.effect(desk, &stored, impact)),
                Err(refusal) => refusal,
            }
        }
        Err(refusal) => refusal,
    };
    let again = Again::refused(typed, &refusal);
    draw(&web, desk, section, stored, Some(again)).await
}

async fn proposal(
    web: &Web,
    desk: &Desk,
    section: Section,
    typed: &Typed,
    old: &Policy,
    new: Policy,
) -> Proposal {
    Proposal {
        place: section.path(),
        name: desk.v.tf("nav-{}", section.code()).into_owned(),
        pairs: typed.pairs(section),
        changes: changes(web, desk, &Typed::from(old), &Typed::from(&new)).await,
        new,
    }
}

async fn changes(web: &Web, desk: &Desk, old: &Typed, new: &Typed) -> Vec<Change> {
    let v = &desk.v;
    let yes = |flag| yes(v, flag);
    let kinds = |t: &Typed| kind_names(v, &t.kinds);
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
    let names = group_names(web, desk, groups).await;
    if !names.is_empty() {
        text.push_str(": ");
        text.push_str(&names);
    }
    text
}

/// The names of groups.
pub(super) async fn group_names(web: &Web, desk: &Desk, groups: &BTreeSet<GroupId>) -> String {
    let mut names = Vec::new();
    for group in groups {
        if let Ok(page) = web.app.group_page(&desk.me, *group).await {
            names.push(page.group.name);
        }
    }
    names.join(", ")
}

/// The change that an address carries.
async fn carried(
    web: &Web,
    desk: &Desk,
    section: &str,
    query: &Query,
) -> Result<Proposal, Problem> {
    let section = Section::parse(section).ok_or_else(missing)?;
    let stored = web.app.policy(&desk.me).await?;
    let typed = Typed::read(section, &stored.policy, query)?;
    let new = typed.policy(section, &stored.policy)?;
    Ok(proposal(web, desk, section, &typed, &stored.policy, new).await)
}

async fn affected(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let proposal = carried(&web, &desk, &section, &query).await?;
    proposal.affected(&web, desk, version(&query)?).await
}

async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let proposal = carried(&web, &desk, &section, &query).await?;
    proposal.export(&web, &desk).await
}
