//! A real Active Directory domain controller (Samba), each with a loopback address and a domain of its own.
//!
//! The domain is [`DOMAIN`] everywhere, but for one of another forest. It has `OU=People`, `OU=Groups` and `OU=Service`, and an account for the
//! product with the least rights that it can work with ([`Right::LEAST`]) over `OU=People`.
//!
//! Helpers work on the database itself, as its owner, while the domain controller runs: they need no rights and no
//! connection, and work while it is down. What a client may do and is told is learnt from [`Samba::ldap`].
//!
//! The first start on a machine takes about 15 s, for a domain is provisioned then; after that a copy takes two.

mod config;
mod dns;
mod hands;
mod layout;
mod objects;
mod pair;
mod passwords;
mod rights;
mod template;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::ldap::{Account, Ldap};
use crate::process::{Launch, Process, Stop, find_program, free_address, is_free};
use crate::tls::TestCa;
use config::{BRANCH, CORP, Kind};
use hands::Hands;

pub use config::{DOMAIN, OTHER_DOMAIN};
pub use pair::Copy;
pub use passwords::PasswordSettings;
pub use rights::Right;

/// Debian's names of what is needed.
const PACKAGES: &str = "samba-ad-dc samba-ad-provision";
/// The ports are literals in Samba's source: LDAP, LDAPS, the global catalog's two, Kerberos, changes of passwords.
const PORTS: [u16; 6] = [636, 389, 3268, 3269, 88, 464];
const DNS_PORT: u16 = 53;
/// Where is told on which ports the rest of RPC is.
const RPC_PORT: u16 = 135;
const START: Duration = Duration::from_mins(2);

/// What kind of domain controller to start.
#[derive(Debug, Clone, Default)]
pub struct SambaOptions {
    /// Further lines for `[global]` of `smb.conf`.
    pub settings: Vec<String>,
    /// It answers for its domain in DNS too, on port 53 of its address: see [`Samba::dns_address`].
    pub dns: bool,
    /// Its domain is [`OTHER_DOMAIN`], which knows nothing of [`DOMAIN`].
    pub other_forest: bool,
}

/// The domain controller. Dropping it ends it, and removes all that it wrote.
#[derive(Debug)]
pub struct Samba {
    // Ends before the hands do: those remove the directory.
    server: Mutex<Option<Process>>,
    hands: Hands,
    home: PathBuf,
    address: Ipv4Addr,
    kind: Kind,
    ca_pem: String,
    admin: Account,
    service: Account,
}

