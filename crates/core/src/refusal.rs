//! Every way in which a request can be refused. A refusal is data: it has a stable code, a sentence for the person
//! who meets it (message key `refusal-<code>`) and, where they differ, one for the administrator's log.

use crate::licence::{Short, Sku};
use crate::password::Fault;
use crate::policy::Unable;
use crate::time::Timestamp;
use crate::writeback::Told;

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name in the form.
    pub field: &'static str,
    /// The end of the message key `fault-<code>`.
    pub code: &'static str,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Fields of a form need mending.
    Fields(Vec<FieldFault>),
    /// User name or password is wrong, or the account may not sign in: told alike.
    BadCredentials,
    /// User name or Temporary Access Pass is wrong, or it is none that is good: told alike.
    PassWrong,
    /// The organisation makes no Temporary Access Passes.
    PassesOff,
    /// Too many wrong passwords for this name.
    LockedOut(Timestamp),
    /// Nobody is signed in, or no longer.
    SignInNeeded,
    /// Signed in too long ago for this: a fresh proof is needed.
    FreshProofNeeded,
    /// It takes fresh proofs by two methods of different kinds, and there are fewer.
    TwoProofsNeeded,
    /// The role doesn't allow it.
    NotAllowed,
    /// The target holds rights that the actor lacks.
    HoldsMoreRights,
    /// It would leave the organisation without an administrator who can sign in.
    LastGlobalAdministrator,
    /// An administrator tried on their own account what others must do for them.
    NotOnYourself,
    /// No such thing, or one of another tenant: told alike.
    NotFound,
    /// Somebody else changed it meanwhile.
    ChangedMeanwhile,
    /// The name is taken.
    NameTaken,
    /// The domain of the user name belongs to no organisation here.
    UnknownDomain,
    /// A directory masters it: it is changed there.
    MasteredElsewhere,
    /// A policy uses the group.
    GroupInUse,
    /// It would make a group a member of itself.
    GroupCycle,
    /// The policy could never be satisfied: more methods required than are available.
    PolicyUnsatisfiable,
    /// The check against robots was not passed.
    RobotCheck,
    /// The question against robots was answered faster than people read.
    RobotTooFast,
    /// Too many questions against robots were answered from one place.
    RobotTooMany(Timestamp),
    /// What was typed is not the registered number.
    DestinationMismatch,
    /// The code is wrong.
    CodeWrong,
    /// No authenticator app of theirs shows this code now, or it was used already.
    AppCodeWrong,
    /// It is none of their recovery codes, or was used.
    RecoveryCodeWrong,
    /// It is no passkey of theirs, or its answer is not one to this question.
    PasskeyWrong,
    /// The question to a passkey is too old or was answered.
    PasskeyOver,
    /// Passkeys work only where people reach the service by a name and encrypted.
    PasskeysOff,
    /// Nobody is called from here: no gateway for calls is set up.
    CallsOff,
    /// The code is too old, used, replaced or was tried too often.
    CodeDead,
    /// The same of a question for a code of what the user holds.
    AppTriesOver,
    /// Too many wrong proofs, until then.
    Blocked(Timestamp),
    /// Too many messages were asked for.
    TooManyMessages(Timestamp),
    /// No text messages are sent to this number right now: to its country, or at all.
    SmsStopped,
    /// The reset took too long.
    ResetExpired,
    /// The reset is over: done, cancelled or overtaken.
    ResetVoid,
    /// A method or step that this reset does not offer.
    NotOffered,
    /// The new password has faults.
    Password(Vec<Fault>),
    /// The current password is wrong.
    CurrentPasswordWrong,
    /// The method is registered already.
    AlreadyRegistered,
    /// It is the mailbox of the account itself, which proves nothing to somebody locked out of it.
    OwnMailbox,
    /// This method can't go: too few would be left.
    StillNeeded,
    /// The link was used, is too old or never was.
    LinkDead,
    /// The installation has been set up.
    SetUpAlready,
    /// This person can't reset; only administrators and the log see why.
    Unable(Unable),
    /// All hands are busy hashing; nothing was tried.
    Busy,
    /// No agent that stands beside the directory, and may do what is asked, is up.
    DirectoryAway,
    /// User name or password is wrong, or the directory has locked the account: it says the same to right and wrong
    /// passwords then, so nobody is told which.
    DirectoryCredentials,
    /// The directory said no.
    Directory(Told),
    /// Passwords of this directory are not set from here: it is switched off, or the organisation lacks the plan.
    WritebackOff,
    /// The directory is at it, and has not answered yet.
    WritebackPending,
    /// It was begun in the directory, and nobody knows whether it was done.
    WritebackUnknown,
    /// A temporary password is on its way into the directory, and nobody has seen it.
    TemporaryUnseen,
    /// More licences would be needed than the subscription has.
    UnitsShort(Sku, Short),
    /// No subscription has password writeback; any of these would.
    NoWritebackPlan(Vec<Sku>),
    /// The members of the group hold licences through it.
    GroupLicensed,
    /// The code of an agent is unknown, used, or too old.
    AgentCodeDead,
}

