//! What a stranger can find out about a name: nothing.

use crate::help::{ADA, MAIL, NEW, PHONE, ada, code_of, other_than};
use keyward_app::testing::TestApp;
use keyward_core::method::MethodKind;
use keyward_core::policy::{Gates, KindCode, Scope};
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_core::time::{days, minutes};
use keyward_store::group::Member;
use std::collections::BTreeMap;

/// Every name that can't be reset, beside one that can.
const NAMES: [&str; 10] = [
    "ada@contoso.example",
    "nobody@contoso.example",
    "disabled@contoso.example",
    "deleted@contoso.example",
    "outside@contoso.example",
    "unregistered@contoso.example",
    "halfway@contoso.example",
    "held@contoso.example",
    "bare-admin@contoso.example",
    "somebody@elsewhere.example",
];

/// Whatever is offered is sent a code.
async fn by_codes(app: &TestApp) {
    let kinds = [MethodKind::MobilePhone, MethodKind::Email];
    app.set_policy(|p| p.methods = kinds.map(KindCode).into())
        .await;
}

async fn people(app: &TestApp) {
    by_codes(app).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let mut members = Vec::new();
    for name in [
        "ada",
        "disabled",
        "deleted",
        "outside",
        "unregistered",
        "halfway",
        "held",
    ] {
        let id = app
            .person(app.tenant, &format!("{name}@contoso.example"))
            .await;
        if name != "outside" {
            members.push(Member::User(id));
        }
        if !["unregistered", "halfway"].contains(&name) {
            app.register_phone(id, PHONE).await;
        }
        if name != "unregistered" {
            app.register_mail(id, &format!("{name}@home.example")).await;
        }
        let ctx = app.ctx();
        match name {
            "disabled" => app.set_user_enabled(&ctx, &admin, id, false).await.unwrap(),
            "deleted" => app.delete_user(&ctx, &admin, id).await.unwrap(),
            "held" => {
                let mut tx = app.db.write(app.tenant).await.unwrap();
                tx.set_held(id, Some(ctx.now)).await.unwrap();
                tx.commit().await.unwrap();
            }
            _ => {}
        }
    }
    let bare = app.person(app.tenant, "bare-admin@contoso.example").await;
    app.give_role(bare, Role::UserAdministrator).await;
    let group = app.group("Pilot", &members).await;
    app.set_policy(|p| {
        p.scope = Scope::Selected([group].into());
        p.gates = Gates::Two;
        p.unlock_without_reset = true;
    })
    .await;
}

