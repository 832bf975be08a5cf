//! A domain is provisioned once per machine, into a directory that every instance is then copied from.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::net::Ipv4Addr;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::hands::Hands;
use super::{config, layout, program};
use crate::process::{feed, said};

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
pub(super) fn copy_to(home: &Path, dns: bool) {
    let place = place(dns);
    // Tests are processes of their own: the first makes it, the others wait.
    let lock = lock_file(&place);
    lock.lock().expect("a lock");
    if !place.exists() {
        remove_old(&place);
        provision(&place, dns);
    }
    let mut copy = Command::new("cp");
    copy.args(["-a", "--sparse=always"])
        .arg(place.join("."))
        .arg(home);
    let output = feed(&mut copy, "", "coreutils");
    assert!(output.status.success(), "no copy: {}", said(&output));
}

fn provision(place: &Path, dns: bool) {
    let unfinished = place.with_extension("new");
    drop(fs::remove_dir_all(&unfinished));
    fs::create_dir(&unfinished).expect("a directory for the template");
    config::write(&unfinished, Ipv4Addr::LOCALHOST, dns, &[]);
    let backend = if dns { "SAMBA_INTERNAL" } else { "NONE" };
    let mut command = Command::new(program("samba-tool"));
    command
        .args(["domain", "provision", "--server-role=dc"])
        .args([&format!("--dns-backend={backend}"), "--host-ip=127.0.0.1"])
        .args(["--backend-store=tdb", "--option=ldb:nosync=true"])
        .arg(format!("--realm={}", config::REALM))
        .arg(format!("--domain={}", config::NETBIOS))
        .arg(format!("--host-name={}", config::HOST))
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
    let hands = Hands::new(&unfinished, false);
    layout::build(&hands);
    drop(hands);
    fs::rename(&unfinished, place).expect("to name the template");
}

/// Where the template of this recipe and this Samba is.
fn place(dns: bool) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (RECIPE, dns).hash(&mut hasher);
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