impl Refusal {
    /// A stable code for logs, message keys and, later, the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fields(_) => "fields",
            Self::BadCredentials => "bad-credentials",
            Self::LockedOut(_) => "locked-out",
            Self::SignInNeeded => "sign-in-needed",
            Self::FreshProofNeeded => "fresh-proof-needed",
            Self::TwoProofsNeeded => "two-proofs-needed",
            Self::PassWrong => "pass-wrong",
            Self::PassesOff => "passes-off",
            Self::NotAllowed => "not-allowed",
            Self::HoldsMoreRights => "holds-more-rights",
            Self::LastGlobalAdministrator => "last-global-administrator",
            Self::NotOnYourself => "not-on-yourself",
            Self::NotFound => "not-found",
            Self::ChangedMeanwhile => "changed-meanwhile",
            Self::NameTaken => "name-taken",
            Self::UnknownDomain => "unknown-domain",
            Self::MasteredElsewhere => "mastered-elsewhere",
            Self::GroupInUse => "group-in-use",
            Self::GroupCycle => "group-cycle",
            Self::PolicyUnsatisfiable => "policy-unsatisfiable",
            Self::RobotCheck => "robot-check",
            Self::RobotTooFast => "robot-too-fast",
            Self::RobotTooMany(_) => "robot-too-many",
            Self::DestinationMismatch => "destination-mismatch",
            Self::CodeWrong => "code-wrong",
            Self::AppCodeWrong => "app-code-wrong",
            Self::RecoveryCodeWrong => "recovery-code-wrong",
            Self::PasskeyWrong => "passkey-wrong",
            Self::PasskeyOver => "passkey-over",
            Self::PasskeysOff => "passkeys-off",
            Self::CallsOff => "calls-off",
            Self::CodeDead => "code-dead",
            Self::AppTriesOver => "app-tries-over",
            Self::Blocked(_) => "blocked",
            Self::TooManyMessages(_) => "too-many-messages",
            Self::SmsStopped => "sms-stopped",
            Self::ResetExpired => "reset-expired",
            Self::ResetVoid => "reset-void",
            Self::NotOffered => "not-offered",
            Self::Password(_) => "password",
            Self::CurrentPasswordWrong => "current-password-wrong",
            Self::AlreadyRegistered => "already-registered",
            Self::OwnMailbox => "own-mailbox",
            Self::StillNeeded => "still-needed",
            Self::LinkDead => "link-dead",
            Self::SetUpAlready => "set-up-already",
            Self::Unable(_) => "unable",
            Self::Busy => "busy",
            Self::DirectoryAway => "directory-away",
            Self::DirectoryCredentials => "directory-credentials",
            Self::Directory(told) => told.code(),
            Self::WritebackOff => "writeback-off",
            Self::WritebackPending => "writeback-pending",
            Self::WritebackUnknown => "writeback-unknown",
            Self::TemporaryUnseen => "temporary-unseen",
            Self::UnitsShort(..) => "units-short",
            Self::NoWritebackPlan(_) => "no-writeback-plan",
            Self::GroupLicensed => "group-licensed",
            Self::AgentCodeDead => "agent-code-dead",
        }
    }

    /// The instant it names, for refusals that end by themselves.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::LockedOut(at)
            | Self::Blocked(at)
            | Self::TooManyMessages(at)
            | Self::RobotTooMany(at)
            | Self::Directory(Told::TooYoungUntil(at)) => Some(*at),
            _ => None,
        }
    }

    /// The number it names.
    #[must_use]
    pub fn number(&self) -> u32 {
        match self {
            Self::Directory(told) => told.number(),
            _ => 0,
        }
    }

    /// The code that was asked for may be typed again.
    #[must_use]
    pub fn leaves_a_try(&self) -> bool {
        matches!(
            self,
            Self::CodeWrong | Self::AppCodeWrong | Self::RecoveryCodeWrong | Self::PasskeyWrong
        )
    }

    /// The numbers that it names: how many there are, and how many would be needed.
    #[must_use]
    pub fn numbers(&self) -> Option<Short> {
        match self {
            Self::UnitsShort(_, short) => Some(*short),
            _ => None,
        }
    }

    /// The products that it names.
    #[must_use]
    pub fn products(&self) -> &[Sku] {
        match self {
            Self::UnitsShort(sku, _) => std::slice::from_ref(sku),
            Self::NoWritebackPlan(skus) => skus,
            _ => &[],
        }
    }

    /// One field, one fault.
    #[must_use]
    pub fn field(field: &'static str, code: &'static str) -> Self {
        Self::Fields(vec![FieldFault { field, code }])
    }
}

impl From<crate::reset::Stop> for Refusal {
    fn from(stop: crate::reset::Stop) -> Self {
        use crate::reset::Stop;
        match stop {
            Stop::Expired => Self::ResetExpired,
            Stop::Void => Self::ResetVoid,
            Stop::Pending => Self::WritebackPending,
            Stop::MoreProofs | Stop::WrongProof => Self::NotOffered,
        }
    }
}
