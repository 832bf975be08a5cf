//! Authentication methods of somebody else: entered by an administrator, or taken away.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::users::UserPage;
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::detail::ShownMethod;
use super::{id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done, missing, refused};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/admin/users/{id}/methods/add/{kind}",
            get(ask_add).post(add),
        )
        .route(
            "/admin/users/{id}/methods/{method}/remove",
            get(ask_remove).post(remove),
        )
}

#[derive(Template)]
#[template(path = "admin/user-method-add.html")]
struct AddPage {
    v: View,
    kind: MethodKind,
    name: String,
    back: String,
    value: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/user-method-remove.html")]
struct RemovePage {
    v: View,
    method: ShownMethod,
    name: String,
    back: String,
    faults: Faults,
}

fn kind_of(code: &str) -> Result<MethodKind, Problem> {
    MethodKind::from_code(code)
        .filter(|kind| kind.carrier().is_some())
        .ok_or_else(missing)
}

fn faults_of(v: &View, refusal: Option<&Refusal>) -> (StatusCode, Faults) {
    match refusal {
        Some(r) => (status(r), Faults::of(v, r)),
        None => (StatusCode::OK, Faults::default()),
    }
}

async fn draw_add(
    web: &Web,
    desk: Desk,
    id: UserId,
    kind: MethodKind,
    value: String,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let user = web.app.user_page(&desk.me, id).await?.account.user;
    let (code, faults) = faults_of(&desk.v, refusal);
    let value = match kind {
        // Nobody types it: it is in the user's data.
        MethodKind::OfficePhone => user.profile.business_phone.unwrap_or_default(),
        _ => value,
    };
    let page_ = AddPage {
        v: desk.v,
        kind,
        name: user.profile.display_name,
        back: page_of(id),
        value,
        faults,
    };
    Ok(page(code, &page_))
}

async fn ask_add(
    State(web): State<Web>,
    desk: Desk,
    Path((id, kind)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, kind) = (id_of(&id)?, kind_of(&kind)?);
    desk.offers(Permission::WriteMethods)?;
    draw_add(&web, desk, id, kind, String::new(), None).await
}

async fn add(
    State(web): State<Web>,
    desk: Desk,
    Path((id, kind)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let (id, kind) = (id_of(&id)?, kind_of(&kind)?);
    let typed = form.one("value")?;
    let added = web
        .app
        .add_method_for(&desk.ctx, &desk.me, id, kind, typed)
        .await;
    match refused(added)? {
        Ok(()) => Ok(done(&web, &page_of(id), "method-added")),
        Err(refusal) => {
            let value = typed.chars().take(254).collect();
            draw_add(&web, desk, id, kind, value, Some(&refusal)).await
        }
    }
}

fn find(p: &UserPage, id: &str) -> Result<(MethodId, ShownMethod), Problem> {
    let id = MethodId::parse(id).ok_or_else(missing)?;
    let method = p.account.methods.iter().find(|m| m.id == id);
    let shown = |m| ShownMethod::of(m, p.contact_shown);
    method.map(|m| (m.id, shown(m))).ok_or_else(missing)
}

async fn draw_remove(
    web: &Web,
    desk: Desk,
    id: UserId,
    method: &str,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let p = web.app.user_page(&desk.me, id).await?;
    let (_, method) = find(&p, method)?;
    let (code, faults) = faults_of(&desk.v, refusal);
    let page_ = RemovePage {
        v: desk.v,
        method,
        name: p.account.user.profile.display_name,
        back: page_of(id),
        faults,
    };
    Ok(page(code, &page_))
}

async fn ask_remove(
    State(web): State<Web>,
    desk: Desk,
    Path((id, method)): Path<(String, String)>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteMethods)?;
    draw_remove(&web, desk, id_of(&id)?, &method, None).await
}

async fn remove(
    State(web): State<Web>,
    desk: Desk,
    Path((id, method)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let wanted = MethodId::parse(&method).ok_or_else(missing)?;
    let removed = web
        .app
        .remove_methods_of(&desk.ctx, &desk.me, id, Some(wanted))
        .await;
    match refused(removed)? {
        Ok(()) => Ok(done(&web, &page_of(id), "method-removed")),
        Err(refusal) => draw_remove(&web, desk, id, &method, Some(&refusal)).await,
    }
}
