//! The policy: what a change would do, and changing it.

use crate::help::refused;
use keyward_app::groups::mark;
use keyward_app::testing::TestApp;
use keyward_core::by_group::{GroupPolicy, Reach};
use keyward_core::ids::{GroupId, PolicyId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, Helpdesk, KindCode, Policy, Scope, Standing, standing};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_store::group::Member;
use std::collections::BTreeSet;

/// Small numbers that are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn any_policy(dice: &mut Dice, groups: &[GroupId]) -> Policy {
    let scope = match dice.roll(4) {
        0 => Scope::None,
        1 => Scope::All,
        _ => {
            let mut chosen: BTreeSet<_> = groups
                .iter()
                .copied()
                .filter(|_| dice.roll(2) == 0)
                .collect();
            chosen.insert(groups[dice.roll(groups.len() as u64) as usize]);
            Scope::Selected(chosen)
        }
    };
    let (gates, methods) = match dice.roll(4) {
        0 => (Gates::One, vec![MethodKind::Email]),
        1 => (Gates::One, vec![MethodKind::MobilePhone]),
        2 => (Gates::One, MethodKind::ALL.to_vec()),
        _ => (Gates::Two, MethodKind::ALL.to_vec()),
    };
    let mut policy = Policy {
        scope,
        gates,
        methods: methods.into_iter().map(KindCode).collect(),
        ..Policy::default()
    };
    for group in groups {
        if dice.roll(3) == 0 {
            let (gates, kinds) = match dice.roll(3) {
                0 => (Gates::One, vec![MethodKind::Email]),
                1 => (Gates::One, vec![MethodKind::MobilePhone]),
                _ => (Gates::Two, MethodKind::ALL.to_vec()),
            };
            policy.by_group.push(GroupPolicy {
                id: PolicyId(group.0),
                name: group.to_string(),
                group: *group,
                gates,
                methods: kinds.into_iter().map(KindCode).collect(),
                mail_alone: dice.roll(2) == 0,
            });
        }
    }
    if dice.roll(3) == 0 {
        let one = |dice: &mut Dice| groups[dice.roll(groups.len() as u64) as usize];
        let reach = Reach {
            included: (dice.roll(2) == 0).then(|| [one(dice)].into()),
            excluded: [one(dice)].into(),
        };
        policy.reach.insert(KindCode(MethodKind::Email), reach);
    }
    // No page saves a policy under which nobody could reset.
    while let Some(id) = policy.unsatisfiable().map(|p| p.id) {
        policy.by_group.retain(|p| p.id != id);
    }
    policy
}

/// Who can reset under the policy in force, judged one by one.
async fn able(app: &TestApp, users: &[UserId]) -> BTreeSet<UserId> {
    let mut able = BTreeSet::new();
    let mut tx = app.db.read(app.tenant).await.unwrap();
    for id in users {
        let user = tx.user(*id).await.unwrap().unwrap();
        let policy = tx.policy().await.unwrap().policy;
        let roles = tx.roles_of(*id).await.unwrap();
        let groups = tx.policy_groups_of(*id).await.unwrap();
        let methods = tx.methods_of(*id).await.unwrap();
        if let Standing::Able(_) = standing(
            &user,
            &policy,
            &roles,
            &|any| !groups.is_disjoint(any),
            &methods,
            app.now(),
        ) {
            able.insert(*id);
        }
    }
    able
}

