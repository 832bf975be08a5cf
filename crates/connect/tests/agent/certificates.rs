//! Whom the agent takes for the service.

use keyward_connect::config::Service;
use keyward_connect::link::{Client, Failure};
use keyward_testbed::process::{Launch, Process};
use keyward_testbed::tls::{Certificate, TestCa};
use keyward_wire::session::{Challenge, ChallengeRequest};
use keyward_wire::{VERSION, path};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Answers each TLS connection in the service's words, and says what it heard.
const SERVER: &str = r#"
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
body = b'{"challenge":"AAAA","now":1}'
while True:
    plain, _ = listener.accept()
    try:
        with context.wrap_socket(plain, server_side=True) as stream:
            print("heard", stream.recv(4096)[:5], flush=True)
            stream.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    except OSError as error:
        print("refused", error, flush=True)
"#;

fn serve(certificate: &Certificate, folder: &Path) -> (Process, String) {
    let (certificate, key) = certificate.write(folder);
    let server = Launch::new("/usr/bin/python3")
        .args(["-c", SERVER])
        .arg(certificate)
        .arg(key)
        .spawn();
    let line = server.line("port", Duration::from_secs(30));
    let port = line.rsplit(' ').next().unwrap().to_owned();
    (server, port)
}

async fn asks(url: String, ca: Option<&Path>) -> Result<Challenge, Failure> {
    let client = Client::new(&Service {
        url,
        proxy: None,
        ca: ca.map(Path::to_owned),
    });
    let request = ChallengeRequest {
        version: VERSION,
        agent: Uuid::nil(),
    };
    client.unwrap().post(path::CHALLENGE, &request, None).await
}

// case: AG-13, AG-14
#[tokio::test]
async fn ag_14_a_service_with_the_wrong_certificate_hears_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, other) = (TestCa::new(), TestCa::new());
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, ca.pem()).unwrap();
    let bad = [
        ("another name", ca.issue(&["elsewhere.test"])),
        ("expired", ca.expired(&["localhost"])),
        // As of a proxy that reads along.
        ("another authority", other.issue(&["localhost"])),
    ];
    for (what, certificate) in &bad {
        let (server, port) = serve(certificate, folder.path());
        let url = format!("https://localhost:{port}");
        let failure = asks(url, Some(&ca_file)).await.unwrap_err();
        let said = failure.to_string();
        assert!(said.contains("certificate"), "{what}: {said}");
        server.wait_line("refused", Duration::from_secs(30));
        assert!(
            !server.lines().iter().any(|line| line.contains("heard")),
            "{what}"
        );
    }
    let (server, port) = serve(&ca.issue(&["localhost"]), folder.path());
    let url = format!("https://localhost:{port}");
    // Not one of those that the system trusts, and nobody said that it is.
    assert!(asks(url.clone(), None).await.is_err());
    assert_eq!(asks(url, Some(&ca_file)).await.unwrap().now, 1);
    server.wait_line("heard", Duration::from_secs(30));
}
