//! Security info: the methods one has, a fresh proof before they change, and what administrators may do with them.

use crate::account::Account;
use crate::attempt::Attempt;
use crate::audit::Draft;
use crate::codes::Send;
use crate::error::{Result, taken};
use crate::limits::Subject;
use crate::notices::{Letter, circumstances};
use crate::quarantine::{WAITS, told_wait, waits_until};
use crate::registration::{meant, named};
use crate::users::not_oneself;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::challenge::Purpose;
use keyward_core::ids::{MethodId, UserId};
use keyward_core::method::{Carrier, Method, MethodKind, Origin};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::secret::Secret;

impl App {
    /// Whether security info may be changed right now without another proof.
    #[must_use]
    pub fn has_fresh_proof(&self, ctx: &Ctx, me: &Principal, methods: &[Method]) -> bool {
        self.needs_fresh_proof(ctx, me, !methods.is_empty()).is_ok()
    }

    /// Asks for a code of a method one has, to prove oneself before changing security info.
    pub async fn send_step_up(&self, ctx: &Ctx, me: &Principal, method: MethodId) -> Result<()> {
        self.send_step_up_by(ctx, me, method, None).await
    }

    /// The same by a way that was chosen.
    pub async fn send_step_up_by(
        &self,
        ctx: &Ctx,
        me: &Principal,
        method: MethodId,
        by: Option<Carrier>,
    ) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let methods = tx.methods_of(me.user.id).await?;
        let method = methods
            .iter()
            .find(|m| m.id == method)
            .ok_or(Refusal::NotFound)?;
        let by = self.way(&tx.policy().await?.policy, method.kind(), by)?;
        let organisation = self.organisation(&mut tx).await?;
        let subject = Subject::User(me.user.id);
        let send = Send {
            purpose: Purpose::StepUp,
            owner: me.session.id.0,
            subject: &subject,
            user: Some(me.user.id),
            method: Some(method.id),
            kind: method.kind(),
            by,
            means: Some(&method.means),
            decoy: "",
            organisation: &organisation,
        };
        let sent = self.send_code(&mut tx, ctx, &send).await?;
        let (kind, to) = (method.kind(), method.means.told());
        let draft = Draft::own(ctx, Activity::SecurityInfoCodeSent, &me.user)
            .detail(format!("as a fresh proof by {kind}: {to}"))
            .ended(sent.as_ref().err());
        self.record(&mut tx, draft).await?;
        self.commit(tx).await?;
        sent?;
        Ok(())
    }

    /// The kind of method that this session was asked to prove last, and who carries its code.
    pub async fn asked_step_up(
        &self,
        me: &Principal,
    ) -> Result<Option<(MethodKind, Option<Carrier>)>> {
        let mut tx = self.db.read(me.tenant()).await?;
        self.asked_kind(&mut tx, me.session.id.0, Purpose::StepUp)
            .await
    }

    /// Who carries the code that this session asked for last to register something.
    pub async fn asked_registration(&self, me: &Principal) -> Result<Option<Carrier>> {
        let mut tx = self.db.read(me.tenant()).await?;
        let asked = self
            .asked_kind(&mut tx, me.session.id.0, Purpose::Register)
            .await?;
        Ok(asked.and_then(|(_, by)| by))
    }

    /// Judges that code.
    pub async fn answer_step_up(&self, ctx: &Ctx, me: &Principal, typed: &Secret) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let subject = Subject::User(me.user.id);
        let answered = self
            .answer_code(
                &mut tx,
                ctx,
                Purpose::StepUp,
                me.session.id.0,
                &subject,
                typed,
            )
            .await?;
        match &answered {
            Ok(answered) => {
                let by = answered.challenge().method;
                tx.session_proved(me.session.id, by, ctx.now).await?;
                if let Some(method) = by {
                    let account = self.account(&mut tx, me.user.id).await?;
                    let account = account.ok_or(Refusal::SignInNeeded)?;
                    self.note_proof(&mut tx, ctx, me.session.id, &account, method)
                        .await?;
                    tx.touch_method(method, ctx.now).await?;
                    if answered.challenge().kind == MethodKind::RecoveryCodes {
                        let draft = Draft::own(ctx, Activity::SecurityInfoUpdated, &me.user)
                            .detail("fresh proof by a recovery code");
                        self.record(&mut tx, draft).await?;
                        self.tell_of_code(&mut tx, ctx, &me.user, method).await?;
                    }
                }
            }
            Err(refusal) => {
                let draft = Draft::own(ctx, Activity::SecurityInfoUpdated, &me.user)
                    .detail("fresh proof")
                    .failed(refusal.code());
                self.record(&mut tx, draft).await?;
            }
        }
        self.commit(tx).await?;
        answered?;
        Ok(())
    }

    /// Removes a method of one's own. Not the last ones that the policy asks for.
    pub async fn remove_my_method(&self, ctx: &Ctx, me: &Principal, id: MethodId) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let account = self
            .account(&mut tx, me.user.id)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        let method = account
            .methods
            .iter()
            .find(|m| m.id == id)
            .ok_or(Refusal::NotFound)?;
        self.needs_fresh_proof(ctx, me, true)?;
        let rest: Vec<Method> = account
            .methods
            .iter()
            .filter(|m| m.id != id)
            .cloned()
            .collect();
        let rules = account.rules();
        if account.in_scope()
            && rules.is_satisfied_by(&account.methods)
            && !rules.is_satisfied_by(&rest)
        {
            return Err(Refusal::StillNeeded.into());
        }
        tx.delete_method(me.user.id, id).await?;
        let draft = Draft::own(ctx, Activity::SecurityInfoDeleted, &me.user);
        self.record(&mut tx, removal(draft, method)).await?;
        self.tell_of_removal(&mut tx, ctx, &account, method, "method-removed")
            .await?;
        self.commit(tx).await
    }

    /// Adds a method for somebody else, vouched for by the administrator.
    pub async fn add_method_for(
        &self,
        ctx: &Ctx,
        me: &Principal,
        user: UserId,
        kind: MethodKind,
        typed: &str,
    ) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::AdminRegisteredInfo, user);
        self.attempt(attempt, async {
            // One's own methods are proved, not entered: a stolen administrator's session must not do without (AZ-05).
            not_oneself(me, user)?;
            // What somebody holds, only they can set up: nobody else ever knows its secret (T-06).
            if kind.carrier().is_none() {
                return Err(Refusal::NotOffered.into());
            }
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self
                .target(&mut tx, me, user, Permission::WriteMethods)
                .await?;
            let means = meant(&account, kind, typed)?;
            self.acceptable(&mut tx, &account, &means, None).await?;
            let method = Method {
                id: MethodId(self.entropy.uuid()),
                user,
                means,
                origin: Origin::Administrator,
                created_at: ctx.now,
                last_used_at: None,
                confirmed: self.is_onboarding(&mut tx, ctx, &account).await?,
            };
            taken(tx.insert_method(&method).await, Refusal::AlreadyRegistered)?;
            let draft =
                Draft::new(ctx, Activity::AdminRegisteredInfo, me.actor()).on_user(&account.user);
            let draft = draft
                .detail(kind.code())
                .change(kind.code(), None, Some(method.means.told()))
                .change(WAITS, None, waits_until(&account, &method, ctx));
            self.record(&mut tx, draft).await?;
            let link = self.not_me_link(&mut tx, ctx, user).await?;
            let mut args = circumstances(ctx, &account.user);
            args.extend(named("method", "kind", &method));
            args.extend(told_wait(&account, &method, ctx.now));
            let letter = Letter {
                name: "method-added-by-admin",
                args,
                worded: None,
                link: Some(link),
            };
            let all = account.methods.iter().chain([&method]);
            let to = all.filter_map(|m| m.means.destination());
            self.notify_user_at(&mut tx, ctx, &account.user, to, &letter)
                .await?;
            self.commit(tx).await
        })
        .await
    }

    /// Removes a method of somebody else; without `id`, all of them: the user registers anew.
    pub async fn remove_methods_of(
        &self,
        ctx: &Ctx,
        me: &Principal,
        user: UserId,
        id: Option<MethodId>,
    ) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::AdminDeletedInfo, user);
        self.attempt(attempt, async {
            not_oneself(me, user)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self
                .target(&mut tx, me, user, Permission::WriteMethods)
                .await?;
            let gone: Vec<&Method> = account
                .methods
                .iter()
                .filter(|m| id.is_none_or(|id| m.id == id))
                .collect();
            if gone.is_empty() {
                return Err(Refusal::NotFound.into());
            }
            tx.lock_user(user).await?;
            tx.void_everything_of(user).await?;
            for method in gone {
                tx.delete_method(user, method.id).await?;
                let draft =
                    Draft::new(ctx, Activity::AdminDeletedInfo, me.actor()).on_user(&account.user);
                self.record(&mut tx, removal(draft, method)).await?;
                let name = "method-removed-by-admin";
                self.tell_of_removal(&mut tx, ctx, &account, method, name)
                    .await?;
            }
            self.commit(tx).await
        })
        .await
    }

    pub(crate) async fn tell_of_removal(
        &self,
        tx: &mut keyward_store::Tx,
        ctx: &Ctx,
        account: &Account,
        gone: &Method,
        name: &'static str,
    ) -> Result<()> {
        let link = self.not_me_link(tx, ctx, account.user.id).await?;
        let mut args = circumstances(ctx, &account.user);
        args.extend(named("method", "kind", gone));
        let letter = Letter {
            name,
            args,
            worded: None,
            link: Some(link),
        };
        // It is one of them still, as they were loaded.
        let (user, methods) = (&account.user, &account.methods);
        self.notify_user(tx, ctx, user, methods, &letter).await
    }
}

fn removal(draft: Draft, method: &Method) -> Draft {
    let kind = method.kind().code();
    draft
        .detail(kind)
        .change(kind, Some(method.means.told()), None)
}
