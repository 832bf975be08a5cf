//! The binary `keyward-connect`: everything it does is in the library of the same crate.

use clap::Parser;
use keyward_connect::cli::Cli;
use keyward_connect::{commands, harden};
use std::process::ExitCode;

fn main() -> ExitCode {
    harden::process();
    commands::run(&Cli::parse())
}
