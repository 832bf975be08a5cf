//! Temporary Access Passes.

use crate::db::{Result, Row, Tx, args};
use keyward_core::ids::{PassId, SessionId, UserId};
use keyward_core::pass::Pass;
use keyward_core::time::Timestamp;

fn read(row: &Row) -> Result<Pass> {
    Ok(Pass {
        id: PassId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        once: row.get("once")?,
        issued_by: UserId(row.get("issued_by")?),
        created_at: row.at("created_at")?,
        expires_at: row.at("expires_at")?,
        used_at: row.at_opt("used_at")?,
    })
}

impl Tx {
    /// Adds a pass, in the place of an older one of the same user.
    pub async fn insert_pass(&mut self, pass: &Pass, verifier: &str) -> Result<()> {
        self.delete_pass(pass.user).await?;
        let sql = "INSERT INTO passes (tenant_id, user_id, id, verifier, once, issued_by, created_at, expires_at, used_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let args = args![
            self.tenant(),
            pass.user,
            pass.id,
            verifier,
            pass.once,
            pass.issued_by,
            pass.created_at,
            pass.expires_at,
            pass.used_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The pass of a user that is good at `now`, and the verifier of its text.
    pub async fn pass_of(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<(Pass, String)>> {
        let sql =
            "SELECT user_id, id, verifier, once, issued_by, created_at, expires_at, used_at FROM passes
                   WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3";
        let row = self.conn.opt(sql, args![self.tenant(), user, now]).await?;
        row.map(|r| Ok((read(&r)?, r.get("verifier")?))).transpose()
    }

    /// Uses a pass. One that works once is gone with it: true for exactly one caller (TR-01).
    pub async fn use_pass(&mut self, pass: &Pass, now: Timestamp) -> Result<bool> {
        let sql = if pass.once {
            "DELETE FROM passes WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND expires_at > $4"
        } else {
            "UPDATE passes SET used_at = $4
             WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND expires_at > $4"
        };
        let args = args![self.tenant(), pass.user, pass.id, now];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Removes the pass of a user, and ends the sessions that began with one; whether there was any of it.
    pub async fn delete_pass(&mut self, user: UserId) -> Result<bool> {
        let sql =
            "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND pass_id IS NOT NULL";
        let ended = self.conn.exec(sql, args![self.tenant(), user]).await?;
        let sql = "DELETE FROM passes WHERE tenant_id = $1 AND user_id = $2";
        let gone = self.conn.exec(sql, args![self.tenant(), user]).await?;
        Ok(ended + gone > 0)
    }

    /// Remembers that a session began with a pass, and when it ends.
    pub async fn session_by_pass(
        &mut self,
        id: SessionId,
        pass: PassId,
        ends: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE sessions SET pass_id = $3, ends_at = $4 WHERE tenant_id = $1 AND id = $2";
        let args = args![self.tenant(), id, pass, ends];
        self.conn.exec(sql, args).await.map(drop)
    }
}
