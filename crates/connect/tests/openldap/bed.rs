//! A server, an agent's view of it, and somebody who takes what is read as the service does.

use async_trait::async_trait;
use keyward_connect::directory::openldap::OpenLdap;
use keyward_connect::directory::{
    Directory, Object, Piece, Position, Result, Scope, Settings, Take,
};
use keyward_testbed::ldap::Account;
use keyward_testbed::slapd::Slapd;
use keyward_wire::link::DirectoryKind;
use keyward_wire::outcome::{Denial, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The directory at these addresses, as this account.
pub(crate) fn open_at(slapd: &Slapd, servers: &[&str], account: &Account) -> OpenLdap {
    let settings = Settings {
        ca: Some(slapd.ca_file()),
        ..Settings::new(
            DirectoryKind::OpenLdap,
            servers.iter().map(|url| (*url).to_owned()).collect(),
            account.dn.clone(),
            Zeroizing::new(account.password.clone()),
        )
    };
    OpenLdap::new(settings).unwrap()
}

/// The directory as this account.
pub(crate) fn open(slapd: &Slapd, account: &Account) -> OpenLdap {
    open_at(slapd, &[&slapd.url()], account)
}

pub(crate) fn anchor(slapd: &Slapd, dn: &str) -> Uuid {
    slapd.get(dn, "entryUUID")[0].parse().unwrap()
}

pub(crate) fn denial(outcome: &Outcome) -> Denial {
    match outcome {
        Outcome::Refused { refusal, .. } => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// What the service knows after it took some runs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct World {
    pub(crate) objects: BTreeMap<Uuid, Object>,
    pub(crate) members: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

/// Takes pieces into a world, and keeps how they came.
#[derive(Default)]
pub(crate) struct Taker {
    pub(crate) world: World,
    /// Anchors of members that were sent, and of what was said to be gone.
    pub(crate) sent: usize,
    pub(crate) gone: Vec<Uuid>,
}

#[async_trait]
impl Take for Taker {
    async fn take(&mut self, piece: Piece) -> Result<()> {
        assert!(piece.objects.len() <= 500);
        for object in piece.objects {
            if object.group {
                self.world.members.entry(object.anchor).or_default();
            }
            self.world.objects.insert(object.anchor, object);
        }
        for change in piece.members {
            self.sent += change.add.len() + change.remove.len();
            let members = self.world.members.entry(change.group).or_default();
            if change.whole {
                members.clear();
            }
            members.extend(change.add);
            for gone in change.remove {
                members.remove(&gone);
            }
        }
        for gone in &piece.gone {
            self.world.objects.remove(gone);
            self.world.members.remove(gone);
        }
        self.gone.extend(piece.gone);
        Ok(())
    }
}

impl World {
    /// Members that the service knows: the others wait until they come into scope.
    fn settled(&self) -> Self {
        let known = |anchor: &Uuid| self.objects.contains_key(anchor);
        let members = self.members.iter().map(|(group, members)| {
            let members = members.iter().copied().filter(known);
            (*group, members.collect())
        });
        Self {
            objects: self.objects.clone(),
            members: members.collect(),
        }
    }

    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.objects
            .values()
            .map(|object| object.dn.as_str())
            .collect()
    }

    pub(crate) fn named(&self, dn: &str) -> &Object {
        let found = self.objects.values().find(|object| object.dn == dn);
        found.unwrap_or_else(|| panic!("{dn} isn't among {:?}", self.names()))
    }
}

/// An agent that follows a directory.
pub(crate) struct Follower {
    pub(crate) directory: OpenLdap,
    pub(crate) scope: Scope,
    pub(crate) taker: Taker,
    pub(crate) position: Position,
}

impl Follower {
    pub(crate) async fn new(slapd: &Slapd, scope: Scope) -> Self {
        let directory = open(slapd, slapd.service());
        let mut taker = Taker::default();
        let position = directory.read_all(&scope, &mut taker).await.unwrap();
        Self {
            directory,
            scope,
            taker,
            position,
        }
    }

    /// Another process of the agent: it remembers the position and nothing else.
    pub(crate) fn restarted(self, slapd: &Slapd) -> Self {
        Self {
            directory: open(slapd, slapd.service()),
            ..self
        }
    }

    /// Takes what changed. Gives how many anchors of members were sent for it.
    pub(crate) async fn follow(&mut self) -> usize {
        let before = self.taker.sent;
        let read = self
            .directory
            .read_changes(&self.scope, &self.position, &mut self.taker);
        self.position = read.await.unwrap();
        self.taker.sent - before
    }

    /// What was followed is what there is: the same as when all is read afresh.
    pub(crate) async fn assert_true(&self, slapd: &Slapd) {
        let fresh = Self::new(slapd, self.scope.clone()).await;
        assert_eq!(self.taker.world.settled(), fresh.taker.world.settled());
    }

    pub(crate) fn world(&self) -> &World {
        &self.taker.world
    }
}
