//! Passwords tried, set and changed. The proof that one is true is a sign-in with OpenLDAP's own tools.

use crate::bed::{anchor, denial, open};
use keyward_connect::directory::{Directory, ResetOptions};
use keyward_testbed::ldap::Person;
use keyward_testbed::slapd::Slapd;
use keyward_wire::outcome::{Denial, Outcome};
use uuid::Uuid;

const FIRST: &str = "Start-Passw0rd1";
const SECOND: &str = "Second-Passw0rd2";
const THIRD: &str = "Third-Passw0rd3";

// case: AD-10
#[tokio::test]
async fn a_password_is_true_in_the_directory_when_that_is_said() {
    let slapd = Slapd::start();
    let directory = open(&slapd, slapd.service());
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);

    assert_eq!(directory.verify(Some(id), FIRST).await, Outcome::Done);
    for wrong in ["wrong", "", "\0"] {
        let outcome = directory.verify(Some(id), wrong).await;
        assert_eq!(denial(&outcome), Denial::WrongPassword, "{wrong:?}");
    }
    assert_eq!(
        denial(&directory.verify(None, FIRST).await),
        Denial::WrongPassword
    );
    assert_eq!(
        denial(&directory.verify(None, "").await),
        Denial::WrongPassword
    );
    let nobody = Uuid::from_u128(7);
    assert_eq!(
        denial(&directory.verify(Some(nobody), FIRST).await),
        Denial::NotFound
    );

    let before = directory.trace(id).await.unwrap().unwrap();
    assert!(before.password_set.is_some() && before.locked.is_none());
    let options = ResetOptions::default();
    assert_eq!(directory.reset(id, SECOND, options).await, Outcome::Done);
    slapd.bind(&ada.dn, SECOND).unwrap();
    assert!(slapd.bind(&ada.dn, FIRST).is_err());

    // Each rule is told, with the policy, and breaks nothing.
    let short = directory.reset(id, "short", options).await;
    assert_eq!(denial(&short), Denial::TooShort);
    assert!(matches!(
        &short,
        Outcome::Refused { policy: Some(policy), code: Some(code), .. }
            if policy.min_length == 8 && code == "LDAP 19, ppolicy 6"
    ));
    assert_eq!(
        denial(&directory.reset(id, FIRST, options).await),
        Denial::History
    );
    assert_eq!(
        denial(&directory.change(id, SECOND, "short").await),
        Denial::TooShort
    );
    assert_eq!(
        denial(&directory.change(id, SECOND, FIRST).await),
        Denial::History
    );
    assert_eq!(
        denial(&directory.change(id, "wrong", THIRD).await),
        Denial::WrongPassword
    );
    assert_eq!(
        denial(&directory.change(id, "", THIRD).await),
        Denial::WrongPassword
    );
    slapd.bind(&ada.dn, SECOND).unwrap();
    assert_eq!(directory.change(id, SECOND, THIRD).await, Outcome::Done);
    slapd.bind(&ada.dn, THIRD).unwrap();

    slapd.own_policy(
        "slow",
        &[("pwdMinAge", "86400"), ("pwdMinLength", "20")],
        &[&ada.dn],
    );
    let young = directory
        .change(id, THIRD, "A-much-longer-Passw0rd-4")
        .await;
    assert_eq!(denial(&young), Denial::TooYoung);
    assert!(matches!(
        &young,
        Outcome::Refused { policy: Some(policy), .. }
            if policy.name.as_deref() == Some("slow") && policy.min_age_s == 86400
    ));
    slapd.own_policy("fixed", &[("pwdAllowUserChange", "FALSE")], &[&ada.dn]);
    assert_eq!(
        denial(&directory.change(id, THIRD, SECOND).await),
        Denial::CannotChange
    );
    let names: Vec<_> = directory.policies().await.unwrap();
    let names: Vec<_> = names.iter().map(|policy| policy.name.as_deref()).collect();
    assert_eq!(names[0], None);
    assert!(names.contains(&Some("slow")) && names.contains(&Some("fixed")));
}

