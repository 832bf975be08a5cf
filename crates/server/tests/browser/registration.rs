//! The first sign-in of somebody for whom password reset was switched on.

use crate::common::{ADELE, Visit, expect_quiet};
use crate::world::World;
use keyward_testbed::browser::Browser;

const PHONE: &str = "+4915123456712";
const MAIL: &str = "adele@home.example";

/// Both methods, each proved with the code that was sent to it.
async fn set_up_both(world: &World, browser: &Browser) {
    browser.click("Set it up now Authentication phone").await;
    // What the organisation has on record is offered, and proved like anything else.
    assert_eq!(browser.value("Mobile number").await, PHONE);
    browser
        .wait_text("Your organization has this on record")
        .await;
    browser.click("Send code").await;
    browser.wait_text("Enter the code").await;
    browser.fill("Code", &world.code_by_sms(PHONE).await).await;
    browser.click("Go on").await;
    browser.wait_text(PHONE).await;

    browser.click("I want to set up a different method").await;
    browser.click("Set it up now Authentication email").await;
    browser.fill("Email address", MAIL).await;
    browser.click("Send code").await;
    browser.wait_text("Enter the code").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    browser.wait_text(MAIL).await;
}

#[tokio::test]
async fn first_sign_in_asks_for_two_methods_and_leads_on_to_where_one_was_going() {
    let world = World::start();
    let browser = world.visitor().await;
    world.open(&browser, "/account/activity").await;
    browser.wait_url("/signin").await;
    browser.fill("User name", ADELE.upn).await;
    browser.fill("Password", ADELE.password).await;
    browser.click("Sign in").await;
    browser
        .wait_text("Your organization needs more information to keep your account secure")
        .await;
    browser.click("Next").await;
    for method in ["Authenticator app", "Authentication phone"] {
        browser.wait_text(method).await;
    }

    // Too early: it says what is missing and loses nothing.
    browser.click("Finish").await;
    browser.wait_text("set up what is still missing").await;

    set_up_both(&world, &browser).await;
    browser.click("Finish").await;
    browser.wait_url("/account/activity").await;
    browser.wait_text("Added a method").await;
    expect_quiet(&browser).await;

    // Asked once.
    let other = world.visitor().await;
    world.sign_in(&other, ADELE).await;
    other.wait_text("Hello, Adele Vance").await;
    other.wait_text("2 methods").await;
    expect_quiet(&other).await;
    // Both were told, the new mailbox and that of work.
    for to in [MAIL, ADELE.upn] {
        world.mail(to, "was added").await;
    }
}

#[tokio::test]
async fn a_cancelled_registration_lands_and_is_asked_again_at_the_next_sign_in() {
    let world = World::start();
    let browser = world.visitor().await;
    world.sign_in(&browser, ADELE).await;
    browser.wait_text("More information needed").await;
    browser.click("Not now").await;
    browser.wait_text("Hello, Adele Vance").await;
    browser
        .wait_text("You can't reset a forgotten password yet")
        .await;
    browser.click("Sign out").await;
    browser.wait_text("You are signed out").await;

    world.sign_in(&browser, ADELE).await;
    browser.wait_text("More information needed").await;
    // Also from the second page on.
    browser.click("Next").await;
    browser.click("Not now").await;
    browser.wait_text("Hello, Adele Vance").await;
    browser.click("Set it up now").await;
    browser.wait_text("More information needed").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_a_new_one_replaces_the_old() {
    let world = World::start();
    let browser = world.visitor().await;
    world.sign_in(&browser, ADELE).await;
    browser.click("Next").await;
    browser.click("I want to set up a different method").await;
    browser.click("Set it up now Authentication email").await;
    browser.fill("Email address", "adele@contoso.example").await;
    browser.click("Send code").await;
    browser
        .wait_text("Use an address outside this account")
        .await;
    browser.fill("Email address", MAIL).await;
    browser.click("Send code").await;
    let first = world.code_by_mail(MAIL).await;
    let wrong = if first == "000000" {
        "111111"
    } else {
        "000000"
    };
    browser.fill("Code", wrong).await;
    browser.click("Go on").await;
    browser.wait_text("That isn't the code").await;

    browser.click("Didn't get it?").await;
    browser.click("Get a new code").await;
    browser.fill("Email address", MAIL).await;
    browser.click("Send code").await;
    let second = world.code_by_mail(MAIL).await;
    if first != second {
        browser.fill("Code", &first).await;
        browser.click("Go on").await;
        browser.wait_text("That isn't the code").await;
    }
    browser.fill("Code", &second).await;
    browser.click("Go on").await;
    browser.wait_url("/register/methods").await;
    browser.wait_text(MAIL).await;
    expect_quiet(&browser).await;
}
