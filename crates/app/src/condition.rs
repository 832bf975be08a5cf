//! How agents and directories are, in a word: worked out from what was heard last, whenever somebody looks.

use crate::agents::Connected;
use crate::operations::AWAY_AFTER;
use keyward_core::time::Timestamp;
use keyward_store::agent::Agent;
use keyward_store::directory::{Beside, Directory};
use keyward_wire::link::Health;

/// How an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentState {
    /// Shut out.
    Revoked,
    /// Let in, and not heard yet.
    New,
    /// Not heard for a while.
    Away,
    /// It imports and computes, and changes nothing.
    Staging,
    /// It works, and complains.
    Complaining,
    /// All is well.
    Up,
}

impl AgentState {
    /// Of this agent, now.
    #[must_use]
    pub fn of(agent: &Agent, all: &Connected, now: Timestamp) -> Self {
        if agent.revoked.is_some() {
            return Self::Revoked;
        }
        let Some(seen) = agent.seen_at else {
            return Self::New;
        };
        if now > seen + AWAY_AFTER {
            return Self::Away;
        }
        let health = health_of(agent);
        let mut besides = all.besides.iter().filter(|b| b.agent == agent.id);
        let unhappy = besides.any(|b| !b.reachable || !complaints_of(b).is_empty());
        if health.staging {
            Self::Staging
        } else if unhappy || !health.complaints.is_empty() || agent.doubled_at.is_some() {
            Self::Complaining
        } else {
            Self::Up
        }
    }

    /// The end of message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::New => "new",
            Self::Away => "away",
            Self::Staging => "staging",
            Self::Complaining => "complaining",
            Self::Up => "up",
        }
    }

    /// It can be given work.
    #[must_use]
    pub fn is_heard(self) -> bool {
        matches!(self, Self::Staging | Self::Complaining | Self::Up)
    }
}

/// What an agent said of itself last.
#[must_use]
pub fn health_of(agent: &Agent) -> Health {
    let said = agent.health.as_deref().unwrap_or("{}");
    serde_json::from_str(said).unwrap_or_default()
}

/// What an agent said of a directory last, in its words.
#[must_use]
pub fn complaints_of(beside: &Beside) -> Vec<String> {
    serde_json::from_str(&beside.complaints).unwrap_or_default()
}

/// How a directory is, for those whose password is to be written back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectoryState {
    /// No agent stands beside it any more.
    Left,
    /// Every agent beside it is away.
    Away,
    /// Agents are there, and it answers none of them.
    Silent,
    /// It answers, but no agent was configured to write back.
    NoWriteback,
    /// One agent can write back, and there is none to take its place.
    Single,
    /// Several agents can write back.
    Up,
}

impl DirectoryState {
    /// Of this directory, now.
    #[must_use]
    pub fn of(directory: &Directory, all: &Connected, now: Timestamp) -> Self {
        let beside: Vec<_> = all
            .besides
            .iter()
            .filter(|b| b.directory == directory.id)
            .collect();
        let heard = |b: &&&Beside| {
            let agent = all.agents.iter().find(|a| a.id == b.agent);
            agent.is_some_and(|a| AgentState::of(a, all, now).is_heard())
        };
        let heard: Vec<_> = beside.iter().filter(heard).collect();
        let answered: Vec<_> = heard.iter().filter(|b| b.reachable).collect();
        let able = answered.iter().filter(|b| b.does.writeback).count();
        match (beside.len(), heard.len(), answered.len(), able) {
            (0, ..) => Self::Left,
            (_, 0, ..) => Self::Away,
            (_, _, 0, _) => Self::Silent,
            (_, _, _, 0) => Self::NoWriteback,
            (_, _, _, 1) => Self::Single,
            _ => Self::Up,
        }
    }

    /// The end of message keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Away => "away",
            Self::Silent => "silent",
            Self::NoWriteback => "no-writeback",
            Self::Single => "single",
            Self::Up => "up",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyward_core::ids::{AgentId, DirectoryId, TenantId};
    use keyward_core::time::seconds;
    use keyward_store::directory::Does;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

