//! A user as the rules see one.

use crate::ids::{DirectoryId, TenantId, UserId};
use crate::text::UserPrincipalName;
use crate::time::Timestamp;

/// One user of one tenant. Secrets are not part of it: the verifier of the password is read by the one use case
/// that checks it.
#[derive(Debug, Clone)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// The organisation.
    pub tenant: TenantId,
    /// The directory that masters this user, who is only read here then; none for a user of the cloud.
    pub directory: Option<DirectoryId>,
    /// The name to sign in with.
    pub upn: UserPrincipalName,
    /// The name people read.
    pub profile: Profile,
    /// False: sign-in is blocked by an administrator.
    pub enabled: bool,
    /// Since when the account is held because its owner said "It wasn't me"; only an administrator lifts it.
    pub held_at: Option<Timestamp>,
    /// The password is temporary: it must be changed at the next sign-in.
    pub must_change_password: bool,
    /// When the password was last set, if one ever was.
    pub password_changed_at: Option<Timestamp>,
    /// When it was found to be known from a breach; it must be changed at the next sign-in (P-14).
    pub password_found_at: Option<Timestamp>,
    /// Rises with every change of the password; what was begun under an older number is void (F-16).
    pub credential_epoch: i64,
    /// When the user last confirmed what is registered.
    pub registration_confirmed_at: Option<Timestamp>,
    /// The language the user chose, as a BCP 47 tag.
    pub language: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Soft deletion; gone for good 30 days later.
    pub deleted_at: Option<Timestamp>,
}

/// The part of a user that administrators edit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Shown everywhere.
    pub display_name: String,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub surname: Option<String>,
    /// What they do.
    pub job_title: Option<String>,
    /// Where they do it.
    pub department: Option<String>,
    /// The mailbox of work. Notices go there; it proves nothing until registered.
    pub mail: Option<String>,
    /// Contact data: offered prefilled at registration.
    pub mobile_phone: Option<String>,
    /// Contact data: offered prefilled at registration.
    pub other_mail: Option<String>,
    /// The phone at the desk, from a directory: offered where there is no mobile one.
    pub business_phone: Option<String>,
}

/// How long a deleted user can be restored.
pub const RESTORE_WINDOW: std::time::Duration = crate::time::days(30);

impl User {
    /// May sign in and reset at all: enabled, not deleted, not held.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.enabled && self.deleted_at.is_none() && self.held_at.is_none()
    }
}
