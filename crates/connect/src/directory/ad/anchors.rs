//! The source anchors of people: `objectGUID`, or what stands in `mS-DS-ConsistencyGuid`.
//!
//! The attribute can be carried along when somebody moves to another domain or forest, where everybody gets another
//! `objectGUID`; so it is the reference system's choice (entra-sspr 6.7). Where it is empty the `objectGUID` is the anchor,
//! and is written down by the next synchronisation. Groups have their `objectGUID` in any case.
//!
//! Inside of [`super`] everything is known by `objectGUID`: the server finds objects by it, and members and managers come
//! with it. What comes in and goes out are anchors; the way from one to the other is here.

use super::names;
use super::scope::PEOPLE;
use super::{ActiveDirectory, commands, lock, target};
use crate::directory::connection::{Bound, Entry, Pages, Search};
use crate::directory::{AnchorUse, Error, Result, Right, Scope, SourceAnchor};
use ldap3::Mod;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use uuid::Uuid;

/// The attribute.
pub(super) const ATTRIBUTE: &str = "mS-DS-ConsistencyGuid";
const PAGE: i32 = 1_000;
/// So many anchors of people who sign in are remembered with what they led to.
const REMEMBERED: usize = 20_000;

/// Which anchors are no `objectGUID`s: nobody's where people are known by `objectGUID`.
#[derive(Debug)]
pub(super) struct Anchors {
    kind: SourceAnchor,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The anchors of those who have another one than their `objectGUID`, by that.
    foreign: HashMap<Uuid, Uuid>,
    /// `foreign` has everybody.
    whole: bool,
    /// Where anchors led to at sign-ins.
    places: HashMap<Uuid, Uuid>,
}

impl Anchors {
    pub(super) fn new(kind: SourceAnchor) -> Self {
        let known = Known {
            whole: kind == SourceAnchor::OwnId,
            ..Known::default()
        };
        Self {
            kind,
            known: Mutex::new(known),
        }
    }

    /// They are kept in the attribute.
    pub(super) fn are_kept(&self) -> bool {
        self.kind == SourceAnchor::ConsistencyGuid
    }

    /// Everybody's anchor is known.
    pub(super) fn are_known(&self) -> bool {
        lock(&self.known).whole
    }

    /// Somebody has another anchor than the `objectGUID`.
    pub(super) fn has_foreign(&self) -> bool {
        !lock(&self.known).foreign.is_empty()
    }

    pub(super) fn is_foreign(&self, guid: Uuid) -> bool {
        lock(&self.known).foreign.contains_key(&guid)
    }

    /// The anchor of an object.
    pub(super) fn of(&self, guid: Uuid) -> Uuid {
        lock(&self.known)
            .foreign
            .get(&guid)
            .copied()
            .unwrap_or(guid)
    }

    /// The anchors of members.
    pub(super) fn of_all(&self, guids: Vec<Uuid>) -> Vec<Uuid> {
        let known = lock(&self.known);
        if known.foreign.is_empty() {
            return guids;
        }
        let anchor = |guid| known.foreign.get(&guid).copied().unwrap_or(guid);
        guids.into_iter().map(anchor).collect()
    }

    /// The anchor of somebody who was just read; learnt from now on.
    pub(super) fn learn(&self, guid: Uuid, entry: &Entry) -> Uuid {
        if !self.are_kept() {
            return guid;
        }
        let anchor = written(entry).unwrap_or(guid);
        let mut known = lock(&self.known);
        if anchor == guid {
            known.foreign.remove(&guid);
        } else {
            known.foreign.insert(guid, anchor);
        }
        anchor
    }

    /// The anchor is to stand in the directory, and doesn't yet. A value that is none is left alone.
    pub(super) fn is_missing(&self, entry: &Entry) -> bool {
        self.are_kept() && entry.values(ATTRIBUTE).is_empty()
    }