impl Samba {
    /// Starts one, and returns when it answers.
    ///
    /// # Panics
    /// When Samba isn't installed or doesn't start, or when we aren't root: its ports are below 1024.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&SambaOptions::default())
    }

    /// Starts one that differs from the usual.
    ///
    /// # Panics
    /// As [`Samba::start`] does.
    #[must_use]
    pub fn start_with(options: &SambaOptions) -> Self {
        let kind = Kind {
            domain: if options.other_forest { BRANCH } else { CORP },
            host: "dc1",
            dns: options.dns,
            replicates: false,
        };
        let home = Home::new();
        template::copy_to(&home.path, &kind);
        Self::start_in(home, kind, &options.settings, &TestCa::new())
    }

    /// Starts what was copied into a directory.
    fn start_in(home: Home, kind: Kind, settings: &[String], ca: &TestCa) -> Self {
        let address = free_address(&ports(&kind));
        config::write(&home.path, address, &kind, settings);
        config::write_certificate(&home.path, address, &kind, ca);
        let samba = Self {
            server: Mutex::new(None),
            hands: home.hands,
            home: home.path,
            address,
            kind,
            ca_pem: ca.pem().to_owned(),
            admin: layout::admin(&kind.domain),
            service: layout::service(&kind.domain),
        };
        if kind.dns {
            samba.dns_itself();
        }
        samba.start_again();
        samba
    }

    /// `ldaps://ADDRESS:636`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.socket_address())
    }

    /// The loopback address that is its own. Its certificate is also good for 127.0.0.1, where a
    /// [`Proxy`](crate::proxy::Proxy) stands.
    #[must_use]
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// The address and port of LDAPS.
    #[must_use]
    pub fn socket_address(&self) -> SocketAddr {
        (self.address, PORTS[0]).into()
    }

    /// The authority that a client is to trust, in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The same as a file.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.home.join("ca.pem")
    }

    /// For `KRB5_CONFIG`: what the tools of Kerberos have to know.
    #[must_use]
    pub fn krb5_conf(&self) -> PathBuf {
        self.home.join("krb5.conf")
    }

    /// The name of the domain.
    #[must_use]
    pub fn domain(&self) -> &'static str {
        self.kind.domain.name
    }

    /// The DN of the domain's head.
    #[must_use]
    pub fn base_dn(&self) -> &'static str {
        self.kind.domain.base
    }

    /// `OU=People`, where [`Samba::user`] creates accounts and the service account has its rights.
    #[must_use]
    pub fn people(&self) -> String {
        layout::unit(&self.kind.domain, "People")
    }

    /// `OU=Groups`, where [`Samba::group`] creates groups.
    #[must_use]
    pub fn groups(&self) -> String {
        layout::unit(&self.kind.domain, "Groups")
    }

    /// The domain's administrator.
    #[must_use]
    pub fn admin(&self) -> &Account {
        &self.admin
    }

    /// The product's account, `svc-keyward`, with [`Right::LEAST`] over `OU=People`.
    #[must_use]
    pub fn service(&self) -> &Account {
        &self.service
    }

    /// A client over LDAPS.
    #[must_use]
    pub fn ldap(&self) -> Ldap {
        Ldap::new(self.url(), self.ca_file())
    }

    /// Ends it as a service manager does. Its address and its data stay for [`Samba::start_again`].
    ///
    /// # Panics
    /// When it doesn't end.
    pub fn stop(&self) {
        if let Some(mut server) = self.server().take() {
            server.signal(Stop::Terminate);
            server.wait(Duration::from_secs(20));
        }
    }

    /// Ends all of its processes at once, as a power cut does.
    pub fn kill(&self) {
        if let Some(mut server) = self.server().take() {
            server.kill_all();
        }
    }

    /// Leaves its connections open and answers nobody, until [`Samba::resume`].
    pub fn pause(&self) {
        if let Some(server) = &*self.server() {
            server.pause();
        }
    }

    /// Goes on after [`Samba::pause`].
    pub fn resume(&self) {
        if let Some(server) = &*self.server() {
            server.resume();
        }
    }

    /// Whether its root process runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.server().as_mut().is_some_and(Process::is_running)
    }

    /// The id of its root process, and of the process group that all of its processes are in.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server().as_ref().map(Process::pid)
    }

    /// Starts it after [`Samba::stop`] or [`Samba::kill`], with its address and its data, and returns when it answers.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn start_again(&self) {
        let mut slot = self.server();
        assert!(slot.is_none(), "it runs already");
        self.wait_for_ports();
        drop(fs::remove_file(self.home.join("run/samba.pid")));
        let mut server = launch(&self.home).spawn();
        self.wait_until_it_answers(&mut server);
        *slot = Some(server);
    }

    /// Children that were killed hold their ports for a moment.
    fn wait_for_ports(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        for port in ports(&self.kind) {
            while !is_free((self.address, port).into()) {
                assert!(Instant::now() < deadline, "port {port} is still taken");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    fn wait_until_it_answers(&self, server: &mut Process) {
        let deadline = Instant::now() + START;
        let listens = |port: &u16| TcpStream::connect((self.address, *port)).is_ok();
        loop {
            let problem = match ports(&self.kind).into_iter().find(|port| !listens(port)) {
                Some(port) => format!("nobody listens on port {port}"),
                None => match self.ldap().answers() {
                    Ok(()) => return,
                    Err(error) => error.to_string(),
                },
            };
            assert!(
                server.is_running() && Instant::now() < deadline,
                "Samba did not start on {}: {problem}. It printed:\n{}",
                self.address,
                server.lines().join("\n")
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn server(&self) -> MutexGuard<'_, Option<Process>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an instance is: short, for Samba keeps sockets in it; removed by the hands, after the end of all.
struct Home {
    path: PathBuf,
    hands: Hands,
}

impl Home {
    fn new() -> Self {
        let root = rustix::process::geteuid().is_root();
        assert!(
            root,
            "only root can start Samba: LDAP's ports are below 1024"
        );
        let home = tempfile::Builder::new().prefix("keyward-ad-").tempdir();
        let path = home.expect("a temporary directory").keep();
        let hands = Hands::new(&path, true);
        Self { path, hands }
    }
}

fn ports(kind: &Kind) -> Vec<u16> {
    let mut ports = PORTS.to_vec();
    ports.extend(kind.dns.then_some(DNS_PORT));
    ports.extend(kind.replicates.then_some(RPC_PORT));
    ports
}

/// In the foreground and in our process group, so that what ends the group ends all of it. Whoever drops it doesn't want
/// its data either: it is killed.
fn launch(home: &Path) -> Launch {
    Launch::new(program("samba"))
        .args(["--foreground", "--no-process-group", "--debug-stdout"])
        .arg(format!("--configfile={}", home.join("smb.conf").display()))
        .clean_env()
        .env("LC_ALL", "C.UTF-8")
        .dir("/")
        .stop_with(Stop::Kill)
}

/// Whether this machine has what [`Samba::start`] needs, but for what a domain is provisioned from.
#[must_use]
pub fn is_installed() -> bool {
    let programs = ["samba", "samba-tool"];
    // Packages of their own, in a directory that the machine's architecture is in the name of.
    let modules = ["samba/ldb/samldb.so", "samba/vfs/xattr_tdb.so"];
    let places = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let places: Vec<_> = places.map(|entry| entry.path()).collect();
    let has = |module: &&str| places.iter().any(|place| place.join(module).exists());
    programs.iter().all(|name| find(name).is_some()) && modules.iter().all(has)
}

fn program(name: &str) -> PathBuf {
    find(name).unwrap_or_else(|| panic!("{name} is missing: apt-get install {PACKAGES}"))
}

fn find(name: &str) -> Option<PathBuf> {
    find_program(name, &["/usr/sbin".into(), "/usr/bin".into()])
}
