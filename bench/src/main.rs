//! Measures the release build, and says which of the bars of docs/benchmarks.md hold.
//!
//! A ratio is made of figures of one run on one machine. What is measured is the server's process alone: its CPU time
//! and memory come from the kernel, so that our own client doesn't count.

mod baseline;
mod connect;
mod enumerate;
mod figure;
mod http;
mod load;
mod people;
mod proc;
mod proof;
mod server;
mod small;
mod suite;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::{Parser, ValueEnum};
use suite::Scenario;

/// What every step returns; the error is a sentence for the person at the terminal.
type Done<T = ()> = Result<T, String>;

/// The repository's root.
fn root() -> PathBuf {
    keyward_testbed::process::repository()
}

/// Measures the release build and prints the table of docs/benchmarks.md.
#[derive(Parser)]
struct Options {
    /// Which table; the server's own unless told
    which: Option<Which>,
    /// Write the figures as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only the scenarios whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    #[command(flatten)]
    connect: connect::Options,
    #[command(flatten)]
    enumerate: enumerate::Options,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// Users of a directory: the agent, with real directories
    Connect,
    /// Proofs and passwords: what judging and keeping others out costs
    Proof,
    /// Whether answers tell which names exist
    Enumerate,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What scenarios share within one run.
#[derive(Default)]
pub(crate) struct Context {
    /// Raw Argon2id hashes per CPU-second, measured once: what sign-ins and resets are held against.
    raw_hashes: Option<f64>,
}

const RAW: &str = "raw Argon2id";

const SCENARIOS: [Scenario<Context>; 5] = [
    Scenario {
        name: RAW,
        run: baseline::run,
    },
    Scenario {
        name: "start to ready",
        run: small::start,
    },
    Scenario {
        name: "sign-in page",
        run: small::sign_in_page,
    },
    Scenario {
        name: "idle RSS",
        run: small::idle,
    },
    Scenario {
        name: "sign-ins and resets",
        run: load::run,
    },
];

fn run(options: &Options) -> Done {
    let (only, json) = (options.only.as_deref(), options.json.as_ref());
    if let Some(Which::Connect) = options.which {
        build(&["keyward-server", "keyward-connect"])?;
        let scenarios = suite::wanted(&connect::SCENARIOS, only);
        let mut context = connect::Context::new(&options.connect);
        return suite::measure(&scenarios, &mut context, json);
    }
    if let Some(Which::Proof) = options.which {
        build(&["keyward-server"])?;
        let scenarios = suite::wanted(&proof::SCENARIOS, only);
        return suite::measure(&scenarios, &mut proof::Context, json);
    }
    if let Some(Which::Enumerate) = options.which {
        build(&["keyward-server"])?;
        return enumerate::run(&options.enumerate, json);
    }
    let scenarios = suite::wanted(&SCENARIOS, only);
    if scenarios.iter().any(|scenario| scenario.name != RAW) {
        build(&["keyward-server"])?;
    }
    suite::measure(&scenarios, &mut Context::default(), json)
}

/// Each by itself, as it is shipped: together they would be built with each other's features.
fn build(packages: &[&str]) -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for package in packages {
        let mut build = Command::new(&cargo);
        build.args(["build", "--release", "-p", package]);
        // What cargo tells a program that it runs is news to some build scripts: everything would be built again each time.
        for (name, _) in std::env::vars_os() {
            let told = name.to_string_lossy();
            if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
                build.env_remove(&name);
            }
        }
        match build.current_dir(root()).status() {
            Ok(status) if status.success() => {}
            Ok(status) => return Err(format!("{package} could not be built ({status})")),
            Err(error) => return Err(format!("cargo could not be started: {error}")),
        }
    }
    Ok(())
}
