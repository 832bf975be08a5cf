//! The end of a run: lists that are whole now, what waited for a name, what is gone.

use super::batch::Work;
use super::record::{Kept, short};
use super::users::count;
use super::{Answer, Beside, draft, no_run};
use crate::error::Result;
use crate::letters::{Letter, minute};
use crate::{App, Ctx};
use keyward_core::audit::Activity;
use keyward_core::ids::RunId;
use keyward_core::sync::{Asked, Trouble, must_ask};
use keyward_core::time::{days, hours, minutes};
use keyward_store::group::Member;
use keyward_store::sync::{Counts, Held, HeldKind, Mode, Run, RunState};
use keyward_wire::sync::{EndRun, GroupRecord, RunEnded, UserRecord};
use std::collections::HashSet;
use std::time::Duration;
use uuid::Uuid;

/// Objects that are looked at again at the end of a run.
const WAITING: i64 = 1000;

/// Rows that are read at a time.
const PAGE: i64 = 5000;

/// What was said to be written so long before a run and no longer before it is held against what the run read. By then
/// domain controllers have told each other, and their clocks aren't further apart.
const REPLICATED: Duration = hours(1);
const LATELY: Duration = days(2);
const CLOCKS: Duration = minutes(10);

/// Characters that are kept of what an agent says about itself.
const MESSAGE: usize = 500;

impl App {
    /// Ends a run. One that ended before is answered as it was then.
    pub async fn end_run(&self, ctx: &Ctx, who: &Beside, end: &EndRun) -> Answer<RunEnded> {
        let id = RunId(end.run);
        let mut tx = self.db.write(who.tenant).await?;
        let Some(run) = tx.open_run(id, who.agent, ctx.now).await? else {
            let ended = tx.run(id).await?.filter(|r| {
                r.agent == who.agent && r.state != RunState::Abandoned && r.ended_at.is_some()
            });
            return Ok(ended.map_or_else(no_run, |run| Ok(reply(&run))));
        };
        let mut work = Work::new(self, ctx, who, tx, run, 0);
        let mut held = 0;
        if end.complete {
            work.lists().await?;
            work.retry().await?;
            held = work.gone().await?;
            work.counts.held = held;
            work.unkept_passwords().await?;
            if work.run.mode == Mode::Full && !work.run.preview {
                work.tx.set_full_at(work.run.directory, ctx.now).await?;
            }
        }
        work.counts.errors = work.tx.count_problems(id).await?;
        work.note(&[]).await?;
        let state = match (end.complete, held) {
            (false, _) => RunState::Cut,
            (true, 0) => RunState::Done,
            (true, _) => RunState::Held,
        };
        let message = end
            .message
            .as_deref()
            .and_then(|m| keyward_core::sync::cleaned(m, MESSAGE));
        work.tx
            .end_run(id, state, message.as_deref(), ctx.now)
            .await?;
        work.tell_run(state).await?;
        let run = work.tx.run(id).await?;
        work.tx.commit().await?;
        Ok(run.map_or_else(no_run, |run| Ok(reply(&run))))
    }
}

fn reply(run: &Run) -> RunEnded {
    let n = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let Counts {
        read,
        added,
        updated,
        deleted,
        joined,
        members_added,
        members_removed,
        errors,
        held,
    } = run.counts;
    RunEnded {
        counts: keyward_wire::sync::Counts {
            read: n(read),
            added: n(added),
            updated: n(updated),
            deleted: n(deleted),
            joined: n(joined),
            members_added: n(members_added),
            members_removed: n(members_removed),
            errors: n(errors),
        },
        held: n(held),
    }
}

