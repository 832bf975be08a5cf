//! `connect.toml`: what the agent is told, checked before anything is done.
//!
//! [`read()`] takes the text and names the line of what is wrong; [`Config::render`] writes such a text, for whoever
//! makes one in a dialogue. No secret stands in it: passwords are in files of their own, or systemd credentials.

mod read;
mod render;
mod secret;

pub use read::{load, read};

use crate::directory::{self, Discovery, Scope, SourceAnchor};
use crate::sync::rules::{Expression, Rules};
use keyward_wire::link::DirectoryKind;
use std::collections::BTreeMap;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Where the settings are, unless told.
pub const FILE: &str = "/etc/keyward-connect/connect.toml";
/// Where the agent keeps what it must remember, unless told.
pub const STATE: &str = "/var/lib/keyward-connect";

/// Everything the agent is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the service is.
    pub service: Service,
    /// How the agent works.
    pub agent: Agent,
    /// The directories that it stands beside. Never empty.
    pub directories: Vec<DirectoryConfig>,
}

/// Where the service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// `https://password.example.org`, without a slash at the end.
    pub url: String,
    /// An HTTP proxy on the way there.
    pub proxy: Option<String>,
    /// Only certificates of these authorities (PEM) are taken; none: those that the system trusts.
    pub ca: Option<PathBuf>,
}

/// How the agent works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Import and compute, change nothing anywhere.
    pub staging: bool,
    /// How many tasks at once.
    pub parallel: u32,
    /// How many passwords at most are written in a minute, whatever the service asks for (AG-09).
    pub writes_per_minute: u32,
}

impl Default for Agent {
    fn default() -> Self {
        Self {
            staging: false,
            parallel: 16,
            writes_per_minute: 600,
        }
    }
}

/// One directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryConfig {
    /// What the settings and logs call it: small letters, digits and hyphens.
    pub name: String,
    /// Its kind.
    pub kind: DirectoryKind,
    /// `ldaps://HOST[:PORT]`; the first that answers is used. There is no way to name a connection without TLS.
    pub servers: Vec<String>,
    /// Instead of that: how they are found.
    pub discovery: Option<Discovery>,
    /// Certificates of these authorities are taken (PEM); none: those that the system trusts.
    pub ca: Option<PathBuf>,
    /// The naming context; none: the server's own.
    pub base: Option<String>,
    /// The agent's account.
    pub bind_dn: String,
    /// The file with its password; none: the systemd credential `keyward-connect-NAME`.
    pub password_file: Option<PathBuf>,
    /// What users are known by.
    pub source_anchor: SourceAnchor,
    /// `DirSync` may be used to follow changes.
    pub dirsync: bool,
    /// The attribute with the name that users sign in with.
    pub user_name: String,
    /// What is done there.
    pub switches: Switches,
    /// Which objects come in.
    pub scope: Scope,
    /// The operator's own attribute rules, by their targets.
    pub rules: BTreeMap<String, Expression>,
}

/// What is done for a directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switches {
    /// Users and groups are brought in.
    pub sync: bool,
    /// Sign-ins are checked.
    pub sign_in: bool,
    /// New passwords are written back.
    pub writeback: bool,
}

impl DirectoryConfig {
    /// How it is reached, with the password of the agent's account.
    #[must_use]
    pub fn settings(&self, password: Zeroizing<String>) -> directory::Settings {
        directory::Settings {
            discovery: self.discovery.clone(),
            ca: self.ca.clone(),
            base: self.base.clone(),
            anchor: self.source_anchor,
            dirsync: self.dirsync,
            ..directory::Settings::new(
                self.kind,
                self.servers.clone(),
                self.bind_dn.clone(),
                password,
            )
        }
    }

    /// Its servers, or the domain whose servers are looked for, as somebody would say it.
    #[must_use]
    pub fn named_servers(&self) -> String {
        match &self.discovery {
            Some(discovery) => format!("the domain controllers of {}", discovery.domain),
            None => self.servers.join(", "),
        }
    }

    /// The defaults under the operator's own rules.
    #[must_use]
    pub fn all_rules(&self) -> Rules {
        Rules::of(self.kind, &self.rules)
    }

    /// The scope with every attribute that some rule reads.
    #[must_use]
    pub fn reading_scope(&self) -> Scope {
        let mut scope = self.scope.clone();
        for name in &mut scope.attributes {
            name.make_ascii_lowercase();
        }
        scope.attributes.extend(self.all_rules().attributes());
        scope.attributes.push(self.user_name.to_ascii_lowercase());
        scope.attributes.sort_unstable();
        scope.attributes.dedup();
        scope
    }

    /// True when every object of the naming context is in scope.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.scope.units.is_empty() && self.scope.excluded.is_empty() && self.scope.group.is_none()
    }
}

/// The user-name attribute of a kind, unless told.
#[must_use]
pub fn default_user_name(kind: DirectoryKind) -> &'static str {
    match kind {
        DirectoryKind::ActiveDirectory => "userPrincipalName",
        DirectoryKind::OpenLdap => "mail",
    }
}

/// A source anchor as the settings call it.
#[must_use]
pub fn anchor_name(anchor: SourceAnchor, kind: DirectoryKind) -> &'static str {
    match (anchor, kind) {
        (SourceAnchor::ConsistencyGuid, _) => "mS-DS-ConsistencyGuid",
        (SourceAnchor::OwnId, DirectoryKind::ActiveDirectory) => "objectGUID",
        (SourceAnchor::OwnId, DirectoryKind::OpenLdap) => "entryUUID",
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A directory with nothing special.
    pub(crate) fn corp() -> DirectoryConfig {
        DirectoryConfig {
            name: "corp".to_owned(),
            kind: DirectoryKind::ActiveDirectory,
            servers: vec!["ldaps://dc1.corp.test".to_owned()],
            discovery: None,
            ca: None,
            base: None,
            bind_dn: "CN=svc,DC=corp,DC=test".to_owned(),
            password_file: Some(PathBuf::from("/etc/keyward-connect/corp.password")),
            source_anchor: SourceAnchor::OwnId,
            dirsync: true,
            user_name: "userPrincipalName".to_owned(),
            switches: Switches {
                sync: true,
                sign_in: true,
                writeback: true,
            },
            scope: Scope::default(),
            rules: BTreeMap::new(),
        }
    }
}
