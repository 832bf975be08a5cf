//! What to start, and how it is to end.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::process::Signal;

use super::Process;
use super::output::Output;
use super::warden::Warden;

/// How a process is asked to end before it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// SIGTERM: what a service manager sends.
    Terminate,
    /// SIGINT: for PostgreSQL this is the fast shutdown.
    Interrupt,
    /// SIGKILL at once.
    Kill,
}

impl Stop {
    pub(super) fn signal(self) -> Signal {
        match self {
            Self::Terminate => Signal::TERM,
            Self::Interrupt => Signal::INT,
            Self::Kill => Signal::KILL,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Terminate => "TERM",
            Self::Interrupt => "INT",
            Self::Kill => "KILL",
        }
    }
}

/// What to start, and how it is to end.
#[derive(Debug)]
pub struct Launch {
    command: Command,
    name: String,
    stop: Stop,
    removes: Option<PathBuf>,
    writable: bool,
}

impl Launch {
    /// A program by path, or by name in `PATH`.
    #[must_use]
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let name = Path::new(program)
            .file_name()
            .unwrap_or(program)
            .to_string_lossy();
        Self {
            name: name.into_owned(),
            command: Command::new(program),
            stop: Stop::Terminate,
            removes: None,
            writable: false,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Empties the environment but for `PATH` and `HOME`, so that the machine's own settings can't reach the program.
    #[must_use]
    pub fn clean_env(mut self) -> Self {
        self.command.env_clear();
        for name in ["PATH", "HOME"] {
            if let Some(value) = std::env::var_os(name) {
                self.command.env(name, value);
            }
        }
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// How to ask it to end; [`Stop::Terminate`] unless told.
    #[must_use]
    pub fn stop_with(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// A directory to remove after the process has ended, also when we are killed.
    #[must_use]
    pub fn removing(mut self, dir: impl Into<PathBuf>) -> Self {
        self.removes = Some(dir.into());
        self
    }

    /// Keeps a pipe to the program's standard input, for [`Process::write_line`].
    #[must_use]
    pub fn with_stdin(mut self) -> Self {
        self.writable = true;
        self
    }

    /// Starts it, in a process group of its own.
    ///
    /// # Panics
    /// When the program can't be started.
    #[must_use]
    pub fn spawn(mut self) -> Process {
        let stdin = if self.writable {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        self.command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = self.command.spawn().unwrap_or_else(|error| {
            panic!(
                "{} could not be started: {error} ({:?})",
                self.name, self.command
            )
        });
        let output = Arc::new(Output::default());
        if let Some(stdout) = child.stdout.take() {
            Output::follow(&output, stdout);
        }
        if let Some(stderr) = child.stderr.take() {
            Output::follow(&output, stderr);
        }
        let warden = Warden::start(child.id(), self.stop, self.removes.as_deref());
        Process {
            stdin: child.stdin.take(),
            child,
            name: self.name,
            output,
            stop: self.stop,
            removes: self.removes,
            warden,
        }
    }
}
