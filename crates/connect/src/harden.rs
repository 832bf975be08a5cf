//! What the process takes from itself before it reads a secret.

use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// No core dumps, no other process of the same user attaching, private files by default. A system that refuses one of
/// these is no reason not to work; the packaged systemd unit sets the same from outside.
pub fn process() {
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(Resource::Core, none);
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}
