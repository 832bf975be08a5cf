//! Reading everything in scope.

use super::anchors::Anchors;
use super::changes::{Follow, State};
use super::domain::{self, Domain};
use super::groups::{Admins, Groups, Part, members, part};
use super::names::{self, Dn, Named, extended_dn};
use super::object::{object, wanted};
use super::policy;
use super::scope::{Area, GROUPS, PEOPLE};
use super::{ActiveDirectory, target};
use crate::directory::connection::{Bound, Entry, Lease, Pages, Search};
use crate::directory::{Object, Piece, Position, Result, Scope, Take, Unit};
use keyward_wire::sync::MemberChange;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Objects of a page.
const PAGE: i32 = 500;
/// Groups of a page, and the members that come with each: bounded together, for a page is in memory as a whole.
const GROUP_PAGE: i32 = 100;
const FIRST_RANGE: &str = "member;range=0-499";

/// What is needed to make objects out of entries.
pub(super) struct Reader<'a> {
    pub(super) bound: Lease,
    pub(super) domain: Arc<Domain>,
    pub(super) area: Area,
    pub(super) admins: Arc<Admins>,
    pub(super) anchors: Arc<Anchors>,
    pub(super) attributes: Vec<&'a str>,
}

impl Reader<'_> {
    /// The entries that are in scope, as objects.
    pub(super) fn objects(&self, entries: &[Entry]) -> Vec<Object> {
        let entries = entries.iter().filter(|entry| self.area.has(entry));
        entries
            .filter_map(|entry| object(entry, &self.domain, &self.admins, &self.anchors))
            .collect()
    }

    /// All members of a group that is in scope, in pieces.
    pub(super) async fn members(
        &mut self,
        group: Uuid,
        first: Option<Part>,
        into: &mut dyn Take,
    ) -> Result<()> {
        let mut whole = first.is_none();
        let mut from = match &first {
            None => Some(0),
            Some(part) => part.next,
        };
        if let Some(part) = first {
            into.take(self.piece_of(group, true, part.members)).await?;
        }
        while let Some(position) = from {
            let Some(part) = members(&mut self.bound, group, position).await? else {
                break;
            };
            into.take(self.piece_of(group, whole, part.members)).await?;
            whole = false;
            from = part.next;
        }
        Ok(())
    }

    fn piece_of(&self, group: Uuid, whole: bool, members: Vec<Uuid>) -> Piece {
        Piece {
            members: vec![listed(group, whole, members, &self.anchors)],
            ..Piece::default()
        }
    }
}

fn listed(group: Uuid, whole: bool, members: Vec<Uuid>, anchors: &Anchors) -> MemberChange {
    MemberChange {
        group,
        whole,
        add: anchors.of_all(members),
        remove: Vec::new(),
    }
}

