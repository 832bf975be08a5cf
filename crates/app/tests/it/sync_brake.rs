//! Other contact data of many are asked about first (AZ-11).

use crate::help::{code_of, refused};
use keyward_app::testing::TestApp;
use keyward_app::testing::sync::{DIRECTORY, batch, person};
use keyward_core::audit::Activity;
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::minutes;
use keyward_wire::sync::{Batch, Mode, UserRecord};

on_both_engines!(
    az_11_a_tool_that_edits_many_contacts_waits_for_an_administrator,
    az_11_drop_by_drop_is_as_much_as_at_once,
    what_waits_follows_the_directory_and_what_is_kept_is_asked_again,
);

fn directory() -> DirectoryId {
    DirectoryId(DIRECTORY)
}

fn people(numbers: impl IntoIterator<Item = u128>) -> Vec<UserRecord> {
    let numbers = numbers.into_iter();
    numbers.map(|n| person(n, &format!("u{n}"))).collect()
}

/// A number whose last digits are these.
fn number(n: u128) -> String {
    format!("+49 151 1234{n:04}")
}

fn with_numbers(numbers: impl IntoIterator<Item = u128>, plus: u128) -> Vec<UserRecord> {
    let mut people = people(numbers);
    for (n, person) in people.iter_mut().enumerate() {
        person.mobile = Some(number(n as u128 + plus));
    }
    people
}

async fn delta(app: &TestApp, users: Vec<UserRecord>) -> i64 {
    let users = Batch { users, ..batch() };
    app.sync(Mode::Delta, [users]).await.counts.updated.into()
}

/// How many have a mobile number that ends so.
async fn mobile(app: &TestApp, n: u128) -> Option<String> {
    let id = app.anchored_user(n).await.unwrap();
    let mut tx = app.db.read(app.tenant).await.unwrap();
    tx.user(id).await.unwrap().unwrap().profile.mobile_phone
}

async fn waiting(app: &TestApp, me: &keyward_app::Principal) -> i64 {
    let pending = app.pending_contacts(me).await.unwrap();
    pending.iter().map(|p| p.sum.count).sum()
}

// case: AZ-11
async fn az_11_a_tool_that_edits_many_contacts_waits_for_an_administrator(app: &TestApp) {
    let admin = app.admin(Role::HybridIdentityAdministrator).await;
    app.sync_users(&people(1..=30)).await;
    let one = app.anchored_user(1).await.unwrap();
    app.give_role(one, Role::GlobalReader).await;
    app.ignore_messages().await;
    let mut edited = with_numbers(1..=30, 0);
    edited[1].job_title = Some("Analyst".into());
    edited[2].enabled = false;
    let ended = app.sync_users(&edited).await;
    // What else came with them is taken, and nothing of the contacts.
    assert_eq!(ended.counts.updated, 2);
    assert_eq!((mobile(app, 1).await, mobile(app, 30).await), (None, None));
    assert_eq!(waiting(app, &admin).await, 30);
    let held = Activity::ContactsHeld;
    assert!(app.events().await.iter().any(|e| e.activity == held));
    let mail = app.mail_to(admin.user.upn.as_str()).await;
    assert!(
        mail.subject.starts_with("Other contact data"),
        "{}",
        mail.subject
    );
    assert!(mail.text.contains("/admin/connect/contacts"));
    let mut problems = Vec::new();
    for run in app.sync_runs(&admin, None, 9).await.unwrap() {
        problems.extend(app.sync_problems(&admin, run.id, None, 99).await.unwrap());
    }
    assert_eq!(problems.len(), 30);
    assert!(problems.iter().all(|p| p.code == "contacts-held"));
    // One more is asked about with them, whoever sends it alone; it is told once.
    assert_eq!(delta(app, vec![edited[4].clone()]).await, 0);
    assert_eq!(
        (waiting(app, &admin).await, mobile(app, 5).await),
        (30, None)
    );
    app.expect_no_messages().await;

    let look = app.contacts(&admin, directory(), None, 9).await.unwrap();
    assert_eq!(
        (look.list.len(), look.administrators, look.scope),
        (9, 1, 30)
    );
    assert!(look.next.is_some());
    let first = &look.list[0];
    assert_eq!((first.user.id, first.administrator), (one, true));
    assert_eq!(first.changes[0].property, "mobilePhone");
    assert_eq!(first.changes[0].new.as_deref(), Some("+4915112340000"));

    let ctx = app.ctx();
    let reader = app.admin(Role::GlobalReader).await;
    app.contacts(&reader, directory(), None, 9).await.unwrap();
    let denied = app.approve_contacts(&ctx, &reader, directory(), &look.mark);
    assert_eq!(refused(denied.await), Refusal::NotAllowed);
    let denied = app.reject_contacts(&ctx, &reader, directory(), &look.mark);
    assert_eq!(refused(denied.await), Refusal::NotAllowed);
    let nosy = app.admin(Role::HelpdeskAdministrator).await;
    let denied = app.contacts(&nosy, directory(), None, 9).await;
    assert_eq!(code_of(denied), "not-allowed");
    let stale = app.approve_contacts(&ctx, &admin, directory(), "30-0-0");
    assert_eq!(refused(stale.await), Refusal::ChangedMeanwhile);
    let done = app.approve_contacts(&ctx, &admin, directory(), &look.mark);
    assert_eq!(done.await.unwrap(), (30, 0));
    assert_eq!(mobile(app, 30).await.as_deref(), Some("+4915112340029"));
    assert_eq!(waiting(app, &admin).await, 0);
    // An administrator's is worth a mail all the same (PH-18).
    let mail = app.mail_to(admin.user.upn.as_str()).await;
    assert!(mail.subject.starts_with("Contact data of an administrator"));
    let again = app.approve_contacts(&ctx, &admin, directory(), &look.mark);
    assert_eq!(refused(again.await), Refusal::NotFound);
    // Nothing is left to be said.
    assert_eq!(app.sync_users(&edited).await.counts.updated, 0);
    app.ignore_messages().await;
}

