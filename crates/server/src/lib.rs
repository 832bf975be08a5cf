//! Everything around the use cases: settings, command line, the ways out (mail, text messages, calls), the web listener.
//!
//! This crate knows no rule of password reset and no SQL. It reads the settings, makes the adapters behind
//! [`keyward_app::ports`], and wires store, app and http together.
//!
//! Start reading at [`config`] (what an operator can say, and what is refused), then [`smtp`], [`sms`] and [`voice`] (the
//! ways out), then [`http_server`] (what guards every connection).

pub mod breach;
pub mod cli;
pub mod commands;
pub mod complaint;
pub mod config;
pub mod data_dir;
pub mod database;
pub mod doctor;
pub mod edge;
pub mod harden;
pub mod http_server;
pub mod logging;
pub mod metrics;
pub mod rootkey;
pub mod server;
pub mod shutdown;
pub mod sms;
pub mod smtp;
pub mod ssrf;
pub mod tls;
pub mod voice;
pub mod wiring;
