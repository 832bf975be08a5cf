//! Making a later version of the root key current, and sealing anew what older ones have sealed (ADR 0018).
//!
//! It is done while everything serves. First the version is announced: every node learns it, and can open what it
//! seals. Only then do they seal with it, and go through what is there.

use crate::authenticator::app_sealed_anew;
use crate::error::Result;
use crate::hash::{self, sealed_anew, sealed_by};
use crate::keys::{FIRST, RootKey, Version, version_of};
use crate::tasks::Tasks;
use crate::tokens::token_sealed_anew;
use crate::{App, Error};
use keyward_core::time::{Timestamp, seconds};
use keyward_store::install::fact;
use keyward_store::sealed::{Held, Kind, Place};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often a node looks whether another version was announced.
const LOOK_EVERY: Duration = seconds(5);

/// From its announcement until it seals: every node has looked by then.
const LEAD: Duration = seconds(20);

/// From then until what is there is gone through: no node seals with an older one any more.
const SETTLED: Duration = seconds(20);

/// Secrets that are looked at in one go.
const BATCH: i64 = 256;

/// The later versions of the root key, read again from where they are kept.
pub type Reread = Arc<dyn Fn() -> Vec<(Version, RootKey)> + Send + Sync>;

/// Which version seals, from when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Current {
    /// The version.
    pub version: Version,
    /// From then on.
    pub since: Timestamp,
}

impl Current {
    fn stored(self) -> Vec<u8> {
        [&[self.version], self.since.0.to_be_bytes().as_slice()].concat()
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let unreadable =
            || Error::Fault("which version of the root key seals is unreadable".into());
        let (version, since) = bytes.split_first().ok_or_else(unreadable)?;
        let since = since.try_into().map_err(|_| unreadable())?;
        Ok(Self {
            version: *version,
            since: Timestamp(i64::from_be_bytes(since)),
        })
    }
}

/// What one version of the root key has sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Use {
    /// Password verifiers, those that are remembered and those of Temporary Access Passes included.
    pub passwords: i64,
    /// Secrets of authenticator apps and hardware tokens.
    pub apps: i64,
    /// Messages that wait to be sent.
    pub messages: i64,
}

impl App {
    /// Announces that a version, which must be known, seals from soon on. None: it, or a later one, does already.
    pub async fn make_key_current(&self, version: Version) -> Result<Option<Current>> {
        if !self.keys.knows(version) {
            return Err(Error::Fault(format!(
                "there is no version {version} of the root key"
            )));
        }
        let current = Current {
            version,
            since: self.clock.now() + LEAD,
        };
        let mut tx = self.db.system().await?;
        let before = tx.fact(fact::SEALING_KEY).await?;
        let before = before.as_deref().map(Current::read).transpose()?;
        if version <= before.map_or(FIRST, |before| before.version) {
            return Ok(None);
        }
        tx.set_fact(fact::SEALING_KEY, &current.stored()).await?;
        tx.commit().await?;
        Ok(Some(current))
    }

    /// Seals with the version that is current, as every node does from its start on. A root key without it doesn't belong
    /// to the database any more.
    pub async fn take_up_current_key(&self) -> Result<()> {
        let Some(current) = self.current_key().await? else {
            return Ok(());
        };
        let version = current.version;
        if !self.keys.knows(version) {
            return Err(Error::Fault(format!(
                "the root key lacks version {version}, with which this database seals"
            )));
        }
        if self.clock.now() >= current.since {
            self.keys.seal_with(version);
        }
        Ok(())
    }

    /// Which version is current, or will be soon; none: it was never another than the first.
    pub async fn current_key(&self) -> Result<Option<Current>> {
        let stored = self.db.fact(fact::SEALING_KEY).await?;
        stored.as_deref().map(Current::read).transpose()
    }

    /// What each version has sealed that is still there.
    pub async fn key_uses(&self) -> Result<BTreeMap<Version, Use>> {
        let mut uses = BTreeMap::<Version, Use>::new();
        for kind in Kind::ALL {
            let mut place = Place::BEGINNING;
            loop {
                let held = self.db.sealed_after(kind, place, BATCH).await?;
                let Some(last) = held.last() else { break };
                place = last.place;
                for version in held.iter().filter_map(|held| version(kind, held)) {
                    let used = uses.entry(version).or_default();
                    match kind {
                        Kind::Password | Kind::Replaced | Kind::Pass => used.passwords += 1,
                        Kind::App | Kind::Token => used.apps += 1,
                    }
                }
            }
        }
        for (seal, count) in self.db.seals_of_messages().await? {
            let version = version_of(&seal).unwrap_or(FIRST);
            uses.entry(version).or_default().messages += count;
        }
        Ok(uses)
    }

