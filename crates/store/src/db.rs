//! The narrow waist: pools, transactions, values and rows of either engine behind one face.
//!
//! Traps that this file exists for: a write transaction on SQLite begins IMMEDIATE (a plain BEGIN that reads first
//! fails when it comes to write); PostgreSQL wants the type of a NULL, so every [`Value`] keeps its type; one writer
//! connection on SQLite, many readers.

mod error;
mod sqlite;
mod value;

use keyward_core::ids::TenantId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Postgres, Transaction};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::broadcast;

use crate::signal::Signal;

pub use error::{Error, Result};
use sqlite::{Sqlite, SqliteTx};
pub use value::Value;
use value::bind_postgres;
pub(crate) use value::{Row, args};

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server, for several nodes.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    /// Signals of committed transactions.
    pub(crate) bell: broadcast::Sender<Signal>,
}

#[derive(Clone)]
enum Pools {
    Sqlite(Sqlite),
    Postgres(PgPool),
}

/// How many rows or places a statement about many things has.
const LENGTHS: [usize; 4] = [250, 50, 10, 1];

/// How long a request waits for the lock or a connection before it is told that the service is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// Signals that somebody who waits may be behind before losing one, which is as good as having heard it.
const UNHEARD: usize = 1024;

/// A request that is given up while its BEGIN is under way leaves the connection in that transaction, and sqlx hands it
/// on as if it were in none. The next BEGIN is only warned about then, and a write would find itself in a transaction
/// that reads: it says what it wants in any case, which is allowed until the first query.
const BEGIN_WRITING: &str = "BEGIN; SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE";

impl Db {
    /// Opens the embedded database in `file`, making it if it isn't there.
    ///
    /// `synchronous=FULL`: a reset that was answered survives a power cut (TR-20).
    #[expect(
        clippy::unused_async,
        reason = "the other engine has to wait for its server"
    )]
    pub async fn open_sqlite(file: &Path) -> Result<Self> {
        Ok(Self::over(Pools::Sqlite(Sqlite::open(file)?)))
    }

    /// Opens a PostgreSQL database by its URL.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?
            // TR-20: an answered commit is on disk, whatever the server's default says.
            .options([("synchronous_commit", "on")]);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Ok(Self::over(Pools::Postgres(pool)))
    }

    fn over(pools: Pools) -> Self {
        Self {
            pools,
            bell: broadcast::Sender::new(UNHEARD),
        }
    }

    pub(crate) fn postgres(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Sqlite(_) => None,
            Pools::Postgres(pool) => Some(pool),
        }
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite(_) => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// A transaction that reads a consistent state of one tenant.
    pub async fn read(&self, tenant: TenantId) -> Result<Tx> {
        Ok(self.tx(self.begin(Mode::Read).await?, tenant))
    }

    /// A transaction that may write for one tenant.
    pub async fn write(&self, tenant: TenantId) -> Result<Tx> {
        Ok(self.tx(self.begin(Mode::Write).await?, tenant))
    }

    fn tx(&self, conn: Conn, tenant: TenantId) -> Tx {
        Tx {
            conn,
            tenant,
            signals: Vec::new(),
            enqueued: false,
            recorded: false,
            bell: self.bell.clone(),
        }
    }

    /// A transaction of the installation itself: set-up, finding the tenant of a name, the job queue.
    pub async fn system(&self) -> Result<SystemTx> {
        Ok(SystemTx {
            conn: self.begin(Mode::Write).await?,
            bell: self.bell.clone(),
        })
    }

    /// [`Db::system`], for reading only.
    pub async fn system_read(&self) -> Result<SystemTx> {
        Ok(SystemTx {
            conn: self.begin(Mode::Read).await?,
            bell: self.bell.clone(),
        })
    }

    async fn begin(&self, mode: Mode) -> Result<Conn> {
        Ok(match (&self.pools, mode) {
            (Pools::Sqlite(file), Mode::Write) => Conn::Sqlite(file.begin_write().await?),
            (Pools::Sqlite(file), Mode::Read) => Conn::Sqlite(file.begin_read().await?),
            (Pools::Postgres(pool), Mode::Write) => {
                Conn::Postgres(pool.begin_with(BEGIN_WRITING).await?)
            }
            (Pools::Postgres(pool), Mode::Read) => Conn::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    .await?,
            ),
        })
    }

    /// Gives back what nobody has needed for a while. Called now and then by the housekeeper.
    pub fn rest(&self) {
        if let Pools::Sqlite(file) = &self.pools {
            file.rest();
        }
    }

    /// Closes every connection; SQLite folds its log back into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite(file) => file.close().await,
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Read,
    Write,
}

