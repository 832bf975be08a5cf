//! Connections to a directory.
//!
//! A [`Connection`] exists only over TLS with a certificate that was checked, and a password can be sent over nothing
//! else: there is no type for a connection in the clear, and none for `StartTLS`, whose answer an attacker may give.
//! Referrals are never followed. What can't be parsed ends the connection, never the process.

mod answer;
mod discover;
mod entry;
mod exchange;
mod pages;
mod pool;
mod settings;
mod watch;

pub(crate) use answer::{Answer, control};
pub(crate) use entry::{Entry, constructed, primitive};
pub(crate) use pages::Pages;
pub(crate) use pool::{Lease, Pool, Servers, Visitors};
pub use settings::Settings;
pub(crate) use settings::{Server, tls};
pub(crate) use watch::Told;

use super::{Error, Result};
use ldap3::controls::RawControl;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, Mod, Scope, SearchOptions, StdStream,
};
use rustls::ClientConfig;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A connection over TLS, with nobody bound to it by us.
pub(crate) struct Connection {
    ldap: Ldap,
    operation: Duration,
    /// An operation was begun, and its end was not seen.
    unsettled: bool,
    /// The server let an operation wait for too long.
    hung: bool,
    /// When a password went over it last: until other requests have overwritten it, the buffer has it.
    carried: Option<Instant>,
}

impl Connection {
    /// Connects to one of these addresses, or to what the system calls so, and checks that the certificate is the server's.
    ///
    /// The stream is our own, for `ldap3` leaves Nagle's algorithm on: the first request after the handshake would wait
    /// 40 ms for an acknowledgement that the server delays.
    pub(crate) async fn open(
        server: &Server,
        addresses: &[SocketAddr],
        tls: Arc<ClientConfig>,
        limit: Duration,
        operation: Duration,
    ) -> Result<Self> {
        let connect = async {
            let stream = if addresses.is_empty() {
                TcpStream::connect((server.host.as_str(), server.port)).await?
            } else {
                TcpStream::connect(addresses).await?
            };
            stream.set_nodelay(true)?;
            let settings = LdapConnSettings::new()
                .set_config(tls)
                .set_std_stream(StdStream::Tcp(stream.into_std()?));
            LdapConnAsync::with_settings(settings, &server.url()).await
        };
        let connected = timeout(limit, contained(connect)).await;
        let (connection, ldap) = connected
            .map_err(|_| Error::Unreachable(format!("{} doesn't answer", server.url())))??
            .map_err(|error| failure(error, &server.url()))?;
        drive(connection);
        Ok(Self {
            ldap,
            operation,
            unsettled: false,
            hung: false,
            carried: None,
        })
    }

    /// Tries a password. Never an empty one, nor one with a NUL: to a server that makes either of them nothing, it
    /// would be an anonymous bind, which succeeds for every name (RFC 4513 section 5.1.2).
    pub(crate) async fn try_bind(&mut self, dn: &str, password: &str) -> Result<Answer> {
        if !can_be_tried(dn, password) {
            return Ok(Answer {
                rc: 49,
                code: None,
                data: Some("52e".to_owned()),
            });
        }
        let ldap = self.begin_to_carry();
        let result = contained(ldap.simple_bind(dn, password)).await?;
        Ok(Answer::of(&self.end(result)?))
    }

    /// Becomes the connection of this account.
    pub(crate) async fn bind(mut self, dn: &str, password: &str) -> Result<Bound> {
        let answer = self.try_bind(dn, password).await?;
        // Its own password the agent holds anyway.
        self.carried = None;
        match answer.rc {
            0 => Ok(Bound { connection: self }),
            51 | 52 => Err(Error::Unreachable(answer.to_string())),
            _ => Err(Error::Account(answer.to_string())),
        }
    }

