//! The agent of the demo: set up as docs/admin/connect.md tells, run as it is shipped.

use super::child::Child;
use super::directory::Directory;
use crate::complaint::Complaint;
use serde::Deserialize;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

const SETTINGS: &str = "connect.toml";
const PASSWORD: &str = "corp.password";
const LOG: &str = "agent.log";

/// The agent's program and the folder with its files.
pub(super) struct Agent {
    program: PathBuf,
    home: PathBuf,
}

/// What an administrator types and compares.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// The code.
    pub(super) user_code: String,
    /// Of its keys.
    pub(super) fingerprint: String,
}

impl Agent {
    /// Writes its settings, for the service at this address and this directory.
    pub(super) fn configure(
        program: PathBuf,
        home: PathBuf,
        service: &str,
        directory: &Directory,
    ) -> Result<Self, Complaint> {
        let agent = Self { program, home };
        let written = agent.write_settings(service, directory);
        written.map_err(|error| {
            Complaint::new(
                format!("the agent's settings can't be written: {error}"),
                agent.home.display().to_string(),
                "make room there, or name another directory with --data DIR",
            )
        })?;
        Ok(agent)
    }

    fn write_settings(&self, service: &str, directory: &Directory) -> std::io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.home)?;
        self.write(PASSWORD, &directory.service.password)?;
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let settings = format!(
            "[service]\nurl = {}\n\n[[directory]]\nname = \"corp\"\nkind = \"active-directory\"\nservers = [{}]\n\
             ca = {}\nbind_dn = {}\npassword_file = {}\nsync = true\nsign_in = true\nwriteback = true\n",
            quoted(service),
            quoted(&directory.url),
            quoted(&directory.ca.to_string_lossy()),
            quoted(&directory.service.dn),
            quoted(PASSWORD),
        );
        self.write(SETTINGS, &settings)
    }

    fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options
            .open(self.home.join(name))?
            .write_all(text.as_bytes())
    }

    /// Has it let in: `decide` is told what an administrator would compare.
    pub(super) async fn enrol(
        &self,
        decide: impl AsyncFnOnce(Asked) -> Result<(), Complaint>,
    ) -> Result<(), Complaint> {
        let mut command = self.command(&["enrol", "--json"]);
        let mut child = Child::start("keyward-connect enrol", command.stdout(Stdio::piped()))?;
        let mut line = String::new();
        if let Some(output) = child.output() {
            let mut output = BufReader::new(output);
            let _ = output.read_line(&mut line).await;
            let decided = match serde_json::from_str(&line) {
                Ok(asked) => decide(asked).await,
                Err(_) => Err(self.complaint("did not ask to be let in")),
            };
            if decided.is_err() {
                child.end().await;
                return decided;
            }
            let _ = output.read_line(&mut line).await;
        }
        let let_in = child.succeeded().await;
        child.end().await;
        if let_in {
            Ok(())
        } else {
            Err(self.complaint("was not let in"))
        }
    }

    /// Starts it.
    pub(super) fn run(&self) -> Result<Child, Complaint> {
        let mut command = self.command(&["run"]);
        Child::start("the agent", command.stdout(Stdio::null()))
    }

    fn command(&self, words: &[&str]) -> Command {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.home.join(LOG));
        let mut command = Command::new(&self.program);
        command
            .arg("--config")
            .arg(self.home.join(SETTINGS))
            .arg("--state")
            .arg(self.home.join("state"))
            .args(["--log", "warn"])
            .args(words)
            .env_clear()
            .stdin(Stdio::null())
            .stderr(log.map_or_else(|_| Stdio::null(), Stdio::from));
        command
    }

    /// What it didn't do, and what it said last.
    pub(super) fn complaint(&self, what: &str) -> Complaint {
        Complaint::new(
            format!("the agent {what}: {}", last_lines(&self.home.join(LOG))),
            self.program.display().to_string(),
            "mend that and start the demo again",
        )
    }
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    if lines.is_empty() {
        return "it said nothing".to_owned();
    }
    lines[lines.len().saturating_sub(3)..].join("; ")
}
