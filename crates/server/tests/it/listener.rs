//! The web listener over real sockets.

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use keyward_server::config::Tls;
use keyward_server::http_server::Listener;
use keyward_server::tls::Certificate;
use keyward_testbed::tls::TestCa;
use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

struct Running {
    address: SocketAddr,
    /// A request for `/slow` has come to its handler.
    entered: Arc<Notify>,
    /// Lets that handler go on.
    go_on: Arc<Notify>,
    stop: oneshot::Sender<()>,
    done: JoinHandle<std::io::Result<()>>,
}

#[expect(clippy::disallowed_methods, reason = "a test ends its own tasks")]
fn start(tls: Option<&Tls>) -> Running {
    let (entered, go_on) = (Arc::<Notify>::default(), Arc::<Notify>::default());
    let (enters, goes_on) = (entered.clone(), go_on.clone());
    let slow = async move || {
        enters.notify_one();
        goes_on.notified().await;
        "done"
    };
    let router = Router::new()
        .route(
            "/peer",
            get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()),
        )
        .route("/slow", get(slow))
        .route("/echo", post(async |body: String| body));
    let listener = Listener::bind(([127, 0, 0, 1], 0).into(), tls, &[]).unwrap();
    let address = listener.address().unwrap();
    let (stop, stopped) = oneshot::channel();
    let done = tokio::spawn(listener.serve(router, async {
        let _ = stopped.await;
    }));
    Running {
        address,
        entered,
        go_on,
        stop,
        done,
    }
}

