//! Two agents beside one Active Directory: both work, each task is done once, and when one is killed or shut out the
//! other goes on.

use crate::common::{ADMIN, Visit};
use crate::premises::{Host, OLD, Premises, SOON, UPN, register, type_twice};
use crate::world::WAIT;
use keyward_testbed::browser::Browser;
use keyward_testbed::ldap::Person;
use keyward_testbed::process::Process;
use std::time::{Duration, Instant};

/// Enough that both have something to do.
const CROWD: usize = 60;

/// How many operations each agent was given, and how many of them are not over.
fn shares(on: &Premises) -> Vec<String> {
    let sql = "SELECT COUNT(*), SUM(state <> 'settled') FROM operations WHERE agent_id IS NOT NULL GROUP BY agent_id";
    on.world.query(sql)
}

/// What an agent took that was killed is waited for a minute.
const GIVEN_UP: Duration = Duration::from_mins(2);

const ENDED: &str =
    "SELECT 1 FROM examination_rounds WHERE ended_at IS NOT NULL AND stopped IS NULL";

async fn begin_to_examine(on: &Premises, admin: &Browser) {
    on.world.query("DELETE FROM examination_rounds");
    on.world.open(admin, "/admin/connect/doctor").await;
    admin.click("Examine everybody").await;
    admin.wait_text("The examination has begun").await;
}

async fn examine_everybody(on: &Premises, agent: &Process, admin: &Browser) {
    begin_to_examine(on, admin).await;
    on.until_there(agent, ENDED).await;
}

/// Sets another password, and proves that it is the one.
async fn change(on: &Premises, browser: &Browser, old: &str, new: &str) {
    on.world.open(browser, "/account/password").await;
    browser.fill("Current password", old).await;
    type_twice(browser, new, "Change password").await;
    browser.wait_text("Your password was changed").await;
    on.samba.kinit("ada", new).unwrap();
    on.samba.kinit("ada", old).unwrap_err();
}

// case: AG-20, AG-21
#[tokio::test]
async fn ag_20_two_agents_of_one_forest_share_the_work_and_either_goes_on_alone() {
    let on = Premises::start();
    for n in 0..CROWD {
        let login = format!("extra{n}");
        let dn = on
            .samba
            .user(&Person::new(&login).under(&on.samba.people()))
            .dn;
        let upn = format!("{login}@contoso.example");
        on.samba.set(&dn, "userPrincipalName", &[&upn]);
    }
    let admin = on.world.visitor().await;
    on.world.sign_in_admin(&admin, ADMIN).await;
    on.host.let_in(&on.world, &admin).await;
    let second = Host::new(&on.world.url, &on.samba);
    second.let_in(&on.world, &admin).await;
    let one = on.host.agent().arg("run").spawn();
    let last = format!(
        "SELECT 1 FROM users WHERE upn = 'extra{}@contoso.example'",
        CROWD - 1
    );
    on.until_there(&one, &last).await;
    let mut two = second.agent().arg("run").spawn();
    two.wait_line("this one stands by", WAIT);
    let both = "SELECT 1 FROM agent_directories GROUP BY directory_id HAVING COUNT(*) = 2";
    on.until_there(&two, both).await;

    // Both take work, and each task is done by one of them.
    examine_everybody(&on, &one, &admin).await;
    let shared = shares(&on);
    assert_eq!(shared.len(), 2, "{shared:?}");
    assert!(shared.iter().all(|s| s.ends_with("|0")), "{shared:?}");
    on.world.open(&admin, "/admin/connect/agents").await;
    let page = admin.text().await;
    // The service account may lack a right, which is no matter here.
    assert!(
        !page.contains("Away") && !page.contains("Not heard"),
        "{page}"
    );
    assert_eq!(page.matches("corp.example.test").count(), 2, "{page}");
    assert_eq!(
        on.world
            .query("SELECT COUNT(DISTINCT agent_id) FROM sync_runs"),
        ["1"],
        "one brings users in"
    );

    // One is killed in the middle of its work: the other goes on, and what it had taken is given up in time.
    let browser = on.world.visitor().await;
    register(&on, &browser).await;
    begin_to_examine(&on, &admin).await;
    let its = "SELECT 1 FROM operations WHERE state = 'sent' AND agent_id <> (SELECT keeper FROM directories)";
    on.until_there(&two, its).await;
    two.kill();
    let new = "Second-Passw0rd-of-Ada";
    change(&on, &browser, OLD, new).await;
    // What it had taken is asked of the other, and the round goes on to its end.
    on.until_there_within(GIVEN_UP, &one, ENDED).await;
    let silent = "SELECT COUNT(*) FROM examinations WHERE reason = 'no-answer'";
    assert_eq!(on.world.query(silent), ["0"]);

    // The one that brought users in is shut out: its session drops at once, and the other takes over.
    let two = second.agent().arg("run").spawn();
    two.wait_line("this one stands by", WAIT);
    let first = "SELECT keeper FROM directories";
    let keeper = on.world.query(first);
    on.world.open(&admin, "/admin/connect/agents").await;
    let link = on
        .world
        .query("SELECT lower(hex(id)) FROM agents WHERE id = (SELECT keeper FROM directories)");
    let id = uuid::Uuid::parse_str(&link[0]).unwrap();
    on.world
        .open(&admin, &format!("/admin/connect/agents/{id}"))
        .await;
    admin.wait_text("Brings users and groups in").await;
    admin.click("Shut out").await;
    admin.click("Shut out").await;
    admin.wait_text("The agent is shut out").await;
    let begun = Instant::now();
    let mut one = one;
    assert!(!one.wait(WAIT).success(), "{:?}", one.lines());
    assert!(begun.elapsed() < SOON);
    change(&on, &browser, new, "Third-Passw0rd-of-Ada").await;
    on.samba.set(&on.ada.dn, "department", &["Engines"]);
    let there = format!("SELECT 1 FROM users WHERE upn = '{UPN}' AND department = 'Engines'");
    on.until_there(&two, &there).await;
    assert_ne!(on.world.query(first), keeper);
    examine_everybody(&on, &two, &admin).await;
}
