//! Directories, and the agents that stand beside them.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::ids::{AgentId, DirectoryId};
use keyward_core::time::Timestamp;

/// A directory, as an agent told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Its id, the same for every agent.
    pub id: DirectoryId,
    /// What it is, by its code.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// The domains of its users, in lower case.
    pub suffixes: Vec<String>,
    /// The agent that told of it first.
    pub first_agent: AgentId,
    /// When.
    pub first_seen_at: Timestamp,
    /// The agent that brings its users in, of those that could.
    pub keeper: Option<AgentId>,
}

/// A directory as one agent sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The agent.
    pub agent: AgentId,
    /// The directory.
    pub directory: DirectoryId,
    /// The server that answers it.
    pub server: Option<String>,
    /// It answers.
    pub reachable: bool,
    /// What the agent does there.
    pub does: Does,
    /// Why it doesn't answer, or what is amiss there, in words, as JSON.
    pub complaints: String,
    /// When the agent said so.
    pub seen_at: Timestamp,
}

/// What an agent does for a directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a tick box of the agent's wizard"
)]
pub struct Does {
    /// Brings users in.
    pub sync: bool,
    /// Checks sign-ins.
    pub sign_in: bool,
    /// Writes passwords back.
    pub writeback: bool,
    /// Holds resets to the directory's history.
    pub policy_hints: bool,
}

/// What somebody wants an agent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Check a password.
    SignIn,
    /// Write, or look what a write would meet.
    Writeback,
    /// Synchronise.
    Sync,
}

impl Need {
    fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Writeback => "writeback",
            Self::Sync => "sync",
        }
    }
}

/// An agent that can be asked: passwords are sealed to this key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Able {
    /// The agent.
    pub agent: AgentId,
    /// Its sealing key.
    pub sealing_key: Vec<u8>,
}

fn read(row: &Row) -> Result<Directory> {
    Ok(Directory {
        id: DirectoryId(row.get("id")?),
        kind: row.get("kind")?,
        name: row.get("name")?,
        suffixes: serde_json::from_str(&row.get::<String>("suffixes")?)
            .map_err(|_| Error::Unreadable("directories.suffixes"))?,
        first_agent: AgentId(row.get("first_agent")?),
        first_seen_at: row.at("first_seen_at")?,
        keeper: row.get::<Option<_>>("keeper")?.map(AgentId),
    })
}

fn suffixes(of: &Directory) -> Result<String> {
    serde_json::to_string(&of.suffixes).map_err(|_| Error::Unreadable("directories.suffixes"))
}

