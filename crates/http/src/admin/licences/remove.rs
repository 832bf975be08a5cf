//! Taking a licence away: asked first, since a group's members may be many.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::Member;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::licence::Sku;
use keyward_core::role::Permission;

use super::{Shown, page_of, sku_of};
use crate::Web;
use crate::admin::desk::{Desk, done, missing};
use crate::form::Form;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/admin/licences/{sku}/users/{user}/remove",
            get(ask_user).post(user),
        )
        .route(
            "/admin/licences/{sku}/groups/{group}/remove",
            get(ask_group).post(group),
        )
}

#[derive(Template)]
#[template(path = "admin/licence-remove.html")]
struct RemovePage {
    v: View,
    s: Shown,
    name: String,
    group: bool,
}

async fn ask(web: &Web, desk: Desk, sku: Sku, from: Member) -> Result<Response, Problem> {
    desk.offers(Permission::WriteLicences)?;
    let held = web.app.subscription(&desk.me, sku).await?;
    let (name, group) = match from {
        Member::User(id) => {
            let page = web.app.user_page(&desk.me, id).await?;
            (page.account.user.profile.display_name, false)
        }
        Member::Group(id) => (web.app.group_page(&desk.me, id).await?.group.name, true),
    };
    Ok(ok(&RemovePage {
        v: desk.v,
        s: Shown::from(&held),
        name,
        group,
    }))
}

async fn remove(web: &Web, desk: &Desk, sku: Sku, from: Member) -> Result<Response, Problem> {
    web.app
        .remove_licences(&desk.ctx, &desk.me, sku, &[from])
        .await?;
    Ok(done(web, &page_of(sku), "licence-removed"))
}

fn user_of(id: &str) -> Result<Member, Problem> {
    UserId::parse(id).map(Member::User).ok_or_else(missing)
}

fn group_of(id: &str) -> Result<Member, Problem> {
    GroupId::parse(id).map(Member::Group).ok_or_else(missing)
}

async fn ask_user(
    State(web): State<Web>,
    desk: Desk,
    Path((sku, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    ask(&web, desk, sku_of(&sku)?, user_of(&id)?).await
}

async fn ask_group(
    State(web): State<Web>,
    desk: Desk,
    Path((sku, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    ask(&web, desk, sku_of(&sku)?, group_of(&id)?).await
}

async fn user(
    State(web): State<Web>,
    desk: Desk,
    Path((sku, id)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Problem> {
    remove(&web, &desk, sku_of(&sku)?, user_of(&id)?).await
}

async fn group(
    State(web): State<Web>,
    desk: Desk,
    Path((sku, id)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Problem> {
    remove(&web, &desk, sku_of(&sku)?, group_of(&id)?).await
}
