//! Content synchronisation (RFC 4533): which entries changed since a cookie, and that one changes now.

use super::super::connection::{Bound, Search, Told, control};
use super::super::{Error, Position, Result};
use super::object::{GROUPS, UNITS, USERS};
use super::{OpenLdap, below};
use keyward_wire::Bytes;
use ldap3::controls::{
    EntryState, MakeCritical, RawControl, RefreshMode, SyncDone, SyncInfo, SyncRequest,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::time::Duration;
use uuid::Uuid;

const DONE: &str = "1.3.6.1.4.1.4203.1.9.1.3";
/// slapd may have to compare the names of all entries with its log.
const LIMIT: Duration = Duration::from_mins(5);
/// The server is asked whether it is still there, after so much silence.
const SILENCE: Duration = Duration::from_secs(30);
/// Where changes can't be followed, everything is read again so often.
const WITHOUT_SYNC: Duration = Duration::from_mins(10);

/// The text of a [`Position`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Of the naming context: another one's cookie means nothing.
    pub(super) context: Uuid,
    /// None: the server tells no changes.
    pub(super) cookie: Option<Bytes>,
}

impl Mark {
    pub(super) fn read(position: &Position) -> Result<Self> {
        serde_json::from_str(&position.0).map_err(|_| Error::PositionLost)
    }

    pub(super) fn position(&self) -> Result<Position> {
        let text = serde_json::to_string(self);
        text.map(Position)
            .map_err(|error| Error::Answer(error.to_string()))
    }
}

/// What changed since a cookie.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Delta {
    pub(super) changed: BTreeSet<Uuid>,
    pub(super) gone: BTreeSet<Uuid>,
    /// The server has no log of what was deleted, so it named those that are still there and didn't change.
    pub(super) present: Option<HashSet<Uuid>>,
    /// From where it goes on; none: from where it was.
    pub(super) cookie: Option<Vec<u8>>,
}

impl Delta {
    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty() && self.present.is_none()
    }

    fn take(&mut self, told: Told) {
        match told {
            Told::State(state, anchor) => {
                let set = match state {
                    EntryState::Add | EntryState::Modify => &mut self.changed,
                    EntryState::Delete => &mut self.gone,
                    EntryState::Present => return self.present(&anchor),
                };
                set.extend(Uuid::from_slice(&anchor).ok());
            }
            Told::Info(SyncInfo::SyncIdSet {
                refresh_deletes: true,
                sync_uuids,
                ..
            }) => {
                let anchors = sync_uuids.iter().map(|id| Uuid::from_slice(id));
                self.gone
                    .extend(anchors.filter_map(std::result::Result::ok));
            }
            Told::Info(SyncInfo::SyncIdSet { sync_uuids, .. }) => {
                for anchor in &sync_uuids {
                    self.present(anchor);
                }
            }
            Told::Info(_) => {}
        }
    }

    fn present(&mut self, anchor: &[u8]) {
        let present = self.present.get_or_insert_default();
        present.extend(Uuid::from_slice(anchor).ok());
    }
}

/// The same always: a cookie belongs to a search.
pub(super) fn everything() -> String {
    format!("(|{USERS}{GROUPS}{UNITS})")
}

fn request(mode: RefreshMode, cookie: Option<Vec<u8>>) -> RawControl {
    let request = SyncRequest {
        mode,
        cookie,
        reload_hint: false,
    };
    request.critical().into()
}

/// The cookie of now, without reading anything.
pub(super) async fn cookie(bound: &mut Bound, base: &str) -> Result<Option<Vec<u8>>> {
    let nobody = format!("(entryUUID={})", Uuid::nil());
    let search = below(base, &nobody, &["1.1"]).with(request(RefreshMode::RefreshOnly, None));
    let found = bound.search(search).await?;
    if found.answer.rc == 12 {
        tracing::warn!("the server tells no changes: slapd's overlay syncprov is missing");
        return Ok(None);
    }
    found.answer.done()?;
    Ok(done(&found.controls).and_then(|done| done.cookie))
}

/// Which entries changed since a cookie. What they are now is read afterwards, in pieces.
pub(super) async fn delta(bound: &mut Bound, base: &str, cookie: &[u8]) -> Result<Delta> {
    let filter = everything();
    let request = request(RefreshMode::RefreshOnly, Some(cookie.to_vec()));
    let search = below(base, &filter, &["1.1"]).with(request).within(LIMIT);
    let mut watch = bound.watch(search).await?;
    let mut delta = Delta::default();
    while let Some(told) = watch.next().await? {
        delta.take(told);
    }
    let (answer, controls) = watch.finish().await?;
    can_go_on(answer.rc)?;
    answer.done()?;
    let done = done(&controls)
        .ok_or_else(|| Error::Answer("a synchronisation ended without a word".to_owned()))?;
    if !done.refresh_deletes {
        // Nobody present, nobody changed: that isn't told by this phase, so don't take everybody for deleted.
        let anybody = delta.present.is_some() || !delta.changed.is_empty();
        delta.present.get_or_insert_default();
        if !anybody {
            return Err(Error::PositionLost);
        }
    }
    delta.cookie = done.cookie;
    Ok(delta)
}

