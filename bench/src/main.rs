//! Measures the release build, and says which of the bars of docs/benchmarks.md hold.
//!
//! A ratio is made of figures of one run on one machine. What is measured is the server's process alone: its CPU time
//! and memory come from the kernel, so that our own client doesn't count.

mod baseline;
mod figure;
mod http;
mod load;
mod people;
mod proc;
mod server;
mod small;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use clap::Parser;
use figure::Figure;

/// What every step returns; the error is a sentence for the person at the terminal.
type Done<T = ()> = Result<T, String>;

/// The repository's root.
fn root() -> PathBuf {
    keyward_testbed::process::repository()
}

/// Measures the release build and prints the table of docs/benchmarks.md.
#[derive(Parser)]
struct Options {
    /// Write the figures as JSON too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only the scenarios whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
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

/// One scenario: what it measures, and how.
struct Scenario {
    name: &'static str,
    needs_server: bool,
    run: fn(&mut Context) -> Done<Vec<Figure>>,
}

/// What scenarios share within one run.
#[derive(Default)]
pub(crate) struct Context {
    /// Raw Argon2id hashes per CPU-second, measured once: what sign-ins and resets are held against.
    raw_hashes: Option<f64>,
}

const SCENARIOS: [Scenario; 5] = [
    Scenario {
        name: "raw Argon2id",
        needs_server: false,
        run: baseline::run,
    },
    Scenario {
        name: "start to ready",
        needs_server: true,
        run: small::start,
    },
    Scenario {
        name: "sign-in page",
        needs_server: true,
        run: small::sign_in_page,
    },
    Scenario {
        name: "idle RSS",
        needs_server: true,
        run: small::idle,
    },
    Scenario {
        name: "sign-ins and resets",
        needs_server: true,
        run: load::run,
    },
];

/// Measures, prints the table, and fails if a bar doesn't hold.
fn run(options: &Options) -> Done {
    let wanted = |scenario: &&Scenario| {
        let only = options.only.as_deref();
        only.is_none_or(|only| scenario.name.contains(only))
    };
    let scenarios: Vec<_> = SCENARIOS.iter().filter(wanted).collect();
    if scenarios.iter().any(|scenario| scenario.needs_server) {
        build_server()?;
    }
    let mut context = Context::default();
    let mut figures = Vec::new();
    let mut wrong = Vec::new();
    for scenario in scenarios {
        eprintln!("measuring: {}", scenario.name);
        match (scenario.run)(&mut context) {
            Ok(found) => figures.extend(found),
            Err(error) => wrong.push(format!("{}: {error}", scenario.name)),
        }
    }
    println!("\n{}", figure::table(&figures));
    if let Some(file) = &options.json {
        let text = figure::json(&figures);
        fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let missed = figures
        .iter()
        .filter(|figure| figure.holds() == Some(false));
    wrong.extend(missed.map(|figure| format!("{} misses its bar", figure.name)));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n       "))
    }
}

fn build_server() -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--release", "-p", "keyward-server"];
    let mut command = Command::new(cargo);
    command.args(build).current_dir(root());
    // What cargo tells a program that it runs is news to some build scripts: everything would be built again each time.
    for (name, _) in std::env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_") || told.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let status = command.status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the server could not be built ({status})")),
        Err(error) => Err(format!("cargo could not be started: {error}")),
    }
}
