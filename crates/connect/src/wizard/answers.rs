//! A file that answers the wizard's questions: `configure --answers FILE`.
//!
//! It is asked what a person would be asked, page by page, and every check is the same. What it doesn't say is answered
//! with what a person would find filled in; where nothing is, and where an answer is wrong, the wizard ends and says so,
//! with nothing changed. Passwords stand in files of their own. `docs/admin/connect-answers.toml` shows every line.

use super::ask::{Asked, Choice, Halt, Password, Prompts, Question, Text, harmless};
use crate::complaint::{Complaint, Complaints};
use serde::Deserialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    task: Option<String>,
    service: Option<Service>,
    #[serde(default)]
    directory: Vec<Directory>,
    #[serde(default)]
    finish: Finish,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    url: Option<String>,
    proxy: Option<String>,
    ca: Option<String>,
    again: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Directory {
    name: Option<String>,
    kind: Option<String>,
    servers: Option<Vec<String>>,
    nameservers: Option<Vec<String>>,
    ca: Option<String>,
    base: Option<String>,
    bind_dn: Option<String>,
    password_file: Option<PathBuf>,
    missing_rights: Option<String>,
    units: Option<Vec<String>>,
    excluded: Option<Vec<String>>,
    group: Option<String>,
    source_anchor: Option<String>,
    user_name: Option<String>,
    features: Option<Vec<String>>,
    attributes: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finish {
    staging: Option<bool>,
    start: Option<bool>,
    without_preview: Option<bool>,
}

/// Answers from a file.
pub struct FromFile {
    path: PathBuf,
    answers: Answers,
    /// So many directories were added.
    added: usize,
}

impl FromFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it can't be read, or says something that nobody asks.
    pub fn load(path: &Path) -> Result<Self, Complaints> {
        let wrong = |what: String, line: Option<usize>| {
            let place = match line {
                Some(line) => format!("{}, line {line}", path.display()),
                None => path.display().to_string(),
            };
            let fix = "mend the file; docs/admin/connect-answers.toml shows every line";
            Complaints::settings(vec![Complaint::new(what, place, fix)])
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| wrong(format!("the answers can't be read: {error}"), None))?;
        Self::read(&text, path).map_err(|error| {
            let line = error.span().map(|span| {
                let before = text.get(..span.start).unwrap_or(&text);
                before.matches('\n').count() + 1
            });
            wrong(error.message().to_owned(), line)
        })
    }

    fn read(text: &str, path: &Path) -> Result<Self, toml::de::Error> {
        Ok(Self {
            path: path.to_owned(),
            answers: toml::from_str(text)?,
            added: 0,
        })
    }

    fn refuse<T>(&self, what: String, fix: &str) -> Asked<T> {
        let place = self.path.display().to_string();
        Err(Complaints::settings(vec![Complaint::new(what, place, fix)]).into())
    }

    fn directory(&self, n: usize) -> Option<&Directory> {
        self.answers.directory.get(n)
    }

    /// What is written as an answer that is a text, or one of several things.
    fn written(&self, question: Question) -> Option<String> {
        let service = self.answers.service.as_ref();
        let of = |n: usize, get: fn(&Directory) -> Option<String>| self.directory(n).and_then(get);
        let switch = |on: Option<bool>, yes: &str, no: &str| {
            on.map(|on| if on { yes } else { no }.to_owned())
        };
        let finish = &self.answers.finish;
        match question {
            Question::Task => self.answers.task.clone(),
            Question::Url => service.and_then(|service| service.url.clone()),
            Question::Proxy => service.and_then(|service| service.proxy.clone()),
            Question::ServiceCa => service.and_then(|service| service.ca.clone()),
            Question::EnrolAgain => {
                switch(service.and_then(|service| service.again), "enrol", "stop")
                    .or_else(|| Some("stop".to_owned()))
            }
            Question::Directories => Some(self.next_directory()),
            Question::Kind(n) => of(n, |d| d.kind.clone()),
            Question::Servers(n) => of(n, |d| d.servers.as_ref().map(|list| list.join(" "))),
            Question::NameServers(n) => {
                of(n, |d| d.nameservers.as_ref().map(|list| list.join(" ")))
            }
            Question::Ca(n) => of(n, |d| d.ca.clone()),
            Question::Base(n) => of(n, |d| d.base.clone()),
            Question::Account(n) => of(n, |d| d.bind_dn.clone()),
            Question::Name(n) => of(n, |d| d.name.clone()),
            // Nobody is there to read what is missing.
            Question::Rights(n) => {
                of(n, |d| d.missing_rights.clone()).or_else(|| Some("stop".to_owned()))
            }
            Question::Area(n) => self
                .directory(n)
                .map(|directory| area(directory).to_owned()),
            Question::Pilot(n) => self.directory(n).map(|directory| {
                let group = directory.group.as_ref().filter(|group| !group.is_empty());
                if group.is_some() {
                    "group"
                } else {
                    "everybody"
                }
                .to_owned()
            }),
            Question::Group(n) => of(n, |d| d.group.clone()),
            Question::SourceAnchor(n) => of(n, |d| d.source_anchor.clone()),
            Question::UserName(n) => of(n, |d| d.user_name.clone()),
            Question::Attributes(n) => of(n, |d| d.attributes.as_ref().map(|list| list.join(" "))),
            Question::NoPreview => switch(finish.without_preview, "without", "stop")
                .or_else(|| Some("stop".to_owned())),
            Question::Staging => switch(finish.staging, "on", "off"),
            Question::Go => switch(finish.start, "start", "configure"),
            Question::Uninstall => Some("uninstall".to_owned()),
            Question::Begin
            | Question::Seen
            | Question::Again
            | Question::Password(_)
            | Question::Units(_)
            | Question::Excluded(_)
            | Question::Features(_) => None,
        }
    }

    fn next_directory(&self) -> String {
        if self.added < self.answers.directory.len() {
            "add"
        } else {
            "continue"
        }
        .to_owned()
    }

    fn list(&self, question: Question) -> Option<&Vec<String>> {
        match question {
            Question::Units(n) => self.directory(n)?.units.as_ref(),
            Question::Excluded(n) => self.directory(n)?.excluded.as_ref(),
            Question::Features(n) => self.directory(n)?.features.as_ref(),
            _ => None,
        }
    }

    fn find(&self, written: &str, of: &[Choice]) -> Asked<usize> {
        if let Some(found) = of.iter().position(|choice| choice.is(written)) {
            return Ok(found);
        }
        let words: Vec<_> = of
            .iter()
            .take(12)
            .map(|choice| choice.word.as_str())
            .collect();
        let more = if of.len() > words.len() { " …" } else { "" };
        self.refuse(
            format!("\"{written}\" is none of: {}{more}", words.join("; ")),
            "write one of those",
        )
    }
}

