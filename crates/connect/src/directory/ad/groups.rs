//! Which groups are in which, and who is in them.

use super::domain::Domain;
use super::names::{self, Named, extended_dn};
use super::target::is_privileged;
use crate::directory::connection::{Bound, Entry, Pages, Search};
use crate::directory::{Error, Result};
use ldap3::Scope;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many members are read at once. Windows gives 1,500 at most, whatever is asked for; the rest is asked for again.
pub(super) const RANGE: usize = 4_000;
const PAGE: i32 = 500;
/// Privileged people are few. Where they are not, `adminCount` has to do.
const MOST_ADMINS: usize = 10_000;

/// All groups of a domain, and the groups that each is in.
#[derive(Debug, Default)]
pub(super) struct Groups {
    parents: HashMap<Uuid, Vec<Uuid>>,
    sids: HashMap<Uuid, String>,
}

impl Groups {
    /// Reads all groups with what they are in, and not with their members: that is little.
    pub(super) async fn read(bound: &mut Bound, base: &str) -> Result<Self> {
        let attributes = ["objectGUID", "objectSid", "memberOf"];
        let filter = "(objectCategory=group)";
        let search = Search::below(base, Scope::Subtree, filter, &attributes).with(extended_dn());
        let mut pages = Pages::new(bound, search, PAGE);
        let mut groups = Self::default();
        while let Some(page) = pages.next().await? {
            for entry in &page {
                let Some(guid) = entry.guid("objectGUID") else {
                    continue;
                };
                let parents = entry.texts("memberOf").into_iter();
                let parents = parents.filter_map(|parent| Named::parse(parent).guid);
                groups.parents.insert(guid, parents.collect());
                let sid = entry.bytes("objectSid").and_then(names::sid);
                groups.sids.extend(sid.map(|sid| (guid, sid)));
            }
        }
        Ok(groups)
    }

    /// These groups and all that are in them, at any depth. Circles end.
    pub(super) fn within(&self, groups: impl IntoIterator<Item = Uuid>) -> HashSet<Uuid> {
        let mut children: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (group, parents) in &self.parents {
            for parent in parents {
                children.entry(*parent).or_default().push(*group);
            }
        }
        let mut found = HashSet::new();
        let mut open: Vec<Uuid> = groups.into_iter().collect();
        while let Some(group) = open.pop() {
            if found.insert(group) {
                open.extend(children.get(&group).into_iter().flatten());
            }
        }
        found
    }

    fn privileged(&self, domain: &Domain) -> HashSet<Uuid> {
        let privileged = self
            .sids
            .iter()
            .filter(|(_, sid)| is_privileged(sid, domain));
        self.within(privileged.map(|(group, _)| *group))
    }
}

/// Who is in a privileged group, directly or not.
#[derive(Debug, Default)]
pub(super) struct Admins {
    pub(super) groups: HashSet<Uuid>,
    pub(super) people: HashSet<Uuid>,
}

impl Admins {
    pub(super) async fn read(bound: &mut Bound, domain: &Domain, groups: &Groups) -> Result<Self> {
        let mut admins = Self {
            groups: groups.privileged(domain),
            people: HashSet::new(),
        };
        'groups: for group in &admins.groups {
            let mut from = 0;
            while let Some(part) = members(bound, *group, from).await? {
                admins.people.extend(&part.members);
                if admins.people.len() > MOST_ADMINS {
                    break 'groups;
                }
                match part.next {
                    Some(next) => from = next,
                    None => break,
                }
            }
        }
        Ok(admins)
    }
}

/// A part of a group's members.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) members: Vec<Uuid>,
    /// Where the next part begins; none: this was the last.
    pub(super) next: Option<usize>,
}

/// The members from a position on; none if there is no such group (any more).
pub(super) async fn members(bound: &mut Bound, group: Uuid, from: usize) -> Result<Option<Part>> {
    let range = format!("member;range={from}-{}", from + RANGE - 1);
    let base = names::by_guid(group);
    let attributes = [range.as_str()];
    let search = Search::entry(&base, &attributes).with(extended_dn());
    let found = bound.search(search).await?;
    match found.answer.rc {
        32 => return Ok(None),
        // Nobody is left at that position: some were taken out in the meantime.
        1 | 53 if from > 0 => return Ok(Some(Part::default())),
        _ => found.answer.done()?,
    }
    found
        .entries
        .first()
        .map(|entry| part(entry, from))
        .transpose()
}

/// The part that came with an entry, whatever its size.
pub(super) fn part(entry: &Entry, from: usize) -> Result<Part> {
    let cut = || Error::Answer("a range of members isn't the one that was asked for".to_owned());
    let mut part = Part::default();
    for (name, values) in &entry.attributes {
        let Some(options) = name.strip_prefix("member") else {
            continue;
        };
        let values = values
            .iter()
            .filter_map(|value| std::str::from_utf8(value).ok());
        let members = values.filter_map(|value| Named::parse(value).guid);
        match options.strip_prefix(";range=") {
            None if options.is_empty() => part.members.extend(members),
            None => {}
            Some(range) => {
                let (first, last) = range.split_once('-').ok_or_else(cut)?;
                if first.parse() != Ok(from) {
                    return Err(cut());
                }
                part.members.extend(members);
                if last != "*" {
                    let last: usize = last.parse().map_err(|_| cut())?;
                    part.next = Some(
                        last.checked_add(1)
                            .filter(|next| *next > from)
                            .ok_or_else(cut)?,
                    );
                }
            }
        }
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn groups_in_circles_end() {
        let groups = Groups {
            parents: HashMap::from([
                (id(1), vec![id(3)]),
                (id(2), vec![id(1)]),
                (id(3), vec![id(2)]),
                (id(4), vec![]),
            ]),
            sids: HashMap::new(),
        };
        assert_eq!(groups.within([id(1)]), HashSet::from([id(1), id(2), id(3)]));
        assert_eq!(groups.within([id(4)]), HashSet::from([id(4)]));
    }

    #[test]
    fn a_range_says_where_the_next_begins() {
        let entry = |name: &str| Entry {
            dn: String::new(),
            attributes: vec![
                ("member".to_owned(), vec![]),
                (
                    name.to_owned(),
                    vec![format!("<GUID={}>;CN=a,DC=b", id(7)).into_bytes()],
                ),
            ],
        };
        let next =
            |name, from| part(&entry(name), from).map(|part| (part.members.len(), part.next));
        assert_eq!(next("member;range=0-1499", 0).unwrap(), (1, Some(1500)));
        assert_eq!(next("member;range=1500-*", 1500).unwrap(), (1, None));
        assert!(next("member;range=0-1499", 1500).is_err());
        assert!(next("member;range=5-3", 5).is_err());
        assert!(next("member;range=x", 0).is_err());
    }
}
