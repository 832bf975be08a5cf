//! Directories that nobody answers for: since when, and whether administrators were told. Each step has one caller.

use crate::db::{Result, Tx, args};
use keyward_core::ids::{AgentId, DirectoryId};
use keyward_core::time::Timestamp;

/// How a directory is answered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The directory.
    pub id: DirectoryId,
    /// What people call it.
    pub name: String,
    /// Agents that were let in and stand beside it.
    pub agents: i64,
    /// So many of them were heard lately, and it answers them.
    pub answering: i64,
    /// When any of them was heard last.
    pub heard_at: Option<Timestamp>,
    /// Since when nobody has answered for it, as far as that was noticed.
    pub away_since: Option<Timestamp>,
    /// When administrators were told.
    pub away_told_at: Option<Timestamp>,
}

impl Tx {
    /// How each directory is answered for, by agents that were heard since `since`.
    pub async fn watched_directories(&mut self, since: Timestamp) -> Result<Vec<Watched>> {
        let sql = "SELECT d.id, d.name, d.away_since, d.away_told_at, COUNT(a.id) AS agents, MAX(a.seen_at) AS heard_at,
                   COUNT(CASE WHEN a.seen_at >= $2 AND b.reachable THEN a.id END) AS answering
                   FROM directories d LEFT JOIN agent_directories b
                   ON b.tenant_id = d.tenant_id AND b.directory_id = d.id
                   LEFT JOIN agents a ON a.tenant_id = b.tenant_id AND a.id = b.agent_id AND a.state = 'active'
                   WHERE d.tenant_id = $1 GROUP BY d.id, d.name, d.away_since, d.away_told_at ORDER BY d.id LIMIT 1000";
        let rows = self.conn.rows(sql, args![self.tenant(), since]).await?;
        rows.iter()
            .map(|r| {
                Ok(Watched {
                    id: DirectoryId(r.get("id")?),
                    name: r.get("name")?,
                    agents: r.get("agents")?,
                    answering: r.get("answering")?,
                    heard_at: r.at_opt("heard_at")?,
                    away_since: r.at_opt("away_since")?,
                    away_told_at: r.at_opt("away_told_at")?,
                })
            })
            .collect()
    }

    /// Notes that nobody answers for a directory any more.
    pub async fn begin_outage(&mut self, id: DirectoryId, now: Timestamp) -> Result<()> {
        let sql = "UPDATE directories SET away_since = $3 WHERE tenant_id = $1 AND id = $2 AND away_since IS NULL";
        let args = args![self.tenant(), id, now];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Notes that administrators are told of it: true for one caller, if it has lasted since `since`.
    pub async fn tell_outage(
        &mut self,
        id: DirectoryId,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE directories SET away_told_at = $4 WHERE tenant_id = $1 AND id = $2 AND away_since <= $3
                   AND away_told_at IS NULL";
        let args = args![self.tenant(), id, since, now];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Notes that somebody answers for it again: true for one caller, if administrators were told that nobody does.
    pub async fn end_outage(&mut self, id: DirectoryId) -> Result<bool> {
        let sql = "UPDATE directories SET away_since = NULL, away_told_at = NULL
                   WHERE tenant_id = $1 AND id = $2 AND away_told_at IS NOT NULL";
        let told = self.conn.exec(sql, args![self.tenant(), id]).await? == 1;
        let sql = "UPDATE directories SET away_since = NULL WHERE tenant_id = $1 AND id = $2 AND away_since IS NOT NULL";
        self.conn.exec(sql, args![self.tenant(), id]).await?;
        Ok(told)
    }

    /// Notes that administrators are told that an agent can't roll its key: true for one caller, until it is rolled.
    pub async fn tell_stuck_key(&mut self, agent: AgentId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE agents SET key_stuck_at = $3 WHERE tenant_id = $1 AND id = $2 AND key_stuck_at IS NULL";
        let args = args![self.tenant(), agent, now];
        Ok(self.conn.exec(sql, args).await? == 1)
    }
}