fn area(directory: &Directory) -> &'static str {
    let some = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
    if some(&directory.units) {
        "units"
    } else if some(&directory.excluded) {
        "all-but"
    } else {
        "all"
    }
}

fn print(text: &str) {
    // A reader that has gone away is no fault.
    let _ = writeln!(std::io::stdout(), "{}", harmless(text));
}

impl Prompts for FromFile {
    fn page(&mut self, title: &str, _: bool) {
        print(&format!("\n{title}"));
    }

    fn say(&mut self, text: &str) {
        print(text);
    }

    fn sorry(&mut self, complaint: &Complaint) -> Asked<()> {
        Err(Halt::Failed(complaint.clone().into()))
    }

    fn text(&mut self, question: Question, ask: &Text) -> Asked<String> {
        match self.written(question) {
            Some(text) if ask.optional || !text.trim().is_empty() => Ok(text.trim().to_owned()),
            None if ask.optional || !ask.initial.is_empty() => Ok(ask.initial.clone()),
            _ => self.refuse(
                format!("the file doesn't answer \"{}\" ({question:?})", ask.label),
                "add the line; docs/admin/connect-answers.toml shows every line",
            ),
        }
    }

    fn password(&mut self, question: Question, known: bool) -> Asked<Password> {
        let Question::Password(n) = question else {
            return Ok(Password::Kept);
        };
        match self.directory(n).and_then(|d| d.password_file.clone()) {
            Some(file) => Ok(Password::File(file)),
            None if known => Ok(Password::Kept),
            None => self.refuse(
                format!("no password_file is given for [[directory]] {}", n + 1),
                "write the password into a file (chmod 600), and name it as password_file",
            ),
        }
    }

    fn one(&mut self, question: Question, _: &str, of: &[Choice], start: usize) -> Asked<usize> {
        let Some(written) = self.written(question) else {
            return Ok(start);
        };
        if question == Question::Directories && written == "add" {
            self.added += 1;
        }
        self.find(&written, of)
    }

    fn some(
        &mut self,
        question: Question,
        _: &str,
        of: &[Choice],
        ticked: &[usize],
    ) -> Asked<Vec<usize>> {
        let Some(list) = self.list(question) else {
            return Ok(ticked.to_vec());
        };
        let found: Asked<Vec<_>> = list.iter().map(|written| self.find(written, of)).collect();
        let mut found = found?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn names_directories(&self) -> bool {
        !self.answers.directory.is_empty()
    }

    fn pause(&mut self, time: Duration) -> Asked<()> {
        std::thread::sleep(time);
        Ok(())
    }
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
