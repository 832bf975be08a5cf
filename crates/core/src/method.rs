//! Authentication methods: ways in which people prove who they are.

use crate::ids::{MethodId, UserId};
use crate::phone::{OfficeNumber, PhoneNumber};
use crate::text::{MailAddress, fold, is_unprintable};
use crate::time::Timestamp;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A kind of method. A further kind is added here and in the matches that ask for its proof and check it; the flow
/// itself asks only for [`channel`](MethodKind::channel).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MethodKind {
    /// A key pair that a device, a security key or a password manager keeps for this site alone, and uses once it has
    /// verified its owner (WebAuthn Level 3).
    Passkey,
    /// A code shown by an app that shares a secret with the service (TOTP, RFC 6238).
    AuthenticatorApp,
    /// A code by text message to a mobile phone, or by a call of it.
    MobilePhone,
    /// A code by a call of the phone on the desk. Its number is the organisation's: nobody types their own.
    OfficePhone,
    /// A code by mail to an address outside the account that is being reset.
    Email,
    /// One of a list of codes that was printed or written down, each good once (NIST SP 800-63B section 4.2.1.1).
    RecoveryCodes,
}

/// What a proof travels through. Two gates must use two channels: SMS and voice of one phone count once (F-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// What signs for this site only, so that nothing can be passed on to another. Several passkeys are one channel: they
    /// are mostly on one device.
    Key,
    /// A device that holds a secret. Several apps are one channel: they are mostly on one phone.
    App,
    /// The telephone network.
    Phone,
    /// A mailbox.
    Mailbox,
    /// Paper.
    Saved,
}

/// Who carries the code of a kind that is sent one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// A text message.
    Sms,
    /// A call that says it, once a key was pressed: a mailbox that answers gets none (PH-13).
    Voice,
    /// A mail.
    Mail,
}

impl Carrier {
    /// Every one there is.
    pub const ALL: [Self; 3] = [Self::Sms, Self::Voice, Self::Mail];

    /// The name in the database, in forms and in message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
            Self::Mail => "mail",
        }
    }

    /// Reads [`code`](Carrier::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }
}

impl MethodKind {
    /// Every kind, the strongest first: the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Passkey,
        Self::AuthenticatorApp,
        Self::MobilePhone,
        Self::OfficePhone,
        Self::Email,
        Self::RecoveryCodes,
    ];

    /// Those that a new organisation offers. Passkeys are for an administrator to add: they take browsers and devices that
    /// can do them, and an address with a name.
    pub const DEFAULT: [Self; 3] = [Self::AuthenticatorApp, Self::MobilePhone, Self::Email];

    /// The channel that a proof of this kind uses.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Passkey => Channel::Key,
            Self::AuthenticatorApp => Channel::App,
            Self::MobilePhone | Self::OfficePhone => Channel::Phone,
            Self::Email => Channel::Mailbox,
            Self::RecoveryCodes => Channel::Saved,
        }
    }

    /// How its codes come to the user, where nothing else was chosen; none where the user holds what makes them.
    #[must_use]
    pub fn carrier(self) -> Option<Carrier> {
        match self {
            Self::Passkey | Self::AuthenticatorApp | Self::RecoveryCodes => None,
            Self::MobilePhone => Some(Carrier::Sms),
            Self::OfficePhone => Some(Carrier::Voice),
            Self::Email => Some(Carrier::Mail),
        }
    }

    /// Its owner gives each a name, as several would look alike.
    #[must_use]
    pub fn is_named(self) -> bool {
        matches!(self, Self::Passkey | Self::AuthenticatorApp)
    }

    /// Phishing a mailbox does not get it: something that the user holds makes its proofs.
    #[must_use]
    pub fn is_strong(self) -> bool {
        match self {
            Self::Passkey | Self::AuthenticatorApp => true,
            // A list of codes can be copied without its owner noticing.
            Self::MobilePhone | Self::OfficePhone | Self::Email | Self::RecoveryCodes => false,
        }
    }

    /// The most that one user may have (entra-sspr 3.4).
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Passkey => 10,
            Self::AuthenticatorApp => 5,
            Self::MobilePhone | Self::Email => 2,
            Self::OfficePhone | Self::RecoveryCodes => 1,
        }
    }

    /// The name in the database, in addresses of pages and in message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::AuthenticatorApp => "authenticator-app",
            Self::MobilePhone => "mobile-phone",
            Self::OfficePhone => "office-phone",
            Self::Email => "email",
            Self::RecoveryCodes => "recovery-codes",
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
    /// A number on a desk.
    Office(OfficeNumber),
    /// A mailbox.
    Mail(MailAddress),
}

impl Destination {
    /// Reads what a user typed for the kind whose codes this carries where nothing else was chosen.
    pub fn parse(by: Carrier, text: &str) -> Result<Self, MeansFault> {
        match by {
            Carrier::Sms => Ok(Self::Phone(PhoneNumber::parse(text)?)),
            Carrier::Voice => Ok(Self::Office(OfficeNumber::parse(text)?)),
            Carrier::Mail => Ok(Self::Mail(MailAddress::parse(text)?)),
        }
    }

    /// The kind of method that uses it.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        match self {
            Self::Phone(_) => MethodKind::MobilePhone,
            Self::Office(_) => MethodKind::OfficePhone,
            Self::Mail(_) => MethodKind::Email,
        }
    }

    /// The form under which it is compared and limited.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Phone(p) => p.as_str().to_owned(),
            Self::Office(o) => o.key(),
            Self::Mail(m) => m.key(),
        }
    }

    /// What a page may show of it to somebody who has proved nothing yet.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(p) => p.masked(),
            Self::Office(o) => o.line().masked(),
            Self::Mail(m) => m.masked(),
        }
    }

    /// The line that is called or written to, without an extension; none of a mailbox.
    #[must_use]
    pub fn line(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(p) => Some(p),
            Self::Office(o) => Some(o.line()),
            Self::Mail(_) => None,
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(p) => p.fmt(f),
            Self::Office(o) => o.fmt(f),
            Self::Mail(m) => m.fmt(f),
        }
    }
}

