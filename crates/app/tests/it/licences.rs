//! Subscriptions and licences: who may give them, until there are no more, and what they switch on.

use crate::help::{code_of, refused};
use keyward_app::testing::TestApp;
use keyward_app::users::UserForm;
use keyward_app::{Error, Principal};
use keyward_core::audit::{Activity, Outcome};
use keyward_core::ids::{GroupId, UserId};
use keyward_core::licence::{DisabledPlans, Plan, Short, Sku};
use keyward_core::policy::OnPremises;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_store::group::Member;

async fn assign(app: &TestApp, me: &Principal, to: &[Member]) -> keyward_app::Result<()> {
    let all = DisabledPlans::default();
    app.assign_licences(&app.ctx(), me, Sku::EmsE3, to, &all)
        .await
}

async fn taken(app: &TestApp, me: &Principal) -> i64 {
    app.subscription(me, Sku::EmsE3).await.unwrap().units.taken
}

#[tokio::test]
async fn more_licences_than_there_are_can_not_be_given() {
    let app = TestApp::new().await;
    app.subscribe(Sku::EmsE3, Some(2)).await;
    let me = app.admin(Role::LicenseAdministrator).await;
    let (ada, bob, cy) = (
        app.user("ada").await,
        app.user("bob").await,
        app.user("cy").await,
    );
    let pilots = app
        .group("Pilots", &[Member::User(ada), Member::User(bob)])
        .await;
    assign(&app, &me, &[Member::Group(pilots)]).await.unwrap();
    // Who has one through the group needs no second one.
    assign(&app, &me, &[Member::User(ada)]).await.unwrap();
    assert_eq!(taken(&app, &me).await, 2);
    let short = Short { held: 2, needed: 3 };
    let third = assign(&app, &me, &[Member::User(cy)]).await;
    assert_eq!(refused(third), Refusal::UnitsShort(Sku::EmsE3, short));
    assert_eq!(taken(&app, &me).await, 2);
    // All or none: with one that there is a licence for.
    app.remove_licences(&app.ctx(), &me, Sku::EmsE3, &[Member::Group(pilots)])
        .await
        .unwrap();
    assert_eq!(taken(&app, &me).await, 1);
    let both = assign(&app, &me, &[Member::User(bob), Member::User(cy)]).await;
    assert_eq!(code_of(both), "units-short");
    assert_eq!(taken(&app, &me).await, 1);
    // The refusal is in the log, the act that it refused is not.
    let events = app.events().await;
    let outcomes = events
        .iter()
        .filter(|e| e.activity == Activity::LicenceAssigned)
        .map(|e| e.outcome.clone());
    let failed = outcomes.filter(|o| *o == Outcome::Failure("units-short".into()));
    assert_eq!(failed.count(), 2);
    assert!(!events.iter().any(|e| {
        let given = e.changes.iter().any(|c| c.new.is_some());
        given && e.target.as_ref().is_some_and(|t| t.id == Some(cy.0))
    }));
}

#[tokio::test]
async fn a_group_does_not_grow_beyond_its_licences_by_an_administrators_hand() {
    let app = TestApp::new().await;
    app.subscribe(Sku::EmsE3, Some(1)).await;
    let me = app.admin(Role::GlobalAdministrator).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let inner = app.group("Inner", &[Member::User(ada)]).await;
    let outer = app.group("Outer", &[Member::Group(inner)]).await;
    assign(&app, &me, &[Member::Group(outer)]).await.unwrap();
    let ctx = app.ctx();
    let more = app
        .add_members(&ctx, &me, inner, &[Member::User(bob)])
        .await;
    let short = Short { held: 1, needed: 2 };
    assert_eq!(refused(more), Refusal::UnitsShort(Sku::EmsE3, short));
    assert_eq!(app.group_page(&me, inner).await.unwrap().total, 1);
    // By itself, as a synchronised group does, it can: nobody loses anything, and the page says so.
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.add_member(inner, Member::User(bob)).await.unwrap();
    tx.commit().await.unwrap();
    let held = app.subscription(&me, Sku::EmsE3).await.unwrap();
    assert_eq!(held.units.left(), Some(-1));
    let licences = app.licences_of(&me, bob).await.unwrap();
    let through: Vec<_> = licences.into_iter().map(|l| (l.sku, l.through)).collect();
    assert_eq!(
        through,
        [
            (Sku::EmsE3, Some((outer, "Outer".into()))),
            (Sku::Complete, None)
        ]
    );
    // Members go again, and nothing stands in the way of that.
    app.remove_member(&ctx, &me, inner, &[Member::User(bob)])
        .await
        .unwrap();
    assert_eq!(app.licences_of(&me, bob).await.unwrap().len(), 1);
    let deleted = app.delete_group(&ctx, &me, outer).await;
    assert_eq!(refused(deleted), Refusal::GroupLicensed);
    app.remove_licences(&ctx, &me, Sku::EmsE3, &[Member::Group(outer)])
        .await
        .unwrap();
    app.delete_group(&ctx, &me, outer).await.unwrap();
}

