//! What would become of one user, without writing.

use super::batch::Work;
use super::record::{Read, changes};
use super::{Answer, Beside, NOT_ALLOWED, trouble};
use crate::{App, Ctx};
use keyward_core::ids::{AgentId, DirectoryId, RunId, UserId};
use keyward_core::sync::Action;
use keyward_store::sync::{Counts, Mode, Run, RunState};
use keyward_wire::code;
use keyward_wire::sync::{Explain, Explained, Suffixes, Verified};

/// Endings that are looked at in one question.
const MOST_SUFFIXES: usize = 1000;

impl App {
    /// Which endings of user names are domains of the organisation.
    pub async fn verified_suffixes(&self, who: &Beside, ask: &Suffixes) -> Answer<Verified> {
        let domains = self.db.read(who.tenant).await?.domains().await?;
        let is_ours = |s: &&String| domains.iter().any(|d| d.name.eq_ignore_ascii_case(s));
        let ours = ask.suffixes.iter().take(MOST_SUFFIXES).filter(is_ours);
        Ok(Ok(Verified {
            suffixes: ours.cloned().collect(),
        }))
    }

    /// Explains what a run would do with a record.
    pub async fn explain(&self, ctx: &Ctx, who: &Beside, ask: &Explain) -> Answer<Explained> {
        let directory = DirectoryId(ask.directory);
        let run = Run {
            id: RunId(uuid::Uuid::nil()),
            directory,
            agent: who.agent,
            mode: Mode::Delta,
            preview: true,
            initial: false,
            state: RunState::Running,
            started_at: ctx.now,
            touched_at: ctx.now,
            ended_at: None,
            message: None,
            counts: Counts::default(),
        };
        // A transaction that could write, since the last administrator is asked for under a lock; it is dropped.
        let mut tx = self.db.write(who.tenant).await?;
        // It shows what is kept of the user.
        let known = tx.directory(directory).await?.is_some();
        match tx.is_allowed(AgentId(who.agent), directory).await? {
            Some(true) => {}
            None if !known => {}
            _ => return Ok(trouble(code::NOT_ALLOWED, NOT_ALLOWED)),
        }
        let mut work = Work::new(self, ctx, who, tx, run, 0);
        let read = Read::of(&ask.user);
        let plan = work.judge(std::slice::from_ref(&read)).await?;
        let step = &plan.steps[0];
        let mut told: Vec<&str> = step.troubles.iter().map(|t| t.message()).collect();
        told.extend(read.notes.iter().map(|t| t.message()));
        let (action, message, list) = match step.action {
            Action::Unchanged => (
                "unchanged",
                "The service has this user exactly so.",
                Vec::new(),
            ),
            Action::Refuse => ("error", "The user isn't taken.", Vec::new()),
            Action::Add | Action::Replace(_) => {
                let id = UserId(self.entropy.uuid());
                let upn = read.record.upn.clone();
                let list = upn.map(|upn| {
                    let blank =
                        crate::users::new_user(ctx, who.tenant, id, upn, read.profile.clone());
                    let new = read.applied(blank, directory, step);
                    changes(None, (&new, &read.beside(directory, id, step, ctx.now)))
                });
                let message = "A new user is added.";
                ("add", message, list.unwrap_or_default())
            }
            Action::Join(id) | Action::Update(id) | Action::Restore(id) | Action::Move(id) => {
                let old = work.tx.users_of(&[id]).await?.pop();
                let before = work.tx.directory_user(id).await?;
                let list = old.map(|old| {
                    let new = read.applied(old.clone(), directory, step);
                    let beside = read.beside(directory, id, step, ctx.now);
                    changes(Some((&old, before.as_ref())), (&new, &beside))
                });
                let (action, message) = match step.action {
                    Action::Join(_) => (
                        "join",
                        "A user of the cloud with this name or mailbox is taken over; from then on the directory is master, the password included.",
                    ),
                    Action::Restore(_) => (
                        "update",
                        "The deleted user returns, with what was registered.",
                    ),
                    Action::Move(_) => (
                        "update",
                        "A user whom another directory has no longer moves here, with what was registered.",
                    ),
                    _ => ("update", "The user changes."),
                };
                (action, message, list.unwrap_or_default())
            }
        };
        told.insert(0, message);
        let list = list.into_iter().map(|c| (c.property, c.old, c.new));
        Ok(Ok(Explained {
            action: action.to_owned(),
            message: told.join(" "),
            changes: list.collect(),
        }))
    }
}
