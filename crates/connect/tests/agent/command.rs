//! The real program, as an administrator types it.

use crate::service::{Service, TOKEN, WAIT, agent};
use crate::world::corp;
use keyward_connect::config::{Agent, Config, Service as Where};
use keyward_testbed::process::{Launch, Process};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_keyward-connect");
const SECRET: &str = "canary-of-the-account";

/// Settings and a state directory, for the program.
pub(crate) struct Home {
    pub(crate) service: Service,
    pub(crate) config: Config,
    pub(crate) dir: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let service = Service::start();
        let config = Config {
            service: Where {
                url: service.url(),
                proxy: None,
                ca: None,
            },
            agent: Agent::default(),
            directories: vec![corp()],
        };
        let dir = tempfile::tempdir().unwrap();
        let mut home = Self {
            service,
            config,
            dir,
        };
        home.config.directories[0].password_file = Some(home.private("password", SECRET));
        home.write_config();
        home
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    pub(crate) fn private(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        keyward_connect::private::write(&path, text.as_bytes()).unwrap();
        path
    }

    pub(crate) fn write_config(&self) {
        let path = self.dir.path().join("connect.toml");
        std::fs::write(path, self.config.render()).unwrap();
    }

    pub(crate) fn options(&self) -> Vec<String> {
        let text = |path: &Path| path.display().to_string();
        vec![
            "--config".to_owned(),
            text(&self.dir.path().join("connect.toml")),
            "--state".to_owned(),
            text(&self.state()),
        ]
    }

    /// Exit code, and everything it printed.
    pub(crate) fn command(&self, words: &[&str]) -> (i32, String) {
        let mut process = Launch::new(PROGRAM)
            .args(self.options())
            .args(words)
            .spawn();
        let status = process.wait(WAIT);
        (status.code().unwrap(), printed(&process))
    }

    pub(crate) fn enrol(&self) {
        let (code, said) = self.command(&["enrol"]);
        assert_eq!(code, 0, "{said}");
    }

    /// The agent at work, once it has a session.
    pub(crate) fn run(&self) -> Process {
        let before = self.service.said().sessions;
        let process = Launch::new(PROGRAM)
            .args(self.options())
            .args(["--log", "trace", "run"])
            .spawn();
        self.service
            .until("a session", |said| (said.sessions > before).then_some(()));
        process
    }
}

/// Everything that a process that has ended had to say.
pub(crate) fn printed(process: &Process) -> String {
    let ended = process.wait_lines(WAIT, |_| None::<()>);
    assert_eq!(ended, None);
    process.lines().join("\n")
}

#[test]
fn enrolment_shows_code_and_fingerprint_and_keeps_its_keys_private() {
    let home = Home::new();
    let (code, said) = home.command(&["run"]);
    assert_eq!(code, 77, "{said}");
    assert!(said.contains("keyward-connect enrol"), "{said}");
    let (code, said) = home.command(&["enrol"]);
    assert_eq!(code, 0, "{said}");
    let fingerprint = {
        let shared = home.service.said();
        keyward_wire::enrol::fingerprint(&shared.signing_key.0, &shared.sealing_key.0)
    };
    for word in [
        "ABCD-2345",
        "https://password.example.org/connect",
        &fingerprint,
        "Example GmbH",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.state()), 0o700);
    for file in std::fs::read_dir(home.state()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    let (code, said) = home.command(&["enrol"]);
    assert_eq!(code, 1);
    assert!(said.contains("--again"), "{said}");
    let (code, _) = home.command(&["enrol", "--again"]);
    assert_eq!(code, 0);
}

#[test]
fn enrolment_tells_programs_line_by_line() {
    let home = Home::new();
    let (code, said) = home.command(&["--log", "error", "enrol", "--json"]);
    assert_eq!(code, 0, "{said}");
    let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
    let [asked, answered] = lines
        .collect::<Vec<serde_json::Value>>()
        .try_into()
        .unwrap();
    assert_eq!(asked["user_code"], "ABCD-2345");
    let fingerprint = {
        let shared = home.service.said();
        keyward_wire::enrol::fingerprint(&shared.signing_key.0, &shared.sealing_key.0)
    };
    assert_eq!(asked["fingerprint"], fingerprint.as_str());
    assert_eq!(answered["tenant"], "Example GmbH");
}

