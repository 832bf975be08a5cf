//! Administrator roles: what each may do, and to whom.
//!
//! Two questions are asked before any administrative act, and both are here: may this role do that at all
//! ([`RoleSet::allows`]), and may it do it to somebody who holds these roles ([`RoleSet::outranks`], entra-sspr 8.2).
//! Contact data and authentication methods are guarded like passwords, since whoever edits them can reset.

use crate::ids::UserId;
use std::fmt;
use uuid::{Uuid, uuid};

/// A built-in role. Ids are those of the reference system's role templates (graph.md 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything.
    GlobalAdministrator,
    /// Users and groups.
    UserAdministrator,
    /// Groups.
    GroupsAdministrator,
    /// Passwords of plain users and other helpdesk.
    HelpdeskAdministrator,
    /// Methods and passwords of plain users.
    AuthenticationAdministrator,
    /// Methods and passwords of everybody.
    PrivilegedAuthenticationAdministrator,
    /// The password reset policy.
    AuthenticationPolicyAdministrator,
    /// Connect.
    HybridIdentityAdministrator,
    /// Subscriptions and licences.
    LicenseAdministrator,
    /// Reports and audit logs, read only.
    ReportsReader,
    /// Everything, read only.
    GlobalReader,
}

use Role::{
    AuthenticationAdministrator, AuthenticationPolicyAdministrator, GlobalAdministrator,
    GlobalReader, GroupsAdministrator, HelpdeskAdministrator, HybridIdentityAdministrator,
    LicenseAdministrator, PrivilegedAuthenticationAdministrator, ReportsReader, UserAdministrator,
};

impl Role {
    /// Every role, strongest first.
    pub const ALL: [Self; 11] = [
        GlobalAdministrator,
        PrivilegedAuthenticationAdministrator,
        UserAdministrator,
        AuthenticationAdministrator,
        HelpdeskAdministrator,
        GroupsAdministrator,
        AuthenticationPolicyAdministrator,
        HybridIdentityAdministrator,
        LicenseAdministrator,
        ReportsReader,
        GlobalReader,
    ];

