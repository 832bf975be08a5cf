//! What the root key has sealed, over all tenants: walked through when another version of the key seals.

use crate::db::{Db, Result, args};
use keyward_core::ids::{TenantId, UserId};

/// Where a walk through the verifiers stands: behind this user of this tenant.
pub type Place = (TenantId, UserId);

/// Before the first.
pub const BEGINNING: Place = (TenantId(uuid::Uuid::nil()), UserId(uuid::Uuid::nil()));

/// A password's verifier and whose it is.
#[derive(Debug)]
pub struct Held {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// As it is stored.
    pub verifier: String,
}

impl Db {
    /// The next verifiers behind a place, in a transaction of its own.
    pub async fn verifiers_after(&self, (tenant, user): Place, limit: i64) -> Result<Vec<Held>> {
        let sql = "SELECT tenant_id, id, verifier FROM users
                   WHERE verifier IS NOT NULL AND (tenant_id, id) > ($1, $2)
                   ORDER BY tenant_id, id LIMIT $3";
        let mut tx = self.system_read().await?;
        let rows = tx.conn.rows(sql, args![tenant, user, limit]).await?;
        let read = |row: &crate::db::Row| {
            Ok(Held {
                tenant: TenantId(row.get("tenant_id")?),
                user: UserId(row.get("id")?),
                verifier: row.get("verifier")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Replaces verifiers by the same under another seal, each unless it has changed since it was read; how many were.
    pub async fn replace_verifiers(&self, with: &[(Held, String)]) -> Result<usize> {
        let sql =
            "UPDATE users SET verifier = $4 WHERE tenant_id = $1 AND id = $2 AND verifier = $3";
        let mut replaced = 0;
        let mut tx = self.system().await?;
        for (held, new) in with {
            let args = args![held.tenant, held.user, held.verifier.as_str(), new.as_str()];
            replaced += usize::from(tx.conn.exec(sql, args).await? == 1);
        }
        tx.commit().await?;
        Ok(replaced)
    }

    /// The first byte, which names the key's version, of each message that waits, with how many there are.
    pub async fn seals_of_messages(&self) -> Result<Vec<(Vec<u8>, i64)>> {
        let sql = "SELECT substr(payload, 1, 1) AS version, COUNT(*) AS n FROM jobs
                   WHERE length(payload) > 0 GROUP BY 1 ORDER BY 1";
        let mut tx = self.system_read().await?;
        let rows = tx.conn.rows(sql, args![]).await?;
        let read = |row: &crate::db::Row| Ok((row.get("version")?, row.get("n")?));
        rows.iter().map(read).collect()
    }
}
