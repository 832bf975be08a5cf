//! How a directory is reached and as whom.

use super::super::{Discovery, Error, Result, SourceAnchor};
use keyward_wire::link::DirectoryKind;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// How a directory is reached and as whom.
#[derive(Clone)]
pub struct Settings {
    /// What it is.
    pub kind: DirectoryKind,
    /// `ldaps://host` or `ldaps://host:port`, tried in this order. Nothing else is taken: a password that went out
    /// before TLS is known to be there can't be called back.
    pub servers: Vec<String>,
    /// Or how they are found.
    pub discovery: Option<Discovery>,
    /// A file with the authorities that sign the servers' certificates, in PEM; none: those that the system trusts.
    pub ca: Option<PathBuf>,
    /// The agent's account.
    pub bind_dn: String,
    /// Its password.
    pub password: Zeroizing<String>,
    /// The naming context, where the server doesn't tell which of several is meant.
    pub base: Option<String>,
    /// What users are known by.
    pub anchor: SourceAnchor,
    /// `DirSync` may be used to follow the changes of Active Directory; it is where the account may.
    pub dirsync: bool,
    /// How long a server may take to answer the first time.
    pub connect_timeout: Duration,
    /// How long a server may take for one operation.
    pub operation_timeout: Duration,
}

impl Settings {
    /// The settings that one can't do without.
    #[must_use]
    pub fn new(
        kind: DirectoryKind,
        servers: Vec<String>,
        bind_dn: String,
        password: Zeroizing<String>,
    ) -> Self {
        Self {
            kind,
            servers,
            discovery: None,
            ca: None,
            bind_dn,
            password,
            base: None,
            anchor: SourceAnchor::default(),
            dirsync: true,
            connect_timeout: Duration::from_secs(5),
            operation_timeout: Duration::from_secs(15),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("kind", &self.kind)
            .field("servers", &self.servers)
            .field("discovery", &self.discovery)
            .field("ca", &self.ca)
            .field("bind_dn", &self.bind_dn)
            .finish_non_exhaustive()
    }
}

/// The address of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// What its certificate must be for.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Server {
    /// Understands `ldaps://host[:port]`.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let wrong = || {
            Error::Answer(format!(
                "{url:?} is no server: write ldaps://host or ldaps://host:port"
            ))
        };
        let scheme = url.get(..8).ok_or_else(wrong)?;
        if !scheme.eq_ignore_ascii_case("ldaps://") {
            return Err(wrong());
        }
        let rest = url[8..].trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (rest, 636),
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if host.is_empty() || !host.chars().all(fits) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("ldaps://{}:{}", self.host, self.port)
    }
}

/// What a client of these authorities believes. There is no way to have it believe anything.
pub(crate) fn tls(ca: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = ca {
        let unreadable = |why: &dyn std::fmt::Display| {
            Error::Certificate(format!("{} can't be read: {why}", path.display()))
        };
        let found = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
        for certificate in found {
            let certificate = certificate.map_err(|error| unreadable(&error))?;
            roots.add(certificate).map_err(|error| unreadable(&error))?;
        }
        if roots.is_empty() {
            return Err(unreadable(&"there is no certificate in it"));
        }
    } else {
        let found = rustls_native_certs::load_native_certs();
        let (_, _) = roots.add_parsable_certificates(found.certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Certificate(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::Server;

    // case: AD-07
    #[test]
    fn only_ldaps_is_taken() {
        let good = Server::parse("ldaps://dc1.corp.example.test").unwrap();
        assert_eq!(
            (good.host.as_str(), good.port),
            ("dc1.corp.example.test", 636)
        );
        assert_eq!(
            Server::parse("LDAPS://10.0.0.1:1636/").unwrap().url(),
            "ldaps://10.0.0.1:1636"
        );
        for bad in [
            "ldap://dc1",
            "ldapi:///",
            "dc1",
            "ldaps://",
            "ldaps://a b",
            "ldaps://dc1:x",
            "ldaps://u@dc1",
            "ldaps://dc1/dc=x",
            "éldaps://x",
        ] {
            assert!(Server::parse(bad).is_err(), "{bad}");
        }
    }
}
