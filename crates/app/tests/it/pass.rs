//! Temporary Access Passes.

use crate::help::{ADA, MAIL, NEW, ada, at_once, code_of, other_than, refused};
use keyward_app::signin::SignedIn;
use keyward_app::testing::TestApp;
use keyward_app::{Principal, Result};
use keyward_core::audit::Outcome;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;
use keyward_core::pass::PassRules;
use keyward_core::policy::{Gates, Scope, Unable};
use keyward_core::refusal::Refusal;
use keyward_core::registration::Ask;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{minutes, seconds};

on_both_engines!(
    a_newcomer_signs_in_with_a_pass_and_registers,
    tr_02_a_pass_that_works_once_lets_one_in_however_many_try,
    ot_11_wrong_passes_are_counted_apart_for_every_kind_of_name,
);

const NOBODY: &str = "nobody@contoso.example";

async fn switched_on(app: &TestApp) {
    app.set_policy(|p| p.pass.enabled = true).await;
}

async fn make(app: &TestApp, by: &Principal, id: UserId, once: bool) -> Result<String> {
    let made = app.make_pass(&app.ctx(), by, id, 60, once).await?;
    app.plant(made.text.expose().replace('-', ""));
    Ok(app.plant(made.text.expose()))
}

async fn enter(app: &TestApp, name: &str, pass: &str) -> Result<SignedIn> {
    let pass = Secret::new(pass.to_owned());
    let entered = app.sign_in_by_pass(&app.ctx(), name, &pass).await?;
    app.plant(entered.token.as_str());
    if let Some(device) = &entered.device {
        app.plant(device.as_str());
    }
    Ok(entered)
}

/// Who holds the session of a sign-in, while it lasts.
async fn holder(app: &TestApp, entered: &SignedIn) -> Option<Principal> {
    app.by_token(&entered.token).await
}

async fn add(app: &TestApp, me: &Principal) -> &'static str {
    let ctx = app.ctx();
    let proposed = app.propose_method(&ctx, me, MethodKind::Email, "ada@second.example");
    code_of(proposed.await)
}

