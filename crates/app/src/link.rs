//! What an agent that was let in says to the service: who it is, how it is, that it wants work, and what became of it.
//!
//! The agent dials out and asks; a request for work waits here until there is some ([`App::agent_work`]). Each task goes to
//! one session of one agent, signed with the tenant's key, which the agent pinned when it was let in, and again in that
//! session until the agent has it. Outcomes are written down once, whatever is reported how often.

mod health;

use crate::agents::malformed;
use crate::audit::Draft;
use crate::error::Error as AppError;
use crate::keys::{Bond, Purpose};
use crate::licences::on_premises_in_effect;
use crate::operations::{heard, job, write_outcome};
use crate::strangers::Knock;
use crate::tasks::Tasks;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{AgentId, OperationId, SessionId, TenantId};
use keyward_core::refusal::Refusal;
use keyward_core::text::line;
use keyward_core::time::{Timestamp, hours, minutes, seconds};
use keyward_store::Tx;
use keyward_store::agent::Agent;
use keyward_store::agent_session::AgentSession;
use keyward_store::operation::Taken;
use keyward_store::signal::Signal;
use keyward_wire::link::{
    Accepted, Report, Reports, Settings, SignedTask, Task, WorkReply, WorkRequest,
};
use keyward_wire::seal::{Binding, Purpose as Sealed, seal};
use keyward_wire::session::{
    Challenge, ChallengeRequest, KeyRolled, RollKey, Session, SessionRequest,
};
use keyward_wire::{Bytes, VERSION, code, enrol, sign};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// How long a challenge is good.
const CHALLENGE_FOR: Duration = minutes(1);
/// How long a session lasts.
const SESSION_FOR: Duration = hours(1);
/// How long a session that another has replaced still counts: what was under way in it comes to its end.
const OVERLAP: Duration = minutes(1);
/// The longest that a request for work is kept waiting.
const LONGEST_WAIT: Duration = seconds(30);
/// How often it looks by itself while it waits.
const LOOK_EVERY: Duration = seconds(5);
/// The most tasks in one answer, and reports in one request.
const MOST: usize = 100;
/// How often work is tried to be taken before it waits for the next look.
const TRIES: usize = 3;
/// How often "it was heard" is written.
const HEARD_EVERY: Duration = seconds(10);
/// Administrators are told of keys in two places once in so long.
const QUIET: Duration = hours(1);

/// Why an agent isn't answered as it asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In words for its log, under one of the codes in [`keyward_wire::code`].
    #[error("{}: {}", .0.code, .0.message)]
    Refused(Refused),
    /// Like every use case.
    #[error(transparent)]
    App(#[from] AppError),
}

/// A refusal that an agent's program can act on, and its operator can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// One of [`keyward_wire::code`].
    pub code: &'static str,
    /// What happened and what to do.
    pub message: String,
}

impl Refused {
    /// Puts one together.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// The result of what agents ask.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<keyward_store::Error> for Error {
    fn from(error: keyward_store::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::App(refusal.into())
    }
}

/// An agent in a session.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its organisation.
    pub tenant: TenantId,
    /// Its id.
    pub agent: AgentId,
    /// The name of its host.
    pub host: String,
    /// The session: only its program's memory holds the token.
    session: SessionId,
    record: Agent,
}

impl Caller {
    /// For the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Agent {
            id: self.agent.0,
            name: self.host.clone(),
        }
    }
}

/// Refuses an agent whose messages can't be understood here.
pub(crate) fn speaks(version: u16) -> Result<()> {
    if version == VERSION {
        return Ok(());
    }
    let message = format!(
        "this service speaks version {VERSION} of the agents' messages and not {version}: install the agent that belongs to it"
    );
    Err(Refused::new(code::VERSION, message).into())
}

fn no_session() -> Error {
    Refused::new(
        code::SESSION,
        "the session is over or never was: open another",
    )
    .into()
}

fn revoked() -> Error {
    let message = "an administrator has shut this agent out: run `keyward-connect configure` to ask to be let in again";
    Refused::new(code::REVOKED, message).into()
}

fn bond(session: &AgentSession) -> Bond<'static> {
    Bond {
        kind: "agent",
        tenant: session.tenant,
        user: None,
        row: session.agent.0,
    }
}

impl App {
    pub(crate) fn permit_stranger(&self, knock: Knock, ctx: &Ctx) -> Result<()> {
        let permitted = self.strangers.permit(knock, ctx.ip.as_deref(), ctx.now);
        permitted.map_err(|_| {
            let message = "too many requests from this address: wait some minutes";
            Refused::new(code::BUSY, message).into()
        })
    }

