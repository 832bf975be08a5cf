//! One file for each subcommand.

pub(crate) mod changes;
mod configure;
mod enrol;
mod key;
mod run;
mod status;
mod support;
mod sync;

use crate::cli::{Cli, Command, Key};
use crate::complaint::{Complaint, Complaints, exit};
use crate::config::{self, Config};
use crate::logging::Level;
use crate::{doctor, logging};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use tokio::runtime::{Builder, Runtime};

type Done = Result<ExitCode, Complaints>;

/// Does what the command line asks for. What goes wrong is printed here, once.
#[must_use]
pub fn run(cli: &Cli) -> ExitCode {
    logging::start(level(cli));
    let done = match &cli.command {
        Command::Configure(options) => configure::run(cli, options),
        Command::Enrol(options) => enrol::run(cli, options),
        Command::Run => run::run(cli),
        Command::Status(options) => status::run(cli, options.json),
        Command::Sync(options) => sync::run(cli, options),
        Command::Doctor(options) => doctor(cli, options.json),
        Command::SupportBundle(options) => support::run(cli, &options.file),
        Command::Key(Key::Roll) => key::roll(cli),
    };
    done.unwrap_or_else(|complaints| {
        let _ = writeln!(std::io::stderr(), "{complaints}");
        ExitCode::from(complaints.exit_code)
    })
}

/// Lines of a log in the middle of a page would be read as a part of it; what they say, the page says.
fn level(cli: &Cli) -> Level {
    match &cli.command {
        Command::Configure(options) if options.answers.is_none() => Level::Error,
        _ => cli.log,
    }
}

fn doctor(cli: &Cli, json: bool) -> Done {
    let config = config(&cli.config);
    let findings = small_runtime()?.block_on(doctor::examine(config, &cli.state));
    if json {
        print_json(&findings)?;
    } else {
        print(&doctor::shown(&findings));
    }
    Ok(if doctor::is_bad(&findings) {
        ExitCode::from(exit::FAULT)
    } else {
        ExitCode::SUCCESS
    })
}

fn config(path: &Path) -> Result<Config, Complaints> {
    config::load(path)
}

/// A reader that has gone away is no fault.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn print_json(value: &impl serde::Serialize) -> Result<(), Complaint> {
    print_text(serde_json::to_string_pretty(value))
}

/// For a reader who takes one line after the other.
fn print_json_line(value: &impl serde::Serialize) -> Result<(), Complaint> {
    print_text(serde_json::to_string(value))
}

fn print_text(text: serde_json::Result<String>) -> Result<(), Complaint> {
    let text = text.map_err(|error| {
        Complaint::new(
            format!("that can't be shown as JSON: {error}"),
            "this program",
            "report this: it is a fault of the program",
        )
    })?;
    print(&(text + "\n"));
    Ok(())
}

/// For commands that do one thing after the other and end.
fn small_runtime() -> Result<Runtime, Complaint> {
    started(Builder::new_current_thread().enable_all().build())
}

/// For the agent at work.
fn large_runtime() -> Result<Runtime, Complaint> {
    started(Builder::new_multi_thread().enable_all().build())
}

fn started(runtime: std::io::Result<Runtime>) -> Result<Runtime, Complaint> {
    runtime.map_err(|error| {
        Complaint::new(
            format!("the process can't start its threads: {error}"),
            "this machine",
            "raise the limits of the service (TasksMax, LimitNOFILE)",
        )
    })
}
