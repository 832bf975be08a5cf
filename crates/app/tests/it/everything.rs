//! One walk through every flow, for tests that look at what it leaves.

use crate::help::{ADA, MAIL, NEW, PHONE};
use crate::users::purge;
use keyward_app::audit::Format;
use keyward_app::budgets::{DAY, HOUR};
use keyward_app::data::WhichTokens;
use keyward_app::ports::SendError;
use keyward_app::sync::How;
use keyward_app::testing::sync::{batch, person};
use keyward_app::testing::{TestAgent, TestApp};
use keyward_app::users::UserForm;
use keyward_core::hand_over::Opens;
use keyward_core::ids::{DirectoryId, UserId};
use keyward_core::licence::{DisabledPlans, Sku};
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::policy::{Gates, Scope};
use keyward_core::reset::Goal;
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{days, minutes, seconds};
use keyward_store::audit::EventFilter;
use keyward_store::group::Member;
use keyward_store::meter::Whose;
use keyward_wire::outcome::Outcome as WireOutcome;
use keyward_wire::sync::{Batch, Mode};
use uuid::Uuid;

/// Walks through everything that people and administrators do.
pub(crate) async fn drive(app: &TestApp) {
    let global = app.admin(Role::GlobalAdministrator).await;
    directory(app, &global).await;
    let ctx = app.ctx();
    let stored = app.policy(&global).await.unwrap();
    let mut policy = stored.policy.clone();
    policy.scope = Scope::All;
    policy.gates = Gates::Two;
    policy.unlock_without_reset = true;
    app.change_policy(&ctx, &global, stored.version, &policy)
        .await
        .unwrap();
    let ada = app.user("ada").await;
    registration(app).await;
    resets(app).await;
    own_account(app).await;
    let boss = app.admin(Role::AuthenticationAdministrator).await;
    app.add_method_for(&ctx, &boss, ada, Email, "ada@third.example")
        .await
        .unwrap();
    app.remove_methods_of(&ctx, &boss, ada, None).await.unwrap();
    app.unlock_user(&ctx, &boss, ada, false).await.unwrap();
    token(app, &boss).await;
    handed_over(app, &boss, ada).await;
    by_pass(app, &boss, ada).await;
    let temporary = app.reset_password_of(&ctx, &boss, ada).await.unwrap();
    let temporary = app.plant(temporary.expose());
    let signed_in = app.sign_in_with(ADA, &temporary).await.unwrap();
    let me = app.by_token(&signed_in.token).await.unwrap();
    let token = app
        .change_required_password(&ctx, &me, app.twice("chosen by ada herself"))
        .await;
    app.plant(token.unwrap());
    let recovered = app.recover_admin(ADA).await.unwrap();
    app.plant(recovered.expose());
    app.export_audit(&ctx, &global, &EventFilter::default(), Format::Csv)
        .await
        .unwrap();
    let mut key = app.register_passkey(global.user.id, "Security key").await;
    app.sign_in_by(&mut key).await.unwrap();
    deliveries(app, &global).await;
    sending(app, &global).await;
    agents(app).await;
    synchronised(app, &global).await;
    app.ignore_messages().await;
}

/// Makes two passes; one is used, and the other taken away.
async fn by_pass(app: &TestApp, boss: &keyward_app::Principal, ada: UserId) {
    let ctx = app.ctx();
    app.set_policy(|p| p.pass.enabled = true).await;
    let made = app.make_pass(&ctx, boss, ada, 60, true).await.unwrap();
    app.plant(made.text.expose().replace('-', ""));
    app.plant(made.text.expose());
    let entered = app.sign_in_by_pass(&ctx, ADA, &made.text).await.unwrap();
    app.plant(entered.token);
    app.plant(entered.device.unwrap_or_default());
    let made = app.make_pass(&ctx, boss, ada, 60, false).await.unwrap();
    app.plant(made.text.expose());
    app.delete_pass(&ctx, boss, ada).await.unwrap();
}

/// A hardware token comes, goes to somebody, comes back and goes for good.
async fn token(app: &TestApp, boss: &keyward_app::Principal) {
    let seed = app.plant("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let file = format!(
        "upn,serial number,secret key,time interval,manufacturer,model\n,77,{seed},30,Feitian,c200"
    );
    let ctx = app.ctx();
    let done = app.import_tokens(&ctx, boss, &file).await.unwrap();
    assert_eq!(done, Ok(1));
    let all = app.tokens(boss, WhichTokens::All, "").await.unwrap();
    let id = all[0].id;
    app.assign_token(&ctx, boss, id, ADA).await.unwrap();
    app.unassign_token(&ctx, boss, id).await.unwrap();
    app.delete_token(&ctx, boss, id).await.unwrap();
}