    /// Refuses a key that nothing can be sealed to: else one agent would stand in the way of all.
    pub(crate) fn is_sealing_key(&self, key: &[u8]) -> Result<()> {
        let binding = Binding {
            tenant: Uuid::nil(),
            agent: Uuid::nil(),
            operation: Uuid::nil(),
            directory: Uuid::nil(),
            anchor: None,
            purpose: Sealed::Verify,
            expires_at: 0,
        };
        let fill = |bytes: &mut [u8]| self.entropy.fill(bytes);
        match seal(key, &binding, "", fill) {
            Ok(_) => Ok(()),
            Err(_) => Err(malformed("the sealing key").into()),
        }
    }

    /// Something for an agent to sign.
    pub async fn agent_challenge(
        &self,
        ctx: &Ctx,
        request: &ChallengeRequest,
    ) -> Result<Challenge> {
        speaks(request.version)?;
        self.permit_stranger(Knock::Ask, ctx)?;
        let agent = self.agent_by_id(request.agent).await?;
        let challenge: [u8; 32] = self.entropy.bytes();
        let mut tx = self.db.write(agent.tenant).await?;
        let mac = self.challenge_mac(&agent, &challenge);
        tx.insert_agent_challenge(&mac, agent.id, ctx.now + CHALLENGE_FOR)
            .await?;
        tx.commit().await?;
        Ok(Challenge {
            challenge: Bytes(challenge.to_vec()),
            now: ctx.now.0,
        })
    }

    async fn agent_by_id(&self, id: Uuid) -> Result<Agent> {
        let found = self.db.system_read().await?.agent(AgentId(id)).await?;
        let unknown = || {
            let message = "no agent here has this id: run `keyward-connect configure`";
            Error::from(Refused::new(code::NOT_FOUND, message))
        };
        let agent = found.ok_or_else(unknown)?;
        if agent.is_active() {
            Ok(agent)
        } else {
            Err(revoked())
        }
    }

    fn challenge_mac(&self, agent: &Agent, challenge: &[u8]) -> [u8; 32] {
        let parts = [b"challenge".as_slice(), agent.id.0.as_bytes(), challenge];
        self.keys.mac(Purpose::Agent, agent.tenant, &parts)
    }

    /// Opens a session for whoever signed a challenge of ours with the agent's key. A challenge counts once.
    pub async fn open_agent_session(&self, ctx: &Ctx, request: &SessionRequest) -> Result<Session> {
        self.permit_stranger(Knock::Ask, ctx)?;
        let version = line(&request.agent_version, 64).map_err(|_| malformed("the version"))?;
        let agent = self.agent_by_id(request.agent).await?;
        let challenge = &request.challenge.0;
        let signed = SessionRequest::to_sign(agent.id.0, agent.tenant.0, challenge);
        if !sign::verify(&agent.signing_key, &signed, &request.signature.0) {
            return Err(no_session());
        }
        let session = AgentSession {
            id: SessionId(self.entropy.uuid()),
            tenant: agent.tenant,
            agent: agent.id,
            ip: ctx.ip.clone(),
            created_at: ctx.now,
            expires_at: ctx.now + SESSION_FOR,
            replaced_at: None,
        };
        let token = self.keys.bound_token(bond(&session), &*self.entropy);
        let mut tx = self.db.write(agent.tenant).await?;
        let mac = self.challenge_mac(&agent, challenge);
        if !tx.spend_agent_challenge(&mac, agent.id, ctx.now).await? {
            return Err(no_session());
        }
        let token_mac = self.keys.token_mac("agent", &token);
        if !tx.insert_agent_session(&session, &token_mac).await? {
            return Err(revoked());
        }
        tx.agent_version(agent.id, &version).await?;
        let settings = self.agent_settings(&mut tx).await?;
        tx.commit().await?;
        Ok(Session {
            token,
            expires_in_s: SESSION_FOR.as_secs() as u32,
            settings,
        })
    }

    /// Who holds a token, judged by the database as it is now.
    ///
    /// A session that was replaced a while ago and is used still is not the agent's own doing, which would use the one
    /// that it opened last: somebody has a copy of its keys (AG-11).
    pub async fn agent_caller(&self, ctx: &Ctx, token: &str) -> Result<Caller> {
        let mac = self.keys.token_mac("agent", token);
        let found = self.db.system_read().await?.agent_session(&mac).await?;
        let session = found.ok_or_else(no_session)?;
        if !self.keys.is_bound(bond(&session), token) {
            tracing::error!(session = %session.id.0, "a session does not belong to its agent: somebody wrote to the database");
            return Err(no_session());
        }
        if ctx.now >= session.expires_at {
            return Err(no_session());
        }
        let mut tx = self.db.read(session.tenant).await?;
        let agent = tx.agent(session.agent).await?.ok_or_else(no_session)?;
        drop(tx);
        if !agent.is_active() {
            return Err(revoked());
        }
        if session
            .replaced_at
            .is_some_and(|at| ctx.now >= at + OVERLAP)
        {
            self.note_two_places(ctx, &agent).await?;
            return Err(no_session());
        }
        Ok(Caller {
            tenant: session.tenant,
            agent: agent.id,
            host: agent.host.clone(),
            session: session.id,
            record: agent,
        })
    }

