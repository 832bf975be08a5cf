//! Administrators reset by two methods, whatever the policy says.

use crate::common::{ADMIN, BRIAN, Visit, expect_quiet, start_reset};
use crate::world::World;

/// One method is enough for users; the administrator has registered both.
const ONE_GATE: &str = "UPDATE tenants SET policy = json_set(policy, '$.gates', 1);
    INSERT INTO methods (tenant_id, id, user_id, kind, destination, destination_key, origin, created_at)
    SELECT tenant_id, randomblob(16),
    (SELECT id FROM users WHERE upn_key = 'admin@contoso.example'), kind,
    CASE kind WHEN 'email' THEN 'alex@home.example' ELSE '+4915123456756' END,
    CASE kind WHEN 'email' THEN 'alex@home.example' ELSE '+4915123456756' END,
    origin, created_at FROM methods";

#[tokio::test]
async fn an_administrator_proves_two_methods_where_users_prove_one() {
    let world = World::of_demo(ONE_GATE, &[]);
    let browser = world.visitor().await;
    start_reset(&world, &browser, BRIAN.upn).await;
    browser.click("Next").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("brian@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.wait_text("Choose a new password").await;
    browser.click("Cancel").await;

    start_reset(&world, &browser, ADMIN.upn).await;
    browser.click("Next").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = world.code_by_mail("alex@home.example").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    // Not by the back door either.
    world.open(&browser, "/reset/password").await;
    browser
        .wait_text("How do you want to prove it a second time?")
        .await;
    browser.click("Next").await;
    browser.fill("Mobile number", "+49 151 23456756").await;
    browser.click("Send code").await;
    let code = world.code_by_sms("+4915123456756").await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.fill("New password", "seven green lamps").await;
    browser
        .fill("New password again", "seven green lamps")
        .await;
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
    world
        .sign_in_as(&browser, ADMIN.upn, "seven green lamps")
        .await;
    browser
        .until("to be inside", async || {
            !browser.url().await.contains("/signin")
        })
        .await;
    expect_quiet(&browser).await;
}
