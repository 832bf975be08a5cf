//! Two domain controllers of one domain, which hear of each other's changes when the test says so; and two domains that
//! know nothing of each other.

use super::samba_changes::Follower;
use super::samba_guard::guid_of;
use super::{Taken, denial, directory_of, settings_of};
use keyward_connect::directory::{Directory, Error, ResetOptions, Scope, SourceAnchor, open};
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::{Samba, SambaOptions};
use keyward_wire::outcome::{Denial, Outcome};
use std::sync::Arc;
use uuid::Uuid;

const OLD: &str = "Old-Passw0rd-1";
const NEW: &str = "New-Passw0rd-2";

/// The domain by both of its controllers, the first preferred.
fn by_both([one, two]: &[Samba; 2], dirsync: bool) -> Arc<dyn Directory> {
    let mut settings = settings_of(one, one.service());
    settings.servers.push(two.url());
    settings.dirsync = dirsync;
    open(settings).unwrap()
}

async fn server(directory: &Arc<dyn Directory>) -> String {
    directory.identify().await.unwrap().server
}

async fn reset(directory: &Arc<dyn Directory>, anchor: Uuid, password: &str) -> Outcome {
    let options = ResetOptions {
        enforce_policy: false,
        must_change: false,
    };
    directory.reset(anchor, password, options).await
}

// case: AD-12
#[tokio::test(flavor = "multi_thread")]
async fn ad_12_a_password_is_true_where_it_was_written_and_elsewhere_once_it_was_replicated() {
    let pair = Samba::start_pair();
    let [one, two] = &pair;
    let ada = one.user(&Person::new("ada").password(OLD));
    two.replicate_from(one);
    let anchor = guid_of(one, &ada.dn);
    assert_eq!(guid_of(two, &ada.dn), anchor);

    // The first goes away in the middle of the work; the second is the same directory.
    let directory = by_both(&pair, true);
    let before = directory.identify().await.unwrap();
    assert_eq!(before.server, "dc1.corp.example.test");
    assert_eq!(directory.verify(Some(anchor), OLD).await, Outcome::Done);
    one.kill();
    let after = directory.identify().await.unwrap();
    assert_eq!(after.server, "dc2.corp.example.test");
    assert_eq!(after.id, before.id);
    assert_eq!(reset(&directory, anchor, NEW).await, Outcome::Done);
    two.kinit("ada", NEW).unwrap();

    // It stays with the one that knows, though the preferred one is back.
    one.start_again();
    assert_eq!(server(&directory).await, "dc2.corp.example.test");
    assert_eq!(directory.verify(Some(anchor), NEW).await, Outcome::Done);

    // The other one answers as it knows it, the right one too: neither is called right that isn't there.
    let late = directory_of(one, one.service());
    let told = late.verify(Some(anchor), NEW).await;
    assert_eq!(denial(&told), Denial::WrongPassword);
    assert_eq!(late.verify(Some(anchor), OLD).await, Outcome::Done);
    one.kinit("ada", NEW).unwrap_err();
    let version = |trace: keyward_connect::directory::Trace| trace.password_version.unwrap();
    let there = version(directory.trace(anchor).await.unwrap().unwrap());
    let here = version(late.trace(anchor).await.unwrap().unwrap());
    assert_eq!(there, here + 1);

    one.replicate_from(two);
    assert_eq!(late.verify(Some(anchor), NEW).await, Outcome::Done);
    let told = late.verify(Some(anchor), OLD).await;
    assert_eq!(denial(&told), Denial::WrongPassword);
    one.kinit("ada", NEW).unwrap();
    let version = version(late.trace(anchor).await.unwrap().unwrap());
    assert_eq!(version, there);

    // Written in both places before they heard of each other: the later one is everybody's.
    let directory = by_both(&pair, true);
    assert_eq!(
        reset(&directory, anchor, "First-Passw0rd-3").await,
        Outcome::Done
    );
    let other = directory_of(two, two.service());
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(
        reset(&other, anchor, "Later-Passw0rd-4").await,
        Outcome::Done
    );
    one.replicate_from(two);
    two.replicate_from(one);
    for samba in &pair {
        samba.kinit("ada", "Later-Passw0rd-4").unwrap();
        samba.kinit("ada", "First-Passw0rd-3").unwrap_err();
    }
}

// case: AD-12, AG-16
#[tokio::test(flavor = "multi_thread")]
async fn ad_12_changes_are_read_anew_from_another_server_and_none_is_missed() {
    let pair = Samba::start_pair();
    let [one, two] = &pair;
    let ada = one.user(&Person::new("ada"));
    one.user(&Person::new("bob"));
    two.replicate_from(one);
    for dirsync in [true, false] {
        let people = Scope {
            units: vec![guid_of(one, &one.people())],
            ..Scope::default()
        };
        let mut follower = Follower::begin(by_both(&pair, dirsync), people).await;
        let late = format!("late{dirsync}");
        one.set(&ada.dn, "title", &[late.as_str()]);
        assert_eq!(follower.next().await.accounts(), ["ada"]);

        // A mark of the first means nothing to the second, whatever the two have heard of each other.
        one.stop();
        let mut lost = follow(&follower).await;
        if matches!(lost, Err(Error::Unreachable(_))) {
            // That the open connection is dead may show first; the next look goes to the other server.
            lost = follow(&follower).await;
        }
        assert!(matches!(lost, Err(Error::PositionLost)), "{lost:?}");
        let mut all = Taken::default();
        let scope = follower.scope.clone();
        let read = follower.directory.read_all(&scope, &mut all).await;
        follower.position = read.unwrap();
        let title = |taken: &Taken| taken.named("ada").attributes.get("title").cloned();
        assert_ne!(title(&all), Some(vec![late.clone()]));

        // What it hadn't heard of comes with the replication, as a change of its own.
        one.start_again();
        two.replicate_from(one);
        let taken = follower.next().await;
        assert_eq!(taken.accounts(), ["ada"]);
        assert_eq!(title(&taken), Some(vec![late]));
        two.set(&ada.dn, "title", &[]);
        assert_eq!(title(&follower.next().await), None);
        one.replicate_from(two);
    }
}

