//! What was sent lately, by an organisation or by all of them together. Reading one for a decision takes its lock first,
//! so that parallel requests, on any node, decide one after the other.

use crate::db::{Error, Result, Row, Tx, args};
use keyward_core::budget::Meter;
use keyward_core::ids::TenantId;
use keyward_core::time::Timestamp;

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The organisation's.
    Tenant,
    /// That of all organisations of this installation.
    Install,
}

/// A meter with what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metered {
    /// What was spent.
    pub meter: Meter,
    /// Nothing is sent any more, since then, until somebody says so.
    pub stopped_at: Option<Timestamp>,
    /// When administrators were last told that it is used up.
    pub told_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<Metered> {
    let slots: String = row.get("slots")?;
    let slots = serde_json::from_str(&slots).map_err(|_| Error::Unreadable("meters.slots"))?;
    Ok(Metered {
        meter: Meter { slots },
        stopped_at: row.at_opt("stopped_at")?,
        told_at: row.at_opt("told_at")?,
    })
}

impl Tx {
    fn owner(&self, whose: Whose) -> TenantId {
        match whose {
            Whose::Tenant => self.tenant(),
            Whose::Install => TenantId(uuid::Uuid::nil()),
        }
    }

    /// Reads a meter and locks it until the transaction ends. Take the organisation's first, in the order of their
    /// names, and then the installation's.
    pub async fn lock_meter(
        &mut self,
        whose: Whose,
        name: &str,
        now: Timestamp,
    ) -> Result<Metered> {
        let sql =
            "INSERT INTO meters (tenant_id, name, slots, touched_at) VALUES ($1, $2, '[]', $3)
                   ON CONFLICT (tenant_id, name) DO UPDATE SET touched_at = excluded.touched_at
                   RETURNING slots, stopped_at, told_at";
        let args = args![self.owner(whose), name, now];
        let row = self.conn.opt(sql, args).await?;
        read(&row.ok_or(Error::Unreadable("meters"))?)
    }

    /// Writes a meter back.
    pub async fn save_meter(&mut self, whose: Whose, name: &str, meter: &Metered) -> Result<()> {
        let slots = serde_json::to_string(&meter.meter.slots)
            .map_err(|_| Error::Unreadable("meters.slots"))?;
        let sql = "UPDATE meters SET slots = $3, stopped_at = $4, told_at = $5 WHERE tenant_id = $1 AND name = $2";
        let args = args![
            self.owner(whose),
            name,
            slots,
            meter.stopped_at,
            meter.told_at
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// All meters, by name, without locking them.
    pub async fn meters(&mut self, whose: Whose) -> Result<Vec<(String, Metered)>> {
        let sql = "SELECT name, slots, stopped_at, told_at FROM meters WHERE tenant_id = $1 ORDER BY name LIMIT 1000";
        let rows = self.conn.rows(sql, args![self.owner(whose)]).await?;
        rows.iter()
            .map(|r| Ok((r.get("name")?, read(r)?)))
            .collect()
    }

    /// Clears a country that was stopped, if it still is; false if not.
    pub async fn restart_meter(&mut self, name: &str) -> Result<bool> {
        let sql = "UPDATE meters SET stopped_at = NULL, slots = '[]'
                   WHERE tenant_id = $1 AND name = $2 AND stopped_at IS NOT NULL";
        Ok(self.conn.exec(sql, args![self.tenant(), name]).await? == 1)
    }

    /// How many counters refuse something right now: of people, numbers, mailboxes, browsers and networks.
    pub async fn count_blocked(&mut self, now: Timestamp) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM counters WHERE tenant_id = $1 AND blocked_until > $2";
        self.conn.count(sql, args![self.tenant(), now]).await
    }
}
