//! Changing a password that one knows, at will or because one must.

mod directory;
mod history;
mod suggest;
mod terms;

pub(crate) use directory::shape;
pub use terms::{Demand, Source, Terms};

use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::hash::Checked;
use crate::notices::{Letter, circumstances};
use crate::passthrough::Home;
use crate::password::history::Past;
use crate::policy::Trial;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::SessionId;
use keyward_core::password::rules::PasswordRules;
use keyward_core::password::{
    self as rules, Fault, Prepared, banned, reaches_a_directory_unaltered,
};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::session::Stage;

/// A new password, typed twice.
pub struct NewPassword {
    /// Once.
    pub first: Secret,
    /// And again.
    pub second: Secret,
}

impl NewPassword {
    /// One that nobody types.
    pub(crate) fn typed_once(text: &str) -> Self {
        Self {
            first: Secret::new(text.to_owned()),
            second: Secret::new(text.to_owned()),
        }
    }
}

/// What an organisation asks of new passwords, whoever has them.
pub(crate) struct Demands {
    /// Its name.
    organisation: String,
    /// Words that it bans.
    banned: banned::Terms,
    /// What else it asks for.
    pub(crate) rules: PasswordRules,
}

impl Demands {
    /// Of an organisation that has just got its name.
    pub(crate) fn of_new(organisation: &str) -> Self {
        Self {
            organisation: organisation.to_owned(),
            banned: banned::Terms::default(),
            rules: PasswordRules::default(),
        }
    }
}

impl App {
    /// What this organisation asks of new passwords.
    pub(crate) async fn demands(&self, tx: &mut Tx) -> Result<Demands> {
        let policy = tx.policy().await?.policy;
        Ok(Demands {
            organisation: self.organisation(tx).await?,
            banned: policy.banned_words.terms(),
            rules: policy.password_rules,
        })
    }

