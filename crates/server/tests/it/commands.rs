//! The binary itself, as an operator types it.

use crate::support::Files;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyward_app::entropy::SystemEntropy;
use keyward_app::keys::Keys;
use keyward_store::install::fact;
use keyward_store::{Db, schema};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use zeroize::Zeroizing;

pub(crate) fn keyward(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(arguments)
        .env_clear()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_PUBLIC_URL", "http://127.0.0.1:9")
        .env("KEYWARD_DATA_DIR", data)
        .output()
        .unwrap()
}

pub(crate) fn good(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn keys(root: u8) -> Keys {
    Keys::new(&Zeroizing::new([root; 32]), 0)
}

/// A data directory with a key and a database, as the first start makes them.
pub(crate) async fn installed() -> Files {
    let files = Files::new("");
    files.write("root.key", &STANDARD.encode([7; 32]), 0o600);
    let db = open(files.path()).await;
    let mut tx = db.system().await.unwrap();
    tx.set_fact("mark", b"before").await.unwrap();
    let canary = keys(7).canary(&SystemEntropy).unwrap();
    tx.set_fact(fact::KEY_CANARY, &canary).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    files
}

async fn open(data: &Path) -> Db {
    let path = data.join("keyward.db");
    let db = Db::open_sqlite(&path).await.unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    schema::migrate(&db).await.unwrap();
    db
}

async fn mark(data: &Path) -> Option<Vec<u8>> {
    let db = open(data).await;
    let mark = db.fact("mark").await.unwrap();
    db.close().await;
    mark
}

#[tokio::test]
async fn l_08_a_backup_comes_back_and_the_database_from_before_is_kept() {
    let files = installed().await;
    let data = files.path();
    let backup = data.join("backup.jsonl");
    let backup = backup.to_str().unwrap();
    assert!(good(&keyward(data, &["backup", backup])).contains("root key is not in it"));
    assert_eq!(
        std::fs::metadata(backup).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(refused(&keyward(data, &["backup", backup])).contains("does not exist yet"));

    let db = open(data).await;
    let mut tx = db.system().await.unwrap();
    tx.set_fact("mark", b"after").await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;

    // Nobody to ask, so it has to be said.
    assert!(refused(&keyward(data, &["restore", backup])).contains("add --yes"));
    assert_eq!(mark(data).await.as_deref(), Some(&b"after"[..]));
    let said = good(&keyward(data, &["restore", backup, "--yes"]));
    assert!(said.contains("rows restored"), "{said}");
    assert_eq!(mark(data).await.as_deref(), Some(&b"before"[..]));
    let kept: Vec<_> = std::fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("keyward.db"))
        .collect();
    assert_eq!(
        kept.iter()
            .filter(|name| name.contains("before-restore"))
            .count(),
        1,
        "{kept:?}"
    );
    assert!(
        !kept.iter().any(|name| name.contains("restoring")),
        "{kept:?}"
    );
}

/// The same commands with an empty PostgreSQL database.
fn on_postgres(data: &Path, url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(arguments)
        .env_clear()
        .env("KEYWARD_CONFIG", "/dev/null")
        .env("KEYWARD_PUBLIC_URL", "http://127.0.0.1:9")
        .env("KEYWARD_LISTEN", "127.0.0.1:0")
        .env("KEYWARD_DATA_DIR", data)
        .env("KEYWARD_DATABASE_URL", url)
        .output()
        .unwrap()
}

#[tokio::test]
async fn an_installation_moves_to_postgresql_and_back() {
    let url = keyward_testbed::postgres::Postgres::shared().fresh_schema();
    let files = installed().await;
    let data = files.path();
    let (out, back) = (data.join("out.jsonl"), data.join("back.jsonl"));
    let (out, back) = (out.to_str().unwrap(), back.to_str().unwrap());
    good(&keyward(data, &["backup", out]));
    good(&on_postgres(data, &url, &["restore", out, "--yes"]));
    let twice = refused(&on_postgres(data, &url, &["restore", out, "--yes"]));
    assert!(twice.contains("not empty"), "{twice}");
    assert!(good(&on_postgres(data, &url, &["migrate"])).contains("already"));
    good(&on_postgres(data, &url, &["backup", back]));

    let elsewhere = Files::new("");
    std::fs::copy(data.join("root.key"), elsewhere.path().join("root.key")).unwrap();
    good(&keyward(elsewhere.path(), &["restore", back, "--yes"]));
    assert_eq!(
        mark(elsewhere.path()).await.as_deref(),
        Some(&b"before"[..])
    );
    // case: DB-04, on a database that is not a file beside the key
    std::fs::remove_file(data.join("root.key")).unwrap();
    let refusal = refused(&on_postgres(data, &url, &["serve"]));
    assert!(
        refusal.contains("root key is missing") && !data.join("root.key").exists(),
        "{refusal}"
    );
}

#[test]
fn a_database_server_that_is_away_is_named_without_its_password() {
    let files = Files::new("");
    let url = "postgres://keyward:canary-secret@127.0.0.1:9/keyward";
    let refusal = refused(&on_postgres(files.path(), url, &["migrate"]));
    assert!(
        refusal.contains("PostgreSQL, keyward on 127.0.0.1"),
        "{refusal}"
    );
    assert!(!refusal.contains("canary"), "{refusal}");
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let files = installed().await;
    let data = files.path();
    let backup = data.join("backup.jsonl");
    good(&keyward(data, &["backup", backup.to_str().unwrap()]));
    let text = std::fs::read_to_string(&backup).unwrap();
    let cut = text.trim_end().rsplit_once('\n').unwrap().0;
    for (name, text) in [
        ("cut", cut),
        ("empty", ""),
        ("other", "{\"keyward-backup\":99}"),
        ("junk", "\u{0}PK"),
    ] {
        let path = files.write(name, text, 0o600);
        refused(&keyward(
            data,
            &["restore", path.to_str().unwrap(), "--yes"],
        ));
        assert_eq!(mark(data).await.as_deref(), Some(&b"before"[..]), "{name}");
    }
    let left = std::fs::read_dir(data).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .contains(".restoring")
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn db_04_nothing_is_restored_without_its_key_or_under_a_running_server() {
    let files = installed().await;
    let data = files.path();
    let backup = data.join("backup.jsonl");
    let backup = backup.to_str().unwrap();
    good(&keyward(data, &["backup", backup]));

    let lock = std::fs::File::create(data.join("keyward.lock")).unwrap();
    lock.try_lock().unwrap();
    assert!(
        refused(&keyward(data, &["restore", backup, "--yes"])).contains("another Keyward works")
    );
    drop(lock);

    // Another key, on both engines: the database from before stays, an empty one stays empty.
    files.write("root.key", &STANDARD.encode([8; 32]), 0o600);
    let refusal = refused(&keyward(data, &["restore", backup, "--yes"]));
    assert!(refusal.contains("made with another root key"), "{refusal}");
    assert!(data.join("keyward.db").exists() && !data.join("keyward.db.restoring").exists());
    let url = keyward_testbed::postgres::Postgres::shared().fresh_schema();
    let refusal = refused(&on_postgres(data, &url, &["restore", backup, "--yes"]));
    assert!(refusal.contains("made with another root key"), "{refusal}");
    files.write("root.key", &STANDARD.encode([7; 32]), 0o600);
    good(&on_postgres(data, &url, &["restore", backup, "--yes"]));

    std::fs::remove_file(data.join("root.key")).unwrap();
    assert!(refused(&keyward(data, &["restore", backup, "--yes"])).contains("root key is missing"));
}

#[test]
fn commands_without_a_database_say_what_to_do_first() {
    let files = Files::new("");
    for arguments in [&["migrate"][..], &["backup", "/nonexistent/file"]] {
        let refusal = refused(&keyward(files.path(), arguments));
        assert!(
            refusal.contains("there is no database yet") && refusal.contains("fix: "),
            "{refusal}"
        );
    }
    assert!(!files.path().join("keyward.db").exists());
}

#[test]
fn wrong_settings_end_with_the_code_that_keeps_systemd_from_trying_again() {
    let files = Files::new("");
    let output = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["config", "check", "--json"])
        .env_clear()
        .env("KEYWARD_CONFIG", files.path().join("keyward.toml"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(78));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["good"], false);
    assert!(
        json["complaints"][0]["fix"]
            .as_str()
            .unwrap()
            .contains("https://")
    );
}
