//! When somebody is asked to register, and whether what they have is enough.

use crate::method::{Method, MethodKind};
use crate::policy::{self, Effective, Policy};
use crate::role::RoleSet;
use crate::time::{Timestamp, days};
use crate::user::User;

/// Why the interrupt is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// What is registered does not satisfy the rules.
    Register,
    /// It does, but was confirmed too long ago.
    Reconfirm,
}

/// Whether a user who has just signed in is asked to register or reconfirm.
///
/// Only users in scope are asked, only where the policy requires registration, and it can be cancelled: then it
/// returns at the next sign-in (entra-sspr 3.1, 3.2).
#[must_use]
pub fn ask(
    user: &User,
    policy: &Policy,
    roles: &RoleSet,
    member: bool,
    methods: &[Method],
    now: Timestamp,
) -> Option<Ask> {
    if !policy.registration_required || policy::in_scope(policy, roles, member).is_err() {
        return None;
    }
    if !Effective::of(policy, roles).is_satisfied_by(methods) {
        return Some(Ask::Register);
    }
    // Whoever set up enough and never pressed Finish has in effect confirmed it with the last code.
    let proved = methods.iter().map(|m| m.created_at).max();
    let confirmed = user.registration_confirmed_at.or(proved).unwrap_or(now);
    let due =
        policy.reconfirm_days > 0 && now >= confirmed + days(u64::from(policy.reconfirm_days));
    due.then_some(Ask::Reconfirm)
}

/// The kinds offered on the registration page, and whether each is set up.
#[must_use]
pub fn checklist(rules: &Effective, methods: &[Method]) -> Vec<(MethodKind, bool)> {
    rules
        .kinds
        .iter()
        .map(|&kind| (kind, methods.iter().any(|m| m.kind() == kind)))
        .collect()
}
