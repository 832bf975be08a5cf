//! Setting a method up, in addition to the others or in place of one: the address is typed, then the code that was sent
//! to it; or an app is named, then the code is typed that it shows.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::{Error, Principal};
use keyward_core::ids::MethodId;
use keyward_core::method::{Means, MethodKind};
use keyward_core::refusal::Refusal;

use super::super::prove::to_prove;
use super::super::register::kind_of;
use super::{CODES, HOME, draw_app, draw_passkey, find, my_methods};
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, page};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/account/security/add/{kind}", get(ask).post(propose))
        .route("/account/security/add/{kind}/code", get(code).post(confirm))
        .route(
            "/account/security/change/{id}",
            get(ask_change).post(propose_change),
        )
        .route(
            "/account/security/change/{id}/code",
            get(change_code).post(confirm_change),
        )
}

#[derive(Template)]
#[template(path = "portal/method-code.html")]
struct CodePage {
    v: View,
    kind: MethodKind,
    faults: Faults,
    dead: bool,
    back: String,
    action: String,
}

#[derive(Template)]
#[template(path = "portal/method-ask.html")]
struct AskPage {
    v: View,
    kind: MethodKind,
    typed: String,
    prefilled: bool,
    faults: Faults,
    back: &'static str,
    action: String,
}

pub(in crate::portal) fn draw_code(
    v: View,
    kind: MethodKind,
    refusal: Option<&Refusal>,
    back: &str,
    action: String,
) -> Response {
    let faults = refusal.map(|r| Faults::of(&v, r)).unwrap_or_default();
    let dead = refusal.is_some_and(|r| !r.leaves_a_try());
    let page_ = CodePage {
        v,
        kind,
        faults,
        dead,
        back: back.to_owned(),
        action,
    };
    page(refusal.map_or(StatusCode::OK, status), &page_)
}

async fn ask(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    if kind == MethodKind::RecoveryCodes {
        return Ok(Redirect::to(CODES).into_response());
    }
    let action = format!("{HOME}/add/{kind}");
    if !web
        .app
        .has_fresh_proof(&ctx, &me, &my_methods(&web, &me).await?)
    {
        return Ok(to_prove(&web, &action));
    }
    let registration = web.app.registration(&ctx, &me).await?;
    let item = registration.items.into_iter().find(|i| i.kind == kind);
    let value = item.map(|i| i.prefill).unwrap_or_default();
    Ok(draw_ask(v.of(&me), kind, value, None, action))
}

fn draw_ask(
    v: View,
    kind: MethodKind,
    value: String,
    refusal: Option<&Refusal>,
    action: String,
) -> Response {
    let faults = refusal.map(|r| Faults::of(&v, r)).unwrap_or_default();
    let page_ = AskPage {
        v,
        kind,
        prefilled: refusal.is_none() && !value.is_empty() && kind.carrier().is_some(),
        typed: value,
        faults,
        back: HOME,
        action,
    };
    page(refusal.map_or(StatusCode::OK, status), &page_)
}

async fn proposed(
    web: &Web,
    ctx: &keyward_app::Ctx,
    v: View,
    me: &Principal,
    (kind, replaces): (MethodKind, Option<MethodId>),
    typed: &str,
    action: String,
) -> Result<Response, Problem> {
    let sent = match replaces {
        Some(id) => web.app.propose_change(ctx, me, (kind, id), typed).await,
        None => web.app.propose_method(ctx, me, kind, typed).await,
    };
    match sent {
        Ok(()) => Ok(Redirect::to(&format!("{action}/code")).into_response()),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => Ok(to_prove(web, &action)),
        Err(Error::Refused(refusal)) => Ok(draw_ask(
            v.of(me),
            kind,
            typed.chars().take(254).collect(),
            Some(&refusal),
            action,
        )),
        Err(error) => Err(error.into()),
    }
}

async fn propose(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(kind): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    proposed(
        &web,
        &ctx,
        v,
        &me,
        (kind, None),
        form.one("value")?,
        format!("{HOME}/add/{kind}"),
    )
    .await
}

async fn code(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    draw_step(
        &web,
        &ctx,
        v,
        &me,
        kind,
        None,
        &format!("{HOME}/add/{kind}"),
    )
    .await
}

/// The page on which the first code of a method is typed.
pub(in crate::portal) async fn draw_step(
    web: &Web,
    ctx: &keyward_app::Ctx,
    v: View,
    me: &Principal,
    kind: MethodKind,
    refusal: Option<&Refusal>,
    back: &str,
) -> Result<Response, Problem> {
    if kind == MethodKind::Passkey {
        return draw_passkey(web, ctx, v, me, refusal, back).await;
    }
    if kind.carrier().is_none() {
        return draw_app(web, ctx, v, me, refusal, back).await;
    }
    Ok(draw_code(
        v.of(me),
        kind,
        refusal,
        back,
        format!("{back}/code"),
    ))
}

async fn confirmed(
    web: &Web,
    ctx: &keyward_app::Ctx,
    v: View,
    me: &Principal,
    mut form: Form,
    (kind, replaces): (MethodKind, Option<MethodId>),
    back: String,
) -> Result<Response, Problem> {
    match web
        .app
        .confirm_method(ctx, me, &form.secret("code")?, replaces)
        .await
    {
        Ok(_) | Err(Error::Refused(Refusal::AlreadyRegistered)) => {
            Ok(Redirect::to(HOME).into_response())
        }
        // An app gets a new secret, a passkey a new question, and one begins again.
        Err(Error::Refused(refusal @ (Refusal::AppTriesOver | Refusal::PasskeyOver))) => Ok(
            draw_ask(v.of(me), kind, String::new(), Some(&refusal), back),
        ),
        Err(Error::Refused(refusal)) => {
            draw_step(web, ctx, v, me, kind, Some(&refusal), &back).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn confirm(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(kind): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    confirmed(
        &web,
        &ctx,
        v,
        &me,
        form,
        (kind, None),
        format!("{HOME}/add/{kind}"),
    )
    .await
}

async fn ask_change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = find(&methods, &id)?;
    if method.kind() == MethodKind::RecoveryCodes {
        return Ok(Redirect::to(CODES).into_response());
    }
    let action = format!("{HOME}/change/{}", method.id);
    if !web.app.has_fresh_proof(&ctx, &me, &methods) {
        return Ok(to_prove(&web, &action));
    }
    let value = match &method.means {
        Means::Sent(_) | Means::Saved => String::new(),
        Means::App(name) | Means::Passkey(name) => name.as_str().to_owned(),
    };
    Ok(draw_ask(v.of(&me), method.kind(), value, None, action))
}

async fn propose_change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = find(&methods, &id)?;
    let action = format!("{HOME}/change/{}", method.id);
    proposed(
        &web,
        &ctx,
        v,
        &me,
        (method.kind(), Some(method.id)),
        form.one("value")?,
        action,
    )
    .await
}

async fn change_code(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = find(&methods, &id)?;
    let back = format!("{HOME}/change/{}", method.id);
    draw_step(&web, &ctx, v, &me, method.kind(), None, &back).await
}

async fn confirm_change(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = find(&methods, &id)?;
    let back = format!("{HOME}/change/{}", method.id);
    confirmed(
        &web,
        &ctx,
        v,
        &me,
        form,
        (method.kind(), Some(method.id)),
        back,
    )
    .await
}
