//! What changed, and nothing else.

use super::samba_guard::guid_of;
use super::{Taken, directory_of};
use keyward_connect::directory::{Directory, Error, Position, Scope, open};
use keyward_testbed::ldap::Person;
use keyward_testbed::samba::Samba;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Follows a directory.
pub(super) struct Follower {
    pub(super) directory: Arc<dyn Directory>,
    pub(super) scope: Scope,
    pub(super) position: Position,
}

impl Follower {
    pub(super) async fn begin(directory: Arc<dyn Directory>, scope: Scope) -> Self {
        let mut taken = Taken::default();
        let position = directory.read_all(&scope, &mut taken).await.unwrap();
        Self {
            directory,
            scope,
            position,
        }
    }

    pub(super) async fn next(&mut self) -> Taken {
        let waited = tokio::time::timeout(
            Duration::from_secs(20),
            self.directory.changed(&self.position),
        );
        waited.await.expect("a change is seen").unwrap();
        let mut taken = Taken::default();
        let next = self
            .directory
            .read_changes(&self.scope, &self.position, &mut taken);
        self.position = next.await.unwrap();
        taken
    }
}

fn sorted(anchors: &[Uuid]) -> Vec<Uuid> {
    let mut anchors = anchors.to_vec();
    anchors.sort();
    anchors
}

// case: AG-16, AD-14
#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one domain controller for all of it: each costs seconds"
)]
async fn every_kind_of_change_is_followed() {
    let samba = Samba::start();
    let (people, groups) = (samba.people(), samba.groups());
    let team = samba.ou(&format!("OU=Team,{people}"));
    let ada = samba.user(&Person::new("ada").under(&team));
    let bob = samba.user(&Person::new("bob"));
    let staff = samba.group("Staff", &[&ada.dn]);
    let away = samba.ou("Away");
    let stranger = samba.user(&Person::new("stranger").under(&away));
    let id = |dn: &str| guid_of(&samba, dn);
    let (ada_id, bob_id, staff_id, stranger_id) =
        (id(&ada.dn), id(&bob.dn), id(&staff), id(&stranger.dn));
    let scope = Scope {
        units: vec![id(&people), id(&groups)],
        ..Scope::default()
    };
    let mut follower = Follower::begin(directory_of(&samba, samba.service()), scope).await;

    samba.set(&ada.dn, "mobile", &["+49 151 2"]);
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["ada"]);
    assert_eq!(taken.named("ada").attributes["mobile"], ["+49 151 2"]);
    assert!(taken.members.is_empty() && taken.gone.is_empty());

    samba.disable(&ada.dn);
    assert!(!follower.next().await.named("ada").enabled);
    samba.enable(&ada.dn);
    samba.set_password(&ada.dn, "Another-Pass-1");
    assert!(follower.next().await.named("ada").enabled);

    // One member costs one member.
    samba.add_member(&staff, &bob.dn);
    let taken = follower.next().await;
    assert_eq!(taken.members.len(), 1, "{:?}", taken.members);
    let change = &taken.members[0];
    assert_eq!((change.group, change.whole), (staff_id, false));
    assert_eq!((&change.add, change.remove.len()), (&vec![bob_id], 0));
    samba.remove_member(&staff, &ada.dn);
    let taken = follower.next().await;
    let change = &taken.members[0];
    assert_eq!((change.add.len(), &change.remove), (0, &vec![ada_id]));

    // New ones.
    let cleo = samba.user(&Person::new("cleo"));
    let fresh = samba.group("Fresh", &[&cleo.dn]);
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["Fresh", "cleo"]);
    assert_eq!(taken.members_of(id(&fresh)), [id(&cleo.dn)]);

    // Renames, also of a unit: everybody in it has another place.
    let moved = format!("CN=Bob Two,{people}");
    samba.rename(&bob.dn, &moved);
    assert_eq!(follower.next().await.named("bob").dn, moved);
    let renamed = format!("OU=Team Two,{people}");
    samba.rename(&team, &renamed);
    let taken = follower.next().await;
    let found = taken.named("ada");
    assert_eq!(
        (found.anchor, found.dn.as_str()),
        (ada_id, format!("CN=Test ada,{renamed}").as_str())
    );

    // Out of scope and in again, alone and with the unit.
    samba.rename(&moved, &format!("CN=Bob Two,{away}"));
    let taken = follower.next().await;
    assert_eq!((taken.objects.len(), taken.gone), (0, vec![bob_id]));
    samba.rename(&renamed, &format!("OU=Team Two,{away}"));
    let taken = follower.next().await;
    assert_eq!((taken.objects.len(), taken.gone), (0, vec![ada_id]));
    samba.rename(&away, &format!("OU=Away,{people}"));
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["ada", "bob", "stranger"]);
    assert_eq!(taken.named("stranger").anchor, stranger_id);
    samba.rename(&staff, &format!("CN=Staff,OU=Away,{people}"));
    let taken = follower.next().await;
    assert_eq!(taken.members_of(staff_id), [bob_id]);

    // Names swapped are two changes of names, not two people.
    let (first, second) = (id(&cleo.dn), bob_id);
    let bob = format!("CN=Bob Two,OU=Away,{people}");
    let names = [
        (&cleo.dn, "one"),
        (&bob, "two"),
        (&cleo.dn, "x"),
        (&bob, "one"),
        (&cleo.dn, "two"),
    ];
    for (dn, name) in names {
        let name = format!("{name}@corp.example.test");
        samba.set(dn, "userPrincipalName", &[name.as_str()]);
    }
    let taken = follower.next().await;
    assert_eq!(taken.named("cleo").anchor, first);
    assert_eq!(taken.named("bob").anchor, second);
    assert_eq!(
        taken.named("bob").attributes["userprincipalname"],
        ["one@corp.example.test"]
    );

    // Somebody becomes privileged though nothing of the account changed, and is not any more.
    let admins = format!("CN=Domain Admins,CN=Users,{}", samba.base_dn());
    samba.add_member(&admins, &fresh);
    samba.add_member(&admins, &cleo.dn);
    assert!(follower.next().await.named("cleo").protected);
    samba.remove_member(&admins, &cleo.dn);
    samba.remove_member(&admins, &fresh);
    assert!(!follower.next().await.named("cleo").protected);

    // An administrator is told of deletions; the agent's account finds them with the next full reading.
    let scope = follower.scope.clone();
    let mut told = Follower::begin(directory_of(&samba, samba.admin()), scope.clone()).await;
    let fresh_id = id(&fresh);
    samba.delete(&cleo.dn);
    samba.delete(&fresh);
    let taken = told.next().await;
    assert_eq!(sorted(&taken.gone), sorted(&[first, fresh_id]));
    assert!(taken.objects.is_empty());
    assert!(follower.next().await.gone.is_empty());
    let all = Taken::all(&follower.directory, &scope).await;
    assert_eq!(all.accounts(), ["Staff", "ada", "bob", "stranger"]);

    // A position of another server, or of this one in a later life, is lost.
    let mut taken = Taken::default();
    for lost in [r#"{"server":"x"}"#, ""] {
        let lost = Position(lost.to_owned());
        let followed = follower
            .directory
            .read_changes(&follower.scope, &lost, &mut taken)
            .await;
        assert!(matches!(followed, Err(Error::PositionLost)), "{followed:?}");
    }
}

