//! Recovery codes: made, shown once to be printed, and made again.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::{Ctx, Error, Principal};
use keyward_core::ids::MethodId;
use keyward_core::method::MethodKind;
use keyward_core::recovery;
use keyward_core::refusal::Refusal;

use super::super::prove::to_prove;
use super::{HOME, my_methods};
use crate::Web;
use crate::form::Form;
use crate::problem::{Faults, Problem, status};
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok, page};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(CODES, get(ask).post(make))
}

/// The page of one's recovery codes.
pub(in crate::portal) const CODES: &str = "/account/security/recovery-codes";

#[derive(Template)]
#[template(path = "portal/recovery.html")]
struct AskPage {
    v: View,
    /// The list that would be replaced; empty: there is none.
    seen: String,
    left: i64,
    count: usize,
    faults: Faults,
    back: &'static str,
}

#[derive(Template)]
#[template(path = "portal/recovery-codes.html")]
struct ListPage {
    v: View,
    user_name: String,
    codes: Vec<String>,
    back: &'static str,
}

/// Where one came from: the registration that is asked for, or Security info.
async fn way_on(web: &Web, ctx: &Ctx, me: &Principal) -> Result<&'static str, Problem> {
    let asked = web.app.my_account(me).await?.ask(ctx.now).is_some();
    Ok(if asked { "/register/methods" } else { HOME })
}

async fn draw(
    web: &Web,
    ctx: &Ctx,
    v: View,
    me: &Principal,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let list = web.app.recovery_list(me).await?;
    let page_ = AskPage {
        faults: refusal.map(|r| Faults::of(&v, r)).unwrap_or_default(),
        v: v.of(me),
        seen: list.map(|l| l.id.to_string()).unwrap_or_default(),
        left: list.map_or(0, |l| l.left),
        count: recovery::CODES,
        back: way_on(web, ctx, me).await?,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let account = web.app.my_account(&me).await?;
    if !account.rules().kinds.contains(&MethodKind::RecoveryCodes) {
        return Err(Problem::Refused(Refusal::NotFound));
    }
    if !web
        .app
        .has_fresh_proof(&ctx, &me, &my_methods(&web, &me).await?)
    {
        return Ok(to_prove(&web, CODES));
    }
    draw(&web, &ctx, v, &me, None).await
}

async fn make(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    form: Form,
) -> Result<Response, Problem> {
    let seen = MethodId::parse(form.one("seen")?);
    match web.app.make_recovery_codes(&ctx, &me, seen).await {
        Ok(codes) => Ok(ok(&ListPage {
            user_name: me.user.upn.to_string(),
            codes: codes.iter().map(|c| c.expose().to_owned()).collect(),
            back: way_on(&web, &ctx, &me).await?,
            v: v.of(&me),
        })),
        Err(Error::Refused(Refusal::FreshProofNeeded)) => Ok(to_prove(&web, CODES)),
        Err(Error::Refused(refusal @ Refusal::ChangedMeanwhile)) => {
            draw(&web, &ctx, v, &me, Some(&refusal)).await
        }
        Err(error) => Err(error.into()),
    }
}
