//! How long a new way to prove who one is waits before it may open a gate of a reset.
//!
//! Whoever has got hold of a session or of an administrator's page adds a phone of their own and resets with it. So what
//! no older method stands for waits, and the owner, who is told at every address, has that time to object (security.md
//! S07, entra-sspr 3.4).

use crate::role::RoleSet;
use crate::time::hours;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long, in hours; 0 is not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarantine {
    /// For users.
    pub hours: u16,
    /// For whoever holds an administrator role.
    pub administrator_hours: u16,
}

/// The longest, in hours: thirty days.
pub const MOST_HOURS: u16 = 720;

impl Default for Quarantine {
    fn default() -> Self {
        Self {
            hours: 24,
            administrator_hours: 72,
        }
    }
}

impl Quarantine {
    /// For somebody with these roles.
    #[must_use]
    pub fn of(self, roles: &RoleSet) -> Duration {
        let long = if roles.is_empty() {
            self.hours
        } else {
            self.administrator_hours
        };
        hours(u64::from(long))
    }

    /// Whether both are within [`MOST_HOURS`], and administrators don't wait for less than everybody.
    #[must_use]
    pub fn is_sound(self) -> bool {
        self.administrator_hours <= MOST_HOURS && self.hours <= self.administrator_hours
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{MethodId, UserId};
    use crate::method::{Means, Method, MethodKind, Origin};
    use crate::policy::{Effective, Gates, Policy, Standing, Unable, standing};
    use crate::role::Role;
    use crate::time::Timestamp;

    #[test]
    fn administrators_wait_longer_and_never_less() {
        let default = Quarantine::default();
        let admin: RoleSet = [Role::ReportsReader].into_iter().collect();
        assert_eq!(default.of(&RoleSet::default()), hours(24));
        assert_eq!(default.of(&admin), hours(72));
        for (hours, administrator_hours, sound) in [
            (0, 0, true),
            (24, 23, false),
            (720, 720, true),
            (1, 721, false),
        ] {
            let quarantine = Quarantine {
                hours,
                administrator_hours,
            };
            assert_eq!(quarantine.is_sound(), sound);
        }
    }

    fn method(kind: MethodKind, typed: &str, confirmed: bool) -> Method {
        Method {
            id: MethodId(uuid::Uuid::nil()),
            user: UserId(uuid::Uuid::nil()),
            means: Means::parse(kind, typed).unwrap(),
            origin: Origin::User,
            created_at: Timestamp(0),
            last_used_at: None,
            confirmed,
        }
    }

    // case: S07
    #[test]
    fn what_waits_opens_no_gate_until_the_last_instant_and_sets_nothing_aside() {
        let rules = Effective {
            gates: Gates::One,
            ..Effective::of_everybody(&Policy::default())
        };
        let mail = method(MethodKind::Email, "a@home.example", true);
        let app = method(MethodKind::AuthenticatorApp, "Pixel", false);
        let both = [mail, app];
        let end = Timestamp(0) + hours(24);
        let kinds = |now| -> Vec<_> {
            let usable = rules.usable(&both, now);
            usable.into_iter().map(Method::kind).collect()
        };
        // Whoever adds an app to somebody else's account neither resets with it nor locks the owner out.
        assert_eq!(kinds(Timestamp(end.0 - 1)), [MethodKind::Email]);
        assert_eq!(kinds(end), [MethodKind::AuthenticatorApp]);
    }

    #[test]
    fn who_has_enough_but_must_wait_is_registered_and_unable() {
        let mut account = crate::reset::model_user();
        let policy = Policy {
            scope: crate::policy::Scope::All,
            ..Policy::default()
        };
        let methods = [
            method(MethodKind::MobilePhone, "+49 1511 2345678", true),
            method(MethodKind::Email, "a@home.example", false),
        ];
        let admin: RoleSet = [Role::ReportsReader].into_iter().collect();
        let at = |account: &crate::user::User, roles: &RoleSet, after| {
            let now = Timestamp(0) + hours(after);
            standing(account, &policy, roles, &|_| false, &methods, now)
        };
        let none = RoleSet::default();
        assert!(Effective::of_everybody(&policy).is_satisfied_by(&methods));
        let waits = Standing::Unable(Unable::Quarantined);
        assert_eq!(at(&account, &none, 23), waits);
        assert!(matches!(at(&account, &none, 24), Standing::Able(_)));
        assert_eq!(at(&account, &admin, 71), waits);
        assert!(matches!(at(&account, &admin, 72), Standing::Able(_)));
        account.enabled = false;
        assert_eq!(at(&account, &none, 24), Standing::Unable(Unable::Disabled));
    }
}
