//! When to stop, and what systemd is told about it.

use crate::config::Environment;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask the process to end: SIGTERM, and Ctrl-C. None that comes after [`Requests::listen`] is missed.
pub struct Requests {
    terminate: Option<Signal>,
    interrupt: Option<Signal>,
}

impl Requests {
    /// From now on the signals no longer end the process by themselves.
    #[must_use]
    pub fn listen() -> Self {
        // Without a handler a signal ends the process, as it would any other.
        Self {
            terminate: signal(SignalKind::terminate()).ok(),
            interrupt: signal(SignalKind::interrupt()).ok(),
        }
    }

    /// Done when the process is asked to end, once more for each call.
    pub async fn next(&mut self) {
        let wait = async |signal: &mut Option<Signal>| match signal {
            Some(signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        };
        tokio::select! {
            () = wait(&mut self.terminate) => {}
            () = wait(&mut self.interrupt) => {}
        }
    }
}

/// Tells systemd something (`READY=1`, `STOPPING=1`) when it asked to be told (`sd_notify(3)`). Nobody listens
/// elsewhere, and a message that gets lost costs a start its time-out, which the journal then shows.
pub fn notify(environment: &Environment, state: &str) {
    let Some(path) = environment.get("NOTIFY_SOCKET") else {
        return;
    };
    let address = match path.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name.as_bytes()),
        None => SocketAddr::from_pathname(path),
    };
    if let (Ok(address), Ok(socket)) = (address, UnixDatagram::unbound()) {
        let _ = socket.send_to_addr(state.as_bytes(), &address);
    }
}

#[cfg(test)]
mod tests {
    use super::{Environment, UnixDatagram, notify};

    #[test]
    fn systemd_hears_when_it_asked_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let systemd = UnixDatagram::bind(&path).unwrap();
        notify(
            &Environment::from([("NOTIFY_SOCKET", path.to_str().unwrap())]),
            "READY=1",
        );
        let mut heard = [0; 32];
        let length = systemd.recv(&mut heard).unwrap();
        assert_eq!(&heard[..length], b"READY=1");
        notify(&Environment::default(), "READY=1");
    }
}
