//! Security info: a fresh proof before it changes, and who is told.

use crate::help::{MAIL, PHONE, ada, code_of, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::policy::{Gates, KindCode};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::minutes;

/// The session after a fresh proof by mail.
async fn proved(app: &TestApp, me: &Principal) -> Principal {
    let methods = app.my_account(me).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.kind() == Email).unwrap();
    app.send_step_up(&app.ctx(), me, mail.id).await.unwrap();
    let code = Secret::new(app.code_to(&mail.means.to_string()).await);
    app.answer_step_up(&app.ctx(), me, &code).await.unwrap();
    app.again(me).await
}

// case: SE-05, AZ-08, S-06, C-12
#[tokio::test]
async fn se_05_changes_need_a_proof_of_ten_minutes() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::One).await;
    let me = app.session_of(ada).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    assert!(!app.has_fresh_proof(&app.ctx(), &me, &methods));
    let needs = Refusal::FreshProofNeeded;
    let propose = async |me: &Principal| {
        app.propose_method(&app.ctx(), me, MobilePhone, "+4915112345699")
            .await
    };
    assert_eq!(refused(propose(&me).await), needs);
    assert_eq!(
        refused(app.remove_my_method(&app.ctx(), &me, methods[0].id).await),
        needs
    );
    let fresh = proved(&app, &me).await;
    assert!(app.has_fresh_proof(&app.ctx(), &fresh, &methods));
    // Another session of hers has proved nothing.
    let other = app.session_of(ada).await;
    assert_eq!(refused(propose(&other).await), needs);
    propose(&fresh).await.unwrap();
    app.advance(minutes(10));
    assert_eq!(refused(propose(&fresh).await), needs);
    app.ignore_messages().await;
}

// case: S07, C-12, SE-05
#[tokio::test]
async fn s07_old_and_new_are_both_told_and_the_old_one_works_until_then() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::One).await;
    let me = proved(&app, &app.session_of(ada).await).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    let (phone, mail) = (methods[0].id, methods[1].id);
    let new_phone = "+4915112345699";
    app.propose_method(&app.ctx(), &me, MobilePhone, new_phone)
        .await
        .unwrap();
    let code = app.code_to(new_phone).await;
    let reset = app.begin_reset("ada@contoso.example").await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    app.sms_to(PHONE).await;
    let typed = Secret::new(code);
    app.confirm_method(&app.ctx(), &me, &typed, Some(phone))
        .await
        .unwrap();
    for number in [PHONE, new_phone] {
        let told = app.sms_to(number).await.text;
        assert!(
            told.contains("*** *** **34 was replaced by *** *** **99"),
            "{told}"
        );
    }
    let told = app.mail_to(MAIL).await;
    assert_eq!(told.subject, "A way to reset your password was changed");
    assert!(
        !told.text.contains(new_phone) && !told.text.contains(PHONE),
        "{}",
        told.text
    );
    let now: Vec<_> = app.my_account(&me).await.unwrap().methods;
    assert_eq!(now.len(), 2);
    assert_eq!(now[0].means.to_string(), new_phone);

    // The same for a mailbox; and what it replaces must be of its kind and one's own.
    let new_mail = "ada@elsewhere.example";
    app.propose_method(&app.ctx(), &me, Email, new_mail)
        .await
        .unwrap();
    let typed = Secret::new(app.code_to(new_mail).await);
    app.confirm_method(&app.ctx(), &me, &typed, Some(mail))
        .await
        .unwrap();
    let mut told: Vec<_> = app.mails().await.into_iter().map(|m| m.to).collect();
    told.sort();
    assert_eq!(told, [new_mail, MAIL]);
    app.sms_to(new_phone).await;
}

// case: S07, C-12
#[tokio::test]
async fn s07_the_phone_is_told_of_a_mailbox_that_is_added() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.set_policy(|p| {
        p.scope = keyward_core::policy::Scope::All;
        p.gates = Gates::One;
    })
    .await;
    let phone = app.register_phone(ada, PHONE).await;
    let me = app.session_of(ada).await;
    app.send_step_up(&app.ctx(), &me, phone).await.unwrap();
    let code = Secret::new(app.code_to(PHONE).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    let me = app.again(&me).await;
    app.propose_method(&app.ctx(), &me, Email, MAIL)
        .await
        .unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    app.confirm_method(&app.ctx(), &me, &code, None)
        .await
        .unwrap();
    let told = app.sms_to(PHONE).await.text;
    assert!(
        told.contains("a***@h***.example was added to reset"),
        "{told}"
    );
    app.mail_to(MAIL).await;
}

