//! The interrupt at sign-in, and registering for the first time.

use crate::help::{ADA, MAIL, PHONE, code_of, other_than, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::method::MethodKind::{self, Email, MobilePhone};
use keyward_core::policy::{Gates, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::registration::Ask;
use keyward_core::secret::Secret;
use keyward_core::time::{days, minutes, seconds};
use keyward_store::group::Member;

/// Registers a destination with the code that goes there; the session as it is then.
async fn register(app: &TestApp, me: &Principal, kind: MethodKind, to: &str) -> Principal {
    app.propose_method(&app.ctx(), me, kind, to).await.unwrap();
    let code = Secret::new(app.code_to(to).await);
    app.confirm_method(&app.ctx(), me, &code, None)
        .await
        .unwrap();
    app.again(me).await
}

#[tokio::test]
async fn whoever_is_in_scope_is_asked_until_it_is_done() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.user("bob").await;
    let group = app.group("Pilot", &[Member::User(ada)]).await;
    let ask = async |local: &str| app.sign_in_as(local).await.unwrap().ask;
    assert_eq!(ask("ada").await, None, "switched off");
    app.set_policy(|p| p.scope = Scope::Selected([group].into()))
        .await;
    assert_eq!(ask("bob").await, None, "not in the group");
    assert_eq!(ask("ada").await, Some(Ask::Register));
    app.set_policy(|p| p.registration_required = false).await;
    assert_eq!(ask("ada").await, None);
    app.set_policy(|p| p.registration_required = true).await;

    let me = app.principal("ada").await;
    app.start_registration(&app.ctx(), &me).await.unwrap();
    app.cancel_registration(&app.ctx(), &me).await.unwrap();
    assert!(app.by_token("x").await.is_none());
    assert_eq!(ask("ada").await, Some(Ask::Register), "it returns");

    let page = app.registration(&app.ctx(), &me).await.unwrap();
    assert_eq!(
        (page.needed, page.satisfied, page.items.len()),
        (2, false, 3)
    );
    let me = register(&app, &me, MobilePhone, PHONE).await;
    assert_eq!(
        refused(app.finish_registration(&app.ctx(), &me).await),
        Refusal::StillNeeded
    );
    assert_eq!(ask("ada").await, Some(Ask::Register), "one is too few");
    let me = register(&app, &me, Email, MAIL).await;
    app.finish_registration(&app.ctx(), &me).await.unwrap();
    assert_eq!(ask("ada").await, None);
    // The first method is told at its own address, the second one at both.
    let notices: Vec<_> = app
        .mails()
        .await
        .iter()
        .map(|m| m.subject.clone())
        .collect();
    assert_eq!(notices, ["A way to reset your password was added"]);
    let told: Vec<_> = app.texts_sent().await.into_iter().map(|s| s.to).collect();
    assert_eq!(told, [PHONE, PHONE]);

    let activities: Vec<_> = app.events().await.into_iter().map(|e| e.activity).collect();
    for activity in [
        Activity::SecurityInfoStarted,
        Activity::SecurityInfoCancelled,
        Activity::SecurityInfoComplete,
        Activity::Registered,
    ] {
        let n = activities.iter().filter(|a| **a == activity).count();
        assert_eq!(n, 1, "{}", activity.name());
    }
    // What is registered is what can be used.
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, PHONE).await;
    assert!(app.prove(&reset, MAIL).await.verified);
}

