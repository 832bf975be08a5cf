//! `GET /metrics` for Prometheus, on a listener of its own: whoever reaches the portal must not read the numbers.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;

/// Samples of histograms are folded this often, whether anybody asks for them or not; else they would pile up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The numbers of this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts to collect. Without this call every counter in Keyward is a no-op that costs nothing.
    pub fn install() -> Result<Self, BuildError> {
        let buckets = [
            0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
        ];
        let handle = PrometheusBuilder::new()
            .set_buckets(&buckets)?
            .install_recorder()?;
        metrics::describe_gauge!(
            "keyward_http_connections",
            "Open connections to the web server"
        );
        metrics::describe_gauge!("process_resident_memory_bytes", "Resident memory in bytes");
        metrics::describe_gauge!("process_open_fds", "Open file descriptors");
        metrics::describe_gauge!("process_threads", "Threads");
        Ok(Self(handle))
    }

    /// The one route.
    pub fn router(&self) -> Router {
        let metrics = self.clone();
        let answer = async move || {
            (
                [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
                metrics.render(),
            )
        };
        Router::new().route("/metrics", get(answer))
    }

    /// Folds samples for ever.
    pub async fn upkeep(&self) {
        loop {
            tokio::time::sleep(UPKEEP_EVERY).await;
            self.0.run_upkeep();
        }
    }

    fn render(&self) -> String {
        if let Some(process) = Process::now() {
            metrics::gauge!("process_resident_memory_bytes").set(process.resident_bytes as f64);
            metrics::gauge!("process_open_fds").set(process.open_files as f64);
            metrics::gauge!("process_threads").set(process.threads as f64);
        }
        self.0.render()
    }
}

/// What the kernel says about this process.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    /// Memory that is really there.
    pub resident_bytes: u64,
    /// Open file descriptors.
    pub open_files: usize,
    /// Threads.
    pub threads: u64,
}

impl Process {
    /// As of now; `None` where there is no /proc.
    #[must_use]
    pub fn now() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let number = |field: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(field))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Some(Self {
            resident_bytes: number("VmRSS:")? * 1024,
            open_files: std::fs::read_dir("/proc/self/fd").ok()?.count(),
            threads: number("Threads:")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Process;

    #[test]
    fn the_process_knows_its_own_size() {
        let process = Process::now().unwrap();
        assert!(process.resident_bytes > 1024 * 1024);
        assert!(process.open_files > 2 && process.threads > 0);
    }
}
