//! Authenticator apps: set up by one right code, a step taken once, a secret that nobody reads again.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, at_once, code_of, other_than, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind::{AuthenticatorApp, Email, MobilePhone};
use keyward_core::method::{Means, Method};
use keyward_core::policy::{Gates, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{hours, minutes, seconds};
use keyward_core::totp::Step;

on_both_engines!(
    t_06_an_app_counts_after_its_first_code,
    ot_13_only_steps_around_now_are_taken_and_each_once,
    ot_14_no_clock_brings_a_step_back,
    tr_02_one_code_at_once_in_many_resets_opens_one_gate,
    ot_01_five_wrong_codes_of_an_app_are_the_end,
    t_07_a_secret_in_another_row_proves_nothing,
    st_05_two_apps_are_one_gate,
);

/// Ada with an app beside phone and mailbox, and its secret; all kinds are on offer.
async fn with_app(app: &TestApp, gates: Gates) -> (UserId, String) {
    let id = ada(app, gates).await;
    app.set_policy(|p| p.methods = keyward_core::policy::Policy::default().methods)
        .await;
    let (_, seed) = app.register_app(id, "Pixel 8").await;
    (id, seed)
}

/// A reset in which the code of an app is asked for.
async fn asked(app: &TestApp) -> String {
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, AuthenticatorApp, "").await.unwrap();
    reset
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// Sets an app up in this session, with the code that it shows.
async fn set_up(app: &TestApp, me: &Principal, name: &str) -> String {
    app.propose_method(&app.ctx(), me, AuthenticatorApp, name)
        .await
        .unwrap();
    let seed = app.new_app(&app.ctx(), me).await.unwrap().spelled;
    let seed = app.plant_seed(seed.expose());
    let code = secret(&app.app_code(&seed, 0));
    app.confirm_method(&app.ctx(), me, &code, None)
        .await
        .unwrap();
    seed
}

// case: T-06
async fn t_06_an_app_counts_after_its_first_code(app: &TestApp) {
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    let id = app.user("ada").await;
    let me = app.session_of(id).await;
    let ctx = app.ctx();
    app.propose_method(&ctx, &me, AuthenticatorApp, "Pixel 8")
        .await
        .unwrap();
    assert!(app.my_account(&me).await.unwrap().methods.is_empty());
    let new = app.new_app(&ctx, &me).await.unwrap();
    let seed = app.plant_seed(new.spelled.expose());
    assert!(new.uri.expose().contains(&seed.replace(' ', "")));
    assert!(new.uri.expose().contains("ada%40contoso.example"));
    // Another session of hers neither sees it nor can confirm it.
    let other = app.session_of(id).await;
    assert_eq!(code_of(app.new_app(&ctx, &other).await), "app-tries-over");
    let code = app.app_code(&seed, 0);
    let elsewhere = app.confirm_method(&ctx, &other, &secret(&code), None).await;
    assert_eq!(code_of(elsewhere), "code-dead");
    let wrong = secret(&other_than(&code));
    let answer = app.confirm_method(&ctx, &me, &wrong, None).await;
    assert_eq!(refused(answer), Refusal::AppCodeWrong);
    assert!(
        app.new_app(&ctx, &me).await.is_ok(),
        "shown until it is done"
    );
    app.confirm_method(&ctx, &me, &secret(&code), None)
        .await
        .unwrap();
    assert_eq!(code_of(app.new_app(&ctx, &me).await), "app-tries-over");
    let methods = app.my_account(&me).await.unwrap().methods;
    assert_eq!(methods[0].means.to_string(), "Pixel 8");
    // The code that set it up is used; the next one opens the gate.
    let reset = asked(app).await;
    assert_eq!(code_of(app.answer(&reset, &code).await), "app-code-wrong");
    let next = app.app_code(&seed, 1);
    assert!(app.answer(&reset, &next).await.unwrap().verified);
    app.finish(&reset, NEW).await.unwrap();
    let dump = app.dump().await;
    for secret in app.secrets().iter().filter(|s| s.len() > 12) {
        assert!(!dump.contains(secret), "{secret}");
    }
    app.ignore_messages().await;
}

// case: OT-13, T-02, T-03
async fn ot_13_only_steps_around_now_are_taken_and_each_once(app: &TestApp) {
    let (_, seed) = with_app(app, Gates::Two).await;
    // Each in a reset of its own, as one channel opens one gate.
    let answer = async |steps: i64| {
        let reset = asked(app).await;
        code_of(app.answer(&reset, &app.app_code(&seed, steps)).await)
    };
    assert_eq!(answer(-2).await, "app-code-wrong");
    assert_eq!(answer(2).await, "app-code-wrong");
    assert_eq!(answer(-1).await, "ok");
    assert_eq!(answer(-1).await, "app-code-wrong", "used");
    assert_eq!(answer(0).await, "ok");
    app.advance(hours(25));
    assert_eq!(answer(0).await, "ok");
    assert_eq!(
        answer(-1).await,
        "app-code-wrong",
        "before one that was used"
    );
    assert_eq!(answer(1).await, "ok");
}

// case: OT-14
async fn ot_14_no_clock_brings_a_step_back(app: &TestApp) {
    let (_, seed) = with_app(app, Gates::Two).await;
    let reset = asked(app).await;
    let code = app.app_code(&seed, 0);
    let late = app.now();
    app.answer(&reset, &code).await.unwrap();
    let reset = asked(app).await;
    let back = app.ctx_at(keyward_core::time::Timestamp(late.0 - 20_000_000));
    let again = app.answer_reset(&back, &reset, &secret(&code)).await;
    assert_eq!(code_of(again), "app-code-wrong");
}

// case: TR-02, TR-01
async fn tr_02_one_code_at_once_in_many_resets_opens_one_gate(app: &TestApp) {
    let (_, seed) = with_app(app, Gates::Two).await;
    let mut resets = Vec::new();
    for _ in 0..16 {
        resets.push(asked(app).await);
    }
    let (code, ctx) = (app.app_code(&seed, 0), app.ctx());
    let answers = at_once(app, resets.len(), |node, i| {
        let (reset, code, ctx) = (resets[i].clone(), secret(&code), ctx.clone());
        async move { node.answer_reset(&ctx, &reset, &code).await.is_ok() }
    });
    assert_eq!(answers.await.into_iter().filter(|right| *right).count(), 1);
}

// case: OT-01, OT-02, OT-06, T-05
async fn ot_01_five_wrong_codes_of_an_app_are_the_end(app: &TestApp) {
    let (_, seed) = with_app(app, Gates::One).await;
    app.set_policy(|p| p.mail_alone = true).await;
    let code = app.app_code(&seed, 0);
    // By app, by mail, in new resets: it is one count.
    for i in 0..4 {
        let reset = asked(app).await;
        if i % 2 == 1 {
            app.send_to(&reset, Email, "").await.unwrap();
        }
        let wrong = app.answer(&reset, "00000").await;
        assert!(code_of(wrong).ends_with("code-wrong"));
    }
    let reset = asked(app).await;
    assert_eq!(code_of(app.answer(&reset, "00000").await), "blocked");
    assert_eq!(
        code_of(app.answer(&reset, &code).await),
        "blocked",
        "the right one"
    );
    assert_eq!(
        code_of(app.send_to(&reset, AuthenticatorApp, "").await),
        "blocked"
    );
    app.ignore_messages().await;
}

// case: T-07, DB-05
async fn t_07_a_secret_in_another_row_proves_nothing(app: &TestApp) {
    let (id, _) = with_app(app, Gates::Two).await;
    let bob = app.user("bob").await;
    app.register_app(bob, "Bob's").await;
    let (_, third) = app.register_app(id, "Tablet").await;
    let mut tx = app.db.write(app.tenant).await.unwrap();
    let theirs = tx.apps_of(bob).await.unwrap().remove(0);
    let mine = tx.apps_of(id).await.unwrap();
    let methods = tx.methods_of(id).await.unwrap();
    let pixel = methods
        .iter()
        .find(|m| m.means.to_string() == "Pixel 8")
        .unwrap();
    let tablet = methods
        .iter()
        .find(|m| m.means.to_string() == "Tablet")
        .unwrap();
    let sealed = |m: &Method| mine.iter().find(|a| a.id == m.id).unwrap().sealed.clone();
    // Whoever can write to the database gives Ada the secret of Bob, and each of hers that of the other.
    for (method, sealed) in [(pixel, sealed(tablet)), (tablet, theirs.sealed)] {
        tx.delete_method(id, method.id).await.unwrap();
        tx.insert_app(method, &sealed, Step(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let reset = asked(app).await;
    let code = app.app_code(&third, 0);
    assert_eq!(code_of(app.answer(&reset, &code).await), "app-code-wrong");
}

// case: ST-05, F-06
async fn st_05_two_apps_are_one_gate(app: &TestApp) {
    let (id, first) = with_app(app, Gates::Two).await;
    app.advance(seconds(1));
    let (_, second) = app.register_app(id, "Tablet").await;
    let reset = app.begin_reset(ADA).await;
    let shown = app.progress(&reset).await.choices;
    let apps: Vec<_> = shown
        .iter()
        .filter(|c| c.kind == AuthenticatorApp)
        .collect();
    assert_eq!(
        (apps.len(), apps[0].masked.as_str()),
        (1, ""),
        "one question, and no name"
    );
    app.send_to(&reset, AuthenticatorApp, "").await.unwrap();
    // Either of them answers it.
    let progress = app.answer(&reset, &app.app_code(&first, 0)).await.unwrap();
    assert!(!progress.verified);
    assert!(progress.choices.iter().all(|c| c.kind != AuthenticatorApp));
    let again = app.answer(&reset, &app.app_code(&second, 0)).await;
    assert_eq!(
        code_of(again),
        "app-tries-over",
        "that question is answered"
    );
    assert!(app.prove(&reset, MAIL).await.verified);
    // At the second gate too it is one question.
    let reset = app.begin_reset(ADA).await;
    let left = app.prove(&reset, PHONE).await.choices;
    let apps = left.iter().filter(|c| c.kind == AuthenticatorApp);
    assert_eq!(apps.count(), 1);
}

// case: TR-08, TR-09, TR-10, C-03
#[tokio::test]
async fn tr_10_the_code_of_an_app_opens_only_what_asked_for_it() {
    let app = TestApp::new().await;
    let (id, seed) = with_app(&app, Gates::One).await;
    let bob = app.user("bob").await;
    app.set_policy(|p| p.mail_alone = true).await;
    let (_, bobs) = app.register_app(bob, "Bob's").await;
    let (one, two) = (asked(&app).await, app.begin_reset(ADA).await);
    let code = app.app_code(&seed, 0);
    assert_eq!(
        code_of(app.answer(&two, &code).await),
        "code-dead",
        "not asked here"
    );
    let foreign = app.app_code(&bobs, 0);
    assert_eq!(code_of(app.answer(&one, &foreign).await), "app-code-wrong");
    // While a mail is the newest question, the app's code is none.
    app.send_to(&two, Email, "").await.unwrap();
    assert_eq!(code_of(app.answer(&two, &code).await), "code-wrong");
    let me = app.session_of(id).await;
    let step_up = app.answer_step_up(&app.ctx(), &me, &secret(&code)).await;
    assert_eq!(code_of(step_up), "code-dead");
    assert!(app.answer(&one, &code).await.unwrap().verified);
    app.ignore_messages().await;
}

// case: SE-05, C-12, S07
#[tokio::test]
async fn an_app_is_a_fresh_proof_and_is_renamed_replaced_and_removed() {
    let app = TestApp::new().await;
    let (id, seed) = with_app(&app, Gates::Two).await;
    let me = app.session_of(id).await;
    let ctx = app.ctx();
    let of_kind = async |kind| {
        let methods = app.my_account(&me).await.unwrap().methods;
        methods.into_iter().find(|m| m.kind() == kind)
    };
    let pixel = of_kind(AuthenticatorApp).await.unwrap().id;
    let rename = async |me: &Principal, name: &str| app.rename_method(&ctx, me, pixel, name).await;
    assert_eq!(refused(rename(&me, "x").await), Refusal::FreshProofNeeded);
    app.send_step_up(&ctx, &me, pixel).await.unwrap();
    assert_eq!(
        app.asked_step_up(&me).await.unwrap(),
        Some((AuthenticatorApp, None))
    );
    let code = secret(&app.app_code(&seed, 0));
    app.answer_step_up(&ctx, &me, &code).await.unwrap();
    app.expect_no_messages().await;
    let me = app.again(&me).await;

    for bad in ["", "   ", &"x".repeat(41)] {
        assert!(matches!(
            refused(rename(&me, bad).await),
            Refusal::Fields(_)
        ));
    }
    rename(&me, "Old phone").await.unwrap();
    let phone = of_kind(MobilePhone).await.unwrap().id;
    let other = app.rename_method(&ctx, &me, phone, "x").await;
    assert_eq!(refused(other), Refusal::NotFound);
    app.expect_no_messages().await;

    // Replaced, under the same name.
    let change = (AuthenticatorApp, pixel);
    app.propose_change(&ctx, &me, change, "Old phone")
        .await
        .unwrap();
    let new = app.new_app(&ctx, &me).await.unwrap();
    let new = app.plant_seed(new.spelled.expose());
    let code = secret(&app.app_code(&new, 0));
    app.confirm_method(&ctx, &me, &code, Some(pixel))
        .await
        .unwrap();
    let replaced = app.mail_to(MAIL).await;
    assert!(
        replaced
            .text
            .contains("the authenticator app \"Old phone\""),
        "{}",
        replaced.text
    );
    assert!(
        replaced.text.contains("Codes of the old one prove nothing"),
        "{}",
        replaced.text
    );
    let reset = asked(&app).await;
    assert_eq!(
        code_of(app.answer(&reset, &app.app_code(&seed, 1)).await),
        "app-code-wrong"
    );
    assert_eq!(
        code_of(app.answer(&reset, &app.app_code(&new, 1)).await),
        "ok"
    );

    let gone = of_kind(AuthenticatorApp).await.unwrap().id;
    assert_ne!(gone, pixel);
    app.remove_my_method(&ctx, &me, gone).await.unwrap();
    assert!(of_kind(AuthenticatorApp).await.is_none());
    let reset = app.begin_reset(ADA).await;
    let kinds: Vec<_> = app
        .progress(&reset)
        .await
        .choices
        .iter()
        .map(|c| c.kind)
        .collect();
    assert_eq!(kinds, [MobilePhone, Email]);
    app.ignore_messages().await;
}

// case: T-06, AZ-05
#[tokio::test]
async fn t_06_an_administrator_removes_an_app_and_never_sets_or_sees_one() {
    let app = TestApp::new().await;
    let (id, seed) = with_app(&app, Gates::One).await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let ctx = app.ctx();
    let added = app
        .add_method_for(&ctx, &boss, id, AuthenticatorApp, "Mine")
        .await;
    assert_eq!(refused(added), Refusal::NotOffered);
    let reset = asked(&app).await;
    let page = app.user_page(&boss, id).await.unwrap();
    let methods = &page.account.methods;
    let found = methods
        .iter()
        .find(|m| m.kind() == AuthenticatorApp)
        .unwrap();
    assert!(matches!(&found.means, Means::App(name) if name.as_str() == "Pixel 8"));
    assert!(!format!("{methods:?}").contains(&seed.replace(' ', "")));
    app.remove_methods_of(&ctx, &boss, id, Some(found.id))
        .await
        .unwrap();
    assert_eq!(
        code_of(app.answer(&reset, &app.app_code(&seed, 0)).await),
        "reset-void"
    );
    let told = app.mail_to(MAIL).await.text;
    assert!(told.contains("the authenticator app \"Pixel 8\""), "{told}");
    app.ignore_messages().await;
}

#[tokio::test]
async fn several_apps_have_names_of_their_own_and_there_is_an_end() {
    let app = TestApp::new().await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    let id = app.user("ada").await;
    let mut me = app.session_of(id).await;
    for n in 0..AuthenticatorApp.most() {
        set_up(&app, &me, &format!("App {n}")).await;
        app.advance(seconds(31));
        me = app.again(&me).await;
    }
    let propose = async |name: &str| {
        app.propose_method(&app.ctx(), &me, AuthenticatorApp, name)
            .await
    };
    assert_eq!(refused(propose("app 3").await), Refusal::AlreadyRegistered);
    let full = Refusal::field("value", "too-many-methods");
    assert_eq!(refused(propose("One more").await), full);
    let events = app.events().await;
    let added = events
        .iter()
        .filter(|e| e.activity == Activity::SecurityInfoRegistered);
    assert_eq!(added.count(), AuthenticatorApp.most());
}

#[tokio::test]
async fn setting_up_takes_a_quarter_of_an_hour_at_most_and_five_tries() {
    let app = TestApp::new().await;
    app.set_policy(|p| p.scope = Scope::All).await;
    let id = app.user("ada").await;
    let me = app.session_of(id).await;
    let begin = async |me: &Principal| {
        app.propose_method(&app.ctx(), me, AuthenticatorApp, "Pixel")
            .await
            .unwrap();
        let new = app.new_app(&app.ctx(), me).await.unwrap();
        app.plant_seed(new.spelled.expose())
    };
    let seed = begin(&me).await;
    app.advance(minutes(15));
    assert_eq!(
        code_of(app.new_app(&app.ctx(), &me).await),
        "app-tries-over"
    );
    let late = secret(&app.app_code(&seed, 0));
    let answer = app.confirm_method(&app.ctx(), &me, &late, None).await;
    assert_eq!(code_of(answer), "app-tries-over");
    // Begun anew, the first secret is gone.
    let me = app.session_of(id).await;
    let second = begin(&me).await;
    assert_ne!(second, begin(&me).await);
    let old = secret(&app.app_code(&second, 0));
    let answer = app.confirm_method(&app.ctx(), &me, &old, None).await;
    assert_eq!(code_of(answer), "app-code-wrong");
}

// case: EN-05, EN-07
#[tokio::test]
async fn en_05_a_name_that_nobody_has_is_asked_for_the_code_of_an_app_too() {
    let app = TestApp::new().await;
    let (_, _) = with_app(&app, Gates::Two).await;
    app.set_policy(|p| {
        p.methods = [AuthenticatorApp, Email]
            .map(keyward_core::policy::KindCode)
            .into();
    })
    .await;
    let seen = async |name: &str| {
        let reset = app.begin_reset(name).await;
        let mut seen = vec![format!(
            "{:?}",
            app.send_to(&reset, AuthenticatorApp, "").await.is_ok()
        )];
        let progress = app.progress(&reset).await;
        let kinds: Vec<_> = progress.choices.iter().map(|c| c.kind).collect();
        seen.push(format!("{:?} {kinds:?} {}", progress.asked, progress.gates));
        for _ in 0..6 {
            seen.push(code_of(app.answer(&reset, "00000").await).to_owned());
        }
        seen
    };
    let known = seen(ADA).await;
    assert_eq!(seen("nobody@contoso.example").await, known);
    assert_eq!(seen("nonsense").await, known);
    app.expect_no_messages().await;
}

// case: S10
#[tokio::test]
async fn whoever_has_an_app_is_not_reset_by_mail_alone_unless_it_is_allowed() {
    let app = TestApp::new().await;
    let (_, seed) = with_app(&app, Gates::One).await;
    let offered = async || {
        let reset = app.begin_reset(ADA).await;
        let choices = app.progress(&reset).await.choices;
        let kinds: Vec<_> = choices.iter().map(|c| c.kind).collect();
        (reset, kinds)
    };
    let (reset, kinds) = offered().await;
    assert_eq!(kinds, [AuthenticatorApp, MobilePhone]);
    let code = asked(&app).await;
    let done = app.answer(&code, &app.app_code(&seed, 0)).await.unwrap();
    assert!(done.verified);
    assert!(
        app.prove(&reset, PHONE).await.verified,
        "a phone is not a mailbox"
    );
    // Proved before the app came: it is not enough any more, and the app can be asked for.
    app.set_policy(|p| p.mail_alone = true).await;
    let (reset, kinds) = offered().await;
    assert_eq!(kinds, [AuthenticatorApp, MobilePhone, Email]);
    assert!(app.prove(&reset, MAIL).await.verified);
    app.set_policy(|p| p.mail_alone = false).await;
    assert!(!app.progress(&reset).await.verified);
    assert_eq!(code_of(app.finish(&reset, NEW).await), "not-offered");
    app.send_to(&reset, AuthenticatorApp, "").await.unwrap();
    let done = app.answer(&reset, &app.app_code(&seed, 1)).await.unwrap();
    assert!(done.verified);
    app.ignore_messages().await;
}
