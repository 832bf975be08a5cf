//! Policies by group, and methods that only some may use: changed with the default policy and like it.

use crate::App;
use crate::audit::Draft;
use crate::error::Result;
use keyward_core::by_group::{GroupPolicy, MOST_GROUPS, MOST_POLICIES, Reach};
use keyward_core::ids::{GroupId, PolicyId};
use keyward_core::method::MethodKind;
use keyward_core::policy::{Effective, KindCode, Policy};
use keyward_core::refusal::Refusal;
use keyward_core::text::{fold, is_unprintable};
use keyward_store::Tx;
use std::collections::BTreeSet;

/// The longest name of a policy, in characters.
const LONGEST_NAME: usize = 80;

impl App {
    /// An id for a policy that is to be added.
    #[must_use]
    pub fn new_policy_id(&self) -> PolicyId {
        PolicyId(self.entropy.uuid())
    }
}

/// The policy with this one added to those by group, or in the place of the one that has its id.
#[must_use]
pub fn with_group_policy(policy: &Policy, wanted: GroupPolicy) -> Policy {
    let mut new = policy.clone();
    match new.by_group.iter_mut().find(|p| p.id == wanted.id) {
        Some(old) => *old = wanted,
        None => new.by_group.push(wanted),
    }
    new
}

/// The policy without one of those by group; none if there is no such one.
#[must_use]
pub fn without(policy: &Policy, id: PolicyId) -> Option<Policy> {
    let mut new = policy.clone();
    new.by_group.retain(|p| p.id != id);
    (new.by_group.len() < policy.by_group.len()).then_some(new)
}

/// The policy with one of those by group a place further up or down; the same at either end.
#[must_use]
pub fn moved(policy: &Policy, id: PolicyId, up: bool) -> Option<Policy> {
    let mut new = policy.clone();
    let from = new.by_group.iter().position(|p| p.id == id)?;
    let to = if up {
        from.checked_sub(1)
    } else {
        Some(from + 1)
    };
    if let Some(to) = to.filter(|to| *to < new.by_group.len()) {
        new.by_group.swap(from, to);
    }
    Some(new)
}

/// The policy where this method is switched on for these, or off for everybody; what was said of whom it is for is kept
/// then.
#[must_use]
pub fn with_reach(policy: &Policy, kind: MethodKind, reach: Option<Reach>) -> Policy {
    let mut new = policy.clone();
    let Some(reach) = reach else {
        new.methods.remove(&KindCode(kind));
        return new;
    };
    new.methods.insert(KindCode(kind));
    if reach == Reach::default() {
        new.reach.remove(&KindCode(kind));
    } else {
        new.reach.insert(KindCode(kind), reach);
    }
    new
}

/// Why a method doesn't count for somebody, or that it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// It does.
    Yes,
    /// The default policy has it switched off.
    Off,
    /// It isn't for their groups.
    NotForThem,
    /// This policy by group leaves it out.
    LeftOut(String),
}

impl Offered {
    /// A stable code for message keys.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Off => "off",
            Self::NotForThem => "not-for-them",
            Self::LeftOut(_) => "left-out",
        }
    }
}

/// Whether a method of this kind counts for whoever these rules are for, and if not, why.
#[must_use]
pub fn offered(
    policy: &Policy,
    rules: &Effective,
    in_any: keyward_core::policy::InAny<'_>,
    kind: MethodKind,
) -> Offered {
    if rules.kinds.contains(&kind) {
        Offered::Yes
    } else if !policy.kinds().contains(&kind) {
        Offered::Off
    } else if !policy.kinds_for(in_any).contains(&kind) {
        Offered::NotForThem
    } else {
        let out = policy.applying(in_any).into_iter();
        let out = out.filter(|p| !p.kinds().contains(&kind));
        Offered::LeftOut(out.map(|p| p.name.clone()).collect::<Vec<_>>().join(", "))
    }
}

