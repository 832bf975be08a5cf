//! Bringing users and groups in.
//!
//! [`rules`] and [`record`] make the service's records of the directory's objects; [`run`] reads and sends them, in one
//! piece ([`Mode::Full`](keyward_wire::sync::Mode)) or what changed; [`keep`] does that again as soon as the directory
//! has changed.

pub mod keep;
pub mod record;
pub mod rules;
pub mod run;
mod send;

use run::Run;
use tokio::sync::oneshot;

/// Somebody asks for a synchronisation.
pub struct Wish {
    /// Everything instead of what changed.
    pub full: bool,
    /// Compute only, and show.
    pub preview: bool,
    /// Who waits for what came of it.
    pub answer: Option<oneshot::Sender<Run>>,
}
