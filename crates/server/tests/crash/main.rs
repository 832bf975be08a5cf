//! The real server is killed, stopped and cut off from the mail server while people reset their passwords.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as loudly as the test"
)]

mod full_disk;
mod heavy_storm;
mod outage;
mod people;
mod person;
mod rotation;
mod secrets;
mod walk;
#[path = "../world/mod.rs"]
mod world;
