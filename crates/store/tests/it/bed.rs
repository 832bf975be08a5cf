//! A database for one test, and the things that tests put into it.

use keyward_core::group::Group;
use keyward_core::ids::{GroupId, MethodId, TenantId, UserId};
use keyward_core::method::{Means, Method, MethodKind, Origin};
use keyward_core::text::UserPrincipalName;
use keyward_core::time::Timestamp;
use keyward_core::user::{Profile, User};
use keyward_store::{Db, Result, Tx, schema};
use keyward_testbed::postgres::Postgres;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::task::JoinSet;
use uuid::Uuid;

/// When tests happen.
pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

/// A database, seen as one of its tenants.
#[derive(Clone)]
pub(crate) struct Bed {
    pub(crate) db: Db,
    pub(crate) tenant: TenantId,
    home: Home,
}

/// Where the database lives: asked for what no function of the store tells.
#[derive(Clone)]
enum Home {
    Sqlite(Arc<TempDir>),
    Postgres(String),
}

impl Bed {
    pub(crate) async fn sqlite() -> Self {
        Self::empty_sqlite().await.set_up().await
    }

    pub(crate) async fn postgres() -> Self {
        Self::empty_postgres().await.set_up().await
    }

    /// Without any table.
    pub(crate) async fn empty_sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            db: Db::open_sqlite(&dir.path().join("keyward.db"))
                .await
                .unwrap(),
            tenant: TenantId(uuid()),
            home: Home::Sqlite(Arc::new(dir)),
        }
    }

    /// Without any table.
    pub(crate) async fn empty_postgres() -> Self {
        let url = Postgres::shared().fresh_schema();
        Self {
            db: Db::open_postgres(&url).await.unwrap(),
            tenant: TenantId(uuid()),
            home: Home::Postgres(url),
        }
    }

    /// Another connection to the same database, as a second node has.
    pub(crate) async fn second_node(&self) -> Self {
        let db = match &self.home {
            Home::Sqlite(dir) => Db::open_sqlite(&dir.path().join("keyward.db")).await,
            Home::Postgres(url) => Db::open_postgres(url).await,
        };
        Self {
            db: db.unwrap(),
            ..self.clone()
        }
    }

    async fn set_up(self) -> Self {
        schema::migrate(&self.db).await.unwrap();
        self.write(async |tx| tx.create_tenant("Contoso", "en", NOW).await)
            .await;
        self
    }

    /// The same database, seen as another tenant.
    pub(crate) fn as_tenant(&self, tenant: TenantId) -> Self {
        Self {
            tenant,
            ..self.clone()
        }
    }

    /// A second tenant of the same database.
    pub(crate) async fn other_tenant(&self) -> Self {
        let other = self.as_tenant(TenantId(uuid()));
        other
            .write(async |tx| tx.create_tenant("Fabrikam", "de", NOW).await)
            .await;
        other
    }

    /// Runs in a transaction that is committed.
    pub(crate) async fn write<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> T {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        let result = work(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        result
    }

    /// Runs in a transaction that only reads.
    pub(crate) async fn read<T>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> T {
        let mut tx = self.db.read(self.tenant).await.unwrap();
        work(&mut tx).await.unwrap()
    }

    /// Runs in a transaction that must fail; the error. Nothing of it stays.
    pub(crate) async fn refused<T>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T>,
    ) -> keyward_store::Error {
        let mut tx = self.db.write(self.tenant).await.unwrap();
        match work(&mut tx).await {
            Ok(_) => panic!("should have been refused"),
            Err(error) => error,
        }
    }

    /// A user `name@contoso.example` who is in the database.
    pub(crate) async fn add_user(&self, name: &str) -> User {
        let user = user(self.tenant, name);
        self.write(async |tx| tx.insert_user(&user).await).await;
        user
    }

    /// A group that is in the database.
    pub(crate) async fn add_group(&self, name: &str) -> Group {
        let group = Group {
            id: GroupId(uuid()),
            tenant: self.tenant,
            directory: None,
            name: name.to_owned(),
            description: None,
            created_at: NOW,
        };
        self.write(async |tx| tx.insert_group(&group).await).await;
        group
    }

    /// A method that is in the database.
    pub(crate) async fn add_method(&self, user: UserId, kind: MethodKind, to: &str) -> Method {
        let method = method(user, kind, to);
        self.write(async |tx| tx.insert_method(&method).await).await;
        method
    }

    /// Counts each row of a table that is written from now on, whether or not anything in it changes. SQLite only.
    pub(crate) fn count_writes(&self, table: &str) -> Writes {
        let Home::Sqlite(dir) = &self.home else {
            panic!("a file")
        };
        let conn = rusqlite::Connection::open(dir.path().join("keyward.db")).unwrap();
        let mut sql =
            "CREATE TABLE writes (n INTEGER NOT NULL); INSERT INTO writes VALUES (0);".to_owned();
        for act in ["INSERT", "UPDATE", "DELETE"] {
            sql += &format!(
                "CREATE TRIGGER count_{act} AFTER {act} ON {table} BEGIN UPDATE writes SET n = n + 1; END;"
            );
        }
        conn.execute_batch(&sql).unwrap();
        Writes(conn)
    }

    /// Has the database say that a program of this schema was here.
    pub(crate) fn claim_schema(&self, version: i64) {
        let sql = format!("UPDATE schema_version SET version = {version}");
        match &self.home {
            Home::Sqlite(dir) => {
                let conn = rusqlite::Connection::open(dir.path().join("keyward.db")).unwrap();
                conn.execute(&sql, []).unwrap();
            }
            Home::Postgres(url) => drop(Postgres::shared().execute_at(url, &sql)),
        }
    }

    /// Every column as `table.column nullable`, sorted.
    pub(crate) fn columns(&self) -> Vec<String> {
        let mut columns = match &self.home {
            Home::Sqlite(dir) => sqlite_columns(dir),
            Home::Postgres(url) => postgres_columns(url),
        };
        columns.sort();
        columns
    }
}

