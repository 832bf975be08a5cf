//! Every page of signing in and of a reset.

use crate::common::{BRIAN, DORA, Gallery, Visit, prove_both, start_reset};
use crate::world::World;

#[tokio::test]
async fn gallery_of_signing_in() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.open(&gallery.browser, "/signin").await;
    gallery.page("signin").await;
    world.sign_in_as(&gallery.browser, BRIAN.upn, "wrong").await;
    gallery.answer("signin-wrong").await;
    for n in 0..12 {
        let wrong = format!("wrong {n}");
        world.sign_in_as(&gallery.browser, BRIAN.upn, &wrong).await;
        // The page before had neither: the next try must not come in between.
        let browser = &gallery.browser;
        let answered =
            async || browser.has_text("is wrong").await || browser.has_text("is locked").await;
        browser.until("an answer", answered).await;
        if browser.has_text("is locked").await {
            break;
        }
    }
    gallery.browser.wait_text("Sign-in is locked").await;
    gallery.answer("signin-locked").await;
    for (path, name) in [("/help", "help"), ("/nowhere", "not-found")] {
        world.open(&gallery.browser, path).await;
        gallery.page(name).await;
    }
    world.open(&gallery.browser, "/not-me/unknown").await;
    gallery.page("not-me-dead").await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_a_reset() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.open(&gallery.browser, "/reset").await;
    gallery.page("reset").await;
    start_reset(&world, &gallery.browser, BRIAN.upn).await;
    gallery.page("reset-goal").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/reset/verify").await;
    gallery.page("reset-verify").await;
    gallery.browser.choose("Text message to").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/reset/send").await;
    gallery.page("reset-number").await;
    gallery.browser.fill("Mobile number", "12").await;
    gallery.browser.click("Send code").await;
    gallery.browser.wait_text("There is a problem").await;
    gallery.answer("reset-number-malformed").await;
    gallery.browser.reload().await;
    gallery
        .browser
        .fill("Mobile number", "+4915100000000")
        .await;
    gallery.browser.click("Send code").await;
    gallery.browser.wait_text("That isn't the number").await;
    gallery.answer("reset-number-wrong").await;
    world.open(&gallery.browser, "/reset/verify").await;
    gallery.browser.choose("Email to").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_url("/reset/code").await;
    gallery.page("reset-code").await;
    gallery.browser.fill("Code", "1").await;
    gallery.browser.click("Go on").await;
    gallery.browser.wait_text("That isn't the code").await;
    gallery.answer("reset-code-wrong").await;
    world.open(&gallery.browser, "/reset/help").await;
    gallery.page("reset-help").await;

    world.open(&gallery.browser, "/reset/verify").await;
    // The first code is still among the mails; the steps ask for a new one.
    world.code_by_mail("brian@home.example").await;
    prove_both(&world, &gallery.browser).await;
    gallery.browser.wait_url("/reset/password").await;
    gallery.page("reset-password").await;
    gallery.browser.fill("New password", "contoso").await;
    gallery.browser.fill("New password again", "contoso1").await;
    gallery.browser.find(".verdicts li.no").await;
    gallery.look("reset-password-verdicts", "en").await;
    gallery.browser.click("Set new password").await;
    gallery.browser.wait_text("There is a problem").await;
    gallery.answer("reset-password-refused").await;
    world.open(&gallery.browser, "/reset/password").await;
    for label in ["New password", "New password again"] {
        gallery.browser.fill(label, "seven green lamps").await;
    }
    gallery.browser.click("Set new password").await;
    gallery.browser.wait_url("/reset/done").await;
    gallery.page("reset-done").await;

    start_reset(&world, &gallery.browser, DORA.upn).await;
    gallery.browser.click("Next").await;
    world.open(&gallery.browser, "/reset/help").await;
    gallery.browser.click("Ask for help").await;
    gallery
        .browser
        .wait_text("Your administrators will see")
        .await;
    gallery.answer("reset-help-sent").await;
    world.query("UPDATE resets SET state = 'void'");
    world.open(&gallery.browser, "/reset/verify").await;
    gallery.browser.wait_text("This reset is over").await;
    gallery.page("reset-over").await;

    let notice = world.mail(BRIAN.upn, "Your password was reset").await;
    gallery.browser.goto(&notice.links()[0]).await;
    gallery.page("not-me").await;
    gallery.browser.click("It wasn't me").await;
    gallery.browser.wait_text("Your account is locked").await;
    gallery.look("not-me-done", "en").await;
    // The link is spent: for the other language it was never used.
    world.query("UPDATE links SET spent_at = NULL");
    gallery.browser.goto(&notice.links()[0]).await;
    gallery.speak("de").await;
    gallery.browser.click_css("main form button").await;
    gallery.browser.wait_text("Ihr Konto ist gesperrt").await;
    gallery.look("not-me-done", "de").await;
    gallery.close();
}
