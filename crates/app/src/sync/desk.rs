//! What administrators see of synchronisations, and decide.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::{DirectoryId, RunId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;
use keyward_store::Tx;
use keyward_store::group::Member;
use keyward_store::sync::{Held, HeldSum, Line, Problem, Run};
use keyward_store::user::After;
use std::collections::HashMap;
use uuid::Uuid;

/// Rows that are read at a time.
const PAGE: i64 = 1000;

/// A run with what its page shows.
#[derive(Debug)]
pub struct RunPage {
    /// The run.
    pub run: Run,
    /// What people call the directory.
    pub directory: String,
    /// The first of what it couldn't take.
    pub problems: Vec<Problem>,
    /// What it would do, if it is a preview: after which place, and what.
    pub lines: Vec<(i64, Line)>,
}

/// What waits for a decision in one directory.
#[derive(Debug, Clone)]
pub struct Pending {
    /// How many, since when.
    pub sum: HeldSum,
    /// What people call the directory.
    pub name: String,
}

/// A fresh look at the deletions of one directory.
#[derive(Debug)]
pub struct Deletions {
    /// How many, since when.
    pub pending: Pending,
    /// The users and groups that the directory has here, these among them.
    pub scope: i64,
    /// A page of them.
    pub list: Vec<Held>,
    /// The users among all of them who hold an administrator role.
    pub administrators: i64,
    /// The groups among all of them that password reset is switched on for, or that a policy or a method names; they
    /// can't be deleted as long as it is so.
    pub in_scope: i64,
    /// Tells this state of the list from another.
    pub mark: String,
}

/// Tells one state of a list from another.
fn mark(sum: &HeldSum) -> String {
    format!("{}-{}-{}", sum.count, sum.users, sum.newest.0)
}

impl App {
    /// What people call the directories.
    pub async fn directory_names(&self, me: &Principal) -> Result<HashMap<DirectoryId, String>> {
        me.full()?;
        let mut tx = self.db.read(me.tenant()).await?;
        Ok(tx.directory_names().await?.into_iter().collect())
    }

    /// A page of runs, newest first.
    pub async fn sync_runs(
        &self,
        me: &Principal,
        before: Option<(Timestamp, RunId)>,
        limit: i64,
    ) -> Result<Vec<Run>> {
        me.needs(Permission::ReadConnect)?;
        Ok(self.db.read(me.tenant()).await?.runs(before, limit).await?)
    }