    /// Modifies an entry as whoever is bound. An error means that the answer was lost: the change may have been made.
    pub(crate) async fn modify(
        &mut self,
        dn: &str,
        changes: Vec<Mod<Vec<u8>>>,
        controls: Vec<RawControl>,
    ) -> Result<Answer> {
        let ldap = self.begin_to_carry();
        ldap.with_controls(controls);
        let result = contained(ldap.modify(dn, changes)).await?;
        Ok(Answer::of(&self.end(result)?))
    }

    /// Until [`Connection::end`] the connection counts as broken: whoever drops the future that waits leaves an answer
    /// on the wire that nobody expects.
    fn begin(&mut self, limit: Duration) -> &mut Ldap {
        self.unsettled = true;
        self.ldap.with_timeout(limit);
        &mut self.ldap
    }

    /// [`Connection::begin`] of what may hold a password.
    fn begin_to_carry(&mut self) -> &mut Ldap {
        self.carried = Some(Instant::now());
        self.begin(self.operation)
    }

    fn end<T>(&mut self, result: std::result::Result<T, LdapError>) -> Result<T> {
        self.hung = matches!(result, Err(LdapError::Timeout { .. }));
        let value = result.map_err(|error| failure(error, "the directory"))?;
        self.unsettled = false;
        Ok(value)
    }
}

/// To a server that makes nothing of either, it would be an anonymous bind, which succeeds for every name.
fn can_be_tried(dn: &str, password: &str) -> bool {
    !dn.is_empty() && !password.is_empty() && !password.contains('\0')
}

/// A connection of the agent's account.
pub(crate) struct Bound {
    connection: Connection,
}

/// What to search.
#[derive(Debug, Clone)]
pub(crate) struct Search<'a> {
    pub(crate) base: &'a str,
    pub(crate) scope: Scope,
    /// As RFC 4515 writes it. Values from outside go through [`ldap3::ldap_escape`].
    pub(crate) filter: &'a str,
    pub(crate) attributes: &'a [&'a str],
    pub(crate) controls: Vec<RawControl>,
    /// None: as long as any operation.
    pub(crate) limit: Option<Duration>,
    /// Entries at most; 0: all of them.
    pub(crate) most: i32,
}

impl<'a> Search<'a> {
    /// Of one entry.
    pub(crate) fn entry(base: &'a str, attributes: &'a [&'a str]) -> Self {
        Self::below(base, Scope::Base, "(objectClass=*)", attributes)
    }

    pub(crate) fn below(
        base: &'a str,
        scope: Scope,
        filter: &'a str,
        attributes: &'a [&'a str],
    ) -> Self {
        Self {
            base,
            scope,
            filter,
            attributes,
            controls: Vec::new(),
            limit: None,
            most: 0,
        }
    }

    pub(crate) fn with(mut self, control: RawControl) -> Self {
        self.controls.push(control);
        self
    }

    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }
}

/// What a search found, whole: if the connection ended before the result, there is no `Found`.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) answer: Answer,
    pub(crate) entries: Vec<Entry>,
    pub(crate) controls: Vec<RawControl>,
}

impl Bound {
    /// Modifies an entry. An error means that the answer was lost: the change may have been made.
    pub(crate) async fn modify(
        &mut self,
        dn: &str,
        changes: Vec<Mod<Vec<u8>>>,
        controls: Vec<RawControl>,
    ) -> Result<Answer> {
        self.connection.modify(dn, changes, controls).await
    }

    /// Searches, and takes each result code for an answer.
    pub(crate) async fn search(&mut self, search: Search<'_>) -> Result<Found> {
        let limit = search.limit.unwrap_or(self.connection.operation);
        let ldap = self.connection.begin(limit);
        ldap.with_controls(search.controls);
        ldap.with_search_options(SearchOptions::new().sizelimit(search.most));
        let attributes: Vec<&str> = search.attributes.to_vec();
        let stream = ldap.streaming_search(search.base, search.scope, search.filter, attributes);
        let found = contained(async {
            let mut stream = stream.await?;
            let mut entries = Vec::new();
            while let Some(item) = stream.next().await? {
                // A reference to another server is passed over: it is never followed.
                if !item.is_ref() && !item.is_intermediate() {
                    entries.push(item.0);
                }
            }
            Ok((stream.finish().await, entries))
        });
        let found = found.await?;
        let (result, entries) = self.connection.end(found)?;
        Ok(Found {
            answer: Answer::of(&result),
            entries: entries
                .into_iter()
                .map(Entry::parse)
                .collect::<Result<_>>()?,
            controls: result.ctrls.into_iter().map(|control| control.1).collect(),
        })
    }

