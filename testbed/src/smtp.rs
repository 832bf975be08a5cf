//! A real SMTP server (Debian's aiosmtpd) that keeps what it receives.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Launch, Process};
use crate::tls::TestCa;

const SCRIPT: &str = include_str!("smtp_server.py");
const ANSWER: Duration = Duration::from_secs(20);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SmtpTls {
    /// Not at all.
    #[default]
    None,
    /// In the clear until STARTTLS, which is then demanded before anything else.
    StartTls,
    /// From the first byte on.
    Implicit,
}

/// Which certificate the server shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ServerCertificate {
    /// For `localhost` and 127.0.0.1, by the authority of [`SmtpServer::ca_pem`].
    #[default]
    Good,
    /// By that authority, but for another host.
    WrongHost,
    /// By that authority, but its time is over.
    Expired,
    /// For `localhost`, but by an authority that nobody knows.
    UnknownIssuer,
}

/// What kind of server to start.
#[derive(Debug, Clone, Default)]
pub struct SmtpOptions {
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// Which certificate it shows.
    pub certificate: ServerCertificate,
    /// The one user name and password that it accepts; with `None` it asks nobody.
    pub auth: Option<(String, String)>,
}

/// A mail as the server took it, with its parts decoded.
#[derive(Debug, Clone, Deserialize)]
pub struct ReceivedMail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The plain part, decoded; empty when there is none.
    pub text: String,
    /// The HTML part, decoded; empty when there is none.
    pub html: String,
    /// All headers in order, decoded.
    pub headers: Vec<(String, String)>,
    /// The message as it came over the wire.
    pub raw: String,
    /// Whether it came over TLS.
    pub tls: bool,
    /// Who had authenticated.
    pub user: Option<String>,
}

impl ReceivedMail {
    /// Whether the envelope names this address, in whatever case.
    #[must_use]
    pub fn is_for(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }

    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The code in the plain part.
    ///
    /// # Panics
    /// When there is none; the message has the mail.
    #[must_use]
    pub fn code(&self) -> String {
        crate::find_code(&self.text).unwrap_or_else(|| panic!("no code in this mail: {self:#?}"))
    }

    /// The links of the plain part, in order.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        self.text
            .split(|c: char| c.is_whitespace() || c == '<' || c == '>')
            .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
            .map(|word| word.trim_end_matches(['.', ',', ')']).to_owned())
            .collect()
    }
}

/// The server. Dropping it ends it.
#[derive(Debug)]
pub struct SmtpServer {
    process: Mutex<Process>,
    port: u16,
    ca_pem: String,
    state: Mutex<State>,
    _files: TempDir,
}

#[derive(Debug, Default)]
struct State {
    refused: Vec<String>,
    busy: Vec<String>,
    /// What has come since the last time that it was cleared.
    mails: Vec<ReceivedMail>,
    /// Lines of the script that are in `mails`.
    read: usize,
}

impl SmtpServer {
    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When Debian's python3-aiosmtpd isn't installed.
    #[must_use]
    pub fn start(options: &SmtpOptions) -> Self {
        let files = tempfile::tempdir().expect("a temporary directory");
        let ca = TestCa::new();
        let localhost = ["localhost", "127.0.0.1"];
        let certificate = match options.certificate {
            ServerCertificate::Good => ca.issue(&localhost),
            ServerCertificate::WrongHost => ca.issue(&["mail.elsewhere.test"]),
            ServerCertificate::Expired => ca.expired(&localhost),
            ServerCertificate::UnknownIssuer => TestCa::new().issue(&localhost),
        };
        let (cert, key) = certificate.write(files.path());
        let settings = json!({
            "tls": match options.tls {
                SmtpTls::None => "none",
                SmtpTls::StartTls => "starttls",
                SmtpTls::Implicit => "implicit",
            },
            "cert": cert,
            "key": key,
            "auth": options.auth,
        });
        // Debian's own interpreter: only that one sees Debian's aiosmtpd.
        let process = Launch::new("/usr/bin/python3")
            .args(["-u", "-W", "ignore", "-c", SCRIPT, &settings.to_string()])
            .clean_env()
            .with_stdin()
            .spawn();
        let Some(port) = process.wait_lines(ANSWER, |lines| {
            lines
                .iter()
                .find_map(|line| event(line, "listening")?["port"].as_u64())
        }) else {
            panic!(
                "the SMTP server did not start (apt-get install python3-aiosmtpd). It printed:\n{}",
                process.lines().join("\n")
            )
        };
        Self {
            process: Mutex::new(process),
            port: u16::try_from(port).expect("a port"),
            ca_pem: ca.pem().to_owned(),
            state: Mutex::default(),
            _files: files,
        }
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that a client is to trust.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// What it has received, in order.
    ///
    /// # Panics
    /// When the script has printed something it shouldn't.
    #[must_use]
    pub fn messages(&self) -> Vec<ReceivedMail> {
        self.state().mails.clone()
    }

    /// Forgets what it has received.
    pub fn clear(&self) {
        self.state().mails.clear();
    }

    /// The state, with all that has come until now.
    fn state(&self) -> MutexGuard<'_, State> {
        let process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (lines, read) = process.lines_after(state.read);
        state.read = read;
        let mails = lines.iter().filter_map(|line| event(line, "message"));
        state.mails.extend(mails.map(|mail| {
            serde_json::from_value::<ReceivedMail>(mail).expect("what the script prints")
        }));
        state
    }

    /// Waits for a mail.
    ///
    /// # Panics
    /// When none comes in time; the message says which did.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&ReceivedMail) -> bool,
        timeout: Duration,
    ) -> ReceivedMail {
        let deadline = Instant::now() + timeout;
        loop {
            let found = self.state().mails.iter().find(|mail| wanted(mail)).cloned();
            if let Some(found) = found {
                return found;
            }
            let late = Instant::now() >= deadline;
            assert!(
                !late,
                "the mail did not come. Received: {:#?}",
                self.messages()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Refuses this recipient for good (550).
    pub fn refuse(&self, address: &str) {
        self.change(|state| state.refused.push(address.to_lowercase()));
    }

    /// Asks to come back later for this recipient (451).
    pub fn tempfail(&self, address: &str) {
        self.change(|state| state.busy.push(address.to_lowercase()));
    }

    /// Accepts every recipient again.
    pub fn accept_all(&self) {
        self.change(|state| {
            state.refused.clear();
            state.busy.clear();
        });
    }

    /// Stops listening and cuts all connections. The port stays ours for [`SmtpServer::restart`].
    pub fn stop(&self) {
        self.command(&json!({"stop": true}), "stopped");
    }

    /// Listens again, on the same port.
    pub fn restart(&self) {
        self.command(&json!({"start": true}), "listening");
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let command = {
            let mut state = self.state();
            change(&mut state);
            json!({"refuse": state.refused, "tempfail": state.busy})
        };
        self.command(&command, "changed");
    }

    /// Sends a command and waits until the script says that it is carried out.
    fn command(&self, command: &Value, done: &str) {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |lines: &[String]| {
            lines
                .iter()
                .filter(|line| event(line, done).is_some())
                .count()
        };
        let before = count(&process.lines());
        process.write_line(&command.to_string());
        let answered = process.wait_lines(ANSWER, |lines| (count(lines) > before).then_some(()));
        assert!(
            answered.is_some(),
            "no answer to {command}: {:?}",
            process.lines()
        );
    }
}

fn event(line: &str, name: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(line).ok()?;
    (value["event"] == name).then_some(value)
}
