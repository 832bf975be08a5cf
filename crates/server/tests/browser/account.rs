//! Changing a password that one knows, or has to.

use crate::common::{BRIAN, CARLA, DORA, Visit, expect_quiet};
use crate::world::World;

#[tokio::test]
async fn a_known_password_is_changed_and_other_sessions_end() {
    let world = World::start();
    let (browser, elsewhere) = (world.visitor().await, world.visitor().await);
    for b in [&browser, &elsewhere] {
        world.sign_in(b, BRIAN).await;
        b.wait_text("Hello, Brian Johnson").await;
    }
    world.open(&browser, "/account/password").await;
    browser.fill("Current password", "not this one").await;
    browser.fill("New password", "seven green lamps").await;
    browser
        .fill("New password again", "seven green lamps")
        .await;
    browser.click("Change password").await;
    browser.wait_text("That isn't your current password").await;
    browser.fill("Current password", BRIAN.password).await;
    browser.fill("New password", BRIAN.password).await;
    browser.fill("New password again", BRIAN.password).await;
    browser.click("Change password").await;
    browser
        .wait_text("Choose one that you don't have now")
        .await;
    browser.fill("Current password", BRIAN.password).await;
    browser.fill("New password", "seven green lamps").await;
    browser.find(".verdicts li.ok").await;
    browser
        .fill("New password again", "seven green lamps")
        .await;
    browser.click("Change password").await;
    browser.wait_text("Your password was changed").await;
    browser.click("Go to my account").await;
    browser.wait_text("Hello, Brian Johnson").await;
    browser.wait_text("Signed in on 1 device").await;
    elsewhere.reload().await;
    elsewhere.wait_url("/signin").await;

    world.sign_in(&elsewhere, BRIAN).await;
    elsewhere
        .wait_text("The user name or password is wrong")
        .await;
    world
        .sign_in_as(&elsewhere, BRIAN.upn, "seven green lamps")
        .await;
    elsewhere.wait_text("Hello, Brian Johnson").await;
    // From there the first one is signed out.
    elsewhere.click("Sign out everywhere else").await;
    elsewhere
        .wait_text("You are signed out everywhere else")
        .await;
    browser.reload().await;
    browser.wait_url("/signin").await;
    for to in [BRIAN.upn, "brian@home.example"] {
        world.mail(to, "Your password was changed").await;
    }
    expect_quiet(&browser).await;
    expect_quiet(&elsewhere).await;
}

#[tokio::test]
async fn a_temporary_password_is_changed_before_anything_else() {
    let world = World::start();
    let browser = world.visitor().await;
    world.open(&browser, "/account/activity").await;
    browser.fill("User name", CARLA.upn).await;
    browser.fill("Password", CARLA.password).await;
    browser.click("Sign in").await;
    browser.wait_text("Your password is temporary").await;
    // Nothing else is open until then.
    for path in ["/account", "/account/security", "/register", "/admin/users"] {
        world.open(&browser, path).await;
        browser.wait_text("Your password is temporary").await;
    }
    browser.fill("New password", CARLA.password).await;
    browser.fill("New password again", CARLA.password).await;
    browser.click("Save and go on").await;
    browser
        .wait_text("Choose one that you don't have now")
        .await;
    browser.fill("New password", "three yellow boats").await;
    browser
        .fill("New password again", "three yellow boats")
        .await;
    browser.click("Save and go on").await;
    browser.wait_url("/account/").await;
    browser.wait_text("Recent activity").await;
    browser.click("Sign out").await;
    world
        .sign_in_as(&browser, CARLA.upn, "three yellow boats")
        .await;
    browser.wait_text("Hello, Carla Meyer").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn an_expired_password_is_changed_at_sign_in() {
    let world = World::of_demo(
        "UPDATE tenants SET policy = json_set(policy, '$.password_max_age_days', 30);
         UPDATE users SET password_changed_at = password_changed_at - 31 * 86400 * 1000000",
        &[],
    );
    let browser = world.visitor().await;
    world.sign_in(&browser, DORA).await;
    browser.wait_text("Your password has expired").await;
    browser.fill("New password", "three yellow boats").await;
    browser
        .fill("New password again", "three yellow boats")
        .await;
    browser.click("Save and go on").await;
    browser.wait_text("Hello, Dora Schmidt").await;
    expect_quiet(&browser).await;
}
