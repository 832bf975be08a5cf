//! Codes that are said in a call: to mobile phones, and to the phone on the desk.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, other_than, refused};
use keyward_app::Principal;
use keyward_app::testing::{Call, Options, SIGNED, TestApp};
use keyward_core::budget::Breaker;
use keyward_core::ids::UserId;
use keyward_core::method::Carrier::{Sms, Voice};
use keyward_core::method::MethodKind::{Email, MobilePhone, OfficePhone};
use keyward_core::method::{Carrier, Channel, Method, MethodKind};
use keyward_core::mobile::MobileBy;
use keyward_core::policy::{Gates, KindCode};
use keyward_core::price::Money;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::minutes;

const LINE: &str = "+493012345678";
const DESK: &str = "+493012345678 x567";

on_both_engines!(
    ph_13_nothing_is_said_before_the_key_nor_to_anybody_else,
    st_05_text_and_call_of_two_phones_are_one_channel,
    an_office_phone_is_the_organisations,
    a_call_is_taken_from_the_budget_of_text_messages_at_its_own_price,
);

/// Ada, who may choose between text and call, and has a desk; she has registered phone and mailbox.
async fn ada_with_a_desk(app: &TestApp, gates: Gates) -> UserId {
    let ada = ada(app, gates).await;
    app.set_policy(|p| {
        p.mobile_by = MobileBy::Both;
        p.methods = [MobilePhone, OfficePhone, Email].map(KindCode).into();
    })
    .await;
    app.profile(ada, |p| p.business_phone = Some(DESK.into()))
        .await;
    ada
}

/// What the gateway is told to say when these keys were pressed.
async fn pressed(app: &TestApp, token: &str, keys: &str, signature: &str) -> Option<String> {
    let form = [("Digits".to_owned(), keys.to_owned())];
    let said = app.said_by_call(&app.ctx(), token, &form, signature).await;
    said.unwrap()
}

async fn call_for(app: &TestApp, reset: &str, kind: MethodKind, typed: &str) -> &'static str {
    let choices = app.progress(reset).await.choices;
    let choice = choices.iter().find(|c| c.kind == kind).unwrap();
    let id = choice.id;
    code_of(
        app.send_reset_code_by(&app.ctx(), reset, id, typed, Some(Voice))
            .await,
    )
}

// case: PH-13, C-07
async fn ph_13_nothing_is_said_before_the_key_nor_to_anybody_else(app: &TestApp) {
    ada_with_a_desk(app, Gates::Two).await;
    let reset = app.begin_reset(ADA).await;
    assert_eq!(call_for(app, &reset, MobilePhone, PHONE).await, "ok");
    assert_eq!(app.progress(&reset).await.asked_by, Some(Voice));
    let call = app.call_to(PHONE).await;
    assert_eq!(call.lang, "en");
    let (code, token) = (call.code(), call.token());
    assert!(!call.ask.contains(&code) && call.ask.contains("press 1"));
    let said = pressed(app, &token, "1", SIGNED).await.unwrap();
    let digits: Vec<String> = code.chars().map(String::from).collect();
    assert_eq!(said.matches(&digits.join(" | ")).count(), 2, "{said}");
    // A gateway that lost the answer asks again, and hears the same.
    assert_eq!(pressed(app, &token, "1", SIGNED).await, Some(said));
    for keys in ["", "2", "#", "11"] {
        let said = pressed(app, &token, keys, SIGNED).await.unwrap();
        assert!(!said.contains(&digits.join(" | ")), "{keys}: {said}");
    }
    assert_eq!(pressed(app, &token, "1", "").await, None, "not the gateway");
    let mut forged = token.clone();
    let last = if forged.pop() == Some('0') { '1' } else { '0' };
    forged.push(last);
    for other in [forged.as_str(), "", "..", "made.up.token"] {
        assert_eq!(pressed(app, other, "1", SIGNED).await, None, "{other}");
    }
    let rows = app.dump().await;
    assert!(!rows.contains(&code), "sealed");

    // A newer code: the older one is said no more.
    app.advance(minutes(1));
    assert_eq!(call_for(app, &reset, MobilePhone, PHONE).await, "ok");
    assert_eq!(pressed(app, &token, "1", SIGNED).await, None);
    let call = app.call_to(PHONE).await;
    let token = call.token();
    assert!(pressed(app, &token, "1", SIGNED).await.is_some());
    let wrong = other_than(&call.code());
    assert_eq!(code_of(app.answer(&reset, &wrong).await), "code-wrong");
    app.answer(&reset, &call.code()).await.unwrap();
    assert_eq!(pressed(app, &token, "1", SIGNED).await, None, "typed");
    let left = app.progress(&reset).await.choices;
    assert_eq!(left.len(), 1);

    // Nor after its time.
    let reset = app.begin_reset(ADA).await;
    assert_eq!(call_for(app, &reset, MobilePhone, PHONE).await, "ok");
    let token = app.call_to(PHONE).await.token();
    app.advance(minutes(5));
    assert_eq!(pressed(app, &token, "1", SIGNED).await, None, "too late");
}

