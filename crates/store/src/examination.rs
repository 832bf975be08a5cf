//! What resets would meet, one row for each user of a directory, and the rounds in which everybody is examined.

use crate::db::{Error, Result, Row, SystemTx, Tx, args};
use crate::user::After;
use keyward_core::examination::{Examination, Obstacle};
use keyward_core::ids::{TenantId, UserId};
use keyward_core::time::Timestamp;

/// What was found about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Whose reset.
    pub user: UserId,
    /// When it was asked.
    pub at: Timestamp,
    /// What it would meet.
    pub found: Examination,
}

/// [`Examined`] as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedExamination {
    /// What was found.
    pub examined: Examined,
    /// The user's name.
    pub name: String,
    /// The user's name for signing in.
    pub upn: String,
    /// What lists are ordered by.
    pub name_key: String,
}

/// How many users a reset would fail for because of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonSum {
    /// Because of what; none: it would succeed.
    pub reason: Option<Obstacle>,
    /// How many.
    pub users: i64,
}

/// One examination of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// When it began.
    pub started_at: Timestamp,
    /// Who began it.
    pub started_by: String,
    /// How many users there were to examine.
    pub users: i64,
    /// The last user who was asked about; they are taken in the order of their ids.
    pub reached: UserId,
    /// When it ended; none: it is under way.
    pub ended_at: Option<Timestamp>,
    /// Why it ended before everybody was asked about.
    pub stopped: Option<Obstacle>,
}

fn obstacle(code: &str) -> Result<Obstacle> {
    Obstacle::from_code(code).ok_or(Error::Unreadable("examinations.reason"))
}

fn read(row: &Row) -> Result<Examined> {
    let found: String = row.get("found")?;
    Ok(Examined {
        user: UserId(row.get("user_id")?),
        at: row.at("examined_at")?,
        found: serde_json::from_str(&found).map_err(|_| Error::Unreadable("examinations.found"))?,
    })
}

fn read_round(row: &Row) -> Result<Round> {
    let stopped: Option<String> = row.get("stopped")?;
    Ok(Round {
        started_at: row.at("started_at")?,
        started_by: row.get("started_by")?,
        users: row.get("users")?,
        reached: UserId(row.get("reached")?),
        ended_at: row.get::<Option<i64>>("ended_at")?.map(Timestamp),
        stopped: stopped.as_deref().map(obstacle).transpose()?,
    })
}

impl SystemTx {
    /// The tenants of which everybody is being examined.
    pub async fn tenants_in_rounds(&mut self) -> Result<Vec<TenantId>> {
        let sql =
            "SELECT tenant_id FROM examination_rounds WHERE ended_at IS NULL ORDER BY tenant_id";
        let rows = self.conn.rows(sql, args![]).await?;
        let ids = rows.iter().map(|r| Ok(TenantId(r.get("tenant_id")?)));
        ids.collect()
    }
}

