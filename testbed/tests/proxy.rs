//! A network that fails as it is told to.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use keyward_testbed::proxy::{Direction, Proxy};

/// A server that sends back what it gets.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut buffer = [0; 1024];
                while let Ok(read @ 1..) = stream.read(&mut buffer) {
                    if stream.write_all(&buffer[..read]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

fn exchange(stream: &mut TcpStream, text: &str) -> std::io::Result<String> {
    stream.write_all(text.as_bytes())?;
    let mut buffer = vec![0; text.len()];
    stream.read_exact(&mut buffer)?;
    Ok(String::from_utf8(buffer).unwrap())
}

#[test]
fn it_passes_and_delays() {
    let proxy = Proxy::start(echo());
    let mut stream = connect(&proxy);
    assert_eq!(exchange(&mut stream, "one").unwrap(), "one");
    proxy.delay(Duration::from_millis(60));
    let start = Instant::now();
    assert_eq!(exchange(&mut stream, "two").unwrap(), "two");
    assert!(
        start.elapsed() >= Duration::from_millis(120),
        "{:?}",
        start.elapsed()
    );
    proxy.pass();
    drop(stream);
    assert_eq!(proxy.accepted(), 1);
}

#[test]
fn it_resets_and_refuses() {
    let proxy = Proxy::start(echo());
    let mut stream = connect(&proxy);
    exchange(&mut stream, "one").unwrap();
    proxy.cut();
    assert_eq!(proxy.open(), 0);
    let error = stream.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);

    let mut stream = connect(&proxy);
    exchange(&mut stream, "two").unwrap();
    proxy.refuse();
    assert_eq!(exchange(&mut stream, "three").unwrap(), "three");
    let error = TcpStream::connect(proxy.address()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    proxy.pass();
    exchange(&mut connect(&proxy), "four").unwrap();
}

#[test]
fn it_swallows_and_gives_back() {
    let proxy = Proxy::start(echo());
    let mut old = connect(&proxy);
    exchange(&mut old, "one").unwrap();
    proxy.swallow();
    let mut new = connect(&proxy);
    for stream in [&mut old, &mut new] {
        stream
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        let error = exchange(stream, "two").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
    proxy.pass();
    for stream in [&mut old, &mut new] {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut buffer = [0; 3];
        stream.read_exact(&mut buffer).unwrap();
        assert_eq!(&buffer, b"two");
    }
}

#[test]
fn it_loses_an_answer_once() {
    let proxy = Proxy::start(echo());
    let mut stream = connect(&proxy);
    exchange(&mut stream, "one").unwrap();
    proxy.cut_after(Direction::ToClient, 2);
    stream.write_all(b"three").unwrap();
    let mut answer = Vec::new();
    assert!(stream.read_to_end(&mut answer).is_err());
    assert!(b"th".starts_with(&answer[..]), "{answer:?}");
    assert_eq!(proxy.cut_count(), 1);
    exchange(&mut connect(&proxy), "four").unwrap();

    proxy.cut_after(Direction::ToServer, 4);
    let mut stream = connect(&proxy);
    exchange(&mut stream, "five").unwrap();
    assert!(exchange(&mut stream, "six").is_err());
}
