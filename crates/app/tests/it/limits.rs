//! How many messages may be asked for, by user and by destination.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, at_once, code_of, other_than, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::time::{hours, minutes};

on_both_engines!(
    five_text_messages_an_hour,
    ten_mails_in_ten_minutes,
    s60_a_destination_is_counted_across_users,
    registering_takes_nothing_from_a_reset,
    s24_a_successful_reset_clears_what_is_the_users_own,
    limits_hold_for_64_at_once,
);

// case: C-09, S60, PH-11
async fn five_text_messages_an_hour(app: &TestApp) {
    ada(app, Gates::Two).await;
    for _ in 0..5 {
        // A new reset each time: the count is the user's, not the reset's.
        let reset = app.begin_reset(ADA).await;
        app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    }
    let until = app.now() + hours(24);
    let reset = app.begin_reset(ADA).await;
    let refusal = refused(app.send_to(&reset, MobilePhone, PHONE).await);
    assert_eq!(refusal, Refusal::TooManyMessages(until));
    // Mail has a count of its own, and proofs are not blocked by messages.
    app.prove(&reset, MAIL).await;
    assert_eq!(app.texts_sent().await.len(), 5);
    app.advance(hours(24).saturating_sub(minutes(1)));
    let reset = app.begin_reset(ADA).await;
    assert_eq!(
        code_of(app.send_to(&reset, MobilePhone, PHONE).await),
        "too-many-messages"
    );
    app.advance(minutes(1));
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    app.ignore_messages().await;
}

// case: C-09, S61, DO-08
async fn ten_mails_in_ten_minutes(app: &TestApp) {
    ada(app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    for _ in 0..10 {
        app.send_to(&reset, Email, "").await.unwrap();
    }
    assert_eq!(
        code_of(app.send_to(&reset, Email, "").await),
        "too-many-messages"
    );
    assert_eq!(app.mails().await.len(), 10);
    // Spread out, they pass.
    let bob = app.user("bob").await;
    app.register_mail(bob, "bob@home.example").await;
    app.register_phone(bob, "+4915112345601").await;
    let mut reset = app.begin_reset("bob@contoso.example").await;
    for _ in 0..14 {
        app.advance(minutes(1));
        if app.reset_progress(&app.ctx(), &reset).await.is_err() {
            reset = app.begin_reset("bob@contoso.example").await;
        }
        assert!(app.send_to(&reset, Email, "").await.is_ok());
    }
    app.ignore_messages().await;
}

// case: S60, S23
async fn s60_a_destination_is_counted_across_users(app: &TestApp) {
    ada(app, Gates::Two).await;
    let bob = app.user("bob").await;
    app.register_phone(bob, PHONE).await;
    app.register_mail(bob, "bob@home.example").await;
    let (of_ada, of_bob) = (
        app.begin_reset(ADA).await,
        app.begin_reset("bob@contoso.example").await,
    );
    for i in 0..5 {
        let reset = if i % 2 == 0 { &of_ada } else { &of_bob };
        app.send_to(reset, MobilePhone, PHONE).await.unwrap();
    }
    assert_eq!(
        code_of(app.send_to(&of_bob, MobilePhone, PHONE).await),
        "too-many-messages"
    );
    // Who registers it is limited by all of them.
    let eve = app.person(app.tenant, "eve@contoso.example").await;
    let me = app.session_of(eve).await;
    let proposed = app
        .propose_method(&app.ctx(), &me, MobilePhone, PHONE)
        .await;
    assert_eq!(code_of(proposed), "too-many-messages");
    app.ignore_messages().await;
}

/// A session in which security info may be changed.
async fn proved(app: &TestApp, user: UserId) -> Principal {
    let me = app.session_of(user).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.kind() == Email).unwrap();
    app.send_step_up(&app.ctx(), &me, mail.id).await.unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    app.again(&me).await
}

