//! The root key: 32 bytes from which every other key is derived.
//!
//! It is given from outside (setting, file, systemd credential), or it lives in `root.key` in the data directory,
//! made at the first start. It is never made over a database that exists: rows that were sealed and hashed with the
//! old key would be lost, and nobody would notice until they sign in (DB-04).

use crate::complaint::Complaint;
use crate::config::{Config, Environment, secret::read_private};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use zeroize::Zeroizing;

const HOW: &str = "write the output of `openssl rand -base64 32`";

/// 32 secret bytes.
pub struct RootKey(Zeroizing<[u8; 32]>);

/// Whether there are rows that a new key would make useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// No database yet, or an empty one: a key may be made.
    New,
    /// There is data.
    InUse,
}

impl RootKey {
    /// The bytes, for the derivation of the other keys.
    #[must_use]
    pub fn bytes(&self) -> &Zeroizing<[u8; 32]> {
        &self.0
    }

    /// The key of this installation, made now if this is the first start.
    pub fn load_or_create(
        config: &Config,
        environment: &Environment,
        database: Database,
    ) -> Result<Self, Complaint> {
        let path = config.data_dir.join("root.key");
        match Self::load(config, environment)? {
            Some(key) => Ok(key),
            None if database == Database::InUse => Err(Complaint::new(
                "the root key is missing, and a database is there that can't be read without it",
                path.display().to_string(),
                "put the copy of root.key back, or set root_key_file; a new key is never made over a database",
            )),
            None => {
                create(&path)?;
                // Read back: another process may have been first, and then its key is the one.
                read(&path, environment)
            }
        }
    }

    /// The key of this installation; `None` when none was made yet.
    pub fn load(config: &Config, environment: &Environment) -> Result<Option<Self>, Complaint> {
        if let Some(given) = &config.root_key {
            return parse(given, "`root_key`, its file or its credential").map(Some);
        }
        let path = config.data_dir.join("root.key");
        match std::fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            _ => read(&path, environment).map(Some),
        }
    }
}

fn read(path: &Path, environment: &Environment) -> Result<RootKey, Complaint> {
    parse(
        &read_private(path, "the root key", environment)?,
        &path.display().to_string(),
    )
}

fn parse(text: &[u8], place: &str) -> Result<RootKey, Complaint> {
    let mut key = Zeroizing::new([0; 32]);
    match STANDARD.decode_slice(text.trim_ascii(), key.as_mut()) {
        Ok(32) => Ok(RootKey(key)),
        _ => Err(Complaint::new(
            "the root key is not 32 bytes in base64",
            place,
            HOW,
        )),
    }
}

/// Writes a new key so that it is either there as a whole and on the disk, or not at all.
fn create(path: &Path) -> Result<(), Complaint> {
    let failed = |error: io::Error| {
        Complaint::new(
            format!("the root key can't be written: {error}"),
            path.display().to_string(),
            "let Keyward's user write there, or set root_key_file",
        )
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut()).map_err(|error| failed(io::Error::other(error)))?;
    let text = Zeroizing::new(STANDARD.encode(key.as_ref()));
    // Made with mode 0600, and linked to its name only if that name is free.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    writeln!(file, "{}", text.as_str()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error.error)),
    }
}