impl Tx {
    /// Adds a directory that nobody told of before: true for exactly one caller.
    pub async fn insert_directory(&mut self, d: &Directory) -> Result<bool> {
        let sql =
            "INSERT INTO directories (tenant_id, id, kind, name, suffixes, first_agent, first_seen_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING";
        let args = args![
            self.tenant(),
            d.id,
            &d.kind,
            &d.name,
            suffixes(d)?,
            d.first_agent,
            d.first_seen_at,
        ];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Notes another name or other domains of a directory.
    pub async fn update_directory(&mut self, d: &Directory) -> Result<()> {
        let sql =
            "UPDATE directories SET name = $3, suffixes = $4 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), d.id, &d.name, suffixes(d)?])
            .await
            .map(drop)
    }

    /// A directory of the tenant.
    pub async fn directory(&mut self, id: DirectoryId) -> Result<Option<Directory>> {
        let sql =
            "SELECT id, kind, name, suffixes, first_agent, first_seen_at, keeper FROM directories
                   WHERE tenant_id = $1 AND id = $2";
        self.conn
            .opt(sql, args![self.tenant(), id])
            .await?
            .map(|r| read(&r))
            .transpose()
    }

    /// The tenant's directories, the oldest first.
    pub async fn directories(&mut self) -> Result<Vec<Directory>> {
        let sql =
            "SELECT id, kind, name, suffixes, first_agent, first_seen_at, keeper FROM directories
                   WHERE tenant_id = $1 ORDER BY first_seen_at, id LIMIT 1000";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter().map(read).collect()
    }

    /// Makes an agent the one that brings the users of a directory in, if none does, or the one that did is shut out,
    /// was not heard since `since`, or can't any more: true if it is the one now.
    pub async fn keep_directory(
        &mut self,
        directory: DirectoryId,
        agent: AgentId,
        since: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE directories SET keeper = $3 WHERE tenant_id = $1 AND id = $2 AND (keeper IS NULL OR keeper = $3
                   OR NOT EXISTS (SELECT 1 FROM agents a JOIN agent_directories d
                      ON d.tenant_id = a.tenant_id AND d.agent_id = a.id
                      WHERE a.tenant_id = $1 AND a.id = directories.keeper AND a.state = 'active' AND a.seen_at >= $4
                      AND d.directory_id = $2 AND d.reachable AND d.sync))";
        let args = args![self.tenant(), directory, agent, since];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Notes how an agent sees a directory.
    pub async fn set_beside(&mut self, b: &Beside) -> Result<()> {
        let sql = "INSERT INTO agent_directories (tenant_id, agent_id, directory_id, server, reachable, sync, sign_in,
                   writeback, policy_hints, complaints, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                   ON CONFLICT (tenant_id, agent_id, directory_id) DO UPDATE SET server = excluded.server,
                   reachable = excluded.reachable, sync = excluded.sync, sign_in = excluded.sign_in,
                   writeback = excluded.writeback, policy_hints = excluded.policy_hints,
                   complaints = excluded.complaints, seen_at = excluded.seen_at";
        let args = args![
            self.tenant(),
            b.agent,
            b.directory,
            &b.server,
            b.reachable,
            b.does.sync,
            b.does.sign_in,
            b.does.writeback,
            b.does.policy_hints,
            &b.complaints,
            b.seen_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// An agent no longer stands beside a directory.
    pub async fn end_beside(&mut self, agent: AgentId, directory: DirectoryId) -> Result<()> {
        let sql = "DELETE FROM agent_directories WHERE tenant_id = $1 AND agent_id = $2 AND directory_id = $3";
        self.conn
            .exec(sql, args![self.tenant(), agent, directory])
            .await
            .map(drop)
    }

    /// Which agents stand beside which directories, shut-out ones excepted.
    pub async fn besides(&mut self) -> Result<Vec<Beside>> {
        let sql = "SELECT agent_id, directory_id, server, reachable, sync, sign_in, writeback, policy_hints, complaints,
                   seen_at FROM agent_directories WHERE tenant_id = $1 ORDER BY directory_id, agent_id LIMIT 10000";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter()
            .map(|r| {
                Ok(Beside {
                    agent: AgentId(r.get("agent_id")?),
                    directory: DirectoryId(r.get("directory_id")?),
                    server: r.get("server")?,
                    reachable: r.get("reachable")?,
                    does: Does {
                        sync: r.get("sync")?,
                        sign_in: r.get("sign_in")?,
                        writeback: r.get("writeback")?,
                        policy_hints: r.get("policy_hints")?,
                    },
                    complaints: r.get("complaints")?,
                    seen_at: r.at("seen_at")?,
                })
            })
            .collect()
    }

    /// The agents that can do this in a directory right now: let in, heard since `since`, and the directory answers
    /// them.
    pub async fn able_agents(
        &mut self,
        directory: DirectoryId,
        need: Need,
        since: Timestamp,
    ) -> Result<Vec<Able>> {
        let sql = "SELECT a.id, a.sealing_key FROM agents a JOIN agent_directories d
                   ON d.tenant_id = a.tenant_id AND d.agent_id = a.id
                   WHERE a.tenant_id = $1 AND d.directory_id = $2 AND a.state = 'active' AND a.seen_at >= $3
                   AND d.reachable AND CASE $4 WHEN 'sign-in' THEN d.sign_in WHEN 'sync' THEN d.sync ELSE d.writeback END
                   ORDER BY a.id";
        let args = args![self.tenant(), directory, since, need.code()];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| {
                Ok(Able {
                    agent: AgentId(r.get("id")?),
                    sealing_key: r.get("sealing_key")?,
                })
            })
            .collect()
    }
}
