//! A person at a terminal.

use super::ask::{Asked, Choice, Halt, Password, Prompts, Question, Text, harmless};
use crate::complaint::Complaint;
use crossterm::event::{self, Event, KeyCode, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use inquire::validator::Validation;
use inquire::{InquireError, MultiSelect, PasswordDisplayMode, Select};
use std::fmt;
use std::io::{IsTerminal, Write, stderr, stdin};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Lines of a list that are seen at once.
const LINES: usize = 14;
/// So many ticks are named when they are answered.
const NAMED: usize = 3;
/// How wide a page's title is.
const WIDE: usize = 78;

/// A person at a terminal.
pub struct Terminal(());

impl Terminal {
    /// The terminal of this process.
    ///
    /// # Errors
    /// When there is none.
    pub fn open() -> Result<Self, Complaint> {
        if stdin().is_terminal() && stderr().is_terminal() {
            return Ok(Self(()));
        }
        Err(Complaint::new(
            "the wizard needs a terminal to ask its questions",
            "standard input and standard error",
            "run it in a terminal, or give the answers in a file with --answers FILE",
        ))
    }
}

/// A choice as inquire shows it.
struct Line(usize, String);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

fn lines(choices: &[Choice]) -> Vec<Line> {
    let choices = choices.iter().enumerate();
    choices
        .map(|(n, choice)| Line(n, harmless(&choice.label).replace('\n', " ")))
        .collect()
}

fn write(text: &str) {
    // A terminal that has gone away ends the next question.
    let _ = writeln!(stderr(), "{text}");
}

fn answered<T>(result: Result<T, InquireError>) -> Asked<T> {
    result.map_err(|error| match error {
        InquireError::OperationCanceled => Halt::Back,
        InquireError::OperationInterrupted => Halt::Leave,
        error => Complaint::new(
            format!("the terminal can't be asked: {error}"),
            "this terminal",
            "run it in another terminal, or give the answers in a file with --answers FILE",
        )
        .into(),
    })
}

impl Prompts for Terminal {
    fn page(&mut self, title: &str, asks: bool) {
        let title = harmless(title);
        let rest = WIDE.saturating_sub(title.chars().count() + 4);
        write(&format!("\n── {title} {}", "─".repeat(rest)));
        if asks {
            write("   Enter: on   Esc: one page back   Ctrl-C: leave, with nothing changed\n");
        }
    }

    fn say(&mut self, text: &str) {
        write(&harmless(text));
    }

    fn sorry(&mut self, complaint: &Complaint) -> Asked<()> {
        write(&format!("\n{complaint}\n"));
        Ok(())
    }

    fn text(&mut self, _question: Question, ask: &Text) -> Asked<String> {
        let mut prompt = inquire::Text::new(ask.label).with_initial_value(&ask.initial);
        if !ask.help.is_empty() {
            prompt = prompt.with_help_message(ask.help);
        }
        if !ask.optional {
            prompt = prompt.with_validator(|text: &str| {
                Ok(if text.trim().is_empty() {
                    Validation::Invalid("This can't be left empty.".into())
                } else {
                    Validation::Valid
                })
            });
        }
        answered(prompt.prompt()).map(|text| text.trim().to_owned())
    }

    fn password(&mut self, _question: Question, known: bool) -> Asked<Password> {
        let prompt = inquire::Password::new("Password of that account")
            .without_confirmation()
            .with_display_mode(PasswordDisplayMode::Hidden)
            .with_help_message(if known {
                "It isn't shown. Empty: the one that is known already"
            } else {
                "It isn't shown, and goes into a file that only the agent can read"
            })
            .with_validator(move |text: &str| {
                Ok(if text.is_empty() && !known {
                    Validation::Invalid("An empty password signs nobody in.".into())
                } else {
                    Validation::Valid
                })
            });
        let typed = Zeroizing::new(answered(prompt.prompt())?);
        Ok(if typed.is_empty() {
            Password::Kept
        } else {
            Password::Typed(typed)
        })
    }

    fn one(
        &mut self,
        _question: Question,
        label: &str,
        of: &[Choice],
        start: usize,
    ) -> Asked<usize> {
        let prompt = Select::new(label, lines(of))
            .with_page_size(LINES)
            .with_starting_cursor(start.min(of.len().saturating_sub(1)))
            .with_help_message("↑↓ to move, Enter to choose, type to filter");
        answered(prompt.prompt()).map(|line| line.0)
    }

    fn some(
        &mut self,
        _question: Question,
        label: &str,
        of: &[Choice],
        ticked: &[usize],
    ) -> Asked<Vec<usize>> {
        let prompt = MultiSelect::new(label, lines(of))
            .with_page_size(LINES)
            .with_default(ticked)
            .with_formatter(&|chosen| match chosen {
                [] => "nothing".to_owned(),
                few if few.len() <= NAMED => {
                    let labels: Vec<_> = few.iter().map(|line| line.value.1.trim()).collect();
                    labels.join(", ")
                }
                many => format!("{} ticked", many.len()),
            })
            .with_help_message(
                "↑↓ to move, Space to tick, → all, ← none, type to filter, Enter to go on",
            );
        let mut chosen: Vec<_> = answered(prompt.prompt())?
            .into_iter()
            .map(|line| line.0)
            .collect();
        chosen.sort_unstable();
        Ok(chosen)
    }

    fn pause(&mut self, time: Duration) -> Asked<()> {
        let heard = enable_raw_mode().and_then(|()| hear(time));
        // In every case, or the terminal stays without an echo.
        let restored = disable_raw_mode();
        let heard = heard.and_then(|key| restored.map(|()| key));
        match answered(heard.map_err(InquireError::IO))? {
            Some(halt) => Err(halt),
            None => Ok(()),
        }
    }
}

/// Waits for a key that means something.
fn hear(time: Duration) -> std::io::Result<Option<Halt>> {
    let over = Instant::now() + time;
    loop {
        let left = over.saturating_duration_since(Instant::now());
        if left.is_zero() || !event::poll(left)? {
            return Ok(None);
        }
        let Event::Key(key) = event::read()? else {
            continue;
        };
        match key.code {
            KeyCode::Esc => return Ok(Some(Halt::Back)),
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return Ok(Some(Halt::Leave));
            }
            _ => {}
        }
    }
}
