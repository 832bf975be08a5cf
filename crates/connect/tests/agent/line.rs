//! The line to the service: away and back, ended sessions, clocks, keys, the end.

use crate::service::{SECOND, directory};
use crate::world::World;
use keyward_connect::complaint::exit;
use keyward_connect::status::{LinkState, Status};
use keyward_wire::link::Job;
use keyward_wire::outcome::Outcome;

fn works(world: &World) {
    let anchor = world.fake.person(1, "old");
    let task = world.service.reset(directory(), anchor, "lamp");
    world.service.give(&task);
    assert_eq!(world.service.outcome(task.operation), Outcome::Done);
}

fn healthy(world: &World) {
    world.service.until("health", |said| {
        let health = said.health.as_ref()?;
        health
            .directories
            .first()
            .filter(|d| d.reachable)
            .map(|_| ())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_away_or_forgot_the_session_is_found_again() {
    let world = World::new();
    let running = world.run();
    healthy(&world);
    works(&world);
    world.service.go_away();
    world.service.come_back();
    works(&world);
    // It was started anew: nobody knows the session.
    world.service.said().sessions += 10;
    works(&world);
    assert_eq!(world.service.said().sessions, 12);
    running.stop().await.unwrap();
    let status = Status::load(&world.state()).unwrap();
    assert_eq!((status.link, status.waiting), (LinkState::Stopped, 0));
}

// case: AG-12
#[tokio::test(flavor = "multi_thread")]
async fn ag_12_a_revoked_agent_stops_and_says_so() {
    let world = World::new();
    let running = world.run();
    healthy(&world);
    world.service.revoke();
    let complaints = running.end().await.unwrap_err();
    assert_eq!(complaints.exit_code, exit::REVOKED);
    assert!(
        complaints.to_string().contains("enrol --again"),
        "{complaints}"
    );
    let status = Status::load(&world.state()).unwrap();
    assert_eq!(status.link, LinkState::Revoked);
    assert!(status.shown(false).contains("revoked"));
}

// case: AG-05, WB-13
#[tokio::test(flavor = "multi_thread")]
async fn ag_05_a_clock_that_is_off_is_told_and_misjudges_nothing() {
    for ahead in [3_600 * SECOND, -3_600 * SECOND] {
        let world = World::new();
        world.service.said().ahead = ahead;
        let running = world.run();
        works(&world);
        let told = world.service.until("the complaint", |said| {
            said.health.as_ref()?.complaints.first().cloned()
        });
        assert!(told.contains("the clock of this host is 3"), "{told}");
        // Too old by the service's clock, whatever this host's says.
        let anchor = world.fake.person(2, "old");
        let mut late = world.service.reset(directory(), anchor, "lamp");
        late.expires_at = late.issued_at - SECOND;
        world.service.give(&late);
        let outcome = world.service.outcome(late.operation);
        assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
        assert_eq!(world.fake.password(anchor), "old");
        running.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_stands_in_between() {
    let mut world = World::new();
    // Nobody listens where the service is said to be: all of it goes through the proxy, or nothing does.
    world.config.service.url = "http://127.0.0.1:9".to_owned();
    world.config.service.proxy = Some(world.service.url());
    let running = world.run();
    works(&world);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolled_key_opens_what_was_sealed_before_and_after() {
    let world = World::new();
    let running = world.run();
    healthy(&world);
    let anchor = world.fake.person(1, "old");
    let before = world.service.reset(directory(), anchor, "before");
    let state = world.state();
    let ask = keyward_connect::control::Ask::RollKey;
    let fingerprint: String = keyward_connect::control::ask(&state, &ask).await.unwrap();
    let after = world.service.reset(directory(), anchor, "after");
    for task in [&before, &after] {
        world.service.give(task);
        assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    }
    assert_eq!(world.service.said().rolls, 1);
    running.stop().await.unwrap();
    assert_eq!(Status::load(&state).unwrap().fingerprint, fingerprint);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_away_is_told_and_found_again() {
    let world = World::new();
    let running = world.run();
    healthy(&world);
    world.fake.inside().away = true;
    let anchor = world.fake.person(1, "old");
    let task = world.service.reset(directory(), anchor, "lamp");
    world.service.give(&task);
    let outcome = world.service.outcome(task.operation);
    assert!(
        matches!(outcome, Outcome::Unreachable { .. }),
        "{outcome:?}"
    );
    world.fake.inside().away = false;
    works(&world);
    let examine = world.service.task(directory(), |_| Job::Examine { anchor });
    world.service.give(&examine);
    let outcome = world.service.outcome(examine.operation);
    assert!(matches!(outcome, Outcome::Examined(_)), "{outcome:?}");
    running.stop().await.unwrap();
}
