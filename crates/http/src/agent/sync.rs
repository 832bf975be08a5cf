//! What an agent read from its directory.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use keyward_app::sync::{Answer as Done, Beside};
use keyward_wire::path;
use keyward_wire::sync::{
    Batch, BatchReply, Changes, ChangesPage, EndRun, Explain, Explained, RunEnded, RunStarted,
    StartRun, Suffixes, Verified,
};

use super::{Answer, Json, Session};
use crate::Web;

/// The largest batch: a thousand users with all that is kept of them, or twenty thousand members.
const BATCH: usize = 4 * 1024 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(path::SYNC_START, post(start))
        .route(path::SYNC_BATCH, post(batch))
        .route(path::SYNC_END, post(end))
        .route(path::SYNC_EXPLAIN, post(explain))
        .route(path::SYNC_CHANGES, post(changes))
        .route(path::SUFFIXES, post(suffixes))
        .layer(DefaultBodyLimit::max(BATCH))
}

fn who(session: &Session) -> Beside {
    Beside {
        tenant: session.caller.tenant,
        agent: session.caller.agent.0,
        host: session.caller.host.clone(),
    }
}

fn told<T>(done: Done<T>) -> Answer<T> {
    Ok(Json(done??))
}

async fn start(
    State(web): State<Web>,
    session: Session,
    Json(asked): Json<StartRun>,
) -> Answer<RunStarted> {
    told(
        web.app
            .start_run(&session.ctx, &who(&session), &asked)
            .await,
    )
}

async fn batch(
    State(web): State<Web>,
    session: Session,
    Json(sent): Json<Batch>,
) -> Answer<BatchReply> {
    told(
        web.app
            .take_batch(&session.ctx, &who(&session), &sent)
            .await,
    )
}

async fn end(
    State(web): State<Web>,
    session: Session,
    Json(asked): Json<EndRun>,
) -> Answer<RunEnded> {
    told(web.app.end_run(&session.ctx, &who(&session), &asked).await)
}

async fn explain(
    State(web): State<Web>,
    session: Session,
    Json(asked): Json<Explain>,
) -> Answer<Explained> {
    told(web.app.explain(&session.ctx, &who(&session), &asked).await)
}

async fn changes(
    State(web): State<Web>,
    session: Session,
    Json(asked): Json<Changes>,
) -> Answer<ChangesPage> {
    told(web.app.run_changes(&who(&session), &asked).await)
}

async fn suffixes(
    State(web): State<Web>,
    session: Session,
    Json(asked): Json<Suffixes>,
) -> Answer<Verified> {
    told(web.app.verified_suffixes(&who(&session), &asked).await)
}
