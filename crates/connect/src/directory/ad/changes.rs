//! Reading what changed, with `DirSync` ([MS-ADTS] 3.1.1.3.4.1.3), or by [`mod@usn`] where that is refused.
//!
//! Any account may ask with `OBJECT_SECURITY` and is told what it may read. Deletions are told only to an account with
//! the right Replicating Directory Changes, and by Samba only to administrators: to others it happens now and then that
//! their position is lost, so that the next full reading misses whoever was deleted.
//!
//! Asking costs the server a look at every object, so nobody asks before `highestCommittedUSN` has moved.

use super::anchors;
use super::dirsync::{self, DIRSYNC};
use super::domain::Domain;
use super::names::{self, Named, extended_dn};
use super::usn;
use crate::directory::connection::{Bound, Entry, Found, Search, control};
use crate::directory::{Error, Position, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ldap3::Scope;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What the account may read, instead of everything by the right to replicate.
const OBJECT_SECURITY: u32 = 1;
/// Members that were added and removed, instead of all.
const INCREMENTAL: u32 = 0x8000_0000;
/// Windows ends an answer here, and says that there is more.
const BYTES: u32 = 1 << 20;
/// How long a deletion that isn't told may stay unseen.
const COMPARE: Duration = Duration::from_mins(30);
const LIMIT: Duration = Duration::from_mins(5);
/// Moves are told as changes of these two, and not at all to whoever doesn't ask for them.
const MOVED: [&str; 2] = ["name", "parentGUID"];
pub(super) const ALL: &str = "(|(objectClass=user)(objectClass=group)(objectClass=organizationalUnit)\
                   (objectClass=container)(objectClass=organization)(objectClass=country)\
                   (objectClass=locality))";
const NOTHING: &str = "(!(objectClass=*))";

/// Where a server is in its own history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// The server's `invocationId`: another one after it was restored from a copy.
    server: String,
    usn: i64,
}

impl State {
    pub(super) fn usn(&self) -> i64 {
        self.usn
    }

    pub(super) async fn read(bound: &mut Bound) -> Result<Self> {
        let root = bound
            .entry("", &["highestCommittedUSN", "dsServiceName"])
            .await?;
        let root = root.unwrap_or_default();
        let service = root.text("dsServiceName").unwrap_or_default();
        let own = bound.entry(service, &["invocationId"]).await?;
        let invocation = own.and_then(|own| own.guid("invocationId"));
        Ok(Self {
            server: invocation.map_or_else(|| service.to_owned(), |id| id.to_string()),
            usn: usn(&root)?,
        })
    }
}

/// The number of the server's last write.
pub(super) async fn last_write(bound: &mut Bound) -> Result<i64> {
    let root = bound
        .entry("", &["highestCommittedUSN"])
        .await?
        .unwrap_or_default();
    usn(&root)
}

fn usn(root: &Entry) -> Result<i64> {
    root.number("highestCommittedUSN")
        .ok_or_else(|| Error::Answer("the server doesn't tell its last write".to_owned()))
}

/// A [`Position`] taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    server: String,
    pub(super) usn: i64,
    /// What `DirSync` gave; none: changes are told by their numbers.
    cookie: Option<String>,
    secured: bool,
    /// Deletions are told.
    pub(super) deletions: bool,
    /// Somebody had another anchor than the objectGUID.
    #[serde(default)]
    pub(super) foreign: bool,
    /// Stands for the pilot's groups: with others, other people are in scope.
    pilot: Option<String>,
}

impl Place {
    pub(super) fn parse(position: &Position) -> Result<Self> {
        serde_json::from_str(&position.0).map_err(|_| Error::PositionLost)
    }

    /// Somebody may have been deleted without a word since everything was read, and it is time to look.
    pub(super) fn is_due(&self, read: Option<(Instant, i64)>) -> bool {
        !self.deletions
            && read.is_none_or(|(since, usn)| usn != self.usn && since.elapsed() >= COMPARE)
    }

    /// Nothing was written since.
    pub(super) fn is_now(&self, state: &State) -> bool {
        self.server == state.server && self.usn == state.usn
    }

