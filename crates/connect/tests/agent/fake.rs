//! A directory that does what a test tells it to.

use crate::service::directory;
use async_trait::async_trait;
use keyward_connect::directory::{
    Directory, Error, Identity, Object, Piece, Position, ResetOptions, Result, Right, Scope, Take,
    Trace, Unit,
};
use keyward_wire::link::DirectoryKind;
use keyward_wire::outcome::{Denial, Examination, Outcome, PasswordPolicy};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use uuid::Uuid;

/// Somebody in the directory.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub(crate) password: String,
    pub(crate) version: u32,
    pub(crate) in_scope: bool,
}

/// How the next write ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Well,
    /// Done, and the answer gets lost.
    Lost,
    /// Cut before it arrived.
    Cut,
    /// It is done, and never answers.
    Hangs,
    Refused(Denial),
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something else that can go wrong"
)]
pub(crate) struct Inside {
    pub(crate) people: BTreeMap<Uuid, Somebody>,
    pub(crate) writes: Vec<(Uuid, String)>,
    /// Everything that was asked, reading or writing.
    pub(crate) calls: u32,
    pub(crate) busy: u32,
    pub(crate) most_busy: u32,
    pub(crate) pieces: Vec<Vec<Object>>,
    pub(crate) members: Vec<keyward_wire::sync::MemberChange>,
    /// All that there ever were.
    pub(crate) changes: Vec<Object>,
    pub(crate) read_all: u32,
    pub(crate) lost: bool,
    /// The reading ends in the middle.
    pub(crate) cut: bool,
    pub(crate) away: bool,
    /// Source anchors that were written down.
    pub(crate) anchors: Vec<Uuid>,
    /// They can't be.
    pub(crate) no_anchors: bool,
    /// The server to which the connection leads.
    pub(crate) server: Option<String>,
    /// The one to which it leads from the next write on.
    pub(crate) next_server: Option<String>,
}

pub(crate) struct Fake {
    inside: Mutex<Inside>,
    ending: Mutex<Ending>,
    changed: Notify,
}

impl Fake {
    pub(crate) fn new() -> Self {
        Self {
            inside: Mutex::default(),
            ending: Mutex::new(Ending::Well),
            changed: Notify::new(),
        }
    }

    pub(crate) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub(crate) fn person(&self, n: u128, password: &str) -> Uuid {
        let anchor = Uuid::from_u128(n);
        let somebody = Somebody {
            password: password.to_owned(),
            version: 1,
            in_scope: true,
        };
        self.inside().people.insert(anchor, somebody);
        anchor
    }

    pub(crate) fn password(&self, anchor: Uuid) -> String {
        self.inside().people[&anchor].password.clone()
    }

    pub(crate) fn end_with(&self, ending: Ending) {
        *self.ending.lock().unwrap() = ending;
    }

    pub(crate) fn change(&self, object: Object) {
        self.inside().changes.push(object);
        self.changed.notify_one();
    }

    async fn write(&self, anchor: Uuid, password: &str) -> Outcome {
        let ending = *self.ending.lock().unwrap();
        {
            let mut inside = self.inside();
            inside.calls += 1;
            inside.busy += 1;
            inside.most_busy = inside.most_busy.max(inside.busy);
            if let Some(next) = inside.next_server.take() {
                inside.server = Some(next);
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
        let ended = self.ended(ending, anchor, password);
        if ending == Ending::Hangs {
            std::future::pending::<()>().await;
        }
        ended
    }

    fn ended(&self, ending: Ending, anchor: Uuid, password: &str) -> Outcome {
        let lost = || Outcome::Unknown {
            message: "the connection was cut".to_owned(),
        };
        let mut inside = self.inside();
        inside.busy -= 1;
        match ending {
            Ending::Refused(denial) => return Outcome::refused(denial),
            Ending::Cut => return lost(),
            Ending::Well | Ending::Lost | Ending::Hangs => {}
        }
        inside.writes.push((anchor, password.to_owned()));
        let Some(somebody) = inside.people.get_mut(&anchor) else {
            return Outcome::refused(Denial::NotFound);
        };
        password.clone_into(&mut somebody.password);
        somebody.version += 1;
        if ending == Ending::Lost {
            lost()
        } else {
            Outcome::Done
        }
    }
}

pub(crate) fn object(n: u128, group: bool) -> Object {
    let attributes = [
        ("userprincipalname", format!("user{n}@corp.test")),
        ("displayname", format!("User {n}")),
    ];
    Object {
        anchor: Uuid::from_u128(n),
        dn: format!("CN=user{n},DC=corp,DC=test"),
        group,
        enabled: true,
        attributes: attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), vec![value]))
            .collect(),
        ..Object::default()
    }
}

