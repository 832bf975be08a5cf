//! What may be sent in sum: by organisation, country, network, browser and installation, and by what it costs.

use crate::help::{at_once, code_of, refused};
use keyward_app::Ctx;
use keyward_app::budgets::Budgets;
use keyward_app::testing::{Engine, Options, TestApp};
use keyward_core::audit::Activity;
use keyward_core::budget::Breaker;
use keyward_core::method::MethodKind::{Email, MobilePhone};
use keyward_core::policy::{Gates, KindCode, Scope};
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_core::throttle::Rule;
use keyward_core::time::{hours, minutes};

/// An organisation with these budgets, of which nobody is limited by anything else.
async fn with(engine: Engine, change: impl FnOnce(&mut Budgets)) -> TestApp {
    let mut options = Options {
        engine,
        ..Options::default()
    };
    let wide = |rule: Rule| Rule { limit: 500, ..rule };
    options.settings.sms = wide(options.settings.sms);
    options.settings.mail = wide(options.settings.mail);
    let budgets = &mut options.settings.budgets;
    budgets.breaker.sent = 0;
    budgets.network_sms.limit = 0;
    budgets.network_mail.limit = 0;
    change(budgets);
    let app = TestApp::build(options).await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
        // Of what is sent: decoys may have any of the policy's kinds.
        p.methods = [MobilePhone, Email].map(KindCode).into();
    })
    .await;
    app
}

/// Somebody with a phone and a mailbox.
async fn person(app: &TestApp, n: usize, number: &str) -> String {
    let id = app
        .person(app.tenant, &format!("p{n}@contoso.example"))
        .await;
    app.register_phone(id, number).await;
    app.register_mail(id, &format!("p{n}@home.example")).await;
    format!("p{n}@contoso.example")
}

/// A code to somebody's phone; how that ended.
async fn text(app: &TestApp, name: &str, number: &str) -> &'static str {
    let reset = app.begin_reset(name).await;
    code_of(app.send_to(&reset, MobilePhone, number).await)
}

fn german(n: usize) -> String {
    format!("+4915112345{n:03}")
}

fn jamaican(n: usize) -> String {
    format!("+1876555{n:04}")
}

async fn happened(app: &TestApp, activity: Activity) -> usize {
    let events = app.events().await.into_iter();
    events.filter(|e| e.activity == activity).count()
}

// case: PH-12, C-09
#[tokio::test]
async fn ph_12_what_a_day_allows_is_sent_and_then_mail_goes_on() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = with(engine, |b| b.sms = 3).await;
        let boss = app.admin(Role::GlobalAdministrator).await;
        for n in 0..3 {
            let name = person(&app, n, &german(n)).await;
            assert_eq!(text(&app, &name, &german(n)).await, "ok");
        }
        let name = person(&app, 9, &german(9)).await;
        for _ in 0..3 {
            assert_eq!(text(&app, &name, &german(9)).await, "sms-stopped");
        }
        assert_eq!(app.texts_sent().await.len(), 3);
        let told = app.mail_to(boss.user.upn.as_str()).await;
        assert!(
            told.text.contains("as many text messages in a day"),
            "{}",
            told.text
        );
        assert_eq!(happened(&app, Activity::BudgetUsedUp).await, 1, "told once");
        // Who doesn't know the number learns nothing: it is looked at first.
        let reset = app.begin_reset(&name).await;
        let wrong = app.send_to(&reset, MobilePhone, "+4915199999999").await;
        assert_eq!(code_of(wrong), "destination-mismatch");
        app.prove(&reset, "p9@home.example").await;
        let page = app.sending_limits(&boss).await.unwrap();
        assert_eq!((page.totals[0].used, page.totals[0].limit), (3, 3));
        assert!(page.totals[0].until.is_some() && page.totals[1].until.is_none());
        app.advance(hours(25));
        assert_eq!(text(&app, &name, &german(9)).await, "ok");
        app.ignore_messages().await;
    }
}

