//! A new method that no older one stands for can't reset the password for a while.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::policy::{Gates, Policy, Standing, Unable};
use keyward_core::quarantine::Quarantine;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{hours, minutes, seconds};

on_both_engines!(
    s07_what_an_administrator_adds_waits_and_the_old_one_still_works,
    s07_a_password_alone_stands_for_nothing_nor_does_what_waits,
    s07_what_an_older_method_stands_for_counts_at_once,
    nobody_waits_at_the_first_registration,
    az_05_onboarding_counts_at_once_and_does_not_begin_anew,
    administrators_wait_longer_and_whoever_becomes_one_does,
    en_05_who_waits_looks_like_nobody,
);

const OTHERS: &str = "+4915112345699";

/// Registers what codes are sent to, as its owner does.
async fn register(app: &TestApp, me: &Principal, to: &str) -> Principal {
    let kind = if to.contains('@') { Email } else { MobilePhone };
    app.propose_method(&app.ctx(), me, kind, to).await.unwrap();
    let typed = Secret::new(app.code_to(to).await);
    app.confirm_method(&app.ctx(), me, &typed, None)
        .await
        .unwrap();
    app.again(me).await
}

/// The session after a fresh proof of one's own method.
async fn proved(app: &TestApp, me: &Principal, to: &str) -> Principal {
    let methods = app.my_account(me).await.unwrap().methods;
    let method = methods.iter().find(|m| m.means.to_string() == to).unwrap();
    app.send_step_up(&app.ctx(), me, method.id).await.unwrap();
    let code = Secret::new(app.code_to(to).await);
    app.answer_step_up(&app.ctx(), me, &code).await.unwrap();
    app.again(me).await
}

/// The methods of a user that wait, as they are written.
async fn waiting(app: &TestApp, id: UserId) -> Vec<String> {
    let account = app.my_account(&app.session_of(id).await).await.unwrap();
    let methods = account.methods.iter();
    methods
        .filter(|m| account.waits_until(m, app.now()).is_some())
        .map(|m| m.means.to_string())
        .collect()
}

async fn standing(app: &TestApp, id: UserId) -> Standing {
    let account = app.my_account(&app.session_of(id).await).await.unwrap();
    account.standing(app.now())
}

/// What the first gate offers for a name: its ids.
async fn offered(app: &TestApp, name: &str) -> Vec<MethodId> {
    let reset = app.begin_reset(name).await;
    let choices = app.progress(&reset).await.choices;
    choices.iter().map(|c| MethodId(c.id)).collect()
}

// case: S07, AZ-05, C-12, PH-17
async fn s07_what_an_administrator_adds_waits_and_the_old_one_still_works(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let helpdesk = app.admin(Role::GlobalAdministrator).await;
    let before = offered(app, ADA).await;
    app.advance(seconds(1));
    app.add_method_for(&app.ctx(), &helpdesk, ada, MobilePhone, OTHERS)
        .await
        .unwrap();
    let told = app.mail_to(MAIL).await;
    let until = "It can be used to reset your password from ";
    assert!(told.text.contains(until), "{}", told.text);
    for number in [PHONE, OTHERS] {
        app.sms_to(number).await;
    }
    let events = app.events().await;
    let added = events.last().unwrap();
    assert_eq!(added.activity, Activity::AdminRegisteredInfo);
    assert!(
        added
            .changes
            .iter()
            .any(|c| c.property == "usableForResetFrom")
    );

    // The newer of two phones is offered otherwise.
    assert_eq!(offered(app, ADA).await, before);
    app.advance(minutes(24 * 60 - 1));
    assert_eq!(offered(app, ADA).await, before);
    let open = app.begin_reset(ADA).await;
    app.advance(minutes(1));
    assert_ne!(offered(app, ADA).await, before);
    assert_eq!(waiting(app, ada).await, [""; 0]);
    app.prove(&open, OTHERS).await;
    app.finish(&open, NEW).await.unwrap();
    app.ignore_messages().await;
}

// case: S07, SE-05
async fn s07_a_password_alone_stands_for_nothing_nor_does_what_waits(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.remove_methods_of(&app.ctx(), &admin, ada, None)
        .await
        .unwrap();
    app.ignore_messages().await;
    // Whoever knows the password registers anew, in one session or in several.
    let me = register(app, &app.session_of(ada).await, OTHERS).await;
    register(app, &me, MAIL).await;
    app.ignore_messages().await;
    let me = proved(app, &app.session_of(ada).await, OTHERS).await;
    let me = register(app, &me, "ada@elsewhere.example").await;
    app.ignore_messages().await;
    assert_eq!(waiting(app, ada).await.len(), 3);
    assert_eq!(
        standing(app, ada).await,
        Standing::Unable(Unable::Quarantined)
    );
    // Registered it is, and asked for nothing more.
    assert!(app.registration(&app.ctx(), &me).await.unwrap().satisfied);
    app.advance(hours(24));
    assert!(matches!(standing(app, ada).await, Standing::Able(_)));
    app.set_policy(|p| {
        p.quarantine = Quarantine {
            hours: 25,
            administrator_hours: 72,
        };
    })
    .await;
    assert_eq!(
        standing(app, ada).await,
        Standing::Unable(Unable::Quarantined)
    );
}