// case: AZ-01
#[tokio::test]
async fn licences_are_given_by_those_who_may_and_seen_by_a_few_more() {
    let app = TestApp::new().await;
    app.subscribe(Sku::EmsE3, Some(50)).await;
    let ada = app.user("ada").await;
    let (ctx, to) = (app.ctx(), [Member::User(ada)]);
    for role in Role::ALL {
        let me = app.admin(role).await;
        let writes = [Role::GlobalAdministrator, Role::LicenseAdministrator].contains(&role);
        let reads = writes
            || [
                Role::GlobalReader,
                Role::UserAdministrator,
                Role::HybridIdentityAdministrator,
            ]
            .contains(&role);
        assert_eq!(app.subscriptions(&me).await.is_ok(), reads, "{role}");
        assert_eq!(app.licences_of(&me, ada).await.is_ok(), reads, "{role}");
        assert_eq!(
            app.assignments(&me, Sku::EmsE3, "", None, 9).await.is_ok(),
            reads,
            "{role}"
        );
        let given = assign(&app, &me, &to).await;
        assert_eq!(given.is_ok(), writes, "{role}");
        let taken = app.remove_licences(&ctx, &me, Sku::EmsE3, &to);
        assert_eq!(taken.await.is_ok(), writes, "{role}");
    }
    let plain = app.session_of(ada).await;
    assert_eq!(code_of(app.subscriptions(&plain).await), "not-allowed");
}

#[tokio::test]
async fn a_plan_can_be_left_out_and_the_log_says_so() {
    let app = TestApp::new().await;
    app.subscribe(Sku::EmsE3, Some(5)).await;
    let me = app.admin(Role::LicenseAdministrator).await;
    let (ada, ctx) = (app.user("ada").await, app.ctx());
    let without = DisabledPlans::of(Sku::EmsE3, [Plan::PasswordWriteback]);
    let to = [Member::User(ada)];
    app.assign_licences(&ctx, &me, Sku::EmsE3, &to, &without)
        .await
        .unwrap();
    let held = app.licences_of(&me, ada).await.unwrap();
    assert!(held[0].disabled.contains(Plan::PasswordWriteback));
    let events = app.events().await;
    let last = events.last().unwrap();
    assert_eq!(last.activity, Activity::LicenceAssigned);
    assert_eq!(
        last.changes[0].new.as_deref(),
        Some("EMS_E3 without password-writeback")
    );
}

