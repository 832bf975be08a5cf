//! Waiting for a directory, and unlocking an account there.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::reset::Progress;
use keyward_app::{Ctx, Error};
use keyward_core::refusal::Refusal;
use keyward_core::writeback::Ending;

use super::{Token, is_over, over_told, place};
use crate::Web;
use crate::form::Form;
use crate::portal::wait::{unknown, waiting};
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, page};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/reset/wait", get(wait))
        .route("/reset/unlock", get(ask).post(unlock))
}

#[derive(Template)]
#[template(path = "portal/reset-unlock.html")]
struct UnlockPage {
    v: View,
    progress: Progress,
    faults: Faults,
}

/// Shown again by the browser until the directory has answered; from then on it leads to where the answer leads.
async fn wait(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
) -> Result<Response, Problem> {
    match web.app.reset_progress(&ctx, &token).await {
        Ok(progress) if progress.pending => match web.app.reset_ending(&token).await? {
            Some(Ending::Unknown) => Ok(unknown(v, "/reset")),
            _ => Ok(waiting(v, "/reset/wait")),
        },
        Ok(progress) => Ok(Redirect::to(place(&progress)).into_response()),
        Err(error) => over_told(&web, v, &token, error).await,
    }
}

async fn ask(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
) -> Result<Response, Problem> {
    unlock_page(&web, &ctx, v, &token, None).await
}

async fn unlock_page(
    web: &Web,
    ctx: &Ctx,
    v: View,
    token: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Problem> {
    match web.app.reset_progress(ctx, token).await {
        Ok(progress) if place(&progress) != "/reset/unlock" => {
            Ok(Redirect::to(place(&progress)).into_response())
        }
        Ok(progress) => {
            let code = refusal.as_ref().map_or(StatusCode::OK, status);
            let said = said_before(web, token, refusal).await?;
            let faults = said.map(|r| Faults::of(&v, &r)).unwrap_or_default();
            Ok(page(
                code,
                &UnlockPage {
                    v,
                    progress,
                    faults,
                },
            ))
        }
        Err(error) => over_told(web, v, token, error).await,
    }
}

/// What is wrong right now, or else what the directory said when it was asked last.
pub(super) async fn said_before(
    web: &Web,
    token: &str,
    refusal: Option<Refusal>,
) -> Result<Option<Refusal>, Problem> {
    if refusal.is_some() {
        return Ok(refusal);
    }
    let ending = web.app.reset_ending(token).await?;
    Ok(ending.and_then(|ending| ending.told().err()))
}

async fn unlock(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.unlock_in_directory(&ctx, &token).await {
        Ok(()) => Ok(Redirect::to("/reset/done").into_response()),
        Err(Error::Refused(Refusal::WritebackPending | Refusal::WritebackUnknown)) => {
            Ok(Redirect::to("/reset/wait").into_response())
        }
        Err(Error::Refused(refusal)) if !is_over(&refusal) => {
            unlock_page(&web, &ctx, v, &token, Some(refusal)).await
        }
        Err(error) => over_told(&web, v, &token, error).await,
    }
}
