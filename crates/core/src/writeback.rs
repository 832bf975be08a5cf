//! What a directory says to a new password.
//!
//! The agent answers in the directory's terms ([`Denial`]). What the person reads ([`Told`]) follows from the denial,
//! the policy that applies and what was being done; what the administrator reads is the denial itself.

use crate::refusal::Refusal;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is being done to a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A reset, by its owner who proved it in other ways.
    Reset,
    /// Unlocking instead of a reset.
    Unlock,
    /// A change of a known password.
    Change,
    /// The change that the directory asks for at sign-in.
    RequiredChange,
    /// A temporary password by an administrator.
    AdminReset,
    /// Unlocking by an administrator.
    AdminUnlock,
}

impl Act {
    /// The name in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Change => "change",
            Self::RequiredChange => "required-change",
            Self::AdminReset => "admin-reset",
            Self::AdminUnlock => "admin-unlock",
        }
    }

    /// Reads [`code`](Act::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Reset,
            Self::Unlock,
            Self::Change,
            Self::RequiredChange,
            Self::AdminReset,
            Self::AdminUnlock,
        ]
        .into_iter()
        .find(|a| a.code() == code)
    }
}

macro_rules! denials {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// Why a directory, or the agent in front of it, says no.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Denial {$($(#[$doc])* $variant),+}

        impl Denial {
            /// Every denial.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// A stable code for the audit log: `directory-<name>`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => concat!("directory-", $code)),+ }
            }
        }
    };
}

denials! {
    /// The password is wrong; of a change, the old one.
    WrongPassword = "wrong-password",
    /// Right, and must be changed first.
    MustChange = "must-change",
    /// Right, and too old.
    Expired = "expired",
    /// The account is locked. A directory says so to a wrong password as well.
    Locked = "locked",
    /// The account is disabled.
    Disabled = "disabled",
    /// The account has expired.
    AccountExpired = "account-expired",
    /// Not at this hour.
    LogonHours = "logon-hours",
    /// Not at this workstation.
    Workstation = "workstation",
    /// By smart card only.
    SmartCard = "smart-card",
    /// Against the policy, and the directory doesn't say which rule.
    Policy = "policy",
    /// Too short.
    TooShort = "too-short",
    /// Too simple.
    Complexity = "complexity",
    /// Used before.
    History = "history",
    /// Changed too recently.
    TooYoung = "too-young",
    /// A filter doesn't allow it.
    Banned = "banned",
    /// A protected account.
    Protected = "protected",
    /// The account may not change its password.
    CannotChange = "cannot-change",
    /// The agent's account lacks the right.
    NoRight = "no-right",
    /// No such object.
    NotFound = "not-found",
    /// Outside what the agent may touch.
    OutOfScope = "out-of-scope",
    /// Switched off at the agent.
    SwitchedOff = "switched-off",
    /// The task could not be trusted or opened.
    BadTask = "bad-task",
    /// The agent's disk is full.
    NoJournal = "no-journal",
}

impl Denial {
    /// An administrator has to do something before this user, or anybody, can succeed.
    #[must_use]
    pub fn concerns_administrators(self) -> bool {
        matches!(
            self,
            Self::NoRight
                | Self::NotFound
                | Self::OutOfScope
                | Self::SwitchedOff
                | Self::BadTask
                | Self::NoJournal
        )
    }

    /// Whether the same proof may be used for another try: another password, or the same one later, could succeed.
    #[must_use]
    pub fn leaves_a_way(self) -> bool {
        !matches!(
            self,
            Self::Protected
                | Self::CannotChange
                | Self::NotFound
                | Self::OutOfScope
                | Self::Disabled
                | Self::AccountExpired
                | Self::SmartCard
        )
    }

    /// To a question about a password: it was right, whatever else stands in the way. A locked account is not among
    /// them: Active Directory says "locked" (775) to wrong passwords too, so it proves nothing (active-directory.md
    /// 2 d), and neither is a smart card account, which has no password to be right.
    #[must_use]
    pub fn was_right(self) -> bool {
        matches!(
            self,
            Self::MustChange
                | Self::Expired
                | Self::Disabled
                | Self::AccountExpired
                | Self::LogonHours
                | Self::Workstation
        )
    }
}