    async fn note_two_places(&self, ctx: &Ctx, agent: &Agent) -> Result<()> {
        let mut tx = self.db.write(agent.tenant).await?;
        if tx.agent_doubled(agent.id, ctx.now - QUIET, ctx.now).await? {
            let draft = Draft::new(ctx, Activity::AgentInTwoPlaces, Actor::Stranger);
            self.record(&mut tx, draft.on("agent", Some(agent.id.0), &agent.host))
                .await?;
            let from = ctx.ip.as_deref().unwrap_or("?");
            self.alert(&mut tx, ctx, "agent-in-two-places", agent, from)
                .await?;
        }
        Ok(self.commit(tx).await?)
    }

    /// Work for an agent: as soon as there is some, or none after a while. An agent that is shut out while it waits is
    /// told at once.
    pub async fn agent_work(
        &self,
        ctx: &Ctx,
        caller: &Caller,
        request: &WorkRequest,
    ) -> Result<WorkReply> {
        self.hear(ctx, caller, request.health.as_ref()).await?;
        let most = i64::from(request.most).clamp(1, MOST as i64);
        let patience = seconds(u64::from(request.wait_s)).min(LONGEST_WAIT);
        let until = Instant::now() + patience;
        let mut signals = self.db.signals();
        let mut closing = self.closing.subscribe();
        loop {
            let now = self.clock.now();
            let mut tx = self.db.read(caller.tenant).await?;
            let agent = tx.agent(caller.agent).await?;
            if !agent.is_some_and(|a| a.is_active()) {
                return Err(revoked());
            }
            let work = request.most > 0 && tx.has_work(caller.agent, now).await?;
            let mut tasks = self.give_again(&mut tx, caller, request, now).await?;
            let settings = self.agent_settings(&mut tx).await?;
            drop(tx);
            if work && tasks.is_empty() {
                tasks = self.take(caller, most, now).await?;
            }
            let over = Instant::now() >= until || *closing.borrow();
            if over || !tasks.is_empty() {
                return Ok(WorkReply {
                    tasks,
                    settings,
                    now: now.0,
                });
            }
            let look = until.min(Instant::now() + LOOK_EVERY);
            let mine = |s| s == Signal::Agent(caller.agent);
            tokio::select! {
                _ = timeout_at(look, heard(&mut signals, mine)) => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        }
    }

    /// What this session was given and doesn't have: an answer got lost. Never in another one, whose agent may be a
    /// copy of this one: two would do it.
    async fn give_again(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        request: &WorkRequest,
        now: Timestamp,
    ) -> Result<Vec<SignedTask>> {
        let mut again = Vec::new();
        let Some(holds) = request.holds.as_ref().filter(|_| request.most > 0) else {
            return Ok(again);
        };
        let most = request.most.min(MOST as u32) as usize;
        for id in tx.given(caller.session, now).await? {
            if holds.contains(&id.0) || again.len() >= most {
                continue;
            }
            if let Some(given) = tx.give_again(id, caller.session, now).await? {
                tracing::info!(operation = %id.0, host = caller.host, "an answer to an agent got lost: its task is given again");
                again.push(self.sign_task(caller, &given, now)?);
            }
        }
        Ok(again)
    }

    /// Takes what there is, and signs it. None if others were faster.
    async fn take(&self, caller: &Caller, most: i64, now: Timestamp) -> Result<Vec<SignedTask>> {
        for _ in 0..TRIES {
            let mut tx = self.db.write(caller.tenant).await?;
            let taken = match tx
                .take_operations(caller.agent, caller.session, most, now)
                .await
            {
                Ok(taken) => taken,
                // Another agent took a write at the same account at the same instant: without that one, once more.
                Err(error) if error.is_conflict() || error.is_busy() => continue,
                Err(error) => return Err(error.into()),
            };
            let mut tasks = Vec::new();
            for one in &taken {
                tasks.push(self.sign_task(caller, one, now)?);
            }
            tx.commit().await?;
            return Ok(tasks);
        }
        Ok(Vec::new())
    }

    fn sign_task(&self, caller: &Caller, taken: &Taken, now: Timestamp) -> Result<SignedTask> {
        let key = self.keys.task_key(caller.tenant);
        let signed = key.task(&task_of(caller, taken, now)?);
        Ok(signed.map_err(|e| AppError::Fault(format!("signing a task: {e}")))?)
    }

    /// Writes down what became of operations: each once, whatever is reported how often, and each only by the agent
    /// that took it. What isn't known here can be forgotten as well.
    pub async fn take_reports(
        &self,
        ctx: &Ctx,
        caller: &Caller,
        reports: &Reports,
    ) -> Result<Accepted> {
        if reports.reports.len() > MOST {
            return Err(malformed("so many reports at once").into());
        }
        let mut operations = Vec::new();
        for report in &reports.reports {
            self.take_report(ctx, caller, report).await?;
            operations.push(report.operation);
        }
        Ok(Accepted { operations })
    }

    async fn take_report(&self, ctx: &Ctx, caller: &Caller, report: &Report) -> Result<()> {
        let (id, text) = (
            OperationId(report.operation),
            write_outcome(&report.outcome)?,
        );
        let mut tx = self.db.write(caller.tenant).await?;
        let took = i64::from(report.took_us);
        let settled = tx.settle_operation(id, caller.agent, &text, took, ctx.now);
        if let Some(operation) = settled.await? {
            self.settle(&mut tx, ctx, &operation, &report.outcome)
                .await?;
            self.commit(tx).await?;
        }
        Ok(())
    }

    /// Gives an agent another sealing key, by the word of its signing key.
    pub async fn roll_agent_key(
        &self,
        ctx: &Ctx,
        caller: &Caller,
        request: &RollKey,
    ) -> Result<KeyRolled> {
        let (agent, key) = (&caller.record, &request.sealing_key.0);
        let signed = RollKey::to_sign(agent.id.0, key);
        if !sign::verify(&agent.signing_key, &signed, &request.signature.0) {
            return Err(malformed("the signature").into());
        }
        self.is_sealing_key(key)?;
        let fingerprint = enrol::fingerprint(&agent.signing_key, key);
        if *key == agent.sealing_key {
            // The answer to the first request was lost.
            return Ok(KeyRolled { fingerprint });
        }
        let mut tx = self.db.write(caller.tenant).await?;
        if !tx.roll_agent_key(agent, key, &fingerprint, ctx.now).await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let draft = Draft::new(ctx, Activity::AgentKeyRolled, caller.actor());
        let draft = draft.on("agent", Some(agent.id.0), &agent.host).change(
            "fingerprint",
            Some(agent.fingerprint.clone()),
            Some(fingerprint.clone()),
        );
        self.record(&mut tx, draft).await?;
        let rolled = Agent {
            fingerprint: fingerprint.clone(),
            ..agent.clone()
        };
        self.alert(&mut tx, ctx, "agent-key-rolled", &rolled, &agent.host)
            .await?;
        self.commit(tx).await?;
        Ok(KeyRolled { fingerprint })
    }

    /// Whether it was a while ago that an agent was heard.
    pub(crate) fn is_due_to_be_heard(ctx: &Ctx, caller: &Caller) -> bool {
        let seen = caller.record.seen_at;
        seen.is_none_or(|at| ctx.now >= at + HEARD_EVERY)
    }

    /// What the organisation wants of its agents.
    pub(crate) async fn agent_settings(&self, tx: &mut Tx) -> Result<Settings> {
        let switches = on_premises_in_effect(tx).await?;
        Ok(Settings {
            writeback: switches.writeback,
            unlock: switches.unlock_without_reset,
        })
    }

    /// Hands on what other nodes tell, until the process ends. A node that hears nothing for a while is slower, and
    /// not wrong: whoever waits looks by themselves now and then.
    pub fn run_signals(&self, tasks: &Tasks) {
        let (app, mut stopping) = (self.clone(), tasks.stopping());
        tasks.run(async move {
            tokio::select! {
                () = app.hand_on_signals() => {}
                _ = stopping.wait_for(|stop| *stop) => {}
            }
        });
    }

    async fn hand_on_signals(&self) {
        loop {
            match self.db.listener().await {
                Ok(None) => return,
                Ok(Some(mut listener)) => {
                    self.db.ring(Signal::Anything);
                    loop {
                        match listener.next().await {
                            Ok(signal) => self.db.ring(signal),
                            Err(error) => {
                                tracing::warn!(%error, "signals of other nodes are not heard; connecting again");
                                break;
                            }
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "signals of other nodes are not heard; trying again");
                }
            }
            tokio::time::sleep(seconds(1)).await;
        }
    }

    /// Answers everybody who is kept waiting: the process is about to end.
    pub fn keep_nobody_waiting(&self) {
        self.closing.send_replace(true);
    }
}

fn task_of(caller: &Caller, taken: &Taken, now: Timestamp) -> Result<Task> {
    Ok(Task {
        operation: taken.operation.id.0,
        tenant: caller.tenant.0,
        agent: caller.agent.0,
        directory: taken.operation.directory.0,
        issued_at: now.0,
        expires_at: taken.operation.expires_at.0,
        job: job(taken)?,
    })
}
