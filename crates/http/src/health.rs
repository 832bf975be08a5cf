//! What load balancers and supervisors ask.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;

use crate::Web;

/// Where the answer stands.
const PROOF: HeaderName = HeaderName::from_static("keyward-proof");

/// The longest question that is answered.
const LONGEST_QUESTION: usize = 64;

/// `/healthz`: the process answers. `/readyz`: so does the database.
///
/// `/healthz?prove=TEXT` answers in the header `keyward-proof` what only who has the root key can know: another server
/// at the public URL can't.
pub(crate) fn routes(web: &Web) -> Router {
    let (web, prover) = (web.clone(), web.clone());
    Router::new()
        .route(
            "/healthz",
            get(async move |RawQuery(query): RawQuery| {
                let question = query.as_deref().and_then(|q| q.strip_prefix("prove="));
                let question = question.filter(|q| q.len() <= LONGEST_QUESTION);
                let proof = question.map(|q| [(PROOF, prover.app.keys.instance_proof(q))]);
                (proof, "ok\n")
            }),
        )
        .route(
            "/readyz",
            get(move || async move {
                match web.app.check_ready().await {
                    Ok(()) => (StatusCode::OK, "ready\n"),
                    Err(error) => {
                        tracing::warn!(%error, "not ready");
                        (
                            StatusCode::SERVICE_UNAVAILABLE,
                            "the database does not answer\n",
                        )
                    }
                }
            }),
        )
}