#[tokio::test]
async fn what_everybody_has_is_not_assigned_and_what_nobody_has_is_not_there() {
    let app = TestApp::new().await;
    let me = app.admin(Role::GlobalAdministrator).await;
    let ada = app.user("ada").await;
    let (ctx, all) = (app.ctx(), DisabledPlans::default());
    let to = [Member::User(ada)];
    let given = app.assign_licences(&ctx, &me, Sku::Complete, &to, &all);
    assert_eq!(code_of(given.await), "not-offered");
    assert_eq!(code_of(assign(&app, &me, &to).await), "not-found");
    assert_eq!(code_of(app.subscription(&me, Sku::P1).await), "not-found");
    let held = app.subscription(&me, Sku::Complete).await.unwrap();
    assert_eq!((held.units.held, held.units.taken), (None, 2));
    app.subscribe(Sku::EmsE3, Some(5)).await;
    let nobody = Member::User(UserId(uuid::Uuid::from_u128(77)));
    let nothing = Member::Group(GroupId(uuid::Uuid::from_u128(77)));
    for to in [nobody, nothing] {
        assert_eq!(code_of(assign(&app, &me, &[to]).await), "not-found");
        let taken = app.remove_licences(&ctx, &me, Sku::EmsE3, &[to]).await;
        assert_eq!(code_of(taken), "not-found");
    }
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.delete_user(ada, app.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(code_of(assign(&app, &me, &to).await), "not-found");
    assert!(app.licences_of(&me, ada).await.unwrap().is_empty());
}

async fn in_effect(app: &TestApp) -> OnPremises {
    let mut tx = app.db.read(app.tenant).await.unwrap();
    keyward_app::licences::on_premises_in_effect(&mut tx)
        .await
        .unwrap()
}

#[tokio::test]
async fn writeback_takes_a_subscription_that_has_it() {
    let app = TestApp::new().await;
    let me = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let (on, ctx) = (OnPremises::default(), app.ctx());
    let version = async || app.policy(&me).await.unwrap().version;
    assert_eq!(in_effect(&app).await, on);
    app.unsubscribe(Sku::Complete).await;
    app.subscribe(Sku::BusinessStandard, Some(10)).await;
    assert_eq!(in_effect(&app).await, OnPremises::off());
    // Ticked from before or not: it can't be asked for.
    let asked = app.set_on_premises(&ctx, &me, version().await, on).await;
    let Err(Error::Refused(Refusal::NoWritebackPlan(help))) = asked else {
        panic!("{asked:?}")
    };
    assert_eq!(help.len(), 12);
    let off = OnPremises {
        writeback: false,
        ..on
    };
    let done = app.set_on_premises(&ctx, &me, version().await, off).await;
    assert!(done.unwrap());
    let mut policy = app.policy(&me).await.unwrap().policy;
    policy.on_premises = on;
    let changed = app.change_policy(&ctx, &me, version().await, &policy).await;
    assert_eq!(code_of(changed), "no-writeback-plan");
    app.subscribe(Sku::SuiteF1, Some(10)).await;
    let stale = app.set_on_premises(&ctx, &me, 0, on).await;
    assert_eq!(refused(stale), Refusal::ChangedMeanwhile);
    let done = app.set_on_premises(&ctx, &me, version().await, on).await;
    assert!(done.unwrap());
    assert_eq!(in_effect(&app).await, on);
    let again = app.set_on_premises(&ctx, &me, version().await, on).await;
    assert!(!again.unwrap(), "nothing to change");
    let events = app.events().await;
    let last = events.iter().rev().find(|e| !e.changes.is_empty()).unwrap();
    assert_eq!(last.changes[0].property, "passwordWriteBackSupported");
    assert_eq!(last.changes[0].new.as_deref(), Some("true"));
    let reader = app.admin(Role::HybridIdentityAdministrator).await;
    let asked = app.set_on_premises(&ctx, &reader, version().await, on);
    assert_eq!(code_of(asked.await), "not-allowed");
}

#[tokio::test]
async fn the_first_organisation_has_everything_and_others_what_they_are_given() {
    let app = TestApp::build(keyward_app::testing::Options {
        organisation: false,
        ..Default::default()
    })
    .await;
    for (name, domain) in [
        ("Contoso", "contoso.example"),
        ("Fabrikam", "fabrikam.example"),
    ] {
        let form = UserForm {
            upn: format!("ada@{domain}"),
            display_name: "Ada".into(),
            ..UserForm::default()
        };
        let (_, password) = app.create_tenant(name, domain, &form).await.unwrap();
        app.plant(password.expose());
    }
    let skus = async |domain| -> Vec<Sku> {
        let held = app.list_subscriptions(domain).await.unwrap();
        held.iter().map(|h| h.subscription.sku).collect()
    };
    assert_eq!(skus(None).await, [Sku::Complete]);
    assert_eq!(skus(Some("contoso.example")).await, [Sku::Complete]);
    let theirs = Some("fabrikam.example");
    assert!(skus(theirs).await.is_empty());
    app.add_subscription(theirs, Sku::P1, Some(3))
        .await
        .unwrap();
    assert_eq!(skus(theirs).await, [Sku::P1]);
    assert_eq!(skus(None).await, [Sku::Complete]);
    for (sku, units) in [
        (Sku::P1, None),
        (Sku::P1, Some(0)),
        (Sku::Complete, Some(1)),
    ] {
        let added = app.add_subscription(theirs, sku, units).await;
        assert_eq!(refused(added), Refusal::field("units", "units-range"));
    }
    let nobody = app.list_subscriptions(Some("nobody.example")).await;
    assert_eq!(code_of(nobody), "unknown-domain");
    app.remove_subscription(theirs, Sku::P1).await.unwrap();
    let again = app.remove_subscription(theirs, Sku::P1).await;
    assert_eq!(code_of(again), "not-found");
}
