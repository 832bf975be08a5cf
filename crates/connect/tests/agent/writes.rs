//! Each write once, whatever is delivered how often, and whatever gets lost.

use crate::fake::Ending;
use crate::service::{SECOND, directory, key, now};
use crate::world::{World, take};
use keyward_connect::journal::{self, Entry};
use keyward_wire::link::{Settings, Task};
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::sign::Signing;
use std::time::Duration;

const ON: Settings = Settings {
    writeback: true,
    unlock: true,
};

// case: AG-04, S80
#[tokio::test(flavor = "multi_thread")]
async fn ag_04_a_task_delivered_a_thousand_times_is_done_once() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    let task = key()
        .task(&world.service.reset(directory(), anchor, "lamp"))
        .unwrap();
    for _ in 0..4 {
        // Each time the agent is started anew, and its journal compacted.
        let work = world.work().await;
        let mut set = tokio::task::JoinSet::new();
        for _ in 0..250 {
            let (work, task) = (work.clone(), task.clone());
            set.spawn(async move { take(&work, &task, &ON).await });
        }
        while set.join_next().await.is_some() {}
        assert_eq!(work.reports().count(), 1);
    }
    assert_eq!(world.fake.inside().writes.len(), 1);
}

// case: WB-01, WB-02, S75, S76
#[tokio::test(flavor = "multi_thread")]
async fn wb_01_a_lost_answer_is_found_out_and_never_written_twice() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    let running = world.run();
    let reset = |ending, password| {
        world.fake.end_with(ending);
        let task = world.service.reset(directory(), anchor, password);
        world.service.give(&task);
        world.service.outcome(task.operation)
    };
    assert_eq!(reset(Ending::Lost, "written"), Outcome::Done);
    assert_eq!(world.fake.inside().writes.len(), 1);
    let cut = reset(Ending::Cut, "never written");
    assert!(matches!(cut, Outcome::Unreachable { .. }), "{cut:?}");
    assert_eq!(world.fake.password(anchor), "written");
    let refused = reset(Ending::Refused(Denial::Policy), "no");
    assert_eq!(refused, Outcome::refused(Denial::Policy));
    assert_eq!(world.fake.password(anchor), "written");
    running.stop().await.unwrap();
}

