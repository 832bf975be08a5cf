//! Which entries come in.

use super::super::connection::Lease;
use super::super::{Error, Result, Scope};
use super::dn::Dn;
use super::object::{GROUPS, anchor};
use super::{OpenLdap, any_of, below};
use std::collections::HashSet;
use uuid::Uuid;

/// More groups than this above one user aren't looked through: somebody made a knot of them.
const MOST_GROUPS: usize = 10_000;

/// The units of a scope where they are now. By anchor, so that a renamed unit stays in.
#[derive(Debug)]
pub(super) struct Inside {
    /// None: the whole naming context.
    included: Option<Vec<Dn>>,
    excluded: Vec<Dn>,
}

impl Inside {
    pub(super) async fn of(scope: &Scope, lease: &mut Lease, base: &str) -> Result<Self> {
        let included = if scope.units.is_empty() {
            None
        } else {
            let found = names(lease, base, &scope.units).await?;
            if found.is_empty() {
                // Not the same as "nothing is in scope": everything would be taken for deleted.
                return Err(Error::Refused(
                    "none of the units in scope is there, or the agent's account can't read them"
                        .to_owned(),
                ));
            }
            Some(found)
        };
        Ok(Self {
            included,
            excluded: names(lease, base, &scope.excluded).await?,
        })
    }

    /// The nearest unit above that is named in the scope decides.
    pub(super) fn holds(&self, dn: &Dn) -> bool {
        let nearest = |units: &[Dn]| {
            let above = units.iter().filter(|unit| dn.is_within(unit));
            above.map(Dn::depth).max()
        };
        let excluded = nearest(&self.excluded);
        match &self.included {
            None => excluded.is_none(),
            Some(units) => nearest(units) > excluded,
        }
    }
}

/// The names of these entries. One that is gone has nothing below it any more.
async fn names(lease: &mut Lease, base: &str, anchors: &[Uuid]) -> Result<Vec<Dn>> {
    let mut names = Vec::new();
    for some in anchors.chunks(100) {
        let filter = any_of("entryUUID", some.iter().map(Uuid::to_string));
        let found = lease.search(below(base, &filter, &["entryUUID"])).await?;
        found.answer.done()?;
        names.extend(
            found
                .entries
                .iter()
                .filter_map(|entry| Dn::parse(&entry.dn)),
        );
    }
    if names.len() < anchors.len() {
        tracing::warn!("a unit of the scope can't be found: was it deleted?");
    }
    Ok(names)
}

impl OpenLdap {
    /// Read afresh: from the account, its place, and the groups that it is in.
    pub(super) async fn is_in_scope(&self, scope: &Scope, anchor: Uuid) -> Result<bool> {
        let (mut lease, account) = self.account(anchor).await?;
        let Some(account) = account else {
            return Ok(false);
        };
        let base = self.base(&mut lease).await?;
        let inside = Inside::of(scope, &mut lease, base).await?;
        if !Dn::parse(&account.dn).is_some_and(|dn| inside.holds(&dn)) {
            return Ok(false);
        }
        match scope.group {
            None => Ok(true),
            Some(group) => is_member(&mut lease, base, account.dn, group).await,
        }
    }
}

/// Whether an entry is in a group, at any depth.
async fn is_member(lease: &mut Lease, base: &str, dn: String, group: Uuid) -> Result<bool> {
    let (mut seen, mut open) = (HashSet::new(), vec![dn]);
    while !open.is_empty() {
        let some = open.split_off(open.len().saturating_sub(20));
        let (member, unique) = (any_of("member", &some), any_of("uniqueMember", &some));
        let filter = format!("(&{GROUPS}(|{member}{unique}))");
        let found = lease.search(below(base, &filter, &["entryUUID"])).await?;
        found.answer.done()?;
        for entry in found.entries {
            match anchor(&entry) {
                Some(found) if found == group => return Ok(true),
                Some(found) if seen.insert(found) => open.push(entry.dn),
                _ => {}
            }
        }
        if seen.len() > MOST_GROUPS {
            break;
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::{Dn, Inside};

    fn dns(texts: &[&str]) -> Vec<Dn> {
        texts.iter().map(|text| Dn::parse(text).unwrap()).collect()
    }

    #[test]
    fn the_nearest_unit_decides() {
        let inside = Inside {
            included: Some(dns(&["ou=a,dc=x", "ou=d,ou=c,ou=a,dc=x"])),
            excluded: dns(&["ou=c,ou=a,dc=x"]),
        };
        let holds = |text: &str| inside.holds(&Dn::parse(text).unwrap());
        assert!(holds("uid=1,ou=a,dc=x"));
        assert!(holds("uid=1,ou=B,OU=A,dc=x"));
        assert!(!holds("uid=1,ou=c,ou=a,dc=x"));
        assert!(holds("uid=1,ou=d,ou=c,ou=a,dc=x"));
        assert!(!holds("uid=1,dc=x"));
        assert!(!holds(r"uid=1\,ou=a,dc=x"));
        let whole = Inside {
            included: None,
            excluded: dns(&["ou=c,ou=a,dc=x"]),
        };
        assert!(whole.holds(&dns(&["uid=1,dc=x"])[0]));
        assert!(!whole.holds(&dns(&["uid=1,ou=c,ou=a,dc=x"])[0]));
    }
}