#[tokio::test]
async fn an_account_without_rights_follows_what_it_may_see() {
    let samba = Samba::start();
    let reader = samba.service_account("svc-reader");
    let ada = samba.user(&Person::new("ada"));
    let bob = samba.user(&Person::new("bob"));
    let pilot = samba.group("Pilot", &[&ada.dn]);
    let scope = Scope {
        group: Some(guid_of(&samba, &pilot)),
        ..Scope::default()
    };
    let mut follower = Follower::begin(directory_of(&samba, &reader), scope).await;

    samba.set(&ada.dn, "title", &["Analyst"]);
    samba.set(&bob.dn, "title", &["Nobody's business"]);
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["ada"]);
    // Into the pilot and out of it, though nothing of the accounts changed.
    samba.add_member(&pilot, &bob.dn);
    samba.remove_member(&pilot, &ada.dn);
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["Pilot", "bob"]);
    assert_eq!(taken.gone, [guid_of(&samba, &ada.dn)]);
    // Another group in the pilot: everybody's place in it has to be looked at again.
    let inner = samba.group("Inner", &[&ada.dn]);
    samba.add_member(&pilot, &inner);
    let mut taken = Taken::default();
    let followed = follower
        .directory
        .read_changes(&follower.scope, &follower.position, &mut taken);
    assert!(matches!(followed.await, Err(Error::PositionLost)));

    // It isn't told of deletions; the next full reading shows them.
    let scope = Scope::default();
    let mut follower = Follower::begin(directory_of(&samba, &reader), scope.clone()).await;
    samba.delete(&bob.dn);
    let taken = follower.next().await;
    assert!(taken.gone.is_empty(), "{:?}", taken.gone);
    let all = Taken::all(&follower.directory, &scope).await;
    assert!(!all.accounts().contains(&"bob"));
}

