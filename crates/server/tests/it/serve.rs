//! `keyward serve` as a process: first start, restart, stop, and what it refuses.

use crate::support::Files;
use keyward_testbed::process::{Launch, Process, free_port};
use keyward_testbed::sms::{ACCOUNT_SID, AUTH_TOKEN, SmsFailure, SmsGateway};
use keyward_testbed::smtp::{SmtpOptions, SmtpServer};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(20);

struct Served {
    process: Process,
    port: u16,
}

fn serve(data: &Path) -> Served {
    let port = free_port();
    let process = Launch::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["serve"])
        .clean_env()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
        .env("KEYWARD_LISTEN", format!("127.0.0.1:{port}"))
        .env("KEYWARD_DATA_DIR", data.display().to_string())
        .spawn();
    process.wait_line("ready on", WAIT);
    Served { process, port }
}

fn command(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(arguments)
        .env_clear()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_PUBLIC_URL", "http://127.0.0.1:9")
        .env("KEYWARD_LISTEN", "127.0.0.1:0")
        .env("KEYWARD_DATA_DIR", data)
        .output()
        .unwrap()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn modes(data: &Path) -> Vec<(String, u32)> {
    let mut modes: Vec<_> = std::fs::read_dir(data)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, entry.metadata().unwrap().permissions().mode() & 0o777)
        })
        .collect();
    modes.sort();
    modes
}

