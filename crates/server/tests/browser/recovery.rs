//! Recovery codes: printed, and used on the day on which the phone is lost.

use crate::common::{BRIAN, Gallery, Visit, expect_quiet, start_reset};
use crate::world::World;

const MAIL: &str = "brian@home.example";
/// All kinds are on offer.
const ALL: &str = "UPDATE tenants SET policy = json_set(policy, '$.methods',
    json('[\"authenticator-app\",\"mobile-phone\",\"email\",\"recovery-codes\"]'));";

#[tokio::test]
async fn a_list_is_made_printed_and_used_where_the_phone_is_lost() {
    let world = World::of_demo(ALL, &[]);
    let browser = world.visitor().await;
    world.sign_in(&browser, BRIAN).await;
    world
        .open(&browser, "/account/security/recovery-codes")
        .await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    browser.wait_text("10 codes to print or write down").await;
    browser.click("Make codes").await;
    browser.wait_text("Your recovery codes").await;
    assert_eq!(browser.count(".codes li").await, 10);
    let page = browser.text().await;
    let mut codes = page
        .split_whitespace()
        .filter(|w| w.len() == 29 && w.matches('-').count() == 5);
    let first = codes.next().unwrap().to_owned();
    // What a printer gets: the codes and whose they are, and no buttons.
    let media = serde_json::json!({"media": "print"});
    browser.devtools("Emulation.setEmulatedMedia", media).await;
    browser.screenshot("recovery-codes-printed").await;
    assert!(browser.has_text(&first).await && browser.has_text(BRIAN.upn).await);
    assert!(!browser.has_text("I have saved them").await);
    let media = serde_json::json!({"media": ""});
    browser.devtools("Emulation.setEmulatedMedia", media).await;
    browser.click("I have saved them").await;
    browser.wait_text("10 left").await;
    browser.back().await;
    assert!(!browser.has_text(&first).await, "not by going back");
    world.mail(MAIL, "was added").await;

    browser.forget_cookies().await;
    start_reset(&world, &browser, BRIAN.upn).await;
    browser.click("Next").await;
    browser.choose("Recovery code").await;
    browser.click("Next").await;
    browser.fill("Code", "0000-0000-0000-0000-0000-0000").await;
    browser.click("Go on").await;
    browser.wait_text("none of your codes").await;
    browser.fill("Code", &first.to_lowercase()).await;
    browser.click("Go on").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.fill("Code", &world.code_by_mail(MAIL).await).await;
    browser.click("Go on").await;
    for label in ["New password", "New password again"] {
        browser.fill(label, "seven green lamps").await;
    }
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
    world.mail(MAIL, "A recovery code was used").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn gallery_of_recovery_codes() {
    let world = World::of_demo(ALL, &[]);
    let mut gallery = Gallery::of(world.visitor().await);
    let list = "/account/security/recovery-codes";
    world.sign_in(&gallery.browser, BRIAN).await;
    world.open(&gallery.browser, list).await;
    gallery.browser.choose("Email to").await;
    gallery.browser.click("Next").await;
    let code = world.code_by_mail(MAIL).await;
    gallery.browser.fill("Code", &code).await;
    gallery.browser.click("Go on").await;
    let ready = "10 codes to print or write down";
    gallery.browser.wait_text(ready).await;
    gallery.page("recovery-codes").await;
    world.open(&gallery.browser, list).await;
    gallery.browser.click("Make codes").await;
    gallery.browser.wait_text("Your recovery codes").await;
    gallery.look("recovery-codes-made", "en").await;
    gallery.close();
}
