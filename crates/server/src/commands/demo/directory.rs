//! The sample domain controller, which `cargo xtask testbed samba` starts.

use super::checkout::openly;
use super::child::Child;
use crate::complaint::Complaint;
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// What there is to know of it.
#[derive(Deserialize)]
pub(super) struct Directory {
    /// `ldaps://ADDRESS:636`.
    pub(super) url: String,
    /// The authority of its certificate, in PEM.
    pub(super) ca: PathBuf,
    /// For `KRB5_CONFIG`.
    pub(super) krb5_config: PathBuf,
    /// What its user names end in.
    pub(super) domain: String,
    /// The agent's account.
    pub(super) service: Account,
    /// Who is in it.
    pub(super) people: Vec<Person>,
}

/// The agent's account.
#[derive(Deserialize)]
pub(super) struct Account {
    /// Its name.
    pub(super) dn: String,
    /// Its password.
    pub(super) password: String,
}

/// Somebody in it.
#[derive(Deserialize)]
pub(super) struct Person {
    /// For `kinit`.
    pub(super) login: String,
    /// For the portal.
    pub(super) upn: String,
    /// The password.
    pub(super) password: String,
    /// The phone.
    pub(super) mobile: String,
    /// The mailbox of those who are to be registered, with both.
    pub(super) private_mail: Option<String>,
    /// How the account is.
    pub(super) state: State,
}

/// How an account is.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Usual,
    MustChange,
    Locked,
    Disabled,
}

impl Directory {
    /// Starts it, and returns when it answers. What it says meanwhile, for instance what it installs, is on standard
    /// error.
    pub(super) async fn start(
        xtask: &Path,
        skip_install: bool,
    ) -> Result<(Self, Child), Complaint> {
        let mut command = Command::from(openly(xtask));
        command
            .args(["testbed", "samba", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if skip_install {
            command.arg("--skip-install");
        }
        let mut child = Child::start("the sample domain controller", &mut command)?;
        let mut line = String::new();
        if let Some(output) = child.output() {
            let _ = BufReader::new(output).read_line(&mut line).await;
        }
        match read(&line) {
            Ok(directory) => Ok((directory, child)),
            Err(what) => {
                child.end().await;
                Err(Complaint::new(
                    format!("the sample domain controller did not start: {what}"),
                    "cargo xtask testbed samba",
                    "mend that and start the demo again; without --with-ad it needs none of this",
                ))
            }
        }
    }
}

fn read(line: &str) -> Result<Directory, String> {
    let value: Value =
        serde_json::from_str(line).map_err(|_| "it says why in the lines above".to_owned())?;
    if let Some(error) = value["error"].as_str() {
        return Err(error.to_owned());
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{State, read};

    #[test]
    fn a_line_is_a_directory_or_the_reason_why_there_is_none() {
        let good = r#"{"url":"ldaps://127.77.0.1:636","ca":"/d/ca.pem","krb5_config":"/d/krb5.conf","domain":"corp.test",
            "base":"DC=corp","service":{"dn":"CN=svc","password":"x"},"people":[{"login":"ada","name":"Ada","upn":"ada@corp.test",
            "password":"y","mobile":"+49","private_mail":null,"state":"must-change"}]}"#;
        let directory = read(good).ok().unwrap();
        assert!(directory.people[0].state == State::MustChange);
        let refused = |line| read(line).err().unwrap();
        assert_eq!(refused(r#"{"error":"no samba"}"#), "no samba");
        assert!(refused("").contains("lines above"));
        assert!(refused("{}").contains("url"));
    }
}
