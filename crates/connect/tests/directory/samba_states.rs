//! What a sign-in is told in each state of an account, and that nobody's looks like a wrong one.

use super::{anchor_of, denial, directory_of};
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::{PasswordSettings, Samba};
use keyward_wire::outcome::{Denial, Outcome};

/// A login, how its state comes about, and what is told of it.
type State<'a> = (&'a str, &'a dyn Fn(&str), Denial);

// case: AD-11, S71
#[tokio::test]
async fn each_state_of_an_account_has_its_answer() {
    let samba = Samba::start();
    let threshold = PasswordSettings {
        lockout_threshold: 5,
        ..PasswordSettings::default()
    };
    samba.password_settings(&threshold);
    let directory = directory_of(&samba, samba.service());
    let states: [State<'_>; 7] = [
        ("must", &|dn| samba.must_change(dn), Denial::MustChange),
        ("old", &|dn| samba.expire_password(dn), Denial::Expired),
        ("off", &|dn| samba.disable(dn), Denial::Disabled),
        (
            "over",
            &|dn| samba.set(dn, "accountExpires", &["132000000000000000"]),
            Denial::AccountExpired,
        ),
        (
            "night",
            &|dn| samba.set(dn, "logonHours", &["\0".repeat(21).as_str()]),
            Denial::LogonHours,
        ),
        (
            "desk",
            &|dn| samba.set(dn, "userWorkstations", &["elsewhere"]),
            Denial::Workstation,
        ),
        ("locked", &|dn| samba.lock_out(dn), Denial::Locked),
    ];
    for (login, bring_about, told) in states {
        let account = samba.user(&Person::new(login));
        let anchor = anchor_of(&directory, login).await;
        let verified = directory.verify(Some(anchor), &account.password).await;
        assert_eq!(verified, Outcome::Done, "{login}");
        bring_about(&account.dn);
        let verified = directory.verify(Some(anchor), &account.password).await;
        assert_eq!(denial(&verified), told, "{login}");
        let wrong = denial(&directory.verify(Some(anchor), "Wrong-Passw0rd1").await);
        let locked = told == Denial::Locked;
        assert_eq!(
            wrong,
            if locked { told } else { Denial::WrongPassword },
            "{login}"
        );
    }

    let ada = samba.user(&Person::new("ada").password("Spaces in 1 Password "));
    let anchor = anchor_of(&directory, "ada").await;
    // Nothing that a server could take for no password is sent, so nothing is counted either.
    for nothing in ["", "\0", "\0Spaces in 1 Password "] {
        let verified = directory.verify(Some(anchor), nothing).await;
        assert_eq!(denial(&verified), Denial::WrongPassword);
    }
    assert!(matches!(
        samba.get(&ada.dn, "badPwdCount").as_slice(),
        [] | [_]
    ));
    assert_ne!(samba.get(&ada.dn, "badPwdCount"), ["3"]);
    for wrong in ["Spaces in 1 Password", "spaces in 1 password ", " "] {
        let verified = directory.verify(Some(anchor), wrong).await;
        assert_eq!(denial(&verified), Denial::WrongPassword);
    }
    assert_eq!(
        directory.verify(Some(anchor), &ada.password).await,
        Outcome::Done
    );
    // Nobody's: no anchor, or one that isn't in the directory (any more).
    for nobody in [None, Some(uuid::Uuid::from_u128(1))] {
        let verified = directory.verify(nobody, &ada.password).await;
        assert_eq!(denial(&verified), Denial::WrongPassword);
    }

    // A domain controller that starts again is found again, for sign-ins and for the agent's own work.
    samba.stop();
    let away = directory.verify(Some(anchor), &ada.password).await;
    assert!(matches!(away, Outcome::Unreachable { .. }), "{away:?}");
    let away = directory.unlock(anchor).await;
    assert!(matches!(away, Outcome::Unreachable { .. }), "{away:?}");
    samba.start_again();
    assert_eq!(
        directory.verify(Some(anchor), &ada.password).await,
        Outcome::Done
    );
    assert_eq!(directory.unlock(anchor).await, Outcome::Done);
}
