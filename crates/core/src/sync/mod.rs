//! What becomes of what a directory holds: who is added, changed, taken over, deleted, and what is refused.
//!
//! The directory is master of its users: what it says is taken, but for what would give an account here to somebody
//! else. The guards are those of the reference system (entra-sspr 6.8): a soft match, by the user name or the primary
//! mailbox, is tried for new objects only, never onto somebody who holds an administrator role, and never onto
//! somebody who belongs to another object already.
//!
//! Start reading at [`plan()`], which judges a batch as one, so that two people can swap their names.

mod clean;
mod guard;
mod plan;
#[cfg(test)]
mod tests;

pub use clean::{cleaned, cut};
pub use guard::{Asked, MOST_CONTACTS, MOST_DELETIONS, must_ask, must_ask_about_contacts};
pub use plan::plan;

use crate::ids::UserId;
use crate::text::UserPrincipalName;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

macro_rules! troubles {
    ($($variant:ident = $code:literal, $message:literal;)+) => {
        /// Why an object, or a part of it, isn't taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Trouble {$(
            #[doc = $message]
            $variant,
        )+}

        impl Trouble {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stable, for programs and message keys (`sync-error-<code>`).
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// For the operator beside the directory.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$variant => $message),+ }
            }

            /// Reads [`code`](Trouble::code).
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|t| t.code() == code)
            }
        }
    };
}

troubles! {
    BadUpn = "bad-upn", "The user name is missing or has characters that can't be signed in with. Correct it in the directory.";
    UnknownDomain = "unknown-domain", "The domain of the user name is none of this organization's. Add the domain, or give the user a name in one of them.";
    DuplicateUpn = "duplicate-upn", "Somebody else has this user name. Change one of the two.";
    DuplicateMail = "duplicate-mail", "Somebody else has this email address: it was left out here. Change one of the two.";
    AdminRole = "admin-role", "A user of this name exists in the cloud and holds an administrator role, so it isn't taken over. Remove the role, synchronize, and give it back.";
    AmbiguousMatch = "ambiguous-match", "User name and email address belong to different users in the cloud. Make clear which one it is.";
    AnchorReused = "anchor-reused", "Another account, with another SID, claims to be this user. Give it a source anchor of its own, or delete the user here first.";
    AnchorChanged = "anchor-changed", "The source anchor of this account was changed. Put the old value back, or this user stays as it was when it had it.";
    AnchorElsewhere = "anchor-elsewhere", "This is somebody of another directory, which still has the account. The user moves here as soon as it is gone there.";
    DuplicateAnchor = "duplicate-anchor", "Two accounts have the same source anchor. Correct one of them.";
    BadMail = "bad-mail", "The email address can't be used and was left out. Correct it in the directory.";
    TooLong = "too-long", "An attribute is longer than is kept here and was cut.";
    LastAdministrator = "last-administrator", "This is the last Global Administrator who can sign in, so the account stays enabled. Make another one first.";
    PasswordUnseen = "password-unseen", "An agent said to have set a new password, and the directory still shows an older one. Find out what that agent did before you trust it.";
    ContactsHeld = "contacts-held", "So many users got other contact data at once that an administrator is asked first. The old ones stay until then; everything else was taken.";
    BadName = "bad-name", "The group has no name that can be shown.";
    DuplicateName = "duplicate-name", "Another group has this name. Rename one of the two.";
    UnknownGroup = "unknown-group", "Members came for a group that isn't in scope.";
}

impl Trouble {
    /// The object was taken all the same, whole or but for one attribute, and there is no use in trying again before it changes.
    #[must_use]
    pub fn is_a_note(self) -> bool {
        matches!(self, Self::BadMail | Self::TooLong | Self::ContactsHeld)
    }
}

/// A user as the directory has it, as far as decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The source anchor.
    pub anchor: Uuid,
    /// The security identifier, where the directory has such.
    pub sid: Option<String>,
    /// The name to sign in with; none if it can't be one.
    pub upn: Option<UserPrincipalName>,
    /// The key of the mailbox of work.
    pub mail_key: Option<String>,
    /// May sign in.
    pub enabled: bool,
}

/// A user that the service knows by an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub user: UserId,
    /// The folded name.
    pub upn_key: String,
    /// The key of the mailbox of work.
    pub mail_key: Option<String>,
    /// As it was when the record came last.
    pub sid: Option<String>,
    /// Soft-deleted, and can be brought back.
    pub deleted: bool,
    /// The record is the one that was taken last: there is nothing to do.
    pub current: bool,
    /// Without this user the organisation would have no Global Administrator who can sign in.
    pub last_administrator: bool,
}

/// A user of another directory, who has an anchor that comes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// Who.
    pub user: UserId,
    /// That directory has the account no longer, and the user can be brought back.
    pub left: bool,
    /// Holds a role.
    pub administrator: bool,
}

/// Somebody who holds a name or a mailbox now, and isn't deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub user: UserId,
    /// Belongs to an object of a directory.
    pub anchored: bool,
    /// Holds a role.
    pub administrator: bool,
}

/// What the service knows of the names in a batch.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// By anchor.
    pub known: HashMap<Uuid, Known>,
    /// By anchor: those whom another directory brought in.
    pub elsewhere: HashMap<Uuid, Elsewhere>,
    /// The anchors by which users of this directory are known who aren't deleted, by SID.
    pub sids: HashMap<String, Uuid>,
    /// By folded user name: everybody who has one of those that the batch wants.
    pub upns: HashMap<String, Holder>,
    /// By key of the mailbox, likewise.
    pub mails: HashMap<String, Vec<Holder>>,
    /// The organisation's domains.
    pub domains: HashSet<String>,
}

/// What is done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing: it is as it was.
    Unchanged,
    /// A new user.
    Add,
    /// A new user; the one who had the anchor before is deleted and somebody else, and loses it.
    Replace(UserId),
    /// A user of the cloud becomes the directory's.
    Join(UserId),
    /// A user changes.
    Update(UserId),
    /// A deleted user returns.
    Restore(UserId),
    /// A user whom another directory has no longer returns as one of this: somebody moved to another domain, and the
    /// anchor was carried along.
    Move(UserId),
    /// It isn't taken.
    Refuse,
}

/// What is done with one record, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub action: Action,
    /// The user name of the record is taken; if not, the old one stays.
    pub take_upn: bool,
    /// The mailbox of the record is taken; if not, there is none.
    pub take_mail: bool,
    /// May sign in.
    pub enabled: bool,
    /// What went wrong.
    pub troubles: Vec<Trouble>,
}

/// What is done with a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One for each record, in their order.
    pub steps: Vec<Step>,
    /// Whose names are given to others of the batch: they let go of them before anybody takes one.
    pub parked: Vec<UserId>,
}
