//! The subscriptions of the organisation.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::{LIST, Shown};
use crate::Web;
use crate::admin::desk::Desk;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route(LIST, get(show))
}

#[derive(Template)]
#[template(path = "admin/licences.html")]
struct LicencesPage {
    v: View,
    rows: Vec<Shown>,
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let held = web.app.subscriptions(&desk.me).await?;
    Ok(ok(&LicencesPage {
        v: desk.v,
        rows: held.iter().map(Into::into).collect(),
    }))
}
