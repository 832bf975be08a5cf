//! A sample domain controller for programs.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SOON: Duration = Duration::from_secs(20);
const WORDS: [&str; 4] = ["testbed", "samba", "--json", "--skip-install"];

#[test]
fn it_tells_a_program_where_it_is_and_ends_with_its_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(WORDS)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let krb5 = Path::new(told["krb5_config"].as_str().unwrap());
    let home = krb5.parent().unwrap();
    assert!(krb5.exists() && Path::new(told["ca"].as_str().unwrap()).exists());
    assert_eq!(told["people"][0]["upn"], "ada@corp.example.test");

    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let begun = Instant::now();
    while home.exists() {
        assert!(begun.elapsed() < SOON, "{} is still there", home.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_samba_needs_is_named_where_it_is_missing() {
    let run = |words: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(words)
            .env("PATH", "/nonexistent")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let open = child.stdin.take();
        let output = child.wait_with_output().unwrap();
        drop(open);
        assert!(!output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let told = run(&WORDS);
    let named = told.contains("apt-get install") && told.contains("krb5-user");
    assert!(named, "{told}");
    let told = run(&WORDS[..3]);
    let named = told.contains("no apt-get") && told.contains("krb5-user");
    assert!(named, "{told}");
}
