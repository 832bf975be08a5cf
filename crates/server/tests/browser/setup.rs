//! The one-time set-up page of a new installation.

use crate::common::{Visit, expect_quiet};
use crate::world::{WAIT, World};

#[tokio::test]
async fn the_printed_link_makes_the_organisation_once() {
    let world = World::empty();
    let line = world.with_server(|s| s.line("Set up the organization, once, at", WAIT));
    let link = line.rsplit(' ').next().unwrap();
    let (browser, late) = (world.visitor().await, world.visitor().await);

    // Without the link there is nothing to set up.
    world.open(&late, "/setup").await;
    late.wait_text("That didn't work").await;
    late.goto(link).await;
    late.wait_text("Set up Keyward").await;

    browser.goto(link).await;
    browser.wait_text("Set up Keyward").await;
    // The link is worth an administrator: it is not in the address any more.
    assert!(!browser.url().await.contains("/setup/"));
    browser.fill("Name of your organization", "Fabrikam").await;
    browser.fill("Its domain", "fabrikam.example").await;
    browser.fill("Your name", "Ada Lovelace").await;
    browser.fill("Your user name", "ada@").await;
    browser.fill("Your email address", "ada@home.example").await;
    browser.fill("Password", "an engine of brass").await;
    browser
        .fill("New password again", "an engine of glass")
        .await;
    browser.click("Create organization").await;
    browser.wait_text("There is a problem").await;
    assert_eq!(browser.value("Its domain").await, "fabrikam.example");
    browser.fill("Your user name", "ada").await;
    browser.fill("Password", "an engine of brass").await;
    browser
        .fill("New password again", "an engine of brass")
        .await;
    browser.click("Create organization").await;
    browser.wait_url("/signin").await;

    // Whoever was slower, and whoever comes with the link later, finds it closed.
    late.fill("Name of your organization", "Evil").await;
    late.fill("Its domain", "evil.example").await;
    late.fill("Your name", "Eve").await;
    late.fill("Your user name", "eve").await;
    late.fill("Password", "an engine of brass").await;
    late.fill("New password again", "an engine of brass").await;
    late.click("Create organization").await;
    late.wait_text("Keyward has been set up already").await;
    late.goto(link).await;
    late.wait_text("Keyward has been set up already").await;

    browser.fill("User name", "ada@fabrikam.example").await;
    browser.fill("Password", "an engine of brass").await;
    browser.click("Sign in").await;
    browser
        .until("to be inside", async || {
            !browser.url().await.contains("/signin")
        })
        .await;
    expect_quiet(&browser).await;

    // Also after a restart: no link is printed any more.
    drop(browser);
    world.with_server(keyward_testbed::process::Process::kill);
    world.serve();
    let lines = world.with_server(|s| s.lines());
    assert!(
        !lines.iter().any(|l| l.contains("Set up the organization")),
        "{lines:?}"
    );
    late.goto(link).await;
    late.wait_text("Keyward has been set up already").await;
}