    /// How to go on from here; not if the server is another one, or went back in time.
    pub(super) fn follow(&self, state: &State, pilot: Option<&HashSet<Uuid>>) -> Result<Follow> {
        let same =
            self.server == state.server && self.usn <= state.usn && self.pilot == pilot.map(mark);
        if !same {
            return Err(Error::PositionLost);
        }
        let way = match &self.cookie {
            None => Way::Number(self.usn),
            Some(cookie) => Way::DirSync {
                cookie: STANDARD_NO_PAD
                    .decode(cookie)
                    .map_err(|_| Error::PositionLost)?,
                secured: self.secured,
            },
        };
        Ok(Follow {
            way,
            deletions: self.deletions,
        })
    }
}

fn mark(pilot: &HashSet<Uuid>) -> String {
    let mut groups: Vec<&Uuid> = pilot.iter().collect();
    groups.sort();
    let mut hash = Sha256::new();
    for group in groups {
        hash.update(group.as_bytes());
    }
    STANDARD_NO_PAD.encode(&hash.finalize()[..12])
}

/// How it is gone on from a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Follow {
    way: Way,
    deletions: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// With the server's own mark of what was told.
    DirSync { cookie: Vec<u8>, secured: bool },
    /// What was written after this.
    Number(i64),
}

/// What a request told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) changes: Vec<Change>,
    pub(super) more: bool,
}

/// What changed of an object.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Change {
    pub(super) guid: Uuid,
    pub(super) deleted: bool,
    /// Its source anchor was written down and is its `objectGUID`: nothing that matters, mostly our own work.
    pub(super) settled: bool,
    /// New, renamed, or in another unit.
    pub(super) moved: bool,
    pub(super) added: Vec<Uuid>,
    pub(super) removed: Vec<Uuid>,
    /// It isn't told what changed: it may be anything.
    pub(super) whole: bool,
}

impl Change {
    pub(super) fn whole(guid: Uuid) -> Self {
        Self {
            guid,
            moved: true,
            whole: true,
            ..Self::default()
        }
    }

    pub(super) fn deleted(guid: Uuid) -> Self {
        Self {
            guid,
            deleted: true,
            ..Self::default()
        }
    }
}

impl Follow {
    /// Begins here and now, with `DirSync` if it may be used and this account may. A filter that nothing passes has the
    /// server tell its mark and no object.
    pub(super) async fn begin(
        bound: &mut Bound,
        domain: &Domain,
        state: &State,
        dirsync: bool,
    ) -> Result<Self> {
        let ways = if dirsync { &[false, true][..] } else { &[] };
        for secured in ways {
            let mut follow = Self {
                way: Way::DirSync {
                    cookie: Vec::new(),
                    secured: *secured,
                },
                deletions: !secured && !domain.hides_deletions(),
            };
            loop {
                let found = follow.ask(bound, domain, NOTHING, &["objectGUID"]).await?;
                if found.answer.done().is_err() {
                    break;
                }
                if !follow.advance(&found)? {
                    return Ok(follow);
                }
            }
        }
        Ok(Self {
            way: Way::Number(state.usn),
            deletions: usn::tells_deletions(bound, domain).await?,
        })
    }

    pub(super) fn position(
        &self,
        state: &State,
        pilot: Option<&HashSet<Uuid>>,
        foreign: bool,
    ) -> Position {
        let (cookie, secured) = match &self.way {
            Way::DirSync { cookie, secured } => (Some(STANDARD_NO_PAD.encode(cookie)), *secured),
            Way::Number(_) => (None, false),
        };
        let place = Place {
            server: state.server.clone(),
            usn: state.usn,
            cookie,
            secured,
            deletions: self.deletions,
            foreign,
            pilot: pilot.map(mark),
        };
        Position(serde_json::to_string(&place).unwrap_or_default())
    }

    /// What changed since; the mark moves on.
    pub(super) async fn next(
        &mut self,
        bound: &mut Bound,
        domain: &Domain,
        attributes: &[&str],
    ) -> Result<Told> {
        if let Way::Number(since) = self.way {
            let changes = usn::touched(bound, domain, since, self.deletions).await?;
            let more = false;
            return Ok(Told { changes, more });
        }
        let own = attributes
            .iter()
            .copied()
            .filter(|name| !name.starts_with("msDS-Resultant"));
        let mut wanted: Vec<&str> = own.filter(|name| *name != "memberOf").collect();
        wanted.extend(MOVED);
        wanted.extend(["member", "isDeleted", "groupType"]);
        let found = self.ask(bound, domain, ALL, &wanted).await?;
        match found.answer.rc {
            // The mark isn't understood (any more), or the right is gone.
            12 | 50 | 53 => return Err(Error::PositionLost),
            _ => found.answer.done()?,
        }
        let more = self.advance(&found)?;
        let changes = found.entries.iter().filter_map(change).collect();
        Ok(Told { changes, more })
    }

