//! The end: the new password, and what happened.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::password::NewPassword;
use keyward_app::reset::Progress;
use keyward_app::{Ctx, Error};
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::secret::Secret;

use super::directory::said_before;
use super::{Token, is_over, over, over_or_done, over_told, place};
use crate::Web;
use crate::form::Form;
use crate::portal::password::verdicts;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, ok, page};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/reset/password", get(password).post(complete))
        .route("/reset/password/verdicts", post(preview))
        .route("/reset/password/suggest", post(suggest))
        .route("/reset/done", get(done))
}

#[derive(Template)]
#[template(path = "portal/reset-password.html")]
struct PasswordPage {
    v: View,
    progress: Progress,
    faults: Faults,
    min: usize,
    suggested: Option<Secret>,
}

#[derive(Template)]
#[template(path = "portal/reset-done.html")]
struct DonePage {
    v: View,
    unlocked: bool,
    /// A password was posted after the reset was finished.
    again: bool,
}

async fn password(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
) -> Result<Response, Problem> {
    password_page(&web, &ctx, v, &token, None, None).await
}

async fn password_page(
    web: &Web,
    ctx: &Ctx,
    v: View,
    token: &str,
    suggested: Option<Secret>,
    refusal: Option<Refusal>,
) -> Result<Response, Problem> {
    match web.app.reset_progress(ctx, token).await {
        Ok(progress) if place(&progress) != "/reset/password" => {
            Ok(Redirect::to(place(&progress)).into_response())
        }
        Ok(progress) => {
            let min = progress.terms.min;
            let v = v.asking_for(&progress.terms);
            let code = refusal.as_ref().map_or(StatusCode::OK, status);
            let said = said_before(web, token, refusal).await?;
            let faults = said.map(|r| Faults::of(&v, &r)).unwrap_or_default();
            Ok(page(
                code,
                &PasswordPage {
                    v,
                    progress,
                    faults,
                    min,
                    suggested,
                },
            ))
        }
        Err(error) => over_told(web, v, token, error).await,
    }
}

async fn complete(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    mut form: Form,
) -> Result<Response, Problem> {
    let new = NewPassword {
        first: form.secret("password")?,
        second: form.secret("confirm")?,
    };
    match web.app.complete_reset(&ctx, &token, new).await {
        Ok(()) => Ok(Redirect::to("/reset/done").into_response()),
        Err(Error::Refused(Refusal::WritebackPending | Refusal::WritebackUnknown)) => {
            Ok(Redirect::to("/reset/wait").into_response())
        }
        Err(Error::Refused(refusal)) if !is_over(&refusal) => {
            password_page(&web, &ctx, v, &token, None, Some(refusal)).await
        }
        // Whether the same password was posted twice or another one later: the page says which counts.
        Err(error) => over_or_done(&web, &ctx, v, &token, error, "/reset/done?again").await,
    }
}

async fn preview(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    mut form: Form,
) -> Result<Response, Problem> {
    let new = NewPassword {
        first: form.secret("password")?,
        second: form.secret("confirm")?,
    };
    let faults = web.app.preview_reset_password(&ctx, &token, &new).await?;
    let terms = web.app.reset_progress(&ctx, &token).await?.terms;
    Ok(verdicts(v, &terms, &faults, &new))
}

/// The page with a password that was just made up.
async fn suggest(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.suggest_reset_password(&ctx, &token).await {
        Ok(suggested) => {
            let v = v.switching_at("/reset/password");
            password_page(&web, &ctx, v, &token, Some(suggested), None).await
        }
        Err(error) => over_told(&web, v, &token, error).await,
    }
}

async fn done(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    match web.app.reset_progress(&ctx, &token).await {
        Ok(progress) if progress.completed => Ok(ok(&DonePage {
            v,
            unlocked: progress.goal == Goal::Unlock,
            again: query.as_deref() == Some("again"),
        })),
        Ok(progress) => Ok(Redirect::to(place(&progress)).into_response()),
        Err(error) => over(v, error),
    }
}
