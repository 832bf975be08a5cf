//! A real `OpenLDAP` server with a password policy, a log of changes and content synchronisation.
//!
//! It has `ou=People`, `ou=Groups`, `ou=Service` and `ou=Policies`, and three accounts for programs: `svc-keyward` may
//! reset below `ou=People` and is held to the policy, `svc-manager` may too and isn't, `svc-reader` may only read.
//! All helpers work over LDAPS as the root DN, which no policy and no access rule holds back.

mod config;
mod objects;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::ldap::{Account, Ldap, LdapError};
use crate::process::{Launch, Process, Stop, feed, find_program, free_port, said};
use crate::tls::TestCa;

/// The server. Dropping it ends it, and removes all that it wrote.
#[derive(Debug)]
pub struct Slapd {
    // Ends before the directory goes.
    server: Mutex<Option<Process>>,
    home: PathBuf,
    port: u16,
    tls_port: u16,
    ca: TestCa,
    admin: Account,
    service: Account,
    _keeper: Process,
}

impl Slapd {
    /// Starts one on free ports of 127.0.0.1, and returns when it answers.
    ///
    /// # Panics
    /// When Debian's slapd isn't installed or doesn't start.
    #[must_use]
    pub fn start() -> Self {
        let home = tempfile::Builder::new().prefix("keyward-slapd-").tempdir();
        let home = home.expect("a temporary directory").keep();
        // The directory outlives each server that uses it, and goes when we do, also when we are killed.
        let keeper = Launch::new("cat").with_stdin().removing(&home).spawn();
        let ca = TestCa::new();
        let certificate = ca.issue(&["ldap.corp.example.test", "localhost", "127.0.0.1"]);
        drop(certificate.write(&home));
        fs::write(home.join("ca.pem"), ca.pem()).expect("to write the authority");
        config::write(&home);
        // A copy, for where AppArmor knows slapd by its path it may not read what we have written.
        fs::copy(program(), binary(&home)).expect("a copy of slapd");
        fill(&home, &config::content());
        let slapd = Self {
            server: Mutex::new(None),
            home,
            port: free_port(),
            tls_port: free_port(),
            ca,
            admin: config::admin(),
            service: config::service("svc-keyward"),
            _keeper: keeper,
        };
        slapd.start_again();
        slapd
    }

    /// `ldaps://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.socket_address())
    }

    /// `ldap://127.0.0.1:PORT`, for STARTTLS. A password without TLS is refused.
    #[must_use]
    pub fn plain_url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// The address and port of LDAPS.
    #[must_use]
    pub fn socket_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.tls_port).into()
    }

    /// The authority that a client is to trust, in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.ca.pem()
    }

    /// The same as a file.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.home.join("ca.pem")
    }

    /// The suffix.
    #[must_use]
    pub fn base_dn(&self) -> &'static str {
        config::SUFFIX
    }

    /// `ou=People`.
    #[must_use]
    pub fn people(&self) -> String {
        config::unit("People")
    }

    /// `ou=Groups`.
    #[must_use]
    pub fn groups(&self) -> String {
        config::unit("Groups")
    }

    /// The root DN.
    #[must_use]
    pub fn admin(&self) -> &Account {
        &self.admin
    }

    /// The product's account: it resets below `ou=People`, held to the policy, reads all, and reads the log of changes.
    #[must_use]
    pub fn service(&self) -> &Account {
        &self.service
    }

    /// An account that may reset below `ou=People` whatever the policy says; the person has to change it then.
    #[must_use]
    pub fn manager(&self) -> Account {
        config::service("svc-manager")
    }

    /// An account that may read, and nothing else.
    #[must_use]
    pub fn reader(&self) -> Account {
        config::service("svc-reader")
    }

    /// A client over LDAPS.
    #[must_use]
    pub fn ldap(&self) -> Ldap {
        Ldap::new(self.url(), self.ca_file())
    }

    /// Signs in, and nothing else: the proof that a password is true.
    ///
    /// # Errors
    /// What the server answered.
    pub fn bind(&self, dn: &str, password: &str) -> Result<(), LdapError> {
        self.ldap().bind(dn, password)
    }

    /// Ends it as a service manager does. Its ports and its data stay for [`Slapd::start_again`].
    ///
    /// # Panics
    /// When it doesn't end.
    pub fn stop(&self) {
        if let Some(mut server) = self.server().take() {
            server.signal(Stop::Terminate);
            server.wait(Duration::from_secs(20));
        }
    }

    /// Ends it at once, as a power cut does.
    pub fn kill(&self) {
        if let Some(mut server) = self.server().take() {
            server.kill_all();
        }
    }

    /// Leaves its connections open and answers nobody, until [`Slapd::resume`].
    pub fn pause(&self) {
        if let Some(server) = &*self.server() {
            server.pause();
        }
    }

    /// Goes on after [`Slapd::pause`].
    pub fn resume(&self) {
        if let Some(server) = &*self.server() {
            server.resume();
        }
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.server().as_mut().is_some_and(Process::is_running)
    }

    /// Starts it after [`Slapd::stop`] or [`Slapd::kill`], with its ports and its data, and returns when it answers.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn start_again(&self) {
        let mut slot = self.server();
        assert!(slot.is_none(), "it runs already");
        let mut server = self.launch().spawn();
        let deadline = Instant::now() + Duration::from_mins(1);
        while let Err(error) = self.ldap().answers() {
            assert!(
                server.is_running() && Instant::now() < deadline,
                "slapd did not start: {error}. It printed:\n{}",
                server.lines().join("\n")
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        *slot = Some(server);
    }

    fn launch(&self) -> Launch {
        let home = &self.home;
        let urls = format!("{}/ {}/", self.plain_url(), self.url());
        Launch::new(binary(home))
            .args(["-d", "none", "-h", &urls, "-f"])
            .arg(home.join("slapd.conf"))
            .clean_env()
            .dir("/")
            .stop_with(Stop::Kill)
    }

    fn server(&self) -> MutexGuard<'_, Option<Process>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes entries into the database of a server that doesn't run.
fn fill(home: &Path, ldif: &str) {
    let mut command = Command::new(binary(home));
    command
        .args(["-T", "add", "-q", "-b", config::SUFFIX, "-f"])
        .arg(home.join("slapd.conf"))
        .env("LC_ALL", "C");
    let output = feed(&mut command, ldif, "slapd");
    assert!(
        output.status.success(),
        "slapd did not take its first content: {}",
        said(&output)
    );
}

fn binary(home: &Path) -> PathBuf {
    home.join("slapd")
}

/// Whether this machine has what [`Slapd::start`] needs.
#[must_use]
pub fn is_installed() -> bool {
    find().is_some()
}

fn program() -> PathBuf {
    find().expect("slapd is missing: apt-get install slapd ldap-utils")
}

fn find() -> Option<PathBuf> {
    find_program("slapd", &["/usr/sbin".into()])
}