    async fn ask(
        &self,
        bound: &mut Bound,
        domain: &Domain,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Found> {
        let (cookie, secured) = match &self.way {
            Way::DirSync { cookie, secured } => (cookie.as_slice(), *secured),
            Way::Number(_) => (&[][..], true),
        };
        let flags = INCREMENTAL | if secured { OBJECT_SECURITY } else { 0 };
        let search = Search::below(&domain.base, Scope::Subtree, filter, attributes)
            .with(names::control(
                DIRSYNC,
                dirsync::request(flags, BYTES, cookie),
            ))
            .with(extended_dn())
            .within(LIMIT);
        bound.search(search).await
    }

    /// Takes the new mark. Whether there is more to be told.
    fn advance(&mut self, found: &Found) -> Result<bool> {
        let lost = || Error::Answer("the mark of what was told is missing".to_owned());
        let value = control(&found.controls, DIRSYNC).ok_or_else(lost)?;
        let (more, cookie) = dirsync::reply(value).ok_or_else(lost)?;
        if let Way::DirSync { cookie: own, .. } = &mut self.way {
            *own = cookie;
        }
        Ok(more)
    }
}

fn change(entry: &Entry) -> Option<Change> {
    let told = |name: &str| {
        entry
            .attributes
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let members = |name: &str| -> Vec<Uuid> {
        let named = entry.texts(name).into_iter();
        named
            .filter_map(|member| Named::parse(member).guid)
            .collect()
    };
    let guid = super::read::guid(entry)?;
    Some(Change {
        guid,
        deleted: entry.truth("isDeleted"),
        settled: anchors::written(entry) == Some(guid) && names_nothing_else(entry),
        moved: MOVED.into_iter().any(told),
        // The numbers stand for "now a member" and "no longer one"; they are no positions.
        added: members("member;range=1-1"),
        removed: members("member;range=0-0"),
        whole: false,
    })
}

/// Beside the source anchor there is only what comes with each object.
fn names_nothing_else(entry: &Entry) -> bool {
    const ALWAYS: [&str; 2] = ["objectguid", "instancetype"];
    let mut names = entry.attributes.iter().map(|(name, _)| name.as_str());
    names.all(|name| ALWAYS.contains(&name) || name.eq_ignore_ascii_case(anchors::ATTRIBUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: AG-16
    #[test]
    fn another_server_or_one_that_went_back_is_not_followed() {
        let state = |server: &str, usn| State {
            server: server.to_owned(),
            usn,
        };
        let begun = Follow {
            way: Way::DirSync {
                cookie: vec![1, 2, 3],
                secured: true,
            },
            deletions: false,
        };
        let pilot = HashSet::from([Uuid::from_u128(1)]);
        let place = Place::parse(&begun.position(&state("a", 10), Some(&pilot), false)).unwrap();
        assert_eq!(place.follow(&state("a", 12), Some(&pilot)).unwrap(), begun);
        assert!(place.is_now(&state("a", 10)) && !place.is_now(&state("a", 11)));
        for (state, pilot) in [
            (state("b", 12), Some(&pilot)),
            (state("a", 9), Some(&pilot)),
            (state("a", 12), None),
        ] {
            assert!(matches!(
                place.follow(&state, pilot),
                Err(Error::PositionLost)
            ));
        }
        // Numbers are a server's own, too.
        let numbered = Follow {
            way: Way::Number(10),
            deletions: true,
        };
        let by_number = Place::parse(&numbered.position(&state("a", 10), None, false)).unwrap();
        assert_eq!(by_number.follow(&state("a", 12), None).unwrap(), numbered);
        for lost in [state("b", 12), state("a", 9)] {
            assert!(by_number.follow(&lost, None).is_err());
        }
        // Without deletions everything is read again when it is time, if something was written.
        let long_ago = Instant::now().checked_sub(COMPARE).unwrap();
        assert!(place.is_due(None) && place.is_due(Some((long_ago, 9))));
        assert!(!place.is_due(Some((long_ago, 10))));
        assert!(!place.is_due(Some((Instant::now(), 9))));
        let nonsense = Position("{}".to_owned());
        assert!(matches!(Place::parse(&nonsense), Err(Error::PositionLost)));
    }
}
