//! Watches over each connection: how many come from one place, how long they say nothing, how long they take nothing.

use crate::config::Cidr;
use axum_server::accept::Accept;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Connections at the same time from one IPv4 address or one IPv6 /64.
const FROM_ONE_PLACE: u32 = 256;
/// Connections at the same time in all.
const IN_ALL: u32 = 8192;
/// The preface of HTTP/2 is as long. Until then hyper waits without a timeout of its own to learn which version it is.
const OPENING_BYTES: usize = 24;
const OPENING_WITHIN: Duration = Duration::from_secs(10);
/// A client that takes no byte of its answer for so long is cut off.
const STALLED_AFTER: Duration = Duration::from_secs(30);

/// Counts who is inside.
#[derive(Clone)]
pub(super) struct Door {
    trusted: Arc<[Cidr]>,
    inside: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

impl Door {
    pub(super) fn new(trusted: &[Cidr]) -> Self {
        Self {
            trusted: trusted.into(),
            inside: Arc::default(),
        }
    }

    fn enter(&self, address: IpAddr) -> io::Result<Pass> {
        let place = self.place(address.to_canonical());
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u32 = inside.values().sum();
        let here = inside.entry(place).or_default();
        let proxy = place.is_unspecified();
        if all >= IN_ALL || (*here >= FROM_ONE_PLACE && !proxy) {
            return Err(io::Error::new(
                io::ErrorKind::ConnectionRefused,
                "too many connections",
            ));
        }
        *here += 1;
        metrics::gauge!("keyward_http_connections").increment(1);
        Ok(Pass {
            door: self.clone(),
            place,
        })
    }

    /// What is counted together. All trusted proxies share the unspecified address, which no client can have.
    fn place(&self, address: IpAddr) -> IpAddr {
        if self.trusted.iter().any(|network| network.contains(address)) {
            return IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        }
        match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & (u128::MAX << 64)).into()),
        }
    }
}

/// One connection that is inside; it leaves when dropped.
struct Pass {
    door: Door,
    place: IpAddr,
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut inside = self
            .door
            .inside
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(here) = inside.get_mut(&self.place) {
            *here -= 1;
            if *here == 0 {
                inside.remove(&self.place);
            }
        }
        metrics::gauge!("keyward_http_connections").decrement(1);
    }
}

/// Accepts through `A` and puts a watch on what comes out.
#[derive(Clone)]
pub(super) struct Guard<A> {
    inner: A,
    door: Door,
}

impl<A> Guard<A> {
    pub(super) fn new(inner: A, door: Door) -> Self {
        Self { inner, door }
    }
}

impl<A, S> Accept<TcpStream, S> for Guard<A>
where
    A: Accept<TcpStream, S, Future: Send + 'static>,
    S: Send + 'static,
{
    type Stream = Watched<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let pass = stream
            .peer_addr()
            .and_then(|peer| self.door.enter(peer.ip()));
        // Small answers go out at once: a page is one write.
        let ready = pass.and_then(|pass| stream.set_nodelay(true).map(|()| pass));
        let accepting = self.inner.accept(stream, service);
        Box::pin(async move {
            let pass = ready?;
            let (stream, service) = accepting.await?;
            Ok((Watched::new(stream, pass), service))
        })
    }
}

/// A stream that ends when its client dawdles.
pub(super) struct Watched<S> {
    inner: S,
    opening: Option<(usize, Pin<Box<Sleep>>)>,
    stalled: Option<Pin<Box<Sleep>>>,
    _pass: Pass,
}

impl<S> Watched<S> {
    fn new(inner: S, pass: Pass) -> Self {
        let opening = Some((0, Box::pin(sleep(OPENING_WITHIN))));
        Self {
            inner,
            opening,
            stalled: None,
            _pass: pass,
        }
    }

    /// Turns "not yet" into an error when a write has been waiting for too long.
    fn writing<T>(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stalled = None;
            return result;
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(STALLED_AFTER)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(context, buffer);
        let Some((read, deadline)) = &mut self.opening else {
            return result;
        };
        *read += buffer.filled().len() - before;
        if *read >= OPENING_BYTES {
            self.opening = None;
        } else if result.is_pending() && deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.writing(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write_vectored(context, buffers);
        self.writing(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_flush(context);
        self.writing(context, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.inner).poll_shutdown(context);
        self.writing(context, result)
    }
}

#[cfg(test)]
mod tests {
    use super::{Door, FROM_ONE_PLACE};

    #[test]
    fn do_13_one_place_can_not_take_every_seat_and_a_proxy_can() {
        let door = Door::new(&["192.0.2.7".parse().unwrap()]);
        let seats: Vec<_> = (0..FROM_ONE_PLACE)
            .map(|n| {
                door.enter(format!("2001:db8::{n:x}").parse().unwrap())
                    .unwrap()
            })
            .collect();
        assert!(door.enter("2001:db8::ffff:1".parse().unwrap()).is_err());
        assert!(door.enter("2001:db8:0:1::1".parse().unwrap()).is_ok());
        drop(seats);
        assert!(door.enter("2001:db8::1".parse().unwrap()).is_ok());
        let proxied: Vec<_> = (0..2 * FROM_ONE_PLACE)
            .map(|_| door.enter("::ffff:192.0.2.7".parse().unwrap()).unwrap())
            .collect();
        assert_eq!(proxied.len(), 2 * FROM_ONE_PLACE as usize);
    }
}
