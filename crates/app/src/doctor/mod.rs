//! Would a reset succeed, before anybody needs one? Agents are asked to look, and what the service knows is put beside
//! what they find. Nothing is written in the directory to find out.
//!
//! What came out is written down in the transaction that takes the agent's answer, whoever still waits for it: for
//! one user here, for everybody in [`everybody`].

pub mod everybody;
mod translate;

use crate::account::Account;
use crate::agents::Connected;
use crate::attempt::Attempt;
use crate::audit::Draft;
use crate::condition::DirectoryState;
use crate::error::{Error, Result};
use crate::licences::holds_writeback_plan;
use crate::operations::{Request, Wanted};
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::examination::{Examination, Obstacle};
use keyward_core::ids::{AgentId, DirectoryId, OperationId, UserId};
use keyward_core::policy::Standing;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use keyward_core::writeback::Denial;
use keyward_store::Tx;
use keyward_store::examination::Examined;
use keyward_store::operation::{Operation, State};
use keyward_wire::outcome::Outcome;

/// What became of a question to a directory.
enum Asked {
    /// An agent was asked.
    Agent(OperationId),
    /// There is nobody or nothing to ask.
    Nobody(Obstacle),
}

impl App {
    /// Asks what a reset of a user would meet, and waits for the answer as long as a page may. False: it has not come
    /// yet, and is kept when it does.
    pub async fn examine_user(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<bool> {
        let attempt = Attempt::user(ctx, me, Activity::WritebackExamined, id);
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?;
            let account = account.filter(|a| lives_elsewhere(&a.user));
            let account = account.ok_or(Refusal::NotFound)?;
            let draft = Draft::new(ctx, Activity::WritebackExamined, me.actor());
            self.record(&mut tx, draft.on_user(&account.user)).await?;
            let asked = self.ask_what_stands_in_the_way(&mut tx, ctx, &account, None);
            let operation = match asked.await? {
                Asked::Agent(operation) => operation,
                Asked::Nobody(why) => {
                    let found = Examination::only(why);
                    self.keep_examination(&mut tx, &account, found, ctx.now)
                        .await?;
                    self.commit(tx).await?;
                    return Ok(true);
                }
            };
            self.commit(tx).await?;
            let patience = self.settings.directory_patience;
            let outcome = self.wait_for(me.tenant(), operation, patience).await?;
            Ok(outcome.is_some())
        })
        .await
    }

    /// A user of a directory, and what was found about them last.
    pub async fn examination(
        &self,
        me: &Principal,
        id: UserId,
    ) -> Result<(User, Option<Examined>)> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let user = tx.user(id).await?.filter(lives_elsewhere);
        let user = user.ok_or(Refusal::NotFound)?;
        Ok((user, tx.examination(id).await?))
    }

    async fn ask_what_stands_in_the_way(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
        silent: Option<AgentId>,
    ) -> Result<Asked> {
        let home = account.home.as_ref().ok_or(Refusal::NotFound)?;
        let Some(anchor) = home.anchor() else {
            return Ok(Asked::Nobody(Obstacle::NotSynced));
        };
        let request = Request {
            directory: home.directory,
            task: Wanted::Examine { anchor },
        };
        match self.ask_others(tx, ctx, request, silent).await {
            Ok(operation) => Ok(Asked::Agent(operation)),
            Err(Error::Refused(Refusal::DirectoryAway)) => Ok(Asked::Nobody(
                why_nobody_answers(tx, home.directory, ctx.now).await?,
            )),
            Err(other) => Err(other),
        }
    }

    /// Keeps what was found, with what the service knows of the user and of the organisation.
    async fn keep_examination(
        &self,
        tx: &mut Tx,
        account: &Account,
        mut found: Examination,
        now: Timestamp,
    ) -> Result<()> {
        if let Standing::Unable(why) = account.standing(now) {
            found.add(Obstacle::Unable(why));
        }
        if !holds_writeback_plan(tx).await?.is_held() {
            found.add(Obstacle::NoPlan);
        } else if !account.policy.on_premises.writeback {
            found.add(Obstacle::WritebackOff);
        }
        let examined = Examined {
            user: account.user.id,
            at: now,
            found,
        };
        Ok(tx.save_examination(&examined).await?)
    }

    /// What follows from the answer to an examination, in the transaction that wrote it down.
    pub(crate) async fn settle_examination(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        operation: &Operation,
        outcome: &Outcome,
    ) -> Result<()> {
        let anchors: Vec<_> = operation.anchor.into_iter().collect();
        let found = translate::found_of(operation, outcome);
        let away = found.reason().filter(|why| is_away(*why));
        if away.is_some() {
            // The others would meet the same. What is known of them stays.
            tx.end_round(away, ctx.now).await?;
        }
        let known = tx.known_users(operation.directory, &anchors).await?;
        let Some(user) = known.first().map(|known| known.user) else {
            return Ok(());
        };
        let Some(account) = self.account(tx, user).await? else {
            return Ok(());
        };
        if operation.state == State::Lost && tx.lock_round().await?.is_some() {
            // The agent that had the question died over it: another can still tell.
            let (tx, silent) = (&mut *tx, operation.agent);
            let again = self.ask_what_stands_in_the_way(tx, ctx, &account, silent);
            if let Asked::Agent(_) = again.await? {
                return Ok(());
            }
        }
        self.keep_examination(tx, &account, found, ctx.now).await
    }
}

/// Synced, and not deleted.
fn lives_elsewhere(user: &User) -> bool {
    user.directory.is_some() && user.deleted_at.is_none()
}

/// It is about the directory, not about one user.
fn is_away(why: Obstacle) -> bool {
    matches!(why, Obstacle::AgentAway | Obstacle::DirectoryAway)
}

/// Why no agent could take a question.
async fn why_nobody_answers(
    tx: &mut Tx,
    directory: DirectoryId,
    now: Timestamp,
) -> Result<Obstacle> {
    let all = Connected {
        agents: tx.agents().await?,
        directories: Vec::new(),
        besides: tx.besides().await?,
        allowances: Vec::new(),
    };
    let Some(directory) = tx.directory(directory).await? else {
        return Ok(Obstacle::AgentAway);
    };
    Ok(match DirectoryState::of(&directory, &all, now) {
        DirectoryState::Left | DirectoryState::Away => Obstacle::AgentAway,
        DirectoryState::NoWriteback => Obstacle::Denied(Denial::SwitchedOff),
        DirectoryState::Silent | DirectoryState::Single | DirectoryState::Up => {
            Obstacle::DirectoryAway
        }
    })
}
