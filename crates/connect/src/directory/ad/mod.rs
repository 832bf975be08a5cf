//! Active Directory, by Microsoft or Samba.
//!
//! Objects are found by `objectGUID`, which neither a rename nor a move changes ([`anchors`] leads there). Each write begins with a fresh read over
//! the same connection ([`target`]); of the answers only codes are understood.
//!
//! Start reading at [`write`](mod@write) for passwords, at [`read`] for users and groups.

mod anchors;
mod changes;
mod commands;
mod delta;
mod descriptor;
mod dirsync;
mod domain;
mod examine;
mod groups;
mod names;
mod notify;
mod object;
mod policy;
mod read;
mod scope;
mod target;
mod trace;
mod usn;
mod verify;
mod write;

use super::connection::{Lease, Pool, Servers, Settings, Visitors};
use super::{
    AnchorUse, Directory, Error, Identity, Object, Position, ResetOptions, Result, Right, Scope,
    Take, Trace, Unit,
};
use anchors::Anchors;
use async_trait::async_trait;
use domain::Domain;
use groups::Admins;
use keyward_wire::outcome::{Examination, Outcome, PasswordPolicy};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use target::Target;
use uuid::Uuid;
use verify::Pace;

/// How long what a domain is counts as known: another server may have taken over, the account may have been given rights.
const KNOWN: Duration = Duration::from_mins(1);

/// A domain of Active Directory.
pub struct ActiveDirectory {
    servers: Arc<Servers>,
    pool: Pool,
    visitors: Visitors,
    domain: Mutex<Option<(Instant, Arc<Domain>)>>,
    admins: Mutex<Option<Arc<Admins>>>,
    anchors: Arc<Anchors>,
    /// When everything was read last, and the server's last write then.
    full: Mutex<Option<(Instant, i64)>>,
    pace: Pace,
}

impl ActiveDirectory {
    /// Opens no connection.
    pub fn new(settings: Settings) -> Result<Self> {
        let anchors = Arc::new(Anchors::new(settings.anchor));
        let servers = Servers::new(settings)?;
        Ok(Self {
            pool: Pool::new(&servers),
            visitors: Visitors::new(&servers),
            domain: Mutex::new(None),
            admins: Mutex::new(None),
            anchors,
            full: Mutex::new(None),
            pace: Pace::default(),
            servers,
        })
    }

    /// A connection of the agent's account, and what the domain is.
    async fn service(&self) -> Result<(Lease, Arc<Domain>)> {
        let mut bound = self.pool.take().await?;
        let known = lock(&self.domain).clone();
        if let Some((_, domain)) = known.filter(|(since, _)| since.elapsed() < KNOWN) {
            return Ok((bound, domain));
        }
        let bind_dn = &self.servers.settings().bind_dn;
        let read = Domain::read(&mut bound, bind_dn).await;
        let domain = match read {
            Err(Error::Unreachable(_)) if bound.is_kept() => {
                // The server ended a connection that had been kept.
                bound = self.pool.take().await?;
                Domain::read(&mut bound, bind_dn).await?
            }
            other => other?,
        };
        let domain = Arc::new(domain);
        *lock(&self.domain) = Some((Instant::now(), Arc::clone(&domain)));
        Ok((bound, domain))
    }

    /// An account as it is now, with the connection over which it was read.
    async fn target(
        &self,
        anchor: Uuid,
        beside: &[&str],
    ) -> Result<(Lease, Arc<Domain>, Option<Target>)> {
        let (mut bound, domain) = self.service().await?;
        match self.target_on(&mut bound, &domain, anchor, beside).await {
            Err(Error::Unreachable(_)) if bound.is_kept() => {
                drop(bound);
                let (mut bound, domain) = self.service().await?;
                let target = self.target_on(&mut bound, &domain, anchor, beside).await?;
                Ok((bound, domain, target))
            }
            target => Ok((bound, domain, target?)),
        }
    }

    async fn target_on(
        &self,
        bound: &mut Lease,
        domain: &Domain,
        anchor: Uuid,
        beside: &[&str],
    ) -> Result<Option<Target>> {
        match self.anchors.locate(bound, &domain.base, anchor).await? {
            Some(guid) => Target::read(bound, guid, beside).await,
            None => Ok(None),
        }
    }

    fn last_full(&self) -> Option<(Instant, i64)> {
        *lock(&self.full)
    }

    fn was_full(&self, usn: i64) {
        *lock(&self.full) = Some((Instant::now(), usn));
    }

    fn known_admins(&self) -> Option<Arc<Admins>> {
        lock(&self.admins).clone()
    }

    fn remember_admins(&self, admins: &Arc<Admins>) {
        *lock(&self.admins) = Some(Arc::clone(admins));
    }

    fn forget_admins(&self) {
        *lock(&self.admins) = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Directory for ActiveDirectory {
    async fn identify(&self) -> Result<Identity> {
        *lock(&self.domain) = None;
        let (mut bound, domain) = self.service().await?;
        domain.identity(&mut bound).await
    }

    fn in_use(&self) -> Option<String> {
        self.servers.in_use()
    }

    async fn verify(&self, anchor: Option<Uuid>, password: &str) -> Outcome {
        self.verify_password(anchor, password).await
    }

    async fn reset(&self, anchor: Uuid, password: &str, options: ResetOptions) -> Outcome {
        self.reset_password(anchor, password, options).await
    }

    async fn change(&self, anchor: Uuid, old: &str, new: &str) -> Outcome {
        self.change_password(anchor, old, new).await
    }

    async fn unlock(&self, anchor: Uuid) -> Outcome {
        self.lift_lockout(anchor).await
    }

    async fn force_change(&self, anchor: Uuid) -> Outcome {
        self.demand_change(anchor).await
    }

    async fn examine(&self, anchor: Uuid) -> Result<Examination> {
        self.examine_one(anchor).await
    }

    async fn trace(&self, anchor: Uuid) -> Result<Option<Trace>> {
        self.read_trace(anchor).await
    }

    async fn policies(&self) -> Result<Vec<PasswordPolicy>> {
        let (mut bound, domain) = self.service().await?;
        let head = bound
            .entry(&domain.base, &policy::DOMAIN)
            .await?
            .unwrap_or_default();
        let fine = policy::fine(&mut bound, &domain.base).await?;
        let mut policies = vec![policy::of_domain(&head)];
        policies.extend(fine.into_iter().flatten());
        Ok(policies)
    }

    async fn read_all(&self, scope: &Scope, into: &mut dyn Take) -> Result<Position> {
        self.read_everything(scope, into).await
    }

    async fn read_changes(
        &self,
        scope: &Scope,
        from: &Position,
        into: &mut dyn Take,
    ) -> Result<Position> {
        self.follow_changes(scope, from, into).await
    }

    async fn changed(&self, since: &Position) -> Result<()> {
        self.wait_for_change(since).await
    }

    async fn find(&self, name: &str) -> Result<Option<Object>> {
        self.find_one(name).await
    }

    async fn tree(&self) -> Result<Vec<Unit>> {
        self.read_tree().await
    }

    async fn in_scope(&self, scope: &Scope, anchor: Uuid) -> Result<bool> {
        self.is_in_scope(scope, anchor).await
    }

    async fn rights(&self, scope: &Scope) -> Result<Vec<Right>> {
        self.list_rights(scope).await
    }

    async fn write_anchor(&self, anchor: Uuid) -> Result<()> {
        self.keep_anchor(anchor).await
    }

    async fn anchor_use(&self, scope: &Scope) -> Result<AnchorUse> {
        self.anchor_use(scope).await
    }
}
