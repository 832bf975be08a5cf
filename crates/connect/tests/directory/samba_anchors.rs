//! The source anchor in `mS-DS-ConsistencyGuid`: who is known by it, and what is written there.

use super::samba_changes::Follower;
use super::samba_guard::guid_of;
use super::{Taken, settings_of};
use keyward_connect::directory::{
    Directory, Error, Position, ResetOptions, Scope, SourceAnchor, open,
};
use keyward_testbed::ldap::{Account, Person};
use keyward_testbed::samba::{Right, Samba};
use keyward_wire::outcome::{Denial, Outcome};
use std::sync::Arc;
use uuid::Uuid;

const ATTRIBUTE: &str = "mS-DS-ConsistencyGuid";

fn directory_of(samba: &Samba, account: &Account) -> Arc<dyn Directory> {
    let mut settings = settings_of(samba, account);
    settings.anchor = SourceAnchor::ConsistencyGuid;
    open(settings).unwrap()
}

/// What an administrator, or a tool that moves people between domains, writes.
pub(super) fn write(samba: &Samba, dn: &str, anchor: Uuid) {
    use base64::Engine as _;
    let value = base64::engine::general_purpose::STANDARD.encode(anchor.to_bytes_le());
    samba.ldif(&format!(
        "dn: {dn}\nchangetype: modify\nreplace: {ATTRIBUTE}\n{ATTRIBUTE}:: {value}\n"
    ));
}

fn written(samba: &Samba, dn: &str) -> Option<Uuid> {
    let found = samba
        .ldap()
        .search(samba.admin(), dn, "base", "(objectClass=*)", &[ATTRIBUTE]);
    let found = found.unwrap();
    let (_, bytes) = found[0].attributes.first()?;
    Some(Uuid::from_bytes_le(bytes.as_slice().try_into().unwrap()))
}

fn scope_of(samba: &Samba) -> Scope {
    Scope {
        units: vec![
            guid_of(samba, &samba.people()),
            guid_of(samba, &samba.groups()),
        ],
        ..Scope::default()
    }
}

#[tokio::test]
async fn an_anchor_is_written_once_and_never_changed() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada"));
    let moved = samba.user(&Person::new("moved"));
    let carried = Uuid::from_u128(0x77);
    write(&samba, &moved.dn, carried);
    let scope = scope_of(&samba);
    let directory = directory_of(&samba, samba.service());
    let all = Taken::all(&directory, &scope).await;
    let id = guid_of(&samba, &ada.dn);
    assert_eq!(
        (all.named("ada").anchor, all.named("ada").unwritten),
        (id, true)
    );
    assert_eq!(
        (all.named("moved").anchor, all.named("moved").unwritten),
        (carried, false)
    );
    assert!(
        !all.named("ada")
            .attributes
            .contains_key("ms-ds-consistencyguid")
    );
    // To read is not to write.
    assert_eq!(written(&samba, &ada.dn), None);
    directory.write_anchor(id).await.unwrap();
    assert_eq!(written(&samba, &ada.dn), Some(id));
    // Somebody else was first: theirs stays.
    let bob = samba.user(&Person::new("bob"));
    let other = Uuid::from_u128(0x78);
    write(&samba, &bob.dn, other);
    directory
        .write_anchor(guid_of(&samba, &bob.dn))
        .await
        .unwrap();
    assert_eq!(written(&samba, &bob.dn), Some(other));

    let found = directory.anchor_use(&scope).await.unwrap();
    assert_eq!((found.own, found.other), (1, 2));
    assert!(found.rights.iter().any(|right| right.held == Some(true)));

    // Where objectGUID is the anchor, nothing is read and nothing written there.
    let plain = open(settings_of(&samba, samba.service())).unwrap();
    let all = Taken::all(&plain, &scope).await;
    assert!(all.objects.iter().all(|object| !object.unwritten));
    assert_eq!(all.named("moved").anchor, guid_of(&samba, &moved.dn));
}

#[tokio::test]
async fn without_the_right_it_says_which_command_grants_it() {
    let samba = Samba::start();
    let ada = samba.user(&Person::new("ada"));
    let account = samba.service_account("svc-new");
    let scope = scope_of(&samba);
    let directory = directory_of(&samba, &account);
    let id = guid_of(&samba, &ada.dn);
    let refused = directory.write_anchor(id).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    let rights = directory.rights(&scope).await.unwrap();
    let missing = rights
        .iter()
        .find(|right| right.what == "write the source anchors of the users in People")
        .unwrap();
    assert_eq!(missing.held, Some(false));
    assert!(
        missing.commands[0].contains(":RPWP;mS-DS-ConsistencyGuid;user"),
        "{:?}",
        missing.commands
    );
    let granted = missing.commands[1].clone();
    super::samba_guard::run(&samba, &granted);
    directory.write_anchor(id).await.unwrap();
    assert_eq!(written(&samba, &ada.dn), Some(id));
    // No more than that was granted.
    let outcome = directory
        .reset(id, "Another-Pass-1", ResetOptions::default())
        .await;
    assert_eq!(super::denial(&outcome), Denial::NoRight);
    // Elsewhere it isn't asked for.
    let plain = open(settings_of(&samba, &account)).unwrap();
    let rights = plain.rights(&scope).await.unwrap();
    assert!(!rights.iter().any(|right| right.what.contains("anchor")));
    assert!(Right::LEAST.contains(&Right::WriteAnchor));
}