    /// Follows announcements until the process ends.
    pub fn run_key_rotation(&self, tasks: &Tasks, reread: Reread) {
        let (app, mut stopping) = (self.clone(), tasks.stopping());
        tasks.run(async move {
            while !*stopping.borrow() {
                if let Err(error) = app.step_key_rotation(&*reread).await {
                    tracing::warn!(%error, "sealing with another version of the root key waits for the next try");
                }
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stopping.changed() => {}
                }
            }
        });
    }

    /// Takes up what was announced, as far as it is due.
    pub async fn step_key_rotation(
        &self,
        reread: &(dyn Fn() -> Vec<(Version, RootKey)> + Send + Sync),
    ) -> Result<()> {
        let Some(current) = self.current_key().await? else {
            return Ok(());
        };
        let version = current.version;
        if !self.keys.knows(version) {
            for (version, key) in reread() {
                self.keys.learn(version, &key);
            }
        }
        if !self.keys.knows(version) {
            tracing::error!(
                version,
                "the root key lacks a version that seals from now on: give this node the whole root key and start it again"
            );
            return Ok(());
        }
        let now = self.clock.now();
        if now < current.since {
            return Ok(());
        }
        if self.keys.current() != version && self.keys.seal_with(version) {
            tracing::info!(version, "another version of the root key seals from now on");
        }
        if now < current.since + SETTLED || self.is_sealed_anew(version).await? {
            return Ok(());
        }
        let mut whole = true;
        for kind in Kind::ALL {
            let (replaced, all) = self.seal_all_anew(kind).await?;
            tracing::info!(
                version,
                ?kind,
                replaced,
                "what older versions had sealed was sealed anew"
            );
            whole &= all;
        }
        if whole {
            let mut tx = self.db.system().await?;
            tx.set_fact(fact::SEALED_ANEW, &[version]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn is_sealed_anew(&self, version: Version) -> Result<bool> {
        Ok(self.db.fact(fact::SEALED_ANEW).await?.as_deref() == Some(&[version]))
    }

    /// Goes through all of a kind once: how many were replaced, and whether none is left for the next time, because it was
    /// changed meanwhile. One that doesn't open stays as it is: its user can't get in by it either.
    async fn seal_all_anew(&self, kind: Kind) -> Result<(usize, bool)> {
        let (mut replaced, mut left) = (0, 0);
        let mut place = Place::BEGINNING;
        loop {
            let held = self.db.sealed_after(kind, place, BATCH).await?;
            let Some(last) = held.last() else {
                return Ok((replaced, left == 0));
            };
            place = last.place;
            let mut anew = Vec::new();
            for one in held {
                match self.seal_one_anew(kind, &one) {
                    Ok(Some(value)) => anew.push((one, value)),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(user = %one.user.0, ?kind, %error, "a secret can't be sealed anew");
                    }
                }
            }
            if !anew.is_empty() {
                let done = self.db.replace_sealed(kind, &anew).await?;
                replaced += done;
                left += anew.len() - done;
            }
            // Others want to write as well.
            tokio::task::yield_now().await;
        }
    }

    fn seal_one_anew(&self, kind: Kind, held: &Held) -> Result<Option<Vec<u8>>> {
        let place = match kind {
            Kind::Password => hash::Place::Present,
            Kind::Replaced => hash::Place::Replaced,
            Kind::Pass => hash::Place::Pass,
            Kind::App => return app_sealed_anew(&self.keys, &*self.entropy, held),
            Kind::Token => return token_sealed_anew(&self.keys, &*self.entropy, held),
        };
        let whose = (held.tenant(), held.user);
        let stored = std::str::from_utf8(&held.value);
        let stored = stored.map_err(|e| Error::Fault(format!("a verifier: {e}")))?;
        let anew = sealed_anew(&self.keys, &*self.entropy, whose, place, stored)?;
        Ok(anew.map(String::into_bytes))
    }
}

/// The version that has sealed a value.
fn version(kind: Kind, held: &Held) -> Option<Version> {
    match kind {
        Kind::Password | Kind::Replaced | Kind::Pass => {
            sealed_by(std::str::from_utf8(&held.value).ok()?)
        }
        Kind::App | Kind::Token => version_of(&held.value),
    }
}