    fn agent(n: u128) -> Agent {
        Agent {
            id: AgentId(Uuid::from_u128(n)),
            tenant: TenantId(Uuid::nil()),
            host: format!("dc{n}"),
            version: "1".into(),
            signing_key: Vec::new(),
            sealing_key: Vec::new(),
            sealing_key_at: NOW,
            fingerprint: String::new(),
            approved_by: "ada".into(),
            approved_at: NOW,
            revoked: None,
            seen_at: Some(NOW),
            ip: None,
            health: None,
            doubled_at: None,
        }
    }

    fn beside(n: u128) -> Beside {
        Beside {
            agent: AgentId(Uuid::from_u128(n)),
            directory: DirectoryId(Uuid::nil()),
            server: None,
            reachable: true,
            does: Does {
                writeback: true,
                ..Does::default()
            },
            complaints: "[]".into(),
            seen_at: NOW,
        }
    }

    fn all() -> Connected {
        Connected {
            agents: vec![agent(1), agent(2)],
            directories: Vec::new(),
            besides: vec![beside(1), beside(2)],
            allowances: Vec::new(),
        }
    }

    fn directory() -> Directory {
        Directory {
            id: DirectoryId(Uuid::nil()),
            kind: "active-directory".into(),
            name: "corp.example".into(),
            suffixes: Vec::new(),
            first_agent: AgentId(Uuid::from_u128(1)),
            first_seen_at: NOW,
            keeper: None,
        }
    }

    #[test]
    fn an_agent_is_as_it_was_heard_last() {
        let state = |change: &dyn Fn(&mut Agent, &mut Connected)| {
            let (mut agent, mut all) = (agent(1), all());
            change(&mut agent, &mut all);
            AgentState::of(&agent, &all, NOW)
        };
        assert_eq!(state(&|_, _| {}), AgentState::Up);
        assert_eq!(
            state(&|a, _| a.seen_at = Some(NOW - AWAY_AFTER)),
            AgentState::Up
        );
        let late = |a: &mut Agent| a.seen_at = Some(NOW - AWAY_AFTER - seconds(1));
        assert_eq!(state(&|a, _| late(a)), AgentState::Away);
        assert_eq!(state(&|a, _| a.seen_at = None), AgentState::New);
        let shut = |a: &mut Agent| a.revoked = Some(("ada".into(), NOW));
        assert_eq!(state(&|a, _| shut(a)), AgentState::Revoked);
        let said = |json: &str| {
            let json = json.to_owned();
            state(&|a, _| a.health = Some(json.clone()))
        };
        assert_eq!(
            said(r#"{"directories":[],"complaints":["the disk is full"]}"#),
            AgentState::Complaining
        );
        assert_eq!(
            said(r#"{"directories":[],"staging":true}"#),
            AgentState::Staging
        );
        assert_eq!(said("{}"), AgentState::Up);
        let silent = |all: &mut Connected| all.besides[0].reachable = false;
        assert_eq!(state(&|_, all| silent(all)), AgentState::Complaining);
        let other = |all: &mut Connected| all.besides[1].reachable = false;
        assert_eq!(state(&|_, all| other(all)), AgentState::Up);
    }

    #[test]
    fn a_directory_is_as_its_agents_see_it() {
        let state = |change: &dyn Fn(&mut Connected)| {
            let mut all = all();
            change(&mut all);
            DirectoryState::of(&directory(), &all, NOW)
        };
        assert_eq!(state(&|_| {}), DirectoryState::Up);
        assert_eq!(
            state(&|all| all.besides[0].reachable = false),
            DirectoryState::Single
        );
        assert_eq!(
            state(&|all| all.agents[0].seen_at = None),
            DirectoryState::Single
        );
        let every = |all: &mut Connected, change: &dyn Fn(&mut Beside)| {
            all.besides.iter_mut().for_each(change);
        };
        assert_eq!(
            state(&|all| every(all, &|b| b.reachable = false)),
            DirectoryState::Silent
        );
        assert_eq!(
            state(&|all| every(all, &|b| b.does.writeback = false)),
            DirectoryState::NoWriteback
        );
        assert_eq!(
            state(&|all| all.agents.iter_mut().for_each(|a| a.seen_at = None)),
            DirectoryState::Away
        );
        assert_eq!(state(&|all| all.besides.clear()), DirectoryState::Left);
    }
}
