//! One directory that the agent stands beside: its settings, its connection, and how it was last seen.

use crate::complaint::Complaint;
use crate::config::DirectoryConfig;
use crate::directory::{self, Directory, Identity, Right};
use crate::sync::Wish;
use keyward_wire::link::{DirectoryHealth, Features};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

/// A directory of the agent.
pub struct Place {
    config: DirectoryConfig,
    directory: Arc<dyn Directory>,
    seen: Mutex<Seen>,
    wishes: UnboundedSender<Wish>,
    wished: Mutex<Option<UnboundedReceiver<Wish>>>,
}

/// How a directory was last seen.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// What it is; it stays when the directory goes away.
    pub identity: Option<Identity>,
    /// Why it doesn't answer, if it doesn't.
    pub trouble: Option<String>,
    /// What the agent's account lacks.
    pub lacking: Vec<String>,
}

impl Place {
    /// A directory of the settings. No connection is opened yet.
    pub fn open(config: &DirectoryConfig) -> Result<Self, Complaint> {
        let password = config.password()?;
        let directory = directory::open(config.settings(password)).map_err(|error| {
            Complaint::new(
                error.to_string(),
                format!("[[directory]] \"{}\"", config.name),
                "check servers and ca in the settings",
            )
        })?;
        Ok(Self::new(config.clone(), directory))
    }

    /// A directory that is open already.
    #[must_use]
    pub fn new(config: DirectoryConfig, directory: Arc<dyn Directory>) -> Self {
        let (wishes, wished) = unbounded_channel();
        Self {
            config,
            directory,
            seen: Mutex::default(),
            wishes,
            wished: Mutex::new(Some(wished)),
        }
    }

    /// Its settings.
    #[must_use]
    pub fn config(&self) -> &DirectoryConfig {
        &self.config
    }

    /// The directory itself.
    #[must_use]
    pub fn directory(&self) -> &dyn Directory {
        &*self.directory
    }

    /// Its id, once it has been reached.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        self.seen().identity.map(|identity| identity.id)
    }

    /// How it was last seen.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }

    /// Asks for a synchronisation.
    pub fn wish(&self, wish: Wish) {
        // Nobody listens where nothing is synchronised; the answer is then dropped, and whoever waits sees that.
        let _ = self.wishes.send(wish);
    }

    /// What is asked for, for the one who does it.
    #[must_use]
    pub fn wished(&self) -> Option<UnboundedReceiver<Wish>> {
        let mut wished = self.wished.lock().unwrap_or_else(PoisonError::into_inner);
        wished.take()
    }

    /// Asks the directory what it is.
    pub async fn look(&self) {
        let found = self.directory.identify().await;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(identity) => {
                let before = seen.identity.as_ref().map(|identity| identity.id);
                if before.is_some_and(|before| before != identity.id) {
                    // A task names its directory by id: this is no longer the one that was asked about.
                    tracing::warn!(
                        directory = self.config.name,
                        "another directory answers now"
                    );
                }
                if seen.trouble.take().is_some() || before.is_none() {
                    tracing::info!(
                        directory = self.config.name,
                        server = identity.server,
                        "the directory answers"
                    );
                }
                seen.identity = Some(identity);
            }
            Err(error) => {
                if seen.trouble.is_none() {
                    tracing::warn!(directory = self.config.name, %error, "the directory is away");
                }
                seen.trouble = Some(error.to_string());
            }
        }
    }

    /// Asks the directory what the agent's account may do.
    pub async fn look_at_rights(&self) {
        let Ok(rights) = self.directory.rights(&self.config.scope).await else {
            return;
        };
        let lacking = rights.iter().filter_map(lacking).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.lacking = lacking;
    }

    /// For the service.
    #[must_use]
    pub fn health(&self, staging: bool) -> Option<DirectoryHealth> {
        let seen = self.seen();
        let identity = seen.identity?;
        let switches = self.config.switches;
        Some(DirectoryHealth {
            directory: identity.id,
            name: identity.name,
            kind: identity.kind,
            reachable: seen.trouble.is_none(),
            server: seen.trouble.is_none().then_some(identity.server),
            suffixes: identity.suffixes,
            complaints: seen.trouble.into_iter().chain(seen.lacking).collect(),
            features: Features {
                sync: switches.sync,
                sign_in: switches.sign_in && !staging,
                writeback: switches.writeback && !staging,
                policy_hints: identity.policy_hints,
            },
        })
    }
}

fn lacking(right: &Right) -> Option<String> {
    (right.held == Some(false))
        .then(|| format!("the agent's account lacks a right: {}", right.what))
}