    /// Reads who has another anchor than the `objectGUID`. All of it is a look of the server at everybody, and little that
    /// comes back.
    pub(super) async fn read(&self, bound: &mut Bound, base: &str) -> Result<()> {
        if !self.are_kept() {
            return Ok(());
        }
        let mut foreign = HashMap::new();
        count(bound, base, |guid, entry| {
            foreign.extend(
                written(entry)
                    .filter(|anchor| *anchor != guid)
                    .map(|anchor| (guid, anchor)),
            );
        })
        .await?;
        let mut known = lock(&self.known);
        known.foreign = foreign;
        known.whole = true;
        known.places.clear();
        Ok(())
    }

    /// The `objectGUID` of whoever has an anchor, as the server has it now.
    ///
    /// An object whose own `objectGUID` it is goes before one in whose attribute it was written, and of several of those
    /// none is meant: nobody gets another's password by a copied value.
    pub(super) async fn locate(
        &self,
        bound: &mut Bound,
        base: &str,
        anchor: Uuid,
    ) -> Result<Option<Uuid>> {
        if !self.are_kept() {
            return Ok(Some(anchor));
        }
        let own = bound
            .entry(&names::by_guid(anchor), &["sAMAccountType", ATTRIBUTE])
            .await?;
        let is_own = own.is_some_and(|entry| {
            let person = entry.text("sAMAccountType") == Some(target::PERSON);
            !person || written(&entry).is_none_or(|other| other == anchor)
        });
        if is_own {
            return Ok(Some(anchor));
        }
        let value = names::escaped(&anchor.to_bytes_le());
        let filter = format!("(&{PEOPLE}({ATTRIBUTE}={value}))");
        let search = Search::below(base, ldap3::Scope::Subtree, &filter, &["objectGUID"]);
        let found = bound.search(search).await?;
        found.answer.done()?;
        match found.entries.as_slice() {
            [one] => Ok(one.guid("objectGUID")),
            [] => Ok(None),
            _ => {
                tracing::warn!(%anchor, "several accounts have this source anchor: none is used");
                Ok(None)
            }
        }
    }

    /// Where an anchor led to before.
    pub(super) fn remembered(&self, anchor: Uuid) -> Option<Uuid> {
        if self.are_kept() {
            lock(&self.known).places.get(&anchor).copied()
        } else {
            Some(anchor)
        }
    }

    pub(super) fn remember(&self, anchor: Uuid, guid: Uuid) {
        let mut known = lock(&self.known);
        if known.places.len() >= REMEMBERED {
            known.places.clear();
        }
        known.places.insert(anchor, guid);
    }

    /// Somebody's anchor may have changed.
    pub(super) fn forget_places(&self) {
        lock(&self.known).places.clear();
    }
}

/// What stands in the attribute. A value of another size is no anchor of ours.
pub(super) fn written(entry: &Entry) -> Option<Uuid> {
    entry.guid(ATTRIBUTE)
}

/// Goes through everybody in whose attribute something stands.
async fn count(bound: &mut Bound, base: &str, mut each: impl FnMut(Uuid, &Entry)) -> Result<()> {
    let filter = format!("(&{PEOPLE}({ATTRIBUTE}=*))");
    let attributes = ["objectGUID", ATTRIBUTE];
    let search = Search::below(base, ldap3::Scope::Subtree, &filter, &attributes);
    let mut pages = Pages::new(bound, search, PAGE);
    while let Some(page) = pages.next().await? {
        for entry in &page {
            if let Some(guid) = entry.guid("objectGUID") {
                each(guid, entry);
            }
        }
    }
    Ok(())
}

