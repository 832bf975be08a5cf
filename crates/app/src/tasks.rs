//! Background work. The one home of `tokio::spawn`, so that everything that runs can be waited for at shutdown.

use std::future::Future;
use std::sync::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument;

/// The tasks of one process.
pub struct Tasks {
    running: Mutex<JoinSet<()>>,
    stop: watch::Sender<bool>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            running: Mutex::default(),
            stop: watch::Sender::new(false),
        }
    }
}

impl Tasks {
    /// Runs a loop in the background until [`Tasks::stop`].
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Ok(mut running) = self.running.lock() {
            running.spawn(task);
        }
    }

    /// Becomes true when the process is about to end.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Asks all tasks to end and waits for them.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let mut running = match self.running.lock() {
            Ok(mut running) => std::mem::take(&mut *running),
            Err(_) => return,
        };
        while running.join_next().await.is_some() {}
    }
}

/// Runs a use case to its end even if the client goes away: a guess that was made is counted, a change that was
/// begun is finished or rolled back as a whole (OT-10).
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one home of spawning; the caller waits for the result"
)]
pub async fn to_the_end<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> std::result::Result<T, tokio::task::JoinError> {
    tokio::spawn(task.in_current_span()).await
}
