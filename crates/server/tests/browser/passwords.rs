//! Passwords from breaches are taken nowhere, and one that is made up for people who can't think of any.

use crate::common::{BRIAN, Gallery, Visit, expect_quiet};
use crate::world::{WAIT, World, demo_data, keyward};
use sha1::{Digest as _, Sha1};
use std::path::Path;

const KNOWN: &str = "three yellow boats";

/// Makes the file of breached passwords, in place of one that is there.
fn breach(folder: &Path, passwords: &[&str]) {
    let hash = |text: &&str| -> String {
        let digest = Sha1::digest(text.as_bytes());
        let hex: String = digest.iter().map(|b| format!("{b:02X}")).collect();
        format!("{hex}:42\r\n")
    };
    let mut lines: Vec<_> = passwords.iter().map(hash).collect();
    lines.sort_unstable();
    let list = folder.join("list.txt");
    std::fs::write(&list, lines.concat()).unwrap();
    let mut build = keyward(folder)
        .args(["breach", "build"])
        .arg(&list)
        .arg("--out")
        .arg(folder.join("breached"))
        .spawn();
    assert!(build.wait(WAIT).success(), "{:?}", build.lines());
}

fn world_with(passwords: &[&str]) -> (World, &'static Path) {
    let data = demo_data("");
    let folder: &Path = Path::new(data.path().to_str().unwrap().to_owned().leak());
    breach(folder, passwords);
    let file: &str = folder.join("breached").to_str().unwrap().to_owned().leak();
    (
        World::around(data, &[("KEYWARD_BREACH_FILE", file)]),
        folder,
    )
}

// case: P-07, P-08, P-14
#[tokio::test]
async fn p_14_a_password_from_a_breach_is_refused_and_changed_at_sign_in() {
    let (world, folder) = world_with(&[KNOWN]);
    let browser = world.visitor().await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_text("Hello, Brian Johnson").await;
    world.open(&browser, "/account/password").await;
    browser.wait_text("Not known from a breach").await;
    browser.fill("Current password", BRIAN.password).await;
    for label in ["New password", "New password again"] {
        browser.fill(label, KNOWN).await;
    }
    browser
        .wait_text("attackers know this password from a breach")
        .await;
    browser.click("Change password").await;
    browser.wait_text("There is a problem").await;

    // Another list comes while the server runs.
    breach(folder, &[BRIAN.password]);
    browser
        .until("the new list counts", async || {
            world.open(&browser, "/account").await;
            if browser.has_text("Sign out").await {
                browser.click("Sign out").await;
                browser.wait_text("You are signed out").await;
            }
            world.sign_in(&browser, BRIAN).await;
            browser.url().await.ends_with("/signin/change")
        })
        .await;
    browser
        .wait_text("Attackers know your password from a breach")
        .await;
    world.open(&browser, "/account").await;
    browser.wait_url("/signin/change").await;
    for label in ["New password", "New password again"] {
        browser.fill(label, KNOWN).await;
    }
    browser.click("Save and go on").await;
    browser.wait_text("Hello, Brian Johnson").await;
    expect_quiet(&browser).await;
}

// case: P-10
#[tokio::test]
async fn p_10_a_suggestion_fills_both_fields_and_is_taken() {
    let world = World::start();
    let browser = world.visitor().await;
    world.sign_in(&browser, BRIAN).await;
    browser.wait_text("Hello, Brian Johnson").await;
    world.open(&browser, "/account/password").await;
    browser.fill("Current password", BRIAN.password).await;
    browser.click("Suggest a password").await;
    browser
        .until("both fields are good", async || {
            browser.count(".verdicts li.ok").await == 2
        })
        .await;
    let first = browser.value("New password").await;
    assert_eq!(first.split('-').count(), 5, "{first}");
    assert_eq!(browser.value("New password again").await, first);
    assert_eq!(browser.value("Current password").await, BRIAN.password);
    browser.click("Change password").await;
    browser.wait_text("Your password was changed").await;
    browser.forget_cookies().await;
    world.sign_in_as(&browser, BRIAN.upn, &first).await;
    browser.wait_text("Hello, Brian Johnson").await;
    expect_quiet(&browser).await;
}

#[tokio::test]
async fn gallery_of_passwords() {
    let (world, _) = world_with(&[BRIAN.password]);
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in(&gallery.browser, BRIAN).await;
    gallery.browser.wait_url("/signin/change").await;
    gallery.page("signin-change-breached").await;
    gallery.browser.click("Suggest a password").await;
    gallery.browser.wait_text("is in both fields").await;
    gallery.look("signin-change-suggested", "en").await;
    gallery.close();
}
