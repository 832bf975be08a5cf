//! What directories master.

use crate::bed::{Bed, NOW, uuid};
use keyward_core::group::Group;
use keyward_core::ids::{DirectoryId, GroupId, RunId, UserId};
use keyward_core::time::{days, hours, minutes};
use keyward_core::user::User;
use keyward_store::group::Member;
use keyward_store::sync::{
    Counts, DirectoryGroup, DirectoryUser, Held, HeldContact, HeldKind, Line, MemberList, Mode,
    Policy, Problem, Quarantined, Run, RunState, StartedBatch,
};
use uuid::Uuid;

pub(crate) const DIRECTORY: DirectoryId = DirectoryId(Uuid::from_u128(0xd1));

/// A user of the directory.
pub(crate) async fn synced(bed: &Bed, name: &str) -> (User, DirectoryUser) {
    let mut user = crate::bed::user(bed.tenant, name);
    user.directory = Some(DIRECTORY);
    user.profile.mail = Some(format!("{name}@Mail.example"));
    let beside = DirectoryUser {
        directory: DIRECTORY,
        anchor: uuid(),
        user: user.id,
        dn: format!("CN={name}"),
        account_name: Some(name.to_owned()),
        sid: Some("S-1-5-21-1".into()),
        protected: true,
        mobile: Some("0151".into()),
        telephone: None,
        usage_location: Some("DE".into()),
        manager: Some(uuid()),
        proxy_addresses: "[]".into(),
        extensions: "{}".into(),
        policy: Some("strict".into()),
        password_set_at: Some(NOW),
        must_change: true,
        digest: vec![1, 2, 3],
        changed_at: NOW,
    };
    bed.write(async |tx| {
        tx.insert_users(std::slice::from_ref(&user)).await?;
        tx.insert_directory_users(std::slice::from_ref(&beside))
            .await
    })
    .await;
    (user, beside)
}

/// A group of the directory.
pub(crate) async fn synced_group(bed: &Bed, name: &str) -> DirectoryGroup {
    let group = Group {
        id: GroupId(uuid()),
        tenant: bed.tenant,
        directory: Some(DIRECTORY),
        name: name.to_owned(),
        description: None,
        created_at: NOW,
    };
    let beside = DirectoryGroup {
        directory: DIRECTORY,
        anchor: uuid(),
        group: group.id,
        dn: format!("CN={name}"),
        digest: vec![4],
        changed_at: NOW,
    };
    bed.write(async |tx| tx.insert_directory_group(&group, &beside).await)
        .await;
    beside
}

pub(crate) fn run(agent: u128) -> Run {
    Run {
        id: RunId(uuid()),
        directory: DIRECTORY,
        agent: Uuid::from_u128(agent),
        mode: Mode::Full,
        preview: false,
        initial: true,
        state: RunState::Running,
        started_at: NOW,
        touched_at: NOW,
        ended_at: None,
        message: None,
        counts: Counts::default(),
    }
}

pub(crate) fn policy(name: Option<&str>, min_length: i64) -> Policy {
    Policy {
        name: name.map(str::to_owned),
        min_length,
        complexity: true,
        history: 24,
        min_age_s: 86_400,
        max_age_s: 0,
        lockout_threshold: 5,
        lockout_window_s: 1800,
        lockout_duration_s: 0,
    }
}

pub(crate) fn held(run: RunId) -> Held {
    Held {
        anchor: uuid(),
        kind: HeldKind::User,
        name: "ada".into(),
        run,
        held_at: NOW,
    }
}

