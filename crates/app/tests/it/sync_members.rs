//! Groups that a directory masters.

use crate::help::refused;
use keyward_app::testing::TestApp;
use keyward_app::testing::sync::{DIRECTORY, batch, person, team, whole};
use keyward_core::audit::Activity;
use keyward_core::ids::{DirectoryId, GroupId};
use keyward_core::policy::Scope;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_store::group::Member;
use keyward_wire::sync::{Batch, MemberChange, Mode};
use std::collections::HashSet;
use uuid::Uuid;

on_both_engines!(nested_groups_of_a_directory_decide_who_may_reset);

async fn group(app: &TestApp, number: u128) -> Option<GroupId> {
    let mut tx = app.db.read(app.tenant).await.unwrap();
    let list = [Uuid::from_u128(number)];
    let known = tx
        .known_groups(DirectoryId(DIRECTORY), &list)
        .await
        .unwrap();
    known.first().map(|k| k.group)
}

fn change(group: u128, add: &[u128], remove: &[u128]) -> Batch {
    let anchors = |list: &[u128]| list.iter().map(|n| Uuid::from_u128(*n)).collect();
    let members = vec![MemberChange {
        group: Uuid::from_u128(group),
        whole: false,
        add: anchors(add),
        remove: anchors(remove),
    }];
    Batch { members, ..batch() }
}

async fn nested_groups_of_a_directory_decide_who_may_reset(app: &TestApp) {
    // The outer group comes first: what is in it isn't known yet.
    let first = Batch {
        groups: vec![team(100, "Staff")],
        members: vec![whole(100, &[101, 3])],
        ..batch()
    };
    let second = Batch {
        users: vec![person(1, "ada"), person(2, "bob"), person(3, "eve")],
        groups: vec![team(101, "Engineers"), team(102, "Others")],
        members: vec![whole(101, &[1, 7]), whole(102, &[2])],
        ..batch()
    };
    let ended = app.sync(Mode::Full, [first, second]).await;
    assert_eq!((ended.counts.added, ended.counts.members_added), (6, 4));
    let staff = group(app, 100).await.unwrap();
    app.set_policy(|p| p.scope = Scope::Selected([staff].into()))
        .await;
    let in_scope = async || {
        let mut names = Vec::new();
        for n in [1, 2, 3, 7] {
            let Some(id) = app.anchored_user(n).await else {
                continue;
            };
            let mut tx = app.db.read(app.tenant).await.unwrap();
            if !tx.policy_groups_of(id).await.unwrap().is_empty() {
                names.push(n);
            }
        }
        names
    };
    assert_eq!(in_scope().await, [1, 3]);
    // Whoever is awaited takes the place when they come into scope.
    let came = Batch {
        users: vec![person(7, "kim")],
        ..batch()
    };
    assert_eq!(app.sync(Mode::Delta, [came]).await.counts.members_added, 1);
    assert_eq!(in_scope().await, [1, 3, 7]);
    let ended = app.sync(Mode::Delta, [change(101, &[2], &[1])]).await;
    assert_eq!(
        (ended.counts.members_added, ended.counts.members_removed),
        (1, 1)
    );
    assert_eq!(in_scope().await, [2, 3, 7]);
    let told = app.events().await;
    let told: Vec<_> = told
        .iter()
        .filter(|e| matches!(e.activity, Activity::MemberAdded | Activity::MemberRemoved))
        .collect();
    assert_eq!(told.len(), 4, "on the group's side and on theirs");
    // A whole list in two parts: who is in neither is out.
    let one = Batch {
        members: vec![whole(101, &[1])],
        ..batch()
    };
    let run = app.sync_start(Mode::Delta, false).await;
    app.sync_send(run, 1, one).await;
    app.sync_send(run, 2, change(101, &[7], &[])).await;
    assert_eq!(app.sync_end(run, true).await.counts.members_removed, 1);
    assert_eq!(in_scope().await, [1, 3, 7]);
    // The group that the policy names can't be taken away from under it.
    let gone = Batch {
        gone: vec![Uuid::from_u128(100), Uuid::from_u128(102)],
        ..batch()
    };
    let ended = app.sync(Mode::Delta, [gone]).await;
    assert_eq!((ended.counts.deleted, ended.held), (1, 1));
    assert_eq!(in_scope().await, [1, 3, 7]);
    assert_eq!(group(app, 102).await, None);
}

