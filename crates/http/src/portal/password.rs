//! Changing a password that one knows.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::Error;
use keyward_app::password::{NewPassword, Terms};
use keyward_app::{Ctx, Principal};
use keyward_core::password::Fault;
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
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
        .route("/account/password/suggest", post(suggest))
}

#[derive(Template)]
#[template(path = "portal/password.html")]
struct ChangePage {
    v: View,
    upn: String,
    faults: Faults,
    min: usize,
    terms: Terms,
    /// The password they signed in with is known from a breach.
    known: bool,
    suggested: Option<Secret>,
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
pub(super) fn verdicts(v: View, terms: &Terms, faults: &[Fault], new: &NewPassword) -> Response {
    let typed = !new.first.is_empty();
    let v = v.asking_for(terms);
    let others = faults
        .iter()
        .filter(|f| typed && !matches!(f, Fault::TooShort | Fault::Mismatch));
    let others = others.map(|f| v.password_fault(*f)).collect();
    let long_enough = typed.then(|| !faults.contains(&Fault::TooShort));
    let matching = (!new.second.is_empty()).then(|| new.first.expose() == new.second.expose());
    ok(&Verdicts {
        v,
        min: terms.min,
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
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let known = query.is_some_and(|query| query.split('&').any(|part| part == "known"));
    let shown = Shown {
        known,
        ..Shown::default()
    };
    draw(&web, &ctx, v, &me, shown).await
}

/// What the page shows beside the form.
#[derive(Default)]
struct Shown<'a> {
    known: bool,
    suggested: Option<Secret>,
    refusal: Option<&'a Refusal>,
}

impl<'a> Shown<'a> {
    fn refused(refusal: &'a Refusal) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::default()
        }
    }
}

async fn draw(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    shown: Shown<'_>,
) -> Result<Response, Problem> {
    let refusal = shown.refusal;
    let terms = web.app.password_terms(ctx, me).await?;
    let v = v.of(me).asking_for(&terms);
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
            known: shown.known,
            suggested: shown.suggested,
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
        Err(Error::Refused(refusal)) => draw(&web, &ctx, v, &me, Shown::refused(&refusal)).await,
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
            Err(refusal) => draw(&web, &ctx, v, &me, Shown::refused(&refusal)).await,
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
    let terms = web.app.password_terms(&ctx, &me).await?;
    Ok(verdicts(v, &terms, &faults, &new))
}

/// The page with a password that was just made up. The form goes with the request for nothing but its token.
async fn suggest(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Response, Problem> {
    let suggested = Some(web.app.suggest_password(&me).await?);
    let shown = Shown {
        suggested,
        ..Shown::default()
    };
    draw(&web, &ctx, v.switching_at("/account/password"), &me, shown).await
}
