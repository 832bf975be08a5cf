//! Programs that answer and end.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs a program with this standard input, and returns what it printed.
///
/// # Panics
/// When it can't be started; `package` is where Debian has it.
pub(crate) fn feed(command: &mut Command, input: &str, package: &str) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| {
        let program = command.get_program().display();
        panic!("{program} could not be started: {error} (apt-get install {package})")
    });
    let pipe = child.stdin.take();
    std::thread::scope(|scope| {
        // Beside the reading: neither side waits for the other to empty a pipe.
        scope.spawn(|| {
            // Whoever fails early doesn't read to the end; its exit status says more.
            pipe.map(|mut pipe| drop(pipe.write_all(input.as_bytes())))
        });
        child.wait_with_output().expect("a child that was started")
    })
}

/// Both streams, for messages.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}
