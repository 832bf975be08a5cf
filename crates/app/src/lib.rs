//! The use cases of Keyward.
//!
//! A use case opens the transaction, loads what it needs, lets [`keyward_core`] decide, writes the outcome, the audit
//! event and the outgoing jobs, and commits them together. It knows no HTTP: portal, admin center and command line
//! call the same functions, so a rule has one home. It must not know how a page looks or what a cookie is called.
//!
//! Every failure is one of two things ([`Error`]): a refusal, which is data for the person who asked, or a fault,
//! which is ours and shows only a request id.
//!
//! Start reading at [`reset`] (the flow that the project exists for), then [`codes`] and [`signin`].

pub mod account;
pub mod agents;
mod allowances;
mod attempt;
pub mod audit;
pub mod authenticator;
mod breaches;
pub mod budgets;
pub mod by_group;
pub mod calls;
pub mod clock;
pub mod codes;
pub mod condition;
pub mod ctx;
pub mod data;
pub mod deliveries;
pub mod demo;
mod device;
pub mod doctor;
pub mod entropy;
pub mod error;
pub mod groups;
pub mod hand_over;
pub mod hash;
pub mod help;
mod housekeeping;
pub mod keys;
mod letters;
pub mod licences;
pub mod limits;
pub mod link;
pub mod local;
pub mod methods;
pub mod not_me;
pub mod notices;
pub mod operations;
mod outages;
pub mod outbox;
pub mod pass;
pub mod passkey;
pub mod passthrough;
pub mod password;
pub mod policy;
pub mod ports;
mod quarantine;
pub mod recovery;
pub mod registration;
pub mod reports;
pub mod reset;
pub mod robot;
pub mod roles;
pub mod rotation;
pub mod sending;
pub mod session;
pub mod settings;
pub mod setup;
pub mod signin;
pub mod strangers;
pub mod sync;
pub mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
pub mod texts;
pub mod tokens;
pub mod totp;
pub mod users;
mod writeback;

pub use ctx::{Ctx, Principal};
pub use error::{Error, Result};

use keyward_store::Db;
use std::sync::Arc;

/// The application: everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the application is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Keys derived from the root key.
    pub keys: keys::Keys,
    /// The bounded pool that hashes passwords.
    pub hasher: hash::Hasher,
    /// The time.
    pub clock: Arc<dyn clock::Clock>,
    /// Randomness.
    pub entropy: Arc<dyn entropy::Entropy>,
    /// Limits and lifetimes.
    pub settings: settings::Settings,
    /// Mail, if configured.
    pub mailer: Option<Arc<dyn ports::Mailer>>,
    /// Text messages, if configured.
    pub sms: Option<Arc<dyn ports::SmsSender>>,
    /// Calls, if configured.
    pub voice: Option<Arc<dyn ports::VoiceCaller>>,
    /// Passwords known from breaches, if configured.
    pub breaches: Option<Arc<dyn ports::BreachList>>,
    /// The texts of mails and messages.
    pub texts: &'static texts::Texts,
    /// Wakes the outbox worker after a commit that enqueued something.
    pub outbox: tokio::sync::Notify,
    /// Who asks for agents without a session, counted.
    pub strangers: strangers::Strangers,
    /// Becomes true when nobody should be kept waiting any more: the process is about to end.
    pub closing: tokio::sync::watch::Sender<bool>,
}

impl App {
    /// Puts the application together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The database answers and has the schema that this program needs.
    pub async fn check_ready(&self) -> Result<()> {
        Ok(self.db.system_read().await?.check().await?)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
