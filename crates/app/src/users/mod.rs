//! Users, as administrators manage them.
//!
//! Contact data and the sign-in name are guarded like a password: whoever edits them can take the account over, so
//! every such act asks for a role that reaches the target ([`App::target`], A-05).

mod access;
mod form;
mod inspect;
mod page;

pub use access::is_new_since_hold;
pub(crate) use form::new_user;
pub use form::{UserForm, mark};
pub use inspect::{Applying, Inspection, KindOfTheirs};
pub use page::UserPage;

use crate::account::Account;
use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::{Result, taken};
use crate::sync::mastered_here;
use crate::{App, Ctx, Principal};
use form::{contact_changes, profile_changes};
use keyward_core::audit::Activity;
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, Role};
use keyward_core::secret::Secret;
use keyward_core::text::fold;
use keyward_core::user::{RESTORE_WINDOW, User};
use keyward_store::Tx;
use keyward_store::user::{After, UserFilter};

impl App {
    /// A page of users.
    pub async fn users(
        &self,
        me: &Principal,
        filter: UserFilter,
        search: &str,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<User>> {
        me.needs(Permission::ReadUsers)?;
        let prefix = fold(search.trim().get(..200).unwrap_or(search.trim()));
        Ok(self
            .db
            .read(me.tenant())
            .await?
            .users(filter, &prefix, after, limit)
            .await?)
    }

    /// The domains that user names may have, the default first.
    pub async fn domains(&self, me: &Principal) -> Result<Vec<String>> {
        Ok(self
            .db
            .read(me.tenant())
            .await?
            .domains()
            .await?
            .into_iter()
            .map(|d| d.name)
            .collect())
    }

    /// Makes a user with a temporary password, which is returned once and stored nowhere.
    pub async fn create_user(
        &self,
        ctx: &Ctx,
        me: &Principal,
        form: &UserForm,
    ) -> Result<(UserId, Secret)> {
        let attempt = Attempt::new(ctx, me, Activity::UserAdded, On::Thing("user"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteUsers)?;
            let (upn, profile) = form.parse()?;
            let id = UserId(self.entropy.uuid());
            let user = new_user(ctx, me.tenant(), id, upn, profile);
            let demands = self.demands(&mut self.db.read(me.tenant()).await?).await?;
            let password = self.temporary_password(&user, None, &demands)?;
            let verifier = self.verifier_of((me.tenant(), id), &password).await?;
            let mut tx = self.db.write(me.tenant()).await?;
            if !tx
                .domains()
                .await?
                .iter()
                .any(|d| d.name == user.upn.domain())
            {
                return Err(Refusal::field("upn", "upn-domain").into());
            }
            taken(
                tx.insert_user(&user).await,
                Refusal::field("upn", "upn-taken"),
            )?;
            tx.set_verifier(id, 0, &verifier, true, ctx.now).await?;
            let draft = Draft::new(ctx, Activity::UserAdded, me.actor()).on_user(&user);
            self.record(&mut tx, profile_changes(draft, None, &user.profile))
                .await?;
            tx.commit().await?;
            Ok((id, password))
        })
        .await
    }

