//! A fresh proof of a method that one has, before security info may change, and the way back to what it was for.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::{Ctx, Error, Principal};
use keyward_core::ids::MethodId;
use keyward_core::method::{Method, MethodKind};
use keyward_core::refusal::Refusal;

use super::security::{CODES, HOME, Shown, draw_code, draw_proof, find, my_methods};
use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(PROVE, get(prove).post(send_proof))
        .route(
            "/account/security/prove/code",
            get(proof_code).post(answer_proof),
        )
}

const PROVE: &str = "/account/security/prove";

#[derive(Template)]
#[template(path = "portal/security-prove.html")]
struct ProvePage {
    v: View,
    methods: Vec<Shown>,
    faults: Faults,
    back: String,
}

/// Where an agent is let in, which takes a fresh proof too.
const ENROL: &str = "/admin/connect/enrol/decide";

/// Asks for a proof first; `back` is where it leads then.
pub(crate) fn to_prove(web: &Web, back: &str) -> Response {
    let mut response = Redirect::to(PROVE).into_response();
    response.headers_mut().append(
        header::SET_COOKIE,
        cookies::set(web, "back", back, Some(900)),
    );
    response
}

/// Forgets where a proof was to lead.
pub(super) fn forget_way_back(web: &Web, response: &mut Response) {
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookies::set(web, "back", "", None));
}

/// Where a proof leads: a page that asks for one, else the list of methods. A cookie alone sends nobody elsewhere.
fn way_back(headers: &HeaderMap) -> &str {
    let asks_for_proof = |path: &str| {
        let kind = |code: &str| MethodKind::from_code(code).is_some();
        let method = |id: &str| MethodId::parse(id).is_some();
        path == ENROL
            || path == CODES
            || path.strip_prefix("/register/").is_some_and(kind)
            || path
                .strip_prefix("/account/security/add/")
                .is_some_and(kind)
            || path
                .strip_prefix("/account/security/change/")
                .is_some_and(method)
            || path
                .strip_prefix("/account/security/remove/")
                .is_some_and(method)
            || path
                .strip_prefix("/account/security/rename/")
                .is_some_and(method)
    };
    let back = Cookies::of(headers).get("back");
    back.filter(|path| asks_for_proof(path)).unwrap_or(HOME)
}

/// Where "Cancel" leads: registration is left by its own page, which knows where one was going.
fn way_out(headers: &HeaderMap) -> String {
    match way_back(headers) {
        ENROL => ENROL.to_owned(),
        back if back.starts_with("/register/") => "/register/methods".to_owned(),
        _ => HOME.to_owned(),
    }
}

fn proved(web: &Web, headers: &HeaderMap) -> Response {
    let mut response = Redirect::to(way_back(headers)).into_response();
    forget_way_back(web, &mut response);
    response
}

async fn prove(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    if web.app.has_fresh_proof(&ctx, &me, &methods) {
        return Ok(proved(&web, &headers));
    }
    if methods.is_empty() {
        // Nothing to prove with, and the sign-in is too old: signing in again is the proof.
        return Err(Problem::SignIn);
    }
    Ok(ok(&ProvePage {
        v: v.of(&me),
        methods: questions(&methods),
        faults: Faults::default(),
        back: way_out(&headers),
    }))
}

async fn send_proof(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
    form: Form,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let refusal = match find(&methods, form.one("method")?) {
        Err(_) => Refusal::field("method", "method-empty"),
        Ok(method) => match web.app.send_step_up(&ctx, &me, method.id).await {
            Ok(()) => return Ok(Redirect::to("/account/security/prove/code").into_response()),
            Err(Error::Refused(refusal)) => refusal,
            Err(error) => return Err(error.into()),
        },
    };
    let faults = Faults::of(&v, &refusal);
    Ok(page(
        status(&refusal),
        &ProvePage {
            v: v.of(&me),
            methods: questions(&methods),
            faults,
            back: way_out(&headers),
        },
    ))
}

/// What can be chosen: of what the user holds, each kind once, as any of them answers.
fn questions(methods: &[Method]) -> Vec<Shown> {
    let mut asked = Vec::new();
    let mut once = |m: &&Method| {
        let first = !asked.contains(&m.kind());
        asked.push(m.kind());
        first || m.kind().carrier().is_some()
    };
    methods.iter().filter(|m| once(m)).map(Into::into).collect()
}

async fn proof_code(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    code_page(&web, &ctx, v, &me, None).await
}

async fn answer_proof(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
    mut form: Form,
) -> Result<Response, Problem> {
    let typed = form.secret("code")?;
    match web.app.answer_step_up(&ctx, &me, &typed).await {
        Ok(()) => Ok(proved(&web, &headers)),
        Err(Error::Refused(refusal)) => code_page(&web, &ctx, v, &me, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}

async fn code_page(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let asked = web.app.asked_step_up(me).await?;
    let kind = asked.unwrap_or(MethodKind::Email);
    if kind == MethodKind::Passkey {
        return draw_proof(web, ctx, v, me, refusal, PROVE).await;
    }
    let action = format!("{PROVE}/code");
    Ok(draw_code(v.of(me), kind, refusal, PROVE, action))
}
