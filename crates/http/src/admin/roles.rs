//! Administrator roles: what each may do, who holds it, giving and taking it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::Holder;
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, Role};

use super::csv::{Csv, yes};
use super::desk::{Desk, done, done_to, missing, refused};
use super::paging::search;
use super::pick::{Choice, chosen_users, find_users, merged};
use crate::Web;
use crate::form::{Form, Query};
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/roles", get(list))
        .route("/admin/roles/{role}", get(show))
        .route("/admin/roles/{role}/holders.csv", get(export))
        .route("/admin/roles/{role}/assign", get(ask_assign).post(assign))
        .route(
            "/admin/roles/{role}/remove/{user}",
            get(ask_remove).post(remove),
        )
}

struct Listed {
    code: &'static str,
    holders: usize,
}

#[derive(Template)]
#[template(path = "admin/roles.html")]
struct RolesPage {
    v: View,
    rows: Vec<Listed>,
}

#[derive(Template)]
#[template(path = "admin/role.html")]
struct RolePage {
    v: View,
    code: &'static str,
    id: String,
    /// Ends of the message keys `permission-<code>`.
    permissions: Vec<String>,
    holders: Vec<Holder>,
}

#[derive(Template)]
#[template(path = "admin/role-assign.html")]
struct AssignPage {
    v: View,
    code: &'static str,
    q: String,
    choices: Vec<Choice>,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/role-remove.html")]
struct RemovePage {
    v: View,
    code: &'static str,
    name: String,
    upn: String,
    holders: usize,
    faults: Faults,
}

fn role_of(code: &str) -> Result<Role, Problem> {
    Role::from_code(code).ok_or_else(missing)
}

fn page_of(role: Role) -> String {
    format!("/admin/roles/{role}")
}

async fn list(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let rows = web.app.roles(&desk.me).await?;
    let rows = rows.into_iter().map(|(role, holders)| Listed {
        code: role.code(),
        holders,
    });
    Ok(ok(&RolesPage {
        v: desk.v,
        rows: rows.collect(),
    }))
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(role): Path<String>,
) -> Result<Response, Problem> {
    let role = role_of(&role)?;
    let holders = web.app.holders(&desk.me, role).await?;
    let permissions = role.permissions().iter();
    Ok(ok(&RolePage {
        v: desk.v,
        code: role.code(),
        id: role.id().to_string(),
        permissions: permissions.map(|p| p.code().replace('.', "-")).collect(),
        holders,
    }))
}

async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(role): Path<String>,
) -> Result<Response, Problem> {
    let role = role_of(&role)?;
    let mut csv = Csv::new(&["id", "displayName", "userPrincipalName", "canSignIn"]);
    for holder in web.app.holders(&desk.me, role).await? {
        let id = holder.user.to_string();
        csv.row(&[&id, &holder.display_name, &holder.upn, yes(holder.active)]);
    }
    Ok(csv.download(&format!("{role}.csv")))
}

async fn draw_assign(
    web: &Web,
    desk: Desk,
    role: Role,
    q: String,
    chosen: &[UserId],
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let chosen = chosen_users(web, &desk.me, chosen.iter().copied()).await?;
    let choices = merged(chosen, find_users(web, &desk.me, &q).await?);
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = AssignPage {
        v: desk.v,
        code: role.code(),
        q,
        choices,
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask_assign(
    State(web): State<Web>,
    desk: Desk,
    Path(role): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteRoles)?;
    let q = search(query.one("q")?);
    draw_assign(&web, desk, role_of(&role)?, q, &[], None).await
}

async fn assign(
    State(web): State<Web>,
    desk: Desk,
    Path(role): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let role = role_of(&role)?;
    let users: Option<Vec<UserId>> = form.many("user").map(UserId::parse).collect();
    let users = users.ok_or_else(missing)?;
    let given = if users.is_empty() {
        Err(Refusal::field("found", "nobody-chosen"))
    } else {
        refused(web.app.assign_role(&desk.ctx, &desk.me, &users, role).await)?
    };
    match given {
        Ok(()) => Ok(done_to(&web, &page_of(role), "role-assigned", users.len())),
        Err(refusal) => draw_assign(&web, desk, role, String::new(), &users, Some(&refusal)).await,
    }
}

async fn draw_remove(
    web: &Web,
    desk: Desk,
    role: Role,
    user: UserId,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let holders = web.app.holders(&desk.me, role).await?;
    let holder = holders
        .iter()
        .find(|h| h.user == user)
        .ok_or_else(missing)?;
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = RemovePage {
        v: desk.v,
        code: role.code(),
        name: holder.display_name.clone(),
        upn: holder.upn.clone(),
        holders: holders.len() - 1,
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask_remove(
    State(web): State<Web>,
    desk: Desk,
    Path((role, user)): Path<(String, String)>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteRoles)?;
    let user = UserId::parse(&user).ok_or_else(missing)?;
    draw_remove(&web, desk, role_of(&role)?, user, None).await
}

async fn remove(
    State(web): State<Web>,
    desk: Desk,
    Path((role, user)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Problem> {
    let (role, user) = (role_of(&role)?, UserId::parse(&user).ok_or_else(missing)?);
    let myself = desk.me.user.id == user;
    let removed = web.app.remove_role(&desk.ctx, &desk.me, user, role).await;
    match refused(removed)? {
        // Whoever gives up their own role may not see this page any more.
        Ok(()) if myself => Ok(done(&web, "/admin", "role-removed")),
        Ok(()) => Ok(done(&web, &page_of(role), "role-removed")),
        Err(refusal) => draw_remove(&web, desk, role, user, Some(&refusal)).await,
    }
}
