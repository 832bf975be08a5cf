//! The server crate through its front doors: the settings as an operator writes them, the ways out against real
//! servers, the web listener over real sockets. One binary, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod breach;
mod commands;
mod config;
mod demo;
mod doctor;
mod files;
mod listener;
mod secrets;
mod serve;
mod sms;
mod smtp;
mod subscriptions;
mod support;
mod voice;