/// By numbers, as where `DirSync` isn't to be had.
fn numbered(samba: &Samba, account: &keyward_testbed::ldap::Account) -> Arc<dyn Directory> {
    let mut settings = super::settings_of(samba, account);
    settings.dirsync = false;
    open(settings).unwrap()
}

// case: AG-16, AD-14
#[tokio::test]
async fn every_kind_of_change_is_followed_by_numbers_too() {
    let samba = Samba::start();
    let (people, groups) = (samba.people(), samba.groups());
    let team = samba.ou(&format!("OU=Team,{people}"));
    let ada = samba.user(&Person::new("ada").under(&team));
    let bob = samba.user(&Person::new("bob"));
    let staff = samba.group("Staff", &[&ada.dn]);
    let away = samba.ou("Away");
    let id = |dn: &str| guid_of(&samba, dn);
    let (ada_id, bob_id, staff_id) = (id(&ada.dn), id(&bob.dn), id(&staff));
    let scope = Scope {
        units: vec![id(&people), id(&groups)],
        ..Scope::default()
    };
    let mut follower = Follower::begin(numbered(&samba, samba.admin()), scope.clone()).await;

    samba.set(&ada.dn, "mobile", &["+49 151 2"]);
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["ada"]);
    assert!(taken.members.is_empty() && taken.gone.is_empty());

    // The server doesn't tell which member: all come.
    samba.add_member(&staff, &bob.dn);
    samba.remove_member(&staff, &ada.dn);
    let taken = follower.next().await;
    assert_eq!(taken.accounts(), ["Staff"]);
    assert!(taken.members[0].whole);
    assert_eq!(taken.members_of(staff_id), [bob_id]);

    let renamed = format!("OU=Team Two,{people}");
    samba.rename(&team, &renamed);
    let taken = follower.next().await;
    assert_eq!(
        taken.named("ada").dn,
        format!("CN=Test ada,{renamed}").as_str()
    );
    samba.rename(&bob.dn, &format!("CN=Bob Two,{away}"));
    let taken = follower.next().await;
    assert_eq!((taken.objects.len(), taken.gone), (0, vec![bob_id]));
    samba.rename(&renamed, &format!("OU=Team Two,{away}"));
    let taken = follower.next().await;
    assert_eq!((taken.objects.len(), taken.gone), (0, vec![ada_id]));
    samba.rename(&away, &format!("OU=Away,{people}"));
    assert_eq!(follower.next().await.accounts(), ["ada", "bob"]);

    // Somebody becomes privileged though nothing of the account changed, and is not any more.
    let admins = format!("CN=Domain Admins,CN=Users,{}", samba.base_dn());
    let bob_dn = format!("CN=Bob Two,OU=Away,{people}");
    samba.add_member(&admins, &bob_dn);
    assert!(follower.next().await.named("bob").protected);
    samba.remove_member(&admins, &bob_dn);
    assert!(!follower.next().await.named("bob").protected);

    // Tombstones, for an administrator; others find deletions with the next full reading.
    samba.delete(&bob_dn);
    assert_eq!(follower.next().await.gone, [bob_id]);
    let mut blind = Follower::begin(numbered(&samba, samba.service()), scope.clone()).await;
    samba.delete(&staff);
    assert!(blind.next().await.gone.is_empty());
    // The link to bob went too: what is gone may be told again.
    assert!(follower.next().await.gone.contains(&staff_id));

    // Who left the pilot isn't told, so all of it is read again.
    let pilot = samba.group("Pilot", &[&ada_dn(&people)]);
    let scope = Scope {
        group: Some(id(&pilot)),
        ..Scope::default()
    };
    let follower = Follower::begin(numbered(&samba, samba.admin()), scope).await;
    samba.remove_member(&pilot, &ada_dn(&people));
    let mut taken = Taken::default();
    let followed = follower
        .directory
        .read_changes(&follower.scope, &follower.position, &mut taken);
    assert!(matches!(followed.await, Err(Error::PositionLost)));
}

fn ada_dn(people: &str) -> String {
    format!("CN=Test ada,OU=Team Two,OU=Away,{people}")
}
