//! What committed transactions tell those who wait, in this process and, on PostgreSQL, on every other node.
//!
//! A signal is a hint and never the truth: whoever is woken looks into the database. So a signal that is lost, or
//! comes twice, costs time and nothing else.

use crate::db::{Db, Result, Tx, args};
use keyward_core::ids::{AgentId, OperationId};
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::broadcast;

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// There is something for this agent, or it was shut out.
    Agent(AgentId),
    /// This operation is over.
    Operation(OperationId),
    /// Signals may have been lost.
    Anything,
}

impl Signal {
    fn text(self) -> String {
        match self {
            Self::Agent(id) => format!("agent {id}"),
            Self::Operation(id) => format!("operation {id}"),
            Self::Anything => "anything".to_owned(),
        }
    }

    fn parse(text: &str) -> Self {
        let known = match text.split_once(' ') {
            Some(("agent", id)) => AgentId::parse(id).map(Self::Agent),
            Some(("operation", id)) => OperationId::parse(id).map(Self::Operation),
            _ => None,
        };
        known.unwrap_or(Self::Anything)
    }
}

/// One channel for each schema: tests, and whoever else shares a database, hear their own only.
macro_rules! channel {
    () => {
        "'keyward_' || md5(current_schema())"
    };
}

/// Signals as they come from every node.
pub struct Listener(PgListener);

impl Listener {
    /// The next one. After the connection was lost and made anew: [`Signal::Anything`].
    pub async fn next(&mut self) -> Result<Signal> {
        let heard = self.0.try_recv().await?;
        Ok(heard.map_or(Signal::Anything, |n| Signal::parse(n.payload())))
    }
}

impl Db {
    /// Signals of this process from now on; those of other nodes too, while somebody hands on what [`Db::listener`]
    /// hears.
    #[must_use]
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.bell.subscribe()
    }

    /// Tells those who wait in this process.
    pub fn ring(&self, signal: Signal) {
        // An error says that nobody waits.
        let _ = self.bell.send(signal);
    }

    /// Listens to every node, on a connection of its own; none where there is one node only.
    pub async fn listener(&self) -> Result<Option<Listener>> {
        let Some(pool) = self.postgres() else {
            return Ok(None);
        };
        let own = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_with((*pool.connect_options()).clone())
            .await?;
        let sql = concat!("SELECT ", channel!());
        let channel: String = sqlx::query_scalar(sql).fetch_one(&own).await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(&channel).await?;
        Ok(Some(Listener(listener)))
    }
}

impl Tx {
    /// Tells those who wait, on every node, when this transaction is committed.
    pub async fn signal(&mut self, signal: Signal) -> Result<()> {
        if self.conn.engine() == crate::Engine::Postgres {
            let sql = concat!("SELECT pg_notify(", channel!(), ", $1)");
            self.conn.rows(sql, args![signal.text()]).await?;
        }
        self.signals.push(signal);
        Ok(())
    }
}
