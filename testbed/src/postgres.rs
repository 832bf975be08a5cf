//! A real PostgreSQL, one for a whole run, with an empty place for each test.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::process::{Launch, Process, Stop, environment, find_program, free_port};

/// Names a server that runs already; `cargo xtask test` sets it for the whole run.
pub const URL_VARIABLE: &str = "KEYWARD_TEST_POSTGRES";

/// A server for tests: nothing in it survives a crash of the machine, and nothing needs to.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    psql: PathBuf,
    _server: Option<Process>,
}

impl Postgres {
    /// The server of this run: the one that [`URL_VARIABLE`] names, or else one that is started for this process and
    /// ends with it.
    ///
    /// # Panics
    /// When PostgreSQL isn't installed or doesn't start.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| match environment(URL_VARIABLE) {
            Some(url) => Self {
                url,
                psql: program("psql"),
                _server: None,
            },
            None => Self::start(),
        })
    }

    /// Sets up a cluster in a temporary directory and starts it. It ends when this is dropped, or when we are killed.
    ///
    /// # Panics
    /// When PostgreSQL isn't installed or doesn't start.
    #[must_use]
    pub fn start() -> Self {
        // The directory is removed by the process that uses it, after its end.
        let dir = tempfile::Builder::new().prefix("keyward-pg-").tempdir();
        let dir = dir.expect("a temporary directory").keep();
        let owner = Owner::find();
        owner.takes(&dir);
        owner.initdb(&dir.join("data"));

        // A free port may be gone a moment later: somebody else's server is then no reason to give up.
        let mut said = String::new();
        for _ in 0..5 {
            let port = free_port();
            let server = owner.launch(&dir, port).spawn();
            let ready = server.wait_lines(Duration::from_mins(1), |lines| {
                lines
                    .iter()
                    .any(|l| l.contains("ready to accept connections"))
                    .then_some(())
            });
            if ready.is_some() {
                return Self {
                    url: format!("postgres://keyward@127.0.0.1:{port}/postgres"),
                    psql: program("psql"),
                    _server: Some(server),
                };
            }
            said = server.lines().join("\n");
            if !said.contains("could not bind") && !said.contains("Address already in use") {
                break;
            }
        }
        panic!("PostgreSQL did not start. It printed:\n{said}");
    }

    /// The URL of the server's own database. Tests want [`Postgres::fresh_schema`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates an empty schema and returns a URL whose connections see only that one.
    ///
    /// Schemas of one database share NOTIFY channels and advisory locks: where that matters, take
    /// [`Postgres::fresh_database`].
    ///
    /// # Panics
    /// When the server doesn't answer.
    #[must_use]
    pub fn fresh_schema(&self) -> String {
        let schema = unique_name();
        self.execute(&format!("CREATE SCHEMA {schema}"));
        let joint = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{joint}options=-csearch_path%3D{schema}", self.url)
    }

    /// Creates an empty database, for tests of backup, restore and notifications, and returns its URL.
    ///
    /// # Panics
    /// When the server doesn't answer, or its URL names no database.
    #[must_use]
    pub fn fresh_database(&self) -> String {
        let name = unique_name();
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        let mut url = url::Url::parse(&self.url).expect("a URL of PostgreSQL");
        url.set_path(&name);
        url.into()
    }

    /// Runs SQL in the server's own database and returns what `psql` prints: bare rows, columns separated by `|`.
    ///
    /// # Panics
    /// When the statement fails.
    #[expect(clippy::must_use_candidate, reason = "often run for its effect")]
    pub fn execute(&self, sql: &str) -> String {
        self.execute_at(&self.url, sql)
    }

    /// Runs SQL at a URL that [`Postgres::fresh_schema`] or [`Postgres::fresh_database`] returned.
    ///
    /// # Panics
    /// When the statement fails.
    #[expect(clippy::must_use_candidate, reason = "often run for its effect")]
    pub fn execute_at(&self, url: &str, sql: &str) -> String {
        let mut command = Command::new(&self.psql);
        command.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            url,
            "-c",
            sql,
        ]);
        success(&mut command)
    }
}

