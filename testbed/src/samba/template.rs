//! A domain is provisioned once per machine, into a directory that every instance is then copied from.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::config::Kind;
use super::hands::Hands;
use super::{PORTS, RPC_PORT, config, launch, layout, program};
use crate::process::{Stop, feed, free_address, said};
use crate::tls::TestCa;

/// What decides what is in the template: another text is another template.
const RECIPE: [&str; 7] = [
    include_str!("template.rs"),
    include_str!("config.rs"),
    include_str!("layout.rs"),
    include_str!("passwords.rs"),
    include_str!("rights.rs"),
    include_str!("hands.py"),
    include_str!("../tls.rs"),
];

/// Templates that nobody has used for so long are removed.
const OLD: Duration = Duration::from_hours(24 * 7);

/// Copies the template into `home`, after making it where this is the first time. With DNS it is another one: a domain
/// that was provisioned without has no place for it.
pub(super) fn copy_to(home: &Path, kind: &Kind) {
    let place = place(&("alone", kind));
    with(&place, |unfinished| provision(unfinished, kind));
    copy(&place, home);
}

/// The same for two domain controllers of one domain, of which the second joined the first.
pub(super) fn copy_pair_to(homes: [&Path; 2], kinds: [&Kind; 2]) {
    let place = place(&("joined", kinds));
    with(&place, |unfinished| {
        let halves = kinds.map(|kind| unfinished.join(kind.host));
        for half in &halves {
            fs::create_dir(half).expect("a directory for half of the template");
        }
        copy_to(&halves[0], kinds[0]);
        join(&halves, kinds);
    });
    for (home, kind) in homes.into_iter().zip(kinds) {
        copy(&place.join(kind.host), home);
    }
}

/// Has a template be made, if it isn't there.
fn with(place: &Path, make: impl FnOnce(&Path)) {
    // Tests are processes of their own: the first makes it, the others wait.
    let lock = lock_file(place);
    lock.lock().expect("a lock");
    if !place.exists() {
        remove_old(place);
        let unfinished = place.with_extension("new");
        drop(fs::remove_dir_all(&unfinished));
        fs::create_dir(&unfinished).expect("a directory for the template");
        make(&unfinished);
        fs::rename(unfinished, place).expect("to name the template");
    }
}

pub(super) fn copy(from: &Path, to: &Path) {
    let mut copy = Command::new("cp");
    copy.args(["-a", "--sparse=always"])
        .arg(from.join("."))
        .arg(to);
    let output = feed(&mut copy, "", "coreutils");
    assert!(output.status.success(), "no copy: {}", said(&output));
}

/// Makes the second a domain controller of the first one's domain.
fn join([first, second]: &[PathBuf; 2], kinds: [&Kind; 2]) {
    let mut ports = PORTS.to_vec();
    ports.push(RPC_PORT);
    let addresses = [free_address(&ports), free_address(&ports)];
    config::write(first, addresses[0], kinds[0], &[]);
    config::write(second, addresses[1], kinds[1], &[]);
    let ca = TestCa::new();
    config::write_certificate(first, addresses[0], kinds[0], &ca);
    let mut running = launch(first).spawn();
    let over = Instant::now() + Duration::from_mins(2);
    let listens = |port: &u16| TcpStream::connect((addresses[0], *port)).is_ok();
    while !ports.iter().all(listens) {
        assert!(
            running.is_running() && Instant::now() < over,
            "Samba did not start. It printed:\n{}",
            running.lines().join("\n")
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let domain = kinds[0].domain;
    let mut command = Command::new(program("samba-tool"));
    command
        .args(["domain", "join", domain.name, "DC", "--no-dns-updates"])
        .arg(format!("--server={}", addresses[0]))
        .arg(format!(
            "--username=Administrator%{}",
            config::ADMIN_PASSWORD
        ))
        .args(["--use-kerberos=off", "--dns-backend=NONE"])
        .args(["--backend-store=tdb", "--option=ldb:nosync=true"])
        .arg(format!(
            "--configfile={}",
            second.join("smb.conf").display()
        ))
        .env("LC_ALL", "C.UTF-8");
    let output = feed(&mut command, "", super::PACKAGES);
    assert!(
        output.status.success(),
        "the second domain controller could not join: {}",
        said(&output)
    );
    running.signal(Stop::Terminate);
    running.wait(Duration::from_secs(20));
}

fn provision(unfinished: &Path, kind: &Kind) {
    config::write(unfinished, Ipv4Addr::LOCALHOST, kind, &[]);
    let backend = if kind.dns { "SAMBA_INTERNAL" } else { "NONE" };
    let mut command = Command::new(program("samba-tool"));
    command
        .args(["domain", "provision", "--server-role=dc"])
        .args([&format!("--dns-backend={backend}"), "--host-ip=127.0.0.1"])
        .args(["--backend-store=tdb", "--option=ldb:nosync=true"])
        .arg(format!("--realm={}", kind.domain.realm))
        .arg(format!("--domain={}", kind.domain.netbios))
        .arg(format!("--host-name={}", kind.host))
        .arg(format!("--adminpass={}", config::ADMIN_PASSWORD))
        .arg(format!(
            "--configfile={}",
            unfinished.join("smb.conf").display()
        ))
        .env("LC_ALL", "C.UTF-8");
    let output = feed(&mut command, "", super::PACKAGES);
    assert!(
        output.status.success(),
        "samba-tool could not provision a domain: {}",
        said(&output)
    );
    let hands = Hands::new(unfinished, false);
    layout::build(&hands, &kind.domain);
}

/// Where the template of this recipe and this Samba is.
fn place(kind: &impl Hash) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (RECIPE, kind).hash(&mut hasher);
    let samba = fs::metadata(program("samba")).expect("samba's program");
    (samba.len(), samba.mtime()).hash(&mut hasher);
    directory().join(format!("samba-{:016x}", hasher.finish()))
}

/// Shared by all checkouts of this user; nobody else may write there, for we run what we find.
fn directory() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    let path = std::env::temp_dir().join(format!("keyward-testbed-templates-{user}"));
    let mut builder = fs::DirBuilder::new();
    builder.mode(0o700).recursive(true);
    builder.create(&path).expect("a directory for templates");
    let found = fs::symlink_metadata(&path).expect("the directory just made");
    assert!(
        found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0,
        "{} is not ours alone",
        path.display()
    );
    path
}

/// Opened for writing, so that its time tells when the template was last used.
fn lock_file(place: &Path) -> File {
    let path = place.with_extension("lock");
    fs::write(&path, "in use while locked\n").expect("to write the lock");
    File::open(path).expect("the lock")
}

fn remove_old(place: &Path) {
    let siblings = place.parent().and_then(|dir| fs::read_dir(dir).ok());
    for entry in siblings.into_iter().flatten().flatten() {
        let path = entry.path();
        let age = entry.metadata().and_then(|found| found.modified());
        let age = age.ok().and_then(|time| time.elapsed().ok());
        let is_lock = path.extension().is_some_and(|end| end == "lock");
        if is_lock && age.is_some_and(|age| age > OLD) {
            drop(fs::remove_dir_all(path.with_extension("")));
            drop(fs::remove_file(path));
        }
    }
}
