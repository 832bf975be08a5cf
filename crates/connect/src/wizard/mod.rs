//! `keyward-connect configure`: the wizard in the terminal.
//!
//! [`journey`] says which page follows which; each page in [`pages`] asks its questions through [`ask::Prompts`], which a
//! person at a [`terminal`] answers or a [file](answers), and writes what it hears into the draft. Nothing but the draft
//! changes before the page "Ready to configure" is answered: then the settings are put in place at once. (What can't
//! wait is the agent's own keys and its first approval: without those nothing could be tried out.)

mod answers;
pub mod ask;
mod census;
mod draft;
pub mod journey;
mod line;
mod pages;
mod terminal;
mod tree;

pub use answers::FromFile;
pub use ask::Prompts;
pub use terminal::Terminal;

use crate::complaint::{Complaint, Complaints};
use crate::config::{self, DirectoryConfig};
use crate::link::Line;
use crate::private;
use crate::status::Lock;
use ask::{Asked, Choice, Halt, Question};
use draft::{Draft, Reached};
use journey::{Journey, Page};
use keyward_wire::link::Settings;
use rustix::fs::{Access, access};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// How the wizard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// What was asked for is done.
    Done,
    /// It is done, but the synchronisation that followed failed.
    Unsynchronised,
    /// Somebody left, and nothing was changed.
    Left,
}

/// The wizard, on whichever page.
struct Wizard<'a> {
    prompts: &'a mut dyn Prompts,
    runtime: &'a Runtime,
    /// The settings.
    file: &'a Path,
    state: &'a Path,
    draft: Draft,
    /// The directories of before, when others take their place.
    former: Vec<DirectoryConfig>,
    /// No agent starts while its settings change.
    lock: Option<Lock>,
    line: Option<Arc<Line>>,
    plan: Option<Settings>,
    /// It was let in while this ran.
    let_in: bool,
    end: End,
}

/// Asks, and does what was answered.
///
/// # Errors
/// What can't be mended by answering otherwise.
pub fn run(
    file: &Path,
    state: &Path,
    prompts: &mut dyn Prompts,
    runtime: &Runtime,
) -> Result<End, Complaints> {
    let file = absolute(file)?;
    let state = absolute(state)?;
    writable(&file, &state)?;
    let config = if file.exists() {
        Some(config::load(&file)?)
    } else {
        None
    };
    let mut wizard = Wizard {
        prompts,
        runtime,
        file: &file,
        state: &state,
        draft: Draft::new(config),
        former: Vec::new(),
        lock: None,
        line: None,
        plan: None,
        let_in: false,
        end: End::Done,
    };
    wizard.walk()
}

fn absolute(path: &Path) -> Result<PathBuf, Complaint> {
    std::path::absolute(path).map_err(|error| {
        let what = format!("that is no path: {error}");
        Complaint::new(what, path.display().to_string(), "give another path")
    })
}

/// Nobody shall answer twelve pages and hear then that the result can't be written.
fn writable(file: &Path, state: &Path) -> Result<(), Complaint> {
    let folders = [file.parent().unwrap_or(Path::new("/")), state];
    for folder in folders {
        let there = folder.ancestors().find(|folder| folder.exists());
        let there = there.unwrap_or(Path::new("/"));
        if let Err(error) = access(there, Access::WRITE_OK | Access::EXEC_OK) {
            return Err(Complaint::new(
                format!("nothing can be written here: {error}"),
                there.display().to_string(),
                "run this as the agent's user (sudo -u keyward-connect keyward-connect configure), and let it write there",
            ));
        }
    }
    if state.exists() {
        private::prepare(state)?;
    }
    Ok(())
}