/// Hands an account over, and takes a link back.
async fn handed_over(app: &TestApp, boss: &keyward_app::Principal, ada: UserId) {
    app.prove_twice(boss.user.id).await;
    app.hand_over_link(boss, ada, Opens::Account).await.unwrap();
    app.withdraw_hand_over(&app.ctx(), boss, ada).await.unwrap();
    let token = app.hand_over_link(boss, ada, Opens::Account).await.unwrap();
    let (reset, _) = app.begin_handed_reset(&app.ctx(), &token).await.unwrap();
    let reset = app.plant(reset);
    app.finish(&reset, "handed over to ada").await.unwrap();
}

/// Reaches what may be sent to a country, and in a day.
async fn sending(app: &TestApp, global: &keyward_app::Principal) {
    const NUMBER: &str = "+4915112345699";
    let heidi = app.user("heidi").await;
    app.register_phone(heidi, NUMBER).await;
    app.register_mail(heidi, "heidi@home.example").await;
    let spend = async |name: &str, window, amount: u64| {
        let mut tx = app.db.write(app.tenant).await.unwrap();
        let mut metered = tx.lock_meter(Whose::Tenant, name, app.now()).await.unwrap();
        metered.meter = metered.meter.add(window, amount, app.now());
        tx.save_meter(Whose::Tenant, name, &metered).await.unwrap();
        tx.commit().await.unwrap();
    };
    spend("sms DE", HOUR, 100).await;
    let reset = app.begin_reset("heidi@contoso.example").await;
    let stopped = app.send_to(&reset, MobilePhone, NUMBER).await;
    assert_eq!(crate::help::code_of(stopped), "sms-stopped");
    app.restart_country(&app.ctx(), global, "DE").await.unwrap();
    spend("sms", DAY, app.settings.budgets.sms).await;
    let used_up = app.send_to(&reset, MobilePhone, NUMBER).await;
    assert_eq!(crate::help::code_of(used_up), "sms-stopped");
}

async fn directory(app: &TestApp, global: &keyward_app::Principal) {
    let ctx = app.ctx();
    let form = UserForm {
        upn: "grace@contoso.example".into(),
        display_name: "Grace".into(),
        ..UserForm::default()
    };
    let (grace, password) = app.create_user(&ctx, global, &form).await.unwrap();
    app.plant(password.expose());
    let renamed = UserForm {
        display_name: "Grace Hopper".into(),
        other_mail: "grace@home.example".into(),
        ..form
    };
    app.update_user(&ctx, global, grace, &renamed)
        .await
        .unwrap();
    app.set_user_enabled(&ctx, global, grace, false)
        .await
        .unwrap();
    app.set_user_enabled(&ctx, global, grace, true)
        .await
        .unwrap();
    app.assign_role(&ctx, global, &[grace], Role::GlobalReader)
        .await
        .unwrap();
    app.remove_role(&ctx, global, grace, Role::GlobalReader)
        .await
        .unwrap();
    app.revoke_sessions(&ctx, global, grace).await.unwrap();
    let group = app
        .create_group(&ctx, global, "Pilot", "", &[grace])
        .await
        .unwrap();
    app.update_group(&ctx, global, group, "Pilots", "they try it", "")
        .await
        .unwrap();
    app.set_owner(&ctx, global, group, &[grace], true)
        .await
        .unwrap();
    app.set_owner(&ctx, global, group, &[grace], false)
        .await
        .unwrap();
    app.remove_member(&ctx, global, group, &[Member::User(grace)])
        .await
        .unwrap();
    let (sku, all) = (Sku::EmsE3, DisabledPlans::default());
    app.add_subscription(None, sku, Some(9)).await.unwrap();
    let holders = [Member::User(grace), Member::Group(group)];
    app.assign_licences(&ctx, global, sku, &holders, &all)
        .await
        .unwrap();
    app.remove_licences(&ctx, global, sku, &holders)
        .await
        .unwrap();
    app.remove_subscription(None, sku).await.unwrap();
    app.delete_group(&ctx, global, group).await.unwrap();
    app.delete_user(&ctx, global, grace).await.unwrap();
    app.restore_user(&ctx, global, grace).await.unwrap();
    app.delete_user(&ctx, global, grace).await.unwrap();
    app.advance(days(30));
    purge(app).await;
}

