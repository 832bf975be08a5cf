//! What the agent read from the directory, on its way into the service.
//!
//! A run is started, its objects come in batches in any order, and it is ended. The agent sends what the directory
//! holds after its attribute rules; the service knows what it holds itself, and writes the difference only. In a full
//! run everything that wasn't sent is gone from the scope; in a delta only what is named in `gone`.

use crate::Micros;
use crate::outcome::PasswordPolicy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Begins a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRun {
    /// Which directory.
    pub directory: Uuid,
    /// What comes.
    pub mode: Mode,
    /// Compute and show, change nothing: a preview, or an agent in staging mode.
    pub preview: bool,
    /// The password policies of the directory; the first is the domain's own.
    #[serde(default)]
    pub policies: Vec<PasswordPolicy>,
}

/// What a run brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Everything in scope.
    Full,
    /// What changed.
    Delta,
}

/// The run is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run.
    pub run: Uuid,
    /// The service has never ended a full run of this directory: a delta would be built on nothing.
    pub full_needed: bool,
}

/// Some of what was read. At most 1,000 objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The run.
    pub run: Uuid,
    /// Counts from 1: a batch that was sent twice is taken once.
    pub number: u32,
    /// Users as they are now.
    #[serde(default)]
    pub users: Vec<UserRecord>,
    /// Groups as they are now, without their members.
    #[serde(default)]
    pub groups: Vec<GroupRecord>,
    /// Changes of members.
    #[serde(default)]
    pub members: Vec<MemberChange>,
    /// Anchors of objects that were deleted or left the scope.
    #[serde(default)]
    pub gone: Vec<Uuid>,
}

/// A user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRecord {
    /// The source anchor. Never changes.
    pub anchor: Uuid,
    /// Where it is, for people.
    pub dn: String,
    /// The name to sign in with.
    pub upn: String,
    /// False: disabled in the directory.
    pub enabled: bool,
    /// `sAMAccountName`, `uid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_name: Option<String>,
    /// `objectSid` in its `S-1-…` form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Shown everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// The mailbox of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Further addresses, as `SMTP:` and `smtp:` values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proxy_addresses: Vec<String>,
    /// Offered prefilled at registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// The phone at the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// What they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// The manager's anchor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Uuid>,
    /// Two letters (ISO 3166-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage_location: Option<String>,
    /// When the password was last set; none: it must be changed at the next sign-in, or was never set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_set_at: Option<Micros>,
    /// The password must be changed at the next sign-in.
    #[serde(default)]
    pub must_change: bool,
    /// Protected in the directory: never reset from here.
    #[serde(default)]
    pub protected: bool,
    /// The name of the fine-grained password policy that applies, if not the domain's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Further attributes, by the names that the attribute rules give them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, String>,
}

/// A security group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRecord {
    /// The source anchor. Never changes.
    pub anchor: Uuid,
    /// Where it is, for people.
    pub dn: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A change of a group's direct members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChange {
    /// The group's anchor.
    pub group: Uuid,
    /// This is the first part of the whole list: who isn't in this and the parts that follow in this run is no member.
    #[serde(default)]
    pub whole: bool,
    /// Anchors of users and groups that are members now. Unknown ones wait until they come into scope.
    #[serde(default)]
    pub add: Vec<Uuid>,
    /// Anchors of those that no longer are.
    #[serde(default)]
    pub remove: Vec<Uuid>,
}

/// A batch was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchReply {
    /// What couldn't be taken; the rest was.
    pub errors: Vec<ObjectError>,
}

/// An object that the service doesn't take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectError {
    /// Which.
    pub anchor: Uuid,
    /// Stable, for programs: `duplicate-upn`, `unknown-domain`, `bad-upn` …
    pub code: String,
    /// For the operator.
    pub message: String,
}

/// Ends a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndRun {
    /// The run.
    pub run: Uuid,
    /// Everything was read and sent. If not, nothing is deleted, and why is kept with the run.
    pub complete: bool,
    /// What went wrong, for the administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEnded {
    /// The numbers.
    pub counts: Counts,
    /// So many deletions were held back: an administrator decides.
    pub held: u32,
}

/// What was done, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Objects that came.
    pub read: u32,
    /// New users and groups.
    pub added: u32,
    /// Changed ones.
    pub updated: u32,
    /// Soft-deleted ones.
    pub deleted: u32,
    /// Taken over from the cloud by a match.
    pub joined: u32,
    /// Members added to groups.
    pub members_added: u32,
    /// Members removed from groups.
    pub members_removed: u32,
    /// Objects that couldn't be taken.
    pub errors: u32,
}

/// Asks what a preview of this agent would do, page by page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The run, which was a preview.
    pub run: Uuid,
    /// [`ChangesPage::next`] of the page before; 0: the first.
    pub after: i64,
}

/// What a preview would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesPage {
    /// Object by object.
    pub changes: Vec<ObjectChange>,
    /// Where the next page begins; none: there is none.
    pub next: Option<i64>,
}

/// What would become of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectChange {
    /// `add`, `update`, `join`, `restore`, `delete`, `hold` or `members`.
    pub action: String,
    /// `user` or `group`.
    pub kind: String,
    /// Which.
    pub anchor: Uuid,
    /// What people call it.
    pub name: String,
    /// Attribute, old value, new value.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
}

/// Asks which endings of user names are domains of the organisation: it takes no other users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suffixes {
    /// The endings, without `@`.
    pub suffixes: Vec<String>,
}

/// Which of them are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// As they were asked about.
    pub suffixes: Vec<String>,
}

/// Asks what would become of one user, without writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explain {
    /// Which directory.
    pub directory: Uuid,
    /// The user as read.
    pub user: UserRecord,
}

/// What would become of one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// `add`, `update`, `join`, `unchanged` or `error`.
    pub action: String,
    /// In words.
    pub message: String,
    /// What would change: attribute, old value, new value.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
}