/// Writes that are being counted.
pub(crate) struct Writes(rusqlite::Connection);

impl Writes {
    /// How many there were.
    pub(crate) fn now(&self) -> i64 {
        let counted = self
            .0
            .query_row("SELECT n FROM writes", [], |row| row.get(0));
        counted.unwrap()
    }
}

fn sqlite_columns(dir: &TempDir) -> Vec<String> {
    let conn = rusqlite::Connection::open(dir.path().join("keyward.db")).unwrap();
    // A column of a primary key is NOT NULL on PostgreSQL whatever is written; here it has to be written.
    let sql =
        "SELECT m.name, c.name, c.\"notnull\" FROM sqlite_master m, pragma_table_info(m.name) c
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    let mut statement = conn.prepare(sql).unwrap();
    let columns = statement.query_map([], |r| {
        let (table, column): (String, String) = (r.get(0)?, r.get(1)?);
        Ok(format!("{table}.{column} {}", r.get::<_, i64>(2)? == 0))
    });
    columns.unwrap().map(|column| column.unwrap()).collect()
}

fn postgres_columns(url: &str) -> Vec<String> {
    let sql = "SELECT table_name || '.' || column_name || ' ' || (CASE is_nullable WHEN 'YES' THEN 'true' ELSE 'false' END)
               FROM information_schema.columns WHERE table_schema = current_schema()";
    let text = Postgres::shared().execute_at(url, sql);
    text.lines().map(str::to_owned).collect()
}

/// A number that no other call in this process returns, spread like a random one.
pub(crate) fn uuid() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    // Multiplication by an odd number permutes the 64-bit numbers.
    let high = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Uuid::from_u64_pair(high, n)
}

/// A keyed digest, as far as the store can tell.
pub(crate) fn mac(n: u8) -> [u8; 32] {
    [n; 32]
}

pub(crate) fn upn(name: &str) -> UserPrincipalName {
    UserPrincipalName::parse(&format!("{name}@contoso.example")).unwrap()
}

/// A user who is not in the database yet.
pub(crate) fn user(tenant: TenantId, name: &str) -> User {
    User {
        id: UserId(uuid()),
        tenant,
        directory: None,
        upn: upn(name),
        profile: Profile {
            display_name: name.to_owned(),
            ..Profile::default()
        },
        enabled: true,
        held_at: None,
        must_change_password: false,
        password_changed_at: None,
        password_found_at: None,
        credential_epoch: 0,
        registration_confirmed_at: None,
        language: None,
        created_at: NOW,
        deleted_at: None,
    }
}

/// A method that is not in the database yet.
pub(crate) fn method(user: UserId, kind: MethodKind, to: &str) -> Method {
    Method {
        id: MethodId(uuid()),
        user,
        means: Means::parse(kind, to).unwrap(),
        origin: Origin::User,
        created_at: NOW,
        last_used_at: None,
        confirmed: true,
    }
}

/// Runs `n` tasks at the same time; what they returned, in no order.
pub(crate) async fn parallel<T, F>(n: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for i in 0..n {
        tasks.spawn(task(i));
    }
    tasks.join_all().await
}
