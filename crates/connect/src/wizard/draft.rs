//! What has been answered so far. It becomes settings when everything is; until then nothing is written.

use super::journey::{Route, Task};
use crate::complaint::Complaint;
use crate::config::{self, Agent, Config, DirectoryConfig, Service, Switches};
use crate::directory::{self, Directory, Identity, Scope, SourceAnchor};
use crate::enrol::Enrolment;
use keyward_wire::link::DirectoryKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What has been answered so far.
pub(super) struct Draft {
    /// There are settings already.
    pub(super) configured: bool,
    pub(super) task: Task,
    pub(super) service: Service,
    /// An approval that takes the place of another one when the settings do.
    pub(super) enrolment: Option<Enrolment>,
    pub(super) agent: Agent,
    pub(super) directories: Vec<DirectoryDraft>,
    /// Synchronise as soon as everything is written.
    pub(super) start: bool,
}

/// A directory, as far as it has been answered.
pub(super) struct DirectoryDraft {
    pub(super) config: DirectoryConfig,
    /// It was typed, and has no file yet.
    pub(super) password: Option<Zeroizing<String>>,
    /// It was reached with these answers.
    pub(super) reached: Option<Reached>,
    /// By what the service knows its users already.
    pub(super) anchored: Option<SourceAnchor>,
    /// The source anchor was asked for.
    pub(super) anchor_chosen: bool,
}

/// A directory that answers.
#[derive(Clone)]
pub(super) struct Reached {
    pub(super) directory: Arc<dyn Directory>,
    pub(super) identity: Identity,
}

impl Draft {
    pub(super) fn new(config: Option<Config>) -> Self {
        let configured = config.is_some();
        let config = config.unwrap_or_else(|| Config {
            service: Service {
                url: String::new(),
                proxy: None,
                ca: None,
            },
            agent: Agent::default(),
            directories: Vec::new(),
        });
        Self {
            configured,
            task: Task::default(),
            service: config.service,
            enrolment: None,
            agent: config.agent,
            directories: config
                .directories
                .into_iter()
                .map(|config| DirectoryDraft {
                    anchored: Some(config.source_anchor),
                    ..DirectoryDraft::of(config)
                })
                .collect(),
            start: true,
        }
    }

    pub(super) fn route(&self) -> Route {
        Route {
            configured: self.configured,
            task: self.task,
            directories: self.directories.len(),
        }
    }

    /// The settings, and where the passwords that were typed belong. Unnamed files are beside the settings.
    pub(super) fn finished(&self, path: &Path) -> (Config, Vec<(PathBuf, &Zeroizing<String>)>) {
        let mut passwords = Vec::new();
        let directories = self.directories.iter().map(|draft| {
            let mut config = draft.config.clone();
            if let Some(password) = &draft.password {
                let file = config
                    .password_file
                    .unwrap_or_else(|| path.with_file_name(format!("{}.password", config.name)));
                passwords.push((file.clone(), password));
                config.password_file = Some(file);
            }
            config
        });
        let config = Config {
            service: self.service.clone(),
            agent: self.agent.clone(),
            directories: directories.collect(),
        };
        (config, passwords)
    }

    /// What is wrong with the service's address, proxy or authority.
    pub(super) fn check_service(&self) -> Result<(), Complaint> {
        check(&Config {
            service: self.service.clone(),
            agent: Agent::default(),
            directories: vec![DirectoryConfig {
                name: "any".to_owned(),
                servers: vec!["ldaps://any.example".to_owned()],
                bind_dn: "any".to_owned(),
                ..blank()
            }],
        })
    }

    /// What is wrong with a directory.
    pub(super) fn check_directory(&self, n: usize) -> Result<(), Complaint> {
        let mut directories: Vec<_> = self.directories.iter().map(|d| d.config.clone()).collect();
        directories.swap(0, n);
        directories.truncate(1);
        if let Some(unnamed) = directories.first_mut().filter(|one| one.name.is_empty()) {
            // It gets one when it has been reached.
            "any".clone_into(&mut unnamed.name);
        }
        check(&Config {
            service: Service {
                url: "https://any.example".to_owned(),
                proxy: None,
                ca: None,
            },
            agent: Agent::default(),
            directories,
        })
    }
}

/// The rules for settings have one home: where they are read.
fn check(config: &Config) -> Result<(), Complaint> {
    let read = config::read(&config.render(), Path::new("/"));
    read.map(drop).map_err(|complaints| {
        let first = complaints.list.into_iter().next();
        let told = first.unwrap_or_else(|| Complaint::new("these are no settings", "", ""));
        Complaint::new(told.what, "what was typed", told.fix)
    })
}

impl DirectoryDraft {
    /// One of which nothing is known.
    pub(super) fn blank() -> Self {
        Self::of(blank())
    }

