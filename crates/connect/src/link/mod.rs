//! The line to the service: every exchange is one request of ours.

mod backoff;
mod client;
mod session;

pub use backoff::Backoff;
pub use client::{Client, Failure};
pub use session::{Line, RollError};
