//! Passwords, with a ticket of Kerberos as the proof that one is true.

use super::{anchor_of, denial, directory_of};
use keyward_connect::directory::ResetOptions;
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::{PasswordSettings, Right, Samba};
use keyward_wire::outcome::{Denial, Outcome};
use std::time::Duration;

const PLAIN: ResetOptions = ResetOptions {
    enforce_policy: false,
    must_change: false,
};

// case: AD-09, AD-10, S78
#[tokio::test]
async fn a_reset_is_true_or_says_which_rule_it_broke() {
    let samba = Samba::start();
    samba.password_settings(&PasswordSettings {
        min_length: 9,
        lockout_threshold: 3,
        ..PasswordSettings::default()
    });
    let ada = samba.user(&Person::new("ada"));
    let directory = directory_of(&samba, samba.service());
    let anchor = anchor_of(&directory, "ada@corp.example.test").await;

    let before = directory.trace(anchor).await.unwrap().unwrap();
    let outcome = directory.reset(anchor, "Neues-Paßwort-ä1", PLAIN).await;
    assert_eq!(outcome, Outcome::Done);
    samba.kinit("ada", "Neues-Paßwort-ä1").unwrap();
    samba.kinit("ada", &ada.password).unwrap_err();
    let after = directory.trace(anchor).await.unwrap().unwrap();
    assert_ne!(before.password_set, after.password_set);
    let versions = before.password_version.zip(after.password_version);
    assert!(versions.is_none_or(|(before, after)| after > before));

    for (password, rule) in [
        ("Ab1-efgh", Denial::TooShort),
        ("only-lower-case", Denial::Complexity),
    ] {
        let outcome = directory.reset(anchor, password, PLAIN).await;
        let Outcome::Refused {
            refusal,
            code,
            policy,
        } = outcome
        else {
            panic!("{password}: {outcome:?}");
        };
        assert_eq!((refusal, code.as_deref()), (rule, Some("0000052D")));
        assert_eq!(policy.unwrap().min_length, 9);
    }
    // An administrator's reset isn't held to the history here, for Samba lacks the control that asks for it.
    let again = directory.reset(anchor, &ada.password, PLAIN).await;
    assert_eq!(again, Outcome::Done);

    // A reset lifts a lockout, and may demand another password.
    samba.lock_out(&ada.dn);
    assert_eq!(
        denial(&directory.verify(Some(anchor), &ada.password).await),
        Denial::Locked
    );
    let options = ResetOptions {
        must_change: true,
        ..PLAIN
    };
    let outcome = directory.reset(anchor, "Temporary-Pass-1", options).await;
    assert_eq!(outcome, Outcome::Done);
    let verified = directory.verify(Some(anchor), "Temporary-Pass-1").await;
    assert_eq!(denial(&verified), Denial::MustChange);
    // Whoever must change can't bind, and can change.
    let outcome = directory
        .change(anchor, "Temporary-Pass-1", "Chosen-Pass-1")
        .await;
    assert_eq!(outcome, Outcome::Done);
    samba.kinit("ada", "Chosen-Pass-1").unwrap();

    let gone = directory
        .reset(uuid::Uuid::from_u128(7), "Chosen-Pass-2", PLAIN)
        .await;
    assert_eq!(denial(&gone), Denial::NotFound);
}

// case: UN-02, UN-03
#[tokio::test]
async fn un_03_odd_passwords_are_set_as_they_were_typed() {
    let samba = Samba::start();
    samba.user(&Person::new("ada"));
    let directory = directory_of(&samba, samba.service());
    let anchor = anchor_of(&directory, "ada@corp.example.test").await;
    let long: String = ["Aß1-", &"🦀x".repeat(100)].concat();
    let longest: String = ["Ab1-", &"q7".repeat(126)].concat();
    assert_eq!((long.encode_utf16().count(), longest.len()), (304, 256));
    for password in [
        "quote\"-Back\\slash-1",
        "\"Quoted-From-1-End-To-End\"",
        "'$(reboot) `x` %s {0}-A1",
        "Emoji-🦀👍🏽-1",
        "Gothic-𐍈𐌰-Pair-1",
        "שלום-עולם-A1",
        "  Spaces-Stay-1  ",
        "한국어-비밀번호-A1",
        "Größe-Ångström-1",
        "=cmd|'/c calc'!A1",
        &long,
        &longest,
    ] {
        let outcome = directory.reset(anchor, password, PLAIN).await;
        assert_eq!(outcome, Outcome::Done, "{password}");
        // A bind, and a ticket for the very same text.
        let verified = directory.verify(Some(anchor), password).await;
        assert_eq!(verified, Outcome::Done, "{password}");
        samba.kinit("ada", password).unwrap();
        // And for no other: neither cut off, nor trimmed, nor without its quotes.
        let shorter: String = password
            .chars()
            .take(password.chars().count() - 1)
            .collect();
        for other in [
            shorter.as_str(),
            password.trim(),
            password.trim_matches('"'),
        ] {
            if other != password {
                samba.kinit("ada", other).unwrap_err();
            }
        }
    }
}

