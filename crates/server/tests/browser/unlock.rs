//! Too many wrong passwords, and the way back in.

use crate::common::{BRIAN, Visit, expect_quiet, start_reset};
use crate::world::World;

#[tokio::test]
async fn ten_wrong_passwords_lock_and_a_proof_unlocks_without_a_new_password() {
    let world = World::start();
    let browser = world.visitor().await;
    for n in 1..=10 {
        world
            .sign_in_as(&browser, BRIAN.upn, &format!("wrong password {n}"))
            .await;
        let text = if n < 10 {
            "The user name or password is wrong"
        } else {
            "Sign-in is locked"
        };
        browser.wait_text(text).await;
    }
    // The right one is refused as well.
    browser.fill("Password", BRIAN.password).await;
    browser.click("Sign in").await;
    browser.wait_text("Sign-in is locked").await;

    start_reset(&world, &browser, BRIAN.upn).await;
    browser
        .choose("I know my password, but still can't sign in")
        .await;
    browser.click("Next").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.choose("Text message to").await;
    browser.click("Next").await;
    browser.fill("Mobile number", "+49 151 23456734").await;
    browser.click("Send code").await;
    let code = world.code_by_sms("+4915123456734").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.wait_text("Your account is unlocked").await;

    browser.click("Sign in").await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_text("Hello, Brian Johnson").await;
    world
        .mail("brian@home.example", "Your account was unlocked")
        .await;
    expect_quiet(&browser).await;
}
