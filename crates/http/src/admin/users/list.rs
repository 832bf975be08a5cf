//! The list of users, searched, filtered, a page at a time, and as a file.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, UserFilter};
use keyward_core::ids::DirectoryId;
use keyward_core::text::fold;
use keyward_core::user::{RESTORE_WINDOW, User};
use std::collections::HashMap;

use super::{LIST, sign_in_state};
use crate::Web;
use crate::admin::csv::{Csv, yes};
use crate::admin::desk::Desk;
use crate::admin::paging::{EXPORT_PAGE, PAGE, Pager, address, after, cursor, cut, search};
use crate::form::Query;
use crate::format::{Moment, iso};
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(show))
        .route("/admin/users.csv", get(export))
}

/// The filters, by their name in the address; the message key is `users-filter-<name>`.
const FILTERS: [(&str, UserFilter); 6] = [
    ("all", UserFilter::All),
    ("enabled", UserFilter::Enabled),
    ("blocked", UserFilter::Blocked),
    ("held", UserFilter::Held),
    ("administrators", UserFilter::Administrators),
    ("deleted", UserFilter::Deleted),
];

struct Chip {
    name: &'static str,
    url: String,
    current: bool,
}

struct Row {
    id: String,
    name: String,
    upn: String,
    department: String,
    state: &'static str,
    colour: &'static str,
    temporary: bool,
    /// What people call the directory that they come from; empty for users of the cloud.
    from: String,
    password_at: Option<Moment>,
    deleted_at: Option<Moment>,
    restorable_until: Option<Moment>,
}

impl Row {
    fn of(user: User, names: &HashMap<DirectoryId, String>) -> Self {
        let (state, colour) = sign_in_state(&user);
        Self {
            id: user.id.to_string(),
            name: user.profile.display_name,
            upn: user.upn.to_string(),
            department: user.profile.department.unwrap_or_default(),
            state,
            colour,
            temporary: user.must_change_password,
            from: user.directory.map_or_else(String::new, |d| {
                names.get(&d).cloned().unwrap_or_else(|| d.to_string())
            }),
            password_at: user.password_changed_at.map(Into::into),
            deleted_at: user.deleted_at.map(Into::into),
            restorable_until: user.deleted_at.map(|at| (at + RESTORE_WINDOW).into()),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/users.html")]
struct UsersPage {
    v: View,
    q: String,
    filter: &'static str,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
    export: String,
}

fn filter_of(name: &str) -> (&'static str, UserFilter) {
    FILTERS
        .into_iter()
        .find(|(n, _)| *n == name)
        .unwrap_or(FILTERS[0])
}

/// How a filter stands in an address: the first one goes without saying.
fn named(filter: &'static str) -> &'static str {
    if filter == "all" { "" } else { filter }
}

fn behind(user: &User) -> After {
    After {
        key: fold(&user.profile.display_name),
        id: user.id.0,
    }
}

async fn show(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = search(query.one("q")?);
    let (filter, which) = filter_of(query.one("show")?);
    let here = after(query.one("after")?);
    let mut users = web
        .app
        .users(&desk.me, which, &q, here.as_ref(), PAGE + 1)
        .await?;
    let more = cut(&mut users);
    let next = users
        .last()
        .filter(|_| more)
        .map(behind)
        .map(|a| cursor(&a.key, a.id));
    let kept = [("q", q.as_str()), ("show", named(filter))];
    let names = web.app.directory_names(&desk.me).await?;
    let chips = FILTERS.iter().map(|(name, _)| Chip {
        name,
        url: address(LIST, &[("q", &q), ("show", named(name))]),
        current: *name == filter,
    });
    Ok(ok(&UsersPage {
        chips: chips.collect(),
        pager: Pager::new(LIST, &kept, here.is_some(), next),
        export: address("/admin/users.csv", &kept),
        rows: users.into_iter().map(|u| Row::of(u, &names)).collect(),
        v: desk.v,
        filter,
        q,
    }))
}

async fn export(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = search(query.one("q")?);
    let (_, which) = filter_of(query.one("show")?);
    let mut csv = Csv::new(&[
        "id",
        "userPrincipalName",
        "displayName",
        "givenName",
        "surname",
        "jobTitle",
        "department",
        "mail",
        "accountEnabled",
        "held",
        "mustChangePassword",
        "lastPasswordChange",
        "created",
        "deleted",
        "onPremisesSyncEnabled",
    ]);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let users = web
            .app
            .users(&desk.me, which, &q, here.as_ref(), EXPORT_PAGE)
            .await?;
        let Some(last) = users.last() else { break };
        here = Some(behind(last));
        for user in &users {
            write(&mut csv, user);
        }
    }
    Ok(csv.download("users.csv"))
}

fn write(csv: &mut Csv, user: &User) {
    let p = &user.profile;
    csv.row(&[
        &user.id.to_string(),
        user.upn.as_str(),
        &p.display_name,
        p.given_name.as_deref().unwrap_or_default(),
        p.surname.as_deref().unwrap_or_default(),
        p.job_title.as_deref().unwrap_or_default(),
        p.department.as_deref().unwrap_or_default(),
        p.mail.as_deref().unwrap_or_default(),
        yes(user.enabled),
        yes(user.held_at.is_some()),
        yes(user.must_change_password),
        &user.password_changed_at.map(iso).unwrap_or_default(),
        &iso(user.created_at),
        &user.deleted_at.map(iso).unwrap_or_default(),
        yes(user.directory.is_some()),
    ]);
}