on_both! {
    a_directory_user_comes_back_as_stored_and_is_found_by_the_anchor, |bed| {
        let (mut user, mut beside) = synced(&bed, "ada").await;
        let found = bed.read(async |tx| tx.directory_user(user.id).await).await.unwrap();
        assert_eq!(found, beside);
        let again = bed.read(async |tx| tx.users_of(&[user.id, UserId(uuid())]).await).await;
        assert_eq!(format!("{again:?}"), format!("{:?}", [&user]));
        let known = bed.read(async |tx| tx.known_users(DIRECTORY, &[beside.anchor, uuid()]).await).await;
        assert_eq!((known.len(), known[0].user, known[0].mail_key.as_deref()), (1, user.id, Some("ada@mail.example")));
        assert!(bed.read(async |tx| tx.known_users(DirectoryId(uuid()), &[beside.anchor]).await).await.is_empty());
        user.profile.surname = Some("Lovelace".into());
        user.enabled = false;
        (beside.dn, beside.protected, beside.digest) = ("OU=x".into(), false, vec![]);
        bed.write(async |tx| {
            assert!(tx.save_mastered(&user).await?);
            tx.save_directory_user(&beside).await
        }).await;
        assert_eq!(bed.read(async |tx| tx.directory_user(user.id).await).await.unwrap(), beside);
        let again = bed.read(async |tx| tx.user(user.id).await).await;
        assert_eq!(format!("{again:?}"), format!("{:?}", Some(&user)));
        assert_eq!(bed.read(async |tx| tx.count_anchored(DIRECTORY).await).await, 1);
        // It goes with its user.
        bed.write(async |tx| tx.delete_user(user.id, NOW).await).await;
        assert_eq!(bed.read(async |tx| tx.anchored_users(DIRECTORY, Uuid::nil(), 9).await).await.len(), 0);
        bed.write(async |tx| tx.purge_users(NOW + days(1)).await).await;
        assert!(bed.read(async |tx| tx.directory_user(user.id).await).await.is_none());
        bed.write(async |tx| tx.cut_anchor(DIRECTORY, beside.anchor).await).await;
    }

    names_are_parked_and_holders_found, |bed| {
        let (ada, _) = synced(&bed, "ada").await;
        let bob = bed.add_user("bob").await;
        bed.write(async |tx| tx.assign_role(bob.id, keyward_core::role::Role::GlobalReader).await).await;
        let keys = || ["ada", "bob", "eve"].map(|n| format!("{n}@contoso.example")).to_vec();
        let held = async || {
            let mut held = bed.read(async |tx| tx.upn_holders(keys()).await).await;
            held.sort_by(|a, b| a.key.cmp(&b.key));
            held.into_iter().map(|h| (h.user, h.anchored, h.administrator)).collect::<Vec<_>>()
        };
        assert_eq!(held().await, [(ada.id, true, false), (bob.id, false, true)]);
        let mail = bed.read(async |tx| tx.mail_holders(vec!["ada@mail.example".into()]).await).await;
        assert_eq!(mail[0].user, ada.id);
        // Two swap: without letting go first, the key of the database stands in the way.
        let (mut one, mut two) = (ada.clone(), bob.clone());
        (one.upn, two.upn) = (bob.upn.clone(), ada.upn.clone());
        let error = bed.refused(async |tx| tx.save_mastered(&one).await).await;
        assert!(error.is_conflict());
        bed.write(async |tx| {
            tx.park_names(&[one.id, two.id]).await?;
            tx.save_mastered(&one).await?;
            tx.save_mastered(&two).await
        }).await;
        assert_eq!(held().await, [(bob.id, false, true), (ada.id, true, false)]);
    }

    a_password_is_forgotten_and_none_is_set_here, |bed| {
        let user = bed.add_user("ada").await;
        bed.write(async |tx| tx.set_verifier(user.id, 0, "sealed", false, NOW).await).await;
        bed.write(async |tx| tx.forget_verifier(user.id).await).await;
        assert_eq!(bed.read(async |tx| tx.verifier(user.id).await).await, None);
        assert_eq!(bed.read(async |tx| tx.user(user.id).await).await.unwrap().credential_epoch, 2);
        let (synced, _) = synced(&bed, "bob").await;
        assert!(!bed.write(async |tx| tx.set_verifier(synced.id, 0, "sealed", false, NOW).await).await);
    }

    members_wait_until_they_come, |bed| {
        let group = synced_group(&bed, "Staff").await;
        let (ada, beside) = synced(&bed, "ada").await;
        let inner = synced_group(&bed, "Inner").await;
        let unknown = uuid();
        let list = [beside.anchor, inner.anchor, unknown];
        let found = bed.read(async |tx| tx.anchored(DIRECTORY, &list).await).await;
        assert_eq!(found, [(beside.anchor, Member::User(ada.id)), (inner.anchor, Member::Group(inner.group))]);
        bed.write(async |tx| tx.await_members(group.group, &[unknown, beside.anchor]).await).await;
        bed.write(async |tx| tx.await_members(group.group, &[unknown]).await).await;
        let came = bed.read(async |tx| tx.awaiting(DIRECTORY, &[beside.anchor]).await).await;
        assert_eq!(came, [(group.group, beside.anchor)]);
        let members = [Member::User(ada.id), Member::Group(inner.group)];
        assert_eq!(bed.write(async |tx| tx.add_members(group.group, &members).await).await, 2);
        assert_eq!(bed.write(async |tx| tx.add_members(group.group, &members).await).await, 0);
        bed.write(async |tx| tx.forget_awaited(group.group, &[beside.anchor]).await).await;
        assert_eq!(bed.read(async |tx| tx.awaited(group.group).await).await, [unknown]);
        let mut there = bed.read(async |tx| tx.members_with_anchors(group.group).await).await;
        there.sort_by_key(|(_, anchor)| *anchor != Some(beside.anchor));
        assert_eq!(there, [(members[0], Some(beside.anchor)), (members[1], Some(inner.anchor))]);
        assert_eq!(bed.write(async |tx| tx.remove_members(group.group, &members[..1]).await).await, 1);
        assert_eq!(bed.read(async |tx| tx.count_members(group.group).await).await, 1);
        assert_eq!(bed.read(async |tx| tx.anchored_groups(DIRECTORY).await).await.len(), 2);
        let group = DirectoryGroup { dn: "OU=y".into(), digest: vec![9], ..group };
        bed.write(async |tx| tx.save_directory_group(&group).await).await;
        assert_eq!(bed.read(async |tx| tx.directory_group(group.group).await).await, Some(group.clone()));
        let known = bed.read(async |tx| tx.known_groups(DIRECTORY, &[group.anchor]).await).await;
        assert_eq!((known[0].name.as_str(), &known[0].digest), ("Staff", &vec![9]));
        assert_eq!(bed.read(async |tx| tx.group_named("STAFF").await).await, Some(group.group));
    }

    policies_are_replaced_in_their_order, |bed| {
        let list = [policy(None, 7), policy(Some("strict"), 14)];
        for list in [&list[..1], &list] {
            bed.write(async |tx| tx.set_directory_policies(DIRECTORY, list).await).await;
            assert_eq!(bed.read(async |tx| tx.directory_policies(DIRECTORY).await).await, list);
        }
    }

    one_run_at_a_time_and_each_batch_once, |bed| {
        let (first, second) = (run(1), run(2));
        bed.write(async |tx| tx.insert_run(&first).await).await;
        assert!(bed.refused(async |tx| tx.insert_run(&second).await).await.is_conflict());
        let preview = Run { preview: true, ..run(3) };
        bed.write(async |tx| tx.insert_run(&preview).await).await;
        let at = NOW + minutes(5);
        assert!(bed.write(async |tx| tx.open_run(first.id, second.agent, at).await).await.is_none());
        let open = bed.write(async |tx| tx.open_run(first.id, first.agent, at).await).await.unwrap();
        assert_eq!(open.touched_at, at);
        let (seen, gone) = (vec![uuid(), uuid()], vec![uuid()]);
        let take = async || bed.write(async |tx| tx.begin_batch(first.id, 1, &seen, &gone).await).await;
        assert_eq!((take().await, take().await), (StartedBatch::New, StartedBatch::Taken));
        let (all, left) = bed.read(async |tx| tx.seen_in(first.id).await).await;
        assert!(all.len() == 2 && seen.iter().all(|a| all.contains(a)) && left.contains(&gone[0]));
        let counts = Counts { read: 3, added: 2, deleted: 4, ..Counts::default() };
        bed.write(async |tx| tx.count_run(first.id, &counts).await).await;
        bed.write(async |tx| tx.count_run(first.id, &counts).await).await;
        let group = uuid();
        for (number, whole) in [(1, true), (2, false)] {
            let list = MemberList { group, whole, members: &seen[number - 1..number] };
            let number = i64::try_from(number).unwrap();
            bed.write(async |tx| tx.keep_list(first.id, number, &list).await).await;
        }
        assert_eq!(bed.read(async |tx| tx.whole_lists(first.id).await).await, [group]);
        assert_eq!(bed.read(async |tx| tx.list_of(first.id, group).await).await.len(), 2);
        // Silence.
        let abandon = async |agent, silent| bed.write(async |tx| tx.abandon_runs(DIRECTORY, agent, false, silent, at).await).await;
        assert_eq!(abandon(second.agent, at - minutes(1)).await, 1, "the preview");
        assert_eq!(abandon(second.agent, at).await, 1);
        bed.write(async |tx| tx.insert_run(&second).await).await;
        let runs = bed.read(async |tx| tx.runs(None, 9).await).await;
        assert_eq!(runs.len(), 3);
        let last = runs.last().unwrap();
        let rest = bed.read(async |tx| tx.runs(Some((runs[0].started_at, runs[0].id)), 9).await).await;
        assert_eq!((rest.len(), rest[1].id), (2, last.id));
        bed.write(async |tx| tx.end_run(second.id, RunState::Held, Some("why"), at).await).await;
        let ended = bed.read(async |tx| tx.run(second.id).await).await.unwrap();
        assert_eq!((ended.state, ended.message.as_deref(), ended.ended_at), (RunState::Held, Some("why"), Some(at)));
        let first_now = bed.read(async |tx| tx.run(first.id).await).await.unwrap();
        assert_eq!((first_now.state, first_now.counts.read, first_now.counts.added), (RunState::Abandoned, 6, 4));
        assert_eq!(bed.read(async |tx| tx.deleted_since(DIRECTORY, NOW).await).await, 8);
        assert_eq!(bed.read(async |tx| tx.deleted_since(DIRECTORY, NOW + minutes(1)).await).await, 0);
        assert_eq!(bed.write(async |tx| tx.forget_runs(at).await).await, 0);
        assert_eq!(bed.write(async |tx| tx.forget_runs(at + minutes(1)).await).await, 3);
        assert!(bed.read(async |tx| tx.whole_lists(first.id).await).await.is_empty());
        assert_eq!(bed.read(async |tx| tx.full_at(DIRECTORY).await).await, None);
        for at in [NOW, at] {
            bed.write(async |tx| tx.set_full_at(DIRECTORY, at).await).await;
            assert_eq!(bed.read(async |tx| tx.full_at(DIRECTORY).await).await, Some(at));
        }
    }

    problems_and_lines_are_paged, |bed| {
        let run = run(1);
        bed.write(async |tx| tx.insert_run(&run).await).await;
        let problem = |code: &str, anchor| Problem { anchor, code: code.into(), batch: 2, name: "ada".into(), detail: "CN=ada".into() };
        let (one, two) = (uuid(), uuid());
        let mut all = [problem("bad-mail", one), problem("too-long", one), problem("bad-upn", two)];
        bed.write(async |tx| tx.note_problems(run.id, &all).await).await;
        bed.write(async |tx| tx.note_problems(run.id, &all).await).await;
        all.sort_by(|a, b| (a.anchor, &a.code).cmp(&(b.anchor, &b.code)));
        let mut after = None;
        let mut paged = Vec::new();
        while let Some(found) = bed.read(async |tx| tx.problems(run.id, after.as_ref(), 1).await).await.pop() {
            after = Some(keyward_store::user::After { key: found.code.clone(), id: found.anchor });
            paged.push(found);
        }
        assert_eq!(paged, all);
        assert_eq!(bed.read(async |tx| tx.problems_of_batch(run.id, 2).await).await.len(), 3);
        assert_eq!(bed.read(async |tx| tx.count_problems(run.id).await).await, 2);
        assert_eq!(bed.write(async |tx| tx.drop_problems(run.id, &[one]).await).await, 2);
        let line = |name: &str| Line { action: "add".into(), kind: "user".into(), anchor: one, name: name.into(), changes: "[]".into() };
        bed.write(async |tx| tx.note_lines(run.id, &[line("a"), line("b")]).await).await;
        bed.write(async |tx| tx.note_lines(run.id, &[line("c")]).await).await;
        let page = bed.read(async |tx| tx.lines(run.id, 1, 9).await).await;
        assert_eq!(page, [(2, line("b")), (3, line("c"))]);
        let wait = |record: &str| [Quarantined { anchor: one, record: record.into() }];
        bed.write(async |tx| tx.quarantine(DIRECTORY, &wait("x"), NOW).await).await;
        bed.write(async |tx| tx.quarantine(DIRECTORY, &wait("y"), NOW).await).await;
        let waits = bed.read(async |tx| tx.quarantined(DIRECTORY, 9).await).await;
        assert_eq!((waits.len(), waits[0].record.as_str()), (1, "y"));
        assert_eq!(bed.write(async |tx| tx.release(DIRECTORY, &[one]).await).await, 1);
    }

    contact_data_are_held_and_changes_counted, |bed| {
        let user = bed.add_user("ada").await;
        let mut list: Vec<HeldContact> = (0..3_u128).map(|n| HeldContact {
            anchor: uuid::Uuid::from_u128(n + 1),
            user: user.id,
            mail: Some("ada@contoso.example".into()),
            mobile_phone: None,
            business_phone: None,
            held_at: NOW,
        }).collect();
        assert_eq!(bed.write(async |tx| tx.hold_contacts(DIRECTORY, &list).await).await, 3);
        // The last word counts, in the old place.
        list[0].mobile_phone = Some("+4915112345678".into());
        let again = HeldContact { held_at: NOW + hours(1), ..list[0].clone() };
        bed.write(async |tx| tx.hold_contacts(DIRECTORY, &[again]).await).await;
        assert_eq!(bed.read(async |tx| tx.held_contacts(DIRECTORY, None, 9).await).await, list);
        let after = keyward_store::user::After { key: String::new(), id: list[1].anchor };
        assert_eq!(bed.read(async |tx| tx.held_contacts(DIRECTORY, Some(&after), 9).await).await, list[2..]);
        let sums = bed.read(async |tx| tx.held_contact_sums().await).await;
        assert_eq!((sums[0].directory, sums[0].count, sums[0].since, sums[0].newest), (DIRECTORY, 3, NOW, NOW));
        let asked = [list[0].anchor, uuid::Uuid::from_u128(9)];
        assert_eq!(bed.read(async |tx| tx.whose_contacts_wait(DIRECTORY, &asked).await).await, [list[0].anchor]);
        assert_eq!(bed.write(async |tx| tx.unhold_contacts(DIRECTORY, &asked).await).await, 1);
        assert_eq!(bed.write(async |tx| tx.unhold_all_contacts(DIRECTORY).await).await, 2);

        let lately = async |since| bed.read(async |tx| tx.contact_changes(DIRECTORY, since).await).await;
        for (at, users) in [(NOW, 3), (NOW, 4), (NOW + hours(1), 5)] {
            bed.write(async |tx| tx.count_contact_changes(DIRECTORY, users, at, NOW).await).await;
        }
        assert_eq!((lately(NOW).await, lately(NOW + hours(1)).await, lately(NOW + hours(2)).await), (12, 5, 0));
        // What is older is forgotten.
        bed.write(async |tx| tx.count_contact_changes(DIRECTORY, 1, NOW + hours(2), NOW + hours(1)).await).await;
        assert_eq!(lately(NOW).await, 6);
    }

    deletions_are_held_and_let_go, |bed| {
        let run = RunId(uuid());
        let list: Vec<Held> = (0..3).map(|_| held(run)).collect();
        assert_eq!(bed.write(async |tx| tx.hold(DIRECTORY, &list).await).await, 3);
        assert_eq!(bed.write(async |tx| tx.hold(DIRECTORY, &list).await).await, 0);
        let sums = bed.read(async |tx| tx.held_sums().await).await;
        assert_eq!((sums[0].directory, sums[0].count, sums[0].users, sums[0].since), (DIRECTORY, 3, 3, NOW));
        let page = bed.read(async |tx| tx.held(DIRECTORY, None, 2).await).await;
        let after = keyward_store::user::After { key: String::new(), id: page[1].anchor };
        assert_eq!(bed.read(async |tx| tx.held(DIRECTORY, Some(&after), 9).await).await.len(), 1);
        assert_eq!(bed.write(async |tx| tx.unhold(DIRECTORY, &[list[0].anchor]).await).await, 1);
        assert_eq!(bed.write(async |tx| tx.unhold_all(DIRECTORY).await).await, 2);
    }
}

#[tokio::test]
async fn one_member_of_fifty_thousand_is_one_row() {
    let bed = Bed::sqlite().await;
    let group = bed.add_group("Everybody").await.id;
    let members: Vec<Member> = (0..50_000).map(|_| Member::User(UserId(uuid()))).collect();
    let written = bed.count_writes("group_members");
    bed.write(async |tx| tx.add_members(group, &members).await)
        .await;
    assert_eq!(written.now(), 50_000);
    let mut more = members.clone();
    more.push(Member::User(UserId(uuid())));
    assert_eq!(
        bed.write(async |tx| tx.add_members(group, &more).await)
            .await,
        1
    );
    assert_eq!(written.now(), 50_001, "those who are there cost no write");
    assert_eq!(
        bed.write(async |tx| tx.remove_members(group, &more[..1]).await)
            .await,
        1
    );
    assert_eq!(written.now(), 50_002);
}
