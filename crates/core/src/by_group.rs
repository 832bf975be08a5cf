//! Stricter rules for the members of a group, and methods that only some may use.
//!
//! The default policy applies to everybody. Beside it, each policy by group applies to the members of its group, over any
//! number of levels, and the strictest of all that apply wins: they can ask for more, never for less. Who shall be asked
//! for less than others isn't in the group of who shall be asked for more.
//!
//! So nothing that strangers are shown depends on a group: the first gate of a reset shows what the default policy offers,
//! as it does for administrators (rule 7 of the design).

use crate::ids::{GroupId, PolicyId};
use crate::method::MethodKind;
use crate::policy::{Effective, Gates, InAny, KindCode, Policy, distinct_channels};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// As many policies by group as an organisation may have.
pub const MOST_POLICIES: usize = 50;

/// As many groups as a method may be for, and as many that it may not be for.
pub const MOST_GROUPS: usize = 50;

/// A policy beside the default one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupPolicy {
    /// Never changes.
    pub id: PolicyId,
    /// What administrators call it.
    pub name: String,
    /// For whom.
    pub group: GroupId,
    /// How many methods a reset needs.
    pub gates: Gates,
    /// Those that may be used, as far as the default policy offers them.
    pub methods: BTreeSet<KindCode>,
    /// A mailbox alone is enough also for who has something stronger, where the default policy says so as well.
    pub mail_alone: bool,
}

impl GroupPolicy {
    /// The kinds of method that may be used.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<MethodKind> {
        self.methods.iter().map(|k| k.0).collect()
    }
}

/// Who may use a method that is switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// The members of these; none: everybody.
    pub included: Option<BTreeSet<GroupId>>,
    /// But not the members of these.
    pub excluded: BTreeSet<GroupId>,
}

impl Reach {
    /// Whether somebody may.
    #[must_use]
    pub fn covers(&self, in_any: InAny<'_>) -> bool {
        self.included.as_ref().is_none_or(in_any) && !in_any(&self.excluded)
    }
}

/// Who may use each method that isn't for everybody.
pub type Reaches = BTreeMap<KindCode, Reach>;

/// Two policies that leave too little to whoever is in both groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The two.
    pub of: [PolicyId; 2],
    /// How many methods they ask for together.
    pub gates: Gates,
    /// What they leave together.
    pub kinds: BTreeSet<MethodKind>,
}

impl Policy {
    /// The policies by group that apply to somebody, in their order.
    #[must_use]
    pub fn applying<'p>(&'p self, in_any: InAny<'_>) -> Vec<&'p GroupPolicy> {
        let applies = |p: &&GroupPolicy| in_any(&BTreeSet::from([p.group]));
        self.by_group.iter().filter(applies).collect()
    }

    /// The kinds of method that the default policy offers somebody.
    #[must_use]
    pub fn kinds_for(&self, in_any: InAny<'_>) -> BTreeSet<MethodKind> {
        let covers = |kind: &MethodKind| {
            let reach = self.reach.get(&KindCode(*kind));
            reach.is_none_or(|reach| reach.covers(in_any))
        };
        self.kinds().into_iter().filter(covers).collect()
    }

    /// The sets of groups of which it asks whether somebody is in one.
    #[must_use]
    pub fn group_sets(&self) -> Vec<BTreeSet<GroupId>> {
        let mut sets: Vec<BTreeSet<GroupId>> = Vec::new();
        if let crate::policy::Scope::Selected(groups) = &self.scope {
            sets.push(groups.clone());
        }
        sets.extend(self.by_group.iter().map(|p| BTreeSet::from([p.group])));
        for reach in self.reach.values() {
            sets.extend(reach.included.iter().cloned());
            sets.push(reach.excluded.clone());
        }
        sets.retain(|set| !set.is_empty());
        sets
    }

    /// The groups that policies and methods are for, beside those that reset is switched on for.
    #[must_use]
    pub fn rule_groups(&self) -> BTreeSet<GroupId> {
        let policies = self.by_group.iter().map(|p| p.group);
        let reaches = self.reach.values();
        let reached = reaches.flat_map(|r| r.included.iter().flatten().chain(&r.excluded));
        policies.chain(reached.copied()).collect()
    }

    /// What names one of these groups, beside the groups that reset is switched on for: policies by group, and methods.
    #[must_use]
    pub fn naming(&self, groups: &BTreeSet<GroupId>) -> (Vec<&GroupPolicy>, Vec<MethodKind>) {
        let policies = self.by_group.iter().filter(|p| groups.contains(&p.group));
        let reaches = self.reach.iter().filter(|(_, reach)| {
            let mut named = reach.included.iter().flatten().chain(&reach.excluded);
            named.any(|group| groups.contains(group))
        });
        (
            policies.collect(),
            reaches.map(|(kind, _)| kind.0).collect(),
        )
    }

    /// The first policy by group under which nobody could reset: with the default policy it leaves fewer channels than
    /// gates.
    #[must_use]
    pub fn unsatisfiable(&self) -> Option<&GroupPolicy> {
        self.by_group
            .iter()
            .find(|p| !self.together(&[p]).is_possible())
    }

    /// Which two of the policies leave too little to whoever is in both groups.
    #[must_use]
    pub fn clashes(&self) -> Vec<Clash> {
        let mut clashes = Vec::new();
        for (n, one) in self.by_group.iter().enumerate() {
            for other in &self.by_group[n + 1..] {
                let rules = self.together(&[one, other]);
                if !rules.is_possible() {
                    clashes.push(Clash {
                        of: [one.id, other.id],
                        gates: rules.gates,
                        kinds: rules.kinds,
                    });
                }
            }
        }
        clashes
    }

