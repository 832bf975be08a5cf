//! What agents beside a directory are answered: JSON in, JSON out, by the messages of [`keyward_wire`].
//!
//! No cookie counts here and none is set: an agent shows its session's token in `Authorization: Bearer`, which no
//! browser sends by itself. What goes wrong is told as a [`Trouble`](keyward_wire::Trouble) under a code that the
//! agent's program acts on.

mod reply;
mod session;
mod sync;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use keyward_wire::enrol::{EnrolPoll, EnrolRequest, EnrolStarted, EnrolState};
use keyward_wire::link::{Accepted, Reports, WorkReply, WorkRequest};
use keyward_wire::path;
use keyward_wire::session::{
    Challenge, ChallengeRequest, KeyRolled, RollKey, Session as Opened, SessionRequest,
};

use crate::Web;
use crate::guard;
use crate::request::Circumstances;

pub(crate) use reply::{Answer, Json, Reply};
pub(crate) use session::Session;

/// The largest body of somebody who has no session.
const OF_STRANGERS: usize = 16 * 1024;
/// The largest body in a session.
const IN_SESSION: usize = 512 * 1024;

/// Every endpoint, behind the agents' guard.
pub(crate) fn routes(web: &Web) -> Router<Web> {
    let strangers = Router::new()
        .route(path::ENROL, post(enrol))
        .route(path::ENROL_POLL, post(enrolled))
        .route(path::CHALLENGE, post(challenge))
        .route(path::SESSION, post(open))
        .layer(DefaultBodyLimit::max(OF_STRANGERS));
    let inside = Router::new()
        .route(path::OUTCOMES, post(outcomes))
        .route(path::ROLL_KEY, post(roll))
        .layer(DefaultBodyLimit::max(IN_SESSION))
        .merge(sync::routes());
    // A request that waits may be broken off: what it had not taken is left to the next.
    let waiting = Router::new()
        .route(path::WORK, post(work))
        .layer(DefaultBodyLimit::max(IN_SESSION));
    guard::agents(
        guard::to_its_end(strangers.merge(inside)).merge(waiting),
        web,
    )
}

async fn enrol(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    Json(request): Json<EnrolRequest>,
) -> Answer<EnrolStarted> {
    reply::answer(web.app.start_enrolment(&ctx, &request).await)
}

async fn enrolled(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    Json(poll): Json<EnrolPoll>,
) -> Answer<EnrolState> {
    reply::answer(web.app.poll_enrolment(&ctx, &poll).await)
}

async fn challenge(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    Json(request): Json<ChallengeRequest>,
) -> Answer<Challenge> {
    reply::answer(web.app.agent_challenge(&ctx, &request).await)
}

async fn open(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    Json(request): Json<SessionRequest>,
) -> Answer<Opened> {
    reply::answer(web.app.open_agent_session(&ctx, &request).await)
}

async fn work(
    State(web): State<Web>,
    session: Session,
    Json(request): Json<WorkRequest>,
) -> Answer<WorkReply> {
    reply::answer(
        web.app
            .agent_work(&session.ctx, &session.caller, &request)
            .await,
    )
}

async fn outcomes(
    State(web): State<Web>,
    session: Session,
    Json(reports): Json<Reports>,
) -> Answer<Accepted> {
    let Session { ctx, caller } = session;
    reply::answer(web.app.take_reports(&ctx, &caller, &reports).await)
}

async fn roll(
    State(web): State<Web>,
    session: Session,
    Json(request): Json<RollKey>,
) -> Answer<KeyRolled> {
    let Session { ctx, caller } = session;
    reply::answer(web.app.roll_agent_key(&ctx, &caller, &request).await)
}
