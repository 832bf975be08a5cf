//! One batch, one transaction.

use super::record::{Kept, Read};
use super::{Answer, Beside, no_run, trouble};
use crate::error::Result;
use crate::{App, Ctx};
use keyward_core::audit::Change;
use keyward_core::ids::RunId;
use keyward_core::sync::Trouble;
use keyward_store::Tx;
use keyward_store::sync::{Counts, Line, Problem, Quarantined, Run, StartedBatch};
use keyward_wire::code;
use keyward_wire::sync::{Batch, BatchReply, GroupRecord, ObjectError};
use uuid::Uuid;

/// The most objects in a batch, and the most members.
const OBJECTS: usize = 1000;
const MEMBERS: usize = 20_000;

/// The most lines that are kept of a preview: nobody reads more, and the numbers tell the rest.
const LINES: i64 = 100_000;

/// A batch at work.
pub(super) struct Work<'a> {
    pub app: &'a App,
    pub ctx: &'a Ctx,
    pub who: &'a Beside,
    pub tx: Tx,
    pub run: Run,
    /// Its number; 0 at the end of the run.
    pub number: i64,
    pub counts: Counts,
    /// Anchors that are known from now on.
    pub came: Vec<Uuid>,
    problems: Vec<Problem>,
    lines: Vec<Line>,
    waiting: Vec<Quarantined>,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        app: &'a App,
        ctx: &'a Ctx,
        who: &'a Beside,
        tx: Tx,
        run: Run,
        number: i64,
    ) -> Self {
        Self {
            app,
            ctx,
            who,
            tx,
            run,
            number,
            counts: Counts::default(),
            came: Vec::new(),
            problems: Vec::new(),
            lines: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Notes what is wrong with a user's record. What isn't a note waits for another try.
    pub(super) fn complain(&mut self, read: &Read<'_>, troubles: &[Trouble]) {
        for trouble in troubles {
            self.problem(read.raw.anchor, *trouble, read.name(), &read.raw.dn);
        }
        if troubles.iter().any(|t| !t.is_a_note()) {
            self.wait(read.raw.anchor, &Kept::User(Box::new(read.raw.clone())));
        }
    }

    /// The same of a group's.
    pub(super) fn complain_of_group(&mut self, group: &GroupRecord, trouble: Trouble) {
        let name = super::record::short(&group.name).unwrap_or_default();
        self.problem(group.anchor, trouble, name, &group.dn);
        self.wait(group.anchor, &Kept::Group(group.clone()));
    }

    pub(super) fn problem(&mut self, anchor: Uuid, trouble: Trouble, name: String, detail: &str) {
        self.problems.push(Problem {
            anchor,
            code: trouble.code().to_owned(),
            batch: self.number,
            name,
            detail: super::record::place(detail),
        });
    }

    fn wait(&mut self, anchor: Uuid, kept: &Kept) {
        // Two of one anchor can't be told apart later: the one that waits is the last.
        self.waiting.retain(|q| q.anchor != anchor);
        let record = serde_json::to_string(kept).unwrap_or_default();
        self.waiting.push(Quarantined { anchor, record });
    }

    /// Notes what a preview would do.
    pub(super) fn line(
        &mut self,
        action: &str,
        kind: &str,
        anchor: Uuid,
        name: String,
        changes: &[Change],
    ) {
        self.lines.push(Line {
            action: action.to_owned(),
            kind: kind.to_owned(),
            anchor,
            name,
            changes: serde_json::to_string(changes).unwrap_or_default(),
        });
    }

    /// Tells nothing of what was noted.
    pub(super) fn forget_problems(&mut self) {
        self.problems.clear();
    }

    /// Those that still wait; what came without trouble no longer does.
    pub(super) fn waiting(&self) -> Vec<Uuid> {
        self.waiting.iter().map(|q| q.anchor).collect()
    }

    /// Writes down what was noted on the way; what couldn't be taken.
    pub(super) async fn note(&mut self, tried: &[Uuid]) -> Result<Vec<Problem>> {
        let (run, directory) = (self.run.id, self.run.directory);
        let problems = std::mem::take(&mut self.problems);
        self.tx.note_problems(run, &problems).await?;
        if self.run.preview {
            let lines = std::mem::take(&mut self.lines);
            if self.run.counts.added + self.run.counts.updated + self.run.counts.deleted < LINES {
                self.tx.note_lines(run, &lines).await?;
            }
        } else {
            let waiting = std::mem::take(&mut self.waiting);
            let wait = |anchor: &&Uuid| waiting.iter().any(|q| q.anchor == **anchor);
            let fine: Vec<Uuid> = tried.iter().filter(|a| !wait(a)).copied().collect();
            self.tx.release(directory, &fine).await?;
            self.tx
                .quarantine(directory, &waiting, self.ctx.now)
                .await?;
        }
        let counts = std::mem::take(&mut self.counts);
        self.tx.count_run(run, &counts).await?;
        self.run.counts += counts;
        Ok(problems)
    }
}

impl App {
    /// Takes a batch of a run. One that was taken before is answered as it was then.
    pub async fn take_batch(&self, ctx: &Ctx, who: &Beside, batch: &Batch) -> Answer<BatchReply> {
        let objects = batch.users.len() + batch.groups.len() + batch.gone.len();
        let members = batch.members.iter().map(|m| m.add.len() + m.remove.len());
        if objects.max(batch.members.len()) > OBJECTS || members.sum::<usize>() > MEMBERS {
            let message = "A batch has at most 1,000 objects and 20,000 members.";
            return Ok(trouble(code::MALFORMED, message));
        }
        if batch.number == 0 {
            return Ok(trouble(code::MALFORMED, "Batches count from 1."));
        }
        let mut tx = self.db.write(who.tenant).await?;
        let Some(run) = tx.open_run(RunId(batch.run), who.agent, ctx.now).await? else {
            return Ok(no_run());
        };
        let number = i64::from(batch.number);
        let users = batch.users.iter().map(|u| u.anchor);
        let seen: Vec<Uuid> = users.chain(batch.groups.iter().map(|g| g.anchor)).collect();
        if tx.begin_batch(run.id, number, &seen, &batch.gone).await? == StartedBatch::Taken {
            let problems = tx.problems_of_batch(run.id, number).await?;
            tx.commit().await?;
            return Ok(Ok(reply(&problems)));
        }
        let mut work = Work::new(self, ctx, who, tx, run, number);
        if !work.run.preview {
            // What is there is not gone.
            work.tx.unhold(work.run.directory, &seen).await?;
        }
        work.counts.read = i64::try_from(objects).unwrap_or(i64::MAX);
        work.users(&batch.users).await?;
        work.groups(&batch.groups).await?;
        work.settle().await?;
        work.members(&batch.members).await?;
        let problems = work.note(&seen).await?;
        work.tx.commit().await?;
        Ok(Ok(reply(&problems)))
    }
}

fn reply(problems: &[Problem]) -> BatchReply {
    let errors = problems.iter().map(|p| ObjectError {
        anchor: p.anchor,
        code: p.code.clone(),
        message: Trouble::from_code(&p.code).map_or_else(String::new, |t| t.message().to_owned()),
    });
    BatchReply {
        errors: errors.collect(),
    }
}
