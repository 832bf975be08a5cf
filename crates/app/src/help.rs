//! "Contact your administrator": what administrators are told when somebody can't go on alone.

use crate::audit::Draft;
use crate::error::Result;
use crate::limits::{Counted, Subject};
use crate::notices::{Letter, circumstances};
use crate::signin::nobody;
use crate::users::new_user;
use crate::{App, Ctx, Principal};
use keyward_core::audit::{Activity, Actor};
use keyward_core::policy::Standing;
use keyward_core::refusal::Refusal;
use keyward_core::text::UserPrincipalName;
use keyward_core::throttle::Rule;
use keyward_core::time::hours;
use keyward_core::user::{Profile, User};
use keyward_store::Tx;

/// One mail for each subject and hour.
const CALLS: Rule = Rule {
    limit: 1,
    window: hours(1),
    block: hours(1),
};

/// Stands in a letter that nobody gets.
const NOBODY: &str = "nobody@nowhere.invalid";

impl App {
    /// Asks the administrators for help by somebody who is signed in, but can prove nothing that they registered, or
    /// can't register. Where the organisation has a help desk, that is the way.
    pub async fn ask_for_help_signed_in(&self, ctx: &Ctx, me: &Principal) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        if tx.policy().await?.policy.helpdesk.is_some() {
            return Err(Refusal::NotOffered.into());
        }
        let subject = Subject::User(me.user.id);
        if self.may_call(&mut tx, ctx, &subject).await? {
            let reason = if self.is_blocked(&mut tx, ctx, &subject).await? {
                "blocked"
            } else {
                "signed-in"
            };
            let told = self
                .tell_helpers(&mut tx, ctx, &me.user, reason, true)
                .await?;
            let draft = Draft::own(ctx, Activity::HelpAsked, &me.user);
            self.record(&mut tx, draft.detail(format!("{told} told; {reason}")))
                .await?;
        }
        self.commit(tx).await
    }

    /// Whether this subject has not called for help a short while ago.
    pub(crate) async fn may_call(&self, tx: &mut Tx, ctx: &Ctx, subject: &Subject) -> Result<bool> {
        let bucket = self.bucket(tx.tenant(), &Counted::Help(subject));
        let counter = tx.lock_counter(&bucket, ctx.now).await?;
        let (counter, first) = counter.hit(CALLS, ctx.now);
        tx.save_counter(&bucket, &counter).await?;
        Ok(first.is_ok())
    }

    /// Mails those who can help: who asks, and why it didn't work, so that they need not find out.
    ///
    /// For a name that nobody has, the same is looked up, worded and enqueued, and nobody is told: they are not to be
    /// flooded with invented names (EN-07).
    pub(crate) async fn mail_for_help(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        subject: &Subject,
        user: Option<User>,
        name: &str,
    ) -> Result<()> {
        let known = user.is_some();
        let upn =
            UserPrincipalName::parse(NOBODY).map_err(|e| crate::Error::Fault(e.to_string()))?;
        let stand_in = new_user(ctx, tx.tenant(), nobody(), upn, Profile::default());
        let account = self.complete(tx, user.unwrap_or(stand_in)).await?;
        let blocked = self.is_blocked(tx, ctx, subject).await?;
        let reason = match account.standing(ctx.now) {
            Standing::Able(_) if blocked => "blocked",
            Standing::Able(_) => "able",
            Standing::Unable(why) => why.code(),
        };
        let told = self
            .tell_helpers(tx, ctx, &account.user, reason, known)
            .await?;
        let draft = Draft::new(ctx, Activity::HelpAsked, Actor::Stranger);
        let draft = if known {
            let draft = draft.on_user(&account.user);
            draft.detail(format!("{told} told; {reason}"))
        } else {
            draft.on("user", None, name).failed("unknown-name")
        };
        self.record(tx, draft).await
    }

    async fn tell_helpers(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &User,
        reason: &str,
        really: bool,
    ) -> Result<usize> {
        let helpers = self.helpers(tx, Some(user.id)).await?;
        let letter = Letter {
            name: "help",
            args: circumstances(ctx, user),
            worded: Some(("reason", format!("mail-help-reason-{reason}"))),
            link: Some(format!(
                "{}/admin/users/{}",
                self.settings.public_url, user.id
            )),
        };
        self.write_to_admins(tx, ctx, &helpers, &letter, really)
            .await?;
        Ok(helpers.len())
    }

    /// Whether a subject gave too many wrong proofs, or asked for too many messages.
    async fn is_blocked(&self, tx: &mut Tx, ctx: &Ctx, subject: &Subject) -> Result<bool> {
        let mut blocked = false;
        for bucket in self
            .buckets_against(tx.tenant(), subject, &[])
            .iter()
            .flatten()
        {
            blocked |= tx.counter(bucket).await?.check(ctx.now).is_err();
        }
        Ok(blocked)
    }
}
