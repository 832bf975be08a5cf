//! Proves, one part after the other, that an agent works, and says in words what doesn't.

use crate::clock::{SECOND, ServiceClock, skew_complaint};
use crate::complaint::Complaints;
use crate::config::{Config, DirectoryConfig};
use crate::directory::{Error, Right};
use crate::enrol::Enrolment;
use crate::keys::Keys;
use crate::link::{Client, Failure, Line};
use crate::work::Place;
use crate::{journal, private};
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use uuid::Uuid;

/// How one part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was tried, and works.
    Good,
    /// It works, but somebody should look at it.
    Warning,
    /// It does not work.
    Bad,
}

/// What was found about one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which part.
    pub part: String,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub text: String,
    /// What to do, when something is to be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<String>,
}

impl Finding {
    fn new(part: &str, verdict: Verdict, text: impl Into<String>, fix: &[&str]) -> Self {
        Self {
            part: part.to_owned(),
            verdict,
            text: text.into(),
            fix: fix.iter().map(|fix| (*fix).to_owned()).collect(),
        }
    }

    fn good(part: &str, text: impl Into<String>) -> Self {
        Self::new(part, Verdict::Good, text, &[])
    }

    fn bad(part: &str, text: impl Into<String>, fix: &str) -> Self {
        Self::new(part, Verdict::Bad, text, &[fix])
    }
}

/// Looks at everything.
pub async fn examine(config: Result<Config, Complaints>, state: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let config = match config {
        Ok(config) => {
            findings.push(Finding::good(
                "settings",
                "can be read, and hold no contradiction",
            ));
            Some(config)
        }
        Err(complaints) => {
            findings.extend(complaints.list.iter().map(|complaint| {
                let text = format!("{} ({})", complaint.what, complaint.place);
                Finding::bad("settings", text, &complaint.fix)
            }));
            None
        }
    };
    findings.push(match private::prepare(state) {
        Ok(()) => Finding::good("state directory", format!("{} is private", state.display())),
        Err(complaint) => Finding::bad("state directory", complaint.what, &complaint.fix),
    });
    findings.extend(files(state));
    if let Some(config) = config {
        findings.extend(service(&config, state).await);
        for directory in &config.directories {
            findings.extend(self::directory(directory).await);
        }
    }
    findings
}

fn files(state: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (entries, damaged) = journal::look(state);
    let open = entries.iter().filter(|entry| entry.ended.is_none()).count();
    let text = format!("{} operations, {open} of them open", entries.len());
    findings.push(if damaged == 0 {
        Finding::good("journal", text)
    } else {
        let fix = "check this host's disk; what is damaged is left out";
        Finding::new(
            "journal",
            Verdict::Warning,
            format!("{text}, {damaged} lines damaged"),
            &[fix],
        )
    });
    findings.push(match Keys::load(state) {
        Ok(Some(keys)) => Finding::good(
            "keys",
            format!("are private; fingerprint {}", keys.fingerprint()),
        ),
        Ok(None) => Finding::bad("keys", "none have been made", "run `keyward-connect enrol`"),
        Err(complaint) => Finding::bad("keys", complaint.what, &complaint.fix),
    });
    if let Ok(room) = rustix::fs::statvfs(state) {
        let mib = room.f_bavail.saturating_mul(room.f_frsize) / (1 << 20);
        let text = format!("{mib} MiB free");
        findings.push(if mib < 64 {
            let fix = "make room: without it no password is written back";
            Finding::new("disk", Verdict::Warning, text, &[fix])
        } else {
            Finding::good("disk", text)
        });
    }
    findings
}

/// Reaches the service without opening a session, so that the agent that runs keeps its own.
async fn service(config: &Config, state: &Path) -> Vec<Finding> {
    const PART: &str = "service";
    let client = match Client::new(&config.service) {
        Ok(client) => client,
        Err(complaint) => return vec![Finding::bad(PART, complaint.what, &complaint.fix)],
    };
    let enrolment = match Enrolment::load(state) {
        Ok(Some(enrolment)) => enrolment,
        Ok(None) => {
            let fix = "run `keyward-connect enrol`, and have an administrator approve it";
            return vec![Finding::bad(
                "enrolment",
                "this agent was never let in",
                fix,
            )];
        }
        Err(complaint) => return vec![Finding::bad("enrolment", complaint.what, &complaint.fix)],
    };
    let tenant = enrolment.approval.tenant_name.clone();
    let mut findings = vec![Finding::good(
        "enrolment",
        format!("let in at {tenant} by {}", enrolment.approval.approved_by),
    )];
    let Ok(Some(keys)) = Keys::load(state) else {
        return findings;
    };
    let line = Line::new(client, enrolment, keys);
    match line.challenge().await {
        Ok(_) => {
            let text = format!(
                "{} answers, and its certificate is right",
                config.service.url
            );
            findings.push(Finding::good(PART, text));
            findings.push(clock(line.clock()));
        }
        Err(failure) => findings.push(unreached(PART, &failure, &config.service.url)),
    }
    findings
}

