//! Activating a hardware token that an administrator has given to somebody.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::{Error, Principal};
use keyward_core::ids::TokenId;
use keyward_core::method::MethodKind;
use keyward_core::refusal::Refusal;

use super::super::prove::to_prove;
use super::{HOME, my_methods};
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, page};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/account/security/token/{token_id}", get(ask).post(answer))
}

#[derive(Template)]
#[template(path = "portal/security-token.html")]
struct TokenPage {
    v: View,
    kind: MethodKind,
    id: String,
    serial: String,
    faults: Faults,
}

fn id_of(text: &str) -> Result<TokenId, Problem> {
    TokenId::parse(text).ok_or(Problem::Refused(Refusal::NotFound))
}

async fn draw(
    web: &Web,
    v: View,
    me: &Principal,
    id: TokenId,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let tokens = web.app.my_tokens(me).await?;
    let token = tokens.into_iter().find(|t| t.id == id);
    let token = token.ok_or(Problem::Refused(Refusal::NotFound))?;
    let faults = refusal.map(|r| Faults::of(&v, r)).unwrap_or_default();
    let page_ = TokenPage {
        v: v.of(me),
        kind: MethodKind::AuthenticatorApp,
        id: id.to_string(),
        serial: token.serial,
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let methods = my_methods(&web, &me).await?;
    if !web.app.has_fresh_proof(&ctx, &me, &methods) {
        return Ok(to_prove(&web, &format!("{HOME}/token/{id}")));
    }
    draw(&web, v, &me, id, None).await
}

async fn answer(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let typed = form.secret("code")?;
    match web.app.activate_my_token(&ctx, &me, id, &typed).await {
        Ok(()) => Ok(Redirect::to(HOME).into_response()),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => {
            Ok(to_prove(&web, &format!("{HOME}/token/{id}")))
        }
        Err(Error::Refused(refusal @ (Refusal::NotFound | Refusal::SignInNeeded))) => {
            Err(refusal.into())
        }
        Err(Error::Refused(refusal)) => draw(&web, v, &me, id, Some(&refusal)).await,
        Err(error) => Err(error.into()),
    }
}
