//! Assigning and removing administrator roles.

use crate::attempt::Attempt;
use crate::audit::Draft;
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, Role};
use keyward_store::role::Holder;

impl App {
    /// Every role with the number of its holders.
    pub async fn roles(&self, me: &Principal) -> Result<Vec<(Role, usize)>> {
        me.needs(Permission::ReadRoles)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let mut all = Vec::new();
        for role in Role::ALL {
            all.push((role, tx.holders(role).await?.len()));
        }
        Ok(all)
    }

    /// The holders of a role.
    pub async fn holders(&self, me: &Principal, role: Role) -> Result<Vec<Holder>> {
        me.needs(Permission::ReadRoles)?;
        Ok(self.db.read(me.tenant()).await?.holders(role).await?)
    }

    /// Gives a role to all of these users, or to none. Whoever gets one falls under the administrator policy from then
    /// on, and open resets that were begun under the weaker one are void (ST-10, AZ-06).
    pub async fn assign_role(
        &self,
        ctx: &Ctx,
        me: &Principal,
        users: &[UserId],
        role: Role,
    ) -> Result<()> {
        let may = Permission::WriteRoles;
        for user in users {
            // Told of the one for whom it is refused.
            let attempt = Attempt::user(ctx, me, Activity::RoleAssigned, *user);
            self.attempt(attempt, async {
                let mut tx = self.db.read(me.tenant()).await?;
                self.target(&mut tx, me, *user, may).await.map(drop)
            })
            .await?;
        }
        let mut tx = self.db.write(me.tenant()).await?;
        for user in users {
            let account = self.target(&mut tx, me, *user, may).await?;
            if tx.assign_role(*user, role).await? {
                tx.void_everything_of(*user).await?;
                let draft =
                    Draft::new(ctx, Activity::RoleAssigned, me.actor()).on_user(&account.user);
                let draft = draft.change("role", None, Some(role.code().into()));
                self.record(&mut tx, draft).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes a role away. The last Global Administrator who can sign in can't go.
    pub async fn remove_role(
        &self,
        ctx: &Ctx,
        me: &Principal,
        user: UserId,
        role: Role,
    ) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::RoleRemoved, user);
        self.attempt(attempt, async {
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self
                .target(&mut tx, me, user, Permission::WriteRoles)
                .await?;
            if role == Role::GlobalAdministrator {
                self.leaves_an_administrator(&mut tx, &account).await?;
            }
            if !tx.remove_role(user, role).await? {
                return Err(Refusal::NotFound.into());
            }
            let draft = Draft::new(ctx, Activity::RoleRemoved, me.actor()).on_user(&account.user);
            self.record(
                &mut tx,
                draft.change("role", Some(role.code().into()), None),
            )
            .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }
}
