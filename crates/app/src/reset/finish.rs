//! The end of a reset: the new password, or the account unlocked.

use super::load::Loaded;
use crate::account::Account;
use crate::audit::Draft;
use crate::error::Result;
use crate::notices::{Letter, circumstances};
use crate::passthrough::Home;
use crate::password::{Demands, NewPassword};
use crate::{App, Ctx};
use keyward_core::audit::Activity;
use keyward_core::password::{Fault, Prepared};
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::role::Role;
use keyward_core::user::User;
use keyward_store::Tx;

impl App {
    pub(super) async fn unlock(&self, tx: &mut Tx, ctx: &Ctx, loaded: &Loaded) -> Result<()> {
        let account = loaded.account.as_ref().ok_or(Refusal::ResetVoid)?;
        if !loaded.unlock {
            return Err(Refusal::NotOffered.into());
        }
        let key = loaded.verify(account, ctx)?;
        if !tx.spend_reset(key, ctx.now).await? {
            return Err(Refusal::ResetVoid.into());
        }
        self.clear_counters(tx, &loaded.subject).await?;
        let (id, name) = (account.user.id, account.user.upn.key());
        self.clear_lockouts(tx, id, &name).await?;
        self.record(
            tx,
            Draft::own(ctx, Activity::AccountUnlocked, &account.user),
        )
        .await?;
        let link = self.not_me_link(tx, ctx, account.user.id).await?;
        let letter = Letter {
            name: "unlocked",
            args: circumstances(ctx, &account.user),
            worded: None,
            link: Some(link),
        };
        self.notify_user(tx, ctx, &account.user, &account.methods, &letter)
            .await
    }

    /// What is wrong with a new password, while it is being typed. Only somebody who has proved everything is told.
    pub async fn preview_reset_password(
        &self,
        ctx: &Ctx,
        token: &str,
        new: &NewPassword,
    ) -> Result<Vec<Fault>> {
        let (user, home, demands) = self.whose_reset(ctx, token).await?;
        Ok(self.judge(&user, home.as_ref(), &demands, new))
    }

    /// Whose new password a reset is about, once everything is proved in it.
    pub(crate) async fn whose_reset(
        &self,
        ctx: &Ctx,
        token: &str,
    ) -> Result<(User, Option<Home>, Demands)> {
        let (mut tx, loaded) = self.load_reset(token, false).await?;
        let account = loaded.account.as_ref().ok_or(Refusal::NotOffered)?;
        loaded.verify(account, ctx)?;
        let demands = self.demands(&mut tx).await?;
        Ok((account.user.clone(), loaded.home, demands))
    }

    /// Sets the new password: once, for exactly one of however many requests arrive (TR-03). The user is not signed
    /// in by it (F-10).
    pub async fn complete_reset(&self, ctx: &Ctx, token: &str, new: NewPassword) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, false).await?;
        loaded.open(ctx)?;
        let account = loaded.account.as_ref().ok_or(Refusal::NotOffered)?;
        let key = loaded.verify(account, ctx)?;
        if key.goal() != Goal::Reset {
            return Err(Refusal::NotOffered.into());
        }
        let demands = self.demands(&mut tx).await?;
        let past = self
            .past(&mut tx, &account.user, demands.rules.history)
            .await?;
        drop(tx);
        let faults = self.judge(&account.user, loaded.home.as_ref(), &demands, &new);
        if !faults.is_empty() {
            return self.refuse_reset_password(ctx, account, faults).await;
        }
        if loaded.home.is_some() {
            return self.write_back_reset(ctx, token, new).await;
        }
        let prepared = Prepared::new(&new.first).map_err(|f| Refusal::Password(vec![f]))?;
        if let Some(fault) = self.used_before(&past, &prepared).await? {
            return self.refuse_reset_password(ctx, account, vec![fault]).await;
        }
        let whose = (loaded.reset.tenant, account.user.id);
        let verifier = self
            .hasher
            .hash(&self.keys, &*self.entropy, whose, &prepared)
            .await?;

        // Hashing took a while: everything is judged again, in the transaction that acts on it (F-07).
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        let account = loaded.account.as_ref().ok_or(Refusal::ResetVoid)?;
        let key = loaded.verify(account, ctx)?;
        if !self
            .replace_password(&mut tx, &account.user, &verifier, false, ctx.now)
            .await?
            || !tx.spend_reset(key, ctx.now).await?
        {
            return Err(Refusal::ResetVoid.into());
        }
        self.clear_counters(&mut tx, &loaded.subject).await?;
        self.after_new_password(&mut tx, &account.user, None)
            .await?;
        // Whoever knew the old password may have come in with it elsewhere.
        tx.forget_devices(account.user.id, ctx.device.as_ref())
            .await?;
        self.record(
            &mut tx,
            Draft::own(ctx, Activity::PasswordReset, &account.user),
        )
        .await?;
        let mut account = account.clone();
        self.finish_hand_over(&mut tx, ctx, loaded.reset.id, &mut account)
            .await?;
        self.announce_reset(&mut tx, ctx, &account).await?;
        self.commit(tx).await?;
        metrics::counter!("keyward_resets_total", "step" => "completed").increment(1);
        Ok(())
    }

    /// Says what is wrong with a new password. The proof is kept: the next try needs no new code.
    async fn refuse_reset_password(
        &self,
        ctx: &Ctx,
        account: &Account,
        faults: Vec<Fault>,
    ) -> Result<()> {
        let why = faults
            .iter()
            .map(|f| f.code())
            .collect::<Vec<_>>()
            .join(" ");
        let mut tx = self.db.write(account.user.tenant).await?;
        let draft = Draft::own(ctx, Activity::PasswordReset, &account.user).failed(&why);
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Err(Refusal::Password(faults).into())
    }

    pub(crate) async fn announce_reset(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
    ) -> Result<()> {
        let user = &account.user;
        if account.policy.notify_users {
            let link = self.not_me_link(tx, ctx, user.id).await?;
            let letter = Letter {
                name: "password-reset",
                args: circumstances(ctx, user),
                worded: None,
                link: Some(link),
            };
            self.notify_user(tx, ctx, user, &account.methods, &letter)
                .await?;
        }
        if account.policy.notify_admins && !account.roles.is_empty() {
            let mut others = tx.holders(Role::GlobalAdministrator).await?;
            others.retain(|h| h.active && h.user != user.id);
            let letter = Letter {
                name: "admin-password-reset",
                args: circumstances(ctx, user),
                worded: None,
                link: None,
            };
            self.notify_admins(tx, ctx, &others, &letter).await?;
        }
        Ok(())
    }
}
