//! Signing in with a name and a Temporary Access Pass.
//!
//! It is a road of its own, so that nobody learns at the page for passwords who has a pass. On it, a name that nobody
//! has, a user without a pass, a wrong one, and one that is good no more take the same work and get the same answer
//! (EN-02). No directory is asked: its password isn't what is typed here.

use super::prepared;
use crate::account::Account;
use crate::audit::{Draft, rfc3339};
use crate::error::{Error, Result};
use crate::hash::{Checked, Place};
use crate::notices::{Letter, circumstances};
use crate::signin::{By, SignedIn, nobody};
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{SessionId, TenantId};
use keyward_core::pass::{self, Pass};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::signin::Next;
use keyward_core::user::User;
use keyward_store::Tx;
use zeroize::Zeroizing;

impl App {
    /// Signs in with a pass: to a session that registers methods without an older one, and ends with the pass. It sets
    /// no password: one that is to be changed is asked for at the next sign-in with it.
    pub async fn sign_in_by_pass(
        &self,
        ctx: &Ctx,
        typed_name: &str,
        typed: &Secret,
    ) -> Result<SignedIn> {
        let entered = Box::pin(self.try_pass(ctx, typed_name, typed)).await;
        if let Err(Error::Refused(refusal)) = &entered
            && *refusal != Refusal::Busy
        {
            self.strangers.press(ctx.source(), ctx.now);
            metrics::counter!("keyward_sign_ins_total", "result" => "refused").increment(1);
        }
        entered
    }

    async fn try_pass(&self, ctx: &Ctx, typed_name: &str, typed: &Secret) -> Result<SignedIn> {
        let name = self.typed_name(typed_name);
        let tenant = self.tenant_of_name(&name).await?;
        // What can't be a pass is hashed all the same, as nothing.
        let text = Zeroizing::new(pass::read(typed.expose()).unwrap_or_default());
        let prepared = prepared(&text)?;
        let Some(tenant) = tenant else {
            // Not set up yet: nobody can sign in, and it takes as long to say so.
            let whose = (TenantId(uuid::Uuid::nil()), nobody());
            let checked = self
                .hasher
                .check_in(&self.keys, whose, Place::Pass, None, &prepared);
            checked.await?;
            return Err(Refusal::PassWrong.into());
        };
        let bucket = self.pass_bucket(tenant, &name.key);
        let digest = self.wrong_password_digest(tenant, &name.key, typed);

        let mut tx = self.db.write(tenant).await?;
        let user = tx.user_by_upn(&name.key).await?;
        let id = user.as_ref().map_or_else(nobody, |u| u.id);
        let lockout = tx.lock_lockout(&bucket, ctx.now).await?;
        let draft = |user: Option<&User>| {
            let draft = Draft::new(ctx, Activity::SignedIn, Actor::Stranger);
            draft.on("user", user.map(|u| u.id.0), &name.shown)
        };
        if let Err(until) = lockout.check(ctx.now) {
            let draft = draft(user.as_ref()).failed("locked-out").detail(WORDS);
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            return Err(Refusal::Blocked(until).into());
        }
        // Counted before it is known whether it is right: of a hundred guesses at once, ten are looked at (OT-11).
        let counted = lockout
            .clone()
            .failed(digest, self.settings.lockout, ctx.now);
        tx.save_lockout(&bucket, &counted).await?;
        let there = tx.pass_of(id, ctx.now).await?;
        tx.commit().await?;

        let verifier = there.as_ref().map(|(_, verifier)| verifier.as_str());
        let whose = (tenant, id);
        let checked = self
            .hasher
            .check_in(&self.keys, whose, Place::Pass, verifier, &prepared)
            .await;
        let right = match checked {
            Ok(checked) => checked == Checked::Right,
            Err(Error::Refused(Refusal::Busy)) => {
                // Nothing was tried, so nothing counts (OT-23).
                if counted.failures > lockout.failures {
                    let mut tx = self.db.write(tenant).await?;
                    self.uncount(&mut tx, &bucket, digest, ctx).await?;
                    tx.commit().await?;
                }
                return Err(Refusal::Busy.into());
            }
            Err(fault) => return Err(fault),
        };

        let mut tx = self.db.write(tenant).await?;
        // Hashing took a while: see `sign_in`. A new password, a block and the like take the same lock (INV-3).
        let place = self.place(&mut tx, ctx, id, &name.key).await?;
        self.lock_place(&mut tx, &place, ctx.now).await?;
        let user = tx.user(id).await?.filter(|u| u.deleted_at.is_none());
        let reason = match (&user, &there) {
            (None, _) => "unknown-name",
            (Some(_), None) => "no-pass",
            (Some(_), Some(_)) if !right => "wrong-pass",
            (Some(user), Some((pass, _))) => match self.why_dead(&mut tx, user, pass).await? {
                Some(why) => why,
                None if tx.use_pass(pass, ctx.now).await? => {
                    tx.clear_lockout(&bucket).await?;
                    let (user, next) = (user.clone(), Some(Next::Enter));
                    let by = By::Pass(*pass);
                    return self.enter(tx, ctx, &place, user, next, by).await;
                }
                None => "no-pass",
            },
        };
        let draft = draft(user.as_ref()).failed(reason);
        let draft = draft.detail(match counted.locked_until {
            Some(until) if until > ctx.now => {
                format!("{WORDS}, locked until {}", rfc3339(until))
            }
            _ => WORDS.to_owned(),
        });
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Err(counted
            .check(ctx.now)
            .map_or_else(Refusal::Blocked, |()| Refusal::PassWrong)
            .into())
    }

    /// Marks a session as one that began with a pass, and tells the owner. For registration it is a fresh proof, of no
    /// method: nothing that is added waits less because of it (docs/adr/0022), nor is it one of an administrator's two.
    pub(crate) async fn entered_by_pass(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
        session: SessionId,
        pass: &Pass,
    ) -> Result<()> {
        let ends = pass.ends_session(ctx.now);
        tx.session_by_pass(session, pass.id, ends).await?;
        tx.session_proved(session, None, ctx.now).await?;
        let link = self.not_me_link(tx, ctx, account.user.id).await?;
        let letter = Letter {
            name: "pass-used",
            args: circumstances(ctx, &account.user),
            worded: None,
            link: Some(link),
        };
        self.notify_user(tx, ctx, &account.user, &account.methods, &letter)
            .await
    }

    /// Why a pass whose text was right opens nothing, as everything is now.
    async fn why_dead(
        &self,
        tx: &mut Tx,
        user: &User,
        pass: &Pass,
    ) -> Result<Option<&'static str>> {
        if !tx.policy().await?.policy.pass.enabled {
            return Ok(Some("passes-off"));
        }
        if user.held_at.is_some() {
            return Ok(Some("account-held"));
        }
        if !user.is_active() {
            return Ok(Some("account-disabled"));
        }
        let Some(issuer) = tx.user(pass.issued_by).await? else {
            return Ok(Some("not-allowed"));
        };
        let (roles, held) = (tx.roles_of(issuer.id).await?, tx.roles_of(user.id).await?);
        let judged = pass::judge((&issuer, &roles), (user, &held));
        Ok(judged.is_err().then_some("not-allowed"))
    }
}

/// For the audit log.
pub(crate) const WORDS: &str = "by Temporary Access Pass";