// case: ST-07
#[tokio::test]
async fn a_preview_counts_what_judging_everybody_counts() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let mut dice = Dice(7);
    let mut groups = Vec::new();
    for i in 0..4 {
        // Each holds the one before, sometimes.
        let inner: Vec<_> = groups
            .last()
            .filter(|_| dice.roll(2) == 0)
            .map(|g| Member::Group(*g))
            .into_iter()
            .collect();
        groups.push(app.group(&format!("Group {i}"), &inner).await);
    }
    let mut users = vec![admin.user.id];
    for i in 0..24 {
        let id = app
            .person(app.tenant, &format!("user{i}@contoso.example"))
            .await;
        if dice.roll(3) > 0 {
            app.register_mail(id, &format!("user{i}@home.example"))
                .await;
        }
        if dice.roll(3) > 0 {
            app.register_phone(id, &format!("+49151123456{i:02}")).await;
        }
        if dice.roll(6) == 0 {
            app.give_role(id, Role::ReportsReader).await;
        }
        let mut tx = app.db.write(app.tenant).await.unwrap();
        if dice.roll(6) == 0 {
            tx.set_enabled(id, false).await.unwrap();
        }
        if dice.roll(8) == 0 {
            tx.set_held(id, Some(app.now())).await.unwrap();
        }
        for group in &groups {
            if dice.roll(4) == 0 {
                tx.add_member(*group, Member::User(id)).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        users.push(id);
    }
    for round in 0..40 {
        let (old, new) = (
            any_policy(&mut dice, &groups),
            any_policy(&mut dice, &groups),
        );
        app.set_policy(|p| *p = old.clone()).await;
        let before = able(&app, &users).await;
        let impact = app.preview_policy(&admin, &new).await.unwrap();
        let listed = app.preview_losing(&admin, &new, None, 1000).await.unwrap();
        assert_eq!(
            able(&app, &users).await,
            before,
            "a preview changes nothing"
        );
        app.set_policy(|p| *p = new.clone()).await;
        let after = able(&app, &users).await;
        let losing: BTreeSet<_> = before.difference(&after).copied().collect();
        let why = format!("round {round}: {old:?} -> {new:?}");
        assert_eq!(impact.losing as usize, losing.len(), "{why}");
        assert_eq!(
            listed.iter().map(|r| r.user).collect::<BTreeSet<_>>(),
            losing,
            "{why}"
        );
        assert_eq!(
            impact.gaining as usize,
            after.difference(&before).count(),
            "{why}"
        );
        let overview = app.overview(&admin).await.unwrap();
        assert_eq!(overview.capable as usize, after.len(), "{why}");
        assert_eq!(impact.enabled_after, overview.enabled, "{why}");
        assert_eq!(
            impact.unregistered,
            overview.enabled - overview.capable,
            "{why}"
        );
    }
}

#[tokio::test]
async fn a_preview_waits_for_no_writer_and_lets_writers_be() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let ada = app.user("ada").await;
    app.register_mail(ada, "ada@home.example").await;
    let group = app.group("Pilot", &[Member::User(ada)]).await;
    let other = app.group("Other", &[]).await;
    app.set_policy(|p| {
        p.scope = Scope::Selected([group].into());
        p.gates = Gates::One;
    })
    .await;
    let new = Policy {
        scope: Scope::Selected([other].into()),
        ..app.policy(&admin).await.unwrap().policy
    };
    let tx = app.db.write(app.tenant).await.unwrap();
    let impact = app.preview_policy(&admin, &new).await.unwrap();
    let losing = app.preview_losing(&admin, &new, None, 9).await.unwrap();
    assert_eq!((impact.losing, losing[0].user), (1, ada));
    drop(tx);
}

