//! The `keyward` binary: everything it does is in the library of the same crate.

use clap::Parser;
use keyward_server::cli::Cli;
use keyward_server::config::Environment;
use keyward_server::{commands, harden};
use std::process::ExitCode;

fn main() -> ExitCode {
    harden::process();
    commands::run(Cli::parse(), Environment::of_process())
}
