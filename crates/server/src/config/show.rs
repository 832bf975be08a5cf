//! `keyward config show`: every setting, where it came from, and no secret.

use super::Settings;
use super::reference::{SECRETS, Value, variable};
use super::secret::credential;
use super::values::{Origin, Setting};
use serde::Serialize;
use std::fmt::Write;

/// One line of the listing.
#[derive(Serialize)]
pub struct Shown {
    /// The setting.
    pub name: &'static str,
    /// Its value as JSON; a secret shows as `"[set]"`.
    pub value: serde_json::Value,
    /// Where it came from.
    pub origin: String,
    /// Its environment variable.
    pub variable: String,
}

/// Every setting in the order of the names.
#[must_use]
pub fn list(settings: &Settings) -> Vec<Shown> {
    settings
        .values
        .iter()
        .map(|(name, setting)| Shown {
            name,
            value: redacted(name, setting),
            origin: origin(name, setting, settings),
            variable: variable(name),
        })
        .collect()
}

/// The listing as TOML with a comment behind every line: what it shows could be a keyward.toml.
#[must_use]
pub fn toml(settings: &Settings, only_changed: bool) -> String {
    let mut text = String::new();
    let mut section = String::new();
    let shown = list(settings);
    // Settings outside of any section come first, or TOML would read them as part of one.
    let (plain, sectioned): (Vec<_>, Vec<_>) = shown.iter().partition(|s| !s.name.contains('.'));
    for shown in plain.into_iter().chain(sectioned) {
        if only_changed && shown.origin == "default" {
            continue;
        }
        let (of, key) = shown.name.rsplit_once('.').unwrap_or(("", shown.name));
        if of != section {
            of.clone_into(&mut section);
            let _ = writeln!(text, "\n[{section}]");
        }
        let _ = writeln!(
            text,
            "{:<40} # {}",
            format!("{key} = {}", shown.value),
            shown.origin
        );
    }
    text
}

fn redacted(name: &str, setting: &Setting) -> serde_json::Value {
    match &setting.value {
        Value::Text(text) if SECRETS.contains(&name) && !text.is_empty() => "[set]".into(),
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::List(items) => items.as_slice().into(),
    }
}

fn origin(name: &str, setting: &Setting, settings: &Settings) -> String {
    let by_credential = SECRETS.contains(&name)
        && setting.origin == Origin::Default
        && settings.values.get(&format!("{name}_file")).origin == Origin::Default;
    match credential(name, settings.environment()) {
        Some(path) if by_credential => format!("systemd credential {}", path.display()),
        _ => setting.origin.to_string(),
    }
}
