//! The file of the journal, and the one thread that writes it: what comes while the disk is busy goes in one piece.

use super::Memory;
use crate::private;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

type Answer = oneshot::Sender<Result<(), String>>;

struct Request {
    text: String,
    /// Who waits until it is on the disk.
    answer: Option<Answer>,
}

/// Writes lines.
pub(super) struct Writer {
    requests: Sender<Request>,
    trouble: Arc<Mutex<Option<String>>>,
}

impl Writer {
    /// Writes the journal anew from memory, and starts the thread. It ends with the writer.
    pub(super) fn start(path: PathBuf, memory: Arc<Mutex<Memory>>) -> io::Result<Self> {
        let file = anew(&path, &memory)?;
        let (requests, received) = mpsc::channel();
        let trouble = Arc::new(Mutex::new(None));
        let mut thread = Thread {
            path,
            memory,
            file: Some(file),
            trouble: Arc::clone(&trouble),
        };
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || thread.run(&received))?;
        Ok(Self { requests, trouble })
    }

    /// Writes, and returns when it is on the disk.
    pub(super) async fn write_and_wait(&self, text: String) -> Result<(), String> {
        let (answer, answered) = oneshot::channel();
        let gone = || "its thread has ended".to_owned();
        let answer = Some(answer);
        let request = Request { text, answer };
        self.requests.send(request).map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Writes, at its leisure.
    pub(super) fn write(&self, text: String) {
        let answer = None;
        // It ends with this writer only.
        let _ = self.requests.send(Request { text, answer });
    }

    /// Why the last write failed, if it did.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.clone()
    }
}

struct Thread {
    path: PathBuf,
    memory: Arc<Mutex<Memory>>,
    /// None after a failure: half a line may stand at its end, or the kernel has forgotten what it could not write
    /// (`fsync` fails once). Then the whole file is written anew, from memory.
    file: Option<File>,
    trouble: Arc<Mutex<Option<String>>>,
}

impl Thread {
    fn run(&mut self, received: &Receiver<Request>) {
        while let Ok(first) = received.recv() {
            let mut text = first.text;
            let mut waiting: Vec<_> = first.answer.into_iter().collect();
            for more in received.try_iter() {
                text += &more.text;
                waiting.extend(more.answer);
            }
            let result = self
                .write(&text, !waiting.is_empty())
                .map_err(|error| error.to_string());
            let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if let (None, Err(why)) = (trouble.as_ref(), &result) {
                tracing::error!(why, "the journal can't be written");
            }
            *trouble = result.as_ref().err().cloned();
            drop(trouble);
            for answer in waiting {
                // Whoever waited may have been cut off.
                let _ = answer.send(result.clone());
            }
        }
    }

    fn write(&mut self, text: &str, durable: bool) -> io::Result<()> {
        let Some(mut file) = self.file.take() else {
            // Memory has what is to be written already.
            self.file = Some(anew(&self.path, &self.memory)?);
            return Ok(());
        };
        file.write_all(text.as_bytes())?;
        if durable {
            file.sync_data()?;
        }
        self.file = Some(file);
        Ok(())
    }
}

fn anew(path: &Path, memory: &Mutex<Memory>) -> io::Result<File> {
    let text = memory.lock().unwrap_or_else(PoisonError::into_inner).text();
    private::write(path, text.as_bytes())?;
    OpenOptions::new().append(true).open(path)
}
