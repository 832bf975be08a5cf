//! One file for each subcommand.

mod admin;
mod backup;
mod breach;
mod config;
mod demo;
mod doctor;
mod keys;
mod migrate;
mod restore;
mod serve;
mod subscription;
mod terminal;

use crate::cli::{Cli, Command};
use crate::complaint::{Complaint, Complaints};
use crate::config::{Config, Environment, Settings, Sources};
use std::process::ExitCode;
use terminal::Terminal;
use tokio::runtime::{Builder, Runtime};

/// What every subcommand starts from.
struct Context {
    sources: Sources,
    terminal: Terminal,
}

/// Does what the command line asks for. What goes wrong is printed here, once.
#[must_use]
pub fn run(cli: Cli, environment: Environment) -> ExitCode {
    let terminal = Terminal::new(&environment, cli.no_color);
    let sources = Sources {
        file: cli.config,
        environment,
    };
    let context = Context { sources, terminal };
    let result = match cli.command {
        Command::Config(command) => config::run(context, &command),
        Command::Doctor(options) => doctor::run(context, &options),
        Command::Breach(command) => breach::run(&context, &command),
        Command::Migrate => migrate::run(context),
        Command::Backup(options) => backup::run(context, &options),
        Command::Restore(options) => restore::run(context, &options),
        Command::Serve => serve::run(context),
        Command::Admin(command) => admin::run(context, command),
        Command::Keys(command) => keys::run(context, &command),
        Command::Demo(options) => demo::run(&context, &options),
    };
    result.unwrap_or_else(|complaints| {
        terminal.complain(&complaints);
        ExitCode::from(complaints.exit_code)
    })
}

impl Context {
    /// The checked settings, with the environment they came from.
    fn config(self) -> Result<(Config, Environment), Complaints> {
        let settings = Settings::load(self.sources);
        let config = settings.check()?;
        Ok((config, settings.into_environment()))
    }
}

/// For commands that do one thing after the other and end.
fn small_runtime() -> Result<Runtime, Complaint> {
    started(Builder::new_current_thread().enable_all().build())
}

/// For the server: as many threads as there are cores. Blocking work is reading a file now and then; the hash pool
/// bounds itself.
fn server_runtime() -> Result<Runtime, Complaint> {
    started(
        Builder::new_multi_thread()
            .enable_all()
            .max_blocking_threads(64)
            .build(),
    )
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
