//! The flow that this project exists for: from a user name to a new password.
//!
//! A name that has no account, or one that can't reset, walks through the same steps with decoy methods: same work,
//! same answers, no message, and no proof at the end (rule 7). Who is really there is decided once, at the start, by
//! a fixed series of look-ups that is the same for every name.

mod directory;
mod finish;
mod load;
mod prove;

pub(crate) use load::bond;

use crate::account::Account;
use crate::account::shown_name;
use crate::audit::Draft;
use crate::error::Result;
use crate::passkey::Asked;
use crate::password::Terms;
use crate::robot::{Passed, Solution};
use crate::signin::nobody;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::challenge::Purpose;
use keyward_core::ids::ResetId;
use keyward_core::method::{Carrier, MethodKind};
use keyward_core::policy::{Helpdesk, Standing};
use keyward_core::refusal::Refusal;
use keyward_core::reset::{Goal, Reset, State};
use uuid::Uuid;

/// What a page shows of a reset.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each decides one part of a page"
)]
pub struct Progress {
    /// What the person wants.
    pub goal: Goal,
    /// The gate that is next, counted from one; beyond `gates` when all are open.
    pub gate: usize,
    /// How many there are.
    pub gates: usize,
    /// The methods that may open the next gate.
    pub choices: Vec<Choice>,
    /// The kind whose code was asked for last.
    pub asked: Option<MethodKind>,
    /// Who carries that code.
    pub asked_by: Option<Carrier>,
    /// Unlocking without a reset may be chosen.
    pub unlock_offered: bool,
    /// A directory was asked, and has not answered yet.
    pub pending: bool,
    /// What a new password must be; shown once everything is proved.
    pub terms: Terms,
    /// All gates are open: the new password may be set.
    pub verified: bool,
    /// The name to sign in with, once everything is proved: password managers keep the new password under it.
    pub user_name: String,
    /// The reset was completed; nothing more can be done with it.
    pub completed: bool,
    /// Where people who can't go on are sent, if the organisation has such a place.
    pub helpdesk: Option<Helpdesk>,
    /// What the browser is to hold from now on as a familiar one; only in the answer to the last proof.
    pub device: Option<String>,
}

/// A method to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Names it in the form; means something inside this reset only.
    pub id: Uuid,
    /// What kind.
    pub kind: MethodKind,
    /// As much of the destination as a stranger may see.
    pub masked: String,
    /// How its code can come, the usual way first.
    pub ways: Vec<Carrier>,
}

impl App {
    /// Begins a reset for a name; the token is for the browser's cookie. Nothing about the account changes (F-02).
    pub async fn start_reset(
        &self,
        ctx: &Ctx,
        typed_name: &str,
        solution: &Solution,
    ) -> Result<String> {
        let passed = self.check_robot(ctx, "reset", solution).await?;
        let name = self.typed_name(typed_name);
        let Some(tenant) = self.tenant_of_name(&name).await? else {
            return Err(Refusal::SignInNeeded.into());
        };
        if passed == Passed::Question {
            self.permit_question(ctx, tenant).await?;
        }
        let mut tx = self.db.write(tenant).await?;
        let found = tx.user_by_upn(&name.key).await?;
        let id = found.as_ref().map_or_else(nobody, |u| u.id);
        // The same look-ups whether or not there is a user.
        let home = self.home(&mut tx, found.as_ref(), &name.key).await?;
        if let Some(home) = &home
            && let Err(refusal) = self.may_write_back(&mut tx, home).await
        {
            return self
                .refuse_start(tx, ctx, found.as_ref(), &name, refusal)
                .await;
        }
        let (roles, groups) = (tx.roles_of(id).await?, tx.policy_groups_of(id).await?);
        let (methods, policy) = (tx.methods_of(id).await?, tx.policy().await?.policy);
        let account = found.clone().map(|user| Account {
            user,
            roles,
            groups,
            methods,
            policy,
            home,
        });
        let standing = account.as_ref().map(|a| a.standing(ctx.now));
        let able = matches!(standing, Some(Standing::Able(_)));
        let reset = Reset {
            id: ResetId(self.entropy.uuid()),
            tenant,
            name_key: name.key.clone(),
            user: found.as_ref().filter(|_| able).map(|u| u.id),
            goal: Goal::Reset,
            credential_epoch: found.as_ref().map_or(0, |u| u.credential_epoch),
            state: State::Open,
            started_at: ctx.now,
            expires_at: ctx.now + self.settings.reset_lifetime,
            proofs: Vec::new(),
        };
        let token = self.keys.bound_token(load::bond(&reset), &*self.entropy);
        tx.insert_reset(&reset, &self.keys.token_mac("reset", &token), &name.shown)
            .await?;
        let draft = Draft::new(ctx, Activity::PasswordResetStarted, Actor::Stranger);
        let draft = draft.on("user", found.as_ref().map(|u| u.id.0), &name.shown);
        let draft = match standing {
            Some(Standing::Able(_)) => draft,
            Some(Standing::Unable(why)) => draft.failed(why.code()),
            None => draft.failed("unknown-name"),
        };
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        metrics::counter!("keyward_resets_total", "step" => "started").increment(1);
        Ok(token)
    }

