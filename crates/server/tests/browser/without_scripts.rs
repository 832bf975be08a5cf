//! The core flows with JavaScript off.

use crate::common::{ADELE, ADMIN, BRIAN, CARLA, Visit, answer_the_sum, prove_both};
use crate::world::World;

#[tokio::test]
async fn registration_works_without_scripts() {
    let world = World::start();
    let browser = world.visitor_without_scripts().await;
    world.sign_in(&browser, ADELE).await;
    browser.click("Next").await;
    browser.click("Set it up now Authentication phone").await;
    browser.click("Send code").await;
    let code = world.code_by_sms("+4915123456712").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.click("I want to set up a different method").await;
    browser.click("Set it up now Authentication email").await;
    browser.click("Send code").await;
    let code = world.code_by_mail("adele@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.click("Finish").await;
    browser.wait_text("Hello, Adele Vance").await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_without_scripts() {
    let world = World::start();
    let browser = world.visitor_without_scripts().await;
    world.open(&browser, "/reset").await;
    browser.fill("User name", BRIAN.upn).await;
    browser.fill("How much is", "99").await;
    browser.click("Next").await;
    browser
        .wait_text("The check that you aren't a robot wasn't passed")
        .await;
    assert_eq!(browser.value("User name").await, BRIAN.upn);
    answer_the_sum(&browser).await;
    browser.click("Next").await;
    browser.choose("I forgot my password").await;
    browser.click("Next").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    // As people copy it.
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    browser.fill("Code", &spaced).await;
    browser.click("Go on").await;
    browser.choose("Text message to").await;
    browser.click("Next").await;
    browser.fill("Mobile number", "+49 151 23456734").await;
    browser.click("Send code").await;
    let code = world.code_by_sms("+4915123456734").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;

    browser.fill("New password", "short").await;
    browser.fill("New password again", "short").await;
    browser.click("Set new password").await;
    browser.wait_text("Use 12 characters or more").await;
    browser.fill("New password", "nine purple doors").await;
    browser
        .fill("New password again", "nine purple doors")
        .await;
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
    world
        .sign_in_as(&browser, BRIAN.upn, "nine purple doors")
        .await;
    browser.wait_text("Hello, Brian Johnson").await;
}

#[tokio::test]
async fn passwords_are_changed_without_scripts() {
    let world = World::start();
    let browser = world.visitor_without_scripts().await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_text("Hello, Brian Johnson").await;
    world.open(&browser, "/account/password").await;
    browser.fill("Current password", BRIAN.password).await;
    browser.fill("New password", "nine purple doors").await;
    browser.fill("New password again", "nine purple door").await;
    browser.click("Change password").await;
    browser.wait_text("There is a problem").await;
    for (label, text) in [
        ("Current password", BRIAN.password),
        ("New password", "nine purple doors"),
        ("New password again", "nine purple doors"),
    ] {
        browser.fill(label, text).await;
    }
    browser.click("Change password").await;
    browser.wait_text("Your password was changed").await;

    // Somebody who has to.
    let browser = world.visitor_without_scripts().await;
    world.sign_in(&browser, CARLA).await;
    browser.wait_text("Your password is temporary").await;
    browser.fill("New password", "a lamp of copper").await;
    browser.fill("New password again", "a lamp of copper").await;
    browser.click("Save and go on").await;
    browser.wait_text("Hello, Carla Meyer").await;
}

#[tokio::test]
async fn an_account_is_unlocked_and_held_without_scripts() {
    let world = World::start();
    let browser = world.visitor_without_scripts().await;
    for n in 1..=10 {
        let wrong = format!("wrong password {n}");
        world.sign_in_as(&browser, BRIAN.upn, &wrong).await;
    }
    browser.wait_text("Sign-in is locked").await;
    world.open(&browser, "/reset").await;
    browser.fill("User name", BRIAN.upn).await;
    answer_the_sum(&browser).await;
    browser.click("Next").await;
    browser
        .choose("I know my password, but still can't sign in")
        .await;
    browser.click("Next").await;
    prove_both(&world, &browser).await;
    browser.wait_text("Your account is unlocked").await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_text("Hello, Brian Johnson").await;

    let notice = world
        .mail("brian@home.example", "Your account was unlocked")
        .await;
    browser.goto(&notice.links()[0]).await;
    browser.wait_text("Wasn't it you?").await;
    browser.click("It wasn't me: lock my account").await;
    browser.wait_text("Your account is locked").await;
    world.open(&browser, "/account").await;
    browser.wait_url("/signin").await;
}

#[tokio::test]
async fn password_reset_is_switched_on_without_scripts() {
    let world = World::start();
    let browser = world.visitor_without_scripts().await;
    world.sign_in_admin(&browser, ADMIN).await;
    browser.click("Properties").await;
    browser.choose("Selected").await;
    browser.fill("Search for groups", "sales").await;
    browser.click("Search").await;
    browser.wait_text("Sales").await;
    assert!(
        browser.is_chosen("SSPR pilot").await,
        "what was chosen stays"
    );
    browser.choose("Sales").await;
    browser.click("Save").await;
    browser.wait_text("Check the effect").await;
    browser.click("Save changes").await;
    browser
        .wait_text("The change was saved and counts from now on")
        .await;
    assert!(browser.is_chosen("Sales").await && browser.is_chosen("SSPR pilot").await);

    browser.click("Groups").await;
    browser.click("New group").await;
    browser.select("Group type", "Security").await;
    browser.fill("Group name", "Night shift").await;
    browser.fill("Search for users", "dora").await;
    browser.click("Search").await;
    browser.choose("Dora Schmidt").await;
    browser.click("Create group").await;
    browser.wait_text("The group was created").await;
    browser.wait_text("Members (1)").await;
}
