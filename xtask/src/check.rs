//! What can be said about the code without running it.

use crate::shell::{self, Done, cargo};
use crate::tidy;

/// Runs every step, so that one look tells everything that is wrong.
pub(crate) fn run() -> Done {
    let clippy = ["clippy", "--workspace", "--all-targets", "--all-features"];
    let doc = [
        "doc",
        "--workspace",
        "--all-features",
        "--no-deps",
        "--document-private-items",
    ];
    let steps: [Done; 4] = [
        shell::run(&mut cargo(&["fmt", "--all", "--check"])),
        tidy::run(),
        shell::run(cargo(&clippy).args(["--", "-D", "warnings"])),
        shell::run(cargo(&doc).env("RUSTDOCFLAGS", "-D warnings")),
    ];
    let wrong: Vec<_> = steps.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        println!("check: fmt, tidy, clippy and doc are fine");
        return Ok(());
    }
    Err(wrong.join("\n       "))
}
