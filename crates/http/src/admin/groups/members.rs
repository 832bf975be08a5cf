//! Putting people and groups into a group, and taking them out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::data::Member;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::{id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done, done_to, missing, refused};
use crate::admin::paging::search;
use crate::admin::pick::{Choice, find_groups, find_users};
use crate::form::{Form, Query};
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/admin/groups/{id}/members/add",
            get(ask_members).post(add_members),
        )
        .route("/admin/groups/{id}/members/remove", post(remove_member))
        .route(
            "/admin/groups/{id}/owners/add",
            get(ask_owners).post(add_owners),
        )
        .route("/admin/groups/{id}/owners/remove", post(remove_owner))
}

#[derive(Template)]
#[template(path = "admin/group-add.html")]
struct AddPage {
    v: View,
    id: String,
    name: String,
    /// Owners are added, not members.
    owners: bool,
    q: String,
    choices: Vec<Choice>,
    faults: Faults,
}

async fn draw(
    web: &Web,
    desk: Desk,
    id: GroupId,
    owners: bool,
    q: String,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let group = web.app.group_page(&desk.me, id).await?.group;
    let mut choices = find_users(web, &desk.me, &q).await?;
    if !owners {
        choices.extend(find_groups(web, &desk.me, &desk.v, &q).await?);
    }
    choices.retain(|c| c.id != id.to_string());
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = AddPage {
        v: desk.v,
        id: id.to_string(),
        name: group.name,
        owners,
        q,
        choices,
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask_members(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteGroups)?;
    let q = search(query.one("q")?);
    draw(&web, desk, id_of(&id)?, false, q, None).await
}

async fn ask_owners(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteGroups)?;
    let q = search(query.one("q")?);
    draw(&web, desk, id_of(&id)?, true, q, None).await
}

/// Everybody and everything that was chosen.
fn chosen(form: &Form) -> Result<Vec<Member>, Problem> {
    let users = form
        .many("user")
        .map(|id| UserId::parse(id).map(Member::User));
    let groups = form
        .many("group")
        .map(|id| GroupId::parse(id).map(Member::Group));
    users
        .chain(groups)
        .collect::<Option<_>>()
        .ok_or_else(missing)
}

async fn add_members(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let (id, members) = (id_of(&id)?, chosen(&form)?);
    if members.is_empty() {
        let refusal = Refusal::field("found", "nobody-chosen");
        return draw(&web, desk, id, false, String::new(), Some(&refusal)).await;
    }
    let added = web.app.add_members(&desk.ctx, &desk.me, id, &members).await;
    match refused(added)? {
        Ok(()) => Ok(done_to(&web, &page_of(id), "members-added", members.len())),
        Err(refusal) => draw(&web, desk, id, false, String::new(), Some(&refusal)).await,
    }
}

async fn remove_member(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    web.app
        .remove_member(&desk.ctx, &desk.me, id, &chosen(&form)?)
        .await?;
    Ok(done(&web, &page_of(id), "member-removed"))
}

async fn add_owners(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let users: Option<Vec<UserId>> = form.many("user").map(UserId::parse).collect();
    let users = users.ok_or_else(missing)?;
    if users.is_empty() {
        let refusal = Refusal::field("found", "nobody-chosen");
        return draw(&web, desk, id, true, String::new(), Some(&refusal)).await;
    }
    web.app
        .set_owner(&desk.ctx, &desk.me, id, &users, true)
        .await?;
    let to = format!("{}/owners", page_of(id));
    Ok(done_to(&web, &to, "owners-added", users.len()))
}

async fn remove_owner(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let user = UserId::parse(form.one("user")?).ok_or_else(missing)?;
    web.app
        .set_owner(&desk.ctx, &desk.me, id, &[user], false)
        .await?;
    Ok(done(
        &web,
        &format!("{}/owners", page_of(id)),
        "owner-removed",
    ))
}
