//! Counts the rows that the service writes, with triggers on each table of its database.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::Done;

/// Debian's own Python, which the mail server needs anyway, speaks `SQLite`.
const SCRIPT: &str = r#"import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
what = sys.argv[2]
named = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'"
if what == "begin":
    tables = [name for name, in db.execute(named, ["table"])]
    db.execute("CREATE TABLE bench_writes (name TEXT NOT NULL)")
    for table in tables:
        for event in ["INSERT", "UPDATE", "DELETE"]:
            db.execute(f"CREATE TRIGGER bench_{table}_{event} AFTER {event} ON {table} "
                       f"BEGIN INSERT INTO bench_writes VALUES ('{table}'); END")
elif what == "end":
    for name in [name for name, in db.execute(named, ["trigger"]) if name.startswith("bench_")]:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DROP TABLE bench_writes")
elif what == "forget":
    db.execute("DELETE FROM bench_writes")
else:
    print(json.dumps(dict(db.execute("SELECT name, COUNT(*) FROM bench_writes GROUP BY name"))))
"#;

/// The database of a service that runs.
pub(super) struct Rows<'d>(&'d Path);

impl<'d> Rows<'d> {
    /// Begins to count.
    pub(super) fn count(data: &'d Path) -> Done<Self> {
        let rows = Self(data);
        rows.script("begin")?;
        Ok(rows)
    }

    /// What was counted is none of it.
    pub(super) fn forget(&self) -> Done {
        self.script("forget").map(drop)
    }

    /// So many rows of each table were written.
    pub(super) fn written(&self) -> Done<BTreeMap<String, usize>> {
        let text = self.script("written")?;
        serde_json::from_str(&text).map_err(|error| format!("{text}: {error}"))
    }

    /// Counts no longer.
    pub(super) fn end(self) -> Done {
        self.script("end").map(drop)
    }

    fn script(&self, what: &str) -> Done<String> {
        let mut script = Command::new("/usr/bin/python3");
        script.args(["-c", SCRIPT]).arg(self.0.join("keyward.db"));
        let output = script.arg(what).output().map_err(|e| e.to_string())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}
