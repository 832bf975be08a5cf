//! Every page of the admin center.

use crate::common::{ADMIN, Gallery, Visit};
use crate::world::World;

/// Opens the page of a user or group from its list.
async fn open_one(world: &World, gallery: &Gallery, list: &str, name: &str) -> String {
    world.open(&gallery.browser, list).await;
    gallery.browser.click(name).await;
    gallery.browser.wait_text(name).await;
    let url = gallery.browser.url().await;
    url.strip_prefix(&world.url).unwrap().to_owned()
}

#[tokio::test]
async fn gallery_of_users_and_groups() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    for (path, name) in [
        ("/admin/users", "admin-users"),
        ("/admin/users/new", "admin-user-new"),
        ("/admin/groups", "admin-groups"),
        ("/admin/groups/new", "admin-group-new"),
    ] {
        world.open(&gallery.browser, path).await;
        gallery.page(name).await;
    }
    let user = open_one(&world, &gallery, "/admin/users", "Brian Johnson").await;
    gallery.page("admin-user").await;
    for act in ["edit", "reset-password", "block", "delete", "reregister"] {
        world.open(&gallery.browser, &format!("{user}/{act}")).await;
        gallery.page(&format!("admin-user-{act}")).await;
    }
    let group = open_one(&world, &gallery, "/admin/groups", "SSPR pilot").await;
    gallery.page("admin-group").await;
    for act in ["members/add", "owners", "settings", "delete"] {
        world
            .open(&gallery.browser, &format!("{group}/{act}"))
            .await;
        let name = act.replace('/', "-");
        gallery.page(&format!("admin-group-{name}")).await;
    }
    world
        .open(&gallery.browser, &format!("{user}/reset-password"))
        .await;
    gallery.browser.click("Reset password").await;
    gallery.browser.wait_text("The password was reset").await;
    gallery.answer("admin-user-password").await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_the_policy() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    for section in [
        "properties",
        "methods",
        "registration",
        "notifications",
        "customization",
        "protection",
        "administrator-policy",
    ] {
        let path = format!("/admin/password-reset/{section}");
        world.open(&gallery.browser, &path).await;
        gallery.page(&format!("admin-{section}")).await;
    }
    world
        .open(&gallery.browser, "/admin/password-reset/protection")
        .await;
    gallery
        .browser
        .fill("Password to try", "Winter2026!ab")
        .await;
    gallery.browser.click("Try it").await;
    gallery.browser.wait_text("points; 5 are needed").await;
    gallery.answer("admin-protection-tried").await;
    world
        .open(&gallery.browser, "/admin/password-reset/properties")
        .await;
    gallery.browser.choose("None").await;
    gallery.browser.click("Save").await;
    gallery.browser.wait_text("Check the effect").await;
    gallery.answer("admin-effect").await;
    gallery.browser.click_css("a[href*=affected]").await;
    gallery.page("admin-affected").await;
    gallery.close();
}
