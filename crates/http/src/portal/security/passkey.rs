//! Passkeys: the page on which one is made, and the one on which one proves who is signed in.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use keyward_app::passkey::Asked;
use keyward_app::{Ctx, Error, Principal};
use keyward_core::refusal::Refusal;

use crate::Web;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

#[derive(Template)]
#[template(path = "portal/method-passkey.html")]
struct MakePage {
    v: View,
    asked: Asked,
    faults: Faults,
    back: String,
    action: String,
}

#[derive(Template)]
#[template(path = "portal/security-passkey.html")]
struct UsePage {
    v: View,
    asked: Asked,
    faults: Faults,
    back: &'static str,
    action: String,
}

/// The page of a passkey that is being made. Where none is, or not any more, one begins again at `back`.
pub(super) async fn draw_passkey(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    refusal: Option<&Refusal>,
    back: &str,
) -> Result<Response, Problem> {
    let asked = match web.app.new_passkey(ctx, me).await {
        Ok(asked) => asked,
        Err(Error::Refused(Refusal::PasskeyOver)) => return Ok(Redirect::to(back).into_response()),
        Err(error) => return Err(error.into()),
    };
    let page_ = MakePage {
        asked,
        faults: refusal.map(|r| Faults::of(&v, r)).unwrap_or_default(),
        back: back.to_owned(),
        action: format!("{back}/code"),
        v: v.of(me),
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

/// The page on which a passkey proves who is signed in. Where none was asked, or not any more, one chooses again.
pub(in crate::portal) async fn draw_proof(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    refusal: Option<&Refusal>,
    back: &'static str,
) -> Result<Response, Problem> {
    let asked = match web.app.step_up_passkey(ctx, me).await {
        Ok(asked) => asked,
        Err(Error::Refused(Refusal::PasskeyOver)) => return Ok(Redirect::to(back).into_response()),
        Err(error) => return Err(error.into()),
    };
    let page_ = UsePage {
        asked,
        faults: refusal.map(|r| Faults::of(&v, r)).unwrap_or_default(),
        back,
        action: format!("{back}/code"),
        v: v.of(me),
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}
