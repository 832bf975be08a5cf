//! A network that fails on demand: a TCP proxy in front of any server.
//!
//! It runs on a thread with a runtime of its own, so that it fails whatever the test's runtime is doing. What it is told
//! holds when the method returns.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::process::free_port;

/// A way through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What the client sends.
    ToServer,
    /// What the server answers.
    ToClient,
}

/// What happens to connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Pass,
    Delay(Duration),
    Refuse,
    Swallow,
}

/// The proxy. Dropping it ends it, and resets its connections.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    running: Option<(oneshot::Sender<()>, std::thread::JoinHandle<()>)>,
}

#[derive(Debug)]
struct Shared {
    mode: watch::Sender<Mode>,
    /// Whether somebody listens: after the mode has changed this follows.
    listening: watch::Sender<bool>,
    /// Changes when all connections are to be reset.
    resets: watch::Sender<usize>,
    /// What may still pass before a connection is reset.
    budget: Mutex<Option<(Direction, usize)>>,
    accepted: AtomicUsize,
    open: AtomicUsize,
    cut: AtomicUsize,
}

impl Proxy {
    /// Starts one on a port of 127.0.0.1, in front of `target`.
    ///
    /// # Panics
    /// When the machine has no free port.
    #[must_use]
    pub fn start(target: SocketAddr) -> Self {
        let shared = Arc::new(Shared {
            mode: watch::Sender::new(Mode::Pass),
            listening: watch::Sender::new(false),
            resets: watch::Sender::new(0),
            budget: Mutex::new(None),
            accepted: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            cut: AtomicUsize::new(0),
        });
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let all = serve(Arc::clone(&shared), address, target);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = all => {}
                    _ = stopped => {}
                }
            });
        });
        let proxy = Self {
            shared,
            address,
            running: Some((stop, thread)),
        };
        proxy.turn(Mode::Pass);
        proxy
    }

    /// Where clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of 127.0.0.1 where clients connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets everything pass, as at the beginning. What [`Proxy::swallow`] kept back goes on its way.
    pub fn pass(&self) {
        self.turn(Mode::Pass);
    }

    /// Holds everything back for this long, both ways.
    pub fn delay(&self, time: Duration) {
        self.turn(Mode::Delay(time));
    }

    /// Refuses new connections, as a port where nobody listens does. Those that are open stay.
    pub fn refuse(&self) {
        self.turn(Mode::Refuse);
    }

    /// Takes everything, new connections too, and lets nothing through: a firewall that drops, a server that hangs.
    pub fn swallow(&self) {
        self.turn(Mode::Swallow);
    }

    /// Resets all connections, as a firewall that has forgotten them does. New ones are treated as before.
    ///
    /// # Panics
    /// When they are still there after a while.
    pub fn cut(&self) {
        self.shared.resets.send_modify(|count| *count += 1);
        self.wait("the connections to end", || {
            self.shared.open.load(Ordering::SeqCst) == 0
        });
    }

    /// Lets so many bytes more pass in one direction, over all connections together, and then resets the connection that
    /// brings the next one. This happens once.
    ///
    /// `cut_after(Direction::ToClient, 0)` loses the next answer: the server has done what it was asked to.
    pub fn cut_after(&self, direction: Direction, bytes: usize) {
        *self.budget() = Some((direction, bytes));
    }

    /// How many connections it has accepted.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// How many connections [`Proxy::cut_after`] has reset.
    #[must_use]
    pub fn cut_count(&self) -> usize {
        self.shared.cut.load(Ordering::SeqCst)
    }

    fn turn(&self, mode: Mode) {
        self.shared.mode.send_replace(mode);
        let wanted = mode != Mode::Refuse;
        self.wait("the listener to follow", || {
            *self.shared.listening.borrow() == wanted
        });
    }

    fn wait(&self, what: &str, done: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !done() {
            assert!(Instant::now() < deadline, "{self:?} waits for {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn budget(&self) -> std::sync::MutexGuard<'_, Option<(Direction, usize)>> {
        self.shared
            .budget
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            drop(thread.join());
        }
    }
}