impl Tx {
    /// Keeps what was found about a user, in the place of what was found before.
    pub async fn save_examination(&mut self, e: &Examined) -> Result<()> {
        let sql = "INSERT INTO examinations (tenant_id, user_id, examined_at, reason, found) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tenant_id, user_id) DO UPDATE SET examined_at = excluded.examined_at,
                   reason = excluded.reason, found = excluded.found";
        let found = serde_json::to_string(&e.found);
        let found = found.map_err(|_| Error::Unreadable("examinations.found"))?;
        let reason = e.found.reason().map_or("", Obstacle::code);
        let args = args![self.tenant(), e.user, e.at, reason, found];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// What was found about a user last.
    pub async fn examination(&mut self, user: UserId) -> Result<Option<Examined>> {
        let sql = "SELECT user_id, examined_at, found FROM examinations WHERE tenant_id = $1 AND user_id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), user]).await?;
        row.map(|r| read(&r)).transpose()
    }

    /// How many users were examined since, by what came out, the most first. Deleted users don't count.
    pub async fn examination_sums(&mut self, since: Timestamp) -> Result<Vec<ReasonSum>> {
        let sql = "SELECT e.reason AS reason, COUNT(*) AS users FROM examinations e
                   JOIN users u ON u.tenant_id = e.tenant_id AND u.id = e.user_id
                   WHERE e.tenant_id = $1 AND e.examined_at >= $2 AND u.deleted_at IS NULL
                   GROUP BY e.reason ORDER BY users DESC, e.reason";
        let rows = self.conn.rows(sql, args![self.tenant(), since]).await?;
        let sums = rows.iter().map(|r| {
            let reason: String = r.get("reason")?;
            Ok(ReasonSum {
                reason: (!reason.is_empty())
                    .then(|| obstacle(&reason))
                    .transpose()?,
                users: r.get("users")?,
            })
        });
        sums.collect()
    }

    /// A page of users who were examined since, by name: those for whom a reset would fail because of this, or all.
    pub async fn examinations(
        &mut self,
        since: Timestamp,
        reason: Option<Obstacle>,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<ListedExamination>> {
        let sql = "SELECT e.user_id, e.examined_at, e.found, u.display_name, u.upn, u.name_key FROM examinations e
                   JOIN users u ON u.tenant_id = e.tenant_id AND u.id = e.user_id
                   WHERE e.tenant_id = $1 AND e.examined_at >= $2 AND ($3 = '' OR e.reason = $3)
                   AND u.deleted_at IS NULL AND u.name_key >= $4 AND (u.name_key > $4 OR u.id > $5)
                   ORDER BY u.name_key, u.id LIMIT $6";
        let (key, id) = After::start(after);
        let reason = reason.map_or("", Obstacle::code);
        let args = args![self.tenant(), since, reason, key, id, limit];
        let rows = self.conn.rows(sql, args).await?;
        let listed = rows.iter().map(|r| {
            Ok(ListedExamination {
                examined: read(r)?,
                name: r.get("display_name")?,
                upn: r.get("upn")?,
                name_key: r.get("name_key")?,
            })
        });
        listed.collect()
    }

    /// Begins to examine everybody: true, unless that is under way.
    pub async fn start_round(&mut self, by: &str, now: Timestamp) -> Result<bool> {
        let sql = "INSERT INTO examination_rounds (tenant_id, started_at, started_by, users, reached)
                   VALUES ($1, $2, $3, (SELECT COUNT(*) FROM users WHERE tenant_id = $1 AND directory_id IS NOT NULL
                   AND deleted_at IS NULL), $4)
                   ON CONFLICT (tenant_id) DO UPDATE SET started_at = excluded.started_at,
                   started_by = excluded.started_by, users = excluded.users, reached = excluded.reached,
                   ended_at = NULL, stopped = NULL WHERE examination_rounds.ended_at IS NOT NULL";
        let args = args![self.tenant(), now, by, uuid::Uuid::nil()];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// The last round.
    pub async fn round(&mut self) -> Result<Option<Round>> {
        let sql = "SELECT started_at, started_by, users, reached, ended_at, stopped FROM examination_rounds
                   WHERE tenant_id = $1";
        let row = self.conn.opt(sql, args![self.tenant()]).await?;
        row.map(|r| read_round(&r)).transpose()
    }

    /// The round that is under way, locked: one node at a time takes it further.
    pub async fn lock_round(&mut self) -> Result<Option<Round>> {
        let sql =
            "UPDATE examination_rounds SET users = users WHERE tenant_id = $1 AND ended_at IS NULL
                   RETURNING started_at, started_by, users, reached, ended_at, stopped";
        let row = self.conn.opt(sql, args![self.tenant()]).await?;
        row.map(|r| read_round(&r)).transpose()
    }

    /// Notes how far the round has come.
    pub async fn advance_round(&mut self, reached: UserId) -> Result<()> {
        let sql =
            "UPDATE examination_rounds SET reached = $2 WHERE tenant_id = $1 AND ended_at IS NULL";
        let args = args![self.tenant(), reached];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Ends the round that is under way, if one is.
    pub async fn end_round(&mut self, stopped: Option<Obstacle>, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE examination_rounds SET ended_at = $2, stopped = $3
                   WHERE tenant_id = $1 AND ended_at IS NULL";
        let stopped = stopped.map(|o| o.code().to_owned());
        let args = args![self.tenant(), now, stopped];
        Ok(self.conn.exec(sql, args).await? == 1)
    }

    /// The next users to examine after this one, in the order of their ids.
    pub async fn to_examine(&mut self, after: UserId, limit: i64) -> Result<Vec<UserId>> {
        let sql =
            "SELECT id FROM users WHERE tenant_id = $1 AND id > $2 AND directory_id IS NOT NULL
                   AND deleted_at IS NULL ORDER BY id LIMIT $3";
        let args = args![self.tenant(), after, limit];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter().map(|r| Ok(UserId(r.get("id")?))).collect()
    }

    /// How many operations with this request are not over.
    pub async fn count_open(&mut self, request: &str) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM operations WHERE tenant_id = $1 AND state IN ('queued', 'sent') AND request = $2";
        self.conn.count(sql, args![self.tenant(), request]).await
    }
}
