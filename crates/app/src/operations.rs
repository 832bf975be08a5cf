//! What is asked of directories: enqueued in the caller's transaction, taken by one agent, waited for.
//!
//! A password is sealed here, to each agent that may take the operation, and is nowhere else afterwards. Whoever takes
//! it and what it answers is in [`crate::link`].

use crate::error::{Error, Result};
use crate::{App, Ctx};
use keyward_core::ids::{AgentId, DirectoryId, OperationId, TenantId};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::time::{Timestamp, minutes, seconds};
use keyward_store::directory::{Able, Need};
use keyward_store::operation::{Operation, State};
use keyward_store::signal::Signal;
use keyward_store::{Tx, operation};
use keyward_wire::Bytes;
use keyward_wire::link::Job;
use keyward_wire::outcome::Outcome;
use keyward_wire::seal::{Binding, Purpose, seal};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// An agent that wasn't heard for so long is away: it asks for work every half minute.
pub const AWAY_AFTER: Duration = seconds(90);

/// Until when an operation must have been begun. A person waits for it.
const IN_TIME: Duration = seconds(60);

/// How long an agent that took an operation may stay silent about it before nobody waits for it any more.
const LOST_AFTER: Duration = minutes(10);

/// How often somebody who waits looks by themselves.
const LOOK_EVERY: Duration = seconds(1);

/// What is asked of a directory.
pub struct Request<'a> {
    /// Which.
    pub directory: DirectoryId,
    /// What.
    pub task: Wanted<'a>,
}

/// What is wanted, with the passwords as they were typed. `anchor` is the user's source anchor.
pub enum Wanted<'a> {
    /// Is this the password? Nobody's anchor for a name that doesn't exist: the same road in the same time.
    Verify {
        /// Whose, if anybody's.
        anchor: Option<Uuid>,
        /// As typed.
        password: &'a Secret,
    },
    /// Set a new password.
    Reset {
        /// Whose.
        anchor: Uuid,
        /// The new one.
        password: &'a Secret,
        /// Hold it to the directory's history and age.
        enforce_policy: bool,
        /// It must be changed at the next sign-in.
        must_change: bool,
    },
    /// Change a known password by the user's own right.
    Change {
        /// Whose.
        anchor: Uuid,
        /// The old one.
        old: &'a Secret,
        /// The new one.
        new: &'a Secret,
    },
    /// Lift a lockout.
    Unlock {
        /// Whose.
        anchor: Uuid,
    },
    /// The password must be changed at the next sign-in.
    ForceChange {
        /// Whose.
        anchor: Uuid,
    },
    /// Would a reset succeed?
    Examine {
        /// Whose.
        anchor: Uuid,
    },
    /// Synchronise now.
    Sync {
        /// Everything.
        full: bool,
        /// Compute and show only.
        preview: bool,
    },
}

/// [`Wanted`] as it is stored: without anything secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Kind {
    /// Check a password.
    Verify,
    /// Set one.
    Reset {
        /// By the directory's history and age.
        enforce_policy: bool,
        /// To be changed at the next sign-in.
        must_change: bool,
    },
    /// Change one.
    Change,
    /// Lift a lockout.
    Unlock,
    /// Have it changed at the next sign-in.
    ForceChange,
    /// Look what a reset would meet.
    Examine,
    /// Synchronise.
    Sync {
        /// Everything.
        full: bool,
        /// Compute and show only.
        preview: bool,
    },
}

impl Kind {
    fn need(self) -> Need {
        match self {
            Self::Verify => Need::SignIn,
            Self::Sync { .. } => Need::Sync,
            _ => Need::Writeback,
        }
    }

    fn writes(self) -> bool {
        matches!(
            self,
            Self::Reset { .. } | Self::Change | Self::Unlock | Self::ForceChange
        )
    }

    /// What was asked for.
    pub fn of(operation: &Operation) -> Result<Self> {
        serde_json::from_str(&operation.request)
            .map_err(|e| Error::Fault(format!("an operation's request: {e}")))
    }
}

