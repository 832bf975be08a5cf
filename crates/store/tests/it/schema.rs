//! The tables, and coming to have them.

use crate::bed::{Bed, NOW, parallel, uuid};
use keyward_core::ids::TenantId;
use keyward_core::licence::Sku;
use keyward_core::time::days;
use keyward_store::schema::{VERSION, migrate, migrate_to, version};

on_both! {
    migrating_again_changes_nothing, |bed| {
        let before = bed.columns();
        assert_eq!(version(&bed.db).await.unwrap(), VERSION);
        assert_eq!(migrate(&bed.db).await.unwrap(), VERSION);
        assert_eq!(bed.columns(), before);
        bed.db.system_read().await.unwrap().check().await.unwrap();
    }

    // case: RL-10
    rl_10_an_older_program_leaves_a_newer_database_alone, |bed| {
        bed.claim_schema(VERSION + 1);
        let columns = bed.columns();
        let refused = [
            migrate(&bed.db).await.map(drop),
            bed.db.system_read().await.unwrap().check().await,
            bed.db.backup(&mut Vec::new()).await.map(drop),
        ];
        for error in refused {
            let error = error.unwrap_err().to_string();
            assert!(error.contains(&format!("schema {}", VERSION + 1)), "{error}");
        }
        assert_eq!(bed.columns(), columns);
        assert_eq!(version(&bed.db).await.unwrap(), VERSION + 1);
    }
}

#[tokio::test]
async fn both_engines_have_the_same_columns_and_say_the_same_of_null() {
    let (sqlite, postgres) = (Bed::sqlite().await, Bed::postgres().await);
    let columns = sqlite.columns();
    assert!(columns.len() > 100);
    assert_eq!(columns, postgres.columns());
}

#[tokio::test]
async fn the_first_organisation_of_an_older_database_gets_everything() {
    for bed in [Bed::empty_sqlite().await, Bed::empty_postgres().await] {
        migrate_to(&bed.db, 1).await.unwrap();
        let later = bed.as_tenant(TenantId(uuid()));
        let made = [(&later, NOW), (&bed, NOW - days(1))];
        for (tenant, at) in made {
            tenant
                .write(async |tx| tx.create_tenant("Contoso", "en", at).await)
                .await;
        }
        assert_eq!(migrate(&bed.db).await.unwrap(), 1);
        let of = async |bed: &Bed| bed.read(async |tx| tx.subscriptions().await).await;
        assert_eq!(of(&bed).await[0].sku, Sku::Complete);
        assert!(of(&later).await.is_empty());
    }
}

// case: RL-11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rl_11_nodes_that_start_at_once_migrate_once() {
    for bed in [Bed::empty_sqlite().await, Bed::empty_postgres().await] {
        assert_eq!(version(&bed.db).await.unwrap(), 0);
        let came_from = parallel(6, |_| {
            let bed = bed.clone();
            async move { migrate(&bed.second_node().await.db).await.unwrap() }
        })
        .await;
        assert!(came_from.contains(&0), "{came_from:?}");
        assert_eq!(version(&bed.db).await.unwrap(), VERSION);
    }
}

#[tokio::test]
async fn a_database_without_tables_fails_the_check() {
    for bed in [Bed::empty_sqlite().await, Bed::empty_postgres().await] {
        let mut tx = bed.db.system_read().await.unwrap();
        assert!(tx.check().await.is_err());
    }
}
