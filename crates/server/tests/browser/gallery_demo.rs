//! The page that only the demo has.

use crate::common::{BRIAN, Gallery};
use keyward_testbed::browser::{Browser, BrowserOptions};
use keyward_testbed::process::Launch;
use std::time::Duration;

#[tokio::test]
async fn gallery_of_the_outbox() {
    let demo = Launch::new(env!("CARGO_BIN_EXE_keyward"))
        .clean_env()
        .args(["demo", "--listen", "127.0.0.1:0", "--no-color"])
        .spawn();
    let line = demo.line("Portal", Duration::from_secs(20));
    let url = line.split_whitespace().next_back().unwrap();
    let mut gallery = Gallery::of(Browser::start(BrowserOptions::default()).await);
    gallery.browser.goto(&format!("{url}/outbox")).await;
    gallery.browser.wait_text("Nothing was sent yet").await;
    gallery.page("outbox-empty").await;
    let other = Browser::start(BrowserOptions::default()).await;
    other.goto(&format!("{url}/reset")).await;
    other.fill("User name", BRIAN.upn).await;
    other.click("Next").await;
    other.click("Next").await;
    other.choose("Email to").await;
    other.click("Next").await;
    // It comes by itself.
    gallery.browser.wait_text("Your code to reset").await;
    gallery.page("outbox").await;
    gallery.browser.goto(&format!("{url}/styleguide")).await;
    gallery.page("styleguide").await;
    gallery.close();
}
