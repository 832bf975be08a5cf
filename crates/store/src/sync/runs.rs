//! Runs of a synchronisation: what they brought, what they could not take, what a preview would do.

use super::{packed, unpacked};
use crate::db::{Error, Result, Row, Tx, args};
use crate::user::After;
use keyward_core::ids::{DirectoryId, RunId};
use keyward_core::time::Timestamp;
use std::collections::HashSet;
use uuid::Uuid;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {$(
            $(#[$inner])*
            $variant
        ),+}

        impl $name {
            /// The word in rows and message keys.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub(super) fn from_code(code: &str) -> Option<Self> {
                match code { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(super) use words;

words! {
    /// How much a run reads.
    Mode {
        /// Everything in scope.
        Full = "full",
        /// What changed.
        Delta = "delta",
    }
}

words! {
    /// How far a run is.
    RunState {
        /// It goes on.
        Running = "running",
        /// Read to the end, and taken.
        Done = "done",
        /// The agent gave up in the middle: what had come was taken, nothing was deleted.
        Cut = "cut",
        /// Read to the end; deletions wait for an administrator.
        Held = "held",
        /// The agent fell silent, and another run took its place.
        Abandoned = "abandoned",
    }
}

/// What a run did, or would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that came.
    pub read: i64,
    /// New users and groups.
    pub added: i64,
    /// Changed ones.
    pub updated: i64,
    /// Deleted ones.
    pub deleted: i64,
    /// Taken over from the cloud.
    pub joined: i64,
    /// Members added.
    pub members_added: i64,
    /// Members removed.
    pub members_removed: i64,
    /// Objects that couldn't be taken.
    pub errors: i64,
    /// Deletions that wait.
    pub held: i64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.read += more.read;
        self.added += more.added;
        self.updated += more.updated;
        self.deleted += more.deleted;
        self.joined += more.joined;
        self.members_added += more.members_added;
        self.members_removed += more.members_removed;
        self.errors += more.errors;
        self.held += more.held;
    }
}

/// A run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Of which directory.
    pub directory: DirectoryId,
    /// By which agent.
    pub agent: Uuid,
    /// How much it reads.
    pub mode: Mode,
    /// It computes only.
    pub preview: bool,
    /// The first that reads everything of this directory.
    pub initial: bool,
    /// How far it is.
    pub state: RunState,
    /// Since when.
    pub started_at: Timestamp,
    /// When the agent was last heard of in it.
    pub touched_at: Timestamp,
    /// Until when.
    pub ended_at: Option<Timestamp>,
    /// What went wrong, in the agent's words.
    pub message: Option<String>,
    /// What it did.
    pub counts: Counts,
}

/// Whether a batch is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartedBatch {
    /// It is to be taken.
    New,
    /// It was taken already.
    Taken,
}

/// Why an object couldn't be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which.
    pub anchor: Uuid,
    /// Why.
    pub code: String,
    /// The batch in which it came; 0: at the end of the run.
    pub batch: i64,
    /// What people call it.
    pub name: String,
    /// What came, as far as it helps: the user name, where the object is.
    pub detail: String,
}

/// What a preview would do to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `add`, `update`, `join`, `delete`, `restore`, `members`.
    pub action: String,
    /// `user` or `group`.
    pub kind: String,
    /// Which.
    pub anchor: Uuid,
    /// What people call it.
    pub name: String,
    /// What would change, as a JSON list of attribute, old and new value.
    pub changes: String,
}

/// An object that waits for what stands in its way to go.
#[derive(Debug, Clone)]
pub struct Quarantined {
    /// Which.
    pub anchor: Uuid,
    /// As it came.
    pub record: String,
}

const COLUMNS: &str = "id, directory_id, agent_id, mode, preview, initial, state, started_at, touched_at, ended_at,
    message, objects, added, updated, deleted, joined, members_added, members_removed, errors, held";

fn read(row: &Row) -> Result<Run> {
    Ok(Run {
        id: RunId(row.get("id")?),
        directory: DirectoryId(row.get("directory_id")?),
        agent: row.get("agent_id")?,
        mode: Mode::from_code(&row.get::<String>("mode")?)
            .ok_or(Error::Unreadable("sync_runs.mode"))?,
        preview: row.get("preview")?,
        initial: row.get("initial")?,
        state: RunState::from_code(&row.get::<String>("state")?)
            .ok_or(Error::Unreadable("sync_runs.state"))?,
        started_at: row.at("started_at")?,
        touched_at: row.at("touched_at")?,
        ended_at: row.at_opt("ended_at")?,
        message: row.get("message")?,
        counts: Counts {
            read: row.get("objects")?,
            added: row.get("added")?,
            updated: row.get("updated")?,
            deleted: row.get("deleted")?,
            joined: row.get("joined")?,
            members_added: row.get("members_added")?,
            members_removed: row.get("members_removed")?,
            errors: row.get("errors")?,
            held: row.get("held")?,
        },
    })
}

