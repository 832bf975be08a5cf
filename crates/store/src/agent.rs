//! Agents beside a directory.

use crate::db::{Error, Result, Row, SystemTx, Tx, args};
use keyward_core::ids::{AgentId, TenantId};
use keyward_core::time::Timestamp;

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Its tenant.
    pub tenant: TenantId,
    /// The name of its host.
    pub host: String,
    /// The version of its program.
    pub version: String,
    /// Ed25519: signs challenges.
    pub signing_key: Vec<u8>,
    /// X25519: passwords are sealed to it.
    pub sealing_key: Vec<u8>,
    /// Since when it has this sealing key.
    pub sealing_key_at: Timestamp,
    /// Of both keys, as people compare it.
    pub fingerprint: String,
    /// Who let it in.
    pub approved_by: String,
    /// When.
    pub approved_at: Timestamp,
    /// Who shut it out, and when.
    pub revoked: Option<(String, Timestamp)>,
    /// When it was heard last.
    pub seen_at: Option<Timestamp>,
    /// From where.
    pub ip: Option<String>,
    /// What it said of itself, as JSON.
    pub health: Option<String>,
    /// When its keys were last seen in use in two places.
    pub doubled_at: Option<Timestamp>,
}

impl Agent {
    /// It was let in and not shut out since.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.revoked.is_none()
    }
}

macro_rules! columns {
    () => {
        "tenant_id, id, host, version, signing_key, sealing_key, sealing_key_at, fingerprint, state, approved_by, \
         approved_at, revoked_by, revoked_at, seen_at, ip, health, doubled_at"
    };
}

fn read(row: &Row) -> Result<Agent> {
    let state: String = row.get("state")?;
    let revoked = match state.as_str() {
        "active" => None,
        "revoked" => Some((
            row.get::<Option<String>>("revoked_by")?.unwrap_or_default(),
            row.at_opt("revoked_at")?
                .ok_or(Error::Unreadable("agents.revoked_at"))?,
        )),
        _ => return Err(Error::Unreadable("agents.state")),
    };
    Ok(Agent {
        id: AgentId(row.get("id")?),
        tenant: TenantId(row.get("tenant_id")?),
        host: row.get("host")?,
        version: row.get("version")?,
        signing_key: row.get("signing_key")?,
        sealing_key: row.get("sealing_key")?,
        sealing_key_at: row.at("sealing_key_at")?,
        fingerprint: row.get("fingerprint")?,
        approved_by: row.get("approved_by")?,
        approved_at: row.at("approved_at")?,
        revoked,
        seen_at: row.at_opt("seen_at")?,
        ip: row.get("ip")?,
        health: row.get("health")?,
        doubled_at: row.at_opt("doubled_at")?,
    })
}

impl SystemTx {
    /// The agent with this id, whosever it is.
    pub async fn agent(&mut self, id: AgentId) -> Result<Option<Agent>> {
        let sql = concat!("SELECT ", columns!(), " FROM agents WHERE id = $1");
        self.conn
            .opt(sql, args![id])
            .await?
            .map(|r| read(&r))
            .transpose()
    }

    /// Whether an agent of any tenant, shut out or not, has this key.
    pub async fn agent_key_is_known(&mut self, signing_key: &[u8]) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM agents WHERE signing_key = $1";
        Ok(self.conn.count(sql, args![signing_key]).await? > 0)
    }
}

impl Tx {
    /// Adds an agent; a conflict if its key was here before.
    pub async fn insert_agent(&mut self, a: &Agent) -> Result<()> {
        let sql = "INSERT INTO agents (tenant_id, id, host, version, signing_key, sealing_key, sealing_key_at, fingerprint,
                   state, approved_by, approved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $10)";
        let args = args![
            self.tenant(),
            a.id,
            &a.host,
            &a.version,
            a.signing_key.clone(),
            a.sealing_key.clone(),
            a.sealing_key_at,
            &a.fingerprint,
            &a.approved_by,
            a.approved_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// An agent of the tenant.
    pub async fn agent(&mut self, id: AgentId) -> Result<Option<Agent>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM agents WHERE tenant_id = $1 AND id = $2"
        );
        self.conn
            .opt(sql, args![self.tenant(), id])
            .await?
            .map(|r| read(&r))
            .transpose()
    }

    /// The tenant's agents: those that were let in last come first, those that were shut out last.
    pub async fn agents(&mut self) -> Result<Vec<Agent>> {
        let sql = concat!(
            "SELECT ",
            columns!(),
            " FROM agents WHERE tenant_id = $1 ORDER BY state, approved_at DESC, id LIMIT 1000"
        );
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter().map(read).collect()
    }

    /// Shuts an agent out: true for exactly one caller. Its sessions, challenges and what it could have taken go at
    /// once.
    pub async fn revoke_agent(&mut self, id: AgentId, by: &str, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE agents SET state = 'revoked', revoked_by = $3, revoked_at = $4
                   WHERE tenant_id = $1 AND id = $2 AND state = 'active'";
        if self
            .conn
            .exec(sql, args![self.tenant(), id, by, now])
            .await?
            == 0
        {
            return Ok(false);
        }
        for sql in [
            "DELETE FROM agent_sessions WHERE tenant_id = $1 AND agent_id = $2",
            "DELETE FROM agent_challenges WHERE tenant_id = $1 AND agent_id = $2",
            "DELETE FROM operation_offers WHERE tenant_id = $1 AND agent_id = $2",
            "DELETE FROM agent_directories WHERE tenant_id = $1 AND agent_id = $2",
        ] {
            self.conn.exec(sql, args![self.tenant(), id]).await?;
        }
        Ok(true)
    }

    /// Gives an agent another sealing key, if it still has the one that was read: true for exactly one caller.
    pub async fn roll_agent_key(
        &mut self,
        agent: &Agent,
        sealing_key: &[u8],
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE agents SET sealing_key = $3, fingerprint = $4, sealing_key_at = $5, key_stuck_at = NULL
                   WHERE tenant_id = $1 AND id = $2 AND state = 'active' AND sealing_key = $6";
        let args = args![
            self.tenant(),
            agent.id,
            sealing_key,
            fingerprint,
            now,
            agent.sealing_key.clone(),
        ];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Notes that an agent was heard, from where, and what it said of itself, if it did.
    pub async fn agent_seen(
        &mut self,
        id: AgentId,
        ip: Option<&str>,
        health: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE agents SET seen_at = $3, ip = $4, health = COALESCE($5, health)
                   WHERE tenant_id = $1 AND id = $2 AND state = 'active'";
        self.conn
            .exec(sql, args![self.tenant(), id, now, ip, health])
            .await
            .map(drop)
    }

    /// Notes the version of an agent's program.
    pub async fn agent_version(&mut self, id: AgentId, version: &str) -> Result<()> {
        let sql =
            "UPDATE agents SET version = $3 WHERE tenant_id = $1 AND id = $2 AND version <> $3";
        self.conn
            .exec(sql, args![self.tenant(), id, version])
            .await
            .map(drop)
    }

    /// Notes that an agent's keys are used in two places; false if that was noted since `quiet`.
    pub async fn agent_doubled(
        &mut self,
        id: AgentId,
        quiet: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE agents SET doubled_at = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'active'
                   AND (doubled_at IS NULL OR doubled_at < $3)";
        Ok(self
            .conn
            .exec(sql, args![self.tenant(), id, quiet, now])
            .await?
            == 1)
    }
}
