//! The fixed policy for everybody who holds a role: read, not changed.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Effective, Scope};
use keyward_core::role::Role;

use crate::Web;
use crate::admin::desk::Desk;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/password-reset/administrator-policy", get(show))
}

#[derive(Template)]
#[template(path = "admin/policy-administrators.html")]
struct AdministratorsPage {
    v: View,
    gates: usize,
    kinds: Vec<MethodKind>,
    roles: Vec<&'static str>,
    off: bool,
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let rules = Effective::administrator();
    Ok(ok(&AdministratorsPage {
        v: desk.v,
        gates: rules.gates.count(),
        kinds: rules.kinds.into_iter().collect(),
        roles: Role::ALL.into_iter().map(Role::code).collect(),
        off: stored.policy.scope == Scope::None,
    }))
}
