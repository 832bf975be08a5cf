//! Deletions that wait for an administrator.

use super::runs::words;
use crate::db::{Error, Result, Tx, args};
use crate::user::After;
use keyward_core::ids::{DirectoryId, RunId};
use keyward_core::time::Timestamp;
use uuid::Uuid;

words! {
    /// What would be deleted.
    HeldKind {
        /// A user, who can be restored for 30 days.
        User = "user",
        /// A group, which can't.
        Group = "group",
    }
}

/// One deletion that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The anchor of what would be deleted.
    pub anchor: Uuid,
    /// What it is.
    pub kind: HeldKind,
    /// What people call it.
    pub name: String,
    /// The run that found it gone.
    pub run: RunId,
    /// When.
    pub held_at: Timestamp,
}

/// What waits for one directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSum {
    /// Which directory.
    pub directory: DirectoryId,
    /// Users and groups.
    pub count: i64,
    /// How many of them are users.
    pub users: i64,
    /// Since when the oldest waits.
    pub since: Timestamp,
    /// When the newest came.
    pub newest: Timestamp,
}

impl Tx {
    /// Deletions wait. One that waits already keeps its place.
    pub async fn hold(&mut self, directory: DirectoryId, list: &[Held]) -> Result<u64> {
        let tenant = self.tenant();
        let before = "INSERT INTO held_deletions (tenant_id, directory_id, anchor, kind, name, run_id, held_at) VALUES";
        let rows = list
            .iter()
            .map(|h| {
                args![
                    tenant,
                    directory,
                    h.anchor,
                    h.kind.code(),
                    &h.name,
                    h.run,
                    h.held_at
                ]
            })
            .collect();
        self.conn
            .insert_many(before, rows, "ON CONFLICT DO NOTHING")
            .await
    }

    /// These wait no longer: they are there again.
    pub async fn unhold(&mut self, directory: DirectoryId, list: &[Uuid]) -> Result<u64> {
        let sql = "DELETE FROM held_deletions WHERE tenant_id = $1 AND directory_id = $2 AND anchor IN ({})";
        let args = args![self.tenant(), directory];
        self.conn.exec_in(sql, args, super::anchors(list)).await
    }

    /// None of a directory waits any longer.
    pub async fn unhold_all(&mut self, directory: DirectoryId) -> Result<u64> {
        let sql = "DELETE FROM held_deletions WHERE tenant_id = $1 AND directory_id = $2";
        self.conn.exec(sql, args![self.tenant(), directory]).await
    }

    /// What waits, by directory.
    pub async fn held_sums(&mut self) -> Result<Vec<HeldSum>> {
        let sql = "SELECT directory_id, COUNT(*) AS n,
                   CAST(SUM(CASE kind WHEN 'user' THEN 1 ELSE 0 END) AS BIGINT) AS users,
                   MIN(held_at) AS since, MAX(held_at) AS newest
                   FROM held_deletions WHERE tenant_id = $1 GROUP BY directory_id ORDER BY since, directory_id";
        let rows = self.conn.rows(sql, args![self.tenant()]).await?;
        rows.iter()
            .map(|r| {
                Ok(HeldSum {
                    directory: DirectoryId(r.get("directory_id")?),
                    count: r.get("n")?,
                    users: r.get("users")?,
                    since: r.at("since")?,
                    newest: r.at("newest")?,
                })
            })
            .collect()
    }

    /// A page of what waits for a directory, by anchor.
    pub async fn held(
        &mut self,
        directory: DirectoryId,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Held>> {
        let sql = "SELECT anchor, kind, name, run_id, held_at FROM held_deletions
                   WHERE tenant_id = $1 AND directory_id = $2 AND anchor > $3 ORDER BY anchor LIMIT $4";
        let (_, anchor) = After::start(after);
        let args = args![self.tenant(), directory, anchor, limit];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| {
                Ok(Held {
                    anchor: r.get("anchor")?,
                    kind: HeldKind::from_code(&r.get::<String>("kind")?)
                        .ok_or(Error::Unreadable("held_deletions.kind"))?,
                    name: r.get("name")?,
                    run: RunId(r.get("run_id")?),
                    held_at: r.at("held_at")?,
                })
            })
            .collect()
    }
}
