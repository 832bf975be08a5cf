//! Giving licences to users and groups.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::Member;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::licence::{DisabledPlans, Plan, Sku};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::{Shown, page_of, sku_of};
use crate::Web;
use crate::admin::desk::{Desk, done_to, missing, refused};
use crate::admin::paging::search;
use crate::admin::pick::{Choice, chosen_groups, chosen_users, find_groups, find_users, merged};
use crate::form::{Form, Query};
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/licences/{sku}/assign", get(ask).post(assign))
}

#[derive(Template)]
#[template(path = "admin/licence-assign.html")]
struct AssignPage {
    v: View,
    s: Shown,
    q: String,
    choices: Vec<Choice>,
    /// Each plan of the product, and whether it is ticked.
    plans: Vec<(&'static str, bool)>,
    faults: Faults,
}

/// What was chosen so far.
struct Chosen {
    to: Vec<Member>,
    disabled: DisabledPlans,
}

async fn draw(
    web: &Web,
    desk: Desk,
    sku: Sku,
    q: String,
    chosen: &Chosen,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let held = web.app.subscription(&desk.me, sku).await?;
    if sku.is_for_everybody() {
        return Err(Refusal::NotOffered.into());
    }
    let (me, v) = (&desk.me, &desk.v);
    let groups = chosen.to.iter().filter_map(|m| match m {
        Member::Group(id) => Some(*id),
        Member::User(_) => None,
    });
    let users = chosen.to.iter().filter_map(|m| match m {
        Member::User(id) => Some(*id),
        Member::Group(_) => None,
    });
    let mut ticked = chosen_groups(web, me, v, groups).await?;
    ticked.extend(chosen_users(web, me, users).await?);
    let mut found = find_users(web, me, &q).await?;
    found.extend(find_groups(web, me, v, &q).await?);
    let plans = sku.plans().iter();
    let page_ = AssignPage {
        s: Shown::from(&held),
        q,
        choices: merged(ticked, found),
        plans: plans
            .map(|p| (p.code(), !chosen.disabled.contains(*p)))
            .collect(),
        faults: refusal.map(|r| Faults::of(v, r)).unwrap_or_default(),
        v: desk.v,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Path(sku): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteLicences)?;
    let q = search(query.one("q")?);
    let nobody = Chosen {
        to: Vec::new(),
        disabled: DisabledPlans::default(),
    };
    draw(&web, desk, sku_of(&sku)?, q, &nobody, None).await
}

fn chosen(sku: Sku, form: &Form) -> Result<Chosen, Problem> {
    let users = form
        .many("user")
        .map(|id| UserId::parse(id).map(Member::User));
    let groups = form
        .many("group")
        .map(|id| GroupId::parse(id).map(Member::Group));
    let to: Option<_> = users.chain(groups).collect();
    let kept: Vec<_> = form.many("plan").filter_map(Plan::from_code).collect();
    let left_out = Plan::ALL.into_iter().filter(|p| !kept.contains(p));
    Ok(Chosen {
        to: to.ok_or_else(missing)?,
        disabled: DisabledPlans::of(sku, left_out),
    })
}

async fn assign(
    State(web): State<Web>,
    desk: Desk,
    Path(sku): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteLicences)?;
    let sku = sku_of(&sku)?;
    let chosen = chosen(sku, &form)?;
    let (to, disabled) = (&chosen.to, &chosen.disabled);
    let given = if to.is_empty() {
        Err(Refusal::field("found", "nobody-chosen"))
    } else if sku.plans().iter().all(|p| disabled.contains(*p)) {
        Err(Refusal::field("plans", "nobody-chosen"))
    } else {
        let given = web
            .app
            .assign_licences(&desk.ctx, &desk.me, sku, to, disabled);
        refused(given.await)?
    };
    match given {
        Ok(()) => Ok(done_to(&web, &page_of(sku), "licences-assigned", to.len())),
        Err(refusal) => draw(&web, desk, sku, String::new(), &chosen, Some(&refusal)).await,
    }
}
