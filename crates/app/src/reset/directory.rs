//! The end of a reset whose password lives in a directory: asked for, waited for, and what became of it.

use crate::account::TypedName;
use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::operations::Wanted;
use crate::password::{NewPassword, shape};
use crate::writeback::Begin;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::refusal::Refusal;
use keyward_core::reset::Goal;
use keyward_core::user::User;
use keyward_core::writeback::{Act, Ending};
use keyward_store::Tx;

impl App {
    /// Says at the first screen that nothing can be set in this directory right now: to every name of it, and before
    /// anything is proved or sent (AG-22).
    pub(super) async fn refuse_start(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        found: Option<&User>,
        name: &TypedName,
        refusal: Error,
    ) -> Result<String> {
        if let Error::Refused(refusal) = &refusal {
            let draft = Draft::new(ctx, Activity::PasswordResetStarted, Actor::Stranger);
            let draft = draft.on("user", found.map(|u| u.id.0), &name.shown);
            self.record(&mut tx, draft.failed(refusal.code())).await?;
            tx.commit().await?;
        }
        Err(refusal)
    }

    /// Has the new password set in the directory. The proof is spent on it; if the directory refuses, it comes back.
    pub(super) async fn write_back_reset(
        &self,
        ctx: &Ctx,
        token: &str,
        new: NewPassword,
    ) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        let account = loaded.account.as_ref().ok_or(Refusal::ResetVoid)?;
        let home = loaded.home.as_ref().ok_or(Refusal::ResetVoid)?;
        let key = loaded.verify(account, ctx)?;
        let task = Wanted::Reset {
            anchor: home.anchor().ok_or(Refusal::ResetVoid)?,
            password: &new.first,
            enforce_policy: true,
            must_change: false,
        };
        let begin = Begin {
            act: Act::Reset,
            user: &account.user,
            home,
            owner: loaded.reset.id.0,
            by: None,
            task,
        };
        let operation = self.begin_writeback(&mut tx, ctx, begin).await?;
        if !tx.submit_reset(key, operation, ctx.now).await? {
            return Err(Refusal::ResetVoid.into());
        }
        // Whoever knew the old password may have come in with it elsewhere.
        tx.forget_devices(account.user.id, ctx.device.as_ref())
            .await?;
        self.commit(tx).await?;
        let shape = shape(home, &account.user, &new);
        drop(new);
        let tenant = loaded.reset.tenant;
        self.await_writeback(tenant, operation, Some(shape)).await?;
        metrics::counter!("keyward_resets_total", "step" => "completed").increment(1);
        Ok(())
    }

    /// Has the account unlocked in its directory; the password stays.
    pub async fn unlock_in_directory(&self, ctx: &Ctx, token: &str) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        loaded.open(ctx)?;
        let account = loaded.account.as_ref().ok_or(Refusal::NotOffered)?;
        let home = loaded.home.as_ref().ok_or(Refusal::NotOffered)?;
        let key = loaded.verify(account, ctx)?;
        if key.goal() != Goal::Unlock {
            return Err(Refusal::NotOffered.into());
        }
        let task = Wanted::Unlock {
            anchor: home.anchor().ok_or(Refusal::ResetVoid)?,
        };
        let begin = Begin {
            act: Act::Unlock,
            user: &account.user,
            home,
            owner: loaded.reset.id.0,
            by: None,
            task,
        };
        let operation = self.begin_writeback(&mut tx, ctx, begin).await?;
        if !tx.submit_reset(key, operation, ctx.now).await? {
            return Err(Refusal::ResetVoid.into());
        }
        self.commit(tx).await?;
        self.await_writeback(loaded.reset.tenant, operation, None)
            .await
    }

    /// What the directory said last in this reset; none while it has said nothing.
    pub async fn reset_ending(&self, token: &str) -> Result<Option<Ending>> {
        let (mut tx, loaded) = self.load_reset(token, false).await?;
        self.ending(&mut tx, loaded.reset.id.0).await
    }
}
