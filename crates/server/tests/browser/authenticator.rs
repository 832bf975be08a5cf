//! An authenticator app: connected with a real reader of QR codes, and then used instead of a phone.

use crate::common::{ADELE, BRIAN, Visit, expect_quiet, start_reset};
use crate::world::World;
use keyward_testbed::authenticator::Authenticator;
use keyward_testbed::browser::Browser;

const MAIL: &str = "brian@home.example";
const NEW: &str = "seven green lamps";

/// From Security info to the page with the QR code, as Brian, who proves his mailbox first.
pub(crate) async fn begin_app(world: &World, browser: &Browser, name: &str) {
    world.open(browser, "/account/security/prove").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    browser.click("Add an authenticator app").await;
    browser.fill("Name", name).await;
    browser.click("Next").await;
    browser.wait_text("Connect your app").await;
}

#[tokio::test]
async fn an_app_is_connected_by_its_qr_code_and_opens_a_gate() {
    let world = World::start();
    let browser = world.visitor().await;
    world.sign_in(&browser, BRIAN).await;
    begin_app(&world, &browser, "Pixel 8").await;
    // A reader finds it in the dark and on a narrow screen as well.
    browser.appear(true).await;
    browser.resize(320, 900).await;
    let dark = Authenticator::scan(&browser.screenshot("authenticator-scanned-dark").await);
    browser.appear(false).await;
    browser.resize(1280, 900).await;
    let app = Authenticator::scan(&browser.screenshot("authenticator-scanned").await);
    assert_eq!(app.uri, dark.uri);
    assert!(app.uri.contains("brian%40contoso.example"), "{}", app.uri);
    // The key that can be typed is the same.
    browser.click("I can't scan it").await;
    let spelled = browser.find("#seed").await.text().await.unwrap();
    assert!(app.uri.contains(&spelled.replace(' ', "")));

    browser.fill("Code", "12345").await;
    browser.click("Go on").await;
    browser.wait_text("Wait for the next one in your app").await;
    browser.fill("Code", &app.code(0)).await;
    browser.click("Go on").await;
    browser.wait_url("/account/security").await;
    browser.wait_text("Pixel 8").await;
    let told = world.mail(MAIL, "was added").await;
    assert!(told.text.contains("the authenticator app \"Pixel 8\""));
    browser.click("Rename Pixel 8").await;
    browser.fill("Name", "My phone").await;
    browser.click("Save").await;
    browser.wait_text("My phone").await;
    // What was shown is shown no more.
    world
        .open(&browser, "/account/security/add/authenticator-app/code")
        .await;
    browser.wait_text("Set up an authenticator app").await;
    assert!(!browser.source().await.contains("<rect"));

    browser.forget_cookies().await;
    start_reset(&world, &browser, BRIAN.upn).await;
    browser.click("Next").await;
    browser.choose("Authenticator app").await;
    browser.click("Next").await;
    browser.wait_text("type the code that it shows now").await;
    assert!(
        !browser.has_text("My phone").await,
        "a stranger sees no name"
    );
    // That of a moment ago is used; the next one is good for a while already.
    browser.fill("Code", &app.code(30)).await;
    browser.click("Go on").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    assert!(!browser.has_text("Authenticator app").await);
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    for label in ["New password", "New password again"] {
        browser.fill(label, NEW).await;
    }
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
    world.sign_in_as(&browser, BRIAN.upn, NEW).await;
    browser.wait_text("Hello, Brian Johnson").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn whoever_registers_is_asked_for_the_strongest_first_and_may_choose_another() {
    let world = World::start();
    let browser = world.visitor().await;
    world.sign_in(&browser, ADELE).await;
    browser.click("Next").await;
    browser.wait_text("Authenticator app").await;
    assert!(!browser.has_text("Authentication email").await);
    browser.click("Set it up now Authenticator app").await;
    browser.fill("Name", "Adele's phone").await;
    browser.click("Next").await;
    let app = Authenticator::scan(&browser.screenshot("register-app-scanned").await);
    browser.fill("Code", &app.code(0)).await;
    browser.click("Go on").await;
    browser.wait_url("/register/methods").await;
    browser.wait_text("Adele's phone").await;
    // A mailbox instead of the phone that was asked for.
    browser.click("I want to set up a different method").await;
    browser.click("Set it up now Authentication email").await;
    browser.fill("Email address", "adele@home.example").await;
    browser.click("Send code").await;
    let code = world.code_by_mail("adele@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.wait_text("adele@home.example").await;
    assert!(
        !browser.has_text("Authentication phone").await,
        "nothing more is asked for"
    );
    browser.click("Finish").await;
    browser.wait_text("Hello, Adele Vance").await;
    expect_quiet(&browser).await;
}
