//! Who may use one method: nobody, everybody, or the members of groups, but not of others.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::by_group::with_reach;
use keyward_app::data::StoredPolicy;
use keyward_core::by_group::Reach;
use keyward_core::ids::GroupId;
use keyward_core::method::MethodKind;
use keyward_core::policy::{KindCode, Policy};
use keyward_core::refusal::Refusal;
use std::collections::BTreeSet;

use super::effect::{Change, Proposal, carrying, group_names, version};
use super::section::Fields;
use crate::Web;
use crate::admin::desk::{Desk, done, missing, refused};
use crate::admin::pick::{Choice, chosen_groups, find_groups, merged, not_for};
use crate::form::{Form, Query};
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/admin/password-reset/method/{kind}",
            get(show).post(change),
        )
        .route("/admin/password-reset/method/{kind}/effect", get(effect))
        .route(
            "/admin/password-reset/method/{kind}/affected",
            get(affected),
        )
        .route(
            "/admin/password-reset/method/{kind}/affected.csv",
            get(export),
        )
}

/// The page of one method.
pub(super) fn path(kind: MethodKind) -> String {
    format!("/admin/password-reset/method/{kind}")
}

/// In short, for the page that lists all methods: the end of a key `reach-state-<code>`.
pub(super) fn state(policy: &Policy, kind: MethodKind) -> &'static str {
    match policy.reach.get(&KindCode(kind)) {
        _ if !policy.kinds().contains(&kind) => "off",
        None => "all",
        Some(Reach {
            included: Some(_), ..
        }) => "selected",
        Some(_) => "except",
    }
}

/// Who may, as it stands in the form.
#[derive(Clone)]
struct Typed {
    /// `off`, `all` or `selected`.
    state: &'static str,
    groups: BTreeSet<GroupId>,
    excluded: BTreeSet<GroupId>,
}

impl Typed {
    fn of(policy: &Policy, kind: MethodKind) -> Self {
        let reach = policy.reach.get(&KindCode(kind)).cloned();
        let reach = reach.unwrap_or_default();
        Self {
            state: match &reach.included {
                _ if !policy.kinds().contains(&kind) => "off",
                Some(_) => "selected",
                None => "all",
            },
            groups: reach.included.unwrap_or_default(),
            excluded: reach.excluded,
        }
    }

    fn read(form: &impl Fields) -> Result<Self, Problem> {
        let groups = |name| {
            let ids = form.fields(name).into_iter();
            ids.filter_map(GroupId::parse).collect()
        };
        Ok(Self {
            state: match form.field("state")? {
                "all" => "all",
                "selected" => "selected",
                "off" => "off",
                // Not off for everybody: that would switch a method off by a slip in an address.
                _ => return Err(Problem::BadForm),
            },
            groups: groups("group"),
            excluded: groups("excluded"),
        })
    }

    fn policy(&self, old: &Policy, kind: MethodKind) -> Policy {
        let reach = Reach {
            included: (self.state == "selected").then(|| self.groups.clone()),
            excluded: self.excluded.clone(),
        };
        with_reach(old, kind, (self.state != "off").then_some(reach))
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("state", self.state.to_owned())];
        pairs.extend(self.groups.iter().map(|g| ("group", g.to_string())));
        pairs.extend(self.excluded.iter().map(|g| ("excluded", g.to_string())));
        pairs
    }

    /// For whom, and for whom not, in words.
    async fn words(&self, web: &Web, desk: &Desk) -> [String; 2] {
        let mut text = desk.v.tf("reach-state-{}", self.state).into_owned();
        if self.state == "selected" {
            text.push_str(": ");
            text.push_str(&group_names(web, desk, &self.groups).await);
        }
        let excluded = if self.excluded.is_empty() || self.state == "off" {
            "\u{2013}".to_owned()
        } else {
            group_names(web, desk, &self.excluded).await
        };
        [text, excluded]
    }
}

#[derive(Template)]
#[template(path = "admin/policy-method.html")]
struct MethodPage {
    v: View,
    place: String,
    kind: MethodKind,
    typed: Typed,
    choices: Vec<Choice>,
    q: String,
    not_choices: Vec<Choice>,
    not_q: String,
    version: i64,
    dirty: bool,
    faults: Faults,
}

/// What is drawn again after it was typed.
#[derive(Default)]
struct Again<'a> {
    typed: Option<Typed>,
    q: &'a str,
    not_q: &'a str,
    refusal: Option<&'a Refusal>,
}

