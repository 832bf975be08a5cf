//! Takes what is read, makes records of it, and sends them in batches while more is read.

use super::record::Maker;
use crate::directory::{self, Directory, Object, Piece, Take};
use crate::link::{Backoff, Failure, Line};
use async_trait::async_trait;
use keyward_wire::path;
use keyward_wire::sync::{
    Batch, BatchReply, MemberChange, Mode, ObjectError, RunStarted, StartRun,
};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{Receiver, Sender};
use uuid::Uuid;

/// Objects of a batch.
const OBJECTS: usize = 500;
/// Anchors of members in a batch.
const MEMBERS: usize = 4_000;
/// How long a service that is away is waited for in the middle of a run.
const PATIENCE: Duration = Duration::from_mins(2);
/// So many source anchors in a row that can't be written show that the right to is missing.
const REFUSED: u32 = 20;
/// Errors by object that are kept for the operator; the service keeps them all.
const ERRORS: usize = 100;

/// Makes batches of pieces.
pub(super) struct Taker<'a> {
    maker: &'a Maker,
    anchors: Option<Anchors<'a>>,
    out: Sender<Batch>,
    batch: Batch,
    members: usize,
}

impl<'a> Taker<'a> {
    /// With a directory: source anchors that aren't written down there are, before anybody counts on them.
    pub(super) fn new(
        maker: &'a Maker,
        anchors: Option<&'a dyn Directory>,
        out: Sender<Batch>,
    ) -> Self {
        Self {
            maker,
            anchors: anchors.map(Anchors::of),
            out,
            batch: empty(),
            members: 0,
        }
    }

    /// Sends what is left. How many source anchors could not be written, and why the first of them.
    pub(super) async fn finish(mut self) -> directory::Result<Option<(u64, String)>> {
        self.flush().await?;
        Ok(self.anchors.and_then(|anchors| anchors.unwritten))
    }

    async fn flush(&mut self) -> directory::Result<()> {
        let batch = std::mem::replace(&mut self.batch, empty());
        self.members = 0;
        let is_empty = batch.users.is_empty()
            && batch.groups.is_empty()
            && batch.members.is_empty()
            && batch.gone.is_empty();
        if is_empty {
            return Ok(());
        }
        let stopped = |_| directory::Error::Taker("the service takes no more of this run".into());
        self.out.send(batch).await.map_err(stopped)
    }

    async fn room(&mut self, anchors: usize) -> directory::Result<()> {
        let batch = &self.batch;
        let objects =
            batch.users.len() + batch.groups.len() + batch.members.len() + batch.gone.len();
        if objects >= OBJECTS || self.members + anchors > MEMBERS {
            self.flush().await?;
        }
        self.members += anchors;
        Ok(())
    }

    async fn object(&mut self, object: &Object) -> directory::Result<()> {
        self.room(0).await?;
        if object.group {
            self.batch.groups.push(self.maker.group(object));
        } else {
            if let Some(anchors) = self.anchors.as_mut().filter(|_| object.unwritten) {
                anchors.write(object.anchor).await;
            }
            self.batch.users.push(self.maker.user(object));
        }
        Ok(())
    }

    /// A list that is longer than a batch comes in parts, of which only the first begins it.
    async fn change(&mut self, change: MemberChange) -> directory::Result<()> {
        let MemberChange {
            group,
            mut whole,
            add,
            remove,
        } = change;
        let mut parts: Vec<(Vec<Uuid>, Vec<Uuid>)> = add
            .chunks(MEMBERS)
            .map(|part| (part.to_vec(), Vec::new()))
            .chain(
                remove
                    .chunks(MEMBERS)
                    .map(|part| (Vec::new(), part.to_vec())),
            )
            .collect();
        if parts.is_empty() && whole {
            parts.push((Vec::new(), Vec::new()));
        }
        for (add, remove) in parts {
            self.room(add.len() + remove.len()).await?;
            self.batch.members.push(MemberChange {
                group,
                whole: std::mem::take(&mut whole),
                add,
                remove,
            });
        }
        Ok(())
    }
}

