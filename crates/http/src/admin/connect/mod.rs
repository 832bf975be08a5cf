//! Connect: the agents beside on-premises directories, and letting one in; what they brought, and what waits for a
//! decision.

mod agents;
mod contacts;
mod deletions;
mod doctor;
mod enrol;
mod runs;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use keyward_app::condition::AgentState;
use keyward_core::ids::{AgentId, DirectoryId};

use super::desk::missing;
use crate::Web;
use crate::format::Moment;
use crate::problem::Problem;

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/connect", get(|| async { Redirect::to(LIST) }))
        .merge(agents::routes())
        .merge(enrol::routes())
        .merge(runs::routes())
        .merge(deletions::routes())
        .merge(contacts::routes())
        .merge(doctor::routes())
}

/// The list of agents.
const LIST: &str = "/admin/connect/agents";

/// The pending deletions.
const DELETIONS: &str = "/admin/connect/deletions";

/// The contact data that wait.
const CONTACTS: &str = "/admin/connect/contacts";

/// An agent's id in an address.
fn id_of(text: &str) -> Result<AgentId, Problem> {
    AgentId::parse(text).ok_or_else(missing)
}

/// A directory's id in an address.
fn directory_of(text: &str) -> Result<DirectoryId, Problem> {
    DirectoryId::parse(text).ok_or_else(missing)
}

/// What waits for a decision in one directory, on a page that lists them.
struct Waiting {
    id: String,
    name: String,
    count: i64,
    since: Moment,
}

/// The colour of an agent's state.
fn colour(state: AgentState) -> &'static str {
    match state {
        AgentState::Up => "good",
        AgentState::Staging => "info",
        AgentState::New | AgentState::Complaining => "warn",
        AgentState::Away | AgentState::Revoked => "bad",
    }
}
