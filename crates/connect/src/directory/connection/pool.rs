//! Connections that are kept: those of the agent's account, and those over which users' passwords are tried.

use super::discover::Discover;
use super::{Answer, Bound, Connection, Keep, Server, Settings, tls};
use crate::directory::{Error, Result};
use ldap3::controls::RawControl;
use rustls::ClientConfig;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many connections of a kind there are at most. A domain controller serves a client's connections side by side, but
/// its writes one after the other.
const MOST: usize = 16;

/// A connection over which a password has gone is ended after this, unless the next has gone over it meanwhile: only with
/// it goes its buffer of what was sent (AG-19). While many write, each takes the connection of the one before.
const REST: Duration = Duration::from_secs(5);

/// The servers, and the one that is in use. It stays in use until it fails: what was read from it and what follows
/// belong together.
pub(crate) struct Servers {
    settings: Settings,
    tls: Arc<ClientConfig>,
    source: Source,
    current: Mutex<Option<Arc<Server>>>,
    /// It hung last.
    avoided: Mutex<Option<Server>>,
}

/// Where the servers come from.
enum Source {
    Named(Vec<Arc<Server>>),
    Found(Box<Discover>),
}

impl Servers {
    /// Opens no connection.
    pub(crate) fn new(settings: Settings) -> Result<Arc<Self>> {
        let list = settings.servers.iter();
        let list = list.map(|url| Server::parse(url).map(Arc::new));
        let list = list.collect::<Result<Vec<_>>>()?;
        let source = match &settings.discovery {
            Some(discovery) => Source::Found(Box::new(Discover::new(discovery.clone())?)),
            None if list.is_empty() => {
                return Err(Error::Unreachable("no server is configured".to_owned()));
            }
            None => Source::Named(list),
        };
        Ok(Arc::new(Self {
            tls: tls(settings.ca.as_deref())?,
            source,
            current: Mutex::new(None),
            avoided: Mutex::new(None),
            settings,
        }))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Server>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of the server in use.
    pub(crate) fn in_use(&self) -> Option<String> {
        self.current().as_ref().map(|server| server.url())
    }

    fn avoided(&self) -> MutexGuard<'_, Option<Server>> {
        self.avoided.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_current(&self, server: &Server) -> bool {
        self.current()
            .as_ref()
            .is_some_and(|current| **current == *server)
    }

    /// A server let an operation wait for too long: it is looked for another one, with this as the last. One that ended a
    /// connection shows at the next whether it is still there, and whoever stopped waiting says nothing about it.
    fn suspect(&self, server: &Server) {
        if self.is_current(server) {
            tracing::debug!(server = server.url(), "a server of the directory hangs");
            *self.current() = None;
            self.avoided().replace(server.clone());
        }
    }

    /// The servers in the order in which they are tried: the one in use, and those after it; one that hung last.
    async fn candidates(&self) -> Result<Vec<Arc<Server>>> {
        let mut list = match &self.source {
            Source::Named(list) => list.clone(),
            Source::Found(discover) => discover.servers().await?,
        };
        let current = self.current().clone();
        let at = |server: &Server| list.iter().position(|known| **known == *server);
        if let Some(at) = current.as_deref().and_then(at) {
            list.rotate_left(at);
        } else if let Some(at) = self.avoided().as_ref().and_then(at) {
            list.rotate_left(at + 1);
        }
        Ok(list)
    }

    /// A connection to the server in use, or to the first after it that can be reached. A certificate that is refused is
    /// what is told in the end: it is what somebody has to do something about.
    async fn connect(&self) -> Result<(Arc<Server>, Connection)> {
        let mut why = None;
        for server in self.candidates().await? {
            match self.open(&server).await {
                Ok(connection) => {
                    *self.current() = Some(Arc::clone(&server));
                    *self.avoided() = None;
                    return Ok((server, connection));
                }
                Err(error) => {
                    tracing::debug!(%error, "a server of the directory can't be used");
                    if !matches!(why, Some(Error::Certificate(_))) {
                        why = Some(error);
                    }
                }
            }
        }
        if let Source::Found(discover) = &self.source {
            discover.doubt();
        }
        Err(why.unwrap_or_else(|| Error::Unreachable("no server is known".to_owned())))
    }

    async fn open(&self, server: &Server) -> Result<Connection> {
        let addresses = match &self.source {
            Source::Named(_) => Vec::new(),
            Source::Found(discover) => discover.addresses(server).await?,
        };
        Connection::open(
            server,
            &addresses,
            Arc::clone(&self.tls),
            self.settings.connect_timeout,
            self.settings.operation_timeout,
        )
        .await
    }
}

/// Connections that nobody uses just now, each with the server that it leads to.
struct Shelf<C> {
    servers: Arc<Servers>,
    kept: Mutex<Vec<(Arc<Server>, C)>>,
    room: Arc<Semaphore>,
}

impl<C: Keep> Shelf<C> {
    fn new(servers: &Arc<Servers>) -> Arc<Self> {
        Arc::new(Self {
            servers: Arc::clone(servers),
            kept: Mutex::new(Vec::new()),
            room: Arc::new(Semaphore::new(MOST)),
        })
    }

    fn list(&self) -> MutexGuard<'_, Vec<(Arc<Server>, C)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Room for one more, and a kept connection if there is a sound one to the server in use.
    async fn take(&self) -> Result<(OwnedSemaphorePermit, Option<(Arc<Server>, C)>)> {
        let room = Arc::clone(&self.room).acquire_owned().await;
        let room = room.map_err(|_| Error::Unreachable("the agent ends".to_owned()))?;
        let mut list = self.list();
        while let Some((server, mut connection)) = list.pop() {
            if self.servers.is_current(&server) && connection.is_sound() {
                return Ok((room, Some((server, connection))));
            }
        }
        Ok((room, None))
    }

