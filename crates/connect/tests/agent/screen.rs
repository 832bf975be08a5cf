//! A person at a terminal: a real pseudoterminal with the program in front, and what its screen shows.

use crate::service::WAIT;
use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// So high that nothing ever scrolls away, and wide enough for every line.
const SIZE: Winsize = Winsize {
    ws_row: 700,
    ws_col: 200,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

pub(crate) const ENTER: &str = "\r";
pub(crate) const ESCAPE: &str = "\x1b";
pub(crate) const CTRL_C: &str = "\x03";

pub(crate) struct Screen {
    keys: File,
    shown: Arc<Mutex<vt100::Parser>>,
    child: Child,
}

impl Screen {
    /// Starts a program with a terminal of its own.
    pub(crate) fn start(program: &str, arguments: &[String]) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        tcsetwinsize(&master, SIZE).unwrap();
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let own = || Stdio::from(ioctl_tiocgptpeer(&master, flags).unwrap());
        // A session of its own, so that this is its terminal wherever the test was started.
        let child = Command::new("setsid")
            .arg("--ctty")
            .arg(program)
            .args(arguments)
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR")
            .stdin(own())
            .stdout(own())
            .stderr(own())
            .spawn()
            .unwrap();
        let keys = File::from(master);
        let mut output = keys.try_clone().unwrap();
        let shown = Arc::new(Mutex::new(vt100::Parser::new(
            SIZE.ws_row.try_into().unwrap(),
            SIZE.ws_col.try_into().unwrap(),
            0,
        )));
        let screen = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut piece = [0; 4_096];
            // It ends with an error when the last one who could write has gone.
            while let Ok(length @ 1..) = output.read(&mut piece) {
                screen.lock().unwrap().process(&piece[..length]);
            }
        });
        Self { keys, shown, child }
    }

    /// Everything that was shown, as it looks now.
    pub(crate) fn text(&self) -> String {
        self.shown.lock().unwrap().screen().contents()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen has something.
    pub(crate) fn until(&self, what: &str, look: impl Fn(&str) -> bool) {
        let over = Instant::now() + WAIT;
        while !look(&self.text()) {
            assert!(
                Instant::now() < over,
                "{what} did not come:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until a question is open.
    pub(crate) fn asked(&self, question: &str) {
        let open = format!("? {question}");
        self.until(&open, |text| {
            let mut lines = text.lines();
            lines.any(|line| line.starts_with(&open) && !line.contains("<canceled>"))
        });
    }

    /// Waits for a question, presses keys, and waits until it is answered or left.
    pub(crate) fn answer(&mut self, question: &str, keys: &str) {
        self.asked(question);
        let open = format!("? {question}");
        let closed = |text: &str| {
            let lines = text.lines();
            let mut answers = lines.filter(|line| line.starts_with(&format!("> {question}")));
            answers.by_ref().count()
        };
        let before = closed(&self.text());
        self.press(keys);
        if keys.ends_with(ENTER) {
            self.until("an answer", |text| closed(text) > before);
        } else {
            self.until("the page before", |text| {
                let mut lines = text.lines().filter(|line| line.starts_with(&open));
                lines.all(|line| line.contains("<canceled>"))
            });
        }
    }

    /// Types over what is filled in.
    pub(crate) fn retype(&mut self, question: &str, before: &str, text: &str) {
        let erased = "\x7f".repeat(before.chars().count());
        self.answer(question, &format!("{erased}{text}{ENTER}"));
    }

    /// Waits until the program has ended.
    pub(crate) fn end(mut self) -> (i32, String) {
        let over = Instant::now() + WAIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < over, "it did not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        };
        (status.code().unwrap(), self.text())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
