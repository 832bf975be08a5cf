//! `keyward breach`, and a server with a file of breached passwords.

use crate::commands::{good, keyward, refused};
use crate::support::Files;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// SHA-1 of "abc" and of "password", in order.
const LIST: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52579\r\n\
                    A9993E364706816ABA3E25717850C26C9CD0D89D:9\r\n";

fn check(files: &Files, arguments: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["breach", "check"])
        .args(arguments)
        .env_clear()
        .current_dir(files.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

// case: P-07
#[test]
fn p_07_a_file_is_made_checked_and_asked() {
    let files = Files::new("");
    files.write("list.txt", LIST, 0o600);
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let (list, out) = (path("list.txt"), path("breached"));
    let made = good(&keyward(
        files.path(),
        &["breach", "build", &list, "--out", &out],
    ));
    assert!(made.contains("2 SHA-1 hashes"), "{made}");
    let said = good(&check(&files, &["breached"], ""));
    assert!(
        said.contains("2 passwords, SHA-1, 16 bits, not signed"),
        "{said}"
    );
    let said = good(&check(&files, &["breached"], "a good one\n"));
    assert!(said.contains("the password is not known"), "{said}");
    let known = check(&files, &["breached"], "password\n");
    let said = String::from_utf8(known.stdout.clone()).unwrap();
    assert!(!known.status.success() && said.contains("is known from a breach"));
    assert!(!said.contains("52579"), "never how often");

    // Signed elsewhere, and asked for here.
    let pem = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";
    files.write("key.pem", pem, 0o600);
    let public = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    let unsigned = check(&files, &["breached", "--public-key", public], "");
    assert!(refused(&unsigned).contains("it is not signed"));
    let key = path("key.pem");
    let arguments = [
        "breach", "build", &list, "--out", &out, "--sign", &key, "--bits", "8",
    ];
    let made = good(&keyward(files.path(), &arguments));
    assert!(
        made.contains(&format!("breach.public_key = \"{public}\"")),
        "{made}"
    );
    let said = good(&check(&files, &["breached", "--public-key", public], ""));
    assert!(said.contains("8 bits, signed by this key"), "{said}");

    files.write("list.txt", "password\n", 0o600);
    let bad = refused(&keyward(
        files.path(),
        &["breach", "build", &list, "--out", &out],
    ));
    assert!(bad.contains("list.txt, line 1: this is no hash"), "{bad}");
}

#[test]
fn a_server_does_not_start_with_a_damaged_file() {
    let files = Files::new("");
    files.write("breached", "KWBREACH and no more", 0o600);
    let output = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .arg("serve")
        .env_clear()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_PUBLIC_URL", "http://127.0.0.1:9")
        .env("KEYWARD_LISTEN", "127.0.0.1:0")
        .env("KEYWARD_DATA_DIR", files.path().join("data"))
        .env("KEYWARD_BREACH_FILE", files.path().join("breached"))
        .output()
        .unwrap();
    let said = refused(&output);
    assert!(
        said.contains("the breached passwords can't be used: it is damaged"),
        "{said}"
    );
    assert!(said.contains("keyward breach build"), "{said}");
}
