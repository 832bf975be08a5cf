//! Passkeys, in the browser's own implementation, with a device that Chromium plays (WebAuthn section 11).

use crate::common::{BRIAN, Gallery, Visit, expect_quiet, start_reset};
use crate::world::World;
use keyward_testbed::browser::Browser;

const MAIL: &str = "brian@home.example";

/// Proves a mailbox, as Brian, who is signed in.
async fn prove(world: &World, browser: &Browser) {
    world.open(browser, "/account/security/prove").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    browser.wait_url("/account/security").await;
}

/// Adds a passkey of this name.
async fn add(browser: &Browser, name: &str) {
    browser.click("Add a passkey").await;
    browser.fill("Name", name).await;
    browser.click("Next").await;
    browser.wait_text("Create the passkey").await;
    browser.click("Create passkey").await;
}

#[tokio::test]
async fn a_passkey_is_made_signs_in_and_opens_a_gate() {
    let world = World::with_passkeys();
    let browser = world.visitor().await;
    let device = browser.add_authenticator().await;
    world.sign_in(&browser, BRIAN).await;
    prove(&world, &browser).await;
    add(&browser, "Laptop").await;
    browser.wait_url("/account/security").await;
    browser.wait_text("Laptop").await;
    let told = world.mail(MAIL, "was added").await;
    assert!(told.text.contains("the passkey \"Laptop\""));
    // The same device has one already.
    add(&browser, "Laptop again").await;
    browser
        .wait_text("This device has a passkey for your account already")
        .await;
    world.open(&browser, "/account/security").await;
    browser.click("Rename Laptop").await;
    browser.wait_text("What do you call this passkey?").await;
    browser.fill("Name", "My laptop").await;
    browser.click("Save").await;
    browser.wait_text("My laptop").await;

    // Without a name, without a password, and where one was going.
    browser.click("Sign out").await;
    world.open(&browser, "/account/activity").await;
    browser.wait_url("/signin").await;
    browser.click("Sign in with a passkey").await;
    browser.wait_url("/account/activity").await;
    // That was a fresh proof as well.
    world.open(&browser, "/account/security/add/email").await;
    browser.wait_text("What is your other email address?").await;

    // A device that doesn't recognise its owner signs nothing.
    browser.click("Sign out").await;
    browser.recognise(&device, false).await;
    world.open(&browser, "/signin/passkey").await;
    browser.wait_text("Nothing was confirmed").await;
    browser.recognise(&device, true).await;
    browser.click("Use passkey").await;
    browser.wait_url("/account").await;

    // One's own session proves itself by it.
    browser.forget_cookies().await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_text("Hello, Brian Johnson").await;
    world.open(&browser, "/account/security/prove").await;
    browser.choose("Passkey").await;
    browser.click("Next").await;
    browser.wait_text("Add a passkey").await;
    assert!(!browser.has_text("Before you change anything").await);

    browser.forget_cookies().await;
    start_reset(&world, &browser, BRIAN.upn).await;
    browser.click("Next").await;
    browser.choose("Passkey").await;
    browser.click("Next").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    assert!(!browser.has_text("Passkey").await);
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    for label in ["New password", "New password again"] {
        browser.fill(label, "seven green lamps").await;
    }
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;

    // Removed, it signs nobody in, though the device still has it.
    world.open(&browser, "/signin/passkey").await;
    browser.wait_text("Hello, Brian Johnson").await;
    world.open(&browser, "/account/security").await;
    browser.click("Remove My laptop").await;
    browser.click("Remove").await;
    browser.wait_url("/account/security").await;
    browser.click("Sign out").await;
    world.open(&browser, "/signin/passkey").await;
    browser.wait_text("This passkey can't be used here").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn without_scripts_the_page_says_what_to_do() {
    let world = World::with_passkeys();
    let browser = world.visitor_without_scripts().await;
    world.open(&browser, "/signin").await;
    browser.click("Sign in with a passkey").await;
    browser.wait_text("This browser can't use passkeys").await;
    browser.click("Sign in with a password").await;
    browser.wait_url("/signin").await;
}

#[tokio::test]
async fn gallery_of_passkeys() {
    let world = World::with_passkeys();
    let mut gallery = Gallery::of(world.visitor().await);
    gallery
        .pages(
            &world,
            &[
                ("/signin", "signin-with-passkeys"),
                ("/signin/passkey", "signin-passkey"),
            ],
        )
        .await;
    world.sign_in(&gallery.browser, BRIAN).await;
    prove(&world, &gallery.browser).await;
    gallery
        .pages(
            &world,
            &[("/account/security/add/passkey", "security-add-passkey")],
        )
        .await;
    gallery.browser.fill("Name", "My laptop").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/code").await;
    gallery.page("security-add-passkey-make").await;
    gallery.browser.add_authenticator().await;
    gallery.browser.click("Create passkey").await;
    gallery.browser.wait_text("My laptop").await;
    gallery.page("security-with-passkey").await;
    gallery.browser.click("Rename My laptop").await;
    gallery.page("security-rename-passkey").await;
    world.open(&gallery.browser, "/account/security").await;
    gallery.browser.click("Remove My laptop").await;
    gallery.page("security-remove-passkey").await;
    // A browser of somebody else, without that device.
    let browser = std::mem::replace(&mut gallery.browser, world.visitor().await);
    drop(browser);
    world.sign_in(&gallery.browser, BRIAN).await;
    world
        .open(&gallery.browser, "/account/security/prove")
        .await;
    gallery.browser.choose("Passkey").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/prove/code").await;
    gallery.page("security-prove-passkey").await;
    gallery.browser.forget_cookies().await;
    start_reset(&world, &gallery.browser, BRIAN.upn).await;
    gallery.browser.click("Next").await;
    gallery.browser.choose("Passkey").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/reset/code").await;
    gallery.page("reset-passkey").await;
    gallery.close();
}
