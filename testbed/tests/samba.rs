//! A domain controller that behaves as one.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use keyward_testbed::ldap::{Account, Ldap, LdapError, Person};
use keyward_testbed::process::{Launch, environment};
use keyward_testbed::proxy::Proxy;
use keyward_testbed::samba::{PasswordSettings, Right, Samba};

/// What the product does when it resets: the password, the lock and the demand to change it in one modification.
fn reset(samba: &Samba, by: &Account, dn: &str, password: &str) -> Result<(), LdapError> {
    let quoted: Vec<u8> = format!("\"{password}\"")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let coded = base64::engine::general_purpose::STANDARD.encode(quoted);
    let text = format!(
        "dn: {dn}\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: {coded}\n-\n\
         replace: lockoutTime\nlockoutTime: 0\n-\nreplace: pwdLastSet\npwdLastSet: -1\n"
    );
    samba.ldap().modify(by, &text)
}

/// The three digits that tell why a bind is refused.
fn refusal(samba: &Samba, who: &Account, password: &str) -> String {
    let error = samba.ldap().bind(&who.dn, password).unwrap_err();
    assert_eq!(error.code, 49, "{error}");
    error.data().unwrap_or_default().to_owned()
}

#[test]
fn a_password_is_true_or_it_is_not() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada").named("Ada", "Löwe, Jr."));
    samba.kinit("ada", &ada.password).unwrap();
    samba.ldap().bind(&ada.dn, &ada.password).unwrap();
    let error = samba.kinit("ada", "Wrong-Passw0rd1").unwrap_err();
    assert!(error.contains("incorrect"), "{error}");
    assert_eq!(refusal(&samba, &ada, "Wrong-Passw0rd1"), "52e");

    let proxy = Proxy::start(samba.socket_address());
    let url = format!("ldaps://{}", proxy.address());
    let through = Ldap::new(url, samba.ca_file());
    through.bind(&ada.dn, &ada.password).unwrap();
    assert_eq!(proxy.accepted(), 1);

    samba.set_password(&ada.dn, "Second-Passw0rd2");
    samba.kinit("ada", "Second-Passw0rd2").unwrap();
    // Samba would go on to accept it for an hour.
    assert_eq!(refusal(&samba, &ada, &ada.password), "52e");
}

#[test]
fn the_service_account_may_reset_people_and_nobody_else() {
    let samba = Samba::start();
    let inside = samba.ou(&format!("OU=Berlin,{}", samba.people()));
    let outside = samba.ou("Elsewhere");
    let ada = samba.user(&Person::new("ada").under(&inside));
    let bob = samba.user(&Person::new("bob").under(&outside));
    let service = samba.service();

    samba.lock_out(&ada.dn);
    assert_eq!(refusal(&samba, &ada, &ada.password), "775");
    reset(&samba, service, &ada.dn, "Second-Passw0rd2").unwrap();
    samba.kinit("ada", "Second-Passw0rd2").unwrap();

    let refused = |by: &Account, dn: &str| reset(&samba, by, dn, "Third-Passw0rd3").unwrap_err();
    assert_eq!(refused(service, &bob.dn).code, 50);
    assert_eq!(refused(service, &samba.admin().dn).code, 50);
    let other = samba.service_account("svc-other");
    assert_eq!(refused(&other, &ada.dn).code, 50);
    samba.delegate(&other, &Right::LEAST, &outside);
    reset(&samba, &other, &bob.dn, "Third-Passw0rd3").unwrap();
    samba.kinit("bob", "Third-Passw0rd3").unwrap();
    assert_eq!(refused(&other, &ada.dn).code, 50);
}

#[test]
fn the_state_of_an_account_shows_when_it_signs_in() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada"));
    let data = |password: &str| refusal(&samba, &ada, password);
    let right = ada.password.as_str();

    samba.disable(&ada.dn);
    assert_eq!(data(right), "533");
    assert!(samba.kinit("ada", right).is_err());
    samba.enable(&ada.dn);
    samba.lock_out(&ada.dn);
    assert_eq!(data(right), "775");
    samba.unlock(&ada.dn);
    samba.must_change(&ada.dn);
    assert_eq!(
        (data(right), data("Wrong-Passw0rd1")),
        ("773".into(), "52e".into())
    );
    samba.expire_password(&ada.dn);
    assert_eq!(data(right), "532");
    samba.set_password(&ada.dn, right);
    samba.ldap().bind(&ada.dn, right).unwrap();
}