/// Refuses what isn't well formed, and a policy under which nobody could ever reset.
pub(crate) fn check(policy: &Policy) -> Result<(), Refusal> {
    if policy.by_group.len() > MOST_POLICIES {
        return Err(Refusal::field("name", "policies-many"));
    }
    let mut names = BTreeSet::new();
    for p in &policy.by_group {
        let name = p.name.trim();
        if name.is_empty() {
            return Err(Refusal::field("name", "policy-name-empty"));
        }
        let long = name.chars().count() > LONGEST_NAME;
        if long || name.chars().any(is_unprintable) || name != p.name {
            return Err(Refusal::field("name", "policy-name-malformed"));
        }
        if !names.insert(fold(name)) {
            return Err(Refusal::field("name", "policy-name-taken"));
        }
    }
    let groups = policy.by_group.iter().map(|p| p.group);
    if groups.collect::<BTreeSet<_>>().len() < policy.by_group.len() {
        return Err(Refusal::field("group", "policy-group-taken"));
    }
    if policy.unsatisfiable().is_some() {
        return Err(Refusal::field("kinds", "policy-too-little"));
    }
    for reach in policy.reach.values() {
        let included = reach.included.as_ref();
        if included.is_some_and(BTreeSet::is_empty) {
            return Err(Refusal::field("included", "groups-empty"));
        }
        if included.map_or(0, BTreeSet::len) > MOST_GROUPS || reach.excluded.len() > MOST_GROUPS {
            return Err(Refusal::field("included", "groups-many"));
        }
    }
    Ok(())
}

/// What changed of it, for the log.
pub(crate) async fn changes(
    tx: &mut Tx,
    mut draft: Draft,
    old: &Policy,
    new: &Policy,
) -> Result<Draft> {
    let ids = |policy: &Policy| -> Vec<PolicyId> { policy.by_group.iter().map(|p| p.id).collect() };
    let (before, after) = (ids(old), ids(new));
    let all: BTreeSet<PolicyId> = before.iter().chain(&after).copied().collect();
    for id in all {
        let find = |policy: &Policy| policy.by_group.iter().find(|p| p.id == id).cloned();
        let (was, is) = (find(old), find(new));
        if was != is {
            let was = policy_text(tx, was).await?;
            let is = policy_text(tx, is).await?;
            draft = draft.change("policyByGroup", was, is);
        }
    }
    let kept = |ids: &[PolicyId], other: &[PolicyId]| -> Vec<PolicyId> {
        ids.iter()
            .copied()
            .filter(|id| other.contains(id))
            .collect()
    };
    if kept(&before, &after) != kept(&after, &before) {
        let names = |policy: &Policy| {
            let names: Vec<_> = policy.by_group.iter().map(|p| p.name.as_str()).collect();
            Some(names.join(", "))
        };
        draft = draft.change("orderOfPolicies", names(old), names(new));
    }
    for kind in MethodKind::ALL {
        let find = |policy: &Policy| policy.reach.get(&KindCode(kind)).cloned();
        let (was, is) = (find(old), find(new));
        if was != is {
            let was = reach_text(tx, was).await?;
            let is = reach_text(tx, is).await?;
            draft = draft.change(&format!("{kind} is for"), Some(was), Some(is));
        }
    }
    Ok(draft)
}

async fn names(tx: &mut Tx, groups: impl IntoIterator<Item = GroupId>) -> Result<String> {
    let mut names = Vec::new();
    for group in groups {
        let found = tx.group(group).await?;
        names.push(found.map_or_else(|| group.to_string(), |g| g.name));
    }
    Ok(names.join(", "))
}

async fn policy_text(tx: &mut Tx, policy: Option<GroupPolicy>) -> Result<Option<String>> {
    let Some(p) = policy else { return Ok(None) };
    let group = names(tx, [p.group]).await?;
    let kinds: Vec<_> = p.kinds().iter().map(|k| k.code()).collect();
    let (name, gates, alone) = (&p.name, p.gates.count(), p.mail_alone);
    let kinds = kinds.join(", ");
    Ok(Some(format!(
        "{name}: for {group}; {gates} of {kinds}; email alone: {alone}"
    )))
}

async fn reach_text(tx: &mut Tx, reach: Option<Reach>) -> Result<String> {
    let reach = reach.unwrap_or_default();
    let mut text = match reach.included {
        Some(groups) => names(tx, groups).await?,
        None => "All".to_owned(),
    };
    if !reach.excluded.is_empty() {
        text.push_str(&format!("; not for {}", names(tx, reach.excluded).await?));
    }
    Ok(text)
}
