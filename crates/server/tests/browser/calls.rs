//! Codes that are said in a call, to the phone in one's pocket and to the one on the desk.

use crate::common::{ADMIN, BRIAN, Gallery, Visit, expect_quiet, start_reset};
use crate::world::{WAIT, World};
use keyward_testbed::calls::{code_of, press, said};
use keyward_testbed::sms::AUTH_TOKEN;

const PHONE: &str = "+4915123456734";
const NEW: &str = "seven green lamps";

// case: PH-13
#[tokio::test]
async fn somebody_is_called_proves_it_by_the_code_and_a_mailbox_gets_none() {
    let world = World::with_calls();
    let browser = world.visitor().await;
    start_reset(&world, &browser, BRIAN.upn).await;
    browser.choose("I forgot my password").await;
    browser.click("Next").await;
    browser.choose("Call to").await;
    browser.click("Next").await;
    browser.wait_text("Which number is it?").await;
    browser.fill("Mobile number", "+49 151 23456735").await;
    browser.click("Call me").await;
    browser.wait_text("That isn't the number we have").await;
    assert!(world.calls.calls().is_empty());
    browser.fill("Mobile number", PHONE).await;
    browser.click("Call me").await;
    browser.wait_text("Pick up, press 1").await;
    let call = world.calls.wait_for(1, WAIT).await;
    assert_eq!(call.to, PHONE);
    // What a mailbox records.
    let heard = call.heard().join(" ");
    assert!(heard.contains("press 1") && heard.contains("No code without the key"));
    let url = call.answer_url();
    let (status, document) = press(&url, "9", AUTH_TOKEN);
    assert_eq!((status, said(&document).len()), (200, 1), "{document}");
    let (status, _) = press(&url, "1", "somebody else's token");
    assert_eq!(status, 404);
    let (status, document) = press(&url, "1", AUTH_TOKEN);
    assert_eq!(status, 200);
    let code = code_of(&said(&document));
    assert_eq!(call.code(), code, "asked again");
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    for used in ["Call to", "Text message to"] {
        assert!(!browser.has_text(used).await, "{used}");
    }
    let (status, _) = press(&url, "1", AUTH_TOKEN);
    assert_eq!(status, 404, "typed, and said no more");
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.fill("New password", NEW).await;
    browser.fill("New password again", NEW).await;
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn the_phone_on_the_desk_is_set_up_in_german_and_by_keyboard() {
    let world = World::with_calls();
    let browser = world.visitor().await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_url("/account").await;
    world.open(&browser, "/account/security/prove").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.wait_text("Add a phone").await;
    world.open(&browser, "/account/security?lang=de").await;
    browser.click("Bürotelefon hinzufügen").await;
    browser.wait_text("+493012345678 x567").await;
    browser.click("Anrufen lassen").await;
    browser.wait_text("drücken Sie die 1").await;
    let call = world.calls.wait_for(1, WAIT).await;
    assert_eq!(
        (call.to.as_str(), call.dialled.as_str()),
        ("+493012345678", "wwww567")
    );
    assert!(call.heard()[0].starts_with("Guten Tag. Hier ist"));
    browser.fill("Code", &call.code()).await;
    browser.click("Weiter").await;
    browser.wait_text("Bürotelefon").await;
    browser.wait_text("+493012345678 x567").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn gallery_of_calls() {
    let world = World::with_calls();
    let mut gallery = Gallery::of(world.visitor().await);
    start_reset(&world, &gallery.browser, BRIAN.upn).await;
    gallery.browser.choose("I forgot my password").await;
    gallery.browser.click("Next").await;
    gallery.page("reset-verify-calls").await;
    world.open(&gallery.browser, "/reset/verify?lang=en").await;
    gallery.browser.choose("Call to").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_text("Which number is it?").await;
    gallery.page("reset-call").await;
    gallery.browser.fill("Mobile number", PHONE).await;
    gallery.browser.click("Call me").await;
    gallery.browser.wait_text("Pick up, press 1").await;
    gallery.page("reset-code-call").await;
    world.sign_in(&gallery.browser, BRIAN).await;
    gallery.browser.wait_url("/account").await;
    world
        .open(&gallery.browser, "/account/security/prove")
        .await;
    gallery.page("security-prove-calls").await;
    world
        .open(&gallery.browser, "/account/security/prove?lang=en")
        .await;
    gallery.browser.choose("Email to").await;
    gallery.browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    gallery.browser.fill("Code", &code).await;
    gallery.browser.click("Go on").await;
    gallery.browser.wait_text("Add a phone").await;
    for (path, name) in [
        ("/account/security/add/mobile-phone", "security-add-either"),
        ("/account/security/add/office-phone", "security-add-desk"),
    ] {
        world.open(&gallery.browser, path).await;
        gallery.page(name).await;
    }
    gallery.close();

    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    world.open(&gallery.browser, "/admin/users").await;
    gallery.browser.click("Brian Johnson").await;
    gallery.browser.wait_text("Brian Johnson").await;
    let url = gallery.browser.url().await;
    let page = url.strip_prefix(&world.url).unwrap().to_owned();
    let pages = [
        (
            "/admin/password-reset/methods".to_owned(),
            "admin-policy-calls",
        ),
        (format!("{page}/edit"), "admin-user-edit-desk"),
        (
            format!("{page}/methods/add/office-phone"),
            "admin-user-add-desk",
        ),
    ];
    let pages = pages.each_ref().map(|(path, name)| (path.as_str(), *name));
    gallery.pages(&world, &pages).await;
    gallery.close();
}
