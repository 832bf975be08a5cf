//! Handing an account over: what a link may open, the link itself, shown once, and taking it back.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::hand_over::Desk as Shown;
use keyward_core::hand_over::Opens;
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;

use super::{id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done, missing, refused};
use crate::form::Form;
use crate::format::Moment;
use crate::portal::to_prove;
use crate::problem::{Faults, Problem, status};
use crate::qr::{self, Drawing};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/admin/users/{id}/hand-over", get(show))
        .route("/admin/users/{id}/hand-over/withdraw", post(withdraw))
        .route("/admin/users/{id}/hand-over/{opens}", get(ask).post(make))
}

#[derive(Template)]
#[template(path = "admin/hand-over.html")]
struct ChoosePage {
    v: View,
    name: String,
    back: String,
    offered: Vec<Opens>,
    /// What the link opens that is good now, until when, and who made it.
    open: Option<(Opens, Moment, String)>,
    held: bool,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/hand-over-ask.html")]
struct AskPage {
    v: View,
    name: String,
    upn: String,
    back: String,
    opens: Opens,
    minutes: u16,
    methods: usize,
    /// Another link is good, and would no longer be.
    replaces: bool,
    /// It can be made right now.
    able: bool,
    faults: Faults,
}

#[derive(Template)]
#[template(path = "admin/hand-over-made.html")]
struct MadePage {
    v: View,
    name: String,
    back: String,
    opens: Opens,
    url: String,
    until: Moment,
    /// None: the address is too long for any QR code.
    qr: Option<Drawing>,
}

fn path(id: UserId) -> String {
    format!("{}/hand-over", page_of(id))
}

async fn desk_of(web: &Web, desk: &Desk, id: UserId) -> Result<Shown, Problem> {
    Ok(web.app.hand_over_desk(&desk.ctx, &desk.me, id).await?)
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    draw_choice(&web, desk, id_of(&id)?, None).await
}

async fn draw_choice(
    web: &Web,
    desk: Desk,
    id: UserId,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let shown = desk_of(web, &desk, id).await?;
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = ChoosePage {
        v: desk.v,
        back: page_of(id),
        offered: shown.offered,
        open: shown
            .open
            .map(|(link, by)| (link.opens, link.expires_at.into(), by)),
        held: shown.user.held_at.is_some(),
        name: shown.user.profile.display_name,
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

fn opens_of(code: &str) -> Result<Opens, Problem> {
    Opens::from_code(code).ok_or_else(missing)
}

async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Path((id, opens)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, opens) = (id_of(&id)?, opens_of(&opens)?);
    let ready = web.app.may_hand_over_now(&desk.ctx, &desk.me, opens);
    match ready.await? {
        // Who may not do it at all is told so before they are asked for anything.
        Err(Refusal::FreshProofNeeded)
            if desk_of(&web, &desk, id).await?.offered.contains(&opens) =>
        {
            Ok(to_prove(&web, &format!("{}/{}", path(id), opens.code())))
        }
        Err(refusal) => draw_ask(&web, desk, id, opens, Some(&refusal)).await,
        Ok(()) => draw_ask(&web, desk, id, opens, None).await,
    }
}

async fn draw_ask(
    web: &Web,
    desk: Desk,
    id: UserId,
    opens: Opens,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let shown = desk_of(web, &desk, id).await?;
    if !shown.offered.contains(&opens) {
        return Err(Refusal::NotAllowed.into());
    }
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let page_ = AskPage {
        v: desk.v,
        name: shown.user.profile.display_name,
        upn: shown.user.upn.to_string(),
        back: path(id),
        opens,
        minutes: shown.minutes,
        methods: shown.methods,
        replaces: shown.open.is_some(),
        able: refusal != Some(&Refusal::TwoProofsNeeded),
        faults,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

/// Shows the link in the answer to this request and nowhere else.
async fn make(
    State(web): State<Web>,
    desk: Desk,
    Path((id, opens)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Problem> {
    let (id, opens) = (id_of(&id)?, opens_of(&opens)?);
    let made = web.app.make_hand_over(&desk.ctx, &desk.me, id, opens).await;
    match refused(made)? {
        Ok(made) => {
            let user = web.app.user_page(&desk.me, id).await?.account.user;
            Ok(ok(&MadePage {
                v: desk.v,
                name: user.profile.display_name,
                back: page_of(id),
                opens,
                qr: qr::draw(made.url.expose()),
                url: made.url.expose().to_owned(),
                until: made.until.into(),
            }))
        }
        Err(Refusal::FreshProofNeeded) => {
            Ok(to_prove(&web, &format!("{}/{}", path(id), opens.code())))
        }
        Err(refusal @ (Refusal::HoldsMoreRights | Refusal::NotOnYourself)) => Err(refusal.into()),
        Err(refusal) => draw_ask(&web, desk, id, opens, Some(&refusal)).await,
    }
}

async fn withdraw(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let withdrawn = web.app.withdraw_hand_over(&desk.ctx, &desk.me, id).await;
    match refused(withdrawn)? {
        Ok(()) => Ok(done(&web, &path(id), "hand-over-withdrawn")),
        Err(refusal @ Refusal::LinkDead) => draw_choice(&web, desk, id, Some(&refusal)).await,
        Err(refusal) => Err(refusal.into()),
    }
}
