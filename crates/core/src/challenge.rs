//! A code that was asked for, and how answering it becomes a proof.
//!
//! A code that was sent is never here: only a keyed digest of it is (C-07), and what the person typed arrives as the
//! same kind of digest, made outside with a key that is not in the database. Where the user holds what makes the code,
//! nothing was sent, and what arrives is which of their methods it came from ([`Held`]).

use crate::ids::{ChallengeId, MethodId, ResetId, UserId};
use crate::method::{Carrier, Means, MethodKind};
use crate::time::Timestamp;
use crate::totp::Step;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What a code is good for. A code for one purpose opens nothing else (C-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A gate of one reset.
    Reset,
    /// Proving a new destination while registering or changing security info.
    Register,
    /// A fresh proof of a method one has, before security info may be changed.
    StepUp,
}

impl Purpose {
    /// The name in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Register => "register",
            Self::StepUp => "step-up",
        }
    }

    /// Reads [`code`](Purpose::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Reset, Self::Register, Self::StepUp]
            .into_iter()
            .find(|p| p.code() == code)
    }
}

/// Wrong answers after which a code is dead (OT-01).
pub const MAX_WRONG: u8 = 5;

/// What answers a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The code that was sent, of which this is a keyed digest.
    Sent([u8; 32]),
    /// A code of what the user holds, whichever of them it is.
    Held,
}

/// What was typed, as far as the rules may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// The same digest of it as of a code that was sent.
    Sent([u8; 32]),
    /// What the user holds that shows this code now; none does.
    Held(Option<Held>),
}

/// What the user holds that a typed code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The registered method; none while it is being registered.
    pub method: Option<MethodId>,
    /// What is used up by it.
    pub uses: Use,
}

/// What a right code uses up: it is spent with the answer, and opens nothing again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The step of time that the code of an app belongs to, with all before it (T-03).
    Step(Step),
    /// A code of a list, by its keyed digest.
    Saved([u8; 32]),
    /// The challenge alone, which a passkey has signed: that is spent in any case.
    Challenge,
}

/// One code that was asked for (or, for a name nobody has, was not: see [`crate::decoy`]).
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Bound into the digest of a code that is sent.
    pub id: ChallengeId,
    /// What it is good for.
    pub purpose: Purpose,
    /// The reset or session it belongs to; an answer from any other is refused (TR-08, TR-09).
    pub owner: Uuid,
    /// Whose it is; none for a decoy, which no answer can open.
    pub user: Option<UserId>,
    /// The registered method it proves; none while registering a new one. Of what the user holds it is one of several:
    /// the answer tells which it was.
    pub method: Option<MethodId>,
    /// The kind of method.
    pub kind: MethodKind,
    /// Who carries it; none where the user holds what makes it.
    pub by: Option<Carrier>,
    /// What is to be registered, while registering.
    pub means: Option<Means>,
    /// What answers it.
    pub expects: Expected,
    /// When it was asked for.
    pub issued_at: Timestamp,
    /// The first instant at which it is refused (TR-06).
    pub expires_at: Timestamp,
    /// Wrong answers so far.
    pub wrong: u8,
    /// Answered rightly, replaced by a newer code, or closed.
    pub spent: bool,
}

/// What an answer was worth.
#[derive(Debug)]
pub enum Answer {
    /// The code. Spending it is left to the store's conditional update.
    Right(Answered),
    /// Not the code; so many more tries.
    Wrong {
        /// Tries left before the code dies.
        left: u8,
    },
    /// Too late, used, replaced, or tried too often.
    Dead,
}

/// Evidence that one challenge was answered rightly. Only [`Challenge::answer`] makes it.
#[derive(Debug)]
pub struct Answered {
    challenge: Box<Challenge>,
    uses: Option<Use>,
}

