//! What `OpenLDAP` reads before it has a database, and what is in that at first.

use std::fs;
use std::path::{Path, PathBuf};

use crate::ldap::{Account, line};

pub(super) const SUFFIX: &str = "dc=corp,dc=example,dc=test";
pub(super) const POLICY: &str = "cn=default,ou=Policies,dc=corp,dc=example,dc=test";
const ADMIN_PASSWORD: &str = "Adm1n-Passw0rd!";
const SERVICE_PASSWORD: &str = "Svc-Passw0rd-1";

/// The units below the suffix.
const UNITS: [&str; 4] = ["People", "Groups", "Service", "Policies"];

/// What a new policy demands.
const DEMANDS: [(&str, &str); 12] = [
    ("pwdAttribute", "userPassword"),
    ("pwdMinLength", "8"),
    ("pwdInHistory", "3"),
    ("pwdMinAge", "0"),
    ("pwdMaxAge", "31536000"),
    ("pwdCheckQuality", "2"),
    ("pwdLockout", "TRUE"),
    ("pwdMaxFailure", "5"),
    ("pwdLockoutDuration", "300"),
    ("pwdFailureCountInterval", "300"),
    ("pwdMustChange", "TRUE"),
    ("pwdAllowUserChange", "TRUE"),
];

pub(super) fn unit(name: &str) -> String {
    format!("ou={name},{SUFFIX}")
}

pub(super) fn admin() -> Account {
    Account {
        dn: format!("cn=admin,{SUFFIX}"),
        login: "admin".to_owned(),
        password: ADMIN_PASSWORD.to_owned(),
    }
}

pub(super) fn service(name: &str) -> Account {
    Account {
        dn: format!("cn={name},{}", unit("Service")),
        login: name.to_owned(),
        password: SERVICE_PASSWORD.to_owned(),
    }
}

/// Writes `slapd.conf` for an instance in `home`, and makes the directories of its databases.
pub(super) fn write(home: &Path) {
    for name in ["db", "accesslog"] {
        fs::create_dir_all(home.join(name)).expect("a directory for slapd");
    }
    let text = slapd_conf(&home.to_string_lossy(), &modules().to_string_lossy());
    fs::write(home.join("slapd.conf"), text).expect("to write slapd.conf");
}

/// Where Debian has the modules: a directory that the machine's architecture is in the name of.
fn modules() -> PathBuf {
    let places = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut places: Vec<_> = places.map(|entry| entry.path().join("ldap")).collect();
    places.push("/usr/lib/ldap".into());
    let found = places
        .into_iter()
        .find(|dir| dir.join("ppolicy.so").exists());
    found.expect("slapd's module ppolicy (apt-get install slapd)")
}

/// * Passwords travel over TLS only.
/// * Whether the policy is asked at a reset depends on the right: with `write` it is, with `manage` it isn't.
/// * The log of changes holds password hashes, in `reqMod` and `reqOld`: nobody reads those.
/// * Members of a group that is deleted, or that are, are taken care of as Active Directory does by itself.
fn slapd_conf(home: &str, modules: &str) -> String {
    format!(
        "include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {home}/slapd.pid
argsfile {home}/slapd.args
modulepath {modules}
moduleload back_mdb
moduleload ppolicy
moduleload syncprov
moduleload accesslog
moduleload memberof
moduleload refint
loglevel none
sizelimit unlimited
threads 4
TLSCACertificateFile {home}/ca.pem
TLSCertificateFile {home}/cert.pem
TLSCertificateKeyFile {home}/key.pem
security simple_bind=64

database mdb
suffix cn=accesslog
directory {home}/accesslog
rootdn cn=admin,{SUFFIX}
maxsize 1073741824
envflags nosync
index default eq
index entryCSN,objectClass,reqEnd,reqResult,reqStart,reqDN,reqType
access to attrs=reqMod,reqOld,reqAssertion by * none
access to * by dn.base=cn=svc-keyward,ou=Service,{SUFFIX} read by * none

database mdb
suffix {SUFFIX}
rootdn cn=admin,{SUFFIX}
rootpw {ADMIN_PASSWORD}
directory {home}/db
maxsize 1073741824
envflags nosync
index objectClass,entryCSN,entryUUID eq
index uid,mail,cn,sn,member,memberOf,modifyTimestamp eq
access to dn.subtree=ou=People,{SUFFIX} attrs=userPassword,pwdReset,pwdAccountLockedTime,pwdFailureTime
    by dn.base=cn=svc-keyward,ou=Service,{SUFFIX} write
    by dn.base=cn=svc-manager,ou=Service,{SUFFIX} manage
    by self =xw
    by anonymous auth
    by * none
access to attrs=userPassword
    by self =xw
    by anonymous auth
    by * none
access to * by users read by * none

overlay ppolicy
ppolicy_default {POLICY}
ppolicy_hash_cleartext
ppolicy_use_lockout

overlay memberof
memberof-group-oc groupOfNames
memberof-member-ad member

overlay refint
refint_attributes member
refint_nothing cn=admin,{SUFFIX}

overlay syncprov
syncprov-checkpoint 1000 10
syncprov-sessionlog 10000

overlay accesslog
logdb cn=accesslog
logops writes
logsuccess TRUE
logpurge 07+00:00 01+00:00
"
    )
}

/// The first content, in LDIF.
pub(super) fn content() -> String {
    let mut text = format!(
        "dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: corp\no: Example\n\n"
    );
    for name in UNITS {
        let dn = unit(name);
        text += &format!("dn: {dn}\nobjectClass: organizationalUnit\nou: {name}\n\n");
    }
    text += &policy("default");
    for name in ["svc-keyward", "svc-manager", "svc-reader"] {
        let account = service(name);
        text += &line("dn", &account.dn);
        text += "objectClass: organizationalRole\nobjectClass: simpleSecurityObject\n";
        text += &format!("cn: {name}\nuserPassword: {}\n\n", account.password);
    }
    text
}

/// A policy entry with the usual demands, in LDIF without an operation.
pub(super) fn policy(name: &str) -> String {
    let mut text = line("dn", format!("cn={name},{}", unit("Policies")));
    text += "objectClass: applicationProcess\nobjectClass: pwdPolicy\n";
    text += &line("cn", name);
    for (attribute, value) in DEMANDS {
        text += &line(attribute, value);
    }
    text + "\n"
}