async fn registration(app: &TestApp) {
    let mut me = app.principal("ada").await;
    app.start_registration(&app.ctx(), &me).await.unwrap();
    app.cancel_registration(&app.ctx(), &me).await.unwrap();
    for (kind, to) in [(MobilePhone, PHONE), (Email, MAIL)] {
        app.propose_method(&app.ctx(), &me, kind, to).await.unwrap();
        let code = Secret::new(app.code_to(to).await);
        app.confirm_method(&app.ctx(), &me, &code, None)
            .await
            .unwrap();
        me = app.again(&me).await;
    }
    app.finish_registration(&app.ctx(), &me).await.unwrap();
    app.finish_registration(&app.ctx(), &me).await.unwrap();
    app.sign_out(&app.ctx(), &me).await.unwrap();
    app.ignore_messages().await;
}

async fn resets(app: &TestApp) {
    let reset = app.begin_reset("nobody@contoso.example").await;
    app.ask_for_help(&app.ctx(), &reset).await.unwrap();
    let reset = app.begin_reset(ADA).await;
    app.choose_goal(&app.ctx(), &reset, Goal::Unlock)
        .await
        .unwrap();
    app.prove(&reset, PHONE).await;
    app.prove(&reset, MAIL).await;
    app.mail_to(MAIL).await;
    let reset = app.begin_reset(ADA).await;
    app.prove(&reset, PHONE).await;
    app.prove(&reset, MAIL).await;
    let _ = app.finish(&reset, "short").await;
    app.finish(&reset, NEW).await.unwrap();
    let token = app.mail_to(MAIL).await.token();
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    app.report_not_me(&app.ctx(), &token).await.unwrap();
    let mut tx = app.db.read(app.tenant).await.unwrap();
    let ada = tx.user_by_upn(ADA).await.unwrap().unwrap().id;
    drop(tx);
    app.prove_twice(helper.user.id).await;
    app.unlock_user(&app.ctx(), &helper, ada, true)
        .await
        .unwrap();
    let reset = app.begin_reset(ADA).await;
    app.ask_for_help(&app.ctx(), &reset).await.unwrap();
    app.send_to(&reset, Email, "").await.unwrap();
    for _ in 0..5 {
        let _ = app.answer(&reset, "000").await;
    }
    app.unlock_user(&app.ctx(), &helper, ada, false)
        .await
        .unwrap();
    app.ignore_messages().await;
}

async fn own_account(app: &TestApp) {
    let signed_in = app.sign_in_with(ADA, NEW).await.unwrap();
    let me = app.by_token(&signed_in.token).await.unwrap();
    let methods = app.my_account(&me).await.unwrap().methods;
    app.send_step_up(&app.ctx(), &me, methods[1].id)
        .await
        .unwrap();
    let code = Secret::new(app.code_to(MAIL).await);
    app.answer_step_up(&app.ctx(), &me, &code).await.unwrap();
    let me = app.again(&me).await;
    for (to, replaces) in [
        ("ada@second.example", None),
        ("ada@new.example", Some(methods[1].id)),
    ] {
        let sent = match replaces {
            None => app.propose_method(&app.ctx(), &me, Email, to).await,
            Some(old) => app.propose_change(&app.ctx(), &me, (Email, old), to).await,
        };
        sent.unwrap();
        let code = Secret::new(app.code_to(to).await);
        app.confirm_method(&app.ctx(), &me, &code, replaces)
            .await
            .unwrap();
    }
    let second = app.my_account(&me).await.unwrap().methods[1].id;
    app.remove_my_method(&app.ctx(), &me, second).await.unwrap();
    let _ = app.sign_in_with(ADA, "a wrong one to count").await;
    app.sign_out_everywhere(&app.ctx(), &me).await.unwrap();
    let old = Secret::new(NEW.into());
    app.change_password(&app.ctx(), &me, old, app.twice("canary changed by ada"))
        .await
        .unwrap();
    app.ignore_messages().await;
}

