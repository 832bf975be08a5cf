//! Mail and messages on their way out, when things go wrong.

use crate::help::{ADA, MAIL, PHONE, ada, refused};
use keyward_app::ports::SendError;
use keyward_app::tasks::Tasks;
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind;
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::{minutes, seconds};
use keyward_store::job::Lane;
use std::time::Duration;

on_both_engines!(
    rl_08_a_worker_that_dies_after_sending_sends_the_same_again,
    rl_07_what_fails_waits_longer_each_time_and_is_given_up_when_it_is_of_no_use,
    two_workers_send_each_message_once,
    rl_07_a_mail_server_that_says_nothing_holds_up_no_text_message,
    a_delivery_that_is_broken_off_at_the_end_is_taken_up_at_once,
);

async fn code_on_its_way(app: &TestApp) -> String {
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    reset
}

// case: RL-08
async fn rl_08_a_worker_that_dies_after_sending_sends_the_same_again(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = code_on_its_way(app).await;
    app.outside.hang(true);
    let before = app.outside.counts();
    let sent = async {
        while app.outside.counts() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    // The worker dies with the mail sent and the job not finished.
    tokio::select! {
        done = app.send_due() => panic!("it heard of its mail: {done:?}"),
        () = sent => {}
    }
    app.outside.hang(false);
    // The lease outlives the longest delivery; until then nobody else takes it up.
    assert_eq!(app.send_due().await.unwrap(), 0);
    app.advance(app.settings.delivery);
    assert_eq!(app.send_due().await.unwrap(), 0);
    app.advance(seconds(30));
    assert_eq!(app.send_due().await.unwrap(), 1);
    let mails = app.mails().await;
    let [first, second] = &mails[..] else {
        panic!("{mails:#?}")
    };
    assert_eq!((first.code(), &first.key), (second.code(), &second.key));
    assert!(app.answer(&reset, &first.code()).await.unwrap().verified);
    assert_eq!(app.jobs().await, (0, 0));
}

// case: RL-07
async fn rl_07_what_fails_waits_longer_each_time_and_is_given_up_when_it_is_of_no_use(
    app: &TestApp,
) {
    ada(app, Gates::One).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let reset = code_on_its_way(app).await;
    app.outside
        .fail(Some(SendError::Retry("the mail server is away".into())));
    let mut tries = Vec::new();
    let start = app.now();
    while app.jobs().await == (1, 0) {
        if app.send_due().await.unwrap() == 1 {
            tries.push(app.now().since(start).as_secs());
        }
        app.advance(seconds(1));
    }
    assert_eq!(
        tries,
        [0, 2, 6, 14, 30, 62, 126, 254],
        "2, 4, 8 … seconds, while the code lives"
    );
    let deliveries = app.deliveries(&admin).await.unwrap();
    assert!(deliveries.waiting.is_empty());
    let [dead] = &deliveries.dead[..] else {
        panic!("{deliveries:?}")
    };
    assert_eq!(
        (dead.about.as_str(), dead.kind.as_str()),
        ("a***@h***.example", "mail")
    );
    assert_eq!(dead.last_error.as_deref(), Some("the mail server is away"));
    app.outside.fail(None);
    // What is of no use any more is not sent again, not even by hand.
    app.advance(minutes(5));
    if app
        .retry_delivery(&app.ctx(), &admin, dead.id)
        .await
        .is_ok()
    {
        app.settle().await;
    }
    app.expect_no_messages().await;
    app.drop_delivery(&app.ctx(), &admin, dead.id)
        .await
        .unwrap();
    let again = app.drop_delivery(&app.ctx(), &admin, dead.id).await;
    assert_eq!(refused(again), Refusal::NotFound);
    assert_eq!(app.jobs().await, (0, 0));
    assert!(!app.progress(&reset).await.verified);
}

async fn two_workers_send_each_message_once(app: &TestApp) {
    ada(app, Gates::One).await;
    for _ in 0..8 {
        code_on_its_way(app).await;
    }
    let other = app.node(0).await;
    let (mut sent, mut idle) = (0, 0);
    while idle < 3 {
        let (a, b) = tokio::join!(app.send_due(), other.send_due());
        let round = a.unwrap() + b.unwrap();
        sent += round;
        idle = if round == 0 { idle + 1 } else { 0 };
    }
    other.db.close().await;
    assert_eq!((sent, app.mails().await.len()), (8, 8));
}

async fn a_while(mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not come about");
}

// case: RL-07
async fn rl_07_a_mail_server_that_says_nothing_holds_up_no_text_message(app: &TestApp) {
    ada(app, Gates::Two).await;
    app.outside.hang_mail(true);
    let tasks = Tasks::default();
    app.run_outbox(&tasks);
    for _ in 0..3 {
        code_on_its_way(app).await;
    }
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::MobilePhone, PHONE)
        .await
        .unwrap();
    a_while(async || app.outside.counts() == (0, 1)).await;
    let code = app.outside.sms_to(PHONE).code();
    assert!(app.answer(&reset, &code).await.is_ok());
    tasks.stop().await;
    app.leave_jobs();
}