/// Registers the phone on the desk, as its owner.
async fn register_desk(app: &TestApp, me: &Principal) -> Call {
    app.propose_method(&app.ctx(), me, OfficePhone, "")
        .await
        .unwrap();
    let call = app.call_to(LINE).await;
    let typed = Secret::new(call.code());
    app.confirm_method(&app.ctx(), me, &typed, None)
        .await
        .unwrap();
    call
}

/// The session after a fresh proof by mail.
async fn proved(app: &TestApp, id: UserId) -> Principal {
    let me = app.session_of(id).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.kind() == Email).unwrap();
    app.send_step_up(&app.ctx(), &me, mail.id).await.unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    app.again(&me).await
}

// case: ST-05, F-06
async fn st_05_text_and_call_of_two_phones_are_one_channel(app: &TestApp) {
    let ada = ada_with_a_desk(app, Gates::Two).await;
    let me = proved(app, ada).await;
    let call = register_desk(app, &me).await;
    assert_eq!(call.extension.as_deref(), Some("567"));
    app.ignore_messages().await;
    let reset = app.begin_reset(ADA).await;
    let choices = app.progress(&reset).await.choices;
    let offered: Vec<(MethodKind, Vec<Carrier>)> =
        choices.into_iter().map(|c| (c.kind, c.ways)).collect();
    assert_eq!(
        offered,
        [
            (MobilePhone, vec![Sms, Voice]),
            (OfficePhone, vec![Voice]),
            (Email, vec![Carrier::Mail]),
        ]
    );
    // The number is typed in full; its extension needn't be, as nobody shows it.
    assert_eq!(
        call_for(app, &reset, OfficePhone, PHONE).await,
        "destination-mismatch"
    );
    assert_eq!(
        call_for(app, &reset, OfficePhone, "+49 30 12345678 x566").await,
        "destination-mismatch"
    );
    assert_eq!(
        call_for(app, &reset, OfficePhone, "+49 30 12345678").await,
        "ok"
    );
    let code = app.call_to(LINE).await.code();
    let left = app.answer(&reset, &code).await.unwrap().choices;
    let left: Vec<_> = left.into_iter().map(|c| c.kind).collect();
    assert_eq!(left, [Email], "neither text nor call of any phone");
    app.prove(&reset, MAIL).await;
    app.finish(&reset, NEW).await.unwrap();
    app.ignore_messages().await;

    // Two phones are too few for two gates, whichever way they are reached.
    let bob = app.user("bob").await;
    app.profile(bob, |p| p.business_phone = Some("+493012345679".into()))
        .await;
    app.register_phone(bob, "+4915112345601").await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.add_method_for(&app.ctx(), &boss, bob, OfficePhone, "")
        .await
        .unwrap();
    let account = app.user_page(&boss, bob).await.unwrap().account;
    assert_eq!(account.methods.len(), 2);
    assert!(
        account
            .methods
            .iter()
            .all(|m| m.kind().channel() == Channel::Phone)
    );
    assert!(!account.rules().is_satisfied_by(&account.methods));
    app.ignore_messages().await;
}

