//! Two organisations in one house know nothing of each other.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_app::users::UserForm;
use keyward_core::ids::{GroupId, JobId, MethodId, UserId};
use keyward_core::licence::{DisabledPlans, Sku};
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, Policy, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_store::group::Member;

on_both_engines!(s99_the_same_name_in_two_organisations_is_two_people);

// case: S99, ID-05, INV-7
async fn s99_the_same_name_in_two_organisations_is_two_people(app: &TestApp) {
    ada(app, Gates::One).await;
    let form = UserForm {
        upn: "ada@fabrikam.example".into(),
        display_name: "Another Ada".into(),
        ..UserForm::default()
    };
    let (other, password) = app
        .create_tenant("Fabrikam", "fabrikam.example", &form)
        .await
        .unwrap();
    let theirs = app.plant(password.expose());
    assert_eq!(
        code_of(app.sign_in_with(ADA, &theirs).await),
        "bad-credentials"
    );
    let ours = app.password("ada");
    assert_eq!(
        code_of(app.sign_in_with("ada@fabrikam.example", &ours).await),
        "bad-credentials"
    );
    // Locked here is not locked there.
    for i in 0..10 {
        let _ = app.sign_in_with(ADA, &format!("wrong {i}")).await;
    }
    let there = app
        .sign_in_with("ada@fabrikam.example", &theirs)
        .await
        .unwrap();
    let me = app.by_token(&there.token).await.unwrap();
    assert_eq!(me.tenant(), other);
    // Reset is on in one of them only; the other's name gets decoys under its own policy.
    let reset = app.begin_reset("ada@fabrikam.example").await;
    let progress = app.progress(&reset).await;
    assert_eq!((progress.gates, progress.choices.len()), (2, 2));
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app.expect_no_messages().await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    app.sign_in_with(ADA, NEW).await.unwrap();
    app.sign_in_with("ada@fabrikam.example", &theirs)
        .await
        .unwrap();
    app.ignore_messages().await;
}

/// What is said of licences of strangers; the organisation has a subscription of P1.
async fn of_licences(
    app: &TestApp,
    me: &Principal,
    user: UserId,
    group: GroupId,
) -> [&'static str; 5] {
    let (ctx, sku, all) = (app.ctx(), Sku::P1, DisabledPlans::default());
    let (user_, group_) = ([Member::User(user)], [Member::Group(group)]);
    [
        code_of(app.assign_licences(&ctx, me, sku, &user_, &all).await),
        code_of(app.assign_licences(&ctx, me, sku, &group_, &all).await),
        code_of(app.remove_licences(&ctx, me, sku, &user_).await),
        code_of(app.licences_of(me, user).await),
        // This product is the other organisation's only.
        code_of(app.subscription(me, Sku::Complete).await),
    ]
}

// case: ID-01, ID-02, A-02, INV-7
#[tokio::test]
async fn id_01_ids_of_another_organisation_are_not_found() {
    let app = TestApp::new().await;
    let ours = ada(&app, Gates::One).await;
    let group = app.group("Ours", &[Member::User(ours)]).await;
    let methods = app
        .my_account(&app.session_of(ours).await)
        .await
        .unwrap()
        .methods;
    let other = app.organisation("Fabrikam", "fabrikam.example").await;
    let boss = app.person(other, "boss@fabrikam.example").await;
    let mut tx = app.db.write(other).await.unwrap();
    tx.assign_role(boss, Role::GlobalAdministrator)
        .await
        .unwrap();
    tx.add_subscription(Sku::P1, Some(9), app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let me = app.session_in(other, boss).await;
    let own = app
        .create_group(&app.ctx(), &me, "Theirs", "", &[])
        .await
        .unwrap();
    let ctx = app.ctx();
    let form = UserForm {
        upn: "x@fabrikam.example".into(),
        display_name: "X".into(),
        ..UserForm::default()
    };
    let scoped = Policy {
        scope: Scope::Selected([group].into()),
        ..Policy::default()
    };
    let before = app.dump().await;
    // The foreign id and a random one are told alike.
    let random = uuid::Uuid::from_u128(77);
    for (user, group, method) in [
        (ours, group, methods[0].id),
        (UserId(random), GroupId(random), MethodId(random)),
    ] {
        let answers = [
            code_of(app.user_page(&me, user).await),
            code_of(app.update_user(&ctx, &me, user, &form).await),
            code_of(app.set_user_enabled(&ctx, &me, user, false).await),
            code_of(app.delete_user(&ctx, &me, user).await),
            code_of(app.restore_user(&ctx, &me, user).await),
            code_of(app.reset_password_of(&ctx, &me, user).await),
            code_of(app.unlock_user(&ctx, &me, user, false).await),
            code_of(app.revoke_sessions(&ctx, &me, user).await),
            code_of(
                app.add_method_for(&ctx, &me, user, MethodKind::MobilePhone, PHONE)
                    .await,
            ),
            code_of(app.remove_methods_of(&ctx, &me, user, Some(method)).await),
            code_of(
                app.assign_role(&ctx, &me, &[user], Role::GlobalReader)
                    .await,
            ),
            code_of(app.remove_role(&ctx, &me, user, Role::GlobalReader).await),
            code_of(app.group_page(&me, group).await),
            code_of(app.update_group(&ctx, &me, group, "Mine now", "", "").await),
            code_of(app.delete_group(&ctx, &me, group).await),
            code_of(
                app.add_members(&ctx, &me, group, &[Member::User(boss)])
                    .await,
            ),
            code_of(app.add_members(&ctx, &me, own, &[Member::User(user)]).await),
            code_of(
                app.add_members(&ctx, &me, own, &[Member::Group(group)])
                    .await,
            ),
            code_of(
                app.remove_member(&ctx, &me, own, &[Member::User(user)])
                    .await,
            ),
            code_of(app.set_owner(&ctx, &me, own, &[user], true).await),
            code_of(app.retry_delivery(&ctx, &me, JobId(user.0)).await),
            code_of(app.drop_delivery(&ctx, &me, JobId(user.0)).await),
            code_of(app.send_step_up(&ctx, &me, method).await),
            code_of(
                app.create_group(&ctx, &me, "With a guest", "", &[user])
                    .await,
            ),
        ];
        assert_eq!(answers, ["not-found"; 24]);
        assert_eq!(of_licences(&app, &me, user, group).await, ["not-found"; 5]);
        assert!(app.timeline(&me, user, 10).await.unwrap().is_empty());
    }
    let foreign = app.change_policy(&ctx, &me, 1, &scoped).await;
    assert_eq!(refused(foreign), Refusal::field("groups", "group-unknown"));
    let users = app
        .users(&me, keyward_store::user::UserFilter::All, "", None, 100)
        .await
        .unwrap();
    assert_eq!(users.len(), 1);
    assert_eq!(
        app.dump().await,
        before,
        "nothing changed, nothing was written"
    );
}