async fn hold(app: &TestApp, id: UserId) {
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.set_held(id, Some(app.now())).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_newcomer_signs_in_with_a_pass_and_registers(app: &TestApp) {
    let ada = app.user("ada").await;
    app.profile(ada, |p| p.mail = Some(MAIL.into())).await;
    // A temporary password is waiting to be changed.
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    let temporary = app.reset_password_of(&app.ctx(), &boss, ada).await.unwrap();
    app.plant(temporary.expose());
    app.ignore_messages().await;
    assert_eq!(
        refused(make(app, &boss, ada, false).await),
        Refusal::PassesOff
    );
    app.set_policy(|p| p.scope = Scope::All).await;
    switched_on(app).await;
    let pass = make(app, &boss, ada, false).await.unwrap();
    assert_eq!(pass.len(), 9, "eight characters in two groups: {pass}");
    let notice = app.mail_to(MAIL).await;
    assert!(notice.text.contains("made a pass") && !notice.text.contains(&pass));
    let desk = app.pass_desk(&app.ctx(), &boss, ada).await.unwrap();
    let (there, by) = desk.there.unwrap();
    assert_eq!((there.once, by), (false, boss.user.upn.to_string()));
    assert_eq!(there.expires_at, app.now() + minutes(60));

    let typed = pass.to_lowercase().replace('-', " ");
    let entered = enter(app, ADA, &typed).await.unwrap();
    assert!(app.mail_to(MAIL).await.subject.contains("signed in with"));
    // No new password without the old one: the one that waits to be changed is not asked for here.
    assert_eq!(entered.must_change, None);
    assert_eq!(entered.ask, Some(Ask::Register));
    let me = holder(app, &entered).await.unwrap();
    let ctx = app.ctx();
    let late = app.change_required_password(&ctx, &me, app.twice(NEW));
    assert_ne!(code_of(late.await), "ok");
    let wrong = Secret::new(pass.clone());
    let changed = app.change_password(&ctx, &me, wrong, app.twice(NEW));
    assert_ne!(code_of(changed.await), "ok");
    // Ten minutes to register, and the pass opens them again.
    assert_eq!(add(app, &me).await, "ok");
    app.advance(minutes(10));
    assert_eq!(add(app, &me).await, "fresh-proof-needed");
    let again = enter(app, ADA, &pass).await.unwrap();
    assert_eq!(add(app, &holder(app, &again).await.unwrap()).await, "ok");
    // The sessions end with the pass.
    app.advance(minutes(50).saturating_sub(seconds(1)));
    app.touch(&app.ctx(), &me).await;
    assert!(holder(app, &again).await.is_some());
    app.advance(seconds(1));
    assert!(holder(app, &again).await.is_none());
    assert_eq!(code_of(enter(app, ADA, &pass).await), "pass-wrong");
    app.ignore_messages().await;
}

// case: TR-01, TR-02
async fn tr_02_a_pass_that_works_once_lets_one_in_however_many_try(app: &TestApp) {
    let ada = app.user("ada").await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    switched_on(app).await;
    let pass = make(app, &boss, ada, true).await.unwrap();
    app.advance(minutes(55));
    let ctx = app.ctx();
    let tried = at_once(app, 8, |node, _| {
        let (ctx, pass) = (ctx.clone(), Secret::new(pass.clone()));
        async move { node.sign_in_by_pass(&ctx, ADA, &pass).await.ok() }
    })
    .await;
    let mut entered: Vec<_> = tried.into_iter().flatten().collect();
    assert_eq!(entered.len(), 1);
    let entered = entered.remove(0);
    app.plant(entered.token.as_str());
    let device = entered.device.clone().unwrap_or_default();
    app.plant(device);
    // Ten minutes to register, though the pass would have ended sooner.
    app.advance(minutes(9));
    let me = holder(app, &entered).await.unwrap();
    assert_eq!(add(app, &me).await, "ok");
    app.advance(minutes(1));
    assert!(holder(app, &entered).await.is_none());
    app.ignore_messages().await;
}

// case: OT-11, EN-02, EN-03, OT-25
async fn ot_11_wrong_passes_are_counted_apart_for_every_kind_of_name(app: &TestApp) {
    let boss = app.admin(Role::GlobalAdministrator).await;
    switched_on(app).await;
    let ada = app.user("ada").await;
    app.user("ben").await;
    let pass = make(app, &boss, ada, false).await.unwrap();
    let mut seen = Vec::new();
    for name in [ADA, "ben@contoso.example", NOBODY, "no name at all"] {
        let mut answers = Vec::new();
        for i in 0..12 {
            answers.push(code_of(enter(app, name, &format!("WRNG{i:04}")).await));
        }
        answers.push(code_of(enter(app, name, "").await));
        seen.push(answers);
    }
    assert!(seen[0].contains(&"pass-wrong") && seen[0].contains(&"blocked"));
    assert!(seen.iter().all(|answers| *answers == seen[0]), "{seen:?}");
    // A right one is kept out as well; the password is not, and a new pass has all its tries.
    assert_eq!(code_of(enter(app, ADA, &pass).await), "blocked");
    app.sign_in_as("ada").await.unwrap();
    let new = make(app, &boss, ada, false).await.unwrap();
    enter(app, ADA, &new).await.unwrap();
    app.ignore_messages().await;
}

// case: EN-02, S52
#[tokio::test]
async fn en_02_whoever_gets_in_by_no_pass_gets_one_answer() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    switched_on(&app).await;
    let ada = app.user("ada").await;
    let pass = make(&app, &boss, ada, false).await.unwrap();
    app.user("ben").await;
    let password = app.password("ada");
    for (name, typed) in [
        (ADA, other_than(&pass)),
        (ADA, password),
        (ADA, String::new()),
        (ADA, "ü".repeat(500)),
        ("ben@contoso.example", pass.clone()),
        (NOBODY, pass.clone()),
    ] {
        let refusal = refused(enter(&app, name, &typed).await);
        assert_eq!(refusal, Refusal::PassWrong, "{name}");
    }
    // Nor is a pass a password.
    assert_eq!(
        code_of(app.sign_in_with(ADA, &pass).await),
        "bad-credentials"
    );
    app.ignore_messages().await;
}

