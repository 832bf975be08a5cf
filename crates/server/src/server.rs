//! One server process: its addresses, its background work, its end.

use crate::complaint::Complaint;
use crate::config::{Config, Environment};
use crate::http_server::Listener;
use crate::metrics::Metrics;
use crate::shutdown::{self, Requests};
use axum::Router;
use keyward_app::App;
use keyward_app::rotation::Reread;
use keyward_app::tasks::Tasks;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

/// How long the end waits for messages that are being sent.
const LAST_MESSAGES: Duration = Duration::from_secs(5);

/// A server whose addresses are taken, and which serves nobody yet.
pub struct Server {
    listener: Listener,
    numbers: Option<Numbers>,
    address: SocketAddr,
}

/// The listener for Prometheus.
struct Numbers {
    listener: Listener,
    metrics: Metrics,
}

impl Server {
    /// Takes the addresses: what is wrong with them comes out before the database is touched.
    pub fn bind(config: &Config) -> Result<Self, Complaint> {
        let listener = Listener::bind(config.listen, config.tls.as_ref(), &config.trusted_proxies)?;
        let numbers = config.metrics.map(Numbers::bind).transpose()?;
        let server = Self::over(listener, config.listen);
        Ok(Self { numbers, ..server })
    }

    /// A server over an address that is taken already.
    #[must_use]
    pub fn over(listener: Listener, asked: SocketAddr) -> Self {
        let address = listener.address().unwrap_or(asked);
        Self {
            listener,
            numbers: None,
            address,
        }
    }

    /// Where it listens: the real port when port 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves, sends messages and keeps house until the process is asked to end. `ready` is called when everything
    /// runs.
    pub async fn run(
        self,
        app: &App,
        router: Router,
        environment: &Environment,
        reread: Reread,
        ready: impl FnOnce(),
    ) -> Result<(), Complaint> {
        let tasks = Tasks::default();
        app.run_outbox(&tasks);
        app.run_housekeeping(&tasks);
        app.run_examinations(&tasks);
        app.run_signals(&tasks);
        app.run_key_rotation(&tasks, reread);
        app.run_breach_list(&tasks);
        // Whoever is told that it is ready may ask it to end at once.
        let (mut first, mut second) = (Requests::listen(), Requests::listen());
        ready();
        shutdown::notify(environment, "READY=1");
        let stop = async {
            first.next().await;
            shutdown::notify(environment, "STOPPING=1");
            app.keep_nobody_waiting();
        };
        let result = tokio::select! {
            result = self.listener.serve(router, stop) => result,
            result = serve_numbers(self.numbers) => result,
            // Whoever asks twice doesn't want to wait.
            () = async { second.next().await; second.next().await; } => Ok(()),
        };
        // A message on its way gets a moment; one that doesn't make it is sent again when its lease runs out.
        let _ = timeout(LAST_MESSAGES, tasks.stop()).await;
        app.db.close().await;
        result.map_err(|error| {
            Complaint::new(
                format!("the web server stopped: {error}"),
                self.address.to_string(),
                "look at the log above; systemd starts it again",
            )
        })
    }
}

impl Numbers {
    fn bind(address: SocketAddr) -> Result<Self, Complaint> {
        let listener = Listener::bind(address, None, &[])?;
        let metrics = Metrics::install().map_err(|error| {
            Complaint::new(
                error.to_string(),
                "`metrics.listen`",
                "remove it, and report this",
            )
        })?;
        Ok(Self { listener, metrics })
    }
}

/// Ends only when it fails.
async fn serve_numbers(numbers: Option<Numbers>) -> io::Result<()> {
    let Some(Numbers { listener, metrics }) = numbers else {
        return std::future::pending().await;
    };
    let router = metrics.router();
    tokio::select! {
        result = listener.serve(router, std::future::pending()) => result,
        () = metrics.upkeep() => Ok(()),
    }
}
