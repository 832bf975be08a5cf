//! Things that tests put into the database, plain until a test changes a field.

use crate::bed::{NOW, mac, uuid};
use keyward_core::audit::{Activity, Actor, Event, Outcome};
use keyward_core::challenge::{Challenge, Expected, Purpose};
use keyward_core::ids::{
    AgentId, ChallengeId, DirectoryId, EnrolmentId, JobId, MethodId, OperationId, ResetId,
    SessionId, TenantId, UserId,
};
use keyward_core::method::{Carrier, MethodKind};
use keyward_core::reset::{Goal, Reset, State};
use keyward_core::time::{Timestamp, days, minutes};
use keyward_store::agent::Agent;
use keyward_store::directory::{Beside, Directory, Does};
use keyward_store::enrolment::{self, Enrolment};
use keyward_store::job::Job;
use keyward_store::operation::{self, Operation};
use keyward_store::session::{Session, Stage};
use uuid::Uuid;

pub(crate) fn session(tenant: TenantId, user: UserId, at: Timestamp) -> Session {
    Session {
        id: SessionId(uuid()),
        tenant,
        user,
        stage: Stage::Full,
        created_at: at,
        seen_at: at,
        proved_at: None,
        proved_by: None,
        pass: None,
        ends_at: None,
        ip: Some("192.0.2.7".into()),
        user_agent: None,
    }
}

/// Open for fifteen minutes.
pub(crate) fn reset(tenant: TenantId, user: Option<UserId>) -> Reset {
    Reset {
        id: ResetId(uuid()),
        tenant,
        name_key: "ada@contoso.example".into(),
        user,
        goal: Goal::Reset,
        credential_epoch: 0,
        state: State::Open,
        started_at: NOW,
        expires_at: NOW + minutes(15),
        proofs: Vec::new(),
    }
}

/// A code by mail whose digest is `mac(7)`.
pub(crate) fn code(owner: Uuid, purpose: Purpose, at: Timestamp) -> Challenge {
    Challenge {
        id: ChallengeId(uuid()),
        purpose,
        owner,
        user: Some(UserId(uuid())),
        method: Some(MethodId(uuid())),
        kind: MethodKind::Email,
        by: Some(Carrier::Mail),
        means: None,
        expects: Expected::Sent(mac(7)),
        issued_at: at,
        expires_at: at + minutes(5),
        wrong: 0,
        spent: false,
    }
}

/// Due now, of use for a day.
pub(crate) fn job(tenant: TenantId, about: &str) -> Job {
    Job {
        id: JobId(uuid()),
        tenant,
        kind: "mail".into(),
        about: about.into(),
        payload: vec![0, 1, 2, 255],
        run_at: NOW,
        expires_at: NOW + days(1),
        attempts: 0,
        last_error: None,
        created_at: NOW,
    }
}

pub(crate) fn event(at: Timestamp, activity: Activity) -> Event {
    Event {
        at,
        activity,
        actor: Actor::System,
        target: None,
        outcome: Outcome::Success,
        detail: None,
        changes: Vec::new(),
        ip: None,
        user_agent: None,
        request_id: None,
    }
}

/// Let in, and never heard yet.
pub(crate) fn agent(tenant: TenantId, n: u8) -> Agent {
    Agent {
        id: AgentId(uuid()),
        tenant,
        host: format!("host{n}"),
        version: "1.0".into(),
        signing_key: vec![n; 32],
        sealing_key: vec![n; 32],
        sealing_key_at: NOW,
        fingerprint: format!("print {n}"),
        approved_by: "ada@contoso.example".into(),
        approved_at: NOW,
        revoked: None,
        seen_at: None,
        ip: None,
        health: None,
        doubled_at: None,
    }
}

/// Waits for a quarter of an hour.
pub(crate) fn enrolment(n: u8) -> Enrolment {
    Enrolment {
        id: EnrolmentId(uuid()),
        host: format!("host{n}"),
        version: "1.0".into(),
        signing_key: vec![n; 32],
        sealing_key: vec![n; 32],
        fingerprint: format!("print {n}"),
        ip: Some("192.0.2.7".into()),
        directories: "[]".into(),
        state: enrolment::State::Waiting,
        created_at: NOW,
        expires_at: NOW + minutes(15),
    }
}

/// The same for the same number.
pub(crate) fn directory(n: u128, first_agent: AgentId) -> Directory {
    Directory {
        id: DirectoryId(Uuid::from_u128(n)),
        kind: "active-directory".into(),
        name: "corp.example".into(),
        suffixes: vec!["corp.example".into()],
        first_agent,
        first_seen_at: NOW,
        keeper: None,
    }
}

/// An agent that does nothing for a directory that answers.
pub(crate) fn beside(agent: AgentId, directory: DirectoryId) -> Beside {
    Beside {
        agent,
        directory,
        server: Some("ldaps://dc1".into()),
        reachable: true,
        does: Does::default(),
        complaints: "[]".into(),
        seen_at: NOW,
    }
}

/// A write that nobody has taken, good for a minute.
pub(crate) fn operation(directory: DirectoryId, anchor: Option<Uuid>, at: Timestamp) -> Operation {
    Operation {
        id: OperationId(uuid()),
        directory,
        anchor,
        request: "{}".into(),
        writes: true,
        state: operation::State::Queued,
        agent: None,
        created_at: at,
        expires_at: at + minutes(1),
        outcome: None,
    }
}
