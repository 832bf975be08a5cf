//! Wrong passwords in familiar and unfamiliar browsers, which are counted apart.

use crate::directory::{CORP, OLD, corp, honest};
use crate::help::{ADA, MAIL, NEW, ada, at_once, code_of, refused};
use keyward_app::testing::TestApp;
use keyward_app::{Ctx, Result, signin::SignedIn};
use keyward_core::audit::{Event, Outcome};
use keyward_core::policy::Gates;
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{days, seconds};
use keyward_wire::link::Task;
use keyward_wire::outcome;
use std::sync::Mutex;

on_both_engines!(
    ot_25_an_owner_is_let_in_while_others_are_locked_out,
    ot_03_all_unfamiliar_places_count_together,
    ot_25_a_forged_cookie_is_worth_nothing_and_a_stolen_one_ten_tries,
    ot_11_of_guesses_at_once_ten_are_looked_at_in_each_place,
    en_03_a_cookie_tells_nothing_of_names,
    a_proof_gets_through_and_clears_both,
    ot_25_a_directory_keeps_tries_for_the_owners_browsers,
);

/// A request of a browser that holds this.
fn holding(app: &TestApp, token: &str) -> Ctx {
    Ctx {
        device: Some(app.device_mac(token)),
        ..app.ctx()
    }
}

async fn try_in(app: &TestApp, ctx: &Ctx, name: &str, password: &str) -> Result<SignedIn> {
    app.plant(password);
    app.sign_in(ctx, name, Secret::new(password.into())).await
}

async fn owner_in(app: &TestApp, token: &str, local: &str) -> &'static str {
    let name = format!("{local}@contoso.example");
    code_of(try_in(app, &holding(app, token), &name, &app.password(local)).await)
}

/// Signs somebody in, in a new browser, which is familiar from then on; what it holds.
async fn familiar(app: &TestApp, local: &str) -> String {
    let entered = app.sign_in_as(local).await.unwrap();
    app.plant(entered.device.expect("a new browser is given a cookie"))
}

/// The sign-ins that failed, and those of them of which the password was looked at.
async fn tried_and_looked_at(app: &TestApp) -> (usize, usize) {
    let failed = |e: &Event| matches!(&e.outcome, Outcome::Failure(_));
    let tries: Vec<_> = app.events().await.into_iter().filter(failed).collect();
    let locked = Outcome::Failure("locked-out".into());
    let looked_at = tries.iter().filter(|e| e.outcome != locked).count();
    (tries.len(), looked_at)
}

/// Locks a name everywhere else.
async fn lock_elsewhere(app: &TestApp, name: &str) {
    let mut last = "";
    for i in 0..12 {
        last = code_of(app.sign_in_with(name, &format!("guess {i}")).await);
    }
    assert_eq!(last, "locked-out");
}

// case: OT-25, DO-07
async fn ot_25_an_owner_is_let_in_while_others_are_locked_out(app: &TestApp) {
    let id = app.user("ada").await;
    let token = familiar(app, "ada").await;
    lock_elsewhere(app, ADA).await;
    assert_eq!(code_of(app.sign_in_as("ada").await), "locked-out");
    let home = holding(app, &token);
    let entered = try_in(app, &home, ADA, &app.password("ada")).await.unwrap();
    assert_eq!(entered.device, None, "it holds its cookie already");
    // That gives nobody elsewhere new tries.
    assert_eq!(code_of(app.sign_in_as("ada").await), "locked-out");
    // It has a count of its own, which grows by itself.
    for i in 0..9 {
        let wrong = try_in(app, &home, ADA, &format!("slip {i}")).await;
        assert_eq!(code_of(wrong), "bad-credentials");
    }
    let tenth = refused(try_in(app, &home, ADA, "slip 9").await);
    assert_eq!(tenth, Refusal::LockedOut(app.now() + seconds(60)));
    app.advance(seconds(60));
    let home = holding(app, &token);
    let next = refused(try_in(app, &home, ADA, "slip 10").await);
    assert_eq!(next, Refusal::LockedOut(app.now() + seconds(120)));
    let noted = app.events().await;
    let said = |words: &str| {
        let about = |d: &String| d.contains(words) && d.contains("locked until");
        noted.iter().any(|e| e.detail.as_ref().is_some_and(about))
    };
    assert!(said("in an unfamiliar browser") && said("in a familiar browser"));
    // An administrator sees both, and lifts both.
    let boss = app.admin(Role::GlobalAdministrator).await;
    let page = app.user_page(&boss, id).await.unwrap();
    assert!(page.familiar_locked_until.is_some());
    app.unlock_user(&app.ctx(), &boss, id, false).await.unwrap();
    let page = app.user_page(&boss, id).await.unwrap();
    assert_eq!(
        (page.locked_until, page.familiar_locked_until),
        (None, None)
    );
    assert_eq!(owner_in(app, &token, "ada").await, "ok");
    app.sign_in_as("ada").await.unwrap();
}