/// A position is how many changes were seen.
fn seen(position: &Position) -> usize {
    position.0.parse().unwrap()
}

#[async_trait]
impl Directory for Fake {
    async fn identify(&self) -> Result<Identity> {
        if self.inside().away {
            return Err(Error::Unreachable("the test says so".to_owned()));
        }
        Ok(Identity {
            id: directory(),
            name: "corp.test".to_owned(),
            kind: DirectoryKind::ActiveDirectory,
            server: "dc1.corp.test".to_owned(),
            suffixes: vec!["corp.test".to_owned()],
            base: "DC=corp,DC=test".to_owned(),
            policy_hints: false,
        })
    }

    fn in_use(&self) -> Option<String> {
        self.inside().server.clone()
    }

    async fn verify(&self, anchor: Option<Uuid>, password: &str) -> Outcome {
        let mut inside = self.inside();
        inside.calls += 1;
        let whose = anchor.and_then(|anchor| inside.people.get(&anchor));
        if whose.is_some_and(|somebody| somebody.password == password) {
            Outcome::Done
        } else {
            Outcome::refused(Denial::WrongPassword)
        }
    }

    async fn reset(&self, anchor: Uuid, password: &str, _: ResetOptions) -> Outcome {
        self.write(anchor, password).await
    }

    async fn change(&self, anchor: Uuid, old: &str, new: &str) -> Outcome {
        if self.password(anchor) != old {
            return Outcome::refused(Denial::WrongPassword);
        }
        self.write(anchor, new).await
    }

    async fn write_anchor(&self, anchor: Uuid) -> Result<()> {
        let mut inside = self.inside();
        if inside.no_anchors {
            return Err(Error::Refused("LDAP result 50".to_owned()));
        }
        inside.anchors.push(anchor);
        Ok(())
    }

    async fn unlock(&self, _: Uuid) -> Outcome {
        self.inside().calls += 1;
        Outcome::Done
    }

    async fn force_change(&self, _: Uuid) -> Outcome {
        self.inside().calls += 1;
        Outcome::Done
    }

    async fn examine(&self, _: Uuid) -> Result<Examination> {
        Ok(Examination::default())
    }

    async fn trace(&self, anchor: Uuid) -> Result<Option<Trace>> {
        let mut inside = self.inside();
        inside.calls += 1;
        if inside.away {
            return Err(Error::Unreachable("the test says so".to_owned()));
        }
        Ok(inside.people.get(&anchor).map(|somebody| Trace {
            // As a domain controller writes it: now, in units of 100 ns since 1601.
            password_set: None,
            password_version: Some(somebody.version),
            locked: None,
        }))
    }

    async fn policies(&self) -> Result<Vec<PasswordPolicy>> {
        Ok(vec![PasswordPolicy::default()])
    }

    async fn read_all(&self, _: &Scope, into: &mut dyn Take) -> Result<Position> {
        let (pieces, members, position) = {
            let mut inside = self.inside();
            inside.read_all += 1;
            inside.lost = false;
            let position = Position(inside.changes.len().to_string());
            (inside.pieces.clone(), inside.members.clone(), position)
        };
        for objects in pieces {
            let piece = Piece {
                objects,
                ..Piece::default()
            };
            into.take(piece).await?;
            if self.inside().cut {
                return Err(Error::Answer("the search was cut off".to_owned()));
            }
        }
        let piece = Piece {
            members,
            ..Piece::default()
        };
        into.take(piece).await?;
        Ok(position)
    }

    async fn read_changes(
        &self,
        _: &Scope,
        from: &Position,
        into: &mut dyn Take,
    ) -> Result<Position> {
        let (objects, position) = {
            let inside = self.inside();
            if inside.lost {
                return Err(Error::PositionLost);
            }
            let position = Position(inside.changes.len().to_string());
            (inside.changes[seen(from)..].to_vec(), position)
        };
        let piece = Piece {
            objects,
            ..Piece::default()
        };
        into.take(piece).await?;
        Ok(position)
    }

    async fn changed(&self, from: &Position) -> Result<()> {
        while self.inside().changes.len() <= seen(from) {
            self.changed.notified().await;
        }
        Ok(())
    }

    async fn find(&self, name: &str) -> Result<Option<Object>> {
        Ok((name == "user1").then(|| object(1, false)))
    }

    async fn tree(&self) -> Result<Vec<Unit>> {
        Ok(Vec::new())
    }

    async fn in_scope(&self, scope: &Scope, anchor: Uuid) -> Result<bool> {
        let mut inside = self.inside();
        inside.calls += 1;
        let known = inside.people.get(&anchor);
        Ok(scope.units.is_empty() || known.is_some_and(|somebody| somebody.in_scope))
    }

    async fn rights(&self, _: &Scope) -> Result<Vec<Right>> {
        Ok(Vec::new())
    }
}
