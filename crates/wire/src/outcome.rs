//! What became of an operation, in the directory's terms.

use crate::Micros;
use serde::{Deserialize, Serialize};

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It is true in the directory.
    Done,
    /// The directory, or the agent in front of it, said no. Nothing was changed.
    Refused {
        /// Why.
        refusal: Denial,
        /// The leading hex digits and `data` of the directory's answer, for the administrator: `0000052D`, `775`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The policy that applies to this user, where it is known and has to do with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<PasswordPolicy>,
    },
    /// No server of the directory could be reached: nothing was changed.
    Unreachable {
        /// Why, for the administrator.
        message: String,
    },
    /// It was begun, and whether it was done can't be found out.
    Unknown {
        /// Why, for the administrator.
        message: String,
    },
    /// What an examination found.
    Examined(Examination),
    /// A synchronisation was begun; its run tells the rest.
    Started,
}

impl Outcome {
    /// A refusal without more to say.
    #[must_use]
    pub fn refused(refusal: Denial) -> Self {
        Self::Refused {
            refusal,
            code: None,
            policy: None,
        }
    }
}

/// Why a directory says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denial {
    /// The password (for a change: the old one) is wrong.
    WrongPassword,
    /// The password is right, and must be changed at the next sign-in.
    MustChange,
    /// The password is right, and has expired.
    Expired,
    /// The account is locked, or: the password is right and the account is locked.
    Locked,
    /// The account is disabled.
    Disabled,
    /// The account itself has expired.
    AccountExpired,
    /// Outside the hours in which this account may sign in.
    LogonHours,
    /// Not at this workstation.
    Workstation,
    /// The account signs in by smart card only.
    SmartCard,
    /// The new password breaks the policy, and the directory doesn't say which rule.
    Policy,
    /// Too short.
    TooShort,
    /// Not complex enough.
    Complexity,
    /// It was used before.
    History,
    /// The last change is too recent.
    TooYoung,
    /// A filter of the directory doesn't allow it.
    Banned,
    /// A protected account (`adminCount`, a privileged group, a built-in, the agent's own): never reset from here.
    Protected,
    /// The account may not change its password.
    CannotChange,
    /// The agent's account lacks the right.
    NoRight,
    /// No object has this anchor (any more).
    NotFound,
    /// Out of the agent's scope.
    OutOfScope,
    /// What the task asks for is switched off at the agent.
    SwitchedOff,
    /// The task was too old, not signed, for somebody else, or could not be opened.
    BadTask,
    /// The agent's disk is full: it can't keep its journal, so it begins nothing.
    NoJournal,
}

/// The password policy that applies to a user: the domain's, or a fine-grained one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// What it is called, where it is a policy of its own (a PSO).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Characters.
    pub min_length: u32,
    /// Three of five classes of characters, and no part of the name.
    pub complexity: bool,
    /// How many old passwords can't be used again.
    pub history: u32,
    /// Seconds between two changes.
    pub min_age_s: u64,
    /// Seconds until a password expires; 0: never.
    pub max_age_s: u64,
    /// Wrong passwords until the account is locked; 0: never.
    pub lockout_threshold: u32,
    /// Seconds in which they are counted.
    pub lockout_window_s: u64,
    /// Seconds for which it stays locked; 0: until an administrator unlocks it.
    pub lockout_duration_s: u64,
}

/// What stands in the way of a reset, without having tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// Nothing in here: a reset would succeed with a password that keeps the policy.
    pub findings: Vec<Finding>,
    /// The policy that applies.
    pub policy: PasswordPolicy,
    /// When the password was last set.
    pub password_set_at: Option<Micros>,
    /// Where the object is, for the administrator.
    pub dn: String,
}

/// One thing that stands in the way, or that one should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub what: Denial,
    /// A reset would fail because of it.
    pub blocks: bool,
    /// The command that mends it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}
