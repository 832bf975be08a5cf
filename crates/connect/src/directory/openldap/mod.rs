//! OpenLDAP 2.5 with the overlays ppolicy (rules for passwords) and syncprov (changes, RFC 4533).
//!
//! Users are `inetOrgPerson` or `posixAccount`, groups `groupOfNames` or `groupOfUniqueNames`; the anchor is entryUUID.
//! Passwords are set by RFC 3062, and why one is refused is read from the policy's control, never from a text.
//!
//! Start reading at [`password`] (what is done to one account) and [`changes`] (how a change is seen within a second).

mod account;
mod changes;
mod control;
mod dn;
mod examine;
mod find;
mod follow;
mod memory;
mod object;
mod password;
mod policy;
mod read;
mod rights;
mod scope;
mod send;
mod verdict;

use super::connection::{Lease, Pool, Search, Servers, Settings, Visitors};
use super::{
    Directory, Error, Identity, Object, Position, ResetOptions, Result, Right, Scope, Take, Trace,
    Unit,
};
use async_trait::async_trait;
use keyward_wire::outcome::{Examination, Outcome, PasswordPolicy};
use memory::Memory;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};
use uuid::Uuid;

/// A naming context of OpenLDAP.
pub struct OpenLdap {
    servers: Arc<Servers>,
    pool: Pool,
    visitors: Visitors,
    base: OnceCell<String>,
    memory: Mutex<Memory>,
}

/// The naming context as a server has it.
struct Context {
    base: String,
    anchor: Uuid,
}

impl OpenLdap {
    /// Opens no connection yet.
    pub fn new(settings: Settings) -> Result<Self> {
        let servers = Servers::new(settings)?;
        Ok(Self {
            pool: Pool::new(&servers),
            visitors: Visitors::new(&servers),
            servers,
            base: OnceCell::new(),
            memory: Mutex::new(Memory::default()),
        })
    }

    fn settings(&self) -> &Settings {
        self.servers.settings()
    }

    /// A connection that answers, and the naming context as that server has it.
    async fn ready(&self) -> Result<(Lease, Context)> {
        loop {
            let mut lease = self.pool.take().await?;
            match self.context(&mut lease).await {
                // The server may have ended a connection that was kept: that says nothing.
                Err(Error::Unreachable(_)) if lease.is_kept() => {}
                other => return other.map(|context| (lease, context)),
            }
        }
    }

    async fn context(&self, lease: &mut Lease) -> Result<Context> {
        let base = self.base(lease).await?.to_owned();
        let entry = lease.entry(&base, &["entryUUID"]).await?;
        let anchor = entry.as_ref().and_then(object::anchor).ok_or_else(|| {
            Error::Refused(format!("the agent's account can't read the entry {base:?}"))
        })?;
        Ok(Context { base, anchor })
    }

    /// The naming context that was configured, or the only one of the server.
    async fn base(&self, lease: &mut Lease) -> Result<&str> {
        let found = self.base.get_or_try_init(|| async {
            if let Some(base) = &self.settings().base {
                return Ok(base.clone());
            }
            let root = lease
                .entry("", &["namingContexts"])
                .await?
                .unwrap_or_default();
            // Those of slapd itself: its log of changes, its configuration, its statistics.
            let own = |name: &&str| {
                !name
                    .get(..3)
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("cn="))
            };
            let names: Vec<_> = root
                .texts("namingcontexts")
                .into_iter()
                .filter(own)
                .collect();
            match names[..] {
                [base] => Ok(base.to_owned()),
                [] => Err(Error::Answer(
                    "the server tells no naming context: configure one".to_owned(),
                )),
                _ => Err(Error::Answer(format!(
                    "the server has several naming contexts, configure one of them: {}",
                    names.join("; ")
                ))),
            }
        });
        found.await.map(String::as_str)
    }

    /// Whether the server understands a control.
    async fn understands(lease: &mut Lease, control: &str) -> Result<bool> {
        let root = lease
            .entry("", &["supportedControl"])
            .await?
            .unwrap_or_default();
        Ok(root.texts("supportedcontrol").contains(&control))
    }
}

/// A search below the base.
fn below<'a>(base: &'a str, filter: &'a str, attributes: &'a [&'a str]) -> Search<'a> {
    Search::below(base, ldap3::Scope::Subtree, filter, attributes)
}

/// A filter for any of these values.
fn any_of(attribute: &str, values: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let each = values.into_iter().map(|value| {
        let value = ldap3::ldap_escape(value.as_ref()).into_owned();
        format!("({attribute}={value})")
    });
    format!("(|{})", each.collect::<String>())
}

#[async_trait]
impl Directory for OpenLdap {
    async fn identify(&self) -> Result<Identity> {
        self.identity().await
    }

    fn in_use(&self) -> Option<String> {
        self.servers.in_use()
    }

    async fn verify(&self, anchor: Option<Uuid>, password: &str) -> Outcome {
        self.try_password(anchor, password).await
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
        self.examination(anchor).await
    }

    async fn trace(&self, anchor: Uuid) -> Result<Option<Trace>> {
        let (_, account) = self.account(anchor).await?;
        Ok(account.map(|account| Trace {
            password_set: account.password_set,
            password_version: None,
            locked: account.locked,
        }))
    }

    async fn policies(&self) -> Result<Vec<PasswordPolicy>> {
        let (mut lease, context) = self.ready().await?;
        let policies = policy::Policies::read(&mut lease, &context.base).await?;
        Ok(policies.list())
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
        self.read_since(scope, from, into).await
    }

    async fn changed(&self, since: &Position) -> Result<()> {
        self.wait_for_change(since).await
    }

    async fn in_scope(&self, scope: &Scope, anchor: Uuid) -> Result<bool> {
        self.is_in_scope(scope, anchor).await
    }

    async fn find(&self, name: &str) -> Result<Option<Object>> {
        self.find_user(name).await
    }

    async fn tree(&self) -> Result<Vec<Unit>> {
        self.units().await
    }

    async fn rights(&self, scope: &Scope) -> Result<Vec<Right>> {
        self.account_rights(scope).await
    }
}