// case: AZ-11
async fn az_11_drop_by_drop_is_as_much_as_at_once(app: &TestApp) {
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.sync_users(&people(1..=100)).await;
    let edited = with_numbers(1..=100, 0);
    for one in &edited[..10] {
        assert_eq!(delta(app, vec![one.clone()]).await, 1);
        app.clock.advance(minutes(1));
    }
    assert_eq!(delta(app, edited[10..12].to_vec()).await, 0);
    assert_eq!(waiting(app, &admin).await, 2);
    assert_eq!((mobile(app, 11).await, mobile(app, 12).await), (None, None));
    // An hour later so many are usual again; those that wait go on to wait.
    app.clock.advance(minutes(70));
    assert_eq!(delta(app, edited[10..14].to_vec()).await, 2);
    assert_eq!(waiting(app, &admin).await, 2);
    assert!(mobile(app, 13).await.is_some());
    // New users, and whoever returns, bring what they have.
    app.sync_users(&with_numbers(1..=150, 500)).await;
    assert!(mobile(app, 150).await.is_some());
    assert!(waiting(app, &admin).await > 80);
    app.ignore_messages().await;
}

async fn what_waits_follows_the_directory_and_what_is_kept_is_asked_again(app: &TestApp) {
    let admin = app.admin(Role::GlobalAdministrator).await;
    let old = with_numbers(1..=30, 0);
    app.sync_users(&old).await;
    let edited = with_numbers(1..=30, 100);
    app.sync_users(&edited).await;
    assert_eq!(waiting(app, &admin).await, 30);
    // The tool is stopped, and somebody has put half of them back.
    delta(app, old[..15].to_vec()).await;
    assert_eq!(waiting(app, &admin).await, 15);
    // The other half gets others still: the last ones count.
    delta(app, with_numbers(16..=30, 200)).await;
    let look = app.contacts(&admin, directory(), None, 99).await.unwrap();
    assert_eq!(look.list.len(), 15);
    let new = look.list[0].changes[0].new.as_deref();
    assert_eq!(new, Some("+4915112340200"));
    // A preview changes nothing of it.
    let run = app.sync_start(Mode::Full, true).await;
    let users = old.clone();
    app.sync_send(run, 1, Batch { users, ..batch() }).await;
    app.sync_end(run, true).await;
    assert_eq!(waiting(app, &admin).await, 15);

    let ctx = app.ctx();
    let kept = app.reject_contacts(&ctx, &admin, directory(), &look.mark);
    assert_eq!((kept.await.unwrap(), waiting(app, &admin).await), (15, 0));
    let mut now = old[..15].to_vec();
    now.extend(with_numbers(16..=30, 200));
    app.sync_users(&now).await;
    assert_eq!(waiting(app, &admin).await, 15);
    let look = app.contacts(&admin, directory(), None, 99).await.unwrap();
    let done = app.approve_contacts(&ctx, &admin, directory(), &look.mark);
    assert_eq!(done.await.unwrap(), (15, 0));
    assert_eq!(mobile(app, 30).await.as_deref(), Some("+4915112340214"));
    app.ignore_messages().await;
}
