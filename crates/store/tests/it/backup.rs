//! Backup and restore.

use crate::bed::{Bed, NOW, mac, uuid};
use crate::things::{event, session};
use keyward_core::audit::{Activity, Actor, Outcome};
use keyward_core::ids::EventId;
use keyward_core::licence::{DisabledPlans, Plan, Sku};
use keyward_core::method::MethodKind::Email;
use keyward_core::policy::{Policy, Scope};
use keyward_core::role::Role;
use keyward_core::throttle::Counter;
use keyward_core::time::hours;
use keyward_store::group::Member;
use keyward_store::install::fact;
use keyward_store::schema::{VERSION, migrate, migrate_to, version};
use keyward_store::{Db, Engine};

async fn backup(db: &Db) -> String {
    let mut text = Vec::new();
    let rows = db.backup(&mut text).await.unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.lines().count() as u64, rows + 2);
    text
}

async fn restore(db: &Db, text: &str) -> keyward_store::Result<u64> {
    db.restore(&mut text.as_bytes(), &|_| true).await
}

/// What a restore keeps: all but the epoch and what it ends.
fn lasting(text: &str) -> Vec<&str> {
    let ends = [
        "sessions",
        "proofs",
        "resets",
        "challenges",
        "links",
        "hand_overs",
        "passes",
        "jobs",
        "sync_bases",
        "sync_runs",
        "sync_batches",
        "sync_lists",
        "sync_errors",
        "sync_changes",
        "held_deletions",
    ];
    text.lines()
        .filter(|l| !l.contains("\"end\"") && !l.contains("\"epoch\""))
        .filter(|l| {
            !ends
                .iter()
                .any(|t| l.contains(&format!("\"table\":\"{t}\"")))
        })
        .collect()
}