#[test]
fn wrong_settings_end_with_78_and_name_the_line() {
    let home = Home::new();
    let path = home.dir.path().join("connect.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("bind_dn", "bind_to")).unwrap();
    let (code, said) = home.command(&["run"]);
    assert_eq!(code, 78, "{said}");
    assert!(
        said.contains("connect.toml, line ") && said.contains("bind_to"),
        "{said}"
    );
    std::fs::write(&path, &text).unwrap();
    home.enrol();
    let password = home.dir.path().join("password");
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (code, said) = home.command(&["run"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("chmod 600"), "{said}");
}

#[test]
fn the_status_tells_how_it_is_without_asking_anybody() {
    let home = Home::new();
    home.enrol();
    let (code, said) = home.command(&["status"]);
    assert_eq!(code, 1);
    assert!(said.contains("no agent has worked"), "{said}");
    let mut agent = home.run();
    let (code, said) = home.command(&["run"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("another agent works"), "{said}");
    let shown = loop {
        let (code, shown) = home.command(&["status"]);
        if code == 0 {
            break shown;
        }
    };
    assert!(shown.contains("agent      connected"), "{shown}");
    let (_, said) = home.command(&["key", "roll"]);
    assert!(said.contains("fingerprint is now"), "{said}");
    assert_eq!(home.service.said().rolls, 1);
    assert_eq!(home.service.said().sessions, 1);
    home.service.revoke();
    assert_eq!(agent.wait(WAIT).code(), Some(77));
    let (code, said) = home.command(&["status", "--json"]);
    assert_eq!(code, 1);
    let status: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(status["link"]["state"], "revoked");
    assert_eq!(status["running"], false);
    assert_eq!(status["agent"], agent_id());
}

fn agent_id() -> String {
    agent().to_string()
}

// case: SL-01
#[test]
fn a_support_bundle_and_the_log_hold_no_secret() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let mut home = Home::new();
    home.config.service.proxy = Some(
        home.service
            .url()
            .replace("http://", "http://me:canary-of-the-proxy@"),
    );
    home.write_config();
    home.enrol();
    let mut agent = home.run();
    home.service
        .until("a poll", |said| (said.polls > 1).then_some(()));
    agent.terminate();
    assert!(agent.wait(WAIT).success());
    let log = printed(&agent);
    let file = home.dir.path().join("bundle.tar");
    let (code, said) = home.command(&["support-bundle", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    let bundle = std::fs::read(&file).unwrap();
    let listed = std::process::Command::new("tar")
        .arg("-tf")
        .arg(&file)
        .output()
        .unwrap();
    assert!(listed.status.success());
    let names = String::from_utf8(listed.stdout).unwrap();
    for name in ["connect.toml", "status.json", "journal.txt", "doctor.txt"] {
        assert!(names.contains(name), "{names}");
    }
    let bundle = String::from_utf8_lossy(&bundle).into_owned();
    assert!(bundle.contains("Example GmbH") && bundle.contains("withheld"));
    let mut secrets = vec![
        SECRET.to_owned(),
        "canary-of-the-proxy".to_owned(),
        TOKEN.to_owned(),
    ];
    let keys = std::fs::read_to_string(home.state().join("keys")).unwrap();
    for line in keys.lines() {
        let seed = line.rsplit(' ').next().unwrap();
        let bytes = STANDARD.decode(seed).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        secrets.extend([
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
            hex,
        ]);
    }
    for secret in [SECRET, "canary-of-the-proxy", TOKEN] {
        secrets.push(STANDARD_NO_PAD.encode(secret));
    }
    for secret in secrets {
        assert!(!bundle.contains(&secret), "the bundle has {secret}");
        assert!(!log.contains(&secret), "the log has {secret}: {log}");
    }
}