    /// One run, with the first of its errors and a page of what it would do.
    pub async fn sync_run(
        &self,
        me: &Principal,
        id: RunId,
        after: i64,
        limit: i64,
    ) -> Result<RunPage> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let run = tx.run(id).await?.ok_or(Refusal::NotFound)?;
        Ok(RunPage {
            directory: name_of(&mut tx, run.directory).await?,
            problems: tx.problems(id, None, limit).await?,
            lines: tx.lines(id, after, limit).await?,
            run,
        })
    }

    /// A page of what a run couldn't take.
    pub async fn sync_problems(
        &self,
        me: &Principal,
        id: RunId,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<Problem>> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        tx.run(id).await?.ok_or(Refusal::NotFound)?;
        Ok(tx.problems(id, after, limit).await?)
    }

    /// What waits for a decision.
    pub async fn pending_deletions(&self, me: &Principal) -> Result<Vec<Pending>> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let mut all = Vec::new();
        for sum in tx.held_sums().await? {
            let name = name_of(&mut tx, sum.directory).await?;
            all.push(Pending { sum, name });
        }
        Ok(all)
    }

    /// A fresh look at what waits in one directory, with its consequences.
    pub async fn deletions(
        &self,
        me: &Principal,
        directory: DirectoryId,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Deletions> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let pending = pending(&mut tx, directory).await?;
        let (mut administrators, mut in_scope) = (0, 0);
        for (_, member) in everything(&mut tx, directory).await? {
            match member {
                Member::User(id) => {
                    administrators += i64::from(!tx.roles_of(id).await?.is_empty());
                }
                Member::Group(id) => {
                    let above = tx.scope_groups_above(id).await?;
                    let switched_on = above.iter().any(|g| g.id == id);
                    let ruled = tx.policy_groups_above(id).await?.contains(&id);
                    in_scope += i64::from(switched_on || ruled);
                }
            }
        }
        Ok(Deletions {
            scope: tx.count_anchored(directory).await?,
            list: tx.held(directory, after, limit).await?,
            administrators,
            in_scope,
            mark: mark(&pending.sum),
            pending,
        })
    }

    /// Deletes what waits, if it still is what was looked at; how many, and how many had to stay: the last Global
    /// Administrator, and groups that the policy names.
    pub async fn approve_deletions(
        &self,
        ctx: &Ctx,
        me: &Principal,
        directory: DirectoryId,
        looked_at: &str,
    ) -> Result<(usize, usize)> {
        let attempt = Attempt::new(ctx, me, Activity::DeletionsApproved, On::Thing("directory"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let pending = pending(&mut tx, directory).await?;
            if mark(&pending.sum) != looked_at {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let draft = |activity| Draft::new(ctx, activity, me.actor());
            let (mut done, mut stayed) = (Vec::new(), 0);
            for (anchor, member) in everything(&mut tx, directory).await? {
                let gone = match member {
                    // Nobody deletes themselves, not even this way.
                    Member::User(id) if id == me.user.id => false,
                    Member::User(id) => self.remove_user(&mut tx, id, ctx.now, draft).await?,
                    Member::Group(id) => self.remove_group(&mut tx, id, draft).await?,
                };
                if gone {
                    done.push(anchor);
                } else {
                    stayed += 1;
                }
            }
            tx.unhold(directory, &done).await?;
            let event = draft(Activity::DeletionsApproved);
            let event = event.on("directory", Some(directory.0), &pending.name);
            let event = event.detail(format!("{} deleted, {stayed} stayed", done.len()));
            self.record(&mut tx, event).await?;
            tx.commit().await?;
            Ok((done.len(), stayed))
        })
        .await
    }

    /// Keeps what waits. Whatever a later full run still doesn't find is asked about again.
    pub async fn reject_deletions(
        &self,
        ctx: &Ctx,
        me: &Principal,
        directory: DirectoryId,
        looked_at: &str,
    ) -> Result<u64> {
        let attempt = Attempt::new(ctx, me, Activity::DeletionsRejected, On::Thing("directory"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let pending = pending(&mut tx, directory).await?;
            if mark(&pending.sum) != looked_at {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let kept = tx.unhold_all(directory).await?;
            let event = Draft::new(ctx, Activity::DeletionsRejected, me.actor());
            let event = event.on("directory", Some(directory.0), &pending.name);
            self.record(&mut tx, event.detail(format!("{kept} kept")))
                .await?;
            tx.commit().await?;
            Ok(kept)
        })
        .await
    }
}

pub(super) async fn name_of(tx: &mut Tx, directory: DirectoryId) -> Result<String> {
    let names = tx.directory_names().await?;
    let name = names.into_iter().find(|(id, _)| *id == directory);
    Ok(name.map_or_else(|| directory.to_string(), |(_, name)| name))
}

async fn pending(tx: &mut Tx, directory: DirectoryId) -> Result<Pending> {
    let sums = tx.held_sums().await?;
    let sum = sums.into_iter().find(|s| s.directory == directory);
    Ok(Pending {
        sum: sum.ok_or(Refusal::NotFound)?,
        name: name_of(tx, directory).await?,
    })
}

/// All that waits in a directory and is still there.
async fn everything(tx: &mut Tx, directory: DirectoryId) -> Result<Vec<(Uuid, Member)>> {
    let mut all = Vec::new();
    let mut after: Option<After> = None;
    loop {
        let page = tx.held(directory, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(After {
            key: String::new(),
            id: last.anchor,
        });
        let anchors: Vec<Uuid> = page.iter().map(|h| h.anchor).collect();
        all.extend(tx.anchored(directory, &anchors).await?);
    }
    Ok(all)
}

/// Refuses to change here what a directory masters.
pub(crate) fn mastered_here(directory: Option<DirectoryId>) -> Result<(), Refusal> {
    match directory {
        None => Ok(()),
        Some(_) => Err(Refusal::MasteredElsewhere),
    }
}

impl App {
    /// What the directory knows of a user, for those who may see users.
    pub async fn directory_user(
        &self,
        me: &Principal,
        id: UserId,
    ) -> Result<Option<keyward_store::sync::DirectoryUser>> {
        me.needs(Permission::ReadUsers)?;
        Ok(self.db.read(me.tenant()).await?.directory_user(id).await?)
    }

    /// What the directory knows of a group, for those who may see groups.
    pub async fn directory_group(
        &self,
        me: &Principal,
        id: keyward_core::ids::GroupId,
    ) -> Result<Option<keyward_store::sync::DirectoryGroup>> {
        me.needs(Permission::ReadGroups)?;
        Ok(self.db.read(me.tenant()).await?.directory_group(id).await?)
    }
}
