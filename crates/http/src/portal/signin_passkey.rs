//! Signing in by passkey: one page, which asks as soon as it is there. Nothing is stored for whoever only looks at it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::passkey::SignInQuestion;
use keyward_app::{Ctx, Error};
use keyward_core::refusal::Refusal;

use super::signin::go_on;
use crate::Web;
use crate::form::{Form, held};
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/signin/passkey", get(show).post(sign_in))
}

#[derive(Template)]
#[template(path = "portal/signin-passkey.html")]
struct PasskeyPage {
    v: View,
    question: SignInQuestion,
    faults: Faults,
}

fn draw(
    web: &Web,
    ctx: &Ctx,
    v: View,
    headers: &HeaderMap,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let question = match web.app.ask_to_sign_in(ctx, held(headers)) {
        Ok(question) => question,
        // No page leads here.
        Err(Error::Refused(Refusal::PasskeysOff)) => {
            return Ok(Redirect::to("/signin").into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let faults = refusal.map(|r| Faults::of(&v, r)).unwrap_or_default();
    Ok(page(
        refusal.map_or(StatusCode::OK, status),
        &PasskeyPage {
            v,
            question,
            faults,
        },
    ))
}

async fn show(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    draw(&web, &ctx, v, &headers, None)
}

async fn sign_in(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let shown = form.secret("code")?;
    let asked = form.one("asked")?;
    let entered = web
        .app
        .sign_in_by_passkey(&ctx, held(&headers), asked, &shown)
        .await;
    match entered {
        Ok(entered) => go_on(&web, &ctx, &headers, &entered).await,
        Err(Error::Refused(refusal)) => draw(&web, &ctx, v, &headers, Some(&refusal)),
        Err(error) => Err(error.into()),
    }
}
