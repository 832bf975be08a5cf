//! Recovery codes: made and shown once, each used once, replaced as a whole.

use crate::help::{ADA, MAIL, PHONE, ada, at_once, code_of, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind::{self, Email, RecoveryCodes};
use keyward_core::policy::{Gates, KindCode};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;

on_both_engines!(
    rcv_01_a_code_or_its_replacement_and_never_both_lists,
    tr_02_one_code_at_once_in_many_resets_opens_one_gate,
    ot_22_guesses_are_counted_by_person_and_not_by_code,
);

/// Ada, with phone, mailbox, and these kinds on offer.
async fn offered(app: &TestApp, gates: Gates) -> UserId {
    let id = ada(app, gates).await;
    app.set_policy(|p| p.methods = MethodKind::ALL.map(KindCode).into())
        .await;
    id
}

/// A session of hers after a fresh proof by mail.
async fn proved(app: &TestApp, id: UserId) -> Principal {
    let me = app.session_of(id).await;
    let methods = app.my_account(&me).await.unwrap().methods;
    let mail = methods.iter().find(|m| m.kind() == Email).unwrap().id;
    app.send_step_up(&app.ctx(), &me, mail).await.unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    app.again(&me).await
}

/// Makes a list, in the place of the one that there is.
async fn list(app: &TestApp, me: &Principal) -> Vec<String> {
    let seen = app.recovery_list(me).await.unwrap().map(|l| l.id);
    let codes = app.make_recovery_codes(&app.ctx(), me, seen).await;
    let codes = codes.unwrap();
    codes.iter().map(|c| app.plant(c.expose())).collect()
}

/// A reset in which a recovery code is asked for.
async fn asked(app: &TestApp) -> String {
    let reset = app.begin_reset(ADA).await;
    app.send_to(&reset, RecoveryCodes, "").await.unwrap();
    reset
}

// case: RC-01, RCV-03, TR-02
#[tokio::test]
async fn rcv_03_each_code_opens_one_gate_and_the_owner_is_told_how_many_are_left() {
    let app = TestApp::new().await;
    let id = offered(&app, Gates::Two).await;
    let me = proved(&app, id).await;
    let codes = list(&app, &me).await;
    assert_eq!(codes.len(), 10);
    let made = app.mail_to(MAIL).await;
    assert!(
        made.text.contains("a new list of recovery codes was added"),
        "{}",
        made.text
    );
    for (n, code) in codes.iter().enumerate() {
        let reset = asked(&app).await;
        // However it is written, and never twice.
        let typed = if n % 2 == 0 {
            code.to_lowercase().replace('-', " ")
        } else {
            code.clone()
        };
        let progress = app.answer(&reset, &typed).await.unwrap();
        assert!(!progress.verified && progress.choices.iter().all(|c| c.kind != RecoveryCodes));
        let told = app.mail_to(MAIL).await.text;
        let left = 9 - n;
        let expected = match left {
            0 => "It was the last one.".to_owned(),
            1 => "One is left.".to_owned(),
            left => format!("{left} are left."),
        };
        assert!(told.contains(&expected), "{told}");
        assert_eq!(told.contains("Make a new list soon"), left <= 3, "{told}");
        if n == 0 {
            let again = asked(&app).await;
            assert_eq!(
                code_of(app.answer(&again, code).await),
                "recovery-code-wrong"
            );
        }
    }
    let left = app.recovery_list(&me).await.unwrap().unwrap().left;
    assert_eq!(left, 0);
    // The rows hold none of them.
    let dump = app.dump().await;
    for code in &codes {
        assert!(!dump.contains(code) && !dump.contains(&code.replace('-', "")));
    }
    app.ignore_messages().await;
}

// case: RCV-01
async fn rcv_01_a_code_or_its_replacement_and_never_both_lists(app: &TestApp) {
    let id = offered(app, Gates::One).await;
    let me = proved(app, id).await;
    let codes = list(app, &me).await;
    let seen = app.recovery_list(&me).await.unwrap().map(|l| l.id);
    let reset = asked(app).await;
    let ctx = app.ctx();
    let done = at_once(app, 2, |node, i| {
        let (ctx, me, reset) = (ctx.clone(), me.clone(), reset.clone());
        let code = Secret::new(codes[0].clone());
        async move {
            let done = if i == 0 {
                node.answer_reset(&ctx, &reset, &code).await.map(drop)
            } else {
                node.make_recovery_codes(&ctx, &me, seen).await.map(drop)
            };
            (i, done)
        }
    });
    let mut done = done.await;
    done.sort_by_key(|(i, _)| *i);
    done.remove(1).1.unwrap();
    // Whichever came first: the old list opens nothing any more, not even what it has opened.
    let ended = app.reset_progress(&ctx, &reset).await;
    assert!(ended.map_or(true, |p| !p.verified));
    let reset = asked(app).await;
    assert_eq!(
        code_of(app.answer(&reset, &codes[1]).await),
        "recovery-code-wrong"
    );
    app.ignore_messages().await;
}

// case: TR-02
async fn tr_02_one_code_at_once_in_many_resets_opens_one_gate(app: &TestApp) {
    let id = offered(app, Gates::Two).await;
    let me = proved(app, id).await;
    let code = list(app, &me).await.remove(0);
    let mut resets = Vec::new();
    for _ in 0..16 {
        resets.push(asked(app).await);
    }
    let ctx = app.ctx();
    let answers = at_once(app, resets.len(), |node, i| {
        let (reset, ctx) = (resets[i].clone(), ctx.clone());
        let code = Secret::new(code.clone());
        async move { node.answer_reset(&ctx, &reset, &code).await.is_ok() }
    });
    assert_eq!(answers.await.into_iter().filter(|right| *right).count(), 1);
    app.ignore_messages().await;
}

// case: OT-22, OT-02
async fn ot_22_guesses_are_counted_by_person_and_not_by_code(app: &TestApp) {
    let id = offered(app, Gates::Two).await;
    let me = proved(app, id).await;
    let codes = list(app, &me).await;
    for n in 0..4 {
        let reset = asked(app).await;
        let guess = format!("{n}000-0000-0000-0000-0000-0000");
        assert_eq!(
            code_of(app.answer(&reset, &guess).await),
            "recovery-code-wrong"
        );
    }
    let reset = asked(app).await;
    assert_eq!(code_of(app.answer(&reset, "nonsense").await), "blocked");
    assert_eq!(code_of(app.answer(&reset, &codes[0]).await), "blocked");
    app.ignore_messages().await;
}

// case: RCV-02, SE-05
#[tokio::test]
async fn rcv_02_a_form_sent_again_makes_no_other_list() {
    let app = TestApp::new().await;
    let id = offered(&app, Gates::Two).await;
    let stale = app.session_of(id).await;
    let early = app.make_recovery_codes(&app.ctx(), &stale, None).await;
    assert_eq!(refused(early), Refusal::FreshProofNeeded);
    let me = proved(&app, id).await;
    let first = list(&app, &me).await;
    let again = app.make_recovery_codes(&app.ctx(), &me, None).await;
    assert_eq!(refused(again), Refusal::ChangedMeanwhile);
    let reset = asked(&app).await;
    app.answer(&reset, &first[0]).await.unwrap();
    let second = list(&app, &me).await;
    let reset = asked(&app).await;
    assert_eq!(
        code_of(app.answer(&reset, &first[1]).await),
        "recovery-code-wrong"
    );
    app.answer(&reset, &second[0]).await.unwrap();
    assert!(app.prove(&reset, PHONE).await.verified);
    app.ignore_messages().await;
}

#[tokio::test]
async fn recovery_codes_are_a_fresh_proof_and_are_offered_only_where_the_policy_says() {
    let app = TestApp::new().await;
    let id = offered(&app, Gates::Two).await;
    let me = proved(&app, id).await;
    let codes = list(&app, &me).await;
    let other = app.session_of(id).await;
    let on_paper = app.recovery_list(&me).await.unwrap().unwrap().id;
    app.send_step_up(&app.ctx(), &other, on_paper)
        .await
        .unwrap();
    let code = Secret::new(codes[0].clone());
    app.answer_step_up(&app.ctx(), &other, &code).await.unwrap();
    let told = app.mail_to(MAIL).await;
    assert_eq!(told.subject, "A recovery code was used");
    let other = app.again(&other).await;
    app.remove_my_method(&app.ctx(), &other, on_paper)
        .await
        .unwrap();
    assert_eq!(app.recovery_list(&me).await.unwrap(), None);
    let proposed = app
        .propose_method(&app.ctx(), &other, RecoveryCodes, "")
        .await;
    assert_eq!(
        refused(proposed),
        Refusal::NotOffered,
        "they are made, not proposed"
    );
    app.set_policy(|p| p.methods = MethodKind::DEFAULT.map(KindCode).into())
        .await;
    let made = app.make_recovery_codes(&app.ctx(), &other, None).await;
    assert_eq!(refused(made), Refusal::NotOffered);
    let boss = app.admin(Role::GlobalAdministrator).await;
    let added = app
        .add_method_for(&app.ctx(), &boss, id, RecoveryCodes, "")
        .await;
    assert_eq!(refused(added), Refusal::NotOffered);
    app.ignore_messages().await;
}
