//! An account in the hands of its owner again, by a link that an administrator gives them.
//!
//! It needs no mail server: the administrator shows or reads it out. It stands for what the administrator could do to
//! the account themselves, so it is good for as long only as they still could ([`judge`] is asked when it is made, when
//! it is used, and when what it began is finished), and opens no more than that.

use crate::ids::{HandOverId, UserId};
use crate::policy::Unable;
use crate::refusal::Refusal;
use crate::role::{Permission, RoleSet};
use crate::time::Timestamp;
use crate::user::User;
use std::ops::RangeInclusive;

/// Minutes for which a link may be good.
pub const MINUTES: RangeInclusive<u16> = 5..=1440;

/// Minutes for which it is by default.
pub const DEFAULT_MINUTES: u16 = 60;

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opens {
    /// Security info, once its owner has signed in: the methods they had are not asked for.
    SecurityInfo,
    /// A new password. The methods stay.
    Password,
    /// Both, from the beginning: a new password, no methods, and no hold of "It wasn't me" any more.
    Account,
}

impl Opens {
    /// Everything that a link may open.
    pub const ALL: [Self; 3] = [Self::SecurityInfo, Self::Password, Self::Account];

    /// The name in the database, in addresses of pages and in message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SecurityInfo => "security-info",
            Self::Password => "password",
            Self::Account => "account",
        }
    }

    /// Reads [`code`](Opens::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }

    /// A new password is chosen with it.
    #[must_use]
    pub fn sets_password(self) -> bool {
        matches!(self, Self::Password | Self::Account)
    }

    /// What administrators must be allowed to do to somebody, to give them such a link.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::SecurityInfo => &[Permission::WriteMethods],
            Self::Password => &[Permission::ResetPasswords],
            Self::Account => &[Permission::ResetPasswords, Permission::WriteMethods],
        }
    }
}

/// A link as it is known afterwards. The browser holds a separate random token whose digest finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    /// The record.
    pub id: HandOverId,
    /// Whose account.
    pub user: UserId,
    /// What it opens.
    pub opens: Opens,
    /// The administrator who made it.
    pub issued_by: UserId,
    /// [`User::credential_epoch`] when it was made: a password that was set meanwhile ends it.
    pub credential_epoch: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it is refused.
    pub expires_at: Timestamp,
}

/// Evidence that an administrator may hand an account over. Only [`judge`] makes it.
#[derive(Debug)]
pub struct Handed {
    user: UserId,
    opens: Opens,
}

impl Handed {
    /// Whose account.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// What it opens.
    #[must_use]
    pub fn opens(&self) -> Opens {
        self.opens
    }
}

/// Whether this administrator may hand over this account, both as they are now (A-05, RC-02).
pub fn judge(
    (issuer, roles): (&User, &RoleSet),
    (user, held): (&User, &RoleSet),
    opens: Opens,
) -> Result<Handed, Refusal> {
    if !issuer.is_active() || !opens.permissions().iter().all(|p| roles.allows(*p)) {
        return Err(Refusal::NotAllowed);
    }
    if issuer.id == user.id {
        return Err(Refusal::NotOnYourself);
    }
    if issuer.tenant != user.tenant || user.deleted_at.is_some() {
        return Err(Refusal::NotFound);
    }
    if !opens.permissions().iter().all(|p| roles.outranks(held, *p)) {
        return Err(Refusal::HoldsMoreRights);
    }
    if !user.enabled {
        return Err(Refusal::Unable(Unable::Disabled));
    }
    // Whoever said "It wasn't me" gets everything anew: somebody else may know the password, or have added a method.
    if user.held_at.is_some() && opens != Opens::Account {
        return Err(Refusal::Unable(Unable::Held));
    }
    Ok(Handed {
        user: user.id,
        opens,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TenantId;
    use crate::role::Role;
    use crate::text::UserPrincipalName;
    use crate::user::Profile;
    use uuid::Uuid;

    fn user(id: u128) -> User {
        User {
            id: UserId(Uuid::from_u128(id)),
            tenant: TenantId(Uuid::from_u128(9)),
            directory: None,
            upn: UserPrincipalName::parse("ada@contoso.example").unwrap(),
            profile: Profile::default(),
            enabled: true,
            held_at: None,
            must_change_password: false,
            password_changed_at: None,
            password_found_at: None,
            credential_epoch: 0,
            registration_confirmed_at: None,
            language: None,
            created_at: Timestamp(0),
            deleted_at: None,
        }
    }

    fn roles(all: &[Role]) -> RoleSet {
        all.iter().copied().collect()
    }

    // case: AZ-01, A-05
    #[test]
    fn az_01_a_link_takes_the_rights_to_do_as_much_to_that_person() {
        let (admin, ada) = (user(1), user(2));
        for role in Role::ALL {
            for held in std::iter::once(None).chain(Role::ALL.map(Some)) {
                let (by, of) = (roles(&[role]), roles(&held.into_iter().collect::<Vec<_>>()));
                for opens in Opens::ALL {
                    let judged = judge((&admin, &by), (&ada, &of), opens);
                    let may = opens.permissions().iter().all(|p| by.outranks(&of, *p));
                    assert_eq!(judged.is_ok(), may, "{role} to {held:?}: {opens:?}");
                }
            }
        }
    }

    #[test]
    fn a_link_is_for_others_who_may_sign_in_or_said_that_it_was_not_them() {
        let global = roles(&[Role::GlobalAdministrator]);
        let (admin, ada) = (user(1), user(2));
        let judged = |by: &User, of: &User, opens| {
            judge((by, &global), (of, &RoleSet::default()), opens).map(|h| (h.user(), h.opens()))
        };
        let account = Opens::Account;
        assert_eq!(judged(&admin, &ada, account), Ok((ada.id, account)));
        assert_eq!(judged(&admin, &admin, account), Err(Refusal::NotOnYourself));
        let held = User {
            held_at: Some(Timestamp(5)),
            ..ada.clone()
        };
        assert!(judged(&admin, &held, account).is_ok());
        for opens in [Opens::Password, Opens::SecurityInfo] {
            let refused = Err(Refusal::Unable(Unable::Held));
            assert_eq!(judged(&admin, &held, opens), refused);
        }
        assert_eq!(judged(&held, &ada, account), Err(Refusal::NotAllowed));
        for (gone, refusal) in [
            (
                User {
                    enabled: false,
                    ..ada.clone()
                },
                Refusal::Unable(Unable::Disabled),
            ),
            (
                User {
                    deleted_at: Some(Timestamp(5)),
                    ..ada.clone()
                },
                Refusal::NotFound,
            ),
            (
                User {
                    tenant: TenantId(Uuid::from_u128(8)),
                    ..ada.clone()
                },
                Refusal::NotFound,
            ),
        ] {
            assert_eq!(judged(&admin, &gone, account), Err(refusal));
        }
    }
}
