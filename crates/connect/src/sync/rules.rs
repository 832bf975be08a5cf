//! Attribute rules: a short declarative mapping from what the directory calls a thing to what the service calls it.
//!
//! `target = "attribute"`, `target = ["first", "of", "several"]`, `target = { constant = "DE" }` or
//! `target = { join = ["givenName", "sn"], with = " " }`. What isn't written keeps its default. Targets of one's own
//! are written `extension.cost_center = "employeeType"`.

use crate::directory::Object;
use keyward_wire::link::DirectoryKind;
use std::collections::BTreeMap;
use std::fmt;

/// Longer values are left out: nothing that belongs to a person is.
const LONGEST: usize = 1_024;
/// No user has more addresses (the reference system takes about 300).
const MOST_ADDRESSES: usize = 300;
/// The targets that everybody has, and where they come from unless told: in Active Directory, in OpenLDAP.
const TARGETS: [(&str, &[&str], &[&str]); 11] = [
    ("account_name", &["sAMAccountName"], &["uid"]),
    (
        "display_name",
        &["displayName", "cn"],
        &["displayName", "cn"],
    ),
    ("given_name", &["givenName"], &["givenName"]),
    ("surname", &["sn"], &["sn"]),
    ("mail", &["mail"], &["mail"]),
    ("proxy_addresses", &["proxyAddresses"], &[]),
    ("mobile", &["mobile"], &["mobile"]),
    ("telephone", &["telephoneNumber"], &["telephoneNumber"]),
    ("department", &["department"], &["departmentNumber", "ou"]),
    ("job_title", &["title"], &["title"]),
    ("usage_location", &["msExchUsageLocation", "c"], &["c"]),
];
/// Attributes that may be named without declaring them: a slip of the pen in another one would read nothing, silently.
const KNOWN: [&str; 57] = [
    "accountNameHistory",
    "businessCategory",
    "c",
    "carLicense",
    "cn",
    "co",
    "comment",
    "company",
    "countryCode",
    "department",
    "departmentNumber",
    "description",
    "displayName",
    "division",
    "employeeID",
    "employeeNumber",
    "employeeType",
    "facsimileTelephoneNumber",
    "generationQualifier",
    "gecos",
    "givenName",
    "homePhone",
    "info",
    "initials",
    "ipPhone",
    "l",
    "mail",
    "mailNickname",
    "middleName",
    "mobile",
    "msExchUsageLocation",
    "name",
    "o",
    "otherMailbox",
    "otherMobile",
    "otherTelephone",
    "ou",
    "pager",
    "personalTitle",
    "physicalDeliveryOfficeName",
    "postalAddress",
    "postalCode",
    "preferredLanguage",
    "proxyAddresses",
    "roomNumber",
    "sAMAccountName",
    "sn",
    "st",
    "street",
    "streetAddress",
    "telephoneNumber",
    "title",
    "uid",
    "url",
    "userPrincipalName",
    "wWWHomePage",
    "x500uniqueIdentifier",
];

/// From what a target is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// The first of these attributes that has a value.
    First(Vec<String>),
    /// Always this.
    Constant(String),
    /// The values of these attributes, those that there are, with this between them.
    Join(Vec<String>, String),
}

impl Expression {
    /// The attributes it reads.
    #[must_use]
    pub fn attributes(&self) -> &[String] {
        match self {
            Self::First(names) | Self::Join(names, _) => names,
            Self::Constant(_) => &[],
        }
    }

    /// Reads a rule as it is written in the settings.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(value: &toml::Value) -> Result<Self, String> {
        const SHAPES: &str = "a rule is \"attribute\", [\"first\", \"of\", \"several\"], { constant = \"text\" } \
            or { join = [\"a\", \"b\"], with = \" \" }";
        let names = |value: &toml::Value| -> Option<Vec<String>> {
            let list: Option<Vec<_>> = value
                .as_array()?
                .iter()
                .map(|name| name.as_str().map(str::to_owned))
                .collect();
            list.filter(|list| !list.is_empty())
        };
        let read = match value {
            toml::Value::String(name) => Some(Self::First(vec![name.clone()])),
            toml::Value::Array(_) => names(value).map(Self::First),
            toml::Value::Table(table) if table.len() == 1 && table.contains_key("constant") => {
                let text = table.get("constant").and_then(toml::Value::as_str);
                text.map(|text| Self::Constant(text.to_owned()))
            }
            toml::Value::Table(table) if table.keys().all(|key| key == "join" || key == "with") => {
                let with = table.get("with").map_or(Some(" "), toml::Value::as_str);
                table
                    .get("join")
                    .and_then(names)
                    .zip(with)
                    .map(|(names, with)| Self::Join(names, with.to_owned()))
            }
            _ => None,
        };
        let read = read.ok_or(SHAPES)?;
        match &read {
            Self::Constant(text) if text.is_empty() || text.len() > LONGEST => {
                return Err("a constant is a text of 1 to 1,024 characters".to_owned());
            }
            _ => {}
        }
        match read.attributes().iter().find(|name| !is_name(name)) {
            Some(name) => Err(format!("{name:?} is no name of an attribute")),
            None => Ok(read),
        }
    }

    /// As it is written in the settings.
    #[must_use]
    pub fn written(&self) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let list = |names: &[String]| {
            let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(", "))
        };
        match self {
            Self::First(names) => match names.as_slice() {
                [one] => quoted(one),
                several => list(several),
            },
            Self::Constant(text) => format!("{{ constant = {} }}", quoted(text)),
            Self::Join(names, with) => {
                format!("{{ join = {}, with = {} }}", list(names), quoted(with))
            }
        }
    }

    fn value(&self, object: &Object) -> Option<String> {
        match self {
            Self::First(names) => names.iter().find_map(|name| first(object, name)),
            Self::Constant(text) => Some(text.clone()),
            Self::Join(names, with) => {
                let parts: Vec<_> = names
                    .iter()
                    .filter_map(|name| first(object, name))
                    .collect();
                (!parts.is_empty())
                    .then(|| parts.join(with))
                    .filter(|text| text.len() <= LONGEST)
            }
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written())
    }
}

