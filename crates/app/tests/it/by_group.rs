//! Policies by group, methods for groups, and what applies to one user.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, refused};
use keyward_app::by_group::{Offered, moved, with_group_policy, with_reach, without};
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::by_group::{GroupPolicy, Reach};
use keyward_core::ids::{GroupId, PolicyId, UserId};
use keyward_core::method::MethodKind::{self, Email, MobilePhone};
use keyward_core::policy::{Gates, KindCode, Policy, Scope, Standing, Unable};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::seconds;
use keyward_store::group::Member;

on_both_engines!(
    the_strictest_policy_that_applies_decides_when_a_gate_is_passed,
    a_method_counts_only_for_whom_it_is,
    a_group_that_a_policy_names_stays_and_says_so,
);

const BOTH: [MethodKind; 2] = [MobilePhone, Email];

fn by_group(group: GroupId, gates: Gates, kinds: &[MethodKind]) -> GroupPolicy {
    GroupPolicy {
        id: PolicyId(group.0),
        name: format!("Policy of {group}"),
        group,
        gates,
        methods: kinds.iter().copied().map(KindCode).collect(),
        mail_alone: false,
    }
}

/// A group with somebody in a group that lies in it.
async fn around(app: &TestApp, name: &str, user: UserId) -> GroupId {
    let inner = app
        .group(&format!("{name} inner"), &[Member::User(user)])
        .await;
    app.group(name, &[Member::Group(inner)]).await
}

async fn standing(app: &TestApp, id: UserId) -> Standing {
    let account = app.my_account(&app.session_of(id).await).await.unwrap();
    account.standing(app.now())
}

// case: EN-05, ST-14
async fn the_strictest_policy_that_applies_decides_when_a_gate_is_passed(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let bob = app.user("bob").await;
    app.register_phone(bob, "+4915112345699").await;
    let group = around(app, "Finance", ada).await;
    let begun_before = app.begin_reset(ADA).await;
    app.prove(&begun_before, PHONE).await;
    app.set_policy(|p| p.by_group.push(by_group(group, Gates::Two, &BOTH)))
        .await;
    // What is proved already isn't enough any more.
    let progress = app.progress(&begun_before).await;
    assert_eq!((progress.verified, progress.gates), (false, 2));
    let reset = app.begin_reset(ADA).await;
    let first = app.progress(&reset).await;
    let others = app.begin_reset("bob@contoso.example").await;
    let nobodys = app.begin_reset("nobody@contoso.example").await;
    // Until something is proved, a group shows nowhere.
    for reset in [&others, &nobodys] {
        assert_eq!(app.progress(reset).await.gates, first.gates);
    }
    let second = app.prove(&reset, PHONE).await;
    assert_eq!((second.gate, second.gates, second.verified), (2, 2, false));
    assert_eq!(
        code_of(app.finish(&reset, NEW).await),
        Refusal::NotOffered.code()
    );
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, PHONE).await;
    assert!(app.prove(&reset, MAIL).await.verified);
    app.finish(&reset, NEW).await.unwrap();
    assert!(app.prove(&others, "+4915112345699").await.verified);
    app.ignore_messages().await;
}

async fn a_method_counts_only_for_whom_it_is(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let (group, other) = (
        around(app, "Finance", ada).await,
        app.group("Other", &[]).await,
    );
    let set = async |reach: Reach| {
        app.set_policy(|p| *p = with_reach(p, MobilePhone, Some(reach)))
            .await;
    };
    let me = app.session_of(ada).await;
    let phone_is_shown = async || {
        let reset = app.begin_reset(ADA).await;
        let choices = app.progress(&reset).await.choices;
        choices.iter().any(|c| c.kind == MobilePhone)
    };
    for (included, excluded, counts) in [
        (None, vec![], true),
        (Some(group), vec![], true),
        (Some(group), vec![other], true),
        (Some(group), vec![group], false),
        (Some(other), vec![], false),
        (None, vec![group], false),
    ] {
        set(Reach {
            included: included.map(|g| [g].into()),
            excluded: excluded.into_iter().collect(),
        })
        .await;
        assert_eq!(phone_is_shown().await, counts);
        let kinds = app.my_account(&me).await.unwrap().rules().kinds;
        assert_eq!(kinds.contains(&MobilePhone), counts);
    }
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.kind() == Email).map(|m| m.id);
    app.remove_methods_of(&app.ctx(), &boss, ada, mail)
        .await
        .unwrap();
    app.ignore_messages().await;
    let few = Standing::Unable(Unable::TooFewMethods);
    assert_eq!(standing(app, ada).await, few);
}

