//! The groups of a directory with the number of users in each, nested ones too.

use crate::directory::{Directory, Piece, Result, Scope, Take};
use async_trait::async_trait;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What was read of people and groups: anchors, and the names of groups.
#[derive(Default)]
pub(super) struct Census {
    users: HashSet<Uuid>,
    groups: HashMap<Uuid, String>,
    members: HashMap<Uuid, HashSet<Uuid>>,
}

/// A group.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) anchor: Uuid,
    pub(super) dn: String,
    pub(super) users: usize,
}

impl Census {
    /// Counts everybody.
    pub(super) async fn of(directory: &dyn Directory) -> Result<Self> {
        let mut census = Self::default();
        directory.read_all(&Scope::default(), &mut census).await?;
        Ok(census)
    }

    /// The groups, by name.
    pub(super) fn groups(&self) -> Vec<Counted> {
        let groups = self.groups.iter().map(|(anchor, dn)| Counted {
            anchor: *anchor,
            dn: dn.clone(),
            users: self.within(*anchor),
        });
        let mut groups: Vec<_> = groups.collect();
        groups.sort_by_cached_key(|group| (group.dn.to_lowercase(), group.anchor));
        groups
    }

    /// Each user once, however many ways lead there, and groups that are in each other end.
    fn within(&self, group: Uuid) -> usize {
        let mut seen = HashSet::from([group]);
        let mut open = vec![group];
        let mut users = 0;
        while let Some(group) = open.pop() {
            for member in self.members.get(&group).into_iter().flatten() {
                if seen.insert(*member) {
                    users += usize::from(self.users.contains(member));
                    open.push(*member);
                }
            }
        }
        users
    }
}

#[async_trait]
impl Take for Census {
    async fn take(&mut self, piece: Piece) -> Result<()> {
        for object in piece.objects {
            if object.group {
                self.groups.insert(object.anchor, object.dn);
            } else {
                self.users.insert(object.anchor);
            }
        }
        for change in piece.members {
            let members = self.members.entry(change.group).or_default();
            if change.whole {
                members.clear();
            }
            members.extend(change.add);
            for gone in &change.remove {
                members.remove(gone);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Object;
    use keyward_wire::sync::MemberChange;

    #[tokio::test]
    async fn nested_users_are_counted_once() {
        let object = |n: u128, group| Object {
            anchor: Uuid::from_u128(n),
            dn: format!("CN={n}"),
            group,
            ..Object::default()
        };
        let members = |group: u128, whole, add: &[u128]| MemberChange {
            group: Uuid::from_u128(group),
            whole,
            add: add.iter().map(|n| Uuid::from_u128(*n)).collect(),
            remove: Vec::new(),
        };
        let mut census = Census::default();
        let objects = (1..=4)
            .map(|n| object(n, false))
            .chain((7..=9).map(|n| object(n, true)));
        census
            .take(Piece {
                objects: objects.collect(),
                // 9 holds 8, 8 holds 9; both hold user 2; 99 is nobody that was read.
                members: vec![
                    members(9, true, &[1, 2, 8]),
                    members(8, true, &[2, 9]),
                    members(8, false, &[3, 99]),
                ],
                gone: Vec::new(),
            })
            .await
            .unwrap();
        let counted: Vec<_> = census.groups().iter().map(|group| group.users).collect();
        assert_eq!(counted, [0, 3, 3]);
    }
}