    /// The template id.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            GlobalAdministrator => uuid!("62e90394-69f5-4237-9190-012177145e10"),
            UserAdministrator => uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1"),
            GroupsAdministrator => uuid!("fdd7a751-b60b-444a-984c-02652fe8fa1c"),
            HelpdeskAdministrator => uuid!("729827e3-9c14-49f7-bb1b-9608f156bbb8"),
            AuthenticationAdministrator => uuid!("c4e39bd9-1100-46d3-8c65-fb160da0071f"),
            PrivilegedAuthenticationAdministrator => uuid!("7be44c8a-adaf-4e2a-84d6-ab2649e08a13"),
            AuthenticationPolicyAdministrator => uuid!("0526716b-113d-4c15-b2c8-68e3c22b9f80"),
            HybridIdentityAdministrator => uuid!("8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"),
            LicenseAdministrator => uuid!("4d6ac14f-3453-41d0-bef9-a3e0c569773a"),
            ReportsReader => uuid!("4a5d8f65-41da-4de4-8968-e035b65339cf"),
            GlobalReader => uuid!("f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
        }
    }

    /// Reads [`id`](Role::id).
    #[must_use]
    pub fn from_id(id: Uuid) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == id)
    }

    /// The name in addresses of pages and message keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            GlobalAdministrator => "global-administrator",
            UserAdministrator => "user-administrator",
            GroupsAdministrator => "groups-administrator",
            HelpdeskAdministrator => "helpdesk-administrator",
            AuthenticationAdministrator => "authentication-administrator",
            PrivilegedAuthenticationAdministrator => "privileged-authentication-administrator",
            AuthenticationPolicyAdministrator => "authentication-policy-administrator",
            HybridIdentityAdministrator => "hybrid-identity-administrator",
            LicenseAdministrator => "license-administrator",
            ReportsReader => "reports-reader",
            GlobalReader => "global-reader",
        }
    }

    /// Reads [`code`](Role::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// What the role may do.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            GlobalAdministrator => &Permission::ALL,
            GlobalReader => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadRoles,
                P::ReadMethods,
                P::ReadPolicy,
                P::ReadReports,
                P::ReadAudit,
                P::ReadDeliveries,
                P::ReadLicences,
                P::ReadConnect,
            ],
            UserAdministrator => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadRoles,
                P::ReadLicences,
                P::WriteUsers,
                P::WriteGroups,
                P::ResetPasswords,
                P::RevokeSessions,
            ],
            GroupsAdministrator => &[P::ReadUsers, P::ReadGroups, P::WriteGroups],
            HelpdeskAdministrator => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadRoles,
                P::ResetPasswords,
                P::RevokeSessions,
            ],
            AuthenticationAdministrator | PrivilegedAuthenticationAdministrator => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadRoles,
                P::ReadMethods,
                P::WriteMethods,
                P::ResetPasswords,
                P::RevokeSessions,
                P::ReadPolicy,
                P::ReadReports,
            ],
            AuthenticationPolicyAdministrator => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadPolicy,
                P::WritePolicy,
                P::ReadReports,
                P::ReadConnect,
            ],
            HybridIdentityAdministrator => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadPolicy,
                P::ReadLicences,
                P::ReadConnect,
                P::WriteConnect,
            ],
            LicenseAdministrator => &[
                P::ReadUsers,
                P::ReadGroups,
                P::ReadLicences,
                P::WriteLicences,
            ],
            ReportsReader => &[P::ReadReports, P::ReadAudit],
        }
    }

    /// Whose holders this role may act on, beside users without any role.
    fn reaches(self) -> &'static [Self] {
        match self {
            GlobalAdministrator | PrivilegedAuthenticationAdministrator => &Self::ALL,
            UserAdministrator => &[
                UserAdministrator,
                HelpdeskAdministrator,
                GroupsAdministrator,
                ReportsReader,
            ],
            HelpdeskAdministrator => &[HelpdeskAdministrator, ReportsReader],
            AuthenticationAdministrator => &[AuthenticationAdministrator, ReportsReader],
            _ => &[],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Something that a role may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See users.
    ReadUsers,
    /// Create, edit, block, delete and restore users.
    WriteUsers,
    /// See groups.
    ReadGroups,
    /// Create, edit and delete groups and their members.
    WriteGroups,
    /// See who holds which role.
    ReadRoles,
    /// Assign and remove roles.
    WriteRoles,
    /// See authentication methods in full.
    ReadMethods,
    /// Add, change and remove authentication methods of others.
    WriteMethods,
    /// Reset and unlock others.
    ResetPasswords,
    /// End sessions of others.
    RevokeSessions,
    /// See the password reset policy.
    ReadPolicy,
    /// Change the password reset policy.
    WritePolicy,
    /// See usage and registration reports.
    ReadReports,
    /// See and export audit logs.
    ReadAudit,
    /// See mail and messages that could not be delivered.
    ReadDeliveries,
    /// Try failed deliveries again or drop them.
    WriteDeliveries,
    /// See subscriptions and who holds a licence.
    ReadLicences,
    /// Assign licences and take them away.
    WriteLicences,
    /// See agents, their directories and what they did.
    ReadConnect,
    /// Let agents in and shut them out, and decide what they ask.
    WriteConnect,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 20] = [
        Self::ReadUsers,
        Self::WriteUsers,
        Self::ReadGroups,
        Self::WriteGroups,
        Self::ReadRoles,
        Self::WriteRoles,
        Self::ReadMethods,
        Self::WriteMethods,
        Self::ResetPasswords,
        Self::RevokeSessions,
        Self::ReadPolicy,
        Self::WritePolicy,
        Self::ReadReports,
        Self::ReadAudit,
        Self::ReadDeliveries,
        Self::WriteDeliveries,
        Self::ReadLicences,
        Self::WriteLicences,
        Self::ReadConnect,
        Self::WriteConnect,
    ];

    /// The name in templates.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ReadUsers => "users.read",
            Self::WriteUsers => "users.write",
            Self::ReadGroups => "groups.read",
            Self::WriteGroups => "groups.write",
            Self::ReadRoles => "roles.read",
            Self::WriteRoles => "roles.write",
            Self::ReadMethods => "methods.read",
            Self::WriteMethods => "methods.write",
            Self::ResetPasswords => "passwords.reset",
            Self::RevokeSessions => "sessions.revoke",
            Self::ReadPolicy => "policy.read",
            Self::WritePolicy => "policy.write",
            Self::ReadReports => "insights.read",
            Self::ReadAudit => "audit.read",
            Self::ReadDeliveries => "deliveries.read",
            Self::WriteDeliveries => "deliveries.write",
            Self::ReadLicences => "licences.read",
            Self::WriteLicences => "licences.write",
            Self::ReadConnect => "connect.read",
            Self::WriteConnect => "connect.write",
        }
    }
}

