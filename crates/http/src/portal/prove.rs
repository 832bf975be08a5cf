//! A fresh proof of a method that one has, before security info may change, and the way back to what it was for.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::{Ctx, Error, Principal};
use keyward_core::hand_over::Opens;
use keyward_core::ids::{MethodId, TokenId, UserId};
use keyward_core::method::{Channel, Method, MethodKind};
use keyward_core::refusal::Refusal;

use super::security::{CODES, HOME, draw_code, draw_proof, find, my_methods};
use super::ways::{Row, picked, rows};
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
    rows: Vec<Row>,
    /// Two methods are asked for.
    two: bool,
    /// And one was proved.
    second: bool,
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
            || wants(path).is_some()
            || path.strip_prefix("/register/").is_some_and(kind)
            || path
                .strip_prefix("/account/security/add/")
                .is_some_and(kind)
            || path
                .strip_prefix("/account/security/token/")
                .is_some_and(|id| TokenId::parse(id).is_some())
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

/// What administrators do to somebody that takes a fresh proof, and whether it takes two.
fn wants(path: &str) -> Option<bool> {
    let (id, act) = path.strip_prefix("/admin/users/")?.split_once('/')?;
    UserId::parse(id)?;
    match act.strip_prefix("hand-over/") {
        Some(opens) => Opens::from_code(opens).map(|opens| opens == Opens::Account),
        None if act == "pass" => Some(false),
        None => (act == "unlock").then_some(true),
    }
}

/// Where "Cancel" leads: registration is left by its own page, which knows where one was going.
fn way_out(headers: &HeaderMap) -> String {
    match way_back(headers) {
        ENROL => ENROL.to_owned(),
        back if wants(back).is_some() => {
            let person = back.split('/').take(4).collect::<Vec<_>>();
            person.join("/")
        }
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
    let proved_by = proved_by(&web, &ctx, &me, &headers).await?;
    let enough = match &proved_by {
        Some(channels) => channels.len() >= 2,
        None => web.app.has_fresh_proof(&ctx, &me, &methods),
    };
    if enough {
        return Ok(proved(&web, &headers));
    }
    if methods.is_empty() {
        // Nothing to prove with, and the sign-in is too old: signing in again is the proof.
        return Err(Problem::SignIn);
    }
    Ok(ok(&ProvePage {
        v: v.of(&me),
        rows: questions(&web, &me, proved_by.as_deref()).await?,
        two: proved_by.is_some(),
        second: proved_by.is_some_and(|channels| !channels.is_empty()),
        faults: Faults::default(),
        back: way_out(&headers),
    }))
}

/// The channels that have been proved, where two are asked for.
async fn proved_by(
    web: &Web,
    ctx: &Ctx,
    me: &Principal,
    headers: &HeaderMap,
) -> Result<Option<Vec<Channel>>, Problem> {
    Ok(match wants(way_back(headers)) {
        Some(true) => Some(web.app.fresh_channels(ctx, me).await?),
        _ => None,
    })
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
    let (chosen, by) = picked(form.one("method")?);
    let refusal = match find(&methods, chosen) {
        Err(_) => Refusal::field("method", "method-empty"),
        Ok(method) => match web.app.send_step_up_by(&ctx, &me, method.id, by).await {
            Ok(()) => return Ok(Redirect::to("/account/security/prove/code").into_response()),
            Err(Error::Refused(refusal)) => refusal,
            Err(error) => return Err(error.into()),
        },
    };
    let faults = Faults::of(&v, &refusal);
    let proved_by = proved_by(&web, &ctx, &me, &headers).await?;
    Ok(page(
        status(&refusal),
        &ProvePage {
            v: v.of(&me),
            rows: questions(&web, &me, proved_by.as_deref()).await?,
            two: proved_by.is_some(),
            second: proved_by.is_some_and(|channels| !channels.is_empty()),
            faults,
            back: way_out(&headers),
        },
    ))
}

/// What can be chosen: of what the user holds, each kind once, as any of them answers. Of two proofs, the second is by
/// another channel.
async fn questions(
    web: &Web,
    me: &Principal,
    proved: Option<&[Channel]>,
) -> Result<Vec<Row>, Problem> {
    let account = web.app.my_account(me).await?;
    let mut asked = Vec::new();
    let open = |m: &&Method| proved.is_none_or(|all| !all.contains(&m.kind().channel()));
    let mut once = |m: &&Method| {
        let first = !asked.contains(&m.kind());
        asked.push(m.kind());
        first || m.kind().carrier().is_some()
    };
    let mut all = Vec::new();
    let left = account.methods.iter().filter(open);
    for m in left.filter(|m| once(m)) {
        let below = match m.kind().carrier() {
            Some(_) => m.means.to_string(),
            None => String::new(),
        };
        let ways = web.app.ways(&account.policy, m.kind());
        all.extend(rows(&m.id.to_string(), m.kind(), &ways, &below));
    }
    Ok(all)
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
    let (kind, by) = asked.unwrap_or((MethodKind::Email, None));
    if kind == MethodKind::Passkey {
        return draw_proof(web, ctx, v, me, refusal, PROVE).await;
    }
    let action = format!("{PROVE}/code");
    Ok(draw_code(v.of(me), (kind, by), refusal, PROVE, action))
}
