//! What the agent's account may do, and that what it lacks is told before anything breaks.

use crate::bed::{anchor, denial, open};
use keyward_connect::directory::{Directory, ResetOptions, Right, Scope};
use keyward_testbed::ldap::{Account, Person};
use keyward_testbed::slapd::Slapd;
use keyward_wire::outcome::{Denial, Outcome};
use std::path::Path;
use std::process::{Command, Stdio};

const SECOND: &str = "Second-Passw0rd2";

fn held(rights: &[Right], what: &str) -> Option<bool> {
    let found = rights.iter().find(|right| right.what.contains(what));
    found.unwrap_or_else(|| panic!("{what}")).held
}

#[tokio::test]
async fn without_the_right_nothing_is_written_and_the_examination_says_so() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);
    let csn = slapd.get(&ada.dn, "entryCSN");
    let scope = Scope::default();

    let reader = open(&slapd, &slapd.reader());
    let must_change = ResetOptions {
        must_change: true,
        ..ResetOptions::default()
    };
    for options in [ResetOptions::default(), must_change] {
        assert_eq!(
            denial(&reader.reset(id, SECOND, options).await),
            Denial::NoRight
        );
    }
    assert_eq!(denial(&reader.unlock(id).await), Denial::NoRight);
    assert_eq!(denial(&reader.force_change(id).await), Denial::NoRight);
    let examined = reader.examine(id).await.unwrap();
    assert_eq!(
        (examined.findings[0].what, examined.findings[0].blocks),
        (Denial::NoRight, true)
    );
    assert!(
        examined.findings[0]
            .mend
            .as_deref()
            .unwrap()
            .contains(&slapd.reader().dn)
    );
    let rights = reader.rights(&scope).await.unwrap();
    assert_eq!(held(&rights, "Read users"), Some(true));
    assert_eq!(held(&rights, "Set passwords"), Some(false));
    assert_eq!(held(&rights, "Unlock"), Some(false));

    let service = open(&slapd, slapd.service());
    let examined = service.examine(id).await.unwrap();
    assert_eq!(
        (examined.findings, examined.dn.as_str()),
        (Vec::new(), ada.dn.as_str())
    );
    assert_eq!(examined.policy.min_length, 8);
    assert!(examined.password_set_at.is_some());
    let rights = service.rights(&scope).await.unwrap();
    for what in [
        "Read users",
        "Read all",
        "syncprov",
        "ppolicy",
        "Set passwords",
        "Unlock",
        "held to",
    ] {
        assert_eq!(held(&rights, what), Some(true), "{what}");
    }
    assert_eq!(
        held(&rights, "hidden"),
        Some(false),
        "the testbed lets it read hashes"
    );
    assert!(service.identify().await.unwrap().policy_hints);
    // All of that was found out without writing.
    assert_eq!(slapd.get(&ada.dn, "entryCSN"), csn);
    slapd.bind(&ada.dn, &ada.password).unwrap();

    // Too young: the examination knows.
    slapd.own_policy("slow", &[("pwdMinAge", "86400")], &[&ada.dn]);
    let examined = service.examine(id).await.unwrap();
    assert_eq!(
        (examined.findings[0].what, examined.findings[0].blocks),
        (Denial::TooYoung, true)
    );
    let nobody = service.examine(uuid::Uuid::from_u128(7)).await.unwrap();
    assert_eq!(nobody.findings[0].what, Denial::NotFound);
}

#[tokio::test]
async fn an_account_with_the_right_to_manage_is_told_from_one_that_may_write() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);
    let manager = open(&slapd, &slapd.manager());
    assert!(!manager.identify().await.unwrap().policy_hints);
    let rights = manager.rights(&Scope::default()).await.unwrap();
    assert_eq!(held(&rights, "held to"), Some(false));
    // slapd demands another password after each reset by such an account, whether that was asked for or not.
    let outcome = manager.reset(id, SECOND, ResetOptions::default()).await;
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(manager.verify(Some(id), SECOND).await, Outcome::Done);
    let must_change = ResetOptions {
        must_change: true,
        ..ResetOptions::default()
    };
    assert_eq!(
        manager.reset(id, "Third-Passw0rd3", must_change).await,
        Outcome::Done
    );
    assert_eq!(
        denial(&manager.verify(Some(id), "Third-Passw0rd3").await),
        Denial::MustChange
    );
}

/// Runs a tool of slapd's that works on files.
fn tool(home: &Path, name: &str, words: &[&str], input: &str) -> String {
    use std::io::Write;
    let mut child = Command::new(home.join("slapd"))
        .args(["-T", name])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {text}\n{input}");
    text
}

/// The LDIF that a printed command hands to `ldapmodify`, for the database of the naming context.
fn change_of(command: &str) -> String {
    let (_, rest) = command.split_once("<<'LDIF'\n").unwrap();
    let (change, _) = rest.split_once("LDIF\n").unwrap();
    format!("dn: olcDatabase={{2}}mdb,cn=config\n{change}\n")
}

#[tokio::test]
async fn the_printed_commands_grant_the_right_and_nothing_more() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let reader = slapd.reader();
    let rights = open(&slapd, &reader)
        .rights(&Scope::default())
        .await
        .unwrap();
    let commands = |what: &str| {
        let right = rights
            .iter()
            .find(|right| right.what.contains(what))
            .unwrap();
        right
            .commands
            .iter()
            .map(|command| change_of(command))
            .collect::<String>()
    };

    // The server's configuration as OpenLDAP keeps it nowadays, changed as the commands say.
    let home = slapd.ca_file().parent().unwrap().to_owned();
    let config = home.join("slapd.d");
    std::fs::create_dir(&config).unwrap();
    let (file, dir) = (home.join("slapd.conf"), config.to_str().unwrap());
    tool(
        &home,
        "test",
        &["-f", file.to_str().unwrap(), "-F", dir],
        "",
    );
    let may = |who: &Account, dn: &str, what: &str| {
        let words = ["-F", dir, "-D", &who.dn, "-b", dn, what];
        tool(&home, "acl", &words, "").contains("ALLOWED")
    };
    assert!(!may(&reader, &ada.dn, "userPassword/write"));
    for what in ["Set passwords", "Unlock", "Read users", "Read all"] {
        tool(&home, "modify", &["-F", dir, "-n", "0"], &commands(what));
    }
    for what in [
        "userPassword/write",
        "pwdReset/write",
        "pwdAccountLockedTime/write",
        "cn/read",
        "entryUUID/read",
    ] {
        assert!(may(&reader, &ada.dn, what), "{what}");
    }
    for what in [
        "userPassword/read",
        "userPassword/manage",
        "cn/write",
        "entry/write",
    ] {
        assert!(!may(&reader, &ada.dn, what), "{what}");
    }
    assert!(!may(&ada, &reader.dn, "userPassword/write"));
    assert!(
        may(&ada, &ada.dn, "userPassword/write"),
        "what others may is untouched"
    );
}