impl Wanted<'_> {
    fn kind(&self) -> Kind {
        match *self {
            Self::Verify { .. } => Kind::Verify,
            Self::Reset {
                enforce_policy,
                must_change,
                ..
            } => Kind::Reset {
                enforce_policy,
                must_change,
            },
            Self::Change { .. } => Kind::Change,
            Self::Unlock { .. } => Kind::Unlock,
            Self::ForceChange { .. } => Kind::ForceChange,
            Self::Examine { .. } => Kind::Examine,
            Self::Sync { full, preview } => Kind::Sync { full, preview },
        }
    }

    fn anchor(&self) -> Option<Uuid> {
        match *self {
            Self::Verify { anchor, .. } => anchor,
            Self::Reset { anchor, .. }
            | Self::Change { anchor, .. }
            | Self::Unlock { anchor }
            | Self::ForceChange { anchor }
            | Self::Examine { anchor } => Some(anchor),
            Self::Sync { .. } => None,
        }
    }

    /// The passwords, each with what it is sealed for.
    fn passwords(&self) -> Vec<(Purpose, &Secret)> {
        match self {
            Self::Verify { password, .. } => vec![(Purpose::Verify, password)],
            Self::Reset { password, .. } => vec![(Purpose::Reset, password)],
            Self::Change { old, new, .. } => vec![(Purpose::Old, old), (Purpose::Change, new)],
            _ => Vec::new(),
        }
    }
}

/// What was sealed to an agent for an operation, in the order of [`Wanted::passwords`].
fn sealed_of(offer: &[u8]) -> Result<Vec<Bytes>> {
    serde_json::from_slice(offer).map_err(|e| Error::Fault(format!("an operation's offer: {e}")))
}

/// The job as it goes to the agent that took it.
pub(crate) fn job(taken: &operation::Taken) -> Result<Job> {
    let mut sealed = sealed_of(&taken.sealed)?.into_iter();
    let broken = || Error::Fault("an operation lacks what it needs".into());
    let mut next = || sealed.next().ok_or_else(broken);
    let anchor = || taken.operation.anchor.ok_or_else(broken);
    Ok(match Kind::of(&taken.operation)? {
        Kind::Verify => Job::Verify {
            anchor: taken.operation.anchor,
            password: next()?,
        },
        Kind::Reset {
            enforce_policy,
            must_change,
        } => Job::Reset {
            anchor: anchor()?,
            password: next()?,
            enforce_policy,
            must_change,
        },
        Kind::Change => Job::Change {
            anchor: anchor()?,
            old: next()?,
            new: next()?,
        },
        Kind::Unlock => Job::Unlock { anchor: anchor()? },
        Kind::ForceChange => Job::ForceChange { anchor: anchor()? },
        Kind::Examine => Job::Examine { anchor: anchor()? },
        Kind::Sync { full, preview } => Job::Sync { full, preview },
    })
}

impl App {
    /// Asks a directory for something: in the caller's transaction, so that it is asked for exactly when that is
    /// committed. Refused with [`Refusal::DirectoryAway`] when no agent could take it.
    pub async fn ask_directory(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        request: Request<'_>,
    ) -> Result<OperationId> {
        self.ask_others(tx, ctx, request, None).await
    }

    /// [`ask_directory`](App::ask_directory), but for the agent that was asked the same and went silent over it.
    pub(crate) async fn ask_others(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        request: Request<'_>,
        silent: Option<AgentId>,
    ) -> Result<OperationId> {
        let kind = request.task.kind();
        let mut able = able(tx, request.directory, kind.need(), ctx.now).await?;
        able.retain(|a| Some(a.agent) != silent);
        if kind.need() == Need::Sync {
            // The others would only say who keeps it.
            let keeper = tx
                .directory(request.directory)
                .await?
                .and_then(|d| d.keeper);
            if able.iter().any(|a| Some(a.agent) == keeper) {
                able.retain(|a| Some(a.agent) == keeper);
            }
        }
        if able.is_empty() {
            return Err(Refusal::DirectoryAway.into());
        }
        let operation = Operation {
            id: OperationId(self.entropy.uuid()),
            directory: request.directory,
            anchor: request.task.anchor(),
            request: serde_json::to_string(&kind).map_err(|e| Error::Fault(e.to_string()))?,
            writes: kind.writes(),
            state: State::Queued,
            agent: None,
            created_at: ctx.now,
            expires_at: ctx.now + IN_TIME,
            outcome: None,
        };
        let mut offers = Vec::new();
        for agent in able {
            let sealed = self.seal_to(tx.tenant(), &agent, &operation, &request.task)?;
            offers.push((agent.agent, sealed));
        }
        tx.insert_operation(&operation, &offers).await?;
        for (agent, _) in offers {
            tx.signal(Signal::Agent(agent)).await?;
        }
        Ok(operation.id)
    }