// case: PH-12
#[tokio::test]
async fn ph_12_money_is_counted_by_what_each_number_costs() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = with(engine, |b| {
            b.money = "0.50".parse().unwrap();
            b.prices = vec!["*=0.08".parse().unwrap(), "+1876=0.25".parse().unwrap()];
        })
        .await;
        let boss = app.admin(Role::GlobalAdministrator).await;
        let (here, there) = (german(1), jamaican(1));
        let (one, other) = (person(&app, 1, &here).await, person(&app, 2, &there).await);
        assert_eq!(text(&app, &other, &there).await, "ok");
        for _ in 0..2 {
            assert_eq!(text(&app, &one, &here).await, "ok");
        }
        // 0.41 of 0.50: another expensive one is too much, and a cheap one fits.
        assert_eq!(text(&app, &other, &there).await, "sms-stopped");
        assert_eq!(text(&app, &one, &here).await, "ok");
        assert_eq!(text(&app, &one, &here).await, "sms-stopped");
        let page = app.sending_limits(&boss).await.unwrap();
        assert_eq!((page.totals[1].name, page.totals[1].used), ("money", 4_900));
        let told = app.mail_to(boss.user.upn.as_str()).await;
        assert!(told.text.contains("have cost as much"), "{}", told.text);
        app.ignore_messages().await;
    }
}

// case: PH-10
#[tokio::test]
async fn ph_10_a_country_where_nobody_types_the_code_is_stopped_and_resumed() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = with(engine, |b| {
            b.breaker = Breaker {
                sent: 6,
                percent: 20,
            };
        })
        .await;
        let boss = app.admin(Role::GlobalAdministrator).await;
        let reader = app.admin(Role::GlobalReader).await;
        // Where codes are typed, as many as one likes are sent.
        let here = person(&app, 1, &german(1)).await;
        for n in 0..14 {
            let reset = app.begin_reset(&here).await;
            app.send_to(&reset, MobilePhone, &german(1)).await.unwrap();
            if n % 3 == 0 {
                let code = app.code_to(&german(1)).await;
                app.answer(&reset, &code).await.unwrap();
            }
        }
        let mut sent = 0;
        for n in 0..9 {
            let name = person(&app, 100 + n, &jamaican(n)).await;
            sent += usize::from(text(&app, &name, &jamaican(n)).await == "ok");
        }
        assert_eq!(sent, 6);
        assert_eq!(happened(&app, Activity::CountryStopped).await, 1);
        let told = app.mail_to(boss.user.upn.as_str()).await;
        assert!(told.text.contains("(JM)"), "{}", told.text);
        assert_eq!(
            text(&app, &here, &german(1)).await,
            "ok",
            "only that country"
        );
        let reset = app.begin_reset("p100@contoso.example").await;
        app.prove(&reset, "p100@home.example").await;
        // It stays so, until somebody has looked.
        app.advance(hours(48));
        assert_eq!(
            text(&app, "p100@contoso.example", &jamaican(0)).await,
            "sms-stopped"
        );
        let page = app.sending_limits(&boss).await.unwrap();
        let first = &page.countries[0];
        assert_eq!(
            (first.code.as_str(), first.stopped_at.is_some()),
            ("JM", true)
        );
        let resume = app.restart_country(&app.ctx(), &reader, "JM").await;
        assert_eq!(code_of(resume), "not-allowed");
        let resume = app.restart_country(&app.ctx(), &boss, "DE").await;
        assert_eq!(code_of(resume), "not-found");
        app.restart_country(&app.ctx(), &boss, "JM").await.unwrap();
        assert_eq!(text(&app, "p100@contoso.example", &jamaican(0)).await, "ok");
        app.ignore_messages().await;
    }
}

// case: PH-09, C-09
#[tokio::test]
async fn ph_09_very_many_numbers_from_one_network_are_too_many() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = with(engine, |b| b.network_sms.limit = 4).await;
        let from = |ip: &str| Ctx {
            ip: Some(ip.into()),
            ..app.ctx()
        };
        let mut answers = Vec::new();
        for n in 0..6 {
            let id = app
                .person(app.tenant, &format!("new{n}@contoso.example"))
                .await;
            let me = app.session_of(id).await;
            let ctx = from(&format!("203.0.113.{n}"));
            let asked = app.propose_method(&ctx, &me, MobilePhone, &german(n)).await;
            answers.push(code_of(asked));
            if n == 5 {
                let neighbour = from("203.0.114.1");
                let number = german(n);
                let asked = app.propose_method(&neighbour, &me, MobilePhone, &number);
                assert_eq!(code_of(asked.await), "ok");
            }
        }
        assert_eq!(
            answers,
            [
                "ok",
                "ok",
                "ok",
                "ok",
                "too-many-messages",
                "too-many-messages"
            ]
        );
        app.ignore_messages().await;
    }
}

