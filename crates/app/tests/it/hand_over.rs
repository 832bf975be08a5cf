//! Handing accounts over.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, at_once, code_of, refused};
use keyward_app::Principal;
use keyward_app::testing::TestApp;
use keyward_core::audit::Activity;
use keyward_core::hand_over::{HandOver, Opens};
use keyward_core::ids::{HandOverId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::pass::PassRules;
use keyward_core::policy::{Gates, Unable};
use keyward_core::refusal::Refusal;
use keyward_core::registration::Ask;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{hours, minutes, seconds};

on_both_engines!(
    the_way_back_after_it_was_not_me_is_an_account_that_is_handed_over,
    tr_02_a_link_begins_one_reset_however_often_it_is_used,
);

/// "It wasn't me", pressed in a notice.
async fn hold(app: &TestApp, id: UserId) {
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.set_held(id, Some(app.now())).await.unwrap();
    tx.void_everything_of(id).await.unwrap();
    tx.commit().await.unwrap();
}

// case: F-13, RC-02, TR-12, A-08
async fn the_way_back_after_it_was_not_me_is_an_account_that_is_handed_over(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    hold(app, ada).await;
    app.advance(seconds(1));
    // Half of it would leave what the thief has.
    for opens in [Opens::Password, Opens::SecurityInfo] {
        let half = app.hand_over_link(&boss, ada, opens).await;
        assert_eq!(refused(half), Refusal::Unable(Unable::Held));
    }
    // Two methods of the administrator, of different kinds, in this session, just now.
    let make = async || app.hand_over_link(&boss, ada, Opens::Account).await;
    assert_eq!(refused(make().await), Refusal::TwoProofsNeeded);
    app.register_mail(boss.user.id, "boss@home.example").await;
    app.register_phone(boss.user.id, "+4915112345699").await;
    assert_eq!(refused(make().await), Refusal::FreshProofNeeded);
    let methods = app.my_account(&boss).await.unwrap().methods;
    for (n, method) in methods.iter().enumerate() {
        app.send_step_up(&app.ctx(), &boss, method.id)
            .await
            .unwrap();
        let to = ["+4915112345699", "boss@home.example"][n];
        let code = Secret::new(app.code_to(to).await);
        app.answer_step_up(&app.ctx(), &boss, &code).await.unwrap();
        let after_one = n == 0;
        let ready = app
            .may_hand_over_now(&app.ctx(), &boss, Opens::Account)
            .await;
        assert_eq!(ready.unwrap().is_err(), after_one);
    }
    let token = make().await.unwrap();
    let notice = app.mail_to(MAIL).await;
    assert!(notice.subject.contains("made a link"), "{}", notice.subject);
    assert!(!notice.text.contains(&token));
    app.sms_to(PHONE).await;

    for _ in 0..10 {
        let offer = app.hand_over(&app.ctx(), &token).await.unwrap();
        assert_eq!(
            (offer.opens, offer.user_name.as_str()),
            (Opens::Account, ADA)
        );
    }
    let (reset, _) = app.begin_handed_reset(&app.ctx(), &token).await.unwrap();
    let reset = app.plant(reset);
    assert_eq!(
        code_of(app.begin_handed_reset(&app.ctx(), &token).await),
        "link-dead"
    );
    let progress = app.progress(&reset).await;
    assert!(progress.verified && progress.choices.is_empty() && !progress.unlock_offered);
    assert!(app.sign_in_as("ada").await.is_err(), "held until the end");
    assert_eq!(code_of(app.finish(&reset, "short").await), "password");
    app.finish(&reset, NEW).await.unwrap();
    assert_eq!(code_of(app.finish(&reset, NEW).await), "reset-void");

    let signed_in = app.sign_in_with(ADA, NEW).await.unwrap();
    assert_eq!(signed_in.ask, Some(Ask::Register));
    let me = app.by_token(&signed_in.token).await.unwrap();
    assert!(app.my_account(&me).await.unwrap().methods.is_empty());
    // She begins anew, without a proof of what is gone; the link in the old notice holds her no more.
    app.propose_method(&app.ctx(), &me, MethodKind::Email, MAIL)
        .await
        .unwrap();
    assert!(
        !app.not_me_is_open(&app.ctx(), &notice.token())
            .await
            .unwrap()
    );
    let events = app.events().await;
    for activity in [Activity::HandOverUsed, Activity::PasswordReset] {
        let good = |e: &&keyward_core::audit::Event| {
            e.activity == activity && e.outcome == keyward_core::audit::Outcome::Success
        };
        assert_eq!(events.iter().filter(good).count(), 1, "{activity:?}");
    }
    app.ignore_messages().await;
}

// case: SE-05
#[tokio::test]
async fn se_05_a_method_that_waits_is_none_of_the_two() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    app.register_mail(boss.user.id, "boss@home.example").await;
    app.add_method_for(
        &app.ctx(),
        &global,
        boss.user.id,
        MethodKind::MobilePhone,
        "+4915112345699",
    )
    .await
    .unwrap();
    let ready = async |me: &Principal| {
        for method in app.my_account(me).await.unwrap().methods {
            app.ignore_messages().await;
            app.send_step_up(&app.ctx(), me, method.id).await.unwrap();
            let code = Secret::new(app.code_to(&method.means.key()).await);
            app.answer_step_up(&app.ctx(), me, &code).await.unwrap();
        }
        let ready = app.may_hand_over_now(&app.ctx(), me, Opens::Account).await;
        ready.unwrap()
    };
    assert_eq!(ready(&boss).await, Err(Refusal::TwoProofsNeeded));
    app.advance(hours(72));
    let later = app.session_of(boss.user.id).await;
    assert_eq!(ready(&later).await, Ok(()));
    app.ignore_messages().await;
}