// case: OT-03, OT-25
async fn ot_03_all_unfamiliar_places_count_together(app: &TestApp) {
    app.user("ada").await;
    let token = familiar(app, "ada").await;
    for i in 0..60 {
        let ctx = Ctx {
            ip: Some(format!("203.0.{i}.7")),
            ..holding(app, &format!("made up {i}"))
        };
        code_of(try_in(app, &ctx, ADA, &format!("guess {i}")).await);
    }
    assert_eq!(tried_and_looked_at(app).await, (60, 10));
    assert_eq!(owner_in(app, &token, "ada").await, "ok");
}

// case: OT-25, EN-03
async fn ot_25_a_forged_cookie_is_worth_nothing_and_a_stolen_one_ten_tries(app: &TestApp) {
    for who in ["ada", "bob", "eve"] {
        app.user(who).await;
    }
    let stolen = familiar(app, "ada").await;
    let own = familiar(app, "ada").await;
    let eves = familiar(app, "eve").await;
    lock_elsewhere(app, ADA).await;
    // Whoever has an account has a cookie; it is worth nothing for another name.
    for forged in [eves.as_str(), "forged", &stolen[..stolen.len() - 1], ""] {
        let tried = try_in(app, &holding(app, forged), ADA, &app.password("ada")).await;
        assert_eq!(code_of(tried), "locked-out");
    }
    let thief = holding(app, &stolen);
    let mut answers = Vec::new();
    for i in 0..30 {
        answers.push(code_of(
            try_in(app, &thief, ADA, &format!("steal {i}")).await,
        ));
    }
    let looked_at = answers.iter().filter(|a| **a == "bad-credentials").count();
    assert_eq!(looked_at, 9, "and the tenth locks");
    assert_eq!(owner_in(app, &own, "ada").await, "ok", "her other browser");
    // For other names it is no better than none.
    lock_elsewhere(app, "bob@contoso.example").await;
    assert_eq!(owner_in(app, &stolen, "bob").await, "locked-out");
    // Who shares a browser is familiar there, too, and keeps its cookie.
    app.advance(days(1));
    let both = try_in(
        app,
        &holding(app, &own),
        "bob@contoso.example",
        &app.password("bob"),
    )
    .await;
    assert_eq!(both.unwrap().device, None);
    lock_elsewhere(app, "bob@contoso.example").await;
    assert_eq!(owner_in(app, &own, "bob").await, "ok");
    // A cookie that is nobody's is not taken over.
    let planted = try_in(app, &holding(app, "planted"), ADA, &app.password("ada")).await;
    assert!(planted.unwrap().device.is_some_and(|d| d != "planted"));
    lock_elsewhere(app, ADA).await;
    assert_eq!(owner_in(app, "planted", "ada").await, "locked-out");
}

// case: OT-11, INV-4
async fn ot_11_of_guesses_at_once_ten_are_looked_at_in_each_place(app: &TestApp) {
    app.user("ada").await;
    let token = familiar(app, "ada").await;
    let (home, away) = (holding(app, &token), app.ctx());
    let results = at_once(app, 64, |node, i| {
        // Both nodes guess in both places.
        let ctx = if i % 4 < 2 {
            home.clone()
        } else {
            away.clone()
        };
        async move {
            let guess = Secret::new(format!("guess {i}"));
            code_of(node.sign_in(&ctx, ADA, guess).await)
        }
    })
    .await;
    assert_eq!(results.len(), 64);
    assert_eq!(tried_and_looked_at(app).await, (64, 20));
}

