//! The state machine of one reset.
//!
//! ```text
//! start ──► Open ──accept(Proof)──► Open ──verified(Able)──► Verified ──spent by the store──► Completed
//!             │                       ▲                          │
//!             │                       │ refused by the directory └──► Pending(operation) ──► Completed, Void
//!             │                       └──────────────────────────────────┘
//!             └──────────── expiry, cancel, a change of the account ───────────► Void
//! ```
//!
//! A password that lives in a directory is set there first: the reset is pending until the directory has answered.
//!
//! There is no "step" that a client could name or skip: what is open follows from the proofs that exist. The only
//! way to [`Verified`] is [`Reset::verified`], and the only way to a new password is through [`Verified`] or an
//! administrator's [`MayReset`](crate::role::MayReset).

use crate::challenge::Proof;
use crate::hand_over::Handed;
use crate::ids::{OperationId, ResetId, TenantId, UserId};
use crate::method::{Method, MethodKind};
use crate::policy::Effective;
use crate::time::Timestamp;
use crate::user::User;
use crate::writeback::Ending;

/// What the person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// "I forgot my password".
    Reset,
    /// "I know my password, but still can't sign in".
    Unlock,
}

impl Goal {
    /// The name in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
        }
    }

    /// Reads [`code`](Goal::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Reset, Self::Unlock]
            .into_iter()
            .find(|g| g.code() == code)
    }
}

/// Where a reset stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Proofs may be added.
    Open,
    /// A directory was asked to do it, by this operation. The proof is spent unless the directory refuses.
    Pending(OperationId),
    /// The password was set, or the account unlocked. Nothing more can be done with it.
    Completed,
    /// Cancelled, or overtaken by a change of the account.
    Void,
}

impl State {
    /// The name in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending(_) => "pending",
            Self::Completed => "completed",
            Self::Void => "void",
        }
    }

    /// The operation that it waits for.
    #[must_use]
    pub fn operation(self) -> Option<OperationId> {
        match self {
            Self::Pending(operation) => Some(operation),
            Self::Open | Self::Completed | Self::Void => None,
        }
    }

    /// Reads [`code`](State::code) and [`operation`](State::operation).
    #[must_use]
    pub fn stored(code: &str, operation: Option<OperationId>) -> Option<Self> {
        match (code, operation) {
            ("open", None) => Some(Self::Open),
            ("pending", Some(operation)) => Some(Self::Pending(operation)),
            ("completed", None) => Some(Self::Completed),
            ("void", None) => Some(Self::Void),
            _ => None,
        }
    }

    /// Where a reset stands once its operation has ended so. None: it doesn't wait for this one, or nobody knows yet,
    /// and it goes on waiting.
    ///
    /// What was refused leads back to where another password can be tried with the same proof; what can't succeed
    /// whatever is typed ends the reset.
    #[must_use]
    pub fn settled(self, operation: OperationId, ending: &Ending) -> Option<Self> {
        if self != Self::Pending(operation) {
            return None;
        }
        match ending {
            Ending::Done => Some(Self::Completed),
            Ending::Denied(denied) if denied.why.leaves_a_way() => Some(Self::Open),
            Ending::Denied(_) => Some(Self::Void),
            Ending::Unreachable => Some(Self::Open),
            Ending::Unknown => None,
        }
    }
}

/// One attempt to reset. `user` is none when the name that was given has no account, or one that can't reset: the
/// pages are the same, but no proof can ever be made.
#[derive(Debug, Clone)]
pub struct Reset {
    /// The record. The browser holds a separate random token whose digest finds it.
    pub id: ResetId,
    /// The organisation of the name that was typed.
    pub tenant: TenantId,
    /// The name that was typed, folded: what decoys and counters hang on.
    pub name_key: String,
    /// Who is resetting, if anybody can be.
    pub user: Option<UserId>,
    /// What for.
    pub goal: Goal,
    /// [`User::credential_epoch`] when it began.
    pub credential_epoch: i64,
    /// Where it stands.
    pub state: State,
    /// When it began.
    pub started_at: Timestamp,
    /// The first instant at which it is void, checked at use (S13).
    pub expires_at: Timestamp,
    /// The gates that are open.
    pub proofs: Vec<Proof>,
}

