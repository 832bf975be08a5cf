//! Another version of the root key, made current while two nodes serve.

use crate::help::ADA;
use keyward_app::keys::{RootKey, Version};
use keyward_app::rotation::Use;
use keyward_app::testing::TestApp;
use keyward_app::{App, Error};
use keyward_core::secret::Secret;
use keyward_core::time::seconds;
use zeroize::Zeroizing;

on_both_engines!(db_09_what_is_there_is_sealed_anew_and_opens_on_every_node_all_the_time);

const SECOND: Version = 2;

fn second() -> RootKey {
    Zeroizing::new([9; 32])
}

fn from_file() -> Vec<(Version, RootKey)> {
    vec![(SECOND, second())]
}

async fn signs_in(app: &TestApp, node: &App) {
    let password = Secret::new(app.password("ada"));
    let signed_in = node.sign_in(&app.ctx(), ADA, password).await.unwrap();
    app.plant(signed_in.token.as_str());
}

// case: DB-09, K-03
async fn db_09_what_is_there_is_sealed_anew_and_opens_on_every_node_all_the_time(app: &TestApp) {
    let ada = app.user("ada").await;
    let boss = app.admin(keyward_core::role::Role::GlobalAdministrator);
    let boss = boss.await;
    app.set_policy(|p| p.pass.enabled = true).await;
    let pass = app.make_pass(&app.ctx(), &boss, ada, 60, false).await;
    let pass = pass.unwrap().text;
    app.plant(pass.expose());
    let other = app.node(0).await;
    let uses = async || app.key_uses().await.unwrap();
    let all = uses().await[&1];
    assert!(all.passwords > 0);
    // Nothing is announced that this node could not open itself.
    assert!(matches!(
        app.make_key_current(SECOND).await,
        Err(Error::Fault(_))
    ));
    app.keys.learn(SECOND, &second());
    let announced = app.make_key_current(SECOND).await.unwrap().unwrap();
    assert_eq!(app.make_key_current(SECOND).await.unwrap(), None);
    let step = async || {
        for node in [&app.app, &other] {
            node.step_key_rotation(&from_file).await.unwrap();
            signs_in(app, node).await;
        }
    };
    // Announced: both can open what it seals, and neither seals with it.
    step().await;
    assert!(other.keys.knows(SECOND));
    assert_eq!((app.keys.current(), other.keys.current()), (1, 1));
    app.set_password(app.user("carl").await, "sealed by the first")
        .await;
    // One node is ahead of the other.
    app.advance(seconds(20));
    assert_eq!(app.now(), announced.since);
    other.step_key_rotation(&from_file).await.unwrap();
    assert_eq!((app.keys.current(), other.keys.current()), (1, 2));
    step().await;
    let before = uses().await[&1].passwords;
    assert_eq!(before, all.passwords + 1);
    // Everybody seals with it by now.
    app.advance(seconds(30));
    step().await;
    let after = uses().await;
    assert_eq!(after.get(&1).map_or(0, |left| left.passwords), 0);
    assert_eq!(after[&SECOND].passwords, before);
    assert_eq!(
        after[&SECOND],
        Use {
            passwords: before,
            ..after[&SECOND]
        }
    );
    // A node that starts without the new version would find every password unreadable.
    let late = app.node(0).await;
    let why = late.check_key().await.unwrap_err().to_string();
    assert!(why.contains("lacks version 2"), "{why}");
    late.keys.learn(SECOND, &second());
    late.check_key().await.unwrap();
    assert_eq!(late.keys.current(), SECOND);
    signs_in(app, &late).await;
    let entered = late.sign_in_by_pass(&app.ctx(), ADA, &pass).await.unwrap();
    app.plant(entered.token);
    app.plant(entered.device.unwrap_or_default());
    app.ignore_messages().await;
}