    fn asked<'a>(
        &self,
        demands: &'a Demands,
        home: Option<&Home>,
        names: &'a [&'a str],
        breached: &'a dyn Fn(&Prepared) -> bool,
    ) -> rules::Demands<'a> {
        let ours = self.length(demands);
        rules::Demands {
            length: home.map_or(ours, |home| home.length(ours)),
            kinds: demands.rules.kinds,
            banned: &demands.banned,
            names,
            breached,
        }
    }

    /// How a password would be judged that is nobody's.
    pub(crate) fn try_password(&self, demands: &Demands, typed: &Secret) -> Trial {
        let names = [demands.organisation.as_str()];
        let breached = |password: &Prepared| self.is_breached(password);
        let asked = self.asked(demands, None, &names, &breached);
        Trial {
            words: banned::judge(typed.expose(), &demands.banned, &names),
            faults: rules::faults(typed, &asked),
            terms: self.terms_of(demands),
        }
    }

    /// What is wrong with a new password for this user; nothing when it may be set.
    pub(crate) fn judge(
        &self,
        user: &User,
        home: Option<&Home>,
        demands: &Demands,
        new: &NewPassword,
    ) -> Vec<Fault> {
        let p = &user.profile;
        let organisation = demands.organisation.as_str();
        let mut context = vec![user.upn.as_str(), p.display_name.as_str(), organisation];
        context.extend(
            [&p.given_name, &p.surname, &p.mail, &p.other_mail]
                .into_iter()
                .flatten()
                .map(String::as_str),
        );
        let breached = |password: &Prepared| self.is_breached(password);
        let asked = self.asked(demands, home, &context, &breached);
        let mut found = rules::faults(&new.first, &asked);
        if let Some(home) = home {
            if found.is_empty() && home.rules.complexity && !shape(home, user, new).is_complex() {
                found.push(Fault::Complexity);
            }
            // What reaches the directory is byte for byte what was accepted, whoever sends it later (UN-02).
            if found.is_empty() && !reaches_a_directory_unaltered(&new.first) {
                found.push(Fault::Altered);
            }
        }
        if found.is_empty() && new.first.expose() != new.second.expose() {
            found.push(Fault::Mismatch);
        }
        found
    }

    /// What is wrong with a new password, while its owner is typing it.
    pub async fn preview_my_password(
        &self,
        me: &Principal,
        new: &NewPassword,
    ) -> Result<Vec<Fault>> {
        let mut tx = self.db.read(me.tenant()).await?;
        let demands = self.demands(&mut tx).await?;
        let home = self.home(&mut tx, Some(&me.user), "").await?;
        Ok(self.judge(&me.user, home.as_ref(), &demands, new))
    }

    /// Changes the password of a signed-in user, who types the old one in the same request (P-09). Wrong old
    /// passwords count like wrong sign-ins (ST-20).
    pub async fn change_password(
        &self,
        ctx: &Ctx,
        me: &Principal,
        old: Secret,
        new: NewPassword,
    ) -> Result<()> {
        me.full()?;
        let mut tx = self.db.read(me.tenant()).await?;
        let home = self.home(&mut tx, Some(&me.user), "").await?;
        drop(tx);
        if let Some(home) = home {
            return self.change_in_directory(ctx, me, &home, old, new).await;
        }
        let name = me.user.upn.key();
        let digest = self.wrong_password_digest(me.tenant(), &name, &old);
        let mut tx = self.db.write(me.tenant()).await?;
        let place = self.place(&mut tx, ctx, me.user.id, &name).await?;
        let bucket = place.bucket;
        let lockout = tx.lock_lockout(&bucket, ctx.now).await?;
        lockout.check(ctx.now).map_err(Refusal::LockedOut)?;
        let counted = lockout
            .clone()
            .failed(digest, self.settings.lockout, ctx.now);
        tx.save_lockout(&bucket, &counted).await?;
        let verifier = tx.verifier(me.user.id).await?;
        let demands = self.demands(&mut tx).await?;
        let past = self.past(&mut tx, &me.user, demands.rules.history).await?;
        tx.commit().await?;

        let right = match Prepared::new(&old) {
            Ok(prepared) => {
                let whose = (me.tenant(), me.user.id);
                match self
                    .hasher
                    .check(&self.keys, whose, verifier.as_deref(), &prepared)
                    .await
                {
                    Err(Error::Refused(Refusal::Busy)) => {
                        if counted.failures > lockout.failures {
                            let mut tx = self.db.write(me.tenant()).await?;
                            self.uncount(&mut tx, &bucket, digest, ctx).await?;
                            tx.commit().await?;
                        }
                        return Err(Refusal::Busy.into());
                    }
                    other => other? == Checked::Right,
                }
            }
            Err(_) => false,
        };
        if !right {
            let draft = Draft::own(ctx, Activity::PasswordChanged, &me.user)
                .failed("wrong-current-password");
            return self
                .refuse_change(me, draft, Refusal::CurrentPasswordWrong)
                .await;
        }
        if counted.failures > lockout.failures {
            let mut tx = self.db.write(me.tenant()).await?;
            self.uncount(&mut tx, &bucket, digest, ctx).await?;
            tx.commit().await?;
        }

        let mut found = self.judge(&me.user, None, &demands, &new);
        if Prepared::new(&old).ok().map(|p| p.bytes().to_vec())
            == Prepared::new(&new.first).ok().map(|p| p.bytes().to_vec())
        {
            found.push(Fault::SameAsOld);
        }
        let tx = self.finish_change(ctx, me, &new, found, &past).await?;
        self.commit(tx).await
    }

    /// Sets the password of somebody whose temporary or expired one has just been accepted. The session becomes a
    /// full one under a new token.
    pub async fn change_required_password(
        &self,
        ctx: &Ctx,
        me: &Principal,
        new: NewPassword,
    ) -> Result<String> {
        if me.session.stage != Stage::MustChangePassword
            || ctx.now >= me.session.created_at + self.settings.fresh_sign_in
        {
            return Err(Refusal::SignInNeeded.into());
        }
        let mut tx = self.db.read(me.tenant()).await?;
        let home = self.home(&mut tx, Some(&me.user), "").await?;
        let demands = self.demands(&mut tx).await?;
        let past = self.past(&mut tx, &me.user, demands.rules.history).await?;
        drop(tx);
        if let Some(home) = home {
            return self.change_required_in_directory(ctx, me, &home, new).await;
        }
        let found = self.judge(&me.user, None, &demands, &new);
        let tx = self.finish_change(ctx, me, &new, found, &past).await?;
        self.exchange_session(tx, ctx, me).await
    }

    pub(super) async fn exchange_session(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        me: &Principal,
    ) -> Result<String> {
        if !tx.end_session(me.session.id).await? {
            // It was ended by somebody else meanwhile, and is not made good by this.
            return Err(Refusal::SignInNeeded.into());
        }
        let (token, _) = self
            .begin_session(&mut tx, ctx, &me.user, Stage::Full)
            .await?;
        self.commit(tx).await?;
        Ok(token)
    }

    pub(super) async fn refuse_faults(
        &self,
        ctx: &Ctx,
        me: &Principal,
        found: Vec<Fault>,
    ) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        let why = found.iter().map(|f| f.code()).collect::<Vec<_>>().join(" ");
        let draft = Draft::own(ctx, Activity::PasswordChanged, &me.user).failed(&why);
        self.refuse_change(me, draft, Refusal::Password(found))
            .await
    }

    /// Sets the password, ends what must end, tells the user. The transaction is left open: a required change goes on
    /// to exchange the session in it.
    async fn finish_change(
        &self,
        ctx: &Ctx,
        me: &Principal,
        new: &NewPassword,
        found: Vec<Fault>,
        past: &Past,
    ) -> Result<Tx> {
        self.refuse_faults(ctx, me, found).await?;
        let prepared = Prepared::new(&new.first).map_err(|f| Refusal::Password(vec![f]))?;
        let used = self.used_before(past, &prepared).await?;
        self.refuse_faults(ctx, me, used.into_iter().collect())
            .await?;
        let verifier = self
            .hasher
            .hash(
                &self.keys,
                &*self.entropy,
                (me.tenant(), me.user.id),
                &prepared,
            )
            .await?;
        let mut tx = self.db.write(me.tenant()).await?;
        if !self
            .replace_password(&mut tx, &me.user, &verifier, false, ctx.now)
            .await?
        {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        self.after_new_password(&mut tx, &me.user, Some(me.session.id))
            .await?;
        self.record(
            &mut tx,
            Draft::own(ctx, Activity::PasswordChanged, &me.user),
        )
        .await?;
        let methods = tx.methods_of(me.user.id).await?;
        let link = self.not_me_link(&mut tx, ctx, me.user.id).await?;
        let args = circumstances(ctx, &me.user);
        let letter = Letter {
            name: "password-changed",
            args,
            worded: None,
            link: Some(link),
        };
        self.notify_user(&mut tx, ctx, &me.user, &methods, &letter)
            .await?;
        Ok(tx)
    }

    async fn refuse_change<T>(&self, me: &Principal, draft: Draft, refusal: Refusal) -> Result<T> {
        let mut tx = self.db.write(me.tenant()).await?;
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Err(refusal.into())
    }

    /// What a new password ends, in the transaction that sets it: other sessions, open resets, codes and lockouts
    /// (F-09, F-16, INV-3).
    ///
    /// The counters of proofs stay. A completed reset and administrators clear them; whoever merely knows the password
    /// could else guess four codes, change it, and guess again.
    pub(crate) async fn after_new_password(
        &self,
        tx: &mut Tx,
        user: &User,
        keep: Option<SessionId>,
    ) -> Result<()> {
        tx.void_everything_of(user.id).await?;
        // A sign-in with the old password that is under way right now takes the same lock, and then sees the new one.
        let bucket = self.lockout_bucket(tx.tenant(), &user.upn.key());
        tx.lock_lockout(&bucket, self.clock.now()).await?;
        self.clear_lockouts(tx, user.id, &user.upn.key()).await?;
        tx.end_sessions(user.id, keep).await?;
        Ok(())
    }
}