/// The roles that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleSet(std::collections::BTreeSet<Role>);

impl RoleSet {
    /// No administrator.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds this role.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// The roles in the order of [`Role::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(|r| self.0.contains(r))
    }

    /// Whether any of the roles allows it.
    #[must_use]
    pub fn allows(&self, permission: Permission) -> bool {
        self.0.iter().any(|r| r.permissions().contains(&permission))
    }

    /// Whether one of the roles that allow `permission` reaches everybody who holds what `target` holds. It is one
    /// and the same role that must allow the act and reach the person: a groups administrator who is also in the
    /// helpdesk doesn't reset user administrators.
    #[must_use]
    pub fn outranks(&self, target: &Self, permission: Permission) -> bool {
        self.0
            .iter()
            .filter(|r| r.permissions().contains(&permission))
            .any(|r| target.0.iter().all(|held| r.reaches().contains(held)))
    }

    /// The permission to set `target`'s password from outside, as a key that the use case consumes.
    ///
    /// Nobody resets themselves this way: their own password is changed with the old one, or proved for.
    #[must_use]
    pub fn may_reset(&self, own: UserId, target: UserId, held: &Self) -> Option<MayReset> {
        (own != target && self.outranks(held, Permission::ResetPasswords))
            .then_some(MayReset { target })
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().collect())
    }
}

/// The administrator's key to a user's password; see [`crate::reset::Verified`] for the user's own.
#[derive(Debug)]
pub struct MayReset {
    target: UserId,
}

impl MayReset {
    /// Whose password may be set.
    #[must_use]
    pub fn target(&self) -> UserId {
        self.target
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn one(role: Role) -> RoleSet {
        [role].into_iter().collect()
    }

    // case: AZ-01
    #[test]
    fn az_01_who_may_do_what() {
        let mut table = String::new();
        for role in Role::ALL {
            let allowed: Vec<_> = role.permissions().iter().map(|p| p.code()).collect();
            let _ = writeln!(table, "{role}\n  {}", allowed.join(" "));
        }
        insta::assert_snapshot!(table);
    }

    // case: AZ-01, S92
    #[test]
    fn az_01_who_may_reset_whom() {
        let mut table = String::new();
        for actor in Role::ALL {
            let reached: Vec<_> = Role::ALL
                .into_iter()
                .filter(|t| one(actor).outranks(&one(*t), Permission::ResetPasswords))
                .map(Role::code)
                .collect();
            let plain = one(actor).outranks(&RoleSet::default(), Permission::ResetPasswords);
            let _ = writeln!(
                table,
                "{actor}: plain users {}; {}",
                if plain { "yes" } else { "no" },
                reached.join(" ")
            );
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn two_weak_roles_do_not_add_up_to_a_strong_one() {
        let both: RoleSet = [GroupsAdministrator, HelpdeskAdministrator]
            .into_iter()
            .collect();
        assert!(!both.outranks(&one(UserAdministrator), Permission::ResetPasswords));
        let mixed: RoleSet = [HelpdeskAdministrator, GlobalReader].into_iter().collect();
        assert!(!one(HelpdeskAdministrator).outranks(&mixed, Permission::ResetPasswords));
    }

    #[test]
    fn nobody_resets_themselves_as_an_administrator() {
        let id = UserId(Uuid::from_u128(1));
        assert!(
            one(GlobalAdministrator)
                .may_reset(id, id, &one(GlobalAdministrator))
                .is_none()
        );
    }

    #[test]
    fn ids_and_codes_are_one_to_one() {
        for role in Role::ALL {
            assert_eq!(Role::from_id(role.id()), Some(role));
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }
}
