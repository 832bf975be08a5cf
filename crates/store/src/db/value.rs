//! Arguments and rows of either engine.

use super::Result;
use super::sqlite::SqliteRow;
use rusqlite::types::FromSql;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row as _};
use uuid::Uuid;

/// An argument, with its type even when it is NULL.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// BIGINT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA.
    Bytes(Option<Vec<u8>>),
    /// UUID.
    Uuid(Option<Uuid>),
    /// BOOLEAN.
    Bool(bool),
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from($v: $from) -> Self { $to }
        }
    )+};
}

value_from! {
    i64 => |v| Self::Int(Some(v)),
    Option<i64> => |v| Self::Int(v),
    String => |v| Self::Text(Some(v)),
    &String => |v| Self::Text(Some(v.clone())),
    &str => |v| Self::Text(Some(v.to_owned())),
    Option<String> => |v| Self::Text(v),
    &Option<String> => |v| Self::Text(v.clone()),
    Option<&str> => |v| Self::Text(v.map(str::to_owned)),
    Vec<u8> => |v| Self::Bytes(Some(v)),
    &[u8] => |v| Self::Bytes(Some(v.to_vec())),
    &[u8; 32] => |v| Self::Bytes(Some(v.to_vec())),
    Option<Vec<u8>> => |v| Self::Bytes(v),
    Uuid => |v| Self::Uuid(Some(v)),
    Option<Uuid> => |v| Self::Uuid(v),
    bool => |v| Self::Bool(v),
    keyward_core::time::Timestamp => |v| Self::Int(Some(v.0)),
    Option<keyward_core::time::Timestamp> => |v| Self::Int(v.map(|t| t.0)),
    keyward_core::ids::UserId => |v| Self::Uuid(Some(v.0)),
    Option<keyward_core::ids::UserId> => |v| Self::Uuid(v.map(|u| u.0)),
    keyward_core::ids::TenantId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::GroupId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::MethodId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::HandOverId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::PassId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::TokenId => |v| Self::Uuid(Some(v.0)),
    Option<keyward_core::ids::MethodId> => |v| Self::Uuid(v.map(|u| u.0)),
    keyward_core::ids::ResetId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::SessionId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::ChallengeId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::EventId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::JobId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::DirectoryId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::AgentId => |v| Self::Uuid(Some(v.0)),
    Option<keyward_core::ids::AgentId> => |v| Self::Uuid(v.map(|a| a.0)),
    keyward_core::ids::EnrolmentId => |v| Self::Uuid(Some(v.0)),
    keyward_core::ids::OperationId => |v| Self::Uuid(Some(v.0)),
    Option<keyward_core::ids::DirectoryId> => |v| Self::Uuid(v.map(|d| d.0)),
    keyward_core::ids::RunId => |v| Self::Uuid(Some(v.0)),
}

/// The arguments of a statement, in the order of `$1`, `$2` …
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Value::from($value)),*] };
}
pub(crate) use args;

/// PostgreSQL can't hold U+0000 in a text and fails the statement; SQLite stops reading at it here and there. Whatever
/// comes in from outside, the replacement character is stored and searched for in its place.
/// None: there is none in it.
pub(super) fn without_nul(text: &str) -> Option<String> {
    text.contains('\0').then(|| text.replace('\0', "\u{FFFD}"))
}

type PostgresQuery<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

pub(super) fn bind_postgres(query: PostgresQuery<'_>, args: Vec<Value>) -> PostgresQuery<'_> {
    args.into_iter().fold(query, |q, value| match value {
        Value::Int(v) => q.bind(v),
        Value::Text(v) => q.bind(v.map(|text| without_nul(&text).unwrap_or(text))),
        Value::Bytes(v) => q.bind(v),
        Value::Uuid(v) => q.bind(v),
        Value::Bool(v) => q.bind(v),
    })
}

/// One row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that both engines can read.
pub(crate) trait Column:
    FromSql + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>
{
}

impl<T> Column for T where T: FromSql + for<'r> sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres> {}

impl Row {
    pub(crate) fn get<T: Column>(&self, name: &str) -> Result<T> {
        Ok(match self {
            Self::Sqlite(row) => row.get(name)?,
            Self::Postgres(row) => row.try_get(name)?,
        })
    }

    pub(crate) fn get_at<T: Column>(&self, index: usize) -> Result<T> {
        Ok(match self {
            Self::Sqlite(row) => row.get_at(index)?,
            Self::Postgres(row) => row.try_get(index)?,
        })
    }

    pub(crate) fn at(&self, name: &str) -> Result<keyward_core::time::Timestamp> {
        Ok(keyward_core::time::Timestamp(self.get(name)?))
    }

    pub(crate) fn at_opt(&self, name: &str) -> Result<Option<keyward_core::time::Timestamp>> {
        Ok(self
            .get::<Option<i64>>(name)?
            .map(keyward_core::time::Timestamp))
    }
}
