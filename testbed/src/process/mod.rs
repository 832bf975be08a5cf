//! Programs that a test starts: output is kept, and they end when the test does, also when it is killed.
//!
//! A [`Process`] is a direct child, so that its id, its exit status and a SIGKILL are the real ones. Beside it runs a
//! tiny shell, the warden, that holds a pipe to us: when we die without saying good-bye, the pipe closes and the
//! warden ends the child.

mod launch;
mod memory;
mod output;
mod ports;
mod tool;
mod warden;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use output::Output;
use warden::Warden;

pub use launch::{Launch, Stop};
pub(crate) use ports::is_free;
pub use ports::{free_address, free_port};
pub(crate) use tool::{feed, said};

/// Reads a variable of the environment; empty counts as absent.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the testbed is told by xtask where things are; product code has Config"
)]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Finds a program in the given directories, then in `PATH`.
#[must_use]
pub fn find_program(name: &str, first: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    first
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

/// The repository's root, as it was where this crate was compiled.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A running program. Dropping it ends it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    name: String,
    output: Arc<Output>,
    stop: Stop,
    removes: Option<PathBuf>,
    warden: Warden,
}

impl Process {
    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How often these bytes stand in its writable memory.
    ///
    /// # Errors
    /// What the kernel says to somebody who may not look: others than root, where the process has forbidden it.
    pub fn times_in_memory(&self, bytes: &[u8]) -> std::io::Result<usize> {
        memory::times(self.pid(), bytes)
    }

    /// What it has printed so far (the last few thousand lines of both streams).
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.output.lines()
    }

    /// The lines after the first `seen`, and how many there have been in all: for those who read as they come.
    #[must_use]
    pub fn lines_after(&self, seen: usize) -> (Vec<String>, usize) {
        self.output.after(seen)
    }

    /// Waits until a line contains `needle`, and returns that line.
    ///
    /// # Panics
    /// When the time is over, or the program has closed its output before; the message has the output.
    #[must_use]
    pub fn line(&self, needle: &str, timeout: Duration) -> String {
        let found = self.wait_lines(timeout, |lines| {
            lines.iter().find(|line| line.contains(needle)).cloned()
        });
        found.unwrap_or_else(|| {
            let printed = self.lines().join("\n");
            panic!(
                "{} never said {needle:?}. It printed:\n{printed}",
                self.name
            )
        })
    }

    /// Waits until a line contains `needle`: [`Process::line`] for those who don't need the line.
    ///
    /// # Panics
    /// As [`Process::line`] does.
    pub fn wait_line(&self, needle: &str, timeout: Duration) {
        drop(self.line(needle, timeout));
    }

    /// Waits until the lines satisfy a condition; `None` when the time is over or the output has ended without.
    #[must_use]
    pub fn wait_lines<T>(
        &self,
        timeout: Duration,
        find: impl FnMut(&[String]) -> Option<T>,
    ) -> Option<T> {
        self.output.wait(timeout, find)
    }

    /// Writes one line to its standard input ([`Launch::with_stdin`]).
    ///
    /// # Panics
    /// When the program no longer reads.
    pub fn write_line(&mut self, line: &str) {
        let pipe = self
            .stdin
            .as_mut()
            .expect("Launch::with_stdin opens the pipe");
        pipe.write_all(format!("{line}\n").as_bytes())
            .and_then(|()| pipe.flush())
            .unwrap_or_else(|error| panic!("{} does not read: {error}", self.name));
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends SIGKILL to the process itself, and waits for its end: the power cut of a test.
    pub fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Sends SIGKILL to the process and all that it has started, and waits for its own end.
    pub fn kill_all(&mut self) {
        self.signal_group(Signal::KILL);
        self.kill();
    }

    /// Stops the process and all that it has started, as a machine that hangs does: connections stay, nobody answers.
    pub fn pause(&self) {
        self.signal_group(Signal::STOP);
    }

    /// Lets it go on after [`Process::pause`].
    pub fn resume(&self) {
        self.signal_group(Signal::CONT);
    }

    /// The group is its own, and its id: see [`Launch::spawn`].
    fn signal_group(&self, signal: Signal) {
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process_group(group, signal);
        }
    }

    /// Asks it to end (SIGTERM, or what [`Launch::stop_with`] said); [`Process::wait`] waits for that.
    pub fn terminate(&mut self) {
        self.signal(self.stop);
    }

    /// Sends a signal to the process.
    pub fn signal(&mut self, stop: Stop) {
        if self.is_running()
            && let Some(pid) = Pid::from_raw(self.child.id().cast_signed())
        {
            let _ = kill_process(pid, stop.signal());
        }
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// When it still runs after `timeout`; the message has its output.
    pub fn wait(&mut self, timeout: Duration) -> ExitStatus {
        self.wait_within(timeout).unwrap_or_else(|| {
            panic!(
                "{} still runs. It printed:\n{}",
                self.name,
                self.lines().join("\n")
            )
        })
    }

    /// Waits for the end; `None` when it still runs after `timeout`.
    pub fn wait_within(&mut self, timeout: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + timeout;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        self.terminate();
        let ended = self.wait_within(Duration::from_secs(5)).is_some();
        // Its own children share its group; what is left of them goes too.
        self.signal_group(Signal::KILL);
        if !ended {
            drop(self.child.wait());
        }
        self.warden.dismiss();
        if let Some(dir) = &self.removes {
            drop(std::fs::remove_dir_all(dir));
        }
    }
}
