//! Reads typed values out of [`Values`] and gathers what is wrong with them, so that all of it is told at once.

use super::environment::Environment;
use super::reference::{self, Value};
use super::secret;
use super::values::{Origin, Setting, Values};
use crate::complaint::Complaint;
use keyward_core::secret::Secret;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use zeroize::Zeroizing;

/// One pass over the settings. After a complaint it goes on with a stand-in value, which nobody gets to see.
pub(super) struct Reader<'a> {
    /// The settings.
    pub(super) values: &'a Values,
    /// For systemd's directories.
    pub(super) environment: &'a Environment,
    /// Some of what was given could not be read.
    pub(super) mistyped: bool,
    /// What was wrong so far.
    pub(super) complaints: Vec<Complaint>,
}

impl<'a> Reader<'a> {
    /// Refuses the value of a setting. A default is not refused while names were unknown: what is missing is then
    /// most likely what was mistyped, and saying so twice helps nobody.
    pub(super) fn refuse(&mut self, name: &str, what: impl Into<String>, fix: impl Into<String>) {
        if self.mistyped && self.values.get(name).origin == Origin::Default {
            return;
        }
        let place = match &self.values.get(name).origin {
            Origin::Default => {
                format!("`{name}` in keyward.toml, or {}", reference::variable(name))
            }
            origin => format!("`{name}` in {origin}"),
        };
        self.complaints.push(Complaint::new(what, place, fix));
    }

    /// Text; empty when not set.
    #[must_use]
    pub(super) fn text(&self, name: &str) -> &'a str {
        match self.setting(name) {
            Setting {
                value: Value::Text(text),
                ..
            } => text.trim(),
            _ => "",
        }
    }

    /// Yes or no.
    #[must_use]
    pub(super) fn flag(&self, name: &str) -> bool {
        self.setting(name).value == Value::Flag(true)
    }

    /// A number between two bounds.
    pub(super) fn number<N: TryFrom<i64> + Default>(
        &mut self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> N {
        let Value::Number(number) = self.setting(name).value else {
            return N::default();
        };
        if !range.contains(&number) {
            self.refuse(
                name,
                format!("`{name}` is {number}"),
                format!("write a number from {} to {}", range.start(), range.end()),
            );
        }
        N::try_from(number).unwrap_or_default()
    }

    /// A number of seconds between two bounds.
    pub(super) fn seconds(&mut self, name: &str, range: RangeInclusive<i64>) -> Duration {
        Duration::from_secs(self.number(name, range))
    }

    /// Several values of one type; each that can't be read is told with its own reason.
    pub(super) fn list<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Vec<T> {
        let Value::List(items) = &self.setting(name).value else {
            return Vec::new();
        };
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            match item.trim().parse() {
                Ok(value) => list.push(value),
                Err(fault) => self.refuse(
                    name,
                    format!("\"{item}\" in `{name}`: {fault}"),
                    "correct or remove this entry",
                ),
            }
        }
        list
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
        let text = self.text(name);
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        self.refuse(
            name,
            format!("`{name}` can't be \"{text}\""),
            format!("write one of {}", words.join(", ")),
        );
        choices[0].1
    }

    /// An address to listen on; `None` when not set.
    pub(super) fn address(&mut self, name: &str) -> Option<SocketAddr> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        let address = text.parse().ok();
        if address.is_none() {
            self.refuse(
                name,
                format!("`{name}` is \"{text}\", which is no IP address with a port"),
                "write it as 127.0.0.1:8080 or [::1]:8080",
            );
        }
        address
    }

    /// A path; `None` when not set. What stands in keyward.toml starts at the folder of that file.
    #[must_use]
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let text = self.text(name);
        (!text.is_empty()).then(|| secret::beside(text, &self.setting(name).origin))
    }

    /// A secret as text; `None` when given nowhere.
    pub(super) fn secret(&mut self, name: &str) -> Option<Secret> {
        let bytes = self.secret_bytes(name)?;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            return Some(Secret::new(text.to_owned()));
        }
        self.refuse(
            name,
            format!("`{name}` is not text in UTF-8"),
            "write it anew as plain text",
        );
        None
    }

    /// A secret as bytes; `None` when given nowhere.
    pub(super) fn secret_bytes(&mut self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        match secret::resolve(name, self.values, self.environment) {
            Ok(bytes) => bytes,
            Err(complaint) => {
                self.complaints.push(complaint);
                None
            }
        }
    }

    fn setting(&self, name: &str) -> &'a Setting {
        self.values.get(name)
    }
}
