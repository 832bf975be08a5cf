//! The outbox: work that leaves the house, enqueued in the transaction that needs it and leased by workers.

use crate::db::{Engine, Result, Row, SystemTx, Tx, args};
use keyward_core::ids::{JobId, TenantId};
use keyward_core::time::Timestamp;

/// Work that waits for one thing outside, and for nothing else: a mail server that is away must not hold up text
/// messages (RL-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Jobs of every other kind, of which mail is the one that takes time.
    Mail,
    /// Jobs of the kind `sms`.
    Sms,
    /// Jobs of the kind `call`.
    Voice,
}

impl Lane {
    /// The lanes there are.
    pub const ALL: [Self; 3] = [Self::Mail, Self::Sms, Self::Voice];

    /// As the index of jobs that are ready has it.
    fn number(self) -> i64 {
        match self {
            Self::Mail => 0,
            Self::Sms => 1,
            Self::Voice => 2,
        }
    }
}

/// One unit of work.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id, also the idempotency key of what it sends.
    pub id: JobId,
    /// The tenant.
    pub tenant: TenantId,
    /// What it does; the payload is for this kind only.
    pub kind: String,
    /// Whom it is for, masked: what an administrator may see of it.
    pub about: String,
    /// Sealed; erased with the row when the work is done.
    pub payload: Vec<u8>,
    /// When it may run.
    pub run_at: Timestamp,
    /// After that it is of no use any more (a code that has died).
    pub expires_at: Timestamp,
    /// Tries so far.
    pub attempts: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Result<Job> {
    Ok(Job {
        id: JobId(row.get("id")?),
        tenant: TenantId(row.get("tenant_id")?),
        kind: row.get("kind")?,
        about: row.get("about")?,
        payload: row.get("payload")?,
        run_at: row.at("run_at")?,
        expires_at: row.at("expires_at")?,
        attempts: row.get("attempts")?,
        last_error: row.get("last_error")?,
        created_at: row.at("created_at")?,
    })
}

