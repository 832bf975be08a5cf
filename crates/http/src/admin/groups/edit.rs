//! Making, editing and deleting groups.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::groups::mark;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::detail::Named;
use super::{LIST, id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::admin::pick::{Choice, chosen_users, find_users, merged};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/groups/new", get(ask_new).post(create))
        .route("/admin/groups/{id}/settings", get(ask_edit).post(edit))
        .route("/admin/groups/{id}/delete", get(ask_delete).post(delete))
}

#[derive(Default)]
struct Typed {
    name: String,
    description: String,
    /// What was searched for among the users.
    q: String,
    /// The state of the group that the form shows.
    read: String,
}

#[derive(Template)]
#[template(path = "admin/group-new.html")]
struct NewPage {
    v: View,
    typed: Typed,
    choices: Vec<Choice>,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/group-settings.html")]
struct SettingsPage {
    v: View,
    id: String,
    name: String,
    in_scope: bool,
    from: String,
    typed: Typed,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/group-delete.html")]
struct DeletePage {
    v: View,
    id: String,
    name: String,
    members: i64,
    in_scope: bool,
    /// The groups of the policy that it lies in, if it is none of them itself.
    through: Vec<String>,
    named: Named,
    faults: Faults,
}

fn faults_of(v: &View, refusal: Option<&Refusal>) -> (StatusCode, Faults) {
    match refusal {
        Some(r) => (status(r), Faults::of(v, r)),
        None => (StatusCode::OK, Faults::default()),
    }
}

fn typed(form: &Form) -> Result<Typed, Problem> {
    Ok(Typed {
        name: form.one("name")?.chars().take(300).collect(),
        description: form.one("description")?.chars().take(2000).collect(),
        q: form.one("q")?.chars().take(100).collect(),
        read: form.one("read")?.chars().take(16).collect(),
    })
}

async fn draw_new(
    web: &Web,
    desk: Desk,
    typed: Typed,
    members: &[UserId],
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let chosen = chosen_users(web, &desk.me, members.iter().copied()).await?;
    let found = find_users(web, &desk.me, &typed.q).await?;
    let (code, faults) = faults_of(&desk.v, refusal);
    let page_ = NewPage {
        v: desk.v,
        typed,
        choices: merged(chosen, found),
        faults,
    };
    Ok(page(code, &page_))
}

async fn ask_new(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    desk.offers(Permission::WriteGroups)?;
    draw_new(&web, desk, Typed::default(), &[], None).await
}

async fn create(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = typed(&form)?;
    let members: Vec<UserId> = form.many("user").filter_map(UserId::parse).collect();
    if form.one("do")? == "search" {
        return draw_new(&web, desk, typed, &members, None).await;
    }
    let created = web
        .app
        .create_group(
            &desk.ctx,
            &desk.me,
            &typed.name,
            &typed.description,
            &members,
        )
        .await;
    match refused(created)? {
        Ok(id) => Ok(done(&web, &page_of(id), "group-created")),
        Err(refusal) => draw_new(&web, desk, typed, &members, Some(&refusal)).await,
    }
}

async fn draw_edit(
    web: &Web,
    desk: Desk,
    id: GroupId,
    typed: Option<Typed>,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let p = web.app.group_page(&desk.me, id).await?;
    let (code, faults) = faults_of(&desk.v, refusal);
    let typed = typed.unwrap_or_else(|| Typed {
        name: p.group.name.clone(),
        description: p.group.description.clone().unwrap_or_default(),
        q: String::new(),
        read: mark(&p.group),
    });
    let page_ = SettingsPage {
        from: super::detail::from(web, &desk, &p.group).await?,
        v: desk.v,
        id: id.to_string(),
        name: p.group.name,
        in_scope: !p.scope.is_empty(),
        typed,
        faults,
    };
    Ok(page(code, &page_))
}

async fn ask_edit(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    draw_edit(&web, desk, id_of(&id)?, None, None).await
}

async fn edit(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let (id, typed) = (id_of(&id)?, typed(&form)?);
    let changed = web
        .app
        .update_group(
            &desk.ctx,
            &desk.me,
            id,
            &typed.name,
            &typed.description,
            &typed.read,
        )
        .await;
    match refused(changed)? {
        Ok(()) => Ok(done(
            &web,
            &format!("{}/settings", page_of(id)),
            "group-saved",
        )),
        Err(refusal) => draw_edit(&web, desk, id, Some(typed), Some(&refusal)).await,
    }
}

async fn draw_delete(
    web: &Web,
    desk: Desk,
    id: GroupId,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let p = web.app.group_page(&desk.me, id).await?;
    let (code, faults) = faults_of(&desk.v, refusal);
    let page_ = DeletePage {
        named: Named::of(&p),
        v: desk.v,
        id: id.to_string(),
        name: p.group.name,
        members: p.total,
        in_scope: !p.scope.is_empty(),
        through: if p.scope.iter().any(|g| g.id == id) {
            Vec::new()
        } else {
            p.scope.into_iter().map(|g| g.name).collect()
        },
        faults,
    };
    Ok(page(code, &page_))
}

async fn ask_delete(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteGroups)?;
    draw_delete(&web, desk, id_of(&id)?, None).await
}

/// Groups can't be restored, so the name is typed first.
async fn delete(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let name = web.app.group_page(&desk.me, id).await?.group.name;
    if form.one("name")?.trim() != name {
        let refusal = Refusal::field("name", "name-differs");
        return draw_delete(&web, desk, id, Some(&refusal)).await;
    }
    match refused(web.app.delete_group(&desk.ctx, &desk.me, id).await)? {
        Ok(()) => Ok(done(&web, LIST, "group-deleted")),
        Err(refusal) => draw_delete(&web, desk, id, Some(&refusal)).await,
    }
}
