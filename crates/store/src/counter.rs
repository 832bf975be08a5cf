//! Sliding-window counters and lockouts. Reading one for a decision takes its lock first, so that parallel requests,
//! on any node, decide one after the other.

use crate::db::{Error, Result, Tx, args};
use keyward_core::signin::Lockout;
use keyward_core::throttle::Counter;
use keyward_core::time::Timestamp;

/// A keyed digest of what is counted: the table says nothing about whom.
pub type Bucket = [u8; 32];

impl Tx {
    /// Reads a counter and locks it until the transaction ends. Take several in ascending order of their buckets.
    pub async fn lock_counter(&mut self, bucket: &Bucket, now: Timestamp) -> Result<Counter> {
        let sql =
            "INSERT INTO counters (tenant_id, bucket, hits, touched_at) VALUES ($1, $2, '[]', $3)
                   ON CONFLICT (tenant_id, bucket) DO UPDATE SET touched_at = excluded.touched_at
                   RETURNING hits, blocked_until";
        let row = self
            .conn
            .opt(sql, args![self.tenant(), bucket, now])
            .await?;
        let row = row.ok_or(Error::Unreadable("counters"))?;
        let hits: String = row.get("hits")?;
        Ok(Counter {
            hits: serde_json::from_str(&hits).map_err(|_| Error::Unreadable("counters.hits"))?,
            blocked_until: row.at_opt("blocked_until")?,
        })
    }

    /// Reads a counter without locking it.
    pub async fn counter(&mut self, bucket: &Bucket) -> Result<Counter> {
        let sql = "SELECT hits, blocked_until FROM counters WHERE tenant_id = $1 AND bucket = $2";
        let Some(row) = self.conn.opt(sql, args![self.tenant(), bucket]).await? else {
            return Ok(Counter::default());
        };
        let hits: String = row.get("hits")?;
        Ok(Counter {
            hits: serde_json::from_str(&hits).map_err(|_| Error::Unreadable("counters.hits"))?,
            blocked_until: row.at_opt("blocked_until")?,
        })
    }

    /// Writes a counter back.
    pub async fn save_counter(&mut self, bucket: &Bucket, counter: &Counter) -> Result<()> {
        let hits =
            serde_json::to_string(&counter.hits).map_err(|_| Error::Unreadable("counters.hits"))?;
        let sql = "UPDATE counters SET hits = $3, blocked_until = $4 WHERE tenant_id = $1 AND bucket = $2";
        self.conn
            .exec(
                sql,
                args![self.tenant(), bucket, hits, counter.blocked_until],
            )
            .await
            .map(drop)
    }

    /// Forgets a counter.
    pub async fn clear_counter(&mut self, bucket: &Bucket) -> Result<()> {
        let sql = "DELETE FROM counters WHERE tenant_id = $1 AND bucket = $2";
        self.conn
            .exec(sql, args![self.tenant(), bucket])
            .await
            .map(drop)
    }

    /// Reads the lockout of a sign-in name.
    pub async fn lockout(&mut self, name: &Bucket) -> Result<Lockout> {
        let sql = "SELECT failures, locked_until, recent FROM lockouts WHERE tenant_id = $1 AND name_mac = $2";
        let Some(row) = self.conn.opt(sql, args![self.tenant(), name]).await? else {
            return Ok(Lockout::default());
        };
        let recent: Vec<u8> = row.get("recent")?;
        Ok(Lockout {
            failures: u32::try_from(row.get::<i64>("failures")?).unwrap_or(u32::MAX),
            locked_until: row.at_opt("locked_until")?,
            recent: recent
                .chunks_exact(8)
                .filter_map(|c| c.try_into().ok())
                .collect(),
        })
    }

    /// Reads the lockout of a sign-in name and locks it until the transaction ends.
    pub async fn lock_lockout(&mut self, name: &Bucket, now: Timestamp) -> Result<Lockout> {
        let sql = "INSERT INTO lockouts (tenant_id, name_mac, failures, recent, touched_at) VALUES ($1, $2, 0, $3, $4)
                   ON CONFLICT (tenant_id, name_mac) DO UPDATE SET touched_at = excluded.touched_at";
        self.conn
            .exec(sql, args![self.tenant(), name, Vec::new(), now])
            .await?;
        self.lockout(name).await
    }

    /// Writes the lockout of a sign-in name.
    pub async fn save_lockout(&mut self, name: &Bucket, lockout: &Lockout) -> Result<()> {
        let sql = "UPDATE lockouts SET failures = $3, locked_until = $4, recent = $5 WHERE tenant_id = $1 AND name_mac = $2";
        let args = args![
            self.tenant(),
            name,
            i64::from(lockout.failures),
            lockout.locked_until,
            lockout.recent.concat(),
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Forgets the failures of a sign-in name.
    pub async fn clear_lockout(&mut self, name: &Bucket) -> Result<()> {
        let sql = "DELETE FROM lockouts WHERE tenant_id = $1 AND name_mac = $2";
        self.conn
            .exec(sql, args![self.tenant(), name])
            .await
            .map(drop)
    }
}
