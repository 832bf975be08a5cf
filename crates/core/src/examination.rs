//! Would a reset of somebody succeed, and if not, why not?
//!
//! What the directory finds comes from the agent, which only reads; what the service knows itself is put beside it.
//! Nothing is written to find out.

use crate::policy::Unable;
use crate::time::Timestamp;
use crate::writeback::{Denial, Rules};
use serde::{Deserialize, Serialize};

/// Something that stands in the way of a reset, or that one should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Obstacle {
    /// The directory, or the agent in front of it, would say so.
    Denied(Denial),
    /// The service would refuse the user before any directory is asked.
    Unable(Unable),
    /// The organisation holds no subscription with password writeback.
    NoPlan,
    /// Writing passwords back is switched off.
    WritebackOff,
    /// No agent stands beside the directory, or none was heard lately.
    AgentAway,
    /// Agents are there, and no server of the directory answers them.
    DirectoryAway,
    /// An agent was asked and never told.
    NoAnswer,
    /// The user is no longer in what the directory brings.
    NotSynced,
}

impl Obstacle {
    const OWN: [Self; 12] = [
        Self::Unable(Unable::SwitchedOff),
        Self::Unable(Unable::OutOfScope),
        Self::Unable(Unable::Disabled),
        Self::Unable(Unable::Held),
        Self::Unable(Unable::TooFewMethods),
        Self::Unable(Unable::Protected),
        Self::NoPlan,
        Self::WritebackOff,
        Self::AgentAway,
        Self::DirectoryAway,
        Self::NoAnswer,
        Self::NotSynced,
    ];

    /// Every obstacle.
    pub fn all() -> impl Iterator<Item = Self> {
        let denials = Denial::ALL.iter().copied().map(Self::Denied);
        denials.chain(Self::OWN)
    }

    /// A stable code, for the database, files and message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Denied(denial) => denial.code(),
            Self::Unable(unable) => unable.code(),
            Self::NoPlan => "no-plan",
            Self::WritebackOff => "writeback-off",
            Self::AgentAway => "agent-away",
            Self::DirectoryAway => "directory-away",
            Self::NoAnswer => "no-answer",
            Self::NotSynced => "not-synced",
        }
    }

    /// Reads [`code`](Obstacle::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|o| o.code() == code)
    }
}

impl From<Obstacle> for String {
    fn from(obstacle: Obstacle) -> Self {
        obstacle.code().to_owned()
    }
}

impl TryFrom<String> for Obstacle {
    type Error = &'static str;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::from_code(&code).ok_or("no such obstacle")
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub what: Obstacle,
    /// A reset would fail because of it.
    pub blocks: bool,
    /// The command that mends it, if one does, as the agent gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// What a reset of one user would meet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// What was found: the directory's first, then what the service knows.
    pub findings: Vec<Finding>,
    /// The policy that applies, where the directory was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
    /// When the password was last set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_at: Option<Timestamp>,
    /// Where the object is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dn: Option<String>,
}

impl Examination {
    /// One that found out no more than this.
    #[must_use]
    pub fn only(what: Obstacle) -> Self {
        let mut examination = Self::default();
        examination.add(what);
        examination
    }

    /// The first thing that a reset would fail because of; none: it would succeed, with a password that keeps the
    /// policy.
    #[must_use]
    pub fn reason(&self) -> Option<Obstacle> {
        let blocking = self.findings.iter().find(|f| f.blocks);
        blocking.map(|f| f.what)
    }

    /// Adds what the service knows, unless the directory has said as much.
    pub fn add(&mut self, what: Obstacle) {
        let same = match what {
            Obstacle::Unable(Unable::Protected) => Obstacle::Denied(Denial::Protected),
            Obstacle::Unable(Unable::Disabled) => Obstacle::Denied(Denial::Disabled),
            other => other,
        };
        let known = |f: &Finding| f.blocks && (f.what == what || f.what == same);
        if !self.findings.iter().any(known) {
            self.findings.push(Finding {
                what,
                blocks: true,
                mend: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_obstacle_has_a_code_of_its_own_that_leads_back_to_it() {
        let codes: HashSet<_> = Obstacle::all().map(Obstacle::code).collect();
        assert_eq!(codes.len(), Obstacle::all().count());
        for obstacle in Obstacle::all() {
            assert_eq!(Obstacle::from_code(obstacle.code()), Some(obstacle));
        }
        assert_eq!(Obstacle::from_code("<script>"), None);
    }

    #[test]
    fn what_only_should_be_known_is_no_reason_and_nothing_is_said_twice() {
        let mut found = Examination::default();
        assert_eq!(found.reason(), None);
        let locked = Finding {
            what: Obstacle::Denied(Denial::Locked),
            blocks: false,
            mend: None,
        };
        found.findings.push(locked.clone());
        assert_eq!(found.reason(), None);
        found.findings.push(Finding {
            what: Obstacle::Denied(Denial::Protected),
            blocks: true,
            ..locked
        });
        found.add(Obstacle::Unable(Unable::Protected));
        found.add(Obstacle::WritebackOff);
        found.add(Obstacle::WritebackOff);
        let codes: Vec<_> = found.findings.iter().map(|f| f.what.code()).collect();
        let expected = ["directory-locked", "directory-protected", "writeback-off"];
        assert_eq!(codes, expected);
        assert_eq!(found.reason(), Some(Obstacle::Denied(Denial::Protected)));
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Examination>(&text).unwrap(), found);
    }
}
