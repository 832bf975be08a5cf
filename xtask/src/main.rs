//! Everything that is done to the repository rather than by the product: test, check, measure.
//!
//! `cargo xtask test` is the one command of the README and of `.ci/run`. Start reading at [`mod@test`]; the rules that no
//! compiler knows are in [`tidy`], one file each.

mod bench;
mod cases;
mod check;
mod enumerate;
mod fuzz;
mod install;
mod pictures;
mod shell;
mod test;
mod testbed;
mod tidy;
mod tokens;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Test, check and measure Keyward")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, check the code, and run the whole suite
    Test(test::Options),
    /// Start a directory to try things with, until Ctrl-C
    Testbed(testbed::Options),
    /// fmt, clippy, tidy and doc, with warnings denied
    Check,
    /// The rules that no compiler knows
    Tidy,
    /// Which test covers which case of the security notes
    Cases(cases::Options),
    /// Measure the release build and print the table of docs/benchmarks.md
    Bench(bench::Options),
    /// Measure whether answers of the release build tell which names exist
    Enumerate(enumerate::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Test(options) => test::run(&options),
        Command::Testbed(options) => testbed::run(&options),
        Command::Check => check::run(),
        Command::Tidy => tidy::run(),
        Command::Cases(options) => cases::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Enumerate(options) => enumerate::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
