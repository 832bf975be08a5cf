//! What the service and the agent beside a directory say to each other.
//!
//! The agent dials out: every exchange is one HTTPS request of the agent with a JSON body and a JSON answer. First an
//! agent is let in once ([`enrol`]), then it opens sessions by signing a challenge ([`session`]). In a session it asks
//! for work and waits ([`link`]), answers with outcomes ([`outcome`]), and sends what it read from the directory
//! ([`sync`]). Passwords travel sealed to one agent ([`seal`]), and each task is signed by the service ([`sign`]).
//!
//! This crate must know neither side: plain structs, serde, and the two primitives that both sides must do alike.
//! Unknown fields are ignored and new ones have defaults, so that either side may be newer; what can't be understood
//! that way raises [`VERSION`]. The golden files in `tests` show every message as it travels.
//!
//! Start reading at [`link`].

mod bytes;
pub mod enrol;
pub mod link;
pub mod outcome;
pub mod path;
pub mod seal;
pub mod session;
pub mod sign;
pub mod sync;

pub use bytes::Bytes;

use serde::{Deserialize, Serialize};

/// The version of the messages. The service answers [`code::VERSION`] to an agent whose version it doesn't speak.
pub const VERSION: u16 = 1;

/// Instants are microseconds since 1970, as in the rest of Keyward.
pub type Micros = i64;

/// Why a request was not answered as asked. `code` is one of [`code`]; `message` is a sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Stable, for programs.
    pub code: String,
    /// What happened and what to do, for people.
    pub message: String,
}

/// The codes of [`Trouble`].
pub mod code {
    /// The session is over or never was: open another (401).
    pub const SESSION: &str = "session";
    /// The agent was revoked: stop (403).
    pub const REVOKED: &str = "revoked";
    /// The messages are of a version that isn't spoken here (426).
    pub const VERSION: &str = "version";
    /// The body isn't the message that belongs here (400).
    pub const MALFORMED: &str = "malformed";
    /// Deletions wait for a decision of an administrator: nothing is synchronised until then (409).
    pub const HELD: &str = "held";
    /// The run is over or never was (409).
    pub const RUN: &str = "run";
    /// Another agent keeps this directory: stand by, and ask again now and then (409).
    pub const KEPT: &str = "kept";
    /// The agent was not let in for this directory: an administrator has to allow it (403).
    pub const NOT_ALLOWED: &str = "not-allowed";
    /// No such thing, or it is somebody else's (404).
    pub const NOT_FOUND: &str = "not-found";
    /// The organisation holds no subscription with the plan that this needs (403).
    pub const PLAN: &str = "plan";
    /// Too many requests: wait (429).
    pub const BUSY: &str = "busy";
}
