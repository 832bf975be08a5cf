//! What to do when one is stuck: a page that needs nobody to be signed in and no reset to be open, and a call for help
//! by somebody who is signed in but can't prove or register a method.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::Error;
use keyward_core::policy::Helpdesk;
use keyward_core::refusal::Refusal;

use crate::Web;
use crate::form::Form;
use crate::problem::Problem;
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/help", get(show))
        .route("/account/help", get(ask).post(send))
}

#[derive(Template)]
#[template(path = "portal/help.html")]
struct HelpPage {
    v: View,
}

/// A call for help, by somebody who is signed in or in the middle of a reset.
#[derive(Template)]
#[template(path = "portal/contact.html")]
pub(super) struct ContactPage {
    pub(super) v: View,
    pub(super) helpdesk: Option<Helpdesk>,
    pub(super) sent: bool,
    pub(super) signed_in: bool,
    pub(super) back: &'static str,
}

impl ContactPage {
    fn signed_in(v: View, helpdesk: Option<Helpdesk>, sent: bool) -> Self {
        Self {
            v,
            helpdesk,
            sent,
            signed_in: true,
            back: "/account",
        }
    }
}

async fn show(v: View) -> Response {
    ok(&HelpPage { v })
}

async fn ask(State(web): State<Web>, v: View, SignedIn(me): SignedIn) -> Result<Response, Problem> {
    let helpdesk = web.app.my_account(&me).await?.policy.helpdesk;
    Ok(ok(&ContactPage::signed_in(v.of(&me), helpdesk, false)))
}

async fn send(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.ask_for_help_signed_in(&ctx, &me).await {
        Ok(()) => Ok(ok(&ContactPage::signed_in(v.of(&me), None, true))),
        // There is a help desk: the page says where.
        Err(Error::Refused(Refusal::NotOffered)) => {
            Ok(Redirect::to("/account/help").into_response())
        }
        Err(error) => Err(error.into()),
    }
}