// case: C-09, S60, OT-25
async fn registering_takes_nothing_from_a_reset(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    // Somebody with an account asks for codes to her number, as often as they can.
    let eve = app.person(app.tenant, "eve@contoso.example").await;
    let eve = app.session_of(eve).await;
    let propose = async |me: &_, number: &str| {
        code_of(
            app.propose_method(&app.ctx(), me, MobilePhone, number)
                .await,
        )
    };
    for _ in 0..5 {
        assert_eq!(propose(&eve, PHONE).await, "ok");
    }
    assert_eq!(propose(&eve, PHONE).await, "too-many-messages");
    assert_eq!(propose(&eve, "+4915112345670").await, "too-many-messages");
    // And she herself tries to register a new one, with numbers she mistypes.
    let me = proved(app, ada).await;
    for i in 0..5 {
        assert_eq!(propose(&me, &format!("+4915112345 6{i}0")).await, "ok");
    }
    assert_eq!(propose(&me, "+4915112345777").await, "too-many-messages");
    // She resets as if nothing had been: she has her own five.
    let reset = app.begin_reset(ADA).await;
    for _ in 0..4 {
        app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    }
    app.prove(&reset, MAIL).await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    let code = app.code_to(PHONE).await;
    app.answer(&reset, &code).await.unwrap();
    app.finish(&reset, NEW).await.unwrap();
    // What counted against her is forgotten, for registering too; what counted against the number is not.
    app.ignore_messages().await;
    let me = proved(app, ada).await;
    assert_eq!(propose(&me, "+4915112345777").await, "ok");
    assert_eq!(propose(&eve, PHONE).await, "too-many-messages");
    app.ignore_messages().await;
}

// case: S24, C-06, OT-08
async fn s24_a_successful_reset_clears_what_is_the_users_own(app: &TestApp) {
    ada(app, Gates::One).await;
    let bob = app.user("bob").await;
    app.register_phone(bob, PHONE).await;
    let wrong_codes = async |upn: &str, n: usize| {
        let reset = app.begin_reset(upn).await;
        app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
        let code = app.code_to(PHONE).await;
        for _ in 0..n {
            assert_eq!(
                code_of(app.answer(&reset, &other_than(&code)).await),
                "code-wrong"
            );
        }
        (reset, code)
    };
    wrong_codes("bob@contoso.example", 4).await;
    let (reset, code) = wrong_codes(ADA, 4).await;
    app.answer(&reset, &code).await.unwrap();
    app.finish(&reset, NEW).await.unwrap();
    app.sms_to(PHONE).await;
    // Four more are looked at: hers are forgotten. Bob's are not.
    let (reset, _) = wrong_codes(ADA, 4).await;
    assert_eq!(code_of(app.answer(&reset, "1").await), "blocked");
    let reset = app.begin_reset("bob@contoso.example").await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    assert_eq!(code_of(app.answer(&reset, "1").await), "blocked");
    // Nor are the messages to that number: that was the fourth, the fifth passes, and not the sixth.
    let eve = app.user("eve").await;
    app.register_phone(eve, PHONE).await;
    let reset = app.begin_reset("eve@contoso.example").await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    assert_eq!(
        code_of(app.send_to(&reset, MobilePhone, PHONE).await),
        "too-many-messages"
    );
    app.ignore_messages().await;
}

// case: OT-11, S60
async fn limits_hold_for_64_at_once(app: &TestApp) {
    ada(app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    let method = app.progress(&reset).await.choices[0].id;
    let ctx = app.ctx();
    let results = at_once(app, 64, |node, _| {
        let (ctx, reset) = (ctx.clone(), reset.clone());
        async move { code_of(node.send_reset_code(&ctx, &reset, method, PHONE).await) }
    })
    .await;
    let sent = results.iter().filter(|r| **r == "ok").count();
    assert_eq!(sent, 5, "{results:?}");
    assert_eq!(app.texts_sent().await.len(), 5);
}

// case: S60, PH-06
#[tokio::test]
async fn registering_is_limited_like_resetting() {
    let app = TestApp::new().await;
    let ada = app.person(app.tenant, ADA).await;
    app.set_policy(|p| p.scope = keyward_core::policy::Scope::All)
        .await;
    let me = app.session_of(ada).await;
    for i in 0..5 {
        // Another number each time: the user's own count.
        let number = format!("+4915112345 6{i}0");
        app.propose_method(&app.ctx(), &me, MobilePhone, &number)
            .await
            .unwrap();
    }
    let sixth = app
        .propose_method(&app.ctx(), &me, MobilePhone, "+4915112345777")
        .await;
    assert_eq!(code_of(sixth), "too-many-messages");
    let codes: Vec<_> = app
        .texts_sent()
        .await
        .iter()
        .map(keyward_app::testing::Sms::code)
        .collect();
    assert_eq!(codes.len(), 5);
    // Wrong answers: five, then blocked for a day; the right one does not help then.
    for _ in 0..4 {
        let wrong = Secret::new(other_than(&codes[4]));
        assert_eq!(
            code_of(app.confirm_method(&app.ctx(), &me, &wrong, None).await),
            "code-wrong"
        );
    }
    for guess in [other_than(&codes[4]), codes[4].clone()] {
        let answered = app
            .confirm_method(&app.ctx(), &me, &Secret::new(guess), None)
            .await;
        assert_eq!(code_of(answered), "blocked");
    }
}
