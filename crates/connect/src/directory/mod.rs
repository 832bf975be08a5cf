//! What the agent wants of a directory, whatever its kind.
//!
//! Two kinds stand behind [`Directory`]: Active Directory and OpenLDAP. What they have in common is here; what a kind
//! answers in its own words ends in its own module.

pub mod ad;
pub(crate) mod connection;
pub mod openldap;

pub use connection::Settings;

use async_trait::async_trait;
use keyward_wire::Micros;
use keyward_wire::link::DirectoryKind;
use keyward_wire::outcome::{Examination, Outcome, PasswordPolicy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// One directory: a domain of Active Directory, or a naming context of OpenLDAP. It keeps its connections, opens them
/// again, and goes on to the next server when one is away.
#[async_trait]
pub trait Directory: Send + Sync {
    /// What it is. Asks the server.
    async fn identify(&self) -> Result<Identity>;

    /// The address of the server to which the last connection was made. None: nobody answered yet, or there is but one.
    fn in_use(&self) -> Option<String> {
        None
    }

    /// Whether this is the user's password: [`Outcome::Done`], or a refusal. With nobody's anchor it does as much work
    /// and answers [`WrongPassword`](keyward_wire::outcome::Denial::WrongPassword).
    async fn verify(&self, anchor: Option<Uuid>, password: &str) -> Outcome;

    /// Sets a new password by the agent's right.
    async fn reset(&self, anchor: Uuid, password: &str, options: ResetOptions) -> Outcome;

    /// Changes a password by the user's own right.
    async fn change(&self, anchor: Uuid, old: &str, new: &str) -> Outcome;

    /// Lifts a lockout.
    async fn unlock(&self, anchor: Uuid) -> Outcome;

    /// The password must be changed at the next sign-in.
    async fn force_change(&self, anchor: Uuid) -> Outcome;

    /// Would a reset succeed? Writes nothing.
    async fn examine(&self, anchor: Uuid) -> Result<Examination>;

    /// What can be read of a user to find out whether an operation was done before a crash.
    async fn trace(&self, anchor: Uuid) -> Result<Option<Trace>>;

    /// The password policies, the domain's own first.
    async fn policies(&self) -> Result<Vec<PasswordPolicy>>;

    /// Reads everything in scope, in pieces of at most 500 objects, and gives the position from which changes follow.
    async fn read_all(&self, scope: &Scope, into: &mut dyn Take) -> Result<Position>;

    /// Reads what changed since a position. [`Error::PositionLost`]: read everything again.
    async fn read_changes(
        &self,
        scope: &Scope,
        from: &Position,
        into: &mut dyn Take,
    ) -> Result<Position>;

    /// Returns as soon as something may have changed since the position; asks the server cheaply, every second at most.
    async fn changed(&self, since: &Position) -> Result<()>;

    /// One user as read, by user principal name, account name or distinguished name, and what was read before any rule.
    async fn find(&self, name: &str) -> Result<Option<Object>>;

    /// Every organisational unit and container that may hold users, for the wizard.
    async fn tree(&self) -> Result<Vec<Unit>>;

    /// Whether an object is in scope now. Asks the server.
    async fn in_scope(&self, scope: &Scope, anchor: Uuid) -> Result<bool>;

    /// What the agent's account may and may not do, each with the commands that would allow it.
    async fn rights(&self, scope: &Scope) -> Result<Vec<Right>>;

    /// Writes a user's source anchor down in the directory, where none stands there yet ([`Object::unwritten`]). One that
    /// stands there is never changed.
    async fn write_anchor(&self, _anchor: Uuid) -> Result<()> {
        Ok(())
    }

    /// How the attribute in which source anchors can be kept is used now.
    async fn anchor_use(&self, _scope: &Scope) -> Result<AnchorUse> {
        Ok(AnchorUse::default())
    }
}

/// The directory of these settings. Opens no connection.
pub fn open(settings: Settings) -> Result<Arc<dyn Directory>> {
    match settings.kind {
        DirectoryKind::ActiveDirectory => Ok(Arc::new(ad::ActiveDirectory::new(settings)?)),
        DirectoryKind::OpenLdap => Ok(Arc::new(openldap::OpenLdap::new(settings)?)),
    }
}

/// Takes what is read, piece by piece, so that a directory of any size needs little memory.
#[async_trait]
pub trait Take: Send {
    /// A piece. An error ends the reading and comes back from it.
    async fn take(&mut self, piece: Piece) -> Result<()>;
}

/// Some of what was read.
#[derive(Debug, Default)]
pub struct Piece {
    /// Users and groups in scope, as they are now.
    pub objects: Vec<Object>,
    /// Changes of groups' members.
    pub members: Vec<keyward_wire::sync::MemberChange>,
    /// Anchors of what was deleted or left the scope.
    pub gone: Vec<Uuid>,
}

/// A user or a group as read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Object {
    /// The source anchor: [`SourceAnchor`] says which.
    pub anchor: Uuid,
    /// The anchor is to stand in the directory, and doesn't yet.
    pub unwritten: bool,
    /// Distinguished name.
    pub dn: String,
    /// A security group; else a user.
    pub group: bool,
    /// Attributes by their names in lower case, in the order of their values. Binary ones are left out.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// `objectSid` in its `S-1-…` form.
    pub sid: Option<String>,
    /// Not disabled.
    pub enabled: bool,
    /// When the password was last set.
    pub password_set_at: Option<Micros>,
    /// It must be changed at the next sign-in.
    pub must_change: bool,
    /// Never reset from here.
    pub protected: bool,
    /// The manager's anchor.
    pub manager: Option<Uuid>,
    /// The name of the fine-grained password policy that applies.
    pub policy: Option<String>,
}

