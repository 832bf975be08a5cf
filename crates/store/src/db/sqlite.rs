//! SQLite, called right where the statement is needed.
//!
//! A statement on the embedded database takes microseconds, less than handing it to another thread and waking up when
//! it is done. So it runs on the thread of the request. What may take longer gives other requests of that thread away
//! first ([`at_leisure`]): statements that read many rows, and commits, which wait for the disk.

use super::value::{Row, Value, without_nul};
use super::{Error, PATIENCE, Result};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, Statement};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// How many connections read at once.
const READERS: usize = 4;

/// A connection that nobody has needed for so long is closed: its cache is memory.
const IDLE: Duration = Duration::from_mins(1);

/// Statements that a connection keeps prepared. There are some three hundred in all.
const PREPARED: usize = 256;

/// One file, one writer, some readers.
#[derive(Clone)]
pub(super) struct Sqlite {
    writer: Arc<Lane>,
    readers: Arc<Lane>,
}

impl Sqlite {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let lane = |places| {
            Arc::new(Lane {
                file: file.to_owned(),
                places: Arc::new(Semaphore::new(places)),
                idle: Mutex::default(),
                closed: AtomicBool::new(false),
            })
        };
        let (writer, readers) = (lane(1), lane(READERS));
        // A file that can't be opened is told now, not to the first visitor.
        let connection = connect(file)?;
        writer.give_back(connection);
        Ok(Self { writer, readers })
    }

    pub(super) async fn begin_write(&self) -> Result<SqliteTx> {
        let tx = self.writer.take().await?;
        let until = Instant::now() + PATIENCE;
        tx.connection().busy_timeout(Duration::ZERO)?;
        loop {
            // A plain BEGIN that reads first fails when it comes to write.
            match tx.control("BEGIN IMMEDIATE") {
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                        && Instant::now() < until =>
                {
                    // Another process writes: a command line beside the server.
                    sleep(Duration::from_millis(5)).await;
                }
                begun => {
                    tx.connection().busy_timeout(PATIENCE)?;
                    begun?;
                    return Ok(tx);
                }
            }
        }
    }

    pub(super) async fn begin_read(&self) -> Result<SqliteTx> {
        let tx = self.readers.take().await?;
        tx.control("BEGIN")?;
        Ok(tx)
    }

    /// Closes connections that nobody has needed for a while.
    pub(super) fn rest(&self) {
        self.readers.rest();
    }

    /// Closes every connection, the writer's last: it folds the log back into the file.
    pub(super) async fn close(&self) {
        for (lane, places) in [(&self.readers, READERS), (&self.writer, 1)] {
            lane.closed.store(true, Ordering::Relaxed);
            let everybody = lane.places.acquire_many(places as u32);
            let _ = timeout(PATIENCE, everybody).await;
            lane.places.close();
            lane.idle().clear();
        }
    }
}

/// Connections of one kind, and how many of them there may be.
struct Lane {
    file: PathBuf,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<(Instant, Box<Connection>)>>,
    closed: AtomicBool,
}

impl Lane {
    async fn take(self: &Arc<Self>) -> Result<SqliteTx> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(Error::Closed);
        }
        let place = timeout(PATIENCE, self.places.clone().acquire_owned());
        let place = place
            .await
            .map_err(|_| Error::Busy)?
            .map_err(|_| Error::Closed)?;
        let kept = self.idle().pop();
        let connection = match kept {
            Some((_, connection)) => connection,
            None => connect(&self.file)?,
        };
        Ok(SqliteTx {
            connection: Some(connection),
            lane: self.clone(),
            _place: place,
        })
    }

    fn give_back(&self, connection: Box<Connection>) {
        if !self.closed.load(Ordering::Relaxed) {
            self.idle().push((Instant::now(), connection));
        }
    }

    fn rest(&self) {
        self.idle().retain(|(since, _)| since.elapsed() < IDLE);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, Box<Connection>)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(file: &Path) -> Result<Box<Connection>> {
    let connection = Box::new(Connection::open(file)?);
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Plans don't hang on the values that are bound: else each statement that compares one with a column is prepared anew
    // every time, which was a tenth of what a busy server did.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -2000;
         PRAGMA trusted_schema = OFF;
         -- What undoes a long statement that fails is kept in memory: else it goes to a file outside the data directory,
         -- and takes longer than the statement.
         PRAGMA temp_store = MEMORY;
         -- Freed pages are overwritten, so that an erased secret is gone from the file too (DB-02).
         PRAGMA secure_delete = ON;",
    )?;
    Ok(connection)
}

/// A transaction. Dropped without a commit, it is rolled back there and then.
pub(crate) struct SqliteTx {
    /// Boxed: a transaction is part of every future above it.
    connection: Option<Box<Connection>>,
    lane: Arc<Lane>,
    _place: OwnedSemaphorePermit,
}

impl SqliteTx {
    #[expect(clippy::expect_used, reason = "only drop takes the connection")]
    fn connection(&self) -> &Connection {
        self.connection.as_deref().expect("a connection until drop")
    }

