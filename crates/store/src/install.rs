//! Facts about the installation as a whole.

use crate::db::{Db, Engine, Result, SystemTx, args};
use keyward_core::ids::TenantId;
use keyward_core::time::Timestamp;

/// Names of the facts.
pub mod fact {
    /// A text sealed with the root key: opening it proves that the key belongs to this database (DB-04).
    pub const KEY_CANARY: &str = "key-canary";
    /// Keyed digest of the one-time link that creates the organisation.
    pub const SETUP_LINK: &str = "setup-link";
    /// Present once set-up has been done; it is never removed.
    pub const SET_UP: &str = "set-up";
    /// Raised by a restore: bound into tokens and codes, so that older ones die (TR-19).
    pub const EPOCH: &str = "epoch";
    /// The version of the root key that seals, and from when on.
    pub const SEALING_KEY: &str = "sealing-key";
    /// The version with which everything that was sealed before has been sealed anew.
    pub const SEALED_ANEW: &str = "sealed-anew";
}

impl SystemTx {
    /// Reads a fact.
    pub async fn fact(&mut self, name: &str) -> Result<Option<Vec<u8>>> {
        let row = self
            .conn
            .opt("SELECT value FROM install WHERE name = $1", args![name])
            .await?;
        row.map(|r| r.get("value")).transpose()
    }

    /// What the clock of the database server says; none where the database is a file of this machine.
    pub async fn engine_time(&mut self) -> Result<Option<Timestamp>> {
        if self.conn.engine() == Engine::Sqlite {
            return Ok(None);
        }
        let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
        self.conn.count(sql, args![]).await.map(Timestamp).map(Some)
    }

    /// Writes a fact, whatever it was.
    pub async fn set_fact(&mut self, name: &str, value: &[u8]) -> Result<()> {
        let sql = "INSERT INTO install (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.conn.exec(sql, args![name, value]).await.map(drop)
    }

    /// Removes a fact if it has this value: true for exactly one caller.
    pub async fn take_fact(&mut self, name: &str, value: &[u8]) -> Result<bool> {
        let sql = "DELETE FROM install WHERE name = $1 AND value = $2";
        Ok(self.conn.exec(sql, args![name, value]).await? == 1)
    }

    /// Writes a fact that must not be there yet: true for exactly one caller.
    pub async fn claim_fact(&mut self, name: &str, value: &[u8]) -> Result<bool> {
        let sql = "INSERT INTO install (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        Ok(self.conn.exec(sql, args![name, value]).await? == 1)
    }

    /// The tenant that owns a domain.
    pub async fn tenant_of_domain(&mut self, domain: &str) -> Result<Option<TenantId>> {
        let row = self
            .conn
            .opt(
                "SELECT tenant_id FROM domains WHERE domain = $1",
                args![domain],
            )
            .await?;
        row.map(|r| Ok(TenantId(r.get("tenant_id")?))).transpose()
    }

    /// Every tenant, oldest first.
    pub async fn tenants(&mut self) -> Result<Vec<TenantId>> {
        let rows = self
            .conn
            .rows("SELECT id FROM tenants ORDER BY created_at, id", args![])
            .await?;
        rows.iter().map(|r| Ok(TenantId(r.get("id")?))).collect()
    }

    /// Spends a puzzle: true for exactly one caller.
    pub async fn spend_puzzle(
        &mut self,
        mac: &[u8; 32],
        expires: keyward_core::time::Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO spent_puzzles (mac, expires_at) VALUES ($1, $2) ON CONFLICT (mac) DO NOTHING";
        Ok(self.conn.exec(sql, args![mac, expires]).await? == 1)
    }

    /// Removes what is of no use any more: codes, links and resets a day after they died, sessions unused for 30
    /// days, lockouts untouched for two days, browsers whose cookie has run out, counters that block nothing and whose windows are over, work that died
    /// and can't be revived any more for 30 days; of agents: challenges and sessions that are over, enrolments a day
    /// after that, operations that were settled 30 days ago.
    /// Expiry never depends on this: it is checked at use.
    pub async fn sweep(&mut self, now: keyward_core::time::Timestamp) -> Result<()> {
        use keyward_core::time::days;
        let (yesterday, month) = (now - days(1), now - days(30));
        self.conn
            .exec(
                "DELETE FROM challenges WHERE expires_at < $1",
                args![yesterday],
            )
            .await?;
        self.conn
            .exec("DELETE FROM resets WHERE expires_at < $1", args![yesterday])
            .await?;
        self.conn
            .exec("DELETE FROM links WHERE expires_at < $1", args![yesterday])
            .await?;
        let sql = "DELETE FROM hand_overs WHERE expires_at < $1";
        self.conn.exec(sql, args![yesterday]).await?;
        let sql = "DELETE FROM passes WHERE expires_at < $1";
        self.conn.exec(sql, args![yesterday]).await?;
        self.conn
            .exec("DELETE FROM sessions WHERE seen_at < $1", args![month])
            .await?;
        self.conn
            .exec(
                "DELETE FROM jobs WHERE state = 'dead' AND expires_at < $1",
                args![month],
            )
            .await?;
        self.conn
            .exec("DELETE FROM writebacks WHERE begun_at < $1", args![month])
            .await?;
        // Windows and blocks can be set to last for days: what still counts or blocks stays.
        let sql = "DELETE FROM counters WHERE touched_at < $1 AND (blocked_until IS NULL OR blocked_until < $2)";
        self.conn
            .exec(sql, args![now - keyward_core::throttle::LONGEST, now])
            .await?;
        for (sql, before) in [
            ("DELETE FROM agent_challenges WHERE expires_at < $1", now),
            ("DELETE FROM agent_sessions WHERE expires_at < $1", now),
            (
                "DELETE FROM agent_enrolments WHERE expires_at < $1",
                yesterday,
            ),
            ("DELETE FROM operations WHERE settled_at < $1", month),
        ] {
            self.conn.exec(sql, args![before]).await?;
        }
        // A country that was stopped stays so until somebody has looked.
        let sql = "DELETE FROM meters WHERE touched_at < $1 AND stopped_at IS NULL";
        self.conn.exec(sql, args![month]).await?;
        let longest_cookie = now - days(400);
        self.conn
            .exec(
                "DELETE FROM devices WHERE seen_at < $1",
                args![longest_cookie],
            )
            .await?;
        let untouched = now - days(2);
        self.conn
            .exec(
                "DELETE FROM lockouts WHERE touched_at < $1",
                args![untouched],
            )
            .await?;
        self.conn
            .exec(
                "DELETE FROM spent_puzzles WHERE expires_at < $1",
                args![now],
            )
            .await
            .map(drop)
    }

    /// The schema is the one that this program needs, and rows can be read.
    pub async fn check(&mut self) -> Result<()> {
        crate::schema::check(&mut self.conn).await
    }
}

impl Db {
    /// Reads one fact in a transaction of its own.
    pub async fn fact(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.system_read().await?.fact(name).await
    }
}
