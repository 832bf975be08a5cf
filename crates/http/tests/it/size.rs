//! Too much at once.

use crate::browser::encoded;
use crate::cast::Cast;
use crate::site::Site;
use axum::http::HeaderValue;
use keyward_app::testing::Options;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// All at once.
async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|cx| {
        waiting.retain_mut(|f| match f.as_mut().poll(cx) {
            Poll::Ready(out) => {
                done.push(out);
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    done
}

// case: S97, UN-05, P-13, DO-04, DO-10, I-01
#[tokio::test]
async fn s97_four_hundred_huge_passwords_at_once_are_not_hashed() {
    // One hash at a time and nobody waits: whatever else were hashed would be told to come back (503).
    let options = Options {
        hashing: (1, Duration::ZERO),
        ..Options::default()
    };
    let site = Site::with(options).await;
    Cast::of(&site).await;
    let mut browser = site.browser();
    browser.get("/signin").await;
    let csrf = browser.csrf.clone();
    for (size, status) in [(1_000_000, 413), (60_000, 422), (1_025, 422)] {
        let password = "x".repeat(size);
        let one = async |n: usize| {
            let name = format!("nobody{n}@contoso.example");
            let body = encoded(&[("csrf", &csrf), ("name", &name), ("password", &password)]);
            let request = browser.raw_form("/signin", body);
            browser.send_as_is(request).await.status.as_u16()
        };
        let health = async { vec![browser.clone().get("/healthz").await.status.as_u16()] };
        let posts = together((0..400).map(one));
        let (statuses, healthy) = tokio::join!(posts, health);
        assert!(
            statuses.iter().all(|s| *s == status),
            "{size}: {statuses:?}"
        );
        assert_eq!(healthy, [200]);
    }
    // In every other place for a password as well.
    let mut ada = site.browser();
    ada.sign_in("ada@contoso.example", &site.password("ada"))
        .await
        .leads("/account");
    ada.get("/account/password").await;
    for path in [
        "/account/password",
        "/account/password/verdicts",
        "/reset/password",
        "/signin/change",
    ] {
        let huge = "y".repeat(1_000_000);
        let page = ada
            .post(
                path,
                &[("current", &huge), ("password", &huge), ("confirm", &huge)],
            )
            .await;
        let passed_on = page.status.as_u16() == 303 && ["/reset", "/account"].contains(&page.to());
        assert!(
            page.status.as_u16() == 413 || passed_on,
            "{path}: {}",
            page.status
        );
    }
    site.ignore_messages().await;
}

// case: I-01, DO-04, IN-06, IN-28
#[tokio::test]
async fn i_01_an_oversized_form_gets_a_page_that_says_so() {
    let site = Site::new().await;
    let mut browser = site.browser();
    browser.get("/signin").await;
    let huge = "a".repeat(70_000);
    let page = browser
        .post("/signin", &[("name", &huge), ("password", "x")])
        .await
        .expect(413);
    let page = page.says("That is too much at once");
    assert!(!page.body.contains("aaaaaaaaaa"));
    // Compressed bodies are not opened.
    let mut request = browser.raw_form("/signin", "\u{1f}not zipped");
    request
        .headers_mut()
        .insert("content-encoding", HeaderValue::from_static("gzip"));
    let page = browser.send(request).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    // A long address, and hundreds of fields.
    browser
        .get(&format!("/signin?{}", "q=1&".repeat(5000)))
        .await
        .expect(200);
    let many = "f=1&".repeat(501);
    let request = browser.raw_form("/signin", many);
    browser.send(request).await.expect(400);
    site.expect_no_messages().await;
}
