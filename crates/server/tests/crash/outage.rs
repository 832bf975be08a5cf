//! The mail server and the gateway are away for a while.

use crate::people::{Resetter, organisation};
use crate::walk::{Walk, Weather, signs_in};
use crate::world::{WAIT, World};
use keyward_testbed::sms::SmsFailure;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

async fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + WAIT;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether a message of this kind has been tried in vain and waits.
fn waits(world: &World, kind: &str) -> bool {
    let sql = format!(
        "SELECT 1 FROM jobs WHERE kind = '{kind}' AND state = 'ready' AND last_error IS NOT NULL"
    );
    !world.query(&sql).is_empty()
}

// case: RL-07, PH-16
#[tokio::test(flavor = "multi_thread")]
async fn codes_wait_for_those_who_carry_them_and_come_once() {
    let (world, weather) = (Arc::new(organisation()), Arc::<Weather>::default());
    world.smtp.stop();
    world.sms.fail(Some(SmsFailure::Status(503)));
    let mut walk = tokio::task::JoinSet::new();
    let (around, about) = (world.clone(), weather.clone());
    walk.spawn(async move {
        let who = Resetter::new(0);
        Walk::new(&around, &about, &who)
            .finish("lamp on the river")
            .await;
    });
    // The page that says "enter the code" is there, and nothing can have left yet.
    until("the first code page", || {
        weather.awaited.load(Ordering::Relaxed) == 1
    })
    .await;
    until("a mail that waits", || waits(&world, "mail")).await;
    assert!(world.smtp.messages().is_empty());
    world.smtp.restart();
    until("the second code page", || {
        weather.awaited.load(Ordering::Relaxed) == 2
    })
    .await;
    until("a text that waits", || waits(&world, "sms")).await;
    world.sms.fail(None);
    walk.join_all().await;
    let who = Resetter::new(0);
    assert!(signs_in(&world, &who.upn, "lamp on the river").await);

    until("an empty outbox", || {
        world.query("SELECT 1 FROM jobs").is_empty()
    })
    .await;
    let text = world.text(&who.phone).await.body;
    assert!(text.contains("is your Contoso code"), "{text}");
    let notice = world.text(&who.phone).await.body;
    assert!(notice.contains("was reset"), "{notice}");
    assert_eq!(world.sms.messages().len(), 2);
    let mails = world.smtp.messages();
    let subjects: Vec<_> = mails.iter().map(|m| m.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "Your code to reset your password",
            "Your password was reset"
        ]
    );
}
