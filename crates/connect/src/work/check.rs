//! Whether a task is one: of this service, for this agent, now.

use crate::clock::SECOND;
use crate::link::Line;
use keyward_wire::link::{SignedTask, Task};
use keyward_wire::seal::{Binding, Purpose};
use keyward_wire::sign;
use uuid::Uuid;

/// Why a task is not begun. Its code stands in the outcome, for the administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Not signed with the key that was pinned at the enrolment.
    Signature,
    /// For another organisation or agent.
    Addressee,
    /// For a directory that the agent doesn't stand beside.
    Directory,
    /// Older than its time.
    Expired,
    /// From the future.
    Clock,
    /// What was sealed doesn't open for this.
    Seal,
}

impl Reason {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Addressee => "addressee",
            Self::Directory => "directory",
            Self::Expired => "expired",
            Self::Clock => "clock",
            Self::Seal => "seal",
        }
    }
}

/// What is wrong with a task, and which it says it is.
pub(super) struct Checked {
    pub(super) operation: Option<Uuid>,
    pub(super) reason: Reason,
}

/// How far in the future a task may have been signed.
const AHEAD: i64 = 60 * SECOND;

pub(super) fn task(line: &Line, signed: &SignedTask) -> Result<Task, Checked> {
    let approval = &line.enrolment().approval;
    let Some(task) = sign::open(&approval.service_key.0, signed) else {
        // Nothing of it can be believed. The service takes an outcome only of its own agent's own operation.
        let said: Option<Task> = serde_json::from_str(&signed.task).ok();
        return Err(Checked {
            operation: said.map(|task| task.operation),
            reason: Reason::Signature,
        });
    };
    let now = line.clock().now();
    let reason = if (task.tenant, task.agent) != (approval.tenant, approval.agent) {
        Reason::Addressee
    } else if task.expires_at <= now {
        Reason::Expired
    } else if task.issued_at > now.saturating_add(AHEAD) {
        Reason::Clock
    } else {
        return Ok(task);
    };
    Err(Checked {
        operation: Some(task.operation),
        reason,
    })
}

/// Where something sealed in this task opens.
pub(super) fn binding(task: &Task, anchor: Option<Uuid>, purpose: Purpose) -> Binding {
    Binding {
        tenant: task.tenant,
        agent: task.agent,
        operation: task.operation,
        directory: task.directory,
        anchor,
        purpose,
        expires_at: task.expires_at,
    }
}