    fn seal_to(
        &self,
        tenant: TenantId,
        agent: &Able,
        operation: &Operation,
        task: &Wanted<'_>,
    ) -> Result<Vec<u8>> {
        let mut sealed = Vec::new();
        for (purpose, password) in task.passwords() {
            let binding = Binding {
                tenant: tenant.0,
                agent: agent.agent.0,
                operation: operation.id.0,
                directory: operation.directory.0,
                anchor: operation.anchor,
                purpose,
                expires_at: operation.expires_at.0,
            };
            let fill = |bytes: &mut [u8]| self.entropy.fill(bytes);
            let one = seal(&agent.sealing_key, &binding, password.expose(), fill);
            sealed.push(one.map_err(|e| Error::Fault(format!("sealing a password: {e}")))?);
        }
        serde_json::to_vec(&sealed).map_err(|e| Error::Fault(e.to_string()))
    }

    /// Waits until an operation is over, at most so long; none: it isn't. Wrong passwords and refusals are outcomes
    /// like any other.
    pub async fn wait_for(
        &self,
        tenant: TenantId,
        id: OperationId,
        patience: Duration,
    ) -> Result<Option<Outcome>> {
        let until = Instant::now() + patience;
        let mut signals = self.db.signals();
        let mut closing = self.closing.subscribe();
        loop {
            if let Some(outcome) = self.outcome_of(tenant, id).await? {
                return Ok(Some(outcome));
            }
            let now = Instant::now();
            if now >= until || *closing.borrow() {
                return Ok(None);
            }
            let look = until.min(now + LOOK_EVERY);
            tokio::select! {
                _ = timeout_at(look, heard(&mut signals, |s| s == Signal::Operation(id))) => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        }
    }

    /// What became of an operation, if it is over. One that nobody took in time is ended by whoever asks first.
    async fn outcome_of(&self, tenant: TenantId, id: OperationId) -> Result<Option<Outcome>> {
        let found = self.db.read(tenant).await?.operation(id).await?;
        let mut operation = found.ok_or(Refusal::NotFound)?;
        if operation.state == State::Queued && operation.expires_at <= self.clock.now() {
            self.end_overdue(tenant, id).await?;
            let found = self.db.read(tenant).await?.operation(id).await?;
            operation = found.ok_or(Refusal::NotFound)?;
        }
        operation.outcome.as_deref().map(read_outcome).transpose()
    }

    /// Ends what nobody took in time as never begun, and what an agent took and never told of as unknown; what changes
    /// nothing is given up as soon as its time is over.
    pub async fn end_overdue_operations(&self, tenant: TenantId) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.read(tenant).await?;
        let overdue = tx.overdue_operations(now - LOST_AFTER, now).await?;
        drop(tx);
        for id in overdue {
            self.end_overdue(tenant, id).await?;
        }
        self.erase_expired_offers(tenant, now).await
    }

    /// What was kept in case that an answer gets lost is erased when it is of no use any more.
    async fn erase_expired_offers(&self, tenant: TenantId, now: Timestamp) -> Result<()> {
        if !self.db.read(tenant).await?.has_expired_offers(now).await? {
            return Ok(());
        }
        let mut tx = self.db.write(tenant).await?;
        tx.erase_expired_offers(now).await?;
        Ok(tx.commit().await?)
    }

