//! An `OpenLDAP` server that behaves as one.

use std::time::Duration;

use keyward_testbed::ldap::{Ldap, Person};
use keyward_testbed::proxy::Proxy;
use keyward_testbed::slapd::Slapd;

#[test]
fn resets_are_allowed_and_held_to_the_policy_by_right() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada").named("Ada", "Löwe"));
    slapd.bind(&ada.dn, &ada.password).unwrap();
    assert_eq!(slapd.bind(&ada.dn, "Wrong-Passw0rd1").unwrap_err().code, 49);

    let ldap = slapd.ldap();
    ldap.passwd(slapd.service(), &ada.dn, "Second-Passw0rd2")
        .unwrap();
    slapd.bind(&ada.dn, "Second-Passw0rd2").unwrap();
    assert!(slapd.bind(&ada.dn, &ada.password).is_err());
    let error = ldap.passwd(slapd.service(), &ada.dn, "short").unwrap_err();
    assert_eq!(error.code, 19, "{error}");
    ldap.passwd(&slapd.manager(), &ada.dn, "short").unwrap();
    assert_eq!(slapd.get(&ada.dn, "pwdReset"), ["TRUE"]);
    let reader = slapd.reader();
    assert_eq!(
        ldap.passwd(&reader, &ada.dn, "Third-Passw0rd3")
            .unwrap_err()
            .code,
        50
    );
    let outside = ldap.passwd(slapd.service(), &reader.dn, "Third-Passw0rd3");
    assert_eq!(outside.unwrap_err().code, 50);
}

#[test]
fn the_state_of_an_account_shows_when_it_signs_in() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let group = slapd.group("Staff", &[&slapd.admin().dn]);
    slapd.add_member(&group, &ada.dn);
    assert_eq!(slapd.get(&ada.dn, "memberOf"), [group.as_str()]);
    slapd.remove_member(&group, &ada.dn);

    slapd.lock(&ada.dn);
    assert!(slapd.bind(&ada.dn, &ada.password).is_err());
    slapd.unlock(&ada.dn);
    slapd.bind(&ada.dn, &ada.password).unwrap();
    slapd.expire_password(&ada.dn);
    assert!(slapd.bind(&ada.dn, &ada.password).is_err());
    slapd.set_password(&ada.dn, "Second-Passw0rd2");
    slapd.bind(&ada.dn, "Second-Passw0rd2").unwrap();
    slapd.must_change(&ada.dn);
    let found = slapd.ldap().search(
        &keyward_testbed::ldap::Account {
            password: "Second-Passw0rd2".into(),
            ..ada.clone()
        },
        slapd.base_dn(),
        "base",
        "(objectClass=*)",
        &[],
    );
    assert_eq!(found.unwrap_err().code, 50);

    slapd.own_policy("strict", &[("pwdMinLength", "20")], &[&ada.dn]);
    let error = slapd
        .ldap()
        .passwd(slapd.service(), &ada.dn, "Third-Passw0rd3");
    assert_eq!(error.unwrap_err().code, 19);
    slapd.policy(&[("pwdMaxFailure", "2")]);
    let bob = slapd.user(&Person::new("bob"));
    for _ in 0..2 {
        assert!(slapd.bind(&bob.dn, "Wrong-Passw0rd1").is_err());
    }
    assert!(slapd.bind(&bob.dn, &bob.password).is_err());
}

#[test]
fn an_answer_is_lost_but_the_password_is_set() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let proxy = Proxy::start(slapd.socket_address());
    let url = format!("ldaps://{}", proxy.address());
    let through = Ldap::new(url, slapd.ca_file());
    through.bind(&ada.dn, &ada.password).unwrap();
    proxy.delay(Duration::from_millis(700));
    let state = || slapd.get(&ada.dn, "entryCSN");
    let before = state();
    std::thread::scope(|scope| {
        let reset = scope.spawn(|| through.passwd(slapd.service(), &ada.dn, "Second-Passw0rd2"));
        while state() == before {
            std::thread::sleep(Duration::from_millis(5));
        }
        proxy.cut();
        assert_eq!(reset.join().unwrap().unwrap_err().code, 255);
    });
    slapd.bind(&ada.dn, "Second-Passw0rd2").unwrap();
}

#[test]
fn many_users_come_quickly() {
    let slapd = Slapd::start();
    let under = slapd.seed(1_000, "Seed-Passw0rd1");
    let filter = "(&(uid=seed*)(mail=*))";
    let found = slapd
        .ldap()
        .search(slapd.service(), &under, "sub", filter, &["memberOf"])
        .unwrap();
    assert_eq!(found.len(), 980);
    assert_eq!(found[5].all("memberOf").len(), 2);
    slapd.bind(&found[5].dn, "Seed-Passw0rd1").unwrap();
}

#[test]
fn data_survives_a_kill_and_dropping_leaves_nothing_behind() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    slapd.kill();
    assert_eq!(slapd.bind(&ada.dn, &ada.password).unwrap_err().code, 255);
    slapd.start_again();
    slapd.bind(&ada.dn, &ada.password).unwrap();
    slapd.rename(&ada.dn, "uid=lovelace", Some(&slapd.groups()));
    slapd.delete(&format!("uid=lovelace,{}", slapd.groups()));
    slapd.stop();
    slapd.start_again();
    assert!(slapd.bind(&ada.dn, &ada.password).is_err());
    let file = slapd.ca_file();
    drop(slapd);
    assert!(!file.parent().unwrap().exists());
}