#[tokio::test]
async fn a_policy_is_changed_once_by_one_and_refused_where_it_makes_no_sense() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let stored = app.policy(&admin).await.unwrap();
    let change = async |read: i64, policy: &Policy| {
        app.change_policy(&app.ctx(), &admin, read, policy).await
    };
    let on = Policy {
        scope: Scope::All,
        ..Policy::default()
    };
    change(stored.version, &on).await.unwrap();
    assert_eq!(
        refused(change(stored.version, &on).await),
        Refusal::ChangedMeanwhile
    );
    let now = app.policy(&admin).await.unwrap();
    assert_eq!((now.version, now.policy == on), (stored.version + 1, true));
    assert_eq!(now.changed_by.as_deref(), Some(admin.user.upn.as_str()));
    change(now.version, &on).await.unwrap();
    assert_eq!(
        app.policy(&admin).await.unwrap().version,
        now.version,
        "nothing changed"
    );
    let group = GroupId(uuid::Uuid::from_u128(9));
    for (bad, why) in [
        (
            Policy {
                scope: Scope::Selected(BTreeSet::new()),
                ..on.clone()
            },
            Refusal::field("groups", "groups-empty"),
        ),
        (
            Policy {
                scope: Scope::Selected([group].into()),
                ..on.clone()
            },
            Refusal::field("groups", "group-unknown"),
        ),
        (
            Policy {
                methods: [KindCode(MethodKind::Email)].into(),
                ..on.clone()
            },
            Refusal::PolicyUnsatisfiable,
        ),
        (
            Policy {
                methods: BTreeSet::new(),
                gates: Gates::One,
                ..on.clone()
            },
            Refusal::PolicyUnsatisfiable,
        ),
        (
            Policy {
                reconfirm_days: 731,
                ..on.clone()
            },
            Refusal::field("reconfirm_days", "days-range"),
        ),
    ] {
        assert_eq!(refused(change(now.version, &bad).await), why);
        assert_eq!(refused(app.preview_policy(&admin, &bad).await), why);
    }
    for helpdesk in [
        "http://help.example",
        "javascript:alert(1)",
        "https://",
        "https://user@evil.example/",
        "https://help.example/\"onclick=",
        "https://help.example/\r\nX: y",
        "https://[::1]/",
    ] {
        let bad = Policy {
            helpdesk: Some(Helpdesk::Url(helpdesk.into())),
            ..on.clone()
        };
        assert_eq!(
            refused(change(now.version, &bad).await),
            Refusal::field("helpdesk", "helpdesk-malformed"),
            "{helpdesk}"
        );
    }
    let good = Policy {
        helpdesk: Some(Helpdesk::Url(
            "https://help.contoso.example:8443/locked?from=sspr".into(),
        )),
        ..on
    };
    change(now.version, &good).await.unwrap();
    let reader = app.admin(Role::GlobalReader).await;
    let refusal = app.change_policy(&app.ctx(), &reader, 3, &good).await;
    assert_eq!(refused(refusal), Refusal::NotAllowed);
}

#[tokio::test]
async fn a_stale_form_of_a_group_undoes_nothing() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GroupsAdministrator).await;
    let id = app.group("Pilot", &[]).await;
    let read = mark(&app.group_page(&admin, id).await.unwrap().group);
    let save = async |name: &str| {
        let ctx = app.ctx();
        app.update_group(&ctx, &admin, id, name, "", &read).await
    };
    save("Pilots").await.unwrap();
    assert_eq!(refused(save("Testers").await), Refusal::ChangedMeanwhile);
    let group = app.group_page(&admin, id).await.unwrap().group;
    assert_eq!(group.name, "Pilots");
}

#[tokio::test]
async fn a_group_that_a_policy_uses_stays() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let group = app
        .create_group(
            &app.ctx(),
            &admin,
            "Pilot",
            "who tries it",
            &[admin.user.id],
        )
        .await
        .unwrap();
    let inner = app
        .create_group(&app.ctx(), &admin, "Inner", "", &[])
        .await
        .unwrap();
    app.add_members(&app.ctx(), &admin, group, &[Member::Group(inner)])
        .await
        .unwrap();
    let cycle = app
        .add_members(&app.ctx(), &admin, inner, &[Member::Group(group)])
        .await;
    assert_eq!(refused(cycle), Refusal::GroupCycle);
    let own = app
        .add_members(&app.ctx(), &admin, inner, &[Member::Group(inner)])
        .await;
    assert_eq!(refused(own), Refusal::GroupCycle);
    app.set_policy(|p| p.scope = Scope::Selected([group].into()))
        .await;
    let page = app.group_page(&admin, group).await.unwrap();
    assert_eq!((page.scope[0].id, page.total), (group, 2));
    // What lies in it is used as well: its members would lose reset.
    let page = app.group_page(&admin, inner).await.unwrap();
    assert_eq!(page.scope[0].id, group);
    for used in [group, inner] {
        assert_eq!(
            refused(app.delete_group(&app.ctx(), &admin, used).await),
            Refusal::GroupInUse
        );
    }
    app.set_policy(|p| p.scope = Scope::All).await;
    app.delete_group(&app.ctx(), &admin, group).await.unwrap();
    assert_eq!(
        refused(app.group_page(&admin, group).await),
        Refusal::NotFound
    );
    let taken = app.create_group(&app.ctx(), &admin, "INNER", "", &[]).await;
    assert_eq!(refused(taken), Refusal::field("name", "group-name-taken"));
}