// case: AZ-01, AZ-06, AZ-07, A-05, TR-06, SE-04
#[tokio::test]
async fn az_06_a_pass_is_as_good_as_the_rights_of_who_made_it_are_now() {
    for what in [
        "promoted", "demoted", "blocked", "removed", "password", "held", "taken", "newer", "late",
        "off", "nothing",
    ] {
        let app = TestApp::new().await;
        let global = app.admin(Role::GlobalAdministrator).await;
        switched_on(&app).await;
        let ada = ada(&app, Gates::Two).await;
        let boss = app.admin(Role::AuthenticationAdministrator).await;
        let pass = make(&app, &boss, ada, false).await.unwrap();
        let entered = enter(&app, ADA, &pass).await.unwrap();
        let ctx = app.ctx();
        match what {
            "promoted" => app.give_role(ada, Role::GlobalAdministrator).await,
            "demoted" => {
                let mut tx = app.db.write(app.tenant).await.unwrap();
                let role = Role::AuthenticationAdministrator;
                tx.remove_role(boss.user.id, role).await.unwrap();
                tx.commit().await.unwrap();
            }
            "blocked" => {
                let blocked = app.set_user_enabled(&ctx, &global, ada, false).await;
                blocked.unwrap();
                let unblocked = app.set_user_enabled(&ctx, &global, ada, true).await;
                unblocked.unwrap();
            }
            "removed" => {
                app.delete_user(&ctx, &global, ada).await.unwrap();
                app.restore_user(&ctx, &global, ada).await.unwrap();
            }
            "password" => {
                let temporary = app.reset_password_of(&ctx, &boss, ada).await.unwrap();
                app.plant(temporary.expose());
            }
            "held" => hold(&app, ada).await,
            "taken" => app.delete_pass(&ctx, &boss, ada).await.unwrap(),
            "newer" => drop(make(&app, &boss, ada, true).await.unwrap()),
            "late" => app.advance(minutes(60)),
            "off" => app.set_policy(|p| p.pass.enabled = false).await,
            _ => {}
        }
        let good = what == "nothing";
        let done = code_of(enter(&app, ADA, &pass).await);
        assert_eq!(done, if good { "ok" } else { "pass-wrong" }, "{what}");
        // What was begun with it goes on only where nothing says that it must not.
        let goes_on = ["nothing", "promoted", "demoted", "off"].contains(&what);
        assert_eq!(holder(&app, &entered).await.is_some(), goes_on, "{what}");
        app.ignore_messages().await;
    }
}

// case: AZ-01, A-05, RC-02
#[tokio::test]
async fn az_01_nobody_gets_a_pass_from_a_lower_role_nor_from_themselves() {
    let app = TestApp::new().await;
    let global = app.admin(Role::GlobalAdministrator).await;
    switched_on(&app).await;
    let ada = ada(&app, Gates::Two).await;
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    let made = async |by, of| code_of(make(&app, by, of, false).await);
    assert_eq!(made(&boss, global.user.id).await, "holds-more-rights");
    assert_eq!(made(&boss, boss.user.id).await, "not-on-yourself");
    for role in [Role::HelpdeskAdministrator, Role::UserAdministrator] {
        let other = app.admin(role).await;
        let tried = make(&app, &other, ada, false).await;
        assert_eq!(code_of(tried), "not-allowed");
        let taken = app.delete_pass(&app.ctx(), &other, ada).await;
        assert_eq!(code_of(taken), "not-allowed");
    }
    let user = app.principal("ada").await;
    let tried = make(&app, &user, boss.user.id, false).await;
    assert_eq!(code_of(tried), "not-allowed");
    hold(&app, ada).await;
    assert_eq!(
        refused(make(&app, &boss, ada, false).await),
        Refusal::Unable(Unable::Held)
    );
    app.ignore_messages().await;
    // The other Global Administrators learn of an administrator's.
    let watcher = app.person(app.tenant, "watcher@contoso.example").await;
    app.give_role(watcher, Role::GlobalAdministrator).await;
    let mail = |p: &mut keyward_core::user::Profile| p.mail = Some("watcher@home.example".into());
    app.profile(watcher, mail).await;
    make(&app, &global, boss.user.id, false).await.unwrap();
    let notice = app.mail_to("watcher@home.example").await;
    assert!(notice.subject.contains("Temporary Access Pass"));
    app.ignore_messages().await;
}