#[test]
fn policies_are_asked_and_wrong_passwords_lock() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada"));
    let bob = samba.user(&Person::new("bob"));
    samba.password_settings(&PasswordSettings {
        min_length: 12,
        lockout_threshold: 3,
        ..PasswordSettings::default()
    });
    let error = reset(&samba, samba.service(), &ada.dn, "Sh0rt-one").unwrap_err();
    assert_eq!(error.code, 19, "{error}");
    assert!(error.text.contains("0000052D"), "{error}");
    reset(&samba, samba.service(), &ada.dn, "L0ng-enough-now").unwrap();

    let strict = PasswordSettings {
        min_length: 20,
        ..PasswordSettings::default()
    };
    let group = samba.group("Strict", &[&ada.dn]);
    let pso = samba.pso("strict", 1, &strict, &[&group]);
    assert_eq!(samba.get(&ada.dn, "msDS-ResultantPSO"), [pso.as_str()]);
    let seen = || {
        let filter = "(objectClass=msDS-PasswordSettings)";
        let found = samba
            .ldap()
            .search(samba.service(), samba.base_dn(), "sub", filter, &[]);
        found.unwrap().len()
    };
    assert_eq!(seen(), 0);
    let right = [Right::ReadPasswordSettings];
    samba.delegate(samba.service(), &right, samba.base_dn());
    assert_eq!(seen(), 1);
    assert!(reset(&samba, samba.service(), &ada.dn, "L0ng-enough-then").is_err());
    samba.remove_member(&group, &ada.dn);
    reset(&samba, samba.service(), &ada.dn, "L0ng-enough-then").unwrap();

    for _ in 0..4 {
        assert!(samba.ldap().bind(&bob.dn, "Wrong-Passw0rd1").is_err());
    }
    assert_eq!(refusal(&samba, &bob, &bob.password), "775");
    let error = samba.kinit("bob", &bob.password).unwrap_err();
    assert!(error.contains("revoked"), "{error}");
}

#[test]
fn objects_come_move_and_go_while_it_runs_and_while_it_does_not() {
    let samba = Samba::start();
    let count = |filter: &str| {
        let found = samba
            .ldap()
            .search(samba.service(), samba.base_dn(), "sub", filter, &["cn"]);
        found.unwrap().len()
    };
    samba.seed(200, "Seed-Passw0rd1");
    assert_eq!(count("(&(objectClass=user)(sAMAccountName=seed*))"), 200);
    assert_eq!(count("(&(sAMAccountName=seed*)(mail=*))"), 196);
    let seed = samba.ldap().search(
        samba.service(),
        samba.base_dn(),
        "sub",
        "(sAMAccountName=seed00007)",
        &["memberOf", "manager"],
    );
    let seed = seed.unwrap().remove(0);
    assert_eq!(seed.all("memberOf").len(), 2);
    samba.ldap().bind(&seed.dn, "Seed-Passw0rd1").unwrap();

    let ada = samba.user(&Person::new("ada").with("mobile", "+49 151 1"));
    let moved = format!("CN=Ada,{}", samba.groups());
    samba.rename(&ada.dn, &moved);
    samba.ldif(&format!(
        "dn: {moved}\nchangetype: modify\nreplace: description\ndescription: seen\n"
    ));
    assert_eq!(samba.get(&moved, "description"), ["seen"]);

    samba.kill();
    assert!(!samba.is_running());
    assert_eq!(
        samba.ldap().bind(&moved, &ada.password).unwrap_err().code,
        255
    );
    samba.set_password(&moved, "Second-Passw0rd2");
    samba.start_again();
    samba.ldap().bind(&moved, "Second-Passw0rd2").unwrap();
    samba.delete(&moved);
    assert_eq!(count("(sAMAccountName=ada)"), 0);
    samba.stop();
    samba.start_again();
    samba
        .kinit("svc-keyward", &samba.service().password)
        .unwrap();
}

#[test]
fn dropping_leaves_nothing_behind() {
    let samba = Samba::start();
    let (address, file) = (samba.socket_address(), samba.ca_file());
    assert!(file.exists());
    samba.pause();
    let connect = || TcpStream::connect_timeout(&address, Duration::from_secs(5));
    assert!(connect().is_ok());
    drop(samba);
    assert!(connect().is_err());
    assert!(!file.exists() && !file.parent().unwrap().exists());
}

#[test]
fn a_killed_test_leaves_nothing_behind() {
    let variable = "KEYWARD_TESTBED_VICTIM";
    if environment(variable).is_some() {
        let samba = Samba::start();
        println!(
            "\nrunning {} {}",
            samba.address(),
            samba.ca_file().display()
        );
        loop {
            std::thread::park();
        }
    }
    let mut victim = Launch::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "a_killed_test_leaves_nothing_behind",
        ])
        .env(variable, "1")
        .spawn();
    let line = victim.line("running 127", Duration::from_mins(5));
    let mut words = line.split(' ').skip(1);
    let address: Ipv4Addr = words.next().unwrap().parse().unwrap();
    let home = Path::new(words.next().unwrap()).parent().unwrap();
    assert!(home.exists());
    victim.kill();
    let deadline = Instant::now() + Duration::from_secs(20);
    while home.exists() || TcpStream::connect((address, 636)).is_ok() {
        assert!(
            Instant::now() < deadline,
            "{} is still there",
            home.display()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
