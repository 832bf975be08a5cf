//! "Forgot my password", from the sign-in page to the new password.

use crate::common::{BRIAN, Visit, expect_quiet, start_reset};
use crate::world::World;
use keyward_testbed::browser::Browser;

const PHONE: &str = "+4915123456734";
const MAIL: &str = "brian@home.example";
const NEW: &str = "seven green lamps";

/// The gate of the mailbox, the gate of the phone.
async fn prove_both(world: &World, browser: &Browser) {
    browser.choose("I forgot my password").await;
    browser.click("Next").await;
    browser
        .wait_text("How do you want to prove that it's you?")
        .await;
    browser.wait_text("b***@h***.example").await;
    browser.wait_text("34").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.wait_text("Enter the code").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;

    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    // The channel that was used is not offered again.
    assert!(!browser.has_text("Email to").await);
    browser.choose("Text message to").await;
    browser.click("Next").await;
    browser.wait_text("Which number is it?").await;
    browser.fill("Mobile number", "+49 151 23456735").await;
    browser.click("Send code").await;
    browser.wait_text("That isn't the number we have").await;
    assert!(world.sms.messages().is_empty());
    browser.fill("Mobile number", "0151 23456734").await;
    browser.click("Send code").await;
    browser.wait_text("with its country code").await;
    browser.fill("Mobile number", "+49 (151) 2345-6734").await;
    browser.click("Send code").await;
    browser.wait_text("Enter the code").await;
    browser.fill("Code", &world.code_by_sms(PHONE).await).await;
    browser.click("Go on").await;
    browser.wait_text("Choose a new password").await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_after_two_proofs() {
    let world = World::start();
    let elsewhere = world.visitor().await;
    world.sign_in(&elsewhere, BRIAN).await;
    elsewhere.wait_text("Hello, Brian Johnson").await;

    let browser = world.visitor().await;
    start_reset(&world, &browser, BRIAN.upn).await;
    prove_both(&world, &browser).await;

    // Judged while it is typed.
    browser.fill("New password", "short").await;
    browser.find(".verdicts li.no").await;
    browser.fill("New password", NEW).await;
    browser.fill("New password again", "seven green lamp").await;
    browser.find(".verdicts li.no").await;
    browser.fill("New password again", NEW).await;
    browser
        .until("both verdicts good", async || {
            browser.count(".verdicts li.ok").await == 2
                && browser.count(".verdicts li.no").await == 0
        })
        .await;
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
    // Back, and the same again: it is done already.
    browser.back().await;
    world.open(&browser, "/reset/code").await;
    browser.wait_text("Your password was reset").await;

    elsewhere.reload().await;
    elsewhere.wait_url("/signin").await;

    browser.click("Sign in").await;
    browser.fill("User name", BRIAN.upn).await;
    browser.fill("Password", BRIAN.password).await;
    browser.click("Sign in").await;
    browser
        .wait_text("The user name or password is wrong")
        .await;
    browser.fill("Password", NEW).await;
    browser.click("Sign in").await;
    browser.wait_text("Hello, Brian Johnson").await;

    for to in [MAIL, BRIAN.upn] {
        let notice = world.mail(to, "Your password was reset").await;
        assert!(notice.text.contains("Chrome, Linux"), "{}", notice.text);
        assert!(!notice.text.contains(NEW));
        let links = notice.links();
        assert!(
            links.len() == 1 && links[0].starts_with(&format!("{}/not-me/", world.url)),
            "{links:?}"
        );
    }
    expect_quiet(&browser).await;
    expect_quiet(&elsewhere).await;
}

// case: TR-11, S12
#[tokio::test]
async fn a_code_works_in_the_browser_that_asked_for_it_only() {
    let world = World::start();
    let (browser, thief) = (world.visitor().await, world.visitor().await);
    for b in [&browser, &thief] {
        start_reset(&world, b, BRIAN.upn).await;
        b.choose("I forgot my password").await;
        b.click("Next").await;
        b.choose("Email to").await;
        b.click("Next").await;
        b.wait_text("Enter the code").await;
    }
    let (mine, theirs) = (
        world.code_by_mail(MAIL).await,
        world.code_by_mail(MAIL).await,
    );
    if mine != theirs {
        thief.fill("Code", &mine).await;
        thief.click("Go on").await;
        thief.wait_text("That isn't the code").await;
    }
    browser.fill("Code", &mine).await;
    browser.click("Go on").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    // Spent: typed once more, it leads to where its owner is and opens nothing further.
    browser.back().await;
    browser.fill("Code", &mine).await;
    browser.click("Go on").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    browser.wait_text("Step 2 of 3").await;
}
