//! The rooms of the admin center that lie beside the article's way, and the pages of problems.

use crate::common::{ADMIN, BRIAN, DORA, Gallery, Visit, start_reset};
use crate::world::World;
use keyward_testbed::browser::Browser;

/// Where the first link leads that this selector matches.
async fn link(browser: &Browser, css: &str) -> String {
    let found = browser.find(css).await.attr("href").await;
    found.unwrap().unwrap()
}

/// The address of somebody's page.
async fn page_of(world: &World, browser: &Browser, show: &str, name: &str) -> String {
    world.open(browser, &format!("/admin/users{show}")).await;
    browser.click(name).await;
    browser.wait_text(name).await;
    let url = browser.url().await;
    url.strip_prefix(&world.url).unwrap().to_owned()
}

#[tokio::test]
async fn gallery_of_overview_reports_and_roles() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    let role = "/admin/roles/helpdesk-administrator";
    let pages = [
        ("/admin", "admin-overview"),
        ("/admin/insights", "admin-insights"),
        ("/admin/insights/users", "admin-insights-users"),
        ("/admin/roles", "admin-roles"),
        (role, "admin-role"),
        (&format!("{role}/assign"), "admin-role-assign"),
    ];
    gallery.pages(&world, &pages).await;
    world.open(&gallery.browser, role).await;
    let remove = link(&gallery.browser, "a[href*='/remove/']").await;
    let pages = [
        (remove.as_str(), "admin-role-remove"),
        ("/admin/audit", "admin-audit"),
        ("/admin/audit?text=nothing-is-called-so", "admin-audit-none"),
    ];
    gallery.pages(&world, &pages).await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_acts_on_users() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    world.sign_in_admin(&gallery.browser, ADMIN).await;
    let dora = page_of(&world, &gallery.browser, "", "Dora Schmidt").await;
    world
        .open(&gallery.browser, &format!("{dora}/delete"))
        .await;
    gallery.browser.click_css("main form button.danger").await;
    gallery.browser.wait_url("/admin/users").await;
    gallery
        .pages(
            &world,
            &[("/admin/users?show=deleted", "admin-users-deleted")],
        )
        .await;
    let emil = page_of(&world, &gallery.browser, "", "Emil Fischer").await;
    let brian = page_of(&world, &gallery.browser, "", "Brian Johnson").await;
    let remove = link(&gallery.browser, "a[href*='/methods/'][href$='/remove']").await;
    let pages = [
        (dora.clone(), "admin-user-deleted"),
        (format!("{dora}/restore"), "admin-user-restore"),
        (format!("{emil}/unblock"), "admin-user-unblock"),
        (format!("{brian}/unlock"), "admin-user-unlock"),
        (format!("{brian}/revoke-sessions"), "admin-user-revoke"),
        (format!("{emil}/methods/add/email"), "admin-user-add-email"),
        (
            format!("{emil}/methods/add/mobile-phone"),
            "admin-user-add-phone",
        ),
        (remove, "admin-user-remove-method"),
    ];
    let pages = pages.each_ref().map(|(path, name)| (path.as_str(), *name));
    gallery.pages(&world, &pages).await;

    world.open(&gallery.browser, "/admin/users").await;
    for name in ["Brian Johnson", "Carla Meyer"] {
        gallery.browser.choose(&format!("Select {name}")).await;
    }
    gallery.browser.click("Block sign-in").await;
    gallery.browser.find("form.confirm").await;
    gallery.answer("admin-users-bulk").await;

    world.open(&gallery.browser, "/admin/groups").await;
    gallery.browser.click("SSPR pilot").await;
    let owners = link(&gallery.browser, "a[href$='/owners']").await;
    let add = format!("{owners}/add");
    gallery
        .pages(&world, &[(&add, "admin-group-owners-add")])
        .await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_deliveries() {
    let world = World::start();
    world.smtp.stop();
    let mut gallery = Gallery::of(world.visitor().await);
    start_reset(&world, &gallery.browser, BRIAN.upn).await;
    gallery.browser.click("Next").await;
    gallery.browser.choose("Email to").await;
    gallery.browser.click("Next").await;
    gallery.browser.wait_text("Enter the code").await;
    start_reset(&world, &gallery.browser, DORA.upn).await;
    gallery.browser.click("Next").await;
    world.open(&gallery.browser, "/reset/help").await;
    gallery.browser.click("Ask for help").await;
    let failed = "SELECT 1 FROM jobs WHERE last_error IS NOT NULL";
    let both = async || world.query(failed).len() >= 2;
    gallery
        .browser
        .until("two deliveries that failed", both)
        .await;
    world.query("UPDATE jobs SET state = 'dead' WHERE id = (SELECT min(id) FROM jobs)");

    world.sign_in_admin(&gallery.browser, ADMIN).await;
    gallery
        .pages(&world, &[("/admin/deliveries", "admin-deliveries")])
        .await;
    let drop = link(&gallery.browser, "a[href$='/drop']").await;
    gallery
        .pages(&world, &[(&drop, "admin-delivery-drop")])
        .await;
    // A day on which much was sent, and a country where nobody typed the codes.
    let now = "CAST(strftime('%s', 'now') AS INTEGER)";
    for (name, slot, amount, stopped) in [
        ("sms", 3600, 2000, "NULL".to_owned()),
        ("mail", 3600, 512, "NULL".to_owned()),
        ("sms DE", 150, 61, "NULL".to_owned()),
        ("proved DE", 150, 55, "NULL".to_owned()),
        ("sms JM", 150, 24, format!("{now} * 1000000")),
    ] {
        world.query(&format!(
            "INSERT OR REPLACE INTO meters (tenant_id, name, slots, stopped_at, touched_at)
             SELECT id, '{name}', '[[' || ({now} / {slot}) || ',{amount}]]', {stopped}, {now} * 1000000 FROM tenants"
        ));
    }
    gallery
        .pages(&world, &[("/admin/sending-limits", "admin-sending-limits")])
        .await;
    gallery.browser.click_css("main td button").await;
    gallery
        .browser
        .wait_text("Text messages go to that country again")
        .await;
    gallery.close();
}

#[tokio::test]
async fn gallery_of_problems() {
    let world = World::start();
    let mut gallery = Gallery::of(world.visitor().await);
    // Made for a session that is gone.
    world.open(&gallery.browser, "/signin").await;
    gallery.browser.forget_cookies().await;
    gallery.browser.fill("User name", BRIAN.upn).await;
    gallery.browser.fill("Password", BRIAN.password).await;
    gallery.browser.click("Sign in").await;
    gallery.browser.wait_no_text("Forgot my password").await;
    gallery.look("problem-stale-form", "en").await;
    world.sign_in(&gallery.browser, BRIAN).await;
    gallery.browser.wait_url("/account").await;
    gallery
        .pages(&world, &[("/admin", "problem-refused")])
        .await;
    // By another name of this machine.
    let elsewhere = world.url.replace("127.0.0.1", "elsewhere.localhost");
    gallery.browser.goto(&format!("{elsewhere}/signin")).await;
    gallery.browser.wait_no_text("Forgot my password").await;
    gallery.page("problem-wrong-host").await;
    // A table is away: what is shown when something breaks.
    world.query("ALTER TABLE sessions RENAME TO elsewhere");
    gallery
        .pages(&world, &[("/account", "problem-fault")])
        .await;
    world.query("ALTER TABLE elsewhere RENAME TO sessions");
    gallery.close();
}
