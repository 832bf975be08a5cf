//! Opens the database that the settings name, and keeps two servers from working on one file.

use crate::complaint::Complaint;
use crate::config::{Config, Database, Environment};
use crate::data_dir;
use crate::rootkey::{self, RootKey};
use keyward_store::{Db, Error, schema};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// The database with the key that belongs to it.
pub struct Opened {
    /// The database, at the schema of this version.
    pub db: Db,
    /// The root key.
    pub key: RootKey,
    /// The schema it had before; 0 when it is new.
    pub schema_before: i64,
    /// Held as long as this is.
    pub lock: Lock,
}

/// Opens database and key for a server, making both at the first start, and brings the schema up to date.
pub async fn open_or_create(
    config: &Config,
    environment: &Environment,
) -> Result<Opened, Complaint> {
    if needs_data_dir(config) {
        data_dir::prepare(&config.data_dir, environment)?;
    }
    let lock = Lock::take(config)?;
    // The key comes first: a crash in between leaves a key without a database, which is what the next start expects,
    // and never a database without a key.
    let (db, key) = match &config.database {
        Database::Sqlite(file) => {
            let key = RootKey::load_or_create(config, environment, sqlite_state(file))?;
            (connect(config).await?, key)
        }
        Database::Postgres(_) => {
            let db = connect(config).await?;
            let state = match schema::version(&db).await {
                Ok(0) => rootkey::Database::New,
                Ok(_) => rootkey::Database::InUse,
                Err(error) => return Err(complain(config, &error)),
            };
            (db, RootKey::load_or_create(config, environment, state)?)
        }
    };
    let schema_before = schema::migrate(&db)
        .await
        .map_err(|error| complain(config, &error))?;
    Ok(Opened {
        db,
        key,
        schema_before,
        lock,
    })
}

/// There is no embedded database yet: the first start makes it.
#[must_use]
pub fn is_to_be_made(config: &Config) -> bool {
    matches!(&config.database, Database::Sqlite(file) if sqlite_state(file) == rootkey::Database::New)
}

/// Opens a database that is there already, as it is.
pub async fn open_existing(config: &Config) -> Result<Db, Complaint> {
    if let Database::Sqlite(file) = &config.database
        && is_to_be_made(config)
    {
        return Err(Complaint::new(
            "there is no database yet",
            file.display().to_string(),
            "start `keyward serve` once, or set data_dir to where the database is",
        ));
    }
    connect(config).await
}

/// Connects, and makes the file of a SQLite database that isn't there.
pub async fn connect(config: &Config) -> Result<Db, Complaint> {
    let opened = match &config.database {
        Database::Sqlite(file) => Db::open_sqlite(file).await,
        Database::Postgres(url) => Db::open_postgres(url.expose()).await,
    };
    opened.map_err(|error| complain(config, &error))
}

/// What a fault of the database means to an operator.
#[must_use]
pub fn complain(config: &Config, error: &Error) -> Complaint {
    let fix = match (error, &config.database) {
        (Error::WrongKey, _) => {
            "put the copy of root.key that belongs to the backup in its place, or set root_key_file"
        }
        (Error::Schema(_) | Error::File(_), _) => {
            "see docs/admin/upgrade.md and docs/admin/backup.md"
        }
        (_, Database::Sqlite(_)) => {
            "check that Keyward's user owns the file and that the disk has room"
        }
        (_, Database::Postgres(_)) => {
            "check database.url, and that the server runs and lets this user in"
        }
    };
    Complaint::new(error.to_string(), place(config), fix)
}

/// Where the database is, for people; never with its password.
#[must_use]
pub fn place(config: &Config) -> String {
    match &config.database {
        Database::Sqlite(file) => format!("SQLite, {}", file.display()),
        Database::Postgres(url) => {
            let url = reqwest::Url::parse(url.expose()).ok();
            let host = url
                .as_ref()
                .and_then(|url| url.host_str())
                .unwrap_or("this machine");
            let name = url
                .as_ref()
                .map_or("", |url| url.path().trim_start_matches('/'));
            format!("PostgreSQL, {name} on {host}")
        }
    }
}

/// Held while a server runs on an embedded database, or while somebody replaces its file.
#[must_use = "the lock is given back when this is dropped"]
pub struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// No lock: for work that goes on beside a server.
    pub fn none() -> Self {
        Self { _file: None }
    }

    /// Takes the lock, or says who has it. PostgreSQL needs none: it serves as many nodes as there are.
    pub fn take(config: &Config) -> Result<Self, Complaint> {
        let Database::Sqlite(_) = &config.database else {
            return Ok(Self { _file: None });
        };
        let path = config.data_dir.join("keyward.lock");
        let unusable = |error: std::io::Error| {
            Complaint::new(
                format!("the data directory can't be used: {error}"),
                path.display().to_string(),
                "let Keyward's user write there",
            )
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Complaint::new(
                "another Keyward works on this data directory",
                config.data_dir.display().to_string(),
                "stop it first (systemctl stop keyward), or set data_dir to a folder of its own",
            )),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

fn needs_data_dir(config: &Config) -> bool {
    matches!(config.database, Database::Sqlite(_)) || config.root_key.is_none()
}

fn sqlite_state(file: &Path) -> rootkey::Database {
    match std::fs::metadata(file) {
        Ok(found) if found.len() > 0 => rootkey::Database::InUse,
        _ => rootkey::Database::New,
    }
}
