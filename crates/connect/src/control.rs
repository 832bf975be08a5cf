//! How the command line asks the agent that runs: through a socket in its state directory, which is private. So one
//! agent has one session, and a command does what the agent itself would do.

use crate::commands::changes;
use crate::complaint::Complaint;
use crate::link::Line;
use crate::sync::Wish;
use crate::sync::run::{OneUser, Run, explain};
use crate::work::Place;
use keyward_wire::sync::Changes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;

const SOCKET: &str = "control";
/// No question is longer.
const LONGEST: u64 = 64 * 1024;

/// What the command line asks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Ask {
    /// Synchronise every directory now.
    Sync {
        /// Everything.
        full: bool,
        /// Compute only.
        preview: bool,
    },
    /// What would become of a user.
    Explain {
        /// Who.
        name: String,
    },
    /// What a preview would do.
    Changes(Changes),
    /// Roll the sealing key.
    RollKey,
}

/// What comes back, or why not.
pub type Answer<T> = Result<T, String>;

/// The socket of a running agent.
pub struct Control {
    listener: UnixListener,
    path: PathBuf,
}

impl Control {
    /// Listens in a state directory, whose lock is held.
    pub fn listen(state: &Path) -> Result<Self, Complaint> {
        let path = state.join(SOCKET);
        // Left by an agent that was killed: the lock says that none listens.
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(|error| {
            Complaint::new(
                format!("the agent can't listen for its own commands: {error}"),
                path.display().to_string(),
                "let the agent's user write there; the path may have at most 100 characters",
            )
        })?;
        Ok(Self { listener, path })
    }

    /// Answers for ever.
    pub async fn run(&self, line: &Line, places: &[Arc<Place>]) {
        loop {
            match self.listener.accept().await {
                // One after the other: people ask now and then.
                Ok((stream, _)) => {
                    if let Err(error) = answer(stream, line, places).await {
                        tracing::debug!(%error, "a command went away");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "commands can't be taken");
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
            }
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn answer(mut stream: UnixStream, line: &Line, places: &[Arc<Place>]) -> std::io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut question = String::new();
    BufReader::new(reader.take(LONGEST))
        .read_line(&mut question)
        .await?;
    let answer = match serde_json::from_str(&question)? {
        Ask::Sync { full, preview } => {
            serde_json::to_vec(&Ok::<_, String>(wish(places, full, preview).await))
        }
        Ask::Explain { name } => serde_json::to_vec(&find(line, places, &name).await),
        Ask::Changes(ask) => serde_json::to_vec(&changes::page(line, &ask).await),
        Ask::RollKey => {
            serde_json::to_vec(&line.roll_key().await.map_err(|error| error.to_string()))
        }
    }?;
    writer.write_all(&answer).await?;
    writer.shutdown().await
}

async fn wish(places: &[Arc<Place>], full: bool, preview: bool) -> Vec<Run> {
    let mut runs = Vec::new();
    for place in places.iter().filter(|place| place.config().switches.sync) {
        let (answer, answered) = oneshot::channel();
        place.wish(Wish {
            full,
            preview,
            answer: Some(answer),
        });
        runs.extend(answered.await);
    }
    runs
}

/// The first directory that knows the name.
pub async fn find(line: &Line, places: &[Arc<Place>], name: &str) -> Answer<Option<OneUser>> {
    for place in places {
        if let Some(user) = explain(place, line, name).await? {
            return Ok(Some(user));
        }
    }
    Ok(None)
}

/// Asks the agent that runs.
pub async fn ask<T: DeserializeOwned>(state: &Path, ask: &Ask) -> Answer<T> {
    let gone = |error: std::io::Error| format!("the running agent can't be asked: {error}");
    let mut stream = UnixStream::connect(state.join(SOCKET))
        .await
        .map_err(gone)?;
    let mut question = serde_json::to_vec(ask).map_err(|error| error.to_string())?;
    question.push(b'\n');
    stream.write_all(&question).await.map_err(gone)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.map_err(gone)?;
    serde_json::from_slice(&answer)
        .map_err(|_| "the running agent ended before it answered".to_owned())?
}
