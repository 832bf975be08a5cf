//! The article, from an empty installation to somebody who has registered and reset a forgotten password, click by
//! click.

use crate::common::{Visit, expect_quiet};
use crate::world::{WAIT, World};
use keyward_testbed::browser::Browser;

const ADMIN: &str = "ada@contoso.example";
const ADMIN_PASSWORD: &str = "an engine of brass";
const USER: &str = "grace@contoso.example";
const PHONE: &str = "+4915123456799";
const MAIL: &str = "grace@home.example";

async fn set_up(world: &World, admin: &Browser) {
    let line = world.with_server(|s| s.line("Set up the organization, once, at", WAIT));
    admin.goto(line.rsplit(' ').next().unwrap()).await;
    for (label, text) in [
        ("Name of your organization", "Contoso"),
        ("Its domain", "contoso.example"),
        ("Your name", "Ada Lovelace"),
        ("Your user name", "ada"),
        ("Your email address", "ada@home.example"),
        ("Password", ADMIN_PASSWORD),
        ("New password again", ADMIN_PASSWORD),
    ] {
        admin.fill(label, text).await;
    }
    admin.click("Create organization").await;
    admin.wait_url("/signin").await;
    world.sign_in_as(admin, ADMIN, ADMIN_PASSWORD).await;
    admin.wait_url("/admin").await;
}

/// Users > New user; returns the temporary password.
async fn create_user(admin: &Browser) -> String {
    admin.click("Users").await;
    admin.click("New user").await;
    admin.fill("User name", USER).await;
    admin.fill("Display name", "Grace Hopper").await;
    admin.fill("Mobile phone", "+49 151 23456799").await;
    admin.fill("Alternate email", MAIL).await;
    admin.click("Create user").await;
    admin.wait_text("The user was created").await;
    let secret = admin.find("#temporary-password").await;
    secret.text().await.unwrap()
}

/// Groups > New group, with one member found as one types.
async fn create_group(admin: &Browser) {
    admin.click("Groups").await;
    admin.click("New group").await;
    admin.select("Group type", "Security").await;
    admin.fill("Group name", "SSPR pilot").await;
    admin.fill("Description", "A group of one, to try it").await;
    admin.fill("Search for users", "gra").await;
    admin.choose("Grace Hopper").await;
    admin.click("Create group").await;
    admin.wait_text("The group was created").await;
    admin.wait_text("Grace Hopper").await;
    admin.wait_text("Members (1)").await;
}

/// Password reset > Properties > Selected > the group > Save.
async fn switch_on(admin: &Browser) {
    admin.click("Properties").await;
    admin
        .wait_text("It can't be switched on for a single user")
        .await;
    assert!(admin.is_chosen("None").await);
    // Selected without a group is a mistake.
    admin.choose("Selected").await;
    admin.click("Save").await;
    admin.wait_text("Choose at least one group").await;
    admin.choose("Selected").await;
    admin.fill("Search for groups", "pilot").await;
    admin.choose("SSPR pilot").await;
    admin.click("Save").await;
    admin.wait_text("Check the effect").await;
    admin.wait_text("Nothing is saved yet").await;
    admin
        .wait_text("Nobody who can reset today would lose that")
        .await;
    admin.click("Save changes").await;
    admin
        .wait_text("The change was saved and counts from now on")
        .await;
    assert!(admin.is_chosen("Selected").await);
    assert!(admin.is_chosen("SSPR pilot").await);
}

/// Saves a section of the policy, by way of what the change would do.
async fn save(admin: &Browser) {
    admin.click("Save").await;
    admin.wait_text("Check the effect").await;
    admin.click("Save changes").await;
    admin
        .wait_text("The change was saved and counts from now on")
        .await;
}

/// Password reset > Authentication methods, Registration, Notifications, Customization, Administrator policy.
async fn set_the_rest(admin: &Browser) {
    admin.click("Authentication methods").await;
    admin.wait_text("How people prove that it's them").await;
    assert!(admin.is_chosen("Two").await);
    assert!(admin.is_chosen("Mobile phone").await && admin.is_chosen("Email").await);
    admin.choose("One").await;
    save(admin).await;
    assert!(admin.is_chosen("One").await);

    admin.click("Registration").await;
    let days = "Days before users are asked to reconfirm their methods";
    assert_eq!(admin.value(days).await, "180");
    assert!(
        admin
            .is_chosen("Require users to register when signing in")
            .await
    );
    admin.fill(days, "731").await;
    admin.click("Save").await;
    admin.wait_text("There is a problem").await;
    admin.fill(days, "90").await;
    save(admin).await;
    assert_eq!(admin.value(days).await, "90");

    admin.click("Notifications").await;
    let others = "Notify all admins when other admins reset their password";
    assert!(admin.is_chosen("Notify users on password resets").await);
    assert!(admin.is_chosen(others).await);
    admin.unchoose(others).await;
    save(admin).await;
    assert!(!admin.is_chosen(others).await);

    admin.click("Customization").await;
    admin.choose("Customize helpdesk link").await;
    admin
        .fill("Custom helpdesk email or URL", "desk@contoso.example")
        .await;
    save(admin).await;

    admin.click("Administrator policy").await;
    admin
        .wait_text("These rules can't be changed or weakened")
        .await;
    assert_eq!(admin.count("main form").await, 0);
}