async fn a_group_that_a_policy_names_stays_and_says_so(app: &TestApp) {
    let admin = app.admin(Role::GlobalAdministrator).await;
    let ada = ada(app, Gates::One).await;
    let group = around(app, "Finance", ada).await;
    let inner = app.group_members(&admin, group, "", None, 9).await.unwrap();
    let Member::Group(inner) = inner[0].member else {
        panic!("a group")
    };
    app.set_policy(|p| {
        p.by_group.push(by_group(group, Gates::Two, &BOTH));
        *p = with_reach(
            p,
            Email,
            Some(Reach {
                included: None,
                excluded: [inner].into(),
            }),
        );
    })
    .await;
    for used in [group, inner] {
        let deleted = app.delete_group(&app.ctx(), &admin, used).await;
        assert_eq!(refused(deleted), Refusal::GroupInUse);
        let page = app.group_page(&admin, used).await.unwrap();
        assert!(page.ruled && page.scope.is_empty());
        assert_eq!(page.policies[0].0, PolicyId(group.0));
        assert_eq!(page.kinds.contains(&Email), used == inner);
    }
    // Whoever may not see the policy sees that there is something.
    let groups = app.admin(Role::GroupsAdministrator).await;
    let page = app.group_page(&groups, group).await.unwrap();
    assert!(page.ruled && page.policies.is_empty() && page.kinds.is_empty());
    app.set_policy(|p| {
        *p = without(p, PolicyId(group.0)).unwrap();
        *p = with_reach(p, Email, Some(Reach::default()));
    })
    .await;
    app.delete_group(&app.ctx(), &admin, group).await.unwrap();
    app.delete_group(&app.ctx(), &admin, inner).await.unwrap();
}

#[tokio::test]
async fn what_would_leave_nobody_a_way_is_refused_and_what_leaves_some_none_is_counted() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let ada = ada(&app, Gates::One).await;
    let (group, other) = (
        around(&app, "Finance", ada).await,
        around(&app, "Travel", ada).await,
    );
    let policy = app.policy(&admin).await.unwrap().policy;
    let with = |wanted: GroupPolicy| with_group_policy(&policy, wanted);
    let judged = async |new: &Policy| app.preview_policy(&admin, new).await;
    let one = by_group(group, Gates::One, &[Email]);
    for (field, code, new) in [
        (
            "kinds",
            "policy-too-little",
            with(by_group(group, Gates::Two, &[Email])),
        ),
        // What the default policy doesn't offer doesn't count.
        (
            "kinds",
            "policy-too-little",
            with(by_group(group, Gates::One, &[MethodKind::Passkey])),
        ),
        (
            "name",
            "policy-name-empty",
            with(GroupPolicy {
                name: String::new(),
                ..one.clone()
            }),
        ),
        (
            "name",
            "policy-name-malformed",
            with(GroupPolicy {
                name: "x".repeat(81),
                ..one.clone()
            }),
        ),
        (
            "groups",
            "group-unknown",
            with(by_group(GroupId(ada.0), Gates::One, &[Email])),
        ),
        (
            "included",
            "groups-empty",
            with_reach(
                &policy,
                Email,
                Some(Reach {
                    included: Some([].into()),
                    excluded: [].into(),
                }),
            ),
        ),
        (
            "name",
            "policy-name-taken",
            with_group_policy(
                &with(one.clone()),
                GroupPolicy {
                    id: PolicyId(other.0),
                    group: other,
                    name: one.name.to_uppercase(),
                    ..one.clone()
                },
            ),
        ),
        (
            "group",
            "policy-group-taken",
            with_group_policy(
                &with(one.clone()),
                GroupPolicy {
                    id: PolicyId(other.0),
                    name: "another".into(),
                    ..one.clone()
                },
            ),
        ),
        // The default policy can't take away what a policy by group needs.
        (
            "kinds",
            "policy-too-little",
            Policy {
                methods: [KindCode(MobilePhone)].into(),
                ..with(one.clone())
            },
        ),
    ] {
        assert_eq!(refused(judged(&new).await), Refusal::field(field, code));
    }
    let both = with_group_policy(&with(one), by_group(other, Gates::One, &[MobilePhone]));
    assert_eq!(both.clashes().len(), 1);
    let impact = judged(&both).await.unwrap();
    assert_eq!((impact.stranded, impact.losing), (1, 1));
    assert_eq!(
        app.preview_losing(&admin, &both, None, 9).await.unwrap()[0].user,
        ada
    );
}

