//! Who may do what to whom, tried with every role on every role.

use crate::help::code_of;
use keyward_app::testing::TestApp;
use keyward_app::users::UserForm;
use keyward_app::{Principal, Result};
use keyward_core::hand_over::Opens;
use keyward_core::ids::UserId;
use keyward_core::method::MethodKind;
use keyward_core::role::Role;
use std::fmt::Write as _;

/// The operations, each with the letter that stands for it in the table.
const OPERATIONS: [(char, &str); 15] = [
    ('p', "reset the password"),
    ('m', "add a method"),
    ('x', "remove methods"),
    ('s', "end sessions"),
    ('u', "unlock"),
    ('e', "edit contact data"),
    ('n', "rename"),
    ('b', "block"),
    ('d', "delete"),
    ('r', "restore"),
    ('g', "give and take a role"),
    ('h', "hand over for a new password"),
    ('i', "hand over for security info"),
    ('t', "make a Temporary Access Pass"),
    ('c', "read methods"),
];

async fn attempt(
    app: &TestApp,
    me: &Principal,
    whom: UserId,
    upn: &str,
    operation: char,
) -> Result<bool> {
    let ctx = app.ctx();
    let profile = |upn: &str, phone: &str| UserForm {
        upn: upn.into(),
        display_name: "Target".into(),
        mobile_phone: phone.into(),
        ..UserForm::default()
    };
    match operation {
        'p' => drop(app.reset_password_of(&ctx, me, whom).await?),
        'm' => {
            let (kind, to) = (MethodKind::Email, "x@home.example");
            app.add_method_for(&ctx, me, whom, kind, to).await?;
        }
        'x' => {
            app.register_phone(whom, "+4915112345634").await;
            app.remove_methods_of(&ctx, me, whom, None).await?;
        }
        's' => drop(app.revoke_sessions(&ctx, me, whom).await?),
        'u' => app.unlock_user(&ctx, me, whom, false).await?,
        'e' => {
            app.update_user(&ctx, me, whom, &profile(upn, "+4915112345699"))
                .await?;
        }
        'n' => {
            let other = format!("renamed-{upn}");
            app.update_user(&ctx, me, whom, &profile(&other, ""))
                .await?;
            app.update_user(&ctx, me, whom, &profile(upn, "")).await?;
        }
        'b' => {
            app.set_user_enabled(&ctx, me, whom, false).await?;
            app.set_user_enabled(&ctx, me, whom, true).await?;
        }
        'd' => app.delete_user(&ctx, me, whom).await?,
        'r' => {
            let mut tx = app.db.write(app.tenant).await.unwrap();
            tx.delete_user(whom, ctx.now).await.unwrap();
            tx.commit().await.unwrap();
            let done = app.restore_user(&ctx, me, whom).await;
            let mut tx = app.db.write(app.tenant).await.unwrap();
            tx.restore_user(whom, keyward_core::time::Timestamp(0))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            done?;
        }
        'g' => {
            app.assign_role(&ctx, me, &[whom], Role::GlobalReader)
                .await?;
            app.remove_role(&ctx, me, whom, Role::GlobalReader).await?;
        }
        'h' => drop(app.hand_over_link(me, whom, Opens::Password).await?),
        'i' => drop(app.hand_over_link(me, whom, Opens::SecurityInfo).await?),
        't' => drop(app.make_pass(&ctx, me, whom, 60, false).await?),
        _ => return Ok(app.user_page(me, whom).await?.methods_shown),
    }
    Ok(true)
}

// case: AZ-01, INV-8, A-05, S92
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn az_01_every_role_on_every_role() {
    let app = TestApp::new().await;
    app.admin(Role::GlobalAdministrator).await;
    app.set_policy(|p| p.pass.enabled = true).await;
    let mut table = String::new();
    for (letter, name) in OPERATIONS {
        let _ = writeln!(table, "{letter} {name}");
    }
    for actor in Role::ALL {
        let id = app
            .person(app.tenant, &format!("actor-{actor}@contoso.example"))
            .await;
        app.give_role(id, actor).await;
        let me = app.session_of(id).await;
        let _ = writeln!(table, "\n{actor}");
        for held in std::iter::once(None).chain(Role::ALL.map(Some)) {
            let name = held.map_or("(no role)", Role::code);
            let mut allowed = String::new();
            for (letter, _) in OPERATIONS {
                let upn = format!(
                    "{}-{}-{letter}@contoso.example",
                    actor.code(),
                    name.trim_matches(['(', ')']).replace(' ', "-")
                );
                let upn = upn
                    .replace("administrator", "a")
                    .replace("authentication", "auth");
                let whom = app.person(app.tenant, &upn).await;
                if let Some(role) = held {
                    app.give_role(whom, role).await;
                }
                let done = Box::pin(attempt(&app, &me, whom, &upn, letter)).await;
                if matches!(done, Ok(true)) {
                    allowed.push(letter);
                } else if let Err(refusal) = done {
                    let code = code_of::<()>(Err(refusal));
                    assert!(
                        ["not-allowed", "holds-more-rights"].contains(&code),
                        "{code}"
                    );
                    allowed.push('-');
                } else {
                    allowed.push('-');
                }
            }
            let _ = writeln!(table, "  {allowed}  {name}");
        }
    }
    insta::assert_snapshot!(table);
    app.ignore_messages().await;
}
