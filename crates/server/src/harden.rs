//! What the process takes from itself before it reads a secret (K-08, K-09, SL-03).

use rustix::process::{DumpableBehavior, Resource, Rlimit};
use std::panic::{PanicHookInfo, set_hook};

/// No core dumps, no other process of the same user attaching, private files by default, and as many file
/// descriptors as the system grants: connections need them, and `select` isn't used anywhere.
///
/// A system that refuses one of these is no reason not to serve; the packaged systemd unit sets the same from outside.
pub fn process() {
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(Resource::Core, none);
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let files = rustix::process::getrlimit(Resource::Nofile);
    let _ = rustix::process::setrlimit(
        Resource::Nofile,
        Rlimit {
            current: files.maximum,
            ..files
        },
    );
}

/// Panics go to the log as one line: where, and what if that is a fixed text. A text that was put together may hold
/// what somebody typed (SL-04), and a backtrace is of use to nobody but an attacker.
pub fn panics() {
    set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let text = panic
            .payload()
            .downcast_ref::<&'static str>()
            .unwrap_or(&"(text withheld)");
        tracing::error!(place, "panic: {text}");
    }));
}
