//! Typed identifiers, so that a group's id can't stand where a user's is wanted.
//!
//! All are random 128-bit UUIDs (version 4, RFC 9562): they carry no time and can't be counted through.

use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads the hyphenated form that [`Display`](fmt::Display) writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    )+};
}

id! {
    /// An organisation.
    TenantId,
    /// A user of one organisation.
    UserId,
    /// A security group.
    GroupId,
    /// One registered authentication method of one user.
    MethodId,
    /// One attempt to reset a password.
    ResetId,
    /// One signed-in browser.
    SessionId,
    /// One code that was sent.
    ChallengeId,
    /// One audit event.
    EventId,
    /// One unit of outgoing work.
    JobId,
    /// A directory that agents stand beside.
    DirectoryId,
    /// A host beside a directory that an administrator let in.
    AgentId,
    /// One request of an agent to be let in.
    EnrolmentId,
    /// One thing that an agent is asked to do in a directory.
    OperationId,
    /// One run of a synchronisation.
    RunId,
    /// One link by which an administrator hands an account over.
    HandOverId,
    /// One Temporary Access Pass.
    PassId,
    /// One hardware token.
    TokenId,
    /// A password reset policy for the members of a group.
    PolicyId,
}
