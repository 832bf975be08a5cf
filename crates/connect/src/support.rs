//! What a helper needs to see, in one tar file, and no secret: keys and passwords are never read for it, and what the
//! settings could hold of them is taken out.

use crate::clock;
use crate::complaint::{Complaint, Complaints};
use crate::config::Config;
use crate::doctor::{self, Finding};
use crate::enrol::{self, Enrolment, PROGRAM};
use crate::journal;
use crate::status::Status;
use reqwest::Url;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// One text of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its name in the tar file.
    pub name: &'static str,
    /// What is in it.
    pub content: String,
}

/// Everything that goes into the bundle.
#[must_use]
pub fn collect(
    config: Result<&Config, &Complaints>,
    state: &Path,
    findings: &[Finding],
) -> Vec<Text> {
    let text = |name, content| Text { name, content };
    vec![
        text("README.txt", "Made by `keyward-connect support-bundle`. No password and no key is in it; names of people are.\n".to_owned()),
        text("version.txt", about()),
        text("connect.toml", match config {
            Ok(config) => redacted(config).render(),
            Err(complaints) => format!("{complaints}\n"),
        }),
        text("enrolment.txt", enrolment(state)),
        text("status.json", status(state)),
        text("journal.txt", operations(state)),
        text("doctor.txt", doctor::shown(findings)),
    ]
}

fn about() -> String {
    let system = rustix::system::uname();
    format!(
        "keyward-connect {PROGRAM}\nat {}\non {} {} {}\n",
        clock::shown(clock::machine()),
        system.sysname().to_string_lossy(),
        system.release().to_string_lossy(),
        system.machine().to_string_lossy(),
    )
}

/// The settings without what somebody may have written into an address.
fn redacted(config: &Config) -> Config {
    let mut config = config.clone();
    if let Some(proxy) = &mut config.service.proxy {
        *proxy = without_password(proxy);
    }
    config
}

fn without_password(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if url.has_host() => {
            if url.password().is_some() && url.set_password(Some("withheld")).is_err() {
                return "(withheld)".to_owned();
            }
            url.to_string()
        }
        _ => "(withheld)".to_owned(),
    }
}

fn enrolment(state: &Path) -> String {
    match Enrolment::load(state) {
        Ok(Some(Enrolment { service, approval })) => format!(
            "service   {service}\nagent     {}\ntenant    {} ({})\nby        {}\nhost      {}\n",
            approval.agent,
            approval.tenant,
            approval.tenant_name,
            approval.approved_by,
            enrol::host()
        ),
        Ok(None) => "never let in\n".to_owned(),
        Err(complaint) => format!("{complaint}\n"),
    }
}

fn status(state: &Path) -> String {
    Status::load(state)
        .and_then(|status| serde_json::to_string_pretty(&status).ok())
        .unwrap_or_else(|| "null".to_owned())
}

fn operations(state: &Path) -> String {
    let (entries, damaged) = journal::look(state);
    let mut text = format!("{damaged} lines damaged\n");
    for entry in entries {
        let begun = &entry.begun;
        let outcome = entry.ended.map_or_else(
            || "open".to_owned(),
            |report| serde_json::to_string(&report.outcome).unwrap_or_default(),
        );
        let _ = writeln!(
            text,
            "{} {} {} of {} at {}: {outcome}{}",
            clock::shown(begun.at),
            begun.operation,
            begun.job,
            begun.anchor,
            begun.server.as_deref().unwrap_or("?"),
            if entry.accepted { ", told" } else { "" }
        );
    }
    text
}

/// Writes the bundle, for the agent's user only.
pub fn write(path: &Path, texts: &[Text]) -> Result<(), Complaint> {
    let mut tar = Vec::new();
    for text in texts {
        tar.extend(header(text.name, text.content.len()));
        tar.extend(text.content.as_bytes());
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.extend([0; 1024]);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(&tar));
    written.map_err(|error| {
        Complaint::new(
            format!("the bundle can't be written: {error}"),
            path.display().to_string(),
            "give a file that doesn't exist yet, in a folder that you may write",
        )
    })
}

/// A header of POSIX.1-1988 tar (ustar).
fn header(name: &str, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put =
        |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000600\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, &format!("{:011o}\0", clock::machine() / clock::SECOND));
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\0");
    put(263, "00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_proxy_is_taken_out() {
        let shown = without_password("http://ada:s3cret@proxy.test:3128");
        assert_eq!(shown, "http://ada:withheld@proxy.test:3128/");
        assert_eq!(without_password("ada:s3cret"), "(withheld)");
    }
}