impl ActiveDirectory {
    /// Writes an anchor down where there is none: added, never replaced, so one that somebody else wrote meanwhile stays.
    pub(super) async fn keep_anchor(&self, anchor: Uuid) -> Result<()> {
        if !self.anchors.are_kept() {
            return Ok(());
        }
        let (mut bound, _) = self.service().await?;
        let value = HashSet::from([anchor.to_bytes_le().to_vec()]);
        let change = Mod::Add(ATTRIBUTE.as_bytes().to_vec(), value);
        let dn = names::by_guid(anchor);
        let answer = bound.modify(&dn, vec![change], Vec::new()).await?;
        match answer.rc {
            // attributeOrValueExists; noSuchObject.
            0 | 20 | 32 => Ok(()),
            _ => Err(Error::Refused(answer.to_string())),
        }
    }

    /// How the attribute is used in the whole domain.
    pub(super) async fn anchor_use(&self, scope: &Scope) -> Result<AnchorUse> {
        let (mut bound, domain) = self.service().await?;
        let mut found = AnchorUse::default();
        count(&mut bound, &domain.base, |guid, entry| {
            if written(entry) == Some(guid) {
                found.own += 1;
            } else {
                found.other += 1;
            }
        })
        .await?;
        drop(bound);
        found.rights = self.anchor_rights(scope).await?;
        Ok(found)
    }

    async fn anchor_rights(&self, scope: &Scope) -> Result<Vec<Right>> {
        let (mut bound, domain) = self.service().await?;
        let area = super::scope::Area::resolve(&mut bound, &domain.base, scope).await?;
        let mut rights = Vec::new();
        for unit in &area.roots {
            let sample = super::examine::sample(&mut bound, &domain, unit).await?;
            rights.push(Right {
                what: format!(
                    "write the source anchors of the users in {}",
                    commands::called(unit)
                ),
                held: sample.map(|target| target.may_write(ATTRIBUTE)),
                commands: commands::anchor(&domain.agent, unit),
            });
        }
        Ok(rights)
    }

    /// The right to write anchors, where they are to be written.
    pub(super) async fn anchor_rights_if_kept(&self, scope: &Scope) -> Result<Vec<Right>> {
        if self.anchors.are_kept() {
            self.anchor_rights(scope).await
        } else {
            Ok(Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: Option<&[u8]>) -> Entry {
        let values = value.map(|value| ("ms-ds-consistencyguid".to_owned(), vec![value.to_vec()]));
        Entry {
            dn: "CN=a".to_owned(),
            attributes: values.into_iter().collect(),
        }
    }

    #[test]
    fn only_another_anchor_is_remembered_and_only_where_they_are_kept() {
        let (guid, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let kept = Anchors::new(SourceAnchor::ConsistencyGuid);
        assert!(!kept.are_known() && kept.is_missing(&entry(None)));
        assert_eq!(kept.learn(guid, &entry(None)), guid);
        assert_eq!(kept.learn(guid, &entry(Some(&guid.to_bytes_le()))), guid);
        assert!(!kept.has_foreign());
        assert_eq!(kept.learn(guid, &entry(Some(&other.to_bytes_le()))), other);
        assert_eq!((kept.of(guid), kept.of(other)), (other, other));
        assert_eq!(kept.of_all(vec![guid, Uuid::nil()]), [other, Uuid::nil()]);
        // Put back.
        assert_eq!(kept.learn(guid, &entry(Some(&guid.to_bytes_le()))), guid);
        assert_eq!(kept.of(guid), guid);
        // What isn't 16 bytes long is somebody else's, and stays.
        let odd = entry(Some(b"S-1"));
        assert_eq!(kept.learn(guid, &odd), guid);
        assert!(!kept.is_missing(&odd));

        let plain = Anchors::new(SourceAnchor::OwnId);
        assert!(plain.are_known() && !plain.is_missing(&entry(None)));
        assert_eq!(plain.learn(guid, &entry(Some(&other.to_bytes_le()))), guid);
        assert_eq!(plain.remembered(guid), Some(guid));
        assert_eq!(kept.remembered(guid), None);
        kept.remember(other, guid);
        assert_eq!(kept.remembered(other), Some(guid));
        kept.forget_places();
        assert_eq!(kept.remembered(other), None);
    }
}
