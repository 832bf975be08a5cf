//! What a gateway for calls is answered when somebody has pressed a key.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::Web;
use crate::guard;
use crate::problem::Problem;
use crate::request::Circumstances;

/// The largest form of a gateway.
const LARGEST: usize = 16 * 1024;

pub(crate) fn routes(web: &Web) -> Router<Web> {
    let router = Router::new()
        .route("/voice/{token}", post(pressed))
        .layer(DefaultBodyLimit::max(LARGEST));
    guard::agents(router, web)
}

/// Says the code, if it is the gateway that asks and the code is still good; else there is nothing here.
async fn pressed(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let form: Vec<(String, String)> = form_urlencoded::parse(&body)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let signature = headers.get("x-twilio-signature");
    let signature = signature.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let said = web.app.said_by_call(&ctx, &token, &form, signature).await?;
    Ok(match said {
        Some(document) => (
            [(header::CONTENT_TYPE, "text/xml; charset=utf-8")],
            document,
        )
            .into_response(),
        None => (StatusCode::NOT_FOUND, "there is nothing to say\n").into_response(),
    })
}
