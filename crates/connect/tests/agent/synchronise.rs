//! Users and groups on their way into the service.

use crate::fake::object;
use crate::service::WAIT;
use crate::world::World;
use keyward_connect::control::{self, Ask};
use keyward_connect::sync::run::{End, OneUser, Run};
use keyward_wire::sync::{MemberChange, Mode};
use std::time::{Duration, Instant};
use uuid::Uuid;

fn filled() -> World {
    let world = World::new();
    {
        let mut inside = world.fake.inside();
        inside.pieces = (0..3)
            .map(|piece| (1..=400).map(|n| object(piece * 400 + n, false)).collect())
            .collect();
        inside.pieces.push(vec![object(5_000, true)]);
        inside.members = vec![MemberChange {
            group: Uuid::from_u128(5_000),
            whole: true,
            add: (1..=9_000).map(Uuid::from_u128).collect(),
            remove: Vec::new(),
        }];
    }
    world
}

fn ended(world: &World, runs: usize) {
    world.service.until("the end of the run", |said| {
        (said.ends.len() >= runs).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_in_batches_and_a_change_as_soon_as_it_is_made() {
    let world = filled();
    let running = world.run();
    ended(&world, 1);
    {
        let said = world.service.said();
        let numbers: Vec<_> = said.batches.iter().map(|batch| batch.number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
        let users: usize = said.batches.iter().map(|batch| batch.users.len()).sum();
        assert_eq!(users, 1_200);
        let parts: Vec<_> = said
            .batches
            .iter()
            .flat_map(|batch| &batch.members)
            .collect();
        assert!(parts[0].whole && parts[1..].iter().all(|part| !part.whole));
        assert_eq!(
            parts.iter().map(|part| part.add.len()).sum::<usize>(),
            9_000
        );
        for batch in &said.batches {
            let anchors: usize = batch.members.iter().map(|change| change.add.len()).sum();
            assert!(batch.users.len() + batch.groups.len() <= 500 && anchors <= 4_000);
        }
        assert_eq!(said.starts[0].mode, Mode::Full);
        assert_eq!(said.starts[0].policies.len(), 1);
        assert!(said.ends[0].complete);
    }
    world.fake.change(object(7, false));
    ended(&world, 2);
    {
        let said = world.service.said();
        assert_eq!(said.starts[1].mode, Mode::Delta);
        assert_eq!(
            said.batches.last().unwrap().users[0].anchor,
            Uuid::from_u128(7)
        );
    }
    running.stop().await.unwrap();

    // Started again it goes on from there.
    let running = world.run();
    world.fake.change(object(8, false));
    ended(&world, 3);
    assert_eq!(world.fake.inside().read_all, 1);
    running.stop().await.unwrap();

    // Other settings need everything again.
    let mut world = world;
    world.config.directories[0].user_name = "mail".to_owned();
    let running = world.run();
    ended(&world, 4);
    assert_eq!(world.fake.inside().read_all, 2);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_position_or_a_service_that_lost_everything_costs_a_full_run() {
    let world = filled();
    let running = world.run();
    ended(&world, 1);
    world.fake.inside().lost = true;
    world.fake.change(object(7, false));
    ended(&world, 2);
    assert_eq!(world.fake.inside().read_all, 2);
    world.service.said().full_needed = true;
    world.fake.change(object(8, false));
    world.service.until("the full run", |said| {
        let last = said.starts.last()?;
        (last.mode == Mode::Full && said.ends.len() >= 4).then_some(())
    });
    // The delta that was of no use says so, and deletes nothing.
    assert!(!world.service.said().ends[2].complete);
    running.stop().await.unwrap();
}

// case: AG-21
#[tokio::test(flavor = "multi_thread")]
async fn while_another_agent_keeps_the_directory_nothing_is_read() {
    let world = filled();
    world.service.said().kept = true;
    let running = world.run();
    let state = world.state();
    world
        .service
        .until("a question", |said| (said.polls > 0).then_some(()));
    let sync = |full, preview| Ask::Sync { full, preview };
    let runs: Vec<Run> = control::ask(&state, &sync(false, false)).await.unwrap();
    assert_eq!(runs[0].end, End::Kept);
    assert_eq!(world.fake.inside().read_all, 0);
    // A preview changes nothing, so it is anybody's.
    let runs: Vec<Run> = control::ask(&state, &sync(true, true)).await.unwrap();
    assert_eq!((&runs[0].end, runs[0].preview), (&End::Complete, true));
    assert_eq!(world.fake.inside().read_all, 1);

    // The other one is gone; then it is back, and this one has read something meanwhile.
    world.service.said().kept = false;
    let runs: Vec<Run> = control::ask(&state, &sync(false, false)).await.unwrap();
    assert_eq!(runs[0].end, End::Complete);
    world.service.said().kept = true;
    let batches = world.service.said().batches.len();
    world.fake.change(object(7, false));
    let lasts = async || {
        let runs: Vec<Run> = control::ask(&state, &sync(false, false)).await.unwrap();
        runs[0].end.clone()
    };
    assert_eq!(lasts().await, End::Kept);
    assert_eq!(
        world.service.said().batches.len(),
        batches,
        "nothing is sent"
    );
    world.service.said().kept = false;
    assert_eq!(lasts().await, End::Complete);
    assert_eq!(world.service.said().batches.len(), batches + 1);
    running.stop().await.unwrap();
}

// case: AG-16, S81
#[tokio::test(flavor = "multi_thread")]
async fn s81_a_run_that_is_cut_off_is_never_called_complete() {
    let world = filled();
    let running = world.run();
    ended(&world, 1);
    let state = world.state();
    let ask = Ask::Sync {
        full: true,
        preview: false,
    };
    world.fake.inside().cut = true;
    let runs: Vec<Run> = control::ask(&state, &ask).await.unwrap();
    assert!(
        matches!(&runs[0].end, End::Failed(why) if why.contains("cut off")),
        "{runs:?}"
    );
    {
        let said = world.service.said();
        assert!(!said.ends[1].complete);
        assert!(said.ends[1].message.as_ref().unwrap().contains("cut off"));
        assert!(said.ends[0].complete);
    }
    world.fake.inside().cut = false;
    world.service.said().held = true;
    let runs: Vec<Run> = control::ask(&state, &ask).await.unwrap();
    assert_eq!(runs[0].end, End::Held);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_and_an_explanation_change_nothing() {
    let mut world = filled();
    world.config.agent.staging = true;
    let running = world.run();
    ended(&world, 1);
    let state = world.state();
    let ask = Ask::Sync {
        full: false,
        preview: false,
    };
    let runs: Vec<Run> = control::ask(&state, &ask).await.unwrap();
    assert!(runs[0].preview && runs[0].objects == 1_201, "{runs:?}");
    assert!(
        world
            .service
            .said()
            .starts
            .iter()
            .all(|start| start.preview)
    );
    let ask = |name: &str| Ask::Explain {
        name: name.to_owned(),
    };
    let nobody: Option<OneUser> = control::ask(&state, &ask("nobody")).await.unwrap();
    assert_eq!(nobody, None);
    let user: Option<OneUser> = control::ask(&state, &ask("user1")).await.unwrap();
    let user = user.unwrap();
    assert_eq!(user.record.upn, "user1@corp.test");
    assert_eq!(user.explained.unwrap().action, "add");
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn source_anchors_are_written_by_a_run_and_not_by_a_preview() {
    let mut world = World::new();
    {
        let mut people: Vec<_> = (1..=30).map(|n| object(n, false)).collect();
        people[..25].iter_mut().for_each(|one| one.unwritten = true);
        world.fake.inside().pieces = vec![people];
    }
    world.config.agent.staging = true;
    let running = world.run();
    ended(&world, 1);
    running.stop().await.unwrap();
    assert!(world.fake.inside().anchors.is_empty());

    world.config.agent.staging = false;
    let running = world.run();
    ended(&world, 2);
    let last = noted_run(&world, None);
    running.stop().await.unwrap();
    let written: Vec<_> = (1..=25).map(Uuid::from_u128).collect();
    assert_eq!(world.fake.inside().anchors, written);
    assert_eq!((last.end, last.unwritten), (End::Complete, None));
    let before = Some(last.at);

    // Without the right everybody comes in all the same, and the run says how many were not written, and why.
    world.fake.inside().no_anchors = true;
    world.config.directories[0].user_name = "mail".to_owned();
    let running = world.run();
    ended(&world, 3);
    let last = noted_run(&world, before);
    running.stop().await.unwrap();
    assert_eq!(last.end, End::Complete);
    assert_eq!(
        last.unwritten,
        Some((25, "the directory refuses: LDAP result 50".to_owned()))
    );
    let told = keyward_connect::status::shown_run(&last);
    assert!(told.contains("25 users can't be written"), "{told}");
}

/// What the agent notes of a run that writes and is another than the one that began at `before`, once it does: the service knows a
/// little sooner that a run has ended.
fn noted_run(world: &World, before: Option<i64>) -> Run {
    let until = Instant::now() + WAIT;
    loop {
        let status = keyward_connect::status::Status::load(&world.state());
        let run = status.and_then(|status| status.directories[0].sync.clone());
        match run {
            Some(run) if !run.preview && Some(run.at) != before => return run,
            _ => assert!(Instant::now() < until, "no run is noted"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