impl Challenge {
    /// Judges an answer given by `owner` for `purpose`.
    #[must_use]
    pub fn answer(
        self,
        purpose: Purpose,
        owner: Uuid,
        presented: &Presented,
        now: Timestamp,
    ) -> Answer {
        let theirs = self.purpose == purpose && self.owner == owner && self.user.is_some();
        let alive = !self.spent && now < self.expires_at && self.wrong < MAX_WRONG;
        // Compared before anything is decided, so that a dead or foreign code takes no shorter way.
        let (same, held) = match (&self.expects, presented) {
            (Expected::Sent(mac), Presented::Sent(typed)) => (bool::from(mac.ct_eq(typed)), None),
            // Only what is being registered has no method yet.
            (Expected::Held, Presented::Held(Some(held))) => (
                held.method.is_some() == (self.purpose != Purpose::Register),
                Some(*held),
            ),
            _ => (false, None),
        };
        match (alive, theirs && same) {
            (false, _) => Answer::Dead,
            (true, true) => Answer::Right(Answered {
                uses: held.map(|h| h.uses),
                challenge: Box::new(Self {
                    method: held.map_or(self.method, |h| h.method),
                    ..self
                }),
            }),
            (true, false) => Answer::Wrong {
                left: MAX_WRONG.saturating_sub(self.wrong + 1),
            },
        }
    }
}

impl Answered {
    /// The challenge that was answered, with the method that it was answered by.
    #[must_use]
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// What is spent with the answer, where the user held what it came from.
    #[must_use]
    pub fn uses(&self) -> Option<Use> {
        self.uses
    }

    /// As a gate of the reset it was sent for.
    #[must_use]
    pub fn into_proof(self) -> Option<Proof> {
        let c = *self.challenge;
        match (c.purpose, c.user, c.method) {
            (Purpose::Reset, Some(user), Some(method)) => Some(Proof {
                reset: ResetId(c.owner),
                user,
                method,
                kind: c.kind,
            }),
            _ => None,
        }
    }

    /// As what was proved while registering.
    #[must_use]
    pub fn into_means(self) -> Option<(UserId, Means)> {
        let c = *self.challenge;
        (c.purpose == Purpose::Register)
            .then_some(c.user.zip(c.means))
            .flatten()
    }
}

/// Proof that one method of one user was proved inside one reset. A gate is open because one of these exists, never
/// because a flag was set (F-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    pub(crate) reset: ResetId,
    pub(crate) user: UserId,
    pub(crate) method: MethodId,
    pub(crate) kind: MethodKind,
}

impl Proof {
    /// A proof that an earlier request of the same reset stored.
    #[must_use]
    pub fn stored(reset: ResetId, user: UserId, method: MethodId, kind: MethodKind) -> Self {
        Self {
            reset,
            user,
            method,
            kind,
        }
    }