// case: AD-11
#[tokio::test]
async fn each_state_of_an_account_has_its_own_way_on() {
    let slapd = Slapd::start();
    let directory = open(&slapd, slapd.service());
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);
    let must_change = ResetOptions {
        must_change: true,
        ..ResetOptions::default()
    };

    // Must change: the password is right, and the user may change it and do nothing else.
    assert_eq!(
        directory.reset(id, SECOND, must_change).await,
        Outcome::Done
    );
    assert_eq!(slapd.get(&ada.dn, "pwdReset"), ["TRUE"]);
    assert_eq!(
        denial(&directory.verify(Some(id), SECOND).await),
        Denial::MustChange
    );
    assert_eq!(
        denial(&directory.verify(Some(id), FIRST).await),
        Denial::WrongPassword
    );
    assert_eq!(directory.change(id, SECOND, THIRD).await, Outcome::Done);
    assert_eq!(directory.verify(Some(id), THIRD).await, Outcome::Done);
    assert_eq!(directory.force_change(id).await, Outcome::Done);
    assert_eq!(
        denial(&directory.verify(Some(id), THIRD).await),
        Denial::MustChange
    );
    // A reset by somebody who proved who they are demands nothing more.
    assert_eq!(
        directory
            .reset(id, "Fourth-Passw0rd4", ResetOptions::default())
            .await,
        Outcome::Done
    );
    assert_eq!(
        directory.verify(Some(id), "Fourth-Passw0rd4").await,
        Outcome::Done
    );

    slapd.expire_password(&ada.dn);
    assert_eq!(
        denial(&directory.verify(Some(id), "Fourth-Passw0rd4").await),
        Denial::Expired
    );
    assert_eq!(
        denial(&directory.verify(Some(id), "wrong").await),
        Denial::WrongPassword
    );
    assert_eq!(
        directory
            .reset(id, "Fifth-Passw0rd5", ResetOptions::default())
            .await,
        Outcome::Done
    );

    // Locked by wrong passwords, and unlocked without another one; those that were counted are forgotten.
    for _ in 0..5 {
        let outcome = directory.verify(Some(id), "wrong").await;
        assert_eq!(denial(&outcome), Denial::WrongPassword);
    }
    assert_eq!(
        denial(&directory.verify(Some(id), "Fifth-Passw0rd5").await),
        Denial::Locked
    );
    assert!(directory.trace(id).await.unwrap().unwrap().locked.is_some());
    let examined = directory.examine(id).await.unwrap();
    assert_eq!(examined.findings.len(), 1);
    assert_eq!(
        (examined.findings[0].what, examined.findings[0].blocks),
        (Denial::Locked, false)
    );
    assert_eq!(directory.unlock(id).await, Outcome::Done);
    assert_eq!(
        directory.unlock(id).await,
        Outcome::Done,
        "it isn't locked any more"
    );
    assert_eq!(
        denial(&directory.verify(Some(id), "wrong").await),
        Denial::WrongPassword
    );
    assert_eq!(
        directory.verify(Some(id), "Fifth-Passw0rd5").await,
        Outcome::Done
    );

    // A reset ends a lockout by itself.
    for _ in 0..5 {
        directory.verify(Some(id), "wrong").await;
    }
    assert_eq!(
        directory
            .reset(id, "Sixth-Passw0rd6", ResetOptions::default())
            .await,
        Outcome::Done
    );
    assert_eq!(
        directory.verify(Some(id), "Sixth-Passw0rd6").await,
        Outcome::Done
    );
}

// case: AD-01
#[tokio::test]
async fn an_administrators_lock_and_the_agents_own_account_are_left_alone() {
    let slapd = Slapd::start();
    let directory = open(&slapd, slapd.service());
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);
    slapd.lock(&ada.dn);
    let options = ResetOptions::default();
    assert_eq!(
        denial(&directory.verify(Some(id), FIRST).await),
        Denial::Disabled
    );
    assert_eq!(
        denial(&directory.reset(id, SECOND, options).await),
        Denial::Disabled
    );
    assert_eq!(denial(&directory.unlock(id).await), Denial::Disabled);
    assert_eq!(denial(&directory.force_change(id).await), Denial::Disabled);
    assert_eq!(
        denial(&directory.change(id, FIRST, SECOND).await),
        Denial::Disabled
    );
    let found = directory.find("ada").await.unwrap().unwrap();
    assert!(!found.enabled);
    let examined = directory.examine(id).await.unwrap();
    assert!(examined.findings[0].blocks && examined.findings[0].mend.is_some());
    assert_eq!(
        slapd.get(&ada.dn, "pwdAccountLockedTime"),
        ["000001010000Z"]
    );
    slapd.unlock(&ada.dn);
    slapd.bind(&ada.dn, FIRST).unwrap();

    // An agent whose account is a person's.
    let agent = slapd.user(&Person::new("agent"));
    let own = anchor(&slapd, &agent.dn);
    let directory = open(&slapd, &agent);
    assert_eq!(
        denial(&directory.reset(own, SECOND, options).await),
        Denial::Protected
    );
    assert_eq!(
        denial(&directory.change(own, FIRST, SECOND).await),
        Denial::Protected
    );
    assert!(directory.find("agent").await.unwrap().unwrap().protected);
    slapd.bind(&agent.dn, FIRST).unwrap();
    // An account of a program isn't a user.
    let program = anchor(&slapd, &slapd.manager().dn);
    let directory = open(&slapd, slapd.service());
    assert_eq!(
        denial(&directory.reset(program, SECOND, options).await),
        Denial::NotFound
    );
    assert_eq!(
        denial(&directory.verify(Some(program), "Svc-Passw0rd-1").await),
        Denial::NotFound
    );
}
