//! What a service account may do, and how it is given the right: access control entries on a container.

use serde_json::json;

use super::Samba;
use super::config::Domain;
use super::hands::Hands;
use crate::ldap::Account;

/// The class `user`, to which the entries below are inherited.
const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";

/// A right that an administrator delegates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Set a new password without knowing the old one (the extended right Reset Password).
    ResetPassword,
    /// Read and write `lockoutTime`.
    Unlock,
    /// Read and write `pwdLastSet`: demand a change at the next sign-in.
    MustChange,
    /// Read and write `mS-DS-ConsistencyGuid`, in which source anchors are kept.
    WriteAnchor,
    /// DS-Replication-Get-Changes on the head of the domain, which `DirSync` asks for.
    Replicate,
    /// Read the password settings objects, which ordinary users can't see.
    ReadPasswordSettings,
}

impl Right {
    /// What the product's documentation asks for.
    pub const LEAST: [Self; 5] = [
        Self::ResetPassword,
        Self::Unlock,
        Self::MustChange,
        Self::WriteAnchor,
        Self::Replicate,
    ];

    /// The entry in SDDL, and where it goes if not on the container for which it was asked.
    fn entry(self, domain: &Domain) -> (String, Option<String>) {
        let on_users =
            |right: &str, object: &str| format!("(OA;CIIO;{right};{object};{USER};TRUSTEE)");
        match self {
            Self::ResetPassword => (on_users("CR", "00299570-246d-11d0-a768-00aa006e0529"), None),
            Self::Unlock => (
                on_users("RPWP", "28630ebf-41d5-11d1-a9c1-0000f80367c1"),
                None,
            ),
            Self::MustChange => (
                on_users("RPWP", "bf967a0a-0de6-11d0-a285-00aa003049e2"),
                None,
            ),
            Self::WriteAnchor => (
                on_users("RPWP", "23773dc2-b63a-11d2-90e1-00c04fd91ab1"),
                None,
            ),
            Self::Replicate => (
                "(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;TRUSTEE)".to_owned(),
                Some(domain.base.to_owned()),
            ),
            Self::ReadPasswordSettings => (
                "(A;CI;LCRPLORC;;;TRUSTEE)".to_owned(),
                Some(settings_container(domain)),
            ),
        }
    }
}

impl Samba {
    /// Gives an account these rights over the users below a container; those that belong elsewhere go there.
    ///
    /// # Panics
    /// When there is no such account or container.
    pub fn delegate(&self, account: &Account, rights: &[Right], container: &str) {
        grant(&self.hands, &self.kind.domain, account, rights, container);
    }
}

pub(super) fn grant(
    hands: &Hands,
    domain: &Domain,
    account: &Account,
    rights: &[Right],
    container: &str,
) {
    for right in rights {
        let (entry, elsewhere) = right.entry(domain);
        let on = elsewhere.as_deref().unwrap_or(container);
        let words = json!({"dn": on, "account": account.dn, "entries": [entry]});
        hands.call("grant", &words);
    }
}

/// Where password settings objects are.
pub(super) fn settings_container(domain: &Domain) -> String {
    format!("CN=Password Settings Container,CN=System,{}", domain.base)
}
