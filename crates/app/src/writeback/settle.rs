//! What follows when a directory has answered, in the transaction that writes its answer down.

use super::{Circumstances, ending_of};
use crate::account::Account;
use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::limits::Subject;
use crate::notices::{Letter, circumstances};
use crate::{App, Ctx};
use keyward_core::audit::Activity;
use keyward_core::ids::{ResetId, SessionId};
use keyward_core::role::Role;
use keyward_core::user::User;
use keyward_core::writeback::{Act, Denied, Ending};
use keyward_store::Tx;
use keyward_store::operation::Operation;
use keyward_store::writeback::Writeback;
use keyward_wire::outcome::Outcome;

/// A writeback that ends now.
struct Settled<'a> {
    writeback: &'a Writeback,
    user: &'a User,
    /// Who began it, and from where; the time is now.
    ctx: &'a Ctx,
    by: &'a Circumstances,
}

impl Settled<'_> {
    fn activity(&self) -> Activity {
        match self.writeback.act {
            Act::Reset => Activity::PasswordReset,
            Act::Unlock => Activity::AccountUnlocked,
            Act::Change | Act::RequiredChange => Activity::PasswordChanged,
            Act::AdminReset => Activity::PasswordResetByAdmin,
            Act::AdminUnlock => Activity::AccountUnlockedByAdmin,
        }
    }

    fn draft(&self) -> Draft {
        let actor = self.by.actor(self.user);
        Draft::new(self.ctx, self.activity(), actor).on_user(self.user)
    }

    fn reset(&self) -> Option<ResetId> {
        matches!(self.writeback.act, Act::Reset | Act::Unlock)
            .then_some(ResetId(self.writeback.owner))
    }

    /// The session that a new password leaves alone: the one in which it was chosen.
    fn keeps(&self) -> Option<SessionId> {
        matches!(self.writeback.act, Act::Change | Act::RequiredChange)
            .then_some(SessionId(self.writeback.owner))
    }

    fn sets_a_password(&self) -> bool {
        !matches!(self.writeback.act, Act::Unlock | Act::AdminUnlock)
    }
}

impl App {
    /// What follows from the outcome of an operation, in the transaction that wrote it down. Nothing does for what is
    /// only looked at: whoever waits reads the outcome. An outcome that is told twice changes nothing the second
    /// time, but for one that was unknown and has been found out.
    pub(crate) async fn settle_writeback(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        operation: &Operation,
        outcome: &Outcome,
    ) -> Result<()> {
        let Some(writeback) = tx.writeback(operation.id).await? else {
            return Ok(());
        };
        let known = tx.directory_user(writeback.user).await?;
        let set_at = known.and_then(|account| account.password_set_at);
        let ending = ending_of(outcome, set_at);
        if !tx.end_writeback(operation.id, &ending).await? {
            return Ok(());
        }
        let Some(user) = tx.user(writeback.user).await? else {
            return Ok(());
        };
        let by: Circumstances = serde_json::from_str(&writeback.circumstances)
            .map_err(|e| Error::Fault(format!("a writeback's circumstances: {e}")))?;
        let settled = Settled {
            writeback: &writeback,
            user: &user,
            ctx: &by.at(ctx.now),
            by: &by,
        };
        match &ending {
            Ending::Done => self.writeback_done(tx, &settled).await?,
            Ending::Denied(denied) => {
                self.move_reset(tx, &settled, &ending).await?;
                let draft = settled.draft().failed(denied.why.code());
                let code = denied.code.as_ref();
                let draft = match code {
                    Some(code) => draft.detail(format!("the directory's code: {code}")),
                    None => draft,
                };
                self.record(tx, draft).await?;
                self.tell_of_trouble(tx, &settled, operation, denied)
                    .await?;
            }
            Ending::Unreachable => {
                self.move_reset(tx, &settled, &ending).await?;
                self.record(tx, settled.draft().failed("directory-away"))
                    .await?;
            }
            Ending::Unknown => {
                // It may be another password by now: whoever came in with the old one comes in anew (INV-3).
                if settled.sets_a_password() {
                    tx.end_sessions(user.id, settled.keeps()).await?;
                }
                self.record(tx, settled.draft().failed("writeback-unknown"))
                    .await?;
            }
        }
        let told = ending.code();
        metrics::counter!("keyward_writebacks_total", "ending" => told).increment(1);
        Ok(())
    }