// case: TR-02, TR-03
async fn tr_02_a_link_begins_one_reset_however_often_it_is_used(app: &TestApp) {
    let ada = ada(app, Gates::Two).await;
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    let token = app.hand_over_link(&helper, ada, Opens::Password).await;
    let token = token.unwrap();
    let ctx = app.ctx();
    let begun = at_once(app, 16, |node, _| {
        let (ctx, token) = (ctx.clone(), token.clone());
        async move { node.begin_handed_reset(&ctx, &token).await.ok() }
    })
    .await;
    let mut begun: Vec<_> = begun.into_iter().flatten().collect();
    assert_eq!(begun.len(), 1);
    let reset = app.plant(begun.remove(0).0);
    let done = at_once(app, 8, |node, n| {
        let (ctx, reset) = (ctx.clone(), reset.clone());
        let new = keyward_app::password::NewPassword {
            first: Secret::new(format!("{NEW} {n}")),
            second: Secret::new(format!("{NEW} {n}")),
        };
        async move { node.complete_reset(&ctx, &reset, new).await.is_ok() }
    })
    .await;
    assert_eq!(done.into_iter().filter(|done| *done).count(), 1);
    // The methods stay.
    let me = app.session_of(ada).await;
    assert_eq!(app.my_account(&me).await.unwrap().methods.len(), 2);
    app.ignore_messages().await;
}

// case: DB-05
#[tokio::test]
async fn db_05_a_row_that_was_written_into_the_database_hands_nobody_over() {
    let (app, elsewhere) = (TestApp::new().await, TestApp::new().await);
    // Chance is the same in both, until one has used more of it.
    elsewhere.user("eve").await;
    let mut tokens = Vec::new();
    for one in [&app, &elsewhere] {
        let id = ada(one, Gates::Two).await;
        let helper = one.admin(Role::HelpdeskAdministrator).await;
        let token = one.hand_over_link(&helper, id, Opens::Password).await;
        tokens.push((id, helper.user.id, token.unwrap()));
    }
    let (id, issued_by, genuine) = tokens.swap_remove(0);
    let (_, _, foreign) = tokens.swap_remove(0);
    // Everything in the row is right, but the token was made for another one, under the same key.
    let mut tx = app.db.write(app.tenant).await.unwrap();
    let link = HandOver {
        id: HandOverId(uuid::Uuid::from_u128(7)),
        user: id,
        opens: Opens::Password,
        issued_by,
        credential_epoch: tx.user(id).await.unwrap().unwrap().credential_epoch,
        created_at: app.now(),
        expires_at: app.now() + minutes(5),
    };
    assert!(app.hand_over(&app.ctx(), &genuine).await.is_ok());
    let mac = app.keys.token_mac("hand-over", &foreign);
    tx.insert_hand_over(&link, &mac).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        code_of(app.hand_over(&app.ctx(), &foreign).await),
        "link-dead"
    );
    assert_eq!(
        code_of(app.begin_handed_reset(&app.ctx(), &foreign).await),
        "link-dead"
    );
    for one in [&app, &elsewhere] {
        one.ignore_messages().await;
    }
}

#[tokio::test]
async fn security_info_is_opened_to_its_owner_who_has_signed_in() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::Two).await;
    let ben = app.user("ben").await;
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    let token = app.hand_over_link(&boss, ada, Opens::SecurityInfo).await;
    let token = token.unwrap();
    let ctx = app.ctx();
    // It is no reset, and nothing for anybody else who is signed in.
    assert_eq!(
        code_of(app.begin_handed_reset(&ctx, &token).await),
        "link-dead"
    );
    let ben = app.session_of(ben).await;
    assert_eq!(
        code_of(app.use_hand_over(&ctx, &ben, &token).await),
        "link-dead"
    );
    let me = app.principal("ada").await;
    let add = async |me| {
        app.propose_method(&app.ctx(), me, MethodKind::Email, "ada@second.example")
            .await
    };
    assert_eq!(code_of(add(&me).await), "fresh-proof-needed");
    app.use_hand_over(&ctx, &me, &token).await.unwrap();
    assert_eq!(
        code_of(app.use_hand_over(&ctx, &me, &token).await),
        "link-dead"
    );
    let me = app.again(&me).await;
    add(&me).await.unwrap();
    app.advance(minutes(10));
    assert_eq!(code_of(add(&me).await), "fresh-proof-needed");
    app.ignore_messages().await;
}

