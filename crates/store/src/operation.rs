//! What agents are asked to do. Each operation is handed to one session of one of them, and again there until it is heard.

use crate::db::{Engine, Error, Result, Row, Tx, args};
use keyward_core::ids::{AgentId, DirectoryId, OperationId, SessionId};
use keyward_core::time::Timestamp;

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has taken it.
    Queued,
    /// An agent has it.
    Sent,
    /// The agent that had it never told: whether it was done is unknown. A late report still counts.
    Lost,
    /// It is over.
    Settled,
}

impl State {
    fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "queued" => Self::Queued,
            "sent" => Self::Sent,
            "lost" => Self::Lost,
            "settled" => Self::Settled,
            _ => return None,
        })
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// Where.
    pub directory: DirectoryId,
    /// At whose account there, if anybody's.
    pub anchor: Option<uuid::Uuid>,
    /// What, as JSON without anything secret.
    pub request: String,
    /// It changes something there.
    pub writes: bool,
    /// How far it has come.
    pub state: State,
    /// Who has taken it.
    pub agent: Option<AgentId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Not to be begun after this.
    pub expires_at: Timestamp,
    /// What became of it, as JSON.
    pub outcome: Option<String>,
}

/// An operation that an agent has just taken, with what was sealed to it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The operation.
    pub operation: Operation,
    /// Sealed passwords.
    pub sealed: Vec<u8>,
}

fn read(row: &Row) -> Result<Operation> {
    Ok(Operation {
        id: OperationId(row.get("id")?),
        directory: DirectoryId(row.get("directory_id")?),
        anchor: row.get("anchor")?,
        request: row.get("request")?,
        writes: row.get("writes")?,
        state: State::from_code(&row.get::<String>("state")?)
            .ok_or(Error::Unreadable("operations.state"))?,
        agent: row.get::<Option<_>>("agent_id")?.map(AgentId),
        created_at: row.at("created_at")?,
        expires_at: row.at("expires_at")?,
        outcome: row.get("outcome")?,
    })
}

macro_rules! columns {
    () => {
        "o.id, o.directory_id, o.anchor, o.request, o.writes, o.state, o.agent_id, o.created_at, o.expires_at, o.outcome"
    };
}

/// What an agent may take: offered to it, in time, and no other write at the same account before it.
macro_rules! due {
    () => {
        "SELECT o.tenant_id, o.id FROM operations o JOIN operation_offers f
         ON f.tenant_id = o.tenant_id AND f.operation_id = o.id
         JOIN agents a ON a.tenant_id = f.tenant_id AND a.id = f.agent_id
         WHERE f.tenant_id = $1 AND f.agent_id = $2 AND a.state = 'active' AND o.state = 'queued' AND o.expires_at > $3
         AND NOT (o.writes AND EXISTS (SELECT 1 FROM operations p WHERE p.tenant_id = o.tenant_id
            AND p.directory_id = o.directory_id AND p.anchor = o.anchor AND p.writes AND (p.state = 'sent'
            OR p.state = 'queued' AND p.expires_at > $3 AND (p.created_at < o.created_at
               OR p.created_at = o.created_at AND p.id < o.id))))
         ORDER BY o.created_at, o.id LIMIT $4"
    };
}