impl Tx {
    /// Begins a run; a conflict if another one of this directory is going on.
    pub async fn insert_run(&mut self, run: &Run) -> Result<()> {
        let sql = "INSERT INTO sync_runs (tenant_id, id, directory_id, agent_id, mode, preview, initial, state,
                   started_at, touched_at, objects, added, updated, deleted, joined, members_added, members_removed,
                   errors, held) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, 0, 0, 0, 0, 0, 0, 0, 0)";
        let args = args![
            self.tenant(),
            run.id,
            run.directory,
            run.agent,
            run.mode.code(),
            run.preview,
            run.initial,
            run.state.code(),
            run.started_at
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Gives up what is going on for a directory, if it is the same agent's or nobody was heard of since `silent`; and,
    /// for the agent that `keeps` the directory, whatever another one does that isn't a preview.
    pub async fn abandon_runs(
        &mut self,
        directory: DirectoryId,
        agent: Uuid,
        keeps: bool,
        silent: Timestamp,
        now: Timestamp,
    ) -> Result<u64> {
        let sql = "UPDATE sync_runs SET state = 'abandoned', ended_at = $6 WHERE tenant_id = $1 AND directory_id = $2
                   AND state = 'running' AND (agent_id = $3 OR touched_at <= $5 OR ($4 AND NOT preview))";
        let args = args![self.tenant(), directory, agent, keeps, silent, now];
        self.conn.exec(sql, args).await
    }

    /// The run that this agent has open, locked until the transaction ends; it is alive.
    pub async fn open_run(
        &mut self,
        id: RunId,
        agent: Uuid,
        now: Timestamp,
    ) -> Result<Option<Run>> {
        let sql = "UPDATE sync_runs SET touched_at = $4
                   WHERE tenant_id = $1 AND id = $2 AND agent_id = $3 AND state = 'running'";
        let args = args![self.tenant(), id, agent, now];
        if self.conn.exec(sql, args).await? == 0 {
            return Ok(None);
        }
        self.run(id).await
    }

    /// A run.
    pub async fn run(&mut self, id: RunId) -> Result<Option<Run>> {
        let sql = format!("SELECT {COLUMNS} FROM sync_runs WHERE tenant_id = $1 AND id = $2");
        let rows = self.conn.rows_of(sql, args![self.tenant(), id]).await?;
        rows.first().map(read).transpose()
    }

    /// A page of runs, newest first, before an instant and id.
    pub async fn runs(
        &mut self,
        before: Option<(Timestamp, RunId)>,
        limit: i64,
    ) -> Result<Vec<Run>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM sync_runs WHERE tenant_id = $1 AND started_at <= $2
             AND (started_at < $2 OR id < $3) ORDER BY started_at DESC, id DESC LIMIT $4"
        );
        let (at, id) = before.unwrap_or((Timestamp(i64::MAX), RunId(Uuid::max())));
        let args = args![self.tenant(), at, id, limit];
        let rows = self.conn.rows_of(sql, args).await?;
        rows.iter().map(read).collect()
    }

    /// Adds to what a run did.
    pub async fn count_run(&mut self, id: RunId, c: &Counts) -> Result<()> {
        let sql = "UPDATE sync_runs SET objects = objects + $3, added = added + $4, updated = updated + $5,
                   deleted = deleted + $6, joined = joined + $7, members_added = members_added + $8,
                   members_removed = members_removed + $9, errors = errors + $10, held = held + $11
                   WHERE tenant_id = $1 AND id = $2";
        let args = args![
            self.tenant(),
            id,
            c.read,
            c.added,
            c.updated,
            c.deleted,
            c.joined,
            c.members_added,
            c.members_removed,
            c.errors,
            c.held
        ];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// Ends a run; what it kept for its end is dropped.
    pub async fn end_run(
        &mut self,
        id: RunId,
        state: RunState,
        message: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE sync_runs SET state = $3, message = $4, ended_at = $5 WHERE tenant_id = $1 AND id = $2";
        let args = args![self.tenant(), id, state.code(), message, now];
        self.conn.exec(sql, args).await?;
        for sql in [
            "DELETE FROM sync_batches WHERE tenant_id = $1 AND run_id = $2",
            "DELETE FROM sync_lists WHERE tenant_id = $1 AND run_id = $2",
        ] {
            self.conn.exec(sql, args![self.tenant(), id]).await?;
        }
        Ok(())
    }

    /// Takes a batch, once.
    pub async fn begin_batch(
        &mut self,
        run: RunId,
        number: i64,
        seen: &[Uuid],
        gone: &[Uuid],
    ) -> Result<StartedBatch> {
        let sql = "INSERT INTO sync_batches (tenant_id, run_id, number, seen, gone) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT DO NOTHING";
        let args = args![self.tenant(), run, number, packed(seen), packed(gone)];
        Ok(if self.conn.exec(sql, args).await? == 1 {
            StartedBatch::New
        } else {
            StartedBatch::Taken
        })
    }

    /// Beside those of a batch itself: whoever has these anchors is still there.
    pub async fn see_too(&mut self, run: RunId, number: i64, anchors: &[Uuid]) -> Result<()> {
        // Batches count from 1, and the end of a run has number 0: what is below belongs to them.
        self.begin_batch(run, -1 - number, anchors, &[])
            .await
            .map(drop)
    }

    /// The anchors that came in a run, and those that it called gone.
    pub async fn seen_in(&mut self, run: RunId) -> Result<(HashSet<Uuid>, HashSet<Uuid>)> {
        let sql = "SELECT seen, gone FROM sync_batches WHERE tenant_id = $1 AND run_id = $2";
        let (mut seen, mut gone) = (HashSet::new(), HashSet::new());
        for row in self.conn.rows(sql, args![self.tenant(), run]).await? {
            seen.extend(unpacked(&row.get::<Vec<u8>>("seen")?));
            gone.extend(unpacked(&row.get::<Vec<u8>>("gone")?));
        }
        Ok((seen, gone))
    }

    /// Drops runs that ended before an instant, with all that is kept of them.
    pub async fn forget_runs(&mut self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM sync_runs WHERE tenant_id = $1 AND ended_at < $2";
        self.conn.exec(sql, args![self.tenant(), before]).await
    }

    /// How many objects a run couldn't take whole.
    pub async fn count_problems(&mut self, run: RunId) -> Result<i64> {
        let sql =
            "SELECT COUNT(DISTINCT anchor) FROM sync_errors WHERE tenant_id = $1 AND run_id = $2";
        self.conn.count(sql, args![self.tenant(), run]).await
    }

    /// What stood in the way of these objects is gone.
    pub async fn drop_problems(&mut self, run: RunId, list: &[Uuid]) -> Result<u64> {
        let sql = "DELETE FROM sync_errors WHERE tenant_id = $1 AND run_id = $2 AND anchor IN ({})";
        let args = args![self.tenant(), run];
        self.conn.exec_in(sql, args, super::anchors(list)).await
    }

    /// Notes what couldn't be taken.
    pub async fn note_problems(&mut self, run: RunId, problems: &[Problem]) -> Result<()> {
        let tenant = self.tenant();
        let before =
            "INSERT INTO sync_errors (tenant_id, run_id, anchor, code, batch, name, detail) VALUES";
        let rows = problems
            .iter()
            .map(|p| args![tenant, run, p.anchor, &p.code, p.batch, &p.name, &p.detail])
            .collect();
        self.conn
            .insert_many(before, rows, "ON CONFLICT DO NOTHING")
            .await
            .map(drop)
    }

    /// What couldn't be taken of a batch.
    pub async fn problems_of_batch(&mut self, run: RunId, batch: i64) -> Result<Vec<Problem>> {
        let sql = "SELECT anchor, code, batch, name, detail FROM sync_errors
                   WHERE tenant_id = $1 AND run_id = $2 AND batch = $3 ORDER BY anchor, code";
        let rows = self
            .conn
            .rows(sql, args![self.tenant(), run, batch])
            .await?;
        rows.iter().map(problem).collect()
    }

    /// A page of what a run couldn't take, by anchor.
    pub async fn problems(
        &mut self,
        run: RunId,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Problem>> {
        let sql = "SELECT anchor, code, batch, name, detail FROM sync_errors WHERE tenant_id = $1 AND run_id = $2
                   AND anchor >= $3 AND (anchor > $3 OR code > $4) ORDER BY anchor, code LIMIT $5";
        let (code, anchor) = After::start(after);
        let args = args![self.tenant(), run, anchor, code, limit];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter().map(problem).collect()
    }

    /// Notes what a preview would do.
    pub async fn note_lines(&mut self, run: RunId, lines: &[Line]) -> Result<()> {
        let sql =
            "SELECT COALESCE(MAX(place), 0) FROM sync_changes WHERE tenant_id = $1 AND run_id = $2";
        let last = self.conn.count(sql, args![self.tenant(), run]).await?;
        let tenant = self.tenant();
        let before = "INSERT INTO sync_changes (tenant_id, run_id, place, action, kind, anchor, name, changes) VALUES";
        let rows = (last + 1..)
            .zip(lines)
            .map(|(place, l)| {
                args![
                    tenant, run, place, &l.action, &l.kind, l.anchor, &l.name, &l.changes
                ]
            })
            .collect();
        self.conn.insert_many(before, rows, "").await.map(drop)
    }

    /// A page of what a preview would do, after a place.
    pub async fn lines(&mut self, run: RunId, after: i64, limit: i64) -> Result<Vec<(i64, Line)>> {
        let sql = "SELECT place, action, kind, anchor, name, changes FROM sync_changes
                   WHERE tenant_id = $1 AND run_id = $2 AND place > $3 ORDER BY place LIMIT $4";
        let args = args![self.tenant(), run, after, limit];
        let rows = self.conn.rows(sql, args).await?;
        rows.iter()
            .map(|r| {
                let line = Line {
                    action: r.get("action")?,
                    kind: r.get("kind")?,
                    anchor: r.get("anchor")?,
                    name: r.get("name")?,
                    changes: r.get("changes")?,
                };
                Ok((r.get("place")?, line))
            })
            .collect()
    }

    /// Objects wait, each with its newest record.
    pub async fn quarantine(
        &mut self,
        directory: DirectoryId,
        objects: &[Quarantined],
        now: Timestamp,
    ) -> Result<()> {
        let tenant = self.tenant();
        let before =
            "INSERT INTO sync_quarantine (tenant_id, directory_id, anchor, record, since) VALUES";
        let rows = objects
            .iter()
            .map(|q| args![tenant, directory, q.anchor, &q.record, now])
            .collect();
        let after =
            "ON CONFLICT (tenant_id, directory_id, anchor) DO UPDATE SET record = excluded.record";
        self.conn.insert_many(before, rows, after).await.map(drop)
    }

    /// Objects wait no longer.
    pub async fn release(&mut self, directory: DirectoryId, list: &[Uuid]) -> Result<u64> {
        let sql = "DELETE FROM sync_quarantine WHERE tenant_id = $1 AND directory_id = $2 AND anchor IN ({})";
        let args = args![self.tenant(), directory];
        self.conn.exec_in(sql, args, super::anchors(list)).await
    }

    /// Those that wait longest.
    pub async fn quarantined(
        &mut self,
        directory: DirectoryId,
        limit: i64,
    ) -> Result<Vec<Quarantined>> {
        let sql =
            "SELECT anchor, record FROM sync_quarantine WHERE tenant_id = $1 AND directory_id = $2
                   ORDER BY since, anchor LIMIT $3";
        let rows = self
            .conn
            .rows(sql, args![self.tenant(), directory, limit])
            .await?;
        rows.iter()
            .map(|r| {
                Ok(Quarantined {
                    anchor: r.get("anchor")?,
                    record: r.get("record")?,
                })
            })
            .collect()
    }

    /// When everything of a directory was last read to its end.
    pub async fn full_at(&mut self, directory: DirectoryId) -> Result<Option<Timestamp>> {
        let sql = "SELECT full_at FROM sync_bases WHERE tenant_id = $1 AND directory_id = $2";
        let row = self.conn.opt(sql, args![self.tenant(), directory]).await?;
        row.map(|r| r.at("full_at")).transpose()
    }

    /// Everything of a directory was read to its end.
    pub async fn set_full_at(&mut self, directory: DirectoryId, now: Timestamp) -> Result<()> {
        let sql = "INSERT INTO sync_bases (tenant_id, directory_id, full_at) VALUES ($1, $2, $3)
                   ON CONFLICT (tenant_id, directory_id) DO UPDATE SET full_at = excluded.full_at";
        let args = args![self.tenant(), directory, now];
        self.conn.exec(sql, args).await.map(drop)
    }

    /// How many deletions of a directory were made since an instant.
    pub async fn deleted_since(&mut self, directory: DirectoryId, since: Timestamp) -> Result<i64> {
        let sql = "SELECT CAST(COALESCE(SUM(deleted), 0) AS BIGINT) FROM sync_runs
                   WHERE tenant_id = $1 AND directory_id = $2 AND NOT preview AND started_at >= $3";
        let args = args![self.tenant(), directory, since];
        self.conn.count(sql, args).await
    }
}

fn problem(r: &Row) -> Result<Problem> {
    Ok(Problem {
        anchor: r.get("anchor")?,
        code: r.get("code")?,
        batch: r.get("batch")?,
        name: r.get("name")?,
        detail: r.get("detail")?,
    })
}