    /// The method that was proved.
    #[must_use]
    pub fn method(&self) -> MethodId {
        self.method
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        self.kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::minutes;

    fn challenge() -> Challenge {
        Challenge {
            id: ChallengeId(Uuid::from_u128(1)),
            purpose: Purpose::Reset,
            owner: Uuid::from_u128(2),
            user: Some(UserId(Uuid::from_u128(3))),
            method: Some(MethodId(Uuid::from_u128(4))),
            kind: MethodKind::Email,
            by: Some(Carrier::Sms),
            means: None,
            expects: Expected::Sent([7; 32]),
            issued_at: Timestamp(0),
            expires_at: Timestamp(0) + minutes(5),
            wrong: 0,
            spent: false,
        }
    }

    fn answer(c: Challenge, purpose: Purpose, owner: u128, mac: u8, at: Timestamp) -> Answer {
        c.answer(
            purpose,
            Uuid::from_u128(owner),
            &Presented::Sent([mac; 32]),
            at,
        )
    }

    // case: TR-06
    #[test]
    fn tr_06_a_code_dies_at_its_last_instant() {
        let end = challenge().expires_at;
        assert!(matches!(
            answer(challenge(), Purpose::Reset, 2, 7, Timestamp(end.0 - 1)),
            Answer::Right(_)
        ));
        assert!(matches!(
            answer(challenge(), Purpose::Reset, 2, 7, end),
            Answer::Dead
        ));
    }

    // case: TR-08, TR-09, TR-10
    #[test]
    fn tr_08_a_code_opens_only_what_it_was_sent_for() {
        assert!(matches!(
            answer(challenge(), Purpose::Reset, 9, 7, Timestamp(0)),
            Answer::Wrong { .. }
        ));
        assert!(matches!(
            answer(challenge(), Purpose::Register, 2, 7, Timestamp(0)),
            Answer::Wrong { .. }
        ));
    }

    // case: OT-01
    #[test]
    fn ot_01_after_five_wrong_answers_the_right_one_is_refused_too() {
        let tried = Challenge {
            wrong: MAX_WRONG,
            ..challenge()
        };
        assert!(matches!(
            answer(tried, Purpose::Reset, 2, 7, Timestamp(0)),
            Answer::Dead
        ));
    }

    #[test]
    fn a_decoy_has_no_right_answer() {
        let decoy = Challenge {
            user: None,
            method: None,
            ..challenge()
        };
        assert!(matches!(
            answer(decoy, Purpose::Reset, 2, 7, Timestamp(0)),
            Answer::Wrong { left: 4 }
        ));
    }

    #[test]
    fn a_registration_is_no_gate() {
        let c = Challenge {
            purpose: Purpose::Register,
            ..challenge()
        };
        let Answer::Right(answered) = answer(c, Purpose::Register, 2, 7, Timestamp(0)) else {
            panic!("right")
        };
        assert!(answered.into_proof().is_none());
    }

    fn held(method: Option<u128>) -> Presented {
        Presented::Held(Some(Held {
            method: method.map(|id| MethodId(Uuid::from_u128(id))),
            uses: Use::Step(Step(9)),
        }))
    }

    fn of_an_app() -> Challenge {
        Challenge {
            kind: MethodKind::AuthenticatorApp,
            expects: Expected::Held,
            ..challenge()
        }
    }

    #[test]
    fn what_is_held_proves_the_method_that_showed_the_code() {
        let owner = Uuid::from_u128(2);
        let right = of_an_app().answer(Purpose::Reset, owner, &held(Some(8)), Timestamp(0));
        let Answer::Right(answered) = right else {
            panic!("right")
        };
        assert_eq!(answered.uses(), Some(Use::Step(Step(9))));
        let proof = answered.into_proof().unwrap();
        assert_eq!(proof.method(), MethodId(Uuid::from_u128(8)));
        assert_eq!(proof.kind(), MethodKind::AuthenticatorApp);
    }

    // case: TR-09, TR-10, S01
    #[test]
    fn tr_10_neither_kind_of_answer_stands_for_the_other() {
        let owner = Uuid::from_u128(2);
        let sent = Presented::Sent([7; 32]);
        let nothing = Presented::Held(None);
        for (challenge, presented) in [
            (challenge(), held(Some(4))),
            (challenge(), nothing),
            (of_an_app(), sent),
            (of_an_app(), nothing),
            // What is only being registered is no gate, and what is registered is not registered again.
            (of_an_app(), held(None)),
        ] {
            let judged = challenge.answer(Purpose::Reset, owner, &presented, Timestamp(0));
            assert!(matches!(judged, Answer::Wrong { left: 4 }), "{presented:?}");
        }
        let registering = Challenge {
            purpose: Purpose::Register,
            method: None,
            means: Some(Means::parse(MethodKind::AuthenticatorApp, "Pixel").unwrap()),
            ..of_an_app()
        };
        let judge = |presented| {
            registering
                .clone()
                .answer(Purpose::Register, owner, &presented, Timestamp(0))
        };
        assert!(matches!(judge(held(Some(4))), Answer::Wrong { .. }));
        let Answer::Right(answered) = judge(held(None)) else {
            panic!("right")
        };
        assert_eq!(answered.into_means().unwrap().1.to_string(), "Pixel");
        let nobodys = Challenge {
            user: None,
            ..of_an_app()
        };
        let judged = nobodys.answer(Purpose::Reset, owner, &held(Some(4)), Timestamp(0));
        assert!(matches!(judged, Answer::Wrong { .. }), "a decoy");
    }
}
