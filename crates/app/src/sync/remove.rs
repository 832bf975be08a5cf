//! Deleting what a directory no longer has.

use crate::App;
use crate::audit::Draft;
use crate::error::Result;
use keyward_core::audit::Activity;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::role::Role;
use keyward_core::time::Timestamp;
use keyward_store::Tx;

impl App {
    /// Deletes a user for 30 days; false if that would leave nobody who can govern the organisation (AZ-09).
    pub(super) async fn remove_user(
        &self,
        tx: &mut Tx,
        id: UserId,
        now: Timestamp,
        draft: impl Fn(Activity) -> Draft,
    ) -> Result<bool> {
        let Some(user) = tx.user(id).await?.filter(|u| u.deleted_at.is_none()) else {
            return Ok(true);
        };
        let governs = tx.roles_of(id).await?.contains(Role::GlobalAdministrator);
        if governs && tx.other_global_administrators(id).await? == 0 {
            return Ok(false);
        }
        tx.delete_user(id, now).await?;
        tx.void_everything_of(id).await?;
        tx.end_sessions(id, None).await?;
        self.record(tx, draft(Activity::UserDeleted).on_user(&user))
            .await?;
        Ok(true)
    }

    /// Deletes a group; false while the policy names it, since everybody in it would lose reset.
    pub(super) async fn remove_group(
        &self,
        tx: &mut Tx,
        id: GroupId,
        draft: impl Fn(Activity) -> Draft,
    ) -> Result<bool> {
        let Some(group) = tx.group(id).await? else {
            return Ok(true);
        };
        let switched_on = tx.scope_groups_above(id).await?.iter().any(|g| g.id == id);
        if switched_on || tx.policy_groups_above(id).await?.contains(&id) {
            return Ok(false);
        }
        tx.delete_group(id).await?;
        let draft = draft(Activity::GroupDeleted).on_group(id, &group.name);
        self.record(tx, draft).await?;
        Ok(true)
    }
}