// case: WB-02, AG-04
#[tokio::test(flavor = "multi_thread")]
async fn a_task_whose_answer_got_lost_is_asked_for_again_and_done_once() {
    let world = World::new();
    let (ada, bob) = (world.fake.person(1, "old"), world.fake.person(2, "old"));
    world.service.said().lose = 3;
    let running = world.run();
    let reset = world.service.reset(directory(), ada, "lamp");
    let verify = world.service.verify(directory(), Some(bob), "old");
    for task in [&reset, &verify] {
        world.service.give(task);
    }
    assert_eq!(world.service.outcome(reset.operation), Outcome::Done);
    assert_eq!(world.service.outcome(verify.operation), Outcome::Done);
    assert_eq!(world.fake.inside().writes.len(), 1);
    assert!(world.service.said().gifts >= 4);

    // What is being done, and what is not told of yet, is not asked for again.
    world.service.said().deaf = true;
    world.service.said().gifts = 0;
    let slow = world.service.reset(directory(), bob, "lamp");
    world.service.give(&slow);
    let polls = world.service.said().polls;
    let other = world.service.verify(directory(), Some(ada), "lamp");
    world.service.give(&other);
    world.service.until("more questions", |said| {
        (said.gifts >= 2 && said.polls > polls + 1).then_some(())
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.service.said().gifts, 2);
    world.service.said().deaf = false;
    assert_eq!(world.service.outcome(slow.operation), Outcome::Done);
    assert_eq!(world.fake.inside().writes.len(), 2);
    running.stop().await.unwrap();
}

// case: WB-01, AD-12
#[tokio::test(flavor = "multi_thread")]
async fn ad_12_what_one_server_was_sent_is_not_undone_because_another_doesnt_show_it() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    world.fake.inside().server = Some("ldaps://dc1".to_owned());
    let work = world.work().await;
    world.fake.end_with(Ending::Cut);
    let outcome = async |next: Option<&str>| {
        world.fake.inside().next_server = next.map(str::to_owned);
        let task = world.service.reset(directory(), anchor, "lamp");
        take(&work, &key().task(&task).unwrap(), &ON).await;
        // What became of it is written down without waiting for the disk.
        loop {
            let mut entries = journal::look(&world.state()).0.into_iter();
            let entry = entries.find(|entry| entry.begun.operation == task.operation);
            if let Some(report) = entry.and_then(|entry| entry.ended) {
                return report.outcome;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    // The same server shows what it showed before: it was not done.
    let same = outcome(None).await;
    assert!(matches!(same, Outcome::Unreachable { .. }), "{same:?}");
    // Another one got it, and may have done it.
    let other = outcome(Some("ldaps://dc2")).await;
    assert!(matches!(other, Outcome::Unknown { .. }), "{other:?}");
}

fn count(world: &World, wanted: impl Fn(&Entry) -> bool) -> usize {
    let (entries, damaged) = journal::look(&world.state());
    assert_eq!(damaged, 0);
    entries.iter().filter(|entry| wanted(entry)).count()
}

fn open_ends(world: &World) -> usize {
    count(world, |entry| entry.ended.is_none())
}

fn untold(world: &World) -> usize {
    count(world, |entry| entry.ended.is_some() && !entry.accepted)
}

/// The agent dies while the directory holds its answer, then starts again.
async fn dies_and_starts_again(before_death: Ending) -> (World, Outcome) {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    let running = world.run();
    world.fake.end_with(before_death);
    let task = world.service.reset(directory(), anchor, "lamp");
    world.service.give(&task);
    while open_ends(&world) == 0
        || (before_death == Ending::Hangs && world.fake.inside().writes.is_empty())
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running.die().await;
    world.fake.end_with(Ending::Well);
    let running = world.run();
    let outcome = world.service.outcome(task.operation);
    running.stop().await.unwrap();
    (world, outcome)
}

// case: WB-03
#[tokio::test(flavor = "multi_thread")]
async fn wb_03_what_was_written_before_the_agent_died_is_told_as_done() {
    let (world, outcome) = dies_and_starts_again(Ending::Hangs).await;
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(world.fake.inside().writes.len(), 1);
}

// case: WB-03
#[tokio::test(flavor = "multi_thread")]
async fn wb_03_what_was_not_written_before_the_agent_died_is_told_as_not_done() {
    let (world, outcome) = dies_and_starts_again(Ending::Cut).await;
    assert!(
        matches!(outcome, Outcome::Unreachable { .. }),
        "{outcome:?}"
    );
    assert!(world.fake.inside().writes.is_empty());
}

// case: WB-03
#[tokio::test(flavor = "multi_thread")]
async fn wb_03_an_outcome_that_was_not_told_before_the_agent_died_is_told_after() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    world.service.said().deaf = true;
    let running = world.run();
    let task = world.service.reset(directory(), anchor, "lamp");
    world.service.give(&task);
    while untold(&world) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running.die().await;
    world.service.said().deaf = false;
    let running = world.run();
    assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    running.stop().await.unwrap();
    assert_eq!(untold(&world), 0);
    assert_eq!(world.fake.inside().writes.len(), 1);
}

/// Delivered again after a start, before the directory answered for the first time.
async fn comes_again_before_the_directory_answers(world: &World, task: &Task) -> Outcome {
    world.fake.inside().away = true;
    world.service.said().reports.clear();
    let running = world.run();
    world.service.give(task);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let early = world.service.said().reports.first().cloned();
    world.fake.inside().away = false;
    let outcome = world.service.outcome(task.operation);
    if let Some(early) = early {
        assert_eq!(early.outcome, outcome);
    }
    running.stop().await.unwrap();
    outcome
}

// case: AG-04, WB-03
#[tokio::test(flavor = "multi_thread")]
async fn ag_04_what_was_done_is_told_as_done_though_the_directory_is_away_or_switched_off() {
    let mut world = World::new();
    let anchor = world.fake.person(1, "old");
    let running = world.run();
    let task = world.service.reset(directory(), anchor, "lamp");
    world.service.give(&task);
    assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    running.stop().await.unwrap();
    let again = comes_again_before_the_directory_answers(&world, &task).await;
    assert_eq!(again, Outcome::Done);

    world.config.directories[0].switches.writeback = false;
    let again = comes_again_before_the_directory_answers(&world, &task).await;
    assert_eq!(again, Outcome::Done);

    // Not even one that is too late, or that nobody signed, says that it was refused.
    let late = Task {
        expires_at: now() - SECOND,
        ..task.clone()
    };
    let forged = Signing::from_seed(&[43; 32]).task(&task).unwrap();
    for signed in [key().task(&late).unwrap(), forged] {
        world.service.said().reports.clear();
        let running = world.run();
        world.service.give_signed(signed);
        assert_eq!(world.service.outcome(task.operation), Outcome::Done);
        running.stop().await.unwrap();
    }
    assert_eq!(world.fake.inside().writes.len(), 1);
}

// case: AG-04, WB-03
#[tokio::test(flavor = "multi_thread")]
async fn wb_03_what_was_begun_is_found_out_and_not_called_unreachable_after_a_start() {
    for ending in [Ending::Hangs, Ending::Cut] {
        let done = ending == Ending::Hangs;
        let world = World::new();
        let anchor = world.fake.person(1, "old");
        let running = world.run();
        world.fake.end_with(ending);
        let task = world.service.reset(directory(), anchor, "lamp");
        world.service.give(&task);
        while open_ends(&world) == 0 || (done && world.fake.inside().writes.is_empty()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        running.die().await;
        world.fake.end_with(Ending::Well);
        let outcome = comes_again_before_the_directory_answers(&world, &task).await;
        if done {
            assert_eq!(outcome, Outcome::Done);
        } else {
            assert!(
                matches!(outcome, Outcome::Unreachable { .. }),
                "{outcome:?}"
            );
        }
        assert_eq!(world.fake.inside().writes.len(), usize::from(done));
    }
}

// case: AG-04
#[tokio::test(flavor = "multi_thread")]
async fn ag_04_a_disk_restored_from_an_older_copy_brings_no_task_back() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    let running = world.run();
    running.stop().await.unwrap();
    let copy = std::fs::read(world.state().join("journal")).unwrap();
    let task = world.service.reset(directory(), anchor, "lamp");
    let (signed, later) = (key().task(&task).unwrap(), task.expires_at + SECOND);
    let running = world.run();
    world.service.give_signed(signed.clone());
    assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    running.stop().await.unwrap();

    // The journal knows nothing of it any more; restoring took longer than the task lives.
    std::fs::write(world.state().join("journal"), copy).unwrap();
    world.service.said().reports.clear();
    world.service.said().ahead = later - now();
    let running = world.run();
    world.service.give_signed(signed);
    let outcome = world.service.outcome(task.operation);
    assert_eq!(
        outcome,
        Outcome::Refused {
            refusal: Denial::BadTask,
            code: Some("expired".to_owned()),
            policy: None,
        }
    );
    assert_eq!(world.fake.inside().writes.len(), 1);
    running.stop().await.unwrap();
}

// case: WB-07
#[tokio::test(flavor = "multi_thread")]
async fn wb_07_two_writes_of_one_user_follow_each_other() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    let running = world.run();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            world
                .service
                .reset(directory(), anchor, &format!("lamp {n}"))
        })
        .collect();
    for task in &tasks {
        world.service.give(task);
    }
    for task in &tasks {
        assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    }
    assert_eq!(world.fake.inside().most_busy, 1);
    assert_eq!(world.fake.inside().writes.len(), 8);
    let others: Vec<_> = (2..10)
        .map(|n| {
            world
                .service
                .reset(directory(), world.fake.person(n, "old"), "lamp")
        })
        .collect();
    for task in &others {
        world.service.give(task);
    }
    for task in &others {
        assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    }
    running.stop().await.unwrap();
}

// case: AG-19
#[tokio::test(flavor = "multi_thread")]
async fn ag_19_no_password_is_in_the_state_directory() {
    let world = World::new();
    let anchor = world.fake.person(1, "old");
    let running = world.run();
    let task = world
        .service
        .reset(directory(), anchor, "canary on the hill");
    world.service.give(&task);
    assert_eq!(world.service.outcome(task.operation), Outcome::Done);
    running.stop().await.unwrap();
    for file in std::fs::read_dir(world.state()).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for secret in ["canary on the hill", crate::service::TOKEN] {
            assert!(!text.contains(secret), "{}", path.display());
        }
    }
}
