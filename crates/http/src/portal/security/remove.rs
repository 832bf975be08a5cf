//! Removing a method.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::Error;
use keyward_core::refusal::Refusal;

use super::super::prove::to_prove;
use super::{HOME, Shown, find, my_methods};
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok, page};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/account/security/remove/{id}", get(ask).post(remove))
}

#[derive(Template)]
#[template(path = "portal/security-remove.html")]
struct RemovePage {
    v: View,
    method: Shown,
    faults: Faults,
}

async fn ask(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = find(&methods, &id)?;
    if !web.app.has_fresh_proof(&ctx, &me, &methods) {
        return Ok(to_prove(&web, &format!("{HOME}/remove/{}", method.id)));
    }
    Ok(ok(&RemovePage {
        v: v.of(&me),
        method: method.into(),
        faults: Faults::default(),
    }))
}

async fn remove(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    let methods = my_methods(&web, &me).await?;
    let method = find(&methods, &id)?;
    match web.app.remove_my_method(&ctx, &me, method.id).await {
        Ok(()) => Ok(Redirect::to(HOME).into_response()),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => {
            Ok(to_prove(&web, &format!("{HOME}/remove/{}", method.id)))
        }
        Err(Error::Refused(refusal)) => {
            let faults = Faults::of(&v, &refusal);
            Ok(page(
                status(&refusal),
                &RemovePage {
                    v: v.of(&me),
                    method: method.into(),
                    faults,
                },
            ))
        }
        Err(error) => Err(error.into()),
    }
}
