//! From an agent's answer to what is kept of it. Its text is another program's: it is cut, cleaned, and shown as text.

use crate::writeback::{denial_of, rules_of};
use keyward_core::examination::{Examination, Finding, Obstacle};
use keyward_core::text::is_unprintable;
use keyward_core::time::Timestamp;
use keyward_store::operation::{Operation, State};
use keyward_wire::outcome::{self as wire, Outcome};

/// More findings than these are not kept: there are fewer kinds.
const MOST_FINDINGS: usize = 30;

/// Characters of a command. A longer one is left out: half a command is worse than none.
const LONGEST_COMMAND: usize = 2000;

/// Characters of a place or a name.
const LONGEST_NAME: usize = 1000;

/// What an answer says, without what the service knows itself.
pub(super) fn found_of(operation: &Operation, outcome: &Outcome) -> Examination {
    match outcome {
        Outcome::Examined(examined) => translated(examined),
        Outcome::Refused { refusal, .. } => {
            Examination::only(Obstacle::Denied(denial_of(*refusal)))
        }
        Outcome::Unreachable { .. } if operation.agent.is_none() => {
            Examination::only(Obstacle::AgentAway)
        }
        // It says nothing of the directory, or of the next question.
        Outcome::Unreachable { .. } if operation.state == State::Lost => {
            Examination::only(Obstacle::NoAnswer)
        }
        Outcome::Unreachable { .. } => Examination::only(Obstacle::DirectoryAway),
        Outcome::Unknown { .. } | Outcome::Done | Outcome::Started => {
            Examination::only(Obstacle::NoAnswer)
        }
    }
}

fn translated(examined: &wire::Examination) -> Examination {
    let mut rules = rules_of(&examined.policy);
    rules.name = rules.name.as_deref().and_then(name);
    let findings = examined.findings.iter().take(MOST_FINDINGS);
    let dn = name(&examined.dn);
    Examination {
        findings: findings.map(finding).collect(),
        // Whoever doesn't find the object doesn't know its policy either.
        rules: dn.is_some().then_some(rules),
        set_at: examined.password_set_at.map(Timestamp),
        dn,
    }
}

fn finding(finding: &wire::Finding) -> Finding {
    Finding {
        what: Obstacle::Denied(denial_of(finding.what)),
        blocks: finding.blocks,
        mend: finding.mend.as_deref().and_then(command),
    }
}

/// A command is copied into a terminal: exactly as it came, or not at all.
fn command(text: &str) -> Option<String> {
    let fits = text.chars().count() <= LONGEST_COMMAND;
    let plain = !text.trim().is_empty() && !text.chars().any(is_unprintable);
    (fits && plain).then(|| text.to_owned())
}

fn name(text: &str) -> Option<String> {
    let shown = text.chars().filter(|c| !is_unprintable(*c));
    let shown: String = shown.take(LONGEST_NAME).collect();
    (!shown.trim().is_empty()).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyward_wire::outcome::Denial;

    #[test]
    fn what_an_agent_says_is_bounded_and_no_command_is_altered() {
        let said = |mend: &str| wire::Finding {
            what: Denial::NoRight,
            blocks: true,
            mend: Some(mend.to_owned()),
        };
        let exact = r#"dsacls "OU=A & B,DC=corp" /G "svc:CA;Reset Password;user""#;
        let mut examined = wire::Examination {
            findings: vec![
                said(exact),
                said("del \u{202e}x"),
                said("a\nb"),
                said(" "),
                said(&"x".repeat(LONGEST_COMMAND + 1)),
            ],
            dn: format!("CN=a\u{0}{}", "b".repeat(5000)),
            password_set_at: Some(7),
            ..wire::Examination::default()
        };
        examined
            .findings
            .resize(500, said("the same again and again"));
        let found = translated(&examined);
        let mends: Vec<_> = found.findings.iter().map(|f| f.mend.as_deref()).collect();
        assert_eq!(mends[..5], [Some(exact), None, None, None, None]);
        assert_eq!(found.findings.len(), MOST_FINDINGS);
        let dn = found.dn.unwrap();
        assert!(dn.starts_with("CN=ab") && dn.chars().count() == LONGEST_NAME);
        assert_eq!(found.set_at, Some(Timestamp(7)));
        assert!(found.rules.is_some());
        assert_eq!(translated(&wire::Examination::default()).rules, None);
    }
}
