//! "Contact your administrator": who is told, and what.

use crate::help::{ADA, MAIL, PHONE, ada, code_of, other_than};
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind::Email;
use keyward_core::policy::{Gates, Helpdesk};
use keyward_core::role::Role;

// case: OT-25
#[tokio::test]
async fn helpers_are_told_that_somebody_is_blocked() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, Email, "").await.unwrap();
    let wrong = other_than(&app.code_to(MAIL).await);
    for _ in 0..5 {
        let _ = app.answer(&reset, &wrong).await;
    }
    app.ask_for_help(&app.ctx(), &reset).await.unwrap();
    let told = app.mail_to(helper.user.upn.as_str()).await.text;
    assert!(told.contains("blocked for a day"), "{told}");
    assert!(!told.contains("Nothing stands in the way"), "{told}");
    // Whoever isn't blocked is not said to be.
    let bob = app.user("bob").await;
    app.register_phone(bob, PHONE).await;
    let reset = app.begin_reset("bob@contoso.example").await;
    app.ask_for_help(&app.ctx(), &reset).await.unwrap();
    let told = app.mail_to(helper.user.upn.as_str()).await.text;
    assert!(told.contains("Nothing stands in the way"), "{told}");
}

#[tokio::test]
async fn where_there_is_a_help_desk_no_mail_is_sent() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    app.admin(Role::HelpdeskAdministrator).await;
    app.set_policy(|p| p.helpdesk = Some(Helpdesk::Mail("desk@contoso.example".into())))
        .await;
    for name in [ADA, "nobody@contoso.example"] {
        let reset = app.begin_reset(name).await;
        let asked = app.ask_for_help(&app.ctx(), &reset).await;
        assert_eq!(code_of(asked), "not-offered", "{name}");
    }
    app.expect_no_messages().await;
}
