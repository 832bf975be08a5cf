//! The agents: how each is, and shutting one out.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::Error;
use keyward_app::agents::Connected;
use keyward_app::condition::{AgentState, complaints_of, health_of};
use keyward_app::data::{Agent, Beside};
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;

use super::{LIST, colour, id_of};
use crate::Web;
use crate::admin::desk::{Desk, done, missing};
use crate::form::Form;
use crate::format::Moment;
use crate::portal::to_prove;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(LIST, get(list))
        .route("/admin/connect/agents/{id}", get(show))
        .route(
            "/admin/connect/agents/{id}/revoke",
            get(ask_revoke).post(revoke),
        )
        .route(
            "/admin/connect/agents/{id}/directories/{directory}",
            post(allow),
        )
}

/// An agent as lists show it.
struct Row {
    id: String,
    host: String,
    version: String,
    fingerprint: String,
    /// The end of the message key `agent-state-<state>`.
    state: &'static str,
    colour: &'static str,
    seen: Option<Moment>,
    directories: Vec<String>,
}

impl Row {
    fn of(agent: &Agent, all: &Connected, now: Timestamp) -> Self {
        let state = AgentState::of(agent, all, now);
        let mine = all.besides.iter().filter(|b| b.agent == agent.id);
        Self {
            id: agent.id.to_string(),
            host: agent.host.clone(),
            version: agent.version.clone(),
            fingerprint: agent.fingerprint.clone(),
            state: state.code(),
            colour: colour(state),
            seen: agent.seen_at.map(Into::into),
            directories: mine.map(|b| name_of(b, all)).collect(),
        }
    }
}

fn name_of(beside: &Beside, all: &Connected) -> String {
    let known = all.directories.iter().find(|d| d.id == beside.directory);
    known.map_or_else(|| beside.directory.to_string(), |d| d.name.clone())
}

/// A directory as one agent sees it.
struct Seen {
    name: String,
    server: String,
    reachable: bool,
    /// Ends of the message keys `agent-does-<feature>`.
    does: Vec<&'static str>,
    complaints: Vec<String>,
}

impl Seen {
    fn of(beside: &Beside, all: &Connected) -> Self {
        let known = all.directories.iter().find(|d| d.id == beside.directory);
        let keeper = known.and_then(|d| d.keeper);
        let keeps = keeper.is_none_or(|keeper| keeper == beside.agent);
        let does = [
            (beside.does.sync && keeps, "sync"),
            (beside.does.sync && !keeps, "sync-stand-by"),
            (beside.does.sign_in, "sign-in"),
            (beside.does.writeback, "writeback"),
            (beside.does.policy_hints, "policy-hints"),
        ];
        Self {
            name: name_of(beside, all),
            server: beside.server.clone().unwrap_or_default(),
            reachable: beside.reachable,
            does: does
                .into_iter()
                .filter_map(|(on, name)| on.then_some(name))
                .collect(),
            complaints: complaints_of(beside),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/agents.html")]
struct AgentsPage {
    v: View,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "admin/agent.html")]
struct AgentPage {
    v: View,
    a: Row,
    ip: String,
    approved: (String, Moment),
    revoked: Option<(String, Moment)>,
    doubled: Option<Moment>,
    complaints: Vec<String>,
    seen: Vec<Seen>,
    asks: Vec<Asks>,
}

/// A directory that an agent names and nobody has allowed it.
struct Asks {
    id: String,
    name: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "admin/agent-revoke.html")]
struct RevokePage {
    v: View,
    a: Row,
    /// Directories that no other agent stands beside.
    alone: Vec<String>,
}

async fn list(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let all = web.app.connected(&desk.me).await?;
    let rows = all.agents.iter().map(|a| Row::of(a, &all, desk.ctx.now));
    Ok(ok(&AgentsPage {
        rows: rows.collect(),
        v: desk.v,
    }))
}

/// The agent of an address, with everything around it.
async fn find(web: &Web, desk: &Desk, id: &str) -> Result<(Agent, Connected), Problem> {
    let id = id_of(id)?;
    let all = web.app.connected(&desk.me).await?;
    let agent = all.agents.iter().find(|a| a.id == id).cloned();
    Ok((agent.ok_or_else(missing)?, all))
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (agent, all) = find(&web, &desk, &id).await?;
    let mine = all.besides.iter().filter(|b| b.agent == agent.id);
    Ok(ok(&AgentPage {
        a: Row::of(&agent, &all, desk.ctx.now),
        ip: agent.ip.clone().unwrap_or_default(),
        approved: (agent.approved_by.clone(), agent.approved_at.into()),
        revoked: agent.revoked.clone().map(|(by, at)| (by, at.into())),
        doubled: agent.doubled_at.map(Into::into),
        complaints: health_of(&agent).complaints,
        seen: mine.map(|b| Seen::of(b, &all)).collect(),
        asks: asked(&agent, &all),
        v: desk.v,
    }))
}

fn asked(agent: &Agent, all: &Connected) -> Vec<Asks> {
    let mine = all.allowances.iter().filter(|a| a.agent == agent.id);
    mine.filter(|a| !a.allowed && agent.is_active())
        .map(|a| Asks {
            id: a.directory.to_string(),
            name: a.name.clone(),
            at: a.at.into(),
        })
        .collect()
}

/// Lets an agent work beside a directory that it has named.
async fn allow(
    State(web): State<Web>,
    desk: Desk,
    Path((id, directory)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Problem> {
    let agent = id_of(&id)?;
    let directory = DirectoryId::parse(&directory).ok_or_else(missing)?;
    let page = format!("{LIST}/{agent}");
    let allowed = web
        .app
        .allow_directory(&desk.ctx, &desk.me, agent, directory)
        .await;
    match allowed {
        Err(Error::Refused(Refusal::FreshProofNeeded)) => Ok(to_prove(&web, &page)),
        other => {
            other?;
            Ok(done(&web, &page, "agent-directory-allowed"))
        }
    }
}

async fn ask_revoke(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    let (agent, all) = find(&web, &desk, &id).await?;
    let alone = all.besides.iter().filter(|b| {
        let others = all.besides.iter().filter(|o| o.directory == b.directory);
        b.agent == agent.id && others.count() == 1
    });
    Ok(ok(&RevokePage {
        a: Row::of(&agent, &all, desk.ctx.now),
        alone: alone.map(|b| name_of(b, &all)).collect(),
        v: desk.v,
    }))
}

async fn revoke(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    web.app
        .revoke_agent(&desk.ctx, &desk.me, id_of(&id)?)
        .await?;
    Ok(done(&web, LIST, "agent-revoked"))
}
