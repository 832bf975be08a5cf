//! Users in the hands of administrators.

use crate::help::{ADA, MAIL, PHONE, ada, code_of, refused};
use keyward_app::Principal;
use keyward_app::tasks::Tasks;
use keyward_app::testing::TestApp;
use keyward_app::users::{UserForm, mark};
use keyward_core::audit::Activity;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind::MobilePhone;
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::time::{days, seconds};
use keyward_store::audit::EventFilter;
use keyward_store::user::UserFilter;

fn form(upn: &str) -> UserForm {
    UserForm {
        upn: upn.into(),
        display_name: "Grace Hopper".into(),
        ..UserForm::default()
    }
}

#[tokio::test]
async fn tr_26_the_first_of_two_temporary_passwords_is_dead_and_the_second_works_until_it_is_changed()
 {
    let app = TestApp::new().await;
    let admin = app.admin(Role::UserAdministrator).await;
    let ada = app.user("ada").await;
    let mut passwords = Vec::new();
    for _ in 0..2 {
        let reset = app.reset_password_of(&app.ctx(), &admin, ada).await;
        passwords.push(app.plant(reset.unwrap().expose()));
    }
    let name = "ada@contoso.example";
    assert_eq!(
        refused(app.sign_in_with(name, &passwords[0]).await),
        Refusal::BadCredentials
    );
    for _ in 0..2 {
        let signed_in = app.sign_in_with(name, &passwords[1]).await.unwrap();
        assert!(
            signed_in.must_change.is_some(),
            "it opens nothing but its change"
        );
    }
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_new_user_gets_a_temporary_password_once() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::UserAdministrator).await;
    let (id, password) = app
        .create_user(&app.ctx(), &admin, &form("grace@contoso.example"))
        .await
        .unwrap();
    let password = app.plant(password.expose());
    assert_eq!(password.len(), 19);
    let signed_in = app
        .sign_in_with("grace@contoso.example", &password)
        .await
        .unwrap();
    assert!(signed_in.must_change.is_some());
    let taken = app
        .create_user(&app.ctx(), &admin, &form("GRACE@contoso.example"))
        .await;
    assert_eq!(refused(taken), Refusal::field("upn", "upn-taken"));
    let foreign = app
        .create_user(&app.ctx(), &admin, &form("grace@elsewhere.example"))
        .await;
    assert_eq!(refused(foreign), Refusal::field("upn", "upn-domain"));
    let bad = UserForm {
        upn: "not a name".into(),
        display_name: "two\nlines".into(),
        given_name: "\u{202E}".into(),
        mail: "x".into(),
        mobile_phone: "12".into(),
        ..UserForm::default()
    };
    let Refusal::Fields(faults) = refused(app.create_user(&app.ctx(), &admin, &bad).await) else {
        panic!("every field at once")
    };
    let fields: Vec<_> = faults.iter().map(|f| f.field).collect();
    assert_eq!(
        fields,
        ["upn", "display_name", "given_name", "mail", "mobile_phone"]
    );

    let changed = UserForm {
        job_title: "Rear Admiral".into(),
        mobile_phone: "+49 151 12345634".into(),
        ..form("grace.hopper@contoso.example")
    };
    app.update_user(&app.ctx(), &admin, id, &changed)
        .await
        .unwrap();
    app.update_user(&app.ctx(), &admin, id, &changed)
        .await
        .unwrap();
    let events = app.events().await;
    let updates: Vec<_> = events
        .iter()
        .filter(|e| e.activity == Activity::UserUpdated)
        .collect();
    assert_eq!(updates.len(), 1, "what changes nothing is not logged");
    assert!(
        events
            .iter()
            .any(|e| e.activity == Activity::AdminUpdatedInfo)
    );
    let told = format!("{:?}", updates[0].changes);
    assert!(
        told.contains("*** *** **34") && !told.contains("+49"),
        "L-04: {told}"
    );
    assert!(
        app.sign_in_with("grace@contoso.example", &password)
            .await
            .is_err()
    );
    app.sign_in_with("grace.hopper@contoso.example", &password)
        .await
        .unwrap();
}

