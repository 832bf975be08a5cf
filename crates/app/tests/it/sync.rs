//! Users that a directory masters.

use crate::help::{code_of, refused};
use keyward_app::registration::Item;
use keyward_app::testing::TestApp;
use keyward_app::testing::sync::{DIRECTORY, batch, person};
use keyward_app::users::UserForm;
use keyward_core::audit::Activity;
use keyward_core::ids::DirectoryId;
use keyward_core::method::MethodKind;
use keyward_core::policy::Scope;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::days;
use keyward_store::user::UserFilter;
use keyward_wire::sync::{Batch, Explain, Mode, UserRecord};
use uuid::Uuid;

on_both_engines!(
    everything_comes_once_and_what_is_unchanged_costs_nothing,
    ag_16_names_are_swapped_within_a_batch_and_across_two,
    a_deleted_user_returns_by_the_anchor_with_what_was_registered,
    a_cloud_user_is_taken_over_by_name_and_by_mailbox,
    who_moves_to_another_domain_with_the_anchor_stays_the_same_user,
    ag_16_a_source_anchor_that_was_changed_makes_nobody_else_and_deletes_nobody,
);

fn users(list: &[UserRecord]) -> Batch {
    Batch {
        users: list.to_vec(),
        ..batch()
    }
}

async fn activities(app: &TestApp, of: &[Activity]) -> Vec<&'static str> {
    let events = app.events().await;
    let wanted = events.iter().filter(|e| of.contains(&e.activity));
    wanted.map(|e| e.activity.name()).collect()
}