#[tokio::test]
async fn it_is_asked_again_after_the_days_or_when_it_is_too_little() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    app.register_mail(ada, MAIL).await;
    let ask = async || app.sign_in_as("ada").await.unwrap().ask;
    assert_eq!(ask().await, None);
    app.advance(days(180).saturating_sub(seconds(1)));
    assert_eq!(ask().await, None);
    app.advance(seconds(1));
    assert_eq!(ask().await, Some(Ask::Reconfirm));
    let me = app.principal("ada").await;
    app.finish_registration(&app.ctx(), &me).await.unwrap();
    assert_eq!(ask().await, None);
    assert!(
        app.events()
            .await
            .iter()
            .any(|e| e.activity == Activity::SecurityInfoReviewed)
    );
    app.set_policy(|p| p.reconfirm_days = 0).await;
    app.advance(days(2000));
    assert_eq!(ask().await, None, "0 is never");
    app.set_policy(|p| p.gates = Gates::Two).await;
    assert_eq!(
        ask().await,
        Some(Ask::Register),
        "the policy asks for more now"
    );
}

// case: C-12, S07
#[tokio::test]
async fn c_12_the_first_method_is_told_where_the_directory_knows_its_owner() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.set_policy(|p| p.scope = Scope::All).await;
    app.profile(ada, |p| {
        p.mail = Some("ada.l@partner.example".into());
        p.other_mail = Some("ada@old.example".into());
        p.mobile_phone = Some("+4915112345677".into());
    })
    .await;
    let me = app.principal("ada").await;
    let me = register(&app, &me, Email, MAIL).await;
    let mut told: Vec<_> = app.mails().await.into_iter().map(|m| m.to).collect();
    told.sort();
    assert_eq!(told, ["ada.l@partner.example", MAIL, "ada@old.example"]);
    assert!(
        app.sms_to("+4915112345677")
            .await
            .text
            .contains("a***@h***.example was added to reset")
    );
    // From then on, what was proved.
    register(&app, &me, MobilePhone, PHONE).await;
    let mut told: Vec<_> = app.mails().await.into_iter().map(|m| m.to).collect();
    told.sort();
    assert_eq!(told, ["ada.l@partner.example", MAIL]);
    let texts: Vec<_> = app.texts_sent().await.into_iter().map(|s| s.to).collect();
    assert_eq!(texts, [PHONE]);
}

// case: C-10, S08
#[tokio::test]
async fn s08_contact_data_is_prefilled_and_proves_nothing() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    app.profile(ada, |p| {
        p.mobile_phone = Some(PHONE.into());
        p.other_mail = Some(MAIL.into());
    })
    .await;
    let me = app.principal("ada").await;
    let page = app.registration(&app.ctx(), &me).await.unwrap();
    let prefilled: Vec<_> = page.items.iter().map(|i| i.prefill.as_str()).collect();
    assert_eq!(prefilled, ["", PHONE, MAIL]);
    assert!(page.items.iter().all(|i| i.registered.is_none()) && !page.satisfied);
    let reset = app.begin_reset(ADA).await;
    for choice in app.progress(&reset).await.choices {
        let _ = app
            .send_reset_code(&app.ctx(), &reset, choice.id, PHONE)
            .await;
    }
    app.expect_no_messages().await;
    // Nor does a proposal that was never proved.
    app.propose_method(&app.ctx(), &me, Email, MAIL)
        .await
        .unwrap();
    let code = app.code_to(MAIL).await;
    let reset = app.begin_reset(ADA).await;
    let mail = app.progress(&reset).await.choices;
    let mail = mail.iter().find(|c| c.kind == Email);
    if let Some(mail) = mail {
        app.send_reset_code(&app.ctx(), &reset, mail.id, "")
            .await
            .unwrap();
    }
    app.expect_no_messages().await;
    assert_eq!(
        code_of(app.answer(&reset, &code).await),
        if mail.is_some() {
            "code-wrong"
        } else {
            "code-dead"
        }
    );
    let typed = Secret::new(code);
    app.confirm_method(&app.ctx(), &me, &typed, None)
        .await
        .unwrap();
    app.ignore_messages().await;
    let reset = app.begin_reset(ADA).await;
    assert!(app.prove(&reset, MAIL).await.verified);
}

