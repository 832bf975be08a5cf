//! A domain controller with a few people, for somebody at a terminal or for a program.

use keyward_testbed::samba::Samba;
use serde_json::{Value, json};

use super::people::{PEOPLE, State};
use super::{Options, PASSWORD, end_with_standard_input, wait};
use crate::install;
use crate::shell::Done;

/// Debian's names of what it takes to start one, and to see whether a password is true.
const PACKAGES: [&str; 4] = [
    "samba-ad-dc",
    "samba-ad-provision",
    "krb5-user",
    "ldap-utils",
];

pub(super) fn run(options: &Options) -> Done {
    if !options.json {
        println!("starting Samba; the first time on a machine this takes a quarter of a minute");
        let samba = start(options)?;
        show(&samba);
        return wait(|| samba.is_running());
    }
    end_with_standard_input();
    match start(options) {
        Ok(samba) => {
            println!("{}", told(&samba));
            wait(|| samba.is_running())
        }
        // Told where it is read, and once.
        Err(error) => {
            println!("{}", json!({ "error": error }));
            std::process::exit(1)
        }
    }
}

fn start(options: &Options) -> Done<Samba> {
    install::packages(&PACKAGES, options.skip_install)?;
    if !install::is_root() {
        return Err("only root can start Samba: its ports (88, 389, 636) are below 1024".into());
    }
    let samba = Samba::start();
    let mut members = Vec::new();
    for sample in &PEOPLE {
        let account = samba.user(&sample.person());
        match sample.state {
            State::Usual => {}
            State::MustChange => samba.must_change(&account.dn),
            State::Locked => samba.lock_out(&account.dn),
            State::Disabled => samba.disable(&account.dn),
        }
        members.push(account.dn);
    }
    let members: Vec<_> = members.iter().map(String::as_str).collect();
    samba.group("Computing pioneers", &members);
    if options.users > 0 {
        let unit = samba.seed(options.users, PASSWORD);
        let users = options.users;
        eprintln!("added {users} users below {unit}, each with the password {PASSWORD}");
    }
    Ok(samba)
}

/// Everything that a program has to know, on one line.
fn told(samba: &Samba) -> Value {
    let domain = samba.domain();
    let people = PEOPLE.iter().map(|sample| {
        json!({
            "login": sample.login,
            "name": sample.full_name(),
            "upn": format!("{}@{domain}", sample.login),
            "password": sample.password,
            "mobile": sample.mobile,
            "private_mail": sample.private_mail,
            "state": sample.state.word(),
        })
    });
    json!({
        "url": samba.url(),
        "ca": samba.ca_file(),
        "krb5_config": samba.krb5_conf(),
        "domain": domain,
        "base": samba.base_dn(),
        "service": {"dn": samba.service().dn, "password": samba.service().password},
        "people": people.collect::<Value>(),
    })
}

fn show(samba: &Samba) {
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
people",
        samba.domain(),
        admin.dn,
        admin.password,
        service.dn,
        service.password,
    );
    for sample in &PEOPLE {
        let state = match sample.state {
            State::Usual => "",
            other => other.word(),
        };
        println!("  {:<12} {:<22} {state}", sample.login, sample.password);
    }
    println!(
        "
try:
  KRB5_CONFIG={krb5} kinit -c MEMORY:try {login}
  LDAPTLS_CACERT={ca} ldapsearch -LLL -x -H {url} -D '{}' -w '{}' -b '{base}' '(sAMAccountName={login})'

Ctrl-C ends it.",
        service.dn,
        service.password,
        login = PEOPLE[0].login,
    );
}
