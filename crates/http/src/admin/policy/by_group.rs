//! Policies by group: the list in its order, and one of them made, changed, moved and deleted.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::by_group::{moved, with_group_policy, without};
use keyward_app::data::StoredPolicy;
use keyward_app::policy::Impact;
use keyward_core::by_group::GroupPolicy;
use keyward_core::ids::{GroupId, PolicyId};
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode, Policy};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use std::collections::BTreeSet;

use super::effect::{
    Change, Proposal, ShownClash, carrying, group_names, kind_names, shown_clashes, version, yes,
};
use super::section::Fields;
use crate::Web;
use crate::admin::desk::{Desk, done, missing, refused};
use crate::admin::pick::{Choice, chosen_groups, find_groups, merged, one_of};
use crate::form::{Form, Query};
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(list))
        .route(
            "/admin/password-reset/by-group/{policy}",
            get(show).post(change),
        )
        .route(
            "/admin/password-reset/by-group/{policy}/effect",
            get(effect),
        )
        .route(
            "/admin/password-reset/by-group/{policy}/affected",
            get(affected),
        )
        .route(
            "/admin/password-reset/by-group/{policy}/affected.csv",
            get(export),
        )
        .route(
            "/admin/password-reset/by-group/{policy}/delete",
            get(ask_delete).post(delete),
        )
        .route(
            "/admin/password-reset/by-group/{policy}/move",
            post(move_it),
        )
}

const LIST: &str = "/admin/password-reset/by-group";

/// Where a policy stands that is yet to be made.
const NEW: &str = "new";

/// A policy in the list.
struct Row {
    id: String,
    name: String,
    group: String,
    group_name: String,
    gates: usize,
    kinds: String,
    mail_alone: bool,
}

#[derive(Template)]
#[template(path = "admin/policies.html")]
struct ListPage {
    v: View,
    /// The default policy, which applies to everybody.
    gates: usize,
    kinds: String,
    mail_alone: bool,
    rows: Vec<Row>,
    clashes: Vec<ShownClash>,
    version: i64,
}

async fn list(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let policy = &stored.policy;
    let mut rows = Vec::new();
    for p in &policy.by_group {
        rows.push(Row {
            id: p.id.to_string(),
            name: p.name.clone(),
            group: p.group.to_string(),
            group_name: group_names(&web, &desk, &[p.group].into()).await,
            gates: p.gates.count(),
            kinds: kind_names(&desk.v, &p.kinds()),
            mail_alone: p.mail_alone,
        });
    }
    Ok(ok(&ListPage {
        gates: policy.gates.count(),
        kinds: kind_names(&desk.v, &policy.kinds()),
        mail_alone: policy.mail_alone,
        rows,
        clashes: shown_clashes(&desk.v, policy),
        version: stored.version,
        v: desk.v,
    }))
}

/// A policy as it stands in its form.
struct Typed {
    name: String,
    groups: BTreeSet<GroupId>,
    gates: usize,
    kinds: BTreeSet<MethodKind>,
    mail_alone: bool,
}

impl Typed {
    /// What a form begins with: stricter than most, with all that is there.
    fn fresh(policy: &Policy) -> Self {
        Self {
            name: String::new(),
            groups: BTreeSet::new(),
            gates: 2,
            kinds: policy.kinds(),
            mail_alone: false,
        }
    }

    fn of(p: &GroupPolicy) -> Self {
        Self {
            name: p.name.clone(),
            groups: [p.group].into(),
            gates: p.gates.count(),
            kinds: p.kinds(),
            mail_alone: p.mail_alone,
        }
    }

    fn read(form: &impl Fields) -> Result<Self, Problem> {
        let groups = form.fields("group").into_iter();
        let kinds = form.fields("kind").into_iter();
        Ok(Self {
            name: form.field("name")?.trim().chars().take(200).collect(),
            groups: groups.filter_map(GroupId::parse).collect(),
            gates: if form.field("gates")? == "1" { 1 } else { 2 },
            kinds: kinds.filter_map(MethodKind::from_code).collect(),
            mail_alone: form.field("mail_alone")? == "yes",
        })
    }

