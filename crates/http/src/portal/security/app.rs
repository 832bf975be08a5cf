//! Authenticator apps: the page with the QR code, and another name for one.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::{Ctx, Error, Principal};
use keyward_core::method::{Method, MethodKind};
use keyward_core::refusal::Refusal;

use super::super::prove::to_prove;
use super::{HOME, find, my_methods};
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::qr::{self, Drawing};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, page};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(RENAME, get(ask_name).post(rename))
}

const RENAME: &str = "/account/security/rename/{id}";

#[derive(Template)]
#[template(path = "portal/method-app.html")]
struct AppPage {
    v: View,
    name: String,
    /// None: the text is too long for a QR code, and the secret is typed.
    qr: Option<Drawing>,
    spelled: String,
    faults: Faults,
    back: String,
    action: String,
}

#[derive(Template)]
#[template(path = "portal/security-rename.html")]
struct RenamePage {
    v: View,
    id: String,
    kind: MethodKind,
    title: &'static str,
    typed: String,
    faults: Faults,
}

/// The page of an app that is being set up. Where none is, or not any more, one begins again at `back`.
pub(in crate::portal) async fn draw_app(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    refusal: Option<&Refusal>,
    back: &str,
) -> Result<Response, Problem> {
    let new = match web.app.new_app(ctx, me).await {
        Ok(new) => new,
        Err(Error::Refused(Refusal::AppTriesOver)) => return Ok(Redirect::to(back).into_response()),
        Err(error) => return Err(error.into()),
    };
    let page_ = AppPage {
        name: new.name,
        qr: qr::draw(new.uri.expose()),
        spelled: new.spelled.expose().to_owned(),
        faults: refusal.map(|r| Faults::of(&v, r)).unwrap_or_default(),
        back: back.to_owned(),
        action: format!("{back}/code"),
        v: v.of(me),
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

/// An app or a passkey, which have names.
fn named<'m>(methods: &'m [Method], id: &str) -> Result<&'m Method, Problem> {
    let method = find(methods, id)?;
    if method.kind().is_named() {
        Ok(method)
    } else {
        Err(Problem::Refused(Refusal::NotFound))
    }
}

fn draw_name(v: View, method: &Method, typed: String, refusal: Option<&Refusal>) -> Response {
    let page_ = RenamePage {
        faults: refusal.map(|r| Faults::of(&v, r)).unwrap_or_default(),
        id: method.id.to_string(),
        kind: method.kind(),
        title: match method.kind() {
            MethodKind::Passkey => "rename-title-passkey",
            _ => "rename-title",
        },
        typed,
        v,
    };
    page(refusal.map_or(StatusCode::OK, status), &page_)
}

async fn ask_name(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = named(&methods, &id)?;
    if !web.app.has_fresh_proof(&ctx, &me, &methods) {
        return Ok(to_prove(&web, &format!("{HOME}/rename/{}", method.id)));
    }
    Ok(draw_name(v.of(&me), method, method.means.to_string(), None))
}

async fn rename(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = named(&methods, &id)?;
    let typed = form.one("value")?;
    match web.app.rename_method(&ctx, &me, method.id, typed).await {
        Ok(()) => Ok(Redirect::to(HOME).into_response()),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => {
            Ok(to_prove(&web, &format!("{HOME}/rename/{}", method.id)))
        }
        Err(Error::Refused(refusal)) => {
            let typed = typed.chars().take(254).collect();
            Ok(draw_name(v.of(&me), method, typed, Some(&refusal)))
        }
        Err(error) => Err(error.into()),
    }
}
