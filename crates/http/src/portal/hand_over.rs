//! An account that an administrator hands over. The link moves its token into a cookie and shows a page; only the
//! button uses it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::hand_over::Offer;
use keyward_app::{Ctx, Error};
use keyward_core::hand_over::Opens;
use keyward_core::refusal::Refusal;

use super::security::HOME;
use crate::Web;
use crate::cookies::{self, Cookies};
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/hand-over/{token}", get(arrive))
        .route("/hand-over", get(show).post(begin))
        .route(HERE, get(confirm).post(take))
}

/// Where security info is opened, once its owner has signed in.
pub(super) const HERE: &str = "/account/hand-over";

/// The cookie that holds the token.
const COOKIE: &str = "hand-over";

#[derive(Template)]
#[template(path = "portal/hand-over.html")]
struct HandOverPage {
    v: View,
    /// None: the link is dead.
    offer: Option<Offer>,
    /// Somebody is signed in.
    here: bool,
    /// And it is somebody else.
    other: bool,
    faults: Faults,
}

/// Takes the token out of the address before anything is shown, so that it is in no history and no Referer (S30).
async fn arrive(State(web): State<Web>, Path(token): Path<String>) -> Response {
    let mut response = Redirect::to("/hand-over").into_response();
    let plain = token.len() <= 128
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let token = if plain { token.as_str() } else { "" };
    set(&web, &mut response, COOKIE, token);
    response
}

fn set(web: &Web, response: &mut Response, name: &str, value: &str) {
    response.headers_mut().append(
        header::SET_COOKIE,
        cookies::set(web, name, value, Some(900)),
    );
}

fn token(headers: &HeaderMap) -> String {
    Cookies::of(headers)
        .get(COOKIE)
        .unwrap_or_default()
        .to_owned()
}

async fn offer(web: &Web, ctx: &Ctx, headers: &HeaderMap) -> Result<Option<Offer>, Problem> {
    match web.app.hand_over(ctx, &token(headers)).await {
        Ok(offer) => Ok(Some(offer)),
        Err(Error::Refused(Refusal::LinkDead)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn show(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(ok(&HandOverPage {
        v,
        offer: offer(&web, &ctx, &headers).await?,
        here: false,
        other: false,
        faults: Faults::default(),
    }))
}

/// On to the new password, or to signing in.
async fn begin(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    _form: Form,
) -> Result<Response, Problem> {
    let found = offer(&web, &ctx, &headers).await?;
    if found.as_ref().map(|o| o.opens) == Some(Opens::SecurityInfo) {
        return Ok(Redirect::to(HERE).into_response());
    }
    let refusal = match web.app.begin_handed_reset(&ctx, &token(&headers)).await {
        Ok((reset, opens)) => {
            let mut response = Redirect::to("/reset/password").into_response();
            let seconds = web.app.settings.reset_lifetime.as_secs();
            response.headers_mut().append(
                header::SET_COOKIE,
                cookies::set(&web, "reset", &reset, Some(seconds)),
            );
            for name in ["goal", COOKIE] {
                set(&web, &mut response, name, "");
            }
            if opens == Opens::Account {
                // Where they set up their methods, once they have signed in with the new password.
                set(&web, &mut response, "next", HOME);
            }
            return Ok(response);
        }
        Err(Error::Refused(refusal)) => refusal,
        Err(error) => return Err(error.into()),
    };
    let dead = refusal == Refusal::LinkDead;
    let page_ = HandOverPage {
        faults: if dead {
            Faults::default()
        } else {
            Faults::of(&v, &refusal)
        },
        v,
        offer: found.filter(|_| !dead),
        here: false,
        other: false,
    };
    Ok(page(status(&refusal), &page_))
}

async fn confirm(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let offer = offer(&web, &ctx, &headers).await?;
    if offer
        .as_ref()
        .is_some_and(|o| o.opens != Opens::SecurityInfo)
    {
        return Ok(Redirect::to("/hand-over").into_response());
    }
    let other = offer.as_ref().is_some_and(|o| o.user != me.user.id);
    Ok(ok(&HandOverPage {
        v: v.of(&me),
        offer,
        here: true,
        other,
        faults: Faults::default(),
    }))
}

async fn take(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    headers: HeaderMap,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Response, Problem> {
    match web.app.use_hand_over(&ctx, &me, &token(&headers)).await {
        Ok(()) => {
            let mut response = Redirect::to(HOME).into_response();
            set(&web, &mut response, COOKIE, "");
            Ok(response)
        }
        Err(Error::Refused(Refusal::LinkDead)) => {
            let page_ = HandOverPage {
                v: v.of(&me),
                offer: None,
                here: true,
                other: false,
                faults: Faults::default(),
            };
            Ok(page(StatusCode::GONE, &page_))
        }
        Err(error) => Err(error.into()),
    }
}
