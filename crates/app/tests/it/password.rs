//! Changing a password that one knows.

use crate::help::{ADA, MAIL, NEW, code_of, other_than, refused};
use keyward_app::password::NewPassword;
use keyward_app::policy::Protection;
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind;
use keyward_core::password::Fault;
use keyward_core::password::banned::{List, Reason};
use keyward_core::password::rules::PasswordRules;
use keyward_core::policy::{BannedWords, Policy};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::signin::ChangeReason;

async fn change(
    app: &TestApp,
    me: &keyward_app::Principal,
    old: &str,
    new: &str,
) -> keyward_app::Result<()> {
    let old = Secret::new(app.plant(old));
    app.change_password(&app.ctx(), me, old, app.twice(new))
        .await
}

// case: P-09, SE-03, F-09
#[tokio::test]
async fn p_09_the_old_password_is_asked_and_other_sessions_end() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let elsewhere = app.sign_in_as("ada").await.unwrap().token;
    let token = app.sign_in_as("ada").await.unwrap().token;
    let me = app.by_token(&token).await.unwrap();
    let wrong = change(&app, &me, "not the old one", NEW).await;
    assert_eq!(refused(wrong), Refusal::CurrentPasswordWrong);
    let old = app.password("ada");
    for (new, fault) in [
        (old.as_str(), Fault::SameAsOld),
        ("short", Fault::TooShort),
        (ADA, Fault::NamesYou),
        ("aaaaaaaaaaaa", Fault::Common),
        ("nul \0 in the middle", Fault::Unprintable),
    ] {
        assert_eq!(
            refused(change(&app, &me, &old, new).await),
            Refusal::Password(vec![fault])
        );
    }
    let different = NewPassword {
        first: Secret::new(NEW.into()),
        second: Secret::new("something else".into()),
    };
    let typed = app
        .change_password(&app.ctx(), &me, Secret::new(old.clone()), different)
        .await;
    assert_eq!(refused(typed), Refusal::Password(vec![Fault::Mismatch]));
    app.expect_no_messages().await;

    change(&app, &me, &old, NEW).await.unwrap();
    assert!(app.by_token(&elsewhere).await.is_none());
    assert!(app.by_token(&token).await.is_some(), "this one stays");
    assert_eq!(code_of(app.sign_in_as("ada").await), "bad-credentials");
    app.sign_in_with(ADA, NEW).await.unwrap();
    assert_eq!(app.mail_to(MAIL).await.subject, "Your password was changed");
    // The page that was open before knows an older password.
    assert_eq!(
        code_of(change(&app, &me, NEW, "and one more").await),
        "changed-meanwhile"
    );
}

// case: ST-20, S22
#[tokio::test]
async fn st_20_wrong_old_passwords_count_like_wrong_sign_ins() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let me = app.principal("ada").await;
    for i in 0..5 {
        assert_eq!(
            code_of(app.sign_in_with(ADA, &format!("guess {i}")).await),
            "bad-credentials"
        );
    }
    for i in 5..10 {
        let wrong = change(&app, &me, &format!("guess {i}"), NEW).await;
        assert_eq!(refused(wrong), Refusal::CurrentPasswordWrong, "{i}");
    }
    let old = app.password("ada");
    assert_eq!(code_of(change(&app, &me, &old, NEW).await), "locked-out");
    assert_eq!(code_of(app.sign_in_as("ada").await), "locked-out");
}

// case: ST-20
#[tokio::test]
async fn a_right_old_password_does_not_forgive_the_wrong_ones() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let me = app.principal("ada").await;
    let old = app.password("ada");
    for i in 0..9 {
        let _ = app.sign_in_with(ADA, &format!("guess {i}")).await;
        // Right, but the new one isn't: it is neither a failure nor a success.
        assert!(matches!(
            refused(change(&app, &me, &old, "short").await),
            Refusal::Password(_)
        ));
    }
    assert_eq!(
        code_of(app.sign_in_with(ADA, "guess 9").await),
        "locked-out"
    );
}

