//! Password policies: the domain's and the fine-grained ones, and which of their rules a password breaks.

use super::names::{first_value, seconds};
use crate::directory::Result;
use crate::directory::connection::{Bound, Entry, Search};
use keyward_wire::outcome::{Denial, PasswordPolicy};
use ldap3::Scope;

pub(super) const DOMAIN: [&str; 8] = [
    "minPwdLength",
    "pwdProperties",
    "pwdHistoryLength",
    "minPwdAge",
    "maxPwdAge",
    "lockoutThreshold",
    "lockOutObservationWindow",
    "lockoutDuration",
];

const FINE: [&str; 9] = [
    "cn",
    "msDS-MinimumPasswordLength",
    "msDS-PasswordComplexityEnabled",
    "msDS-PasswordHistoryLength",
    "msDS-MinimumPasswordAge",
    "msDS-MaximumPasswordAge",
    "msDS-LockoutThreshold",
    "msDS-LockoutObservationWindow",
    "msDS-LockoutDuration",
];

/// Where the fine-grained policies of a domain are.
pub(super) fn container(base: &str) -> String {
    format!("CN=Password Settings Container,CN=System,{base}")
}

/// The domain's own, from its head.
pub(super) fn of_domain(head: &Entry) -> PasswordPolicy {
    let number = |name| head.number(name).unwrap_or(0);
    PasswordPolicy {
        name: None,
        min_length: number("minPwdLength") as u32,
        complexity: number("pwdProperties") & 1 != 0,
        history: number("pwdHistoryLength") as u32,
        min_age_s: seconds(number("minPwdAge")),
        max_age_s: seconds(number("maxPwdAge")),
        lockout_threshold: number("lockoutThreshold") as u32,
        lockout_window_s: seconds(number("lockOutObservationWindow")),
        lockout_duration_s: seconds(number("lockoutDuration")),
    }
}

fn of_fine(entry: &Entry) -> PasswordPolicy {
    let number = |name| entry.number(name).unwrap_or(0);
    PasswordPolicy {
        name: entry.text("cn").map(str::to_owned),
        min_length: number("msDS-MinimumPasswordLength") as u32,
        complexity: entry.truth("msDS-PasswordComplexityEnabled"),
        history: number("msDS-PasswordHistoryLength") as u32,
        min_age_s: seconds(number("msDS-MinimumPasswordAge")),
        max_age_s: seconds(number("msDS-MaximumPasswordAge")),
        lockout_threshold: number("msDS-LockoutThreshold") as u32,
        lockout_window_s: seconds(number("msDS-LockoutObservationWindow")),
        lockout_duration_s: seconds(number("msDS-LockoutDuration")),
    }
}

/// The policy that applies to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effective {
    Known(PasswordPolicy),
    /// A fine-grained one of this name, which the agent's account may not read.
    Hidden(String),
}

impl Effective {
    pub(super) fn known(&self) -> Option<&PasswordPolicy> {
        match self {
            Self::Known(policy) => Some(policy),
            Self::Hidden(_) => None,
        }
    }
}

/// Reads the policy that applies to a user, whose `msDS-ResultantPSO` this is.
pub(super) async fn effective(
    bound: &mut Bound,
    base: &str,
    resultant: Option<&str>,
) -> Result<Effective> {
    if let Some(dn) = resultant {
        let found = bound.entry(dn, &FINE).await?;
        let readable = found.filter(|entry| entry.number("msDS-MinimumPasswordLength").is_some());
        return Ok(match readable {
            Some(entry) => Effective::Known(of_fine(&entry)),
            None => Effective::Hidden(first_value(dn).unwrap_or_default()),
        });
    }
    let head = bound.entry(base, &DOMAIN).await?.unwrap_or_default();
    Ok(Effective::Known(of_domain(&head)))
}

/// All fine-grained policies; none if the agent's account may not see where they are.
pub(super) async fn fine(bound: &mut Bound, base: &str) -> Result<Option<Vec<PasswordPolicy>>> {
    let container = container(base);
    // That it exists may be seen by whoever may see nothing of it.
    let seen = bound.entry(&container, &["objectClass"]).await?;
    if seen.is_none_or(|seen| seen.values("objectClass").is_empty()) {
        return Ok(None);
    }
    let filter = "(objectClass=msDS-PasswordSettings)";
    let search = Search::below(&container, Scope::OneLevel, filter, &FINE);
    let found = bound.search(search).await?;
    found.answer.done()?;
    Ok(Some(found.entries.iter().map(of_fine).collect()))
}

