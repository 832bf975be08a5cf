//! Hardware tokens, from the file of their maker to a code that is typed.

use crate::common::{ADMIN, BRIAN, Gallery, Visit, expect_quiet};
use crate::world::World;
use keyward_testbed::authenticator::Authenticator;
use keyward_testbed::browser::Browser;

const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HEADER: &str = "upn,serial number,secret key,time interval,manufacturer,model";

/// Pastes a file and imports it.
async fn import(browser: &Browser, lines: &str) {
    browser
        .fill("Contents of the CSV file", &format!("{HEADER}\n{lines}"))
        .await;
    browser.click_css("main form button.primary").await;
}

#[tokio::test]
async fn a_token_is_imported_and_its_owner_activates_it() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    world.open(&gallery.browser, "/admin/tokens").await;
    gallery.page("admin-tokens-none").await;
    world.open(&gallery.browser, "/admin/tokens/import").await;
    gallery.page("admin-token-import").await;
    world.open(&gallery.browser, "/admin/tokens/import").await;
    import(
        &gallery.browser,
        &format!("nobody@contoso.example,1,{SEED},30,Feitian,c200\n,2,{SEED},31,Feitian,c200"),
    )
    .await;
    gallery.browser.wait_text("Nothing was imported").await;
    gallery.browser.wait_text("Line 3: The time interval").await;
    gallery.answer("admin-token-import-wrong").await;
    world.open(&gallery.browser, "/admin/tokens/import").await;
    import(
        &gallery.browser,
        &format!(
            "{},7001,{SEED},30,Feitian,c200\n,7002,{SEED},30,Feitian,c200",
            BRIAN.upn
        ),
    )
    .await;
    gallery.browser.wait_text("2 tokens were imported").await;
    gallery.page("admin-tokens").await;
    world.open(&gallery.browser, "/admin/tokens").await;
    gallery.browser.click("7001").await;
    gallery.browser.wait_text("Token 7001").await;
    gallery.page("admin-token").await;

    let mut mine = Gallery::of(world.visitor().await);
    world.sign_in(&mine.browser, BRIAN).await;
    mine.browser.wait_url("/account").await;
    world.open(&mine.browser, "/account/security").await;
    mine.browser.wait_text("Token 7001").await;
    mine.page("security-token-waits").await;
    world.open(&mine.browser, "/account/security").await;
    mine.browser.click("Activate 7001").await;
    mine.browser.choose("Email to").await;
    mine.browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    mine.browser.fill("Code", &code).await;
    mine.browser.click("Go on").await;
    mine.browser.wait_text("Activate your token").await;
    mine.page("security-token").await;
    let url = mine.browser.url().await;
    let page = url.split('?').next().unwrap_or_default().to_owned();
    mine.browser.goto(&page).await;
    let token = Authenticator::typed(SEED);
    mine.browser.fill("Code", &token.code(0)).await;
    mine.browser.click("Go on").await;
    mine.browser.wait_text("Rename").await;
    mine.browser.wait_text("Token 7001").await;
    expect_quiet(&mine.browser).await;
    mine.close();

    world.open(&gallery.browser, "/admin/tokens").await;
    gallery.browser.click("7001").await;
    gallery.browser.wait_text("Activated").await;
    gallery.page("admin-token-activated").await;
    gallery.close();
}