// case: OT-01
#[tokio::test]
async fn ot_01_changing_the_password_gives_no_new_guesses() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    let mail = app.register_mail(ada, MAIL).await;
    let me = app.principal("ada").await;
    app.send_step_up(&app.ctx(), &me, mail).await.unwrap();
    let wrong = other_than(&app.code_to(MAIL).await);
    let guess = async || {
        let typed = Secret::new(wrong.clone());
        code_of(app.answer_step_up(&app.ctx(), &me, &typed).await)
    };
    for _ in 0..4 {
        assert_eq!(guess().await, "code-wrong");
    }
    let old = app.password("ada");
    change(&app, &me, &old, NEW).await.unwrap();
    app.mail_to(MAIL).await;
    app.send_step_up(&app.ctx(), &me, mail).await.unwrap();
    let right = app.code_to(MAIL).await;
    let wrong = Secret::new(other_than(&right));
    let fifth = app.answer_step_up(&app.ctx(), &me, &wrong).await;
    assert_eq!(code_of(fifth), "blocked");
    // An administrator who gives a new password gives new guesses as well.
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.reset_password_of(&app.ctx(), &boss, ada).await.unwrap();
    app.mail_to(MAIL).await;
    let reset = app.begin_reset(ADA).await;
    let sent = app.send_to(&reset, MethodKind::Email, "").await;
    assert_ne!(code_of(sent), "blocked");
    app.ignore_messages().await;
}

// case: UN-01, P-06
#[tokio::test]
async fn un_01_the_same_keys_on_two_systems_open_one_account() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let me = app.principal("ada").await;
    let old = app.password("ada");
    change(&app, &me, &old, "cafe\u{301} cre\u{300}me noire")
        .await
        .unwrap();
    app.sign_in_with(ADA, "caf\u{e9} cr\u{e8}me noire")
        .await
        .unwrap();
    let me = app.again(&me).await;
    let same = change(
        &app,
        &me,
        "caf\u{e9} cr\u{e8}me noire",
        "cafe\u{301} cre\u{300}me noire",
    )
    .await;
    assert_eq!(refused(same), Refusal::Password(vec![Fault::SameAsOld]));
    assert_eq!(
        code_of(app.sign_in_with(ADA, "cafe creme noire").await),
        "bad-credentials"
    );
}

// case: UN-05, S97
#[tokio::test]
async fn un_05_a_megabyte_is_refused_before_it_is_hashed() {
    let app = TestApp::new().await;
    app.user("ada").await;
    let me = app.principal("ada").await;
    let huge = "x".repeat(1 << 20);
    assert_eq!(
        code_of(change(&app, &me, &huge, NEW).await),
        "current-password-wrong"
    );
    let old = app.password("ada");
    let refusal = refused(change(&app, &me, &old, &huge).await);
    assert_eq!(refusal, Refusal::Password(vec![Fault::TooLong]));
    change(&app, &me, &old, &"\u{1F980}\u{1F98A}".repeat(128))
        .await
        .unwrap();
}

// case: P-07, P-08
#[tokio::test]
async fn p_07_words_of_the_organisation_count_in_every_flow() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let save = async |lines: &str, enforced| {
        let read = app.policy(&admin).await.unwrap().version;
        let wanted = Protection {
            words: BannedWords::typed(enforced, lines),
            ..Protection::of(&Policy::default())
        };
        app.set_protection(&app.ctx(), &admin, read, wanted).await
    };
    let weak = "N0rthW!nd2042";
    assert!(
        save("northwind\n \nNORTHWIND\n Baltic Sea ", true)
            .await
            .unwrap()
    );
    assert!(!save("northwind\nBaltic Sea", true).await.unwrap());
    let stored = app.policy(&admin).await.unwrap().policy.banned_words;
    assert_eq!(stored.words, ["northwind", "Baltic Sea"]);
    let events = app.events().await;
    let list = events.iter().flat_map(|event| &event.changes);
    let list: Vec<_> = list
        .filter(|c| c.property == "BannedPasswordList")
        .collect();
    assert_eq!(list.len(), 1);
    assert_eq!(
        (&list[0].old, list[0].new.as_deref()),
        (&None, Some("northwind, Baltic Sea"))
    );

    let me = app.sign_in_as("ada").await.unwrap().token;
    let me = app.by_token(&me).await.unwrap();
    let old = app.password("ada");
    let banned = Refusal::Password(vec![Fault::OrganisationWord]);
    assert_eq!(refused(change(&app, &me, &old, weak).await), banned);
    let typed = app.preview_my_password(&me, &app.twice(weak)).await;
    assert_eq!(typed.unwrap(), [Fault::OrganisationWord]);

    let typed = Secret::new(weak.to_owned());
    let verdict = app.test_password(&admin, &typed).await.unwrap();
    assert_eq!(
        verdict.words.reason,
        Some(Reason::Points(List::Organisation))
    );
    assert_eq!(verdict.faults, [Fault::OrganisationWord]);
    let reader = app.admin(Role::ReportsReader).await;
    let asked = app.test_password(&reader, &typed).await;
    assert_eq!(refused(asked), Refusal::NotAllowed);

    // What can't be a list changes nothing.
    for (lines, code) in [
        ("abc".to_owned(), "words-length"),
        ("a word of more than sixteen".to_owned(), "words-length"),
        (
            (0..1001).map(|n| format!("word{n}\n")).collect(),
            "words-many",
        ),
    ] {
        assert_eq!(
            refused(save(&lines, true).await),
            Refusal::field("words", code)
        );
    }
    // Switched off it is kept, and doesn't count.
    save("northwind\nBaltic Sea", false).await.unwrap();
    change(&app, &me, &old, weak).await.unwrap();
    app.ignore_messages().await;
}

