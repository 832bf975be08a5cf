//! What the root key has sealed for long, over all tenants: walked through when another version of the key seals.

use crate::db::{Db, Result, Row, args};
use keyward_core::ids::{TenantId, UserId};
use uuid::Uuid;

/// Where sealed values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Verifiers of passwords.
    Password,
    /// Those of passwords that were replaced.
    Replaced,
    /// Those of Temporary Access Passes.
    Pass,
    /// Secrets of authenticator apps.
    App,
    /// Those of hardware tokens.
    Token,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Password,
        Self::Replaced,
        Self::Pass,
        Self::App,
        Self::Token,
    ];
}

/// Where a walk stands: behind this row of this tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    tenant: TenantId,
    row: Uuid,
    epoch: i64,
}

impl Place {
    /// Before the first.
    pub const BEGINNING: Self = Self {
        tenant: TenantId(Uuid::nil()),
        row: Uuid::nil(),
        epoch: 0,
    };
}

/// A sealed value, and where it belongs.
#[derive(Debug)]
pub struct Held {
    /// Where it stands.
    pub place: Place,
    /// Whose it is.
    pub user: UserId,
    /// As it is stored; of a verifier the whole text.
    pub value: Vec<u8>,
}

impl Held {
    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.place.tenant
    }

    /// The row.
    #[must_use]
    pub fn row(&self) -> Uuid {
        self.place.row
    }
}

impl Db {
    /// The next sealed values behind a place, in a transaction of its own.
    pub async fn sealed_after(&self, kind: Kind, place: Place, limit: i64) -> Result<Vec<Held>> {
        let sql = match kind {
            Kind::Password => {
                "SELECT tenant_id, id AS row_id, CAST(0 AS BIGINT) AS epoch, id AS user_id, verifier FROM users
                 WHERE verifier IS NOT NULL AND (tenant_id, id, 0) > ($1, $2, $3)
                 ORDER BY tenant_id, id LIMIT $4"
            }
            Kind::Replaced => {
                "SELECT tenant_id, user_id AS row_id, epoch, user_id, verifier FROM password_history
                 WHERE (tenant_id, user_id, epoch) > ($1, $2, $3)
                 ORDER BY tenant_id, user_id, epoch LIMIT $4"
            }
            Kind::Pass => {
                "SELECT tenant_id, id AS row_id, CAST(0 AS BIGINT) AS epoch, user_id, verifier FROM passes
                 WHERE (tenant_id, id, 0) > ($1, $2, $3)
                 ORDER BY tenant_id, id LIMIT $4"
            }
            Kind::App => {
                "SELECT tenant_id, id AS row_id, CAST(0 AS BIGINT) AS epoch, user_id, sealed FROM methods
                 WHERE sealed IS NOT NULL AND (tenant_id, id, 0) > ($1, $2, $3)
                 ORDER BY tenant_id, id LIMIT $4"
            }
            // Bound to its row alone: it goes from one to the other.
            Kind::Token => {
                "SELECT tenant_id, id AS row_id, CAST(0 AS BIGINT) AS epoch, id AS user_id, sealed FROM tokens
                 WHERE (tenant_id, id, 0) > ($1, $2, $3)
                 ORDER BY tenant_id, id LIMIT $4"
            }
        };
        let mut tx = self.system_read().await?;
        let args = args![place.tenant, place.row, place.epoch, limit];
        let rows = tx.conn.rows(sql, args).await?;
        let read = |row: &Row| {
            Ok(Held {
                place: Place {
                    tenant: TenantId(row.get("tenant_id")?),
                    row: row.get("row_id")?,
                    epoch: row.get("epoch")?,
                },
                user: UserId(row.get("user_id")?),
                value: match kind {
                    Kind::App | Kind::Token => row.get("sealed")?,
                    Kind::Password | Kind::Replaced | Kind::Pass => {
                        row.get::<String>("verifier")?.into_bytes()
                    }
                },
            })
        };
        rows.iter().map(read).collect()
    }

    /// Replaces values by the same under another seal, each unless it has changed since it was read; how many were.
    pub async fn replace_sealed(&self, kind: Kind, with: &[(Held, Vec<u8>)]) -> Result<usize> {
        let sql = match kind {
            Kind::Password => {
                "UPDATE users SET verifier = $5
                 WHERE tenant_id = $1 AND id = $2 AND $3 = 0 AND verifier = $4"
            }
            Kind::Replaced => {
                "UPDATE password_history SET verifier = $5
                 WHERE tenant_id = $1 AND user_id = $2 AND epoch = $3 AND verifier = $4"
            }
            Kind::Pass => {
                "UPDATE passes SET verifier = $5
                 WHERE tenant_id = $1 AND id = $2 AND $3 = 0 AND verifier = $4"
            }
            Kind::App => {
                "UPDATE methods SET sealed = $5
                 WHERE tenant_id = $1 AND id = $2 AND $3 = 0 AND sealed = $4"
            }
            Kind::Token => {
                "UPDATE tokens SET sealed = $5
                 WHERE tenant_id = $1 AND id = $2 AND $3 = 0 AND sealed = $4"
            }
        };
        let mut replaced = 0;
        let mut tx = self.system().await?;
        for (held, new) in with {
            let Place { tenant, row, epoch } = held.place;
            let args = match kind {
                Kind::App | Kind::Token => {
                    args![tenant, row, epoch, held.value.clone(), new.clone()]
                }
                Kind::Password | Kind::Replaced | Kind::Pass => {
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    args![tenant, row, epoch, text(&held.value), text(new)]
                }
            };
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
        let read = |row: &Row| Ok((row.get("version")?, row.get("n")?));
        rows.iter().map(read).collect()
    }
}
