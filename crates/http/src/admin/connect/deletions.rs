//! Deletions that wait: what they are, what they would do, and the decision.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::data::HeldKind;
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::{DELETIONS, Waiting, directory_of};
use crate::Web;
use crate::admin::desk::{Desk, done_to, refused};
use crate::admin::paging::{PAGE, Pager, after, cursor, cut};
use crate::form::{Form, Query};
use crate::format::Moment;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(DELETIONS, get(list))
        .route("/admin/connect/deletions/{id}", get(look))
        .route("/admin/connect/deletions/{id}/approve", post(approve))
        .route("/admin/connect/deletions/{id}/reject", post(reject))
}

#[derive(Template)]
#[template(path = "admin/connect/deletions.html")]
struct ListPage {
    v: View,
    waiting: Vec<Waiting>,
}

struct Row {
    name: String,
    group: bool,
    since: Moment,
}

#[derive(Template)]
#[template(path = "admin/connect/deletion.html")]
struct DecidePage {
    v: View,
    id: String,
    name: String,
    count: i64,
    users: i64,
    groups: i64,
    scope: i64,
    administrators: i64,
    in_scope: i64,
    mark: String,
    rows: Vec<Row>,
    pager: Pager,
    faults: Faults,
}

async fn list(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let pending = web.app.pending_deletions(&desk.me).await?;
    let waiting = pending.into_iter().map(|p| Waiting {
        id: p.sum.directory.to_string(),
        name: p.name,
        count: p.sum.count,
        since: p.sum.since.into(),
    });
    Ok(ok(&ListPage {
        waiting: waiting.collect(),
        v: desk.v,
    }))
}

async fn draw(
    web: &Web,
    desk: Desk,
    id: DirectoryId,
    here: &str,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let here = after(here);
    let d = web.app.deletions(&desk.me, id, here.as_ref(), PAGE + 1);
    let mut d = d.await?;
    let more = cut(&mut d.list);
    let next = d.list.last().filter(|_| more);
    let next = next.map(|h| cursor("", h.anchor));
    let code = refusal.map_or(StatusCode::OK, status);
    let rows = d.list.into_iter().map(|h| Row {
        name: h.name,
        group: h.kind == HeldKind::Group,
        since: h.held_at.into(),
    });
    let sum = d.pending.sum;
    let page_ = DecidePage {
        id: id.to_string(),
        name: d.pending.name,
        count: sum.count,
        users: sum.users,
        groups: sum.count - sum.users,
        scope: d.scope,
        administrators: d.administrators,
        in_scope: d.in_scope,
        mark: d.mark,
        rows: rows.collect(),
        pager: Pager::new(&format!("{DELETIONS}/{id}"), &[], here.is_some(), next),
        faults: refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default(),
        v: desk.v,
    };
    Ok(page(code, &page_))
}

async fn look(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    draw(&web, desk, directory_of(&id)?, query.one("after")?, None).await
}

/// What is deleted is counted by who decides: the number is typed.
async fn approve(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    let id = directory_of(&id)?;
    let count = web
        .app
        .deletions(&desk.me, id, None, 0)
        .await?
        .pending
        .sum
        .count;
    let typed: String = form
        .one("count")?
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    if typed != count.to_string() {
        let refusal = Refusal::field("count", "count-differs");
        return draw(&web, desk, id, "", Some(&refusal)).await;
    }
    let app = &web.app;
    let decided = app.approve_deletions(&desk.ctx, &desk.me, id, form.one("read")?);
    match refused(decided.await)? {
        Ok((deleted, _)) => Ok(done_to(&web, DELETIONS, "deletions-approved", deleted)),
        Err(refusal) => draw(&web, desk, id, "", Some(&refusal)).await,
    }
}

async fn reject(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    let id = directory_of(&id)?;
    let app = &web.app;
    let decided = app.reject_deletions(&desk.ctx, &desk.me, id, form.one("read")?);
    match refused(decided.await)? {
        Ok(kept) => {
            let kept = usize::try_from(kept).unwrap_or(usize::MAX);
            Ok(done_to(&web, DELETIONS, "deletions-rejected", kept))
        }
        Err(refusal) => draw(&web, desk, id, "", Some(&refusal)).await,
    }
}
