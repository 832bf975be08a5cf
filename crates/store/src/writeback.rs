//! What operations in directories are for, and how they ended for those who began them.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::ids::{DirectoryId, OperationId, ResetId, UserId};
use keyward_core::reset::{State, Verified};
use keyward_core::time::Timestamp;
use keyward_core::writeback::{Act, Ending};
use std::time::Duration;
use uuid::Uuid;

/// One writeback.
#[derive(Debug, Clone)]
pub struct Writeback {
    /// What an agent was asked to do.
    pub operation: OperationId,
    /// What for.
    pub act: Act,
    /// Whose password.
    pub user: UserId,
    /// The reset or session in which it was begun.
    pub owner: Uuid,
    /// Who began it, from where, in which language: written and read by the use cases.
    pub circumstances: String,
    /// When.
    pub begun_at: Timestamp,
    /// How it ended; none while nobody has answered.
    pub ending: Option<Ending>,
}

/// Somebody whose new password isn't seen in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unkept {
    /// The source anchor.
    pub anchor: Uuid,
    /// Where it is, for people.
    pub dn: String,
    /// The name to sign in with.
    pub upn: String,
}

fn read(row: &Row) -> Result<Writeback> {
    let ending: Option<String> = row.get("ending")?;
    let ending = ending.map(|text| serde_json::from_str(&text));
    Ok(Writeback {
        operation: OperationId(row.get("operation_id")?),
        act: Act::from_code(&row.get::<String>("act")?)
            .ok_or(Error::Unreadable("writebacks.act"))?,
        user: UserId(row.get("user_id")?),
        owner: row.get("owner")?,
        circumstances: row.get("circumstances")?,
        begun_at: row.at("begun_at")?,
        ending: ending
            .transpose()
            .map_err(|_| Error::Unreadable("writebacks.ending"))?,
    })
}

impl Tx {
    /// Adds a writeback; a conflict while another one of the same user is pending.
    pub async fn insert_writeback(&mut self, w: &Writeback) -> Result<()> {
        let sql = "INSERT INTO writebacks (tenant_id, operation_id, act, user_id, owner, circumstances, begun_at, state)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending')";
        let args = args![
            self.tenant(),
            w.operation,
            w.act.code(),
            w.user,
            w.owner,
            &w.circumstances,
            w.begun_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The writeback that an operation is for; none for operations that change no password.
    pub async fn writeback(&mut self, operation: OperationId) -> Result<Option<Writeback>> {
        let sql = "SELECT operation_id, act, user_id, owner, circumstances, begun_at, ending FROM writebacks
                   WHERE tenant_id = $1 AND operation_id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), operation]).await?;
        row.map(|r| read(&r)).transpose()
    }

    /// The newest writeback that was begun in a reset or session.
    pub async fn newest_writeback(&mut self, owner: Uuid) -> Result<Option<Writeback>> {
        let sql = "SELECT operation_id, act, user_id, owner, circumstances, begun_at, ending FROM writebacks
                   WHERE tenant_id = $1 AND owner = $2 ORDER BY begun_at DESC, operation_id LIMIT 1";
        let row = self.conn.opt(sql, args![self.tenant(), owner]).await?;
        row.map(|r| read(&r)).transpose()
    }

    /// Whether a writeback of a user is pending.
    pub async fn has_pending_writeback(&mut self, user: UserId) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM writebacks WHERE tenant_id = $1 AND user_id = $2 AND state = 'pending'";
        Ok(self.conn.count(sql, args![self.tenant(), user]).await? > 0)
    }

    /// Ends a writeback: true once, however often the outcome is told. What was unknown can still be found out.
    pub async fn end_writeback(&mut self, operation: OperationId, ending: &Ending) -> Result<bool> {
        let sql = "UPDATE writebacks SET state = $3, ending = $4 WHERE tenant_id = $1 AND operation_id = $2
                   AND (state = 'pending' OR state = 'unknown' AND $3 <> 'unknown')";
        let text =
            serde_json::to_string(ending).map_err(|_| Error::Unreadable("writebacks.ending"))?;
        let args = args![self.tenant(), operation, ending.code(), text];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Whose password an agent said to have set between two instants, while the directory still shows one that was set so
    /// much earlier, at least.
    pub async fn unkept_passwords(
        &mut self,
        directory: DirectoryId,
        (from, to): (Timestamp, Timestamp),
        earlier: Duration,
    ) -> Result<Vec<Unkept>> {
        let micros = i64::try_from(earlier.as_micros()).unwrap_or(i64::MAX);
        let sql = "SELECT DISTINCT d.anchor, d.dn, u.upn FROM writebacks w
                   JOIN directory_users d ON d.tenant_id = w.tenant_id AND d.user_id = w.user_id
                   JOIN users u ON u.tenant_id = w.tenant_id AND u.id = w.user_id
                   WHERE w.tenant_id = $1 AND d.directory_id = $2 AND w.state = 'done'
                   AND w.act IN ('reset', 'change', 'required-change', 'admin-reset')
                   AND w.begun_at >= $3 AND w.begun_at < $4 AND d.password_set_at < w.begun_at - $5
                   ORDER BY d.anchor";
        let args = args![self.tenant(), directory, from, to, micros];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| {
                Ok(Unkept {
                    anchor: r.get("anchor")?,
                    dn: r.get("dn")?,
                    upn: r.get("upn")?,
                })
            })
            .collect()
    }

    /// Spends a verified reset on an operation: true for exactly one caller, as
    /// [`spend_reset`](Tx::spend_reset).
    pub async fn submit_reset(
        &mut self,
        key: Verified,
        operation: OperationId,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE resets SET state = 'pending', operation_id = $5 WHERE tenant_id = $1 AND id = $2
                   AND user_id = $3 AND state = 'open' AND expires_at > $4";
        let args = args![self.tenant(), key.reset(), key.user(), now, operation];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Moves a reset on from where it waited for this operation.
    pub async fn settle_reset(
        &mut self,
        reset: ResetId,
        operation: OperationId,
        to: State,
    ) -> Result<bool> {
        let sql =
            "UPDATE resets SET state = $4, operation_id = NULL WHERE tenant_id = $1 AND id = $2
                   AND state = 'pending' AND operation_id = $3";
        let args = args![self.tenant(), reset, operation, to.code()];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// Where a reset stands.
    pub async fn reset_state(&mut self, reset: ResetId) -> Result<Option<State>> {
        let sql = "SELECT state, operation_id FROM resets WHERE tenant_id = $1 AND id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), reset]).await?;
        row.map(|r| crate::reset::state_of(&r)).transpose()
    }

    /// Notes that a directory has taken a new password of a user: what was begun under the old one is void.
    pub async fn password_set_elsewhere(
        &mut self,
        user: UserId,
        temporary: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let sql = "UPDATE users SET must_change_password = $3, password_changed_at = $4,
                   credential_epoch = credential_epoch + 1 WHERE tenant_id = $1 AND id = $2";
        let args = args![self.tenant(), user, temporary, now];
        Ok(self.conn.exec(sql, args).await? == 1)
    }
}
