//! The measure: one open connection, one request after the other, nothing around them.

use std::collections::HashSet;
use std::sync::Arc;

use keyward_testbed::ldap::Account;
use ldap3::adapters::{Adapter, PagedResults};
use ldap3::controls::RawControl;
use ldap3::exop::PasswordModify;
use ldap3::result::ExopResult;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, Mod, Scope, StdStream};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::directory::{Directory, Kind};
use crate::Done;

/// An open connection, driven by the thread that uses it: no other has to be woken up.
pub(super) struct Bare {
    runtime: Runtime,
    ldap: Ldap,
    kind: Kind,
}

impl Bare {
    pub(super) fn open(directory: &Directory, account: &Account) -> Done<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let url = directory.url();
        let tls = trusting(directory)?;
        let ldap = runtime.block_on(async {
            let (_, address) = url.split_once("://").ok_or("no address")?;
            let io = |error: std::io::Error| format!("{url}: {error}");
            let stream = TcpStream::connect(address).await.map_err(io)?;
            // As the agent does: the library leaves Nagle's algorithm on.
            stream.set_nodelay(true).map_err(io)?;
            let stream = stream.into_std().map_err(io)?;
            let settings = LdapConnSettings::new()
                .set_config(tls)
                .set_std_stream(StdStream::Tcp(stream));
            LdapConnAsync::with_settings(settings, &url)
                .await
                .map_err(|error| format!("{url}: {error}"))
        });
        let (connection, ldap) = ldap?;
        runtime.spawn(connection.drive());
        let kind = directory.kind();
        let mut bare = Self {
            runtime,
            ldap,
            kind,
        };
        bare.bind(&account.dn, &account.password)?;
        Ok(bare)
    }

    /// Becomes the connection of somebody else.
    pub(super) fn bind(&mut self, dn: &str, password: &str) -> Done {
        let bound = self.runtime.block_on(self.ldap.simple_bind(dn, password));
        done(bound.and_then(ldap3::LdapResult::success), dn)
    }

    /// Sets a password as an administrator.
    pub(super) fn set_password(&mut self, dn: &str, password: &str) -> Done {
        match self.kind {
            Kind::Samba => {
                let quoted = format!("\"{password}\"");
                let text: Vec<u8> = quoted.encode_utf16().flat_map(u16::to_le_bytes).collect();
                self.modify(
                    dn,
                    Mod::Replace(b"unicodePwd".to_vec(), HashSet::from([text])),
                )
            }
            Kind::Slapd => {
                let change = PasswordModify {
                    user_id: Some(dn),
                    old_pass: None,
                    new_pass: Some(password),
                };
                let changed = self.runtime.block_on(self.ldap.extended(change));
                done(changed.and_then(ExopResult::success), dn)
            }
        }
    }

    pub(super) fn set(&mut self, dn: &str, attribute: &str, value: &str) -> Done {
        let values = HashSet::from([value.as_bytes().to_vec()]);
        self.modify(dn, Mod::Replace(attribute.as_bytes().to_vec(), values))
    }

    pub(super) fn add_member(&mut self, group: &str, member: &str) -> Done {
        let values = HashSet::from([member.as_bytes().to_vec()]);
        self.modify(group, Mod::Add(b"member".to_vec(), values))
    }

    pub(super) fn remove_member(&mut self, group: &str, member: &str) -> Done {
        let values = HashSet::from([member.as_bytes().to_vec()]);
        self.modify(group, Mod::Delete(b"member".to_vec(), values))
    }

    fn modify(&mut self, dn: &str, change: Mod<Vec<u8>>) -> Done {
        let changed = self.runtime.block_on(self.ldap.modify(dn, vec![change]));
        done(changed.and_then(ldap3::LdapResult::success), dn)
    }

    /// Searches in pages, and throws away what comes; how many entries did.
    pub(super) fn read(
        &mut self,
        base: &str,
        (filter, attributes, page): (&str, &[&str], i32),
    ) -> Done<usize> {
        let kind = self.kind;
        let ldap = &mut self.ldap;
        let read = self.runtime.block_on(async {
            if kind == Kind::Samba {
                ldap.with_controls(vec![extended_dn()]);
            }
            let attributes = attributes.to_vec();
            let pages: Vec<Box<dyn Adapter<'_, _, _>>> = vec![Box::new(PagedResults::new(page))];
            let stream =
                ldap.streaming_search_with(pages, base, Scope::Subtree, filter, attributes);
            let mut stream = stream.await?;
            let mut count = 0;
            while stream.next().await?.is_some() {
                count += 1;
            }
            stream.finish().await.success()?;
            Ok::<_, LdapError>(count)
        });
        read.map_err(|error| format!("{filter}: {error}"))
    }
}

/// Names with the ids behind them: the agent asks for those, and they are dear.
fn extended_dn() -> RawControl {
    RawControl {
        ctype: "1.2.840.113556.1.4.529".to_owned(),
        crit: true,
        val: Some(vec![0x30, 3, 2, 1, 1]),
    }
}

fn trusting(directory: &Directory) -> Done<Arc<ClientConfig>> {
    let certificate = CertificateDer::from_pem_file(directory.ca_file());
    let mut roots = RootCertStore::empty();
    roots
        .add(certificate.map_err(|error| error.to_string())?)
        .map_err(|error| error.to_string())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn done<T>(result: Result<T, LdapError>, dn: &str) -> Done {
    result.map(drop).map_err(|error| format!("{dn}: {error}"))
}
