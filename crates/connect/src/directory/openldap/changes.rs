//! Reading what changed.
//!
//! slapd tells which entries changed, not how: what they are now is read, and compared with what was told before
//! ([`Memory`]). A renamed unit changes the names of all that is in it without changing those entries; a member's new
//! name changes a group without the group being told as changed. After a restart nothing is remembered: then changed
//! groups are told whole and changed units read through, and where a log of deletions is missing too, everything is
//! read again.

use super::super::connection::{Entry, Lease, Pages};
use super::super::{Error, Position, Result, Scope, Take};
use super::dn::Dn;
use super::follow::{self, Delta, Mark};
use super::memory::{Memory, News};
use super::object::{GROUPS, Kind, anchor, attributes, kind};
use super::read::{Reader, members, read_names};
use super::send::Sender;
use super::{OpenLdap, any_of, below};
use keyward_wire::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Entries that are asked for at once.
const AT_ONCE: usize = 200;
/// Groups that are asked for at once, with all their members.
const GROUPS_AT_ONCE: usize = 10;
/// Names that groups are looked for by at once.
const NAMES_AT_ONCE: usize = 20;
/// With more new names than this it is less work to read all groups.
const MANY: usize = 1000;

/// What is to be told.
#[derive(Debug, Default)]
struct Found {
    /// Users and groups as they are now.
    touched: BTreeSet<Uuid>,
    /// Groups whose members may have changed.
    groups: BTreeSet<Uuid>,
    /// The members that were told of them before.
    before: BTreeMap<Uuid, Option<Vec<Uuid>>>,
    gone: BTreeSet<Uuid>,
}

impl OpenLdap {
    pub(super) async fn read_since(
        &self,
        scope: &Scope,
        from: &Position,
        into: &mut dyn Take,
    ) -> Result<Position> {
        let mark = Mark::read(from)?;
        let since = mark.cookie.as_ref().ok_or(Error::PositionLost)?;
        let mut held = self.memory.lock().await;
        let remembered = held.is_of(from, scope);
        // What goes wrong from here on leaves nothing behind that could be taken for told.
        let mut memory = std::mem::take(&mut *held);
        let (mut lease, context) = self.ready().await?;
        if context.anchor != mark.context {
            return Err(Error::PositionLost);
        }
        let base = &context.base;
        let mut delta = follow::delta(&mut lease, base, &since.0).await?;
        if !remembered && !delta.is_empty() {
            if scope.group.is_some() || delta.present.is_some() {
                return Err(Error::PositionLost);
            }
            // The names first, then what changed: what changes in between is in both.
            memory = Memory::default();
            read_names(&mut lease, base, &mut memory).await?;
            delta = follow::delta(&mut lease, base, &since.0).await?;
        }
        let cookie = delta.cookie.take().map(Bytes).or(mark.cookie);
        let position = Mark {
            context: mark.context,
            cookie,
        };
        let position = position.position()?;
        if !delta.is_empty() {
            let agent = &self.settings().bind_dn;
            let mut changes = Changes {
                reader: Reader::new(scope, agent, &mut lease, base).await?,
                lease,
                base,
                memory,
                remembered,
                found: Found::default(),
            };
            changes.find(delta).await?;
            changes.send(into).await?;
            memory = changes.memory;
        } else if !remembered {
            return Ok(position);
        }
        memory.told(&position, scope);
        *held = memory;
        Ok(position)
    }
}

/// One reading of what changed.
struct Changes<'a> {
    lease: Lease,
    base: &'a str,
    reader: Reader<'a>,
    memory: Memory,
    /// The memory is of what was told; else of what there is, and anything in it may be news.
    remembered: bool,
    found: Found,
}