pub(crate) enum Conn {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction of one tenant. Dropped without [`commit`](Tx::commit), it leaves nothing behind.
pub struct Tx {
    pub(crate) conn: Conn,
    tenant: TenantId,
    /// What those who wait are told when it is committed.
    pub(crate) signals: Vec<Signal>,
    pub(crate) enqueued: bool,
    pub(crate) recorded: bool,
    bell: broadcast::Sender<Signal>,
}

/// A transaction of the installation; see [`Db::system`].
pub struct SystemTx {
    pub(crate) conn: Conn,
    bell: broadcast::Sender<Signal>,
}

impl Tx {
    /// The tenant that every statement is bound to.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether a message was enqueued and no event written down beside it.
    #[must_use]
    pub fn sends_unrecorded(&self) -> bool {
        self.enqueued && !self.recorded
    }

    /// Makes it true.
    pub async fn commit(self) -> Result<()> {
        self.conn.commit().await?;
        for signal in self.signals {
            // An error says that nobody waits.
            let _ = self.bell.send(signal);
        }
        Ok(())
    }
}

impl SystemTx {
    /// Makes it true.
    pub async fn commit(self) -> Result<()> {
        self.conn.commit().await
    }

    /// Goes on in the name of one tenant, in the same transaction.
    #[must_use]
    pub fn for_tenant(self, tenant: TenantId) -> Tx {
        Tx {
            conn: self.conn,
            tenant,
            signals: Vec::new(),
            enqueued: false,
            recorded: false,
            bell: self.bell,
        }
    }
}

impl Conn {
    async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit()?,
            Self::Postgres(tx) => tx.commit().await.map_err(|error| match error {
                // Nobody knows whether it was committed: this must not pass for a server that was away before.
                sqlx::Error::Io(error) => Error::Unknown(error.to_string()),
                other => other.into(),
            })?,
        }
        Ok(())
    }

    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement; the number of rows it touched.
    pub(crate) async fn exec(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => tx.exec(sql, args)?,
            Self::Postgres(tx) => bind_postgres(sqlx::query(sql), args)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// [`Conn::exec`] for text that the code of this crate put together, such as one with many rows.
    pub(crate) async fn exec_of(&mut self, sql: String, args: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => tx.exec(&sql, args)?,
            Self::Postgres(tx) => {
                let sql = sqlx::AssertSqlSafe(sql);
                let query = bind_postgres(sqlx::query(sql), args);
                query.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// Inserts rows, many to a statement. `before` ends in VALUES, `after` is what follows them.
    ///
    /// Only a few lengths of statement are ever made, so that each is prepared once.
    pub(crate) async fn insert_many(
        &mut self,
        before: &str,
        rows: Vec<Vec<Value>>,
        after: &str,
    ) -> Result<u64> {
        let engine = self.engine();
        let mut rows = rows.into_iter();
        let mut done = 0;
        while let Some(first) = rows.next() {
            let (columns, left) = (first.len(), rows.len() + 1);
            let take = length(left);
            let rows_of_places: Vec<_> = (0..take)
                .map(|row| format!("({})", places(engine, row * columns, columns)))
                .collect();
            let sql = format!("{before} {} {after}", rows_of_places.join(","));
            let args = first
                .into_iter()
                .chain(rows.by_ref().take(take - 1).flatten())
                .collect();
            done += self.exec_of(sql, args).await?;
        }
        Ok(done)
    }

    /// The rows of a question about many things: `sql` has `{}` where the list of places goes, which come after `args`.
    pub(crate) async fn rows_in(
        &mut self,
        sql: &str,
        args: Vec<Value>,
        list: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Row>> {
        let mut found = Vec::new();
        for (sql, args) in about_many(self.engine(), sql, &args, list) {
            found.extend(self.rows_of(sql, args).await?);
        }
        Ok(found)
    }

    /// [`Conn::exec`] about many things, as [`Conn::rows_in`].
    pub(crate) async fn exec_in(
        &mut self,
        sql: &str,
        args: Vec<Value>,
        list: impl IntoIterator<Item = Value>,
    ) -> Result<u64> {
        let mut done = 0;
        for (sql, args) in about_many(self.engine(), sql, &args, list) {
            done += self.exec_of(sql, args).await?;
        }
        Ok(done)
    }

    /// Runs text that holds several statements and no arguments.
    pub(crate) async fn script(&mut self, sql: String) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.script(&sql)?,
            Self::Postgres(tx) => {
                let sql = sqlx::AssertSqlSafe(sql);
                sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?;
            }
        }
        Ok(())
    }

    pub(crate) async fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Sqlite(tx) => tx.rows(sql, args)?,
            Self::Postgres(tx) => {
                let rows = bind_postgres(sqlx::query(sql), args)
                    .fetch_all(&mut **tx)
                    .await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// [`Conn::rows`] for text that the code of this crate put together from its own schema.
    pub(crate) async fn rows_of(&mut self, sql: String, args: Vec<Value>) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Sqlite(tx) => tx.rows(&sql, args)?,
            Self::Postgres(tx) => {
                let sql = sqlx::AssertSqlSafe(sql);
                let rows = bind_postgres(sqlx::query(sql), args)
                    .fetch_all(&mut **tx)
                    .await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    pub(crate) async fn opt(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(match self {
            Self::Sqlite(tx) => tx.opt(sql, args)?,
            Self::Postgres(tx) => bind_postgres(sqlx::query(sql), args)
                .fetch_optional(&mut **tx)
                .await?
                .map(Row::Postgres),
        })
    }

    /// The first column of the one row that there must be.
    pub(crate) async fn count(&mut self, sql: &'static str, args: Vec<Value>) -> Result<i64> {
        let row = self
            .opt(sql, args)
            .await?
            .ok_or(Error::Unreadable("count"))?;
        row.get_at(0)
    }
}

/// How many of those that are left go into the next statement.
fn length(left: usize) -> usize {
    LENGTHS.into_iter().find(|n| *n <= left).unwrap_or(1)
}

/// Places of a statement, after the first `before`.
///
/// SQLite looks through the names of all places for each one that has a name: with the six thousand of a long insert
/// that takes longer than writing the rows. There they have none, and follow on those that do.
fn places(engine: Engine, before: usize, count: usize) -> String {
    let place = |n| match engine {
        Engine::Sqlite => "?".to_owned(),
        Engine::Postgres => format!("${}", before + n),
    };
    (1..=count).map(place).collect::<Vec<_>>().join(",")
}

/// A statement about many things, as few times as there are lengths for, each with its arguments.
fn about_many(
    engine: Engine,
    sql: &str,
    args: &[Value],
    list: impl IntoIterator<Item = Value>,
) -> Vec<(String, Vec<Value>)> {
    let mut list = list.into_iter().collect::<Vec<_>>().into_iter();
    let mut statements = Vec::new();
    while list.len() > 0 {
        let take = length(list.len());
        let sql = sql.replacen("{}", &places(engine, args.len(), take), 1);
        let args = args.iter().cloned().chain(list.by_ref().take(take));
        statements.push((sql, args.collect()));
    }
    statements
}
