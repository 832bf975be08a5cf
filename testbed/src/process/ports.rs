//! Ports and addresses for programs that have to be told theirs before they start.

use std::fmt::Display;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::Mutex;

/// Below the ports that the kernel hands out by itself, so that no connection and nobody who binds port 0 takes one
/// between our look and the program's start.
const OURS: Range<u16> = 20_000..32_000;

/// Held until this process ends: a port is nobody else's then, whether its program has bound it yet or was restarted.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A TCP port of 127.0.0.1 that is free, and that no other test is given while this process lives.
///
/// # Panics
/// When the machine has no free port.
#[must_use]
pub fn free_port() -> u16 {
    let found = claim_first(
        "ports",
        OURS.len(),
        |n| OURS.start + n,
        |port| TcpListener::bind(("127.0.0.1", port)).is_ok(),
    );
    found.expect("no free port on 127.0.0.1")
}

/// A loopback address where none of `ports` is taken, and that no other test is given while this process lives: for
/// servers whose ports can't be chosen.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_address(ports: &[u16]) -> Ipv4Addr {
    let found = claim_first(
        "addresses",
        250 * 250,
        |n| Ipv4Addr::new(127, 77, (n / 250) as u8, (n % 250) as u8 + 1),
        |address| ports.iter().all(|&port| is_free((address, port).into())),
    );
    found.expect("no free address in 127.77.0.0/16")
}

/// Whether nobody listens there. Where we may not listen ourselves the answer is yes: the server will complain better.
pub(crate) fn is_free(address: SocketAddr) -> bool {
    TcpListener::bind(address).map_or_else(
        |error| error.kind() == std::io::ErrorKind::PermissionDenied,
        |_| true,
    )
}

/// The first thing that nobody else has claimed and that is free, beginning at a place that differs between processes.
fn claim_first<T: Copy + Display>(
    kind: &str,
    count: usize,
    thing: impl Fn(u16) -> T,
    is_free: impl Fn(T) -> bool,
) -> Option<T> {
    let user = rustix::process::getuid().as_raw();
    let claims = std::env::temp_dir().join(format!("keyward-testbed-{kind}-{user}"));
    std::fs::create_dir_all(&claims).expect("a directory for claims");
    let start = std::process::id() as usize * 97;
    (0..count).find_map(|n| {
        let thing = thing(((start + n) % count) as u16);
        let claim = File::create(claims.join(thing.to_string())).ok()?;
        // A lock of the kernel's, which goes with the process however that ends.
        claim.try_lock().ok()?;
        is_free(thing).then(|| {
            HELD.lock().expect("nobody panics with it").push(claim);
            thing
        })
    })
}