#[tokio::test]
async fn a_change_is_held_to_history_and_age_and_counts_wrong_passwords() {
    let samba = Samba::start();
    samba.password_settings(&PasswordSettings {
        lockout_threshold: 4,
        ..PasswordSettings::default()
    });
    let ada = samba.user(&Person::new("ada"));
    let directory = directory_of(&samba, samba.service());
    let anchor = anchor_of(&directory, "ada").await;

    let outcome = directory
        .change(anchor, "Wrong-Passw0rd1", "Another-Pass-1")
        .await;
    assert_eq!(denial(&outcome), Denial::WrongPassword);
    assert_eq!(
        denial(&directory.change(anchor, "", "Another-Pass-1").await),
        Denial::WrongPassword
    );
    let outcome = directory
        .change(anchor, &ada.password, "Another-Pass-1")
        .await;
    assert_eq!(outcome, Outcome::Done);
    samba.kinit("ada", "Another-Pass-1").unwrap();
    let outcome = directory
        .change(anchor, "Another-Pass-1", &ada.password)
        .await;
    assert_eq!(denial(&outcome), Denial::History);
    samba.expire_password(&ada.dn);
    let verified = directory.verify(Some(anchor), "Another-Pass-1").await;
    assert_eq!(denial(&verified), Denial::Expired);
    let outcome = directory
        .change(anchor, "Another-Pass-1", "Third-Passw0rd-1")
        .await;
    assert_eq!(outcome, Outcome::Done);

    samba.password_settings(&PasswordSettings {
        min_age: Duration::from_hours(24),
        lockout_threshold: 2,
        ..PasswordSettings::default()
    });
    let outcome = directory
        .change(anchor, "Third-Passw0rd-1", "Fourth-Passw0rd-1")
        .await;
    assert_eq!(denial(&outcome), Denial::TooYoung);
    samba.kinit("ada", "Third-Passw0rd-1").unwrap();

    // Wrong old passwords lock as wrong sign-ins do; unlocking leaves the password as it is.
    for _ in 0..2 {
        directory
            .change(anchor, "Wrong-Passw0rd1", "Another-Pass-2")
            .await;
    }
    let outcome = directory
        .change(anchor, "Third-Passw0rd-1", "Another-Pass-2")
        .await;
    assert_eq!(denial(&outcome), Denial::Locked);
    assert_eq!(directory.unlock(anchor).await, Outcome::Done);
    let verified = directory.verify(Some(anchor), "Third-Passw0rd-1").await;
    assert_eq!(verified, Outcome::Done);
    assert_eq!(directory.force_change(anchor).await, Outcome::Done);
    let verified = directory.verify(Some(anchor), "Third-Passw0rd-1").await;
    assert_eq!(denial(&verified), Denial::MustChange);
}

// case: AD-10
#[tokio::test]
async fn a_fine_grained_policy_is_told_where_it_can_be_read() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada"));
    let group = samba.group("Strict People", &[&ada.dn]);
    let strict = PasswordSettings {
        min_length: 14,
        lockout_threshold: 5,
        ..PasswordSettings::default()
    };
    samba.pso("Very, strict", 1, &strict, &[&group]);
    let directory = directory_of(&samba, samba.service());
    let found = directory.find("ada").await.unwrap().unwrap();
    assert_eq!(found.policy.as_deref(), Some("Very, strict"));

    // The service account may not read it: nothing is made up.
    let outcome = directory.reset(found.anchor, "Thirteen-ch-1", PLAIN).await;
    assert!(
        matches!(
            &outcome,
            Outcome::Refused {
                refusal: Denial::Policy,
                policy: None,
                ..
            }
        ),
        "{outcome:?}"
    );
    let examined = directory.examine(found.anchor).await.unwrap();
    assert!(
        examined.findings.iter().all(|finding| !finding.blocks),
        "{examined:?}"
    );
    let hidden = &examined.findings[0];
    assert_eq!(hidden.what, Denial::NoRight);
    assert!(
        hidden
            .mend
            .as_ref()
            .unwrap()
            .contains("Password Settings Container")
    );
    assert_eq!(directory.policies().await.unwrap().len(), 1);

    samba.delegate(
        samba.service(),
        &[Right::ReadPasswordSettings],
        &samba.people(),
    );
    let outcome = directory.reset(found.anchor, "Thirteen-ch-1", PLAIN).await;
    let Outcome::Refused {
        refusal: Denial::TooShort,
        policy: Some(policy),
        ..
    } = outcome
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(
        (policy.name.as_deref(), policy.min_length),
        (Some("Very, strict"), 14)
    );
    let policies = directory.policies().await.unwrap();
    assert_eq!(policies.len(), 2);
    assert_eq!(
        (policies[0].name.as_deref(), policies[0].min_length),
        (None, 7)
    );
    assert_eq!(
        (
            policies[1].lockout_threshold,
            policies[1].lockout_duration_s
        ),
        (5, 1800)
    );
    let examined = directory.examine(found.anchor).await.unwrap();
    assert_eq!(
        (examined.findings.len(), examined.policy.min_length),
        (0, 14)
    );
}