/// Writes source anchors. A user whose anchor can't be written comes in all the same, for it is the same as what would be
/// written; only it couldn't be carried along to another domain.
struct Anchors<'a> {
    directory: &'a dyn Directory,
    /// How many failed, and why the first did.
    unwritten: Option<(u64, String)>,
    in_a_row: u32,
}

impl<'a> Anchors<'a> {
    fn of(directory: &'a dyn Directory) -> Self {
        Self {
            directory,
            unwritten: None,
            in_a_row: 0,
        }
    }

    async fn write(&mut self, anchor: Uuid) {
        let failed = if self.in_a_row >= REFUSED {
            String::new()
        } else {
            match self.directory.write_anchor(anchor).await {
                Ok(()) => {
                    self.in_a_row = 0;
                    return;
                }
                Err(error) => error.to_string(),
            }
        };
        self.in_a_row += 1;
        self.unwritten.get_or_insert((0, failed)).0 += 1;
    }
}

#[async_trait]
impl Take for Taker<'_> {
    async fn take(&mut self, piece: Piece) -> directory::Result<()> {
        for object in &piece.objects {
            self.object(object).await?;
        }
        for change in piece.members {
            self.change(change).await?;
        }
        for gone in piece.gone {
            self.room(0).await?;
            self.batch.gone.push(gone);
        }
        Ok(())
    }
}

fn empty() -> Batch {
    Batch {
        run: Uuid::nil(),
        number: 0,
        users: Vec::new(),
        groups: Vec::new(),
        members: Vec::new(),
        gone: Vec::new(),
    }
}

/// Sends batches, and opens the run with the first one at the latest: what changed and concerns nobody costs the service
/// nothing.
pub(super) struct Sending<'a> {
    pub(super) line: &'a Line,
    pub(super) start: StartRun,
    pub(super) run: Option<RunStarted>,
    pub(super) objects: u64,
    pub(super) errors: Vec<ObjectError>,
}

impl Sending<'_> {
    /// Sends everything that comes. An error closes the channel, which ends the reading.
    pub(super) async fn all(&mut self, mut batches: Receiver<Batch>) -> Result<(), Failure> {
        let mut number = 0;
        while let Some(mut batch) = batches.recv().await {
            let started = self.begin().await?;
            if started.full_needed && self.start.mode == Mode::Delta {
                return Ok(());
            }
            number += 1;
            (batch.run, batch.number) = (started.run, number);
            let objects = batch.users.len() + batch.groups.len() + batch.gone.len();
            self.objects += objects as u64;
            let reply: BatchReply = persist(self.line, path::SYNC_BATCH, &batch).await?;
            let room = ERRORS.saturating_sub(self.errors.len());
            self.errors.extend(reply.errors.into_iter().take(room));
        }
        Ok(())
    }

    /// Opens the run, if it isn't open.
    pub(super) async fn begin(&mut self) -> Result<RunStarted, Failure> {
        if let Some(run) = &self.run {
            return Ok(run.clone());
        }
        let started: RunStarted = persist(self.line, path::SYNC_START, &self.start).await?;
        self.run = Some(started.clone());
        Ok(started)
    }
}

/// One exchange, again and again while the service is away.
pub(super) async fn persist<A: serde::de::DeserializeOwned>(
    line: &Line,
    path: &str,
    message: &impl serde::Serialize,
) -> Result<A, Failure> {
    let began = Instant::now();
    let mut backoff = Backoff::default();
    loop {
        match line.say(path, message, Duration::from_mins(2)).await {
            Err(failure) if failure.may_pass() && began.elapsed() < PATIENCE => {
                tracing::warn!(%failure, "the synchronisation waits for the service");
                tokio::time::sleep(backoff.pause()).await;
            }
            said => return said,
        }
    }
}