    async fn move_reset(&self, tx: &mut Tx, s: &Settled<'_>, ending: &Ending) -> Result<()> {
        let Some(reset) = s.reset() else {
            return Ok(());
        };
        let operation = s.writeback.operation;
        if let Some(state) = tx.reset_state(reset).await?
            && let Some(to) = state.settled(operation, ending)
        {
            tx.settle_reset(reset, operation, to).await?;
        }
        Ok(())
    }

    /// It is true in the directory.
    async fn writeback_done(&self, tx: &mut Tx, s: &Settled<'_>) -> Result<()> {
        let (user, ctx, act) = (s.user, s.ctx, s.writeback.act);
        if s.sets_a_password() {
            let temporary = act == Act::AdminReset;
            tx.password_set_elsewhere(user.id, temporary, ctx.now)
                .await?;
        }
        self.move_reset(tx, s, &Ending::Done).await?;
        if !matches!(act, Act::Change | Act::RequiredChange) {
            self.clear_counters(tx, &Subject::User(user.id)).await?;
        }
        let name = user.upn.key();
        if s.sets_a_password() {
            self.after_new_password(tx, user, s.keeps()).await?;
        } else {
            self.clear_lockouts(tx, user.id, &name).await?;
        }
        self.forget_tries(tx, &name).await?;
        if act == Act::AdminReset {
            let actor = s.by.actor(user);
            let started = Draft::new(ctx, Activity::AdminStartedReset, actor).on_user(user);
            self.record(tx, started).await?;
        }
        let detail = "written to the directory";
        self.record(tx, s.draft().detail(detail)).await?;
        let mut account = self.complete(tx, user.clone()).await?;
        if let Some(reset) = s.reset() {
            self.finish_hand_over(tx, ctx, reset, &mut account).await?;
        }
        self.tell_owner(tx, ctx, act, &account).await
    }

    async fn tell_owner(&self, tx: &mut Tx, ctx: &Ctx, act: Act, account: &Account) -> Result<()> {
        let (user, policy) = (&account.user, &account.policy);
        let name = match act {
            Act::Reset => return self.announce_reset(tx, ctx, account).await,
            Act::AdminReset if policy.notify_users => "password-reset-by-admin",
            Act::AdminReset | Act::AdminUnlock => return Ok(()),
            Act::Unlock => "unlocked",
            Act::Change | Act::RequiredChange => "password-changed",
        };
        let link = self.not_me_link(tx, ctx, user.id).await?;
        let letter = Letter {
            name,
            args: circumstances(ctx, user),
            worded: None,
            link: Some(link),
        };
        self.notify_user(tx, ctx, user, &account.methods, &letter)
            .await
    }

    /// Tells those who look after the directories what they have to mend, once an hour for each directory and kind.
    async fn tell_of_trouble(
        &self,
        tx: &mut Tx,
        s: &Settled<'_>,
        operation: &Operation,
        denied: &Denied,
    ) -> Result<()> {
        if !denied.why.concerns_administrators() {
            return Ok(());
        }
        let code = denied.why.code();
        let subject = Subject::Name(format!("?{code} {}", operation.directory));
        if !self.may_call(tx, s.ctx, &subject).await? {
            return Ok(());
        }
        let mut told = tx.holders(Role::HybridIdentityAdministrator).await?;
        for holder in tx.holders(Role::GlobalAdministrator).await? {
            if told.iter().all(|known| known.user != holder.user) {
                told.push(holder);
            }
        }
        told.retain(|holder| holder.active);
        let letter = Letter {
            name: "directory-trouble",
            args: circumstances(s.ctx, s.user),
            worded: Some(("reason", format!("reason-{code}"))),
            link: Some(format!(
                "{}/admin/users/{}",
                self.settings.public_url, s.user.id
            )),
        };
        self.notify_admins(tx, s.ctx, &told, &letter).await
    }
}
