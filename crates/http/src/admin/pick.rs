//! Finding people and groups as one types: fragments of lists, which pages without JavaScript show whole.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_app::Principal;
use keyward_app::data::UserFilter;
use keyward_core::ids::{GroupId, UserId};

use super::desk::Desk;
use super::paging::search;
use crate::Web;
use crate::form::Query;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/pick/users", get(users))
        .route("/admin/pick/groups", get(groups))
        .route("/admin/pick/group", get(one_group))
        .route("/admin/pick/excluded", get(excluded))
        .route("/admin/pick/members", get(members))
}

/// Somebody or something to choose: a checkbox named after what it is.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// The name of the field: `user` or `group`, or what a group is for.
    pub field: &'static str,
    /// Only one of the list can be chosen.
    pub alone: bool,
    /// The value.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The line below.
    pub more: String,
    /// Chosen already.
    pub ticked: bool,
}

/// As many as one looks through.
const SHOWN: i64 = 10;

#[derive(Template)]
#[template(path = "admin/pick.html")]
struct Fragment {
    v: View,
    choices: Vec<Choice>,
}

/// Users whose name begins so.
pub(crate) async fn find_users(web: &Web, me: &Principal, q: &str) -> Result<Vec<Choice>, Problem> {
    let users = web
        .app
        .users(me, UserFilter::All, &search(q), None, SHOWN)
        .await?;
    Ok(users
        .into_iter()
        .map(|u| Choice {
            field: "user",
            alone: false,
            id: u.id.to_string(),
            name: u.profile.display_name,
            more: u.upn.to_string(),
            ticked: false,
        })
        .collect())
}

/// Groups whose name begins so.
pub(crate) async fn find_groups(
    web: &Web,
    me: &Principal,
    v: &View,
    q: &str,
) -> Result<Vec<Choice>, Problem> {
    let groups = web.app.groups(me, &search(q), None, SHOWN).await?;
    Ok(groups
        .into_iter()
        .map(|g| Choice {
            field: "group",
            alone: false,
            id: g.group.id.to_string(),
            name: g.group.name,
            more: v.counted("groups-members-count", g.members).into_owned(),
            ticked: false,
        })
        .collect())
}

/// The users with these ids, ticked; ids of nobody are passed over.
pub(crate) async fn chosen_users(
    web: &Web,
    me: &Principal,
    ids: impl Iterator<Item = UserId>,
) -> Result<Vec<Choice>, Problem> {
    let mut chosen = Vec::new();
    for id in ids {
        if let Ok(page) = web.app.user_page(me, id).await {
            let user = page.account.user;
            chosen.push(Choice {
                field: "user",
                alone: false,
                id: id.to_string(),
                name: user.profile.display_name,
                more: user.upn.to_string(),
                ticked: true,
            });
        }
    }
    Ok(chosen)
}

/// The groups with these ids, ticked; ids of none are passed over.
pub(crate) async fn chosen_groups(
    web: &Web,
    me: &Principal,
    v: &View,
    ids: impl Iterator<Item = GroupId>,
) -> Result<Vec<Choice>, Problem> {
    let mut chosen = Vec::new();
    for id in ids {
        if let Ok(page) = web.app.group_page(me, id).await {
            chosen.push(Choice {
                field: "group",
                alone: false,
                id: id.to_string(),
                name: page.group.name,
                more: v.counted("groups-members-count", page.total).into_owned(),
                ticked: true,
            });
        }
    }
    Ok(chosen)
}

/// What is chosen first, then what else was found.
pub(crate) fn merged(mut chosen: Vec<Choice>, found: Vec<Choice>) -> Vec<Choice> {
    for choice in found {
        if !chosen.iter().any(|c| c.id == choice.id) {
            chosen.push(choice);
        }
    }
    chosen
}

async fn users(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let choices = find_users(&web, &desk.me, query.one("q")?).await?;
    Ok(ok(&Fragment { v: desk.v, choices }))
}

async fn groups(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let choices = find_groups(&web, &desk.me, &desk.v, query.one("q")?).await?;
    Ok(ok(&Fragment { v: desk.v, choices }))
}

/// Groups of which one can be chosen.
pub(crate) fn one_of(choices: Vec<Choice>) -> Vec<Choice> {
    let alone = |choice| Choice {
        alone: true,
        ..choice
    };
    choices.into_iter().map(alone).collect()
}

/// Groups that something is not for.
pub(crate) fn not_for(choices: Vec<Choice>) -> Vec<Choice> {
    let excluded = |choice| Choice {
        field: "excluded",
        ..choice
    };
    choices.into_iter().map(excluded).collect()
}

async fn one_group(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let found = find_groups(&web, &desk.me, &desk.v, query.one("q")?).await?;
    Ok(ok(&Fragment {
        v: desk.v,
        choices: one_of(found),
    }))
}

async fn excluded(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let found = find_groups(&web, &desk.me, &desk.v, query.one("q")?).await?;
    Ok(ok(&Fragment {
        v: desk.v,
        choices: not_for(found),
    }))
}

async fn members(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = query.one("q")?;
    let mut choices = find_users(&web, &desk.me, q).await?;
    choices.extend(find_groups(&web, &desk.me, &desk.v, q).await?);
    Ok(ok(&Fragment { v: desk.v, choices }))
}
