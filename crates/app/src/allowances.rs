//! Which directories an agent works beside: those that it named when it was let in, the first that it names if no other
//! agent stands beside it, and what an administrator allows later. An agent that could name any directory would be given
//! the passwords of one that it has nothing to do with.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::letters::{Letter, minute};
use crate::{App, Ctx, Principal};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{AgentId, DirectoryId};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_store::Tx;
use keyward_store::agent::Agent;
use keyward_store::allowance::Allowance;
use keyward_wire::enrol::Named;

/// As many directories an agent may name that nobody has decided about.
const MOST: usize = 16;

/// An agent that names a directory.
pub(crate) struct Naming<'a> {
    /// The agent.
    pub(crate) agent: AgentId,
    /// Its host.
    pub(crate) host: &'a str,
    /// The directory.
    pub(crate) directory: DirectoryId,
    /// What it calls it.
    pub(crate) name: &'a str,
}

impl App {
    /// Whether an agent may stand beside a directory that it names. If not, administrators hear of it once.
    pub(crate) async fn may_stand_beside(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        naming: &Naming<'_>,
    ) -> Result<bool> {
        let &Naming {
            agent,
            host,
            directory,
            name,
        } = naming;
        if let Some(allowed) = tx.is_allowed(agent, directory).await? {
            return Ok(allowed);
        }
        let mut own = tx.allowances().await?;
        own.retain(|a| a.agent == agent);
        if own.is_empty() && tx.directory(directory).await?.is_none() {
            tx.allow(&Allowance {
                agent,
                directory,
                name: name.to_owned(),
                allowed: true,
                decided_by: None,
                at: ctx.now,
            })
            .await?;
            return Ok(true);
        }
        let asked = own.iter().filter(|a| !a.allowed).count();
        if asked < MOST && tx.ask_allowance(agent, directory, name, ctx.now).await? {
            let actor = Actor::Agent {
                id: agent.0,
                name: host.to_owned(),
            };
            let draft = Draft::new(ctx, Activity::AgentAsksForDirectory, actor);
            let draft = draft.on("directory", Some(directory.0), name);
            self.record(tx, draft).await?;
            let letter = Letter {
                name: "agent-asks",
                args: vec![
                    ("host", host.to_owned().into()),
                    ("directory", name.to_owned().into()),
                    ("when", minute(ctx).into()),
                ],
                worded: None,
                link: Some(format!(
                    "{}/admin/connect/agents/{agent}",
                    self.settings.public_url
                )),
            };
            self.write_to_connect(tx, ctx, &letter).await?;
        }
        Ok(false)
    }

    /// Allows an agent that is let in the directories that it named.
    pub(crate) async fn allow_named(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        agent: &Agent,
        named: &[Named],
    ) -> Result<()> {
        for one in named {
            tx.allow(&Allowance {
                agent: agent.id,
                directory: DirectoryId(one.id),
                name: one.name.clone(),
                allowed: true,
                decided_by: Some(me.user.upn.to_string()),
                at: ctx.now,
            })
            .await?;
        }
        Ok(())
    }

    /// Lets an agent stand beside a directory that it has named. It will see the passwords of its users, so it takes
    /// what letting an agent in takes.
    pub async fn allow_directory(
        &self,
        ctx: &Ctx,
        me: &Principal,
        agent: AgentId,
        directory: DirectoryId,
    ) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::AgentDirectoryAllowed, On::Thing("agent"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.read(me.tenant()).await?;
            let methods = tx.methods_of(me.user.id).await?;
            drop(tx);
            self.needs_fresh_proof(ctx, me, !methods.is_empty())?;
            let mut tx = self.db.write(me.tenant()).await?;
            let known = tx.agent(agent).await?.filter(Agent::is_active);
            let known = known.ok_or(Refusal::NotFound)?;
            let mut asked = tx.allowances().await?;
            asked.retain(|a| a.agent == agent && a.directory == directory && !a.allowed);
            let mut asked = asked.pop().ok_or(Refusal::NotFound)?;
            asked.decided_by = Some(me.user.upn.to_string());
            asked.at = ctx.now;
            tx.allow(&asked).await?;
            let draft = Draft::new(ctx, Activity::AgentDirectoryAllowed, me.actor());
            let draft = draft.on("agent", Some(agent.0), &known.host);
            self.record(&mut tx, draft.detail(asked.name)).await?;
            self.commit(tx).await
        })
        .await
    }
}
