//! Programs that end when the test does.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use keyward_testbed::process::{Launch, Stop, free_port};

const SOON: Duration = Duration::from_secs(20);

fn exists(pid: &str) -> bool {
    // A zombie has ended; only its parent has not asked yet.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn wait_gone(pid: &str) {
    let deadline = Instant::now() + SOON;
    while exists(pid) {
        assert!(Instant::now() < deadline, "{pid} still runs");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn output_of_both_streams_is_kept_and_waited_for() {
    let process = Launch::new("sh")
        .args(["-c", "echo one; echo two >&2; exec cat"])
        .with_stdin();
    let mut process = process.spawn();
    assert_eq!(process.line("one", SOON), "one");
    process.wait_line("two", SOON);
    process.write_line("three");
    process.wait_line("three", SOON);
    assert!(process.is_running());
}

#[test]
#[should_panic(expected = "It printed:\nsomething else")]
fn a_line_that_never_comes_fails_with_what_was_printed() {
    let process = Launch::new("echo").arg("something else").spawn();
    process.wait_line("ready", SOON);
}

#[test]
fn exit_status_and_signals_are_the_real_ones() {
    let mut process = Launch::new("sh").args(["-c", "exit 7"]).spawn();
    assert_eq!(process.wait(SOON).code(), Some(7));

    let script = "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    let mut process = Launch::new("sh").args(["-c", script]).spawn();
    process.wait_line("ready", SOON);
    process.terminate();
    assert_eq!(process.wait(SOON).code(), Some(3));
    process.wait_line("bye", SOON);

    let mut process = Launch::new("sleep").arg("600").spawn();
    process.kill();
    assert_eq!(process.wait(SOON).code(), None);
    assert!(!process.is_running());
}

#[test]
fn dropping_ends_children_too_and_removes_the_directory() {
    let dir = tempfile::tempdir().unwrap().keep();
    let process = Launch::new("sh")
        .args(["-c", "sleep 600 & echo child $!; wait"])
        .stop_with(Stop::Terminate)
        .removing(&dir)
        .spawn();
    let child = process.line("child", SOON).replace("child ", "");
    let pid = process.pid().to_string();
    assert!(exists(&child) && dir.exists());
    drop(process);
    wait_gone(&child);
    wait_gone(&pid);
    assert!(!dir.exists());
}

/// The other half of [`a_killed_test_leaves_nothing_behind`]: on its own it starts nothing and proves nothing.
fn be_the_victim(dir: &Path) -> ! {
    let process = Launch::new("sleep").arg("600").removing(dir).spawn();
    println!("\nsleeper {}", process.pid());
    loop {
        std::thread::park();
    }
}

#[test]
fn a_killed_test_leaves_nothing_behind() {
    if let Some(dir) = keyward_testbed::process::environment("KEYWARD_TESTBED_VICTIM") {
        be_the_victim(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap().keep();
    let mut victim = Launch::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "a_killed_test_leaves_nothing_behind",
        ])
        .env("KEYWARD_TESTBED_VICTIM", &dir)
        .spawn();
    let line = victim.line("sleeper ", SOON);
    let sleeper = line.rsplit(' ').next().unwrap();
    assert!(exists(sleeper));
    victim.kill();
    wait_gone(sleeper);
    let deadline = Instant::now() + SOON;
    while dir.exists() {
        assert!(
            Instant::now() < deadline,
            "{} is still there",
            dir.display()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn free_ports_are_free_and_given_once() {
    let ports: Vec<_> = (0..20).map(|_| free_port()).collect();
    let bound: Vec<_> = ports
        .iter()
        .map(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).unwrap())
        .collect();
    assert_eq!(bound.len(), HashSet::<_>::from_iter(ports).len());
}
