//! The one-time set-up page of a new installation.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::Error;
use keyward_app::password::NewPassword;
use keyward_app::setup::SetupForm;
use keyward_core::refusal::Refusal;

use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/setup/{token}", get(arrive))
        .route("/setup", get(show).post(set_up))
}

#[derive(Default)]
struct Typed {
    organisation: String,
    domain: String,
    display_name: String,
    user_name: String,
    mail: String,
}

#[derive(Template)]
#[template(path = "portal/setup.html")]
struct SetupPage {
    v: View,
    typed: Typed,
    faults: Faults,
    min: usize,
}

/// Takes the token out of the address before anything is shown.
async fn arrive(State(web): State<Web>, Path(token): Path<String>) -> Response {
    let mut response = Redirect::to("/setup").into_response();
    let plain = token.len() <= 64
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let token = if plain { token.as_str() } else { "" };
    response.headers_mut().append(
        header::SET_COOKIE,
        cookies::set(&web, "setup", token, Some(3600)),
    );
    response
}

fn token(headers: &HeaderMap) -> String {
    Cookies::of(headers)
        .get("setup")
        .unwrap_or_default()
        .to_owned()
}

async fn show(State(web): State<Web>, v: View, headers: HeaderMap) -> Result<Response, Problem> {
    if web.app.is_set_up().await? {
        return Err(Refusal::SetUpAlready.into());
    }
    if !web.app.setup_is_open(&token(&headers)).await? {
        return Err(Refusal::LinkDead.into());
    }
    let terms = web.app.terms_of_new();
    let (v, min) = (v.asking_for(&terms), terms.min);
    Ok(ok(&SetupPage {
        v,
        typed: Typed::default(),
        faults: Faults::default(),
        min,
    }))
}

async fn set_up(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Problem> {
    let typed = Typed {
        organisation: form.one("organisation")?.to_owned(),
        domain: form.one("domain")?.to_owned(),
        display_name: form.one("display_name")?.to_owned(),
        user_name: form.one("user_name")?.to_owned(),
        mail: form.one("mail")?.to_owned(),
    };
    let request = SetupForm {
        organisation: typed.organisation.clone(),
        domain: typed.domain.clone(),
        display_name: typed.display_name.clone(),
        user_name: typed.user_name.clone(),
        mail: typed.mail.clone(),
        password: NewPassword {
            first: form.secret("password")?,
            second: form.secret("confirm")?,
        },
    };
    match web.app.set_up(&ctx, &token(&headers), request).await {
        Ok(()) => {
            let mut response = Redirect::to("/signin").into_response();
            for (name, value, age) in [("setup", "", None), ("next", "/admin", Some(900))] {
                response
                    .headers_mut()
                    .append(header::SET_COOKIE, cookies::set(&web, name, value, age));
            }
            Ok(response)
        }
        Err(Error::Refused(refusal))
            if !matches!(refusal, Refusal::LinkDead | Refusal::SetUpAlready) =>
        {
            let terms = web.app.terms_of_new();
            let (v, min) = (v.asking_for(&terms), terms.min);
            let faults = Faults::of(&v, &refusal);
            Ok(page(
                status(&refusal),
                &SetupPage {
                    v,
                    typed,
                    faults,
                    min,
                },
            ))
        }
        Err(error) => Err(error.into()),
    }
}