// case: AZ-01, AZ-06, AZ-07, A-05, TR-06, TR-15
#[tokio::test]
async fn az_06_a_link_is_as_good_as_the_rights_of_who_made_it_are_now() {
    for what in [
        "promoted",
        "demoted",
        "blocked",
        "password",
        "held",
        "withdrawn",
        "newer",
        "late",
        "nothing",
    ] {
        for begun in [false, true] {
            let app = TestApp::new().await;
            let ada = ada(&app, Gates::Two).await;
            let helper = app.admin(Role::HelpdeskAdministrator).await;
            let token = app.hand_over_link(&helper, ada, Opens::Password).await;
            let token = token.unwrap();
            let reset = if begun {
                let (reset, _) = app.begin_handed_reset(&app.ctx(), &token).await.unwrap();
                Some(app.plant(reset))
            } else {
                None
            };
            match what {
                "promoted" => app.give_role(ada, Role::GlobalAdministrator).await,
                "demoted" => {
                    let mut tx = app.db.write(app.tenant).await.unwrap();
                    let role = Role::HelpdeskAdministrator;
                    tx.remove_role(helper.user.id, role).await.unwrap();
                    tx.commit().await.unwrap();
                }
                "blocked" => {
                    let mut tx = app.db.write(app.tenant).await.unwrap();
                    tx.set_enabled(ada, false).await.unwrap();
                    tx.commit().await.unwrap();
                }
                "password" => app.set_password(ada, "chosen meanwhile by ada").await,
                "held" => hold(&app, ada).await,
                "withdrawn" => app
                    .withdraw_hand_over(&app.ctx(), &helper, ada)
                    .await
                    .unwrap(),
                "newer" => {
                    let newer = app.hand_over_link(&helper, ada, Opens::Password).await;
                    newer.unwrap();
                }
                "late" => app.advance(minutes(60)),
                _ => {}
            }
            let done = match &reset {
                Some(reset) => code_of(app.finish(reset, NEW).await),
                None => code_of(app.begin_handed_reset(&app.ctx(), &token).await),
            };
            // A link that was used is not undone by the next one.
            let good = what == "nothing" || begun && what == "newer";
            let dead = match (begun, what) {
                (false, _) => "link-dead",
                (true, "late") => "reset-expired",
                (true, _) => "reset-void",
            };
            assert_eq!(done, if good { "ok" } else { dead }, "{what} {begun}");
            app.ignore_messages().await;
        }
    }
}

// case: AZ-01, A-05, RC-02
#[tokio::test]
async fn az_01_nobody_is_handed_over_by_a_lower_role_nor_by_themselves() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::Two).await;
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let link = async |by, of, opens| code_of(app.hand_over_link(by, of, opens).await);
    assert_eq!(
        link(&helper, global.user.id, Opens::Password).await,
        "holds-more-rights"
    );
    assert_eq!(link(&helper, ada, Opens::SecurityInfo).await, "not-allowed");
    assert_eq!(
        link(&helper, helper.user.id, Opens::Password).await,
        "not-on-yourself"
    );
    assert_eq!(
        link(&global, global.user.id, Opens::Account).await,
        "not-on-yourself"
    );
    let other = app.organisation("Fabrikam", "fabrikam.example").await;
    let eve = app.person(other, "eve@fabrikam.example").await;
    assert_eq!(link(&global, eve, Opens::Password).await, "not-found");
    // A session that has been open for long proves itself first.
    app.advance(minutes(16));
    assert_eq!(
        link(&helper, ada, Opens::Password).await,
        "fresh-proof-needed"
    );
    for made_up in ["", "x", "../../etc"] {
        assert_eq!(
            code_of(app.hand_over(&app.ctx(), made_up).await),
            "link-dead"
        );
    }
    app.expect_no_messages().await;
}

#[tokio::test]
async fn the_policy_says_for_how_long_a_link_is_good() {
    let app = TestApp::new().await;
    let ada = ada(&app, Gates::Two).await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let stored = app.policy(&global).await.unwrap();
    let set = async |read, minutes| {
        let passes = PassRules::default();
        app.set_in_person(&app.ctx(), &global, read, minutes, passes)
            .await
    };
    for wrong in [0, 4, 1441] {
        let range = Refusal::field("hand_over_minutes", "hand-over-range");
        assert_eq!(refused(set(stored.version, wrong).await), range);
    }
    assert!(set(stored.version, 5).await.unwrap());
    let token = app.hand_over_link(&global, ada, Opens::Password).await;
    let token = token.unwrap();
    app.advance(minutes(5).saturating_sub(seconds(1)));
    app.hand_over(&app.ctx(), &token).await.unwrap();
    app.advance(seconds(1));
    assert_eq!(
        code_of(app.hand_over(&app.ctx(), &token).await),
        "link-dead"
    );
    app.ignore_messages().await;
}