/// All rules of a directory: the defaults of its kind under those of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules(BTreeMap<String, Expression>);

impl Rules {
    /// The defaults of a kind under an operator's own. Those were checked by [`check`].
    #[must_use]
    pub fn of(kind: DirectoryKind, own: &BTreeMap<String, Expression>) -> Self {
        let mut rules = BTreeMap::new();
        for (target, active, open) in TARGETS {
            let names = match kind {
                DirectoryKind::ActiveDirectory => active,
                DirectoryKind::OpenLdap => open,
            };
            if !names.is_empty() {
                let names = names.iter().map(|name| (*name).to_owned()).collect();
                rules.insert(target.to_owned(), Expression::First(names));
            }
        }
        rules.extend(own.clone());
        Self(rules)
    }

    /// Every attribute that some rule reads, in lower case.
    #[must_use]
    pub fn attributes(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .0
            .values()
            .flat_map(Expression::attributes)
            .map(|name| name.to_ascii_lowercase())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What a target's rule makes of an object.
    #[must_use]
    pub fn value(&self, target: &str, object: &Object) -> Option<String> {
        self.0.get(target)?.value(object)
    }

    /// All values of the attributes of a target's rule: for the one target that has several.
    #[must_use]
    pub fn values(&self, target: &str, object: &Object) -> Vec<String> {
        match self.0.get(target) {
            Some(Expression::First(names)) => names
                .iter()
                .filter_map(|name| object.attributes.get(&name.to_ascii_lowercase()))
                .find(|values| !values.is_empty())
                .into_iter()
                .flatten()
                .filter_map(|value| usable(value))
                .take(MOST_ADDRESSES)
                .collect(),
            Some(other) => other.value(object).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The operator's own targets, by their names without `extension.`.
    #[must_use]
    pub fn extensions(&self, object: &Object) -> BTreeMap<String, String> {
        self.0
            .iter()
            .filter_map(|(target, rule)| {
                let name = target.strip_prefix("extension.")?;
                Some((name.to_owned(), rule.value(object)?))
            })
            .collect()
    }

    /// Which rule made what of an object, in the order of the targets.
    #[must_use]
    pub fn explain(&self, object: &Object) -> Vec<(String, String, Option<String>)> {
        self.0
            .iter()
            .map(|(target, rule)| {
                let value = if target == "proxy_addresses" {
                    let values = self.values(target, object);
                    (!values.is_empty()).then(|| values.join(", "))
                } else {
                    rule.value(object)
                };
                (target.clone(), rule.written(), value)
            })
            .collect()
    }
}

/// Whether a rule of the settings is one: the target exists, and each attribute is known or declared.
///
/// # Errors
/// What is wrong, in words.
pub fn check(target: &str, rule: &Expression, declared: &[String]) -> Result<(), String> {
    let own = target.strip_prefix("extension.");
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if let Some(own) = own {
        if own.is_empty() || own.len() > 64 || !own.chars().all(fine) {
            return Err(format!(
                "\"{own}\" can't be the name of an extension: lower-case letters, digits and _ make one"
            ));
        }
    } else if !TARGETS.iter().any(|(known, ..)| *known == target) {
        let known: Vec<_> = TARGETS.iter().map(|(known, ..)| *known).collect();
        return Err(format!(
            "there is no target \"{target}\": {} or extension.NAME",
            known.join(", ")
        ));
    }
    let known = |name: &str| {
        KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
            || declared
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
    };
    match rule.attributes().iter().find(|name| !known(name)) {
        Some(name) => Err(format!(
            "the attribute \"{name}\" isn't known: if the directory has it, list it in scope.attributes"
        )),
        None => Ok(()),
    }
}

/// RFC 4512, section 1.4: `keystring`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn first(object: &Object, name: &str) -> Option<String> {
    object
        .attributes
        .get(&name.to_ascii_lowercase())?
        .iter()
        .find_map(|value| usable(value))
}

fn usable(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty() && value.len() <= LONGEST).then(|| value.to_owned())
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