// case: P-07
#[tokio::test]
async fn p_07_as_many_passwords_as_are_remembered_cannot_be_used_again() {
    let app = TestApp::new().await;
    app.set_policy(|p| p.password_rules.history = 2).await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let (first, second, third) = (app.password("ada"), "second of my own", "third of my own");
    let me = app.sign_in_as("ada").await.unwrap().token;
    let me = async || app.by_token(&me).await.unwrap();
    change(&app, &me().await, &first, second).await.unwrap();
    change(&app, &me().await, second, third).await.unwrap();
    let used = Refusal::Password(vec![Fault::UsedBefore]);
    for old in [first.as_str(), second] {
        let refusal = refused(change(&app, &me().await, third, old).await);
        assert_eq!(refusal, used, "{old}");
    }
    // What is remembered is of no use for a sign-in, and in no row in the clear.
    assert!(app.sign_in_with(ADA, second).await.is_err());
    let present = Refusal::Password(vec![Fault::SameAsOld]);
    assert_eq!(
        refused(change(&app, &me().await, third, third).await),
        present
    );
    // The oldest is forgotten when there is a fourth.
    change(&app, &me().await, third, "fourth of my own")
        .await
        .unwrap();
    change(&app, &me().await, "fourth of my own", &first)
        .await
        .unwrap();
    app.ignore_messages().await;
}

// case: P-07
#[tokio::test]
async fn p_07_a_shorter_history_forgets_at_once_and_temporary_passwords_take_no_place() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let remember = async |history| {
        let stored = app.policy(&admin).await.unwrap();
        let wanted = Protection {
            rules: PasswordRules {
                history,
                ..PasswordRules::default()
            },
            ..Protection::of(&stored.policy)
        };
        let ctx = app.ctx();
        let saved = app.set_protection(&ctx, &admin, stored.version, wanted);
        assert!(saved.await.unwrap());
    };
    remember(1).await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let first = app.password("ada");
    for _ in 0..3 {
        let temporary = app
            .reset_password_of(&app.ctx(), &admin, ada)
            .await
            .unwrap();
        app.plant(temporary.expose());
    }
    let kept = async || {
        let mut tx = app.db.read(app.tenant).await.unwrap();
        tx.replaced_verifiers(ada, 24).await.unwrap().len()
    };
    assert_eq!(kept().await, 1);
    let temporary = app
        .reset_password_of(&app.ctx(), &admin, ada)
        .await
        .unwrap();
    let token = app
        .sign_in_with(ADA, temporary.expose())
        .await
        .unwrap()
        .token;
    let me = app.by_token(&token).await.unwrap();
    let again = app
        .change_required_password(&app.ctx(), &me, app.twice(&first))
        .await;
    assert_eq!(refused(again), Refusal::Password(vec![Fault::UsedBefore]));
    remember(0).await;
    assert_eq!(kept().await, 0);
    app.change_required_password(&app.ctx(), &me, app.twice(&first))
        .await
        .unwrap();
    assert_eq!(kept().await, 0);
    app.ignore_messages().await;
}

