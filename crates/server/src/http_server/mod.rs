//! Serves a router on one address, plain or by TLS, until asked to stop.
//!
//! What the router can't do for itself happens here: limits on header size and number, on how long a client may take
//! to say what it wants, on connections from one place (DO-02, DO-13), and the drain at the end (RL-15).

mod guard;

use crate::complaint::Complaint;
use crate::config::{Cidr, Tls};
use crate::tls::Certificate;
use axum::Router;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use guard::{Door, Guard};
use hyper_util::rt::TokioTimer;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

/// For the headers of a request, from its first byte; and for the first bytes of a connection.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// For all headers of a request together (I-01).
const HEADER_BYTES: u32 = 16 * 1024;
/// How long requests in flight may go on after the server was asked to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How often the certificate files are looked at.
const CERTIFICATE_EVERY: Duration = Duration::from_secs(15);

/// An address that is bound and not yet served.
pub struct Listener {
    tcp: TcpListener,
    certificate: Option<Certificate>,
    door: Door,
}

impl Listener {
    /// Binds the address, and reads the certificate when there is one to serve. `trusted` are reverse proxies, whose
    /// connections aren't counted: all clients come from there.
    pub fn bind(
        address: SocketAddr,
        tls: Option<&Tls>,
        trusted: &[Cidr],
    ) -> Result<Self, Complaint> {
        let certificate = tls.map(Certificate::load).transpose()?;
        let unusable = |error: io::Error| {
            let fix = match error.kind() {
                io::ErrorKind::AddrInUse => {
                    "stop the program that listens there, or set another address"
                }
                io::ErrorKind::PermissionDenied => {
                    "take a port above 1023, or give the service CAP_NET_BIND_SERVICE"
                }
                _ => "set an address of this machine",
            };
            Complaint::new(format!("can't listen: {error}"), address.to_string(), fix)
        };
        let tcp = TcpListener::bind(address).map_err(unusable)?;
        tcp.set_nonblocking(true).map_err(unusable)?;
        Ok(Self {
            tcp,
            certificate,
            door: Door::new(trusted),
        })
    }

    /// Where it listens: the real port when port 0 was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Serves until `stop` is done, then lets requests in flight finish, up to ten seconds. Handlers find the address
    /// of the connection in `ConnectInfo<SocketAddr>`.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()>) -> io::Result<()> {
        let handle = Handle::new();
        let mut server = axum_server::from_tcp(self.tcp)?.handle(handle.clone());
        set_limits(&mut server);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let (door, counting) = (self.door, handle.clone());
        let stopping = async {
            stop.await;
            tracing::info!(connections = handle.connection_count(), "stopping");
            handle.graceful_shutdown(Some(DRAIN));
        };
        let served = match self.certificate {
            None => {
                let serving = server.map(|inner| Guard::new(inner, door)).serve(service);
                tokio::join!(serving, stopping).0
            }
            Some(certificate) => {
                let tls =
                    RustlsAcceptor::new(certificate.config()).handshake_timeout(HEADERS_WITHIN);
                let serving = server.acceptor(Guard::new(tls, door)).serve(service);
                let running = async { tokio::join!(serving, stopping).0 };
                tokio::select! {
                    result = running => result,
                    never = watch(certificate) => match never {},
                }
            }
        };
        let cut_off = counting.connection_count();
        if cut_off > 0 {
            tracing::warn!(
                connections = cut_off,
                "requests took longer than the {} seconds that they have when the server stops, and were cut off",
                DRAIN.as_secs()
            );
        }
        served
    }
}

fn set_limits<A>(server: &mut Server<SocketAddr, A>) {
    let builder = server.http_builder();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADER_BYTES as usize)
        .max_headers(64);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADER_BYTES)
        .max_concurrent_streams(64)
        .max_send_buf_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(HEADERS_WITHIN);
}

async fn watch(mut certificate: Certificate) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(CERTIFICATE_EVERY).await;
        match certificate.refresh() {
            Ok(false) => {}
            Ok(true) => tracing::info!("the TLS certificate has changed and is in use"),
            Err(complaint) => tracing::error!(
                what = complaint.what,
                place = complaint.place,
                fix = complaint.fix,
                "the new TLS certificate can't be used; the old one stays"
            ),
        }
    }
}