/// What is known of a password that the policy refused.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attempt<'a> {
    pub(super) password: &'a str,
    pub(super) account: Option<&'a str>,
    pub(super) display: Option<&'a str>,
    /// Seconds since the password was last set, by the server's clock.
    pub(super) age_s: Option<u64>,
    /// The directory held it to history and minimum age too.
    pub(super) held: bool,
}

/// Which rule it was, as far as that can be worked out. Windows gives one code for all of them, and Samba tells them
/// apart in a text that isn't for programs.
///
/// What is left over is the history where the directory asked it, and else a filter of its own: between these two nothing
/// tells the difference.
pub(super) fn broken(policy: Option<&PasswordPolicy>, attempt: Attempt<'_>) -> Denial {
    let Some(policy) = policy else {
        return Denial::Policy;
    };
    // As the directory counts: a character outside the BMP is two.
    if (attempt.password.encode_utf16().count() as u32) < policy.min_length {
        return Denial::TooShort;
    }
    if policy.complexity && !is_complex(attempt) {
        return Denial::Complexity;
    }
    if !attempt.held {
        return Denial::Banned;
    }
    if attempt.age_s.is_some_and(|age| age < policy.min_age_s) {
        return Denial::TooYoung;
    }
    if policy.history > 0 {
        return Denial::History;
    }
    Denial::Banned
}

/// "Password must meet complexity requirements": three of five kinds of characters, and no part of the name.
fn is_complex(attempt: Attempt<'_>) -> bool {
    let any = |kind: fn(char) -> bool| usize::from(attempt.password.chars().any(kind));
    let kinds = any(char::is_uppercase)
        + any(char::is_lowercase)
        + any(char::is_numeric)
        + any(|c| !c.is_alphanumeric())
        + any(|c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase());
    if kinds < 3 {
        return false;
    }
    let password = attempt.password.to_lowercase();
    let account = attempt.account.into_iter();
    let delimiters = [',', '.', '-', '_', ' ', '#', '\t'];
    let parts = attempt
        .display
        .into_iter()
        .flat_map(|name| name.split(delimiters));
    let mut names = account
        .chain(parts)
        .filter(|name| name.chars().count() >= 3);
    !names.any(|name| password.contains(&name.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> PasswordPolicy {
        PasswordPolicy {
            min_length: 8,
            complexity: true,
            history: 24,
            min_age_s: 86_400,
            ..PasswordPolicy::default()
        }
    }

    fn attempt(password: &str) -> Attempt<'_> {
        Attempt {
            password,
            account: Some("ada"),
            display: Some("Lovelace, Ada-Augusta"),
            age_s: Some(90_000),
            held: false,
        }
    }

    // case: AD-10
    #[test]
    fn the_rule_is_worked_out_as_far_as_it_can_be() {
        let policy = policy();
        let which = |attempt| broken(Some(&policy), attempt);
        assert_eq!(which(attempt("Ab1-")), Denial::TooShort);
        assert_eq!(which(attempt("abcdefgh1")), Denial::Complexity);
        assert_eq!(which(attempt("my-ADA-Pass1")), Denial::Complexity);
        assert_eq!(which(attempt("Lovelace-2026")), Denial::Complexity);
        assert_eq!(which(attempt("Perfect-Horse-1")), Denial::Banned);
        let held = Attempt {
            held: true,
            ..attempt("Perfect-Horse-1")
        };
        assert_eq!(which(held), Denial::History);
        let young = Attempt {
            age_s: Some(60),
            ..held
        };
        assert_eq!(which(young), Denial::TooYoung);
        assert_eq!(broken(None, held), Denial::Policy);
    }

    #[test]
    fn letters_without_case_are_a_kind_of_their_own() {
        assert!(is_complex(attempt("密码密码密码Aa")));
        assert!(!is_complex(attempt("密码密码密码aa")));
    }
}
