//! Backup and restore: every row as one line of JSON, the same from and to either engine.

use crate::db::{Db, Error, Result, Row, SystemTx, Value};
use crate::install::fact;
use crate::schema::{self, Table, VERSION};
use serde_json::{Map, Value as Json};
use std::io::{BufRead, Write};

const MAGIC: &str = "keyward-backup";

/// How many rows are in memory at once.
const PAGE: usize = 1000;

impl Db {
    /// Writes all rows as they were at one instant, while the service goes on. A database of an older schema is written
    /// as it is, so that a backup can be made before it is brought up to this one.
    pub async fn backup(&self, to: &mut (dyn Write + Send)) -> Result<u64> {
        let mut tx = self.system_read().await?;
        let schema = schema::version_at(&mut tx.conn).await?;
        if !(1..=VERSION).contains(&schema) {
            tx.check().await?;
        }
        line(to, &serde_json::json!({ MAGIC: 1, "schema": schema }))?;
        let mut rows = 0;
        for table in tables(schema) {
            rows += tx.dump(&table, to).await?;
        }
        line(to, &serde_json::json!({ "end": rows }))?;
        to.flush()
            .map_err(|e| Error::File(format!("the backup could not be written: {e}")))?;
        Ok(rows)
    }

    /// Reads a backup into a database that has no rows yet, in one transaction; how many rows. A backup of an older
    /// schema is read into the tables that it was made from, and these are then brought up to this program's.
    ///
    /// The epoch rises, so that sessions, codes and links of the time before are dead (L-08, TR-19). `fits` looks at the
    /// canary of the root key before anything is committed: under another key no password would verify (DB-04).
    pub async fn restore(
        &self,
        from: &mut (dyn BufRead + Send),
        fits: &(dyn Fn(&[u8]) -> bool + Sync),
    ) -> Result<u64> {
        let mut lines = from.lines().map(|l| {
            let text = l.map_err(|e| Error::File(format!("the backup could not be read: {e}")))?;
            serde_json::from_str::<Json>(&text).map_err(|_| damaged())
        });
        let schema = schema_of(&lines.next().ok_or_else(damaged)??)?;
        let mut tx = self.system().await?;
        schema::start_anew(&mut tx.conn, schema).await?;
        let tables = tables(schema);
        for (count, entry) in (0u64..).zip(lines) {
            let entry = entry?;
            if let Some(expected) = entry["end"].as_u64() {
                if expected != count {
                    return Err(damaged());
                }
                let canary = tx.fact(fact::KEY_CANARY).await?;
                if canary.is_some_and(|canary| !fits(&canary)) {
                    return Err(Error::WrongKey);
                }
                schema::climb(&mut tx.conn, VERSION).await?;
                raise_epoch(&mut tx).await?;
                tx.commit().await?;
                return Ok(count);
            }
            let table = tables
                .iter()
                .find(|t| entry["table"] == t.name)
                .ok_or_else(damaged)?;
            tx.load(table, entry["row"].as_object().ok_or_else(damaged)?)
                .await?;
        }
        Err(damaged())
    }
}

/// The tables whose rows are in a backup of a schema.
fn tables(schema: i64) -> Vec<Table> {
    let mut tables = schema::tables_at(schema);
    tables.retain(|t| t.name != "schema_version");
    tables
}

/// The schema that the first line of a backup names, if this program can read it.
fn schema_of(head: &Json) -> Result<i64> {
    let schema = head["schema"].as_i64().filter(|v| *v > 0);
    let Some(schema) = schema.filter(|_| head[MAGIC] == 1) else {
        return Err(Error::File(
            "this is no backup of Keyward: nothing was restored".into(),
        ));
    };
    if schema > VERSION {
        return Err(Error::Schema(format!(
            "the backup was made by a newer program (schema {schema}, this one knows up to {VERSION}): nothing was \
             restored; restore it with the version that made it, or a newer one"
        )));
    }
    Ok(schema)
}

fn damaged() -> Error {
    Error::File("the backup is damaged or cut off: nothing was restored".into())
}

fn line(to: &mut (dyn Write + Send), json: &Json) -> Result<()> {
    writeln!(to, "{json}").map_err(|e| Error::File(format!("the backup could not be written: {e}")))
}