    /// These policies and the default one, where every method that is switched on is for everybody.
    fn together(&self, policies: &[&GroupPolicy]) -> Effective {
        let everybody = Effective::of_everybody(self);
        policies.iter().copied().fold(everybody, Effective::and)
    }
}

impl Effective {
    /// The stricter of these and those of a policy by group: more gates, and only what both offer.
    #[must_use]
    pub fn and(self, policy: &GroupPolicy) -> Self {
        let kinds = policy.kinds();
        Self {
            gates: self.gates.max(policy.gates),
            kinds: self.kinds.intersection(&kinds).copied().collect(),
            mail_alone: self.mail_alone && policy.mail_alone,
            ..self
        }
    }

    /// Whether anybody could satisfy them: there are as many channels as gates.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        distinct_channels(self.kinds.iter().copied()) >= self.gates.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{Role, RoleSet};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn group(n: u128) -> GroupId {
        GroupId(Uuid::from_u128(n))
    }

    fn by_group(n: u128, gates: Gates, kinds: &[MethodKind]) -> GroupPolicy {
        GroupPolicy {
            id: PolicyId(Uuid::from_u128(n)),
            name: format!("policy {n}"),
            group: group(n),
            gates,
            methods: kinds.iter().copied().map(KindCode).collect(),
            mail_alone: false,
        }
    }

    fn rules(policy: &Policy, groups: &[u128]) -> Effective {
        let mine: BTreeSet<_> = groups.iter().copied().map(group).collect();
        Effective::of(policy, &RoleSet::default(), &|any| !mine.is_disjoint(any))
    }

    #[test]
    fn the_strictest_of_all_that_apply_wins() {
        use MethodKind::{AuthenticatorApp, Email, MobilePhone, RecoveryCodes};
        let policy = Policy {
            gates: Gates::One,
            mail_alone: true,
            by_group: vec![
                by_group(1, Gates::Two, &[AuthenticatorApp, Email, RecoveryCodes]),
                by_group(2, Gates::One, &[MobilePhone, Email]),
            ],
            ..Policy::default()
        };
        let all: BTreeSet<_> = MethodKind::DEFAULT.into();
        assert_eq!(rules(&policy, &[]).kinds, all);
        assert!(rules(&policy, &[]).mail_alone);
        let first = rules(&policy, &[1]);
        assert_eq!(first.gates, Gates::Two);
        // What the default policy doesn't offer, no other does.
        assert_eq!(first.kinds, [AuthenticatorApp, Email].into());
        assert!(!first.mail_alone);
        let both = rules(&policy, &[1, 2, 3]);
        assert_eq!(
            (both.gates, both.kinds.clone()),
            (Gates::Two, [Email].into())
        );
        assert!(!both.is_possible());
        let clashes = policy.clashes();
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].kinds, both.kinds);
        assert_eq!(policy.unsatisfiable(), None);
        let admin: RoleSet = [Role::ReportsReader].into_iter().collect();
        assert_eq!(
            Effective::of(&policy, &admin, &|_| true),
            Effective::administrator()
        );
    }

    #[test]
    fn a_method_is_for_whom_it_includes_but_not_for_whom_it_excludes() {
        let reach = |included: Option<&[u128]>, excluded: &[u128]| Reach {
            included: included.map(|ids| ids.iter().copied().map(group).collect()),
            excluded: excluded.iter().copied().map(group).collect(),
        };
        for (reach, mine, covered) in [
            (reach(None, &[]), vec![], true),
            (reach(None, &[1]), vec![1], false),
            (reach(None, &[1]), vec![2], true),
            (reach(Some(&[1]), &[]), vec![2], false),
            (reach(Some(&[1, 2]), &[3]), vec![2], true),
            (reach(Some(&[1, 2]), &[3]), vec![2, 3], false),
        ] {
            let policy = Policy {
                reach: [(KindCode(MethodKind::Email), reach)].into(),
                ..Policy::default()
            };
            let has = rules(&policy, &mine).kinds.contains(&MethodKind::Email);
            assert_eq!(has, covered, "{policy:?} {mine:?}");
            let stored = serde_json::to_string(&policy).unwrap();
            assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap(), policy);
        }
    }

    #[test]
    fn two_gates_need_two_channels_to_be_available() {
        let policy = Policy {
            methods: [KindCode(MethodKind::Email)].into(),
            ..Policy::default()
        };
        assert!(!policy.is_satisfiable());
    }

    proptest! {
        // case: EN-05
        #[test]
        fn en_05_a_group_only_ever_makes_it_stricter(
            kinds in prop::collection::vec(prop::collection::btree_set(prop::sample::select(MethodKind::ALL.to_vec()), 0..5), 0..4),
            two in prop::collection::vec(any::<bool>(), 4),
            mine in prop::collection::btree_set(0..4_u128, 0..4),
        ) {
            let policies = kinds.iter().enumerate().map(|(n, kinds)| {
                let gates = if two[n] { Gates::Two } else { Gates::One };
                let kinds: Vec<_> = kinds.iter().copied().collect();
                by_group(n as u128, gates, &kinds)
            });
            let policy = Policy { gates: Gates::One, by_group: policies.collect(), ..Policy::default() };
            let everybody = Effective::of_everybody(&policy);
            let own = rules(&policy, &mine.iter().copied().collect::<Vec<_>>());
            prop_assert!(own.gates >= everybody.gates && own.kinds.is_subset(&everybody.kinds));
            let more: Vec<_> = (0..4).collect();
            prop_assert!(rules(&policy, &more).kinds.is_subset(&own.kinds));
        }
    }
}