    fn policy(&self, id: PolicyId) -> Result<GroupPolicy, Refusal> {
        let mut groups = self.groups.iter();
        let (Some(group), None) = (groups.next(), groups.next()) else {
            return Err(Refusal::field("group", "policy-group-one"));
        };
        Ok(GroupPolicy {
            id,
            name: self.name.clone(),
            group: *group,
            gates: if self.gates == 1 {
                Gates::One
            } else {
                Gates::Two
            },
            methods: self.kinds.iter().copied().map(KindCode).collect(),
            mail_alone: self.mail_alone,
        })
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("name", self.name.clone())];
        pairs.extend(self.groups.iter().map(|g| ("group", g.to_string())));
        pairs.push(("gates", self.gates.to_string()));
        pairs.extend(self.kinds.iter().map(|k| ("kind", k.to_string())));
        let alone = if self.mail_alone { "yes" } else { "no" };
        pairs.push(("mail_alone", alone.to_owned()));
        pairs
    }
}

#[derive(Template)]
#[template(path = "admin/policy-by-group.html")]
struct FormPage {
    v: View,
    place: String,
    /// There is no such policy yet.
    fresh: bool,
    title: String,
    typed: Typed,
    /// Each kind: ticked, and whether the default policy offers it.
    kinds: Vec<(MethodKind, bool, bool)>,
    choices: Vec<Choice>,
    q: String,
    version: i64,
    dirty: bool,
    faults: Faults,
}

/// The policy behind an address: none for the one that is yet to be made.
struct Place {
    code: String,
    old: Option<GroupPolicy>,
}

impl Place {
    fn of(code: String, policy: &Policy) -> Result<Self, Problem> {
        let old = if code == NEW {
            None
        } else {
            let id = PolicyId::parse(&code).ok_or_else(missing)?;
            let old = policy.by_group.iter().find(|p| p.id == id);
            Some(old.cloned().ok_or_else(missing)?)
        };
        Ok(Self { code, old })
    }

    fn path(&self) -> String {
        format!("{LIST}/{}", self.code)
    }

    fn title(&self, v: &View) -> String {
        match &self.old {
            Some(old) => old.name.clone(),
            None => v.t("by-group-new").into_owned(),
        }
    }

    /// The policy as it would be; what is yet to be made gets an id.
    fn proposed(&self, web: &Web, policy: &Policy, typed: &Typed) -> Result<Policy, Refusal> {
        let id = self.old.as_ref().map(|p| p.id);
        let id = id.unwrap_or_else(|| web.app.new_policy_id());
        Ok(with_group_policy(policy, typed.policy(id)?))
    }

    async fn proposal(&self, web: &Web, desk: &Desk, typed: &Typed, new: Policy) -> Proposal {
        let v = &desk.v;
        let none = || String::from("\u{2013}");
        let old = self.old.as_ref().map(Typed::of);
        let show = |what: &dyn Fn(&Typed) -> String| match &old {
            Some(old) => (what(old), what(typed)),
            None => (none(), what(typed)),
        };
        let groups = match &old {
            Some(old) => group_names(web, desk, &old.groups).await,
            None => none(),
        };
        let rows = [
            ("name", show(&|t| t.name.clone())),
            (
                "group",
                (groups, group_names(web, desk, &typed.groups).await),
            ),
            ("gates", show(&|t| t.gates.to_string())),
            ("kinds", show(&|t| kind_names(v, &t.kinds))),
            ("mail-alone", show(&|t| yes(v, t.mail_alone))),
        ];
        let changed = rows.into_iter().filter(|(_, (old, new))| old != new);
        Proposal {
            place: self.path(),
            name: self.title(v),
            pairs: typed.pairs(),
            changes: changed
                .map(|(key, (old, new))| Change { key, old, new })
                .collect(),
            new,
        }
    }
}

