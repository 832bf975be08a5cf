//! Which objects come in: the scope with its anchors resolved.

use super::groups::Groups;
use super::names::{self, Dn};
use super::target::PERSON;
use crate::directory::connection::{Bound, Entry, Search};
use crate::directory::{Error, Result, Scope};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What a search for people and groups asks for. `sAMAccountType` is indexed; it tells security groups apart, and people
/// from computers, trusts and managed service accounts.
pub(super) const PEOPLE: &str = "(sAMAccountType=805306368)";
pub(super) const GROUPS: &str = "(|(sAMAccountType=268435456)(sAMAccountType=536870912))";
const GLOBAL_GROUP: &str = "268435456";
const LOCAL_GROUP: &str = "536870912";

/// Units, with the pilot's groups if there is a pilot.
#[derive(Debug, Clone)]
pub(super) struct Area {
    /// Where to search: units that are in no other one.
    pub(super) roots: Vec<String>,
    /// Each unit, and whether it is in. The nearest one decides.
    rules: Vec<(Dn, bool)>,
    pilot: Option<HashSet<Uuid>>,
}

impl Area {
    /// Looks the units up. One that can't be found is an error: as long as nobody knows whether it was deleted or only
    /// hidden, nothing of it is given up.
    pub(super) async fn resolve(bound: &mut Bound, base: &str, scope: &Scope) -> Result<Self> {
        let wanted: Vec<Uuid> = scope.units.iter().chain(&scope.excluded).copied().collect();
        let names = names_of(bound, base, &wanted).await?;
        let mut units: Vec<(Dn, &str)> = Vec::new();
        for unit in &scope.units {
            let name = names.get(unit).ok_or_else(|| {
                Error::Refused(format!(
                    "the unit {unit} of the scope can't be read: it was deleted, or the agent's account lost its right"
                ))
            })?;
            units.push((Dn::parse(name), name));
        }
        if scope.units.is_empty() {
            units.push((Dn::parse(base), base));
        }
        let excluded = scope.excluded.iter().filter_map(|unit| names.get(unit));
        let excluded = excluded.map(|name| (Dn::parse(name), false));
        let nested = |dn: &Dn| {
            let mut others = units.iter();
            others.any(|(other, _)| other != dn && dn.is_within(other))
        };
        let mut roots: Vec<String> = Vec::new();
        for (dn, name) in &units {
            if !nested(dn) && !roots.iter().any(|root| root == name) {
                roots.push((*name).to_owned());
            }
        }
        Ok(Self {
            roots,
            rules: units
                .iter()
                .map(|(dn, _)| (dn.clone(), true))
                .chain(excluded)
                .collect(),
            pilot: None,
        })
    }

    /// With these groups of the pilot: the group itself, and those in it.
    pub(super) fn piloted(mut self, scope: &Scope, groups: &Groups) -> Self {
        self.pilot = scope.group.map(|group| groups.within([group]));
        self
    }

    pub(super) fn pilot(&self) -> Option<&HashSet<Uuid>> {
        self.pilot.as_ref()
    }

    /// Whether this place is in.
    pub(super) fn has_place(&self, dn: &Dn) -> bool {
        let above = self.rules.iter().filter(|(unit, _)| dn.is_within(unit));
        above
            .max_by_key(|(unit, included)| (unit.depth(), !included))
            .is_some_and(|(_, included)| *included)
    }

    /// Whether an object is in: by place, pilot and kind.
    pub(super) fn has(&self, entry: &Entry) -> bool {
        let named = names::Named::parse(&entry.dn);
        if kind(entry).is_none() || !self.has_place(&Dn::parse(named.dn)) {
            return false;
        }
        let Some(pilot) = &self.pilot else {
            return true;
        };
        let own = named.guid.or_else(|| entry.guid("objectGUID"));
        own.is_some_and(|own| pilot.contains(&own))
            || entry
                .texts("memberOf")
                .into_iter()
                .filter_map(|group| names::Named::parse(group).guid)
                .any(|group| pilot.contains(&group))
    }
}

/// A person or a security group; none for all else, for what the system needs, and for what replication set aside.
pub(super) fn kind(entry: &Entry) -> Option<Kind> {
    if entry.truth("isCriticalSystemObject")
        || entry.text("sAMAccountName").is_none_or(str::is_empty)
        || entry.dn.contains("\\0ACNF:")
    {
        return None;
    }
    match entry.text("sAMAccountType")? {
        PERSON => Some(Kind::Person),
        GLOBAL_GROUP | LOCAL_GROUP => Some(Kind::Group),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Person,
    Group,
}

/// The names of what can be found of these.
async fn names_of(bound: &mut Bound, base: &str, wanted: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut names = HashMap::new();
    for chunk in wanted.chunks(50) {
        let filter = names::any_of(chunk);
        let search = Search::below(base, ldap3::Scope::Subtree, &filter, &["objectGUID"]);
        let found = bound.search(search).await?;
        found.answer.done()?;
        for entry in found.entries {
            names.extend(entry.guid("objectGUID").map(|guid| (guid, entry.dn)));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(rules: &[(&str, bool)]) -> Area {
        Area {
            roots: Vec::new(),
            rules: rules
                .iter()
                .map(|(dn, included)| (Dn::parse(dn), *included))
                .collect(),
            pilot: None,
        }
    }

    #[test]
    fn the_nearest_unit_decides() {
        let area = area(&[
            ("OU=Staff,DC=a", true),
            ("OU=Old,OU=Staff,DC=a", false),
            ("OU=Kept,OU=Old,OU=Staff,DC=a", true),
        ]);
        let has = |dn| area.has_place(&Dn::parse(dn));
        assert!(has("CN=x,OU=Staff,DC=a"));
        assert!(!has("CN=x,OU=Old,OU=Staff,DC=a"));
        assert!(has("CN=x,OU=Kept,OU=Old,OU=Staff,DC=a"));
        assert!(!has("CN=x,OU=Other,DC=a"));
        assert!(!has(r"CN=x\,OU=Staff,DC=a"));
    }

    #[test]
    fn what_is_both_in_and_out_is_out() {
        let area = area(&[("OU=Staff,DC=a", true), ("OU=Staff,DC=a", false)]);
        assert!(!area.has_place(&Dn::parse("CN=x,OU=Staff,DC=a")));
    }
}
