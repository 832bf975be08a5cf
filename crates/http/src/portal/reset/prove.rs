//! The gates: choosing a method, having a code sent to it, and typing the code.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::passkey::Asked;
use keyward_app::reset::{Choice, Progress};
use keyward_app::{Ctx, Error};
use keyward_core::method::{Carrier, Channel, MethodKind};
use keyward_core::refusal::Refusal;
use uuid::Uuid;

use super::super::ways::{Row, picked, rows};
use super::{Token, is_over, over, over_or_done, place};
use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, ok, page};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/reset/verify", get(verify).post(pick))
        .route("/reset/send/{method}", get(ask_number).post(send))
        .route("/reset/call/{method}", get(ask_to_call).post(call))
        .route("/reset/code", get(code).post(answer))
}

#[derive(Template)]
#[template(path = "portal/reset-verify.html")]
struct VerifyPage {
    v: View,
    progress: Progress,
    rows: Vec<Row>,
    faults: Faults,
}

impl VerifyPage {
    fn new(v: View, progress: Progress, faults: Faults) -> Self {
        let mut all = Vec::new();
        for c in &progress.choices {
            all.extend(rows(&c.id.to_string(), c.kind, &c.ways, &c.masked));
        }
        Self {
            v,
            progress,
            rows: all,
            faults,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/reset-number.html")]
struct NumberPage {
    v: View,
    progress: Progress,
    choice: Choice,
    /// The phone is called, not written to.
    call: bool,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "portal/reset-code.html")]
struct CodePage {
    v: View,
    progress: Progress,
    kind: MethodKind,
    /// Nothing was sent: the user holds what shows the code.
    held: bool,
    /// It is said in a call.
    call: bool,
    faults: Faults,
    dead: bool,
}

#[derive(Template)]
#[template(path = "portal/reset-passkey.html")]
struct PasskeyPage {
    v: View,
    progress: Progress,
    asked: Asked,
    faults: Faults,
}

async fn verify(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    Token(token): Token,
) -> Result<Response, Problem> {
    match web.app.reset_progress(&ctx, &token).await {
        Ok(progress) if place(&progress) != "/reset/verify" => {
            Ok(Redirect::to(place(&progress)).into_response())
        }
        // Asked once, where the organisation offers the choice.
        Ok(progress)
            if progress.unlock_offered
                && progress.gate == 1
                && Cookies::of(&headers).get("goal").is_none() =>
        {
            let mut response = Redirect::to("/reset/goal").into_response();
            let seconds = web.app.settings.reset_lifetime.as_secs();
            response.headers_mut().append(
                header::SET_COOKIE,
                cookies::set(&web, "goal", "asked", Some(seconds)),
            );
            Ok(response)
        }
        Ok(progress) => Ok(ok(&VerifyPage::new(v, progress, Faults::default()))),
        Err(error) => over(v, error),
    }
}

/// A method was picked: a mailbox gets its code at once, a phone's number is asked for first, an app shows its code
/// already.
async fn pick(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    form: Form,
) -> Result<Response, Problem> {
    let (picked, by) = picked(form.one("method")?);
    let picked = Uuid::try_parse(picked).ok();
    let progress = match web.app.reset_progress(&ctx, &token).await {
        Ok(progress) => progress,
        Err(error) => return over(v, error),
    };
    if place(&progress) != "/reset/verify" {
        return Ok(Redirect::to(place(&progress)).into_response());
    }
    let Some(choice) = progress.choices.iter().find(|c| Some(c.id) == picked) else {
        let faults = Faults::of(&v, &Refusal::field("method", "method-empty"));
        return Ok(page(
            StatusCode::UNPROCESSABLE_ENTITY,
            &VerifyPage::new(v, progress, faults),
        ));
    };
    if choice.kind.channel() == Channel::Phone {
        let way = by.or(choice.ways.first().copied());
        let page = if way == Some(Carrier::Voice) {
            "call"
        } else {
            "send"
        };
        return Ok(Redirect::to(&format!("/reset/{page}/{}", choice.id)).into_response());
    }
    match web.app.send_reset_code(&ctx, &token, choice.id, "").await {
        Ok(()) => Ok(Redirect::to("/reset/code").into_response()),
        Err(Error::Refused(refusal)) if !is_over(&refusal) => {
            let faults = Faults::of(&v, &refusal);
            Ok(page(
                status(&refusal),
                &VerifyPage::new(v, progress, faults),
            ))
        }
        Err(error) => over(v, error),
    }
}

async fn number_page(
    web: &Web,
    ctx: &Ctx,
    v: View,
    token: &str,
    (method, call): (&str, bool),
    refusal: Option<Refusal>,
) -> Result<Response, Problem> {
    let progress = match web.app.reset_progress(ctx, token).await {
        Ok(progress) => progress,
        Err(error) => return over(v, error),
    };
    let wanted = Uuid::try_parse(method).ok();
    let Some(choice) = progress
        .choices
        .iter()
        .find(|c| Some(c.id) == wanted)
        .cloned()
    else {
        return Ok(Redirect::to(place(&progress)).into_response());
    };
    let faults = refusal
        .as_ref()
        .map(|r| Faults::of(&v, r))
        .unwrap_or_default();
    Ok(page(
        refusal.as_ref().map_or(StatusCode::OK, status),
        &NumberPage {
            v,
            progress,
            choice,
            call,
            faults,
        },
    ))
}

async fn ask_number(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    Path(method): Path<String>,
) -> Result<Response, Problem> {
    number_page(&web, &ctx, v, &token, (&method, false), None).await
}

async fn ask_to_call(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    Path(method): Path<String>,
) -> Result<Response, Problem> {
    number_page(&web, &ctx, v, &token, (&method, true), None).await
}

async fn send(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    Path(method): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    sent(&web, &ctx, v, &token, (&method, false), form.one("number")?).await
}

async fn call(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    Path(method): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    sent(&web, &ctx, v, &token, (&method, true), form.one("number")?).await
}

async fn sent(
    web: &Web,
    ctx: &Ctx,
    v: View,
    token: &str,
    (method, call): (&str, bool),
    number: &str,
) -> Result<Response, Problem> {
    let id = Uuid::try_parse(method).map_err(|_| Problem::BadForm)?;
    let by = if call { Carrier::Voice } else { Carrier::Sms };
    match web
        .app
        .send_reset_code_by(ctx, token, id, number, Some(by))
        .await
    {
        Ok(()) => Ok(Redirect::to("/reset/code").into_response()),
        Err(Error::Refused(refusal)) if !is_over(&refusal) => {
            number_page(web, ctx, v, token, (method, call), Some(refusal)).await
        }
        Err(error) => over(v, error),
    }
}

async fn code_page(
    web: &Web,
    ctx: &Ctx,
    v: View,
    token: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Problem> {
    match web.app.reset_progress(ctx, token).await {
        Ok(progress) if place(&progress) != "/reset/verify" => {
            Ok(Redirect::to(place(&progress)).into_response())
        }
        Ok(progress) => {
            let faults = refusal
                .as_ref()
                .map(|r| Faults::of(&v, r))
                .unwrap_or_default();
            let dead = refusal.as_ref().is_some_and(|r| !r.leaves_a_try());
            let kind = progress.asked.unwrap_or(MethodKind::Email);
            let call = progress.asked_by == Some(Carrier::Voice);
            let code = refusal.as_ref().map_or(StatusCode::OK, status);
            if kind == MethodKind::Passkey {
                return match web.app.reset_passkey(ctx, token).await {
                    Ok(asked) => Ok(page(
                        code,
                        &PasskeyPage {
                            v,
                            progress,
                            asked,
                            faults,
                        },
                    )),
                    // It was answered, or took too long: one chooses again.
                    Err(Error::Refused(Refusal::PasskeyOver)) => {
                        Ok(Redirect::to("/reset/verify").into_response())
                    }
                    Err(error) => over(v, error),
                };
            }
            Ok(page(
                code,
                &CodePage {
                    v,
                    progress,
                    kind,
                    held: kind.carrier().is_none(),
                    call,
                    faults,
                    dead,
                },
            ))
        }
        Err(error) => over(v, error),
    }
}

async fn code(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
) -> Result<Response, Problem> {
    code_page(&web, &ctx, v, &token, None).await
}

async fn answer(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    mut form: Form,
) -> Result<Response, Problem> {
    let typed = form.secret("code")?;
    // Which gate the page was for. It decides nothing but what is shown when a code was posted twice.
    let gate: Option<usize> = form.one("gate")?.parse().ok();
    match web.app.answer_reset(&ctx, &token, &typed).await {
        Ok(progress) => {
            let mut response = Redirect::to(place(&progress)).into_response();
            cookies::familiar(&web, response.headers_mut(), progress.device.as_deref());
            Ok(response)
        }
        Err(Error::Refused(refusal)) if !is_over(&refusal) => {
            match web.app.reset_progress(&ctx, &token).await {
                Ok(progress) if gate.is_some_and(|g| g < progress.gate) => {
                    Ok(Redirect::to(place(&progress)).into_response())
                }
                _ => code_page(&web, &ctx, v, &token, Some(refusal)).await,
            }
        }
        Err(error) => over_or_done(&web, &ctx, v, &token, error, "/reset/done").await,
    }
}
