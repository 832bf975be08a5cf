//! The settings: read once, checked as a whole, typed.
//!
//! Three layers, each over the one before: the defaults (`config.default.toml`, embedded), keyward.toml, and the
//! `KEYWARD_*` environment variables. [`Sources`] names them, [`Settings`] is the outcome with the origin of every
//! value, [`Config`] is what the rest of Keyward sees: if there is one, every value in it has been checked.

mod breach;
mod budgets;
pub mod cidr;
pub mod environment;
mod file;
mod limits;
mod messages;
mod reader;
pub mod reference;
pub mod secret;
pub mod show;
pub mod url;
pub mod values;

pub use breach::BreachFile;
pub use cidr::Cidr;
pub use environment::Environment;
pub use limits::{Hashing, Limits, Sessions};
pub use messages::{Countries, Encryption, Gateway, Sms, Smtp, Twilio, TwilioSender, Webhook};
pub use url::PublicUrl;

use crate::complaint::{Complaint, Complaints};
use keyward_app::budgets::Budgets;
use keyward_core::secret::Secret;
use reader::Reader;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use values::Values;
use zeroize::Zeroizing;

/// Where settings are looked for.
pub struct Sources {
    /// `--config`, when given.
    pub file: Option<PathBuf>,
    /// The environment of the process.
    pub environment: Environment,
}

/// Every setting with its origin, before it is known whether they make sense together.
pub struct Settings {
    /// The values.
    pub values: Values,
    /// The keyward.toml that was read; `None` when there is none.
    pub file: Option<PathBuf>,
    environment: Environment,
    complaints: Vec<Complaint>,
}

/// All settings, checked.
pub struct Config {
    /// The origin of every link.
    pub public_url: PublicUrl,
    /// Where the web server listens.
    pub listen: SocketAddr,
    /// Whose forwarded headers count.
    pub trusted_proxies: Vec<Cidr>,
    /// The folder of the database and the root key.
    pub data_dir: PathBuf,
    /// The root key when it was given from outside; else it is in `data_dir/root.key`.
    pub root_key: Option<Zeroizing<Vec<u8>>>,
    /// The database.
    pub database: Database,
    /// Certificate and key, when Keyward serves TLS itself.
    pub tls: Option<Tls>,
    /// Where `/metrics` is served.
    pub metrics: Option<SocketAddr>,
    /// How mail leaves; `None`: not at all.
    pub smtp: Option<Smtp>,
    /// How text messages leave; `None`: not at all.
    pub sms: Option<Sms>,
    /// How people are called; `None`: not at all.
    pub voice: Option<Sms>,
    /// Passwords known from breaches; `None`: no list of them.
    pub breach: Option<BreachFile>,
    /// Codes, counters, passwords.
    pub limits: Limits,
    /// What may be sent in sum.
    pub budgets: Budgets,
    /// The hash pool.
    pub hashing: Hashing,
    /// How long sessions live.
    pub sessions: Sessions,
    /// How long nobody may answer for a directory before administrators are told.
    pub directory_away: Duration,
    /// What is logged, and how.
    pub log: Log,
}

/// Where rows are kept.
pub enum Database {
    /// The embedded SQLite, in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the URL may hold a password.
    Postgres(Secret),
}

/// Certificate chain and private key, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The chain, the own certificate first.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The form of a line.
    pub format: LogFormat,
    /// A `tracing` filter that is known to parse.
    pub filter: String,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Settings {
    /// Lays the layers over each other. It never fails: what is wrong comes out of [`Settings::check`], so that
    /// `config show` has something to show.
    #[must_use]
    pub fn load(sources: Sources) -> Self {
        let mut values = Values::defaults();
        let mut complaints = Vec::new();
        let file = file::find(sources.file.as_deref(), &sources.environment);
        if let Some(path) = &file {
            complaints.extend(file::lay(path, &mut values));
            complaints.extend(shared_secrets(path, &values, &sources.environment));
        }
        complaints.extend(values.lay_environment(&sources.environment));
        Self {
            values,
            file,
            environment: sources.environment,
            complaints,
        }
    }

    /// The checked configuration, or everything that is wrong.
    pub fn check(&self) -> Result<Config, Complaints> {
        let mut reader = Reader {
            values: &self.values,
            environment: &self.environment,
            mistyped: !self.complaints.is_empty(),
            complaints: self.complaints.clone(),
        };
        let config = Config::read(&mut reader);
        if reader.complaints.is_empty() {
            Ok(config)
        } else {
            Err(Complaints::settings(reader.complaints))
        }
    }

    /// The environment they were read from.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_environment(self) -> Environment {
        self.environment
    }
}

