//! One group: who is in it, and who owns it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, Listed, Member};
use keyward_app::groups::GroupPage;
use keyward_core::group::Group;
use keyward_core::method::MethodKind;

use super::{id_of, page_of};
use crate::Web;
use crate::admin::csv::Csv;
use crate::admin::desk::Desk;
use crate::admin::paging::{PAGE, Pager, REPORT_PAGE, address, after, cursor, cut, search};
use crate::form::Query;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/groups/{id}", get(members))
        .route("/admin/groups/{id}/members.csv", get(export))
        .route("/admin/groups/{id}/owners", get(owners))
}

/// Somebody or something in a list of members.
pub(super) struct Row {
    /// `user` or `group`.
    pub field: &'static str,
    pub id: String,
    pub name: String,
    pub upn: String,
}

impl From<Listed> for Row {
    fn from(listed: Listed) -> Self {
        let (field, id) = match listed.member {
            Member::User(id) => ("user", id.to_string()),
            Member::Group(id) => ("group", id.to_string()),
        };
        Self {
            field,
            id,
            name: listed.name,
            upn: listed.upn.unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/group.html")]
struct MembersPage {
    v: View,
    id: String,
    name: String,
    description: String,
    in_scope: bool,
    named: Named,
    /// What people call the directory that masters it; empty for a group of the cloud.
    from: String,
    q: String,
    total: i64,
    rows: Vec<Row>,
    pager: Pager,
    export: String,
}

#[derive(Template)]
#[template(path = "admin/group-owners.html")]
struct OwnersPage {
    v: View,
    id: String,
    name: String,
    description: String,
    in_scope: bool,
    named: Named,
    from: String,
    rows: Vec<Row>,
}

/// What of the policy names a group or one that it lies in, beside the groups that reset is switched on for.
pub(super) struct Named {
    /// Something does, be it that the reader may not see what.
    pub any: bool,
    /// Policies by group: where they stand, and their name.
    pub policies: Vec<(String, String)>,
    pub kinds: Vec<MethodKind>,
}

impl Named {
    pub(super) fn of(p: &GroupPage) -> Self {
        let policies = p.policies.iter();
        Self {
            any: p.ruled,
            policies: policies
                .map(|(id, name)| (id.to_string(), name.clone()))
                .collect(),
            kinds: p.kinds.clone(),
        }
    }
}

async fn load(web: &Web, desk: &Desk, id: &str) -> Result<GroupPage, Problem> {
    Ok(web.app.group_page(&desk.me, id_of(id)?).await?)
}

/// What people call the directory that masters a group; empty for a group of the cloud.
pub(super) async fn from(web: &Web, desk: &Desk, group: &Group) -> Result<String, Problem> {
    let Some(directory) = group.directory else {
        return Ok(String::new());
    };
    let names = web.app.directory_names(&desk.me).await?;
    let name = names.get(&directory).cloned();
    Ok(name.unwrap_or_else(|| directory.to_string()))
}

fn behind(listed: &Listed) -> After {
    let id = match listed.member {
        Member::User(id) => id.0,
        Member::Group(id) => id.0,
    };
    After {
        key: listed.key.clone(),
        id,
    }
}

async fn members(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let q = search(query.one("q")?);
    let here = after(query.one("after")?);
    let p = load(&web, &desk, &id).await?;
    let (me, group) = (&desk.me, p.group.id);
    let found = web
        .app
        .group_members(me, group, &q, here.as_ref(), PAGE + 1);
    let mut rows = found.await?;
    let more = cut(&mut rows);
    let next = rows
        .last()
        .filter(|_| more)
        .map(behind)
        .map(|a| cursor(&a.key, a.id));
    let path = page_of(group);
    let kept = [("q", q.as_str())];
    let named = Named::of(&p);
    Ok(ok(&MembersPage {
        from: from(&web, &desk, &p.group).await?,
        v: desk.v,
        id: group.to_string(),
        name: p.group.name,
        description: p.group.description.unwrap_or_default(),
        in_scope: !p.scope.is_empty(),
        named,
        total: p.total,
        rows: rows.into_iter().map(Into::into).collect(),
        pager: Pager::new(&path, &kept, here.is_some(), next),
        export: address(&format!("{path}/members.csv"), &kept),
        q,
    }))
}

/// The members that the list shows, all pages of it, as a file.
async fn export(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let (id, q) = (id_of(&id)?, search(query.one("q")?));
    let mut csv = Csv::new(&["type", "id", "displayName", "userPrincipalName"]);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let (me, after) = (&desk.me, here.as_ref());
        let rows = web
            .app
            .group_members(me, id, &q, after, REPORT_PAGE)
            .await?;
        let Some(last) = rows.last() else { break };
        here = Some(behind(last));
        for row in rows.into_iter().map(Row::from) {
            csv.row(&[row.field, &row.id, &row.name, &row.upn]);
        }
    }
    Ok(csv.download("members.csv"))
}

async fn owners(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let p = load(&web, &desk, &id).await?;
    let named = Named::of(&p);
    Ok(ok(&OwnersPage {
        from: from(&web, &desk, &p.group).await?,
        v: desk.v,
        id: p.group.id.to_string(),
        name: p.group.name,
        description: p.group.description.unwrap_or_default(),
        in_scope: !p.scope.is_empty(),
        named,
        rows: p.owners.into_iter().map(Into::into).collect(),
    }))
}
