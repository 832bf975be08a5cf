//! Guessing codes: the count is exact, belongs to the user, and survives everything.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, at_once, code_of, other_than, refused};
use keyward_app::testing::TestApp;
use keyward_app::{Ctx, Error};
use keyward_core::audit::Activity;
use keyward_core::method::MethodKind;
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::time::{hours, seconds};

on_both_engines!(
    ot_01_five_wrong_codes_are_the_end,
    ot_02_a_new_reset_for_each_guess_does_not_help,
    ot_05_asking_again_does_not_help,
    ot_06_changing_the_method_does_not_help,
    ot_09_the_count_is_in_the_database_after_each_refusal,
    ot_11_of_64_guesses_at_once_five_are_looked_at,
    ot_25_whoever_is_blocked_can_still_sign_in,
);

/// A reset with a code on its way, and that code.
async fn with_code(app: &TestApp) -> (String, String) {
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    (reset, app.code_to(MAIL).await)
}

// case: OT-01
async fn ot_01_five_wrong_codes_are_the_end(app: &TestApp) {
    ada(app, Gates::One).await;
    let (reset, code) = with_code(app).await;
    let until = app.now() + hours(24);
    for _ in 0..4 {
        let wrong = app.answer(&reset, &other_than(&code)).await;
        assert_eq!(refused(wrong), Refusal::CodeWrong);
    }
    for guess in [&other_than(&code), &code, &other_than(&code)] {
        let refusal = refused(app.answer(&reset, guess).await);
        assert_eq!(
            refusal,
            Refusal::Blocked(until),
            "right and wrong look alike"
        );
    }
    assert_eq!(
        code_of(app.send_to(&reset, MethodKind::Email, "").await),
        "blocked"
    );
    let blocked = app.events().await;
    assert!(
        blocked
            .iter()
            .any(|e| e.activity == Activity::BlockedFromReset)
    );
    // A day later it is over, and a wrong code is just a wrong code.
    app.advance(hours(24));
    let (reset, code) = with_code(app).await;
    let wrong = app.answer(&reset, &other_than(&code)).await;
    assert_eq!(refused(wrong), Refusal::CodeWrong);
    assert!(app.prove(&reset, MAIL).await.verified);
}

// case: OT-02, OT-03, S23, S22
async fn ot_02_a_new_reset_for_each_guess_does_not_help(app: &TestApp) {
    ada(app, Gates::One).await;
    let mut looked_at = 0;
    for i in 0..200u8 {
        let ctx = Ctx {
            ip: Some(format!("203.0.113.{i}")),
            ..app.ctx()
        };
        let reset = app.begin_reset(ADA).await;
        let method = app.progress(&reset).await.choices[1].id;
        match app.send_reset_code(&ctx, &reset, method, "").await {
            Ok(()) => {
                let code = app.code_to(MAIL).await;
                let typed = Secret::new(other_than(&code));
                let refusal = refused(app.answer_reset(&ctx, &reset, &typed).await);
                looked_at += 1;
                assert_eq!(
                    matches!(refusal, Refusal::Blocked(_)),
                    looked_at == 5,
                    "{refusal:?}"
                );
            }
            Err(Error::Refused(Refusal::Blocked(_))) => {}
            Err(other) => panic!("{other}"),
        }
        app.advance(seconds(30));
    }
    assert_eq!(looked_at, 5);
    // Security info counts with it: one counter for every surface.
    let me = app.principal("ada").await;
    let mail = app.my_account(&me).await.unwrap().methods[1].id;
    app.send_step_up(&app.ctx(), &me, mail).await.unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    assert_eq!(
        code_of(app.answer_step_up(&app.ctx(), &me, &code).await),
        "blocked"
    );
}

// case: OT-05, C-04
async fn ot_05_asking_again_does_not_help(app: &TestApp) {
    ada(app, Gates::One).await;
    let (reset, code) = with_code(app).await;
    for _ in 0..4 {
        assert_eq!(
            code_of(app.answer(&reset, &other_than(&code)).await),
            "code-wrong"
        );
    }
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    let code = app.code_to(MAIL).await;
    assert_eq!(
        code_of(app.answer(&reset, &other_than(&code)).await),
        "blocked"
    );
    assert_eq!(code_of(app.answer(&reset, &code).await), "blocked");
}

