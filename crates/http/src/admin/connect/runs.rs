//! Runs of synchronisations: the list, one run with its errors and what a preview would do, and both as files.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::data::{After, Counts, Line, Mode, Problem as Trouble, Run, RunState};
use keyward_app::sync::{How, SyncAnswer};
use keyward_core::audit::Change;
use keyward_core::ids::{DirectoryId, RunId};
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;
use std::collections::HashMap;

use crate::Web;
use crate::admin::csv::{self, Csv};
use crate::admin::desk::{Desk, done, missing, refused};
use crate::admin::paging::{EXPORT_PAGE, PAGE, Pager, cut};
use crate::form::{Form, Query};
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(list).post(begin))
        .route("/admin/connect/runs/{id}", get(show))
        .route("/admin/connect/runs/{id}/changes.csv", get(changes))
        .route("/admin/connect/runs/{id}/errors.csv", get(errors))
}

const LIST: &str = "/admin/connect/runs";

struct Row {
    id: String,
    directory: String,
    mode: &'static str,
    state: &'static str,
    colour: &'static str,
    started: Moment,
    ended: Option<Moment>,
    counts: Counts,
}

impl Row {
    fn of(run: &Run, directory: String) -> Self {
        Self {
            id: run.id.to_string(),
            directory,
            mode: if run.preview {
                "preview"
            } else {
                run.mode.code()
            },
            state: run.state.code(),
            colour: match run.state {
                RunState::Done => "good",
                RunState::Running => "info",
                RunState::Held => "warn",
                RunState::Cut | RunState::Abandoned => "bad",
            },
            started: run.started_at.into(),
            ended: run.ended_at.map(Into::into),
            counts: run.counts,
        }
    }
}

#[derive(Template)]
#[template(path = "admin/connect/runs.html")]
struct RunsPage {
    v: View,
    rows: Vec<Row>,
    /// Deletions wait for a decision.
    pending: bool,
    /// What can be synchronised now: ids and names.
    directories: Vec<(String, String)>,
    /// Why it wasn't: the end of `connect-sync-<code>`.
    trouble: &'static str,
    pager: Pager,
}

struct Shown {
    action: String,
    group: bool,
    name: String,
    changes: Vec<Change>,
}