/// Some of everything, with what is easily lost on the way.
async fn fill(bed: &Bed) {
    let mut tx = bed.db.system().await.unwrap();
    tx.set_fact(fact::KEY_CANARY, &[0, 1, 254, 255])
        .await
        .unwrap();
    tx.set_fact(fact::SET_UP, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let (ada, ben) = (bed.add_user("Ada").await, bed.add_user("ben").await);
    let (outer, inner) = (
        bed.add_group("Größe \"\\ \n").await,
        bed.add_group("inner").await,
    );
    bed.add_method(ada.id, Email, "Ada@home.example").await;
    let policy = Policy {
        scope: Scope::Selected([outer.id].into()),
        ..Policy::default()
    };
    let session = session(bed.tenant, ada.id, NOW);
    let mut event = event(NOW, Activity::UserAdded);
    event.actor = Actor::User {
        id: ada.id.0,
        name: "東京".into(),
    };
    event.outcome = Outcome::Failure("x".into());
    bed.write(async |tx| {
        tx.add_domain("contoso.example", true).await?;
        tx.set_policy(&policy, 1, NOW, "Ada").await?;
        tx.add_member(outer.id, Member::Group(inner.id)).await?;
        tx.add_member(inner.id, Member::User(ada.id)).await?;
        tx.add_owner(inner.id, ben.id).await?;
        tx.assign_role(ada.id, Role::GlobalAdministrator).await?;
        tx.add_subscription(Sku::Complete, None, NOW).await?;
        tx.add_subscription(Sku::P1, Some(3), NOW).await?;
        let without = DisabledPlans::of(Sku::P1, [Plan::PasswordWriteback]);
        for to in [Member::User(ada.id), Member::Group(outer.id)] {
            tx.give_licence(Sku::P1, to, &without).await?;
        }
        tx.set_verifier(ada.id, 0, "sealed", true, NOW).await?;
        tx.delete_user(ben.id, NOW).await?;
        tx.insert_session(&session, &mac(1)).await?;
        tx.insert_link(&mac(2), "p", ada.id, NOW, NOW + hours(1))
            .await?;
        tx.lock_counter(&mac(3), NOW).await?;
        let counter = Counter {
            hits: vec![NOW],
            blocked_until: Some(NOW),
        };
        tx.save_counter(&mac(3), &counter).await?;
        tx.lock_lockout(&mac(4), NOW).await?;
        tx.record(EventId(uuid()), &event).await
    })
    .await;
}

/// Ada as a line of a backup of this schema.
fn as_of(schema: i64, tenant: uuid::Uuid) -> String {
    let mut row = serde_json::json!({
        "tenant_id": tenant.to_string(),
        "id": uuid().to_string(),
        "upn": "Ada@contoso.example",
        "upn_key": "ada@contoso.example",
        "display_name": "Ada",
        "name_key": "ada",
        "given_name": null,
        "surname": null,
        "surname_key": null,
        "job_title": null,
        "department": null,
        "mail": "Ada@Contoso.example",
        "mobile_phone": null,
        "other_mail": null,
        "enabled": true,
        "held_at": null,
        "must_change_password": false,
        "verifier": null,
        "password_changed_at": null,
        "credential_epoch": 0,
        "registration_confirmed_at": null,
        "language": null,
        "created_at": NOW.0,
        "deleted_at": null,
    });
    if schema >= 4 {
        row["directory_id"] = serde_json::Value::Null;
        row["business_phone"] = serde_json::Value::Null;
        row["mail_key"] = "ada@contoso.example".into();
    }
    if schema >= 10 {
        row["password_found_at"] = serde_json::Value::Null;
    }
    if schema >= 14 {
        row["first_method_at"] = serde_json::Value::Null;
    }
    row.to_string()
}

// case: TR-19
#[tokio::test]
async fn tr_19_a_backup_goes_from_engine_to_engine_and_back() {
    let first = Bed::sqlite().await;
    fill(&first).await;
    let other = first.other_tenant().await;
    other.add_user("ada").await;
    let written = backup(&first.db).await;

    let (second, third) = (Bed::empty_postgres().await, Bed::empty_sqlite().await);
    let rows = restore(&second.db, &written).await.unwrap();
    assert_eq!(rows, written.lines().count() as u64 - 2);
    let rewritten = backup(&second.db).await;
    restore(&third.db, &rewritten).await.unwrap();
    let back = backup(&third.db).await;

    assert!(lasting(&written).len() > 15);
    assert_eq!(lasting(&written), lasting(&rewritten));
    assert_eq!(lasting(&written), lasting(&back));
    let home = third.as_tenant(first.tenant);
    let ada = home
        .read(async |tx| tx.user_by_upn("ada@contoso.example").await)
        .await
        .unwrap();
    assert_eq!(
        home.read(async |tx| tx.verifier(ada.id).await)
            .await
            .as_deref(),
        Some("sealed")
    );
    assert_eq!(
        home.read(async |tx| tx.policy_groups_of(ada.id).await)
            .await
            .len(),
        1
    );
}

on_both! {
    // case: TR-19, L-08
    tr_19_a_restore_raises_the_epoch_and_ends_what_was_begun, |bed| {
        fill(&bed).await;
        let text = backup(&bed.db).await;
        assert!(text.contains("\"table\":\"sessions\"") && text.contains("\"table\":\"links\""));
        let mut epochs = Vec::new();
        let mut text = text;
        for _ in 0..2 {
            let new = Bed::empty_sqlite().await;
            restore(&new.db, &text).await.unwrap();
            epochs.push(new.db.fact(fact::EPOCH).await.unwrap().unwrap());
            let mut tx = new.db.system_read().await.unwrap();
            assert!(tx.session_by_token(&mac(1)).await.unwrap().is_none());
            assert!(tx.link(&mac(2), "p", NOW).await.unwrap().is_none());
            text = backup(&new.db).await;
        }
        assert_eq!(epochs, [1_u64.to_be_bytes(), 2_u64.to_be_bytes()]);
    }

    a_damaged_backup_restores_nothing, |bed| {
        fill(&bed).await;
        let text = backup(&bed.db).await;
        let lines: Vec<&str> = text.lines().collect();
        let without_end = lines[..lines.len() - 1].join("\n");
        let without_a_row = [&lines[..3], &lines[4..]].concat().join("\n");
        let damaged = [
            String::new(),
            "{}".into(),
            lines[0].into(),
            without_end,
            without_a_row,
            text[..text.len() / 2].to_owned(),
            text.replacen(&format!("\"schema\":{VERSION}"), "\"schema\":0", 1),
            text.replacen(&format!("\"schema\":{VERSION}"), "\"schema\":\"1\"", 1),
            text.replacen("\"table\":\"users\"", "\"table\":\"strangers\"", 1),
            text.replacen("\"credential_epoch\":0", "\"credential_epoch\":\"0\"", 1),
            text.replacen("\"deleted_at\":null", "\"deleted_at\":\"never\"", 1),
            text.replacen("\"enabled\":true", "\"enabled\":null", 1),
            text.replacen("\"display_name\":\"Ada\",", "", 1),
        ];
        let new = if bed.db.engine() == Engine::Sqlite { Bed::empty_sqlite().await } else { Bed::empty_postgres().await };
        for bad in damaged {
            assert_ne!(bad, text);
            let error = restore(&new.db, &bad).await.unwrap_err();
            assert!(matches!(error, keyward_store::Error::File(_)), "{error}");
            assert_eq!(version(&new.db).await.unwrap(), 0, "not even a table");
        }
        restore(&new.db, &text).await.unwrap();
    }

    // case: RL-10
    rl_10_a_backup_of_an_older_schema_is_brought_up_to_date, |bed| {
        let empty = async || match bed.db.engine() {
            Engine::Sqlite => Bed::empty_sqlite().await,
            Engine::Postgres => Bed::empty_postgres().await,
        };
        for schema in 1..VERSION {
            // What the program of that time would have left: people and a tenant, with the columns of that time.
            let old = empty().await.as_tenant(bed.tenant);
            migrate_to(&old.db, schema).await.unwrap();
            old.write(async |tx| tx.create_tenant("Contoso", "en", NOW).await).await;
            old.write(async |tx| tx.add_domain("contoso.example", true).await).await;
            let text = backup(&old.db).await;
            assert!(text.starts_with(&format!("{{\"keyward-backup\":1,\"schema\":{schema}}}")), "{text}");
            let user = r#"{"row":USER,"table":"users"}"#.replace("USER", &as_of(schema, bed.tenant.0));
            let end = text.lines().count() - 1;
            let mut lines: Vec<&str> = text.lines().take(end).collect();
            let last = format!("{{\"end\":{end}}}");
            lines.extend([user.as_str(), last.as_str()]);

            // Into nothing, and into tables of today that nobody has used yet.
            let (new, laid_out) = (empty().await, empty().await);
            migrate(&laid_out.db).await.unwrap();
            for new in [new, laid_out] {
                restore(&new.db, &lines.join("\n")).await.unwrap();
                assert_eq!(version(&new.db).await.unwrap(), VERSION);
                new.db.system_read().await.unwrap().check().await.unwrap();
                let home = new.as_tenant(bed.tenant);
                let ada = home.read(async |tx| tx.user_by_upn("ada@contoso.example").await).await.unwrap();
                assert_eq!(ada.profile.mail.as_deref(), Some("Ada@Contoso.example"));
                // The step that gives the first organisation everything found it.
                let subscriptions = home.read(async |tx| tx.subscriptions().await).await;
                assert_eq!(subscriptions.len(), usize::from(schema < 2), "{schema}");
                // And what was restored can be backed up and restored again.
                restore(&empty().await.db, &backup(&new.db).await).await.unwrap();
            }
        }
    }

    // case: RL-10
    rl_10_a_backup_of_a_newer_schema_says_what_to_do, |bed| {
        let text = backup(&bed.db).await;
        let newer = text.replacen(&format!("\"schema\":{VERSION}"), "\"schema\":99", 1);
        let new = Bed::empty_sqlite().await;
        let error = restore(&new.db, &newer).await.unwrap_err().to_string();
        assert!(error.contains("schema 99") && error.contains("the version that made it"), "{error}");
        assert_eq!(version(&new.db).await.unwrap(), 0);
    }

    a_database_with_rows_is_not_restored_into, |bed| {
        let text = backup(&bed.db).await;
        let error = restore(&bed.db, &text).await.unwrap_err();
        assert!(error.to_string().contains("not empty"), "{error}");
    }

    tables_of_several_pages_are_whole, |bed| {
        bed.write(async |tx| {
            for i in 0..2100 {
                tx.insert_user(&crate::bed::user(bed.tenant, &format!("u{i}"))).await?;
            }
            Ok(())
        })
        .await;
        let text = backup(&bed.db).await;
        let mut users: Vec<_> = text.lines().filter(|l| l.contains("\"table\":\"users\"")).collect();
        assert_eq!(users.len(), 2100);
        users.sort_unstable();
        users.dedup();
        assert_eq!(users.len(), 2100);
    }

    a_database_without_tables_is_not_backed_up, |bed| {
        drop(bed);
        let empty = Bed::empty_sqlite().await;
        assert!(empty.db.backup(&mut Vec::new()).await.is_err());
    }
}
