//! Measuring is a crate of its own, built for release as the product is: so this one is built in seconds.

use std::path::{PathBuf, absolute};

use clap::{Args, ValueEnum};

use crate::shell::{self, Done, cargo};

#[derive(Args)]
pub(crate) struct Options {
    /// Which table; the server's own unless told
    which: Option<Which>,
    /// Also write the figures to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Measure only the scenarios whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Connect: so many users are in the directories
    #[arg(long, value_name = "COUNT")]
    users: Option<usize>,
    /// Connect: 50,000 users, which takes long
    #[arg(long)]
    large: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// Users of a directory: the agent, with real directories
    Connect,
    /// Proofs and passwords: what judging and keeping others out costs
    Proof,
}

pub(crate) fn run(options: &Options) -> Done {
    let mut command = cargo(&["run", "--quiet", "--release", "-p", "keyward-bench", "--"]);
    match options.which {
        Some(Which::Connect) => drop(command.arg("connect")),
        Some(Which::Proof) => drop(command.arg("proof")),
        None => {}
    }
    if let Some(file) = &options.json {
        let file = absolute(file).map_err(|error| error.to_string())?;
        command.arg("--json").arg(file);
    }
    if let Some(text) = &options.only {
        command.arg("--only").arg(text);
    }
    if let Some(count) = options.users {
        command.arg("--users").arg(count.to_string());
    }
    if options.large {
        command.arg("--large");
    }
    shell::run(&mut command)
}
