//! Reading everything: first all names, so that members and managers can be told by anchor, then what is in scope.

use super::super::connection::{Entry, Lease, Pages};
use super::super::{Object, Position, Result, Scope, Take};
use super::dn::Dn;
use super::follow::{self, Mark};
use super::memory::Memory;
use super::object::{GROUPS, Kind, MEMBERS, UNITS, USERS, anchor, attributes, kind, object};
use super::policy::Policies;
use super::scope::Inside;
use super::send::Sender;
use super::{Context, OpenLdap, below};
use keyward_wire::Bytes;
use uuid::Uuid;

/// Entries in a page.
const PAGE: i32 = 500;
/// Names in a page: they are short.
const NAMES: i32 = 1000;
/// Groups in a page: one may have 50,000 members.
const GROUPS_PAGE: i32 = 10;

/// What turns entries into objects in scope.
pub(super) struct Reader<'a> {
    pub(super) scope: &'a Scope,
    pub(super) inside: Inside,
    pub(super) policies: Policies,
    /// The agent's account.
    agent: Option<Dn>,
}

impl<'a> Reader<'a> {
    pub(super) async fn new(
        scope: &'a Scope,
        agent: &str,
        lease: &mut Lease,
        base: &str,
    ) -> Result<Self> {
        Ok(Self {
            scope,
            inside: Inside::of(scope, lease, base).await?,
            policies: Policies::read(lease, base).await?,
            agent: Dn::parse(agent),
        })
    }

    /// Whether an entry of this name comes in.
    pub(super) fn holds(&self, memory: &Memory, dn: &Dn, anchor: Uuid) -> bool {
        let is_pilot = || self.scope.group.is_none() || memory.pilot.contains(&anchor);
        self.inside.holds(dn) && is_pilot()
    }

    pub(super) fn object(
        &self,
        memory: &Memory,
        (entry, dn): (&Entry, &Dn),
        anchor: Uuid,
        kind: Kind,
    ) -> Object {
        let own_policy = entry.text("pwdpolicysubentry");
        let manager = entry.text("manager");
        Object {
            protected: self.agent.as_ref() == Some(dn),
            manager: manager.and_then(|dn| memory.named(dn)),
            policy: own_policy.and_then(|dn| self.policies.name_of(dn)),
            ..object(entry, anchor, kind)
        }
    }
}

impl OpenLdap {
    /// The cookie is taken first: what changes while everything is read comes again as a change.
    pub(super) async fn read_everything(
        &self,
        scope: &Scope,
        into: &mut dyn Take,
    ) -> Result<Position> {
        let mut held = self.memory.lock().await;
        *held = Memory::default();
        let (mut lease, context) = self.ready().await?;
        let Context { base, anchor } = &context;
        let cookie = follow::cookie(&mut lease, base).await?;
        let mut memory = Memory::default();
        read_names(&mut lease, base, &mut memory).await?;
        read_members(&mut lease, base, &mut memory).await?;
        if let Some(group) = scope.group {
            memory.pilot = memory.everybody_in(group);
        }
        let agent = &self.settings().bind_dn;
        let reader = Reader::new(scope, agent, &mut lease, base).await?;
        send_all(&mut lease, base, &reader, &mut memory, into).await?;
        memory.rest_is_outside();
        let position = Mark {
            context: *anchor,
            cookie: cookie.map(Bytes),
        };
        let position = position.position()?;
        memory.told(&position, scope);
        *held = memory;
        Ok(position)
    }
}

/// Notes the name of everything that can be a member, a manager, or above one.
pub(super) async fn read_names(lease: &mut Lease, base: &str, memory: &mut Memory) -> Result<()> {
    for (filter, kind) in [
        (UNITS, Kind::Unit),
        (GROUPS, Kind::Group),
        (USERS, Kind::User),
    ] {
        let mut pages = Pages::new(lease, below(base, filter, &["entryUUID"]), NAMES);
        while let Some(page) = pages.next().await? {
            for entry in &page {
                if let (Some(anchor), Some(dn)) = (anchor(entry), Dn::parse(&entry.dn)) {
                    memory.learn(anchor, kind, &dn);
                }
            }
        }
    }
    Ok(())
}

/// Notes the members of all groups.
async fn read_members(lease: &mut Lease, base: &str, memory: &mut Memory) -> Result<()> {
    let search = below(base, GROUPS, &["entryUUID", "member", "uniqueMember"]);
    let mut pages = Pages::new(lease, search, GROUPS_PAGE);
    while let Some(page) = pages.next().await? {
        for entry in &page {
            if let Some(anchor) = anchor(entry) {
                memory.set_members(anchor, members(memory, entry));
            }
        }
    }
    Ok(())
}

/// The members of a group's entry.
pub(super) fn members(memory: &Memory, entry: &Entry) -> Vec<Uuid> {
    let names = MEMBERS.iter().flat_map(|name| entry.texts(name));
    // `uniqueMember` may end in a number that tells two entries of one name apart (RFC 4517 section 3.3.21).
    memory.resolve(names.map(|name| name.split_once("#'").map_or(name, |(dn, _)| dn)))
}

async fn send_all(
    lease: &mut Lease,
    base: &str,
    reader: &Reader<'_>,
    memory: &mut Memory,
    into: &mut dyn Take,
) -> Result<()> {
    let mut sender = Sender::new(into);
    let attributes = attributes(&reader.scope.attributes);
    let filter = format!("(|{USERS}{GROUPS})");
    let mut pages = Pages::new(lease, below(base, &filter, &attributes), PAGE);
    while let Some(page) = pages.next().await? {
        for entry in &page {
            let dn = Dn::parse(&entry.dn);
            let (Some(anchor), Some(kind), Some(dn)) = (anchor(entry), kind(entry), dn) else {
                continue;
            };
            if !reader.holds(memory, &dn, anchor) {
                continue;
            }
            memory.set_inside(anchor, true);
            let object = reader.object(memory, (entry, &dn), anchor, kind);
            sender.object(object).await?;
            if kind == Kind::Group {
                sender.all_members(anchor, memory.members(anchor)).await?;
            }
        }
    }
    sender.flush().await
}
