//! A Temporary Access Pass for somebody: made and shown once, and taken away.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_core::hand_over::Opens;
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;

use super::{id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::form::Form;
use crate::format::Moment;
use crate::portal::to_prove;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/users/{id}/pass", get(ask).post(make))
        .route("/admin/users/{id}/pass/delete", post(delete))
}

#[derive(Template)]
#[template(path = "admin/pass.html")]
struct AskPage {
    v: View,
    name: String,
    upn: String,
    back: String,
    /// Until when the pass is good that is there, and who made it.
    there: Option<(Moment, String)>,
    minutes: String,
    once: bool,
    /// All passes work once.
    only_once: bool,
    min: u16,
    max: u16,
    /// Passes are switched on.
    able: bool,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/pass-made.html")]
struct MadePage {
    v: View,
    name: String,
    upn: String,
    back: String,
    /// Where its owner signs in with it.
    signin: String,
    text: String,
    until: Moment,
    once: bool,
}

/// What was typed into the form.
struct Typed {
    minutes: String,
    once: bool,
}

impl Typed {
    fn read(form: &Form) -> Result<Self, Problem> {
        Ok(Self {
            minutes: form.one("minutes")?.trim().chars().take(10).collect(),
            once: form.ticked("once")?,
        })
    }

    fn minutes(&self) -> Result<u16, Refusal> {
        let typed = self.minutes.parse().ok();
        typed.ok_or(Refusal::field("minutes", "pass-lifetime"))
    }
}

fn path(id: UserId) -> String {
    format!("{}/pass", page_of(id))
}

async fn draw(
    web: &Web,
    desk: Desk,
    id: UserId,
    typed: Option<Typed>,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let shown = web.app.pass_desk(&desk.ctx, &desk.me, id).await?;
    let rules = shown.rules;
    let typed = typed.unwrap_or_else(|| Typed {
        minutes: rules.default_minutes.to_string(),
        once: rules.once,
    });
    let page_ = AskPage {
        faults: refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default(),
        v: desk.v,
        name: shown.user.profile.display_name,
        upn: shown.user.upn.to_string(),
        back: page_of(id),
        there: shown.there.map(|(pass, by)| (pass.expires_at.into(), by)),
        minutes: typed.minutes,
        once: typed.once || rules.once,
        only_once: rules.once,
        min: rules.min_minutes,
        max: rules.max_minutes,
        able: rules.enabled,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    // Who may not do it at all is told so before they are asked for anything.
    let shown = web.app.pass_desk(&desk.ctx, &desk.me, id).await?;
    let ready = web
        .app
        .may_hand_over_now(&desk.ctx, &desk.me, Opens::Password)
        .await?;
    if shown.rules.enabled && ready.is_err() {
        return Ok(to_prove(&web, &path(id)));
    }
    draw(&web, desk, id, None, None).await
}

/// Shows the pass in the answer to this request and nowhere else.
async fn make(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let typed = Typed::read(&form)?;
    // Whatever was typed: who may not is refused as such.
    let minutes = typed.minutes();
    let wanted = minutes.as_ref().copied().unwrap_or_default();
    let made = web
        .app
        .make_pass(&desk.ctx, &desk.me, id, wanted, typed.once)
        .await;
    match refused(made)? {
        Ok(made) => {
            let user = web.app.user_page(&desk.me, id).await?.account.user;
            Ok(ok(&MadePage {
                v: desk.v,
                name: user.profile.display_name,
                upn: user.upn.to_string(),
                back: page_of(id),
                signin: made.signin,
                text: made.text.expose().to_owned(),
                until: made.until.into(),
                once: made.once,
            }))
        }
        Err(Refusal::FreshProofNeeded) => Ok(to_prove(&web, &path(id))),
        Err(
            refusal @ (Refusal::HoldsMoreRights
            | Refusal::NotOnYourself
            | Refusal::NotAllowed
            | Refusal::Unable(_)),
        ) => Err(refusal.into()),
        Err(refusal) => draw(&web, desk, id, Some(typed), Some(&refusal)).await,
    }
}

async fn delete(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let deleted = web.app.delete_pass(&desk.ctx, &desk.me, id).await;
    match refused(deleted)? {
        Ok(()) => Ok(done(&web, &page_of(id), "pass-deleted")),
        Err(refusal) => Err(refusal.into()),
    }
}
