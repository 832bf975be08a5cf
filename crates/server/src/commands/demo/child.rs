//! Programs that the demo starts, and that end when it does, however it ends.

use crate::complaint::Complaint;
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long a program may take to end before it is killed.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// A shell that holds our pipe: when that closes without a word we were killed, and it ends the program in our place.
/// The argument is the program's id, which is also its group's.
const WARDEN: &str = r#"
trap '' TERM INT HUP
read -r word && exit 0
kill -s TERM -- "-$0" 2>/dev/null
tries=0
while kill -s 0 -- "-$0" 2>/dev/null && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s KILL -- "-$0" 2>/dev/null
"#;

/// A program that runs.
pub(super) struct Child {
    program: tokio::process::Child,
    /// Open as long as it is to run: waiting for it would close this.
    stdin: Option<ChildStdin>,
    warden: std::process::Child,
    name: &'static str,
}

impl Child {
    /// Starts it in a group of its own, so that Ctrl+C reaches it in its turn.
    pub(super) fn start(name: &'static str, command: &mut Command) -> Result<Self, Complaint> {
        let failed = |what: &str, error: &std::io::Error| {
            Complaint::new(
                format!("{what} could not be started: {error}"),
                "this machine",
                "look at its limits on processes and memory",
            )
        };
        let program = command.process_group(0).spawn();
        let mut program = program.map_err(|error| failed(name, &error))?;
        let id = program.id().unwrap_or_default().to_string();
        let warden = std::process::Command::new("/bin/sh")
            .args(["-c", WARDEN, &id])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        match warden {
            Ok(warden) => Ok(Self {
                stdin: program.stdin.take(),
                program,
                warden,
                name,
            }),
            Err(error) => {
                let _ = program.start_kill();
                Err(failed("/bin/sh", &error))
            }
        }
    }

    /// What it prints, once.
    pub(super) fn output(&mut self) -> Option<ChildStdout> {
        self.program.stdout.take()
    }

    /// Waits until it ends by itself; whether it did what it was started for.
    pub(super) async fn succeeded(&mut self) -> bool {
        matches!(self.program.wait().await, Ok(status) if status.success())
    }

    /// What to say of a program that should have gone on.
    pub(super) async fn ended(&mut self) -> Complaint {
        let how = match self.program.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        Complaint::new(
            format!("{} has ended by itself ({how})", self.name),
            "this machine",
            "start the demo again; look at the lines above",
        )
    }

    /// Asks it to end, with what it has started in its group, and waits for that.
    pub(super) async fn end(mut self) {
        let id = self.program.id().and_then(|id| i32::try_from(id).ok());
        let group = id.and_then(Pid::from_raw);
        let signal = |signal| group.map(|group| kill_process_group(group, signal));
        drop(self.stdin.take());
        signal(Signal::TERM);
        if timeout(LAST_WORDS, self.program.wait()).await.is_err() {
            signal(Signal::KILL);
            let _ = self.program.wait().await;
        }
        if let Some(mut pipe) = self.warden.stdin.take() {
            let _ = pipe.write_all(b"done\n");
        }
        let _ = self.warden.wait();
    }
}
