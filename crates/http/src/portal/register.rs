//! The registration interrupt: asked once at sign-in, and whenever what is registered is not enough or too old.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use keyward_app::registration::Registration;
use keyward_app::{Ctx, Error, Principal};
use keyward_core::method::{Carrier, MethodKind};
use keyward_core::refusal::Refusal;
use keyward_core::registration::Ask;

use super::prove::to_prove;
use super::security::{AskPage, CODES, draw_step, my_methods};
use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::{SignedIn, destination};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/register", get(interrupt).post(next))
        .route("/register/cancel", post(cancel))
        .route("/register/methods", get(methods))
        .route("/register/finish", post(finish))
        .route("/register/{kind}", get(ask).post(propose))
        .route("/register/{kind}/code", get(code).post(confirm))
}

#[derive(Template)]
#[template(path = "portal/register.html")]
struct InterruptPage {
    v: View,
    reconfirm: bool,
}

#[derive(Template)]
#[template(path = "portal/register-methods.html")]
struct MethodsPage {
    v: View,
    registration: Registration,
    reconfirm: bool,
    faults: Faults,
}

/// Where to go after signing in: to the interrupt if registration is asked for, else to `next`.
pub(super) async fn entry(
    web: &Web,
    _ctx: &Ctx,
    me: &Principal,
    next: &str,
) -> Result<String, Problem> {
    let account = web.app.my_account(me).await?;
    // Whoever comes with a link can set up methods only after that: the interrupt would ask for those that they lost.
    let handed = next == super::hand_over::HERE;
    Ok(if !handed && account.ask(web.app.clock.now()).is_some() {
        "/register".to_owned()
    } else {
        next.to_owned()
    })
}

/// Where they were going.
fn onward(headers: &HeaderMap, me: &Principal) -> String {
    let own = if me.roles.is_empty() {
        "/account"
    } else {
        "/admin"
    };
    Cookies::of(headers)
        .get("next")
        .and_then(destination)
        .unwrap_or(own)
        .to_owned()
}

fn leave(web: &Web, headers: &HeaderMap, me: &Principal) -> Response {
    let mut response = Redirect::to(&onward(headers, me)).into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, cookies::set(web, "next", "", None));
    response
}

async fn interrupt(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let registration = web.app.registration(&ctx, &me).await?;
    match registration.ask {
        None => Ok(leave(&web, &headers, &me)),
        Some(ask) => Ok(ok(&InterruptPage {
            v: v.of(&me),
            reconfirm: ask == Ask::Reconfirm,
        })),
    }
}

async fn next(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Redirect, Problem> {
    web.app.start_registration(&ctx, &me).await?;
    Ok(Redirect::to("/register/methods"))
}

async fn cancel(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Response, Problem> {
    web.app.cancel_registration(&ctx, &me).await?;
    Ok(leave(&web, &headers, &me))
}

async fn methods(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let registration = web.app.registration(&ctx, &me).await?;
    let reconfirm = registration.ask == Some(Ask::Reconfirm);
    Ok(ok(&MethodsPage {
        v: v.of(&me),
        registration,
        reconfirm,
        faults: Faults::default(),
    }))
}

async fn finish(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.finish_registration(&ctx, &me).await {
        Ok(()) => Ok(leave(&web, &headers, &me)),
        Err(Error::Refused(refusal @ Refusal::StillNeeded)) => {
            let registration = web.app.registration(&ctx, &me).await?;
            let mut faults = Faults::of(&v, &refusal);
            faults.top = Some(v.t("register-still-missing").into_owned());
            let page_ = MethodsPage {
                v: v.of(&me),
                registration,
                reconfirm: false,
                faults,
            };
            Ok(page(status(&refusal), &page_))
        }
        Err(error) => Err(error.into()),
    }
}

/// A kind of method as an address names it.
pub(super) fn kind_of(code: &str) -> Result<MethodKind, Problem> {
    MethodKind::from_code(code).ok_or(Problem::Refused(Refusal::NotFound))
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
    let registration = web.app.registration(&ctx, &me).await?;
    let item = registration
        .items
        .iter()
        .find(|i| i.kind == kind)
        .ok_or(Refusal::NotFound)?;
    let action = format!("/register/{kind}");
    // Somebody with an older method proves that first, before anything is typed here.
    let methods = my_methods(&web, &me).await?;
    if !web.app.has_fresh_proof(&ctx, &me, &methods) {
        return Ok(to_prove(&web, &action));
    }
    let (value, to) = (item.prefill.clone(), (BACK, action));
    let page_ = AskPage::new(v.of(&me), (kind, &item.ways), value, None, to);
    Ok(ok(&page_))
}

const BACK: &str = "/register/methods";

/// The same page again, with what was wrong.
async fn ask_again(
    web: &Web,
    v: View,
    me: &Principal,
    (kind, by): (MethodKind, Option<Carrier>),
    typed: String,
    refusal: &Refusal,
) -> Result<Response, Problem> {
    let account = web.app.my_account(me).await?;
    let (ways, to) = (
        web.app.ways(&account.policy, kind),
        (BACK, format!("/register/{kind}")),
    );
    let typed = match kind {
        MethodKind::OfficePhone => account.user.profile.business_phone.unwrap_or_default(),
        _ => typed,
    };
    let page_ = AskPage::new(v.of(me), (kind, &ways), typed, Some(refusal), to).by(by);
    Ok(page(status(refusal), &page_))
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
    let typed = form.one("value")?;
    let by = Carrier::from_code(form.one("by")?);
    match web
        .app
        .propose_method_by(&ctx, &me, (kind, by), typed)
        .await
    {
        Ok(()) => Ok(Redirect::to(&format!("/register/{kind}/code")).into_response()),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => {
            Ok(to_prove(&web, &format!("/register/{kind}")))
        }
        Err(Error::Refused(refusal)) => {
            let typed = typed.chars().take(254).collect();
            ask_again(&web, v, &me, (kind, by), typed, &refusal).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn code(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    draw_step(&web, &ctx, v, &me, kind, None, &format!("/register/{kind}")).await
}

async fn confirm(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(kind): Path<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    let typed = form.secret("code")?;
    match web.app.confirm_method(&ctx, &me, &typed, None).await {
        // Pressed twice: the first press registered it.
        Ok(_) | Err(Error::Refused(Refusal::AlreadyRegistered)) => {
            Ok(Redirect::to("/register/methods").into_response())
        }
        // An app gets a new secret, a passkey a new question, and one begins again.
        Err(Error::Refused(refusal @ (Refusal::AppTriesOver | Refusal::PasskeyOver))) => {
            ask_again(&web, v, &me, (kind, None), String::new(), &refusal).await
        }
        Err(Error::Refused(refusal)) => {
            let back = format!("/register/{kind}");
            draw_step(&web, &ctx, v, &me, kind, Some(&refusal), &back).await
        }
        Err(error) => Err(error.into()),
    }
}
