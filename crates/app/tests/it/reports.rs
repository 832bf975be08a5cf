//! Numbers for administrators, and that the list behind each is as long.

use keyward_app::reports::Which;
use keyward_app::testing::TestApp;
use keyward_app::{Principal, data::After};
use keyward_core::policy::{Gates, Scope};
use keyward_core::role::Role;
use uuid::Uuid;

on_both_engines!(who_cant_be_reset_from_here_is_counted_and_listed_as_that);

/// The names in a list, read in small pages.
async fn listed(app: &TestApp, me: &Principal, which: Which) -> Vec<String> {
    let (mut names, mut after) = (Vec::new(), None::<After>);
    loop {
        let page = app
            .registration_report(me, which, after.as_ref(), 2)
            .await
            .unwrap();
        let Some(last) = page.last() else {
            return names;
        };
        after = Some(After {
            key: last.user.name_key.clone(),
            id: last.user.user.0,
        });
        let local = |upn: &str| upn.split('@').next().unwrap_or_default().to_owned();
        names.extend(page.iter().map(|j| local(&j.user.upn)));
    }
}

async fn who_cant_be_reset_from_here_is_counted_and_listed_as_that(app: &TestApp) {
    let mut agent = app.agent(1).await;
    app.ignore_messages().await;
    let me = app.admin(Role::GlobalAdministrator).await;
    app.set_policy(|p| {
        p.scope = Scope::All;
        p.gates = Gates::One;
    })
    .await;
    let here = app.person(app.tenant, "carl@contoso.example").await;
    let mut anchors = 1_u128..;
    let mut there = async |name: &str, protected| {
        let upn = format!("{name}@corp.contoso.example");
        let anchor = Uuid::from_u128(anchors.next().unwrap());
        app.directory_person(&upn, anchor, protected).await
    };
    let (dora, protected) = (there("dora", false).await, there("paul", true).await);
    there("nina", false).await;
    for (n, id) in [here, dora, protected].into_iter().enumerate() {
        app.register_phone(id, &format!("+491511234560{n}")).await;
    }
    // Each number is the length of its list, whatever is switched on; the people of the directory among the capable
    // and among those whom it would be worth to remind.
    let look = async || {
        let overview = app.overview(&me).await.unwrap();
        let mut lists = Vec::new();
        for (which, number) in [
            (Which::All, overview.users),
            (Which::Enabled, overview.enabled),
            (Which::Registered, overview.registered),
            (Which::Capable, overview.capable),
            (Which::Unregistered, overview.enabled - overview.capable),
        ] {
            let list = listed(app, &me, which).await;
            assert_eq!(i64::try_from(list.len()).unwrap(), number, "{which:?}");
            lists.push(list);
        }
        let policy = app.policy(&me).await.unwrap().policy;
        let same = app.preview_policy(&me, &policy).await.unwrap();
        assert_eq!(same.enabled_before, overview.enabled);
        assert_eq!((same.losing, same.gaining), (0, 0));
        assert!(
            lists[2].contains(&"paul".to_owned()),
            "registered all the same"
        );
        let mut theirs = [lists.remove(3), lists.remove(3)].concat();
        theirs.retain(|name| ["carl", "dora", "paul", "nina"].contains(&name.as_str()));
        theirs.join(" ")
    };
    let switch = async |on| app.set_policy(|p| p.on_premises.writeback = on).await;
    switch(true).await;
    assert_eq!(look().await, "carl dora nina");
    switch(false).await;
    assert_eq!(look().await, "carl");
    switch(true).await;
    agent.health.directories[0].features.writeback = false;
    agent.ask(app).await.unwrap();
    assert_eq!(look().await, "carl");
    agent.health.directories[0].features.writeback = true;
    agent.ask(app).await.unwrap();
    assert_eq!(look().await, "carl dora nina");
    let mut tx = app.db.write(app.tenant).await.unwrap();
    tx.revoke_agent(agent.id(), "ada", app.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(look().await, "carl");
    app.ignore_messages().await;
}
