//! The files that Samba and the Kerberos tools read, and the names that stand in them.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::tls::TestCa;

/// The name of the domain.
pub const DOMAIN: &str = "corp.example.test";
/// The name of the domain of another forest.
pub const OTHER_DOMAIN: &str = "branch.example.test";
pub(super) const ADMIN_PASSWORD: &str = "Adm1n-Passw0rd!";

/// The names of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Domain {
    pub(super) name: &'static str,
    pub(super) realm: &'static str,
    pub(super) netbios: &'static str,
    /// The DN of its head.
    pub(super) base: &'static str,
}

pub(super) const CORP: Domain = Domain {
    name: DOMAIN,
    realm: "CORP.EXAMPLE.TEST",
    netbios: "CORP",
    base: "DC=corp,DC=example,DC=test",
};

pub(super) const BRANCH: Domain = Domain {
    name: OTHER_DOMAIN,
    realm: "BRANCH.EXAMPLE.TEST",
    netbios: "BRANCH",
    base: "DC=branch,DC=example,DC=test",
};

/// What decides what is in a domain controller's database at first, and what it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) domain: Domain,
    /// Its name in the domain.
    pub(super) host: &'static str,
    pub(super) dns: bool,
    /// Another one may take over what it knows.
    pub(super) replicates: bool,
}

impl Kind {
    /// `dc1.corp.example.test`.
    pub(super) fn full_name(&self) -> String {
        format!("{}.{}", self.host, self.domain.name)
    }

    fn services(&self) -> String {
        let further = [(self.dns, ", dns"), (self.replicates, ", rpc")];
        let further = further.into_iter().filter(|(wanted, _)| *wanted);
        let further: String = further.map(|(_, name)| name).collect();
        format!("ldap, cldap, kdc{further}")
    }

    /// What a domain controller asks another one when it joins or takes over.
    fn endpoints(&self) -> &'static str {
        if self.replicates {
            "epmapper, drsuapi, lsarpc, netlogon, samr"
        } else {
            "none"
        }
    }
}

/// Every directory that `smb.conf` names, below the instance's own.
const DIRECTORIES: [&str; 7] = [
    "private", "state", "cache", "lock", "run", "ncalrpc", "bind-dns",
];

/// Writes `smb.conf` and `krb5.conf` for an instance in `home`, and makes its directories.
pub(super) fn write(home: &Path, address: Ipv4Addr, kind: &Kind, further: &[String]) {
    for name in DIRECTORIES {
        fs::create_dir_all(home.join(name)).expect("a directory for Samba");
    }
    let private = fs::Permissions::from_mode(0o700);
    fs::set_permissions(home.join("private"), private).expect("a directory of our own");
    let mut text = smb_conf(&home.to_string_lossy(), address, kind);
    for line in further {
        text = text.replacen("\n\n[sysvol]", &format!("\n    {line}\n\n[sysvol]"), 1);
    }
    fs::write(home.join("smb.conf"), text).expect("to write smb.conf");
    fs::write(home.join("krb5.conf"), krb5_conf(address, &kind.domain))
        .expect("to write krb5.conf");
}

/// Writes a certificate for the address, and for 127.0.0.1 where a proxy may stand before it.
pub(super) fn write_certificate(home: &Path, address: Ipv4Addr, kind: &Kind, ca: &TestCa) {
    let host = kind.full_name();
    let own = address.to_string();
    let names = [
        host.as_str(),
        kind.domain.name,
        "localhost",
        own.as_str(),
        "127.0.0.1",
    ];
    let (_, key) = ca.issue(&names).write(home);
    // Samba refuses a key that others may read.
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).expect("a key of our own");
    fs::write(home.join("ca.pem"), ca.pem()).expect("to write the authority");
}

/// * LDAP's ports are fixed, so an instance has an address of its own; without the `/8` Samba passes over one that no
///   interface has.
/// * No SMB, nothing that replicates by itself, and DNS and RPC only for whoever wants them: each is a process.
/// * By default the password before the last one still signs in for an hour.
/// * The ACLs of sysvol go to a file: in attributes of the file system they would need a privilege that containers lack.
fn smb_conf(home: &str, address: Ipv4Addr, kind: &Kind) -> String {
    let (services, endpoints) = (kind.services(), kind.endpoints());
    let (host, domain) = (kind.host, kind.domain);
    let (name, realm, netbios) = (domain.name, domain.realm, domain.netbios);
    format!(
        "[global]
    netbios name = {host}
    realm = {realm}
    workgroup = {netbios}
    server role = active directory domain controller
    server services = {services}
    dcerpc endpoint servers = {endpoints}
    disable netbios = yes
    load printers = no
    interfaces = {address}/8
    bind interfaces only = yes
    prefork children:ldap = 4
    prefork children:kdc = 1
    prefork children:rpc = 1
    log level = 1
    old password allowed period = 0
    private dir = {home}/private
    state directory = {home}/state
    cache directory = {home}/cache
    lock directory = {home}/lock
    pid directory = {home}/run
    ncalrpc dir = {home}/ncalrpc
    binddns dir = {home}/bind-dns
    ntp signd socket directory = {home}/run/ntp
    winbindd socket directory = {home}/run/winbindd
    tls cafile = {home}/ca.pem
    tls certfile = {home}/cert.pem
    tls keyfile = {home}/key.pem
    vfs objects = dfs_samba4 acl_xattr xattr_tdb
    xattr_tdb:file = {home}/state/xattr.tdb

[sysvol]
    path = {home}/state/sysvol
    read only = no

[netlogon]
    path = {home}/state/sysvol/{name}/scripts
    read only = no
"
    )
}

fn krb5_conf(address: Ipv4Addr, domain: &Domain) -> String {
    let Domain { name, realm, .. } = domain;
    format!(
        "[libdefaults]
    default_realm = {realm}
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
[realms]
    {realm} = {{
        kdc = {address}
        admin_server = {address}
        kpasswd_server = {address}
    }}
[domain_realm]
    .{name} = {realm}
    {name} = {realm}
    {address} = {realm}
"
    )
}