async fn draw(
    web: &Web,
    desk: Desk,
    place: &Place,
    stored: &StoredPolicy,
    again: Option<(Typed, &str)>,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let dirty = again.is_some();
    let (typed, q) = again.unwrap_or_else(|| {
        let typed = match &place.old {
            Some(old) => Typed::of(old),
            None => Typed::fresh(&stored.policy),
        };
        (typed, "")
    });
    let ids = typed.groups.iter().copied();
    let chosen = chosen_groups(web, &desk.me, &desk.v, ids).await?;
    let found = find_groups(web, &desk.me, &desk.v, q).await?;
    let offered = stored.policy.kinds();
    let kinds = MethodKind::ALL.into_iter();
    let page_ = FormPage {
        place: place.path(),
        fresh: place.old.is_none(),
        title: place.title(&desk.v),
        kinds: kinds
            .map(|k| (k, typed.kinds.contains(&k), offered.contains(&k)))
            .collect(),
        choices: one_of(merged(chosen, found)),
        q: q.to_owned(),
        version: stored.version,
        dirty,
        faults: refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default(),
        typed,
        v: desk.v,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let place = Place::of(code, &stored.policy)?;
    if place.old.is_none() {
        desk.offers(Permission::WritePolicy)?;
    }
    draw(&web, desk, &place, &stored, None, None).await
}

/// What was typed leads to a page that shows what it would do; sent from there, with `do=save`, it is done.
async fn change(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let place = Place::of(code, &stored.policy)?;
    let typed = Typed::read(&form)?;
    let read = version(&form)?;
    let (next, q) = (form.one("do")?, form.one("q")?);
    if next == "search" {
        let again = Some((typed, q));
        return draw(&web, desk, &place, &stored, again, None).await;
    }
    let refusal = match place.proposed(&web, &stored.policy, &typed) {
        Ok(new) if next == "save" => {
            let saved = web.app.change_policy(&desk.ctx, &desk.me, read, &new).await;
            match refused(saved)? {
                Ok(()) => return Ok(done(&web, LIST, "policy-saved")),
                Err(refusal) => refusal,
            }
        }
        Ok(new) if new == stored.policy => return Ok(done(&web, LIST, "policy-same")),
        Ok(_) => {
            let to = carrying(&place.path(), &typed.pairs(), "effect", read);
            return Ok(Redirect::to(&to).into_response());
        }
        Err(refusal) => refusal,
    };
    draw(
        &web,
        desk,
        &place,
        &stored,
        Some((typed, "")),
        Some(&refusal),
    )
    .await
}

async fn effect(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let place = Place::of(code, &stored.policy)?;
    let (typed, version) = (Typed::read(&query)?, version(&query)?);
    let refusal = match place.proposed(&web, &stored.policy, &typed) {
        Ok(new) => {
            let proposal = place.proposal(&web, &desk, &typed, new).await;
            match proposal.judged(&web, &desk, &stored, version).await? {
                Ok(impact) => return Ok(proposal.effect(desk, &stored, impact)),
                Err(refusal) => refusal,
            }
        }
        Err(refusal) => refusal,
    };
    draw(
        &web,
        desk,
        &place,
        &stored,
        Some((typed, "")),
        Some(&refusal),
    )
    .await
}

/// The change that an address carries.
async fn carried(web: &Web, desk: &Desk, code: String, query: &Query) -> Result<Proposal, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let place = Place::of(code, &stored.policy)?;
    let typed = Typed::read(query)?;
    let new = place.proposed(web, &stored.policy, &typed)?;
    Ok(place.proposal(web, desk, &typed, new).await)
}

async fn affected(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let proposal = carried(&web, &desk, code, &query).await?;
    proposal.affected(&web, desk, version(&query)?).await
}

async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let proposal = carried(&web, &desk, code, &query).await?;
    proposal.export(&web, &desk).await
}

#[derive(Template)]
#[template(path = "admin/policy-by-group-delete.html")]
struct DeletePage {
    v: View,
    place: String,
    name: String,
    group_name: String,
    impact: Impact,
    version: i64,
    faults: Faults,
}

async fn draw_delete(
    web: &Web,
    desk: Desk,
    code: String,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let place = Place::of(code, &stored.policy)?;
    let old = place.old.as_ref().ok_or_else(missing)?;
    let new = without(&stored.policy, old.id).ok_or_else(missing)?;
    let page_ = DeletePage {
        impact: web.app.preview_policy(&desk.me, &new).await?,
        place: place.path(),
        name: old.name.clone(),
        group_name: group_names(web, &desk, &[old.group].into()).await,
        version: stored.version,
        faults: refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default(),
        v: desk.v,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask_delete(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WritePolicy)?;
    draw_delete(&web, desk, code, None).await
}

async fn delete(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let id = PolicyId::parse(&code).ok_or_else(missing)?;
    let new = without(&stored.policy, id).ok_or_else(missing)?;
    let read = version(&form)?;
    let saved = web.app.change_policy(&desk.ctx, &desk.me, read, &new).await;
    match refused(saved)? {
        Ok(()) => Ok(done(&web, LIST, "by-group-deleted")),
        Err(refusal) => draw_delete(&web, desk, code, Some(&refusal)).await,
    }
}

/// One place up or down. The order changes no rule, so nothing is asked first.
async fn move_it(
    State(web): State<Web>,
    desk: Desk,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let id = PolicyId::parse(&code).ok_or_else(missing)?;
    let new = moved(&stored.policy, id, form.one("to")? == "up").ok_or_else(missing)?;
    let read = version(&form)?;
    web.app
        .change_policy(&desk.ctx, &desk.me, read, &new)
        .await?;
    Ok(done(&web, LIST, "by-group-moved"))
}
