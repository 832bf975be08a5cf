//! What agents read from directories, on its way into the organisation.
//!
//! An agent starts a run, sends batches, and ends it ([`App::start_run`], [`App::take_batch`], [`App::end_run`]). Each
//! batch is one transaction, and taken once whatever is sent how often. Only the difference is written: a record whose
//! digest is the stored one costs a look. Deletions wait for the end of the run, and for an administrator if there are
//! many ([`keyward_core::sync::must_ask`]); until somebody has decided, everything else goes on, so that an account
//! that is disabled in the directory is blocked here even then. So do other contact data, if they are of many ([`brake`]).
//!
//! In the log is what changed for somebody: each added, changed, disabled, deleted user and each change of members,
//! beside the run itself. The first run of a directory is the exception: it is one event with its numbers, since
//! fifty thousand lines that say "is there now" would bury what the log is for.
//!
//! Start reading at [`batch`], then [`users`]. What administrators see and decide is in [`desk`].

mod batch;
mod brake;
mod changes;
mod contacts;
mod desk;
mod end;
mod explain;
mod groups;
mod now;
mod record;
mod remove;
mod users;

pub use contacts::{ContactChange, Contacts, PendingContacts};
pub(crate) use desk::mastered_here;
pub use desk::{Deletions, Pending, RunPage};
pub use now::{How, SyncAnswer};

use crate::allowances::Naming;
use crate::audit::Draft;
use crate::error::Result;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{AgentId, DirectoryId, RunId, TenantId};
use keyward_core::time::{Timestamp, minutes, seconds};
use keyward_store::Tx;
use keyward_store::sync::{Mode, Policy, Run, RunState};
use keyward_wire::sync::{RunStarted, StartRun};
use keyward_wire::{Trouble, code};
use uuid::Uuid;

/// The agent that speaks.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The organisation that let it in.
    pub tenant: TenantId,
    /// Its id.
    pub agent: Uuid,
    /// The name of its host.
    pub host: String,
}

/// What an agent is answered: a fault of ours, or what it asked for, or why not.
pub type Answer<T> = Result<Result<T, Trouble>>;

/// A run of an agent that fell silent for so long is given up.
const SILENT: std::time::Duration = minutes(10);

/// An agent that was not heard for so long leaves its directory to another one. It asks for work every half minute.
const KEEPS_FOR: std::time::Duration = seconds(60);

fn trouble<T>(code: &str, message: &str) -> Result<T, Trouble> {
    Err(Trouble {
        code: code.to_owned(),
        message: message.to_owned(),
    })
}

/// What is answered in a run that is over.
fn no_run<T>() -> Result<T, Trouble> {
    trouble(
        code::RUN,
        "This run is over or never was: start another one.",
    )
}

/// What an agent is answered that doesn't keep the directory.
fn kept<T>() -> Result<T, Trouble> {
    trouble(
        code::KEPT,
        "Another agent keeps this directory up to date. It is left to this one when that one falls silent for a minute, doesn't reach the directory, or is shut out.",
    )
}

/// What an agent is answered that names a directory which it was not let in for.
const NOT_ALLOWED: &str = "This agent was not let in for this directory. If it is meant to work there, have an administrator allow it: Connect > Agents, the page of this agent.";

/// Who the log says it was.
fn actor(who: &Beside) -> Actor {
    Actor::Agent {
        id: who.agent,
        name: who.host.clone(),
    }
}

fn draft(ctx: &Ctx, who: &Beside, activity: Activity) -> Draft {
    Draft::new(ctx, activity, actor(who))
}

impl App {
    /// Begins a run. Of several agents beside a directory one keeps it, as long as it is heard and reaches it: what two
    /// of them read at different times would overwrite each other. A preview is anybody's.
    pub async fn start_run(&self, ctx: &Ctx, who: &Beside, start: &StartRun) -> Answer<RunStarted> {
        let directory = DirectoryId(start.directory);
        let mut tx = self.db.write(who.tenant).await?;
        let naming = Naming {
            agent: AgentId(who.agent),
            host: &who.host,
            directory,
            name: &start.directory.to_string(),
        };
        if !self.may_stand_beside(&mut tx, ctx, &naming).await? {
            self.commit(tx).await?;
            return Ok(trouble(code::NOT_ALLOWED, NOT_ALLOWED));
        }
        // Nobody keeps a directory that no agent has told of yet.
        let known = tx.directory(directory).await?.is_some();
        let keeps = !start.preview && known;
        if keeps {
            let since = ctx.now - KEEPS_FOR;
            let me = AgentId(who.agent);
            if !tx.keep_directory(directory, me, since).await? {
                return Ok(kept());
            }
        }
        let full_at = tx.full_at(directory).await?;
        let run = Run {
            id: RunId(self.entropy.uuid()),
            directory,
            agent: who.agent,
            mode: match start.mode {
                keyward_wire::sync::Mode::Full => Mode::Full,
                keyward_wire::sync::Mode::Delta => Mode::Delta,
            },
            preview: start.preview,
            initial: full_at.is_none(),
            state: RunState::Running,
            started_at: ctx.now,
            touched_at: ctx.now,
            ended_at: None,
            message: None,
            counts: keyward_store::sync::Counts::default(),
        };
        let silent = ctx.now - SILENT;
        tx.abandon_runs(directory, who.agent, keeps, silent, ctx.now)
            .await?;
        if let Err(error) = tx.insert_run(&run).await {
            return if error.is_conflict() {
                Ok(trouble(
                    code::BUSY,
                    "Another agent is synchronizing this directory. It is waited for, and taken over from after ten minutes of silence.",
                ))
            } else {
                Err(error.into())
            };
        }
        if !start.preview {
            self.take_policies(&mut tx, directory, start).await?;
        }
        tx.commit().await?;
        Ok(Ok(RunStarted {
            run: run.id.0,
            full_needed: full_at.is_none(),
        }))
    }

    /// Keeps the directory's password policies, if they have changed.
    async fn take_policies(
        &self,
        tx: &mut Tx,
        directory: DirectoryId,
        start: &StartRun,
    ) -> Result<()> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let policies: Vec<Policy> = start
            .policies
            .iter()
            .take(1000)
            .map(|p| Policy {
                name: p.name.as_deref().and_then(record::short),
                min_length: p.min_length.into(),
                complexity: p.complexity,
                history: p.history.into(),
                min_age_s: number(p.min_age_s),
                max_age_s: number(p.max_age_s),
                lockout_threshold: p.lockout_threshold.into(),
                lockout_window_s: number(p.lockout_window_s),
                lockout_duration_s: number(p.lockout_duration_s),
            })
            .collect();
        if !policies.is_empty() && tx.directory_policies(directory).await? != policies {
            tx.set_directory_policies(directory, &policies).await?;
        }
        Ok(())
    }

    /// Drops what nobody looks at any more: runs a week after they ended.
    pub(crate) async fn forget_runs(&self, tenant: TenantId, now: Timestamp) -> Result<()> {
        let mut tx = self.db.write(tenant).await?;
        tx.forget_runs(now - keyward_core::time::days(7)).await?;
        tx.commit().await?;
        Ok(())
    }
}
