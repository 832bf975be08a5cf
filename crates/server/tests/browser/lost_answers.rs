//! The network between agent and service loses answers, at any byte: each password is set once, and nobody waits for it
//! any longer than it takes to ask again.

use crate::common::{ADMIN, Visit};
use crate::premises::{Host, OLD, Premises, UPN, register, type_twice};
use crate::world::WAIT;
use keyward_testbed::proxy::{Direction, Proxy};
use std::net::SocketAddr;

/// After how many bytes of the service's answers the connection is cut: nothing of the task arrives, a part of it, all
/// of it and nothing of what follows.
const CUTS: [usize; 5] = [0, 200, 1_200, 2_600, 4_000];

/// How often the directory has set this password.
fn version(on: &Premises) -> u32 {
    let found = on
        .samba
        .get(&on.ada.dn, "msDS-KeyVersionNumber")
        .pop()
        .unwrap();
    found.parse().unwrap()
}

// case: AG-04, WB-02
#[tokio::test]
async fn wb_02_a_password_is_set_once_whichever_answer_to_the_agent_is_lost() {
    let on = Premises::start();
    let service: SocketAddr = on.world.url["http://".len()..].parse().unwrap();
    let line = Proxy::start(service);
    let host = Host::through(&line.address().to_string(), &on.world.url, &on.samba);
    let admin = on.world.visitor().await;
    on.world.sign_in_admin(&admin, ADMIN).await;
    host.let_in(&on.world, &admin).await;
    let agent = host.agent().arg("run").spawn();
    let there = format!("SELECT 1 FROM users WHERE upn = '{UPN}'");
    on.until_there(&agent, &there).await;
    let browser = on.world.visitor().await;
    register(&on, &browser).await;
    let mut known = OLD.to_owned();
    for (n, bytes) in CUTS.into_iter().enumerate() {
        let before = version(&on);
        let new = format!("Changed-Passw0rd-{n}");
        on.world.open(&browser, "/account/password").await;
        browser.fill("Current password", &known).await;
        line.cut_after(Direction::ToClient, bytes);
        type_twice(&browser, &new, "Change password").await;
        browser.wait_text("Your password was changed").await;
        on.samba.kinit("ada", &new).unwrap();
        on.samba.kinit("ada", &known).unwrap_err();
        assert_eq!(version(&on), before + 1, "cut after {bytes} bytes");
        known = new;
    }
    // Some cuts come in the answers to what follows; each has come.
    let told = "SELECT 1 FROM operations GROUP BY 1 HAVING SUM(state <> 'settled') = 0";
    on.until_there(&agent, told).await;
    assert!(line.cut_count() >= 4, "{} cuts", line.cut_count());
    let begun = std::fs::read_to_string(host.state().join("journal")).unwrap();
    let begun = begun.lines().filter(|l| l.contains("\"begun\":"));
    assert_eq!(begun.count(), CUTS.len());
    agent.wait_line("no work can be asked for", WAIT);
}
