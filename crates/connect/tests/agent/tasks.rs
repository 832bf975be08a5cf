//! Which tasks are begun, and which are not.

use crate::fake::Ending;
use crate::service::{SECOND, agent, directory, key, now};
use crate::world::{World, take};
use keyward_connect::work::Work;
use keyward_wire::link::{Job, Settings, SignedTask, Task};
use keyward_wire::outcome::{Denial, Outcome};
use keyward_wire::seal::Purpose;
use keyward_wire::sign::Signing;
use std::sync::Arc;
use uuid::Uuid;

const ON: Settings = Settings {
    writeback: true,
    unlock: true,
};

/// Makes another task of one.
type Change = fn(&mut Task);

/// Nothing is asked of the directory.
async fn is_not_begun(world: &World, work: &Arc<Work>, signed: &SignedTask, why: &str) {
    let before = world.fake.inside().calls;
    take(work, signed, &ON).await;
    assert_eq!(world.fake.inside().calls, before, "{why}");
}

fn signed(task: &Task) -> SignedTask {
    key().task(task).unwrap()
}

// case: AG-01, AG-07, S80
#[tokio::test(flavor = "multi_thread")]
async fn ag_01_a_task_with_any_byte_changed_is_not_begun() {
    let world = World::new();
    let work = world.work().await;
    let anchor = world.fake.person(1, "old");
    let good = signed(&world.service.reset(directory(), anchor, "lamp on the hill"));
    let bytes = good.task.as_bytes();
    assert!(bytes.len() > 1_500);
    let sealed = good.task.find("\"password\":").unwrap() + 20;
    // What is sealed is long, and each of its bytes like the next.
    for at in (0..bytes.len()).filter(|at| !(sealed..sealed + 1_400).contains(at) || at % 8 == 0) {
        let mut changed = bytes.to_vec();
        changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
        let Ok(task) = String::from_utf8(changed) else {
            continue;
        };
        let signature = good.signature.clone();
        is_not_begun(&world, &work, &SignedTask { task, signature }, "task").await;
    }
    for at in 0..good.signature.0.len() {
        let mut bad = good.clone();
        bad.signature.0[at] ^= 1;
        is_not_begun(&world, &work, &bad, "signature").await;
        bad.signature.0.truncate(at);
        is_not_begun(&world, &work, &bad, "cut signature").await;
    }
    take(&work, &good, &ON).await;
    assert_eq!(world.fake.password(anchor), "lamp on the hill");
}

// case: AG-02, AG-03, AG-05
#[tokio::test(flavor = "multi_thread")]
async fn ag_02_a_task_of_somebody_else_or_another_time_is_not_begun() {
    let world = World::new();
    let work = world.work().await;
    let (ada, brian) = (world.fake.person(1, "old"), world.fake.person(2, "old"));
    let task = || world.service.reset(directory(), ada, "lamp");
    let stranger = Signing::from_seed(&[43; 32]).task(&task()).unwrap();
    is_not_begun(&world, &work, &stranger, "another key").await;
    let changes: [(&str, Change); 7] = [
        ("tenant", |task| task.tenant = Uuid::from_u128(9)),
        ("agent", |task| task.agent = Uuid::from_u128(9)),
        ("directory", |task| task.directory = Uuid::from_u128(9)),
        ("expired", |task| task.expires_at = now() - SECOND),
        ("later", |task| task.issued_at = now() + 600 * SECOND),
        // The seal opens for its own time and operation only.
        ("expiry", |task| task.expires_at += 1),
        ("operation", |task| task.operation = Uuid::from_u128(9)),
    ];
    for (what, change) in changes {
        let mut task = task();
        change(&mut task);
        is_not_begun(&world, &work, &signed(&task), what).await;
    }
    // The header of one task with what was sealed for another.
    let Job::Reset { password, .. } = task().job else {
        unreachable!()
    };
    let joined = [
        Job::Reset {
            anchor: brian,
            password: password.clone(),
            enforce_policy: false,
            must_change: false,
        },
        Job::Verify {
            anchor: Some(ada),
            password: password.clone(),
        },
        Job::Change {
            anchor: ada,
            old: password.clone(),
            new: password,
        },
    ];
    for job in joined {
        let task = world.service.task(directory(), |_| job);
        is_not_begun(&world, &work, &signed(&task), "joined").await;
    }
    assert_eq!(agent(), task().agent);
}

