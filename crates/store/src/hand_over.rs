//! Links by which administrators hand accounts over. A link is found by the keyed digest of its token.

use crate::db::{Error, Result, Row, SystemTx, Tx, args};
use keyward_core::hand_over::{HandOver, Opens};
use keyward_core::ids::{HandOverId, ResetId, TenantId, UserId};
use keyward_core::time::Timestamp;

fn read(row: &Row) -> Result<HandOver> {
    Ok(HandOver {
        id: HandOverId(row.get("id")?),
        user: UserId(row.get("user_id")?),
        opens: Opens::from_code(&row.get::<String>("opens")?)
            .ok_or(Error::Unreadable("hand_overs.opens"))?,
        issued_by: UserId(row.get("issued_by")?),
        credential_epoch: row.get("credential_epoch")?,
        created_at: row.at("created_at")?,
        expires_at: row.at("expires_at")?,
    })
}

impl SystemTx {
    /// The link behind a token with its tenant, if it is good at `now`. Looking spends nothing (TR-12).
    pub async fn hand_over(
        &mut self,
        token_mac: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(TenantId, HandOver)>> {
        let sql =
            "SELECT tenant_id, id, user_id, opens, issued_by, credential_epoch, created_at, expires_at
                   FROM hand_overs WHERE token_mac = $1 AND state = 'open' AND expires_at > $2";
        let row = self.conn.opt(sql, args![token_mac, now]).await?;
        row.map(|r| Ok((TenantId(r.get("tenant_id")?), read(&r)?)))
            .transpose()
    }
}

impl Tx {
    /// Adds a link. An older one of the same user that nobody has used dies.
    pub async fn insert_hand_over(&mut self, h: &HandOver, token_mac: &[u8; 32]) -> Result<()> {
        let sql = "UPDATE hand_overs SET state = 'void' WHERE tenant_id = $1 AND user_id = $2 AND state = 'open'";
        self.conn.exec(sql, args![self.tenant(), h.user]).await?;
        let sql = "INSERT INTO hand_overs (tenant_id, id, token_mac, user_id, opens, issued_by, credential_epoch, state,
                   created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)";
        let args = args![
            self.tenant(),
            h.id,
            token_mac,
            h.user,
            h.opens.code(),
            h.issued_by,
            h.credential_epoch,
            h.created_at,
            h.expires_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The link of a user that is good at `now`, if there is one.
    pub async fn open_hand_over(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<HandOver>> {
        let sql = "SELECT id, user_id, opens, issued_by, credential_epoch, created_at, expires_at FROM hand_overs
                   WHERE tenant_id = $1 AND user_id = $2 AND state = 'open' AND expires_at > $3
                   ORDER BY created_at DESC, id LIMIT 1";
        let row = self.conn.opt(sql, args![self.tenant(), user, now]).await?;
        row.map(|r| read(&r)).transpose()
    }

    /// Uses a link: true for exactly one caller (TR-01).
    pub async fn spend_hand_over(&mut self, id: HandOverId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE hand_overs SET state = 'used'
                   WHERE tenant_id = $1 AND id = $2 AND state = 'open' AND expires_at > $3";
        Ok(self.conn.exec(sql, args![self.tenant(), id, now]).await? == 1)
    }

    /// Ends the link of a user, and a reset that somebody has begun with one; whether there was any.
    pub async fn withdraw_hand_over(&mut self, user: UserId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE resets SET state = 'void' WHERE tenant_id = $1 AND user_id = $2 AND state = 'open'
                   AND expires_at > $3 AND hand_over_id IS NOT NULL";
        let begun = self.conn.exec(sql, args![self.tenant(), user, now]).await?;
        let sql = "UPDATE hand_overs SET state = 'void' WHERE tenant_id = $1 AND user_id = $2 AND state = 'open'
                   AND expires_at > $3";
        let open = self.conn.exec(sql, args![self.tenant(), user, now]).await?;
        Ok(begun + open > 0)
    }

    /// Lets a reset stand on a link that was used.
    pub async fn stand_on(&mut self, reset: ResetId, id: HandOverId) -> Result<()> {
        let sql = "UPDATE resets SET hand_over_id = $3 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), reset, id])
            .await
            .map(drop)
    }

    /// The link that a reset stands on, if it does on one.
    pub async fn hand_over_of(&mut self, reset: ResetId) -> Result<Option<HandOver>> {
        let sql = "SELECT h.id, h.user_id, h.opens, h.issued_by, h.credential_epoch, h.created_at, h.expires_at
                   FROM resets r JOIN hand_overs h ON h.tenant_id = r.tenant_id AND h.id = r.hand_over_id
                   WHERE r.tenant_id = $1 AND r.id = $2 AND h.user_id = r.user_id AND h.state = 'used'";
        let row = self.conn.opt(sql, args![self.tenant(), reset]).await?;
        row.map(|r| read(&r)).transpose()
    }
}
