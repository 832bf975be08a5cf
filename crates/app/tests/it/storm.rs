//! Everything that can happen to one account, at the same instant and on two nodes: nobody waits for ever, and nobody
//! is given up by the database because two of them took the same locks in another order (see `limits`).

use crate::help::{ADA, MAIL, PHONE, ada, at_once};
use keyward_app::password::NewPassword;
use keyward_app::testing::{Engine, TestApp};
use keyward_app::{App, Ctx, Error, Principal};
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::policy::Gates;
use keyward_core::reset::Goal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;

/// Who takes part, and what they hold.
#[derive(Clone)]
struct Part {
    ctx: Ctx,
    ada: UserId,
    /// Two sessions of hers, and one of an administrator.
    sessions: [Principal; 2],
    boss: Principal,
    /// Resets of hers: verified; one code before it is unlocked; one with a code on its way.
    verified: String,
    unlocking: (String, String),
    asked: (String, String),
    step_up: String,
    link: String,
    old: String,
}

fn twice(password: &str) -> NewPassword {
    NewPassword {
        first: Secret::new(password.into()),
        second: Secret::new(password.into()),
    }
}

/// The `n`-th thing that happens.
async fn happen(node: App, n: usize, p: Part) -> (usize, Result<(), Error>) {
    let (ctx, [one, other], boss) = (&p.ctx, &p.sessions, &p.boss);
    let secret = |text: &str| Secret::new(text.to_owned());
    let mail = MAIL.to_owned();
    let result = match n {
        0 => {
            let new = twice("nine purple doors");
            node.complete_reset(ctx, &p.verified, new).await
        }
        1 => {
            let (reset, code) = &p.unlocking;
            node.answer_reset(ctx, reset, &secret(code)).await.map(drop)
        }
        2 => {
            let (reset, code) = &p.asked;
            node.answer_reset(ctx, reset, &secret(code)).await.map(drop)
        }
        3 => match node.reset_progress(ctx, &p.asked.0).await {
            Ok(now) => {
                let phone = now.choices.iter().find(|c| c.kind == MobilePhone);
                let phone = phone.map(|c| c.id).unwrap_or_default();
                node.send_reset_code(ctx, &p.asked.0, phone, PHONE).await
            }
            Err(error) => Err(error),
        },
        4 => node.reset_password_of(ctx, boss, p.ada).await.map(drop),
        5 => node.unlock_user(ctx, boss, p.ada, true).await,
        6 => node.answer_step_up(ctx, one, &secret(&p.step_up)).await,
        7 => node.sign_out_everywhere(ctx, other).await.map(drop),
        8 => {
            let new = twice("a lamp of brass");
            node.change_password(ctx, other, secret(&p.old), new).await
        }
        9 => node.report_not_me(ctx, &p.link).await,
        10 => node.sign_in(ctx, ADA, secret(&p.old)).await.map(drop),
        11 => node.sign_in(ctx, ADA, secret("wrong")).await.map(drop),
        12 => node.propose_method(ctx, one, Email, &mail).await,
        13 => node.revoke_sessions(ctx, boss, p.ada).await.map(drop),
        _ => node.remove_methods_of(ctx, boss, p.ada, None).await,
    };
    (n, result)
}

// case: RL-04, INV-4
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rl_04_nothing_that_happens_to_one_account_at_once_ends_in_a_deadlock() {
    for round in 0..4 {
        let app = TestApp::on(Engine::Postgres).await;
        let ada = ada(&app, Gates::Two).await;
        app.set_policy(|p| p.unlock_without_reset = true).await;
        let part = prepare(&app, ada).await;
        let results = at_once(&app, 15, |node, n| {
            // Who comes first differs from round to round.
            happen(node, (n + round * 4) % 15, part.clone())
        })
        .await;
        for (n, result) in results {
            assert!(
                matches!(result, Ok(()) | Err(Error::Refused(_))),
                "{n}: {}",
                result.unwrap_err()
            );
        }
        app.ignore_messages().await;
    }
}

async fn prepare(app: &TestApp, ada: UserId) -> Part {
    let boss = app.admin(Role::GlobalAdministrator).await;
    app.prove_twice(boss.user.id).await;
    let sessions = [app.session_of(ada).await, app.session_of(ada).await];
    let verified = app.begin_reset(ADA).await;
    app.prove(&verified, MAIL).await;
    app.prove(&verified, PHONE).await;
    let unlocking = app.begin_reset(ADA).await;
    app.choose_goal(&app.ctx(), &unlocking, Goal::Unlock)
        .await
        .unwrap();
    app.prove(&unlocking, PHONE).await;
    app.send_to(&unlocking, Email, "").await.unwrap();
    let unlocking = (unlocking, app.code_to(MAIL).await);
    let asked = app.begin_reset(ADA).await;
    app.send_to(&asked, Email, "").await.unwrap();
    let asked = (asked, app.code_to(MAIL).await);
    let mail = app.my_account(&sessions[0]).await.unwrap().methods[1].id;
    app.send_step_up(&app.ctx(), &sessions[0], mail)
        .await
        .unwrap();
    let step_up = app.code_to(MAIL).await;
    app.add_method_for(&app.ctx(), &boss, ada, Email, "ada@third.example")
        .await
        .unwrap();
    let notice = app.mail_to("ada@third.example").await;
    let link = notice.link().rsplit('/').next().unwrap().to_owned();
    app.ignore_messages().await;
    Part {
        ctx: app.ctx(),
        ada,
        sessions,
        boss,
        verified,
        unlocking,
        asked,
        step_up,
        link,
        old: app.password("ada"),
    }
}
