//! Loading what is needed to judge one account.

use crate::App;
use crate::error::Result;
use crate::keys::Purpose;
use crate::passthrough::Home;
use keyward_core::audit::Activity;
use keyward_core::ids::{GroupId, MethodId, TenantId, UserId};
use keyward_core::method::Method;
use keyward_core::policy::{self, Effective, Policy, Standing, Unable};
use keyward_core::registration::{self, Ask};
use keyward_core::role::RoleSet;
use keyward_core::text::UserPrincipalName;
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::audit::StoredEvent;
use std::collections::BTreeSet;

/// A user with everything that decides what they may do, as of one transaction.
#[derive(Debug, Clone)]
pub struct Account {
    /// The user.
    pub user: User,
    /// The roles they hold.
    pub roles: RoleSet,
    /// The groups that the policy names and that they are in, over any number of levels.
    pub groups: BTreeSet<GroupId>,
    /// What they registered.
    pub methods: Vec<Method>,
    /// The tenant's policy.
    pub policy: Policy,
    /// The directory that keeps their password; none: it is kept here.
    pub home: Option<Home>,
}

impl Account {
    /// The rules that apply to them.
    #[must_use]
    pub fn rules(&self) -> Effective {
        Effective::of(&self.policy, &self.roles, &|groups| self.is_in_any(groups))
    }

    /// Whether they can reset right now.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        let standing = self.standing_here(now);
        // Whoever is protected in the directory is refused here and, from a fresh read, by the agent again.
        match (&standing, &self.home) {
            (Standing::Able(_), Some(home)) if home.is_protected() => {
                Standing::Unable(Unable::Protected)
            }
            _ => standing,
        }
    }

    fn standing_here(&self, now: Timestamp) -> Standing {
        policy::standing(
            &self.user,
            &self.policy,
            &self.roles,
            &|groups| self.is_in_any(groups),
            &self.methods,
            now,
        )
    }

    /// What the first gate of a reset offers them.
    ///
    /// It offers an administrator, or whoever a policy by group applies to, what it offers everybody: the methods of the
    /// default policy. The others, and the second gate, show themselves only after a proof, else the chooser would tell
    /// strangers who the administrators are. Of two methods of one kind it offers the newer: there are never two decoys
    /// of a kind (EN-05).
    pub(crate) fn first_gate(&self, now: Timestamp) -> Vec<&Method> {
        let (own, everybodys) = (self.rules(), Effective::of_everybody(&self.policy));
        let kinds = everybodys.kinds.intersection(&own.kinds);
        let everybodys = Effective {
            kinds: kinds.copied().collect(),
            quarantine: own.quarantine,
            ..everybodys
        };
        let ids = |methods: &[&Method]| methods.iter().map(|m| m.id).collect::<Vec<_>>();
        let shown = ids(&everybodys.usable(&self.methods, now));
        let mut methods = own.usable(&self.methods, now);
        methods.retain(|m| shown.contains(&m.id));
        let newest = newest_of_each(&methods);
        methods.retain(|m| newest.contains(&m.id));
        methods
    }

    /// Whether they are in one of these groups, over any number of levels. The policy must name them.
    #[must_use]
    pub fn is_in_any(&self, groups: &BTreeSet<GroupId>) -> bool {
        !self.groups.is_disjoint(groups)
    }

    /// Whether reset is switched on for them.
    #[must_use]
    pub fn in_scope(&self) -> bool {
        policy::in_scope(&self.policy, &self.roles, &|groups| self.is_in_any(groups)).is_ok()
    }

    /// Whether registration is asked for when they sign in.
    #[must_use]
    pub fn ask(&self, now: Timestamp) -> Option<Ask> {
        registration::ask(
            &self.user,
            &self.policy,
            &self.roles,
            &|groups| self.is_in_any(groups),
            &self.methods,
            now,
        )
    }
}

