//! All settings after the layers were laid over each other: each value with the place where it came from.

use super::environment::Environment;
use super::reference::{self, SECRETS, SETTINGS, Value};
use crate::complaint::Complaint;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `config.default.toml`.
    Default,
    /// A line of keyward.toml.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
        }
    }
}

/// One setting.
#[derive(Clone)]
pub struct Setting {
    /// Its value.
    pub value: Value,
    /// Where that was found.
    pub origin: Origin,
}

/// Every setting by its name. It always holds exactly the names of the reference.
pub struct Values(BTreeMap<&'static str, Setting>);

impl Values {
    /// The defaults.
    #[must_use]
    pub fn defaults() -> Self {
        Self(
            SETTINGS
                .iter()
                .map(|(name, value)| {
                    (
                        name.as_str(),
                        Setting {
                            value: value.clone(),
                            origin: Origin::Default,
                        },
                    )
                })
                .collect(),
        )
    }

    /// Lays one value over what was there.
    pub fn set(&mut self, name: &str, value: Value, origin: Origin) {
        if let Some(setting) = self.0.get_mut(name) {
            *setting = Setting { value, origin };
        }
    }

    /// One setting.
    ///
    /// # Panics
    /// When the name is not in the reference: a slip in Keyward itself, which the first test that loads a
    /// configuration finds.
    #[must_use]
    pub fn get(&self, name: &str) -> &Setting {
        self.0
            .get(name)
            .unwrap_or_else(|| unreachable!("`{name}` is not in config.default.toml"))
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Setting)> {
        self.0.iter().map(|(name, setting)| (*name, setting))
    }

    /// Lays the `KEYWARD_*` variables over the rest.
    pub fn lay_environment(&mut self, environment: &Environment) -> Vec<Complaint> {
        let names: BTreeMap<String, &'static str> = self
            .0
            .keys()
            .map(|name| (reference::variable(name), *name))
            .collect();
        let mut complaints = Vec::new();
        for (variable, text) in environment.starting_with("KEYWARD_") {
            let place = format!("environment variable {variable}");
            let Some(name) = names.get(variable) else {
                if variable != "KEYWARD_CONFIG" && !is_kubernetes_link(variable) {
                    let known = names.keys().map(String::as_str);
                    complaints.push(Complaint::new(
                        format!("unknown environment variable {variable}"),
                        place,
                        unknown_fix(reference::nearest(variable, known)),
                    ));
                }
                continue;
            };
            match parse(text, &self.get(name).value) {
                Some(value) => self.set(name, value, Origin::Variable(variable.to_owned())),
                None => complaints.push(Complaint::new(
                    // The text itself stays out: it may be a secret in the wrong variable.
                    format!("the value of {variable} can't be read"),
                    place,
                    match self.get(name).value {
                        Value::Number(_) => "write a whole number, as in 5",
                        _ => "write true or false",
                    },
                )),
            }
        }
        complaints
    }

    /// The secret settings given in a line of keyward.toml itself: that file must then be private.
    pub fn secrets_in_file(&self) -> impl Iterator<Item = &'static str> {
        SECRETS.into_iter().filter(|name| {
            let setting = self.get(name);
            matches!(setting.origin, Origin::File { .. })
                && setting.value != Value::Text(String::new())
        })
    }
}

/// What to do about a name that doesn't exist.
#[must_use]
pub fn unknown_fix(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("did you mean {name}? `keyward config show` lists every setting"),
        None => "remove it; `keyward config show` lists every setting".to_owned(),
    }
}

/// Text from a variable, read as the same kind of value as the default.
fn parse(text: &str, like: &Value) -> Option<Value> {
    let text = text.trim();
    match like {
        Value::Text(_) => Some(Value::Text(text.to_owned())),
        Value::Number(_) => text.parse().ok().map(Value::Number),
        Value::Flag(_) => text.parse().ok().map(Value::Flag),
        Value::List(_) => Some(Value::List(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(Into::into)
                .collect(),
        )),
    }
}

/// Kubernetes puts the addresses of a service named "keyward" into the environment of every pod, under our prefix.
fn is_kubernetes_link(variable: &str) -> bool {
    let rest = variable.trim_start_matches("KEYWARD_");
    rest == "SERVICE_HOST"
        || rest == "PORT"
        || rest.starts_with("SERVICE_PORT")
        || rest.strip_prefix("PORT_").is_some_and(|r| {
            r.trim_start_matches(|c: char| c.is_ascii_digit())
                .starts_with("_TCP")
        })
}