impl ActiveDirectory {
    /// Prepares a reading.
    pub(super) async fn reader<'a>(&self, scope: &'a Scope) -> Result<Reader<'a>> {
        let (mut bound, domain) = self.service().await?;
        let area = Area::resolve(&mut bound, &domain.base, scope).await?;
        let groups = match scope.group {
            Some(_) => Some(Groups::read(&mut bound, &domain.base).await?),
            None => None,
        };
        let admins = self.admins(&mut bound, &domain, groups.as_ref()).await?;
        let area = match &groups {
            Some(groups) => area.piloted(scope, groups),
            None => area,
        };
        // The policy of each user costs the server much, so nobody asks where there is none. Where that can't be seen, there
        // may be.
        let fine = policy::fine(&mut bound, &domain.base).await?;
        let policies = fine.is_none_or(|fine| !fine.is_empty());
        Ok(Reader {
            bound,
            domain,
            area,
            admins,
            anchors: Arc::clone(&self.anchors),
            attributes: wanted(scope, policies, &self.anchors),
        })
    }

    pub(super) async fn read_everything(
        &self,
        scope: &Scope,
        into: &mut dyn Take,
    ) -> Result<Position> {
        self.forget_admins();
        let mut reader = self.reader(scope).await?;
        // Before the first object: what changes while we read comes again with the changes.
        let state = State::read(&mut reader.bound).await?;
        let follow = Follow::begin(
            &mut reader.bound,
            &reader.domain,
            &state,
            self.servers.settings().dirsync,
        )
        .await?;
        // Members and managers come with their objectGUIDs.
        self.anchors
            .read(&mut reader.bound, &reader.domain.base)
            .await?;
        for root in reader.area.roots.clone() {
            people(&mut reader, &root, into).await?;
        }
        for root in reader.area.roots.clone() {
            groups(&mut reader, &root, into).await?;
        }
        self.was_full(state.usn());
        let foreign = self.anchors.has_foreign();
        Ok(follow.position(&state, reader.area.pilot(), foreign))
    }

    pub(super) async fn find_one(&self, name: &str) -> Result<Option<Object>> {
        let (mut bound, domain) = self.service().await?;
        let found = domain::find(&mut bound, &domain.base, name, &["1.1"]).await?;
        let Some(dn) = found else { return Ok(None) };
        let admins = self.admins(&mut bound, &domain, None).await?;
        let scope = Scope::default();
        let mut attributes = wanted(&scope, true, &self.anchors);
        attributes.push("*");
        let search = Search::entry(&dn, &attributes).with(extended_dn());
        let found = bound.search(search).await?;
        let entry = found.entries.first();
        Ok(entry.and_then(|entry| object(entry, &domain, &admins, &self.anchors)))
    }

    pub(super) async fn read_tree(&self) -> Result<Vec<Unit>> {
        let (mut bound, domain) = self.service().await?;
        let filter = "(&(|(objectClass=organizationalUnit)(objectClass=container)\
                      (objectClass=organization)(objectClass=country)(objectClass=locality))\
                      (!(showInAdvancedViewOnly=TRUE)))";
        let attributes = ["objectGUID", "name"];
        let search = Search::below(&domain.base, ldap3::Scope::Subtree, filter, &attributes);
        let mut pages = Pages::new(&mut bound, search, PAGE);
        let mut found: Vec<(Dn, Unit)> = Vec::new();
        while let Some(page) = pages.next().await? {
            for entry in page {
                let Some(anchor) = entry.guid("objectGUID") else {
                    continue;
                };
                let unit = Unit {
                    anchor,
                    name: entry.text("name").unwrap_or_default().to_owned(),
                    parent: None,
                    dn: entry.dn,
                };
                found.push((Dn::parse(&unit.dn), unit));
            }
        }
        let anchors: HashMap<Dn, Uuid> = found
            .iter()
            .map(|(dn, unit)| (dn.clone(), unit.anchor))
            .collect();
        found.sort_by_cached_key(|(dn, unit)| (dn.depth(), unit.dn.to_lowercase()));
        let units = found.into_iter().map(|(dn, unit)| Unit {
            parent: anchors.get(&dn.parent()).copied(),
            ..unit
        });
        Ok(units.collect())
    }

    pub(super) async fn is_in_scope(&self, scope: &Scope, anchor: Uuid) -> Result<bool> {
        let (mut bound, domain) = self.service().await?;
        let area = Area::resolve(&mut bound, &domain.base, scope).await?;
        let attributes = [
            "objectGUID",
            "sAMAccountType",
            "sAMAccountName",
            "isCriticalSystemObject",
            "tokenGroups",
        ];
        let guid = self
            .anchors
            .locate(&mut bound, &domain.base, anchor)
            .await?;
        let Some(guid) = guid else { return Ok(false) };
        let found = bound.entry(&names::by_guid(guid), &attributes).await?;
        let Some(entry) = found.filter(|entry| area.has(entry)) else {
            return Ok(false);
        };
        let Some(pilot) = scope.group else {
            return Ok(true);
        };
        if guid == pilot {
            return Ok(true);
        }
        // Nested groups too, as the server counts them at a sign-in.
        let pilot = bound.entry(&names::by_guid(pilot), &["objectSid"]).await?;
        let sid = pilot.and_then(|pilot| pilot.bytes("objectSid").map(<[u8]>::to_vec));
        let tokens = entry.values("tokenGroups");
        Ok(sid.is_some_and(|sid| tokens.contains(&sid)))
    }

    /// Who is privileged, as last read.
    pub(super) async fn admins(
        &self,
        bound: &mut Bound,
        domain: &Domain,
        groups: Option<&Groups>,
    ) -> Result<Arc<Admins>> {
        if let Some(known) = self.known_admins() {
            return Ok(known);
        }
        let admins = if let Some(groups) = groups {
            Admins::read(bound, domain, groups).await?
        } else {
            let groups = Groups::read(bound, &domain.base).await?;
            Admins::read(bound, domain, &groups).await?
        };
        let admins = Arc::new(admins);
        self.remember_admins(&admins);
        Ok(admins)
    }
}

/// Hands on the people below a unit. While a page is handed on, the server already works at the next.
async fn people(reader: &mut Reader<'_>, root: &str, into: &mut dyn Take) -> Result<()> {
    let attributes = reader.attributes.clone();
    let search =
        Search::below(root, ldap3::Scope::Subtree, PEOPLE, &attributes).with(extended_dn());
    // Its own connection, so that the reader can be asked meanwhile.
    let (area, domain, admins) = (&reader.area, &reader.domain, &reader.admins);
    let anchors = &reader.anchors;
    let mut pages = Pages::new(&mut reader.bound, search, PAGE);
    let mut page = pages.next().await?;
    while let Some(entries) = page {
        let entries = entries.iter().filter(|entry| area.has(entry));
        let piece = Piece {
            objects: entries
                .filter_map(|entry| object(entry, domain, admins, anchors))
                .collect(),
            ..Piece::default()
        };
        let (next, taken) = tokio::join!(pages.next(), into.take(piece));
        taken?;
        page = next?;
    }
    Ok(())
}

/// Hands on the groups below a unit with their members.
async fn groups(reader: &mut Reader<'_>, root: &str, into: &mut dyn Take) -> Result<()> {
    let mut attributes = reader.attributes.clone();
    attributes.push(FIRST_RANGE);
    let search =
        Search::below(root, ldap3::Scope::Subtree, GROUPS, &attributes).with(extended_dn());
    let mut long = Vec::new();
    let (area, domain, admins) = (&reader.area, &reader.domain, &reader.admins);
    let anchors = &reader.anchors;
    let mut pages = Pages::new(&mut reader.bound, search, GROUP_PAGE);
    while let Some(entries) = pages.next().await? {
        let mut piece = Piece::default();
        for entry in entries.iter().filter(|entry| area.has(entry)) {
            let Some(group) = object(entry, domain, admins, anchors) else {
                continue;
            };
            let first = part(entry, 0)?;
            if first.next.is_some() {
                long.push((group.anchor, first));
            } else {
                let members = listed(group.anchor, true, first.members, anchors);
                piece.members.push(members);
            }
            piece.objects.push(group);
        }
        into.take(piece).await?;
    }
    for (group, first) in long {
        reader.members(group, Some(first), into).await?;
    }
    Ok(())
}

/// The GUID in an entry's name or attribute.
pub(super) fn guid(entry: &Entry) -> Option<Uuid> {
    entry.guid("objectGUID").or(Named::parse(&entry.dn).guid)
}

/// It is a person, of whatever state.
pub(super) fn is_person(entry: &Entry) -> bool {
    entry.text("sAMAccountType") == Some(target::PERSON)
}
