//! The database of Keyward: the only crate that knows SQL.
//!
//! One SQL text runs on SQLite (embedded, the default) and PostgreSQL, through the narrow waist in [`db`]. A
//! transaction ([`Tx`]) is opened for one tenant and carries it into every statement, so that an id of another
//! tenant finds nothing. This crate must not decide anything: it loads and stores what [`keyward_core`] judges. The
//! exception is what can only be decided by the database: a thing that may happen once is spent by one conditional
//! `UPDATE … RETURNING` whose `WHERE` is the guard.
//!
//! Start reading at [`schema`] (the tables), then any noun: `user`, `group`, `reset`, `challenge` …

pub mod agent;
pub mod agent_session;
pub mod allowance;
pub mod audit;
pub mod backup;
pub mod challenge;
pub mod counter;
pub mod db;
pub mod device;
pub mod directory;
pub mod enrolment;
pub mod examination;
pub mod group;
pub mod hand_over;
pub mod install;
pub mod job;
pub mod licence;
pub mod link;
pub mod meter;
pub mod method;
pub mod operation;
pub mod outage;
pub mod pass;
pub mod passkey;
pub mod password_history;
pub mod report;
pub mod reset;
pub mod role;
pub mod schema;
pub mod sealed;
pub mod session;
pub mod signal;
pub mod sync;
pub mod tenant;
pub mod token;
pub mod user;
pub mod writeback;

pub use db::{Db, Engine, Error, Result, Tx};
