//! The use cases through their front door, on real databases.
//!
//! One module for each noun or flow. The heart of it runs on both engines, the rest on SQLite.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

/// Runs tests that take a [`keyward_app::testing::TestApp`] on SQLite and on PostgreSQL.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&crate::help::on_sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&crate::help::on_postgres().await).await;
            })+
        }
    };
}

mod agent_keys;
mod agent_sessions;
mod agents;
mod allowances;
mod audit;
mod authenticator;
mod budgets;
mod by_group;
mod calls;
mod codes;
mod directory;
mod everything;
mod familiar;
mod gates;
mod hand_over;
mod help;
mod licences;
mod limits;
mod matrix;
mod not_me;
mod operations;
mod outages;
mod outbox;
mod pass;
mod passkey;
mod passkey_making;
mod passkey_signin;
mod password;
mod policy;
mod quarantine;
mod recovery;
mod registration;
mod reports;
mod reset;
mod robot;
mod roles;
mod rotation;
mod secrets;
mod security_info;
mod session;
mod setup;
mod signin;
mod storm;
mod stranger;
mod sync;
mod sync_brake;
mod sync_desk;
mod sync_guard;
mod sync_members;
mod tenants;
mod testing;
mod tokens;
mod users;
mod voice;
