//! On-premises integration: what may be written to the organisation's own directory.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::agents::Connected;
use keyward_app::condition::{AgentState, DirectoryState};
use keyward_app::data::Directory;
use keyward_core::audit::Activity;
use keyward_core::licence::Holding;
use keyward_core::policy::OnPremises;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;

use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::admin::paging::address;
use crate::form::Form;
use crate::format::Moment;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route(PAGE, get(show).post(change))
}

const PAGE: &str = "/admin/password-reset/on-premises";

#[derive(Template)]
#[template(path = "admin/on-premises.html")]
struct OnPremisesPage {
    v: View,
    switches: OnPremises,
    /// The sentence that says which subscriptions would help; empty if one is held.
    missing: String,
    version: i64,
    changed: Option<(Moment, String)>,
    audit: String,
    /// The reader may see directories and their agents.
    connect_shown: bool,
    directories: Vec<Shown>,
    /// What is shown is not what is stored.
    dirty: bool,
    faults: Faults,
}

/// A directory with its health in words.
struct Shown {
    name: String,
    kind: String,
    suffixes: String,
    /// The end of the message keys `directory-state-<state>`.
    state: &'static str,
    colour: &'static str,
    agents: Vec<ShownAgent>,
}

/// An agent beside it.
struct ShownAgent {
    id: String,
    host: String,
    /// The end of the message key `agent-state-<state>`.
    state: &'static str,
}

fn shown(all: &Connected, now: Timestamp) -> Vec<Shown> {
    let of = |d: &Directory| {
        let state = DirectoryState::of(d, all, now);
        let beside = all.besides.iter().filter(|b| b.directory == d.id);
        let agents = beside.filter_map(|b| all.agents.iter().find(|a| a.id == b.agent));
        Shown {
            name: d.name.clone(),
            kind: d.kind.clone(),
            suffixes: d.suffixes.join(", "),
            state: state.code(),
            colour: match state {
                DirectoryState::Up => "good",
                DirectoryState::Single | DirectoryState::NoWriteback => "warn",
                _ => "bad",
            },
            agents: agents
                .map(|a| ShownAgent {
                    id: a.id.to_string(),
                    host: a.host.clone(),
                    state: AgentState::of(a, all, now).code(),
                })
                .collect(),
        }
    };
    all.directories.iter().map(of).collect()
}

/// Draws the page, as the policy stands or as it was refused.
async fn draw(
    web: &Web,
    desk: Desk,
    again: Option<(OnPremises, &Refusal)>,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let missing = match web.app.writeback_plan(&desk.me).await? {
        Holding::Held => String::new(),
        Holding::Missing(skus) => desk.v.refusal(&Refusal::NoWritebackPlan(skus)),
    };
    let connect_shown = desk.me.needs(Permission::ReadConnect).is_ok();
    let directories = if connect_shown {
        shown(&web.app.connected(&desk.me).await?, desk.ctx.now)
    } else {
        Vec::new()
    };
    let refusal = again.map(|(_, refusal)| refusal);
    let mut switches = again.map_or(stored.policy.on_premises, |(typed, _)| typed);
    // Ticked without the plan it would promise what is not done.
    switches.writeback &= again.is_some() || missing.is_empty();
    let page_ = OnPremisesPage {
        switches,
        version: stored.version,
        changed: stored
            .changed_at
            .map(|at| (at.into(), stored.changed_by.unwrap_or_default())),
        audit: address(
            "/admin/audit",
            &[("activity", Activity::PolicyChanged.name())],
        ),
        connect_shown,
        directories,
        dirty: again.is_some(),
        faults: refusal
            .filter(|_| missing.is_empty())
            .map(|r| Faults::of(&desk.v, r))
            .unwrap_or_default(),
        missing,
        v: desk.v,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    draw(&web, desk, None).await
}

async fn change(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = OnPremises {
        writeback: form.one("writeback")? == "yes",
        unlock_without_reset: form.one("unlock")? == "yes",
    };
    let read = form.one("version")?.parse().unwrap_or(-1);
    let saved = web.app.set_on_premises(&desk.ctx, &desk.me, read, typed);
    match refused(saved.await)? {
        Ok(true) => Ok(done(&web, PAGE, "policy-saved")),
        Ok(false) => Ok(done(&web, PAGE, "policy-same")),
        Err(refusal) => draw(&web, desk, Some((typed, &refusal))).await,
    }
}
