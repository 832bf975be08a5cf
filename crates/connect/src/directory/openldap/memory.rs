//! What was told of a directory, so that the next change can be told as a change.
//!
//! OpenLDAP names members by DN and tells that an entry changed, not what. With this the agent knows a DN's anchor, that
//! an entry has another name than before, and which members a group had. 100 bytes an entry, 16 a membership; after a
//! restart it is read again, without asking for any attribute.

use super::super::{Position, Scope};
use super::dn::{Dn, Key, key};
use super::object::Kind;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What was told up to a position.
#[derive(Default)]
pub(super) struct Memory {
    known: HashMap<Uuid, Known>,
    by_name: HashMap<Key, Uuid>,
    /// Sorted. A group that isn't here was told to nobody yet.
    members: HashMap<Uuid, Vec<Uuid>>,
    /// Who is in the pilot group, at any depth.
    pub(super) pilot: HashSet<Uuid>,
    /// What all this belongs to; none: to nothing that was told.
    told: Option<(Position, Scope)>,
}

struct Known {
    kind: Kind,
    key: Key,
    /// It was told as in scope, or as gone; none: it isn't remembered.
    inside: Option<bool>,
}

/// What a name says of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    New,
    Renamed,
    Same,
}

impl Memory {
    /// It was told up to this position, for this scope.
    pub(super) fn is_of(&self, position: &Position, scope: &Scope) -> bool {
        let told = self.told.as_ref();
        told.is_some_and(|(known, of)| known == position && of == scope)
    }

    pub(super) fn told(&mut self, position: &Position, scope: &Scope) {
        self.told = Some((position.clone(), scope.clone()));
    }

    /// Notes the name of an entry.
    pub(super) fn learn(&mut self, anchor: Uuid, kind: Kind, dn: &Dn) -> News {
        let key = dn.key();
        let news = match self.known.get(&anchor) {
            None => News::New,
            Some(known) if known.key == key => News::Same,
            Some(known) => {
                // Somebody else may have taken the old name already.
                if self.by_name.get(&known.key) == Some(&anchor) {
                    self.by_name.remove(&known.key);
                }
                News::Renamed
            }
        };
        let inside = self.is_inside(anchor);
        self.known.insert(anchor, Known { kind, key, inside });
        self.by_name.insert(key, anchor);
        news
    }

    pub(super) fn forget(&mut self, anchor: Uuid) {
        if let Some(known) = self.known.remove(&anchor)
            && self.by_name.get(&known.key) == Some(&anchor)
        {
            self.by_name.remove(&known.key);
        }
        self.members.remove(&anchor);
    }

    /// Whether it was told as in scope; none: that isn't remembered.
    pub(super) fn is_inside(&self, anchor: Uuid) -> Option<bool> {
        self.known.get(&anchor).and_then(|known| known.inside)
    }

    pub(super) fn set_inside(&mut self, anchor: Uuid, inside: bool) {
        if let Some(known) = self.known.get_mut(&anchor) {
            known.inside = Some(inside);
        }
    }

    /// Everything that isn't in scope by now wasn't told.
    pub(super) fn rest_is_outside(&mut self) {
        for known in self.known.values_mut() {
            known.inside.get_or_insert(false);
        }
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = Uuid> + '_ {
        let groups = self.known.iter();
        groups
            .filter(|(_, known)| known.kind == Kind::Group)
            .map(|(group, _)| *group)
    }

    pub(super) fn everybody(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.known.keys().copied()
    }

    /// The user or group of this name.
    pub(super) fn named(&self, dn: &str) -> Option<Uuid> {
        let anchor = *self.by_name.get(&key(dn)?)?;
        let known = self.known.get(&anchor)?;
        (known.kind != Kind::Unit).then_some(anchor)
    }

    /// The members of these names, sorted, each once. A name that is nobody's is left out: OpenLDAP keeps it without
    /// an entry behind it.
    pub(super) fn resolve<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Uuid> {
        let mut anchors: Vec<_> = names.filter_map(|name| self.named(name)).collect();
        anchors.sort_unstable();
        anchors.dedup();
        anchors
    }

    /// Notes a group's members, and gives those that were told before.
    pub(super) fn set_members(&mut self, group: Uuid, mut members: Vec<Uuid>) -> Option<Vec<Uuid>> {
        members.shrink_to_fit();
        self.members.insert(group, members)
    }

    pub(super) fn members(&self, group: Uuid) -> &[Uuid] {
        self.members.get(&group).map_or(&[], Vec::as_slice)
    }

    /// The groups that have this member.
    pub(super) fn groups_of(&self, member: Uuid) -> Vec<Uuid> {
        let groups = self.members.iter();
        groups
            .filter(|(_, members)| members.binary_search(&member).is_ok())
            .map(|(group, _)| *group)
            .collect()
    }

    /// Everybody in a group, at any depth. Groups that are in each other end somewhere.
    pub(super) fn everybody_in(&self, group: Uuid) -> HashSet<Uuid> {
        let (mut found, mut open) = (HashSet::new(), vec![group]);
        while let Some(group) = open.pop() {
            let new = self.members(group).iter().copied();
            open.extend(new.filter(|member| found.insert(*member)));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dn(text: &str) -> Dn {
        Dn::parse(text).unwrap()
    }

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    // case: AG-16
    #[test]
    fn two_that_swap_their_names_stay_themselves() {
        let mut memory = Memory::default();
        assert_eq!(
            memory.learn(id(1), Kind::User, &dn("uid=a,dc=x")),
            News::New
        );
        memory.learn(id(2), Kind::User, &dn("uid=b,dc=x"));
        assert_eq!(
            memory.learn(id(1), Kind::User, &dn("uid=b,dc=x")),
            News::Renamed
        );
        assert_eq!(
            memory.learn(id(2), Kind::User, &dn("uid=a,dc=x")),
            News::Renamed
        );
        assert_eq!(
            memory.learn(id(2), Kind::User, &dn("UID=A,dc=x")),
            News::Same
        );
        assert_eq!(memory.named("uid=b,dc=x"), Some(id(1)));
        assert_eq!(memory.named("uid=a,dc=x"), Some(id(2)));
        memory.forget(id(1));
        assert_eq!(memory.named("uid=b,dc=x"), None);
        assert_eq!(memory.named("uid=a,dc=x"), Some(id(2)));
    }

    #[test]
    fn groups_in_each_other_end_somewhere() {
        let mut memory = Memory::default();
        memory.learn(id(9), Kind::Unit, &dn("ou=u,dc=x"));
        for (number, name) in [(1, "cn=g"), (2, "cn=h"), (3, "uid=a")] {
            memory.learn(id(number), Kind::User, &dn(&format!("{name},dc=x")));
        }
        let names = [
            "uid=a,dc=x",
            "UID=a,dc=x",
            "ou=u,dc=x",
            "uid=nobody,dc=x",
            "cn=g,dc=x",
        ];
        let members = memory.resolve(names.into_iter());
        assert_eq!(members, [id(1), id(3)]);
        assert_eq!(memory.set_members(id(2), members), None);
        memory.set_members(id(1), vec![id(2)]);
        assert_eq!(
            memory.everybody_in(id(1)),
            HashSet::from([id(1), id(2), id(3)])
        );
        assert_eq!(memory.groups_of(id(3)), [id(2)]);
        assert_eq!(memory.everybody_in(id(7)), HashSet::new());
    }
}
