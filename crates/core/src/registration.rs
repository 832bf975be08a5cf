//! When somebody is asked to register, and whether what they have is enough.

use crate::method::{Method, MethodKind};
use crate::policy::{self, Effective, InAny, Policy};
use crate::role::RoleSet;
use crate::time::{Timestamp, days};
use crate::user::User;

/// Why the interrupt is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// What is registered does not satisfy the rules.
    Register,
    /// It does, but was confirmed too long ago.
    Reconfirm,
}

/// Whether a user who has just signed in is asked to register or reconfirm.
///
/// Only users in scope are asked, only where the policy requires registration, and it can be cancelled: then it
/// returns at the next sign-in (entra-sspr 3.1, 3.2).
#[must_use]
pub fn ask(
    user: &User,
    policy: &Policy,
    roles: &RoleSet,
    in_any: InAny<'_>,
    methods: &[Method],
    now: Timestamp,
) -> Option<Ask> {
    if !policy.registration_required || policy::in_scope(policy, roles, in_any).is_err() {
        return None;
    }
    if !Effective::of(policy, roles, in_any).is_satisfied_by(methods) {
        return Some(Ask::Register);
    }
    // Whoever set up enough and never pressed Finish has in effect confirmed it with the last code.
    let proved = methods.iter().map(|m| m.created_at).max();
    let confirmed = user.registration_confirmed_at.or(proved).unwrap_or(now);
    let due =
        policy.reconfirm_days > 0 && now >= confirmed + days(u64::from(policy.reconfirm_days));
    due.then_some(Ask::Reconfirm)
}

/// One kind on the registration page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub kind: MethodKind,
    /// One of it is registered.
    pub registered: bool,
    /// It is one of the fewest that satisfy the rules; the others are for who wants a different one.
    pub asked_for: bool,
}

/// The kinds offered on the registration page, the strongest first. As few are asked for as satisfy the rules: what is
/// registered, and of the rest the strongest that add a channel (entra-sspr 3.4). A passkey is asked for only where the
/// others are not enough, as not everybody's browser and device can make one; it is offered with those to choose instead.
#[must_use]
pub fn checklist(rules: &Effective, methods: &[Method]) -> Vec<Line> {
    let registered = |kind: MethodKind| methods.iter().any(|m| m.kind() == kind);
    let mut asked: Vec<MethodKind> = rules
        .kinds
        .iter()
        .copied()
        .filter(|k| registered(*k))
        .collect();
    let (last, first): (Vec<&MethodKind>, Vec<&MethodKind>) = rules
        .kinds
        .iter()
        .partition(|kind| **kind == MethodKind::Passkey);
    for kind in first.into_iter().chain(last) {
        let adds = asked.iter().all(|k| k.channel() != kind.channel());
        if adds && !rules.is_satisfied_by_kinds(asked.iter().copied()) {
            asked.push(*kind);
        }
    }
    let line = |&kind: &MethodKind| Line {
        kind,
        registered: registered(kind),
        asked_for: asked.contains(&kind),
    };
    rules.kinds.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{MethodId, UserId};
    use crate::method::{Means, Origin};
    use crate::policy::Gates;
    use crate::time::hours;
    use proptest::prelude::*;

    fn method(kind: MethodKind) -> Method {
        let text = match kind {
            MethodKind::Passkey => "Laptop",
            MethodKind::AuthenticatorApp => "Pixel",
            MethodKind::MobilePhone => "+49 1511 2345678",
            MethodKind::OfficePhone => "+49 30 12345678",
            MethodKind::Email => "a@home.example",
            MethodKind::RecoveryCodes => "",
        };
        Method {
            id: MethodId(uuid::Uuid::nil()),
            user: UserId(uuid::Uuid::nil()),
            means: Means::parse(kind, text).unwrap(),
            origin: Origin::User,
            created_at: Timestamp(0),
            last_used_at: None,
            confirmed: true,
        }
    }

    fn asked(rules: &Effective, has: &[MethodKind]) -> Vec<MethodKind> {
        let methods: Vec<_> = has.iter().copied().map(method).collect();
        let lines = checklist(rules, &methods).into_iter();
        lines.filter(|l| l.asked_for).map(|l| l.kind).collect()
    }

    #[test]
    fn the_strongest_that_are_missing_are_asked_for_and_what_is_there_stays() {
        use MethodKind::{AuthenticatorApp, Email, MobilePhone, Passkey};
        let two = Effective::administrator();
        assert_eq!(asked(&two, &[]), [AuthenticatorApp, MobilePhone]);
        assert_eq!(asked(&two, &[Email]), [AuthenticatorApp, Email]);
        assert_eq!(asked(&two, &[Passkey]), [Passkey, AuthenticatorApp]);
        assert_eq!(asked(&two, &[MobilePhone, Email]), [MobilePhone, Email]);
        let one = Effective {
            gates: Gates::One,
            ..two
        };
        assert_eq!(asked(&one, &[]), [AuthenticatorApp]);
        assert_eq!(asked(&one, &[Email]), [Email]);
        let few = Effective {
            kinds: [Passkey, Email].into(),
            ..Effective::administrator()
        };
        assert_eq!(asked(&few, &[]), [Passkey, Email], "nothing else is enough");
    }

    proptest! {
        #[test]
        fn what_is_asked_for_is_enough_and_without_any_of_it_that_is_missing_it_is_not(
            offered in prop::collection::btree_set(prop::sample::select(MethodKind::ALL.to_vec()), 0..5),
            has in prop::collection::vec(prop::sample::select(MethodKind::ALL.to_vec()), 0..5),
            two in any::<bool>(),
        ) {
            let rules = Effective {
                gates: if two { Gates::Two } else { Gates::One },
                kinds: offered.clone(),
                mail_alone: false,
                quarantine: hours(24),
                administrator: false,
            };
            let asked = asked(&rules, &has);
            let possible = rules.is_satisfied_by_kinds(offered);
            prop_assert_eq!(rules.is_satisfied_by_kinds(asked.iter().copied()), possible);
            for kind in asked.iter().filter(|k| !has.contains(k)) {
                let rest = asked.iter().copied().filter(|k| k != kind);
                prop_assert!(!rules.is_satisfied_by_kinds(rest));
            }
        }
    }
}
