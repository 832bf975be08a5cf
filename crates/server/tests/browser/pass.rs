//! An administrator gives somebody a Temporary Access Pass, who signs in with it and sets up a method.

use crate::common::{ADMIN, BRIAN, Gallery, Visit, expect_quiet};
use crate::not_me::set_up_both;
use crate::world::World;

#[tokio::test]
async fn a_pass_is_made_used_and_deleted() {
    let world = World::by_codes();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    set_up_both(&world, &gallery.browser).await;
    let settings = "/admin/password-reset/in-person";
    world.open(&gallery.browser, settings).await;
    gallery.browser.choose("Administrators make passes").await;
    gallery.browser.click("Save").await;
    gallery.browser.wait_text("saved").await;

    world.open(&gallery.browser, "/admin/users").await;
    gallery.browser.click("Brian Johnson").await;
    let user = gallery.browser.url().await;
    gallery.browser.click("Temporary Access Pass").await;
    gallery.browser.wait_text("Make a pass for").await;
    gallery.page("admin-pass").await;
    // Without the language in the address, to which the form is sent.
    gallery.browser.goto(&user).await;
    gallery.browser.click("Temporary Access Pass").await;
    gallery.browser.click("Make pass").await;
    gallery.browser.wait_text("The pass is ready").await;
    gallery.answer("admin-pass-made").await;
    let pass = gallery.browser.find("#access-pass").await;
    let pass = pass.text().await.unwrap();
    gallery.browser.goto(&user).await;
    gallery.browser.wait_text("Active until").await;

    let person = world.visitor().await;
    let admin = std::mem::replace(&mut gallery.browser, person);
    gallery
        .pages(&world, &[("/signin/pass", "signin-pass")])
        .await;
    world.open(&gallery.browser, "/signin").await;
    gallery
        .browser
        .click("Sign in with a Temporary Access Pass")
        .await;
    gallery.browser.wait_url("/signin/pass").await;
    gallery.browser.fill("User name", BRIAN.upn).await;
    gallery
        .browser
        .fill("Temporary Access Pass", &pass.to_lowercase())
        .await;
    gallery.browser.click("Sign in").await;
    // A method is added without any older one being asked for.
    gallery.browser.wait_no_text("pass is wrong").await;
    world
        .open(&gallery.browser, "/account/security/add/email")
        .await;
    gallery
        .browser
        .wait_url("/account/security/add/email")
        .await;

    admin.click("Delete pass").await;
    admin.wait_text("The pass was deleted").await;
    world.open(&gallery.browser, "/account").await;
    gallery.browser.wait_url("/signin").await;
    for browser in [&admin, &gallery.browser] {
        expect_quiet(browser).await;
    }
    gallery.close();
}
