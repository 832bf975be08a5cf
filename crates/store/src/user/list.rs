//! Lists of users: who is shown, found by what, a page at a time.
//!
//! With a million users the shape of a statement decides between a millisecond and seconds, so there is one for each
//! of three cases. All page by keyset. SQLite has no statistics here, so it is told which index to use: `name_key || ''`
//! and `COALESCE(deleted_at, 0) = 0` say the same as `name_key` and `deleted_at IS NULL` in a form that no index
//! offers, and `CROSS JOIN` fixes the order of a join. PostgreSQL judges for itself.

use super::{columns, read};
use crate::db::{Result, Tx, args};
use keyward_core::user::User;

/// Which users a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserFilter {
    /// Everybody who is not deleted.
    #[default]
    All,
    /// Those who may sign in.
    Enabled,
    /// Those who may not.
    Blocked,
    /// Those whose owner said "It wasn't me", until an administrator lifts it.
    Held,
    /// Those who hold a role.
    Administrators,
    /// Those who can still be restored.
    Deleted,
}

/// Where a page of a list begins: after this key and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The key that the list is ordered by.
    pub key: String,
    /// Breaks ties.
    pub id: uuid::Uuid,
}

impl After {
    /// The key and id that a list begins after.
    pub(crate) fn start(after: Option<&Self>) -> (String, uuid::Uuid) {
        after.map_or((String::new(), uuid::Uuid::nil()), |a| {
            (a.key.clone(), a.id)
        })
    }
}

/// The end of the range of keys that begin with a text.
pub(crate) fn prefix_end(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// Everybody, in the order of the index on names.
macro_rules! walk {
    ($who:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM users u WHERE u.tenant_id = $1 AND u.name_key >= $2 AND (u.name_key > $2 OR u.id > $3) AND ",
            $who,
            " ORDER BY u.name_key, u.id LIMIT $4"
        )
    };
}

/// The first of those with one key in a range.
macro_rules! branch {
    ($key:literal, $name:literal, $who:expr) => {
        concat!(
            "SELECT id FROM (SELECT u.id AS id FROM users u WHERE u.tenant_id = $1 AND u.",
            $key,
            " >= $5 AND u.",
            $key,
            " < $6 AND ",
            $name,
            " >= $2 AND (",
            $name,
            " > $2 OR u.id > $3) AND ",
            $who,
            " ORDER BY ",
            $name,
            ", u.id LIMIT $4) ",
            $key
        )
    };
}

/// Those found by a prefix: each of the three keys has its index.
macro_rules! search {
    ($who:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM (",
            branch!(
                "name_key",
                "u.name_key",
                concat!("u.deleted_at IS NULL ", $who)
            ),
            " UNION ",
            branch!(
                "upn_key",
                "u.name_key || ''",
                concat!("COALESCE(u.deleted_at, 0) = 0 ", $who)
            ),
            " UNION ",
            branch!(
                "surname_key",
                "u.name_key || ''",
                concat!("COALESCE(u.deleted_at, 0) = 0 ", $who)
            ),
            ") hit CROSS JOIN users u WHERE u.tenant_id = $1 AND u.id = hit.id
             ORDER BY u.name_key || '', u.id LIMIT $4"
        )
    };
}

/// Those who are few: all of them are looked at, and sorted.
macro_rules! few {
    ($who:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM ",
            $who,
            " AND ((u.name_key || '' >= $5 AND u.name_key || '' < $6) OR (u.upn_key || '' >= $5 AND u.upn_key || '' < $6)
               OR (u.surname_key || '' >= $5 AND u.surname_key || '' < $6))
             AND u.name_key || '' >= $2 AND (u.name_key || '' > $2 OR u.id > $3)
             ORDER BY u.name_key || '', u.id LIMIT $4"
        )
    };
}

impl Tx {
    /// A page of users by display name. `prefix` (folded) matches the beginning of the display name, the surname or
    /// the user name.
    pub async fn users(
        &mut self,
        filter: UserFilter,
        prefix: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<User>> {
        let (key, id) = after.map_or((String::new(), uuid::Uuid::nil()), |a| {
            (a.key.clone(), a.id)
        });
        let mut args = args![self.tenant(), key, id, limit];
        let range = args![prefix, prefix_end(prefix)];
        let sql = match (filter, prefix.is_empty()) {
            (UserFilter::All, true) => walk!("u.deleted_at IS NULL"),
            (UserFilter::All, false) => search!(""),
            (UserFilter::Enabled, true) => walk!("u.deleted_at IS NULL AND u.enabled"),
            (UserFilter::Enabled, false) => search!("AND u.enabled"),
            (UserFilter::Blocked, true) => walk!("u.deleted_at IS NULL AND NOT u.enabled"),
            (UserFilter::Blocked, false) => search!("AND NOT u.enabled"),
            (UserFilter::Administrators, _) => few!(
                "(SELECT DISTINCT user_id FROM role_assignments WHERE tenant_id = $1) r CROSS JOIN users u
                 WHERE u.tenant_id = $1 AND u.id = r.user_id AND u.deleted_at IS NULL"
            ),
            // Found in the index of what reports count.
            (UserFilter::Held, _) => few!(
                "(SELECT id FROM users WHERE tenant_id = $1 AND deleted_at IS NULL AND held_at IS NOT NULL) h
                 CROSS JOIN users u WHERE u.tenant_id = $1 AND u.id = h.id"
            ),
            (UserFilter::Deleted, _) => {
                few!("users u WHERE u.tenant_id = $1 AND u.deleted_at IS NOT NULL")
            }
        };
        if sql.contains("$5") {
            args.extend(range);
        }
        let rows = self.conn.rows(sql, args).await?;
        rows.iter().map(|r| read(self.tenant(), r)).collect()
    }
}