async fn raise_epoch(tx: &mut SystemTx) -> Result<()> {
    let old = tx
        .fact(fact::EPOCH)
        .await?
        .and_then(|v| v.try_into().ok())
        .map_or(0, u64::from_be_bytes);
    tx.set_fact(fact::EPOCH, &(old + 1).to_be_bytes()).await?;
    for table in [
        "sessions",
        "proofs",
        "resets",
        "challenges",
        "links",
        "hand_overs",
        "passes",
        "jobs",
        // What the agents hold is newer than what was restored: everything is read again.
        "sync_bases",
        "sync_runs",
        "held_deletions",
        "agent_challenges",
        "agent_sessions",
        "agent_enrolments",
        "operation_offers",
    ] {
        tx.conn.script(format!("DELETE FROM {table}")).await?;
    }
    Ok(())
}

impl SystemTx {
    /// Writes a table page by page in the order of its primary key, so that memory holds one page of it.
    async fn dump(&mut self, table: &Table, to: &mut (dyn Write + Send)) -> Result<u64> {
        let names: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
        let (names, key) = (names.join(", "), table.key.join(", "));
        let places: Vec<_> = (1..=table.key.len()).map(|n| format!("${n}")).collect();
        let (name, places) = (table.name, places.join(", "));
        let first = format!("SELECT {names} FROM {name} ORDER BY {key} LIMIT {PAGE}");
        let next = format!(
            "SELECT {names} FROM {name} WHERE ({key}) > ({places}) ORDER BY {key} LIMIT {PAGE}"
        );
        let mut rows = self.conn.rows_of(first, vec![]).await?;
        let mut count = 0;
        while let Some(last) = rows.last() {
            count += rows.len() as u64;
            for row in &rows {
                let mut json = Map::new();
                for (name, kind) in &table.columns {
                    json.insert((*name).to_owned(), to_json(kind, row, name)?);
                }
                line(to, &serde_json::json!({ "table": table.name, "row": json }))?;
            }
            let mut after = Vec::new();
            for key in &table.key {
                let kind = table.columns.iter().find(|(name, _)| name == key);
                after.push(cell(kind.map_or("TEXT", |(_, kind)| kind), last, key)?);
            }
            rows = self.conn.rows_of(next.clone(), after).await?;
        }
        Ok(count)
    }

    async fn load(&mut self, table: &Table, row: &Map<String, Json>) -> Result<()> {
        let names: Vec<_> = table.columns.iter().map(|(name, _)| *name).collect();
        let places: Vec<_> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.name,
            names.join(", "),
            places.join(", ")
        );
        let mut values = Vec::new();
        for (name, kind) in &table.columns {
            values.push(from_json(kind, row.get(*name).ok_or_else(damaged)?)?);
        }
        // A row that is missing shows as a key that leads nowhere.
        match self.conn.rows_of(sql, values).await {
            Err(e) if e.is_violation() => Err(damaged()),
            other => other.map(drop),
        }
    }
}

/// What stands in a column of this type.
fn cell(kind: &str, row: &Row, name: &str) -> Result<Value> {
    Ok(match kind {
        "BIGINT" => Value::Int(row.get(name)?),
        "BOOLEAN" => Value::Bool(row.get(name)?),
        "UUID" => Value::Uuid(row.get(name)?),
        "BYTEA" => Value::Bytes(row.get(name)?),
        _ => Value::Text(row.get(name)?),
    })
}

fn to_json(kind: &str, row: &Row, name: &str) -> Result<Json> {
    Ok(match cell(kind, row, name)? {
        Value::Int(v) => v.into(),
        Value::Bool(v) => v.into(),
        Value::Uuid(v) => v.map(|u| u.to_string()).into(),
        Value::Bytes(v) => v.map(|b| hex(&b)).into(),
        Value::Text(v) => v.into(),
    })
}

/// A value of another type than the column's is damage, not a NULL.
fn from_json(kind: &str, json: &Json) -> Result<Value> {
    let value = match kind {
        "BIGINT" => Value::Int(json.as_i64()),
        "BOOLEAN" => return json.as_bool().map(Value::Bool).ok_or_else(damaged),
        "UUID" => Value::Uuid(json.as_str().and_then(|t| uuid::Uuid::try_parse(t).ok())),
        "BYTEA" => Value::Bytes(json.as_str().and_then(unhex)),
        _ => Value::Text(json.as_str().map(str::to_owned)),
    };
    let null = matches!(
        value,
        Value::Int(None) | Value::Uuid(None) | Value::Bytes(None) | Value::Text(None)
    );
    if null == json.is_null() {
        Ok(value)
    } else {
        Err(damaged())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
            let _ = write!(s, "{b:02x}");
            s
        })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok())
        .collect()
}