/// What the server says to these bytes, until it closes. It has to: how long that takes is not asserted, only that it
/// isn't for ever.
async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(
        Duration::from_mins(1),
        // A reset ends a connection as well as a close does.
        stream.read_to_end(&mut answer),
    );
    let _ = closed.await.expect("the server to close the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn handlers_see_the_address_of_the_connection() {
    let running = start(None);
    let answer = raw(
        running.address,
        b"GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn rl_15_requests_in_flight_are_finished_before_the_end() {
    let running = start(None);
    let (answer, ()) = tokio::join!(
        raw(running.address, b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"),
        async {
            running.entered.notified().await;
            running.stop.send(()).unwrap();
            // It has stopped listening before the request is done.
            while TcpStream::connect(running.address).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            running.go_on.notify_one();
        }
    );
    assert!(answer.ends_with("done"), "{answer}");
    running.done.await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn do_02_who_says_nothing_or_dawdles_is_shown_out() {
    let running = start(None);
    let (silent, dripping, headless) = tokio::join!(
        raw(running.address, b""),
        raw(running.address, b"PRI * HT"),
        raw(
            running.address,
            b"GET /peer HTTP/1.1\r\nHost: a\r\nX-Slow: "
        ),
    );
    assert!(
        silent.is_empty() && dripping.is_empty(),
        "{silent}{dripping}"
    );
    assert!(
        headless.is_empty() || headless.starts_with("HTTP/1.1 408"),
        "{headless}"
    );
}

#[tokio::test]
async fn i_01_headers_have_a_size_and_a_number() {
    let running = start(None);
    let huge = format!(
        "GET /peer HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert!(
        raw(running.address, huge.as_bytes())
            .await
            .starts_with("HTTP/1.1 431")
    );
    let many = "X: 1\r\n".repeat(100);
    let many = format!("GET /peer HTTP/1.1\r\nHost: a\r\n{many}\r\n");
    assert!(
        raw(running.address, many.as_bytes())
            .await
            .starts_with("HTTP/1.1 431")
    );
}

#[tokio::test]
async fn in_27_requests_with_two_readings_are_refused() {
    let running = start(None);
    for (headers, body) in [
        ("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\x0b\r\n", "0\r\n\r\n"),
        ("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"),
        ("Content-Length: +3\r\n", "abc"),
        ("X: a\r\n b: folded\r\nContent-Length : 3\r\n", "abc"),
    ] {
        let request =
            format!("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n{body}");
        let answer = raw(running.address, request.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 400") || answer.is_empty(),
            "{headers:?}: {answer}"
        );
    }
    // Both at once: the chunked reading counts, and the connection ends with it, so that nothing can follow.
    let both = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n\
        0\r\n\r\nGET /peer HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = raw(running.address, both.as_bytes()).await;
    assert!(answer.matches("HTTP/1.1").count() <= 1, "{answer}");
}

fn tls_files(ca: &TestCa) -> (tempfile::TempDir, Tls) {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = ca.issue(&["localhost"]).write(folder.path());
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    (folder, Tls { certificate, key })
}

async fn get_over_tls(port: u16, ca: &TestCa) -> Result<String, reqwest::Error> {
    let ca = reqwest::Certificate::from_pem(ca.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).build()?;
    client
        .get(format!("https://localhost:{port}/peer"))
        .send()
        .await?
        .text()
        .await
}

#[tokio::test]
async fn tl_03_a_new_certificate_on_disk_is_taken_and_a_broken_one_is_not() {
    keyward_server::tls::install_provider();
    let (old, new) = (TestCa::new(), TestCa::new());
    let (folder, files) = tls_files(&old);
    let mut certificate = Certificate::load(&files).unwrap();
    let serving = certificate.config();
    let before = serving.get_inner();
    assert!(!certificate.refresh().unwrap());

    // One that doesn't fit its key: told once, and the old one stays.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let other = new.issue(&["localhost"]);
    std::fs::write(&files.certificate, &other.cert_pem).unwrap();
    let refusal = certificate.refresh().unwrap_err().to_string();
    assert!(refusal.contains("TLS can't be served"), "{refusal}");
    assert!(!certificate.refresh().unwrap());
    assert!(Arc::ptr_eq(&before, &serving.get_inner()));

    tokio::time::sleep(Duration::from_millis(20)).await;
    std::fs::write(&files.key, &other.key_pem).unwrap();
    assert!(certificate.refresh().unwrap());
    assert!(!Arc::ptr_eq(&before, &serving.get_inner()));
    drop(folder);
}

// case: TL-02
#[tokio::test]
async fn tls_serves_its_certificate_and_hangs_up_on_plain_text() {
    keyward_server::tls::install_provider();
    let ca = TestCa::new();
    let (_folder, files) = tls_files(&ca);
    let running = start(Some(&files));
    assert_eq!(
        get_over_tls(running.address.port(), &ca).await.unwrap(),
        "127.0.0.1"
    );
    assert!(
        get_over_tls(running.address.port(), &TestCa::new())
            .await
            .is_err()
    );
    let plain = raw(running.address, b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(!plain.contains("HTTP/1.1 200"), "{plain}");
}

#[tokio::test]
async fn a_taken_address_and_a_missing_certificate_say_what_to_do() {
    let running = start(None);
    let refusal = Listener::bind(running.address, None, &[])
        .err()
        .unwrap()
        .to_string();
    assert!(
        refusal.contains("stop the program that listens there"),
        "{refusal}"
    );
    let files = Tls {
        certificate: "/nonexistent/c.pem".into(),
        key: "/nonexistent/k.pem".into(),
    };
    let refusal = Listener::bind(([127, 0, 0, 1], 0).into(), Some(&files), &[])
        .err()
        .unwrap()
        .to_string();
    assert!(
        refusal.contains("/nonexistent/c.pem") && refusal.contains("fix: "),
        "{refusal}"
    );
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a test ends its own tasks")]
async fn prometheus_reads_the_numbers_of_the_process() {
    let metrics = keyward_server::metrics::Metrics::install().unwrap();
    let listener = Listener::bind(([127, 0, 0, 1], 0).into(), None, &[]).unwrap();
    let address = listener.address().unwrap();
    tokio::spawn(listener.serve(metrics.router(), std::future::pending()));
    let answer = raw(
        address,
        b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    )
    .await;
    for number in [
        "process_resident_memory_bytes ",
        "process_open_fds ",
        "keyward_http_connections ",
    ] {
        assert!(answer.contains(number), "{answer}");
    }
}