// case: SE-05
async fn an_office_phone_is_the_organisations(app: &TestApp) {
    let ada = ada_with_a_desk(app, Gates::Two).await;
    let me = proved(app, ada).await;
    let own = app
        .propose_method(&app.ctx(), &me, OfficePhone, "+49 30 99999999")
        .await;
    assert_eq!(
        refused(own),
        Refusal::field("value", "office-phone-other"),
        "nobody types their own"
    );
    register_desk(app, &me).await;
    let kinds = async || {
        let methods = app.my_account(&me).await.unwrap().methods;
        methods.iter().map(Method::kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds().await, [MobilePhone, OfficePhone, Email]);
    // A call for a reset is on its way, and somebody else moves in.
    let reset = app.begin_reset(ADA).await;
    assert_eq!(call_for(app, &reset, OfficePhone, LINE).await, "ok");
    let code = app.call_to(LINE).await.code();
    app.profile(ada, |p| p.business_phone = Some("+493012345670".into()))
        .await;
    assert_eq!(kinds().await, [MobilePhone, Email]);
    assert!(app.answer(&reset, &code).await.is_err());
    // Nor does it come back with the number.
    app.profile(ada, |p| p.business_phone = Some(DESK.into()))
        .await;
    assert_eq!(kinds().await, [MobilePhone, Email]);
    app.profile(ada, |p| p.business_phone = None).await;
    let none = app.propose_method(&app.ctx(), &me, OfficePhone, "").await;
    assert_eq!(refused(none), Refusal::field("value", "office-phone-none"));
    let offered = app.registration(&app.ctx(), &me).await.unwrap().items;
    assert!(offered.iter().all(|i| i.kind != OfficePhone));
    app.ignore_messages().await;

    // By text only, there is nothing to choose.
    app.set_policy(|p| p.mobile_by = MobileBy::Text).await;
    let reset = app.begin_reset(ADA).await;
    assert_eq!(
        call_for(app, &reset, MobilePhone, PHONE).await,
        "not-offered"
    );
    app.set_policy(|p| p.mobile_by = MobileBy::Call).await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    assert!(!app.call_to(PHONE).await.code().is_empty());
    app.expect_no_messages().await;
}

// case: PH-12, C-09
async fn a_call_is_taken_from_the_budget_of_text_messages_at_its_own_price(_: &TestApp) {
    let mut options = Options::default();
    let budgets = &mut options.settings.budgets;
    budgets.money = Money(5_000);
    budgets.prices = vec!["*=0.1".parse().unwrap()];
    budgets.call_prices = vec!["+49=0.3".parse().unwrap(), "*=9".parse().unwrap()];
    budgets.breaker = Breaker {
        sent: 0,
        ..budgets.breaker
    };
    let app = TestApp::build(options).await;
    ada_with_a_desk(&app, Gates::One).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    assert_eq!(call_for(&app, &reset, MobilePhone, PHONE).await, "ok");
    let used = async |name: &str| {
        let totals = app.sending_limits(&boss).await.unwrap().totals;
        totals.iter().find(|t| t.name == name).unwrap().used
    };
    assert_eq!((used("sms").await, used("money").await), (2, 4_000));
    assert_eq!(
        call_for(&app, &reset, MobilePhone, PHONE).await,
        "sms-stopped",
        "only a text is left"
    );
    app.send_to(&reset, MobilePhone, PHONE).await.unwrap();
    let call = app.call_to(PHONE).await;
    assert!(!call.code().is_empty());
    app.ignore_messages().await;
}

// case: EN-05, EN-06
#[tokio::test]
async fn en_05_a_name_that_nobody_has_can_be_called_as_little_as_others_without_their_number() {
    let app = TestApp::new().await;
    ada_with_a_desk(&app, Gates::One).await;
    let mut seen = 0;
    for n in 0..12 {
        let reset = app.begin_reset(&format!("nobody{n}@contoso.example")).await;
        for choice in app.progress(&reset).await.choices {
            let typed = match choice.kind {
                MobilePhone => PHONE,
                OfficePhone => LINE,
                _ => continue,
            };
            seen += 1;
            let ways = match choice.kind {
                MobilePhone => vec![Sms, Voice],
                _ => vec![Voice],
            };
            assert_eq!(choice.ways, ways);
            assert_eq!(
                call_for(&app, &reset, choice.kind, typed).await,
                "destination-mismatch"
            );
        }
    }
    assert!(seen > 5, "decoys are of these kinds, too");
    app.expect_no_messages().await;
}