/// How many rows each table has.
async fn rows(app: &TestApp) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in app.dump().await.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(table) = row["table"].as_str() {
            *counts.entry(table.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// What every step answers and how many rows it leaves, without ids and masks.
async fn walk(app: &TestApp, name: &str) -> String {
    let mut seen = String::new();
    let mut before = rows(app).await;
    let mut note = |step: &str, answer: String, now: BTreeMap<String, usize>| {
        let grown: Vec<_> = now
            .iter()
            .filter_map(|(table, n)| {
                let new = n - before.get(table).copied().unwrap_or(0);
                (new > 0).then(|| format!("{table} +{new}"))
            })
            .collect();
        seen.push_str(&format!("{step}: {answer} [{}]\n", grown.join(", ")));
        before = now;
    };
    let reset = app.begin_reset(name).await;
    note("start", "ok".into(), rows(app).await);
    let progress = app.progress(&reset).await;
    let mail = progress
        .choices
        .iter()
        .find(|c| c.kind == MethodKind::Email)
        .unwrap()
        .id;
    let phone = progress
        .choices
        .iter()
        .find(|c| c.kind == MethodKind::MobilePhone)
        .unwrap()
        .id;
    let mut shape = progress.clone();
    for choice in &mut shape.choices {
        assert!(!choice.masked.is_empty());
        choice.id = uuid::Uuid::nil();
        choice.masked = choice
            .masked
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        if choice.kind == MethodKind::Email {
            assert!(choice.masked.contains("***@"), "{}", choice.masked);
            choice.masked = "m***@m***.top".into();
        }
    }
    note("pages", format!("{shape:?}"), rows(app).await);
    let ctx = app.ctx();
    let sent = app
        .send_reset_code(&ctx, &reset, phone, "+4915112345600")
        .await;
    note("wrong number", code_of(sent).into(), rows(app).await);
    let sent = app.send_reset_code(&ctx, &reset, phone, "12").await;
    note("no number", code_of(sent).into(), rows(app).await);
    let sent = app.send_reset_code(&ctx, &reset, mail, "").await;
    note("send", code_of(sent).into(), rows(app).await);
    let wrong = app.answer(&reset, "77").await;
    note("wrong code", code_of(wrong).into(), rows(app).await);
    note(
        "finish",
        code_of(app.finish(&reset, NEW).await).into(),
        rows(app).await,
    );
    let judged = app
        .preview_reset_password(&ctx, &reset, &app.twice(NEW))
        .await;
    note("judge", code_of(judged).into(), rows(app).await);
    let other = app
        .send_reset_code(&ctx, &reset, uuid::Uuid::from_u128(7), "")
        .await;
    note("no method", code_of(other).into(), rows(app).await);
    let goal = app
        .choose_goal(&ctx, &reset, keyward_core::reset::Goal::Unlock)
        .await;
    note("unlock", code_of(goal).into(), rows(app).await);
    for i in 0..4 {
        let wrong = code_of(app.answer(&reset, "77").await);
        note(&format!("guess {i}"), wrong.into(), rows(app).await);
    }
    let blocked = app.send_reset_code(&ctx, &reset, mail, "").await;
    note("blocked", code_of(blocked).into(), rows(app).await);
    note(
        "help",
        code_of(app.ask_for_help(&ctx, &reset).await).into(),
        rows(app).await,
    );
    note(
        "help again",
        code_of(app.ask_for_help(&ctx, &reset).await).into(),
        rows(app).await,
    );
    note(
        "cancel",
        code_of(app.cancel_reset(&ctx, &reset).await).into(),
        rows(app).await,
    );
    note(
        "after",
        code_of(app.answer(&reset, "77").await).into(),
        rows(app).await,
    );
    seen
}

// case: EN-04, EN-05, EN-07, EN-11, F-01, S50, S51, INV-5
#[tokio::test]
async fn en_05_every_name_gets_the_same_answers_and_leaves_the_same_rows() {
    let app = TestApp::new().await;
    people(&app).await;
    // What all names share is counted from the first of them on.
    walk(&app, "first@contoso.example").await;
    app.mails().await;
    app.advance(minutes(1));
    let able = walk(&app, NAMES[0]).await;
    let sent = app.mails().await;
    let sent: Vec<_> = sent.iter().map(|m| m.to.as_str()).collect();
    // The user administrator has no mailbox, so the next in line is told.
    let boss = "global-administrator@contoso.example";
    assert_eq!(sent, ["ada@home.example", boss]);
    for name in &NAMES[1..] {
        app.advance(minutes(1));
        let seen = walk(&app, name).await;
        assert_eq!(seen, able, "{name}");
        let mails = app.mails().await;
        assert!(mails.iter().all(|m| m.to == boss), "{name}: {mails:?}");
        let known = !name.starts_with("nobody") && !name.starts_with("deleted");
        let known = known && !name.ends_with("elsewhere.example");
        assert_eq!(mails.len(), usize::from(known), "EN-12, {name}: {mails:?}");
    }
    assert!(app.texts_sent().await.is_empty());
}

// case: EN-06, S53
#[tokio::test]
async fn en_06_decoys_stay_the_same_for_days_on_every_node() {
    let app = TestApp::new().await;
    ada(&app, Gates::Two).await;
    let shown = async |name: &str| {
        let reset = app.begin_reset(name).await;
        let choices = app.progress(&reset).await.choices;
        choices
            .iter()
            .map(|c| (c.id, c.masked.clone()))
            .collect::<Vec<_>>()
    };
    let first = shown("nobody@contoso.example").await;
    assert_eq!(first.len(), 2);
    app.advance(days(40));
    assert_eq!(shown("Nobody@CONTOSO.example ").await, first);
    let other = app.node(0).await;
    let solution = app.solved("reset");
    let reset = other
        .start_reset(&app.ctx(), "nobody@contoso.example", &solution)
        .await
        .unwrap();
    let there = other
        .reset_progress(&app.ctx(), &reset)
        .await
        .unwrap()
        .choices;
    let there: Vec<_> = there.iter().map(|c| (c.id, c.masked.clone())).collect();
    assert_eq!(there, first);
    assert_ne!(shown("nobody2@contoso.example").await, first);
    // And so do real ones.
    assert_eq!(shown(ADA).await, shown(ADA).await);
}

// case: EN-05, A-07
#[tokio::test]
async fn en_05_the_chooser_does_not_tell_who_is_an_administrator() {
    let app = TestApp::new().await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
        p.methods = [KindCode(MethodKind::Email)].into();
    })
    .await;
    let (user, boss) = (app.user("ada").await, app.user("boss").await);
    app.give_role(boss, Role::GlobalAdministrator).await;
    for (id, mail) in [(user, MAIL), (boss, "boss@home.example")] {
        app.register_mail(id, mail).await;
        app.register_phone(id, PHONE).await;
    }
    for name in ["ada", "boss", "nobody"] {
        let reset = app.begin_reset(&format!("{name}@contoso.example")).await;
        let page = app.progress(&reset).await;
        let kinds: Vec<_> = page.choices.iter().map(|c| c.kind).collect();
        assert_eq!((page.gates, kinds), (1, vec![MethodKind::Email]), "{name}");
    }
}