async fn follow(follower: &Follower) -> keyward_connect::directory::Result<Taken> {
    let mut taken = Taken::default();
    let (scope, position) = (&follower.scope, &follower.position);
    let directory = &follower.directory;
    let followed = directory.read_changes(scope, position, &mut taken).await;
    followed.map(|_| taken)
}

// case: AG-16, AD-12
#[tokio::test(flavor = "multi_thread")]
async fn ag_16_a_domain_controller_that_was_set_back_is_read_anew() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada").password(OLD));
    let anchor = guid_of(&samba, &ada.dn);
    let copy = samba.copy();
    for (dirsync, restored) in [(true, false), (true, true), (false, true)] {
        let mut settings = settings_of(&samba, samba.service());
        settings.dirsync = dirsync;
        let directory = open(settings).unwrap();
        let people = Scope {
            units: vec![guid_of(&samba, &samba.people())],
            ..Scope::default()
        };
        assert_eq!(reset(&directory, anchor, NEW).await, Outcome::Done);
        samba.user(&Person::new("eve"));
        let mut follower = Follower::begin(directory, people).await;
        samba.go_back(&copy, restored);
        if restored {
            // As many writes as were lost, and more: its numbers alone would tell nothing.
            for n in 0..30 {
                samba.set(&ada.dn, "title", &[format!("title {n}").as_str()]);
            }
        }
        let lost = follow(&follower).await;
        assert!(matches!(lost, Err(Error::PositionLost)), "{lost:?}");

        // It is as the directory says: the old password again, and nobody of later.
        let told = follower.directory.verify(Some(anchor), NEW).await;
        assert_eq!(denial(&told), Denial::WrongPassword);
        let right = follower.directory.verify(Some(anchor), OLD).await;
        assert_eq!(right, Outcome::Done);
        let mut all = Taken::default();
        let scope = follower.scope.clone();
        let read = follower.directory.read_all(&scope, &mut all).await;
        follower.position = read.unwrap();
        assert_eq!(all.accounts(), ["ada"]);
        samba.set(&ada.dn, "mobile", &["+49 151 2"]);
        assert_eq!(follower.next().await.accounts(), ["ada"]);
    }
}

// case: AD-14
#[tokio::test(flavor = "multi_thread")]
async fn whoever_moves_to_another_forest_is_somebody_there_and_nobody_here() {
    let here = Samba::start();
    let there = Samba::start_with(&SambaOptions {
        other_forest: true,
        ..SambaOptions::default()
    });
    let old = here.user(&Person::new("ada").password(OLD));
    let anchor = guid_of(&here, &old.dn);
    let mut settings = [&here, &there].map(|samba| settings_of(samba, samba.service()));
    for each in &mut settings {
        each.anchor = SourceAnchor::ConsistencyGuid;
    }
    let [here_as, there_as] = settings.map(|settings| open(settings).unwrap());
    let ids = [
        here_as.identify().await.unwrap(),
        there_as.identify().await.unwrap(),
    ];
    assert_ne!(ids[0].id, ids[1].id);
    assert_eq!(ids[1].suffixes, ["branch.example.test"]);
    here_as.write_anchor(anchor).await.unwrap();

    // The account is made anew there, with the source anchor that it had: that is who it is.
    let new = there.user(&Person::new("ada").password(NEW));
    super::samba_anchors::write(&there, &new.dn, anchor);
    here.delete(&old.dn);
    assert_ne!(guid_of(&there, &new.dn), anchor);
    let all = Taken::all(&there_as, &Scope::default()).await;
    assert_eq!(all.named("ada").anchor, anchor);
    assert_eq!(there_as.verify(Some(anchor), NEW).await, Outcome::Done);
    assert_eq!(
        reset(&there_as, anchor, "Moved-Passw0rd-3").await,
        Outcome::Done
    );
    there.kinit("ada", "Moved-Passw0rd-3").unwrap();

    // And no password is tried or written where nobody is any more.
    let told = here_as.verify(Some(anchor), "Moved-Passw0rd-3").await;
    assert_eq!(denial(&told), Denial::WrongPassword);
    let told = reset(&here_as, anchor, "Moved-Passw0rd-4").await;
    assert_eq!(denial(&told), Denial::NotFound);
    there.kinit("ada", "Moved-Passw0rd-3").unwrap();
}
