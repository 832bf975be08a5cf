//! The agent beside an on-premises directory.
//!
//! It dials out to the service and opens no port. It brings the directory's users and groups in, checks their
//! sign-ins against the directory, and writes new passwords back to it while the user waits. It must not know the
//! service's own crates: the two share [`keyward_wire`] and nothing else.
//!
//! Start reading at [`agent`] (everything that goes on at once), then [`work`] (one task from its signature to its
//! outcome) with [`journal`] (why each is done once), [`sync`] (bringing users in), and [`directory`] (what a directory
//! can do, and the two kinds of it). [`wizard`] asks an administrator for the settings.

pub mod agent;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod complaint;
pub mod config;
pub mod control;
pub mod directory;
pub mod doctor;
pub mod enrol;
pub mod harden;
pub mod journal;
pub mod keys;
pub mod link;
pub mod logging;
pub mod private;
pub mod status;
pub mod support;
pub mod sync;
pub mod tls;
pub mod wizard;
pub mod work;