// case: S74, AG-08
#[tokio::test(flavor = "multi_thread")]
async fn s74_what_is_switched_off_here_or_there_asks_nothing_of_the_directory() {
    let mut world = World::new();
    let anchor = world.fake.person(1, "old");
    let off = Settings::default();
    let work = world.work().await;
    let before = world.fake.inside().calls;
    take(
        &work,
        &signed(&world.service.reset(directory(), anchor, "lamp")),
        &off,
    )
    .await;
    assert_eq!(world.fake.inside().calls, before);
    world.config.directories[0].switches.writeback = false;
    world.config.directories[0].switches.sign_in = false;
    let work = world.work().await;
    let reset = signed(&world.service.reset(directory(), anchor, "lamp"));
    is_not_begun(&world, &work, &reset, "no writeback here").await;
    let verify = signed(&world.service.verify(directory(), Some(anchor), "old"));
    is_not_begun(&world, &work, &verify, "no sign-in here").await;
    assert_eq!(world.fake.password(anchor), "old");
}

// case: AG-08
#[tokio::test(flavor = "multi_thread")]
async fn ag_08_who_is_out_of_scope_is_nobody() {
    let mut world = World::new();
    world.config.directories[0].scope.units = vec![Uuid::from_u128(77)];
    let (ada, brian) = (world.fake.person(1, "lamp"), world.fake.person(2, "lamp"));
    world.fake.inside().people.get_mut(&brian).unwrap().in_scope = false;
    let running = world.run();
    let verify = |whose, password| {
        let task = world.service.verify(directory(), whose, password);
        world.service.give(&task);
        world.service.outcome(task.operation)
    };
    let wrong = Outcome::refused(Denial::WrongPassword);
    assert_eq!(verify(Some(ada), "lamp"), Outcome::Done);
    assert_eq!(verify(Some(brian), "lamp"), wrong);
    assert_eq!(verify(None, "lamp"), wrong);
    let task = world.service.reset(directory(), brian, "new");
    world.service.give(&task);
    let outcome = world.service.outcome(task.operation);
    assert_eq!(outcome, Outcome::refused(Denial::OutOfScope));
    assert_eq!(world.fake.password(brian), "lamp");
    // Whoever asks beforehand is told as much.
    for (anchor, expected) in [(ada, vec![]), (brian, vec![Denial::OutOfScope])] {
        let task = world.service.task(directory(), |_| Job::Examine { anchor });
        world.service.give(&task);
        let Outcome::Examined(found) = world.service.outcome(task.operation) else {
            panic!("it was examined");
        };
        let what: Vec<_> = found.findings.iter().map(|f| f.what).collect();
        assert_eq!(what, expected);
        assert!(found.findings.iter().all(|f| f.blocks));
    }
    running.stop().await.unwrap();
}

// case: AG-09
#[tokio::test(flavor = "multi_thread")]
async fn ag_09_a_flood_of_resets_is_stopped_by_the_agent_itself() {
    let mut world = World::new();
    world.config.agent.writes_per_minute = 5;
    let work = world.work().await;
    for n in 1..=20 {
        let anchor = world.fake.person(n, "old");
        let task = world.service.reset(directory(), anchor, "taken over");
        take(&work, &signed(&task), &ON).await;
    }
    assert_eq!(world.fake.inside().writes.len(), 5);
    assert!(work.complaints()[0].contains("writes_per_minute"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_takes_both_passwords_to_the_directory() {
    let world = World::new();
    let work = world.work().await;
    let anchor = world.fake.person(1, "old lamp");
    let change = |old: &str, new: &str| {
        world.service.task(directory(), |sealer| Job::Change {
            anchor,
            old: sealer.seal(Some(anchor), Purpose::Old, old),
            new: sealer.seal(Some(anchor), Purpose::Change, new),
        })
    };
    take(&work, &signed(&change("wrong", "new lamp")), &ON).await;
    assert_eq!(world.fake.password(anchor), "old lamp");
    take(&work, &signed(&change("old lamp", "new lamp")), &ON).await;
    assert_eq!(world.fake.password(anchor), "new lamp");
    // What the directory refuses is told as that.
    world.fake.end_with(Ending::Refused(Denial::History));
    take(&work, &signed(&change("new lamp", "old lamp")), &ON).await;
    assert_eq!(world.fake.password(anchor), "new lamp");
}
