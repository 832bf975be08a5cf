//! TLS for every part of the process: one provider of cryptography, certificates from files.

use crate::complaint::Complaint;
use crate::config::Tls;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// Makes *ring* the provider of this process. Calling it again does nothing.
pub fn install_provider() {
    // It fails only when a provider is there already, and nothing here installs another.
    let _ = ring::default_provider().install_default();
}

/// The certificate of the web server, read again when its files change.
pub struct Certificate {
    files: Tls,
    config: RustlsConfig,
    seen: Option<(SystemTime, SystemTime)>,
}

impl Certificate {
    /// Reads the files.
    pub fn load(files: &Tls) -> Result<Self, Complaint> {
        let seen = modified(files);
        let config = RustlsConfig::from_config(server_config(files)?);
        Ok(Self {
            files: files.clone(),
            config,
            seen,
        })
    }

    /// What the server uses; it follows later changes.
    #[must_use]
    pub fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Looks whether the files have changed, and takes the new ones. `Ok(true)`: they are in use. What is wrong with
    /// new files is told once, and the old certificate stays.
    pub fn refresh(&mut self) -> Result<bool, Complaint> {
        let now = modified(&self.files);
        if now.is_none() || now == self.seen {
            return Ok(false);
        }
        self.seen = now;
        self.config.reload_from_config(server_config(&self.files)?);
        Ok(true)
    }
}

fn modified(files: &Tls) -> Option<(SystemTime, SystemTime)> {
    let time = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    Some((time(&files.certificate)?, time(&files.key)?))
}

fn complain(path: &Path, why: &str, fix: &str) -> Complaint {
    Complaint::new(
        format!("TLS can't be served: {why}"),
        path.display().to_string(),
        fix,
    )
}

/// The certificate, and those of its issuers that are beside it.
pub fn chain(files: &Tls) -> Result<Vec<CertificateDer<'static>>, Complaint> {
    CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| error.to_string())
        .and_then(|chain| {
            if chain.is_empty() {
                Err("no certificate is in it".into())
            } else {
                Ok(chain)
            }
        })
        .map_err(|why| {
            complain(
                &files.certificate,
                &why,
                "give a PEM file with the certificate first, then its issuers",
            )
        })
}

fn server_config(files: &Tls) -> Result<Arc<ServerConfig>, Complaint> {
    let chain = chain(files)?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| {
        complain(
            &files.key,
            &error.to_string(),
            "give a PEM file with -----BEGIN PRIVATE KEY----- in it",
        )
    })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        // K-06: TLS 1.3, and 1.2 whose suites in rustls are all AEAD with forward secrecy.
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| {
            complain(
                &files.certificate,
                &error.to_string(),
                "give the certificate that belongs to tls.key",
            )
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
