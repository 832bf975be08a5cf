//! How agents say they are: noted for administrators, and for whoever is to be asked something.

use super::{Caller, Result};
use crate::allowances::Naming;
use crate::audit::Draft;
use crate::{App, Ctx, Error};
use keyward_core::audit::Activity;
use keyward_core::ids::DirectoryId;
use keyward_core::text::{DomainName, line};
use keyward_store::Tx;
use keyward_store::directory::{Beside, Directory, Does};
use keyward_wire::link::{DirectoryHealth, DirectoryKind, Health};

/// As many directories, domains of one, and complaints about one are noted; the rest is left out.
const MOST: usize = 64;
/// Characters of a complaint.
const LONGEST: usize = 500;

impl App {
    /// Notes that an agent was heard, and how it is if it says so.
    pub(super) async fn hear(
        &self,
        ctx: &Ctx,
        caller: &Caller,
        health: Option<&Health>,
    ) -> Result<()> {
        if health.is_none() && !Self::is_due_to_be_heard(ctx, caller) {
            return Ok(());
        }
        let said = health.map(tidy);
        let text = said.as_ref().map(serde_json::to_string).transpose();
        let text = text.map_err(|e| Error::Fault(format!("an agent's health: {e}")))?;
        let mut tx = self.db.write(caller.tenant).await?;
        tx.agent_seen(caller.agent, ctx.ip.as_deref(), text.as_deref(), ctx.now)
            .await?;
        if let Some(said) = said {
            self.note_directories(&mut tx, ctx, caller, &said).await?;
            if let Some(why) = &said.key_stuck {
                self.note_stuck_key(&mut tx, ctx, caller, why).await?;
            }
        }
        self.commit(tx).await?;
        Ok(())
    }

    /// Administrators are told once, until the key is rolled after all.
    async fn note_stuck_key(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        caller: &Caller,
        why: &str,
    ) -> Result<()> {
        if tx.tell_stuck_key(caller.agent, ctx.now).await? {
            let draft = Draft::new(ctx, Activity::AgentKeyStuck, caller.actor());
            let draft = draft.on("agent", Some(caller.agent.0), &caller.host);
            self.record(tx, draft.detail(why.to_owned())).await?;
            self.alert(tx, ctx, "agent-key-stuck", &caller.record, why)
                .await?;
        }
        Ok(())
    }

    async fn note_directories(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        caller: &Caller,
        said: &Health,
    ) -> Result<()> {
        let before = tx.besides().await?;
        let mut beside = Vec::new();
        for one in &said.directories {
            let naming = Naming {
                agent: caller.agent,
                host: &caller.host,
                directory: DirectoryId(one.directory),
                name: &one.name,
            };
            if !self.may_stand_beside(tx, ctx, &naming).await? {
                continue;
            }
            beside.push(one.directory);
            let directory = self.note_directory(tx, ctx, caller, one).await?;
            // An agent in staging mode changes nothing, here or there.
            let acts = !said.staging;
            let complaints = serde_json::to_string(&one.complaints)
                .map_err(|e| Error::Fault(format!("an agent's complaints: {e}")))?;
            tx.set_beside(&Beside {
                agent: caller.agent,
                directory: directory.id,
                server: one.server.clone(),
                reachable: one.reachable,
                does: Does {
                    sync: one.features.sync,
                    sign_in: one.features.sign_in && acts,
                    writeback: one.features.writeback && acts,
                    policy_hints: one.features.policy_hints,
                },
                complaints,
                seen_at: ctx.now,
            })
            .await?;
        }
        let still = |id: DirectoryId| beside.contains(&id.0);
        for gone in before.iter().filter(|b| b.agent == caller.agent) {
            if !still(gone.directory) {
                tx.end_beside(caller.agent, gone.directory).await?;
            }
        }
        let after = tx.besides().await?;
        self.note_writeback(tx, ctx, caller, &before, &after).await
    }

    async fn note_directory(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        caller: &Caller,
        said: &DirectoryHealth,
    ) -> Result<Directory> {
        let directory = Directory {
            id: DirectoryId(said.directory),
            kind: match said.kind {
                DirectoryKind::ActiveDirectory => "active-directory",
                DirectoryKind::OpenLdap => "open-ldap",
            }
            .into(),
            name: said.name.clone(),
            suffixes: said.suffixes.clone(),
            first_agent: caller.agent,
            first_seen_at: ctx.now,
            keeper: None,
        };
        if tx.insert_directory(&directory).await? {
            let draft = Draft::new(ctx, Activity::DirectoryAdded, caller.actor());
            let draft = draft.on("directory", Some(directory.id.0), &directory.name);
            self.record(tx, draft.detail(directory.suffixes.join(" ")))
                .await?;
            return Ok(directory);
        }
        let known = tx.directory(directory.id).await?;
        if known.is_none_or(|k| (k.name, k.suffixes) != (said.name.clone(), said.suffixes.clone()))
        {
            tx.update_directory(&directory).await?;
        }
        Ok(directory)
    }

    /// Writes down when the first agent of a directory writes passwords back, and when none does any more.
    async fn note_writeback(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        caller: &Caller,
        before: &[Beside],
        after: &[Beside],
    ) -> Result<()> {
        let mut touched: Vec<DirectoryId> = [before, after]
            .concat()
            .iter()
            .filter(|b| b.agent == caller.agent)
            .map(|b| b.directory)
            .collect();
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            let on = |all: &[Beside]| all.iter().any(|b| b.directory == id && b.does.writeback);
            let activity = match (on(before), on(after)) {
                (false, true) => Activity::WritebackEnabled,
                (true, false) => Activity::WritebackDisabled,
                _ => continue,
            };
            let name = tx.directory(id).await?.map(|d| d.name).unwrap_or_default();
            let draft = Draft::new(ctx, activity, caller.actor());
            self.record(tx, draft.on("directory", Some(id.0), &name))
                .await?;
        }
        Ok(())
    }
}

/// What an agent said, within bounds: none of it is trusted, all of it is shown to administrators.
fn tidy(said: &Health) -> Health {
    let short = |text: &String| {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST)
            .collect();
        (!plain.is_empty()).then_some(plain)
    };
    let words =
        |texts: &[String]| -> Vec<String> { texts.iter().filter_map(short).take(MOST).collect() };
    let directories = said.directories.iter().take(MOST).map(|d| {
        let mut suffixes: Vec<String> = d
            .suffixes
            .iter()
            .filter_map(|s| DomainName::parse(s).ok())
            .map(|s| s.as_str().to_owned())
            .take(MOST)
            .collect();
        suffixes.sort();
        suffixes.dedup();
        DirectoryHealth {
            directory: d.directory,
            name: line(&d.name, 253).unwrap_or_else(|_| d.directory.to_string()),
            kind: d.kind,
            server: d.server.as_deref().and_then(|s| line(s, 300).ok()),
            suffixes,
            reachable: d.reachable,
            complaints: words(&d.complaints),
            features: d.features.clone(),
        }
    });
    Health {
        directories: directories.collect(),
        complaints: words(&said.complaints),
        staging: said.staging,
        key_stuck: said.key_stuck.as_ref().and_then(short),
    }
}
