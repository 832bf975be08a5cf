//! Signing in with a Temporary Access Pass: a page of its own, that asks everybody the same.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use keyward_app::Error;

use super::signin::go_on;
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/signin/pass", get(show).post(sign_in))
}

#[derive(Template)]
#[template(path = "portal/signin-pass.html")]
struct PassPage {
    v: View,
    typed: String,
    faults: Faults,
}

async fn show(v: View) -> Response {
    ok(&PassPage {
        v,
        typed: String::new(),
        faults: Faults::default(),
    })
}

async fn sign_in(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let name = form.one("name")?.to_owned();
    let pass = form.secret("pass")?;
    match web.app.sign_in_by_pass(&ctx, &name, &pass).await {
        Ok(entered) => go_on(&web, &ctx, &headers, &entered).await,
        Err(Error::Refused(refusal)) => {
            let faults = Faults::of(&v, &refusal);
            let typed = name.chars().take(256).collect();
            Ok(page(status(&refusal), &PassPage { v, typed, faults }))
        }
        Err(error) => Err(error.into()),
    }
}
