//! Mail and text messages that did not leave: why, and what to do with them.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::data::Job;
use keyward_core::ids::JobId;
use keyward_core::role::Permission;

use super::csv::Csv;
use super::desk::{Desk, done, done_to, missing};
use crate::Web;
use crate::form::{Form, Query};
use crate::format::{Moment, iso};
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(show))
        .route("/admin/deliveries.csv", get(export))
        .route("/admin/deliveries/drop-stale", post(drop_stale))
        .route("/admin/deliveries/{id}/retry", post(retry))
        .route("/admin/deliveries/{id}/drop", get(ask_drop).post(drop_it))
}

const LIST: &str = "/admin/deliveries";

/// Rows of each kind on the page; the search finds the others, and the file has them.
const SHOWN: usize = 200;

struct Row {
    id: String,
    /// How it goes: the end of the key `deliveries-…`.
    kind: &'static str,
    about: String,
    error: String,
    attempts: i64,
    at: Moment,
    next: Moment,
    /// Its content is of no use any more, so that trying again would send nothing.
    stale: bool,
}

#[derive(Template)]
#[template(path = "admin/deliveries.html")]
struct DeliveriesPage {
    v: View,
    q: String,
    dead: Vec<Row>,
    waiting: Vec<Row>,
    /// There is something to drop at once.
    stale: bool,
    /// There are more than are shown.
    cut: bool,
}

#[derive(Template)]
#[template(path = "admin/delivery-drop.html")]
struct DropPage {
    v: View,
    row: Row,
}

fn row(desk: &Desk, job: Job) -> Row {
    Row {
        id: job.id.to_string(),
        kind: match job.kind.as_str() {
            "mail" => "mail",
            "call" => "call",
            _ => "sms",
        },
        about: job.about,
        error: job.last_error.unwrap_or_default(),
        attempts: job.attempts,
        at: job.created_at.into(),
        next: job.run_at.into(),
        stale: job.expires_at <= desk.ctx.now,
    }
}

async fn show(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let q = super::paging::search(query.one("q")?);
    let found = web.app.deliveries(&desk.me).await?;
    let wanted = |job: &Job| job.about.to_lowercase().contains(&q.to_lowercase());
    let rows = |jobs: Vec<Job>| {
        jobs.into_iter()
            .filter(wanted)
            .map(|j| row(&desk, j))
            .collect()
    };
    let (mut dead, mut waiting): (Vec<Row>, Vec<Row>) = (rows(found.dead), rows(found.waiting));
    let (stale, cut) = (
        dead.iter().any(|r| r.stale),
        dead.len() > SHOWN || waiting.len() > SHOWN,
    );
    dead.truncate(SHOWN);
    waiting.truncate(SHOWN);
    Ok(ok(&DeliveriesPage {
        stale,
        cut,
        v: desk.v,
        dead,
        waiting,
        q,
    }))
}

async fn export(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let found = web.app.deliveries(&desk.me).await?;
    let mut csv = Csv::new(&["state", "id", "kind", "about", "created", "tries", "error"]);
    let dead = found.dead.into_iter().map(|j| ("dead", j));
    for (state, job) in dead.chain(found.waiting.into_iter().map(|j| ("waiting", j))) {
        csv.row(&[
            state,
            &job.id.to_string(),
            &job.kind,
            &job.about,
            &iso(job.created_at),
            &job.attempts.to_string(),
            job.last_error.as_deref().unwrap_or_default(),
        ]);
    }
    Ok(csv.download("deliveries.csv"))
}

fn id_of(text: &str) -> Result<JobId, Problem> {
    JobId::parse(text).ok_or_else(missing)
}

async fn retry(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    web.app
        .retry_delivery(&desk.ctx, &desk.me, id_of(&id)?)
        .await?;
    Ok(done(&web, LIST, "delivery-retried"))
}

async fn ask_drop(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteDeliveries)?;
    let id = id_of(&id)?;
    let dead = web.app.deliveries(&desk.me).await?.dead;
    let job = dead.into_iter().find(|j| j.id == id).ok_or_else(missing)?;
    let row = row(&desk, job);
    Ok(ok(&DropPage { v: desk.v, row }))
}

async fn drop_stale(State(web): State<Web>, desk: Desk, _form: Form) -> Result<Response, Problem> {
    let dropped = web.app.drop_stale_deliveries(&desk.ctx, &desk.me).await?;
    let dropped = usize::try_from(dropped).unwrap_or(usize::MAX);
    Ok(done_to(&web, LIST, "deliveries-dropped", dropped))
}

async fn drop_it(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    web.app
        .drop_delivery(&desk.ctx, &desk.me, id_of(&id)?)
        .await?;
    Ok(done(&web, LIST, "delivery-dropped"))
}
