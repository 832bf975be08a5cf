//! People who can't go on: out of scope, or not there at all. Both see the same, and neither is at a dead end.

use crate::common::{BRIAN, DORA, Visit, expect_quiet, start_reset};
use crate::world::World;
use keyward_testbed::browser::Browser;

const NOBODY: &str = "nobody@contoso.example";

/// Every page from the name to the request for help, with what differs by name taken out.
async fn ask_for_help(world: &World, browser: &Browser, name: &str) -> Vec<String> {
    let mut pages = Vec::new();
    start_reset(world, browser, name).await;
    pages.push(browser.text().await);
    browser.choose("I forgot my password").await;
    browser.click("Next").await;
    browser
        .wait_text("How do you want to prove that it's you?")
        .await;
    pages.push(browser.text().await);
    browser.choose("Email to").await;
    browser.click("Next").await;
    browser.wait_text("Enter the code").await;
    pages.push(browser.text().await);
    browser.fill("Code", "123456").await;
    browser.click("Go on").await;
    browser.wait_text("That isn't the code").await;
    pages.push(browser.text().await);
    browser.click("Use another way").await;
    browser.choose("Text message to").await;
    browser.click("Next").await;
    browser.fill("Mobile number", "+49 151 00000000").await;
    browser.click("Send code").await;
    browser.wait_text("That isn't the number we have").await;
    pages.push(browser.text().await);
    browser.click("I can't use any of these").await;
    browser.click("Contact your administrator").await;
    browser.wait_text("We tell your administrators").await;
    browser.click("Ask for help").await;
    browser
        .wait_text("If your account exists, we told them that you need help")
        .await;
    pages.push(browser.text().await);
    pages.iter().map(|page| without_masks(page)).collect()
}

fn without_masks(page: &str) -> String {
    let words = page.split(' ').map(|word| {
        let masked = word.contains("***") || word.starts_with("**");
        if masked { "(masked)" } else { word }
    });
    words
        .flat_map(|word| word.split('\n'))
        .filter(|line| !line.contains("***"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn out_of_scope_and_unknown_people_see_the_same_and_can_ask_for_help() {
    let world = World::by_codes();
    let browser = world.visitor().await;
    let nobody = ask_for_help(&world, &browser, NOBODY).await;
    let dora = ask_for_help(&world, &browser, DORA.upn).await;
    let brian = ask_for_help(&world, &browser, BRIAN.upn).await;
    for (nobody, (dora, brian)) in nobody.iter().zip(dora.iter().zip(&brian)) {
        assert_eq!(nobody, dora);
        assert_eq!(dora, brian);
    }
    // The names are asked after in this order, and mails leave in order.
    let mail = world.mail("help@contoso.example", "Brian Johnson").await;
    assert!(
        mail.text.contains("Nothing stands in the way"),
        "{}",
        mail.text
    );
    let mail = world.mail("help@contoso.example", "Dora Schmidt").await;
    assert!(mail.text.contains("in none of the groups"), "{}", mail.text);
    assert!(mail.links()[0].starts_with(&format!("{}/admin/users/", world.url)));

    // Asked twice, told once.
    let again = world.visitor().await;
    ask_for_help(&world, &again, DORA.upn).await;
    world.sign_in(&again, BRIAN).await;
    again.wait_text("Hello, Brian Johnson").await;
    again
        .until("an empty outbox", async || {
            world.query("SELECT 1 FROM jobs").is_empty()
        })
        .await;
    let asked = world.smtp.messages();
    let asked: Vec<_> = asked
        .iter()
        .filter(|m| m.subject.contains("asks for help"))
        .map(|m| m.subject.as_str())
        .collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    expect_quiet(&browser).await;
    expect_quiet(&again).await;
}

#[tokio::test]
async fn a_helpdesk_link_takes_the_place_of_the_mail() {
    let world = World::of_demo(
        "UPDATE tenants SET policy = json_set(policy, '$.helpdesk', json('{\"url\":\"https://help.contoso.example/password\"}'))",
        &[],
    );
    let browser = world.visitor().await;
    start_reset(&world, &browser, NOBODY).await;
    browser.click("Next").await;
    browser.click("I can't use any of these").await;
    browser.click("Contact your administrator").await;
    let link = browser.find("a.button.primary").await;
    assert_eq!(link.text().await.unwrap(), "Open the help desk");
    assert_eq!(
        link.attr("href").await.unwrap().unwrap(),
        "https://help.contoso.example/password"
    );
    expect_quiet(&browser).await;
}
