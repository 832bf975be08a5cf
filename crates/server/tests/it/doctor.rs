//! What the doctor finds when something answers that isn't ours, and before anything was started.

use crate::support::Files;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

fn doctor(public_url: &str, data: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["doctor", "--json"])
        .env_clear()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_PUBLIC_URL", public_url)
        .env("KEYWARD_DATA_DIR", data)
        .output()
        .unwrap()
}

/// Verdict and text about one part.
fn about(output: &Output, part: &str) -> (String, String) {
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).expect("findings");
    let found = findings.as_array().unwrap().iter();
    let found = found.clone().find(|f| f["part"] == part);
    let found = found.unwrap_or_else(|| panic!("nothing about {part}: {findings:#}"));
    let text = |key: &str| found[key].as_str().unwrap().to_owned();
    (text("verdict"), text("text"))
}

/// A server that takes every request for a good one, and whose clock stands still; its URL.
fn other_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\nKeyward-Proof: yes\r\n\
                  Content-Length: 3\r\nConnection: close\r\n\r\nok\n",
            );
        }
    });
    url
}

#[test]
fn another_server_at_the_public_url_is_told_from_ours_and_its_clock_compared() {
    let files = Files::new("");
    files.write("root.key", &STANDARD.encode([7; 32]), 0o600);
    let output = doctor(&other_server(), files.path());
    assert!(!output.status.success());
    let (verdict, text) = about(&output, "public URL");
    assert_eq!(verdict, "bad");
    assert!(text.contains("another root key"), "{text}");
    let (verdict, text) = about(&output, "clock");
    assert_eq!(verdict, "bad");
    assert!(text.contains("ahead of 127.0.0.1"), "{text}");
}

#[test]
fn before_the_first_start_nothing_is_bad() {
    let files = Files::new("");
    let output = doctor("http://127.0.0.1:9", &files.path().join("data"));
    assert!(output.status.success(), "{output:?}");
    for part in ["data directory", "root key", "database", "public URL"] {
        let (verdict, text) = about(&output, part);
        assert_eq!(verdict, "warning", "{part}: {text}");
    }
    assert!(!files.path().join("data").exists());
}