// case: OT-06
async fn ot_06_changing_the_method_does_not_help(app: &TestApp) {
    ada(app, Gates::One).await;
    let reset = app.begin_reset(ADA).await;
    for i in 0..4 {
        let (kind, to) = if i % 2 == 0 {
            (MethodKind::Email, MAIL)
        } else {
            (MethodKind::MobilePhone, PHONE)
        };
        app.send_to(&reset, kind, to).await.unwrap();
        let code = app.code_to(to).await;
        assert_eq!(
            code_of(app.answer(&reset, &other_than(&code)).await),
            "code-wrong"
        );
    }
    // A wrong number is a wrong proof as well (entra-sspr 1.3).
    let typed = "+4915112345600";
    assert_eq!(
        code_of(app.send_to(&reset, MethodKind::MobilePhone, typed).await),
        "blocked"
    );
    assert_eq!(
        code_of(app.send_to(&reset, MethodKind::MobilePhone, PHONE).await),
        "blocked"
    );
}

// case: OT-09, C-05, INV-4
async fn ot_09_the_count_is_in_the_database_after_each_refusal(app: &TestApp) {
    ada(app, Gates::One).await;
    let (reset, code) = with_code(app).await;
    let counters = async || -> usize {
        let dump = app.dump().await;
        let rows = dump
            .lines()
            .filter(|l| l.contains("\"table\":\"counters\""));
        rows.map(|l| l.matches("1768464").count()).sum()
    };
    let before = counters().await;
    for n in 1..=4 {
        let _ = app.answer(&reset, &other_than(&code)).await;
        assert_eq!(counters().await, before + n, "one more instant is kept");
    }
}

// case: OT-11, S21, TR-04
async fn ot_11_of_64_guesses_at_once_five_are_looked_at(app: &TestApp) {
    ada(app, Gates::One).await;
    let (reset, code) = with_code(app).await;
    let (ctx, wrong) = (app.ctx(), other_than(&code));
    let results = at_once(app, 64, |node, _| {
        let (ctx, reset, wrong) = (ctx.clone(), reset.clone(), wrong.clone());
        async move { code_of(node.answer_reset(&ctx, &reset, &Secret::new(wrong)).await) }
    })
    .await;
    let count = |what| results.iter().filter(|r| **r == what).count();
    assert_eq!(
        (count("code-wrong"), count("blocked")),
        (4, 60),
        "{results:?}"
    );
    assert_eq!(code_of(app.answer(&reset, &code).await), "blocked");
}

// case: OT-25, S98
async fn ot_25_whoever_is_blocked_can_still_sign_in(app: &TestApp) {
    ada(app, Gates::One).await;
    let (reset, code) = with_code(app).await;
    for _ in 0..30 {
        let _ = app.answer(&reset, &other_than(&code)).await;
    }
    app.sign_in_as("ada").await.unwrap();
    let notices = app.mails().await.len() + app.texts_sent().await.len();
    assert!(notices <= 1, "{notices} notices");
}

// case: OT-18, C-08, UN-05
#[tokio::test]
async fn ot_18_only_the_code_is_the_code() {
    let app = TestApp::new().await;
    ada(&app, Gates::One).await;
    let digits = |text: &str| -> String {
        let arabic = |c: char| char::from_u32(0x0660 + c.to_digit(10).unwrap()).unwrap();
        text.chars().map(arabic).collect()
    };
    for i in 0..7 {
        let (reset, code) = with_code(&app).await;
        let odd = match i {
            0 => String::new(),
            1 => "0".into(),
            2 => "null".into(),
            3 => format!("-{code}-1"),
            4 => "7".repeat(1_000_000),
            5 => digits(&code),
            _ => format!("{code}\0"),
        };
        assert_eq!(code_of(app.answer(&reset, &odd).await), "code-wrong", "{i}");
        // It was counted, and the code is good still; typing it as it is shown or with a space is the same.
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert!(app.answer(&reset, &spaced).await.unwrap().verified, "{i}");
        app.finish(&reset, &format!("{NEW} {i}")).await.unwrap();
        app.ignore_messages().await;
        app.advance(hours(1));
    }
}

// case: C-01
#[tokio::test]
async fn codes_have_the_length_that_is_set() {
    let app = TestApp::build(keyward_app::testing::Options {
        settings: keyward_app::settings::Settings {
            code_digits: 8,
            puzzle_bits: 0,
            ..Default::default()
        },
        ..Default::default()
    })
    .await;
    ada(&app, Gates::One).await;
    let (reset, code) = with_code(&app).await;
    assert_eq!(code.len(), 8);
    assert!(app.answer(&reset, &code).await.unwrap().verified);
}
