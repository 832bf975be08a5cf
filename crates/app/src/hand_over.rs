//! Handing an account over to its owner, by a link that an administrator shows them.
//!
//! It needs no mail server, and it is the only way back after "It wasn't me". What the link opens is judged three
//! times by the same rule ([`keyward_core::hand_over::judge`]): when it is made, when it is used, and when the new
//! password is set. A reset that it begins walks the same pages as any other, without their gates.

use crate::account::Account;
use crate::attempt::Attempt;
use crate::audit::Draft;
use crate::error::Result;
use crate::keys::Bond;
use crate::notices::{Letter, circumstances};
use crate::users::not_oneself;
use crate::{App, Ctx, Principal};
use keyward_core::audit::{Activity, Actor};
use keyward_core::hand_over::{HandOver, Handed, Opens, judge};
use keyward_core::ids::{HandOverId, MethodId, ResetId, SessionId, TenantId, UserId};
use keyward_core::method::{Channel, MethodKind};
use keyward_core::refusal::Refusal;
use keyward_core::reset::{Goal, Reset, State};
use keyward_core::role::Permission;
use keyward_core::secret::Secret;
use keyward_core::time::{Timestamp, minutes};
use keyward_core::user::User;
use keyward_core::writeback::Told;
use keyward_store::Tx;

/// What an administrator sees before they hand an account over.
#[derive(Debug)]
pub struct Desk {
    /// Whose account.
    pub user: User,
    /// What a link may open.
    pub offered: Vec<Opens>,
    /// The link that is good now, and who made it.
    pub open: Option<(HandOver, String)>,
    /// Minutes for which a new one will be.
    pub minutes: u16,
    /// Methods that its owner has registered.
    pub methods: usize,
}

/// A link that was just made. It is stored nowhere.
pub struct Made {
    /// The address to open.
    pub url: Secret,
    /// Until when it is good.
    pub until: Timestamp,
}

/// What somebody who opens a link sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it opens.
    pub opens: Opens,
    /// Whose account it is.
    pub user_name: String,
    /// Who that is.
    pub user: UserId,
}

/// The token is good for this link, this user and what it opens: a row that was changed in the database opens nothing.
fn bond(tenant: TenantId, link: &HandOver) -> Bond<'static> {
    Bond {
        kind: match link.opens {
            Opens::SecurityInfo => "hand-over-security-info",
            Opens::Password => "hand-over-password",
            Opens::Account => "hand-over-account",
        },
        tenant,
        user: Some(link.user),
        row: link.id.0,
    }
}

impl App {
    /// The channels by which somebody has proved who they are in this session a short while ago.
    pub async fn fresh_channels(&self, ctx: &Ctx, me: &Principal) -> Result<Vec<Channel>> {
        let mut tx = self.db.read(me.tenant()).await?;
        self.channels_in(&mut tx, ctx, me).await
    }

    /// Counts a method that was proved in a session towards two. One that waits counts for nothing: whoever took the
    /// session over may have just added it.
    pub(crate) async fn note_proof(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        session: SessionId,
        account: &Account,
        method: MethodId,
    ) -> Result<()> {
        let proved = account.methods.iter().find(|m| m.id == method);
        match proved.filter(|m| account.waits_until(m, ctx.now).is_none()) {
            Some(method) => Ok(tx.note_proof(session, method.kind(), ctx.now).await?),
            None => Ok(()),
        }
    }

