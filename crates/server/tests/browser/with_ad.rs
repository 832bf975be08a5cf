//! `keyward demo --with-ad`, as a newcomer meets it: a domain controller of its own, an agent that was let in, and a
//! password that is true in both places. Proof is a Kerberos ticket, asked for by the command that the demo prints.

use keyward_testbed::browser::{Browser, BrowserOptions};
use keyward_testbed::find_code;
use keyward_testbed::process::{Launch, Process};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The first domain on a machine is provisioned.
const START: Duration = Duration::from_mins(3);
const SOON: Duration = Duration::from_secs(30);

const UPN: &str = "ada@corp.example.test";
const PHONE: &str = "+4915123456771";
const MAIL: &str = "ada@home.example";

/// The demo with all that it has started, and what it says of it.
struct Demo {
    process: Process,
    url: String,
    krb5_config: PathBuf,
    data: PathBuf,
    password: String,
}

impl Demo {
    fn start() -> Self {
        let process = Launch::new(env!("CARGO_BIN_EXE_keyward"))
            .clean_env()
            .args(["demo", "--with-ad", "--no-build", "--skip-install"])
            .args(["--listen", "127.0.0.1:0", "--no-color"])
            .spawn();
        process.wait_line("ready", START);
        let word = |line: &str, n: usize| {
            let line = process.line(line, SOON);
            line.split_whitespace().nth(n).unwrap().to_owned()
        };
        let krb5_config = word("kinit", 0).replace("KRB5_CONFIG=", "");
        Self {
            url: word("Portal", 1),
            krb5_config: krb5_config.into(),
            data: word("Data ", 1).into(),
            password: word(UPN, 1),
            process,
        }
    }

    /// The command that the demo prints; whether the password is right.
    fn kinit(&self, password: &str) -> bool {
        let mut child = Command::new("kinit")
            .args(["-c", "MEMORY:", "ada"])
            .env("KRB5_CONFIG", &self.krb5_config)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        writeln!(pipe, "{password}").unwrap();
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let wrong =
            said.contains("Password incorrect") || said.contains("Preauthentication failed");
        assert!(output.status.success() || wrong, "{said}");
        output.status.success()
    }

    /// The code that was sent to this address or number last, read where the newcomer reads it.
    async fn code(&self, outbox: &Browser, to: &str) -> String {
        let addressed = format!("To {to}");
        let begun = Instant::now();
        loop {
            outbox.goto(&format!("{}/outbox", self.url)).await;
            let text = outbox.text().await;
            let code = text.split_once(&addressed).and_then(|(_, t)| find_code(t));
            if let Some(code) = code {
                return code;
            }
            assert!(begun.elapsed() < SOON, "no code for {to}: {text}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Everything that it has started, and what those have.
    fn descendants(&self) -> Vec<u32> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let id = entry.file_name().to_str().and_then(|n| n.parse().ok());
            let stat = std::fs::read_to_string(entry.path().join("stat"));
            if let (Some(id), Ok(stat)) = (id, stat) {
                // Behind the name, which may hold anything: the state, and the parent.
                let (_, rest) = stat.rsplit_once(") ").unwrap();
                let parent = rest.split(' ').nth(1).unwrap().parse().unwrap();
                children.entry(parent).or_default().push(id);
            }
        }
        let mut found = vec![self.process.pid()];
        let mut at = 0;
        while at < found.len() {
            found.extend(children.remove(&found[at]).unwrap_or_default());
            at += 1;
        }
        found.split_off(1)
    }

    /// Whether nothing is left of it, soon.
    fn is_gone(&self, started: &[u32]) {
        let runs = |id: &&u32| {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        let home = self.krb5_config.parent().unwrap();
        let begun = Instant::now();
        loop {
            let left: Vec<_> = started.iter().filter(runs).collect();
            if left.is_empty() && !home.exists() {
                return;
            }
            let home = home.display();
            assert!(begun.elapsed() < SOON, "{left:?} and {home} are left");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// As somebody does who has forgotten the password.
async fn reset(demo: &Demo, new: &str) {
    let browser = Browser::start(BrowserOptions::default()).await;
    let outbox = Browser::start(BrowserOptions::default()).await;
    browser.goto(&format!("{}/signin", demo.url)).await;
    browser.click("Forgot my password").await;
    browser.fill("User name", UPN).await;
    browser.click("Next").await;
    browser.wait_text("What do you need?").await;
    browser.choose("I forgot my password").await;
    browser.click("Next").await;
    browser.choose("Email to").await;
    browser.click("Next").await;
    let code = demo.code(&outbox, MAIL).await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.choose("Text message to").await;
    browser.click("Next").await;
    browser.fill("Mobile number", PHONE).await;
    browser.click("Send code").await;
    let code = demo.code(&outbox, PHONE).await;
    browser.fill("Code", &code).await;
    browser.click("Go on").await;
    browser.wait_text("Choose a new password").await;
    browser.fill("New password", new).await;
    browser.fill("New password again", new).await;
    browser.click("Set new password").await;
    browser.wait_text("Your password was reset").await;
}

#[tokio::test]
async fn demo_with_ad_writes_a_password_back_and_ends_all_that_it_started() {
    let mut demo = Demo::start();
    assert!(demo.kinit(&demo.password) && !demo.kinit("Not-This-1"));
    let new = "Analytical-Engine-1837";
    reset(&demo, new).await;
    assert!(demo.kinit(new) && !demo.kinit(&demo.password));

    let started = demo.descendants();
    // The agent, xtask, Samba and its children, and a warden for each.
    assert!(started.len() > 10, "{started:?}");
    demo.process.terminate();
    assert!(
        demo.process.wait(SOON).success(),
        "{:?}",
        demo.process.lines()
    );
    demo.is_gone(&started);
    assert!(!Path::new(&demo.data).exists());
}

#[tokio::test]
async fn demo_with_ad_leaves_no_domain_controller_behind_when_it_is_killed() {
    let mut demo = Demo::start();
    let started = demo.descendants();
    assert!(started.len() > 10, "{started:?}");
    demo.process.kill();
    demo.is_gone(&started);
    drop(std::fs::remove_dir_all(demo.data.parent().unwrap()));
}