/// Why a reset can't go on as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Past its time.
    Expired,
    /// Completed, cancelled, or overtaken by a change of the account: a new one is needed.
    Void,
    /// A directory was asked, and has not answered yet.
    Pending,
    /// More proofs are needed first.
    MoreProofs,
    /// That proof belongs elsewhere, or its channel has already been used.
    WrongProof,
}

impl Reset {
    /// Still open at `now`.
    pub fn open(&self, now: Timestamp) -> Result<(), Stop> {
        match self.state {
            State::Open if now >= self.expires_at => Err(Stop::Expired),
            State::Open => Ok(()),
            State::Pending(_) => Err(Stop::Pending),
            State::Completed | State::Void => Err(Stop::Void),
        }
    }

    /// Whether the next gate may use a method of this kind: its channel has not been used yet (F-06, ST-04, ST-05).
    #[must_use]
    pub fn takes(&self, kind: MethodKind) -> bool {
        self.proofs
            .iter()
            .all(|p| p.kind.channel() != kind.channel())
    }

    /// The user's methods that may open the next gate.
    #[must_use]
    pub fn choices<'m>(
        &self,
        rules: &Effective,
        methods: &'m [Method],
        now: Timestamp,
    ) -> Vec<&'m Method> {
        let mut usable = rules.usable(methods, now);
        usable.retain(|m| Some(m.user) == self.user && self.takes(m.kind()));
        usable
    }

    /// Adds a proof.
    pub fn accept(mut self, proof: Proof, now: Timestamp) -> Result<Self, Stop> {
        self.open(now)?;
        if proof.reset != self.id || Some(proof.user) != self.user || !self.takes(proof.kind) {
            return Err(Stop::WrongProof);
        }
        self.proofs.push(proof);
        Ok(self)
    }

    /// Judges, against the rules and the account as they are *now* (F-07, ST-07, ST-10), whether all gates are open.
    ///
    /// A proof counts only while its method is still registered, not in quarantine, and of a kind that the rules still
    /// accept, also where something stronger was registered since.
    pub fn verified(
        &self,
        user: &User,
        rules: &Effective,
        methods: &[Method],
        now: Timestamp,
    ) -> Result<Verified, Stop> {
        self.open(now)?;
        if self.user != Some(user.id)
            || !user.is_active()
            || user.credential_epoch != self.credential_epoch
        {
            return Err(Stop::Void);
        }
        let usable = rules.usable(methods, now);
        let counted = self
            .proofs
            .iter()
            .filter(|p| p.user == user.id && p.reset == self.id)
            .filter(|p| {
                usable
                    .iter()
                    .any(|m| m.id == p.method && m.user == user.id && m.kind() == p.kind)
            });
        // `accept` lets each channel in once, so counting proofs is counting channels.
        if counted.count() < rules.gates.count() {
            return Err(Stop::MoreProofs);
        }
        Ok(Verified {
            reset: self.id,
            user: user.id,
            goal: self.goal,
        })
    }

    /// The same where the reset stands on an account that was handed over, instead of on proofs.
    pub fn handed_over(
        &self,
        user: &User,
        handed: &Handed,
        now: Timestamp,
    ) -> Result<Verified, Stop> {
        self.open(now)?;
        if self.user != Some(user.id)
            || handed.user() != user.id
            || !handed.opens().sets_password()
            || user.credential_epoch != self.credential_epoch
            || self.goal != Goal::Reset
        {
            return Err(Stop::Void);
        }
        Ok(Verified {
            reset: self.id,
            user: user.id,
            goal: self.goal,
        })
    }
}

/// The key to a new password: this user proved, in this reset, all that the rules ask for, or an administrator handed
/// the account over. It can't be built, copied
/// or kept elsewhere; the store spends the reset behind it with one conditional update.
#[derive(Debug)]
pub struct Verified {
    reset: ResetId,
    user: UserId,
    goal: Goal,
}

impl Verified {
    /// The reset that will be spent.
    #[must_use]
    pub fn reset(&self) -> ResetId {
        self.reset
    }

    /// Whose password may be set.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// What it may be used for.
    #[must_use]
    pub fn goal(&self) -> Goal {
        self.goal
    }
}

#[cfg(test)]
#[path = "reset_model.rs"]
mod model;
#[cfg(test)]
pub(crate) use model::model_user;
