//! The log: everything is in it, and nothing that should not be.

use crate::everything::drive;
use crate::help::{code_of, refused};
use keyward_app::audit::Format;
use keyward_app::testing::TestApp;
use keyward_core::audit::{Activity, Outcome};
use keyward_core::ids::UserId;
use keyward_core::policy::Scope;
use keyward_core::refusal::Refusal;
use keyward_core::role::Role;
use keyward_store::audit::EventFilter;
use keyward_store::group::Member;

/// Activities that no use case writes. The list may only become shorter.
const NEVER_WRITTEN: [Activity; 0] = [];

// case: L-02, LG-01, INV-11
#[tokio::test]
async fn every_activity_is_written_by_something() {
    let app = TestApp::new().await;
    Box::pin(drive(&app)).await;
    let mut seen: Vec<_> = app.events().await.into_iter().map(|e| e.activity).collect();
    let tenants = app.db.system_read().await.unwrap().tenants().await.unwrap();
    for tenant in tenants.into_iter().filter(|t| *t != app.tenant) {
        let mut tx = app.db.read(tenant).await.unwrap();
        let events = tx
            .events(&EventFilter::default(), None, 1000)
            .await
            .unwrap();
        seen.extend(events.into_iter().map(|e| e.event.activity));
    }
    let never: Vec<_> = Activity::ALL.iter().filter(|a| !seen.contains(a)).collect();
    assert_eq!(never, NEVER_WRITTEN.iter().collect::<Vec<_>>());
    // Who, from where and in which request is known of each that came from a browser.
    for event in app.events().await {
        if let keyward_core::audit::Actor::User { name, .. } = &event.actor {
            assert!(
                name.contains('@') && event.ip.is_some() && event.request_id.is_some(),
                "{event:?}"
            );
        }
        if let Outcome::Failure(reason) = &event.outcome {
            assert!(
                !reason.is_empty() && !reason.contains("canary"),
                "{event:?}"
            );
        }
    }
}

// case: L-02
#[tokio::test]
async fn what_an_administrator_was_refused_is_told_with_the_reason() {
    let app = TestApp::new().await;
    let (ctx, boss) = (app.ctx(), app.admin(Role::GlobalAdministrator).await);
    let helper = app.admin(Role::HelpdeskAdministrator).await;
    let (id, group) = (boss.user.id, app.group("Pilot", &[]).await);
    app.set_policy(|p| p.scope = Scope::Selected([group].into()))
        .await;
    let stored = app.policy(&boss).await.unwrap();
    let policy = stored.policy.clone();
    let tried = [
        code_of(app.reset_password_of(&ctx, &helper, id).await),
        code_of(app.unlock_user(&ctx, &helper, id, true).await),
        code_of(app.revoke_sessions(&ctx, &helper, id).await),
        code_of(app.delete_user(&ctx, &helper, id).await),
        code_of(app.remove_methods_of(&ctx, &helper, id, None).await),
        code_of(
            app.remove_role(&ctx, &boss, id, Role::GlobalAdministrator)
                .await,
        ),
        code_of(app.set_user_enabled(&ctx, &boss, id, false).await),
        code_of(app.delete_group(&ctx, &boss, group).await),
        code_of(
            app.change_policy(&ctx, &boss, stored.version - 1, &policy)
                .await,
        ),
        code_of(
            app.export_audit(&ctx, &helper, &EventFilter::default(), Format::Csv)
                .await,
        ),
    ];
    let told: Vec<_> = app
        .events()
        .await
        .into_iter()
        .map(|e| (e.activity, e.outcome, e.target.map(|t| t.name)))
        .collect();
    let (boss, none) = (Some(boss.user.upn.to_string()), Some(String::new()));
    let wanted = [
        (Activity::PasswordResetByAdmin, "holds-more-rights", &boss),
        (Activity::AccountUnlockedByAdmin, "holds-more-rights", &boss),
        (Activity::SessionsRevoked, "holds-more-rights", &boss),
        (Activity::UserDeleted, "not-allowed", &boss),
        (Activity::AdminDeletedInfo, "not-allowed", &boss),
        (Activity::RoleRemoved, "last-global-administrator", &boss),
        (Activity::UserDisabled, "not-on-yourself", &boss),
        (
            Activity::GroupDeleted,
            "group-in-use",
            &Some("Pilot".to_owned()),
        ),
        (Activity::PolicyChanged, "changed-meanwhile", &none),
        (Activity::AuditExported, "not-allowed", &none),
    ];
    assert_eq!(tried, wanted.each_ref().map(|(_, code, _)| *code));
    // All at one instant: which of them the log names first is chance.
    for (what, why, whom) in &wanted {
        let event = (*what, Outcome::Failure((*why).to_owned()), (*whom).clone());
        assert!(told.contains(&event), "{event:?} in {told:#?}");
    }
    assert_eq!(told.len(), wanted.len());
    // What isn't there is not: anybody could fill the log with it.
    let nobody = UserId(uuid::Uuid::from_u128(1));
    let code = code_of(
        app.delete_user(&ctx, &app.admin(Role::UserAdministrator).await, nobody)
            .await,
    );
    assert_eq!(
        (code, app.events().await.len()),
        ("not-found", wanted.len())
    );
}

