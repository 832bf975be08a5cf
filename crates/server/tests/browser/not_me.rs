//! "It wasn't me": the link in every notice.

use crate::common::{ADMIN, BRIAN, HELP, Visit, expect_quiet, start_reset};
use crate::world::World;
use keyward_testbed::browser::Browser;

const MAIL: &str = "brian@home.example";

/// Changes Brian's password, as somebody who found it out; returns the link that he gets.
async fn somebody_changes_the_password(world: &World, browser: &Browser) -> String {
    world.sign_in(browser, BRIAN).await;
    world.open(browser, "/account/password").await;
    browser.fill("Current password", BRIAN.password).await;
    browser.fill("New password", "now it is mine").await;
    browser.fill("New password again", "now it is mine").await;
    browser.click("Change password").await;
    browser.wait_text("Your password was changed").await;
    let notice = world.mail(MAIL, "Your password was changed").await;
    notice.links().remove(0)
}

/// What the administrator proves themselves by.
pub(crate) const ADMINS_PHONE: &str = "+4915123456799";
pub(crate) const ADMINS_MAIL: &str = "admin@home.example";

/// Both are set up, each with the code that was sent to it.
pub(crate) async fn set_up_both(world: &World, admin: &Browser) {
    world.open(admin, "/register/mobile-phone").await;
    admin.fill("Mobile number", ADMINS_PHONE).await;
    admin.click("Send code").await;
    admin.wait_text("Enter the code").await;
    admin
        .fill("Code", &world.code_by_sms(ADMINS_PHONE).await)
        .await;
    admin.click("Go on").await;
    admin.wait_text(ADMINS_PHONE).await;
    world.open(admin, "/register/email").await;
    admin.fill("Email address", ADMINS_MAIL).await;
    admin.click("Send code").await;
    admin.wait_text("Enter the code").await;
    admin
        .fill("Code", &world.code_by_mail(ADMINS_MAIL).await)
        .await;
    admin.click("Go on").await;
    admin.wait_text(ADMINS_MAIL).await;
}

/// The administrator follows the link in the alert, and lets the user in again.
async fn release(world: &World, link: &str) {
    let admin = world.visitor().await;
    admin.goto(link).await;
    admin.wait_url("/signin").await;
    admin.fill("User name", ADMIN.upn).await;
    admin.fill("Password", ADMIN.password).await;
    admin.click("Sign in").await;
    admin.click("Not now").await;
    // Where they were going.
    admin.wait_text("held after").await;
    set_up_both(world, &admin).await;
    admin.goto(link).await;
    admin.click("Unlock").await;
    // Two methods, of different kinds.
    admin.wait_text("This takes two of your methods").await;
    admin.click("Next").await;
    admin
        .fill("Code", &world.code_by_sms(ADMINS_PHONE).await)
        .await;
    admin.click("Go on").await;
    admin.wait_text("by a method of another kind").await;
    admin.click("Next").await;
    admin
        .fill("Code", &world.code_by_mail(ADMINS_MAIL).await)
        .await;
    admin.click("Go on").await;
    // The password is the one that the owner disowned: it takes a word to keep it.
    admin.wait_text("Reset it first").await;
    expect_quiet(&admin).await;
    admin.choose("Lift the hold and keep the password").await;
    admin.click("Unlock").await;
    admin.wait_text("The account is unlocked").await;
    expect_quiet(&admin).await;
}

#[tokio::test]
async fn it_was_not_me_holds_the_account_and_tells_the_administrators() {
    let world = World::by_codes();
    let (thief, browser) = (world.visitor().await, world.visitor().await);
    let link = somebody_changes_the_password(&world, &thief).await;

    // What scanners do with a link: they open it, more than once.
    let scanner = world.visitor_without_scripts().await;
    for _ in 0..2 {
        scanner.goto(&link).await;
        scanner.wait_text("Wasn't it you?").await;
    }
    thief.reload().await;
    world.open(&thief, "/account").await;
    thief.wait_text("Hello, Brian Johnson").await;

    browser.goto(&link).await;
    browser.wait_text("Wasn't it you?").await;
    assert!(browser.url().await.ends_with("/not-me"));
    browser.click("It wasn't me: lock my account").await;
    browser.wait_text("Your account is locked").await;
    // The other copy of the link is spent with it.
    scanner.click("It wasn't me: lock my account").await;
    scanner.wait_text("This link can't be used any more").await;

    thief.reload().await;
    thief.wait_url("/signin").await;
    world.sign_in_as(&thief, BRIAN.upn, "now it is mine").await;
    thief.wait_text("The user name or password is wrong").await;

    // Nor by a reset: nothing is sent, though the pages look as always.
    start_reset(&world, &browser, BRIAN.upn).await;
    browser.click("Next").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.wait_text("Enter the code").await;
    browser.click("Didn't get it?").await;
    browser.click("Contact your administrator").await;
    browser.click("Ask for help").await;
    let asked = world.mail(HELP.upn, "asks for help").await;
    assert!(
        asked.text.contains("reported as not theirs"),
        "{}",
        asked.text
    );
    world
        .mail(HELP.upn, "Brian Johnson reports: it wasn't me")
        .await;
    let alert = world
        .mail(ADMIN.upn, "Brian Johnson reports: it wasn't me")
        .await;
    let codes = world.smtp.messages();
    assert!(
        !codes.iter().any(|m| m.subject.contains("Your code")),
        "{codes:#?}"
    );
    assert!(world.sms.messages().iter().all(|m| m.body.contains("was")));
    release(&world, &alert.links()[0]).await;
    world
        .sign_in_as(&browser, BRIAN.upn, "now it is mine")
        .await;
    browser.wait_text("Hello, Brian Johnson").await;
    for b in [&browser, &thief, &scanner] {
        expect_quiet(b).await;
    }
}
