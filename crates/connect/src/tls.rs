//! TLS towards the service: rustls, TLS 1.2 and 1.3, certificates that are verified in every case.

use crate::complaint::Complaint;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::path::Path;
use std::sync::Arc;

/// Makes *ring* the provider of this process. Calling it again does nothing.
pub fn install_provider() {
    // It fails only when a provider is there already, and nothing here installs another.
    let _ = ring::default_provider().install_default();
}

/// Certificates are taken from these authorities only, or from those that the system trusts.
pub fn towards(ca: Option<&Path>) -> Result<ClientConfig, Complaint> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = ca {
        read(path, &mut roots)?;
    } else {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(Complaint::new(
                "this system trusts no certificate authority",
                "the certificate authorities of the system",
                "install them (apt install ca-certificates), or name one with `ca`",
            ));
        }
    }
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map(|builder| builder.with_root_certificates(roots).with_no_client_auth())
        .map_err(|error| {
            Complaint::new(
                format!("no TLS: {error}"),
                "this program",
                "report this: it is a fault of the program",
            )
        })
}

fn read(path: &Path, roots: &mut RootCertStore) -> Result<(), Complaint> {
    let unusable = |why: String| {
        Complaint::new(
            format!("the authorities can't be read: {why}"),
            path.display().to_string(),
            "give a PEM file with -----BEGIN CERTIFICATE----- in it",
        )
    };
    let list = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(error.to_string()))?;
    if list.is_empty() {
        return Err(unusable("no certificate is in it".to_owned()));
    }
    for certificate in list {
        roots
            .add(certificate)
            .map_err(|error| unusable(error.to_string()))?;
    }
    Ok(())
}