impl Work<'_> {
    /// Takes out of groups whom their whole lists don't name.
    async fn lists(&mut self) -> Result<()> {
        let anchors = self.tx.whole_lists(self.run.id).await?;
        for group in self.tx.known_groups(self.run.directory, &anchors).await? {
            let listed = self.tx.list_of(self.run.id, group.anchor).await?;
            let there = self.tx.members_with_anchors(group.group).await?;
            let gone = there
                .into_iter()
                .filter(|(_, anchor)| anchor.is_none_or(|a| !listed.contains(&a)));
            let gone: Vec<Member> = gone.map(|(member, _)| member).collect();
            self.let_go(&group, &gone).await?;
            if !self.run.preview {
                let awaited = self.tx.awaited(group.group).await?;
                let gone: Vec<Uuid> = awaited
                    .into_iter()
                    .filter(|a| !listed.contains(a))
                    .collect();
                self.tx.forget_awaited(group.group, &gone).await?;
            }
        }
        Ok(())
    }

    /// Names may be free now that weren't when their objects came, two that were swapped over two batches among them.
    async fn retry(&mut self) -> Result<()> {
        let c = self.run.counts;
        let changed = c.read > 0 || self.run.mode == Mode::Full;
        if self.run.preview || !changed {
            return Ok(());
        }
        let (seen, named) = self.tx.seen_in(self.run.id).await?;
        let full = self.run.mode == Mode::Full;
        let (mut users, mut groups): (Vec<UserRecord>, Vec<GroupRecord>) = (Vec::new(), Vec::new());
        for kept in self.tx.quarantined(self.run.directory, WAITING).await? {
            if !seen.contains(&kept.anchor) && (full || named.contains(&kept.anchor)) {
                // It isn't there any more: it waits for nothing.
                let directory = self.run.directory;
                self.tx.release(directory, &[kept.anchor]).await?;
                continue;
            }
            match serde_json::from_str(&kept.record) {
                Ok(Kept::User(user)) => users.push(*user),
                Ok(Kept::Group(group)) => groups.push(group),
                Err(_) => {
                    tracing::error!(anchor = %kept.anchor, "an object that waits can't be read");
                }
            }
        }
        self.users(&users).await?;
        self.groups(&groups).await?;
        self.settle().await?;
        let tried: Vec<Uuid> = users
            .iter()
            .map(|u| u.anchor)
            .chain(groups.iter().map(|g| g.anchor))
            .collect();
        let still: HashSet<Uuid> = self.waiting().into_iter().collect();
        // What still waits was told when it came; it isn't told again by every run that passes.
        self.forget_problems();
        let fine: Vec<Uuid> = tried
            .iter()
            .filter(|a| !still.contains(a))
            .copied()
            .collect();
        self.tx.drop_problems(self.run.id, &fine).await?;
        self.note(&tried).await?;
        Ok(())
    }

    /// What agents said is held against what the directory shows (AG-17): a write that was refused, or never made, leaves
    /// the time of the last one as it was.
    async fn unkept_passwords(&mut self) -> Result<()> {
        if self.run.mode != Mode::Full || self.run.preview {
            return Ok(());
        }
        let begun = self.run.started_at;
        let span = (begun - LATELY, begun - REPLICATED);
        let directory = self.run.directory;
        for one in self.tx.unkept_passwords(directory, span, CLOCKS).await? {
            tracing::warn!(anchor = %one.anchor, "a password that was said to be set isn't seen in the directory");
            let trouble = Trouble::PasswordUnseen;
            self.problem(one.anchor, trouble, one.upn, &one.dn);
        }
        // Before the run's errors are counted.
        self.note(&[]).await.map(drop)
    }

    /// Deletes what is gone, or holds it; how much is held.
    async fn gone(&mut self) -> Result<i64> {
        let directory = self.run.directory;
        let (seen, named) = self.tx.seen_in(self.run.id).await?;
        let full = self.run.mode == Mode::Full;
        if !full && named.is_empty() {
            return Ok(0);
        }
        let is_gone = |anchor: &Uuid| !seen.contains(anchor) && (full || named.contains(anchor));
        let waiting = self.held_now().await?;
        let scope = self.tx.count_anchored(directory).await?;
        let mut gone: Vec<(Uuid, Member)> = Vec::new();
        let mut after = Uuid::nil();
        loop {
            let page = self.tx.anchored_users(directory, after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            let page = page.into_iter().filter(|(anchor, _)| is_gone(anchor));
            gone.extend(page.map(|(anchor, user)| (anchor, Member::User(user))));
        }
        let groups = self.tx.anchored_groups(directory).await?;
        let groups = groups.into_iter().filter(|(anchor, _)| is_gone(anchor));
        gone.extend(groups.map(|(anchor, group)| (anchor, Member::Group(group))));
        gone.retain(|(anchor, _)| !waiting.contains(anchor));
        let n = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let lately = self
            .tx
            .deleted_since(directory, self.ctx.now - hours(1))
            .await?;
        let asked = Asked {
            gone: if gone.is_empty() {
                0
            } else {
                n(gone.len() + waiting.len())
            },
            lately: u64::try_from(lately).unwrap_or_default(),
            scope: u64::try_from(scope).unwrap_or_default(),
        };
        let ask = must_ask(asked);
        let mut held = Vec::new();
        for (anchor, member) in gone {
            if ask || !self.remove(anchor, member).await? {
                let one = self.held(anchor, member).await?;
                if self.run.preview {
                    self.line("hold", one.kind.code(), anchor, one.name.clone(), &[]);
                }
                held.push(one);
            }
        }
        if !self.run.preview {
            self.tx.hold(directory, &held).await?;
        }
        Ok(count(held.len()))
    }

    async fn held_now(&mut self) -> Result<HashSet<Uuid>> {
        let mut all = HashSet::new();
        let mut after = None;
        loop {
            let page = self
                .tx
                .held(self.run.directory, after.as_ref(), PAGE)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some(keyward_store::user::After {
                key: String::new(),
                id: last.anchor,
            });
            all.extend(page.iter().map(|h| h.anchor));
        }
        Ok(all)
    }

    /// Deletes one; false if it can't be.
    async fn remove(&mut self, anchor: Uuid, member: Member) -> Result<bool> {
        if self.run.preview {
            let held = self.held(anchor, member).await?;
            self.line("delete", held.kind.code(), anchor, held.name, &[]);
            self.counts.deleted += 1;
            return Ok(true);
        }
        let (ctx, who) = (self.ctx, self.who);
        let draft = |activity| draft(ctx, who, activity);
        let done = match member {
            Member::User(id) => {
                self.app
                    .remove_user(&mut self.tx, id, ctx.now, draft)
                    .await?
            }
            Member::Group(id) => self.app.remove_group(&mut self.tx, id, draft).await?,
        };
        self.counts.deleted += i64::from(done);
        Ok(done)
    }

    async fn held(&mut self, anchor: Uuid, member: Member) -> Result<Held> {
        let (kind, name) = match member {
            Member::User(id) => (
                HeldKind::User,
                self.tx.user(id).await?.map(|u| u.upn.to_string()),
            ),
            Member::Group(id) => (HeldKind::Group, self.tx.group(id).await?.map(|g| g.name)),
        };
        let name = name.and_then(|n| short(&n)).unwrap_or_default();
        Ok(Held {
            anchor,
            kind,
            name,
            run: self.run.id,
            held_at: self.ctx.now,
        })
    }

    /// The run's own line in the log. Small runs that pass every few seconds have none: what they changed has.
    async fn tell_run(&mut self, state: RunState) -> Result<()> {
        let c = self.run.counts;
        let quiet = self.run.mode == Mode::Delta && state == RunState::Done;
        if quiet || self.run.preview {
            return Ok(());
        }
        let names = self.tx.directory_names().await?;
        let directory = self.run.directory;
        let name = names.into_iter().find(|(id, _)| *id == directory);
        let name = name.map_or_else(|| directory.to_string(), |(_, name)| name);
        let numbers = format!(
            "{} run: {} read, {} added, {} changed, {} joined, {} deleted, {} members added, {} removed, {} errors",
            self.run.mode.code(),
            c.read,
            c.added,
            c.updated,
            c.joined,
            c.deleted,
            c.members_added,
            c.members_removed,
            c.errors
        );
        let run =
            draft(self.ctx, self.who, Activity::SyncRun).on("directory", Some(directory.0), &name);
        let run = run.detail(numbers);
        let run = if state == RunState::Cut {
            run.failed("cut")
        } else {
            run
        };
        self.app.record(&mut self.tx, run).await?;
        if state == RunState::Held {
            let held = draft(self.ctx, self.who, Activity::DeletionsHeld);
            let held = held.on("directory", Some(directory.0), &name);
            let held = held.detail(format!("{} deletions", c.held));
            self.app.record(&mut self.tx, held).await?;
            let app = self.app;
            let letter = Letter {
                name: "deletions-held",
                args: vec![
                    ("directory", name.into()),
                    ("count", c.held.into()),
                    ("when", minute(self.ctx).into()),
                ],
                worded: None,
                link: Some(format!(
                    "{}/admin/connect/deletions",
                    app.settings.public_url
                )),
            };
            app.write_to_connect(&mut self.tx, self.ctx, &letter)
                .await?;
        }
        Ok(())
    }
}
