//! The account that something is to be done to, read afresh, and whether it may be.
//!
//! This guard is the agent's own: it holds whatever the service says (G-06), and doesn't rely on the directory's
//! `AdminSDHolder`, which works once an hour and which Samba lacks.

use super::descriptor::Descriptor;
use super::domain::{self, Domain};
use super::names;
use super::object::RESULTANT;
use crate::directory::Result;
use crate::directory::connection::{Bound, Entry, Search};
use keyward_wire::Micros;
use keyward_wire::outcome::Denial;
use uuid::Uuid;

/// `sAMAccountType` of people: not of computers, domain trusts and managed service accounts.
pub(super) const PERSON: &str = "805306368";

/// What the guard asks for, and what is told of a password that was refused.
const GUARDED: [&str; 11] = [
    "objectSid",
    "sAMAccountType",
    "userAccountControl",
    "adminCount",
    "isCriticalSystemObject",
    "primaryGroupID",
    "tokenGroups",
    "pwdLastSet",
    "accountExpires",
    "sAMAccountName",
    "displayName",
];

/// What an examination asks for beside that: it costs a server more than all the rest, while nobody waits.
pub(super) const EXAMINED: [&str; 4] = [
    "lockoutTime",
    "msDS-User-Account-Control-Computed",
    "allowedAttributesEffective",
    RESULTANT,
];

/// The rights at the object.
const DESCRIPTOR: &str = "nTSecurityDescriptor";

/// The account that something is to be done to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) guid: Uuid,
    pub(super) dn: String,
    pub(super) entry: Entry,
    pub(super) descriptor: Option<Descriptor>,
}

/// `userAccountControl`.
pub(super) mod flag {
    pub(in super::super) const DISABLED: i64 = 0x2;
    pub(in super::super) const LOCKED: i64 = 0x10;
    pub(in super::super) const SMART_CARD: i64 = 0x4_0000;
}

impl Target {
    /// Reads it, with these attributes beside those that the guard needs; none if there is no such object.
    pub(super) async fn read(
        bound: &mut Bound,
        guid: Uuid,
        beside: &[&str],
    ) -> Result<Option<Self>> {
        let base = names::by_guid(guid);
        let wanted = [&GUARDED, &[DESCRIPTOR][..], beside].concat();
        let search = Search::entry(&base, &wanted).with(names::only_dacl());
        let found = bound.search(search).await?;
        if found.answer.rc == 32 {
            return Ok(None);
        }
        found.answer.done()?;
        Ok(found.entries.into_iter().next().map(|entry| Self {
            guid,
            dn: entry.dn.clone(),
            descriptor: entry.bytes(DESCRIPTOR).and_then(Descriptor::parse),
            entry,
        }))
    }

    fn has(&self, name: &str, flag: i64) -> bool {
        self.entry.number(name).unwrap_or(0) & flag != 0
    }

    pub(super) fn is_locked(&self) -> bool {
        self.has("msDS-User-Account-Control-Computed", flag::LOCKED)
    }

    /// When the password was last set.
    pub(super) fn password_set_at(&self) -> Option<Micros> {
        names::instant(self.entry.number("pwdLastSet")?)
    }

    /// Protected: never touched from here. In doubt it is.
    pub(super) fn is_protected(&self, domain: &Domain) -> bool {
        let entry = &self.entry;
        let Some(sid) = entry.bytes("objectSid").and_then(names::sid) else {
            return true;
        };
        let tokens = entry.values("tokenGroups");
        let mut tokens = tokens.iter().map(|token| names::sid(token));
        entry.text("sAMAccountType") != Some(PERSON)
            || is_marked(entry)
            || is_built_in(&sid)
            || sid == domain.agent.sid
            // Everybody has a primary group at least: without any they could not be read.
            || tokens.len() == 0
            || tokens.any(|token| token.is_none_or(|token| is_privileged(&token, domain)))
    }

