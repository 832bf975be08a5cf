//! A directory of the testbed in the foreground, for trying things by hand.

mod people;
mod samba;

use std::io;
use std::time::Duration;

use clap::{Args, ValueEnum};
use keyward_testbed::slapd::Slapd;

use crate::install;
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
    /// Print what there is to know as one line of JSON, and end when standard input does (samba)
    #[arg(long)]
    json: bool,
    /// Install nothing; what is missing is an error
    #[arg(long)]
    skip_install: bool,
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
        Directory::Samba => samba::run(options),
        Directory::Slapd => {
            install::packages(&["slapd", "ldap-utils"], options.skip_install)?;
            slapd(options.users)
        }
    }
}

fn slapd(users: usize) -> Done {
    let slapd = Slapd::start();
    let ada = slapd.user(&people::PEOPLE[0].person());
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

/// Whoever started us holds the other end: when that closes, however it came to it, we end, and the wardens with us.
fn end_with_standard_input() {
    std::thread::spawn(|| {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        std::process::exit(0);
    });
}
