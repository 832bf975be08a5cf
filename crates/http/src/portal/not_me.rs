//! "It wasn't me". The link in the mail moves its token into a cookie and shows a page; only the button acts.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::Error;
use keyward_core::refusal::Refusal;

use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::Problem;
use crate::request::Circumstances;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/not-me/{token}", get(arrive))
        .route("/not-me", get(show).post(report))
}

#[derive(Template)]
#[template(path = "portal/not-me.html")]
struct NotMePage {
    v: View,
    state: &'static str,
}

/// Takes the token out of the address before anything is shown, so that it is in no history and no Referer (S30).
async fn arrive(State(web): State<Web>, Path(token): Path<String>) -> Response {
    let mut response = Redirect::to("/not-me").into_response();
    let plain = token.len() <= 128
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let token = if plain { token.as_str() } else { "" };
    response.headers_mut().append(
        header::SET_COOKIE,
        cookies::set(&web, "link", token, Some(900)),
    );
    response
}

async fn show(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let open = match Cookies::of(&headers).get("link") {
        Some(token) => web.app.not_me_is_open(&ctx, token).await?,
        None => false,
    };
    Ok(ok(&NotMePage {
        v,
        state: if open { "ask" } else { "dead" },
    }))
}

async fn report(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: axum::http::HeaderMap,
    _form: Form,
) -> Result<Response, Problem> {
    let token = Cookies::of(&headers)
        .get("link")
        .unwrap_or_default()
        .to_owned();
    let state = match web.app.report_not_me(&ctx, &token).await {
        Ok(()) => "done",
        Err(Error::Refused(Refusal::LinkDead)) => "dead",
        Err(error) => return Err(error.into()),
    };
    let mut response = ok(&NotMePage { v, state });
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookies::set(&web, "link", "", None));
    Ok(response)
}
