//! `config.default.toml` as a table: which settings exist, of which kind, with which default.
//!
//! The file is embedded and is the only list of settings. A setting that is not in it can't be read (see
//! [`super::values`]), and one that is in it is known to the file, the environment and `config show` alike.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use toml::{Table, Value as Toml};

/// The text of the reference, for people.
pub const TEXT: &str = include_str!("../../config.default.toml");

/// Settings that hold a secret. Each has a twin `NAME_file` and a systemd credential.
pub const SECRETS: [&str; 7] = [
    "root_key",
    "database.url",
    "smtp.password",
    "sms.twilio.auth_token",
    "sms.webhook.secret",
    "voice.twilio.auth_token",
    "voice.webhook.secret",
];

/// The value of a setting, as read and not yet understood. Without `Debug`: it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text; empty means "not set".
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    List(Vec<String>),
}

impl Value {
    /// How to write such a value, for the sentence that corrects a wrong one.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text in quotes",
            Self::Number(_) => "a whole number without quotes",
            Self::Flag(_) => "true or false without quotes",
            Self::List(_) => "a list of texts: [\"…\", \"…\"]",
        }
    }
}

/// Every setting by its name (`smtp.host`), with its default.
pub static SETTINGS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let mut settings = BTreeMap::new();
    // The test below parses the same embedded text: this can't fail in a build that passed it.
    flatten(
        "",
        &TEXT.parse::<Table>().unwrap_or_default(),
        &mut settings,
    );
    settings
});

fn flatten(prefix: &str, table: &Table, settings: &mut BTreeMap<String, Value>) {
    for (key, value) in table {
        let name = format!("{prefix}{key}");
        let value = match value {
            Toml::Table(inner) => {
                flatten(&format!("{name}."), inner, settings);
                continue;
            }
            Toml::Integer(number) => Value::Number(*number),
            Toml::Boolean(flag) => Value::Flag(*flag),
            Toml::Array(_) => Value::List(Vec::new()),
            other => Value::Text(other.as_str().unwrap_or_default().to_owned()),
        };
        settings.insert(name, value);
    }
}

/// True when some setting lies below `name`, as `smtp` or `sms.twilio`.
#[must_use]
pub fn is_section(name: &str) -> bool {
    SETTINGS.keys().any(|key| {
        key.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// The environment variable of a setting: `smtp.ca_file` is `KEYWARD_SMTP_CA_FILE`.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("KEYWARD_{}", name.replace('.', "_").to_ascii_uppercase())
}

/// The systemd credential of a secret: `smtp.password` is `keyward-smtp-password`.
#[must_use]
pub fn credential(name: &str) -> String {
    format!("keyward-{}", name.replace(['.', '_'], "-"))
}

/// What somebody who wrote `wrong` may have meant: the nearest of `names`, if it is near.
#[must_use]
pub fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    names
        .map(|name| {
            // The right word in the wrong section (`host` for `smtp.host`) counts as one slip.
            let moved = 1 + strsim::damerau_levenshtein(&last(wrong), &last(name));
            (strsim::damerau_levenshtein(wrong, name).min(moved), name)
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 1 + name.len() / 5)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{SECRETS, SETTINGS, TEXT, is_section, nearest, variable};
    use std::collections::BTreeSet;

    #[test]
    fn the_reference_parses_and_every_variable_means_one_setting() {
        TEXT.parse::<toml::Table>().unwrap();
        let variables: BTreeSet<_> = SETTINGS.keys().map(|name| variable(name)).collect();
        assert_eq!(variables.len(), SETTINGS.len());
        assert!(SETTINGS.len() > 50);
    }

    #[test]
    fn every_secret_has_a_file_twin() {
        for secret in SECRETS {
            assert!(SETTINGS.contains_key(secret), "{secret}");
            assert!(
                SETTINGS.contains_key(&format!("{secret}_file")),
                "{secret}_file"
            );
        }
    }

    #[test]
    fn every_setting_stands_under_a_sentence() {
        let mut explained = false;
        for line in TEXT.lines() {
            match line.chars().next() {
                Some('#') => explained = true,
                Some('[') => {}
                None => explained = false,
                Some(_) => assert!(explained, "{line}: say what it does"),
            }
        }
    }

    #[test]
    fn sections_are_told_from_settings() {
        assert!(is_section("smtp") && is_section("sms.twilio"));
        assert!(!is_section("smtp.host") && !is_section("sm") && !is_section(""));
    }

    #[test]
    fn the_nearest_name_is_suggested_only_when_it_is_near() {
        let names = || SETTINGS.keys().map(String::as_str);
        assert_eq!(nearest("smtp.hots", names()), Some("smtp.host"));
        assert_eq!(nearest("public_ulr", names()), Some("public_url"));
        assert_eq!(
            nearest("account_sid", names()),
            Some("sms.twilio.account_sid")
        );
        assert_eq!(nearest("favourite_colour", names()), None);
    }
}
