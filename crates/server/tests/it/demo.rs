//! What the demo refuses.

use crate::commands::{keyward, refused};
use crate::support::Files;
use std::process::Command;

#[test]
fn the_demo_says_that_it_is_for_this_machine_alone() {
    let files = Files::new("");
    for address in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080"] {
        let refusal = refused(&keyward(files.path(), &["demo", "--listen", address]));
        assert!(refusal.contains("serves this machine alone"), "{refusal}");
        assert!(refusal.contains("--listen 127.0.0.1:8080"), "{refusal}");
    }
}

#[test]
fn the_demo_with_a_directory_says_that_it_needs_the_source_tree() {
    let files = Files::new("");
    let program = files.path().join("keyward");
    std::fs::copy(env!("CARGO_BIN_EXE_keyward"), &program).unwrap();
    let run = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["demo", "--with-ad"]).args(words);
        let output = command.current_dir(files.path()).env_clear().output();
        refused(&output.unwrap())
    };
    let refusal = run(&[]);
    assert!(
        refusal.contains("comes with Keyward's source tree"),
        "{refusal}"
    );
    let refusal = run(&["--no-build"]);
    assert!(
        refusal.contains("keyward-connect is not beside this program"),
        "{refusal}"
    );
}

#[test]
fn the_demo_with_a_directory_starts_from_nothing() {
    let files = Files::new("");
    files.write("keyward.db", "", 0o600);
    let data = files.path().to_str().unwrap();
    let refusal = refused(&keyward(
        files.path(),
        &["demo", "--with-ad", "--data", data],
    ));
    assert!(refusal.contains("a new one at each start"), "{refusal}");
}

#[test]
fn the_demo_names_what_samba_needs_where_it_is_missing() {
    let files = Files::new("");
    let data = files.path().join("data");
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command
            .args(["demo", "--with-ad", "--no-build", "--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(&data)
            .args(words)
            .env_clear()
            .env("PATH", "/nonexistent");
        let refusal = refused(&command.output().unwrap());
        std::fs::remove_dir_all(&data).unwrap();
        refusal
    };
    let refusal = run(&["--skip-install"]);
    let named = refusal.contains("apt-get install") && refusal.contains("krb5-user");
    assert!(named, "{refusal}");
    let refusal = run(&[]);
    let named = refusal.contains("no apt-get") && refusal.contains("krb5-user");
    assert!(named, "{refusal}");
}
