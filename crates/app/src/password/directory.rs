//! Changing a password that lives in a directory.

use super::{NewPassword, Terms};
use crate::error::{Error, Result};
use crate::operations::Wanted;
use crate::passthrough::Home;
use crate::writeback::Begin;
use crate::{App, Ctx, Principal};
use keyward_core::password::{Fault, Prepared};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::user::User;
use keyward_core::writeback::{Act, Ending, Shape};
use keyward_store::session::Stage;

impl App {
    /// What is shown before a new password is typed.
    pub async fn password_terms(&self, ctx: &Ctx, me: &Principal) -> Result<Terms> {
        let mut tx = self.db.read(me.tenant()).await?;
        let home = self.home(&mut tx, Some(&me.user), "").await?;
        self.terms(&mut tx, home.as_ref(), ctx.now).await
    }

    /// How the newest change that was begun in this session ended; none while its directory is at it. Refused if none
    /// was begun.
    pub async fn my_change(&self, me: &Principal) -> Result<Option<Ending>> {
        let mut tx = self.db.read(me.tenant()).await?;
        let owner = me.session.id.0;
        let begun = tx.newest_writeback(owner).await?;
        let own = |act| matches!(act, Act::Change | Act::RequiredChange);
        if !begun.is_some_and(|w| own(w.act)) {
            return Err(Refusal::NotOffered.into());
        }
        self.ending(&mut tx, owner).await
    }

    /// Changes a password in a directory, by the user's own right. Whether the old one is right is for the directory
    /// to say: it counts against the same limits as at sign-in, the account's own lockout among them.
    pub(super) async fn change_in_directory(
        &self,
        ctx: &Ctx,
        me: &Principal,
        home: &Home,
        old: Secret,
        new: NewPassword,
    ) -> Result<()> {
        let (name, tenant) = (me.user.upn.key(), me.tenant());
        let demands = self.demands(&mut self.db.read(tenant).await?).await?;
        let mut found = self.judge(&me.user, Some(home), &demands, &new);
        if old.expose() == new.first.expose() {
            found.push(Fault::SameAsOld);
        }
        self.refuse_faults(ctx, me, found).await?;
        if old.is_empty() || Prepared::new(&old).is_err() {
            return Err(Refusal::CurrentPasswordWrong.into());
        }
        let digest = self.wrong_password_digest(tenant, &name, &old);
        let mut tx = self.db.write(tenant).await?;
        let place = self.place(&mut tx, ctx, me.user.id, &name).await?;
        let bucket = place.bucket;
        let lockout = tx.lock_lockout(&bucket, ctx.now).await?;
        lockout.check(ctx.now).map_err(Refusal::LockedOut)?;
        self.take_try(&mut tx, home, &name, place, ctx.now).await?;
        let before = lockout.failures;
        let counted = lockout.failed(digest, self.settings.lockout, ctx.now);
        tx.save_lockout(&bucket, &counted).await?;
        let task = Wanted::Change {
            anchor: home.anchor().ok_or(Refusal::NotFound)?,
            old: &old,
            new: &new.first,
        };
        let begin = Begin {
            act: Act::Change,
            user: &me.user,
            home,
            owner: me.session.id.0,
            by: None,
            task,
        };
        let operation = self.begin_writeback(&mut tx, ctx, begin).await?;
        self.commit(tx).await?;
        let shape = shape(home, &me.user, &new);
        drop((old, new));
        let done = self.await_writeback(tenant, operation, Some(shape)).await;
        // A change that was made has cleared both counters; after any other answer the old password was no guess.
        if let Err(Error::Refused(refusal)) = &done
            && !matches!(
                refusal,
                Refusal::CurrentPasswordWrong
                    | Refusal::WritebackPending
                    | Refusal::WritebackUnknown
            )
        {
            let mut tx = self.db.write(tenant).await?;
            if counted.failures > before {
                self.uncount(&mut tx, &bucket, digest, ctx).await?;
            }
            self.give_back_try(&mut tx, &name, ctx.now).await?;
            tx.commit().await?;
        }
        done
    }

    /// The change that a directory asked for when it was shown the right password. Such an account can't change
    /// anything there itself, since it can't even sign in: it is a reset, held to history and age all the same.
    pub(super) async fn change_required_in_directory(
        &self,
        ctx: &Ctx,
        me: &Principal,
        home: &Home,
        new: NewPassword,
    ) -> Result<String> {
        let tenant = me.tenant();
        let demands = self.demands(&mut self.db.read(tenant).await?).await?;
        let found = self.judge(&me.user, Some(home), &demands, &new);
        self.refuse_faults(ctx, me, found).await?;
        let mut tx = self.db.write(tenant).await?;
        let task = Wanted::Reset {
            anchor: home.anchor().ok_or(Refusal::NotFound)?,
            password: &new.first,
            enforce_policy: true,
            must_change: false,
        };
        let begin = Begin {
            act: Act::RequiredChange,
            user: &me.user,
            home,
            owner: me.session.id.0,
            by: None,
            task,
        };
        let operation = self.begin_writeback(&mut tx, ctx, begin).await?;
        self.commit(tx).await?;
        let shape = shape(home, &me.user, &new);
        drop(new);
        self.await_writeback(tenant, operation, Some(shape)).await?;
        self.finish_required_change(ctx, me).await
    }

    /// Opens the portal to somebody whose directory has taken the new password that it asked for. Refused while it
    /// hasn't.
    pub async fn finish_required_change(&self, ctx: &Ctx, me: &Principal) -> Result<String> {
        if me.session.stage != Stage::MustChangePassword {
            return Err(Refusal::SignInNeeded.into());
        }
        let mut tx = self.db.write(me.tenant()).await?;
        let begun = tx.newest_writeback(me.session.id.0).await?;
        match begun.filter(|w| w.act == Act::RequiredChange) {
            Some(w) if w.ending == Some(Ending::Done) => self.exchange_session(tx, ctx, me).await,
            Some(w) if w.ending.is_none() => Err(Refusal::WritebackPending.into()),
            _ => Err(Refusal::NotOffered.into()),
        }
    }
}

/// The shape of a new password, for its directory's words to be understood by.
pub(crate) fn shape(home: &Home, user: &User, new: &NewPassword) -> Shape {
    let account = home
        .account
        .as_ref()
        .and_then(|a| a.account_name.as_deref());
    Shape::of(new.first.expose(), account, &user.profile.display_name)
}
