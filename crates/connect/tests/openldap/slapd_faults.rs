//! Servers that go away, and networks that lose answers.

use crate::bed::{Follower, Taker, anchor, open, open_at};
use keyward_connect::directory::{Directory, Error, ResetOptions, Scope};
use keyward_testbed::ldap::{Account, Person};
use keyward_testbed::proxy::{Direction, Proxy};
use keyward_testbed::slapd::Slapd;
use keyward_wire::outcome::Outcome;

const SECOND: &str = "Second-Passw0rd2";

// case: WB-01
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_got_lost_is_never_told_as_done_or_as_not_done() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);
    let proxy = Proxy::start(slapd.socket_address());
    let url = format!("ldaps://{}", proxy.address());
    let directory = open_at(&slapd, &[&url], slapd.service());
    let before = directory.trace(id).await.unwrap().unwrap();
    // How much comes back until the password is set shows how much may.
    let mut lost = false;
    for budget in (0..20_000).step_by(50) {
        proxy.cut();
        proxy.cut_after(Direction::ToClient, budget);
        let outcome = directory.reset(id, SECOND, ResetOptions::default()).await;
        let is_set = slapd.bind(&ada.dn, SECOND).is_ok();
        match outcome {
            Outcome::Unreachable { .. } => assert!(!is_set, "{budget}: it was set"),
            Outcome::Unknown { .. } => lost = true,
            Outcome::Done => break,
            other => panic!("{budget}: {other:?}"),
        }
        if is_set {
            break;
        }
    }
    assert!(lost, "no answer got lost");
    slapd.bind(&ada.dn, SECOND).unwrap();
    proxy.pass();
    let after = directory.trace(id).await.unwrap().unwrap();
    assert_ne!(before.password_set, None);
    assert!(after.password_set >= before.password_set);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_said_to_be_and_another_takes_its_place() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let id = anchor(&slapd, &ada.dn);
    let proxy = Proxy::start(slapd.socket_address());
    let first = format!("ldaps://{}", proxy.address());
    let directory = open_at(&slapd, &[&first, &slapd.url()], slapd.service());
    assert_eq!(directory.identify().await.unwrap().server, first);
    proxy.refuse();
    proxy.cut();
    assert_eq!(
        directory.verify(Some(id), &ada.password).await,
        Outcome::Done
    );
    assert_eq!(directory.identify().await.unwrap().server, slapd.url());

    let follower = Follower::new(&slapd, Scope::default()).await;
    slapd.stop();
    let outcome = directory.verify(Some(id), &ada.password).await;
    assert!(
        matches!(outcome, Outcome::Unreachable { .. }),
        "{outcome:?}"
    );
    let outcome = directory.reset(id, SECOND, ResetOptions::default()).await;
    assert!(
        matches!(outcome, Outcome::Unreachable { .. }),
        "{outcome:?}"
    );
    let mut taker = Taker::default();
    let read = follower
        .directory
        .read_changes(&follower.scope, &follower.position, &mut taker)
        .await;
    assert!(matches!(read, Err(Error::Unreachable(_))), "{read:?}");
    slapd.start_again();
    // What was kept from before leads nowhere, and is nobody's trouble.
    assert_eq!(
        directory.verify(Some(id), &ada.password).await,
        Outcome::Done
    );
    assert_eq!(
        follower.directory.verify(Some(id), &ada.password).await,
        Outcome::Done
    );

    let stranger = Account {
        password: "wrong".to_owned(),
        ..slapd.reader()
    };
    let refused = open(&slapd, &stranger).identify().await;
    assert!(matches!(refused, Err(Error::Account(_))), "{refused:?}");
}

// case: AD-15
#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_cut_is_no_reading() {
    let slapd = Slapd::start();
    for name in ["ada", "bob", "cyd"] {
        slapd.user(&Person::new(name));
    }
    let proxy = Proxy::start(slapd.socket_address());
    let url = format!("ldaps://{}", proxy.address());
    let directory = open_at(&slapd, &[&url], slapd.service());
    let (mut cuts, mut budget) = (0, 500);
    let taker = loop {
        let mut taker = Taker::default();
        proxy.cut();
        proxy.cut_after(Direction::ToClient, budget);
        match directory.read_all(&Scope::default(), &mut taker).await {
            Ok(_) => break taker,
            // Nothing that was cut may be taken for everything.
            Err(Error::Unreachable(_)) => cuts += 1,
            Err(other) => panic!("{other}"),
        }
        budget += 250;
    };
    assert!(cuts > 3, "only {cuts} cuts");
    assert_eq!(taker.world.objects.len(), 3);
}