impl Tx {
    /// Adds an operation, with what is sealed to each agent that may take it.
    pub async fn insert_operation(
        &mut self,
        o: &Operation,
        offers: &[(AgentId, Vec<u8>)],
    ) -> Result<()> {
        let sql = "INSERT INTO operations (tenant_id, id, directory_id, anchor, request, writes, state, created_at,
                   expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8)";
        let args = args![
            self.tenant(),
            o.id,
            o.directory,
            o.anchor,
            &o.request,
            o.writes,
            o.created_at,
            o.expires_at,
        ];
        self.conn.exec(sql, args).await?;
        for (agent, sealed) in offers {
            let sql = "INSERT INTO operation_offers (tenant_id, operation_id, agent_id, sealed) VALUES ($1, $2, $3, $4)";
            let args = args![self.tenant(), o.id, *agent, sealed.clone()];
            self.conn.exec(sql, args).await?;
        }
        Ok(())
    }

    /// An operation.
    pub async fn operation(&mut self, id: OperationId) -> Result<Option<Operation>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM operations o WHERE o.tenant_id = $1 AND o.id = $2"
        );
        self.conn
            .opt(sql, args![self.tenant(), id])
            .await?
            .map(|r| read(&r))
            .transpose()
    }

    /// Whether there is something for an agent to take.
    pub async fn has_work(&mut self, agent: AgentId, now: Timestamp) -> Result<bool> {
        let row = self
            .conn
            .opt(due!(), args![self.tenant(), agent, now, 1_i64])
            .await?;
        Ok(row.is_some())
    }

    /// Takes what there is for an agent, the oldest first, at most `most`: each goes to one session of one agent,
    /// whatever runs in parallel. What was sealed to the others is erased; what was sealed to this one stays until the
    /// operation is settled or has expired, for an answer that gets lost ([`Tx::given`]). A conflict says that somebody
    /// else took a write at the same account at the same instant: nothing was taken, and it may be tried again.
    pub async fn take_operations(
        &mut self,
        agent: AgentId,
        session: SessionId,
        most: i64,
        now: Timestamp,
    ) -> Result<Vec<Taken>> {
        let sqlite = concat!(
            "UPDATE operations AS o SET state = 'sent', agent_id = $2, sent_at = $3, session_id = $5 WHERE o.state = 'queued'
             AND (o.tenant_id, o.id) IN (",
            due!(),
            ") RETURNING ",
            "id, directory_id, anchor, request, writes, state, agent_id, created_at, expires_at, outcome"
        );
        // MATERIALIZED: a plan that runs the inner query once for each row would take more than `most`.
        let postgres = concat!(
            "WITH due AS MATERIALIZED (",
            due!(),
            " FOR UPDATE OF o SKIP LOCKED)
             UPDATE operations o SET state = 'sent', agent_id = $2, sent_at = $3, session_id = $5 FROM due
             WHERE o.tenant_id = due.tenant_id AND o.id = due.id AND o.state = 'queued' RETURNING ",
            columns!()
        );
        let sql = if self.conn.engine() == Engine::Sqlite {
            sqlite
        } else {
            postgres
        };
        let rows = self
            .conn
            .rows(sql, args![self.tenant(), agent, now, most, session])
            .await?;
        let mut taken = Vec::new();
        for row in &rows {
            let operation = read(row)?;
            let sql = "DELETE FROM operation_offers WHERE tenant_id = $1 AND operation_id = $2 AND agent_id <> $3";
            let others = args![self.tenant(), operation.id, agent];
            self.conn.exec(sql, others).await?;
            let sealed = self.offer(operation.id, agent).await?;
            let sealed = sealed.ok_or(Error::Unreadable("operation_offers"))?;
            taken.push(Taken { operation, sealed });
        }
        // RETURNING promises no order.
        taken.sort_by_key(|t| (t.operation.created_at, t.operation.id));
        Ok(taken)
    }

    /// What a session was given and nobody has told of, the oldest first, as long as it may be begun.
    pub async fn given(&mut self, session: SessionId, now: Timestamp) -> Result<Vec<OperationId>> {
        let sql =
            "SELECT id FROM operations WHERE tenant_id = $1 AND session_id = $2 AND state = 'sent'
                   AND expires_at > $3 ORDER BY created_at, id";
        let rows = self
            .conn
            .rows(sql, args![self.tenant(), session, now])
            .await?;
        rows.iter().map(|r| Ok(OperationId(r.get("id")?))).collect()
    }

    /// What a session was given, to be given again: nothing when it has been told of or has expired since, or the agent
    /// was shut out.
    pub async fn give_again(
        &mut self,
        id: OperationId,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Option<Taken>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            ", f.sealed FROM operations o JOIN operation_offers f
             ON f.tenant_id = o.tenant_id AND f.operation_id = o.id AND f.agent_id = o.agent_id
             WHERE o.tenant_id = $1 AND o.id = $2 AND o.session_id = $3 AND o.state = 'sent' AND o.expires_at > $4"
        );
        let row = self
            .conn
            .opt(sql, args![self.tenant(), id, session, now])
            .await?;
        row.map(|r| {
            Ok(Taken {
                operation: read(&r)?,
                sealed: r.get("sealed")?,
            })
        })
        .transpose()
    }

    async fn offer(&mut self, id: OperationId, agent: AgentId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT sealed FROM operation_offers WHERE tenant_id = $1 AND operation_id = $2 AND agent_id = $3";
        let row = self.conn.opt(sql, args![self.tenant(), id, agent]).await?;
        row.map(|r| r.get("sealed")).transpose()
    }

    /// The agents that may take what is queued for an account.
    pub async fn agents_offered(
        &mut self,
        directory: DirectoryId,
        anchor: uuid::Uuid,
    ) -> Result<Vec<AgentId>> {
        let sql = "SELECT DISTINCT f.agent_id AS agent_id FROM operations o JOIN operation_offers f
                   ON f.tenant_id = o.tenant_id AND f.operation_id = o.id
                   WHERE o.tenant_id = $1 AND o.directory_id = $2 AND o.anchor = $3 AND o.state = 'queued'";
        let rows = self
            .conn
            .rows(sql, args![self.tenant(), directory, anchor])
            .await?;
        rows.iter()
            .map(|r| Ok(AgentId(r.get("agent_id")?)))
            .collect()
    }

    /// Whether something sealed is left of operations that were taken and can't be begun any more.
    pub async fn has_expired_offers(&mut self, now: Timestamp) -> Result<bool> {
        let sql = "SELECT 1 FROM operation_offers f JOIN operations o
                   ON o.tenant_id = f.tenant_id AND o.id = f.operation_id
                   WHERE f.tenant_id = $1 AND o.state = 'sent' AND o.expires_at <= $2 LIMIT 1";
        let row = self.conn.opt(sql, args![self.tenant(), now]).await?;
        Ok(row.is_some())
    }

    /// Erases it.
    pub async fn erase_expired_offers(&mut self, now: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM operation_offers WHERE tenant_id = $1 AND EXISTS (SELECT 1 FROM operations o
                   WHERE o.tenant_id = $1 AND o.id = operation_offers.operation_id AND o.state = 'sent'
                   AND o.expires_at <= $2)";
        self.conn.exec(sql, args![self.tenant(), now]).await
    }

    async fn erase_offers(&mut self, id: OperationId) -> Result<()> {
        let sql = "DELETE FROM operation_offers WHERE tenant_id = $1 AND operation_id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id])
            .await
            .map(drop)
    }

    /// Writes down what the agent that took an operation tells of it: the operation, for exactly one report.
    pub async fn settle_operation(
        &mut self,
        id: OperationId,
        agent: AgentId,
        outcome: &str,
        took_us: i64,
        now: Timestamp,
    ) -> Result<Option<Operation>> {
        let sql = "UPDATE operations SET state = 'settled', outcome = $4, took_us = $5, settled_at = $6
                   WHERE tenant_id = $1 AND id = $2 AND agent_id = $3 AND state IN ('sent', 'lost')
                   RETURNING id, directory_id, anchor, request, writes, state, agent_id, created_at, expires_at, outcome";
        let args = args![self.tenant(), id, agent, outcome, took_us, now];
        let row = self.conn.opt(sql, args).await?;
        self.ended(row).await
    }

    /// Ends an operation that nobody took in time: the operation, for exactly one caller.
    pub async fn expire_operation(
        &mut self,
        id: OperationId,
        outcome: &str,
        now: Timestamp,
    ) -> Result<Option<Operation>> {
        let sql = "UPDATE operations SET state = 'settled', outcome = $3, settled_at = $4
                   WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND expires_at <= $4
                   RETURNING id, directory_id, anchor, request, writes, state, agent_id, created_at, expires_at, outcome";
        let args = args![self.tenant(), id, outcome, now];
        let row = self.conn.opt(sql, args).await?;
        self.ended(row).await
    }

    /// Gives an operation up that was taken at `before` or earlier and never reported, or that changes nothing and has
    /// expired: the operation, for exactly one caller.
    pub async fn lose_operation(
        &mut self,
        id: OperationId,
        outcome: &str,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Operation>> {
        let sql = "UPDATE operations SET state = 'lost', outcome = $3, settled_at = $5
                   WHERE tenant_id = $1 AND id = $2 AND state = 'sent'
                   AND (sent_at <= $4 OR NOT writes AND expires_at <= $5)
                   RETURNING id, directory_id, anchor, request, writes, state, agent_id, created_at, expires_at, outcome";
        let args = args![self.tenant(), id, outcome, before, now];
        let row = self.conn.opt(sql, args).await?;
        self.ended(row).await
    }

    /// Nothing sealed stays of an operation that has ended.
    async fn ended(&mut self, row: Option<Row>) -> Result<Option<Operation>> {
        let ended = row.map(|r| read(&r)).transpose()?;
        if let Some(operation) = &ended {
            self.erase_offers(operation.id).await?;
        }
        Ok(ended)
    }

    /// Operations that nobody took in time, such that were taken at `before` or earlier and never reported, and such
    /// that change nothing and have expired.
    pub async fn overdue_operations(
        &mut self,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<OperationId>> {
        let sql = "SELECT id FROM operations WHERE tenant_id = $1 AND state IN ('queued', 'sent')
                   AND (state = 'queued' AND expires_at <= $3
                   OR state = 'sent' AND (sent_at <= $2 OR NOT writes AND expires_at <= $3)) ORDER BY created_at, id LIMIT 1000";
        let rows = self
            .conn
            .rows(sql, args![self.tenant(), before, now])
            .await?;
        rows.iter().map(|r| Ok(OperationId(r.get("id")?))).collect()
    }
}
