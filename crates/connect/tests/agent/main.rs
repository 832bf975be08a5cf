//! The agent through its front doors: a service in the test speaks the messages of the wire, and a directory in the test
//! or a real one stands behind. One binary, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod certificates;
mod command;
mod configure;
mod fake;
mod killed;
mod line;
mod screen;
mod service;
mod synchronise;
mod tasks;
mod world;
mod writes;