/// Roles > Helpdesk Administrator: given, and taken away again.
async fn lend_a_role(admin: &Browser) {
    admin.click("Roles").await;
    admin.click("Helpdesk Administrator").await;
    admin.click("Assign role").await;
    admin.fill("Search for users", "gra").await;
    // The list grows shorter once the search is answered, and the button below it moves.
    admin
        .until("one person found", async || {
            admin.count("main li input").await == 1
        })
        .await;
    admin.choose("Grace Hopper").await;
    admin
        .click_css("main form[method=post] button.primary")
        .await;
    admin.wait_text("The role was given to one user").await;
    admin.click("Remove Grace Hopper").await;
    admin
        .wait_text("Remove Helpdesk Administrator from Grace Hopper?")
        .await;
    admin.click("Remove role").await;
    admin.wait_text("The role was taken away").await;
}

/// Audit logs: the changes are there, and can be searched.
async fn read_the_log(admin: &Browser) {
    admin.click("Audit logs").await;
    for activity in [
        "Add member to role",
        "Remove member from role",
        "Reset password (self-service)",
    ] {
        admin.select("Activity", activity).await;
        admin.click("Filter").await;
        admin.wait_text("Clear filter").await;
        let rows = admin.count("main tbody tr").await;
        assert!(rows >= 1, "{activity}: {rows}");
        admin.wait_text(USER).await;
    }
}

/// A forgotten password: one proof is enough now, and help is where the administrator said.
async fn forget(world: &World, user: &Browser) {
    user.forget_cookies().await;
    world.open(user, "/signin").await;
    user.click("Forgot my password").await;
    user.fill("User name", USER).await;
    user.click("Next").await;
    user.wait_text("How do you want to prove that it's you?")
        .await;
    world.open(user, "/reset/help").await;
    user.wait_text("desk@contoso.example").await;
    user.click("Back").await;
    user.choose("Email to").await;
    user.click("Next").await;
    user.fill("Code", &world.code_by_mail(MAIL).await).await;
    user.click("Go on").await;
    user.wait_text("Choose a new password").await;
    user.fill("New password", "nanoseconds of wire").await;
    user.fill("New password again", "nanoseconds of wire").await;
    user.click("Set new password").await;
    user.wait_text("Your password was reset").await;
    world.sign_in_as(user, USER, "nanoseconds of wire").await;
    user.wait_text("Hello, Grace Hopper").await;
    world.mail(MAIL, "Your password was reset").await;
}

/// The first sign-in: a password of one's own, then phone and email, each proved.
async fn register(world: &World, user: &Browser, temporary: &str) {
    world.sign_in_as(user, USER, temporary).await;
    user.wait_text("Your password is temporary").await;
    user.fill("New password", "a moth in the relay").await;
    user.fill("New password again", "a moth in the relay").await;
    user.click("Save and go on").await;
    user.wait_text("Your organization needs more information to keep your account secure")
        .await;
    user.click("Next").await;
    user.click("Set it up now Authentication phone").await;
    user.click("Send code").await;
    user.fill("Code", &world.code_by_sms(PHONE).await).await;
    user.click("Go on").await;
    user.click("I want to set up a different method").await;
    user.click("Set it up now Authentication email").await;
    user.click("Send code").await;
    user.fill("Code", &world.code_by_mail(MAIL).await).await;
    user.click("Go on").await;
    user.click("Finish").await;
    user.wait_text("Hello, Grace Hopper").await;
}

#[tokio::test]
async fn the_article_click_by_click() {
    let world = World::empty();
    let (admin, user) = (world.visitor().await, world.visitor().await);
    set_up(&world, &admin).await;
    let temporary = create_user(&admin).await;
    // Shown once.
    admin.click("Go to Grace Hopper").await;
    admin.wait_text("Must change the password").await;
    assert!(!admin.has_text(&temporary).await);
    create_group(&admin).await;
    switch_on(&admin).await;

    register(&world, &user, &temporary).await;
    admin.click("Users").await;
    admin.click("Grace Hopper").await;
    admin.wait_text("Can reset").await;
    admin.wait_text(PHONE).await;
    admin.wait_text(MAIL).await;

    set_the_rest(&admin).await;
    lend_a_role(&admin).await;
    forget(&world, &user).await;
    read_the_log(&admin).await;

    // A group in use stays.
    admin.click("Groups").await;
    admin.click("SSPR pilot").await;
    admin.click("Settings").await;
    admin.click("Delete group").await;
    admin.wait_text("This group is in use").await;
    expect_quiet(&admin).await;
    expect_quiet(&user).await;
}