    /// Edits a user.
    pub async fn update_user(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: UserId,
        form: &UserForm,
    ) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::UserUpdated, id);
        self.attempt(attempt, async {
            let (upn, profile) = form.parse()?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.target(&mut tx, me, id, Permission::WriteUsers).await?;
            let user = &account.user;
            mastered_here(user.directory)?;
            if !form.read.is_empty() && form.read != mark(user) {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            if upn.domain() != user.upn.domain()
                && !tx.domains().await?.iter().any(|d| d.name == upn.domain())
            {
                return Err(Refusal::field("upn", "upn-domain").into());
            }
            let draft = Draft::new(ctx, Activity::UserUpdated, me.actor())
                .on_user(user)
                .change(
                    "userPrincipalName",
                    Some(user.upn.to_string()),
                    Some(upn.to_string()),
                );
            let draft = profile_changes(draft, Some(&user.profile), &profile);
            if !draft.has_changes() {
                return Ok(());
            }
            let done = taken(
                tx.update_user(id, &upn, &profile).await,
                Refusal::field("upn", "upn-taken"),
            )?;
            if !done {
                return Err(Refusal::NotFound.into());
            }
            if upn.key() != user.upn.key() {
                // Sessions stay; what was begun under the old name does not.
                tx.void_everything_of(id).await?;
            }
            self.record(&mut tx, draft).await?;
            let (old, new) = (&user.profile, &profile);
            if old.mobile_phone != new.mobile_phone
                || old.other_mail != new.other_mail
                || old.business_phone != new.business_phone
            {
                // What registration offers prefilled: found under this name by whoever looks for such changes.
                let draft = Draft::new(ctx, Activity::AdminUpdatedInfo, me.actor()).on_user(user);
                self.record(&mut tx, contact_changes(draft, old, new))
                    .await?;
            }
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Allows or blocks sign-in; blocking ends what is open at once (SE-04).
    pub async fn set_user_enabled(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: UserId,
        enabled: bool,
    ) -> Result<()> {
        let attempt = Attempt::user(
            ctx,
            me,
            if enabled {
                Activity::UserEnabled
            } else {
                Activity::UserDisabled
            },
            id,
        );
        self.attempt(attempt, async {
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.target(&mut tx, me, id, Permission::WriteUsers).await?;
            mastered_here(account.user.directory)?;
            if !enabled {
                not_oneself(me, id)?;
                self.leaves_an_administrator(&mut tx, &account).await?;
            }
            if tx.set_enabled(id, enabled).await? {
                if !enabled {
                    tx.void_everything_of(id).await?;
                    tx.end_sessions(id, None).await?;
                }
                let activity = if enabled {
                    Activity::UserEnabled
                } else {
                    Activity::UserDisabled
                };
                let draft = Draft::new(ctx, activity, me.actor()).on_user(&account.user);
                let (old, new) = (Some((!enabled).to_string()), Some(enabled.to_string()));
                self.record(&mut tx, draft.change("accountEnabled", old, new))
                    .await?;
            }
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Deletes a user; they can be restored for 30 days.
    pub async fn delete_user(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::UserDeleted, id);
        self.attempt(attempt, async {
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.target(&mut tx, me, id, Permission::WriteUsers).await?;
            mastered_here(account.user.directory)?;
            not_oneself(me, id)?;
            self.leaves_an_administrator(&mut tx, &account).await?;
            if !tx.delete_user(id, ctx.now).await? {
                return Err(Refusal::NotFound.into());
            }
            tx.void_everything_of(id).await?;
            tx.end_sessions(id, None).await?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::UserDeleted, me.actor()).on_user(&account.user),
            )
            .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Brings a deleted user back.
    pub async fn restore_user(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::UserRestored, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteUsers)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            me.outranks(&account.roles, Permission::WriteUsers)?;
            mastered_here(account.user.directory)?;
            if !taken(
                tx.restore_user(id, ctx.now - RESTORE_WINDOW).await,
                Refusal::NameTaken,
            )? {
                return Err(Refusal::NotFound.into());
            }
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::UserRestored, me.actor()).on_user(&account.user),
            )
            .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// The account that an administrator wants to act on, if their role allows it and reaches that account. One's own
    /// account is reached by whoever may do the act at all.
    pub(crate) async fn target(
        &self,
        tx: &mut Tx,
        me: &Principal,
        id: UserId,
        permission: Permission,
    ) -> Result<Account> {
        me.needs(permission)?;
        let account = self
            .account(tx, id)
            .await?
            .filter(|a| a.user.deleted_at.is_none());
        let account = account.ok_or(Refusal::NotFound)?;
        if id != me.user.id {
            me.outranks(&account.roles, permission)?;
        }
        Ok(account)
    }

    /// Refuses what would leave the organisation without a Global Administrator who can sign in (AZ-09).
    pub(crate) async fn leaves_an_administrator(
        &self,
        tx: &mut Tx,
        account: &Account,
    ) -> Result<()> {
        if account.roles.contains(Role::GlobalAdministrator)
            && tx.other_global_administrators(account.user.id).await? == 0
        {
            return Err(Refusal::LastGlobalAdministrator.into());
        }
        Ok(())
    }
}

/// Refuses an act on oneself that must come from somebody else, or from the account page with its proofs.
pub(crate) fn not_oneself(me: &Principal, id: UserId) -> Result<(), Refusal> {
    if me.user.id == id {
        Err(Refusal::NotOnYourself)
    } else {
        Ok(())
    }
}
