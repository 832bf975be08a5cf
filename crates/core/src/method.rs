//! Authentication methods: ways in which people prove who they are.

use crate::ids::{MethodId, UserId};
use crate::phone::PhoneNumber;
use crate::text::MailAddress;
use crate::time::Timestamp;
use std::fmt;

/// A kind of method. A further kind is added here and in the two matches that send and check its proof; the flow
/// itself asks only for [`channel`](MethodKind::channel).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MethodKind {
    /// A code by text message to a mobile phone.
    MobilePhone,
    /// A code by mail to an address outside the account that is being reset.
    Email,
}

/// What a proof travels through. Two gates must use two channels: SMS and voice of one phone count once (F-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The telephone network.
    Phone,
    /// A mailbox.
    Mailbox,
}

impl MethodKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::MobilePhone, Self::Email];

    /// The channel that a proof of this kind uses.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::MobilePhone => Channel::Phone,
            Self::Email => Channel::Mailbox,
        }
    }

    /// The name in the database, in addresses of pages and in message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::MobilePhone => "mobile-phone",
            Self::Email => "email",
        }
    }

    /// Reads [`code`](MethodKind::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Where a code goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A mobile number.
    Phone(PhoneNumber),
    /// A mailbox.
    Mail(MailAddress),
}

impl Destination {
    /// Reads what a user typed for a method of this kind.
    pub fn parse(kind: MethodKind, text: &str) -> Result<Self, DestinationFault> {
        match kind {
            MethodKind::MobilePhone => Ok(Self::Phone(PhoneNumber::parse(text)?)),
            MethodKind::Email => Ok(Self::Mail(MailAddress::parse(text)?)),
        }
    }

    /// The kind of method that uses it.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        match self {
            Self::Phone(_) => MethodKind::MobilePhone,
            Self::Mail(_) => MethodKind::Email,
        }
    }

    /// The form under which it is compared and limited.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Phone(p) => p.as_str().to_owned(),
            Self::Mail(m) => m.key(),
        }
    }

    /// What a page may show of it to somebody who has proved nothing yet.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(p) => p.masked(),
            Self::Mail(m) => m.masked(),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(p) => p.fmt(f),
            Self::Mail(m) => m.fmt(f),
        }
    }
}

/// Why a destination was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationFault {
    /// The number.
    #[error(transparent)]
    Phone(#[from] crate::phone::PhoneFault),
    /// The address.
    #[error(transparent)]
    Mail(#[from] crate::text::TextFault),
}

/// Who says that the destination is the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The user proved it with a code.
    User,
    /// An administrator entered it as a method.
    Administrator,
}

impl Origin {
    /// The name in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Administrator => "administrator",
        }
    }

    /// Reads [`code`](Origin::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::User, Self::Administrator]
            .into_iter()
            .find(|o| o.code() == code)
    }
}

/// A registered method. It exists only once it has been proved, or an administrator has vouched for it: contact
/// data of the directory alone is never a method.
#[derive(Debug, Clone)]
pub struct Method {
    /// Never changes.
    pub id: MethodId,
    /// Whose.
    pub user: UserId,
    /// Where its codes go.
    pub destination: Destination,
    /// Who vouches for it.
    pub origin: Origin,
    /// Since when.
    pub created_at: Timestamp,
    /// When a code sent to it was last answered.
    pub last_used_at: Option<Timestamp>,
}

impl Method {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        self.destination.kind()
    }
}
