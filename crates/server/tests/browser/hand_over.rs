//! An administrator hands an account over, by a link that needs no mail server.

use crate::common::{ADMIN, BRIAN, Gallery, Visit, expect_quiet};
use crate::not_me::{ADMINS_MAIL, ADMINS_PHONE, set_up_both};
use crate::world::World;
use keyward_testbed::browser::Browser;

/// The administrator chooses what a link for Brian opens; ends on the page that asks whether to make it.
async fn choose(world: &World, admin: &Browser, what: &str) {
    world.open(admin, "/admin/users").await;
    admin.click("Brian Johnson").await;
    admin.click("Hand over").await;
    admin.click(what).await;
}

/// The link as the page shows it.
async fn shown(admin: &Browser) -> String {
    admin.find("svg.qr").await;
    let link = admin.find("#hand-over-link").await;
    link.text().await.unwrap()
}

async fn choose_password(browser: &Browser, password: &str) {
    browser.wait_url("/reset/password").await;
    browser.fill("New password", password).await;
    browser.fill("New password again", password).await;
    browser.click_css("main form button.primary").await;
    browser.wait_url("/reset/done").await;
}

#[tokio::test]
async fn an_account_is_handed_over_without_mail_or_phone() {
    let world = World::by_codes();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    set_up_both(&world, &gallery.browser).await;
    let person = world.visitor().await;

    // A new password, the methods stay.
    choose(&world, &gallery.browser, "A new password").await;
    gallery.browser.wait_text("Make a link for").await;
    gallery.page("admin-hand-over-ask").await;
    // Without the language in the address, to which the form is sent.
    choose(&world, &gallery.browser, "A new password").await;
    gallery.browser.click("Make link").await;
    gallery.browser.wait_text("The link is ready").await;
    gallery.answer("admin-hand-over-made").await;
    let link = shown(&gallery.browser).await;
    let user = gallery.browser.url().await.replace("/password", "");
    gallery.browser.goto(&user).await;
    gallery
        .browser
        .wait_text("A link is waiting to be opened")
        .await;
    gallery.page("admin-hand-over").await;

    let admin = std::mem::replace(&mut gallery.browser, person);
    gallery.browser.goto(&link).await;
    gallery.browser.wait_text("Choose a new password").await;
    assert!(gallery.browser.url().await.ends_with("/hand-over"));
    gallery.page("hand-over").await;
    gallery.browser.click("Continue").await;
    choose_password(&gallery.browser, "garden seven lantern").await;
    // It works once.
    gallery.browser.goto(&link).await;
    gallery
        .browser
        .wait_text("This link can't be used any more")
        .await;
    gallery.look("hand-over-dead", "en").await;

    // Security info, for whoever has the password and lost the phone.
    choose(&world, &admin, "Security info").await;
    admin.click("Make link").await;
    admin.wait_text("The link is ready").await;
    let link = shown(&admin).await;
    gallery.browser.goto(&link).await;
    gallery.browser.click("Sign in").await;
    gallery.browser.wait_url("/signin").await;
    gallery.browser.fill("User name", BRIAN.upn).await;
    gallery
        .browser
        .fill("Password", "garden seven lantern")
        .await;
    gallery.browser.click("Sign in").await;
    gallery.browser.wait_url("/account/hand-over").await;
    gallery.page("account-hand-over").await;
    gallery.browser.click("Continue").await;
    gallery.browser.wait_url("/account/security").await;
    let remove = "main a[href^='/account/security/remove/']";
    gallery.browser.click_css(remove).await;
    // No older method is asked for first.
    gallery.browser.wait_url("/account/security/remove/").await;

    // The whole account takes two methods of the administrator's.
    choose(&world, &admin, "The whole account").await;
    admin.wait_text("This takes two of your methods").await;
    admin.click("Next").await;
    let code = world.code_by_sms(ADMINS_PHONE).await;
    admin.fill("Code", &code).await;
    admin.click("Go on").await;
    admin.wait_text("by a method of another kind").await;
    admin.click("Next").await;
    let code = world.code_by_mail(ADMINS_MAIL).await;
    admin.fill("Code", &code).await;
    admin.click("Go on").await;
    admin.wait_text("Make a link for").await;
    admin.click("Make link").await;
    admin.wait_text("The link is ready").await;
    let link = shown(&admin).await;
    let newcomer = world.visitor_without_scripts().await;
    newcomer.goto(&link).await;
    newcomer.wait_text("Take over your account").await;
    newcomer.click("Continue").await;
    choose_password(&newcomer, "willow nine harbour").await;
    let methods = "SELECT count(*) FROM methods WHERE user_id =
        (SELECT id FROM users WHERE upn_key = 'brian@contoso.example')";
    assert_eq!(world.query(methods), ["0"]);
    world
        .sign_in_as(&newcomer, BRIAN.upn, "willow nine harbour")
        .await;
    newcomer
        .wait_no_text("The user name or password is wrong")
        .await;

    let person = std::mem::replace(&mut gallery.browser, admin);
    gallery
        .pages(
            &world,
            &[("/admin/password-reset/in-person", "admin-in-person")],
        )
        .await;
    for browser in [&person, &newcomer] {
        expect_quiet(browser).await;
    }
    gallery.close();
}
