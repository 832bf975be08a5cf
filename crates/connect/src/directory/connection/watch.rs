//! A search that tells more than entries, or doesn't end: content synchronisation (RFC 4533), change notification.

use super::{Answer, Bound, Connection, Result, Search, contained};
use crate::directory::Error;
use ldap3::controls::{Control, ControlType, EntryState, RawControl, SyncInfo, SyncState};
use ldap3::{ResultEntry, SearchStream};
use std::time::Duration;

/// How long a server that is asked whether it is still there may think about it.
const ALIVE: Duration = Duration::from_secs(10);

/// A search that tells more than entries. On its connection there is nothing else meanwhile.
pub(crate) struct Watch<'a> {
    connection: &'a mut Connection,
    stream: SearchStream<'static, String, Vec<String>>,
}

/// What such a search tells.
#[derive(Debug)]
pub(crate) enum Told {
    /// An entry's state, by its entryUUID.
    State(EntryState, Vec<u8>),
    /// Something about many entries.
    Info(SyncInfo),
}

impl Bound {
    /// Begins such a search. The limit is for each thing that is told.
    pub(crate) async fn watch(&mut self, search: Search<'_>) -> Result<Watch<'_>> {
        let limit = search.limit.unwrap_or(self.connection.operation);
        let connection = &mut self.connection;
        let ldap = connection.begin(limit);
        ldap.with_controls(search.controls);
        let attributes = search.attributes.iter().map(|name| (*name).to_owned());
        let attributes: Vec<String> = attributes.collect();
        let begun = ldap.streaming_search(search.base, search.scope, search.filter, attributes);
        let stream = contained(begun).await?;
        let stream = stream.map_err(|error| super::failure(error, "the directory"))?;
        Ok(Watch { connection, stream })
    }
}

impl Watch<'_> {
    /// The next thing that is told; none: that was all.
    pub(crate) async fn next(&mut self) -> Result<Option<Told>> {
        loop {
            let told = contained(async { Ok(self.stream.next().await?.map(understood)) });
            match told.await? {
                Ok(None) => return Ok(None),
                Ok(Some(Some(told))) => return Ok(Some(told)),
                // A reference to another server, or an entry without a state.
                Ok(Some(None)) => {}
                Err(error) => return Err(super::failure(error, "the directory")),
            }
        }
    }

    /// Returns when an entry is told, of whatever kind; an error if nothing will be.
    pub(crate) async fn entry(&mut self) -> Result<()> {
        loop {
            let told = contained(self.stream.next());
            match told.await? {
                Ok(Some(item)) if item.is_ref() || item.is_intermediate() => {}
                Ok(Some(_)) => return Ok(()),
                Ok(None) => {
                    return Err(Error::Unreachable(
                        "the directory doesn't tell changes any more".to_owned(),
                    ));
                }
                Err(error) => return Err(super::failure(error, "the directory")),
            }
        }
    }

    /// The result, after everything was told.
    pub(crate) async fn finish(mut self) -> Result<(Answer, Vec<RawControl>)> {
        let result = contained(self.stream.finish()).await?;
        let result = self.connection.end(Ok(result))?;
        let answer = Answer::of(&result);
        let controls = result.ctrls.into_iter().map(|control| control.1);
        Ok((answer, controls.collect()))
    }

    /// Asks the server whether it is still there, while nothing is told.
    pub(crate) async fn is_alive(&self) -> Result<()> {
        let mut ldap = self.connection.ldap.clone();
        ldap.with_timeout(ALIVE);
        let asked = ldap.search("", ldap3::Scope::Base, "(objectClass=*)", vec!["1.1"]);
        let answered = contained(asked).await?;
        answered.map(drop).map_err(|error| match error {
            ldap3::LdapError::Timeout { .. } => {
                Error::Unreachable("the directory doesn't answer any more".to_owned())
            }
            other => super::failure(other, "the directory"),
        })
    }
}

/// The library panics on what isn't well-formed: see [`contained`].
fn understood(item: ResultEntry) -> Option<Told> {
    if item.is_intermediate() {
        return Some(Told::Info(ldap3::controls::parse_syncinfo(item)));
    }
    let state = item.1.iter().find_map(|control| match control {
        Control(Some(ControlType::SyncState), raw) => raw.val.as_ref().map(|_| raw),
        _ => None,
    })?;
    let state: SyncState = state.parse();
    Some(Told::State(state.state, state.entry_uuid))
}
