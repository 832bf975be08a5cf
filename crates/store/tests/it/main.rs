//! Every function of the store, on SQLite and on PostgreSQL: nothing checks the SQL before these do.
//!
//! A test is written once with [`on_both!`] and runs as `name::sqlite` and `name::postgres`.

#![expect(
    clippy::unwrap_used,
    reason = "bodies and helpers of tests may fail as tests do"
)]

/// Runs each body on both engines, each time on a migrated database of its own with one tenant.
macro_rules! on_both {
    ($($(#[$attr:meta])* $name:ident, |$bed:ident| $body:block)+) => {$(
        $(#[$attr])*
        async fn $name($bed: crate::bed::Bed) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(crate::bed::Bed::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(crate::bed::Bed::postgres().await).await;
            }
        }
    )+};
}

mod agent;
mod audit;
mod backup;
mod bed;
mod challenge;
mod counter;
mod device;
mod directory;
mod examination;
mod furniture;
mod group;
mod hand_over;
mod install;
mod isolation;
mod job;
mod licence;
mod link;
mod meter;
mod method;
mod operation;
mod pass;
mod passkey;
mod report;
mod reset;
mod role;
mod schema;
mod session;
mod sync;
mod tenant;
mod things;
mod transaction;
mod user;
mod user_list;
mod writeback;
