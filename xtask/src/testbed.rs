//! A directory of the testbed in the foreground, for trying things by hand.

use std::time::Duration;

use clap::{Args, ValueEnum};
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::Samba;
use keyward_testbed::slapd::Slapd;

use crate::shell::Done;

/// The password of everybody who is there to try things with.
const PASSWORD: &str = "Start-Passw0rd1";

#[derive(Args)]
pub(crate) struct Options {
    /// Which directory
    which: Directory,
    /// Add so many users to it
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    users: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Directory {
    /// An Active Directory domain controller
    Samba,
    /// `OpenLDAP` with a password policy
    Slapd,
}

pub(crate) fn run(options: &Options) -> Done {
    match options.which {
        Directory::Samba => samba(options.users),
        Directory::Slapd => slapd(options.users),
    }
}

fn ada() -> Person {
    Person::new("ada")
        .named("Ada", "Lovelace")
        .with("mobile", "+49 151 23456789")
        .password(PASSWORD)
}

fn samba(users: usize) -> Done {
    println!("starting Samba; the first time on a machine this takes a quarter of a minute");
    let samba = Samba::start();
    let ada = samba.user(&ada());
    if users > 0 {
        let unit = samba.seed(users, PASSWORD);
        println!("added {users} users below {unit}, each with the password {PASSWORD}");
    }
    let (ca, krb5) = (samba.ca_file(), samba.krb5_conf());
    let (ca, krb5) = (ca.display(), krb5.display());
    let (url, base) = (samba.url(), samba.base_dn());
    let (service, admin) = (samba.service(), samba.admin());
    println!(
        "
URL            {url}
authority      {ca}
domain         {}, base {base}
administrator  {}  password {}
service        {}  password {}
a user         {}  password {}

try:
  KRB5_CONFIG={krb5} kinit -c MEMORY:try {}
  LDAPTLS_CACERT={ca} ldapsearch -LLL -x -H {url} -D '{}' -w '{}' -b '{base}' '(sAMAccountName={})'

Ctrl-C ends it.",
        samba.domain(),
        admin.dn,
        admin.password,
        service.dn,
        service.password,
        ada.dn,
        ada.password,
        ada.login,
        service.dn,
        service.password,
        ada.login,
    );
    wait(|| samba.is_running())
}

fn slapd(users: usize) -> Done {
    let slapd = Slapd::start();
    let ada = slapd.user(&ada());
    if users > 0 {
        let unit = slapd.seed(users, PASSWORD);
        println!("added {users} users below {unit}, each with the password {PASSWORD}");
    }
    let ca = slapd.ca_file();
    let ca = ca.display();
    let (url, base) = (slapd.url(), slapd.base_dn());
    let (service, admin) = (slapd.service(), slapd.admin());
    println!(
        "
URL            {url}
with STARTTLS  {}
authority      {ca}
base           {base}
administrator  {}  password {}
service        {}  password {}
a user         {}  password {}

try:
  LDAPTLS_CACERT={ca} ldapwhoami -x -H {url} -D '{}' -w '{}'
  LDAPTLS_CACERT={ca} ldapsearch -LLL -x -H {url} -D '{}' -w '{}' -b '{base}' '(uid={})'

Ctrl-C ends it.",
        slapd.plain_url(),
        admin.dn,
        admin.password,
        service.dn,
        service.password,
        ada.dn,
        ada.password,
        ada.dn,
        ada.password,
        service.dn,
        service.password,
        ada.login,
    );
    wait(|| slapd.is_running())
}

/// Ctrl-C ends us, and with us all that was started: each has a warden.
fn wait(runs: impl Fn() -> bool) -> Done {
    while runs() {
        std::thread::sleep(Duration::from_secs(1));
    }
    Err("the directory has ended by itself".into())
}