impl Changes<'_> {
    /// Works out what is to be told.
    async fn find(&mut self, delta: Delta) -> Result<()> {
        self.found.gone = delta.gone;
        if let Some(present) = &delta.present {
            let is_gone =
                |anchor: &Uuid| !present.contains(anchor) && !delta.changed.contains(anchor);
            self.found
                .gone
                .extend(self.memory.everybody().filter(is_gone));
        }
        for anchor in &self.found.gone {
            self.memory.forget(*anchor);
        }
        let changed: Vec<_> = delta
            .changed
            .difference(&self.found.gone)
            .copied()
            .collect();
        let (mut renamed, mut units) = (Vec::new(), Vec::new());
        for some in changed.chunks(AT_ONCE) {
            for entry in self.entries(some, &["entryUUID", "objectClass"]).await? {
                match self.note(&entry) {
                    Some((Kind::Unit, News::Renamed)) => units.push(entry.dn),
                    Some((Kind::Unit, _)) if !self.remembered => units.push(entry.dn),
                    Some((Kind::Unit, _)) | None => {}
                    Some((_, News::Same)) if self.remembered => {}
                    Some(_) => renamed.push(entry.dn),
                }
            }
        }
        for unit in units {
            self.walk(&unit, &mut renamed).await?;
        }
        self.find_groups_of(&renamed).await?;
        self.read_groups().await?;
        if let Some(group) = self.reader.scope.group {
            let pilot = self.memory.everybody_in(group);
            let moved = pilot.symmetric_difference(&self.memory.pilot);
            self.found.touched.extend(moved);
            self.memory.pilot = pilot;
        }
        Ok(())
    }

    /// Notes an entry's name, and that it is to be told.
    fn note(&mut self, entry: &Entry) -> Option<(Kind, News)> {
        let (anchor, dn) = (anchor(entry)?, Dn::parse(&entry.dn)?);
        let Some(kind) = kind(entry) else {
            self.memory.forget(anchor);
            self.found.gone.insert(anchor);
            return None;
        };
        let news = self.memory.learn(anchor, kind, &dn);
        if news == News::Renamed {
            // Where nobody sees to it that members keep their names, it isn't their member any more.
            self.found.groups.extend(self.memory.groups_of(anchor));
        }
        match kind {
            Kind::Unit => {}
            Kind::User => drop(self.found.touched.insert(anchor)),
            Kind::Group => drop(self.found.groups.insert(anchor)),
        }
        Some((kind, news))
    }

    /// A unit has another name: so has everything in it, and it may have left the scope or come into it.
    async fn walk(&mut self, unit: &str, renamed: &mut Vec<String>) -> Result<()> {
        let filter = follow::everything();
        let mut entries = Vec::new();
        let search = below(unit, &filter, &["entryUUID", "objectClass"]);
        let mut pages = Pages::new(&mut self.lease, search, 1000);
        while let Some(page) = pages.next().await? {
            entries.extend(page);
        }
        for entry in entries {
            if matches!(self.note(&entry), Some((Kind::User | Kind::Group, _))) {
                renamed.push(entry.dn);
            }
        }
        Ok(())
    }

    /// A name that is new to us may have been a member's for long: OpenLDAP doesn't ask whether it is somebody's.
    async fn find_groups_of(&mut self, names: &[String]) -> Result<()> {
        if names.len() > MANY {
            self.found.groups.extend(self.memory.groups());
            return Ok(());
        }
        for some in names.chunks(NAMES_AT_ONCE) {
            let (member, unique) = (any_of("member", some), any_of("uniqueMember", some));
            let filter = format!("(&{GROUPS}(|{member}{unique}))");
            let search = below(self.base, &filter, &["entryUUID"]);
            let found = self.lease.search(search).await?;
            found.answer.done()?;
            self.found
                .groups
                .extend(found.entries.iter().filter_map(anchor));
        }
        Ok(())
    }

    async fn read_groups(&mut self) -> Result<()> {
        let groups: Vec<_> = self.found.groups.iter().copied().collect();
        for some in groups.chunks(GROUPS_AT_ONCE) {
            for entry in self
                .entries(some, &["entryUUID", "member", "uniqueMember"])
                .await?
            {
                if let Some(anchor) = anchor(&entry) {
                    let members = members(&self.memory, &entry);
                    let before = self.memory.set_members(anchor, members);
                    self.found.before.insert(anchor, before);
                    self.found.touched.insert(anchor);
                }
            }
        }
        Ok(())
    }

    /// Tells it.
    async fn send(&mut self, into: &mut dyn Take) -> Result<()> {
        let mut sender = Sender::new(into);
        for anchor in &self.found.gone {
            sender.gone(*anchor).await?;
        }
        let touched: Vec<_> = self.found.touched.iter().copied().collect();
        let attributes = attributes(&self.reader.scope.attributes);
        for some in touched.chunks(AT_ONCE) {
            for entry in self.entries(some, &attributes).await? {
                if let (Some(anchor), Some(kind)) = (anchor(&entry), kind(&entry)) {
                    self.send_one(&mut sender, &entry, anchor, kind).await?;
                }
            }
        }
        sender.flush().await
    }

    async fn send_one(
        &mut self,
        sender: &mut Sender<'_>,
        entry: &Entry,
        anchor: Uuid,
        kind: Kind,
    ) -> Result<()> {
        let Some(dn) = Dn::parse(&entry.dn) else {
            return Ok(());
        };
        let was_inside = self.memory.is_inside(anchor);
        let is_inside = self.reader.holds(&self.memory, &dn, anchor);
        self.memory.set_inside(anchor, is_inside);
        if !is_inside {
            if was_inside != Some(false) {
                sender.gone(anchor).await?;
            }
            return Ok(());
        }
        let object = self.reader.object(&self.memory, (entry, &dn), anchor, kind);
        sender.object(object).await?;
        if kind != Kind::Group {
            return Ok(());
        }
        let members = self.memory.members(anchor);
        match self.found.before.get(&anchor) {
            Some(Some(before)) if was_inside == Some(true) => {
                sender.members(anchor, before, members).await
            }
            _ => sender.all_members(anchor, members).await,
        }
    }

    /// The entries of these anchors, without those that are gone by now: the next reading tells that.
    async fn entries(&mut self, anchors: &[Uuid], attributes: &[&str]) -> Result<Vec<Entry>> {
        let filter = any_of("entryUUID", anchors.iter().map(Uuid::to_string));
        let found = self
            .lease
            .search(below(self.base, &filter, attributes))
            .await?;
        found.answer.done()?;
        Ok(found.entries)
    }
}
