//! Usage & insights: how far registration has come, which methods, and how often people reset.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::After;
use keyward_app::reports::{Judged, Usage, Which};
use keyward_core::method::MethodKind;

use super::csv::{Csv, yes};
use super::desk::Desk;
use super::paging::{PAGE, Pager, REPORT_PAGE, address, after, cursor, cut};
use crate::Web;
use crate::form::Query;
use crate::format::{Moment, iso};
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/insights", get(show))
        .route(LIST, get(list))
        .route("/admin/insights/users.csv", get(export))
}

const LIST: &str = "/admin/insights/users";

/// The lists, by their name in the address; the message key is `insights-which-<name>`.
const LISTS: [(&str, Which); 5] = [
    ("all", Which::All),
    ("enabled", Which::Enabled),
    ("registered", Which::Registered),
    ("unregistered", Which::Unregistered),
    ("capable", Which::Capable),
];

/// One bar of the chart. It is drawn without a scale of its own, so that its words are as large as those around it.
struct Bar {
    kind: MethodKind,
    count: i64,
    /// Its top, in pixels.
    y: usize,
    /// Of all users.
    percent: i64,
}

#[derive(Template)]
#[template(path = "admin/insights.html")]
struct InsightsPage {
    v: View,
    bars: Vec<Bar>,
    height: usize,
    /// The list of users with one kind of standing each, beside its number.
    stats: Vec<(&'static str, i64)>,
    usage: Vec<Used>,
}

/// How often something happened: successes and failures in 1, 7 and 30 days.
struct Used {
    activity: &'static str,
    link: String,
    cells: Vec<(i64, i64)>,
}

impl From<Usage> for Used {
    fn from(usage: Usage) -> Self {
        let activity = usage.activity.name();
        Self {
            activity,
            link: address("/admin/audit", &[("activity", activity)]),
            cells: usage.good.into_iter().zip(usage.bad).collect(),
        }
    }
}

struct Chip {
    name: &'static str,
    url: String,
    current: bool,
}

struct Row {
    id: String,
    name: String,
    upn: String,
    kinds: Vec<MethodKind>,
    /// Registered, enabled, capable.
    flags: [bool; 3],
    administrator: bool,
    confirmed: Option<Moment>,
}

impl From<Judged> for Row {
    fn from(judged: Judged) -> Self {
        let user = judged.user;
        Self {
            id: user.user.to_string(),
            name: user.name,
            upn: user.upn,
            kinds: user.facts.kinds,
            flags: [
                judged.registered,
                judged.enabled,
                judged.registered && judged.enabled,
            ],
            administrator: user.facts.administrator,
            confirmed: user.confirmed_at.map(Into::into),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/insights-users.html")]
struct ListPage {
    v: View,
    which: &'static str,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pager: Pager,
    export: String,
}

/// How far bars lie apart, in pixels.
const STEP: usize = 52;

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let methods = web.app.registered_by_method(&desk.me).await?;
    let o = web.app.overview(&desk.me).await?;
    let usage = web.app.usage(&desk.me).await?;
    let most = o.users.max(1);
    let bars = methods
        .into_iter()
        .enumerate()
        .map(|(i, (kind, count))| Bar {
            kind,
            count,
            y: i * STEP,
            percent: (count.saturating_mul(100) / most).clamp(i64::from(count > 0), 100),
        });
    let bars: Vec<_> = bars.collect();
    Ok(ok(&InsightsPage {
        v: desk.v,
        height: bars.len() * STEP,
        bars,
        stats: vec![
            ("enabled", o.enabled),
            ("registered", o.registered),
            ("capable", o.capable),
        ],
        usage: usage.into_iter().map(Into::into).collect(),
    }))
}

fn which_of(name: &str) -> (&'static str, Which) {
    LISTS
        .into_iter()
        .find(|(n, _)| *n == name)
        .unwrap_or(LISTS[0])
}

fn behind(judged: &Judged) -> After {
    After {
        key: judged.user.name_key.clone(),
        id: judged.user.user.0,
    }
}

async fn list(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let (name, which) = which_of(query.one("which")?);
    let here = after(query.one("after")?);
    let mut users = web
        .app
        .registration_report(&desk.me, which, here.as_ref(), PAGE + 1)
        .await?;
    let more = cut(&mut users);
    let next = users
        .last()
        .filter(|_| more)
        .map(behind)
        .map(|a| cursor(&a.key, a.id));
    let kept = [("which", name)];
    let chips = LISTS.iter().map(|(n, _)| Chip {
        name: n,
        url: address(LIST, &[("which", n)]),
        current: *n == name,
    });
    Ok(ok(&ListPage {
        v: desk.v,
        which: name,
        chips: chips.collect(),
        pager: Pager::new(LIST, &kept, here.is_some(), next),
        export: address("/admin/insights/users.csv", &kept),
        rows: users.into_iter().map(Into::into).collect(),
    }))
}

async fn export(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let (name, which) = which_of(query.one("which")?);
    let mut csv = Csv::new(&[
        "id",
        "userPrincipalName",
        "userDisplayName",
        "isAdmin",
        "isSsprRegistered",
        "isSsprEnabled",
        "isSsprCapable",
        "methodsRegistered",
        "lastConfirmed",
    ]);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let users = web
            .app
            .registration_report(&desk.me, which, here.as_ref(), REPORT_PAGE)
            .await?;
        let Some(last) = users.last() else { break };
        here = Some(behind(last));
        for judged in &users {
            write(&mut csv, judged);
        }
    }
    Ok(csv.download(&format!("registration-{name}.csv")))
}

fn write(csv: &mut Csv, judged: &Judged) {
    let user = &judged.user;
    let kinds: Vec<_> = user.facts.kinds.iter().map(|k| k.code()).collect();
    csv.row(&[
        &user.user.to_string(),
        &user.upn,
        &user.name,
        yes(user.facts.administrator),
        yes(judged.registered),
        yes(judged.enabled),
        yes(judged.registered && judged.enabled),
        &kinds.join(" "),
        &user.confirmed_at.map(iso).unwrap_or_default(),
    ]);
}
