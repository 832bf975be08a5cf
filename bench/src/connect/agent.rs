//! The release build of the agent.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use keyward_testbed::process::{Launch, Process};
use serde_json::Value;
use tempfile::TempDir;

use super::directory::Directory;
use crate::http::Visitor;
use crate::load::{field, leads_to, post};
use crate::server::{Server, program};
use crate::{Done, proc};

const WAIT: Duration = Duration::from_secs(30);
const ADMIN: (&str, &str) = ("admin@contoso.example", "open sesame admin");

/// An agent that was let in. Dropping it ends it.
pub(super) struct Agent {
    process: Option<Process>,
    home: TempDir,
}

/// What it said of a synchronisation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Synchronised {
    pub(super) added: u64,
    pub(super) took: Duration,
}

impl Agent {
    /// Writes the settings, has it ask, and lets it in as an administrator does.
    pub(super) fn enrol(server: &Server, directory: &Directory) -> Done<Self> {
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let agent = Self {
            process: None,
            home,
        };
        agent
            .configure(server, directory)
            .map_err(|error| error.to_string())?;
        let mut terminal = agent.launch("enrol").spawn();
        let last = |line: String| line.split_whitespace().last().map(str::to_owned);
        let code = last(terminal.line("and types the code", WAIT)).ok_or("no code")?;
        let print = last(terminal.line("The page must show", WAIT)).ok_or("no fingerprint")?;
        let_in(server, &code, &print)?;
        let status = terminal.wait(WAIT);
        if status.success() {
            Ok(agent)
        } else {
            Err(format!("not let in: {}", terminal.lines().join("\n")))
        }
    }

    fn configure(&self, server: &Server, directory: &Directory) -> std::io::Result<()> {
        let password = self.home.path().join("corp.password");
        fs::write(&password, &directory.service().password)?;
        fs::set_permissions(&password, fs::Permissions::from_mode(0o600))?;
        let settings = format!(
            "[service]\nurl = \"http://{}\"\n\n[agent]\nwrites_per_minute = 100000\n\n\
             [[directory]]\nname = \"corp\"\nkind = \"{}\"\nservers = [\"{}\"]\nca = \"{}\"\n\
             bind_dn = \"{}\"\npassword_file = \"{}\"\nsync = true\nsign_in = true\nwriteback = true\n",
            server.address(),
            directory.kind().setting(),
            directory.url(),
            directory.ca_file().display(),
            directory.service().dn,
            password.display(),
        );
        fs::write(self.settings(), settings)
    }

    fn settings(&self) -> PathBuf {
        self.home.path().join("connect.toml")
    }

    fn launch(&self, command: &str) -> Launch {
        Launch::new(program("keyward-connect"))
            .clean_env()
            .arg("--config")
            .arg(self.settings())
            .arg("--state")
            .arg(self.home.path().join("state"))
            .arg(command)
    }

    /// Starts it.
    pub(super) fn run(&mut self) {
        self.process = Some(self.launch("run").spawn());
    }

    /// Ends it as a service manager does.
    pub(super) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.terminate();
            process.wait(WAIT);
        }
    }

    fn process(&self) -> Done<&Process> {
        let process = self.process.as_ref();
        process.ok_or_else(|| "the agent doesn't run".to_owned())
    }

    pub(super) fn cpu(&self) -> Done<Duration> {
        proc::cpu_time(self.process()?.pid())
    }

    /// The most memory that it has held.
    pub(super) fn peak(&self) -> Done<u64> {
        proc::peak(self.process()?.pid())
    }

    /// Waits until it has brought everything in.
    pub(super) fn has_read_everything(&self, timeout: Duration) -> Done<Synchronised> {
        let process = self.process()?;
        let found = process.wait_lines(timeout, |lines| lines.iter().find_map(|l| whole(l)));
        found.ok_or_else(|| {
            let lines = process.lines();
            let last = lines.len().saturating_sub(10);
            format!(
                "the agent has not synchronised: {}",
                lines[last..].join("\n")
            )
        })
    }
}

/// A line of its log that tells of a whole synchronisation.
fn whole(line: &str) -> Option<Synchronised> {
    let line: Value = serde_json::from_str(line).ok()?;
    let is = |name: &str, value: &str| line[name].as_str() == Some(value);
    (is("message", "synchronised") && is("mode", "Full")).then_some(())?;
    Some(Synchronised {
        added: line["added"].as_u64()?,
        took: Duration::from_millis(line["took_ms"].as_u64()?),
    })
}

fn let_in(server: &Server, code: &str, print: &str) -> Done {
    let mut admin = Visitor::of(server.address());
    let page = admin.get("/signin")?.text();
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("name", ADMIN.0.to_owned()),
        ("password", ADMIN.1.to_owned()),
    ];
    // To the registration, which can wait.
    leads_to(&post(&mut admin, "/signin", &fields)?, "/register")?;
    let page = admin.get("/register")?.text();
    let fields = [("csrf", field(&page, "csrf")?)];
    leads_to(&post(&mut admin, "/register/cancel", &fields)?, "/admin")?;

    let page = admin.get("/admin/connect/enrol")?.text();
    let fields = [("csrf", field(&page, "csrf")?), ("code", code.to_owned())];
    let decide = "/admin/connect/enrol/decide";
    leads_to(&post(&mut admin, "/admin/connect/enrol", &fields)?, decide)?;
    let page = admin.get(decide)?.text();
    let shown = field(&page, "fingerprint")?;
    if !shown.ends_with(print) {
        return Err(format!("the page shows {shown}, the agent {print}"));
    }
    let fields = [
        ("csrf", field(&page, "csrf")?),
        ("fingerprint", shown),
        ("do", "approve".to_owned()),
    ];
    let answer = post(&mut admin, decide, &fields)?;
    match answer.header("location") {
        Some(place) if place.starts_with("/admin/connect/agents/") => Ok(()),
        _ => Err(format!("not approved ({})", answer.status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_synchronisation_is_told_from_others() {
        let line = |mode: &str| {
            format!(
                r#"{{"level":"INFO","message":"synchronised","mode":"{mode}","added":7,"took_ms":1500}}"#
            )
        };
        let found = whole(&line("Full")).unwrap();
        assert_eq!((found.added, found.took), (7, Duration::from_millis(1500)));
        assert!(whole(&line("Delta")).is_none() && whole("text").is_none());
    }
}