// case: S07, C-12
async fn s07_what_an_older_method_stands_for_counts_at_once(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let me = proved(app, &app.session_of(ada).await, MAIL).await;
    let phone = app.my_account(&me).await.unwrap().methods[0].id;
    app.propose_change(&app.ctx(), &me, (MobilePhone, phone), OTHERS)
        .await
        .unwrap();
    let typed = Secret::new(app.code_to(OTHERS).await);
    app.confirm_method(&app.ctx(), &me, &typed, Some(phone))
        .await
        .unwrap();
    let told = app.mail_to(MAIL).await.text;
    assert!(
        told.contains("It can be used to reset your password."),
        "{told}"
    );
    app.ignore_messages().await;
    assert_eq!(waiting(app, ada).await, [""; 0]);
    let reset = app.begin_reset(ADA).await;
    assert!(app.prove(&reset, OTHERS).await.verified);

    // A proof stands for nothing once its method is gone: an administrator took the stolen phone away.
    let thief = proved(app, &app.session_of(ada).await, OTHERS).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let stolen = app.my_account(&me).await.unwrap().methods[0].id;
    app.remove_methods_of(&app.ctx(), &admin, ada, Some(stolen))
        .await
        .unwrap();
    register(app, &thief, "+4915112345600").await;
    assert_eq!(waiting(app, ada).await, ["+4915112345600"]);
    app.ignore_messages().await;
}

// case: S10
#[tokio::test]
async fn s10_a_mailbox_stands_for_nothing_beside_something_stronger() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::One).await;
    app.set_policy(|p| p.methods = Policy::default().methods)
        .await;
    app.register_app(ada, "Work phone").await;
    // Whoever has the password and the mailbox gets in with it, and is told of; the password isn't theirs to set.
    let thief = proved(&app, &app.session_of(ada).await, MAIL).await;
    register(&app, &thief, OTHERS).await;
    app.ignore_messages().await;
    assert_eq!(waiting(&app, ada).await, [OTHERS]);
    let me = proved(&app, &app.session_of(ada).await, PHONE).await;
    register(&app, &me, "ada@elsewhere.example").await;
    app.ignore_messages().await;
    assert_eq!(waiting(&app, ada).await, [OTHERS]);
}

async fn nobody_waits_at_the_first_registration(app: &TestApp) {
    ada(app, Gates::Two).await;
    let bob = app.user("bob").await;
    let me = register(app, &app.session_of(bob).await, "+4915112345601").await;
    register(app, &me, "bob@home.example").await;
    app.ignore_messages().await;
    assert_eq!(waiting(app, bob).await, [""; 0]);
    let reset = app.begin_reset("bob@contoso.example").await;
    app.prove(&reset, "bob@home.example").await;
    assert!(app.prove(&reset, "+4915112345601").await.verified);
}

// case: AZ-05, S07
async fn az_05_onboarding_counts_at_once_and_does_not_begin_anew(app: &TestApp) {
    ada(app, Gates::Two).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let bob = app.user("bob").await;
    let add = async |kind, to: &str| {
        let added = app.add_method_for(&app.ctx(), &admin, bob, kind, to).await;
        added.unwrap();
        app.ignore_messages().await;
    };
    add(MobilePhone, "+4915112345601").await;
    app.advance(hours(23));
    add(Email, "bob@home.example").await;
    assert!(matches!(standing(app, bob).await, Standing::Able(_)));
    // A day after the first, what is added waits; so it does when all the rest was taken away before.
    app.advance(hours(1));
    let late = "bob@elsewhere.example";
    add(Email, late).await;
    assert_eq!(waiting(app, bob).await, [late]);
    app.remove_methods_of(&app.ctx(), &admin, bob, None)
        .await
        .unwrap();
    add(Email, "thief@home.example").await;
    assert_eq!(waiting(app, bob).await, ["thief@home.example"]);

    // What somebody has used or registered is theirs: nobody is brought on board any more.
    let eve = app.user("eve").await;
    register(app, &app.session_of(eve).await, "+4915112345605").await;
    app.add_method_for(&app.ctx(), &admin, eve, Email, "eve@home.example")
        .await
        .unwrap();
    assert_eq!(waiting(app, eve).await, ["eve@home.example"]);
    app.ignore_messages().await;
}

async fn administrators_wait_longer_and_whoever_becomes_one_does(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.add_method_for(&app.ctx(), &admin, ada, MobilePhone, OTHERS)
        .await
        .unwrap();
    app.ignore_messages().await;
    app.advance(hours(24));
    assert_eq!(waiting(app, ada).await, [""; 0]);
    app.give_role(ada, Role::ReportsReader).await;
    assert_eq!(waiting(app, ada).await, [OTHERS]);
    app.advance(hours(48));
    assert_eq!(waiting(app, ada).await, [""; 0]);
}

// case: EN-05, EN-07
async fn en_05_who_waits_looks_like_nobody(app: &TestApp) {
    let ada = ada(app, Gates::One).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    app.remove_methods_of(&app.ctx(), &admin, ada, None)
        .await
        .unwrap();
    let decoys = offered(app, ADA).await;
    register(app, &app.session_of(ada).await, OTHERS).await;
    app.ignore_messages().await;
    // The same as while there was nothing, and as will be: no code goes anywhere.
    assert_eq!(offered(app, ADA).await, decoys);
    let reset = app.begin_reset(ADA).await;
    for choice in app.progress(&reset).await.choices {
        let typed = if choice.kind == MobilePhone {
            OTHERS
        } else {
            ""
        };
        let sent = app
            .send_reset_code(&app.ctx(), &reset, choice.id, typed)
            .await;
        if choice.kind == MobilePhone {
            assert_eq!(refused(sent), Refusal::DestinationMismatch);
        } else {
            sent.unwrap();
        }
        app.advance(minutes(1));
    }
    app.expect_no_messages().await;
}
