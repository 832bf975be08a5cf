//! Structured logs on standard error: text on a terminal, JSON elsewhere. Other crates say what is wrong and no more:
//! at lower levels some of them would show what they were given.

use clap::ValueEnum;
use std::io::{IsTerminal, stderr};
use std::panic::{PanicHookInfo, set_hook};
use tracing_subscriber::EnvFilter;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// What somebody must look at.
    Error,
    /// And what doesn't work for a moment.
    Warn,
    /// And what was done.
    Info,
    /// And each step.
    Debug,
    /// And everything else.
    Trace,
}

/// Starts logging. Called once; a second call changes nothing.
pub fn start(level: Level) {
    let level = format!("{level:?}").to_lowercase();
    let filter = EnvFilter::new(format!("warn,keyward_connect={level}"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    let started = if stderr().is_terminal() {
        lines.try_init()
    } else {
        lines.json().flatten_event(true).with_ansi(false).try_init()
    };
    drop(started);
    set_hook(Box::new(panicked));
}

/// Where, and what if that is a fixed text: one that was put together may hold what somebody typed.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    let text = panic
        .payload()
        .downcast_ref::<&'static str>()
        .unwrap_or(&"(text withheld)");
    tracing::error!(place, "panic: {text}");
}