/// The name that its owner gave to something they hold: "Pixel 8".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The most characters of a name.
    pub const LONGEST: usize = 40;

    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, LabelFault> {
        let text: String = text.nfc().collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            Err(LabelFault::Empty)
        } else if text.chars().count() > Self::LONGEST || text.chars().any(is_unprintable) {
            Err(LabelFault::Malformed)
        } else {
            Ok(Self(text))
        }
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a method proves itself by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A code is sent there.
    Sent(Destination),
    /// The user holds what makes the code: an authenticator app, by its name. Its secret is in no type of this crate.
    App(Label),
    /// The user holds a passkey, by its name. Its public key is in no type of this crate.
    Passkey(Label),
    /// The user holds a list of codes. They are in no type of this crate.
    Saved,
}

impl Means {
    /// Reads what a user typed for a method of this kind: a number, an address, a name.
    pub fn parse(kind: MethodKind, text: &str) -> Result<Self, MeansFault> {
        Ok(match (kind, kind.carrier()) {
            (_, Some(carrier)) => Self::Sent(Destination::parse(carrier, text)?),
            (MethodKind::RecoveryCodes, None) => Self::Saved,
            (MethodKind::Passkey, None) => Self::Passkey(Label::parse(text)?),
            (_, None) => Self::App(Label::parse(text)?),
        })
    }

    /// The kind of method that uses it.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        match self {
            Self::Sent(to) => to.kind(),
            Self::App(_) => MethodKind::AuthenticatorApp,
            Self::Passkey(_) => MethodKind::Passkey,
            Self::Saved => MethodKind::RecoveryCodes,
        }
    }

    /// Where its codes go, if they are sent.
    #[must_use]
    pub fn destination(&self) -> Option<&Destination> {
        match self {
            Self::Sent(to) => Some(to),
            Self::App(_) | Self::Passkey(_) | Self::Saved => None,
        }
    }

    /// The form under which it is compared: a user has each once.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Sent(to) => to.key(),
            Self::App(label) | Self::Passkey(label) => fold(label.as_str()),
            Self::Saved => String::from("-"),
        }
    }

    /// What a page may show of it to somebody who has proved nothing yet. Of an app or a passkey that is nothing: its
    /// name would tell what device somebody has.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Sent(to) => to.masked(),
            Self::App(_) | Self::Passkey(_) | Self::Saved => String::new(),
        }
    }

    /// What the log and notices call it: no more of an address than is needed to know it again, and a name in full.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Sent(to) => to.masked(),
            Self::App(label) | Self::Passkey(label) => label.as_str().to_owned(),
            Self::Saved => String::new(),
        }
    }
}

impl fmt::Display for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent(to) => to.fmt(f),
            Self::App(label) | Self::Passkey(label) => f.write_str(label.as_str()),
            Self::Saved => Ok(()),
        }
    }
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// Longer than [`Label::LONGEST`], or with characters that can't be seen.
    #[error("malformed")]
    Malformed,
}

/// Why what was typed was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MeansFault {
    /// The number.
    #[error(transparent)]
    Phone(#[from] crate::phone::PhoneFault),
    /// The address.
    #[error(transparent)]
    Mail(#[from] crate::text::TextFault),
    /// The name.
    #[error(transparent)]
    Label(#[from] LabelFault),
}

/// Who says that a method is the user's.
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
    /// What it proves itself by.
    pub means: Means,
    /// Who vouches for it.
    pub origin: Origin,
    /// Since when.
    pub created_at: Timestamp,
    /// When a code of it was last answered.
    pub last_used_at: Option<Timestamp>,
    /// An older method of its owner was proved to add it, or it is of their first registration. Else it waits before it
    /// opens a gate of a reset (see [`crate::quarantine`]).
    pub confirmed: bool,
}

impl Method {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        self.means.kind()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_printable_and_compared_without_case() {
        let name = |text: &str| Means::parse(MethodKind::AuthenticatorApp, text);
        assert_eq!(name("  Pixel\t 8 ").unwrap().to_string(), "Pixel 8");
        assert_eq!(
            name("PIXEL 8").unwrap().key(),
            name("Pixel 8").unwrap().key()
        );
        assert_eq!(name(" \n").unwrap_err(), LabelFault::Empty.into());
        let long = "x".repeat(Label::LONGEST + 1);
        for bad in [long.as_str(), "a\u{202e}b", "a\u{0}b"] {
            assert_eq!(
                name(bad).unwrap_err(),
                LabelFault::Malformed.into(),
                "{bad:?}"
            );
        }
        // case: EN-17
        assert_eq!(name("Pixel 8").unwrap().masked(), "");
    }

    #[test]
    fn a_kind_is_read_by_its_code_and_sent_kinds_have_a_destination() {
        for kind in MethodKind::ALL {
            assert_eq!(MethodKind::from_code(kind.code()), Some(kind));
        }
        let typed = [
            "Laptop",
            "Pixel 8",
            "+49 1511 2345678",
            "+49 30 12345678 x567",
            "a@home.example",
            "",
        ];
        for (kind, typed) in MethodKind::ALL.into_iter().zip(typed) {
            let means = Means::parse(kind, typed).unwrap();
            assert_eq!(means.kind(), kind);
            assert_eq!(means.destination().is_some(), kind.carrier().is_some());
        }
    }
}
