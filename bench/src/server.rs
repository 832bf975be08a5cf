//! The release build of the server, on a data directory of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use keyward_testbed::process::{Launch, Process, free_port};

use crate::proc;
use crate::{Done, root};

/// A program that `cargo build --release` has made.
pub(crate) fn program(name: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("release").join(name)
}

/// A running server.
pub(crate) struct Server {
    process: Process,
    /// From the start of the process to its word that it is ready.
    pub(crate) ready_after: Duration,
    address: SocketAddr,
}

impl Server {
    /// `keyward demo` on this data directory: the example organisation is created if the directory is empty.
    pub(crate) fn demo(data: &Path) -> Done<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let listen = address.to_string();
        let launch = Launch::new(program("keyward"))
            .args(["demo", "--no-color", "--listen", &listen, "--data"])
            .arg(data)
            .clean_env();
        Self::ready(launch, address)
    }

    /// `keyward serve` on this data directory, sending mail to this port.
    pub(crate) fn serve(data: &Path, smtp: u16) -> Done<Self> {
        Self::serve_with(data, smtp, &[])
    }

    /// The same with further settings.
    pub(crate) fn serve_with(data: &Path, smtp: u16, settings: &[(&str, &str)]) -> Done<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let launch = Launch::new(program("keyward"))
            .args(["serve", "--no-color"])
            .clean_env()
            .env("KEYWARD_PUBLIC_URL", format!("http://{address}"))
            .env("KEYWARD_LISTEN", address.to_string())
            .env("KEYWARD_DATA_DIR", data.display().to_string())
            .env("KEYWARD_SMTP_HOST", "127.0.0.1")
            .env("KEYWARD_SMTP_PORT", smtp.to_string())
            .env("KEYWARD_SMTP_ENCRYPTION", "none")
            .env("KEYWARD_SMTP_FROM", "keyward@contoso.example");
        let launch = settings
            .iter()
            .fold(launch, |launch, (name, value)| launch.env(name, value));
        Self::ready(launch, address)
    }

    fn ready(launch: Launch, address: SocketAddr) -> Done<Self> {
        let start = Instant::now();
        let process = launch.spawn();
        let is_ready = |line: &String| line.split_whitespace().any(|word| word == "ready");
        let said = process.wait_lines(Duration::from_mins(1), |lines| {
            lines.iter().any(is_ready).then_some(())
        });
        let ready_after = start.elapsed();
        match said {
            Some(()) => Ok(Self {
                process,
                ready_after,
                address,
            }),
            None => Err(format!(
                "the server is not ready; it printed:\n{}",
                process.lines().join("\n")
            )),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// CPU time that it has used.
    pub(crate) fn cpu(&self) -> Done<Duration> {
        proc::cpu_time(self.process.pid())
    }

    /// Memory that it holds, in bytes.
    pub(crate) fn resident(&self) -> Done<u64> {
        proc::resident(self.process.pid())
    }
}