    async fn channels_in(&self, tx: &mut Tx, ctx: &Ctx, me: &Principal) -> Result<Vec<Channel>> {
        let after = ctx.now - self.settings.fresh_proof;
        let kinds = tx.proved_since(me.session.id, after).await?;
        let mut channels = Vec::new();
        for channel in kinds.into_iter().map(MethodKind::channel) {
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Ok(channels)
    }

    /// Refuses unless two methods of different channels were proved in this session a short while ago: what undoes
    /// "It wasn't me" must not hang on one stolen session.
    pub(crate) async fn needs_two_proofs(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
    ) -> Result<()> {
        if self.channels_in(tx, ctx, me).await?.len() >= 2 {
            return Ok(());
        }
        let account = self.account(tx, me.user.id).await?;
        let account = account.ok_or(Refusal::SignInNeeded)?;
        let mut channels: Vec<Channel> = Vec::new();
        for method in &account.methods {
            let channel = method.kind().channel();
            if account.waits_until(method, ctx.now).is_none() && !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Err(if channels.len() < 2 {
            Refusal::TwoProofsNeeded.into()
        } else {
            Refusal::FreshProofNeeded.into()
        })
    }

    /// Whether a link that opens this could be asked for right now without another proof.
    pub async fn may_hand_over_now(
        &self,
        ctx: &Ctx,
        me: &Principal,
        opens: Opens,
    ) -> Result<Result<(), Refusal>> {
        let mut tx = self.db.read(me.tenant()).await?;
        match self.proved_enough(&mut tx, ctx, me, opens).await {
            Ok(()) => Ok(Ok(())),
            Err(crate::Error::Refused(refusal)) => Ok(Err(refusal)),
            Err(fault) => Err(fault),
        }
    }

    pub(crate) async fn proved_enough(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        opens: Opens,
    ) -> Result<()> {
        if opens == Opens::Account {
            return self.needs_two_proofs(tx, ctx, me).await;
        }
        let has_methods = !tx.methods_of(me.user.id).await?.is_empty();
        Ok(self.needs_fresh_proof(ctx, me, has_methods)?)
    }

    /// What may be handed over of somebody, and the link that is good now.
    pub async fn hand_over_desk(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<Desk> {
        me.needs(Permission::ReadUsers)?;
        not_oneself(me, id)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
        let judged = |opens: Opens| judge_account((&me.user, &me.roles), &account, opens);
        let mut offered = Vec::new();
        let mut refusal = Refusal::NotAllowed;
        for opens in Opens::ALL {
            match judged(opens) {
                Ok(handed) => offered.push(handed.opens()),
                Err(why) => refusal = why,
            }
        }
        if offered.is_empty() {
            return Err(refusal.into());
        }
        let open = match tx.open_hand_over(id, ctx.now).await? {
            Some(link) => {
                let by = tx.user(link.issued_by).await?;
                Some((link, by.map(|u| u.upn.to_string()).unwrap_or_default()))
            }
            None => None,
        };
        Ok(Desk {
            offered,
            open,
            minutes: account.policy.hand_over_minutes,
            methods: account.methods.len(),
            user: account.user,
        })
    }

    /// Makes a link, returned once. One that nobody has used dies.
    pub async fn make_hand_over(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: UserId,
        opens: Opens,
    ) -> Result<Made> {
        let attempt = Attempt::user(ctx, me, Activity::HandOverIssued, id);
        self.attempt(attempt, async {
            me.full()?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            judge_account((&me.user, &me.roles), &account, opens)?;
            self.proved_enough(&mut tx, ctx, me, opens).await?;
            tx.lock_user(id).await?;
            let link = HandOver {
                id: HandOverId(self.entropy.uuid()),
                user: id,
                opens,
                issued_by: me.user.id,
                credential_epoch: account.user.credential_epoch,
                created_at: ctx.now,
                expires_at: ctx.now + minutes(u64::from(account.policy.hand_over_minutes)),
            };
            let bond = bond(me.tenant(), &link);
            let token = self.keys.bound_token(bond, &*self.entropy);
            let mac = self.keys.token_mac("hand-over", &token);
            tx.insert_hand_over(&link, &mac).await?;
            let draft = Draft::new(ctx, Activity::HandOverIssued, me.actor());
            let draft = draft.on_user(&account.user).detail(opens.code());
            self.record(&mut tx, draft).await?;
            self.tell_of_hand_over(&mut tx, ctx, &account, opens)
                .await?;
            self.commit(tx).await?;
            Ok(Made {
                url: Secret::new(format!("{}/hand-over/{token}", self.settings.public_url)),
                until: link.expires_at,
            })
        })
        .await
    }

    async fn tell_of_hand_over(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
        opens: Opens,
    ) -> Result<()> {
        let link = self.not_me_link(tx, ctx, account.user.id).await?;
        let mut args = circumstances(ctx, &account.user);
        args.push(("opens", opens.code().into()));
        let letter = Letter {
            name: "hand-over",
            args,
            worded: None,
            link: Some(link),
        };
        self.notify_user(tx, ctx, &account.user, &account.methods, &letter)
            .await
    }

    /// Ends the link of somebody, and what was begun with it and not finished.
    pub async fn withdraw_hand_over(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::HandOverWithdrawn, id);
        self.attempt(attempt, async {
            me.full()?;
            not_oneself(me, id)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            // Whoever could have made any of them.
            let mut allowed = Err(Refusal::NotAllowed);
            for permission in [Permission::ResetPasswords, Permission::WriteMethods] {
                let judged = me.outranks(&account.roles, permission);
                allowed = allowed.or(judged);
            }
            allowed?;
            if !tx.withdraw_hand_over(id, ctx.now).await? {
                return Err(Refusal::LinkDead.into());
            }
            let draft = Draft::new(ctx, Activity::HandOverWithdrawn, me.actor());
            self.record(&mut tx, draft.on_user(&account.user)).await?;
            self.commit(tx).await
        })
        .await
    }

    /// What a link opens, for the page that asks first. Looking spends nothing (TR-12).
    pub async fn hand_over(&self, ctx: &Ctx, token: &str) -> Result<Offer> {
        let (tenant, link) = self.link_of(ctx, token).await?;
        let mut tx = self.db.read(tenant).await?;
        let (account, _) = self.handed(&mut tx, &link).await?;
        Ok(Offer {
            opens: link.opens,
            user_name: account.user.upn.to_string(),
            user: account.user.id,
        })
    }

    async fn link_of(&self, ctx: &Ctx, token: &str) -> Result<(TenantId, HandOver)> {
        let mac = self.keys.token_mac("hand-over", token);
        let found = self
            .db
            .system_read()
            .await?
            .hand_over(&mac, ctx.now)
            .await?;
        let (tenant, link) = found.ok_or(Refusal::LinkDead)?;
        if !self.keys.is_bound(bond(tenant, &link), token) {
            tracing::error!(link = %link.id, "a hand-over link does not belong to its user: somebody wrote to the database");
            return Err(Refusal::LinkDead.into());
        }
        Ok((tenant, link))
    }

    /// Whether a link, or what was begun with one, still stands: who made it could make it still, and the password is
    /// the one that it was made for. To its holder it is dead otherwise, whatever the reason.
    async fn handed(&self, tx: &mut Tx, link: &HandOver) -> Result<(Account, Handed)> {
        let account = self.account(tx, link.user).await?;
        let account = account.ok_or(Refusal::LinkDead)?;
        let handed = self.handed_by(tx, link, &account).await?;
        Ok((account, handed.map_err(|_| Refusal::LinkDead)?))
    }

    pub(crate) async fn handed_by(
        &self,
        tx: &mut Tx,
        link: &HandOver,
        account: &Account,
    ) -> Result<Result<Handed, Refusal>> {
        let Some(issuer) = tx.user(link.issued_by).await? else {
            return Ok(Err(Refusal::LinkDead));
        };
        let roles = tx.roles_of(issuer.id).await?;
        if account.user.credential_epoch != link.credential_epoch {
            return Ok(Err(Refusal::LinkDead));
        }
        Ok(judge_account((&issuer, &roles), account, link.opens))
    }

    /// Begins a reset that stands on a link, and spends the link; the token is for the browser's cookie.
    pub async fn begin_handed_reset(&self, ctx: &Ctx, token: &str) -> Result<(String, Opens)> {
        let (tenant, link) = self.link_of(ctx, token).await?;
        let mut tx = self.db.write(tenant).await?;
        tx.lock_user(link.user).await?;
        let (account, handed) = self.handed(&mut tx, &link).await?;
        if !handed.opens().sets_password() {
            return Err(Refusal::LinkDead.into());
        }
        if let Some(home) = &account.home {
            self.may_write_back(&mut tx, home).await?;
        }
        self.use_up(&mut tx, ctx, &account.user, &link, Actor::Stranger)
            .await?;
        let reset = Reset {
            id: ResetId(self.entropy.uuid()),
            tenant,
            name_key: account.user.upn.key(),
            user: Some(account.user.id),
            goal: Goal::Reset,
            credential_epoch: account.user.credential_epoch,
            state: State::Open,
            started_at: ctx.now,
            expires_at: ctx.now + self.settings.reset_lifetime,
            proofs: Vec::new(),
        };
        let token = self
            .keys
            .bound_token(crate::reset::bond(&reset), &*self.entropy);
        let name = account.user.upn.to_string();
        tx.insert_reset(&reset, &self.keys.token_mac("reset", &token), &name)
            .await?;
        tx.stand_on(reset.id, link.id).await?;
        self.commit(tx).await?;
        Ok((token, link.opens))
    }

    /// Opens security info with a link for whoever has signed in: their methods need not be proved in this session.
    pub async fn use_hand_over(&self, ctx: &Ctx, me: &Principal, token: &str) -> Result<()> {
        me.full()?;
        let (tenant, link) = self.link_of(ctx, token).await?;
        let mut tx = self.db.write(tenant).await?;
        let (account, handed) = self.handed(&mut tx, &link).await?;
        if handed.opens() != Opens::SecurityInfo
            || me.tenant() != tenant
            || handed.user() != me.user.id
        {
            return Err(Refusal::LinkDead.into());
        }
        self.use_up(&mut tx, ctx, &account.user, &link, me.actor())
            .await?;
        tx.session_proved(me.session.id, None, ctx.now).await?;
        self.commit(tx).await
    }

    async fn use_up(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &User,
        link: &HandOver,
        actor: Actor,
    ) -> Result<()> {
        if !tx.spend_hand_over(link.id, ctx.now).await? {
            return Err(Refusal::LinkDead.into());
        }
        let draft = Draft::new(ctx, Activity::HandOverUsed, actor).on_user(user);
        self.record(tx, draft.detail(link.opens.code())).await
    }

    /// What follows from the new password of an account that was handed over as a whole, in the transaction that sets
    /// it: its methods go, with whoever could have added them, and so does the hold. Nothing of a reset by proofs.
    pub(crate) async fn finish_hand_over(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        reset: ResetId,
        account: &mut Account,
    ) -> Result<()> {
        let Some(link) = tx.hand_over_of(reset).await? else {
            return Ok(());
        };
        if link.opens != Opens::Account {
            return Ok(());
        }
        let id = account.user.id;
        for method in std::mem::take(&mut account.methods) {
            tx.delete_method(id, method.id).await?;
            let draft = Draft::own(ctx, Activity::SecurityInfoDeleted, &account.user);
            let draft = draft.detail("the account was handed over").change(
                method.kind().code(),
                Some(method.means.told()),
                None,
            );
            self.record(tx, draft).await?;
        }
        if account.user.held_at.take().is_some() {
            tx.set_held(id, None).await?;
            // Links in older notices would hold the account again, whoever has them by now.
            tx.void_links_of(id, "not-me", ctx.now).await?;
        }
        Ok(())
    }
}

/// [`judge`], and what a directory protects is handed over by nobody.
fn judge_account(
    issuer: (&User, &keyward_core::role::RoleSet),
    account: &Account,
    opens: Opens,
) -> Result<Handed, Refusal> {
    let handed = judge(issuer, (&account.user, &account.roles), opens)?;
    match &account.home {
        Some(home) if opens.sets_password() && home.is_protected() => {
            Err(Refusal::Directory(Told::Protected))
        }
        _ => Ok(handed),
    }
}