// case: EN-05
#[tokio::test]
async fn en_05_a_second_method_of_a_kind_shows_itself_only_after_a_proof() {
    let app = TestApp::new().await;
    let id = ada(&app, Gates::Two).await;
    app.advance(minutes(1));
    app.register_phone(id, "+4915112345699").await;
    app.register_mail(id, "ada@second.example").await;
    let reset = app.begin_reset(ADA).await;
    let shown = async || {
        let choices = app.progress(&reset).await.choices;
        choices.into_iter().map(|c| c.masked).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, ["*** *** **99", "a***@s***.example"]);
    let none = app.begin_reset("nobody@contoso.example").await;
    assert_eq!(app.progress(&none).await.choices.len(), 2);
    app.prove(&reset, "ada@second.example").await;
    assert_eq!(shown().await, ["*** *** **34", "*** *** **99"]);
    assert!(app.prove(&reset, PHONE).await.verified, "the older one");
}

// case: EN-03, EN-11, S51
#[tokio::test]
async fn en_03_limits_are_those_of_every_name() {
    let app = TestApp::new().await;
    ada(&app, Gates::Two).await;
    let spend = async |name: &str, secret: &str| {
        let mut seen = Vec::new();
        let reset = app.begin_reset(name).await;
        for _ in 0..12 {
            seen.push(code_of(app.send_to(&reset, MethodKind::Email, "").await));
        }
        for _ in 0..7 {
            seen.push(code_of(app.answer(&reset, &other_than(secret)).await));
        }
        seen
    };
    let known = spend(ADA, "111111").await;
    assert_eq!(spend("nobody@contoso.example", "111111").await, known);
    assert_eq!(spend("nonsense", "111111").await, known);
    assert_eq!(app.mails().await.len(), 10);
}

// case: EN-12, RL-07
#[tokio::test]
async fn what_stands_for_nothing_never_shows_among_deliveries() {
    let app = TestApp::new().await;
    ada(&app, Gates::Two).await;
    let admin = app.admin(Role::GlobalAdministrator).await;
    let reset = app.begin_reset("nobody@contoso.example").await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app.advance(days(1));
    app.settle().await;
    let deliveries = app.deliveries(&admin).await.unwrap();
    assert!(deliveries.dead.is_empty() && deliveries.waiting.is_empty());
}

// case: L-04
#[tokio::test]
async fn a_password_in_the_wrong_field_is_written_down_nowhere() {
    let app = TestApp::new().await;
    by_codes(&app).await;
    let typed = app.plant("my secret pass phrase");
    let reset = app.begin_reset(&typed).await;
    app.send_to(&reset, MethodKind::Email, "").await.unwrap();
    app.ask_for_help(&app.ctx(), &reset).await.unwrap();
    let signed_in = app
        .sign_in(&app.ctx(), &typed, Secret::new("whatever it is".into()))
        .await;
    assert_eq!(code_of(signed_in), "bad-credentials");
    app.settle().await;
    let dump = app.dump().await;
    assert!(!dump.contains(&typed), "{dump}");
    let names: Vec<_> = app
        .events()
        .await
        .into_iter()
        .filter_map(|e| e.target)
        .collect();
    assert!(
        names.iter().all(|t| t.name == "(not a user name)"),
        "{names:?}"
    );
}