// case: EN-02, EN-03
async fn en_03_a_cookie_tells_nothing_of_names(app: &TestApp) {
    for who in ["ada", "eve"] {
        app.user(who).await;
    }
    let eves = familiar(app, "eve").await;
    let mut seen = Vec::new();
    for name in [ADA, "nobody@contoso.example", "no name at all"] {
        let mut answers = Vec::new();
        for i in 0..14 {
            let ctx = match i % 3 {
                0 => app.ctx(),
                1 => holding(app, &eves),
                _ => holding(app, "made up"),
            };
            answers.push(code_of(
                try_in(app, &ctx, name, &format!("wrong {i}")).await,
            ));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

// case: OT-25
async fn a_proof_gets_through_and_clears_both(app: &TestApp) {
    ada(app, Gates::One).await;
    app.set_policy(|p| p.unlock_without_reset = true).await;
    for goal in [Goal::Unlock, Goal::Reset] {
        let token = familiar(app, "ada").await;
        let home = holding(app, &token);
        for i in 0..12 {
            code_of(try_in(app, &home, ADA, &format!("slip {i}")).await);
        }
        lock_elsewhere(app, ADA).await;
        assert_eq!(owner_in(app, &token, "ada").await, "locked-out");
        let reset = app.begin_reset(ADA).await;
        app.choose_goal(&app.ctx(), &reset, goal).await.unwrap();
        let proved = app.prove(&reset, MAIL).await;
        let given = app.plant(proved.device.expect("this browser has shown whose it is"));
        let (mut password, mut old) = (app.password("ada"), "ok");
        if goal == Goal::Reset {
            let ctx = holding(app, &given);
            app.complete_reset(&ctx, &reset, app.twice(NEW))
                .await
                .unwrap();
            (password, old) = (NEW.into(), "bad-credentials");
        }
        assert_eq!(owner_in(app, &token, "ada").await, old, "cleared");
        // Somebody locks the others again at once: the browser of the proof is let in all the same.
        lock_elsewhere(app, ADA).await;
        let entered = try_in(app, &holding(app, &given), ADA, &password).await;
        assert_eq!(code_of(entered), "ok");
        if goal == Goal::Reset {
            // The other one may have been of somebody who knew the old password.
            assert_eq!(owner_in(app, &token, "ada").await, "locked-out");
        }
        app.advance(days(1));
    }
    app.ignore_messages().await;
}

// case: OT-25, AD-11, DO-07
async fn ot_25_a_directory_keeps_tries_for_the_owners_browsers(app: &TestApp) {
    let (agent, _) = corp(app).await;
    let bad = Mutex::new((0, 0));
    let says = |task: &Task, passwords: &[String]| {
        let answer = honest(task, passwords);
        let mut bad = bad.lock().unwrap();
        bad.0 = if answer == outcome::Outcome::Done {
            0
        } else {
            bad.0 + 1
        };
        bad.1 = bad.1.max(bad.0);
        answer
    };
    let entered = app
        .answered(&agent, says, app.sign_in_with(CORP, OLD))
        .await;
    let token = app.plant(entered.unwrap().device.unwrap());
    let home = holding(app, &token);
    for i in 0..9 {
        let wrong = format!("guess {i}");
        code_of(
            app.answered(&agent, says, app.sign_in_with(CORP, &wrong))
                .await,
        );
    }
    assert_eq!(*bad.lock().unwrap(), (2, 2));
    // One is kept, and one it stays: with what was spent elsewhere it is half of the directory's own six.
    for i in 0..9 {
        let wrong = format!("slip {i}");
        code_of(
            app.answered(&agent, says, try_in(app, &home, CORP, &wrong))
                .await,
        );
    }
    assert_eq!(*bad.lock().unwrap(), (3, 3));
}

// case: OT-25
#[tokio::test]
async fn browsers_are_forgotten_with_what_ends_sessions_and_beyond_ten() {
    let app = TestApp::new().await;
    let id = app.user("ada").await;
    let boss = app.admin(Role::GlobalAdministrator).await;
    let known = async |token: &str| {
        let mut tx = app.db.read(app.tenant).await.unwrap();
        tx.is_device_of(id, &app.device_mac(token)).await.unwrap()
    };
    let mut tokens = Vec::new();
    for _ in 0..11 {
        tokens.push(familiar(&app, "ada").await);
        app.advance(seconds(1));
    }
    assert!(!known(&tokens[0]).await && known(&tokens[1]).await);
    let me = app.session_of(id).await;
    app.sign_out_everywhere(&holding(&app, &tokens[5]), &me)
        .await
        .unwrap();
    assert!(known(&tokens[5]).await && !known(&tokens[6]).await);
    app.revoke_sessions(&app.ctx(), &boss, id).await.unwrap();
    assert!(!known(&tokens[5]).await);
    app.ignore_messages().await;
}
