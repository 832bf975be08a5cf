//! The root key: 32 bytes from which every other key is derived, and later versions of it, a line each in the order of
//! their numbers; a version that is of no use any more leaves a `-`.
//!
//! It is given from outside (setting, file, systemd credential), or it lives in `root.key` in the data directory,
//! made at the first start. It is never made over a database that exists: rows that were sealed and hashed with the
//! old key would be lost, and nobody would notice until they sign in (DB-04).

use crate::complaint::Complaint;
use crate::config::{Config, Environment, secret::read_private};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyward_app::keys::{self, FIRST, Keys, Version};
use keyward_app::rotation::Reread;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

const HOW: &str = "write the output of `openssl rand -base64 32`";

/// In the data directory.
const NAME: &str = "root.key";

/// As many as have a number.
const MOST_VERSIONS: usize = Version::MAX as usize;

/// 32 secret bytes for each version.
pub struct RootKey {
    first: keys::RootKey,
    later: Vec<Option<keys::RootKey>>,
}

/// What stands in the place of a version that was retired.
const RETIRED: &str = "-";

/// Whether there are rows that a new key would make useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// No database yet, or an empty one: a key may be made.
    New,
    /// There is data.
    InUse,
}

impl RootKey {
    /// The bytes of the first version.
    #[must_use]
    pub fn bytes(&self) -> &keys::RootKey {
        &self.first
    }

    /// The keys derived from it, of all versions.
    #[must_use]
    pub fn keys(&self, epoch: u64) -> Keys {
        let keys = Keys::new(&self.first, epoch);
        for (version, key) in self.later() {
            keys.learn(version, key);
        }
        keys
    }

    /// The versions after the first that are not retired.
    pub fn later(&self) -> impl Iterator<Item = (Version, &keys::RootKey)> {
        let numbered = (FIRST + 1..).zip(&self.later);
        numbered.filter_map(|(version, key)| Some((version, key.as_ref()?)))
    }

    /// The newest version.
    #[must_use]
    pub fn newest(&self) -> Version {
        self.later()
            .map(|(version, _)| version)
            .last()
            .unwrap_or(FIRST)
    }

    /// The key of this installation, made now if this is the first start.
    pub fn load_or_create(
        config: &Config,
        environment: &Environment,
        database: Database,
    ) -> Result<Self, Complaint> {
        let path = config.data_dir.join(NAME);
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
        let path = config.data_dir.join(NAME);
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
    let complain = |what: &str| Complaint::new(what, place, HOW);
    let mut lines = text.trim_ascii().split(|byte| *byte == b'\n');
    let first = lines.next().and_then(version);
    let later: Option<Vec<_>> = lines
        .map(|line| match line.trim_ascii() {
            retired if retired == RETIRED.as_bytes() => Some(None),
            line => version(line).map(Some),
        })
        .collect();
    match (first, later) {
        (Some(first), Some(later)) if later.len() < MOST_VERSIONS => Ok(RootKey { first, later }),
        (Some(_), Some(_)) => Err(complain("the root key has more versions than there can be")),
        _ => Err(complain(
            "the root key is not 32 bytes in base64, or one of its lines isn't",
        )),
    }
}

fn version(line: &[u8]) -> Option<keys::RootKey> {
    let mut key = Zeroizing::new([0; 32]);
    let read = STANDARD.decode_slice(line.trim_ascii(), key.as_mut());
    (read == Ok(32)).then_some(key)
}

/// Reads the later versions again while the server runs, as `keyward keys rotate` adds them to the file that Keyward has
/// made itself. What is given by the settings is read at the start only.
#[must_use]
pub fn rereading(config: &Config, environment: &Environment) -> Reread {
    let path = config
        .root_key
        .is_none()
        .then(|| config.data_dir.join(NAME));
    let environment = environment.clone();
    Arc::new(move || {
        let key = path.as_ref().map(|path| read(path, &environment));
        match key.transpose() {
            Ok(Some(key)) => key.later().map(|(v, key)| (v, key.clone())).collect(),
            Ok(None) => Vec::new(),
            Err(complaint) => {
                tracing::error!(%complaint, "the root key can't be read again");
                Vec::new()
            }
        }
    })
}

/// What `keyward keys` changes: the file that Keyward has made itself.
pub struct KeyFile<'a> {
    path: PathBuf,
    environment: &'a Environment,
}

impl<'a> KeyFile<'a> {
    /// The file of this installation; none when the root key is given by the settings.
    #[must_use]
    pub fn of(config: &Config, environment: &'a Environment) -> Option<Self> {
        config.root_key.is_none().then(|| Self {
            path: config.data_dir.join(NAME),
            environment,
        })
    }

    /// Adds a version: its number.
    pub fn add(&self) -> Result<Version, Complaint> {
        let mut lines = self.lines()?;
        let newest = Version::try_from(lines.len()).ok();
        let Some(next) = newest.and_then(|newest| newest.checked_add(1)) else {
            return Err(Complaint::new(
                "the root key can't have more versions",
                self.path.display().to_string(),
                "move to a new installation by backup and restore",
            ));
        };
        lines.push(fresh(&self.path)?);
        self.write(&lines)?;
        Ok(next)
    }

    /// Takes a version out for good; it must not be the first.
    pub fn retire(&self, version: Version) -> Result<(), Complaint> {
        let mut lines = self.lines()?;
        if let Some(line) = lines.get_mut(usize::from(version.saturating_sub(1))) {
            *line = Zeroizing::new(RETIRED.to_owned());
        }
        self.write(&lines)
    }

    fn lines(&self) -> Result<Vec<Zeroizing<String>>, Complaint> {
        // What can't be read as a key is not touched.
        read(&self.path, self.environment)?;
        let text = read_private(&self.path, "the root key", self.environment)?;
        let text = String::from_utf8_lossy(&text);
        let lines = text.trim().lines();
        Ok(lines
            .map(|line| Zeroizing::new(line.trim().to_owned()))
            .collect())
    }

    fn write(&self, lines: &[Zeroizing<String>]) -> Result<(), Complaint> {
        let (folder, failed) = (folder_of(&self.path), unwritable(&self.path));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        for line in lines {
            writeln!(file, "{}", line.as_str()).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        sync(folder).map_err(failed)
    }
}

/// Writes a new key so that it is either there as a whole and on the disk, or not at all.
fn create(path: &Path) -> Result<(), Complaint> {
    let (folder, failed) = (folder_of(path), unwritable(path));
    let text = fresh(path)?;
    // Made with mode 0600, and linked to its name only if that name is free.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    writeln!(file, "{}", text.as_str()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => sync(folder).map_err(failed),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error.error)),
    }
}

/// A line with 32 fresh bytes.
fn fresh(path: &Path) -> Result<Zeroizing<String>, Complaint> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut()).map_err(|error| unwritable(path)(io::Error::other(error)))?;
    Ok(Zeroizing::new(STANDARD.encode(key.as_ref())))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Complaint + Copy {
    move |error| {
        Complaint::new(
            format!("the root key can't be written: {error}"),
            path.display().to_string(),
            "let Keyward's user write there, or set root_key_file",
        )
    }
}
