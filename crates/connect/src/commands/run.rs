//! `keyward-connect run`

use super::{Done, config, large_runtime};
use crate::agent::Agent;
use crate::cli::Cli;
use crate::private;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::ExitCode;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGXFSZ of Linux: sent instead of an error when a file may not grow.
const FILE_TOO_LARGE: i32 = 25;

pub(super) fn run(cli: &Cli) -> Done {
    let config = config(&cli.config)?;
    private::prepare(&cli.state)?;
    large_runtime()?.block_on(async {
        // With a handler a file that may not grow is an error like a full disk, not the end of the process.
        let _caught = signal(SignalKind::from_raw(FILE_TOO_LARGE)).ok();
        let agent = Agent::open(&config, &cli.state)?;
        let asked = asked_to_end();
        notify("READY=1");
        tracing::info!(service = config.service.url, "the agent works");
        agent
            .run(async {
                asked.await;
                notify("STOPPING=1");
            })
            .await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Done at SIGTERM or Ctrl-C. None that comes after this call is missed.
fn asked_to_end() -> impl Future<Output = ()> {
    let listen = |kind| signal(kind).ok();
    let (mut terminate, mut interrupt) = (
        listen(SignalKind::terminate()),
        listen(SignalKind::interrupt()),
    );
    async move {
        tokio::select! {
            () = next(&mut terminate) => {}
            () = next(&mut interrupt) => {}
        }
    }
}

async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Tells systemd something when it asked to be told (`sd_notify(3)`).
fn notify(state: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let address = match path.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(path),
    };
    if let (Ok(address), Ok(socket)) = (address, UnixDatagram::unbound()) {
        let _ = socket.send_to_addr(state.as_bytes(), &address);
    }
}
