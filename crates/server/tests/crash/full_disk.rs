//! A disk without room, a database that somebody else holds, an audit log that is gone, no descriptor left.

use crate::people::{Resetter, organisation};
use crate::person::{Page, Person};
use crate::walk::{Walk, Weather, signs_in};
use crate::world::{WAIT, World};
use keyward_testbed::process::Launch;
use std::process::Command;

/// From now on no file of the server's can be written.
pub(crate) fn fill(world: &World) {
    limit(world, "0");
}

/// There is room again.
pub(crate) fn make_room(world: &World) {
    limit(world, "unlimited");
}

/// Sets how large the server's files may be, while it runs.
fn limit(world: &World, bytes: &str) {
    let pid = world.with_server(|server| server.pid());
    let status = Command::new("prlimit")
        .args([
            "--pid",
            &pid.to_string(),
            &format!("--fsize={bytes}:unlimited"),
        ])
        .status();
    assert!(status.unwrap().success());
}

/// Everything that a request may leave.
fn stored(world: &World) -> Vec<String> {
    let tables = [
        "users",
        "sessions",
        "resets",
        "challenges",
        "proofs",
        "counters",
        "links",
        "jobs",
        "audit_events",
    ];
    let rows = |table: &&str| world.query(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3"));
    tables.iter().flat_map(rows).collect()
}

async fn sign_in(world: &World, upn: &str, password: &str) -> Page {
    let mut person = Person::of(&world.url);
    let page = person.get("/signin").await.unwrap();
    let fields = [("name", upn), ("password", password)];
    person.post(&page, "/signin", &fields).await.unwrap()
}

fn says_so(page: &Page) {
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(page.body.contains("Nothing was changed"), "{}", page.body);
}

// case: RL-02
#[tokio::test(flavor = "multi_thread")]
async fn rl_02_a_full_disk_is_told_and_leaves_nothing_half_done() {
    let world = organisation();
    let who = Resetter::new(0);
    let weather = Weather::default();
    Walk::new(&world, &weather, &who)
        .finish("lamp on the hill")
        .await;
    world.mail(&who.mail, "Your password was reset").await;
    until_rest(&world).await;

    fill(&world);
    let before = stored(&world);
    says_so(&sign_in(&world, &who.upn, "lamp on the hill").await);
    says_so(&sign_in(&world, &who.upn, "a wrong one").await);
    let mut person = Person::of(&world.url);
    let page = person.get("/help").await.unwrap();
    assert_eq!(page.status, 200, "looking needs no room: {}", page.body);
    assert_eq!(stored(&world), before);

    make_room(&world);
    assert!(signs_in(&world, &who.upn, "lamp on the hill").await);
    Walk::new(&world, &weather, &who)
        .finish("lamp in the valley")
        .await;
    assert!(signs_in(&world, &who.upn, "lamp in the valley").await);
    assert!(!signs_in(&world, &who.upn, "lamp on the hill").await);
    assert_eq!(world.query("PRAGMA integrity_check"), ["ok"]);
}

/// Nothing is on its way, so that nothing changes by itself.
async fn until_rest(world: &World) {
    while !world.query("SELECT 1 FROM jobs").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Holds the database until it is told to go on.
const HOLD: &str = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
db.execute('BEGIN EXCLUSIVE')
print('held', flush=True)
input()";

// case: RL-04
#[tokio::test(flavor = "multi_thread")]
async fn rl_04_a_database_that_is_held_is_told_and_leaves_nothing_half_done() {
    let world = organisation();
    let before = stored(&world);
    let mut holder = Launch::new("/usr/bin/python3")
        .args(["-c", HOLD])
        .arg(world.data().join("keyward.db"))
        .with_stdin()
        .spawn();
    holder.wait_line("held", WAIT);
    says_so(&sign_in(&world, "brian@contoso.example", "brian forgets this").await);
    let mut person = Person::of(&world.url);
    let page = person.get("/signin").await.unwrap();
    assert_eq!(page.status, 200, "looking needs no lock: {}", page.body);
    holder.write_line("go on");
    assert!(holder.wait(WAIT).success());
    assert_eq!(stored(&world), before);
    assert!(signs_in(&world, "brian@contoso.example", "brian forgets this").await);
}

// case: LG-02, SL-06
#[tokio::test(flavor = "multi_thread")]
async fn lg_02_what_can_not_be_written_down_does_not_happen() {
    let world = organisation();
    world.query("ALTER TABLE audit_events RENAME TO elsewhere");
    let page = sign_in(&world, "brian@contoso.example", "brian forgets this").await;
    assert_eq!(page.status, 500, "{}", page.body);
    for word in ["audit", "sql", "table", "elsewhere", ".rs", "panic"] {
        let seen = page.body.split("<main").nth(1).unwrap().to_lowercase();
        assert!(!seen.contains(word), "{word}: {seen}");
    }
    assert!(world.query("SELECT 1 FROM sessions").is_empty());
    world.query("ALTER TABLE elsewhere RENAME TO audit_events");
    assert!(signs_in(&world, "brian@contoso.example", "brian forgets this").await);
}

// case: RL-14
#[tokio::test(flavor = "multi_thread")]
async fn rl_14_without_file_descriptors_it_waits_and_recovers() {
    let world = organisation();
    let pid = world.with_server(|server| server.pid());
    let open = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .count();
    let files = |most: &str| {
        let limit = format!("--nofile={most}");
        let status = Command::new("prlimit")
            .args(["--pid", &pid.to_string(), &limit])
            .status();
        assert!(status.unwrap().success());
    };
    files(&format!("{}:", open + 8));
    let address = world.url.trim_start_matches("http://").to_owned();
    let held: Vec<_> = (0..40)
        .map(|_| std::net::TcpStream::connect(&address).unwrap())
        .collect();
    // All that there are have been taken.
    let taken = || {
        std::fs::read_dir(format!("/proc/{pid}/fd"))
            .unwrap()
            .count()
            >= open + 8
    };
    while !taken() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    drop(held);
    assert!(signs_in(&world, "brian@contoso.example", "brian forgets this").await);
    files("4096:");
}