    /// Why a password isn't set here, apart from the agent's rights.
    pub(super) async fn refusal(
        &self,
        bound: &mut Bound,
        domain: &Domain,
    ) -> Result<Option<Denial>> {
        if self.is_protected(domain) {
            return Ok(Some(Denial::Protected));
        }
        if self.has("userAccountControl", flag::DISABLED) {
            return Ok(Some(Denial::Disabled));
        }
        if self.has("userAccountControl", flag::SMART_CARD) {
            return Ok(Some(Denial::SmartCard));
        }
        if self.is_expired(bound).await? {
            return Ok(Some(Denial::AccountExpired));
        }
        let descriptor = self.descriptor.as_ref();
        Ok(descriptor
            .is_some_and(Descriptor::cannot_change)
            .then_some(Denial::CannotChange))
    }

    async fn is_expired(&self, bound: &mut Bound) -> Result<bool> {
        let Some(expires) = self.entry.number("accountExpires").and_then(names::instant) else {
            return Ok(false);
        };
        let now = domain::clock(bound).await?;
        Ok(now.is_some_and(|now| now >= expires))
    }
}

/// `AdminSDHolder` has been here, the system needs it, or its primary group is privileged.
pub(super) fn is_marked(entry: &Entry) -> bool {
    entry.number("adminCount").unwrap_or(0) > 0
        || entry.truth("isCriticalSystemObject")
        || entry
            .number("primaryGroupID")
            .is_some_and(|group| PRIVILEGED.contains(&(group as u32)))
}

/// Administrator, Guest, krbtgt and the other accounts that every domain is born with.
pub(super) fn is_built_in(sid: &str) -> bool {
    sid.starts_with(DOMAINS) && names::rid(sid).is_some_and(|rid| (500..512).contains(&rid))
}

const DOMAINS: &str = "S-1-5-21-";
const BUILT_IN: &str = "S-1-5-32-";

/// Groups of a domain whose members can make themselves its administrators: Domain Admins, Domain Controllers, Cert
/// Publishers, Schema Admins, Enterprise Admins, Group Policy Creator Owners, both kinds of read-only domain controllers,
/// Cloneable Domain Controllers, Key Admins, Enterprise Key Admins. Of any domain: numbers below 1,000 are nobody else's.
const PRIVILEGED: [u32; 11] = [512, 516, 517, 518, 519, 520, 521, 498, 522, 526, 527];
/// Administrators, Account, Server, Print and Backup Operators, Replicator.
const PRIVILEGED_BUILT_IN: [u32; 6] = [544, 548, 549, 550, 551, 552];

/// A privileged group, by its SID: names are in the language of whoever installed the domain.
pub(super) fn is_privileged(sid: &str, domain: &Domain) -> bool {
    is_privileged_sid(sid) || domain.dns_admins.as_deref() == Some(sid)
}

fn is_privileged_sid(sid: &str) -> bool {
    names::rid(sid).is_some_and(|rid| {
        sid.starts_with(DOMAINS) && PRIVILEGED.contains(&rid)
            || sid.starts_with(BUILT_IN) && PRIVILEGED_BUILT_IN.contains(&rid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: AD-01
    #[test]
    fn privilege_is_told_by_sid() {
        assert!(is_privileged_sid("S-1-5-21-1-2-3-512"));
        assert!(is_privileged_sid("S-1-5-21-9-9-9-519"));
        assert!(is_privileged_sid("S-1-5-32-551"));
        assert!(!is_privileged_sid("S-1-5-21-1-2-3-513"));
        assert!(!is_privileged_sid("S-1-5-32-545"));
        assert!(!is_privileged_sid("S-1-5-21-1-2-3-1512"));
        assert!(is_built_in("S-1-5-21-1-2-3-502"));
        assert!(!is_built_in("S-1-5-21-1-2-3-1105"));
        let marked = |name: &str, value: &str| {
            is_marked(&Entry {
                dn: String::new(),
                attributes: vec![(name.to_owned(), vec![value.into()])],
            })
        };
        assert!(marked("admincount", "1") && marked("primarygroupid", "512"));
        assert!(!marked("admincount", "0") && !marked("primarygroupid", "513"));
        assert!(marked("iscriticalsystemobject", "TRUE"));
    }
}
