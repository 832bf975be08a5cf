//! Every page of registration and of one's own account.

use crate::common::{ADELE, BRIAN, CARLA, Gallery, Visit};
use crate::world::World;
use keyward_testbed::authenticator::Authenticator;

#[tokio::test]
async fn gallery_of_registration() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in(&gallery.browser, ADELE).await;
    gallery.browser.wait_url("/register").await;
    gallery.page("register").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/register/methods").await;
    gallery.page("register-methods").await;
    gallery.browser.click("Finish").await;
    gallery.browser.wait_text("set up what is still").await;
    gallery.answer("register-methods-missing").await;
    world
        .open(&gallery.browser, "/register/methods?lang=en")
        .await;
    gallery
        .browser
        .click("I want to set up a different method")
        .await;
    gallery.look("register-methods-different", "en").await;
    world.open(&gallery.browser, "/register/email").await;
    gallery.page("register-email").await;
    world
        .open(&gallery.browser, "/register/authenticator-app")
        .await;
    gallery.page("register-app").await;
    gallery.browser.fill("Name", "Pixel 8").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/code").await;
    gallery.page("register-app-code").await;
    world.open(&gallery.browser, "/register/mobile-phone").await;
    gallery.page("register-phone").await;
    gallery.browser.click("Send code").await;
    gallery.browser.wait_url("/code").await;
    gallery.page("register-code").await;
    let code = world.code_by_sms("+4915123456712").await;
    gallery.browser.fill("Code", &code).await;
    gallery.browser.click("Go on").await;
    gallery.browser.wait_text("+4915123456712").await;
    gallery.page("register-methods-half").await;
    gallery.browser.click("Not now").await;
    gallery.browser.wait_url("/account").await;
    gallery.page("account-incomplete").await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_the_account() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in(&gallery.browser, CARLA).await;
    gallery.browser.wait_url("/signin/change").await;
    gallery.page("signin-change").await;
    gallery.browser.click("Sign out").await;
    gallery.browser.wait_text("You are signed out").await;
    gallery.look("signed-out", "en").await;
    // Once signed out, the form can't be sent again.
    world.sign_in(&gallery.browser, CARLA).await;
    gallery.browser.wait_url("/signin/change").await;
    gallery.speak("de").await;
    gallery.browser.click_css("button[form=signout]").await;
    gallery.browser.wait_text("Sie sind abgemeldet").await;
    gallery.look("signed-out", "de").await;
    gallery.speak("en").await;
    world.sign_in(&gallery.browser, BRIAN).await;
    gallery.browser.wait_url("/account").await;
    gallery.page("account").await;
    for (path, name) in [
        ("/account/activity", "activity"),
        ("/account/password", "password"),
        ("/account/password?known", "password-known"),
        ("/account/security", "security"),
        ("/account/security/prove", "security-prove"),
    ] {
        world.open(&gallery.browser, path).await;
        gallery.page(name).await;
    }
    gallery.browser.choose("Email to").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/prove/code").await;
    gallery.page("security-prove-code").await;
    let code = world.code_by_mail("brian@home.example").await;
    gallery.browser.fill("Code", &code).await;
    gallery.browser.click("Go on").await;
    gallery.browser.wait_text("Add a phone").await;
    gallery.page("security-fresh").await;
    gallery.browser.click("Add a phone").await;
    gallery.page("security-add").await;
    gallery
        .browser
        .fill("Mobile number", "+49 151 23456799")
        .await;
    gallery.browser.click("Send code").await;
    gallery.browser.wait_url("/code").await;
    gallery.page("security-add-code").await;
    world.open(&gallery.browser, "/account/security").await;
    gallery.browser.click("Change").await;
    gallery.page("security-change").await;
    let change = gallery.browser.url().await;
    let change = change.split('?').next().unwrap_or_default();
    gallery.browser.goto(&format!("{change}/code")).await;
    gallery.page("security-change-code").await;
    world
        .open(&gallery.browser, "/account/security/add/authenticator-app")
        .await;
    gallery.page("security-add-app").await;
    gallery.browser.fill("Name", "Pixel 8").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/code").await;
    gallery.page("security-add-app-code").await;
    gallery.browser.fill("Code", "12345").await;
    gallery.browser.click("Go on").await;
    gallery.browser.wait_text("Wait for the next one").await;
    gallery.answer("security-add-app-wrong").await;
    gallery.browser.reload().await;
    gallery.browser.click("I can't scan it").await;
    let spelled = gallery.browser.find("#seed").await.text().await.unwrap();
    let app = Authenticator::typed(&spelled);
    gallery.browser.fill("Code", &app.code(0)).await;
    gallery.browser.click("Go on").await;
    gallery.browser.wait_text("Pixel 8").await;
    gallery.page("security-with-app").await;
    gallery.browser.click("Rename").await;
    gallery.page("security-rename").await;
    world.open(&gallery.browser, "/account/security").await;
    gallery.browser.click("Remove Pixel 8").await;
    gallery.page("security-remove-app").await;
    world.open(&gallery.browser, "/account/help").await;
    gallery.page("account-help").await;
    world.open(&gallery.browser, "/account/help").await;
    gallery.browser.click("Ask for help").await;
    gallery
        .browser
        .wait_text("They know that you need help")
        .await;
    gallery.answer("account-help-sent").await;
    world.open(&gallery.browser, "/account/security").await;
    gallery.browser.click("Remove").await;
    gallery.browser.wait_text("Remove this method?").await;
    gallery.page("security-remove").await;
    world.open(&gallery.browser, "/account/password/done").await;
    gallery.page("password-done").await;
    gallery.close();
}