impl From<Line> for Shown {
    fn from(line: Line) -> Self {
        Self {
            action: line.action,
            group: line.kind == "group",
            name: line.name,
            changes: serde_json::from_str(&line.changes).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/connect/run.html")]
struct RunPage {
    v: View,
    run: Row,
    full: bool,
    preview: bool,
    message: String,
    errors: Vec<Trouble>,
    rows: Vec<Shown>,
    pager: Pager,
}

fn name_of(names: &HashMap<DirectoryId, String>, id: DirectoryId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| id.to_string())
}

/// Reads `<microseconds>~<id>`.
fn before(text: &str) -> Option<(Timestamp, RunId)> {
    let (at, id) = text.split_once('~')?;
    Some((Timestamp(at.parse().ok()?), RunId::parse(id)?))
}

async fn list(State(web): State<Web>, desk: Desk, query: Query) -> Result<Response, Problem> {
    let here = before(query.one("after")?);
    draw(&web, desk, here, "").await
}

async fn draw(
    web: &Web,
    desk: Desk,
    here: Option<(Timestamp, RunId)>,
    trouble: &'static str,
) -> Result<Response, Problem> {
    let mut runs = web.app.sync_runs(&desk.me, here, PAGE + 1).await?;
    let more = cut(&mut runs);
    let next = runs.last().filter(|_| more);
    let next = next.map(|r| format!("{}~{}", r.started_at.0, r.id));
    let names = web.app.directory_names(&desk.me).await?;
    let pending = web.app.pending_deletions(&desk.me).await?;
    let rows = runs
        .iter()
        .map(|r| Row::of(r, name_of(&names, r.directory)));
    let code = if trouble.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let page_ = RunsPage {
        rows: rows.collect(),
        pending: !pending.is_empty(),
        directories: here_now(web, &desk).await?,
        trouble,
        pager: Pager::new(LIST, &[], here.is_some(), next),
        v: desk.v,
    };
    Ok(page(code, &page_))
}

/// The directories that an agent stands beside.
async fn here_now(web: &Web, desk: &Desk) -> Result<Vec<(String, String)>, Problem> {
    let all = web.app.connected(&desk.me).await?;
    let beside = |id| all.besides.iter().any(|b| b.directory == id);
    let there = all.directories.iter().filter(|d| beside(d.id));
    Ok(there.map(|d| (d.id.to_string(), d.name.clone())).collect())
}

/// An agent is asked to begin, and says whether it does.
async fn begin(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    let directory = DirectoryId::parse(form.one("directory")?).ok_or_else(missing)?;
    let how = How::from_code(form.one("do")?).ok_or_else(missing)?;
    let app = &web.app;
    let asked = Box::pin(app.synchronise(&desk.ctx, &desk.me, directory, how));
    match refused(asked.await)? {
        Ok(SyncAnswer::Begun) => Ok(done(&web, LIST, "sync-begun")),
        Ok(SyncAnswer::None) => draw(&web, desk, None, "no-answer").await,
        Ok(SyncAnswer::Refused) => draw(&web, desk, None, "refused").await,
        Err(_) => draw(&web, desk, None, "away").await,
    }
}

fn id_of(text: &str) -> Result<RunId, Problem> {
    RunId::parse(text).ok_or_else(missing)
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let here: i64 = query.one("after")?.parse().unwrap_or_default();
    let mut p = web.app.sync_run(&desk.me, id, here, PAGE + 1).await?;
    let more = cut(&mut p.lines);
    let next = p.lines.last().filter(|_| more);
    let next = next.map(|(place, _)| place.to_string());
    cut(&mut p.problems);
    Ok(ok(&RunPage {
        full: p.run.mode == Mode::Full,
        preview: p.run.preview,
        message: p.run.message.clone().unwrap_or_default(),
        run: Row::of(&p.run, p.directory),
        errors: p.problems,
        rows: p.lines.into_iter().map(|(_, line)| line.into()).collect(),
        pager: Pager::new(&format!("{LIST}/{id}"), &[], here > 0, next),
        v: desk.v,
    }))
}

/// Everything that a run changed or a preview would, as one file: read while it is sent, however long it is.
async fn changes(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let me = desk.me.clone();
    // Whether there is such a run is told before the file begins.
    let first = web.app.sync_run(&me, id, 0, EXPORT_PAGE).await?.lines;
    let heads = [
        "action",
        "type",
        "name",
        "sourceAnchor",
        "property",
        "old",
        "new",
    ];
    let next = move |after: i64| {
        let (app, me) = (web.app.clone(), me.clone());
        async move { Ok(app.sync_run(&me, id, after, EXPORT_PAGE).await?.lines) }
    };
    Ok(csv::stream("changes.csv", &heads, first, next, write_line))
}

/// A line for each attribute, or one for an object of which nothing else is known.
fn write_line(text: &mut String, line: &Line) {
    let anchor = line.anchor.to_string();
    let list: Vec<Change> = serde_json::from_str(&line.changes).unwrap_or_default();
    let head = [line.action.as_str(), &line.kind, &line.name, &anchor];
    let mut write = |property: &str, old: &str, new: &str| {
        let [action, kind, name, anchor] = head;
        csv::write_line(text, &[action, kind, name, anchor, property, old, new]);
    };
    if list.is_empty() {
        write("", "", "");
    }
    for c in &list {
        let (old, new) = (c.old.as_deref(), c.new.as_deref());
        write(
            &c.property,
            old.unwrap_or_default(),
            new.unwrap_or_default(),
        );
    }
}

async fn errors(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let mut csv = Csv::new(&["sourceAnchor", "name", "code", "message", "where"]);
    let mut here: Option<After> = None;
    while csv.has_room() {
        let found = web
            .app
            .sync_problems(&desk.me, id, here.as_ref(), EXPORT_PAGE);
        let found = found.await?;
        let Some(last) = found.last() else { break };
        here = Some(After {
            key: last.code.clone(),
            id: last.anchor,
        });
        for e in &found {
            let message = desk.v.tf("sync-error-{}", &e.code);
            csv.row(&[&e.anchor.to_string(), &e.name, &e.code, &message, &e.detail]);
        }
    }
    Ok(csv.download("errors.csv"))
}