async fn everything_comes_once_and_what_is_unchanged_costs_nothing(app: &TestApp) {
    let mut ada = person(1, "ada");
    ada.mail = Some("ada@mail.example".into());
    ada.mobile = Some("+49 151 12345634".into());
    ada.telephone = Some("ext. 17".into());
    ada.department = Some("Engines".into());
    ada.password_set_at = Some(7_000_000);
    ada.extensions.insert("badge".into(), "0042".into());
    let bob = person(2, "bob");
    let ended = app.sync_users(&[ada.clone(), bob.clone()]).await;
    assert_eq!(
        (ended.counts.read, ended.counts.added, ended.held),
        (2, 2, 0)
    );
    let id = app.anchored_user(1).await.unwrap();
    let user = app.user_now(id).await;
    assert_eq!(user.profile.mobile_phone.as_deref(), Some("+4915112345634"));
    assert_eq!(
        (user.profile.business_phone, user.directory.map(|d| d.0)),
        (None, Some(DIRECTORY))
    );
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(tx.verifier(id).await.unwrap(), None);
    let beside = tx.directory_user(id).await.unwrap().unwrap();
    assert_eq!(
        (beside.telephone.as_deref(), beside.extensions.as_str()),
        (Some("ext. 17"), "{\"badge\":\"0042\"}")
    );
    drop(tx);
    // The first run is one line in the log.
    let told = [Activity::UserAdded, Activity::SyncRun];
    assert_eq!(activities(app, &told).await, ["Directory synchronization"]);

    let before = app.dump().await;
    let ended = app.sync_users(&[ada.clone(), bob.clone()]).await;
    assert_eq!((ended.counts.read, ended.counts.updated), (2, 0));
    let of = |dump: &str| -> Vec<String> {
        let lines = dump.lines().filter(|l| l.contains("users\""));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(of(&app.dump().await), of(&before));

    // One person that changes is told of, with what changed and without the number.
    ada.mobile = Some("+49 151 12345699".into());
    let ended = app
        .sync(Mode::Delta, [users(&[ada, person(3, "eve")])])
        .await;
    assert_eq!((ended.counts.updated, ended.counts.added), (1, 1));
    let events = app.events().await;
    let updated = events
        .iter()
        .find(|e| e.activity == Activity::UserUpdated)
        .unwrap();
    let changes = format!("{:?}", updated.changes);
    assert!(
        changes.contains("*** *** **99") && !changes.contains("12345699"),
        "{changes}"
    );
    assert!(events.iter().any(|e| e.activity == Activity::UserAdded));
    assert_eq!(
        app.user_now(id).await.profile.mobile_phone.as_deref(),
        Some("+4915112345699")
    );
}

// case: AG-16
async fn ag_16_names_are_swapped_within_a_batch_and_across_two(app: &TestApp) {
    app.sync_users(&[
        person(1, "ada"),
        person(2, "bob"),
        person(3, "eve"),
        person(4, "kim"),
    ])
    .await;
    let names = async || {
        let mut all = Vec::new();
        for n in 1..5 {
            let id = app.anchored_user(n).await.unwrap();
            all.push(app.user_now(id).await.upn.local().to_owned());
        }
        all.join(" ")
    };
    let swap = users(&[person(1, "bob"), person(2, "ada")]);
    assert_eq!(app.sync(Mode::Delta, [swap]).await.counts.errors, 0);
    assert_eq!(names().await, "bob ada eve kim");
    // Neither can move when it comes: the end of the run brings them together.
    let run = app.sync_start(Mode::Delta, false).await;
    let reply = app.sync_send(run, 1, users(&[person(3, "kim")])).await;
    assert_eq!(reply.errors[0].code, "duplicate-upn");
    app.sync_send(run, 2, users(&[person(4, "eve")])).await;
    // Sent again, it is answered as it was, and taken once.
    let again = app.sync_send(run, 1, users(&[person(3, "other")])).await;
    assert_eq!(again, reply);
    let ended = app.sync_end(run, true).await;
    // Where they are changed at once, their names at the end.
    assert_eq!((ended.counts.errors, ended.counts.updated), (0, 4));
    assert_eq!(names().await, "bob ada kim eve");
    assert_eq!(app.sync_end(run, true).await, ended);
}

async fn a_deleted_user_returns_by_the_anchor_with_what_was_registered(app: &TestApp) {
    app.set_policy(|p| p.scope = Scope::All).await;
    let all: Vec<_> = (1..=20).map(|n| person(n, &format!("u{n}"))).collect();
    app.sync_users(&all).await;
    let id = app.anchored_user(7).await.unwrap();
    app.register_phone(id, "+4915112345634").await;
    let me = app.session_of(id).await;
    let without: Vec<_> = all
        .iter()
        .filter(|u| u.anchor != all[6].anchor)
        .cloned()
        .collect();
    let ended = app.sync_users(&without).await;
    assert_eq!((ended.counts.deleted, ended.held), (1, 0));
    assert!(app.user_now(id).await.deleted_at.is_some());
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert!(tx.sessions_of(me.user.id).await.unwrap().is_empty());
    drop(tx);
    app.advance(days(29));
    app.sync(Mode::Delta, [users(&[person(7, "renamed")])])
        .await;
    let back = app.user_now(id).await;
    assert_eq!((back.deleted_at, back.upn.local()), (None, "renamed"));
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(tx.methods_of(id).await.unwrap().len(), 1);
    drop(tx);
    // Gone by name, in a delta; then for good.
    let gone = Batch {
        gone: vec![all[6].anchor, all[7].anchor],
        ..batch()
    };
    assert_eq!(app.sync(Mode::Delta, [gone]).await.counts.deleted, 2);
    app.advance(days(30));
    crate::users::purge(app).await;
    assert_eq!(app.anchored_user(7).await, None);
    app.sync(Mode::Delta, [users(&[person(7, "u7")])]).await;
    assert_ne!(
        app.anchored_user(7).await,
        Some(id),
        "after thirty days it is a new account"
    );
}

async fn a_cloud_user_is_taken_over_by_name_and_by_mailbox(app: &TestApp) {
    let ada = app.user("ada").await;
    app.register_phone(ada, "+4915112345634").await;
    let bob = app.user("bob").await;
    app.profile(bob, |p| p.mail = Some("Bob@mail.example".into()))
        .await;
    let token = app.sign_in_as("ada").await.unwrap().token;
    let boss = app.admin(Role::HelpdeskAdministrator).await;
    let mut robert = person(2, "robert");
    robert.proxy_addresses = vec!["smtp:x@mail.example".into(), "SMTP:bob@mail.example".into()];
    let run = app.sync_start(Mode::Full, false).await;
    let list = [
        person(1, "ADA"),
        robert,
        person(3, "helpdesk-administrator"),
    ];
    let reply = app.sync_send(run, 1, users(&list)).await;
    let codes: Vec<_> = reply.errors.iter().map(|e| e.code.as_str()).collect();
    assert_eq!(codes, ["admin-role"]);
    let ended = app.sync_end(run, true).await;
    assert_eq!(
        (ended.counts.joined, ended.counts.added, ended.counts.errors),
        (2, 0, 1)
    );
    assert_eq!(app.anchored_user(1).await, Some(ada));
    assert_eq!(app.user_now(bob).await.upn.local(), "robert");
    // The password here is over with its sessions; what was registered stays.
    assert!(app.by_token(&token).await.is_none());
    // From now on the directory is asked, and nobody stands beside it here.
    assert_eq!(code_of(app.sign_in_as("ada").await), "directory-away");
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(tx.verifier(ada).await.unwrap(), None);
    assert_eq!(tx.methods_of(ada).await.unwrap().len(), 1);
    assert!(tx.directory_user(boss.user.id).await.unwrap().is_none());
    drop(tx);
    // Once the role is taken away, it is tried again by itself.
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.remove_role(boss.user.id, Role::HelpdeskAdministrator)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ended = app
        .sync(
            Mode::Full,
            [users(&[person(1, "ADA"), person(2, "robert")])],
        )
        .await;
    assert_eq!(
        ended.counts.joined, 0,
        "the directory no longer has that third one"
    );
    let ended = app
        .sync(Mode::Delta, [users(&[person(3, "helpdesk-administrator")])])
        .await;
    assert_eq!(ended.counts.joined, 1);
}

#[tokio::test]
async fn disabled_in_the_directory_is_blocked_at_once_whatever_else_is_wrong() {
    let app = TestApp::new().await;
    app.sync_users(&[person(1, "ada"), person(2, "bob")]).await;
    let id = app.anchored_user(1).await.unwrap();
    let token = app.session_token(app.tenant, id).await;
    let mut ada = person(1, "bob");
    ada.enabled = false;
    let ended = app.sync(Mode::Delta, [users(&[ada])]).await;
    assert_eq!(ended.counts.errors, 1);
    assert!(app.by_token(&token).await.is_none());
    let user = app.user_now(id).await;
    assert_eq!((user.enabled, user.upn.local()), (false, "ada"));
    let told = [Activity::UserDisabled, Activity::UserEnabled];
    assert_eq!(activities(&app, &told).await, ["Disable account"]);
}

// case: AG-16, UN-09
#[tokio::test]
async fn ag_16_odd_values_are_taken_as_far_as_they_can_be() {
    let app = TestApp::new().await;
    let mut ada = person(1, "ada");
    ada.display_name = Some(format!("\u{202E}Ada\0 {}", "x".repeat(20_000_000)));
    ada.mail = Some("no mailbox".into());
    ada.dn = "CN=\\#lead\\,ing \\+\\\"\\\\\\<\\>\\;\\=,OU= *()\\00,DC=test".into();
    ada.surname = Some("<script>alert(1)</script>".into());
    let mut bob = person(2, "bob");
    bob.upn = "bob@elsewhere.example".into();
    let mut eve = person(3, "eve");
    eve.upn = "eve".into();
    let run = app.sync_start(Mode::Full, false).await;
    let reply = app.sync_send(run, 1, users(&[ada, bob, eve])).await;
    let mut codes: Vec<_> = reply.errors.iter().map(|e| e.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["bad-mail", "bad-upn", "too-long", "unknown-domain"]);
    assert_eq!(app.sync_end(run, true).await.counts.added, 1);
    let user = app.user_now(app.anchored_user(1).await.unwrap()).await;
    assert_eq!(user.profile.display_name.chars().count(), 256);
    assert!(user.profile.display_name.starts_with("Ada xx"));
    assert_eq!(user.profile.mail, None);
    // A batch of a million is no batch.
    let many = Batch {
        users: vec![person(9, "many"); 1001],
        ..batch()
    };
    let run = app.sync_start(Mode::Delta, false).await;
    let many = Batch {
        run,
        number: 1,
        ..many
    };
    let taken = app
        .take_batch(&app.ctx(), &app.beside(), &many)
        .await
        .unwrap();
    assert_eq!(taken.unwrap_err().code, "malformed");
}

async fn who_moves_to_another_domain_with_the_anchor_stays_the_same_user(app: &TestApp) {
    const OTHER: Uuid = Uuid::from_u128(0xd2);
    let other = DirectoryId(OTHER);
    app.sync_users(&[person(1, "ada"), person(2, "bob"), person(3, "eve")])
        .await;
    let ada = app.anchored_user(1).await.unwrap();
    let bob = app.anchored_user(2).await.unwrap();
    app.register_phone(ada, "+4915112345634").await;
    app.give_role(bob, Role::ReportsReader).await;
    let there = |number: u128, name: &str| {
        let mut record = person(number, name);
        record.sid = Some(format!("S-1-5-21-8-{number}"));
        record.dn = format!("CN={name},DC=lab,DC=example,DC=test");
        record
    };
    let moved = [there(1, "ada"), there(2, "bob")];
    // As long as the old domain has the accounts, the new one can't take them.
    let ended = app.sync_users_of(OTHER, &moved).await;
    assert_eq!((ended.counts.errors, ended.counts.added), (2, 0));
    assert_eq!(
        app.user_now(ada).await.directory,
        Some(DirectoryId(DIRECTORY))
    );
    app.sync_users(&[person(3, "eve")]).await;
    assert!(app.user_now(ada).await.deleted_at.is_some());
    let ended = app.sync_users_of(OTHER, &moved).await;
    // A role isn't had by writing an anchor.
    assert_eq!((ended.counts.errors, ended.counts.added), (1, 1));
    assert!(app.user_now(bob).await.deleted_at.is_some());
    let now = app.user_now(ada).await;
    assert_eq!((now.directory, now.deleted_at), (Some(other), None));
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(tx.methods_of(ada).await.unwrap().len(), 1);
    let beside = tx.directory_user(ada).await.unwrap().unwrap();
    assert_eq!(
        (beside.directory, beside.dn.as_str()),
        (other, "CN=ada,DC=lab,DC=example,DC=test")
    );
    let list = [moved[0].anchor];
    let known = tx.known_users(DirectoryId(DIRECTORY), &list);
    assert!(known.await.unwrap().is_empty());
    drop(tx);
    // And the old one can't take her back as long as the new one has her.
    let ended = app.sync_users(&[person(3, "eve"), person(1, "ada")]).await;
    assert_eq!((ended.counts.errors, ended.counts.added), (1, 0));
    assert_eq!(app.user_now(ada).await.directory, Some(other));
}

// case: AG-16
async fn ag_16_a_source_anchor_that_was_changed_makes_nobody_else_and_deletes_nobody(
    app: &TestApp,
) {
    app.sync_users(&[person(1, "ada"), person(2, "bob")]).await;
    let ada = app.anchored_user(1).await.unwrap();
    let mut changed = person(9, "ada");
    changed.sid = person(1, "ada").sid;
    for _ in 0..2 {
        let ended = app.sync_users(&[changed.clone(), person(2, "bob")]).await;
        assert_eq!(
            (ended.counts.errors, ended.counts.deleted, ended.held),
            (1, 0, 0)
        );
        assert_eq!(app.user_now(ada).await.deleted_at, None);
        assert_eq!(app.anchored_user(9).await, None);
    }
    // Put back, it is as it was; gone for good, it is gone.
    let ended = app.sync_users(&[person(1, "ada"), person(2, "bob")]).await;
    assert_eq!((ended.counts.errors, ended.counts.deleted), (0, 0));
    assert_eq!(app.anchored_user(1).await, Some(ada));
    app.sync_users(&[person(2, "bob")]).await;
    assert!(app.user_now(ada).await.deleted_at.is_some());
}

// case: AG-16
#[tokio::test]
async fn ag_16_a_source_anchor_that_is_used_again_is_another_person() {
    let app = TestApp::new().await;
    app.sync_users(&[person(1, "ada"), person(2, "bob")]).await;
    let ada = app.anchored_user(1).await.unwrap();
    app.register_phone(ada, "+4915112345634").await;
    let mut mallory = person(1, "mallory");
    mallory.sid = Some("S-1-5-21-7-666".into());
    let ended = app.sync(Mode::Delta, [users(&[mallory.clone()])]).await;
    assert_eq!((ended.counts.errors, ended.counts.updated), (1, 0));
    assert_eq!(app.user_now(ada).await.upn.local(), "ada");
    let gone = Batch {
        gone: vec![mallory.anchor],
        ..batch()
    };
    app.sync(Mode::Delta, [gone]).await;
    app.sync(Mode::Delta, [users(&[mallory])]).await;
    let new = app.anchored_user(1).await.unwrap();
    assert_ne!(new, ada);
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert!(
        tx.methods_of(new).await.unwrap().is_empty(),
        "nothing of the one before is inherited"
    );
}

// case: AG-18, C-12, AZ-10
#[tokio::test]
async fn ag_18_a_number_from_a_directory_is_offered_and_proves_nothing() {
    let app = TestApp::new().await;
    app.set_policy(|p| p.scope = Scope::All).await;
    let mut ada = person(1, "ada");
    ada.mobile = Some("+49 151 12345634".into());
    let mut bob = person(2, "bob");
    bob.mobile = Some("0151 1234".into());
    bob.telephone = Some("+49 30 901820".into());
    app.sync_users(&[ada, bob]).await;
    let offered = async |n| {
        let me = app.session_of(app.anchored_user(n).await.unwrap()).await;
        let found = app.registration(&app.ctx(), &me).await.unwrap();
        assert!(!found.satisfied, "it isn't registered");
        let of_phone = |item: &&Item| item.kind == MethodKind::MobilePhone;
        found.items.iter().find(of_phone).unwrap().prefill.clone()
    };
    assert_eq!(offered(1).await, "+4915112345634");
    assert_eq!(offered(2).await, "+4930901820");
    app.agent(1).await;
    app.ignore_messages().await;
    let reset = app.begin_reset("ada@contoso.example").await;
    app.send_to(&reset, MethodKind::MobilePhone, "+4915112345634")
        .await
        .ok();
    app.expect_no_messages().await;
}

// case: PH-18
#[tokio::test]
async fn ph_18_a_number_of_an_administrator_that_changed_in_a_directory_is_told_and_proves_nothing()
{
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let with = |n, name: &str, mobile: &str| {
        let mut one = person(n, name);
        one.mobile = Some(mobile.into());
        one
    };
    app.sync_users(&[
        with(1, "ada", "+49 151 12345634"),
        with(2, "bob", "+49 151 12345635"),
    ])
    .await;
    let ada = app.anchored_user(1).await.unwrap();
    app.give_role(ada, Role::HelpdeskAdministrator).await;
    app.ignore_messages().await;
    let moved = [
        with(1, "ada", "+49 151 99999999"),
        with(2, "bob", "+49 151 99999998"),
    ];
    app.sync(Mode::Delta, [users(&moved)]).await;
    let mail = app.mail_to(boss.user.upn.as_str()).await;
    assert!(
        mail.subject.contains("Contact data of an administrator"),
        "{}",
        mail.subject
    );
    assert!(mail.text.contains("ada@contoso.example"), "{}", mail.text);
    assert!(!mail.text.contains("99999999"), "{}", mail.text);
    app.expect_no_messages().await;
    assert!(
        app.db
            .read(app.tenant)
            .await
            .unwrap()
            .methods_of(ada)
            .await
            .unwrap()
            .is_empty()
    );
    // What else changes of her is nobody's alarm.
    let mut named = with(1, "ada", "+49 151 99999999");
    named.department = Some("Engines".into());
    app.sync(Mode::Delta, [users(&[named])]).await;
    app.expect_no_messages().await;
}

// case: MA-05
#[tokio::test]
async fn what_a_directory_masters_is_changed_there() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.sync_users(&[person(1, "ada"), person(2, "bob")]).await;
    let id = app.anchored_user(1).await.unwrap();
    let form = UserForm {
        upn: "ada@contoso.example".into(),
        display_name: "Somebody".into(),
        ..UserForm::default()
    };
    let ctx = app.ctx();
    for refusal in [
        refused(app.update_user(&ctx, &admin, id, &form).await),
        refused(app.set_user_enabled(&ctx, &admin, id, false).await),
        refused(app.delete_user(&ctx, &admin, id).await),
        refused(app.restore_user(&ctx, &admin, id).await),
    ] {
        assert_eq!(refusal, Refusal::MasteredElsewhere);
    }
    let users = app
        .users(&admin, UserFilter::All, "ada", None, 9)
        .await
        .unwrap();
    assert_eq!(users[0].profile.display_name, "ada");
    // Nor does a password of ours come to be.
    let mut tx = app.db.write(app.tenant).await.unwrap();
    assert!(
        !tx.set_verifier(id, 0, "sealed", false, app.now())
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn the_last_global_administrator_is_neither_blocked_nor_deleted_by_a_directory() {
    let app = TestApp::new().await;
    app.sync_users(&[person(1, "ada"), person(2, "bob"), person(3, "eve")])
        .await;
    let ada = app.anchored_user(1).await.unwrap();
    app.give_role(ada, Role::GlobalAdministrator).await;
    let mut disabled = person(1, "ada");
    disabled.enabled = false;
    let ended = app.sync(Mode::Delta, [users(&[disabled])]).await;
    assert_eq!(ended.counts.errors, 1);
    let gone = Batch {
        gone: vec![person(1, "ada").anchor],
        ..batch()
    };
    let ended = app.sync(Mode::Delta, [gone]).await;
    assert_eq!((ended.counts.deleted, ended.held), (0, 1));
    assert!(app.user_now(ada).await.is_active());
}

#[tokio::test]
async fn one_user_is_explained_and_nothing_written() {
    let app = TestApp::new().await;
    app.sync_users(&[person(1, "ada"), person(2, "bob")]).await;
    app.user("kim").await;
    let before = app.dump().await;
    let explain = async |user: UserRecord| {
        let ask = Explain {
            directory: DIRECTORY,
            user,
        };
        let told = app.explain(&app.ctx(), &app.beside(), &ask).await;
        let told = told.unwrap().unwrap();
        (told.action, told.changes.len())
    };
    assert_eq!(explain(person(1, "ada")).await, ("unchanged".into(), 0));
    assert_eq!(explain(person(1, "countess")).await.0, "update");
    assert_eq!(explain(person(9, "new")).await.0, "add");
    assert_eq!(explain(person(9, "kim")).await.0, "join");
    assert_eq!(explain(person(9, "bob")).await, ("error".into(), 0));
    assert_eq!(app.dump().await, before);
}
