//! Browsers in which a user has signed in before, by a keyed digest of what their cookie holds.

use crate::counter::Bucket;
use crate::db::{Result, Tx, args};
use keyward_core::ids::UserId;
use keyward_core::time::Timestamp;

impl Tx {
    /// Whether a browser is one of this user's.
    pub async fn is_device_of(&mut self, user: UserId, device: &Bucket) -> Result<bool> {
        let sql =
            "SELECT 1 AS n FROM devices WHERE tenant_id = $1 AND device_mac = $2 AND user_id = $3";
        let row = self.conn.opt(sql, args![self.tenant(), device, user]);
        Ok(row.await?.is_some())
    }

    /// Whether a browser is anybody's: then its cookie is one of ours.
    pub async fn is_device(&mut self, device: &Bucket) -> Result<bool> {
        let sql = "SELECT 1 AS n FROM devices WHERE tenant_id = $1 AND device_mac = $2 LIMIT 1";
        let row = self.conn.opt(sql, args![self.tenant(), device]);
        Ok(row.await?.is_some())
    }

    /// Remembers a browser of a user, and forgets those beyond `most` that were used longest ago.
    pub async fn remember_device(
        &mut self,
        user: UserId,
        device: &Bucket,
        most: i64,
        now: Timestamp,
    ) -> Result<()> {
        let sql =
            "INSERT INTO devices (tenant_id, device_mac, user_id, since, seen_at) VALUES ($1, $2, $3, $4, $4)
                   ON CONFLICT (tenant_id, device_mac, user_id) DO UPDATE SET seen_at = excluded.seen_at";
        self.conn
            .exec(sql, args![self.tenant(), device, user, now])
            .await?;
        // The one that was remembered just now stays, whatever the clock said when the others were.
        let sql =
            "DELETE FROM devices WHERE tenant_id = $1 AND user_id = $2 AND device_mac <> $3 AND device_mac NOT IN
                   (SELECT device_mac FROM devices WHERE tenant_id = $1 AND user_id = $2 AND device_mac <> $3
                    ORDER BY seen_at DESC, device_mac LIMIT $4)";
        self.conn
            .exec(sql, args![self.tenant(), user, device, most - 1])
            .await
            .map(drop)
    }

    /// The browsers of a user, in the order of their digests: locks are taken in it.
    pub async fn devices_of(&mut self, user: UserId) -> Result<Vec<Bucket>> {
        let sql = "SELECT device_mac FROM devices WHERE tenant_id = $1 AND user_id = $2 LIMIT 100";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        let read = |mac: Vec<u8>| {
            let unreadable = crate::db::Error::Unreadable("devices.device_mac");
            mac.try_into().map_err(|_| unreadable)
        };
        let macs = rows.iter().map(|r| read(r.get("device_mac")?));
        let mut macs = macs.collect::<Result<Vec<Bucket>>>()?;
        macs.sort_unstable();
        Ok(macs)
    }

    /// Forgets the browsers of a user, but for one if named; how many.
    pub async fn forget_devices(&mut self, user: UserId, but: Option<&Bucket>) -> Result<u64> {
        let sql = "DELETE FROM devices WHERE tenant_id = $1 AND user_id = $2 AND device_mac <> $3";
        let but = but.map_or_else(Vec::new, |mac| mac.to_vec());
        self.conn.exec(sql, args![self.tenant(), user, but]).await
    }
}