/// What users are known by, whatever they are called and wherever they are. Groups are known by their own id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceAnchor {
    /// The directory's own id: `objectGUID`, `entryUUID`.
    #[default]
    OwnId,
    /// `mS-DS-ConsistencyGuid` of Active Directory, filled from `objectGUID` where it is empty: it can be carried along
    /// to another domain.
    ConsistencyGuid,
}

/// Finding the servers through DNS, instead of by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// The domain whose controllers are looked for.
    pub domain: String,
    /// These name servers are asked, as `10.0.0.53` or `10.0.0.53:5353`; empty: those of the system.
    #[serde(default)]
    pub nameservers: Vec<String>,
    /// Hosts outside of the domain that may be used too, if DNS tells them.
    #[serde(default)]
    pub hosts: Vec<String>,
}

/// How the attribute in which source anchors can be kept is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnchorUse {
    /// So many users have their own id in it.
    pub own: usize,
    /// So many have something else in it.
    pub other: usize,
    /// The rights to write it.
    pub rights: Vec<Right>,
}

/// What a directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The same for every agent beside it.
    pub id: Uuid,
    /// What people call it: its domain.
    pub name: String,
    /// Its kind.
    pub kind: DirectoryKind,
    /// The server that answered.
    pub server: String,
    /// Suffixes of user names that belong to it.
    pub suffixes: Vec<String>,
    /// The naming context.
    pub base: String,
    /// A reset can be held to history and age.
    pub policy_hints: bool,
}

/// How a password is reset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ResetOptions {
    /// Hold it to history and age too, where the directory can.
    pub enforce_policy: bool,
    /// It must be changed at the next sign-in.
    pub must_change: bool,
}

/// What is read to find out whether an operation was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The raw `pwdLastSet`, or `pwdChangedTime`.
    pub password_set: Option<String>,
    /// The version of the password in the replication metadata, where it can be read.
    pub password_version: Option<u32>,
    /// The raw `lockoutTime`, or `pwdAccountLockedTime`.
    pub locked: Option<String>,
}

/// Which objects come in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scope {
    /// Anchors (objectGUID, entryUUID) of the units whose subtrees are in; empty: the whole naming context. By anchor,
    /// so that a renamed unit stays in.
    pub units: Vec<Uuid>,
    /// Anchors of units below those that are out.
    pub excluded: Vec<Uuid>,
    /// Only members of this group, nested ones too: the pilot.
    pub group: Option<Uuid>,
    /// Further attributes that are read, beside those that every user has.
    pub attributes: Vec<String>,
}

/// From where changes follow. Its text is the directory's own affair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position(pub String);

/// An organisational unit or container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its anchor.
    pub anchor: Uuid,
    /// Its distinguished name.
    pub dn: String,
    /// Its own name.
    pub name: String,
    /// The anchor of the unit that it is in, if that is one.
    pub parent: Option<Uuid>,
}

/// A right of the agent's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// In words: what it is for.
    pub what: String,
    /// It has it. None: it can't be found out without trying.
    pub held: Option<bool>,
    /// The commands that grant it and nothing more.
    pub commands: Vec<String>,
}

/// Why a directory could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No server answers.
    #[error("no server of the directory can be reached: {0}")]
    Unreachable(String),
    /// The certificate isn't the server's, or nobody's that is trusted.
    #[error("the server's certificate is refused: {0}")]
    Certificate(String),
    /// The agent's account isn't let in.
    #[error("the agent's account isn't let in: {0}")]
    Account(String),
    /// The directory says no, with its code.
    #[error("the directory refuses: {0}")]
    Refused(String),
    /// Changes can't be followed from this position: it is another server, or one restored from an older copy.
    #[error("the changes can't be followed from where they were left: everything is read again")]
    PositionLost,
    /// The answer makes no sense.
    #[error("the directory's answer can't be understood: {0}")]
    Answer(String),
    /// Whoever takes what is read can't go on.
    #[error("{0}")]
    Taker(String),
}

/// The result of reading a directory.
pub type Result<T> = std::result::Result<T, Error>;
