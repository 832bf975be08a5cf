//! Security groups.

use crate::ids::{DirectoryId, GroupId, TenantId};
use crate::time::Timestamp;

/// A security group: the only thing for which reset can be switched on, short of everybody.
#[derive(Debug, Clone)]
pub struct Group {
    /// Never changes.
    pub id: GroupId,
    /// The organisation.
    pub tenant: TenantId,
    /// The directory that masters this group, which is only read here then.
    pub directory: Option<DirectoryId>,
    /// Unique within the tenant, without regard to case.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How deep groups may be nested. Membership is worked out over all levels; a cycle ends where it began.
pub const MAX_NESTING: i64 = 20;
