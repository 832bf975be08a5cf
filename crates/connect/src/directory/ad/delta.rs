//! From what a server tells of changes to users and groups as they are now.

use super::ActiveDirectory;
use super::changes::{Change, Place, State, last_write};
use super::groups::RANGE;
use super::names::{Dn, Named, any_of, extended_dn};
use super::read::{Reader, guid, is_person};
use super::scope::{GROUPS, PEOPLE};
use crate::directory::connection::{Entry, Pages, Search};
use crate::directory::{Error, Piece, Position, Result, Scope, Take};
use keyward_wire::sync::MemberChange;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const PAGE: i32 = 500;
/// How many objects are asked for by GUID in one search.
const AT_ONCE: usize = 50;
const PAUSE: Duration = Duration::from_secs(1);
/// What people and groups can be in.
const CONTAINERS: [&str; 5] = [
    "organizationalUnit",
    "container",
    "organization",
    "country",
    "locality",
];

/// What follows from changes.
#[derive(Debug, Default)]
struct Work {
    /// To be read afresh.
    changed: BTreeSet<Uuid>,
    moved: HashSet<Uuid>,
    gone: BTreeSet<Uuid>,
    members: Vec<MemberChange>,
}

impl Work {
    /// `watched` groups decide about their members: about scope or protection.
    fn of(changes: Vec<Change>, watched: impl Fn(&Uuid) -> bool) -> Self {
        let mut work = Self::default();
        for change in changes {
            let guid = change.guid;
            if change.deleted {
                work.gone.insert(guid);
                continue;
            }
            work.changed.insert(guid);
            if change.moved {
                work.moved.insert(guid);
            }
            if watched(&guid) {
                work.changed
                    .extend(change.added.iter().chain(&change.removed));
            }
            if !change.added.is_empty() || !change.removed.is_empty() {
                work.members.push(MemberChange {
                    group: guid,
                    whole: false,
                    add: change.added,
                    remove: change.removed,
                });
            }
        }
        work.changed = work.changed.difference(&work.gone).copied().collect();
        work
    }
}

impl ActiveDirectory {
    pub(super) async fn follow_changes(
        &self,
        scope: &Scope,
        from: &Position,
        into: &mut dyn Take,
    ) -> Result<Position> {
        let place = Place::parse(from)?;
        let (mut bound, _) = self.service().await?;
        let state = State::read(&mut bound).await?;
        drop(bound);
        if place.is_due(self.last_full()) {
            return Err(Error::PositionLost);
        }
        if place.is_now(&state) {
            return Ok(from.clone());
        }
        let mut reader = self.reader(scope).await?;
        let pilot = reader.area.pilot().cloned();
        let mut follow = place.follow(&state, pilot.as_ref())?;
        let learnt = !self.anchors.are_known();
        if learnt {
            let base = reader.domain.base.clone();
            self.anchors.read(&mut reader.bound, &base).await?;
        }
        self.anchors.forget_places();
        loop {
            let attributes = reader.attributes.clone();
            let told = follow
                .next(&mut reader.bound, &reader.domain, &attributes)
                .await?;
            let mut changes = told.changes;
            changes.retain(|change| !change.settled || self.anchors.is_foreign(change.guid));
            let unknown = |change: &Change| change.deleted && !self.anchors.is_foreign(change.guid);
            if learnt && place.foreign && changes.iter().any(unknown) {
                // It was deleted while nobody was here, and its anchor with it.
                return Err(Error::PositionLost);
            }
            let whole = |change: &Change| {
                let pilot = pilot.as_ref();
                change.whole && pilot.is_some_and(|pilot| pilot.contains(&change.guid))
            };
            if changes.iter().any(whole) {
                // Who is no longer in it isn't told.
                return Err(Error::PositionLost);
            }
            self.keep_admins(&mut reader, &mut changes).await?;
            let admins = Arc::clone(&reader.admins);
            let watched = |group: &Uuid| {
                admins.groups.contains(group)
                    || pilot.as_ref().is_some_and(|pilot| pilot.contains(group))
            };
            apply(&mut reader, Work::of(changes, watched), into).await?;
            if !told.more {
                return Ok(follow.position(&state, pilot.as_ref(), self.anchors.has_foreign()));
            }
        }
    }

