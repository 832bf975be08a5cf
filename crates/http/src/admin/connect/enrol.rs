//! Letting an agent in: its code is typed, its fingerprint compared, and a fresh proof given. The code is kept in this
//! browser meanwhile, so that nobody types it twice because a proof was asked for.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::Error;
use keyward_app::agents::Waiting;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::LIST;
use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::portal::to_prove;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(TYPE, get(ask).post(typed))
        .route(DECIDE, get(look).post(decide))
}

const TYPE: &str = "/admin/connect/enrol";

const DECIDE: &str = "/admin/connect/enrol/decide";

/// The cookie that holds the code, as long as a code is good.
const CODE: &str = "agent-code";

#[derive(Template)]
#[template(path = "admin/enrol.html")]
struct TypePage {
    v: View,
    code: String,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/enrol-decide.html")]
struct DecidePage {
    v: View,
    agent: Waiting,
}

fn keep(web: &Web, code: &str, mut response: Response) -> Response {
    let cookie = cookies::set(web, CODE, code, Some(900));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn kept(headers: &HeaderMap) -> String {
    Cookies::of(headers)
        .get(CODE)
        .unwrap_or_default()
        .to_owned()
}

fn draw(desk: Desk, code: String, refusal: Option<&Refusal>) -> Response {
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = TypePage {
        v: desk.v,
        code,
        faults,
    };
    page(refusal.map_or(StatusCode::OK, status), &page_)
}

async fn ask(desk: Desk) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    Ok(draw(desk, String::new(), None))
}

async fn typed(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed: String = form.one("code")?.chars().take(40).collect();
    // As it is kept: what people put between and around the characters says nothing.
    let code: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .collect();
    if code.is_empty() {
        let refusal = Refusal::field("code", "empty");
        desk.offers(Permission::WriteConnect)?;
        return Ok(draw(desk, typed, Some(&refusal)));
    }
    let found = web.app.waiting_agent(&desk.ctx, &desk.me, &code).await;
    match refused(found)? {
        Ok(_) => Ok(keep(&web, &code, Redirect::to(DECIDE).into_response())),
        Err(refusal) => Ok(draw(desk, typed, Some(&refusal))),
    }
}

async fn look(State(web): State<Web>, desk: Desk, headers: HeaderMap) -> Result<Response, Problem> {
    desk.offers(Permission::WriteConnect)?;
    let code = kept(&headers);
    if code.is_empty() {
        return Ok(Redirect::to(TYPE).into_response());
    }
    match refused(web.app.waiting_agent(&desk.ctx, &desk.me, &code).await)? {
        Ok(agent) => Ok(ok(&DecidePage { v: desk.v, agent })),
        Err(refusal) => Ok(draw(desk, code, Some(&refusal))),
    }
}

async fn decide(
    State(web): State<Web>,
    desk: Desk,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let code = kept(&headers);
    let decided = if form.one("do")? == "approve" {
        let print = form.one("fingerprint")?;
        let approved = web
            .app
            .approve_agent(&desk.ctx, &desk.me, &code, print)
            .await;
        match approved {
            Err(Error::Refused(Refusal::FreshProofNeeded)) => return Ok(to_prove(&web, DECIDE)),
            other => other.map(|id| (format!("{LIST}/{id}"), "agent-approved")),
        }
    } else {
        let done = web.app.refuse_agent(&desk.ctx, &desk.me, &code).await;
        done.map(|()| (LIST.to_owned(), "agent-refused"))
    };
    match refused(decided)? {
        Ok((to, note)) => Ok(keep(&web, "", done(&web, &to, note))),
        Err(refusal) => Ok(draw(desk, code, Some(&refusal))),
    }
}
