//! One subscription: how many licences there are, what they include, and who was given one.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, Assignment, Member};
use keyward_core::licence::Plan;

use super::{Shown, page_of, sku_of};
use crate::Web;
use crate::admin::csv::Csv;
use crate::admin::desk::Desk;
use crate::admin::paging::{EXPORT_PAGE, PAGE, Pager, address, after, cursor, cut, search};
use crate::form::Query;
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/licences/{sku}", get(show))
        .route("/admin/licences/{sku}/assignments.csv", get(export))
}

/// Somebody or something in the list.
struct Row {
    /// `user` or `group`.
    kind: &'static str,
    id: String,
    name: String,
    upn: String,
    /// Ends of the message keys `plan-<code>`.
    without: Vec<&'static str>,
}

impl From<Assignment> for Row {
    fn from(a: Assignment) -> Self {
        let (kind, id) = match a.to {
            Member::User(id) => ("user", id.to_string()),
            Member::Group(id) => ("group", id.to_string()),
        };
        let without = Plan::ALL.into_iter().filter(|p| a.disabled.contains(*p));
        Self {
            kind,
            id,
            name: a.name,
            upn: a.upn.unwrap_or_default(),
            without: without.map(Plan::code).collect(),
        }
    }
}

fn behind(a: &Assignment) -> After {
    let id = match a.to {
        Member::User(id) => id.0,
        Member::Group(id) => id.0,
    };
    After {
        key: a.key.clone(),
        id,
    }
}

#[derive(Template)]
#[template(path = "admin/licence.html")]
struct LicencePage {
    v: View,
    s: Shown,
    since: Moment,
    q: String,
    rows: Vec<Row>,
    pager: Pager,
    export: String,
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(sku): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let sku = sku_of(&sku)?;
    let q = search(query.one("q")?);
    let here = after(query.one("after")?);
    let held = web.app.subscription(&desk.me, sku).await?;
    let found = web
        .app
        .assignments(&desk.me, sku, &q, here.as_ref(), PAGE + 1);
    let mut rows = found.await?;
    let more = cut(&mut rows);
    let next = rows
        .last()
        .filter(|_| more)
        .map(behind)
        .map(|a| cursor(&a.key, a.id));
    let (path, kept) = (page_of(sku), [("q", q.as_str())]);
    Ok(ok(&LicencePage {
        v: desk.v,
        s: Shown::from(&held),
        since: held.subscription.created_at.into(),
        rows: rows.into_iter().map(Into::into).collect(),
        pager: Pager::new(&path, &kept, here.is_some(), next),
        export: address(&format!("{path}/assignments.csv"), &kept),
        q,
    }))
}

/// Those who were given a licence, all pages of the list, as a file.
async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(sku): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let (sku, q) = (sku_of(&sku)?, search(query.one("q")?));
    let heads = [
        "type",
        "id",
        "displayName",
        "userPrincipalName",
        "disabledPlans",
    ];
    let mut csv = Csv::new(&heads);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let (me, after) = (&desk.me, here.as_ref());
        let rows = web.app.assignments(me, sku, &q, after, EXPORT_PAGE).await?;
        let Some(last) = rows.last() else { break };
        here = Some(behind(last));
        for r in rows.into_iter().map(Row::from) {
            csv.row(&[r.kind, &r.id, &r.name, &r.upn, &r.without.join(" ")]);
        }
    }
    Ok(csv.download(&format!("licences-{}.csv", sku.code())))
}