    /// A privileged group has other members now: who is privileged is read again, and with it those for whom that is news.
    async fn keep_admins(&self, reader: &mut Reader<'_>, changes: &mut Vec<Change>) -> Result<()> {
        let touched = changes.iter().any(|change| {
            let other = change.whole || !change.added.is_empty() || !change.removed.is_empty();
            other && reader.admins.groups.contains(&change.guid)
        });
        if touched {
            self.forget_admins();
            let before = Arc::clone(&reader.admins);
            reader.admins = self.admins(&mut reader.bound, &reader.domain, None).await?;
            let other = before.people.symmetric_difference(&reader.admins.people);
            changes.extend(other.map(|guid| Change {
                guid: *guid,
                ..Change::default()
            }));
        }
        Ok(())
    }

    pub(super) async fn wait_for_change(&self, since: &Position) -> Result<()> {
        let place = Place::parse(since)?;
        let (bound, domain) = self.service().await?;
        drop(bound);
        if domain.notifies {
            match self.until_told(&domain.base, &place).await {
                Ok(()) => return Ok(()),
                Err(error) => {
                    tracing::debug!(%error, "the directory doesn't tell of changes: it is asked");
                }
            }
        }
        loop {
            if place.is_due(self.last_full()) {
                return Ok(());
            }
            let (mut bound, _) = self.service().await?;
            if last_write(&mut bound).await? != place.usn {
                return Ok(());
            }
            drop(bound);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn apply(reader: &mut Reader<'_>, mut work: Work, into: &mut dyn Take) -> Result<()> {
    let mut units = Vec::new();
    let mut groups = HashSet::new();
    let mut entire = Vec::new();
    let changed: Vec<Uuid> = work.changed.iter().copied().collect();
    for chunk in changed.chunks(AT_ONCE) {
        let entries = fetch(reader, chunk).await?;
        let mut missing: HashSet<Uuid> = chunk.iter().copied().collect();
        let objects = reader.objects(&entries);
        for object in objects.iter().filter(|object| object.group) {
            groups.insert(object.anchor);
            if work.moved.contains(&object.anchor) {
                entire.push(object.anchor);
            }
        }
        let mut gone: Vec<Uuid> = Vec::new();
        for entry in &entries {
            let Some(own) = guid(entry) else { continue };
            missing.remove(&own);
            if is_person(entry) {
                // Also of whoever is out of scope: gone is who had this anchor.
                reader.anchors.learn(own, entry);
            }
            let classes = entry.texts("objectClass");
            if CONTAINERS.iter().any(|class| classes.contains(class)) {
                units.extend(work.moved.contains(&own).then(|| entry.dn.clone()));
            } else if (is_person(entry) || classes.contains(&"group")) && !reader.area.has(entry) {
                gone.push(own);
            }
        }
        gone.extend(missing);
        into.take(Piece {
            objects,
            gone: reader.anchors.of_all(gone),
            ..Piece::default()
        })
        .await?;
    }
    for unit in topmost(&units) {
        entire.extend(below(reader, unit, into).await?);
    }
    let whole: HashSet<Uuid> = entire.iter().copied().collect();
    work.members
        .retain(|change| groups.contains(&change.group) && !whole.contains(&change.group));
    for change in work.members {
        let change = MemberChange {
            add: reader.anchors.of_all(change.add),
            remove: reader.anchors.of_all(change.remove),
            ..change
        };
        hand_on(change, into).await?;
    }
    for group in whole {
        reader.members(group, None, into).await?;
    }
    if !work.gone.is_empty() {
        into.take(Piece {
            gone: reader.anchors.of_all(work.gone.into_iter().collect()),
            ..Piece::default()
        })
        .await?;
    }
    Ok(())
}

/// Objects as they are now.
async fn fetch(reader: &mut Reader<'_>, anchors: &[Uuid]) -> Result<Vec<Entry>> {
    let mut attributes = reader.attributes.clone();
    attributes.push("objectClass");
    let filter = any_of(anchors);
    let base = reader.domain.base.clone();
    let search = Search::below(&base, ldap3::Scope::Subtree, &filter, &attributes);
    let found = reader.bound.search(search.with(extended_dn())).await?;
    found.answer.done()?;
    Ok(found.entries)
}

/// Those that are in no other one.
fn topmost(units: &[String]) -> Vec<&str> {
    let parsed = units.iter().map(|unit| Named::parse(unit).dn);
    let parsed: Vec<(Dn, &str)> = parsed.map(|dn| (Dn::parse(dn), dn)).collect();
    let nested = |dn: &Dn| {
        parsed
            .iter()
            .any(|(other, _)| other != dn && dn.is_within(other))
    };
    parsed
        .iter()
        .filter(|(dn, _)| !nested(dn))
        .map(|(_, name)| *name)
        .collect()
}

/// A unit was renamed or moved. Nothing is told of what is in it, and all of that has another place now, perhaps out of
/// scope. The groups in scope are returned.
async fn below(reader: &mut Reader<'_>, unit: &str, into: &mut dyn Take) -> Result<Vec<Uuid>> {
    let attributes = reader.attributes.clone();
    let filter = format!("(|{PEOPLE}{GROUPS})");
    let search = Search::below(unit, ldap3::Scope::Subtree, &filter, &attributes);
    let mut groups = Vec::new();
    let (area, domain, admins) = (&reader.area, &reader.domain, &reader.admins);
    let anchors = &reader.anchors;
    let mut pages = Pages::new(&mut reader.bound, search.with(extended_dn()), PAGE);
    while let Some(entries) = pages.next().await? {
        let (inside, outside): (Vec<&Entry>, Vec<&Entry>) =
            entries.iter().partition(|entry| area.has(entry));
        let inside = inside.into_iter();
        let objects: Vec<_> = inside
            .filter_map(|entry| super::object::object(entry, domain, admins, anchors))
            .collect();
        groups.extend(
            objects
                .iter()
                .filter(|object| object.group)
                .map(|object| object.anchor),
        );
        into.take(Piece {
            objects,
            gone: anchors.of_all(outside.into_iter().filter_map(guid).collect()),
            ..Piece::default()
        })
        .await?;
    }
    Ok(groups)
}

/// In parts, if it is long.
async fn hand_on(change: MemberChange, into: &mut dyn Take) -> Result<()> {
    let parts = change.add.len().max(change.remove.len()).div_ceil(RANGE);
    for part in 0..parts {
        let cut = |list: &[Uuid]| list.chunks(RANGE).nth(part).unwrap_or_default().to_vec();
        into.take(Piece {
            members: vec![MemberChange {
                group: change.group,
                whole: false,
                add: cut(&change.add),
                remove: cut(&change.remove),
            }],
            ..Piece::default()
        })
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_watched_groups_are_read_afresh() {
        let id = Uuid::from_u128;
        let change = |number| Change {
            guid: id(number),
            added: vec![id(10 + number)],
            removed: vec![id(20 + number)],
            ..Change::default()
        };
        let deleted = Change {
            guid: id(3),
            deleted: true,
            ..Change::default()
        };
        let work = Work::of(vec![change(1), change(2), deleted], |group| *group == id(1));
        assert_eq!(work.changed, [1, 2, 11, 21].map(id).into());
        assert_eq!(work.gone, [id(3)].into());
        assert_eq!(work.members.len(), 2);
    }

    #[test]
    fn a_unit_in_a_unit_is_read_with_it() {
        let units = ["OU=b,OU=a,DC=x", "OU=a,DC=x", "OU=c,DC=x"].map(str::to_owned);
        assert_eq!(topmost(&units), ["OU=a,DC=x", "OU=c,DC=x"]);
    }
}