    pub(super) fn commit(self) -> Result<()> {
        at_leisure(|| self.control("COMMIT"))?;
        Ok(())
    }

    /// Begins or ends the transaction.
    fn control(&self, sql: &str) -> rusqlite::Result<()> {
        control(self.connection(), sql)
    }

    /// The number of rows that the statement touched.
    pub(super) fn exec(&self, sql: &str, args: Vec<Value>) -> Result<u64> {
        let connection = self.connection();
        let mut statement = prepare(connection, sql, args)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        Ok(connection.changes())
    }

    pub(super) fn script(&self, sql: &str) -> Result<()> {
        Ok(at_leisure(|| self.connection().execute_batch(sql))?)
    }

    pub(super) fn rows(&self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>> {
        at_leisure(|| {
            let mut statement = prepare(self.connection(), sql, args)?;
            let names = names(&statement);
            let mut rows = statement.raw_query();
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(Row::Sqlite(SqliteRow::read(&names, row)?));
            }
            Ok(all)
        })
    }

    pub(super) fn opt(&self, sql: &str, args: Vec<Value>) -> Result<Option<Row>> {
        let mut statement = prepare(self.connection(), sql, args)?;
        let names = names(&statement);
        let mut rows = statement.raw_query();
        let row = rows
            .next()?
            .map(|row| SqliteRow::read(&names, row))
            .transpose()?;
        // A statement that writes and returns is done when its last row was asked for.
        while rows.next()?.is_some() {}
        Ok(row.map(Row::Sqlite))
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // On a full disk SQLite has rolled back by itself (RL-02). A connection that can't leave its transaction is
        // closed, which ends that.
        if connection.is_autocommit() || control(&connection, "ROLLBACK").is_ok() {
            self.lane.give_back(connection);
        }
    }
}

fn control(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn prepare<'c>(
    connection: &'c Connection,
    sql: &str,
    args: Vec<Value>,
) -> Result<CachedStatement<'c>> {
    // The text only: arguments are people's data.
    tracing::trace!(sql, "statement");
    let mut statement = connection.prepare_cached(sql)?;
    // `$1` is a name to SQLite, and numbered by where it stands first. Places without a name follow on the highest.
    let numbers: Vec<Option<usize>> = (1..=statement.parameter_count())
        .map(|index| {
            statement
                .parameter_name(index)?
                .strip_prefix('$')?
                .parse()
                .ok()
        })
        .collect();
    let named = numbers.iter().flatten().max().copied().unwrap_or(0);
    let mut nameless = named..;
    let mut args: Vec<_> = args.into_iter().map(Some).collect();
    for (place, number) in numbers.into_iter().enumerate() {
        let number = number
            .map(|n| n.wrapping_sub(1))
            .or_else(|| nameless.next());
        let value = number
            .and_then(|n| args.get_mut(n)?.take())
            .ok_or(Error::Unreadable("the arguments of a statement"))?;
        statement.raw_bind_parameter(place + 1, Bound(value))?;
    }
    Ok(statement)
}

/// A value on its way into a statement.
struct Bound(Value);

impl rusqlite::ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            Value::Int(Some(v)) => ToSqlOutput::Owned(Cell::Integer(*v)),
            Value::Bool(v) => ToSqlOutput::Owned(Cell::Integer(i64::from(*v))),
            Value::Text(Some(v)) => match without_nul(v) {
                Some(clean) => ToSqlOutput::Owned(Cell::Text(clean)),
                None => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            },
            Value::Bytes(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Value::Uuid(Some(v)) => ToSqlOutput::Borrowed(ValueRef::Blob(v.as_bytes())),
            Value::Int(None) | Value::Text(None) | Value::Bytes(None) | Value::Uuid(None) => {
                ToSqlOutput::Owned(Cell::Null)
            }
        })
    }
}

fn names(statement: &Statement<'_>) -> Arc<[String]> {
    statement
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// A row, read whole: it outlives its statement.
pub(crate) struct SqliteRow {
    names: Arc<[String]>,
    cells: Vec<Cell>,
}

impl SqliteRow {
    fn read(names: &Arc<[String]>, row: &rusqlite::Row<'_>) -> Result<Self> {
        let cells = (0..names.len())
            .map(|index| Ok(row.get::<_, Cell>(index)?))
            .collect::<Result<_>>()?;
        Ok(Self {
            names: names.clone(),
            cells,
        })
    }

    pub(super) fn get<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<T> {
        let index = self.names.iter().position(|n| n == name);
        self.get_at(index.ok_or_else(|| rusqlite::Error::InvalidColumnName(name.to_owned()))?)
    }

    pub(super) fn get_at<T: rusqlite::types::FromSql>(&self, index: usize) -> Result<T> {
        let cell = self.cells.get(index);
        let cell = cell.ok_or(rusqlite::Error::InvalidColumnIndex(index))?;
        T::column_result(ValueRef::from(cell)).map_err(|error| {
            let error = Box::new(error);
            rusqlite::Error::FromSqlConversionFailure(index, cell.data_type(), error).into()
        })
    }
}

/// Runs what may take its time. Where the runtime has several threads, this one's other requests go to another first.
fn at_leisure<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