// case: C2, EN-08, S54
#[tokio::test]
async fn mailboxes_that_the_password_protects_are_refused() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.set_policy(|p| p.scope = Scope::All).await;
    app.profile(ada, |p| p.mail = Some("Ada.L@partner.example".into()))
        .await;
    let bob = app.user("bob").await;
    app.register_mail(bob, "shared@home.example").await;
    let me = app.principal("ada").await;
    let propose = async |kind, to: &str| app.propose_method(&app.ctx(), &me, kind, to).await;
    for own in [
        ADA,
        "ADA@Contoso.Example",
        "anybody@contoso.example",
        "ada.l@PARTNER.example",
    ] {
        assert_eq!(
            refused(propose(Email, own).await),
            Refusal::OwnMailbox,
            "{own}"
        );
    }
    for bad in [
        "",
        "no address",
        "a@b.example\r\nBcc: c@d.example",
        "m\u{131}ke@home.example",
    ] {
        assert_eq!(code_of(propose(Email, bad).await), "fields", "{bad}");
    }
    // The last one is in a country to which no messages go (PH-01).
    let abroad = "+41781234567";
    for bad in [
        "",
        "0151 123",
        "+19002345678",
        "+4915112345634;ext=1",
        abroad,
    ] {
        assert_eq!(code_of(propose(MobilePhone, bad).await), "fields", "{bad}");
    }
    app.expect_no_messages().await;
    // That somebody else has it is not told.
    propose(Email, "shared@home.example").await.unwrap();
    app.mail_to("shared@home.example").await;
}

// case: SE-05, TR-08, C-03
#[tokio::test]
async fn a_code_belongs_to_the_session_that_asked_for_it() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.set_policy(|p| p.scope = Scope::All).await;
    let (one, two) = (app.session_of(ada).await, app.session_of(ada).await);
    app.propose_method(&app.ctx(), &one, Email, MAIL)
        .await
        .unwrap();
    let code = app.code_to(MAIL).await;
    let confirm = async |me: &Principal, code: &str| {
        app.confirm_method(&app.ctx(), me, &Secret::new(code.into()), None)
            .await
    };
    assert_eq!(code_of(confirm(&two, &code).await), "code-dead");
    let eve = app.user("eve").await;
    let eve = app.session_of(eve).await;
    assert_eq!(code_of(confirm(&eve, &code).await), "code-dead");
    assert_eq!(
        code_of(confirm(&one, &other_than(&code)).await),
        "code-wrong"
    );

    // Meanwhile the owner registers in another session: what was begun before needs a proof now.
    app.propose_method(&app.ctx(), &two, MobilePhone, PHONE)
        .await
        .unwrap();
    let hers = app.code_to(PHONE).await;
    confirm(&two, &hers).await.unwrap();
    assert_eq!(code_of(confirm(&one, &code).await), "fresh-proof-needed");
    assert_eq!(app.my_account(&one).await.unwrap().methods.len(), 1);
    // A changed password ends the codes of all sessions.
    app.advance(minutes(1));
    let me = app.again(&two).await;
    app.propose_method(&app.ctx(), &me, Email, MAIL)
        .await
        .unwrap();
    let code = app.code_to(MAIL).await;
    let old = Secret::new(app.password("ada"));
    app.change_password(&app.ctx(), &me, old, app.twice("changed meanwhile"))
        .await
        .unwrap();
    assert_eq!(code_of(confirm(&me, &code).await), "code-dead");
    app.ignore_messages().await;
}

// case: S-06, SE-05
#[tokio::test]
async fn a_first_registration_needs_a_fresh_sign_in() {
    let app = TestApp::new().await;
    app.user("ada").await;
    app.set_policy(|p| p.scope = Scope::All).await;
    let me = app.principal("ada").await;
    app.advance(minutes(15));
    let late = app.propose_method(&app.ctx(), &me, Email, MAIL).await;
    assert_eq!(refused(late), Refusal::FreshProofNeeded);
    app.expect_no_messages().await;
}
