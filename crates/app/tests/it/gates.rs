//! No way to a new password around the gates, whatever is skipped, mixed or changed meanwhile.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, refused};
use keyward_app::testing::TestApp;
use keyward_app::users::UserForm;
use keyward_core::audit::{Activity, Event, Outcome};
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::seconds;
use keyward_store::group::Member;

on_both_engines!(
    st_02_the_last_step_alone_is_refused,
    st_03_sending_opens_no_gate,
    st_04_one_method_opens_one_gate,
    st_05_two_numbers_are_one_channel,
    st_06_gates_of_two_resets_do_not_add_up,
    st_07_a_stricter_policy_asks_for_the_second_gate,
    st_10_what_changes_the_account_ends_its_resets,
    st_15_refused_passwords_cost_nothing_but_time,
    st_18_unlocking_leaves_the_password_alone,
    az_06_administrators_pass_two_gates_always,
);

// case: ST-02, INV-2
async fn st_02_the_last_step_alone_is_refused(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    assert_eq!(refused(app.finish(&reset, NEW).await), Refusal::NotOffered);
    assert_eq!(code_of(app.finish("made up", NEW).await), "reset-expired");
    assert_eq!(
        code_of(app.answer(&reset, "123456").await),
        "code-dead",
        "none was sent"
    );
    app.sign_in_as("ada").await.unwrap();
}

// case: ST-03, F-05, S01
async fn st_03_sending_opens_no_gate(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::MobilePhone, PHONE)
        .await
        .unwrap();
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let progress = app.progress(&reset).await;
    assert_eq!((progress.gate, progress.verified), (1, false));
    assert_eq!(refused(app.finish(&reset, NEW).await), Refusal::NotOffered);
    app.ignore_messages().await;
}

