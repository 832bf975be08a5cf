//! Administrators who help others, and whom they can't help.

use crate::common::{ADMIN, DORA, HELP, Visit, expect_quiet};
use crate::world::World;

#[tokio::test]
async fn the_helpdesk_resets_users_but_no_global_administrator() {
    let world = World::start();
    let browser = world.visitor().await;
    world.sign_in_admin(&browser, HELP).await;

    world.open(&browser, "/admin/users").await;
    browser.click("Alex Admin").await;
    browser.wait_text(ADMIN.upn).await;
    assert!(!browser.has_text("Reset password").await);
    // Nor by the address.
    let page = browser.url().await;
    browser.goto(&format!("{page}/reset-password")).await;
    if browser.count("main button.primary").await > 0 {
        browser.click_css("main button.primary").await;
    }
    browser
        .wait_text("This person holds rights that you don't have")
        .await;
    let other = world.visitor().await;
    world.sign_in_admin(&other, ADMIN).await;

    world.open(&browser, "/admin/users").await;
    browser.click("Dora Schmidt").await;
    browser.click("Reset password").await;
    browser
        .wait_text("Reset the password of Dora Schmidt?")
        .await;
    browser.click("Reset password").await;
    browser.wait_text("The password was reset").await;
    let secret = browser.find("#temporary-password").await;
    let temporary = secret.text().await.unwrap();
    browser.click("Go to Dora Schmidt").await;
    browser.wait_text("Must change the password").await;
    assert!(!browser.has_text(&temporary).await);
    world
        .mail(DORA.upn, "An administrator has reset your password")
        .await;

    world.sign_in(&other, DORA).await;
    other.wait_text("The user name or password is wrong").await;
    world.sign_in_as(&other, DORA.upn, &temporary).await;
    other.wait_text("Your password is temporary").await;
    other.fill("New password", "three yellow boats").await;
    other.fill("New password again", "three yellow boats").await;
    other.click("Save and go on").await;
    other.wait_text("Hello, Dora Schmidt").await;
    expect_quiet(&browser).await;
    expect_quiet(&other).await;
}