// case: A-07
#[tokio::test]
async fn every_change_is_in_the_log_and_takes_the_right_to_change_the_policy() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let reader = app.admin(Role::GlobalReader).await;
    let (one, two) = (
        app.group("Finance", &[]).await,
        app.group("Travel", &[]).await,
    );
    let change = async |new: &Policy| {
        app.advance(seconds(1));
        let read = app.policy(&admin).await.unwrap().version;
        let denied = app.change_policy(&app.ctx(), &reader, read, new).await;
        assert_eq!(refused(denied), Refusal::NotAllowed);
        app.change_policy(&app.ctx(), &admin, read, new)
            .await
            .unwrap();
        let events = app.events().await;
        let mut changed = events
            .into_iter()
            .filter(|e| e.at == app.now() && !e.changes.is_empty());
        let changed = changed.next().unwrap();
        changed
            .changes
            .into_iter()
            .map(|c| {
                (
                    c.property,
                    c.old.unwrap_or_default(),
                    c.new.unwrap_or_default(),
                )
            })
            .collect::<Vec<_>>()
    };
    let start = Policy {
        scope: Scope::All,
        ..Policy::default()
    };
    change(&start).await;
    let named = |group: GroupId, name: &str| GroupPolicy {
        name: name.into(),
        ..by_group(group, Gates::Two, &BOTH)
    };
    let first = with_group_policy(&start, named(one, "Careful"));
    let text = "Careful: for Finance; 2 of mobile-phone, email; email alone: false";
    let added = ("policyByGroup".to_owned(), String::new(), text.to_owned());
    assert_eq!(change(&first).await, [added]);
    let second = with_group_policy(&first, named(two, "On the way"));
    change(&second).await;
    let swapped = moved(&second, PolicyId(two.0), true).unwrap();
    assert_eq!(moved(&swapped, PolicyId(two.0), true).unwrap(), swapped);
    let order = (
        "orderOfPolicies",
        "Careful, On the way",
        "On the way, Careful",
    );
    let order = (order.0.to_owned(), order.1.to_owned(), order.2.to_owned());
    assert_eq!(change(&swapped).await, [order]);
    let reach = Reach {
        included: Some([one].into()),
        excluded: [two].into(),
    };
    let reached = with_reach(&swapped, Email, Some(reach));
    let whom = ("email is for", "All", "Finance; not for Travel");
    let whom = (whom.0.to_owned(), whom.1.to_owned(), whom.2.to_owned());
    assert_eq!(change(&reached).await, [whom]);
    let gone = without(&reached, PolicyId(one.0)).unwrap();
    let gone_change = change(&gone).await;
    assert_eq!((gone_change.len(), gone_change[0].1.as_str()), (1, text));
}

// case: ID-01, A-02
#[tokio::test]
async fn what_applies_is_told_without_touching_anything() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::One).await;
    let group = around(&app, "Finance", ada).await;
    app.set_policy(|p| {
        p.by_group.push(GroupPolicy {
            name: "Careful".into(),
            ..by_group(group, Gates::One, &[Email])
        });
    })
    .await;
    let admin = app.admin(Role::AuthenticationAdministrator).await;
    let (events, jobs) = (app.events().await.len(), app.jobs().await);
    let found = app.inspect_user(&admin, ada).await.unwrap();
    assert_eq!(
        found.standing,
        Standing::Able(found.rules.clone()),
        "the mailbox is enough"
    );
    assert_eq!(found.policies[0].name, "Careful");
    let offered = |kind| {
        let kinds = found.kinds.iter();
        let of = kinds.clone().find(|k| k.kind == kind).unwrap();
        (of.offered.clone(), of.registered)
    };
    assert_eq!(offered(Email), (Offered::Yes, 1));
    assert_eq!(
        offered(MobilePhone),
        (Offered::LeftOut("Careful".into()), 1)
    );
    assert_eq!(offered(MethodKind::Passkey), (Offered::Off, 0));
    // The very thing that the reset shows.
    let reset = app.begin_reset(ADA).await;
    let progress = app.progress(&reset).await;
    let shown: Vec<_> = progress
        .choices
        .iter()
        .map(|c| (c.kind, c.masked.clone()))
        .collect();
    assert_eq!((found.shown, found.gates_shown), (shown, progress.gates));
    app.ignore_messages().await;
    let policy_admin = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let hidden = app.inspect_user(&policy_admin, ada).await.unwrap();
    assert!(!hidden.methods_shown && hidden.shown.is_empty());
    assert!(hidden.kinds.iter().all(|k| k.registered == 0));
    let own = app.inspect_user(&admin, admin.user.id).await.unwrap();
    assert!(own.rules.administrator && own.policies.is_empty());
    let helpdesk = app.admin(Role::HelpdeskAdministrator).await;
    assert_eq!(
        refused(app.inspect_user(&helpdesk, ada).await),
        Refusal::NotAllowed
    );
    let elsewhere = app.organisation("Fabrikam", "fabrikam.example").await;
    let eve = app.person(elsewhere, "eve@fabrikam.example").await;
    assert_eq!(
        refused(app.inspect_user(&admin, eve).await),
        Refusal::NotFound
    );
    let begun = app.events().await;
    let begun = begun
        .iter()
        .filter(|e| e.activity == Activity::PasswordResetStarted);
    assert_eq!(app.events().await.len(), events + begun.count());
    assert_eq!(app.jobs().await, jobs);
}
