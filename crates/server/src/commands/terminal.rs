//! Printing, for people and for pipes.

use crate::complaint::{Complaint, Complaints};
use crate::config::Environment;
use std::io::{IsTerminal, Write, stderr, stdin, stdout};

/// Where the output goes, and whether colours mean anything there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    out_colors: bool,
    err_colors: bool,
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tone {
    Good,
    Warning,
    Bad,
    Quiet,
}

impl Terminal {
    pub(super) fn new(environment: &Environment, no_color: bool) -> Self {
        // no-color.org: set to anything but nothing.
        let welcome = !no_color && environment.get("NO_COLOR").is_none();
        Self {
            out_colors: welcome && stdout().is_terminal(),
            err_colors: welcome && stderr().is_terminal(),
        }
    }

    /// True when log lines may have colours.
    pub(super) fn log_colors(self) -> bool {
        self.err_colors
    }

    /// The word in its colour, for [`line()`].
    pub(super) fn tone(self, tone: Tone, word: &str) -> String {
        paint(self.out_colors, tone, word)
    }

    /// Prints what is wrong, on standard error.
    pub(super) fn complain(self, complaints: &Complaints) {
        let text = complaints.to_string();
        for line in text.lines() {
            let line = match line.strip_prefix("error:") {
                Some(what) => format!("{}{what}", paint(self.err_colors, Tone::Bad, "error:")),
                None => line.to_owned(),
            };
            let _ = writeln!(stderr(), "{line}");
        }
    }
}

/// Prints a line. A reader that went away (`| head`) is no error.
pub(super) fn line(text: &str) {
    let _ = writeln!(stdout(), "{text}");
}

/// Does something while what is typed on the terminal isn't shown.
pub(super) fn without_echo<T>(act: impl FnOnce() -> T) -> T {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let before = tcgetattr(stdin()).ok();
    if let Some(before) = &before {
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let _ = tcsetattr(stdin(), OptionalActions::Flush, &silent);
    }
    let done = act();
    if let Some(before) = before {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &before);
        line("");
    }
    done
}

/// Asks, where there is somebody to ask. Nobody there is a no that says how to say yes.
pub(super) fn confirm(question: &str) -> Result<bool, Complaint> {
    if !stdin().is_terminal() {
        return Err(Complaint::new(
            "this has to be confirmed, and nobody is there to ask",
            "standard input is no terminal",
            "add --yes",
        ));
    }
    let _ = write!(stdout(), "{question} [y/N] ");
    let _ = stdout().flush();
    let mut answer = String::new();
    let _ = stdin().read_line(&mut answer);
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn paint(colors: bool, tone: Tone, word: &str) -> String {
    let code = match tone {
        Tone::Good => "32",
        Tone::Warning => "33",
        Tone::Bad => "1;31",
        Tone::Quiet => "2",
    };
    if colors {
        format!("\x1b[{code}m{word}\x1b[0m")
    } else {
        word.to_owned()
    }
}
