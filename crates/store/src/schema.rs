//! The tables, and how a database comes to have them.
//!
//! One text for both engines: PostgreSQL's type names, of which four are mapped for SQLite, whose tables are STRICT.
//! Every table that holds something of a tenant begins with `tenant_id`, and so does every key and index of it.

use crate::db::{Conn, Db, Engine, Error, Result, args};

/// The schema that this program needs.
pub const VERSION: i64 = 20;

/// Each entry takes a database from the version before it to its own (its index plus one).
const MIGRATIONS: [&str; 20] = [
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
    include_str!("schema/0009.sql"),
    include_str!("schema/0010.sql"),
    include_str!("schema/0011.sql"),
    include_str!("schema/0012.sql"),
    include_str!("schema/0013.sql"),
    include_str!("schema/0014.sql"),
    include_str!("schema/0015.sql"),
    include_str!("schema/0016.sql"),
    include_str!("schema/0017.sql"),
    include_str!("schema/0018.sql"),
    include_str!("schema/0019.sql"),
    include_str!("schema/0020.sql"),
];

/// Brings the database up to [`VERSION`], each step in one transaction; says from which version it came.
pub async fn migrate(db: &Db) -> Result<i64> {
    migrate_to(db, VERSION).await
}

/// [`migrate`], but no further than this version: what an older program would have left.
pub async fn migrate_to(db: &Db, last: i64) -> Result<i64> {
    let before = version(db).await?;
    if before > VERSION {
        return Err(Error::Schema(format!(
            "the database has schema {before}, this program knows up to {VERSION}: run the newer program"
        )));
    }
    let mut reached = before;
    while reached < last.min(VERSION) {
        let mut tx = db.system().await?;
        // Two nodes may start at once: the second waits here and finds the step done.
        alone(&mut tx.conn).await?;
        reached = version_at(&mut tx.conn).await? + 1;
        climb(&mut tx.conn, reached.min(last)).await?;
        tx.commit().await?;
    }
    Ok(before)
}

/// Waits until no other transaction changes the schema, until this one ends. SQLite has one writer anyway.
async fn alone(conn: &mut Conn) -> Result<()> {
    if conn.engine() == Engine::Postgres {
        let sql = "SELECT pg_advisory_xact_lock(hashtext('keyward-migrate ' || current_schema()))";
        conn.rows(sql, args![]).await?;
    }
    Ok(())
}

/// Takes the steps that are missing up to a version.
pub(crate) async fn climb(conn: &mut Conn, to: i64) -> Result<()> {
    let from = version_at(conn).await?;
    for (before, text) in (0..to).zip(MIGRATIONS).skip_while(|(at, _)| *at < from) {
        conn.script(translate(text, conn.engine())).await?;
        conn.exec("DELETE FROM schema_version", args![]).await?;
        let sql = "INSERT INTO schema_version (version) VALUES ($1)";
        conn.exec(sql, args![before + 1]).await?;
    }
    Ok(())
}

/// Gives a database without rows the tables of this version, whatever it has; refuses one with rows.
pub(crate) async fn start_anew(conn: &mut Conn, at: i64) -> Result<()> {
    alone(conn).await?;
    let found = tables_at(version_at(conn).await?);
    for table in found.iter().filter(|t| t.name != "schema_version") {
        let sql = format!("SELECT 1 AS n FROM {} LIMIT 1", table.name);
        if !conn.rows_of(sql, vec![]).await?.is_empty() {
            return Err(Error::File(format!(
                "the database is not empty (table {}): restore into a new one",
                table.name
            )));
        }
    }
    // What refers to a table goes before it.
    for table in found.iter().rev() {
        conn.script(format!("DROP TABLE {}", table.name)).await?;
    }
    climb(conn, at).await
}

/// The version of the schema in the database; 0 when there is none yet.
pub async fn version(db: &Db) -> Result<i64> {
    version_at(&mut db.system().await?.conn).await
}

pub(crate) async fn version_at(conn: &mut Conn) -> Result<i64> {
    let there = match conn.engine() {
        Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'",
        Engine::Postgres => {
            "SELECT 1 FROM information_schema.tables
             WHERE table_name = 'schema_version' AND table_schema = current_schema()"
        }
    };
    match conn.opt(there, args![]).await? {
        Some(_) => {
            conn.count("SELECT version FROM schema_version", args![])
                .await
        }
        None => Ok(0),
    }
}