    /// One entry; none if there is none.
    pub(crate) async fn entry(&mut self, base: &str, attributes: &[&str]) -> Result<Option<Entry>> {
        let found = self.search(Search::entry(base, attributes)).await?;
        match found.answer.rc {
            // noSuchObject; invalidDNSyntax for a name that came from outside.
            32 | 34 => Ok(None),
            _ => found
                .answer
                .done()
                .map(|()| found.entries.into_iter().next()),
        }
    }
}

/// A connection that a pool may keep.
pub(crate) trait Keep: Send + 'static {
    /// Nothing was lost on it, and the server hasn't closed it.
    fn is_sound(&mut self) -> bool;

    /// Its server let an operation wait for too long.
    fn is_hung(&self) -> bool;

    /// When a password went over it last.
    fn carried(&self) -> Option<Instant>;

    /// Another handle of the same connection.
    fn again(&self) -> Self;
}

impl Keep for Connection {
    fn is_sound(&mut self) -> bool {
        !self.unsettled && !self.ldap.is_closed()
    }

    fn is_hung(&self) -> bool {
        self.hung
    }

    fn carried(&self) -> Option<Instant> {
        self.carried
    }

    fn again(&self) -> Self {
        Self {
            ldap: self.ldap.clone(),
            operation: self.operation,
            unsettled: self.unsettled,
            hung: self.hung,
            carried: self.carried,
        }
    }
}

impl Keep for Bound {
    fn is_sound(&mut self) -> bool {
        self.connection.is_sound()
    }

    fn is_hung(&self) -> bool {
        self.connection.is_hung()
    }

    fn carried(&self) -> Option<Instant> {
        self.connection.carried()
    }

    fn again(&self) -> Self {
        Self {
            connection: self.connection.again(),
        }
    }
}

/// Polls the connection until it ends.
#[expect(
    clippy::disallowed_methods,
    reason = "the one home of connections: the task ends with the last handle"
)]
fn drive(connection: LdapConnAsync) {
    tokio::spawn(async move {
        if let Err(error) = connection.drive().await {
            tracing::debug!(%error, "a connection to the directory broke");
        }
    });
}

/// The library panics on answers that aren't well-formed. They come from outside, so they must not end the task.
async fn contained<T>(future: impl Future<Output = T>) -> Result<T> {
    let mut future = std::pin::pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Error::Answer("it isn't well-formed".to_owned()))),
        },
    )
    .await
}

fn failure(error: LdapError, server: &str) -> Error {
    match error {
        LdapError::Io { source } => of_io(&source, server),
        LdapError::Rustls { source } => of_tls(&source, server),
        LdapError::DNSName { .. } => Error::Certificate(format!("{server} is no name of a server")),
        LdapError::Timeout { .. } => Error::Unreachable(format!("{server} took too long")),
        LdapError::LdapResult { result } => Error::Refused(Answer::of(&result).to_string()),
        LdapError::FilterParsing => Error::Answer("the filter can't be written".to_owned()),
        _ => Error::Unreachable(format!("{server} ended the connection")),
    }
}

fn of_io(error: &std::io::Error, server: &str) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(inner) => of_tls(inner, server),
        None => Error::Unreachable(format!("{server}: {error}")),
    }
}

fn of_tls(error: &rustls::Error, server: &str) -> Error {
    match error {
        rustls::Error::InvalidCertificate(why) => Error::Certificate(format!("{server}: {why}")),
        other => Error::Unreachable(format!("{server}: TLS: {other}")),
    }
}