impl Tx {
    /// Enqueues work; it is seen by workers when this transaction commits.
    pub async fn enqueue(&mut self, job: &Job) -> Result<()> {
        self.enqueued = true;
        let sql = "INSERT INTO jobs (tenant_id, id, kind, about, payload, state, run_at, expires_at, attempts, created_at)
                   VALUES ($1, $2, $3, $4, $5, 'ready', $6, $7, 0, $8)";
        let args = args![
            self.tenant(),
            job.id,
            &job.kind,
            &job.about,
            job.payload.clone(),
            job.run_at,
            job.expires_at,
            job.created_at,
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Work that could not be done, newest first.
    pub async fn dead_jobs(&mut self, limit: i64) -> Result<Vec<Job>> {
        let sql = "SELECT tenant_id, id, kind, about, payload, run_at, expires_at, attempts, last_error, created_at
                   FROM jobs WHERE tenant_id = $1 AND state = 'dead' ORDER BY created_at DESC, id LIMIT $2";
        let rows = self.conn.rows(sql, args![self.tenant(), limit]).await?;
        rows.iter().map(read).collect()
    }

    /// How much dead work would still be of use.
    pub async fn count_dead_jobs(&mut self, now: Timestamp) -> Result<i64> {
        let sql =
            "SELECT COUNT(*) FROM jobs WHERE tenant_id = $1 AND state = 'dead' AND expires_at > $2";
        self.conn.count(sql, args![self.tenant(), now]).await
    }

    /// Drops all dead work whose content is of no use any more; how much there was.
    pub async fn drop_stale_jobs(&mut self, now: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM jobs WHERE tenant_id = $1 AND state = 'dead' AND expires_at <= $2";
        self.conn.exec(sql, args![self.tenant(), now]).await
    }

    /// Work that failed and waits for another try, newest first.
    pub async fn waiting_jobs(&mut self, limit: i64) -> Result<Vec<Job>> {
        let sql = "SELECT tenant_id, id, kind, about, payload, run_at, expires_at, attempts, last_error, created_at
                   FROM jobs WHERE tenant_id = $1 AND state = 'ready' AND last_error IS NOT NULL
                   ORDER BY created_at DESC, id LIMIT $2";
        let rows = self.conn.rows(sql, args![self.tenant(), limit]).await?;
        rows.iter().map(read).collect()
    }

    /// Gives dead work another chance; what it was about.
    pub async fn revive_job(&mut self, id: JobId, now: Timestamp) -> Result<Option<String>> {
        let sql = "UPDATE jobs SET state = 'ready', run_at = $3, attempts = 0, lease_until = NULL
                   WHERE tenant_id = $1 AND id = $2 AND state = 'dead' AND expires_at > $3 RETURNING about";
        self.conn
            .opt(sql, args![self.tenant(), id, now])
            .await?
            .map(|r| r.get("about"))
            .transpose()
    }

    /// Drops dead work; what it was about.
    pub async fn drop_job(&mut self, id: JobId) -> Result<Option<String>> {
        let sql =
            "DELETE FROM jobs WHERE tenant_id = $1 AND id = $2 AND state = 'dead' RETURNING about";
        self.conn
            .opt(sql, args![self.tenant(), id])
            .await?
            .map(|r| r.get("about"))
            .transpose()
    }
}

impl SystemTx {
    /// Leases work of one lane that is due, the longest due first. On PostgreSQL, workers pass by what others are taking; SQLite
    /// has one writer.
    ///
    /// A lease that ran out is work whose worker died: it is taken up again.
    pub async fn lease_jobs(
        &mut self,
        lane: Lane,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Job>> {
        let sqlite = "UPDATE jobs SET lease_until = $2, attempts = attempts + 1 WHERE (tenant_id, id) IN
                      (SELECT tenant_id, id FROM jobs WHERE state = 'ready' AND run_at <= $1
                       AND (lease_until IS NULL OR lease_until <= $1) AND (CASE kind WHEN 'sms' THEN 1 WHEN 'call' THEN 2 ELSE 0 END) = $4 ORDER BY run_at LIMIT $3)
                      RETURNING tenant_id, id, kind, about, payload, run_at, expires_at, attempts, last_error, created_at";
        // MATERIALIZED: a plan that runs the inner query once for each row would lease more than `limit`.
        let postgres = "WITH due AS MATERIALIZED (SELECT tenant_id, id FROM jobs WHERE state = 'ready' AND run_at <= $1
                       AND (lease_until IS NULL OR lease_until <= $1) AND (CASE kind WHEN 'sms' THEN 1 WHEN 'call' THEN 2 ELSE 0 END) = $4 ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                      UPDATE jobs j SET lease_until = $2, attempts = j.attempts + 1 FROM due
                      WHERE j.tenant_id = due.tenant_id AND j.id = due.id
                      RETURNING j.tenant_id, j.id, j.kind, j.about, j.payload, j.run_at, j.expires_at, j.attempts,
                      j.last_error, j.created_at";
        let sql = if self.conn.engine() == Engine::Sqlite {
            sqlite
        } else {
            postgres
        };
        let rows = self
            .conn
            .rows(sql, args![now, until, limit, lane.number()])
            .await?;
        let mut jobs: Vec<Job> = rows.iter().map(read).collect::<Result<_>>()?;
        // RETURNING promises no order.
        jobs.sort_by_key(|j| (j.run_at, j.id));
        Ok(jobs)
    }

    /// The work is done: nothing of it is kept.
    pub async fn finish_job(&mut self, job: &Job) -> Result<()> {
        let sql = "DELETE FROM jobs WHERE tenant_id = $1 AND id = $2";
        self.conn
            .exec(sql, args![job.tenant, job.id])
            .await
            .map(drop)
    }

    /// The work failed: it waits until `run_at`, or is dead. A worker whose lease ran out and was taken up by another
    /// changes nothing: the number of tries says whose lease it is.
    pub async fn fail_job(
        &mut self,
        job: &Job,
        error: &str,
        run_at: Option<Timestamp>,
    ) -> Result<()> {
        let sql = "UPDATE jobs SET state = $3, run_at = $4, lease_until = NULL, last_error = $5
                   WHERE tenant_id = $1 AND id = $2 AND attempts = $6 AND state = 'ready'";
        let state = if run_at.is_some() { "ready" } else { "dead" };
        self.conn
            .exec(
                sql,
                args![
                    job.tenant,
                    job.id,
                    state,
                    run_at.unwrap_or(job.run_at),
                    error,
                    job.attempts
                ],
            )
            .await
            .map(drop)
    }

    /// Gives a lease back before it runs out. As with [`SystemTx::fail_job`], only the holder's own.
    pub async fn release_job(&mut self, job: &Job) -> Result<()> {
        let sql =
            "UPDATE jobs SET lease_until = NULL WHERE tenant_id = $1 AND id = $2 AND attempts = $3";
        self.conn
            .exec(sql, args![job.tenant, job.id, job.attempts])
            .await
            .map(drop)
    }

    /// Ends every lease; how many there were. Only for who knows that no worker runs.
    pub async fn release_jobs(&mut self) -> Result<u64> {
        let sql = "UPDATE jobs SET lease_until = NULL WHERE lease_until IS NOT NULL";
        self.conn.exec(sql, args![]).await
    }

    /// How much work is waiting and how much is dead, over all tenants.
    pub async fn job_counts(&mut self) -> Result<(i64, i64)> {
        let ready = self
            .conn
            .count("SELECT COUNT(*) FROM jobs WHERE state = 'ready'", args![])
            .await?;
        let dead = self
            .conn
            .count("SELECT COUNT(*) FROM jobs WHERE state = 'dead'", args![])
            .await?;
        Ok((ready, dead))
    }

    /// Whether work of a lane is due that nobody is at. Takes no lock, and no longer however much is waiting.
    pub async fn is_job_due(&mut self, lane: Lane, now: Timestamp) -> Result<bool> {
        let sql =
            "SELECT id FROM jobs WHERE state = 'ready' AND (CASE kind WHEN 'sms' THEN 1 WHEN 'call' THEN 2 ELSE 0 END) = $2 AND run_at <= $1
                   AND (lease_until IS NULL OR lease_until <= $1) LIMIT 1";
        let row = self.conn.opt(sql, args![now, lane.number()]).await?;
        Ok(row.is_some())
    }

    /// When the next work of a lane is due, if there is any. What is leased is due when its lease runs out.
    pub async fn next_job_at(&mut self, lane: Lane) -> Result<Option<Timestamp>> {
        let row = self
            .conn
            .opt(
                "SELECT MIN(CASE WHEN lease_until > run_at THEN lease_until ELSE run_at END) AS at
                 FROM jobs WHERE state = 'ready' AND (CASE kind WHEN 'sms' THEN 1 WHEN 'call' THEN 2 ELSE 0 END) = $1",
                args![lane.number()],
            )
            .await?;
        row.map_or(Ok(None), |r| r.at_opt("at"))
    }
}
