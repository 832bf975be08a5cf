//! Roles: given, taken, and the last Global Administrator.

use crate::help::{ADA, at_once, code_of, refused};
use keyward_app::testing::TestApp;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;

on_both_engines!(az_09_the_last_global_administrator_stays_even_if_two_remove_each_other);

// case: AZ-09
async fn az_09_the_last_global_administrator_stays_even_if_two_remove_each_other(app: &TestApp) {
    let one = app.admin(Role::GlobalAdministrator).await;
    let ctx = app.ctx();
    let id = one.user.id;
    let last = Refusal::LastGlobalAdministrator;
    let removed = app
        .remove_role(&ctx, &one, id, Role::GlobalAdministrator)
        .await;
    assert_eq!(refused(removed), last);
    assert_eq!(
        refused(app.delete_user(&ctx, &one, id).await),
        Refusal::NotOnYourself
    );
    assert_eq!(
        refused(app.set_user_enabled(&ctx, &one, id, false).await),
        Refusal::NotOnYourself
    );
    let privileged = app.admin(Role::PrivilegedAuthenticationAdministrator).await;
    assert_eq!(
        refused(app.delete_user(&ctx, &privileged, id).await),
        Refusal::NotAllowed
    );

    // One who can't sign in doesn't count.
    let ada = app.person(app.tenant, ADA).await;
    app.assign_role(&ctx, &one, &[ada], Role::GlobalAdministrator)
        .await
        .unwrap();
    app.set_user_enabled(&ctx, &one, ada, false).await.unwrap();
    let removed = app
        .remove_role(&ctx, &one, id, Role::GlobalAdministrator)
        .await;
    assert_eq!(refused(removed), last);
    app.set_user_enabled(&ctx, &one, ada, true).await.unwrap();
    let two = app.session_of(ada).await;

    for round in 0..4 {
        let results = at_once(app, 8, |node, i| {
            let (ctx, one, two) = (ctx.clone(), one.clone(), two.clone());
            async move {
                let (me, whom) = if i % 2 == 0 {
                    (&one, &two)
                } else {
                    (&two, &one)
                };
                match round {
                    0 => code_of(
                        node.remove_role(&ctx, me, whom.user.id, Role::GlobalAdministrator)
                            .await,
                    ),
                    1 => code_of(node.delete_user(&ctx, me, whom.user.id).await),
                    _ => code_of(node.set_user_enabled(&ctx, me, whom.user.id, false).await),
                }
            }
        })
        .await;
        let mut tx = app.db.write(app.tenant).await.unwrap();
        let holders = tx.holders(Role::GlobalAdministrator).await.unwrap();
        let left: Vec<_> = holders.iter().filter(|h| h.active).collect();
        assert_eq!(left.len(), 1, "round {round}: {results:?}");
        for id in [one.user.id, two.user.id] {
            tx.assign_role(id, Role::GlobalAdministrator).await.unwrap();
            tx.set_enabled(id, true).await.unwrap();
            tx.restore_user(id, keyward_core::time::Timestamp(0))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
}

// case: A-06, AZ-07, S-04
#[tokio::test]
async fn az_07_a_role_that_was_taken_is_gone_at_the_next_request() {
    let app = TestApp::new().await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let boss = app.user("boss").await;
    app.give_role(boss, Role::UserAdministrator).await;
    let token = app.sign_in_as("boss").await.unwrap().token;
    let me = app.by_token(&token).await.unwrap();
    app.users(&me, keyward_store::user::UserFilter::All, "", None, 5)
        .await
        .unwrap();
    app.remove_role(&app.ctx(), &global, boss, Role::UserAdministrator)
        .await
        .unwrap();
    let me = app.by_token(&token).await.unwrap();
    let users = app
        .users(&me, keyward_store::user::UserFilter::All, "", None, 5)
        .await;
    assert_eq!(refused(users), Refusal::NotAllowed);
    let again = app
        .remove_role(&app.ctx(), &global, boss, Role::UserAdministrator)
        .await;
    assert_eq!(refused(again), Refusal::NotFound);
    // Only who may give roles gives them, also to oneself.
    let user_admin = app.admin(Role::UserAdministrator).await;
    for role in [Role::GlobalAdministrator, Role::UserAdministrator] {
        let own = app
            .assign_role(&app.ctx(), &user_admin, &[user_admin.user.id], role)
            .await;
        assert_eq!(refused(own), Refusal::NotAllowed);
    }
    assert_eq!(
        app.holders(&global, Role::UserAdministrator)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(app.roles(&global).await.unwrap().len(), Role::ALL.len());
}
