//! Contact data of many that wait: whose they are, what they would become, and the decision.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::data::ContactChange;
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::{CONTACTS, Waiting, directory_of};
use crate::Web;
use crate::admin::desk::{Desk, done_to, refused};
use crate::admin::paging::{PAGE, Pager, after, cursor};
use crate::form::{Form, Query};
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(CONTACTS, get(list))
        .route("/admin/connect/contacts/{directory}", get(look))
        .route("/admin/connect/contacts/{directory}/approve", post(approve))
        .route("/admin/connect/contacts/{directory}/reject", post(reject))
}

#[derive(Template)]
#[template(path = "admin/connect/contacts.html")]
struct ListPage {
    v: View,
    waiting: Vec<Waiting>,
}

/// One of the three, as it is and as it would be.
struct Change {
    property: String,
    old: Option<String>,
    new: Option<String>,
}

struct Row {
    id: String,
    name: String,
    upn: String,
    administrator: bool,
    changes: Vec<Change>,
}

impl Row {
    fn of(v: &View, one: ContactChange) -> Self {
        let changes = one.changes.into_iter().map(|c| Change {
            property: v
                .t(match c.property.as_str() {
                    "mail" => "connect-contact-mail",
                    "mobilePhone" => "connect-contact-mobile",
                    _ => "connect-contact-office",
                })
                .into_owned(),
            old: c.old,
            new: c.new,
        });
        Self {
            id: one.user.id.to_string(),
            name: one.user.profile.display_name.clone(),
            upn: one.user.upn.to_string(),
            administrator: one.administrator,
            changes: changes.collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/connect/contact.html")]
struct DecidePage {
    v: View,
    id: String,
    name: String,
    count: i64,
    scope: i64,
    administrators: i64,
    mark: String,
    rows: Vec<Row>,
    pager: Pager,
    faults: Faults,
}

async fn list(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let pending = web.app.pending_contacts(&desk.me).await?;
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
    let look = web.app.contacts(&desk.me, id, here.as_ref(), PAGE).await?;
    let next = look.next.map(|anchor| cursor("", anchor));
    let code = refusal.map_or(StatusCode::OK, status);
    let rows = look.list.into_iter().map(|one| Row::of(&desk.v, one));
    let page_ = DecidePage {
        id: id.to_string(),
        name: look.pending.name,
        count: look.pending.sum.count,
        scope: look.scope,
        administrators: look.administrators,
        mark: look.mark,
        rows: rows.collect(),
        pager: Pager::new(&format!("{CONTACTS}/{id}"), &[], here.is_some(), next),
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

async fn approve(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    let id = directory_of(&id)?;
    let app = &web.app;
    let decided = app.approve_contacts(&desk.ctx, &desk.me, id, form.one("read")?);
    match refused(decided.await)? {
        Ok((taken, _)) => Ok(done_to(&web, CONTACTS, "contacts-approved", taken)),
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
    let decided = app.reject_contacts(&desk.ctx, &desk.me, id, form.one("read")?);
    match refused(decided.await)? {
        Ok(kept) => {
            let kept = usize::try_from(kept).unwrap_or(usize::MAX);
            Ok(done_to(&web, CONTACTS, "contacts-rejected", kept))
        }
        Err(refusal) => draw(&web, desk, id, "", Some(&refusal)).await,
    }
}
