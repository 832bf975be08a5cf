//! The files that Samba and the Kerberos tools read, and the names that stand in them.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::tls::TestCa;

/// The name of every domain.
pub const DOMAIN: &str = "corp.example.test";
pub(super) const REALM: &str = "CORP.EXAMPLE.TEST";
pub(super) const NETBIOS: &str = "CORP";
/// The DN of its head.
pub const BASE_DN: &str = "DC=corp,DC=example,DC=test";
pub(super) const HOST: &str = "dc1";
pub(super) const ADMIN_PASSWORD: &str = "Adm1n-Passw0rd!";

/// Every directory that `smb.conf` names, below the instance's own.
const DIRECTORIES: [&str; 7] = [
    "private", "state", "cache", "lock", "run", "ncalrpc", "bind-dns",
];

/// Writes `smb.conf` and `krb5.conf` for an instance in `home`, and makes its directories.
pub(super) fn write(home: &Path, address: Ipv4Addr, dns: bool, further: &[String]) {
    for name in DIRECTORIES {
        fs::create_dir_all(home.join(name)).expect("a directory for Samba");
    }
    let private = fs::Permissions::from_mode(0o700);
    fs::set_permissions(home.join("private"), private).expect("a directory of our own");
    let services = if dns {
        "ldap, cldap, kdc, dns"
    } else {
        "ldap, cldap, kdc"
    };
    let mut text = smb_conf(&home.to_string_lossy(), address, services);
    for line in further {
        text = text.replacen("\n\n[sysvol]", &format!("\n    {line}\n\n[sysvol]"), 1);
    }
    fs::write(home.join("smb.conf"), text).expect("to write smb.conf");
    fs::write(home.join("krb5.conf"), krb5_conf(address)).expect("to write krb5.conf");
}

/// Writes a certificate for the address, and for 127.0.0.1 where a proxy may stand before it.
pub(super) fn write_certificate(home: &Path, address: Ipv4Addr) -> TestCa {
    let ca = TestCa::new();
    let host = format!("{HOST}.{DOMAIN}");
    let own = address.to_string();
    let names = [
        host.as_str(),
        DOMAIN,
        "localhost",
        own.as_str(),
        "127.0.0.1",
    ];
    let (_, key) = ca.issue(&names).write(home);
    // Samba refuses a key that others may read.
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).expect("a key of our own");
    fs::write(home.join("ca.pem"), ca.pem()).expect("to write the authority");
    ca
}

/// * LDAP's ports are fixed, so an instance has an address of its own; without the `/8` Samba passes over one that no
///   interface has.
/// * No SMB, RPC or replication, and DNS only for whoever wants it: each is a process.
/// * By default the password before the last one still signs in for an hour.
/// * The ACLs of sysvol go to a file: in attributes of the file system they would need a privilege that containers lack.
fn smb_conf(home: &str, address: Ipv4Addr, services: &str) -> String {
    format!(
        "[global]
    netbios name = {HOST}
    realm = {REALM}
    workgroup = {NETBIOS}
    server role = active directory domain controller
    server services = {services}
    dcerpc endpoint servers = none
    disable netbios = yes
    load printers = no
    interfaces = {address}/8
    bind interfaces only = yes
    prefork children:ldap = 4
    prefork children:kdc = 1
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
    path = {home}/state/sysvol/{DOMAIN}/scripts
    read only = no
"
    )
}

fn krb5_conf(address: Ipv4Addr) -> String {
    format!(
        "[libdefaults]
    default_realm = {REALM}
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
[realms]
    {REALM} = {{
        kdc = {address}
        admin_server = {address}
        kpasswd_server = {address}
    }}
[domain_realm]
    .{DOMAIN} = {REALM}
    {DOMAIN} = {REALM}
    {address} = {REALM}
"
    )
}
