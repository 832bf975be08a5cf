//! Kill -9 and SIGTERM at random moments while people reset their passwords.

use crate::full_disk;
use crate::people::{PEOPLE, Resetter, organisation, organisation_on_postgres};
use crate::walk::{Walk, Weather, signs_in};
use crate::world::{WAIT, World};
use keyward_testbed::process::Process;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// How often the server goes down.
const STORMS: usize = 14;

/// How often it does on PostgreSQL, where each start takes longer.
const SHORT: usize = 5;

/// From 1 to `most`, another each time.
fn some(most: u64) -> usize {
    usize::try_from(RandomState::new().build_hasher().finish() % most).unwrap() + 1
}

/// Everybody resets their password again and again until it is over; returns what they ended with.
pub(crate) async fn everybody_resets(
    world: &Arc<World>,
    weather: &Arc<Weather>,
    over: &Arc<AtomicBool>,
) -> Vec<Resetter> {
    let mut walks = JoinSet::new();
    for n in 0..PEOPLE {
        let (world, weather, over) = (world.clone(), weather.clone(), over.clone());
        walks.spawn(async move {
            let mut who = Resetter::new(n);
            while !over.load(Ordering::Relaxed) {
                let new = format!("lamp {n} door {} river", who.passwords.len());
                Walk::new(&world, &weather, &who).finish(&new).await;
                who.passwords.push(new);
                // What was answered as done holds at once, and what was before is gone.
                let mut newest = who.passwords.iter().rev();
                assert!(signs_in(&world, &who.upn, newest.next().unwrap()).await);
                if let Some(before) = newest.next() {
                    assert!(!signs_in(&world, &who.upn, before).await, "{before}");
                }
            }
            who
        });
    }
    walks.join_all().await
}

/// Does `end` again and again while everybody resets, then proves what must hold.
async fn storm(world: World, storms: usize, weather: Weather, end: fn(&World)) -> Arc<Weather> {
    let world = Arc::new(world);
    let (weather, over) = (Arc::new(weather), Arc::<AtomicBool>::default());
    let killer = {
        let (world, weather, over) = (world.clone(), weather.clone(), over.clone());
        std::thread::spawn(move || {
            for _ in 0..storms {
                let until = weather.steps.load(Ordering::Relaxed) + some(30);
                while weather.steps.load(Ordering::Relaxed) < until {
                    std::thread::sleep(Duration::from_millis(1));
                }
                // Not between two steps, but in the middle of one.
                std::thread::sleep(Duration::from_micros(some(20_000) as u64));
                end(&world);
                weather.restarts.fetch_add(1, Ordering::Relaxed);
            }
            over.store(true, Ordering::Relaxed);
        })
    };
    let everybody = everybody_resets(&world, &weather, &over).await;
    killer.join().unwrap();
    expect_whole(&world, &everybody).await;
    weather
}

async fn expect_whole(world: &World, everybody: &[Resetter]) {
    let mut all = 0;
    for who in everybody {
        let (newest, older) = who.passwords.split_last().unwrap();
        assert!(signs_in(world, &who.upn, newest).await, "{who:?}");
        for old in older {
            assert!(!signs_in(world, &who.upn, old).await, "{old} of {who:?}");
        }
        let done = who.passwords.len();
        all += done;
        // Each reset counts once wherever it is written down.
        let me = format!("(SELECT id FROM users WHERE upn_key = '{}')", who.upn);
        for (what, sql) in [
            (
                "resets",
                format!("SELECT count(*) FROM resets WHERE user_id = {me} AND state = 'completed'"),
            ),
            (
                "epoch",
                format!("SELECT credential_epoch FROM users WHERE id = {me}"),
            ),
            (
                "audit",
                format!(
                    "SELECT count(*) FROM audit_events WHERE target_id = {me} AND success
                     AND activity = 'Reset password (self-service)'"
                ),
            ),
        ] {
            assert_eq!(world.query(&sql), [done.to_string()], "{what} of {who:?}");
        }
        // Codes opened as many gates as the resets have.
        let proofs = format!(
            "SELECT count(*) FROM proofs p JOIN resets r ON r.id = p.reset_id
             WHERE p.user_id = {me} AND r.state = 'completed'"
        );
        assert_eq!(world.query(&proofs), [(2 * done).to_string()]);
        // Both mailboxes are told of every one; the last may still be on its way.
        world.mail(&who.mail, "Your password was reset").await;
    }
    if world.postgres.is_none() {
        assert_eq!(world.query("PRAGMA integrity_check"), ["ok"]);
        assert!(world.query("PRAGMA foreign_key_check").is_empty());
    }
    println!("{all} resets held");
}

// case: RL-01, TR-18
#[tokio::test(flavor = "multi_thread")]
async fn every_reset_that_was_answered_holds_when_the_server_is_killed() {
    let weather = storm(organisation(), STORMS, Weather::default(), kill).await;
    println!(
        "{} requests had their effect unanswered",
        weather.unanswered.lock().unwrap().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_to_stop_answers_what_it_has_begun() {
    let weather = storm(organisation(), STORMS, Weather::default(), |world| {
        world.with_server(|server| {
            server.terminate();
            assert_eq!(server.wait(WAIT).code(), Some(0), "{:?}", server.lines());
            let cut_off = |line: &String| line.contains("were cut off");
            assert!(!server.lines().iter().any(cut_off), "{:?}", server.lines());
        });
        world.serve();
    })
    .await;
    let unanswered = weather.unanswered.lock().unwrap();
    assert!(unanswered.is_empty(), "{unanswered:?}");
}

fn kill(world: &World) {
    world.with_server(Process::kill);
    world.serve();
}

// case: RL-01, TR-18
#[tokio::test(flavor = "multi_thread")]
async fn every_reset_that_was_answered_holds_on_postgresql() {
    storm(organisation_on_postgres(), SHORT, Weather::default(), kill).await;
}

// case: RL-05
#[tokio::test(flavor = "multi_thread")]
async fn rl_05_every_reset_that_was_answered_holds_when_postgresql_crashes() {
    storm(organisation_on_postgres(), SHORT, faults(), |world| {
        world.postgres.as_ref().unwrap().crash();
    })
    .await;
}

// case: RL-02
#[tokio::test(flavor = "multi_thread")]
async fn rl_02_every_reset_that_was_answered_holds_when_the_disk_is_full_now_and_then() {
    storm(organisation(), STORMS, faults(), |world| {
        full_disk::fill(world);
        std::thread::sleep(Duration::from_micros(some(100_000) as u64));
        full_disk::make_room(world);
    })
    .await;
}

fn faults() -> Weather {
    Weather {
        faults: true,
        ..Weather::default()
    }
}