/// slapd says 53 to a cookie from its own future: it was restored from an older copy.
fn can_go_on(rc: u32) -> Result<()> {
    match rc {
        // e-syncRefreshRequired (RFC 4533 section 3.12), unwillingToPerform, noSuchObject, a control that nobody knows,
        // protocolError.
        4096 | 53 | 32 | 12 | 2 => Err(Error::PositionLost),
        _ => Ok(()),
    }
}

fn done(controls: &[RawControl]) -> Option<SyncDone> {
    let value = control(controls, DONE)?;
    // The library panics on what isn't well-formed.
    std::panic::catch_unwind(|| <SyncDone as ldap3::controls::ControlParser>::parse(value)).ok()
}

impl OpenLdap {
    /// Waits in a search that doesn't end. The server speaks as soon as an entry changes.
    pub(super) async fn wait_for_change(&self, since: &Position) -> Result<()> {
        let mark = Mark::read(since)?;
        let Some(cookie) = mark.cookie else {
            tokio::time::sleep(WITHOUT_SYNC).await;
            return Ok(());
        };
        let (lease, context) = self.ready().await?;
        drop(lease);
        if context.anchor != mark.context {
            return Err(Error::PositionLost);
        }
        let mut bound = self.pool.apart().await?;
        let filter = everything();
        let request = request(RefreshMode::RefreshAndPersist, Some(cookie.0));
        let search = below(&context.base, &filter, &["1.1"]).with(request);
        wait(&mut bound, search.within(Duration::MAX)).await
    }
}

async fn wait(bound: &mut Bound, search: Search<'_>) -> Result<()> {
    let mut watch = bound.watch(search).await?;
    loop {
        let told = tokio::select! {
            told = watch.next() => told?,
            () = tokio::time::sleep(SILENCE) => {
                watch.is_alive().await?;
                continue;
            }
        };
        match told {
            // Nothing changed so far, or something that isn't ours.
            Some(Told::Info(
                SyncInfo::NewCookie(_)
                | SyncInfo::RefreshDelete { .. }
                | SyncInfo::RefreshPresent { .. },
            )) => {}
            Some(_) => return Ok(()),
            None => {
                let (answer, _) = watch.finish().await?;
                can_go_on(answer.rc)?;
                return answer.done();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_of_anything_else_is_lost() {
        let mark = Mark {
            context: Uuid::from_u128(1),
            cookie: Some(Bytes(b"rid=000,csn=x".to_vec())),
        };
        assert_eq!(Mark::read(&mark.position().unwrap()).unwrap(), mark);
        for text in ["", "{}", "rid=000"] {
            let read = Mark::read(&Position(text.to_owned()));
            assert!(matches!(read, Err(Error::PositionLost)), "{text}");
        }
        for rc in [2, 12, 32, 53, 4096] {
            assert!(matches!(can_go_on(rc), Err(Error::PositionLost)), "{rc}");
        }
        assert!(can_go_on(0).is_ok());
    }

    #[test]
    fn the_present_and_the_gone_are_told_apart() {
        let id = |number| Uuid::from_u128(number);
        let set = |refresh_deletes, number| {
            let sync_uuids = HashSet::from([id(number).as_bytes().to_vec(), vec![1, 2]]);
            Told::Info(SyncInfo::SyncIdSet {
                cookie: None,
                refresh_deletes,
                sync_uuids,
            })
        };
        let mut delta = Delta::default();
        assert!(delta.is_empty());
        delta.take(set(true, 1));
        delta.take(Told::State(EntryState::Add, id(2).as_bytes().to_vec()));
        delta.take(Told::State(EntryState::Delete, id(3).as_bytes().to_vec()));
        assert_eq!(delta.present, None);
        delta.take(set(false, 4));
        delta.take(Told::State(EntryState::Present, id(5).as_bytes().to_vec()));
        assert_eq!(delta.gone, BTreeSet::from([id(1), id(3)]));
        assert_eq!(delta.changed, BTreeSet::from([id(2)]));
        assert_eq!(delta.present, Some(HashSet::from([id(4), id(5)])));
    }
}
