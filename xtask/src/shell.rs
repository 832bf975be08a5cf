//! Running other programs so that it shows what is run.

use std::path::PathBuf;
use std::process::Command;

/// What every command here returns; the error is a sentence for the person at the terminal.
pub(crate) type Done<T = ()> = Result<T, String>;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    keyward_testbed::process::repository()
}

/// Prints a command as it could be typed, and runs it in the repository's root.
pub(crate) fn run(command: &mut Command) -> Done {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let program = words[0].rsplit('/').next().unwrap_or_default();
    let line = [&[program.to_owned()], &words[1..]].concat().join(" ");
    eprintln!("\n$ {line}");
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` failed ({status})")),
        Err(error) => Err(format!("`{line}` could not be started: {error}")),
    }
}

/// Whether a command runs and succeeds; its output is thrown away.
pub(crate) fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output();
    output.is_ok_and(|output| output.status.success())
}

/// The cargo that runs us, with arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}
