//! What is written down about every change and every step of a flow.

use crate::time::Timestamp;
use uuid::Uuid;

macro_rules! activities {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $service:ident),+ $(,)?) => {
        /// What happened, under the names that administrators of the reference system search for (entra-sspr 9.1, 9.2).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Activity {$(
            #[doc = $name]
            $(#[$doc])*
            $variant,
        )+}

        impl Activity {
            /// Every activity, grouped by service.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the log.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The part of the system that it belongs to.
            #[must_use]
            pub fn service(self) -> Service {
                match self { $(Self::$variant => Service::$service),+ }
            }

            /// Reads [`name`](Activity::name).
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|a| a.name() == name)
            }
        }
    };
}

activities! {
    PolicyChanged = "Self-service password reset policy changes" in PasswordManagement,
    BlockedFromReset = "Blocked from self-service password reset" in PasswordManagement,
    PasswordChanged = "Change password (self-service)" in PasswordManagement,
    PasswordResetByAdmin = "Reset password (by admin)" in PasswordManagement,
    PasswordReset = "Reset password (self-service)" in PasswordManagement,
    ResetProgress = "Self-service password reset flow activity progress" in PasswordManagement,
    AccountUnlocked = "Unlock user account (self-service)" in PasswordManagement,
    AccountUnlockedByAdmin = "Unlock user account (by admin)" in PasswordManagement,
    Registered = "User registered for self-service password reset" in PasswordManagement,
    HelpAsked = "User asked an administrator for help" in PasswordManagement,
    ReportedNotMe = "User reported a change as not theirs" in PasswordManagement,
    HandOverIssued = "Issue hand-over link" in PasswordManagement,
    HandOverWithdrawn = "Withdraw hand-over link" in PasswordManagement,
    HandOverUsed = "Use hand-over link" in PasswordManagement,
    PassIssued = "Create Temporary Access Pass" in AuthenticationMethods,
    PassDeleted = "Delete Temporary Access Pass" in AuthenticationMethods,
    SecurityInfoComplete = "User registered all required security info" in AuthenticationMethods,
    SecurityInfoStarted = "User started security info registration" in AuthenticationMethods,
    SecurityInfoCancelled = "User canceled security info registration" in AuthenticationMethods,
    SecurityInfoCodeSent = "User was sent a code for security info" in AuthenticationMethods,
    SecurityInfoRegistered = "User registered security info" in AuthenticationMethods,
    SecurityInfoUpdated = "User updated security info" in AuthenticationMethods,
    SecurityInfoDeleted = "User deleted security info" in AuthenticationMethods,
    SecurityInfoReviewed = "User reviewed security info" in AuthenticationMethods,
    PasswordChangeStarted = "User started password change" in AuthenticationMethods,
    PasswordResetStarted = "User started password reset" in AuthenticationMethods,
    AdminStartedReset = "Admin started password reset" in AuthenticationMethods,
    AdminRegisteredInfo = "Admin registered security info" in AuthenticationMethods,
    AdminUpdatedInfo = "Admin updated security info" in AuthenticationMethods,
    AdminDeletedInfo = "Admin deleted security info" in AuthenticationMethods,
    TokensImported = "Import hardware tokens" in AuthenticationMethods,
    TokenAssigned = "Assign hardware token" in AuthenticationMethods,
    TokenUnassigned = "Unassign hardware token" in AuthenticationMethods,
    TokenDeleted = "Delete hardware token" in AuthenticationMethods,
    SignedIn = "Sign-in" in SignIns,
    SignedOut = "Sign-out" in SignIns,
    SessionsRevoked = "Revoke sign-in sessions" in SignIns,
    UserAdded = "Add user" in Directory,
    UserUpdated = "Update user" in Directory,
    UserEnabled = "Enable account" in Directory,
    UserDisabled = "Disable account" in Directory,
    UserDeleted = "Delete user" in Directory,
    UserRestored = "Restore user" in Directory,
    UserPurged = "Hard delete user" in Directory,
    GroupAdded = "Add group" in Directory,
    GroupUpdated = "Update group" in Directory,
    GroupDeleted = "Delete group" in Directory,
    MemberAdded = "Add member to group" in Directory,
    MemberRemoved = "Remove member from group" in Directory,
    OwnerAdded = "Add owner to group" in Directory,
    OwnerRemoved = "Remove owner from group" in Directory,
    RoleAssigned = "Add member to role" in Directory,
    RoleRemoved = "Remove member from role" in Directory,
    TenantCreated = "Create organization" in Directory,
    AdminRecovered = "Recover administrator (local command)" in Directory,
    AuditExported = "Export audit logs" in Directory,
    DeliveryRetried = "Retry delivery" in Directory,
    DeliveryDropped = "Drop delivery" in Directory,
    /// No more codes are sent until some of it comes back.
    BudgetUsedUp = "Use up sending limit" in Directory,
    /// Codes were sent there that nobody typed.
    CountryStopped = "Stop text messages to country" in Directory,
    CountryRestarted = "Resume text messages to country" in Directory,
    SyncRun = "Directory synchronization" in Directory,
    SyncRequested = "Request directory synchronization" in Directory,
    DeletionsHeld = "Hold directory deletions" in Directory,
    DeletionsApproved = "Approve directory deletions" in Directory,
    DeletionsRejected = "Reject directory deletions" in Directory,
    /// A directory brought other contact data of many users at once.
    ContactsHeld = "Hold contact data of directory" in Directory,
    ContactsApproved = "Approve contact data of directory" in Directory,
    ContactsRejected = "Reject contact data of directory" in Directory,
    SubscriptionAdded = "Add subscription (local command)" in Directory,
    SubscriptionRemoved = "Remove subscription (local command)" in Directory,
    LicenceAssigned = "Change user license" in Directory,
    GroupLicenceAssigned = "Set group license" in Directory,
    AgentAdded = "Register agent" in Directory,
    AgentRefused = "Refuse agent" in Directory,
    AgentRevoked = "Revoke agent" in Directory,
    AgentKeyRolled = "Roll agent key" in Directory,
    /// A session that another one had replaced was used again: somebody has a copy of the keys.
    AgentInTwoPlaces = "Agent keys used in two places" in Directory,
    AgentAsksForDirectory = "Ask for directory" in Directory,
    AgentDirectoryAllowed = "Allow agent directory" in Directory,
    AgentKeyStuck = "Fail to roll agent key" in Directory,
    /// A directory brought another number or address of somebody who holds a role.
    AdminContactChanged = "Change contact of administrator in directory" in Directory,
    DirectoryAdded = "Add directory" in Directory,
    /// No agent has answered for it for long.
    DirectoryAway = "Lose contact with directory" in Directory,
    DirectoryBack = "Regain contact with directory" in Directory,
    WritebackExamined = "Examine password writeback" in PasswordManagement,
    WritebackEnabled = "Enable password writeback for directory" in PasswordManagement,
    WritebackDisabled = "Disable password writeback for directory" in PasswordManagement,
}