/// Agents come, one is sent away and one shut out; what is asked of a directory is answered.
async fn agents(app: &TestApp) {
    let mut agent = app.agent(1).await;
    let boss = app.admin(Role::HybridIdentityAdministrator).await;
    let unwanted = app.enrol(&TestAgent::new(2)).await;
    app.refuse_agent(&app.ctx(), &boss, &unwanted.user_code)
        .await
        .unwrap();
    app.asks_for_reset(Uuid::from_u128(7), "canary to a directory")
        .await;
    assert_eq!(agent.serve(app, |_, _| WireOutcome::Done).await, 1);
    agent.roll(app).await.unwrap();
    agent.health.directories[0].features.writeback = false;
    agent.ask(app).await.unwrap();
    let first = agent.token.clone();
    agent.open(app).await.unwrap();
    app.advance(minutes(1));
    assert!(app.agent_caller(&app.ctx(), &first).await.is_err());
    // It names another directory, can't change its key, and falls silent for a while.
    let other = Uuid::from_u128(0xd5);
    let mut beside = agent.health.directories[0].clone();
    beside.directory = other;
    agent.health.directories.push(beside);
    agent.health.key_stuck = Some("No space left on device".into());
    agent.ask(app).await.unwrap();
    app.allow_directory(&app.ctx(), &boss, agent.id(), DirectoryId(other))
        .await
        .unwrap();
    agent.health.directories.pop();
    for silence in [seconds(91), minutes(15)] {
        app.advance(silence);
        app.watch_directories(app.tenant).await.unwrap();
    }
    agent.open(app).await.unwrap();
    agent.ask(app).await.unwrap();
    app.watch_directories(app.tenant).await.unwrap();
    app.revoke_agent(&app.ctx(), &boss, agent.id())
        .await
        .unwrap();
}

/// A directory brings eight users, and then lacks most of them: once they are let go, once they are kept.
async fn synchronised(app: &TestApp, global: &keyward_app::Principal) {
    let people: Vec<_> = (0..8).map(|n| person(n, &format!("synced{n}"))).collect();
    let directory = TestApp::directory();
    for approve in [true, false] {
        app.sync_users(&people).await;
        app.sync_users(&people[..1]).await;
        let look = app.deletions(global, directory, None, 9).await.unwrap();
        let ctx = app.ctx();
        if approve {
            let done = app.approve_deletions(&ctx, global, directory, &look.mark);
            assert_eq!(done.await.unwrap(), (7, 0));
        } else {
            let kept = app.reject_deletions(&ctx, global, directory, &look.mark);
            assert_eq!(kept.await.unwrap(), 7);
        }
    }
    for approve in [false, true] {
        // Other contact data of all of them: once they are kept, once taken.
        let others = people.iter().cloned().map(|mut person| {
            person.mobile = Some(format!("+49 151 1234567{}", u8::from(approve)));
            person
        });
        let others: Vec<_> = others.collect();
        app.sync_users(&others).await;
        let look = app.contacts(global, directory, None, 9).await.unwrap();
        let ctx = app.ctx();
        if approve {
            let done = app.approve_contacts(&ctx, global, directory, &look.mark);
            // The nil anchor is before the first page.
            assert_eq!(done.await.unwrap(), (7, 0));
        } else {
            let kept = app.reject_contacts(&ctx, global, directory, &look.mark);
            assert_eq!(kept.await.unwrap(), 8);
        }
    }
    let first = app.anchored_user(0).await.unwrap();
    app.give_role(first, Role::GlobalReader).await;
    let mut moved = person(0, "synced0");
    moved.mobile = Some("+49 151 12345678".into());
    let moved = Batch {
        users: vec![moved],
        ..batch()
    };
    app.sync(Mode::Delta, [moved]).await;
    assert!(app.examine_everybody(&app.ctx(), global).await.unwrap());
    let ctx = app.ctx();
    let asked = app.synchronise(&ctx, global, directory, How::Full);
    assert_eq!(crate::help::code_of(asked.await), "directory-away");
}

/// One message is retried, one dropped, and one with a code in it stays dead in the outbox.
async fn deliveries(app: &TestApp, global: &keyward_app::Principal) {
    let bob = app.user("bob").await;
    app.register_phone(bob, "+4915112345601").await;
    app.register_mail(bob, "bob@home.example").await;
    app.settle().await;
    app.outside
        .fail(Some(SendError::Permanent("refused".into())));
    let reset = app.begin_reset("bob@contoso.example").await;
    for _ in 0..3 {
        app.send_to(&reset, Email, "").await.unwrap();
    }
    app.settle().await;
    app.outside.fail(None);
    let dead = app.deliveries(global).await.unwrap().dead;
    app.retry_delivery(&app.ctx(), global, dead[0].id)
        .await
        .unwrap();
    app.drop_delivery(&app.ctx(), global, dead[1].id)
        .await
        .unwrap();
    app.advance(minutes(1));
    let form = UserForm {
        upn: "eva@fabrikam.example".into(),
        display_name: "Eva".into(),
        ..UserForm::default()
    };
    let (_, password) = app
        .create_tenant("Fabrikam", "fabrikam.example", &form)
        .await
        .unwrap();
    app.plant(password.expose());
}
