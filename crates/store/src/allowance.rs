//! Which directories an agent may stand beside. One that it names and that nobody allowed waits for an administrator.

use crate::db::{Result, Tx, args};
use keyward_core::ids::{AgentId, DirectoryId};
use keyward_core::time::Timestamp;

/// That an agent may stand beside a directory, or would like to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The agent.
    pub agent: AgentId,
    /// The directory.
    pub directory: DirectoryId,
    /// What the agent calls it.
    pub name: String,
    /// It may.
    pub allowed: bool,
    /// Who said so; nobody for the first agent of a new directory.
    pub decided_by: Option<String>,
    /// When it was allowed, or named first.
    pub at: Timestamp,
}

impl Tx {
    /// Whether an agent may stand beside a directory; none: it never named it.
    pub async fn is_allowed(
        &mut self,
        agent: AgentId,
        directory: DirectoryId,
    ) -> Result<Option<bool>> {
        let sql = "SELECT allowed FROM agent_allowances WHERE tenant_id = $1 AND agent_id = $2 AND directory_id = $3";
        let args = args![self.tenant(), agent, directory];
        let row = self.conn.opt(sql, args).await?;
        row.map(|r| r.get("allowed")).transpose()
    }

    /// Lets an agent stand beside a directory.
    pub async fn allow(&mut self, a: &Allowance) -> Result<()> {
        let sql = "INSERT INTO agent_allowances (tenant_id, agent_id, directory_id, name, allowed, decided_by, at)
                   VALUES ($1, $2, $3, $4, TRUE, $5, $6) ON CONFLICT (tenant_id, agent_id, directory_id)
                   DO UPDATE SET allowed = TRUE, decided_by = excluded.decided_by, at = excluded.at";
        let args = args![
            self.tenant(),
            a.agent,
            a.directory,
            &a.name,
            &a.decided_by,
            a.at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Notes that an agent would like to stand beside a directory: true for one caller.
    pub async fn ask_allowance(
        &mut self,
        agent: AgentId,
        directory: DirectoryId,
        name: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO agent_allowances (tenant_id, agent_id, directory_id, name, allowed, at)
                   VALUES ($1, $2, $3, $4, FALSE, $5) ON CONFLICT (tenant_id, agent_id, directory_id) DO NOTHING";
        let args = args![self.tenant(), agent, directory, name, now];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// What the agents of the tenant may and would like.
    pub async fn allowances(&mut self) -> Result<Vec<Allowance>> {
        let sql =
            "SELECT agent_id, directory_id, name, allowed, decided_by, at FROM agent_allowances
                   WHERE tenant_id = $1 ORDER BY agent_id, directory_id LIMIT 10000";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter()
            .map(|r| {
                Ok(Allowance {
                    agent: AgentId(r.get("agent_id")?),
                    directory: DirectoryId(r.get("directory_id")?),
                    name: r.get("name")?,
                    allowed: r.get("allowed")?,
                    decided_by: r.get("decided_by")?,
                    at: r.at("at")?,
                })
            })
            .collect()
    }
}