/// The password policy that applies to an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Its name, where it is a fine-grained one.
    pub name: Option<String>,
    /// Characters.
    pub min_length: u32,
    /// Three of five classes of characters.
    pub complexity: bool,
    /// How many old passwords can't be used again.
    pub history: u32,
    /// Seconds between two changes.
    pub min_age_s: u64,
    /// Wrong passwords until the account is locked; 0: never.
    pub lockout_threshold: u32,
    /// Seconds in which they are counted.
    pub lockout_window_s: u64,
}

impl Rules {
    /// The first instant at which a password set at `set_at` may be changed.
    #[must_use]
    pub fn old_enough_at(&self, set_at: Timestamp) -> Timestamp {
        set_at + Duration::from_secs(self.min_age_s)
    }
}

/// Facts of a new password that are no secret, kept while its directory is asked: what a plain "against the policy"
/// must have been about can be worked out from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Characters, as the directory counts them: UTF-16 units.
    pub length: usize,
    /// How many of the five classes of Active Directory's complexity rule it has.
    pub classes: usize,
    /// It contains the account name or a part of the display name.
    pub names: bool,
}

impl Shape {
    /// The shape of a password, for somebody with these names.
    #[must_use]
    pub fn of(password: &str, account: Option<&str>, display_name: &str) -> Self {
        let mut seen = [false; 5];
        for c in password.chars() {
            let class = if c.is_uppercase() {
                0
            } else if c.is_lowercase() {
                1
            } else if c.is_ascii_digit() {
                2
            } else if c.is_alphabetic() {
                4
            } else {
                3
            };
            seen[class] = true;
        }
        let folded = password.to_lowercase();
        let parts = display_name
            .split([',', '.', '-', '_', ' ', '#', '\t'])
            .chain(account);
        let names = parts
            .filter(|part| part.chars().count() >= 3)
            .any(|part| folded.contains(&part.to_lowercase()));
        Self {
            length: password.encode_utf16().count(),
            classes: seen.iter().filter(|s| **s).count(),
            names,
        }
    }

    /// Has what the complexity rule asks of the characters themselves. What it says about names is left to the
    /// directory: Windows looks for them, Samba doesn't.
    #[must_use]
    pub fn is_complex(self) -> bool {
        self.classes >= 3
    }
}

/// A denial with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// Why.
    pub why: Denial,
    /// The directory's own code, for the administrator.
    pub code: Option<String>,
    /// The policy that applies, where it has to do with it.
    pub rules: Option<Rules>,
    /// When the password was last set, as far as is known.
    pub set_at: Option<Timestamp>,
}

impl Denied {
    /// What "against the policy" must mean, as far as that can be worked out. Windows gives no reason at all.
    #[must_use]
    pub fn explained(mut self, shape: Option<Shape>, now: Timestamp) -> Self {
        let Some(rules) = self.rules.as_ref().filter(|_| self.why == Denial::Policy) else {
            return self;
        };
        let short = shape.is_some_and(|s| s.length < rules.min_length as usize);
        let simple = shape.is_some_and(|s| rules.complexity && (!s.is_complex() || s.names));
        let young =
            rules.min_age_s > 0 && self.set_at.is_some_and(|at| now < rules.old_enough_at(at));
        self.why = match (short, young, simple) {
            (true, ..) => Denial::TooShort,
            (_, true, _) => Denial::TooYoung,
            (.., true) => Denial::Complexity,
            _ => Denial::Policy,
        };
        self
    }

    /// What the person is told.
    #[must_use]
    pub fn told(&self) -> Refusal {
        let number = |of: fn(&Rules) -> u32| self.rules.as_ref().map(of).filter(|n| *n > 0);
        let told = match self.why {
            Denial::WrongPassword => return Refusal::CurrentPasswordWrong,
            Denial::TooShort => number(|r| r.min_length).map_or(Told::Policy, Told::TooShort),
            Denial::Complexity => Told::Complexity,
            Denial::History => number(|r| r.history).map_or(Told::UsedBefore, Told::History),
            Denial::TooYoung => {
                let until = self.rules.as_ref().zip(self.set_at);
                until.map_or(Told::TooYoung, |(r, at)| {
                    Told::TooYoungUntil(r.old_enough_at(at))
                })
            }
            Denial::Banned => Told::Banned,
            Denial::Policy => Told::Policy,
            Denial::Protected => Told::Protected,
            Denial::CannotChange => Told::CannotChange,
            Denial::Locked => Told::Locked,
            Denial::Disabled => Told::Disabled,
            Denial::AccountExpired => Told::AccountExpired,
            Denial::LogonHours | Denial::Workstation => Told::NotNow,
            Denial::SmartCard => Told::SmartCard,
            // A change that the account can't do itself: only a reset gets it out of there.
            Denial::MustChange | Denial::Expired => Told::ResetInstead,
            Denial::NotFound | Denial::OutOfScope => Told::NotThere,
            Denial::NoRight | Denial::SwitchedOff | Denial::BadTask | Denial::NoJournal => {
                Told::Trouble
            }
        };
        Refusal::Directory(told)
    }
}