impl Postgres {
    /// Kills one of its processes, as a fault of memory would: it ends every connection, and takes new ones after it has
    /// recovered.
    ///
    /// # Panics
    /// When there is no connection but our own.
    pub fn crash(&self) {
        let other = "SELECT pid FROM pg_stat_activity
            WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1";
        let pid = self
            .execute(other)
            .trim()
            .parse()
            .ok()
            .and_then(Pid::from_raw);
        kill_process(pid.expect("somebody else's connection"), Signal::KILL)
            .expect("the right to kill it");
    }
}

/// Who owns the cluster: PostgreSQL refuses to run as root.
enum Owner {
    Ourselves,
    Other {
        name: &'static str,
        uid: u32,
        gid: u32,
    },
}

impl Owner {
    fn find() -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Ourselves;
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                let mut fields = passwd
                    .lines()
                    .map(|line| line.split(':').collect::<Vec<_>>())
                    .find(|fields| fields[0] == name)?
                    .into_iter()
                    .skip(2)
                    .map(|id| id.parse().ok());
                Some(Self::Other {
                    name,
                    uid: fields.next()??,
                    gid: fields.next()??,
                })
            })
            .expect("root needs a user postgres or nobody to run PostgreSQL")
    }

    fn takes(&self, dir: &Path) {
        if let Self::Other { uid, gid, .. } = self {
            chown(dir, Some(*uid), Some(*gid)).expect("to give the directory to the owner");
        }
    }

    /// The program and arguments that run `program` as the owner.
    fn words(&self, program: &Path) -> Vec<std::ffi::OsString> {
        let mut words = Vec::new();
        if let Self::Other { name, .. } = self {
            words.extend(["setpriv", "--reuid", name, "--regid"].map(Into::into));
            let Self::Other { gid, .. } = self else {
                unreachable!()
            };
            words.extend([gid.to_string(), "--clear-groups".into(), "--".into()].map(Into::into));
        }
        words.push(program.into());
        words
    }

    fn initdb(&self, data: &Path) {
        let words = self.words(&program("initdb"));
        let run = |locale: &[&str]| {
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]).arg("-D").arg(data);
            command
                .args(["-U", "keyward", "-A", "trust", "-E", "UTF8", "--no-sync"])
                .args(locale);
            command
                .current_dir("/")
                .env("LC_ALL", "C.UTF-8")
                .output()
                .expect("initdb to run")
        };
        // A natural-language collation, as many installations have: text that is ordered without COLLATE "C" shows.
        let icu = [
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=en-US",
        ];
        let mut output = run(&icu);
        if !output.status.success() {
            output = run(&["--locale=C.UTF-8"]);
        }
        assert!(output.status.success(), "initdb failed: {}", said(&output));
    }

    fn launch(&self, dir: &Path, port: u16) -> Launch {
        let words = self.words(&program("postgres"));
        let mut launch = Launch::new(&words[0]).args(&words[1..]);
        launch = launch.arg("-D").arg(dir.join("data")).arg("-k").arg(dir);
        for setting in [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "listen_addresses=127.0.0.1",
            "max_connections=300",
            "shared_buffers=64MB",
            "autovacuum=off",
            "timezone=UTC",
        ] {
            launch = launch.args(["-c", setting]);
        }
        launch
            .arg("-p")
            .arg(port.to_string())
            .dir("/")
            .env("LC_ALL", "C.UTF-8")
            .stop_with(Stop::Interrupt)
            .removing(dir)
    }
}

/// Whether this machine has PostgreSQL's programs.
#[must_use]
pub fn is_installed() -> bool {
    ["initdb", "postgres", "psql"]
        .iter()
        .all(|name| find(name).is_some())
}

fn program(name: &str) -> PathBuf {
    find(name).unwrap_or_else(|| panic!("{name} is missing: apt-get install postgresql"))
}

fn find(name: &str) -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<_> = installed
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    versions.reverse();
    find_program(name, &versions)
}

fn success(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        said(&output)
    );
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// No two tests of a run get the same name, whichever process they are in.
fn unique_name() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("t_{}_{:016x}", std::process::id(), hasher.finish())
}
