//! From the words of the wire to those of the rules: twins, converted by hand, so that either can change alone.

use keyward_core::time::Timestamp;
use keyward_core::writeback::{Denial, Denied, Ending, Rules};
use keyward_wire::outcome::{self as wire, Outcome};

/// What became of an operation. `set_at` is when the password was last set, as far as the service knows.
pub(crate) fn ending_of(outcome: &Outcome, set_at: Option<Timestamp>) -> Ending {
    match outcome {
        Outcome::Done => Ending::Done,
        Outcome::Refused {
            refusal,
            code,
            policy,
        } => Ending::Denied(Denied {
            why: denial_of(*refusal),
            code: code.as_deref().map(clean),
            rules: policy.as_ref().map(rules_of),
            set_at,
        }),
        Outcome::Unreachable { .. } => Ending::Unreachable,
        // Neither is an answer to a write: nobody knows what was done.
        Outcome::Unknown { .. } | Outcome::Examined(_) | Outcome::Started => Ending::Unknown,
    }
}

/// A code of the directory is hex digits; anything else doesn't get into the log.
fn clean(code: &str) -> String {
    let shown = |c: &char| c.is_ascii_alphanumeric();
    code.chars().filter(shown).take(16).collect()
}

pub(crate) fn rules_of(policy: &wire::PasswordPolicy) -> Rules {
    Rules {
        name: policy.name.clone(),
        min_length: policy.min_length,
        complexity: policy.complexity,
        history: policy.history,
        min_age_s: policy.min_age_s,
        lockout_threshold: policy.lockout_threshold,
        lockout_window_s: policy.lockout_window_s,
    }
}

pub(crate) fn denial_of(denial: wire::Denial) -> Denial {
    use wire::Denial as Wire;
    match denial {
        Wire::WrongPassword => Denial::WrongPassword,
        Wire::MustChange => Denial::MustChange,
        Wire::Expired => Denial::Expired,
        Wire::Locked => Denial::Locked,
        Wire::Disabled => Denial::Disabled,
        Wire::AccountExpired => Denial::AccountExpired,
        Wire::LogonHours => Denial::LogonHours,
        Wire::Workstation => Denial::Workstation,
        Wire::SmartCard => Denial::SmartCard,
        Wire::Policy => Denial::Policy,
        Wire::TooShort => Denial::TooShort,
        Wire::Complexity => Denial::Complexity,
        Wire::History => Denial::History,
        Wire::TooYoung => Denial::TooYoung,
        Wire::Banned => Denial::Banned,
        Wire::Protected => Denial::Protected,
        Wire::CannotChange => Denial::CannotChange,
        Wire::NoRight => Denial::NoRight,
        Wire::NotFound => Denial::NotFound,
        Wire::OutOfScope => Denial::OutOfScope,
        Wire::SwitchedOff => Denial::SwitchedOff,
        Wire::BadTask => Denial::BadTask,
        Wire::NoJournal => Denial::NoJournal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: AD-09
    #[test]
    fn ad_09_both_sides_have_the_same_names_for_every_no() {
        for denial in Denial::ALL {
            let name = denial.code().trim_start_matches("directory-");
            let text =
                format!("{{\"outcome\":\"refused\",\"refusal\":\"{name}\",\"code\":\"0000052D\"}}");
            let outcome: Outcome = serde_json::from_str(&text).unwrap();
            match ending_of(&outcome, None) {
                Ending::Denied(denied) => {
                    assert_eq!(denied.why, *denial);
                    assert_eq!(denied.code.as_deref(), Some("0000052D"));
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_answer_is_not_taken_for_one() {
        assert_eq!(ending_of(&Outcome::Started, None), Ending::Unknown);
        assert_eq!(clean("<script>0000052D\n"), "script0000052D");
    }
}
