//! Links in mails. A link is found by the keyed digest of its token and spent by a POST.

use crate::db::{Result, SystemTx, Tx, args};
use keyward_core::ids::{TenantId, UserId};
use keyward_core::time::Timestamp;

/// A link that is still good.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its tenant.
    pub tenant: TenantId,
    /// Whom it is about.
    pub user: UserId,
}

impl SystemTx {
    /// The link behind a token, if it is good for `purpose` at `now`. Looking spends nothing (TR-12).
    pub async fn link(
        &mut self,
        token_mac: &[u8; 32],
        purpose: &str,
        now: Timestamp,
    ) -> Result<Option<Link>> {
        let sql = "SELECT tenant_id, user_id FROM links
                   WHERE token_mac = $1 AND purpose = $2 AND expires_at > $3 AND spent_at IS NULL";
        let row = self.conn.opt(sql, args![token_mac, purpose, now]).await?;
        row.map(|r| {
            Ok(Link {
                tenant: TenantId(r.get("tenant_id")?),
                user: UserId(r.get("user_id")?),
            })
        })
        .transpose()
    }
}

impl Tx {
    /// Adds a link.
    pub async fn insert_link(
        &mut self,
        token_mac: &[u8; 32],
        purpose: &str,
        user: UserId,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        let sql =
            "INSERT INTO links (tenant_id, token_mac, purpose, user_id, created_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        self.conn
            .exec(
                sql,
                args![self.tenant(), token_mac, purpose, user, now, expires],
            )
            .await
            .map(drop)
    }

    /// Ends every link of a user for a purpose that nobody has used.
    pub async fn void_links_of(
        &mut self,
        user: UserId,
        purpose: &str,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE links SET spent_at = $4
                   WHERE tenant_id = $1 AND user_id = $2 AND purpose = $3 AND spent_at IS NULL";
        self.conn
            .exec(sql, args![self.tenant(), user, purpose, now])
            .await
            .map(drop)
    }

    /// Spends a link: whom it is about, for exactly one caller.
    pub async fn spend_link(
        &mut self,
        token_mac: &[u8; 32],
        purpose: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>> {
        let sql = "UPDATE links SET spent_at = $4 WHERE tenant_id = $1 AND token_mac = $2 AND purpose = $3
                   AND expires_at > $4 AND spent_at IS NULL RETURNING user_id";
        let row = self
            .conn
            .opt(sql, args![self.tenant(), token_mac, purpose, now])
            .await?;
        row.map(|r| Ok(UserId(r.get("user_id")?))).transpose()
    }
}