/// The part of the system that an activity belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Resets, changes, unlocks and their policy.
    PasswordManagement,
    /// Registering and managing methods.
    AuthenticationMethods,
    /// Sign-ins and sessions.
    SignIns,
    /// Users, groups, roles and the organisation.
    Directory,
}

impl Service {
    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PasswordManagement => "Self-service Password Management",
            Self::AuthenticationMethods => "Authentication Methods",
            Self::SignIns => "Sign-ins",
            Self::Directory => "Core Directory",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A user, administrators included.
    User {
        /// The id.
        id: Uuid,
        /// The user principal name at that time.
        name: String,
    },
    /// Somebody who has proved nothing yet.
    Stranger,
    /// The service itself.
    System,
    /// An agent beside a directory.
    Agent {
        /// The id.
        id: Uuid,
        /// The name of its host.
        name: String,
    },
    /// Somebody with access to the host.
    LocalCommand,
}

/// On whom or what it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// "user", "group", "role", "policy", "job", "tenant", "subscription", "agent", "directory",
    /// "budget" or "country".
    pub kind: &'static str,
    /// The id, if the thing exists.
    pub id: Option<Uuid>,
    /// Its name at that time.
    pub name: String,
}

/// One property that changed. Secrets are never among them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// Which.
    pub property: String,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Success,
    /// Refused or failed, with a stable reason code.
    Failure(String),
}

/// One event, written in the transaction of the change that it describes (L-02).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub activity: Activity,
    /// Who.
    pub actor: Actor,
    /// To whom or what.
    pub target: Option<Target>,
    /// How it ended.
    pub outcome: Outcome,
    /// The step or circumstance, in words for an administrator.
    pub detail: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// The address it came from.
    pub ip: Option<String>,
    /// What the browser calls itself, cut to 200 characters.
    pub user_agent: Option<String>,
    /// The request, as error pages show it.
    pub request_id: Option<String>,
}
