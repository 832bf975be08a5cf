//! A directory with people in it, an agent beside it, and a service that has them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use keyward_testbed::smtp::{SmtpOptions, SmtpServer};
use tempfile::TempDir;

use super::agent::{Agent, Synchronised};
use super::desk::{Desk, Person};
use super::directory::{self, Directory, Kind};
use crate::Done;
use crate::load::{Proved, prove};
use crate::server::Server;

/// How long the first synchronisation may take: a second for a hundred users, and then some.
const IMPORT: Duration = Duration::from_mins(15);
/// How long until the service knows what the agent can do.
const SOON: Duration = Duration::from_mins(1);

/// All of it. Dropping it ends it, in this order.
pub(super) struct Premises {
    pub(super) agent: Agent,
    pub(super) server: Server,
    pub(super) desk: Desk,
    smtp: SmtpServer,
    pub(super) directory: Directory,
    pub(super) import: Import,
    folder: TempDir,
    /// The first user who wasn't used yet.
    next: usize,
}

/// How the first synchronisation went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Import {
    pub(super) users: usize,
    pub(super) told: Synchronised,
    /// From the start of the agent's process.
    pub(super) all: Duration,
    /// The most memory that the agent held, in bytes.
    pub(super) memory: u64,
}

impl Premises {
    pub(super) fn start(kind: Kind, users: usize) -> Done<Self> {
        eprintln!("filling {} with {users} users", kind.name());
        let directory = Directory::start(kind, users);
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let data = folder.path().join("data");
        drop(Server::demo(&data)?);
        let desk = Desk::open(&data)?;
        desk.prepare()?;
        let smtp = desk
            .runtime
            .block_on(async { SmtpServer::start(&SmtpOptions::default()) });
        let server = Server::serve(&data, smtp.port())?;
        let mut agent = Agent::enrol(&server, &directory)?;
        eprintln!("bringing them in");
        let begun = Instant::now();
        agent.run();
        let told = agent.has_read_everything(IMPORT)?;
        let import = Import {
            users,
            told,
            all: begun.elapsed(),
            memory: agent.peak()?,
        };
        Ok(Self {
            agent,
            server,
            desk,
            smtp,
            directory,
            import,
            folder,
            next: 0,
        })
    }

    /// People whom nothing was done with yet.
    pub(super) fn take(&mut self, count: usize) -> Done<Vec<Person>> {
        let mut people = Vec::new();
        while people.len() < count {
            let n = self.next;
            self.next += 1;
            if n >= self.import.users {
                return Err(format!("{} users are too few", self.import.users));
            }
            if let Some(upn) = directory::upn(n) {
                people.push(self.desk.person(&upn)?);
            }
        }
        Ok(people)
    }

    /// People who can reset their password. Somebody has done so, so that everything is known to be ready.
    pub(super) fn take_ready(&mut self, count: usize) -> Done<Vec<Person>> {
        let begun = Instant::now();
        loop {
            // Somebody else each time: their earlier codes would be counted, and read again.
            let first = self.take(1)?;
            self.desk.register(&first)?;
            let done = first.iter().try_for_each(|first| {
                let mut proved = self.prove(first)?;
                proved.choose(&new_password(first))
            });
            match done {
                Ok(()) => break,
                Err(error) if begun.elapsed() > SOON => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_secs(1)),
            }
        }
        let people = self.take(count)?;
        self.desk.register(&people)?;
        Ok(people)
    }

    /// From the name to the page that asks for the new password.
    pub(super) fn prove(&self, person: &Person) -> Done<Proved> {
        let code = |address: &str| {
            let wait = Duration::from_secs(20);
            let mail = self.smtp.wait_for(|mail| mail.is_for(address), wait);
            self.desk.runtime.block_on(mail).code()
        };
        prove(self.address(), &person.upn, &person.mailbox(), &code)
    }

    /// The service's data directory.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// CPU time of service and agent.
    pub(super) fn cpu(&self) -> Done<Duration> {
        Ok(self.server.cpu()? + self.agent.cpu()?)
    }
}

/// A password that every policy here takes: without the number that is part of the name.
pub(super) fn new_password(person: &Person) -> String {
    let digits = person.upn.bytes().filter(u8::is_ascii_digit);
    let letters: String = digits
        .map(|digit| char::from(digit - b'0' + b'k'))
        .collect();
    format!("Measured-Passw0rd-of-{letters}")
}