#[tokio::test]
async fn what_the_policy_needs_can_be_replaced_but_not_removed() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::Two).await;
    let second = app.register_mail(ada, "ada@second.example").await;
    let me = proved(&app, &app.session_of(ada).await).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    let remove = async |id| app.remove_my_method(&app.ctx(), &me, id).await;
    assert_eq!(
        refused(remove(methods[0].id).await),
        Refusal::StillNeeded,
        "the only phone"
    );
    assert_eq!(
        refused(remove(keyward_core::ids::MethodId(uuid::Uuid::from_u128(1))).await),
        Refusal::NotFound
    );
    remove(second).await.unwrap();
    let told: Vec<_> = app
        .mails()
        .await
        .into_iter()
        .map(|m| (m.to, m.subject))
        .collect();
    let subject = "A way to reset your password was removed".to_owned();
    assert_eq!(
        told,
        [
            (MAIL.to_owned(), subject.clone()),
            ("ada@second.example".into(), subject)
        ],
        "the one that went as well"
    );
    assert_eq!(refused(remove(methods[1].id).await), Refusal::StillNeeded);
    // Somebody else's method is no method.
    let eve = app.user("eve").await;
    let hers = app.register_mail(eve, "eve@home.example").await;
    assert_eq!(refused(remove(hers).await), Refusal::NotFound);
    let sent = app.send_step_up(&app.ctx(), &me, hers).await;
    assert_eq!(refused(sent), Refusal::NotFound);
    // What is registered twice, is of no use, or is one too many, is refused.
    let again = app
        .propose_method(&app.ctx(), &me, Email, &MAIL.to_uppercase())
        .await;
    assert_eq!(refused(again), Refusal::AlreadyRegistered);
    app.set_policy(|p| {
        p.methods = [KindCode(Email)].into();
        p.gates = Gates::One;
    })
    .await;
    let off = app
        .propose_method(&app.ctx(), &me, MobilePhone, "+4915112345699")
        .await;
    assert_eq!(refused(off), Refusal::NotOffered);
    let address = "two@home.example";
    app.propose_method(&app.ctx(), &me, Email, address)
        .await
        .unwrap();
    let typed = Secret::new(app.code_to(address).await);
    app.confirm_method(&app.ctx(), &me, &typed, None)
        .await
        .unwrap();
    app.ignore_messages().await;
    // One too many is refused before a code is sent; in the place of another one it is not too many.
    let third = "three@home.example";
    let one_more = app.propose_method(&app.ctx(), &me, Email, third).await;
    assert_eq!(code_of(one_more), "fields");
    app.expect_no_messages().await;
    let whole = app.my_account(&me).await.unwrap().methods;
    let old = (Email, whole.iter().find(|m| m.kind() == Email).unwrap().id);
    app.propose_change(&app.ctx(), &me, old, third)
        .await
        .unwrap();
    let typed = Secret::new(app.code_to(third).await);
    let changed = app
        .confirm_method(&app.ctx(), &me, &typed, Some(old.1))
        .await;
    changed.unwrap();
    app.ignore_messages().await;
}

// case: AZ-02, A-05, AZ-05
#[tokio::test]
async fn az_02_nobody_gives_a_method_to_somebody_above_or_to_themselves() {
    let app = TestApp::new().await;
    let plain = ada(&app, Gates::Two).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let helpdesk = app.admin(Role::HelpdeskAdministrator).await;
    let methods = app.admin(Role::AuthenticationAdministrator).await;
    let add = async |me: &Principal, whom| {
        let number = "+4915112345699";
        app.add_method_for(&app.ctx(), me, whom, MobilePhone, number)
            .await
    };
    assert_eq!(
        refused(add(&helpdesk, global.user.id).await),
        Refusal::NotAllowed
    );
    assert_eq!(refused(add(&helpdesk, plain).await), Refusal::NotAllowed);
    assert_eq!(
        refused(add(&methods, global.user.id).await),
        Refusal::HoldsMoreRights
    );
    assert_eq!(
        refused(add(&methods, helpdesk.user.id).await),
        Refusal::HoldsMoreRights
    );
    // A stolen administrator's session must not do without the proofs of the account page.
    for me in [&global, &methods] {
        assert_eq!(refused(add(me, me.user.id).await), Refusal::NotOnYourself);
        let removed = app
            .remove_methods_of(&app.ctx(), me, me.user.id, None)
            .await;
        assert_eq!(refused(removed), Refusal::NotOnYourself);
        let unlocked = app.unlock_user(&app.ctx(), me, me.user.id, false).await;
        assert_eq!(refused(unlocked), Refusal::NotOnYourself);
    }
    // The second step fails as well: nothing was added, so nothing can be proved.
    let reset = app.begin_reset(global.user.upn.as_str()).await;
    let sent = app.send_to(&reset, MobilePhone, "+4915112345699").await;
    assert_eq!(code_of(sent), "destination-mismatch");
    app.expect_no_messages().await;

    add(&methods, plain).await.unwrap();
    let told = app.mail_to(MAIL).await;
    assert_eq!(
        told.subject,
        "An administrator added a way to reset your password"
    );
    app.sms_to("+4915112345699").await;
    app.remove_methods_of(&app.ctx(), &methods, plain, None)
        .await
        .unwrap();
    assert_eq!(app.mails().await.len(), 3, "one for each that went");
    app.ignore_messages().await;
    let gone = app
        .remove_methods_of(&app.ctx(), &methods, plain, None)
        .await;
    assert_eq!(refused(gone), Refusal::NotFound);
}

// case: MA-06
#[tokio::test]
async fn ma_06_methods_are_seen_by_those_who_may() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::Two).await;
    for (role, shown) in [
        (Role::GlobalReader, true),
        (Role::AuthenticationAdministrator, true),
        (Role::HelpdeskAdministrator, false),
        (Role::LicenseAdministrator, false),
    ] {
        let page = app.user_page(&app.admin(role).await, ada).await.unwrap();
        assert_eq!(
            (page.methods_shown, page.account.methods.len()),
            (shown, if shown { 2 } else { 0 })
        );
        assert!(page.registered, "the state is told all the same");
        assert!(matches!(
            page.standing,
            keyward_core::policy::Standing::Able(_)
        ));
    }
}
