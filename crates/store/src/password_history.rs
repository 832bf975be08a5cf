//! Passwords that were replaced.

use crate::db::{Result, Tx, args};
use keyward_core::ids::UserId;
use keyward_core::time::Timestamp;

impl Tx {
    /// Remembers the verifier that a user had under an epoch, and forgets all but the newest `keep`.
    pub async fn keep_replaced(
        &mut self,
        user: UserId,
        epoch: i64,
        verifier: &str,
        keep: u8,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO password_history (tenant_id, user_id, epoch, verifier, replaced_at)
                   VALUES ($1, $2, $3, $4, $5)";
        let args = args![self.tenant(), user, epoch, verifier, now];
        self.conn.exec(sql, args).await?;
        let sql =
            "DELETE FROM password_history WHERE tenant_id = $1 AND user_id = $2 AND epoch NOT IN (
                       SELECT epoch FROM password_history WHERE tenant_id = $1 AND user_id = $2
                       ORDER BY epoch DESC LIMIT $3)";
        let args = args![self.tenant(), user, i64::from(keep)];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The newest `most` verifiers that a user had before the present one, newest first.
    pub async fn replaced_verifiers(&mut self, user: UserId, most: u8) -> Result<Vec<String>> {
        let sql = "SELECT verifier FROM password_history WHERE tenant_id = $1 AND user_id = $2
                   ORDER BY epoch DESC LIMIT $3";
        let args = args![self.tenant(), user, i64::from(most)];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter().map(|row| row.get("verifier")).collect()
    }

    /// Forgets all but the newest `keep` of everybody; how many.
    pub async fn shorten_histories(&mut self, keep: u8) -> Result<u64> {
        let sql = "DELETE FROM password_history WHERE tenant_id = $1 AND (user_id, epoch) IN (
                       SELECT user_id, epoch FROM (
                           SELECT user_id, epoch, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY epoch DESC) AS place
                           FROM password_history WHERE tenant_id = $1) placed
                       WHERE place > $2)";
        let args = args![self.tenant(), i64::from(keep)];
        self.conn.exec(sql, args).await
    }
}