// case: ST-04, F-06
async fn st_04_one_method_opens_one_gate(app: &TestApp) {
    ada(app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    let mail = app.progress(&reset).await.choices[1].id;
    app.prove(&reset, MAIL).await;
    let again = app.send_reset_code(&app.ctx(), &reset, mail, "").await;
    assert_eq!(refused(again), Refusal::NotOffered);
    assert_eq!(refused(app.finish(&reset, NEW).await), Refusal::NotOffered);
}

// case: ST-05, F-06, S09
async fn st_05_two_numbers_are_one_channel(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    app.advance(seconds(1));
    let newer = "+4915112345699";
    app.register_phone(ada, newer).await;
    let reset = app.begin_reset(ADA).await;
    assert_eq!(app.progress(&reset).await.choices.len(), 2);
    let left = app.prove(&reset, newer).await.choices;
    assert_eq!(
        left.iter().map(|c| c.kind).collect::<Vec<_>>(),
        [MethodKind::Email]
    );
    // Two phones and no mailbox are too few for two gates: nothing is ever sent.
    let bob = app.user("bob").await;
    app.register_phone(bob, "+4915112345601").await;
    app.register_phone(bob, "+4915112345602").await;
    let reset = app.begin_reset("bob@contoso.example").await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app.expect_no_messages().await;
}

// case: ST-06
async fn st_06_gates_of_two_resets_do_not_add_up(app: &TestApp) {
    ada(app, Gates::Two).await;
    let (one, two) = (app.begin_reset(ADA).await, app.begin_reset(ADA).await);
    app.prove(&one, MAIL).await;
    app.prove(&two, PHONE).await;
    for reset in [&one, &two] {
        assert!(!app.progress(reset).await.verified);
        assert_eq!(refused(app.finish(reset, NEW).await), Refusal::NotOffered);
    }
}

// case: ST-07, F-07, ST-14
async fn st_07_a_stricter_policy_asks_for_the_second_gate(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    assert!(app.prove(&reset, MAIL).await.verified);
    app.set_policy(|p| p.gates = Gates::Two).await;
    assert_eq!(refused(app.finish(&reset, NEW).await), Refusal::NotOffered);
    let progress = app.progress(&reset).await;
    assert_eq!(
        (progress.gate, progress.gates, progress.verified),
        (2, 2, false)
    );
    assert!(app.prove(&reset, PHONE).await.verified);
    app.finish(&reset, NEW).await.unwrap();
    app.ignore_messages().await;
}

// case: ST-10, AZ-06
async fn st_10_what_changes_the_account_ends_its_resets(app: &TestApp) {
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    for what in [
        "disabled",
        "deleted",
        "out of scope",
        "made an administrator",
        "renamed",
        "method gone",
        "held",
    ] {
        let local = what.replace(' ', "-");
        let (upn, mail) = (
            format!("{local}@contoso.example"),
            format!("{local}@home.example"),
        );
        let user = app.person(app.tenant, &upn).await;
        app.register_phone(user, PHONE).await;
        let method = app.register_mail(user, &mail).await;
        let reset = app.begin_reset(&upn).await;
        assert!(app.prove(&reset, &mail).await.verified);
        let ctx = app.ctx();
        match what {
            "disabled" => app
                .set_user_enabled(&ctx, &admin, user, false)
                .await
                .unwrap(),
            "deleted" => app.delete_user(&ctx, &admin, user).await.unwrap(),
            "made an administrator" => {
                let role = Role::ReportsReader;
                app.assign_role(&ctx, &admin, &[user], role).await.unwrap();
            }
            "renamed" => {
                let form = UserForm {
                    upn: "somebody.else@contoso.example".into(),
                    display_name: "Somebody Else".into(),
                    ..UserForm::default()
                };
                app.update_user(&ctx, &admin, user, &form).await.unwrap();
            }
            "method gone" => {
                let mut tx = app.db.write(app.tenant).await.unwrap();
                assert!(tx.delete_method(user, method).await.unwrap());
                tx.commit().await.unwrap();
            }
            "held" => {
                let mut tx = app.db.write(app.tenant).await.unwrap();
                assert!(tx.set_held(user, Some(ctx.now)).await.unwrap());
                tx.commit().await.unwrap();
            }
            _ => {
                let group = app.group("Pilot", &[]).await;
                app.set_policy(|p| p.scope = Scope::Selected([group].into()))
                    .await;
            }
        }
        assert_eq!(
            code_of(app.finish(&reset, NEW).await),
            "reset-void",
            "{what}"
        );
        let progress = app.reset_progress(&app.ctx(), &reset).await;
        assert_eq!(code_of(progress), "reset-void", "{what}");
        app.set_policy(|p| p.scope = Scope::All).await;
    }
    app.expect_no_messages().await;
}

// case: ST-15
async fn st_15_refused_passwords_cost_nothing_but_time(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    for i in 0..20 {
        let faults = refused(app.finish(&reset, &format!("bad{i}")).await);
        assert!(matches!(faults, Refusal::Password(_)), "{faults:?}");
    }
    app.finish(&reset, NEW).await.unwrap();
    assert_eq!(app.mails().await.len(), 1, "no new code was needed");
    app.sms_to(PHONE).await;
}

// case: ST-18, F-15
async fn st_18_unlocking_leaves_the_password_alone(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    let goal = app.choose_goal(&app.ctx(), &reset, Goal::Unlock).await;
    assert_eq!(
        refused(goal),
        Refusal::NotOffered,
        "not where the administrator doesn't allow it"
    );
    app.set_policy(|p| p.unlock_without_reset = true).await;
    for i in 0..10 {
        let _ = app.sign_in_with(ADA, &format!("wrong {i}")).await;
    }
    assert_eq!(code_of(app.sign_in_as("ada").await), "locked-out");
    let locked_out = Outcome::Failure("locked-out".into());
    let noted = |e: &Event| e.activity == Activity::SignedIn && e.outcome == locked_out;
    assert!(app.events().await.iter().any(noted));

    app.choose_goal(&app.ctx(), &reset, Goal::Unlock)
        .await
        .unwrap();
    let chosen = |e: &Event| e.detail.as_deref() == Some("chosen: unlock");
    assert!(app.events().await.iter().any(chosen));
    let progress = app.prove(&reset, MAIL).await;
    assert!(progress.completed);
    assert_eq!(code_of(app.finish(&reset, NEW).await), "reset-void");
    assert_eq!(app.mail_to(MAIL).await.subject, "Your account was unlocked");
    assert!(app.sms_to(PHONE).await.text.contains("was unlocked"));
    app.sign_in_as("ada").await.unwrap();

    // What a proof was given for stays what it is for.
    let reset = app.begin_reset(ADA).await;
    app.set_policy(|p| p.gates = Gates::Two).await;
    app.prove(&reset, MAIL).await;
    let goal = app.choose_goal(&app.ctx(), &reset, Goal::Unlock).await;
    assert_eq!(refused(goal), Refusal::NotOffered);
    // Unlocking that is switched off meanwhile is off.
    app.set_policy(|p| p.gates = Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    app.choose_goal(&app.ctx(), &reset, Goal::Unlock)
        .await
        .unwrap();
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    app.set_policy(|p| p.unlock_without_reset = false).await;
    assert_eq!(code_of(app.answer(&reset, &code).await), "not-offered");
}

// case: A-07, AZ-06
async fn az_06_administrators_pass_two_gates_always(app: &TestApp) {
    let group = app.group("Pilot", &[]).await;
    // The weakest policy there is, and he is in none of the groups.
    app.set_policy(|p| {
        p.scope = Scope::Selected([group].into());
        p.gates = Gates::One;
        p.methods = [KindCode(MethodKind::Email)].into();
    })
    .await;
    let boss = app.user("boss").await;
    app.give_role(boss, Role::HelpdeskAdministrator).await;
    let upn = "boss@contoso.example";
    app.register_mail(boss, "boss@home.example").await;
    let reset = app.begin_reset(upn).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app.expect_no_messages().await;

    app.register_phone(boss, PHONE).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let reset = app.begin_reset(upn).await;
    let progress = app.prove(&reset, "boss@home.example").await;
    assert_eq!(
        (progress.verified, progress.gate, progress.gates),
        (false, 2, 2)
    );
    assert_eq!(refused(app.finish(&reset, NEW).await), Refusal::NotOffered);
    assert!(app.prove(&reset, PHONE).await.verified);
    app.finish(&reset, NEW).await.unwrap();
    let told = app.mail_to(global.user.upn.as_str()).await;
    assert_eq!(
        told.subject,
        "An administrator has reset their password: Boss"
    );
    app.ignore_messages().await;
}

// case: ST-12
#[tokio::test]
async fn st_12_a_method_that_the_policy_dropped_is_not_offered() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    let phone = app.progress(&reset).await.choices[0].id;
    app.set_policy(|p| p.methods = [KindCode(MethodKind::Email)].into())
        .await;
    let sent = app.send_reset_code(&app.ctx(), &reset, phone, PHONE).await;
    assert_eq!(refused(sent), Refusal::NotOffered);
    app.expect_no_messages().await;
}

// case: ST-07
#[tokio::test]
async fn a_proof_by_a_method_that_was_replaced_is_void() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, MAIL).await;
    app.advance(seconds(1));
    let me = app.principal("ada").await;
    let mail = app.my_account(&me).await.unwrap().methods[1].id;
    app.send_step_up(&app.ctx(), &me, mail).await.unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    let me = app.again(&me).await;
    app.propose_method(&app.ctx(), &me, MethodKind::Email, "new@home.example")
        .await
        .unwrap();
    let code = Secret::new(app.code_to("new@home.example").await);
    app.confirm_method(&app.ctx(), &me, &code, Some(mail))
        .await
        .unwrap();
    assert_eq!(
        code_of(app.reset_progress(&app.ctx(), &reset).await),
        "reset-void"
    );
    assert_eq!(me.user.id, ada);
    app.ignore_messages().await;
}

// case: A-07
#[tokio::test]
async fn scope_counts_nested_groups_and_nobody_else() {
    let app = TestApp::new().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    for (user, mail) in [(ada, MAIL), (bob, "bob@home.example")] {
        app.register_mail(user, mail).await;
    }
    let inner = app.group("Inner", &[Member::User(ada)]).await;
    let outer = app.group("Outer", &[Member::Group(inner)]).await;
    app.set_policy(|p| {
        p.scope = Scope::Selected([outer].into());
        p.gates = Gates::One;
    })
    .await;
    let reset = app.begin_reset(ADA).await;
    assert!(app.prove(&reset, MAIL).await.verified);
    let reset = app.begin_reset("bob@contoso.example").await;
    let progress = app.progress(&reset).await;
    let mail = progress
        .choices
        .iter()
        .find(|c| c.kind == MethodKind::Email);
    if let Some(mail) = mail {
        app.send_reset_code(&app.ctx(), &reset, mail.id, "")
            .await
            .unwrap();
    }
    app.expect_no_messages().await;
}