/// The newest method of each kind.
pub(crate) fn newest_of_each(methods: &[&Method]) -> Vec<MethodId> {
    let newest = |m: &&&Method| {
        let others = methods.iter().filter(|o| o.kind() == m.kind());
        others.max_by_key(|o| (o.created_at, o.id.0)).map(|o| o.id) == Some(m.id)
    };
    methods.iter().filter(newest).map(|m| m.id).collect()
}

/// A name as a stranger typed it.
pub(crate) struct TypedName {
    /// Folded; what is looked up and counted.
    pub key: String,
    /// For the log. A text that no user name can be is not repeated: people type their password into the wrong field.
    pub shown: String,
    domain: Option<String>,
}

/// Stands in logs for what was typed, where that is no user name.
const NO_NAME: &str = "(not a user name)";

/// The name behind a key, as far as it may be shown.
pub(crate) fn shown_name(key: &str) -> &str {
    if key.starts_with('?') { NO_NAME } else { key }
}

impl App {
    /// Any text is a name; one that no user can have is simply not found, and only its keyed digest is kept.
    pub(crate) fn typed_name(&self, typed: &str) -> TypedName {
        let clean: String = typed
            .trim()
            .chars()
            .filter(|c| !keyward_core::text::is_unprintable(*c))
            .take(113)
            .collect();
        match UserPrincipalName::parse(&clean) {
            Ok(upn) if typed.len() <= 256 => TypedName {
                key: upn.key(),
                domain: Some(upn.domain()),
                shown: clean,
            },
            _ => {
                let parts = [b"name".as_slice(), clean.as_bytes()];
                let digest = self.keys.global_mac(Purpose::Counter, &parts);
                let hex: String = digest[..16].iter().map(|b| format!("{b:02x}")).collect();
                TypedName {
                    key: format!("?{hex}"),
                    domain: None,
                    shown: NO_NAME.to_owned(),
                }
            }
        }
    }

    /// The tenant that a name belongs to. A name of no tenant is treated as an unknown name of the oldest one: it is
    /// counted, judged and answered in the same way.
    pub(crate) async fn tenant_of_name(&self, name: &TypedName) -> Result<Option<TenantId>> {
        let mut tx = self.db.system_read().await?;
        let known = tx
            .tenant_of_domain(name.domain.as_deref().unwrap_or_default())
            .await?;
        Ok(match known {
            Some(tenant) => Some(tenant),
            None => tx.tenants().await?.into_iter().next(),
        })
    }

    pub(crate) async fn account(&self, tx: &mut Tx, id: UserId) -> Result<Option<Account>> {
        match tx.user(id).await? {
            Some(user) => Ok(Some(self.complete(tx, user).await?)),
            None => Ok(None),
        }
    }

    pub(crate) async fn complete(&self, tx: &mut Tx, user: User) -> Result<Account> {
        Ok(Account {
            roles: tx.roles_of(user.id).await?,
            groups: tx.policy_groups_of(user.id).await?,
            methods: tx.methods_of(user.id).await?,
            policy: tx.policy().await?.policy,
            home: self.home(tx, Some(&user), "").await?,
            user,
        })
    }

    /// What happened to a signed-in user lately, as far as these activities tell. What they did to others is not part
    /// of it.
    pub async fn my_activity(
        &self,
        me: &crate::Principal,
        activities: &[Activity],
        limit: i64,
    ) -> Result<Vec<StoredEvent>> {
        me.full()?;
        let mut tx = self.db.read(me.tenant()).await?;
        Ok(tx.events_of(me.user.id, activities, limit).await?)
    }

    /// The account of a signed-in user, fresh.
    pub async fn my_account(&self, me: &crate::Principal) -> Result<Account> {
        let mut tx = self.db.read(me.tenant()).await?;
        let account = self.account(&mut tx, me.user.id).await?;
        account.ok_or_else(|| keyward_core::refusal::Refusal::SignInNeeded.into())
    }
}
