//! What can go wrong with the database, and which of it passes.

use rusqlite::{ErrorCode, ffi};
use std::borrow::Cow;

/// What can go wrong with the database. None of it is the user's doing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// PostgreSQL refused or was away.
    #[error("database: {0}")]
    Postgres(#[from] sqlx::Error),
    /// SQLite refused or was away.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Too many at once: none of the connections came free in time.
    #[error("database: no connection came free in time")]
    Busy,
    /// It was closed.
    #[error("database: it is closed")]
    Closed,
    /// The connection was lost while committing, so the change may hold or not.
    #[error("database: whether the change was committed is unknown: {0}")]
    Unknown(String),
    /// A row that the code can't read: it was written by hand or by a newer version.
    #[error("database: unreadable value in {0}")]
    Unreadable(&'static str),
    /// The schema is newer or older than this program.
    #[error("{0}")]
    Schema(String),
    /// A backup that was made with another root key.
    #[error("the backup was made with another root key: nothing was restored")]
    WrongKey,
    /// Reading or writing a file.
    #[error("{0}")]
    File(String),
}

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Two rows would have had the same unique key.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Postgres(sqlx::Error::Database(e)) => e.is_unique_violation(),
            Self::Sqlite(e) => e.sqlite_error().is_some_and(|e| {
                [
                    ffi::SQLITE_CONSTRAINT_UNIQUE,
                    ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                ]
                .contains(&e.extended_code)
            }),
            _ => false,
        }
    }

    /// What was written breaks a rule of the schema.
    #[must_use]
    pub fn is_violation(&self) -> bool {
        match self {
            Self::Postgres(sqlx::Error::Database(e)) => e.kind() != sqlx::error::ErrorKind::Other,
            Self::Sqlite(e) => e.sqlite_error_code() == Some(ErrorCode::ConstraintViolation),
            _ => false,
        }
    }

    /// Somebody else holds the lock; the same again later may go through.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Busy | Self::Postgres(sqlx::Error::PoolTimedOut) => true,
            Self::Sqlite(e) => e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy),
            // Serialization failure, deadlock.
            Self::Postgres(e) => code(e).is_some_and(|c| matches!(&*c, "40001" | "40P01")),
            _ => false,
        }
    }

    /// The engine can't be reached, is shutting down, or has no room: nothing is wrong with the request, and it may
    /// go through when an operator has seen to it (RL-04).
    #[must_use]
    pub fn is_away(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, Tls, WorkerCrashed};
        match self {
            Self::Closed | Self::Postgres(Io(_) | Tls(_) | PoolClosed | WorkerCrashed) => true,
            // The disk fails, is full, or the file can't be opened.
            Self::Sqlite(e) => matches!(
                e.sqlite_error_code(),
                Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull | ErrorCode::CannotOpen)
            ),
            // No connection; no disk, memory or place for one more; shutting down or starting up.
            Self::Postgres(e) => code(e).is_some_and(|code| {
                ["08", "53", "57P0"]
                    .iter()
                    .any(|class| code.starts_with(class))
            }),
            _ => false,
        }
    }
}

/// What PostgreSQL calls an error.
fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

#[cfg(test)]
mod tests {
    use crate::db::{Conn, args};
    use crate::{Db, schema};
    use keyward_testbed::postgres::Postgres;

    #[tokio::test]
    async fn a_disk_without_room_is_no_fault_of_the_request() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&dir.path().join("keyward.db"))
            .await
            .unwrap();
        schema::migrate(&db).await.unwrap();
        let mut tx = db.system().await.unwrap();
        // The engine says the same as on a full disk: SQLITE_FULL.
        let Conn::Sqlite(conn) = &tx.conn else {
            unreachable!()
        };
        conn.script("PRAGMA max_page_count = 1").unwrap();
        let error = tx.set_fact("big", &vec![0; 1 << 20]).await.unwrap_err();
        assert!(error.is_away() && !error.is_busy(), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_goes_away_is_no_fault_of_the_request() {
        let db = Db::open_postgres(&Postgres::shared().fresh_schema())
            .await
            .unwrap();
        let mut tx = db.system().await.unwrap();
        let sql = "SELECT pg_terminate_backend(pg_backend_pid())";
        let error = tx.conn.opt(sql, args![]).await.err().unwrap();
        assert!(error.is_away(), "{error}");
        drop(tx);
        db.close().await;
        assert!(db.system().await.err().unwrap().is_away());
    }
}