// case: SE-04
#[tokio::test]
async fn se_04_blocking_ends_what_is_open_and_deleting_can_be_undone_for_30_days() {
    let app = TestApp::new().await;
    let id = ada(&app, Gates::One).await;
    let admin = app.admin(Role::UserAdministrator).await;
    let token = app.sign_in_as("ada").await.unwrap().token;
    app.set_user_enabled(&app.ctx(), &admin, id, false)
        .await
        .unwrap();
    app.set_user_enabled(&app.ctx(), &admin, id, false)
        .await
        .unwrap();
    assert!(app.by_token(&token).await.is_none());
    app.set_user_enabled(&app.ctx(), &admin, id, true)
        .await
        .unwrap();
    assert!(
        app.by_token(&token).await.is_none(),
        "it does not come back"
    );
    app.sign_in_as("ada").await.unwrap();

    app.delete_user(&app.ctx(), &admin, id).await.unwrap();
    for twice in [
        app.delete_user(&app.ctx(), &admin, id).await,
        app.set_user_enabled(&app.ctx(), &admin, id, true).await,
        app.unlock_user(&app.ctx(), &admin, id, false).await,
        app.reset_password_of(&app.ctx(), &admin, id)
            .await
            .map(drop),
    ] {
        assert_eq!(refused(twice), Refusal::NotFound);
    }
    let deleted = app
        .users(&admin, UserFilter::Deleted, "", None, 10)
        .await
        .unwrap();
    assert_eq!(deleted.len(), 1);
    // Somebody takes the name: there is no way back until it is free.
    let (grace, _) = app
        .create_user(&app.ctx(), &admin, &form(ADA))
        .await
        .unwrap();
    assert_eq!(
        refused(app.restore_user(&app.ctx(), &admin, id).await),
        Refusal::NameTaken
    );
    app.delete_user(&app.ctx(), &admin, grace).await.unwrap();
    app.advance(days(30).saturating_sub(seconds(1)));
    app.restore_user(&app.ctx(), &admin, id).await.unwrap();
    app.sign_in_as("ada").await.unwrap();

    app.delete_user(&app.ctx(), &admin, id).await.unwrap();
    app.advance(days(30));
    assert_eq!(
        refused(app.restore_user(&app.ctx(), &admin, id).await),
        Refusal::NotFound
    );
    purge(&app).await;
    assert_eq!(refused(app.user_page(&admin, id).await), Refusal::NotFound);
    assert!(
        app.events()
            .await
            .iter()
            .any(|e| e.activity == Activity::UserPurged)
    );
}

/// Runs the housekeeper once.
pub(crate) async fn purge(app: &TestApp) {
    let tasks = Tasks::default();
    app.run_housekeeping(&tasks);
    let before = app.events().await.len();
    for _ in 0..200 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        if app.events().await.len() > before {
            break;
        }
    }
    tasks.stop().await;
}

// case: F-14, OT-25
#[tokio::test]
async fn unlocking_lifts_locks_and_blocks_and_leaves_the_password() {
    let app = TestApp::new().await;
    let id = ada(&app, Gates::One).await;
    let admin = app.admin(Role::HelpdeskAdministrator).await;
    for i in 0..10 {
        let _ = app.sign_in_with(ADA, &format!("wrong {i}")).await;
    }
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, keyward_core::method::MethodKind::Email, "")
        .await
        .unwrap();
    app.mail_to(MAIL).await;
    for _ in 0..5 {
        let _ = app.answer(&reset, "1").await;
    }
    let page = app.user_page(&admin, id).await.unwrap();
    assert!(page.locked_until.is_some() && page.blocked_until.is_some());
    app.unlock_user(&app.ctx(), &admin, id, false)
        .await
        .unwrap();
    let page = app.user_page(&admin, id).await.unwrap();
    assert!(page.locked_until.is_none() && page.blocked_until.is_none());
    app.sign_in_as("ada").await.unwrap();
    assert_eq!(code_of(app.answer(&reset, "1").await), "code-dead");
    assert_eq!(
        app.revoke_sessions(&app.ctx(), &admin, id).await.unwrap(),
        1
    );
    let nobody = UserId(uuid::Uuid::from_u128(1));
    assert_eq!(
        refused(app.unlock_user(&app.ctx(), &admin, nobody, false).await),
        Refusal::NotFound
    );
}

#[tokio::test]
async fn unlocking_shows_and_lifts_the_block_on_messages() {
    let app = TestApp::new().await;
    let id = ada(&app, Gates::Two).await;
    let admin = app.admin(Role::HelpdeskAdministrator).await;
    let reset = app.begin_reset(ADA).await;
    for _ in 0..5 {
        app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    }
    let refusal = refused(app.send_to(&reset, MobilePhone, PHONE).await);
    let page = app.user_page(&admin, id).await.unwrap();
    assert_eq!(page.blocked_until, None);
    assert_eq!(page.messages_blocked_until, refusal.until());
    app.unlock_user(&app.ctx(), &admin, id, false)
        .await
        .unwrap();
    let page = app.user_page(&admin, id).await.unwrap();
    assert_eq!(page.messages_blocked_until, None);
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    app.ignore_messages().await;
}

