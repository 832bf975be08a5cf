//! What lets a user in, in the hands of administrators: temporary passwords, unlocking, sessions.

use super::not_oneself;
use crate::account::Account;
use crate::attempt::Attempt;
use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::limits::Subject;
use crate::operations::Wanted;
use crate::passthrough::Home;
use crate::password::{Demands, NewPassword};
use crate::writeback::Begin;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::{OperationId, TenantId, UserId};
use keyward_core::password::Prepared;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::secret::Secret;
use keyward_core::user::User;
use keyward_core::writeback::{Act, Told};
use keyward_store::Tx;

/// Whether the password was set after the owner said "It wasn't me": nobody whom they meant knows this one.
#[must_use]
pub fn is_new_since_hold(user: &User) -> bool {
    user.password_changed_at > user.held_at
}

impl App {
    /// Gives a user a temporary password, returned once; it must be changed at the next sign-in (F-14). Sessions end,
    /// open resets are void.
    pub async fn reset_password_of(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<Secret> {
        let attempt = Attempt::user(ctx, me, Activity::PasswordResetByAdmin, id);
        self.attempt(attempt, async {
            me.needs(Permission::ResetPasswords)?;
            let mut tx = self.db.read(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            let demands = self.demands(&mut tx).await?;
            drop(tx);
            let password =
                self.temporary_password(&account.user, account.home.as_ref(), &demands)?;
            if let Some(home) = account.home {
                return self.reset_in_directory(ctx, me, id, &home, password).await;
            }
            let verifier = self.verifier_of((me.tenant(), id), &password).await?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            let user = &account.user;
            if user.deleted_at.is_some() {
                return Err(Refusal::NotFound.into());
            }
            not_oneself(me, id)?;
            let key = me
                .roles
                .may_reset(me.user.id, id, &account.roles)
                .ok_or(Refusal::HoldsMoreRights)?;
            tracing::debug!(user = %key.target(), "a temporary password is set");
            if !self
                .replace_password(&mut tx, user, &verifier, true, ctx.now)
                .await?
            {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            self.clear_counters(&mut tx, &Subject::User(id)).await?;
            self.after_new_password(&mut tx, user, None).await?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::AdminStartedReset, me.actor()).on_user(user),
            )
            .await?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::PasswordResetByAdmin, me.actor()).on_user(user),
            )
            .await?;
            if account.policy.notify_users {
                let args = crate::notices::circumstances(ctx, user);
                let link = self.not_me_link(&mut tx, ctx, id).await?;
                let letter = crate::notices::Letter {
                    name: "password-reset-by-admin",
                    args,
                    worded: None,
                    link: Some(link),
                };
                self.notify_user(&mut tx, ctx, user, &account.methods, &letter)
                    .await?;
            }
            self.commit(tx).await?;
            Ok(password)
        })
        .await
    }

    /// Lets a user in again after too many failures, or after "It wasn't me". The password stays as it is: while it is
    /// the one that its owner disowned, a hold is lifted only by somebody who says so, with `keep_password`.
    pub async fn unlock_user(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: UserId,
        keep_password: bool,
    ) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::AccountUnlockedByAdmin, id);
        self.attempt(attempt, async {
            // Else whoever sits at an administrator's session could go on guessing codes for ever.
            not_oneself(me, id)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self
                .target(&mut tx, me, id, Permission::ResetPasswords)
                .await?;
            let held = account.user.held_at.is_some();
            if held {
                self.needs_two_proofs(&mut tx, ctx, me).await?;
            }
            if held && !keep_password && !is_new_since_hold(&account.user) {
                return Err(Refusal::field("keep_password", "held-password").into());
            }
            if held {
                tx.set_held(id, None).await?;
                // Links in older notices would hold the account again, whoever has them by now.
                tx.void_links_of(id, "not-me", ctx.now).await?;
            }
            let buckets = self.buckets_against(me.tenant(), &Subject::User(id), &account.methods);
            for bucket in buckets.iter().flatten() {
                tx.clear_counter(bucket).await?;
            }
            let name = account.user.upn.key();
            self.clear_lockouts(&mut tx, id, &name).await?;
            let draft = Draft::new(ctx, Activity::AccountUnlockedByAdmin, me.actor())
                .on_user(&account.user);
            let draft = draft.change(
                "held",
                held.then(|| "true".into()),
                held.then(|| "false".into()),
            );
            let draft = if held && !is_new_since_hold(&account.user) {
                draft.detail("the password was kept")
            } else {
                draft
            };
            self.record(&mut tx, draft).await?;
            let begun = self.begin_unlock(&mut tx, ctx, me, &account).await;
            match begun {
                Ok(None) => Ok(self.commit(tx).await?),
                Ok(Some(operation)) => {
                    self.commit(tx).await?;
                    self.await_writeback(me.tenant(), operation, None).await
                }
                // What is locked here is unlocked all the same; what isn't there is said.
                Err(Error::Refused(refusal @ (Refusal::DirectoryAway | Refusal::WritebackOff))) => {
                    self.commit(tx).await?;
                    Err(refusal.into())
                }
                Err(other) => Err(other),
            }
        })
        .await
    }

    /// Has the account unlocked in its directory too, if it lives in one.
    async fn begin_unlock(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        account: &Account,
    ) -> Result<Option<OperationId>> {
        let Some(home) = &account.home else {
            return Ok(None);
        };
        let Some(anchor) = home.anchor() else {
            return Ok(None);
        };
        let begin = Begin {
            act: Act::AdminUnlock,
            user: &account.user,
            home,
            owner: me.session.id.0,
            by: Some(me),
            task: Wanted::Unlock { anchor },
        };
        self.begin_writeback(tx, ctx, begin).await.map(Some)
    }

    /// A temporary password in the directory: plainly an administrator's reset there, not held to history and age,
    /// and to be changed at the next sign-in.
    async fn reset_in_directory(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: UserId,
        home: &Home,
        password: Secret,
    ) -> Result<Secret> {
        let mut tx = self.db.write(me.tenant()).await?;
        let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
        let user = &account.user;
        if user.deleted_at.is_some() {
            return Err(Refusal::NotFound.into());
        }
        not_oneself(me, id)?;
        let key = me
            .roles
            .may_reset(me.user.id, id, &account.roles)
            .ok_or(Refusal::HoldsMoreRights)?;
        tracing::debug!(user = %key.target(), "a temporary password is asked for in a directory");
        if home.is_protected() {
            return Err(Refusal::Directory(Told::Protected).into());
        }
        let begin = Begin {
            act: Act::AdminReset,
            user,
            home,
            owner: me.session.id.0,
            by: Some(me),
            task: Wanted::Reset {
                anchor: home.anchor().ok_or(Refusal::NotFound)?,
                password: &password,
                enforce_policy: false,
                must_change: true,
            },
        };
        let operation = self.begin_writeback(&mut tx, ctx, begin).await?;
        self.commit(tx).await?;
        match self.await_writeback(me.tenant(), operation, None).await {
            // It may be set in a moment, and it isn't shown before it is true.
            Err(Error::Refused(Refusal::WritebackPending)) => Err(Refusal::TemporaryUnseen.into()),
            other => other.map(|()| password),
        }
    }

    /// Ends all sessions of a user.
    pub async fn revoke_sessions(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<u64> {
        let attempt = Attempt::user(ctx, me, Activity::SessionsRevoked, id);
        self.attempt(attempt, async {
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self
                .target(&mut tx, me, id, Permission::RevokeSessions)
                .await?;
            tx.lock_user(id).await?;
            let ended = tx
                .end_sessions(id, (me.user.id == id).then_some(me.session.id))
                .await?;
            let own = ctx.device.as_ref().filter(|_| me.user.id == id);
            tx.forget_devices(id, own).await?;
            let draft =
                Draft::new(ctx, Activity::SessionsRevoked, me.actor()).on_user(&account.user);
            self.record(&mut tx, draft.detail(format!("{ended} sessions")))
                .await?;
            tx.commit().await?;
            Ok(ended)
        })
        .await
    }

    /// A temporary password for somebody: four groups of letters and digits that can't be mistaken for each other, 77
    /// bits, and more where more characters are asked for. It is held to every rule that theirs would be (P-07).
    pub(crate) fn temporary_password(
        &self,
        user: &User,
        home: Option<&Home>,
        demands: &Demands,
    ) -> Result<Secret> {
        let ours = self.length(demands);
        let min = home.map_or(ours, |home| home.length(ours)).min;
        // Each try fails by chance alone, and rarely.
        for _ in 0..100 {
            let mut text = [(); 4].map(|()| self.group()).join("-");
            while text.len() < min {
                text = [text, self.group()].join("-");
            }
            if demands.rules.kinds > 3 {
                text = one_capital(&text);
            }
            let new = NewPassword::typed_once(&text);
            if self.judge(user, home, demands, &new).is_empty() {
                return Ok(new.first);
            }
        }
        Err(Error::Fault(
            "no temporary password meets the rules for passwords".into(),
        ))
    }

    fn group(&self) -> String {
        const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        (0..4)
            .map(|_| char::from(ALPHABET[self.entropy.below(ALPHABET.len() as u32) as usize]))
            .collect()
    }

    pub(crate) async fn verifier_of(
        &self,
        whose: (TenantId, UserId),
        password: &Secret,
    ) -> Result<String> {
        let prepared = Prepared::new(password).map_err(|f| Refusal::Password(vec![f]))?;
        self.hasher
            .hash(&self.keys, &*self.entropy, whose, &prepared)
            .await
    }
}

/// The same with its first letter in capitals.
fn one_capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(at) = text.find(|c: char| c.is_ascii_lowercase()) {
        text[at..=at].make_ascii_uppercase();
    }
    text
}
