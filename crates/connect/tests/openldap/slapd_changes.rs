//! Changes are followed: what an agent that followed them knows is what one knows that reads everything afresh.

use crate::bed::{Follower, Taker, anchor, open};
use keyward_connect::directory::{Directory, Error, Position, Scope};
use keyward_testbed::ldap::Person;
use keyward_testbed::slapd::Slapd;
use std::time::Duration;
use uuid::Uuid;

/// So long something that is to happen may take, before the test is given up.
const HANGS: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_happens_to_entries_is_followed() {
    let slapd = Slapd::start();
    let people = slapd.people();
    let boss = slapd.user(&Person::new("boss"));
    let ada = slapd.user(
        &Person::new("ada")
            .with("manager", &boss.dn)
            .with("mobile", "+49 1"),
    );
    let staff = slapd.group("Staff", &[&ada.dn]);
    let mut follower = Follower::new(&slapd, Scope::default()).await;
    let world = follower.world();
    let object = world.named(&ada.dn);
    assert_eq!(object.manager, Some(anchor(&slapd, &boss.dn)));
    assert_eq!(object.attributes["mobile"], ["+49 1"]);
    assert!(object.enabled && !object.group && object.password_set_at.is_some());
    assert!(world.named(&staff).group);
    assert_eq!(follower.follow().await, 0);
    assert!(follower.taker.gone.is_empty());

    // Added, modified, renamed, moved.
    let bob = slapd.user(&Person::new("bob").with("manager", &ada.dn));
    slapd.set(&ada.dn, "mobile", &["+49 2"]);
    slapd.lock(&boss.dn);
    follower.follow().await;
    follower.assert_true(&slapd).await;
    assert_eq!(
        follower.world().named(&ada.dn).attributes["mobile"],
        ["+49 2"]
    );
    assert!(!follower.world().named(&boss.dn).enabled);

    // One member more is one member, whatever the group's size.
    slapd.add_member(&staff, &bob.dn);
    assert_eq!(follower.follow().await, 1);
    slapd.remove_member(&staff, &ada.dn);
    assert_eq!(follower.follow().await, 1);
    follower.assert_true(&slapd).await;

    // Two that swap their names, and a group in a group.
    slapd.rename(&ada.dn, "uid=third", None);
    slapd.rename(&bob.dn, "uid=ada", None);
    slapd.rename(&format!("uid=third,{people}"), "uid=bob", None);
    let inner = slapd.group("Inner", &[&format!("uid=bob,{people}")]);
    slapd.add_member(&staff, &inner);
    follower.follow().await;
    follower.assert_true(&slapd).await;

    // A unit is renamed: nothing in it changed, and everything has another name.
    let desk = slapd.ou(&format!("ou=Desk,{people}"));
    let cyd = slapd.user(&Person::new("cyd").under(&desk));
    slapd.add_member(&inner, &cyd.dn);
    follower.follow().await;
    slapd.rename(&desk, "ou=Table", None);
    follower.follow().await;
    follower.assert_true(&slapd).await;
    follower
        .world()
        .named(&format!("uid=cyd,ou=Table,{people}"));

    // Deleted, and a name that is taken again by somebody else.
    slapd.delete(&format!("uid=ada,{people}"));
    slapd.user(&Person::new("ada"));
    slapd.delete(&inner);
    follower.follow().await;
    assert_eq!(follower.taker.gone.len(), 2);
    follower.assert_true(&slapd).await;

    // A password changes: so does the time of it.
    let before = follower.world().named(&format!("uid=ada,{people}")).clone();
    slapd.must_change(&before.dn);
    follower.follow().await;
    assert!(follower.world().named(&before.dn).must_change);
    follower.assert_true(&slapd).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_is_of_units_by_anchor_and_of_a_group() {
    let slapd = Slapd::start();
    let inside = slapd.ou("Inside");
    let hidden = slapd.ou(&format!("ou=Hidden,{inside}"));
    let ada = slapd.user(&Person::new("ada").under(&inside));
    let bob = slapd.user(&Person::new("bob"));
    slapd.user(&Person::new("cyd").under(&hidden));
    let scope = Scope {
        units: vec![anchor(&slapd, &inside)],
        excluded: vec![anchor(&slapd, &hidden)],
        ..Scope::default()
    };
    let mut follower = Follower::new(&slapd, scope.clone()).await;
    assert_eq!(follower.world().names(), [ada.dn.as_str()].into());
    let id = anchor(&slapd, &bob.dn);
    assert!(!follower.directory.in_scope(&scope, id).await.unwrap());
    assert!(
        follower
            .directory
            .in_scope(&scope, anchor(&slapd, &ada.dn))
            .await
            .unwrap()
    );

    // In and out again, and the unit renamed meanwhile: it stays in.
    slapd.rename(&bob.dn, "uid=bob", Some(&inside));
    slapd.rename(&inside, "ou=Within", None);
    follower.follow().await;
    let within = format!("ou=Within,{}", slapd.base_dn());
    assert_eq!(follower.world().objects.len(), 2);
    follower.world().named(&format!("uid=bob,{within}"));
    slapd.rename(
        &format!("uid=bob,{within}"),
        "uid=bob",
        Some(&format!("ou=Hidden,{within}")),
    );
    follower.follow().await;
    assert_eq!(follower.taker.gone, [id]);
    follower.assert_true(&slapd).await;
    // The excluded unit moves out of the scope's unit with all that is in it, and comes back as another's.
    slapd.rename(
        &format!("ou=Hidden,{within}"),
        "ou=Away",
        Some(slapd.base_dn()),
    );
    follower.follow().await;
    follower.assert_true(&slapd).await;
    assert_eq!(follower.world().objects.len(), 1);

    // The pilot group, nested.
    let people = slapd.people();
    let dee = slapd.user(&Person::new("dee"));
    let eve = slapd.user(&Person::new("eve"));
    let inner = slapd.group("Inner", &[&dee.dn]);
    let pilot = slapd.group("Pilot", &[&inner]);
    let scope = Scope {
        group: Some(anchor(&slapd, &pilot)),
        ..Scope::default()
    };
    let mut follower = Follower::new(&slapd, scope.clone()).await;
    assert_eq!(
        follower.world().names(),
        [dee.dn.as_str(), inner.as_str()].into()
    );
    slapd.add_member(&inner, &eve.dn);
    follower.follow().await;
    assert!(follower.world().names().contains(eve.dn.as_str()));
    assert!(
        follower
            .directory
            .in_scope(&scope, anchor(&slapd, &eve.dn))
            .await
            .unwrap()
    );
    slapd.remove_member(&inner, &dee.dn);
    slapd.rename(&eve.dn, "uid=eva", None);
    follower.follow().await;
    follower.assert_true(&slapd).await;
    let eva = format!("uid=eva,{people}");
    assert_eq!(
        follower.world().names(),
        [eva.as_str(), inner.as_str()].into()
    );
    assert!(
        !follower
            .directory
            .in_scope(&scope, anchor(&slapd, &dee.dn))
            .await
            .unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_seen_while_it_is_waited_for() {
    let slapd = Slapd::start();
    let ada = slapd.user(&Person::new("ada"));
    let mut follower = Follower::new(&slapd, Scope::default()).await;
    for number in ["+49 1", "+49 2"] {
        let waiting = follower.directory.changed(&follower.position);
        let changing = async {
            tokio::task::block_in_place(|| slapd.set(&ada.dn, "mobile", &[number]));
        };
        let (seen, ()) = tokio::join!(tokio::time::timeout(HANGS, waiting), changing);
        seen.expect("to be told").unwrap();
        follower.follow().await;
        assert_eq!(
            follower.world().named(&ada.dn).attributes["mobile"],
            [number]
        );
    }
    // What happened before anybody waited is told at once; a deletion too.
    slapd.delete(&ada.dn);
    let waiting = follower.directory.changed(&follower.position);
    tokio::time::timeout(HANGS, waiting)
        .await
        .expect("to be told")
        .unwrap();
    follower.follow().await;
    assert!(follower.world().objects.is_empty());
    // Nobody is told of nothing: a server that goes ends the waiting.
    let waiting = follower.directory.changed(&follower.position);
    let ending = async { tokio::task::block_in_place(|| slapd.stop()) };
    let (seen, ()) = tokio::join!(tokio::time::timeout(HANGS, waiting), ending);
    let error = seen.expect("to be told").unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_goes_on_after_a_restart_of_either_side() {
    let slapd = Slapd::start();
    let people = slapd.people();
    let desk = slapd.ou(&format!("ou=Desk,{people}"));
    let ada = slapd.user(&Person::new("ada").under(&desk));
    let bob = slapd.user(&Person::new("bob"));
    let staff = slapd.group("Staff", &[&ada.dn, &bob.dn]);
    let mut follower = Follower::new(&slapd, Scope::default())
        .await
        .restarted(&slapd);
    assert_eq!(follower.follow().await, 0);

    // The agent remembers nothing: a unit renamed, a member gone, somebody deleted.
    slapd.rename(&desk, "ou=Table", None);
    slapd.remove_member(&staff, &bob.dn);
    slapd.delete(&bob.dn);
    follower.follow().await;
    follower.assert_true(&slapd).await;
    // And now it does.
    let cyd = slapd.user(&Person::new("cyd"));
    slapd.add_member(&staff, &cyd.dn);
    assert_eq!(follower.follow().await, 1);
    follower.assert_true(&slapd).await;

    // slapd forgets what was deleted when it ends: it names who is there, and the agent knows who was.
    slapd.delete(&cyd.dn);
    let dee = slapd.user(&Person::new("dee"));
    slapd.stop();
    slapd.start_again();
    follower.follow().await;
    follower.assert_true(&slapd).await;
    assert_eq!(follower.world().names().len(), 3);

    // Both forgot: everything has to be read again.
    slapd.delete(&dee.dn);
    slapd.stop();
    slapd.start_again();
    let follower = follower.restarted(&slapd);
    let mut taker = Taker::default();
    let read = follower
        .directory
        .read_changes(&follower.scope, &follower.position, &mut taker);
    assert!(matches!(read.await, Err(Error::PositionLost)));
    assert!(taker.gone.is_empty());
}

// case: AG-16
#[tokio::test]
async fn a_position_of_another_directory_or_of_the_future_is_lost() {
    let slapd = Slapd::start();
    slapd.user(&Person::new("ada"));
    let directory = open(&slapd, slapd.service());
    let context = anchor(&slapd, slapd.base_dn());
    let cookie = |csn: &str| {
        let cookie =
            keyward_wire::Bytes(format!("rid=000,csn={csn}#000000#000#000000").into_bytes());
        serde_json::to_value(cookie).unwrap()
    };
    let position = |context: Uuid, csn: &str| {
        let mark = serde_json::json!({"context": context, "cookie": cookie(csn)});
        Position(mark.to_string())
    };
    let scope = Scope::default();
    let lost = [
        // A server restored from an older copy.
        position(context, "20990101000000.000000Z"),
        // Another directory under the old address.
        position(Uuid::from_u128(1), "20200101000000.000000Z"),
        // Older than anything: who was deleted since is nowhere.
        position(context, "20000101000000.000000Z"),
        Position("rid=000".to_owned()),
        Position(String::new()),
    ];
    for position in lost {
        let mut taker = Taker::default();
        let read = directory.read_changes(&scope, &position, &mut taker).await;
        assert!(
            matches!(read, Err(Error::PositionLost)),
            "{position:?}: {read:?}"
        );
        assert!(taker.world.objects.is_empty());
    }
}
