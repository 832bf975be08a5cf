//! What a page asks, whoever answers: a person at a terminal, or a file.

use crate::complaint::{Complaint, Complaints};
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// Why a page isn't gone on from.
#[derive(Debug, PartialEq, Eq)]
pub enum Halt {
    /// One page back.
    Back,
    /// Out of the wizard, with nothing changed.
    Leave,
    /// It can't be mended here.
    Failed(Complaints),
}

impl From<Complaint> for Halt {
    fn from(complaint: Complaint) -> Self {
        Self::Failed(complaint.into())
    }
}

impl From<Complaints> for Halt {
    fn from(complaints: Complaints) -> Self {
        Self::Failed(complaints)
    }
}

/// An answer, or why there is none.
pub type Asked<T> = Result<T, Halt>;

/// What is asked. The number is the directory's, in the order in which they were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether to begin.
    Begin,
    /// What to do with an agent that is configured.
    Task,
    /// Whether to go back to the tasks.
    Seen,
    /// The service's address.
    Url,
    /// A proxy on the way to it.
    Proxy,
    /// The authority of its certificate.
    ServiceCa,
    /// What to do when nobody let the agent in.
    EnrolAgain,
    /// Which directory to add, change or remove, or none.
    Directories,
    /// Its kind.
    Kind(usize),
    /// Its servers.
    Servers(usize),
    /// The name servers that know them.
    NameServers(usize),
    /// The authority of their certificates.
    Ca(usize),
    /// The naming context.
    Base(usize),
    /// The agent's account.
    Account(usize),
    /// The account's password.
    Password(usize),
    /// What the settings call it.
    Name(usize),
    /// Whether to go on with an account that lacks rights.
    Rights(usize),
    /// Everything, everything but some units, or some units.
    Area(usize),
    /// Units that come in.
    Units(usize),
    /// Units below those that stay out.
    Excluded(usize),
    /// Everybody, or the members of one group.
    Pilot(usize),
    /// That group.
    Group(usize),
    /// What users are known by.
    SourceAnchor(usize),
    /// The attribute with the users' names.
    UserName(usize),
    /// The optional features.
    Features(usize),
    /// The attributes of the extensions.
    Attributes(usize),
    /// Whether to try once more.
    Again,
    /// What to do without a preview.
    NoPreview,
    /// Whether the agent only computes.
    Staging,
    /// Whether to do it.
    Go,
    /// Whether to remove everything.
    Uninstall,
}

/// A line of text.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// What is wanted.
    pub label: &'static str,
    /// One line on how to write it.
    pub help: &'static str,
    /// What was answered before, or what most people answer.
    pub initial: String,
    /// Nothing is an answer too.
    pub optional: bool,
}

/// One of several things to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What a file writes. Never changes.
    pub word: String,
    /// Other ways to write it.
    pub also: Vec<String>,
    /// What a person reads.
    pub label: String,
}

impl Choice {
    /// A choice that has one word.
    pub fn new(word: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            also: Vec::new(),
            label: label.into(),
        }
    }

    /// Whether this is what was written.
    #[must_use]
    pub fn is(&self, written: &str) -> bool {
        let mut words = std::iter::once(&self.word).chain(&self.also);
        words.any(|word| word.eq_ignore_ascii_case(written.trim()))
    }
}

/// A password, or where it is.
pub enum Password {
    /// It was typed.
    Typed(Zeroizing<String>),
    /// It is in a file that only its owner can read.
    File(PathBuf),
    /// The one that is known already.
    Kept,
}

/// Somebody or something that answers.
pub trait Prompts {
    /// A page begins; one that asks nothing can't be left.
    fn page(&mut self, title: &str, asks: bool);

    /// Something to read.
    fn say(&mut self, text: &str);

    /// Something is wrong with the answers. Whoever can answer otherwise is asked again.
    fn sorry(&mut self, complaint: &Complaint) -> Asked<()>;

    /// Asks for a line of text.
    fn text(&mut self, question: Question, ask: &Text) -> Asked<String>;

    /// Asks for a password. `known`: there is one already.
    fn password(&mut self, question: Question, known: bool) -> Asked<Password>;

    /// Asks for one of several things; the answer is its place.
    fn one(&mut self, question: Question, label: &str, of: &[Choice], start: usize)
    -> Asked<usize>;

    /// Asks for any number of several things; the answer is their places, in order.
    fn some(
        &mut self,
        question: Question,
        label: &str,
        of: &[Choice],
        ticked: &[usize],
    ) -> Asked<Vec<usize>>;

    /// Whether the answers name all directories, so that those of before don't count.
    fn names_directories(&self) -> bool {
        false
    }

    /// Waits so long, and hears whether somebody wants to go.
    fn pause(&mut self, time: Duration) -> Asked<()>;
}

/// So many of something, in words.
#[must_use]
pub fn counted(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    }
}

/// The text without anything that a terminal would take for a command: names come from directories and services, and
/// whoever may give something a name there must not be able to draw on an administrator's screen.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c != '\n' && (c.is_control() || turns) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{Choice, harmless};

    #[test]
    fn a_name_can_not_draw_on_the_screen() {
        assert_eq!(
            harmless("OU=\x1b[2Jx\r\u{202e}y\nBürger"),
            "OU=\\u{1b}[2Jx\\r\\u{202e}y\nBürger"
        );
    }

    #[test]
    fn a_choice_is_known_by_each_of_its_names() {
        let choice = Choice {
            also: vec!["CN=Pilot,DC=a".to_owned()],
            ..Choice::new("pilot", "Pilot, 3 users")
        };
        assert!(choice.is("Pilot") && choice.is(" cn=pilot,dc=A "));
        assert!(!choice.is("Pilot, 3 users") && !choice.is(""));
    }
}
