//! The data directory and the root key.

use crate::support::{Files, from_environment};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyward_server::config::{Config, Environment};
use keyward_server::data_dir;
use keyward_server::rootkey::{Database, RootKey};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn config(folder: &Path) -> Config {
    let folder = folder.display().to_string();
    from_environment([
        ("KEYWARD_PUBLIC_URL", "https://a.example"),
        ("KEYWARD_DATA_DIR", &folder),
    ])
    .unwrap()
}

fn key(config: &Config, database: Database) -> Result<[u8; 32], String> {
    let key = RootKey::load_or_create(config, &Environment::default(), database);
    key.map(|key| **key.bytes())
        .map_err(|complaint| complaint.to_string())
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_first_start_makes_a_private_key_and_later_ones_find_it() {
    let files = Files::new("");
    let folder = files.path().join("deep/data");
    data_dir::prepare(&folder, &Environment::default()).unwrap();
    assert_eq!(mode(&folder), 0o700);
    let config = config(&folder);
    let first = key(&config, Database::New).unwrap();
    assert_ne!(first, [0; 32]);
    assert_eq!(mode(&folder.join("root.key")), 0o600);
    assert_eq!(key(&config, Database::InUse).unwrap(), first);
    let text = std::fs::read_to_string(folder.join("root.key")).unwrap();
    assert_eq!(STANDARD.decode(text.trim()).unwrap(), first);
    // Nothing else was left behind.
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn db_04_no_key_is_made_over_a_database() {
    let files = Files::new("");
    let config = config(files.path());
    let refusal = key(&config, Database::InUse).unwrap_err();
    assert!(
        refusal.contains("a new key is never made over a database"),
        "{refusal}"
    );
    assert!(!files.path().join("root.key").exists());
}

#[test]
fn two_first_starts_at_once_agree_on_one_key() {
    let files = Files::new("");
    let config = config(files.path());
    let keys: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| key(&config, Database::New).unwrap()))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().unwrap())
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]));
}

#[test]
fn db_11_a_key_or_a_folder_that_others_can_read_is_refused() {
    let files = Files::new("");
    let config = config(files.path());
    key(&config, Database::New).unwrap();
    let path = files.path().join("root.key");
    std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let refusal = key(&config, Database::InUse).unwrap_err();
    assert!(
        refusal.contains("mode 0640") && refusal.contains("chmod 600"),
        "{refusal}"
    );

    std::fs::set_permissions(files.path(), Permissions::from_mode(0o750)).unwrap();
    let refusal = data_dir::prepare(files.path(), &Environment::default())
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("mode 0750") && refusal.contains("chmod 700"),
        "{refusal}"
    );
    std::fs::set_permissions(files.path(), Permissions::from_mode(0o700)).unwrap();
    files.write("keyward.db", "x", 0o644);
    let refusal = data_dir::prepare(files.path(), &Environment::default())
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("the database") && refusal.contains("mode 0644"),
        "{refusal}"
    );
}

#[test]
fn a_key_from_outside_wins_and_must_be_one() {
    let files = Files::new("");
    let folder = files.path().display().to_string();
    let with = |text: &str| {
        from_environment([
            ("KEYWARD_PUBLIC_URL", "https://a.example"),
            ("KEYWARD_DATA_DIR", &folder),
            ("KEYWARD_ROOT_KEY", text),
        ])
        .unwrap()
    };
    let given = STANDARD.encode([7; 32]);
    assert_eq!(key(&with(&given), Database::InUse).unwrap(), [7; 32]);
    for bad in [
        "short",
        &STANDARD.encode([7; 31]),
        &STANDARD.encode([7; 33]),
        "0123456789abcdef0123456789abcdef",
    ] {
        let refusal = key(&with(bad), Database::New).unwrap_err();
        assert!(
            refusal.contains("32 bytes in base64") && !refusal.contains(bad),
            "{refusal}"
        );
    }
    files.write("root.key", "", 0o600);
    assert!(
        key(&config(files.path()), Database::New)
            .unwrap_err()
            .contains("is empty")
    );
}