#[tokio::test]
async fn a_stale_form_undoes_nothing() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::UserAdministrator).await;
    let id = app.user("ada").await;
    let stale = UserForm {
        read: mark(&app.user_page(&admin, id).await.unwrap().account.user),
        ..form(ADA)
    };
    app.profile(id, |p| p.mobile_phone = Some("+4915112345634".into()))
        .await;
    let saved = app.update_user(&app.ctx(), &admin, id, &stale).await;
    assert_eq!(refused(saved), Refusal::ChangedMeanwhile);
    let user = app.user_page(&admin, id).await.unwrap().account.user;
    let fresh = UserForm {
        read: mark(&user),
        ..form(ADA)
    };
    app.update_user(&app.ctx(), &admin, id, &fresh)
        .await
        .unwrap();
}

#[tokio::test]
async fn two_of_a_kind_are_enough_for_administrators_too() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::AuthenticationAdministrator).await;
    let id = app.user("ada").await;
    let add = async |to: &str| {
        let (ctx, kind) = (app.ctx(), MobilePhone);
        app.add_method_for(&ctx, &admin, id, kind, to).await
    };
    add("+4915112345634").await.unwrap();
    add("+4915112345635").await.unwrap();
    let third = refused(add("+4915112345636").await);
    assert_eq!(third, Refusal::field("value", "too-many-methods"));
    app.ignore_messages().await;
}

#[tokio::test]
async fn held_accounts_are_counted_and_listed() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let id = app.user("ada").await;
    app.user("ben").await;
    let list = async || {
        let users = app.users(&admin, UserFilter::Held, "", None, 9).await;
        let held = app.overview(&admin).await.unwrap().held;
        let ids: Vec<_> = users.unwrap().into_iter().map(|u| u.id).collect();
        (held, ids)
    };
    assert_eq!(list().await, (0, vec![]));
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.set_held(id, Some(app.now())).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list().await, (1, vec![id]));
}

#[tokio::test]
async fn the_numbers_of_the_week_are_those_of_their_lists() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.user("ben").await;
    for wait in [0, 1, 3, 4] {
        app.advance(days(wait));
        app.begin_reset("ben@contoso.example").await;
    }
    let overview = app.overview(&admin).await.unwrap();
    assert!(overview.since <= app.now() - days(7));
    let filter = EventFilter {
        from: Some(overview.since),
        activity: Some(Activity::PasswordResetStarted),
        success: Some(false),
        ..EventFilter::default()
    };
    let listed = app.audit_log(&admin, &filter, None, 99).await.unwrap();
    assert_eq!((overview.unable, listed.len()), (3, 3));
}

// case: A-05
#[tokio::test]
async fn who_may_not_act_on_somebody_reads_neither_their_numbers_nor_their_log() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let (number, mail) = ("+4915112345634", "boss@home.example");
    app.profile(boss.user.id, |p| {
        p.mobile_phone = Some(number.into());
        p.other_mail = Some(mail.into());
    })
    .await;
    let ada = ada(&app, Gates::One).await;
    let see = async |me: &Principal, id: UserId| {
        let page = app.user_page(me, id).await.unwrap();
        let told = format!("{:?}", page.account.user.profile);
        let contact = told.contains(number) || told.contains(mail);
        assert!(page.activity_shown || page.sessions.is_empty());
        let timeline = app.timeline(me, id, 9).await;
        assert_eq!(timeline.is_ok(), page.activity_shown);
        (page.contact_shown, contact, page.activity_shown)
    };
    assert_eq!(see(&boss, boss.user.id).await, (true, true, true));
    for (role, activity_of_boss, activity_of_ada) in [
        (Role::AuthenticationAdministrator, false, true),
        (Role::HelpdeskAdministrator, false, true),
        (Role::GroupsAdministrator, false, false),
        (Role::LicenseAdministrator, false, false),
        (Role::GlobalReader, true, true),
    ] {
        let me = app.admin(role).await;
        let wanted = (false, false, activity_of_boss);
        assert_eq!(see(&me, boss.user.id).await, wanted, "{role}");
        assert_eq!(see(&me, ada).await.2, activity_of_ada, "{role}");
    }
}

// case: AZ-04
#[tokio::test]
async fn az_04_owning_a_group_gives_no_right() {
    // Owners of a group may do nothing here yet; adding members needs a role, and membership only ever sets scope.
    let app = TestApp::new().await;
    let id = ada(&app, Gates::One).await;
    let admin = app.admin(Role::GroupsAdministrator).await;
    let group = app
        .create_group(&app.ctx(), &admin, "Pilot", "", &[])
        .await
        .unwrap();
    app.set_owner(&app.ctx(), &admin, group, &[id], true)
        .await
        .unwrap();
    let owner = app.session_of(id).await;
    let member = keyward_store::group::Member::User(id);
    let added = app.add_members(&app.ctx(), &owner, group, &[member]).await;
    assert_eq!(refused(added), Refusal::NotAllowed);
    app.add_members(&app.ctx(), &admin, group, &[member])
        .await
        .unwrap();
    assert!(app.again(&owner).await.roles.is_empty());
}
