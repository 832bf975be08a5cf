//! The second half of the article: a real Active Directory, a real agent beside it, and people whose password is kept
//! there. Proof that a password is true is a Kerberos ticket.

use crate::common::{ADMIN, Gallery, Visit};
use crate::premises::{OLD, Premises, UPN, register, type_twice};
use keyward_testbed::browser::Browser;
use keyward_testbed::ldap::Person;
use keyward_testbed::process::Process;

/// `ADS_UF_SMARTCARD_REQUIRED`.
const SMART_CARD: u32 = 0x4_0000;

/// One whom nobody resets from here, and one who has no password to reset.
fn add_others(on: &Premises) {
    for (login, first, last) in [("mara", "Mara", "Marked"), ("carla", "Carla", "Card")] {
        let upn = format!("{login}@contoso.example");
        let person = Person::new(login)
            .named(first, last)
            .mail(&upn)
            .under(&on.samba.people());
        let dn = on.samba.user(&person).dn;
        on.samba.set(&dn, "userPrincipalName", &[&upn]);
        match login {
            "mara" => on.samba.set(&dn, "adminCount", &["1"]),
            _ => on.samba.flag(&dn, SMART_CARD, true),
        }
    }
}

/// What happens while the agent stands still, and that it goes on where it was.
async fn held<T>(agent: &Process, act: impl Future<Output = T>) -> T {
    agent.pause();
    let done = act.await;
    agent.resume();
    done
}

/// Would a reset work? Of Ada, of one whom nobody resets, of one with a smart card; then of everybody.
async fn examine(on: &Premises, agent: &Process, admin: Browser) {
    let mut gallery = Gallery::of(admin);
    for (name, said) in [
        ("Ada Lovelace", "Yes. A reset would succeed now"),
        ("Mara Marked", "A protected account"),
        ("Carla Card", "signs in by smart card only"),
    ] {
        on.world.open(&gallery.browser, "/admin/users").await;
        gallery.browser.click(name).await;
        gallery.browser.click("Would a reset work?").await;
        gallery.browser.wait_text(said).await;
    }
    gallery
        .browser
        .wait_text("-SmartcardLogonRequired $false")
        .await;
    gallery.page("admin-user-examine").await;
    let doctor = "/admin/connect/doctor";
    on.world.open(&gallery.browser, doctor).await;
    gallery.browser.click("Examine everybody").await;
    gallery.browser.wait_text("The examination has begun").await;
    let ended = "SELECT 1 FROM examination_rounds WHERE ended_at IS NOT NULL";
    on.until_there(agent, ended).await;
    on.world.open(&gallery.browser, doctor).await;
    gallery.browser.wait_text("1 of 3 would succeed").await;
    gallery.page("admin-connect-doctor").await;
    gallery
        .browser
        .click_css("main a[href$='/because/directory-protected']")
        .await;
    gallery.browser.wait_text("mara@contoso.example").await;
    gallery.page("admin-connect-because").await;
    gallery.close();
}

/// Locked in the directory, and unlocked without a new password while the agent takes its time.
async fn unlock(on: &Premises, agent: &Process, browser: Browser, password: &str) {
    on.samba.lock_out(&on.ada.dn);
    on.prove(&browser, "I know my password").await;
    browser.wait_url("/reset/unlock").await;
    let mut gallery = Gallery::of(browser);
    gallery.page("reset-unlock").await;
    held(agent, async {
        gallery.browser.click("Unlock my account").await;
        gallery.browser.wait_url("/reset/wait").await;
        gallery.still("reset-wait", "/reset/wait").await;
    })
    .await;
    on.world.open(&gallery.browser, "/reset/wait").await;
    gallery.browser.wait_url("/reset/done").await;
    on.samba.kinit("ada", password).unwrap();
    gallery.close();
}

