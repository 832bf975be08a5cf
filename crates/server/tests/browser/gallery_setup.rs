//! The pages of set-up.

use crate::common::{Gallery, Visit};
use crate::world::{WAIT, World};

#[tokio::test]
async fn gallery_of_set_up() {
    let world = World::empty();
    let line = world.with_server(|s| s.line("Set up the organization, once, at", WAIT));
    let mut gallery = Gallery::of(world.visitor().await);
    world.open(&gallery.browser, "/setup").await;
    gallery.page("setup-no-link").await;
    let link = line.rsplit(' ').next().unwrap();
    gallery.browser.goto(link).await;
    gallery.page("setup").await;
    for (label, text) in [
        ("Name of your organization", "Contoso"),
        ("Its domain", "contoso"),
        ("Your name", "Ada"),
        ("Your user name", "ada"),
        ("Password", "short"),
        ("New password again", "shorter"),
    ] {
        gallery.browser.fill(label, text).await;
    }
    gallery.browser.click("Create organization").await;
    gallery.browser.wait_text("There is a problem").await;
    gallery.answer("setup-refused").await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_set_up_when_it_is_closed() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    gallery.pages(&world, &[("/setup", "setup-closed")]).await;
    gallery.close();
}