#[tokio::test]
async fn a_group_of_a_directory_is_changed_there() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GroupsAdministrator).await;
    let kim = app.user("kim").await;
    app.group("Taken", &[]).await;
    let first = Batch {
        users: vec![person(1, "ada")],
        groups: vec![
            team(100, "Staff"),
            team(101, "TAKEN"),
            team(102, "\u{200B}"),
        ],
        members: vec![whole(100, &[1]), whole(109, &[1])],
        ..batch()
    };
    let run = app.sync_start(Mode::Full, false).await;
    let reply = app.sync_send(run, 1, first).await;
    let mut codes: Vec<_> = reply.errors.iter().map(|e| e.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["bad-name", "duplicate-name", "unknown-group"]);
    app.sync_end(run, true).await;
    let id = group(&app, 100).await.unwrap();
    let ctx = app.ctx();
    let member = [Member::User(kim)];
    for refusal in [
        refused(app.update_group(&ctx, &admin, id, "x", "", "").await),
        refused(app.delete_group(&ctx, &admin, id).await),
        refused(app.add_members(&ctx, &admin, id, &member).await),
        refused(app.remove_member(&ctx, &admin, id, &member).await),
    ] {
        assert_eq!(refusal, Refusal::MasteredElsewhere);
    }
    // Whom to ask about it is ours to say, and a group of ours may hold it.
    app.set_owner(&ctx, &admin, id, &[kim], true).await.unwrap();
    let ours = app.group("Ours", &[]).await;
    app.add_members(&ctx, &admin, ours, &[Member::Group(id)])
        .await
        .unwrap();
}

#[tokio::test]
async fn many_members_come_and_one_that_changes_is_one_row() {
    const MANY: u128 = 5_000;
    let app = TestApp::new().await;
    let people: Vec<_> = (1..=MANY + 1)
        .map(|n| person(n, &format!("u{n}")))
        .collect();
    let mut batches: Vec<Batch> = people
        .chunks(500)
        .map(|users| Batch {
            users: users.to_vec(),
            ..batch()
        })
        .collect();
    let anchors: Vec<u128> = (1..=MANY).collect();
    batches.push(Batch {
        groups: vec![team(1 << 32, "Everybody")],
        ..batch()
    });
    for (at, part) in anchors.chunks(4000).enumerate() {
        let mut change = whole(1 << 32, part);
        change.whole = at == 0;
        batches.push(Batch {
            members: vec![change],
            ..batch()
        });
    }
    let ended = app.sync(Mode::Full, batches.clone()).await;
    assert_eq!(u128::from(ended.counts.members_added), MANY);
    let id = group(&app, 1 << 32).await.unwrap();
    let rows = async || -> HashSet<String> {
        let dump = app.dump().await;
        let lines = dump
            .lines()
            .filter(|l| l.contains("\"table\":\"group_members\""));
        lines.map(str::to_owned).collect()
    };
    let before = rows().await;
    // All of it again, and a run of changes that adds one and takes one out.
    let again = app.sync(Mode::Full, batches).await;
    assert_eq!(
        (
            again.counts.updated,
            again.counts.members_added,
            again.counts.members_removed
        ),
        (0, 0, 0)
    );
    assert_eq!(rows().await, before);
    app.sync(Mode::Delta, [change(1 << 32, &[MANY + 1], &[])])
        .await;
    let after = rows().await;
    assert_eq!(after.symmetric_difference(&before).count(), 1);
    app.sync(Mode::Delta, [change(1 << 32, &[], &[1])]).await;
    assert_eq!(rows().await.symmetric_difference(&after).count(), 1);
    let mut tx = app.db.read(app.tenant).await.unwrap();
    assert_eq!(
        tx.count_members(id).await.unwrap(),
        i64::try_from(MANY).unwrap()
    );
}