    fn give_back(self: &Arc<Self>, server: &Arc<Server>, mut connection: C) {
        if !connection.is_sound() {
            if connection.is_hung() {
                self.servers.suspect(server);
            }
            return;
        }
        if connection.carried().is_some() {
            later(self);
        }
        if !has_rested(&connection) {
            self.list().push((Arc::clone(server), connection));
        }
    }
}

fn has_rested(connection: &impl Keep) -> bool {
    connection
        .carried()
        .is_some_and(|carried| carried.elapsed() >= REST)
}

/// Ends those that have rested, when this one will have.
fn later<C: Keep>(shelf: &Arc<Shelf<C>>) {
    let shelf = Arc::downgrade(shelf);
    // Without a runtime the program ends, and they with it.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    runtime.spawn(async move {
        tokio::time::sleep(REST).await;
        if let Some(shelf) = shelf.upgrade() {
            shelf
                .list()
                .retain(|(_, connection)| !has_rested(connection));
        }
    });
}

/// A connection on loan. It goes back when dropped, if it is sound.
struct Loan<C: Keep> {
    home: Arc<Shelf<C>>,
    server: Arc<Server>,
    connection: C,
    /// It was used before: the server may have ended it in the meantime.
    kept: bool,
    _room: OwnedSemaphorePermit,
}

impl<C: Keep> Drop for Loan<C> {
    fn drop(&mut self) {
        self.home.give_back(&self.server, self.connection.again());
    }
}

/// Connections of the agent's account.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Shelf<Bound>>);

impl Pool {
    pub(crate) fn new(servers: &Arc<Servers>) -> Self {
        Self(Shelf::new(servers))
    }

    /// A connection, kept or new.
    pub(crate) async fn take(&self) -> Result<Lease> {
        let (room, kept) = self.0.take().await?;
        let known = kept.is_some();
        let (server, bound) = match kept {
            Some(kept) => kept,
            None => self.open().await?,
        };
        Ok(Lease(Loan {
            home: Arc::clone(&self.0),
            server,
            connection: bound,
            kept: known,
            _room: room,
        }))
    }

    /// A connection of its own, which nobody gets afterwards: for a search that doesn't end.
    pub(crate) async fn apart(&self) -> Result<Bound> {
        self.open().await.map(|(_, bound)| bound)
    }

    async fn open(&self) -> Result<(Arc<Server>, Bound)> {
        let (server, connection) = self.0.servers.connect().await?;
        let Settings {
            bind_dn, password, ..
        } = self.0.servers.settings();
        Ok((server, connection.bind(bind_dn, password).await?))
    }
}

/// A connection of the agent's account on loan.
pub(crate) struct Lease(Loan<Bound>);

impl Lease {
    /// It was used before, so that a failure of its first operation says nothing about the server.
    pub(crate) fn is_kept(&self) -> bool {
        self.0.kept
    }

    /// The server at its other end.
    pub(crate) fn server(&self) -> String {
        self.0.server.url()
    }
}

impl Deref for Lease {
    type Target = Bound;
    fn deref(&self) -> &Bound {
        &self.0.connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Bound {
        &mut self.0.connection
    }
}

/// Connections over which users' passwords are tried. Never used for the agent's own work: whoever was bound last may be
/// anybody.
#[derive(Clone)]
pub(crate) struct Visitors(Arc<Shelf<Connection>>);

impl Visitors {
    pub(crate) fn new(servers: &Arc<Servers>) -> Self {
        Self(Shelf::new(servers))
    }

    /// Tries a password. The visit goes on as that user, if it is the right one.
    pub(crate) async fn bind(&self, dn: &str, password: &str) -> Result<(Answer, Visit)> {
        let (answer, _, visit) = self.bind_with(dn, password, Vec::new()).await?;
        Ok((answer, visit))
    }

    /// The same with controls, and those that come back.
    pub(crate) async fn bind_with(
        &self,
        dn: &str,
        password: &str,
        controls: Vec<RawControl>,
    ) -> Result<(Answer, Vec<RawControl>, Visit)> {
        let mut visit = self.take(true).await?;
        let kept = visit.0.kept;
        let tried = visit.connection();
        match tried.try_bind_with(dn, password, controls.clone()).await {
            Ok((answer, controls)) => Ok((answer, controls, visit)),
            // The server may have ended a connection that was kept: that is no answer.
            Err(Error::Unreachable(_)) if kept => {
                drop(visit);
                let mut visit = self.take(false).await?;
                let tried = visit.connection();
                let (answer, controls) = tried.try_bind_with(dn, password, controls).await?;
                Ok((answer, controls, visit))
            }
            Err(error) => Err(error),
        }
    }

    async fn take(&self, keep: bool) -> Result<Visit> {
        let (room, kept) = self.0.take().await?;
        let kept = kept.filter(|_| keep);
        let known = kept.is_some();
        let (server, connection) = match kept {
            Some(kept) => kept,
            None => self.0.servers.connect().await?,
        };
        Ok(Visit(Loan {
            home: Arc::clone(&self.0),
            server,
            connection,
            kept: known,
            _room: room,
        }))
    }
}

/// A user's connection on loan.
pub(crate) struct Visit(Loan<Connection>);

impl Visit {
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.0.connection
    }
}
