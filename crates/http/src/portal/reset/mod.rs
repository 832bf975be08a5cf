//! "Forgot my password": one question a page. The browser holds one opaque token; what comes next follows from what
//! the server knows, so going back, two tabs and pressing twice are harmless (F-03, F-05).

mod directory;
mod finish;
mod prove;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::reset::Progress;
use keyward_app::robot::{Puzzle, Solution};
use keyward_app::{Ctx, Error};
use keyward_core::policy::Helpdesk;
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;

use super::help::ContactPage;
use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::portal::wait::ended;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/reset", get(show).post(start))
        .route("/reset/goal", get(goal).post(choose_goal))
        .merge(prove::routes())
        .merge(finish::routes())
        .merge(directory::routes())
        .route("/reset/cancel", post(cancel))
        .route("/reset/help", get(help).post(ask_for_help))
}

#[derive(Template)]
#[template(path = "portal/reset.html")]
struct StartPage {
    v: View,
    typed: String,
    puzzle: Puzzle,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "portal/reset-goal.html")]
struct GoalPage {
    v: View,
}

#[derive(Template)]
#[template(path = "portal/reset-over.html")]
struct OverPage {
    v: View,
    text: String,
}

/// The token in this browser.
struct Token(String);

impl axum::extract::FromRequestParts<Web> for Token {
    type Rejection = Redirect;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &Web,
    ) -> Result<Self, Redirect> {
        let token = Cookies::of(&parts.headers).get("reset").map(str::to_owned);
        token.map(Self).ok_or_else(|| Redirect::to("/reset"))
    }
}

/// A reset that is over gets a page that says so and where to go on; other refusals are left to the caller.
fn over(v: View, error: Error) -> Result<Response, Problem> {
    match error {
        Error::Refused(refusal @ (Refusal::ResetExpired | Refusal::ResetVoid)) => {
            let text = v.refusal(&refusal);
            Ok(page(status(&refusal), &OverPage { v, text }))
        }
        other => Err(other.into()),
    }
}

/// The same, but for a reset that ended because its directory will never do what was asked: the page says why.
async fn over_told(web: &Web, v: View, token: &str, error: Error) -> Result<Response, Problem> {
    if matches!(error, Error::Refused(Refusal::ResetVoid))
        && let Ok(Some(ending)) = web.app.reset_ending(token).await
        && let Err(refusal) = ending.told()
    {
        return Ok(ended(v, &refusal));
    }
    over(v, error)
}

fn is_over(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::ResetExpired | Refusal::ResetVoid)
}

/// What was pressed twice was done by the first press: the second answer, which is the one that is seen, leads to
/// where the first did.
async fn over_or_done(
    web: &Web,
    ctx: &Ctx,
    v: View,
    token: &str,
    error: Error,
    done: &str,
) -> Result<Response, Problem> {
    let void = matches!(error, Error::Refused(Refusal::ResetVoid));
    let progress = web.app.reset_progress(ctx, token).await;
    if void && progress.is_ok_and(|p| p.completed) {
        return Ok(Redirect::to(done).into_response());
    }
    over(v, error)
}

async fn show(State(web): State<Web>, Circumstances(ctx): Circumstances, v: View) -> Response {
    let puzzle = web.app.puzzle(&ctx, "reset");
    ok(&StartPage {
        v,
        typed: String::new(),
        puzzle,
        faults: Faults::default(),
    })
}

async fn start(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    form: Form,
) -> Result<Response, Problem> {
    let name = form.one("name")?.to_owned();
    let solution = Solution {
        puzzle: form.one("puzzle")?.to_owned(),
        pow: form.one("pow")?.to_owned(),
        answer: form.one("answer")?.to_owned(),
    };
    let refusal = if name.trim().is_empty() {
        Refusal::field("name", "name-empty")
    } else {
        match web.app.start_reset(&ctx, &name, &solution).await {
            Ok(token) => {
                let mut response = Redirect::to("/reset/verify").into_response();
                let seconds = web.app.settings.reset_lifetime.as_secs();
                response.headers_mut().append(
                    header::SET_COOKIE,
                    cookies::set(&web, "reset", &token, Some(seconds)),
                );
                // What was chosen in an earlier reset is asked again.
                response
                    .headers_mut()
                    .append(header::SET_COOKIE, cookies::set(&web, "goal", "", None));
                return Ok(response);
            }
            Err(Error::Refused(refusal)) => refusal,
            Err(error) => return Err(error.into()),
        }
    };
    let faults = Faults::of(&v, &refusal);
    let puzzle = web.app.puzzle(&ctx, "reset");
    let typed = name.chars().take(256).collect();
    Ok(page(
        status(&refusal),
        &StartPage {
            v,
            typed,
            puzzle,
            faults,
        },
    ))
}

/// The page that belongs to where a reset stands.
fn place(progress: &Progress) -> &'static str {
    if progress.completed {
        "/reset/done"
    } else if progress.pending {
        "/reset/wait"
    } else if progress.verified && progress.goal == Goal::Unlock {
        "/reset/unlock"
    } else if progress.verified {
        "/reset/password"
    } else {
        "/reset/verify"
    }
}

async fn goal(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
) -> Result<Response, Problem> {
    match web.app.reset_progress(&ctx, &token).await {
        Ok(progress) if progress.unlock_offered && progress.gate == 1 => Ok(ok(&GoalPage { v })),
        Ok(progress) => Ok(Redirect::to(place(&progress)).into_response()),
        Err(error) => over(v, error),
    }
}

async fn choose_goal(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    form: Form,
) -> Result<Response, Problem> {
    let goal = Goal::from_code(form.one("goal")?).ok_or(Problem::BadForm)?;
    match web.app.choose_goal(&ctx, &token, goal).await {
        Ok(()) => Ok(Redirect::to("/reset/verify").into_response()),
        // Something has been proved meanwhile, or the choice is no longer offered: on from where it stands.
        Err(Error::Refused(Refusal::NotOffered)) => {
            match web.app.reset_progress(&ctx, &token).await {
                Ok(progress) => Ok(Redirect::to(place(&progress)).into_response()),
                Err(error) => over(v, error),
            }
        }
        Err(error) => over(v, error),
    }
}

async fn cancel(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    Token(token): Token,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.cancel_reset(&ctx, &token).await {
        Ok(()) | Err(Error::Refused(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let mut response = Redirect::to("/signin").into_response();
    for name in ["reset", "goal"] {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookies::set(&web, name, "", None));
    }
    Ok(response)
}

async fn help(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
) -> Result<Response, Problem> {
    match web.app.reset_progress(&ctx, &token).await {
        Ok(progress) => Ok(ok(&contact(v, progress.helpdesk, false))),
        Err(error) => over(v, error),
    }
}

fn contact(v: View, helpdesk: Option<Helpdesk>, sent: bool) -> ContactPage {
    ContactPage {
        v,
        helpdesk,
        sent,
        signed_in: false,
        back: "/reset/verify",
    }
}

async fn ask_for_help(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    Token(token): Token,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.ask_for_help(&ctx, &token).await {
        Ok(()) => Ok(ok(&contact(v, None, true))),
        // There is a help desk: its page says where.
        Err(Error::Refused(Refusal::NotOffered)) => Ok(Redirect::to("/reset/help").into_response()),
        Err(error) => over(v, error),
    }
}