#[tokio::test]
async fn a_password_of_the_directory_is_used_registered_for_reset_changed_and_unlocked() {
    let on = Premises::start();
    add_others(&on);
    let admin = on.world.visitor().await;
    on.world.sign_in_admin(&admin, ADMIN).await;
    on.host.let_in(&on.world, &admin).await;
    let agent = on.host.agent().arg("run").spawn();
    let there = format!("SELECT 1 FROM users WHERE upn = '{UPN}'");
    on.until_there(&agent, &there).await;
    on.world.open(&admin, "/admin/users").await;
    admin.click("Ada Lovelace").await;
    admin.wait_text("corp.example.test").await;
    let mut gallery = Gallery::of(on.world.visitor().await);
    register(&on, &gallery.browser).await;
    examine(&on, &agent, admin).await;

    // Forgotten: refused by the directory first, then true there when the page says so.
    let other = on.world.visitor().await;
    on.prove(&other, "I forgot my password").await;
    other.wait_text("Choose a new password").await;
    type_twice(&other, "alllowercaseletters", "Set new password").await;
    other.wait_text("Use three of these").await;
    on.samba.kinit("ada", OLD).unwrap();
    let reset = "Second-Passw0rd-of-Ada";
    type_twice(&other, reset, "Set new password").await;
    other.wait_text("Your password was reset").await;
    on.samba.kinit("ada", reset).unwrap();
    on.samba.kinit("ada", OLD).unwrap_err();
    // Whoever was signed in is not any more.
    gallery.browser.reload().await;
    gallery.browser.wait_url("/signin").await;

    // Changed by somebody who knows it, while the agent takes its time.
    on.world.sign_in_as(&gallery.browser, UPN, reset).await;
    gallery.browser.wait_text("Hello, Ada Lovelace").await;
    on.world.open(&gallery.browser, "/account/password").await;
    let changed = "Third-Passw0rd-of-Ada";
    let wait = "/account/password/wait";
    held(&agent, async {
        gallery.browser.fill("Current password", reset).await;
        type_twice(&gallery.browser, changed, "Change password").await;
        gallery.browser.wait_url(wait).await;
        gallery.still("password-wait", wait).await;
    })
    .await;
    on.world.open(&gallery.browser, wait).await;
    gallery.browser.wait_text("Your password was changed").await;
    on.samba.kinit("ada", changed).unwrap();

    unlock(&on, &agent, other, changed).await;

    // Must be changed at the next sign-in.
    on.samba.must_change(&on.ada.dn);
    on.world.open(&gallery.browser, "/account").await;
    gallery.browser.click("Sign out").await;
    on.world.sign_in_as(&gallery.browser, UPN, changed).await;
    gallery.browser.wait_url("/signin/change").await;
    let last = "Fourth-Passw0rd-of-Ada";
    let wait = "/signin/change/wait";
    held(&agent, async {
        type_twice(&gallery.browser, last, "Save and go on").await;
        gallery.browser.wait_url(wait).await;
        gallery.still("signin-change-wait", wait).await;
    })
    .await;
    on.world.open(&gallery.browser, wait).await;
    gallery.browser.wait_text("Hello, Ada Lovelace").await;
    on.samba.kinit("ada", last).unwrap();
    gallery.close();
}

#[tokio::test]
async fn gallery_of_what_a_directory_brings() {
    let on = Premises::start();
    let crowd: Vec<_> = (0..8)
        .map(|n| {
            on.samba
                .user(&Person::new(&format!("extra{n}")).under(&on.samba.people()))
        })
        .collect();
    for (n, one) in crowd.iter().enumerate() {
        let upn = format!("extra{n}@contoso.example");
        on.samba.set(&one.dn, "userPrincipalName", &[&upn]);
    }
    let mut gallery = Gallery::of(on.world.visitor().await);
    on.world.sign_in_admin(&gallery.browser, ADMIN).await;
    on.host.let_in(&on.world, &gallery.browser).await;
    let agent = on.host.agent().arg("run").spawn();
    let there = "SELECT 1 FROM users WHERE upn = 'extra7@contoso.example'";
    on.until_there(&agent, there).await;
    let ended = "SELECT 1 FROM sync_runs WHERE ended_at IS NOT NULL AND mode = 'full'";
    on.until_there(&agent, ended).await;
    let said = on.sync_now(&["user", UPN, "--explain"]);
    assert!(said.contains("Lovelace"), "{said}");

    // All of them get other numbers at once: they wait, before somebody has decided.
    agent.pause();
    for (n, one) in crowd.iter().enumerate() {
        let number = format!("+49 151 1234567{n}");
        on.samba.set(&one.dn, "mobile", &[&number]);
        on.samba.set(&one.dn, "title", &["Analyst"]);
    }
    agent.resume();
    on.until_there(&agent, "SELECT 1 FROM held_contacts").await;
    on.world
        .open(&gallery.browser, "/admin/connect/contacts")
        .await;
    gallery.page("admin-connect-contacts").await;
    gallery
        .browser
        .click_css("main a[href^='/admin/connect/contacts/']")
        .await;
    gallery.page("admin-connect-contact").await;
    gallery.browser.click("Take what the directory says").await;
    let taken = "The contact data of 8 users were changed";
    gallery.browser.wait_text(taken).await;

    // Most of them are deleted: nobody is, before somebody has decided.
    for one in &crowd {
        on.samba.delete(&one.dn);
    }
    let said = on.sync_now(&["--full"]);
    assert!(said.contains("8 deletions wait"), "{said}");
    let waiting = "SELECT 1 FROM held_deletions";
    on.until_there(&agent, waiting).await;
    on.world
        .open(&gallery.browser, "/admin/connect/deletions")
        .await;
    gallery.page("admin-connect-deletions").await;
    gallery
        .browser
        .click_css("main a[href^='/admin/connect/deletions/']")
        .await;
    gallery.page("admin-connect-deletion").await;
    on.world.open(&gallery.browser, "/admin/connect/runs").await;
    gallery.page("admin-connect-runs").await;
    gallery.browser.click("Synchronize now").await;
    gallery.browser.wait_text("The agent begins").await;
    gallery.browser.click_css("tbody a").await;
    gallery.page("admin-connect-run").await;
    on.world.open(&gallery.browser, "/admin/users").await;
    gallery.browser.click("Ada Lovelace").await;
    gallery.page("admin-user-synced").await;
    gallery.close();
}