#[test]
fn the_first_start_makes_everything_private_and_prints_the_link() {
    let files = Files::new("");
    let data = files.path().join("data");
    let mut served = serve(&data);
    let link = served
        .process
        .line("Set up the organization, once, at http://127.0.0.1:", WAIT);
    assert!(link.contains("/setup/"), "{link}");
    assert!(get(served.port, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(get(served.port, "/readyz").starts_with("HTTP/1.1 200"));
    // case: DB-11
    for (name, mode) in modes(&data) {
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
    // case: SL-03
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", served.process.pid())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().filter(|word| *word == "0").count(),
        2,
        "{core}"
    );

    served.process.terminate();
    assert_eq!(served.process.wait(WAIT).code(), Some(0));
    // A second start finds the key and the database, and gives a new link: the old one was never used.
    let again = serve(&data).process.line("Set up the organization", WAIT);
    assert_ne!(again.split("/setup/").nth(1), link.split("/setup/").nth(1));
}

#[test]
fn rl_01_a_killed_server_starts_again_on_what_it_left() {
    let files = Files::new("");
    let data = files.path().join("data");
    for _ in 0..3 {
        let mut served = serve(&data);
        served.process.kill();
    }
    assert!(get(serve(&data).port, "/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn db_04_a_missing_or_wrong_key_stops_the_start() {
    let files = Files::new("");
    let data = files.path().join("data");
    let mut served = serve(&data);
    served.process.terminate();
    served.process.wait(WAIT);
    let key = std::fs::read(data.join("root.key")).unwrap();

    std::fs::remove_file(data.join("root.key")).unwrap();
    let refusal = refused(&command(&data, &["serve"]));
    assert!(
        refusal.contains("the root key is missing") && refusal.contains("fix: "),
        "{refusal}"
    );
    assert!(!data.join("root.key").exists());

    let other = Files::new("");
    let mut elsewhere = serve(&other.path().join("data"));
    elsewhere.process.terminate();
    elsewhere.process.wait(WAIT);
    std::fs::copy(other.path().join("data/root.key"), data.join("root.key")).unwrap();
    for arguments in [&["serve"][..], &["admin", "recover", "ada@contoso.example"]] {
        let refusal = refused(&command(&data, arguments));
        assert!(
            refusal.contains("does not belong to this database"),
            "{refusal}"
        );
    }
    std::fs::write(data.join("root.key"), key).unwrap();
    serve(&data);
}

#[test]
fn two_servers_do_not_share_an_embedded_database() {
    let files = Files::new("");
    let data = files.path().join("data");
    let _first = serve(&data);
    let refusal = refused(&command(&data, &["serve"]));
    assert!(
        refusal.contains("another Keyward works on this data directory"),
        "{refusal}"
    );
}

#[test]
fn an_organisation_and_a_way_back_in_are_made_from_the_command_line() {
    let files = Files::new("");
    let data = files.path().join("data");
    let served = serve(&data);
    let create = [
        "admin",
        "tenant",
        "create",
        "Contoso",
        "--domain",
        "contoso.example",
        "--admin",
        "ada@contoso.example",
        "--admin-name",
        "Ada Lovelace",
    ];
    let made = command(&data, &create);
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(
        made.status.success() && said.contains("temporary password: "),
        "{made:?}"
    );
    let refusal = refused(&command(&data, &create));
    assert!(refusal.contains("domain-taken"), "{refusal}");

    let recovered = command(
        &data,
        &["admin", "recover", "ada@contoso.example", "--json"],
    );
    let json: serde_json::Value = serde_json::from_slice(&recovered.stdout).unwrap();
    assert_eq!(json["userName"], "ada@contoso.example");
    assert!(!said.contains(json["temporaryPassword"].as_str().unwrap()));
    let refusal = refused(&command(
        &data,
        &["admin", "recover", "eve@contoso.example"],
    ));
    assert!(refusal.contains("nobody has this user name"), "{refusal}");
    let refusal = refused(&command(
        &data,
        &["admin", "recover", "eve@fabrikam.example"],
    ));
    assert!(
        refusal.contains("no organization has this domain"),
        "{refusal}"
    );
    drop(served);
    // Set-up is closed from now on.
    let served = serve(&data);
    assert!(
        !served
            .process
            .lines()
            .iter()
            .any(|line| line.contains("Set up the organization"))
    );
}

fn doctor(
    served: &Served,
    data: &Path,
    smtp: &SmtpServer,
    sms: &SmsGateway,
) -> Vec<(String, String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["doctor", "--json"])
        .env_clear()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env(
            "KEYWARD_PUBLIC_URL",
            format!("http://127.0.0.1:{}", served.port),
        )
        .env("KEYWARD_DATA_DIR", data)
        .env("KEYWARD_SMTP_HOST", "127.0.0.1")
        .env("KEYWARD_SMTP_PORT", smtp.port().to_string())
        .env("KEYWARD_SMTP_ENCRYPTION", "none")
        .env("KEYWARD_SMTP_FROM", "no-reply@keyward.example")
        .env("KEYWARD_SMTP_TIMEOUT_SECONDS", "5")
        .env("KEYWARD_SMS_PROVIDER", "twilio")
        .env("KEYWARD_SMS_COUNTRIES", "DE")
        .env("KEYWARD_SMS_TWILIO_ACCOUNT_SID", ACCOUNT_SID)
        .env("KEYWARD_SMS_TWILIO_AUTH_TOKEN", AUTH_TOKEN)
        .env("KEYWARD_SMS_TWILIO_FROM", "+4915100000000")
        .env("KEYWARD_SMS_TWILIO_BASE_URL", sms.base_url())
        .output()
        .unwrap();
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).expect("findings");
    let findings: Vec<_> = findings
        .as_array()
        .unwrap()
        .iter()
        .map(|f| ["part", "verdict", "text"].map(|key| f[key].as_str().unwrap().to_owned()))
        .map(|[part, verdict, text]| (part, verdict, text))
        .collect();
    assert_eq!(
        output.status.success(),
        findings.iter().all(|(_, verdict, _)| verdict != "bad")
    );
    findings
}

fn verdict<'a>(findings: &'a [(String, String, String)], part: &str) -> (&'a str, &'a str) {
    let found = findings.iter().find(|(name, ..)| name == part);
    let (_, verdict, text) = found.unwrap_or_else(|| panic!("nothing about {part}: {findings:?}"));
    (verdict, text)
}

#[test]
fn the_doctor_tries_every_part_and_names_the_one_that_is_ill() {
    let (smtp, sms) = (
        SmtpServer::start(&SmtpOptions::default()),
        SmsGateway::start(),
    );
    let files = Files::new("");
    let data = files.path().join("data");
    let served = serve(&data);
    let findings = doctor(&served, &data, &smtp, &sms);
    let parts = [
        "settings",
        "data directory",
        "root key",
        "database",
        "disk",
        "clock",
        "public URL",
        "mail",
        "text messages",
    ];
    for part in parts {
        assert_ne!(verdict(&findings, part).0, "bad", "{findings:?}");
    }
    for part in ["database", "public URL", "mail", "text messages"] {
        assert_eq!(verdict(&findings, part).0, "good", "{findings:?}");
    }
    assert!(smtp.messages().is_empty() && sms.messages().is_empty());

    smtp.stop();
    sms.fail(Some(SmsFailure::Status(500)));
    drop(served);
    let gone = Served {
        process: Launch::new("/bin/true").spawn(),
        port: free_port(),
    };
    let findings = doctor(&gone, &data, &smtp, &sms);
    assert_eq!(verdict(&findings, "database").0, "good");
    let (mail, text) = verdict(&findings, "mail");
    assert!(mail == "bad" && text.contains("refused"), "{text}");
    assert_eq!(verdict(&findings, "public URL").0, "bad");
}