    async fn end_overdue(&self, tenant: TenantId, id: OperationId) -> Result<()> {
        let ctx = self.own_ctx();
        let never = Outcome::Unreachable {
            message: "no agent took it in time".into(),
        };
        let lost = Outcome::Unknown {
            message: "the agent that took it didn't say what became of it".into(),
        };
        let silent = Outcome::Unreachable {
            message: "the agent that took it didn't answer in time".into(),
        };
        let mut tx = self.db.write(tenant).await?;
        let (never_text, lost_text) = (write_outcome(&never)?, write_outcome(&lost)?);
        let silent_text = write_outcome(&silent)?;
        let mut ended = tx.expire_operation(id, &never_text, ctx.now).await?;
        let mut outcome = never;
        if ended.is_none() {
            let before = ctx.now - LOST_AFTER;
            let reads = tx.operation(id).await?.is_some_and(|o| !o.writes);
            let (lost, lost_text) = if reads {
                (silent, silent_text)
            } else {
                (lost, lost_text)
            };
            ended = tx.lose_operation(id, &lost_text, before, ctx.now).await?;
            outcome = lost;
        }
        if let Some(operation) = ended {
            self.settle(&mut tx, &ctx, &operation, &outcome).await?;
            self.commit(tx).await?;
        }
        Ok(())
    }

    /// What follows from an outcome, in the transaction that wrote it down. A lost operation that is told of after all
    /// comes here twice.
    pub(crate) async fn settle(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        operation: &Operation,
        outcome: &Outcome,
    ) -> Result<()> {
        let told = match outcome {
            Outcome::Done => "done",
            Outcome::Refused { .. } => "refused",
            Outcome::Unreachable { .. } => "unreachable",
            Outcome::Unknown { .. } => "unknown",
            Outcome::Examined(_) => "examined",
            Outcome::Started => "started",
        };
        metrics::counter!("keyward_operations_total", "outcome" => told).increment(1);
        tx.signal(Signal::Operation(operation.id)).await?;
        if let (true, Some(anchor)) = (operation.writes, operation.anchor) {
            // The next write at the same account has waited for this one.
            for agent in tx.agents_offered(operation.directory, anchor).await? {
                tx.signal(Signal::Agent(agent)).await?;
            }
        }
        if Kind::of(operation)? == Kind::Examine {
            return self.settle_examination(tx, ctx, operation, outcome).await;
        }
        self.settle_writeback(tx, ctx, operation, outcome).await
    }

    /// Whether an agent could do something for people of this directory right now: check a sign-in, or write back.
    pub async fn directory_is_up(
        &self,
        tx: &mut Tx,
        directory: DirectoryId,
        need: Need,
    ) -> Result<bool> {
        let able = able(tx, directory, need, self.clock.now()).await?;
        Ok(!able.is_empty())
    }

    /// The directory whose users have names that end so, whether or not its agents are up. Where several say so, it is
    /// one that agents still stand beside, and the oldest of these: the others are what it was before it was made anew.
    pub async fn directory_of_domain(
        &self,
        tx: &mut Tx,
        domain: &str,
    ) -> Result<Option<DirectoryId>> {
        let domain = domain.to_ascii_lowercase();
        let mut found = tx.directories().await?;
        found.retain(|d| d.suffixes.contains(&domain));
        if found.len() > 1 {
            let besides = tx.besides().await?;
            let is_left = |id| besides.iter().all(|b| b.directory != id);
            found.sort_by_key(|d| is_left(d.id));
        }
        Ok(found.first().map(|d| d.id))
    }
}

async fn able(
    tx: &mut Tx,
    directory: DirectoryId,
    need: Need,
    now: Timestamp,
) -> Result<Vec<Able>> {
    Ok(tx.able_agents(directory, need, now - AWAY_AFTER).await?)
}

/// Done when a signal comes that is wanted, or when one may have been missed.
pub(crate) async fn heard(
    signals: &mut broadcast::Receiver<Signal>,
    wanted: impl Fn(Signal) -> bool,
) {
    loop {
        match signals.recv().await {
            Ok(signal) if signal == Signal::Anything || wanted(signal) => return,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

pub(crate) fn read_outcome(text: &str) -> Result<Outcome> {
    serde_json::from_str(text).map_err(|e| Error::Fault(format!("an operation's outcome: {e}")))
}

pub(crate) fn write_outcome(outcome: &Outcome) -> Result<String> {
    serde_json::to_string(outcome).map_err(|e| Error::Fault(e.to_string()))
}
