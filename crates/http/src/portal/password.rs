//! Changing a password that one knows.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::Error;
use keyward_app::passthrough::Terms;
use keyward_app::password::NewPassword;
use keyward_app::{Ctx, Principal};
use keyward_core::password::Fault;
use keyward_core::refusal::Refusal;
use keyward_core::writeback::Ending;

use super::wait::{unknown, waiting};
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/account/password", get(show).post(change))
        .route("/account/password/done", get(done))
        .route("/account/password/wait", get(wait))
        .route("/account/password/verdicts", post(preview))
}

#[derive(Template)]
#[template(path = "portal/password.html")]
struct ChangePage {
    v: View,
    upn: String,
    faults: Faults,
    min: usize,
    terms: Terms,
}

#[derive(Template)]
#[template(path = "portal/password-done.html")]
struct DonePage {
    v: View,
}

#[derive(Template)]
#[template(path = "portal/verdicts.html")]
struct Verdicts {
    v: View,
    min: usize,
    long_enough: Option<bool>,
    /// Faults other than the length, in words.
    others: Vec<String>,
    matching: Option<bool>,
}

/// The live list under a new password: what is right gets a tick, what is wrong a word; nothing is judged before it
/// is typed.
pub(super) fn verdicts(v: View, min: usize, faults: &[Fault], new: &NewPassword) -> Response {
    let typed = !new.first.is_empty();
    let v = v.asking_for(min);
    let others = faults
        .iter()
        .filter(|f| typed && !matches!(f, Fault::TooShort | Fault::Mismatch));
    let others = others.map(|f| v.password_fault(*f)).collect();
    let long_enough = typed.then(|| !faults.contains(&Fault::TooShort));
    let matching = (!new.second.is_empty()).then(|| new.first.expose() == new.second.expose());
    ok(&Verdicts {
        v,
        min,
        long_enough,
        others,
        matching,
    })
}

async fn show(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    draw(&web, &ctx, v, &me, None).await
}

async fn draw(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let terms = web.app.password_terms(ctx, me).await?;
    let v = v.of(me).asking_for(terms.min);
    let mut faults = refusal.map(|r| Faults::of(&v, r)).unwrap_or_default();
    if refusal == Some(&Refusal::CurrentPasswordWrong) {
        faults.fields = vec![("current".to_owned(), faults.top.take().unwrap_or_default())];
    }
    Ok(page(
        refusal.map_or(StatusCode::OK, status),
        &ChangePage {
            v,
            upn: me.user.upn.to_string(),
            faults,
            min: terms.min,
            terms,
        },
    ))
}

async fn change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    mut form: Form,
) -> Result<Response, Problem> {
    let old = form.secret("current")?;
    let new = NewPassword {
        first: form.secret("password")?,
        second: form.secret("confirm")?,
    };
    match web.app.change_password(&ctx, &me, old, new).await {
        Ok(()) => Ok(Redirect::to("/account/password/done").into_response()),
        Err(Error::Refused(Refusal::WritebackPending)) => {
            Ok(Redirect::to("/account/password/wait").into_response())
        }
        Err(Error::Refused(refusal)) => draw(&web, &ctx, v, &me, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

async fn wait(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    match web.app.my_change(&me).await {
        Ok(None) => Ok(waiting(v.of(&me), "/account/password/wait")),
        Ok(Some(Ending::Unknown)) => Ok(unknown(v.of(&me), "/account/password")),
        Ok(Some(ending)) => match ending.told() {
            Ok(()) => Ok(Redirect::to("/account/password/done").into_response()),
            Err(refusal) => draw(&web, &ctx, v, &me, Some(&refusal)).await,
        },
        Err(Error::Refused(Refusal::NotOffered)) => {
            Ok(Redirect::to("/account/password").into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn done(v: View, SignedIn(me): SignedIn) -> Response {
    page(StatusCode::OK, &DonePage { v: v.of(&me) })
}

async fn preview(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    mut form: Form,
) -> Result<Response, Problem> {
    let new = NewPassword {
        first: form.secret("password")?,
        second: form.secret("confirm")?,
    };
    let faults = web.app.preview_my_password(&me, &new).await?;
    let min = web.app.password_terms(&ctx, &me).await?.min;
    Ok(verdicts(v, min, &faults, &new))
}
