//! Styles, scripts and the icon, embedded in the program and served under addresses that change with their content.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    body: &'static [u8],
}

macro_rules! assets {
    ($($name:literal as $kind:literal),+ $(,)?) => {
        const ASSETS: &[Asset] = &[$(Asset {
            name: $name,
            kind: $kind,
            body: include_bytes!(concat!("../assets/", $name)),
        }),+];
    };
}

assets! {
    "keyward.css" as "text/css; charset=utf-8",
    "favicon.svg" as "image/svg+xml",
    "admin.js" as "text/javascript; charset=utf-8",
    "code.js" as "text/javascript; charset=utf-8",
    "passkey.js" as "text/javascript; charset=utf-8",
    "password.js" as "text/javascript; charset=utf-8",
    "picker.js" as "text/javascript; charset=utf-8",
    "pow.js" as "text/javascript; charset=utf-8",
    "pow-worker.js" as "text/javascript; charset=utf-8",
    "time.js" as "text/javascript; charset=utf-8",
}

/// The first bytes of each asset's digest.
static VERSIONS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let version = |a: &Asset| {
        Sha256::digest(a.body)
            .iter()
            .take(6)
            .map(|b| format!("{b:02x}"))
            .collect()
    };
    ASSETS.iter().map(|a| (a.name, version(a))).collect()
});

fn version(name: &str) -> &'static str {
    VERSIONS
        .iter()
        .find(|(n, _)| *n == name)
        .map_or("", |(_, v)| v.as_str())
}

/// The address of an asset.
pub(crate) fn url(name: &str) -> String {
    format!("/assets/{name}?v={}", version(name))
}

pub(crate) fn routes() -> Router {
    Router::new().route("/assets/{name}", get(serve)).route(
        "/favicon.ico",
        get(|| async { (StatusCode::FOUND, [(header::LOCATION, url("favicon.svg"))]) }),
    )
}

async fn serve(
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some(asset) = ASSETS.iter().find(|a| a.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let version = version(asset.name);
    let tag = format!("\"{version}\"");
    let pinned = query.is_some_and(|q| q == format!("v={version}"));
    // Modules import each other by plain names: those are asked for again and answered by 304.
    let cache = if pinned {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    };
    let cached = [
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (
            header::ETAG,
            HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("")),
        ),
    ];
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|t| t.as_bytes() == tag.as_bytes())
    {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, [(header::CONTENT_TYPE, asset.kind)], asset.body).into_response()
}
