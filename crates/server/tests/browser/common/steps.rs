//! Steps that several scenarios share.

use super::Visit;
use crate::world::World;
use keyward_app::robot::QUESTION_TIME;
use keyward_testbed::browser::Browser;

/// From the sign-in page to the choice of a method, as somebody who forgot the password.
pub(crate) async fn start_reset(world: &World, browser: &Browser, name: &str) {
    world.open(browser, "/signin").await;
    browser.click("Forgot my password").await;
    browser.fill("User name", name).await;
    browser.click("Next").await;
    browser.wait_text("What do you need?").await;
}

/// Answers "How much is four plus five?", no faster than a person.
pub(crate) async fn answer_the_sum(browser: &Browser) {
    const NUMBERS: [&str; 10] = [
        "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ];
    let page = browser.text().await;
    let number = |word: &str| {
        let word = word.trim_end_matches('?');
        NUMBERS.iter().position(|n| *n == word).unwrap()
    };
    let question = page.split("How much is ").nth(1).unwrap();
    let words: Vec<_> = question.split_whitespace().take(3).collect();
    let sum = number(words[0]) + number(words[2]);
    browser.fill("How much is", &sum.to_string()).await;
    tokio::time::sleep(QUESTION_TIME).await;
}

/// Nothing on the pages since the last call was refused by the policy on content or broke.
pub(crate) async fn expect_quiet(browser: &Browser) {
    let complaints = browser.console().await;
    // Chromium reports every page that isn't a 2xx as an error; those are wanted here.
    let complaints: Vec<_> = complaints
        .iter()
        .filter(|c| !c.contains("Failed to load resource"))
        .collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// The phone that Brian has registered.
const PHONE: &str = "+4915123456734";

/// From the choice of a method to the end of both gates, as Brian: first the mailbox, then the phone.
pub(crate) async fn prove_both(world: &World, browser: &Browser) {
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.choose("Text message to").await;
    browser.click("Next").await;
    browser.fill("Mobile number", PHONE).await;
    browser.click("Send code").await;
    let code = world.code_by_sms(PHONE).await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
}
