//! The source tree, which the sample domain controller comes with: no shipped program holds one.

use crate::commands::terminal::line;
use crate::complaint::Complaint;
use crate::config::Environment;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The agent.
const AGENT: &str = "keyward-connect";
/// What starts real directories to try things with.
const XTASK: &str = "xtask";
/// Found in the source tree and nowhere else.
const MARK: &str = "testbed/src/samba/mod.rs";
/// Our own files are private; what is built or installed is not.
const OPENLY: &str = "umask 022; exec \"$0\" \"$@\"";

/// The programs that stand beside the service in the demo.
pub(super) struct Programs {
    /// The agent.
    pub(super) agent: PathBuf,
    /// What starts the sample domain controller.
    pub(super) xtask: PathBuf,
}

/// Where the programs come from.
pub(super) enum Source {
    /// Built in this source tree, like this program or for its release.
    Checkout { root: PathBuf, release: bool },
    /// Taken as they are.
    Here(Programs),
}

/// A line of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

impl Source {
    /// Where this program is, or where it was started; refused where there is no source tree.
    pub(super) fn find(no_build: bool) -> Result<Self, Complaint> {
        let own = std::env::current_exe().unwrap_or_default();
        if no_build {
            let agent = beside(&own, AGENT)?;
            let xtask = beside(&own, XTASK)?;
            return Ok(Self::Here(Programs { agent, xtask }));
        }
        let started = std::env::current_dir().unwrap_or_default();
        let root = above(&own).or_else(|| above(&started)).ok_or_else(|| {
            Complaint::new(
                "the sample domain controller comes with Keyward's source tree, and this is none",
                started.display().to_string(),
                "clone the repository, and there: cargo run --release -- demo --with-ad; \
                 without --with-ad the demo runs anywhere",
            )
        })?;
        let release = !own.parent().is_some_and(|folder| folder.ends_with("debug"));
        Ok(Self::Checkout { root, release })
    }

    /// The programs, built where that is to be done: what has changed in the tree since is in them.
    pub(super) fn programs(self, environment: &Environment) -> Result<Programs, Complaint> {
        let (root, release) = match self {
            Self::Here(programs) => return Ok(programs),
            Self::Checkout { root, release } => (root, release),
        };
        line("Building the agent, and what starts the sample domain controller …");
        let cargo = environment.get("CARGO").unwrap_or("cargo");
        let mut agent = vec!["--bin", AGENT];
        if release {
            agent.push("--release");
        }
        Ok(Programs {
            agent: built(&root, cargo, &agent, AGENT)?,
            // As `cargo xtask` builds it.
            xtask: built(&root, cargo, &["--package", XTASK], XTASK)?,
        })
    }
}

fn above(path: &Path) -> Option<PathBuf> {
    let found = path.ancestors().find(|folder| folder.join(MARK).exists());
    found.map(Path::to_path_buf)
}

fn beside(own: &Path, name: &str) -> Result<PathBuf, Complaint> {
    let path = own.with_file_name(name);
    if path.exists() {
        return Ok(path);
    }
    Err(Complaint::new(
        format!("{name} is not beside this program, and --no-build says not to build it"),
        path.display().to_string(),
        "in Keyward's source tree, leave out --no-build; without --with-ad the demo needs neither",
    ))
}

/// Builds a program, with cargo's own words for whoever waits, and tells where it is.
fn built(root: &Path, cargo: &str, words: &[&str], name: &str) -> Result<PathBuf, Complaint> {
    let failed = |what: String| {
        let fix = format!(
            "look at the lines above, and try it alone: cargo build {}",
            words.join(" ")
        );
        Complaint::new(what, root.display().to_string(), fix)
    };
    let mut command = openly(cargo);
    // What cargo tells a program that it runs is news to some build scripts: much would be built once more.
    for (told, _) in std::env::vars_os() {
        let told_name = told.to_string_lossy();
        if told_name.starts_with("CARGO_PKG_") || told_name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&told);
        }
    }
    let output = command
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(words)
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(format!("{name} could not be built: {error}")))?;
    if !output.status.success() {
        let status = output.status;
        return Err(failed(format!("{name} could not be built ({status})")));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let messages = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok());
    messages
        .filter(|message| message.target.as_ref().is_some_and(|t| t.name == name))
        .find_map(|message| message.executable)
        .ok_or_else(|| failed(format!("cargo doesn't tell where it has put {name}")))
}

/// A program that doesn't inherit that our files are private.
pub(super) fn openly(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", OPENLY]).arg(program);
    command
}
