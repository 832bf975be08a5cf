//! Signed-in browsers.

use crate::db::{Db, Error, Result, Row, SystemTx, Tx, args};
use keyward_core::ids::{MethodId, PassId, SessionId, TenantId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::time::Timestamp;
use uuid::Uuid;

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right but has to be changed before anything else.
    MustChangePassword,
    /// Signed in.
    Full,
}

impl Stage {
    fn code(self) -> &'static str {
        match self {
            Self::MustChangePassword => "must-change-password",
            Self::Full => "full",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::MustChangePassword, Self::Full]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// One session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id; the browser holds a separate random token.
    pub id: SessionId,
    /// The tenant.
    pub tenant: TenantId,
    /// Whose.
    pub user: UserId,
    /// How far it has come.
    pub stage: Stage,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When a registered method was last proved in it.
    pub proved_at: Option<Timestamp>,
    /// Which; it may be gone since.
    pub proved_by: Option<MethodId>,
    /// The Temporary Access Pass that it began with.
    pub pass: Option<PassId>,
    /// When it ends in any case, because of that.
    pub ends_at: Option<Timestamp>,
    /// Where from.
    pub ip: Option<String>,
    /// With which browser.
    pub user_agent: Option<String>,
}

fn read(row: &Row) -> Result<Session> {
    Ok(Session {
        id: SessionId(row.get("id")?),
        tenant: TenantId(row.get("tenant_id")?),
        user: UserId(row.get("user_id")?),
        stage: Stage::from_code(&row.get::<String>("stage")?)
            .ok_or(Error::Unreadable("sessions.stage"))?,
        created_at: row.at("created_at")?,
        seen_at: row.at("seen_at")?,
        proved_at: row.at_opt("proved_at")?,
        proved_by: row.get::<Option<Uuid>>("proved_by")?.map(MethodId),
        pass: row.get::<Option<Uuid>>("pass_id")?.map(PassId),
        ends_at: row.at_opt("ends_at")?,
        ip: row.get("ip")?,
        user_agent: row.get("user_agent")?,
    })
}

impl SystemTx {
    /// The session that a token belongs to, by the token's keyed digest.
    pub async fn session_by_token(&mut self, token_mac: &[u8; 32]) -> Result<Option<Session>> {
        let sql =
            "SELECT tenant_id, id, user_id, stage, created_at, seen_at, proved_at, proved_by, pass_id, ends_at, ip,
                   user_agent
                   FROM sessions WHERE token_mac = $1";
        self.conn
            .opt(sql, args![token_mac])
            .await?
            .map(|r| read(&r))
            .transpose()
    }
}

impl Db {
    /// Moves the last use of a session forward. Best effort: it must never delay or fail a request.
    pub async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<()> {
        let mut tx = self.write(session.tenant).await?;
        let sql =
            "UPDATE sessions SET seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND seen_at < $3";
        tx.conn
            .exec(sql, args![session.tenant, session.id, now])
            .await?;
        tx.commit().await
    }
}

impl Tx {
    /// Adds a session.
    pub async fn insert_session(&mut self, s: &Session, token_mac: &[u8; 32]) -> Result<()> {
        let sql = "INSERT INTO sessions (tenant_id, id, token_mac, user_id, stage, created_at, seen_at, proved_at, ip,
                   user_agent, proved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let args = args![
            self.tenant(),
            s.id,
            token_mac,
            s.user,
            s.stage.code(),
            s.created_at,
            s.seen_at,
            s.proved_at,
            &s.ip,
            &s.user_agent,
            s.proved_by,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// The sessions of a user, newest first.
    pub async fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>> {
        let sql = "SELECT tenant_id, id, user_id, stage, created_at, seen_at, proved_at, proved_by, pass_id, ends_at, ip,
                   user_agent
                   FROM sessions WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at DESC, id LIMIT 100";
        let rows = self.conn.rows(sql, args![self.tenant(), user]).await?;
        rows.iter().map(read).collect()
    }

    /// Remembers a fresh proof in a session, and the method that it was of.
    pub async fn session_proved(
        &mut self,
        id: SessionId,
        by: Option<MethodId>,
        now: Timestamp,
    ) -> Result<()> {
        let sql =
            "UPDATE sessions SET proved_at = $3, proved_by = $4 WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![self.tenant(), id, now, by])
            .await
            .map(drop)
    }

    /// Remembers which kind of method it was.
    pub async fn note_proof(
        &mut self,
        id: SessionId,
        kind: MethodKind,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "INSERT INTO session_proofs (tenant_id, session_id, kind, proved_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, session_id, kind) DO UPDATE SET proved_at = $4";
        self.conn
            .exec(sql, args![self.tenant(), id, kind.code(), now])
            .await
            .map(drop)
    }

    /// The kinds of method that were proved in a session after an instant.
    pub async fn proved_since(
        &mut self,
        id: SessionId,
        after: Timestamp,
    ) -> Result<Vec<MethodKind>> {
        let sql = "SELECT kind FROM session_proofs
                   WHERE tenant_id = $1 AND session_id = $2 AND proved_at > $3 ORDER BY kind";
        let rows = self.conn.rows(sql, args![self.tenant(), id, after]).await?;
        let kind = |row: &Row| {
            MethodKind::from_code(&row.get::<String>("kind")?)
                .ok_or(Error::Unreadable("session_proofs.kind"))
        };
        rows.iter().map(kind).collect()
    }

    /// Ends one session.
    pub async fn end_session(&mut self, id: SessionId) -> Result<bool> {
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND id = $2";
        Ok(self.conn.exec(sql, args![self.tenant(), id]).await? == 1)
    }

    /// Ends all sessions of a user, but for one if named; how many.
    pub async fn end_sessions(&mut self, user: UserId, but: Option<SessionId>) -> Result<u64> {
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND id <> $3";
        let but = but.map_or(uuid::Uuid::nil(), |s| s.0);
        self.conn.exec(sql, args![self.tenant(), user, but]).await
    }

    /// Drops the oldest sessions of a user beyond `keep` (SE-11). Called before a session is added, with room for it,
    /// so that of two of the same instant it is never the new one that goes.
    pub async fn cap_sessions(&mut self, user: UserId, keep: i64) -> Result<()> {
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND id NOT IN
                   (SELECT id FROM sessions WHERE tenant_id = $1 AND user_id = $2
                    ORDER BY created_at DESC, id LIMIT $3)";
        self.conn
            .exec(sql, args![self.tenant(), user, keep])
            .await
            .map(drop)
    }
}
