//! A stricter policy for a group, a method that only some may use, and what then applies to somebody.

use crate::common::{ADMIN, Gallery, Visit};
use crate::world::World;

const LIST: &str = "/admin/password-reset/by-group";

#[tokio::test]
async fn a_group_is_asked_for_more_and_the_administrator_sees_what_applies() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    world.open(&gallery.browser, LIST).await;
    gallery
        .browser
        .wait_text("There is no policy by group")
        .await;

    for (name, group, kind) in [
        ("Careful pilots", "SSPR pilot", "Mobile phone"),
        ("Travelling sales", "Sales", "Email"),
    ] {
        gallery.browser.click("New policy").await;
        gallery.browser.wait_text("never for less").await;
        // From below: the bar that appears with the first change lies over the end of the window.
        gallery.browser.unchoose(kind).await;
        gallery.browser.choose("One").await;
        gallery.browser.choose(group).await;
        gallery.browser.fill("Name", name).await;
        gallery.browser.click("Save").await;
        gallery.browser.wait_text("Check the effect").await;
        if name == "Careful pilots" {
            gallery.answer("admin-by-group-effect").await;
            gallery.browser.reload().await;
        } else {
            gallery.browser.wait_text("Whoever is in both groups").await;
        }
        gallery.browser.click("Save changes").await;
        gallery.browser.wait_text("The change was saved").await;
        world.open(&gallery.browser, LIST).await;
    }
    gallery.browser.click("Up Travelling sales").await;
    gallery.browser.wait_text("The order was changed").await;
    let text = gallery.browser.text().await;
    assert!(text.find("Travelling sales").unwrap() < text.find("Careful pilots").unwrap());
    world.open(&gallery.browser, LIST).await;
    gallery.page("admin-by-group").await;
    gallery.browser.click("Careful pilots").await;
    gallery.browser.wait_text("Methods they may use").await;
    gallery.page("admin-by-group-policy").await;
    gallery.browser.click_css("a.danger[href$=delete]").await;
    gallery.browser.wait_text("Delete Careful pilots?").await;
    gallery.page("admin-by-group-delete").await;

    // Who would lose by a change of a policy, carried by the address.
    let place = gallery.browser.url().await;
    let place = place.split("/delete").next().unwrap().to_owned();
    let affected =
        format!("{place}/affected?name=Careful&gates=2&kind=email&mail_alone=no&version=0");
    gallery.browser.goto(&format!("{place}?lang=en")).await;
    let group = gallery.browser.find("#found input:checked").await;
    let group = group.prop("value").await.unwrap().unwrap();
    gallery
        .browser
        .goto(&format!("{affected}&group={group}&kind=mobile-phone"))
        .await;
    gallery.page("admin-by-group-affected").await;

    // Email is for the pilots only.
    let email = "/admin/password-reset/method/email";
    world.open(&gallery.browser, email).await;
    gallery.browser.choose("Selected groups").await;
    gallery.browser.click_css("#found label").await;
    gallery.browser.click("Save").await;
    gallery.browser.wait_text("Check the effect").await;
    let effect = gallery.browser.url().await;
    gallery.page("admin-method-effect").await;
    gallery
        .browser
        .goto(&effect.replace("/effect?", "/affected?"))
        .await;
    gallery.page("admin-method-affected").await;
    gallery.browser.goto(&effect).await;
    gallery.browser.click("Save changes").await;
    gallery.browser.wait_text("The change was saved").await;
    world.open(&gallery.browser, email).await;
    gallery.page("admin-method").await;

    // What applies, from the user's page.
    world.open(&gallery.browser, "/admin/users").await;
    gallery.browser.click("Brian Johnson").await;
    gallery.browser.click("What applies").await;
    gallery.browser.wait_text("What the page would show").await;
    gallery.page("admin-user-what-applies").await;
    gallery.close();
}