// case: S07
#[tokio::test]
async fn s07_a_pass_stands_for_no_older_method_where_there_was_one() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    switched_on(&app).await;
    for (local, before) in [("carl", false), ("dora", true)] {
        let id = app.user(local).await;
        if before {
            app.register_phone(id, "+4915112345611").await;
        }
        let pass = make(&app, &boss, id, false).await.unwrap();
        let name = format!("{local}@contoso.example");
        let entered = enter(&app, &name, &pass).await.unwrap();
        let me = holder(&app, &entered).await.unwrap();
        let made = app.make_recovery_codes(&app.ctx(), &me, None).await;
        if code_of(made) == "not-offered" {
            app.set_policy(|p| {
                p.methods
                    .insert(keyward_core::policy::KindCode(MethodKind::RecoveryCodes));
            })
            .await;
            let codes = app.make_recovery_codes(&app.ctx(), &me, None).await;
            for code in codes.unwrap() {
                app.plant(code.expose());
            }
        }
        let account = app.my_account(&me).await.unwrap();
        let new = account.methods.iter();
        let new = new.filter(|m| m.kind() == MethodKind::RecoveryCodes);
        for method in new {
            assert_eq!(account.waits_until(method, app.now()).is_some(), before);
        }
        // Nor is it one of an administrator's two proofs.
        assert!(
            app.fresh_channels(&app.ctx(), &me)
                .await
                .unwrap()
                .is_empty()
        );
    }
    app.ignore_messages().await;
}

#[tokio::test]
async fn the_policy_says_how_long_a_pass_is_and_lasts() {
    let app = TestApp::new().await;
    let global = app.admin(Role::GlobalAdministrator).await;
    let ada = app.user("ada").await;
    let stored = app.policy(&global).await.unwrap();
    let set = async |rules| {
        let ctx = app.ctx();
        app.set_in_person(&ctx, &global, stored.version, 60, rules)
            .await
    };
    let rules = PassRules {
        enabled: true,
        min_minutes: 10,
        max_minutes: 43_200,
        length: 48,
        once: true,
        ..PassRules::default()
    };
    let wrong = PassRules {
        length: 49,
        ..rules
    };
    let range = Refusal::field("pass_length", "pass-length-range");
    assert_eq!(refused(set(wrong).await), range);
    assert!(set(rules).await.unwrap());
    for wrong in [0, 9, 43_201] {
        let made = app.make_pass(&app.ctx(), &global, ada, wrong, false).await;
        assert_eq!(refused(made), Refusal::field("minutes", "pass-lifetime"));
    }
    let made = app.make_pass(&app.ctx(), &global, ada, 43_200, false).await;
    let made = made.unwrap();
    let pass = app.plant(made.text.expose());
    assert!(made.once && pass.len() == 48 + 11, "{pass}");
    app.advance(minutes(43_199));
    let global = app.session_of(global.user.id).await;
    assert!(
        app.pass_there(&app.ctx(), &global, ada)
            .await
            .unwrap()
            .is_some()
    );
    enter(&app, ADA, &pass).await.unwrap();
    assert_eq!(code_of(enter(&app, ADA, &pass).await), "pass-wrong");
    let failed = app.events().await;
    let failed = failed.iter().filter_map(|e| match &e.outcome {
        Outcome::Failure(why) => Some(why.as_str()),
        Outcome::Success => None,
    });
    assert!(
        failed.clone().any(|why| why == "no-pass"),
        "{:?}",
        failed.collect::<Vec<_>>()
    );
    app.ignore_messages().await;
}

/// The password of a directory isn't asked for: no agent hears of it.
#[tokio::test]
async fn users_of_a_directory_sign_in_with_a_pass_while_it_is_away() {
    let app = TestApp::new().await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    switched_on(&app).await;
    let anchor = uuid::Uuid::from_u128(77);
    let upn = "erin@contoso.example";
    let erin = app.directory_person(upn, anchor, false).await;
    let pass = make(&app, &boss, erin, false).await.unwrap();
    let entered = enter(&app, upn, &pass).await.unwrap();
    assert!(holder(&app, &entered).await.is_some());
    app.ignore_messages().await;
}
