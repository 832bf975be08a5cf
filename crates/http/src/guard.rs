//! What every request passes on its way in, and every response on its way out.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use keyward_app::tasks::to_the_end;
use std::any::Any;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;

use crate::Web;
use crate::agent::Reply;
use crate::cookies::{self, Cookies};
use crate::problem::Problem;
use crate::request::{Seen, asked_language, circumstances};
use crate::view::View;

/// The largest form (I-01).
const BODY_LIMIT: usize = 64 * 1024;

/// How long a page may take.
const WITHIN: Duration = Duration::from_secs(30);

/// Pages: circumstances, host and origin checked, language remembered, problems drawn.
pub(crate) fn pages(router: Router<Web>, web: &Web) -> Router<Web> {
    pages_within(router, web, WITHIN)
}

fn pages_within(router: Router<Web>, web: &Web, limit: Duration) -> Router<Web> {
    router
        .fallback(|| async { Problem::Refused(keyward_core::refusal::Refusal::NotFound) })
        .method_not_allowed_fallback(|| async {
            Problem::Refused(keyward_core::refusal::Refusal::NotFound)
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(uncancelled))
        // Inside the guard, which draws what went wrong; `everything` has both again for what is no page.
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(move |request: Request, next: Next| {
            in_time(limit, request, next)
        }))
        .layer(from_fn_with_state(web.clone(), page_guard))
}

/// What agents are answered: circumstances worked out, another host's requests turned away. There is nothing of a
/// browser in it, so there is no origin to ask for.
pub(crate) fn agents(router: Router<Web>, web: &Web) -> Router<Web> {
    router.layer(from_fn_with_state(web.clone(), agent_guard))
}

/// What was begun is finished, whether or not the client still listens.
pub(crate) fn to_its_end(router: Router<Web>) -> Router<Web> {
    router.layer(from_fn(uncancelled))
}

async fn agent_guard(State(web): State<Web>, request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>();
    let request_id = request_id.map(|r| r.0.clone()).unwrap_or_default();
    let (mut parts, body) = request.into_parts();
    let ctx = circumstances(&web, &parts, request_id);
    parts.extensions.insert(Seen(ctx));
    let mut response = if is_for_us(&web, &parts) {
        next.run(Request::from_parts(parts, body)).await
    } else {
        let message = format!(
            "this is {}: check the address that the agent asks",
            web.public_url.as_str()
        );
        Reply::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", message).into_response()
    };
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

/// Everything, assets and health included: headers, log, metrics, panics, time.
pub(crate) fn everything(router: Router, web: &Web) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        // The inner limit comes first, and has a page to show.
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            WITHIN + Duration::from_secs(5),
        ))
        .layer(from_fn_with_state(web.clone(), outermost))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::Fault.into_response()
}

/// A page that takes longer is given up. What was sent goes on behind it.
async fn in_time(limit: Duration, request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(limit, next.run(request)).await {
        return response;
    }
    tracing::warn!("a request took too long");
    Problem::Slow.into_response()
}

/// A use case that was begun is finished, whether or not the client still listens (OT-10).
async fn uncancelled(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    to_the_end(next.run(request))
        .await
        .unwrap_or_else(|error| panicked(Box::new(error)))
}

async fn page_guard(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let request_id = parts
        .extensions
        .get::<RequestId>()
        .map(|r| r.0.clone())
        .unwrap_or_default();
    let ctx = circumstances(&web, &parts, request_id);
    parts.extensions.insert(Seen(ctx.clone()));
    let mut view = View::new(&web, &ctx, &parts);

    // A browser that holds nothing yet gets something to bind its forms to.
    let cookies = Cookies::of(&parts.headers);
    let asked = asked_language(&parts);
    let fresh = (cookies.get("browser").is_none() && cookies.get("session").is_none())
        .then(|| web.app.entropy.token());
    if let Some(token) = &fresh {
        view = view.holding(&web, token);
        parts
            .headers
            .append(header::COOKIE, cookies::as_sent("browser", token));
    }

    let refused = refuse(&web, &parts);
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let headers = std::mem::take(response.headers_mut());
        response = problem.page(view);
        response.headers_mut().extend(
            headers
                .into_iter()
                .filter(|(name, _)| name.as_ref() == Some(&header::SET_COOKIE)),
        );
    }
    let headers = response.headers_mut();
    if let Some(token) = &fresh {
        headers.append(
            header::SET_COOKIE,
            cookies::set(&web, "browser", token, None),
        );
    }
    if let Some(lang) = asked {
        headers.append(
            header::SET_COOKIE,
            cookies::set(&web, "lang", lang.tag(), Some(31_536_000)),
        );
        // Whose choice it is may be known only after the next sign-in.
        let chosen = cookies::set(&web, "chosen-lang", lang.tag(), Some(900));
        headers.append(header::SET_COOKIE, chosen);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Cookie, Accept-Language"),
    );
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(ctx.lang.tag()),
    );
    response
}

/// Wherever a request names a host, it names this one.
fn is_for_us(web: &Web, parts: &Parts) -> bool {
    let headers = &parts.headers;
    // HTTP/2 carries the name in :authority and an absolute request line in itself: hyper hands both on as the
    // request's URI. Wherever names stand, all are ours, and at least one is there.
    let said = headers.get_all(header::HOST).iter();
    let said = said.map(|h| h.to_str().unwrap_or("?"));
    let names: Vec<&str> = said
        .chain(
            parts
                .uri
                .authority()
                .map(axum::http::uri::Authority::as_str),
        )
        .collect();
    let twice = headers.get_all(header::HOST).iter().count() > 1;
    !twice && !names.is_empty() && names.iter().all(|n| web.public_url.is_named_by(n))
}

/// Requests that no handler should see: for another host, or changing something from another site (S-07, CS-01).
fn refuse(web: &Web, parts: &Parts) -> Option<Problem> {
    let (method, headers) = (&parts.method, &parts.headers);
    if !is_for_us(web, parts) {
        return Some(Problem::WrongHost);
    }
    if method.is_safe() {
        return None;
    }
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN);
    let same = match (site, origin) {
        (Some("same-origin"), None | Some("null")) => true,
        (Some("same-origin") | None, Some(origin)) => web.public_url.is_origin(origin),
        _ => false,
    };
    (!same).then_some(Problem::CrossSite)
}

#[derive(Clone)]
struct RequestId(String);

async fn outermost(State(web): State<Web>, mut request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let id: String = web
        .app
        .entropy
        .bytes::<8>()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, never the path: links carry tokens.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)", MatchedPath::as_str)
        .to_owned();
    // The level of a span decides whether it is there at all: this one has to be at every setting.
    let span = tracing::error_span!("request", request_id = id);
    let mut response = next.run(request).instrument(span).await;

    let (status, took) = (response.status(), started.elapsed());
    metrics::histogram!("keyward_http_seconds", "route" => route.clone())
        .record(took.as_secs_f64());
    metrics::counter!("keyward_http_requests_total", "status" => status.as_u16().to_string())
        .increment(1);
    tracing::info!(target: "http", method = %method, route, status = status.as_u16(), ms = took.as_secs_f64() * 1e3, request_id = id);

    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if web.public_url.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    response
}

/// On every response, errors and redirects included (S-08).
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // Not "no-referrer": with it a browser without Sec-Fetch headers sends "Origin: null" with our own forms.
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