/// What a person reads of a directory's no. The sentence is `refusal-<code>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// So many characters at least.
    TooShort(u32),
    /// Three kinds of characters, and no part of the name.
    Complexity,
    /// One of the last so many.
    History(u32),
    /// Used before.
    UsedBefore,
    /// Changed a short while ago.
    TooYoung,
    /// Not before then.
    TooYoungUntil(Timestamp),
    /// On a list.
    Banned,
    /// Used before, or on a list: the directory doesn't say which.
    Policy,
    /// Never from here.
    Protected,
    /// This account's password isn't its owner's to change.
    CannotChange,
    /// Locked after wrong passwords.
    Locked,
    /// Disabled.
    Disabled,
    /// The account ran out.
    AccountExpired,
    /// Not at this hour or from here.
    NotNow,
    /// No password at all.
    SmartCard,
    /// Forgotten-password instead of a change.
    ResetInstead,
    /// Not found in the directory.
    NotThere,
    /// Something that an administrator has to mend, and was told.
    Trouble,
}

impl Told {
    /// The end of the message key.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort(_) => "directory-too-short",
            Self::Complexity => "directory-complexity",
            Self::History(_) => "directory-history",
            Self::UsedBefore => "directory-used-before",
            Self::TooYoung => "directory-too-young",
            Self::TooYoungUntil(_) => "directory-too-young-until",
            Self::Banned => "directory-banned",
            Self::Policy => "directory-policy",
            Self::Protected => "directory-protected",
            Self::CannotChange => "directory-cannot-change",
            Self::Locked => "directory-locked",
            Self::Disabled => "directory-disabled",
            Self::AccountExpired => "directory-account-expired",
            Self::NotNow => "directory-not-now",
            Self::SmartCard => "directory-smart-card",
            Self::ResetInstead => "directory-reset-instead",
            Self::NotThere => "directory-not-there",
            Self::Trouble => "directory-trouble",
        }
    }

    /// The number in the sentence.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::TooShort(n) | Self::History(n) => n,
            _ => 0,
        }
    }

    /// It is about the password that was typed: another one may do.
    #[must_use]
    pub fn is_about_the_password(self) -> bool {
        matches!(
            self,
            Self::TooShort(_)
                | Self::Complexity
                | Self::History(_)
                | Self::UsedBefore
                | Self::Banned
                | Self::Policy
        )
    }
}

/// What became of a writeback, as its person is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", rename_all = "kebab-case")]
pub enum Ending {
    /// It is true in the directory.
    Done,
    /// The directory said no; nothing was changed.
    Denied(Denied),
    /// No server could be reached; nothing was changed.
    Unreachable,
    /// It was begun, and nobody knows whether it was done.
    Unknown,
}

impl Ending {
    /// The state in the database.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Denied(_) => "denied",
            Self::Unreachable => "unreachable",
            Self::Unknown => "unknown",
        }
    }

    /// Nothing can follow it. What was unknown may still be found out.
    #[must_use]
    pub fn is_final(&self) -> bool {
        *self != Self::Unknown
    }

    /// What the person is told; nothing if it was done.
    pub fn told(&self) -> Result<(), Refusal> {
        match self {
            Self::Done => Ok(()),
            Self::Denied(denied) => Err(denied.told()),
            Self::Unreachable => Err(Refusal::DirectoryAway),
            Self::Unknown => Err(Refusal::WritebackUnknown),
        }
    }
}

#[cfg(test)]
#[path = "writeback_tests.rs"]
mod tests;
