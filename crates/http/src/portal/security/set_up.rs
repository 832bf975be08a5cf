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
use keyward_core::method::{Carrier, Means, MethodKind};
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
    /// It is said in a call.
    call: bool,
    back: String,
    action: String,
}

#[derive(Template)]
#[template(path = "portal/method-ask.html")]
pub(in crate::portal) struct AskPage {
    v: View,
    kind: MethodKind,
    typed: String,
    prefilled: bool,
    /// How the code can come.
    ways: Vec<Carrier>,
    /// The call was chosen.
    chosen_call: bool,
    faults: Faults,
    back: &'static str,
    action: String,
}

impl AskPage {
    /// With what is typed there already: what the organisation has on record, or what was refused.
    pub(in crate::portal) fn new(
        v: View,
        (kind, ways): (MethodKind, &[Carrier]),
        typed: String,
        refusal: Option<&Refusal>,
        (back, action): (&'static str, String),
    ) -> Self {
        Self {
            faults: refusal.map(|r| Faults::of(&v, r)).unwrap_or_default(),
            v,
            kind,
            prefilled: refusal.is_none() && !typed.is_empty() && kind.carrier().is_some(),
            typed,
            ways: ways.to_vec(),
            chosen_call: false,
            back,
            action,
        }
    }

    /// By text or by call: people choose.
    fn either(&self) -> bool {
        self.ways.len() > 1
    }

    fn call_only(&self) -> bool {
        self.ways == [Carrier::Voice]
    }

    /// With the way that was chosen before.
    pub(in crate::portal) fn by(self, by: Option<Carrier>) -> Self {
        Self {
            chosen_call: by == Some(Carrier::Voice),
            ..self
        }
    }
}

pub(in crate::portal) fn draw_code(
    v: View,
    (kind, by): (MethodKind, Option<Carrier>),
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
        call: by == Some(Carrier::Voice),
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
    draw_ask(&web, v, &me, (kind, None), value, None, action).await
}

async fn draw_ask(
    web: &Web,
    v: View,
    me: &Principal,
    (kind, by): (MethodKind, Option<Carrier>),
    value: String,
    refusal: Option<&Refusal>,
    action: String,
) -> Result<Response, Problem> {
    let account = web.app.my_account(me).await?;
    let ways = web.app.ways(&account.policy, kind);
    let typed = if kind == MethodKind::OfficePhone {
        // Nobody types it.
        account.user.profile.business_phone.unwrap_or_default()
    } else {
        value
    };
    let page_ = AskPage::new(v.of(me), (kind, &ways), typed, refusal, (HOME, action)).by(by);
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn proposed(
    web: &Web,
    ctx: &keyward_app::Ctx,
    v: View,
    me: &Principal,
    (kind, replaces): (MethodKind, Option<MethodId>),
    form: &Form,
    action: String,
) -> Result<Response, Problem> {
    let (typed, by) = (form.one("value")?, Carrier::from_code(form.one("by")?));
    let (app, how) = (&web.app, (kind, by));
    let sent = if let Some(id) = replaces {
        app.propose_change_by(ctx, me, how, id, typed).await
    } else {
        app.propose_method_by(ctx, me, how, typed).await
    };
    match sent {
        Ok(()) => Ok(Redirect::to(&format!("{action}/code")).into_response()),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => Ok(to_prove(web, &action)),
        Err(Error::Refused(refusal)) => {
            let typed = typed.chars().take(254).collect();
            draw_ask(web, v, me, (kind, by), typed, Some(&refusal), action).await
        }
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
        &form,
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
    let by = web.app.asked_registration(me).await?;
    Ok(draw_code(
        v.of(me),
        (kind, by),
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
        Err(Error::Refused(refusal @ (Refusal::AppTriesOver | Refusal::PasskeyOver))) => {
            let (kind, typed) = ((kind, None), String::new());
            draw_ask(web, v, me, kind, typed, Some(&refusal), back).await
        }
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
    draw_ask(&web, v, &me, (method.kind(), None), value, None, action).await
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
        &form,
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