fn unreached(part: &str, failure: &Failure, url: &str) -> Finding {
    let complaint = failure.complaint(url);
    Finding::bad(part, complaint.what, &complaint.fix)
}

fn clock(clock: &ServiceClock) -> Finding {
    let skew = clock.skew().unwrap_or_default();
    match skew_complaint(skew) {
        Some(told) => Finding::bad("clock", told, "timedatectl set-ntp true"),
        None => Finding::good("clock", format!("{} s from the service's", skew / SECOND)),
    }
}

/// Reaches a directory, and finds out what the agent's account may do there.
pub async fn directory(config: &DirectoryConfig) -> Vec<Finding> {
    let part = format!("directory {}", config.name);
    let place = match Place::open(config) {
        Ok(place) => place,
        Err(complaint) => return vec![Finding::bad(&part, complaint.what, &complaint.fix)],
    };
    let identity = match place.directory().identify().await {
        Ok(identity) => identity,
        Err(error) => return vec![Finding::bad(&part, error.to_string(), advice(&error))],
    };
    let text = format!(
        "{} answers for {}; its certificate is right, and the account is let in",
        identity.server, identity.name
    );
    let mut findings = vec![Finding::good(&part, text)];
    if config.switches.writeback && !identity.policy_hints {
        let text = "a reset can't be held to password history and age here";
        findings.push(Finding::new(&part, Verdict::Warning, text, &[]));
    }
    findings.extend(units(&part, config, &place).await);
    match place.directory().rights(&config.scope).await {
        Ok(rights) => findings.extend(rights.iter().map(|right| right_of(&part, right))),
        Err(error) => findings.push(Finding::bad(&part, error.to_string(), advice(&error))),
    }
    findings
}

/// Units of the settings that aren't there (any more): whoever was in them is out of scope.
async fn units(part: &str, config: &DirectoryConfig, place: &Place) -> Vec<Finding> {
    if config.scope.units.is_empty() && config.scope.excluded.is_empty() {
        return Vec::new();
    }
    let Ok(tree) = place.directory().tree().await else {
        return Vec::new();
    };
    let is_gone = |id: &&Uuid| !tree.iter().any(|unit| unit.anchor == **id);
    let named = config.scope.units.iter().chain(&config.scope.excluded);
    named
        .filter(is_gone)
        .map(|id| {
            let text = format!("the unit {id} of the scope is not in the directory");
            Finding::bad(
                part,
                text,
                "remove it from [directory.scope], or restore it",
            )
        })
        .collect()
}

fn right_of(part: &str, right: &Right) -> Finding {
    let (verdict, text) = match right.held {
        Some(true) => (Verdict::Good, format!("may: {}", right.what)),
        Some(false) => (Verdict::Bad, format!("may not: {}", right.what)),
        None => (
            Verdict::Warning,
            format!("can't be found out without trying: {}", right.what),
        ),
    };
    let fix = if right.held == Some(true) {
        Vec::new()
    } else {
        right.commands.clone()
    };
    Finding {
        part: part.to_owned(),
        verdict,
        text,
        fix,
    }
}

/// What to do about it.
pub(crate) fn advice(error: &Error) -> &'static str {
    match error {
        Error::Unreachable(_) => {
            "check the servers' names, the firewall (636, outgoing), and that one is up"
        }
        Error::Certificate(_) => {
            "set `ca` to the authority that issued it, and name the server as its certificate does"
        }
        Error::Account(_) => {
            "check bind_dn and the password; the account may be locked, disabled or expired"
        }
        _ => "look at the directory's own log for this moment",
    }
}

/// For people.
#[must_use]
pub fn shown(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Good => "ok  ",
            Verdict::Warning => "look",
            Verdict::Bad => "BAD ",
        };
        let _ = writeln!(text, "{mark} {}: {}", finding.part, finding.text);
        for fix in &finding.fix {
            let _ = writeln!(text, "       {fix}");
        }
    }
    text
}

/// Something does not work.
#[must_use]
pub fn is_bad(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Bad)
}
