//! What a directory masters: its users and groups here, the runs that brought them, and what waits for a decision.

mod contacts;
mod held;
mod members;
mod objects;
mod runs;

pub use contacts::{HeldContact, HeldContacts};
pub use held::{Held, HeldKind, HeldSum};
pub use members::MemberList;
pub use objects::{
    AnchoredElsewhere, DirectoryGroup, DirectoryUser, KnownGroup, KnownUser, Policy,
};
pub use runs::{Counts, Line, Mode, Problem, Quarantined, Run, RunState, StartedBatch};

use crate::db::Value;
use uuid::Uuid;

/// Anchors as arguments of a statement about many.
fn anchors(list: &[Uuid]) -> impl Iterator<Item = Value> + use<'_> {
    list.iter().map(|a| Value::from(*a))
}

/// Anchors in one value: sixteen bytes each.
fn packed(list: &[Uuid]) -> Vec<u8> {
    list.iter().flat_map(|a| *a.as_bytes()).collect()
}

fn unpacked(bytes: &[u8]) -> impl Iterator<Item = Uuid> + use<'_> {
    bytes
        .chunks_exact(16)
        .filter_map(|b| Uuid::from_slice(b).ok())
}