impl Wizard<'_> {
    fn walk(&mut self) -> Result<End, Complaints> {
        let mut journey = Journey::default();
        while journey.page() != Page::Exit {
            match self.page(journey.page()) {
                Ok(()) => journey = journey.forward(self.draft.route()),
                Err(Halt::Back) => journey = journey.back(),
                Err(Halt::Leave) => {
                    self.farewell(journey.page());
                    return Ok(if journey.page() == Page::Complete {
                        self.end
                    } else {
                        End::Left
                    });
                }
                Err(Halt::Failed(complaints)) => return Err(complaints),
            }
        }
        Ok(self.end)
    }

    fn page(&mut self, page: Page) -> Asked<()> {
        let title = self.title(page);
        let asks = !matches!(page, Page::Complete | Page::Exit);
        self.prompts.page(&title, asks);
        match page {
            Page::Welcome => pages::start::welcome(self),
            Page::Tasks => pages::start::tasks(self),
            Page::Current => pages::start::current(self),
            Page::Service => pages::service::page(self),
            Page::Directories => pages::directories::page(self),
            Page::Units(n) => pages::units::page(self, n),
            Page::Group(n) => pages::group::page(self, n),
            Page::Names(n) => pages::names::page(self, n),
            Page::Features(n) => pages::features::page(self, n),
            Page::Refresh => pages::refresh::page(self),
            Page::Ready => pages::ready::page(self),
            Page::Uninstall => pages::uninstall::page(self),
            Page::Complete => {
                pages::complete::page(self);
                Ok(())
            }
            Page::Exit => Ok(()),
        }
    }

    fn title(&self, page: Page) -> String {
        let of = |title: &str, n: usize| match self.draft.directories.get(n) {
            Some(draft) => format!("{title} · {}", draft.config.name),
            None => title.to_owned(),
        };
        match page {
            Page::Welcome => "Welcome to Keyward Connect".to_owned(),
            Page::Tasks => "Tasks".to_owned(),
            Page::Current => "Current configuration".to_owned(),
            Page::Service => "Connect to Keyward".to_owned(),
            Page::Directories => "Connect directories".to_owned(),
            Page::Units(n) => of("Domain and OU filtering", n),
            Page::Group(n) => of("Filter users", n),
            Page::Names(n) => of("Uniquely identifying users", n),
            Page::Features(n) => of("Optional features", n),
            Page::Refresh => "Refresh directory schema".to_owned(),
            Page::Ready => "Ready to configure".to_owned(),
            Page::Uninstall => "Uninstall".to_owned(),
            Page::Complete => "Configuration complete".to_owned(),
            Page::Exit => String::new(),
        }
    }

    fn farewell(&mut self, page: Page) {
        if page == Page::Complete {
            return;
        }
        let mut text = "\nLeft. No settings were changed.".to_owned();
        if self.let_in {
            text.push_str(
                " The agent stays let in: configure again to go on from there, or revoke it in the admin center.",
            );
        }
        self.prompts.say(&text);
    }

    /// Asks again and again until it goes well, or somebody goes back.
    fn insist<T>(
        &mut self,
        mut attempt: impl FnMut(&mut Self) -> Asked<Result<T, Complaint>>,
    ) -> Asked<T> {
        loop {
            match attempt(self)? {
                Ok(done) => return Ok(done),
                Err(complaint) => {
                    self.prompts.sorry(&complaint)?;
                    let again = [Choice::new("again", "Try again")];
                    self.prompts.one(Question::Again, "And now?", &again, 0)?;
                }
            }
        }
    }

    /// A directory that answers.
    fn reached(&mut self, n: usize) -> Asked<Reached> {
        self.insist(|wizard| {
            let draft = &mut wizard.draft.directories[n];
            Ok(wizard.runtime.block_on(draft.reach()))
        })
    }

    /// No agent works here from now on.
    fn take_lock(&mut self) -> Result<(), Complaint> {
        if self.lock.is_some() {
            return Ok(());
        }
        private::prepare(self.state)?;
        let place = self.state.display().to_string();
        let taken = Lock::take(self.state).map_err(|error| {
            let what = format!("the state directory can't be locked: {error}");
            Complaint::new(what, place.clone(), "let the agent's user write there")
        })?;
        self.lock = Some(taken.ok_or_else(|| {
            let fix = "stop it in another terminal (systemctl stop keyward-connect); the last page says how to start it again";
            Complaint::new("the agent runs, and would work with settings that change", place, fix)
        })?);
        Ok(())
    }
}
