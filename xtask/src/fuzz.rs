//! A short run of every fuzz target: bytes that a compiler's instrumentation leads into every corner of a parser.

use std::fs::{create_dir_all, read_dir};
use std::process::{Command, Stdio};

use keyward_testbed::process::{find_program, repository};

use crate::shell::{self, Done};

/// Seconds for each target. What it finds is in `fuzz/artifacts`, and belongs into `fuzz/seeds` when it is mended.
const SECONDS: u32 = 20;

/// The instrumentation takes a nightly compiler, which builds nothing else here.
const NIGHTLY: &str = "nightly";

pub(crate) fn run(skip_install: bool) -> Done {
    install(skip_install)?;
    let fuzz = repository().join("fuzz");
    let failed = |error: std::io::Error| format!("{}: {error}", fuzz.display());
    let mut targets = Vec::new();
    for file in read_dir(fuzz.join("fuzz_targets")).map_err(failed)? {
        let path = file.map_err(failed)?.path();
        targets.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    targets.sort();
    for target in targets {
        let (corpus, seeds) = (
            fuzz.join("corpus").join(&target),
            fuzz.join("seeds").join(&target),
        );
        create_dir_all(&corpus).map_err(failed)?;
        let mut command = Command::new("rustup");
        command.args(["run", NIGHTLY, "cargo", "fuzz", "run", &target]);
        // What is new goes to the first; the second is only read.
        command.args([corpus, seeds]);
        command.args(["--", &format!("-max_total_time={SECONDS}"), "-verbosity=0"]);
        shell::run(command.current_dir(&fuzz))?;
    }
    Ok(())
}

fn install(skip: bool) -> Done {
    let there = |command: &mut Command| {
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    let has_nightly = there(Command::new("rustup").args(["run", NIGHTLY, "rustc", "--version"]));
    let has_fuzz = find_program("cargo-fuzz", &[]).is_some();
    if skip && !(has_nightly && has_fuzz) {
        return Err("cargo-fuzz, or a nightly compiler, is missing".to_owned());
    }
    if !has_nightly {
        let mut command = Command::new("rustup");
        shell::run(command.args(["toolchain", "install", NIGHTLY, "--profile", "minimal"]))?;
    }
    if !has_fuzz {
        shell::run(&mut shell::cargo(&["install", "--locked", "cargo-fuzz"]))?;
    }
    Ok(())
}