#[tokio::test]
async fn who_came_into_a_group_and_went_is_found_by_name_and_told_on_their_own_page() {
    let app = TestApp::new().await;
    let (ctx, boss) = (app.ctx(), app.admin(Role::GlobalAdministrator).await);
    let ada = app.user("ada").await;
    let group = app.group("Pilot", &[]).await;
    let member = Member::User(ada);
    app.add_members(&ctx, &boss, group, &[member])
        .await
        .unwrap();
    app.advance(std::time::Duration::from_secs(1));
    let ctx = app.ctx();
    app.remove_member(&ctx, &boss, group, &[member])
        .await
        .unwrap();
    let filter = EventFilter {
        text: Some("ada@contoso".into()),
        activity: Some(Activity::MemberAdded),
        ..EventFilter::default()
    };
    let found = app.audit_log(&boss, &filter, None, 9).await.unwrap();
    assert!(
        found
            .iter()
            .any(|e| e.event.target.as_ref().unwrap().name == "Pilot")
    );
    let timeline = app.timeline(&boss, ada, 9).await.unwrap();
    let told: Vec<_> = timeline.iter().map(|e| e.event.activity).collect();
    assert_eq!(told, [Activity::MemberRemoved, Activity::MemberAdded]);
    let change = &timeline[1].event.changes[0];
    assert_eq!(
        (change.property.as_str(), change.new.as_deref()),
        ("group", Some("Pilot"))
    );
}

// case: IN-10, AZ-17
#[tokio::test]
async fn an_export_holds_every_event_and_no_formula() {
    let app = TestApp::new().await;
    let admin = app.admin(Role::ReportsReader).await;
    let boss = app.admin(Role::GroupsAdministrator).await;
    let name = "=HYPERLINK(\"https://evil.example\",\"click\")";
    app.create_group(&app.ctx(), &boss, name, "", &[])
        .await
        .unwrap();
    let export = async |format| {
        let filter = EventFilter::default();
        let bytes = app
            .export_audit(&app.ctx(), &admin, &filter, format)
            .await
            .unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let csv = export(Format::Csv).await;
    assert!(csv.starts_with("\u{feff}time,"), "spreadsheets see UTF-8");
    assert!(csv.contains("\"'=HYPERLINK(\"\"https"), "{csv}");
    assert_eq!(
        csv.lines().count(),
        3,
        "the head, the group, and this export"
    );
    let json = export(Format::JsonLines).await;
    assert_eq!(json.lines().count(), 3);
    for line in json.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["result"], "Success");
    }
    let refusal = app
        .export_audit(&app.ctx(), &boss, &EventFilter::default(), Format::Csv)
        .await;
    assert_eq!(refused(refusal), Refusal::NotAllowed);
    assert_eq!(
        refused(app.audit_log(&boss, &EventFilter::default(), None, 5).await),
        Refusal::NotAllowed
    );
}