    /// Where a reset stands.
    pub async fn reset_progress(&self, ctx: &Ctx, token: &str) -> Result<Progress> {
        let (mut tx, loaded) = self.load_reset(token, false).await?;
        if !matches!(loaded.reset.state, State::Completed | State::Pending(_)) {
            loaded.open(ctx)?;
        }
        let mut progress = loaded.progress(ctx);
        let asked = self
            .asked_kind(&mut tx, loaded.reset.id.0, Purpose::Reset)
            .await?;
        progress.asked = asked.map(|(kind, _)| kind);
        progress.asked_by = asked.and_then(|(_, by)| by);
        for choice in &mut progress.choices {
            choice.ways = self.ways(&loaded.policy, choice.kind);
        }
        if progress.verified {
            progress.terms = self.terms(&mut tx, loaded.home.as_ref(), ctx.now).await?;
        }
        Ok(progress)
    }

    /// The question to a passkey that was asked for last: the same for every name, also for one that nobody has.
    pub async fn reset_passkey(&self, ctx: &Ctx, token: &str) -> Result<Asked> {
        let (mut tx, loaded) = self.load_reset(token, false).await?;
        loaded.open(ctx)?;
        self.asked_passkey(&mut tx, ctx, loaded.reset.id.0, Purpose::Reset)
            .await
    }

    /// Chooses between a new password and unlocking only, while nothing has been proved.
    pub async fn choose_goal(&self, ctx: &Ctx, token: &str, goal: Goal) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        loaded.open(ctx)?;
        if goal == Goal::Unlock && !loaded.unlock {
            return Err(Refusal::NotOffered.into());
        }
        if !tx.set_goal(loaded.reset.id, goal, ctx.now).await? {
            return Err(Refusal::NotOffered.into());
        }
        let chosen = format!("chosen: {}", goal.code());
        self.progress_event(&mut tx, ctx, &loaded, &chosen, None)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives up a reset.
    pub async fn cancel_reset(&self, ctx: &Ctx, token: &str) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        if tx.void_reset(loaded.reset.id).await? {
            self.progress_event(
                &mut tx,
                ctx,
                &loaded,
                "cancelled by the user",
                Some("cancelled"),
            )
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Asks the administrators for help; the answer is the same for every name. One mail for each name and hour, and
    /// none where the organisation has a help desk.
    pub async fn ask_for_help(&self, ctx: &Ctx, token: &str) -> Result<()> {
        let (mut tx, loaded) = self.load_reset(token, true).await?;
        if loaded.policy.helpdesk.is_some() {
            return Err(Refusal::NotOffered.into());
        }
        let first = self.may_call(&mut tx, ctx, &loaded.subject).await?;
        let user = tx.user_by_upn(&loaded.reset.name_key).await?;
        if first {
            let name = shown_name(&loaded.reset.name_key);
            self.mail_for_help(&mut tx, ctx, &loaded.subject, user, name)
                .await?;
        }
        self.commit(tx).await
    }
}