impl Config {
    fn read(reader: &mut Reader<'_>) -> Self {
        let data_dir = reader.path("data_dir").unwrap_or_else(|| {
            // Systemd may name several, with colons between.
            let state = reader
                .environment
                .get("STATE_DIRECTORY")
                .and_then(|all| all.split(':').next());
            PathBuf::from(state.unwrap_or("data"))
        });
        Self {
            public_url: PublicUrl::read(reader),
            listen: reader
                .address("listen")
                .unwrap_or_else(|| ([127, 0, 0, 1], 8080).into()),
            trusted_proxies: reader.list("trusted_proxies"),
            root_key: reader.secret_bytes("root_key"),
            database: Database::read(reader, &data_dir),
            data_dir,
            tls: Tls::read(reader),
            metrics: reader.address("metrics.listen"),
            smtp: Smtp::read(reader),
            sms: Sms::read(reader, "sms", "text messages"),
            voice: Sms::read(reader, "voice", "calls"),
            breach: BreachFile::read(reader),
            limits: Limits::read(reader),
            budgets: budgets::read(reader),
            hashing: Hashing::read(reader),
            sessions: Sessions::read(reader),
            directory_away: limits::directory_away(reader),
            log: Log::read(reader),
        }
    }
}

impl Database {
    fn read(reader: &mut Reader<'_>, data_dir: &Path) -> Self {
        let sqlite = || Self::Sqlite(data_dir.join("keyward.db"));
        let Some(url) = reader.secret("database.url") else {
            return sqlite();
        };
        if ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.expose().starts_with(scheme))
        {
            return Self::Postgres(url);
        }
        // The URL is not repeated: it may hold a password.
        reader.refuse(
            "database.url",
            "`database.url` is no PostgreSQL URL",
            "write postgres://USER:PASSWORD@HOST:PORT/DATABASE, or remove it for the embedded SQLite",
        );
        sqlite()
    }
}

impl Tls {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        match (reader.path("tls.certificate"), reader.path("tls.key")) {
            (Some(certificate), Some(key)) => {
                let private = secret::read_private(&key, "`tls.key`", reader.environment);
                if let Err(complaint) = private {
                    let origin = &reader.values.get("tls.key").origin;
                    reader.complaints.push(complaint.set_in(origin));
                }
                Some(Self { certificate, key })
            }
            (None, None) => None,
            (Some(_), None) => {
                reader.refuse(
                    "tls.key",
                    "`tls.certificate` is set without `tls.key`",
                    "set both or none",
                );
                None
            }
            (None, Some(_)) => {
                let what = "`tls.key` is set without `tls.certificate`";
                reader.refuse("tls.certificate", what, "set both or none");
                None
            }
        }
    }
}

impl Log {
    fn read(reader: &mut Reader<'_>) -> Self {
        let format = reader.choice(
            "log.format",
            &[
                ("auto", LogFormat::Auto),
                ("json", LogFormat::Json),
                ("text", LogFormat::Text),
            ],
        );
        let filter = reader.text("log.level").to_owned();
        if tracing_subscriber::EnvFilter::try_new(&filter).is_err() {
            reader.refuse(
                "log.level",
                format!("`log.level` is \"{filter}\", which is no level"),
                "write error, warn, info, debug or trace",
            );
        }
        Self { format, filter }
    }
}

/// A keyward.toml that holds a secret itself must be private.
fn shared_secrets(path: &Path, values: &Values, environment: &Environment) -> Option<Complaint> {
    let secret = values.secrets_in_file().next()?;
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    let what = format!("a file with the secret `{secret}` in it");
    let shared = secret::refuse_shared(path, &what, mode, environment);
    shared.err().map(|complaint| Complaint {
        place: values.get(secret).origin.to_string(),
        ..complaint
    })
}
