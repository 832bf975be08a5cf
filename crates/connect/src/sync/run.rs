//! One synchronisation: what is read is sent, and what came of it is said.

use super::record::Maker;
use super::send::{Sending, Taker, persist};
use crate::clock;
use crate::directory::{Error, Position};
use crate::link::{Failure, Line};
use crate::work::Place;
use keyward_wire::Micros;
use keyward_wire::sync::{
    Counts, EndRun, Explain, Explained, Mode, ObjectError, RunEnded, StartRun, UserRecord,
};
use keyward_wire::{code, path};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What came of a synchronisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// What the service calls it, if it heard of it.
    #[serde(default)]
    pub run: Option<Uuid>,
    /// The directory, as the settings call it.
    pub directory: String,
    /// When it began.
    pub at: Micros,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Everything, or what changed.
    pub mode: Mode,
    /// Nothing was changed.
    pub preview: bool,
    /// Users, groups and what is gone: so many were sent.
    pub objects: u64,
    /// What the service did, or would do.
    pub counts: Counts,
    /// So many deletions wait for a decision.
    pub held: u32,
    /// The first objects that the service didn't take.
    pub errors: Vec<ObjectError>,
    /// So many source anchors could not be written into the directory; and why.
    #[serde(default)]
    pub unwritten: Option<(u64, String)>,
    /// How it ended.
    pub end: End,
}

/// How a synchronisation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// All of it is in the service.
    Complete,
    /// Deletions wait for a decision of an administrator.
    Held,
    /// It has to be done from the beginning.
    FullNeeded,
    /// It failed, for this reason.
    Failed(String),
    /// Another agent keeps this directory up to date, and this one stands by.
    Kept,
    /// The agent was revoked.
    Revoked,
}

/// Reads and sends. With the position from which changes follow, if everything went well. `asks`: whether another agent
/// keeps the directory is asked before anything is read, not when there is something to send.
pub async fn run(
    place: &Place,
    line: &Line,
    from: Option<&Position>,
    preview: bool,
    asks: bool,
) -> (Run, Option<Position>) {
    let mut run = Run {
        run: None,
        directory: place.config().name.clone(),
        at: clock::machine(),
        took_ms: 0,
        mode: if from.is_some() {
            Mode::Delta
        } else {
            Mode::Full
        },
        preview,
        objects: 0,
        counts: Counts::default(),
        held: 0,
        errors: Vec::new(),
        unwritten: None,
        end: End::Complete,
    };
    let began = std::time::Instant::now();
    let position = match read_and_send(place, line, from, asks, &mut run).await {
        Ok(position) => position,
        Err(end) => {
            run.end = end;
            None
        }
    };
    run.took_ms = began.elapsed().as_millis() as u64;
    (run, position)
}

async fn read_and_send(
    place: &Place,
    line: &Line,
    from: Option<&Position>,
    asks: bool,
    run: &mut Run,
) -> Result<Option<Position>, End> {
    let Some(identity) = place.seen().identity else {
        return Err(End::Failed(
            "the directory has not been reached yet".to_owned(),
        ));
    };
    let directory = place.directory();
    let policies = directory
        .policies()
        .await
        .map_err(|error| read_end(&error))?;
    let maker = Maker::new(place.config(), &identity.name);
    let scope = place.config().reading_scope();
    // One batch is sent while the next is read; more would only be memory.
    let (out, batches) = mpsc::channel(1);
    let mut sending = Sending {
        line,
        start: StartRun {
            directory: identity.id,
            mode: run.mode,
            preview: run.preview,
            policies,
        },
        run: None,
        objects: 0,
        errors: Vec::new(),
    };
    if asks || run.mode == Mode::Full {
        // What is read before the run has begun may be older than what another agent has sent.
        sending
            .begin()
            .await
            .map_err(|failure| send_end(&failure))?;
    }
    let reading = async {
        // A preview changes nothing anywhere.
        let anchors = (!run.preview).then_some(directory);
        let mut taker = Taker::new(&maker, anchors, out);
        let position = match from {
            Some(from) => directory.read_changes(&scope, from, &mut taker).await,
            None => directory.read_all(&scope, &mut taker).await,
        }?;
        taker.finish().await.map(|unwritten| (position, unwritten))
    };
    let (read, sent) = tokio::join!(reading, sending.all(batches));
    let read = read.map(|(position, unwritten)| {
        run.unwritten = unwritten;
        position
    });
    run.objects = sending.objects;
    run.errors = std::mem::take(&mut sending.errors);
    run.run = sending.run.as_ref().map(|started| started.run);
    sent.map_err(|failure| send_end(&failure))?;
    let Some(started) = sending.run else {
        // A delta in which nobody was concerned: the service need not know.
        return read.map(Some).map_err(|error| read_end(&error));
    };
    let full_needed = started.full_needed && run.mode == Mode::Delta;
    let end = EndRun {
        run: started.run,
        complete: read.is_ok() && !full_needed,
        message: match &read {
            Err(error) if !full_needed => Some(error.to_string()),
            _ => None,
        },
    };
    let ended: Result<RunEnded, _> = persist(line, path::SYNC_END, &end).await;
    if full_needed {
        return Err(End::FullNeeded);
    }
    let position = read.map_err(|error| read_end(&error))?;
    let ended = ended.map_err(|failure| send_end(&failure))?;
    (run.counts, run.held) = (ended.counts, ended.held);
    if ended.held > 0 && !run.preview {
        return Err(End::Held);
    }
    Ok(Some(position))
}

fn read_end(error: &Error) -> End {
    match error {
        Error::PositionLost => End::FullNeeded,
        other => End::Failed(other.to_string()),
    }
}

fn send_end(failure: &Failure) -> End {
    match failure.code() {
        code::HELD => End::Held,
        code::KEPT => End::Kept,
        code::REVOKED => End::Revoked,
        _ => End::Failed(failure.to_string()),
    }
}

/// One user: what was read, which rule did what, what would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneUser {
    /// What was read, by attribute.
    pub read: std::collections::BTreeMap<String, Vec<String>>,
    /// Target, rule, and what came of it.
    pub rules: Vec<(String, String, Option<String>)>,
    /// What the service gets.
    pub record: UserRecord,
    /// Whether it is in scope at all.
    pub in_scope: bool,
    /// What the service would do with it.
    pub explained: Option<Explained>,
}

/// Looks at one user, and asks the service what would become of them. None: there is no such user.
pub async fn explain(place: &Place, line: &Line, name: &str) -> Result<Option<OneUser>, String> {
    let identity = place
        .seen()
        .identity
        .ok_or("the directory has not been reached yet")?;
    let directory = place.directory();
    let found = directory
        .find(name)
        .await
        .map_err(|error| error.to_string())?;
    let Some(object) = found.filter(|object| !object.group) else {
        return Ok(None);
    };
    let maker = Maker::new(place.config(), &identity.name);
    let record = maker.user(&object);
    let in_scope = directory
        .in_scope(&place.config().scope, object.anchor)
        .await
        .map_err(|error| error.to_string())?;
    let explained = if in_scope {
        let message = Explain {
            directory: identity.id,
            user: record.clone(),
        };
        let said = line.say(path::SYNC_EXPLAIN, &message, Duration::from_secs(30));
        Some(said.await.map_err(|failure| failure.to_string())?)
    } else {
        None
    };
    Ok(Some(OneUser {
        rules: maker.rules().explain(&object),
        read: object.attributes,
        record,
        in_scope,
        explained,
    }))
}
