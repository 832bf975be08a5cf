//! `keyward keys rotate` while people reset and sign in.

use crate::heavy_storm::everybody_resets;
use crate::people::{organisation, organisation_on_postgres};
use crate::walk::{Weather, signs_in};
use crate::world::{WAIT, World, keyward};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// From the command until everything is sealed anew: a lead for all nodes, and as much again.
const SEALED_ANEW: Duration = Duration::from_secs(150);

/// `keyward keys …` beside the running server: whether it succeeded, and what it printed.
fn keys(world: &World, arguments: &[&str]) -> (bool, String) {
    let mut run = keyward(&world.data())
        .arg("keys")
        .args(arguments)
        .env("KEYWARD_PUBLIC_URL", &world.url)
        .env(
            "KEYWARD_DATABASE_URL",
            world.postgres.as_ref().map_or("", |p| p.url()),
        )
        .spawn();
    let success = run.wait(WAIT).success();
    // It has ended, and its last words may still be on their way.
    let _ = run.line("", WAIT);
    (success, run.lines().join("\n"))
}

/// Ends the walks when the operator is done, also by failing.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Passwords that each version has sealed.
fn passwords(world: &World) -> Vec<i64> {
    let (done, text) = keys(world, &["list", "--json"]);
    assert!(done, "{text}");
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let counts = all.as_array().unwrap().iter();
    counts.map(|v| v["passwords"].as_i64().unwrap()).collect()
}

/// Nothing is left of the first, and nobody lost theirs.
fn is_sealed_anew(counts: &[i64], at_first: i64) -> bool {
    matches!(counts, [0, second] if *second >= at_first)
}

async fn rotate_under_load(world: World) {
    let world = Arc::new(world);
    let all: i64 = passwords(&world).iter().sum();
    let (weather, over) = (Arc::new(Weather::default()), Arc::<AtomicBool>::default());
    let operator = {
        let (world, over) = (world.clone(), Over(over.clone()));
        std::thread::spawn(move || {
            let _over = over;
            let (done, text) = keys(&world, &["rotate"]);
            assert!(done, "{text}");
            assert!(
                text.contains("version 2 of the root key seals from"),
                "{text}"
            );
            let until = Instant::now() + SEALED_ANEW;
            while !is_sealed_anew(&passwords(&world), all) {
                assert!(Instant::now() < until, "{:?}", keys(&world, &["list"]));
                std::thread::sleep(Duration::from_secs(1));
            }
        })
    };
    let everybody = everybody_resets(&world, &weather, &over).await;
    operator.join().unwrap();
    // Nobody met an error, and everybody's last password is theirs, also after a start.
    assert_eq!(*weather.unanswered.lock().unwrap(), [""; 0]);
    world.with_server(|server| {
        let lines = server.lines();
        let failed = lines
            .iter()
            .find(|line| line.contains("ERROR") || line.contains("does not open"));
        assert_eq!(failed, None);
        server.terminate();
        assert!(server.wait(WAIT).success(), "{:?}", server.lines());
    });
    world.serve();
    for who in &everybody {
        assert!(signs_in(&world, &who.upn, who.passwords.last().unwrap()).await);
    }
    // What still counts can't be taken out.
    for (version, why) in [
        ("1", "digests of tokens"),
        ("2", "version 2 seals"),
        ("3", "no version 3"),
    ] {
        let (done, text) = keys(&world, &["retire", version]);
        assert!(!done && text.contains(why), "{text}");
    }
}

// case: DB-09
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_09_another_root_key_is_made_current_under_load() {
    rotate_under_load(organisation()).await;
}

// case: DB-09
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn db_09_the_same_on_postgresql() {
    rotate_under_load(organisation_on_postgres()).await;
}
