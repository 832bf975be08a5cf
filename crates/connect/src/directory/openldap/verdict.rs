//! From what the directory says to what became of an operation.
//!
//! The policy's control is believed first: it names the rule. The result code says the rest; texts are never read.

use super::super::Error;
use super::super::connection::Answer;
use super::account::Account;
use super::control::{Fault, Word};
use keyward_wire::outcome::{Denial, Outcome};

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Agent,
    User,
}

/// What a sign-in says of a password.
pub(super) fn signed_in(answer: &Answer, word: Word, account: &Account) -> Outcome {
    let denial = match (answer.rc, word.error) {
        (0, Some(Fault::ChangeAfterReset)) => Denial::MustChange,
        // slapd says this to the right password only.
        (_, Some(Fault::Expired)) => Denial::Expired,
        (0, _) if word.grace => Denial::Expired,
        (0, _) => return Outcome::Done,
        (_, Some(Fault::Locked)) => account.lock(),
        // inappropriateAuthentication: there is no password.
        (48 | 49, _) if account.is_disabled() => Denial::Disabled,
        (48 | 49, _) => Denial::WrongPassword,
        _ => return unreachable(answer),
    };
    refused(denial, answer, word)
}

/// Why a change was not made.
pub(super) fn refusal(answer: &Answer, word: Word, by: By) -> Outcome {
    let denial = match (answer.rc, word.error) {
        (_, Some(Fault::TooShort)) => Denial::TooShort,
        (_, Some(Fault::Quality)) => Denial::Complexity,
        (_, Some(Fault::TooYoung)) => Denial::TooYoung,
        (_, Some(Fault::InHistory)) => Denial::History,
        (_, Some(Fault::TooLong)) => Denial::Policy,
        (_, Some(Fault::NotAllowed | Fault::OldNeeded)) => Denial::CannotChange,
        (50, _) if by == By::User => Denial::CannotChange,
        (50, _) => Denial::NoRight,
        (49 | 53, _) if by == By::User => Denial::WrongPassword,
        (19, _) => Denial::Policy,
        (32, _) => Denial::NotFound,
        _ => return unreachable(answer),
    };
    refused(denial, answer, word)
}

fn refused(refusal: Denial, answer: &Answer, word: Word) -> Outcome {
    let code = match word.error {
        Some(fault) => format!("LDAP {}, ppolicy {}", answer.rc, fault.number()),
        None => answer.digits(),
    };
    Outcome::Refused {
        refusal,
        code: Some(code),
        policy: None,
    }
}

/// A server that says no without saying it of this account: a copy that only refers to another, one that is busy.
fn unreachable(answer: &Answer) -> Outcome {
    Outcome::Unreachable {
        message: match answer.rc {
            10 => "this server is a copy that nothing can be written to".to_owned(),
            _ => answer.to_string(),
        },
    }
}

/// Nothing was asked for yet.
pub(super) fn not_begun(error: Error) -> Outcome {
    match error {
        Error::Refused(code) => Outcome::Refused {
            refusal: Denial::NoRight,
            code: Some(code),
            policy: None,
        },
        other => Outcome::Unreachable {
            message: other.to_string(),
        },
    }
}

/// It was asked for, and the answer got lost.
pub(super) fn lost(error: &Error) -> Outcome {
    Outcome::Unknown {
        message: error.to_string(),
    }
}

/// The policy says more about it.
pub(super) fn is_of_policy(refusal: Denial) -> bool {
    matches!(
        refusal,
        Denial::Policy | Denial::TooShort | Denial::Complexity | Denial::History | Denial::TooYoung
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rc: u32) -> Answer {
        Answer::parse(rc, "")
    }

    fn denial(outcome: &Outcome) -> Option<Denial> {
        match outcome {
            Outcome::Refused { refusal, .. } => Some(*refusal),
            _ => None,
        }
    }

    // case: AD-11
    #[test]
    fn a_right_password_counts_as_right_whatever_else_is_wrong() {
        let account = Account::default();
        let fault = |fault| Word {
            error: Some(fault),
            grace: false,
        };
        let signed = |rc, word| denial(&signed_in(&said(rc), word, &account));
        assert_eq!(
            signed(0, fault(Fault::ChangeAfterReset)),
            Some(Denial::MustChange)
        );
        assert_eq!(signed(49, fault(Fault::Expired)), Some(Denial::Expired));
        let grace = Word {
            error: None,
            grace: true,
        };
        assert_eq!(signed(0, grace), Some(Denial::Expired));
        assert_eq!(signed(49, fault(Fault::Locked)), Some(Denial::Locked));
        assert_eq!(signed(49, Word::default()), Some(Denial::WrongPassword));
        assert_eq!(
            signed_in(&said(0), Word::default(), &account),
            Outcome::Done
        );
        // A server that can't be bothered has said nothing of the password.
        for rc in [1, 8, 10, 13, 51, 52, 53, 80] {
            let outcome = signed_in(&said(rc), Word::default(), &account);
            assert!(matches!(outcome, Outcome::Unreachable { .. }), "{rc}");
        }
    }

    #[test]
    fn a_refusal_tells_whose_right_is_missing() {
        let refused = |rc, by| denial(&refusal(&said(rc), Word::default(), by));
        assert_eq!(refused(50, By::Agent), Some(Denial::NoRight));
        assert_eq!(refused(50, By::User), Some(Denial::CannotChange));
        assert_eq!(refused(53, By::User), Some(Denial::WrongPassword));
        assert_eq!(refused(53, By::Agent), None);
        assert_eq!(refused(19, By::Agent), Some(Denial::Policy));
    }
}
