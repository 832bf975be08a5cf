//! The list of groups.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, ListedGroup};
use keyward_core::ids::DirectoryId;
use keyward_core::text::fold;
use std::collections::HashMap;

use super::LIST;
use crate::Web;
use crate::admin::csv::{Csv, yes};
use crate::admin::desk::Desk;
use crate::admin::paging::{EXPORT_PAGE, PAGE, Pager, address, after, cursor, cut, search};
use crate::form::Query;
use crate::format::iso;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(show))
        .route("/admin/groups.csv", get(export))
}

#[derive(Template)]
#[template(path = "admin/groups.html")]
struct GroupsPage {
    v: View,
    q: String,
    rows: Vec<ListedGroup>,
    names: HashMap<DirectoryId, String>,
    pager: Pager,
    export: String,
}

impl GroupsPage {
    /// What people call the directory that a group comes from; empty for groups of the cloud.
    fn from(&self, group: &ListedGroup) -> String {
        let directory = group.group.directory;
        let name = |d| self.names.get(&d).cloned().unwrap_or_else(|| d.to_string());
        directory.map_or_else(String::new, name)
    }
}

fn behind(group: &ListedGroup) -> After {
    After {
        key: fold(&group.group.name),
        id: group.group.id.0,
    }
}

async fn show(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = search(query.one("q")?);
    let here = after(query.one("after")?);
    let mut rows = web
        .app
        .groups(&desk.me, &q, here.as_ref(), PAGE + 1)
        .await?;
    let more = cut(&mut rows);
    let next = rows
        .last()
        .filter(|_| more)
        .map(behind)
        .map(|a| cursor(&a.key, a.id));
    let kept = [("q", q.as_str())];
    Ok(ok(&GroupsPage {
        pager: Pager::new(LIST, &kept, here.is_some(), next),
        export: address("/admin/groups.csv", &kept),
        names: web.app.directory_names(&desk.me).await?,
        v: desk.v,
        rows,
        q,
    }))
}

async fn export(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = search(query.one("q")?);
    let mut csv = Csv::new(&[
        "id",
        "displayName",
        "description",
        "members",
        "passwordResetEnabled",
        "created",
        "onPremisesSyncEnabled",
    ]);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let groups = web
            .app
            .groups(&desk.me, &q, here.as_ref(), EXPORT_PAGE)
            .await?;
        let Some(last) = groups.last() else { break };
        here = Some(behind(last));
        for g in &groups {
            csv.row(&[
                &g.group.id.to_string(),
                &g.group.name,
                g.group.description.as_deref().unwrap_or_default(),
                &g.members.to_string(),
                yes(g.in_scope),
                &iso(g.group.created_at),
                yes(g.group.directory.is_some()),
            ]);
        }
    }
    Ok(csv.download("groups.csv"))
}
