//! What goes wrong inside a handler still ends in a page, and in a log line that can be found.

use super::*;
use axum::routing::get;
use http_body_util::BodyExt;
use keyward_app::Error;
use keyward_app::testing::TestApp;
use std::future::{pending, ready};
use tower::ServiceExt;

async fn panics() -> String {
    ready(()).await;
    panic!("out of order")
}

async fn hangs() -> String {
    pending().await
}

async fn breaks() -> Problem {
    ready(Error::Fault("the shelf fell down".into()))
        .await
        .into()
}

async fn is_away() -> Problem {
    ready(Error::Unavailable("the cellar is flooded".into()))
        .await
        .into()
}

fn site(app: &TestApp) -> Router {
    let web = Web::new(crate::Parts {
        app: app.app.clone(),
        public_url: crate::PublicUrl::parse("http://127.0.0.1:8080").expect("a URL"),
        proxies: Vec::new(),
        demo: None,
    });
    let pages = Router::new()
        .route("/panic", get(panics).post(panics))
        .route("/slow", get(hangs))
        .route("/broken", get(breaks).post(breaks))
        .route("/away", get(is_away));
    let pages = pages_within(pages, &web, Duration::from_millis(100));
    everything(pages.with_state(web.clone()), &web)
}

/// Status, request id and page.
async fn answer(router: &Router, method: &str, path: &str) -> (StatusCode, String, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty())
        .expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let id = response.headers()["x-request-id"].to_str().expect("an id");
    let id = id.to_owned();
    let body = response.into_body().collect().await.expect("a body");
    let page = String::from_utf8(body.to_bytes().to_vec()).expect("text");
    (status, id, page)
}

// case: RL-12
#[tokio::test]
async fn rl_12_a_panic_ends_in_a_page_that_names_the_request() {
    let app = TestApp::new().await;
    let router = site(&app);
    for method in ["GET", "POST"] {
        let (status, id, page) = answer(&router, method, "/panic").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(page.contains("Something broke on our side"), "{page}");
        assert!(page.contains(&id), "{id} in {page}");
        assert!(!page.contains("out of order"), "{page}");
        let lines = TestApp::log_lines_with(&id);
        assert!(
            lines.iter().any(|l| l.contains("a handler panicked")),
            "{method}: {lines:#?}"
        );
    }
    // Everything else goes on.
    let (status, ..) = answer(&router, "GET", "/nowhere").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_takes_too_long_or_has_no_database_says_so() {
    let app = TestApp::new().await;
    let (status, _, page) = answer(&site(&app), "GET", "/away").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("be reached. Nothing was changed"), "{page}");
    let (status, id, page) = answer(&site(&app), "GET", "/slow").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("That takes too long"), "{page}");
    assert!(page.contains(&id), "{id} in {page}");
}

#[tokio::test]
async fn what_goes_wrong_is_logged_under_the_id_that_the_page_shows() {
    let app = TestApp::new().await;
    let router = site(&app);
    for (method, path, said) in [
        ("GET", "/broken", "the shelf fell down"),
        ("POST", "/broken", "the shelf fell down"),
        ("GET", "/away", "the cellar is flooded"),
    ] {
        let (_, id, page) = answer(&router, method, path).await;
        assert!(page.contains(&id), "{id} in {page}");
        let lines = TestApp::log_lines_with(&id);
        assert!(lines.iter().any(|l| l.contains(said)), "{path}: {lines:#?}");
    }
}
