//! keyward.toml: where it is looked for, and how its lines become values.

use super::environment::Environment;
use super::reference::{self, SETTINGS, Value};
use super::values::{Origin, Values, unknown_fix};
use crate::complaint::Complaint;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

/// The file to read: the one asked for, or the first that exists. `None`: the environment alone has to do.
#[must_use]
pub(super) fn find(asked: Option<&Path>, environment: &Environment) -> Option<PathBuf> {
    asked
        .map(Path::to_path_buf)
        .or_else(|| environment.get("KEYWARD_CONFIG").map(PathBuf::from))
        .or_else(|| {
            ["keyward.toml", "/etc/keyward/keyward.toml"]
                .into_iter()
                .map(PathBuf::from)
                .find(|path| path.exists())
        })
}

/// Lays the values of the file over the defaults. What is wrong in it comes back, all at once.
pub(super) fn lay(path: &Path, values: &mut Values) -> Vec<Complaint> {
    let text = match std::fs::read_to_string(path) {
        // It may hold secrets: wiped when done.
        Ok(text) => Zeroizing::new(text),
        Err(error) => {
            return vec![Complaint::new(
                format!("the configuration file can't be read: {error}"),
                path.display().to_string(),
                "give the right path with --config, or let Keyward's user read the file",
            )];
        }
    };
    let mut walk = Walk {
        path,
        text: &text,
        values,
        complaints: Vec::new(),
    };
    match DeTable::parse(&text) {
        Ok(table) => walk.table("", table.get_ref()),
        Err(error) => walk.complain(
            error.span().map_or(0, |span| span.start),
            format!("this is not TOML: {}", error.message()),
            "mend the line; text needs quotes, sections are written [smtp]",
        ),
    }
    walk.complaints.sort_by_key(|(offset, _)| *offset);
    walk.complaints
        .into_iter()
        .map(|(_, complaint)| complaint)
        .collect()
}

struct Walk<'a> {
    path: &'a Path,
    text: &'a str,
    values: &'a mut Values,
    /// With the offset in the text, so that they come out from top to bottom.
    complaints: Vec<(usize, Complaint)>,
}

impl Walk<'_> {
    fn line(&self, offset: usize) -> usize {
        1 + self
            .text
            .as_bytes()
            .iter()
            .take(offset)
            .filter(|byte| **byte == b'\n')
            .count()
    }

    fn complain(&mut self, offset: usize, what: String, fix: impl Into<String>) {
        let place = format!("{}, line {}", self.path.display(), self.line(offset));
        self.complaints
            .push((offset, Complaint::new(what, place, fix)));
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let at = key.span().start;
            let is_table = matches!(value.get_ref(), DeValue::Table(_));
            match (SETTINGS.get(&name), value.get_ref()) {
                (None, DeValue::Table(inner)) if reference::is_section(&name) => {
                    self.table(&format!("{name}."), inner);
                }
                (None, _) if reference::is_section(&name) => self.complain(
                    at,
                    format!("`{name}` is a section, not a setting"),
                    format!("write [{name}] on a line of its own and its settings below"),
                ),
                (None, _) => {
                    let what = if is_table { "section" } else { "setting" };
                    let fix = unknown_fix(suggest(&name, is_table).as_deref());
                    self.complain(at, format!("unknown {what} `{name}`"), fix);
                }
                (Some(default), value) => match convert(value, default) {
                    Some(value) => {
                        let (path, line) = (self.path.to_path_buf(), self.line(at));
                        self.values.set(&name, value, Origin::File { path, line });
                    }
                    None => self.complain(
                        at,
                        format!("`{name}` has a value of the wrong kind"),
                        format!("write {}", default.kind()),
                    ),
                },
            }
        }
    }
}

fn suggest(name: &str, section: bool) -> Option<String> {
    if !section {
        return reference::nearest(name, SETTINGS.keys().map(String::as_str)).map(Into::into);
    }
    let sections = SETTINGS
        .keys()
        .filter_map(|key| key.rsplit_once('.').map(|(section, _)| section));
    reference::nearest(name, sections).map(|section| format!("[{section}]"))
}

fn convert(value: &DeValue<'_>, default: &Value) -> Option<Value> {
    match (default, value) {
        (Value::Text(_), DeValue::String(text)) => Some(Value::Text(text.to_string())),
        (Value::Flag(_), DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
        (Value::Number(_), DeValue::Integer(number)) => {
            i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(Value::Number)
        }
        (Value::List(_), DeValue::Array(items)) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(Into::into))
            .collect::<Option<_>>()
            .map(Value::List),
        _ => None,
    }
}
