//! The binary `keyward-connect`: everything it does is in the library of the same crate.

use clap::Parser;
use keyward_connect::cli::Cli;
use keyward_connect::{commands, harden};
use std::alloc::System;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// Passwords go through buffers of libraries, which free them as they are. Here nothing that was freed keeps what it
/// held (AG-19).
#[global_allocator]
static EVERYTHING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    harden::process();
    commands::run(&Cli::parse())
}
