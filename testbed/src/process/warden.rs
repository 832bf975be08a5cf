//! The shell that ends a program when we are killed before we could.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::Stop;

/// Ends the child when our end of the pipe closes. Arguments: pid, signal, directory to remove (or nothing).
const WARDEN: &str = r#"
trap '' TERM INT HUP
read -r word && exit 0
kill -s "$2" -- "-$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s KILL -- "-$1" 2>/dev/null
[ -z "$3" ] || rm -rf -- "$3"
"#;

/// The shell that ends a child whose parent was killed.
#[derive(Debug)]
pub(super) struct Warden {
    child: Child,
}

impl Warden {
    pub(super) fn start(pid: u32, stop: Stop, removes: Option<&Path>) -> Self {
        let child = Command::new("/bin/sh")
            .args(["-c", WARDEN, "warden", &pid.to_string(), stop.word()])
            .arg(removes.map_or_else(OsString::new, |dir| dir.as_os_str().to_owned()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell to watch over the process");
        Self { child }
    }

    pub(super) fn dismiss(&mut self) {
        if let Some(mut pipe) = self.child.stdin.take() {
            drop(pipe.write_all(b"done\n"));
        }
        drop(self.child.wait());
    }
}