    fn of(config: DirectoryConfig) -> Self {
        Self {
            config,
            password: None,
            reached: None,
            anchored: None,
            anchor_chosen: false,
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.config == blank() && self.password.is_none()
    }

    /// Whether there is a password to sign in with.
    pub(super) fn has_password(&self) -> bool {
        let placed = || !self.config.name.is_empty() && self.config.password_place().is_ok();
        self.password.is_some() || placed()
    }

    /// Reaches it with what was typed.
    pub(super) async fn reach(&mut self) -> Result<Reached, Complaint> {
        if let Some(reached) = &self.reached {
            return Ok(reached.clone());
        }
        let password = match &self.password {
            Some(password) => password.clone(),
            None => self.config.password()?,
        };
        let config = &self.config;
        let settings = config.settings(password);
        let refused = |error: &directory::Error| {
            Complaint::new(
                error.to_string(),
                config.named_servers(),
                crate::doctor::advice(error),
            )
        };
        let directory = directory::open(settings).map_err(|error| refused(&error))?;
        let identity = directory
            .identify()
            .await
            .map_err(|error| refused(&error))?;
        let reached = Reached {
            directory,
            identity,
        };
        self.reached = Some(reached.clone());
        Ok(reached)
    }
}

fn blank() -> DirectoryConfig {
    DirectoryConfig {
        name: String::new(),
        kind: DirectoryKind::ActiveDirectory,
        servers: Vec::new(),
        discovery: None,
        ca: None,
        base: None,
        bind_dn: String::new(),
        password_file: None,
        source_anchor: SourceAnchor::default(),
        dirsync: true,
        user_name: config::default_user_name(DirectoryKind::ActiveDirectory).to_owned(),
        switches: Switches {
            sync: true,
            sign_in: true,
            writeback: false,
        },
        scope: Scope::default(),
        rules: BTreeMap::new(),
    }
}

/// A name that the settings take and no other directory has, made of what a directory is called.
pub(super) fn short_name(called: &str, taken: &[&str]) -> String {
    let first = called.split(['.', ',']).next().unwrap_or_default();
    let first = first.rsplit('=').next().unwrap_or_default();
    let kept = first.chars().flat_map(char::to_lowercase);
    let kept = kept.filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-');
    let mut name: String = kept.take(24).collect();
    if name.is_empty() {
        name.push_str("directory");
    }
    let base = name.clone();
    let mut n = 1;
    while taken.contains(&name.as_str()) {
        n += 1;
        name = format!("{base}-{n}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_called_by_the_first_part_of_its_domain() {
        assert_eq!(short_name("corp.example.test", &[]), "corp");
        assert_eq!(short_name("dc=Lab,dc=example", &["corp"]), "lab");
        assert_eq!(
            short_name("corp.example.test", &["corp", "corp-2"]),
            "corp-3"
        );
        assert_eq!(short_name("Größe", &[]), "gre");
        assert_eq!(short_name("…", &[]), "directory");
    }

    #[test]
    fn what_the_settings_refuse_is_refused_at_once() {
        let mut draft = Draft::new(None);
        draft.service.url = "http://password.example.org".to_owned();
        assert!(
            draft
                .check_service()
                .unwrap_err()
                .what
                .contains("is not https")
        );
        draft.service.url = "https://password.example.org".to_owned();
        assert_eq!(draft.check_service(), Ok(()));

        draft.directories.push(DirectoryDraft::blank());
        draft.directories.push(DirectoryDraft::blank());
        let second = &mut draft.directories[1].config;
        second.name = "lab".to_owned();
        second.bind_dn = "cn=svc".to_owned();
        second.servers = vec!["ldap://lab.example".to_owned()];
        assert!(
            draft
                .check_directory(1)
                .unwrap_err()
                .what
                .contains("ldap://lab.example")
        );
        draft.directories[1].config.servers = vec!["ldaps://lab.example".to_owned()];
        assert_eq!(draft.check_directory(1), Ok(()));
        assert!(draft.check_directory(0).is_err());
    }

    #[test]
    fn a_typed_password_gets_a_file_beside_the_settings() {
        let mut draft = Draft::new(None);
        draft.directories.push(DirectoryDraft::blank());
        draft.directories[0].config.name = "corp".to_owned();
        draft.directories[0].password = Some(Zeroizing::new("s3cret".to_owned()));
        let (config, passwords) = draft.finished(Path::new("/etc/x/connect.toml"));
        let file = PathBuf::from("/etc/x/corp.password");
        assert_eq!(config.directories[0].password_file.as_ref(), Some(&file));
        assert_eq!(passwords[0].0, file);
        assert!(!config.render().contains("s3cret"));
    }
}