async fn a_delivery_that_is_broken_off_at_the_end_is_taken_up_at_once(app: &TestApp) {
    ada(app, Gates::One).await;
    app.outside.hang_mail(true);
    code_on_its_way(app).await;
    let tasks = Tasks::default();
    app.run_outbox(&tasks);
    let leased = async || {
        let mut tx = app.db.system_read().await.unwrap();
        let next = tx.next_job_at(Lane::Mail).await.unwrap();
        next.is_some_and(|at| at > app.now())
    };
    a_while(leased).await;
    tasks.stop().await;
    app.outside.hang_mail(false);
    assert_eq!(app.send_due().await.unwrap(), 1);
    assert_eq!(app.mails().await.len(), 1);
}

// case: RL-08
#[tokio::test]
async fn rl_08_what_a_killed_process_was_sending_is_sent_when_it_starts_again() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    code_on_its_way(&app).await;
    app.outside.hang_mail(true);
    let worker = tokio::time::timeout(Duration::from_millis(500), app.send_due()).await;
    assert!(worker.is_err(), "it was killed with the job leased");
    app.outside.hang_mail(false);
    let tasks = Tasks::default();
    app.run_outbox(&tasks);
    a_while(async || app.outside.counts() == (1, 0)).await;
    tasks.stop().await;
    assert_eq!((app.mails().await.len(), app.jobs().await), (1, (0, 0)));
}

#[tokio::test]
async fn what_is_refused_for_good_is_dead_at_once_and_can_be_sent_again_by_hand() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.outside
        .fail(Some(SendError::Permanent("550 no such mailbox".into())));
    let reset = code_on_its_way(&app).await;
    app.settle().await;
    assert_eq!(app.jobs().await, (0, 1));
    app.outside.fail(None);
    let dead = app.deliveries(&admin).await.unwrap().dead;
    let reader = app.admin(Role::ReportsReader).await;
    assert_eq!(
        refused(app.deliveries(&reader).await.map(drop)),
        Refusal::NotAllowed
    );
    app.retry_delivery(&app.ctx(), &admin, dead[0].id)
        .await
        .unwrap();
    let code = app.code_to(MAIL).await;
    assert!(app.answer(&reset, &code).await.unwrap().verified);
}

#[tokio::test]
async fn what_is_out_of_date_worries_nobody_and_goes_at_once() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.outside
        .fail(Some(SendError::Permanent("550 no such mailbox".into())));
    for _ in 0..3 {
        code_on_its_way(&app).await;
    }
    app.settle().await;
    let undelivered = async || app.overview(&admin).await.unwrap().undelivered;
    assert_eq!(undelivered().await, 3);
    app.advance(minutes(5));
    assert_eq!((undelivered().await, app.jobs().await), (0, (0, 3)));
    let reader = app.admin(Role::GlobalReader).await;
    let refusal = app.drop_stale_deliveries(&app.ctx(), &reader).await;
    assert_eq!(refused(refusal), Refusal::NotAllowed);
    let dropped = app.drop_stale_deliveries(&app.ctx(), &admin).await;
    assert_eq!((dropped.unwrap(), app.jobs().await), (3, (0, 0)));
}

// case: EN-07
#[tokio::test]
async fn nothing_is_awaited_by_the_page() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    app.outside.fail(Some(SendError::Retry("away".into())));
    let reset = code_on_its_way(&app).await;
    assert_eq!(app.outside.counts(), (0, 0));
    assert!(!app.progress(&reset).await.verified);
    app.leave_jobs();
}