// case: EN-07, EN-11
#[tokio::test]
async fn en_11_budgets_count_names_that_nobody_has_alike() {
    let app = with(Engine::Sqlite, |b| b.network_mail.limit = 6).await;
    person(&app, 1, &german(1)).await;
    let mut seen = Vec::new();
    for name in ["p1@contoso.example", "nobody@contoso.example"] {
        let mut answers = Vec::new();
        for _ in 0..8 {
            let reset = app.begin_reset(name).await;
            answers.push(code_of(app.send_to(&reset, Email, "").await));
        }
        seen.push(answers);
        app.advance(hours(2));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0][6], "too-many-messages");
    app.ignore_messages().await;
    // And the organisation's day.
    let app = with(Engine::Sqlite, |b| b.mail = 3).await;
    person(&app, 1, &german(1)).await;
    for (n, name) in ["nobody", "p1", "nobody", "p1", "nobody"]
        .iter()
        .enumerate()
    {
        let reset = app.begin_reset(&format!("{name}@contoso.example")).await;
        let sent = app.send_to(&reset, Email, "").await;
        if n < 3 {
            assert_eq!(code_of(sent), "ok");
        } else {
            assert!(matches!(refused(sent), Refusal::TooManyMessages(_)));
        }
    }
    app.ignore_messages().await;
}

// case: C-09
#[tokio::test]
async fn c_09_a_familiar_browser_has_a_limit_of_its_own() {
    let app = with(Engine::Sqlite, |b| b.device_mail.limit = 3).await;
    app.user("ada").await;
    let token = app.sign_in_as("ada").await.unwrap().device.unwrap();
    let token = app.plant(token);
    let kiosk = Ctx {
        device: Some(app.device_mac(&token)),
        ..app.ctx()
    };
    let invented = Ctx {
        device: Some(app.device_mac("invented")),
        ..app.ctx()
    };
    for (ctx, last) in [(&kiosk, "too-many-messages"), (&invented, "ok")] {
        let mut answer = "";
        let (mut n, mut asked) = (0, 0);
        while asked < 4 {
            let name = format!("somebody{n}@contoso.example");
            n += 1;
            let reset = app.begin_reset(&name).await;
            let choices = app.progress(&reset).await.choices;
            // Not every name that nobody has looks as if it had a mailbox.
            let Some(mail) = choices.iter().find(|c| c.kind == Email) else {
                continue;
            };
            answer = code_of(app.send_reset_code(ctx, &reset, mail.id, "").await);
            asked += 1;
        }
        assert_eq!(answer, last);
    }
    app.ignore_messages().await;
}

// case: C-09, OT-11, PH-12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ph_12_budgets_hold_for_very_many_at_once_on_two_nodes() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for install in [false, true] {
            let app = with(engine, |b| {
                b.sms = if install { 0 } else { 7 };
                b.install_sms = 7;
            })
            .await;
            let mut open = Vec::new();
            for n in 0..24 {
                let name = person(&app, n, &german(n)).await;
                let reset = app.begin_reset(&name).await;
                let choices = app.progress(&reset).await.choices;
                let phone = choices.iter().find(|c| c.kind == MobilePhone).unwrap().id;
                open.push((reset, phone));
            }
            let ctx = app.ctx();
            let results = at_once(&app, 24, |node, i| {
                let (ctx, (reset, phone)) = (ctx.clone(), open[i % 24].clone());
                async move {
                    code_of(
                        node.send_reset_code(&ctx, &reset, phone, &german(i % 24))
                            .await,
                    )
                }
            })
            .await;
            let sent = results.iter().filter(|r| **r == "ok").count();
            assert_eq!(sent, 7, "{results:?}");
            assert_eq!(app.texts_sent().await.len(), 7);
            app.advance(minutes(1));
            app.ignore_messages().await;
        }
    }
}
