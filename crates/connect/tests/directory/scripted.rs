//! A server that answers as a script says, over TLS, with the codec of `ldap3_proto`.

use bytes::BytesMut;
use keyward_testbed::tls::{Certificate, TestCa};
use ldap3_proto::LdapCodec;
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{LdapMsg, LdapOp};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::codec::{Decoder, Encoder};

/// What the script does about a message.
pub(crate) enum Reply {
    Say(LdapOp, Vec<LdapControl>),
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// After this time.
    Wait(Duration),
    /// Ends the connection.
    HangUp,
}

type Script = dyn Fn(&LdapMsg) -> Vec<Reply> + Send + Sync;

/// The server. It ends with the test.
pub(crate) struct Scripted {
    port: u16,
    dir: TempDir,
    heard: Arc<Mutex<Vec<LdapMsg>>>,
}

impl Scripted {
    /// With a good certificate.
    pub(crate) fn start(script: impl Fn(&LdapMsg) -> Vec<Reply> + Send + Sync + 'static) -> Self {
        let ca = TestCa::new();
        let certificate = ca.issue(&["localhost", "127.0.0.1"]);
        Self::with(&ca, &certificate, script)
    }

    /// With a certificate of any kind.
    pub(crate) fn with(
        ca: &TestCa,
        certificate: &Certificate,
        script: impl Fn(&LdapMsg) -> Vec<Reply> + Send + Sync + 'static,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), ca.pem()).unwrap();
        let chain = CertificateDer::from_pem_slice(certificate.cert_pem.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(certificate.key_pem.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![chain], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (config, script): (_, Arc<Script>) = (Arc::new(config), Arc::new(script));
        let log = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, script) = (Arc::clone(&config), Arc::clone(&script));
                let log = Arc::clone(&log);
                std::thread::spawn(move || {
                    let connection = ServerConnection::new(config).unwrap();
                    drop(serve(StreamOwned::new(connection, stream), &*script, &log));
                });
            }
        });
        Self { port, dir, heard }
    }

    pub(crate) fn url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.port)
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// Everything that was asked so far.
    pub(crate) fn heard(&self) -> Vec<LdapMsg> {
        self.heard.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: StreamOwned<ServerConnection, TcpStream>,
    script: &Script,
    log: &Mutex<Vec<LdapMsg>>,
) -> std::io::Result<()> {
    let mut codec = LdapCodec::default();
    let mut buffer = BytesMut::new();
    loop {
        while let Some(message) = codec.decode(&mut buffer)? {
            log.lock().unwrap().push(message.clone());
            let mut out = BytesMut::new();
            for reply in script(&message) {
                match reply {
                    Reply::Say(op, controls) => {
                        let answer = LdapMsg::new_with_ctrls(message.msgid, op, controls);
                        codec.encode(answer, &mut out)?;
                    }
                    Reply::Wait(time) => {
                        stream.write_all(&out)?;
                        stream.flush()?;
                        out.clear();
                        std::thread::sleep(time);
                    }
                    Reply::Raw(bytes) => out.extend_from_slice(&bytes),
                    Reply::HangUp => {
                        stream.write_all(&out)?;
                        stream.flush()?;
                        return stream.sock.shutdown(std::net::Shutdown::Both);
                    }
                }
            }
            stream.write_all(&out)?;
            stream.flush()?;
        }
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk)?;
        if read == 0 {
            return Ok(());
        }
        buffer.extend_from_slice(&chunk[..read]);
    }
}
