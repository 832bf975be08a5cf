//! The browser, on pages made for it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::net::SocketAddr;
use std::sync::mpsc;

use axum::Router;
use axum::extract::Form;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use keyward_testbed::browser::{Browser, BrowserOptions};

const FORM: &str = r#"<!doctype html><html lang="en"><title>Form</title>
<style>:root { color-scheme: light dark } body { margin: 0 }
  @media (prefers-color-scheme: dark) { #shade::after { content: "dark" } }
  @media (prefers-color-scheme: light) { #shade::after { content: "light" } }
  .tall { height: 3000px }</style>
<main><h1>Tell us</h1><p id="shade">Shade: </p>
<form method="post" action="/sent">
  <p><label for="who">User name <small>(or mail)</small></label><input id="who" name="user" value="old">
  <p><label>It's "quoted" <input name="quoted"></label>
  <p><label>Kind <select name="kind"><option>Security</option><option>Mail list</option></select></label>
  <p><label><input type="radio" name="scope" value="none" checked>None</label>
     <label><input type="radio" name="scope" value="all">All</label>
  <p><label><input type="checkbox" name="terms">Notify users</label>
  <p><button>Next step</button> <button formaction="/other">Next</button>
</form><p id="script" class="tall">No script ran.</p></main>
<script src="/late.js"></script>"#;

const LATE: &str = "setTimeout(() => { \
    document.getElementById('script').textContent = 'A script ran.'; }, 50);";

fn serve() -> SocketAddr {
    let page = || async {
        (
            [(
                "content-security-policy",
                "default-src 'self'; style-src 'unsafe-inline'",
            )],
            Html(FORM),
        )
    };
    let app = Router::new()
        .route("/", get(page))
        .route(
            "/favicon.ico",
            get(|| async { ([("content-type", "image/x-icon")], "") }),
        )
        .route(
            "/late.js",
            get(|| async { ([("content-type", "text/javascript")], LATE) }),
        )
        .route(
            "/sent",
            post(|Form(fields): Form<Vec<(String, String)>>| async move {
                let list: Vec<_> = fields.iter().map(|(k, v)| format!("[{k}={v}]")).collect();
                Html(format!("<p>Sent: {}", list.join(" ")))
            }),
        )
        .route("/other", post(|| async { Redirect::to("/done") }))
        .route("/done", get(|| async { Html("<p>Done") }))
        .route(
            "/language",
            get(|headers: HeaderMap| async move {
                headers["accept-language"]
                    .to_str()
                    .unwrap()
                    .to_owned()
                    .into_response()
            }),
        )
        .route(
            "/bad",
            get(|| async {
                let policy = [("content-security-policy", "default-src 'self'")];
                (
                    policy,
                    Html("<!doctype html><img src='/x.png'><script>alert(1)</script>"),
                )
            }),
        );
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    receive.recv().unwrap()
}

#[tokio::test]
async fn a_form_is_filled_by_its_labels_and_sent_by_its_button() {
    let site = serve();
    for javascript in [true, false] {
        let browser = Browser::start(BrowserOptions {
            javascript,
            ..Default::default()
        })
        .await;
        browser.goto(&format!("http://{site}/")).await;
        let ran = if javascript {
            "A script ran."
        } else {
            "No script ran."
        };
        browser.wait_text(ran).await;
        assert_eq!(browser.value("User name").await, "old");
        browser.fill("User name", "ada@example.test").await;
        browser.fill("It's \"quoted\"", "yes").await;
        browser.select("Kind", "Mail list").await;
        browser.choose("All").await;
        browser.choose("Notify users").await;
        browser.choose("Notify users").await;
        assert!(browser.is_chosen("Notify users").await && !browser.is_chosen("None").await);
        browser.click("Next step").await;
        let sent =
            "Sent: [user=ada@example.test] [quoted=yes] [kind=Mail list] [scope=all] [terms=on]";
        browser.wait_text(sent).await;

        browser.back().await;
        browser.click("Next").await;
        browser.wait_url("/done").await;
        browser.wait_no_text("Tell us").await;
        assert_eq!(browser.text().await, "Done");
    }
}

#[tokio::test]
async fn language_shade_and_size_are_the_visitors() {
    let site = serve();
    for (lang, dark, width) in [("de", true, 320), ("en", false, 1280)] {
        let options = BrowserOptions {
            lang: lang.into(),
            dark,
            width,
            ..Default::default()
        };
        let browser = Browser::start(options).await;
        browser.goto(&format!("http://{site}/language")).await;
        let language = browser.text().await;
        assert!(language.starts_with(lang), "{language}");
        browser.goto(&format!("http://{site}/")).await;
        let script = "const shade = document.getElementById('shade'); \
            return getComputedStyle(shade, '::after').content + innerWidth";
        let seen = browser.client().execute(script, Vec::new()).await.unwrap();
        let shade = if dark { "dark" } else { "light" };
        assert_eq!(seen, format!("\"{shade}\"{width}"));

        let file = browser.screenshot(&format!("testbed-{lang}-{shade}")).await;
        let png = std::fs::read(file).unwrap();
        // Width and height stand at a fixed place in a PNG; the page is taller than the window.
        let pixels = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert_eq!(pixels(16), width);
        assert!(pixels(20) > 3000, "{}", pixels(20));
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_page_is_found() {
    let site = serve();
    let browser = Browser::start(BrowserOptions::default()).await;
    browser.goto(&format!("http://{site}/")).await;
    browser.expect_accessible("form").await;
    assert_eq!(browser.console().await, Vec::<String>::new());

    browser.goto(&format!("http://{site}/bad")).await;
    let found: Vec<_> = browser
        .axe()
        .await
        .into_iter()
        .map(|violation| violation.id)
        .collect();
    for rule in ["image-alt", "html-has-lang", "document-title"] {
        assert!(
            found.iter().any(|id| id == rule),
            "{rule} is not among {found:?}"
        );
    }
    let complaints = browser.console().await.join("\n");
    assert!(
        complaints.contains("Content Security Policy"),
        "{complaints}"
    );
    assert!(complaints.contains("404"), "{complaints}");
}

#[tokio::test]
async fn dropping_the_browser_ends_all_its_processes() {
    let browser = Browser::start(BrowserOptions::default()).await;
    let profile = browser.profile().to_path_buf();
    let mark = profile.display().to_string();
    let running = || {
        let commands = std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path().join("cmdline")).ok());
        commands.filter(|command| command.contains(&mark)).count()
    };
    assert!(running() > 1);
    drop(browser);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while running() > 0 || profile.exists() {
        assert!(
            std::time::Instant::now() < deadline,
            "{} processes are left",
            running()
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