#[tokio::test]
async fn everything_that_is_done_to_somebody_goes_by_the_anchor() {
    let samba = Samba::start();
    let moved = samba.user(&Person::new("moved"));
    let boss = samba.user(&Person::new("boss"));
    let carried = Uuid::from_u128(0x77);
    let of_boss = Uuid::from_u128(0x78);
    write(&samba, &moved.dn, carried);
    write(&samba, &boss.dn, of_boss);
    samba.set(&moved.dn, "manager", &[&boss.dn]);
    let team = samba.group("Team", &[&moved.dn]);
    let scope = scope_of(&samba);
    let directory = directory_of(&samba, samba.service());

    let all = Taken::all(&directory, &scope).await;
    assert_eq!(all.named("moved").manager, Some(of_boss));
    assert_eq!(all.members_of(guid_of(&samba, &team)), [carried]);

    let outcome = directory
        .reset(carried, "Another-Pass-1", ResetOptions::default())
        .await;
    assert_eq!(outcome, Outcome::Done);
    let right = directory.verify(Some(carried), "Another-Pass-1").await;
    assert_eq!(right, Outcome::Done);
    assert!(directory.trace(carried).await.unwrap().is_some());
    assert!(directory.in_scope(&scope, carried).await.unwrap());
    let examined = directory.examine(carried).await.unwrap();
    assert_eq!(examined.dn, moved.dn);

    // The objectGUID is nobody's anchor while another one stands there.
    let own = guid_of(&samba, &moved.dn);
    let outcome = directory
        .reset(own, "Another-Pass-2", ResetOptions::default())
        .await;
    assert_eq!(super::denial(&outcome), Denial::NotFound);
    let outcome = directory.verify(Some(own), "Another-Pass-1").await;
    assert_eq!(super::denial(&outcome), Denial::WrongPassword);

    // Two with one anchor: none of them is meant.
    let thief = samba.user(&Person::new("thief"));
    write(&samba, &thief.dn, carried);
    let outcome = directory
        .reset(carried, "Another-Pass-3", ResetOptions::default())
        .await;
    assert_eq!(super::denial(&outcome), Denial::NotFound);
    // Of an objectGUID and a copy of it the objectGUID counts.
    let ada = samba.user(&Person::new("ada"));
    let of_ada = guid_of(&samba, &ada.dn);
    write(&samba, &thief.dn, of_ada);
    let outcome = directory
        .reset(of_ada, "Another-Pass-4", ResetOptions::default())
        .await;
    assert_eq!(outcome, Outcome::Done);
    let whose = directory.verify(Some(of_ada), "Another-Pass-4").await;
    assert_eq!(whose, Outcome::Done);
}

#[tokio::test]
async fn changes_and_deletions_are_told_by_the_anchor() {
    let samba = Samba::start();
    let (moved, ada) = (
        samba.user(&Person::new("moved")),
        samba.user(&Person::new("ada")),
    );
    let carried = Uuid::from_u128(0x77);
    write(&samba, &moved.dn, carried);
    let team = samba.group("Team", &[]);
    let scope = scope_of(&samba);
    let mut follower = Follower::begin(directory_of(&samba, samba.admin()), scope.clone()).await;
    samba.set(&moved.dn, "title", &["Analyst"]);
    samba.add_member(&team, &moved.dn);
    let taken = follower.next().await;
    assert_eq!(taken.named("moved").anchor, carried);
    assert_eq!(taken.members[0].add, [carried]);

    // Our own writing is no news, another's is.
    let id = guid_of(&samba, &ada.dn);
    follower.directory.write_anchor(id).await.unwrap();
    let taken = follower.next().await;
    assert!(taken.objects.is_empty(), "{:?}", taken.accounts());
    write(&samba, &ada.dn, Uuid::from_u128(0x79));
    let taken = follower.next().await;
    assert_eq!(taken.named("ada").anchor, Uuid::from_u128(0x79));
    write(&samba, &ada.dn, id);
    assert_eq!(follower.next().await.named("ada").anchor, id);

    let place: Position = follower.position.clone();
    samba.delete(&moved.dn);
    assert_eq!(follower.next().await.gone, [carried]);
    // An agent that was started since has nobody to ask whose anchor that was.
    let fresh = directory_of(&samba, samba.admin());
    let mut taken = Taken::default();
    let followed = fresh.read_changes(&scope, &place, &mut taken).await;
    assert!(matches!(followed, Err(Error::PositionLost)), "{followed:?}");
}
