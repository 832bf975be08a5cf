//! How agents that were let in prove who they are: challenges, and the sessions that these open.

use crate::db::{Result, SystemTx, Tx, args};
use keyward_core::ids::{AgentId, SessionId, TenantId};
use keyward_core::time::Timestamp;

/// A session of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentSession {
    /// Its id; the agent holds a separate random token.
    pub id: SessionId,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose.
    pub agent: AgentId,
    /// Where it was opened from.
    pub ip: Option<String>,
    /// When.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// When another was opened in its place.
    pub replaced_at: Option<Timestamp>,
}

impl SystemTx {
    /// The session that a token belongs to, by the token's keyed digest.
    pub async fn agent_session(&mut self, token_mac: &[u8; 32]) -> Result<Option<AgentSession>> {
        let sql = "SELECT tenant_id, id, agent_id, ip, created_at, expires_at, replaced_at
                   FROM agent_sessions WHERE token_mac = $1";
        let row = self.conn.opt(sql, args![token_mac]).await?;
        row.map(|r| {
            Ok(AgentSession {
                id: SessionId(r.get("id")?),
                tenant: TenantId(r.get("tenant_id")?),
                agent: AgentId(r.get("agent_id")?),
                ip: r.get("ip")?,
                created_at: r.at("created_at")?,
                expires_at: r.at("expires_at")?,
                replaced_at: r.at_opt("replaced_at")?,
            })
        })
        .transpose()
    }
}

impl Tx {
    /// Adds a challenge.
    pub async fn insert_agent_challenge(
        &mut self,
        mac: &[u8; 32],
        agent: AgentId,
        expires: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO agent_challenges (tenant_id, mac, agent_id, expires_at, spent) VALUES ($1, $2, $3, $4, $5)";
        self.conn
            .exec(sql, args![self.tenant(), mac, agent, expires, false])
            .await
            .map(drop)
    }

    /// Spends a challenge of an agent: true for exactly one caller.
    pub async fn spend_agent_challenge(
        &mut self,
        mac: &[u8; 32],
        agent: AgentId,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE agent_challenges SET spent = TRUE WHERE tenant_id = $1 AND mac = $2 AND agent_id = $3
                   AND NOT spent AND expires_at > $4 RETURNING mac";
        let row = self
            .conn
            .opt(sql, args![self.tenant(), mac, agent, now])
            .await?;
        Ok(row.is_some())
    }

    /// Adds a session in the place of those that the agent has; nothing if the agent was shut out meanwhile.
    pub async fn insert_agent_session(
        &mut self,
        s: &AgentSession,
        token_mac: &[u8; 32],
    ) -> Result<bool> {
        let sql = "UPDATE agent_sessions SET replaced_at = $3
                   WHERE tenant_id = $1 AND agent_id = $2 AND replaced_at IS NULL";
        self.conn
            .exec(sql, args![self.tenant(), s.agent, s.created_at])
            .await?;
        // The agent's row is locked by it on PostgreSQL: whoever shuts it out at the same time comes before or after.
        let sql =
            "UPDATE agents SET seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'active'";
        if self
            .conn
            .exec(sql, args![self.tenant(), s.agent, s.created_at])
            .await?
            == 0
        {
            return Ok(false);
        }
        let sql =
            "INSERT INTO agent_sessions (tenant_id, id, token_mac, agent_id, ip, created_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let args = args![
            self.tenant(),
            s.id,
            token_mac,
            s.agent,
            &s.ip,
            s.created_at,
            s.expires_at,
        ];
        self.conn.exec(sql, args).await?;
        Ok(true)
    }
}