async fn draw(
    web: &Web,
    desk: Desk,
    kind: MethodKind,
    stored: &StoredPolicy,
    again: Again<'_>,
) -> Result<Response, Problem> {
    let dirty = again.typed.is_some();
    let typed = again
        .typed
        .unwrap_or_else(|| Typed::of(&stored.policy, kind));
    let (me, v) = (&desk.me, &desk.v);
    let chosen = chosen_groups(web, me, v, typed.groups.iter().copied()).await?;
    let choices = merged(chosen, find_groups(web, me, v, again.q).await?);
    let excluded = chosen_groups(web, me, v, typed.excluded.iter().copied()).await?;
    let not_choices = not_for(merged(
        excluded,
        find_groups(web, me, v, again.not_q).await?,
    ));
    let page_ = MethodPage {
        place: path(kind),
        kind,
        typed,
        choices,
        q: again.q.to_owned(),
        not_choices,
        not_q: again.not_q.to_owned(),
        version: stored.version,
        dirty,
        faults: again
            .refusal
            .map(|r| Faults::of(&desk.v, r))
            .unwrap_or_default(),
        v: desk.v,
    };
    Ok(page(again.refusal.map_or(StatusCode::OK, status), &page_))
}

fn kind_of(code: &str) -> Result<MethodKind, Problem> {
    MethodKind::from_code(code).ok_or_else(missing)
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    let stored = web.app.policy(&desk.me).await?;
    draw(&web, desk, kind, &stored, Again::default()).await
}

/// What was typed leads to a page that shows what it would do; sent from there, with `do=save`, it is done.
async fn change(
    State(web): State<Web>,
    desk: Desk,
    Path(kind): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    let stored = web.app.policy(&desk.me).await?;
    let (typed, read) = (Typed::read(&form)?, version(&form)?);
    let next = form.one("do")?;
    let (q, not_q) = (form.one("q")?, form.one("not_q")?);
    if next == "search" {
        let again = Again {
            typed: Some(typed),
            q,
            not_q,
            refusal: None,
        };
        return draw(&web, desk, kind, &stored, again).await;
    }
    let new = typed.policy(&stored.policy, kind);
    if next != "save" {
        if new == stored.policy {
            return Ok(done(&web, &path(kind), "policy-same"));
        }
        let to = carrying(&path(kind), &typed.pairs(), "effect", read);
        return Ok(Redirect::to(&to).into_response());
    }
    let saved = web.app.change_policy(&desk.ctx, &desk.me, read, &new).await;
    match refused(saved)? {
        Ok(()) => Ok(done(&web, &path(kind), "policy-saved")),
        Err(refusal) => {
            let again = Again {
                typed: Some(typed),
                refusal: Some(&refusal),
                ..Again::default()
            };
            draw(&web, desk, kind, &stored, again).await
        }
    }
}

async fn proposal(
    web: &Web,
    desk: &Desk,
    kind: MethodKind,
    typed: &Typed,
    old: &Policy,
) -> Proposal {
    let [was_for, was_not] = Typed::of(old, kind).words(web, desk).await;
    let [is_for, is_not] = typed.words(web, desk).await;
    let rows = [("reach", was_for, is_for), ("excluded", was_not, is_not)];
    let changed = rows.into_iter().filter(|(_, old, new)| old != new);
    Proposal {
        place: path(kind),
        name: desk.v.tf("policy-kind-{}", kind).into_owned(),
        pairs: typed.pairs(),
        changes: changed
            .map(|(key, old, new)| Change { key, old, new })
            .collect(),
        new: typed.policy(old, kind),
    }
}

async fn effect(
    State(web): State<Web>,
    desk: Desk,
    Path(kind): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    let stored = web.app.policy(&desk.me).await?;
    let (typed, version) = (Typed::read(&query)?, version(&query)?);
    let proposal = proposal(&web, &desk, kind, &typed, &stored.policy).await;
    match proposal.judged(&web, &desk, &stored, version).await? {
        Ok(impact) => Ok(proposal.effect(desk, &stored, impact)),
        Err(refusal) => {
            let again = Again {
                typed: Some(typed),
                refusal: Some(&refusal),
                ..Again::default()
            };
            draw(&web, desk, kind, &stored, again).await
        }
    }
}

/// The change that an address carries.
async fn carried(web: &Web, desk: &Desk, kind: &str, query: &Query) -> Result<Proposal, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let typed = Typed::read(query)?;
    Ok(proposal(web, desk, kind_of(kind)?, &typed, &stored.policy).await)
}

async fn affected(
    State(web): State<Web>,
    desk: Desk,
    Path(kind): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let proposal = carried(&web, &desk, &kind, &query).await?;
    proposal.affected(&web, desk, version(&query)?).await
}

async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(kind): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let proposal = carried(&web, &desk, &kind, &query).await?;
    proposal.export(&web, &desk).await
}