/// The text in the dialect of an engine. Column collation "C" orders by code point, which is what SQLite does anyway.
fn translate(sql: &str, engine: Engine) -> String {
    match engine {
        Engine::Postgres => sql.to_owned(),
        Engine::Sqlite => sql
            .replace(" COLLATE \"C\"", "")
            .replace(" BIGINT", " INTEGER")
            .replace(" BOOLEAN", " INTEGER")
            .replace(" UUID", " BLOB")
            .replace(" BYTEA", " BLOB")
            .replace("\n);", "\n) STRICT;"),
    }
}

/// A table as the text above declares it.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The names and types of its columns.
    pub(crate) columns: Vec<(&'static str, &'static str)>,
    /// The columns of its primary key.
    pub(crate) key: Vec<&'static str>,
}

/// Every table of a version, in the order of declaration: what a table refers to comes before it.
pub(crate) fn tables_at(version: i64) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let steps = (0..version).zip(MIGRATIONS);
    for line in steps.flat_map(|(_, text)| text.lines()) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            tables.push(Table {
                name: rest.trim_end_matches(" ("),
                columns: Vec::new(),
                key: Vec::new(),
            });
        } else if let Some((name, column)) = added_column(line) {
            if let Some(table) = tables.iter_mut().find(|t| t.name == name) {
                table.columns.push(column);
            }
        } else if let (Some(column), Some(table)) = (line.strip_prefix("    "), tables.last_mut()) {
            if let Some(key) = column.strip_prefix("PRIMARY KEY (") {
                let key = key.trim_end_matches(',').trim_end_matches(')');
                table.key = key.split(", ").collect();
                continue;
            }
            let mut words = column.split_whitespace();
            if let (Some(name), Some(kind)) = (words.next(), words.next())
                && ["BIGINT", "BOOLEAN", "UUID", "BYTEA", "TEXT"]
                    .contains(&kind.trim_end_matches(','))
            {
                table.columns.push((name, kind.trim_end_matches(',')));
                if column.contains("PRIMARY KEY") {
                    table.key = vec![name];
                }
            }
        }
    }
    tables
}

/// The table, and the name and type of the column, of a line `ALTER TABLE t ADD COLUMN c TYPE;`.
fn added_column(line: &'static str) -> Option<(&'static str, (&'static str, &'static str))> {
    let rest = line.strip_prefix("ALTER TABLE ")?;
    let (table, column) = rest.split_once(" ADD COLUMN ")?;
    let mut words = column.trim_end_matches(';').split_whitespace();
    Some((table, (words.next()?, words.next()?)))
}

/// What a fresh connection can prove: it reads, and it has the right schema.
pub(crate) async fn check(conn: &mut Conn) -> Result<()> {
    let found = conn
        .count("SELECT version FROM schema_version", args![])
        .await?;
    if found == VERSION {
        Ok(())
    } else {
        Err(Error::Schema(format!(
            "the database has schema {found}, this program needs {VERSION}"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Vec<Table> {
        tables_at(VERSION)
    }

    #[test]
    fn a_column_that_came_later_belongs_to_its_table() {
        let line = "ALTER TABLE users ADD COLUMN mail_key TEXT COLLATE \"C\";";
        assert_eq!(added_column(line), Some(("users", ("mail_key", "TEXT"))));
        assert_eq!(added_column("CREATE INDEX a ON users (tenant_id);"), None);
        // None is lost: each line of the text has its column in the table that it names.
        let lines = MIGRATIONS.iter().flat_map(|text| text.lines());
        let added: Vec<_> = lines.filter_map(added_column).collect();
        assert!(!added.is_empty());
        for (name, column) in added {
            let table = tables().into_iter().find(|t| t.name == name);
            assert!(table.is_some_and(|t| t.columns.contains(&column)), "{name}");
        }
    }

    #[test]
    fn every_table_of_a_tenant_begins_with_it() {
        for table in tables() {
            assert!(!table.columns.is_empty(), "{}", table.name);
            let known = |key: &&str| table.columns.iter().any(|(name, _)| name == key);
            assert!(table.key.iter().all(known), "{}", table.name);
            assert!(!table.key.is_empty() || table.name == "schema_version");
            let global = [
                "schema_version",
                "install",
                "tenants",
                "domains",
                "spent_puzzles",
            ];
            if !global.contains(&table.name) {
                assert_eq!(table.columns[0], ("tenant_id", "UUID"), "{}", table.name);
            }
        }
    }
}