/// Listens, except while connections are to be refused.
async fn serve(shared: Arc<Shared>, address: SocketAddr, target: SocketAddr) {
    let mut mode = shared.mode.subscribe();
    let mut connections = JoinSet::new();
    loop {
        let refused = |mode: &Mode| *mode == Mode::Refuse;
        if mode.wait_for(|mode| !refused(mode)).await.is_err() {
            return;
        }
        let listener = listen(address);
        shared.listening.send_replace(true);
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let Ok((client, _)) = accepted else { continue };
                    // Before it counts as open: whoever resets those that are waits for this one too.
                    let resets = shared.resets.subscribe();
                    shared.accepted.fetch_add(1, Ordering::SeqCst);
                    shared.open.fetch_add(1, Ordering::SeqCst);
                    connections.spawn(connection(Arc::clone(&shared), resets, client, target));
                }
                Some(_) = connections.join_next() => {}
                _ = mode.wait_for(refused) => break,
            }
        }
        drop(listener);
        shared.listening.send_replace(false);
    }
}

/// The port is ours for as long as we live (see [`free_port`]), so it can be bound again.
fn listen(address: SocketAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("an option of the socket");
    socket.bind(address).expect("our own port");
    socket.listen(128).expect("our own port")
}

/// Why a connection ends other than by its own ends.
struct Reset;

async fn connection(
    shared: Arc<Shared>,
    mut resets: watch::Receiver<usize>,
    mut client: TcpStream,
    target: SocketAddr,
) {
    let ended = tokio::select! {
        ended = through(&shared, &mut client, target) => ended,
        _ = resets.changed() => Err(Reset),
    };
    if ended.is_err() {
        let _ = client.set_zero_linger();
    }
    drop(client);
    shared.open.fetch_sub(1, Ordering::SeqCst);
}

async fn through(shared: &Shared, client: &mut TcpStream, target: SocketAddr) -> Result<(), Reset> {
    open_way(shared).await;
    let mut server = TcpStream::connect(target).await.map_err(|_| Reset)?;
    for stream in [&*client, &server] {
        stream.set_nodelay(true).map_err(|_| Reset)?;
    }
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let done = tokio::try_join!(
        pump(shared, Direction::ToServer, from_client, to_server),
        pump(shared, Direction::ToClient, from_server, to_client),
    );
    if done.is_err() {
        let _ = server.set_zero_linger();
    }
    done.map(drop)
}

/// Waits while everything is swallowed, and for as long as things are delayed.
async fn open_way(shared: &Shared) {
    let mut mode = shared.mode.subscribe();
    let open = mode.wait_for(|mode| *mode != Mode::Swallow).await;
    let delay = open.map(|mode| *mode);
    if let Ok(Mode::Delay(time)) = delay {
        tokio::time::sleep(time).await;
    }
}

async fn pump(
    shared: &Shared,
    direction: Direction,
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
) -> Result<(), Reset> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await.map_err(|_| Reset)?;
        open_way(shared).await;
        if read == 0 {
            return to.shutdown().await.map_err(|_| Reset);
        }
        let (allowed, cut) = shared.spend(direction, read);
        to.write_all(&buffer[..allowed]).await.map_err(|_| Reset)?;
        if cut {
            shared.cut.fetch_add(1, Ordering::SeqCst);
            return Err(Reset);
        }
    }
}

impl Shared {
    /// How many of these bytes may pass, and whether the connection is then reset.
    fn spend(&self, direction: Direction, bytes: usize) -> (usize, bool) {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        match *budget {
            Some((way, left)) if way == direction && bytes > left => {
                *budget = None;
                (left, true)
            }
            Some((way, left)) if way == direction => {
                *budget = Some((way, left - bytes));
                (bytes, false)
            }
            _ => (bytes, false),
        }
    }
}