// case: P-01
#[tokio::test]
async fn p_01_the_organisation_asks_for_longer_passwords_and_never_for_shorter_ones() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let save = async |min_length, kinds| {
        let stored = app.policy(&admin).await.unwrap();
        let wanted = Protection {
            rules: PasswordRules {
                min_length,
                kinds,
                history: 0,
            },
            ..Protection::of(&stored.policy)
        };
        app.set_protection(&app.ctx(), &admin, stored.version, wanted)
            .await
    };
    for low in [0, 7, 65] {
        assert_eq!(
            refused(save(low, 0).await),
            Refusal::field("min_length", "min-length-range")
        );
    }
    save(30, 4).await.unwrap();
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let token = app.sign_in_as("ada").await.unwrap().token;
    let me = app.by_token(&token).await.unwrap();
    let terms = app.password_terms(&app.ctx(), &me).await.unwrap();
    assert_eq!((terms.min, terms.kinds), (30, 4));
    let both = Refusal::Password(vec![Fault::TooShort, Fault::FewKinds]);
    let old = app.password("ada");
    assert_eq!(
        refused(change(&app, &me, &old, "twelve or more").await),
        both
    );
    // What is given out meets the rules too.
    let temporary = app
        .reset_password_of(&app.ctx(), &admin, ada)
        .await
        .unwrap();
    let text = app.plant(temporary.expose());
    assert!(text.len() >= 30 && text.contains(|c: char| c.is_ascii_uppercase()));
    // A policy from before there were rules keeps the floor.
    app.set_policy(|p| p.password_rules = PasswordRules::of_before())
        .await;
    let token = app
        .sign_in_with(ADA, temporary.expose())
        .await
        .unwrap()
        .token;
    let me = app.by_token(&token).await.unwrap();
    app.change_required_password(&app.ctx(), &me, app.twice("lamp rvr"))
        .await
        .unwrap();
    app.ignore_messages().await;
}

// case: P-07, P-08
#[tokio::test]
async fn p_07_a_password_from_a_breach_is_taken_nowhere() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let known = "lamp three door five";
    app.outside.breach(known);
    let me = app.sign_in_as("ada").await.unwrap().token;
    let me = app.by_token(&me).await.unwrap();
    let old = app.password("ada");
    let breached = Refusal::Password(vec![Fault::Breached]);
    assert_eq!(refused(change(&app, &me, &old, known).await), breached);
    let typed = app.preview_my_password(&me, &app.twice(known)).await;
    assert_eq!(typed.unwrap(), [Fault::Breached]);
    let admin = app.admin(Role::AuthenticationPolicyAdministrator).await;
    let typed = Secret::new(known.to_owned());
    let trial = app.test_password(&admin, &typed).await.unwrap();
    assert_eq!(
        (trial.words.reason, trial.faults),
        (None, vec![Fault::Breached])
    );
    app.ignore_messages().await;
}

// case: P-14
#[tokio::test]
async fn p_14_whoever_signs_in_with_a_password_from_a_breach_must_change_it() {
    let app = TestApp::new().await;
    let ada = app.user("ada").await;
    app.register_mail(ada, MAIL).await;
    let old = app.password("ada");
    assert_eq!(app.sign_in_as("ada").await.unwrap().must_change, None);
    app.outside.breach(&old);
    // A wrong one says nothing, whatever is known of it.
    app.outside.breach("wrong and known");
    assert!(app.sign_in_with(ADA, "wrong and known").await.is_err());
    let signed_in = app.sign_in_as("ada").await.unwrap();
    assert_eq!(signed_in.must_change, Some(ChangeReason::Breached));
    let me = app.by_token(&signed_in.token).await.unwrap();
    assert!(me.full().is_err(), "nothing else is open");
    let events = app.events().await;
    let began = events
        .iter()
        .any(|e| e.detail.as_deref() == Some("the password is known from a breach"));
    assert!(began);
    let ctx = app.ctx();
    let same = app.change_required_password(&ctx, &me, app.twice(&old));
    assert_eq!(
        refused(same.await),
        Refusal::Password(vec![Fault::Breached])
    );
    app.change_required_password(&app.ctx(), &me, app.twice(NEW))
        .await
        .unwrap();
    assert_eq!(app.sign_in_with(ADA, NEW).await.unwrap().must_change, None);
    app.ignore_messages().await;
}
