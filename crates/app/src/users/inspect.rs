//! What would happen if a user forgot their password now: which policies apply, which methods count, and what the pages
//! would show. Looking changes nothing, counts nothing and sends nothing.

use crate::account::Account;
use crate::by_group::{Offered, offered};
use crate::error::Result;
use crate::{App, Principal};
use keyward_core::ids::{PolicyId, UserId};
use keyward_core::method::{Method, MethodKind};
use keyward_core::policy::{Effective, Gates, Standing};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::time::Timestamp;
use keyward_core::user::User;

/// The answer.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Of whom.
    pub user: User,
    /// Whether they could reset right now, by the very judgement that a reset asks.
    pub standing: Standing,
    /// The rules that apply.
    pub rules: Effective,
    /// The policies by group among them, in their order; none of an administrator.
    pub policies: Vec<Applying>,
    /// Nobody could satisfy the rules: what applies leaves too few methods.
    pub impossible: bool,
    /// Each kind of method, the strongest first.
    pub kinds: Vec<KindOfTheirs>,
    /// The reader may see what is registered; else [`shown`](Inspection::shown) and what [`kinds`](Inspection::kinds) say
    /// of it are empty.
    pub methods_shown: bool,
    /// What the first page after the name offers: kinds, with as much of the address as a stranger sees. Empty: it shows
    /// methods that nobody has, as for an unknown name.
    pub shown: Vec<(MethodKind, String)>,
    /// How many methods that page says are needed.
    pub gates_shown: usize,
}

/// A policy by group that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applying {
    /// Its id.
    pub id: PolicyId,
    /// What administrators call it.
    pub name: String,
    /// How many methods it asks for.
    pub gates: Gates,
}

/// A kind of method, as it stands for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindOfTheirs {
    /// Which.
    pub kind: MethodKind,
    /// Whether it counts, and if not, why.
    pub offered: Offered,
    /// How many they have registered.
    pub registered: usize,
    /// When the first of these begins to open gates, if none does yet.
    pub waits_until: Option<Timestamp>,
}

impl Inspection {
    fn of(account: Account, now: Timestamp, methods_shown: bool) -> Self {
        let rules = account.rules();
        let in_any = |groups: &_| account.is_in_any(groups);
        let applying = if rules.administrator {
            Vec::new()
        } else {
            account.policy.applying(&in_any)
        };
        let policies = applying.into_iter().map(|p| Applying {
            id: p.id,
            name: p.name.clone(),
            gates: p.gates,
        });
        let policies = policies.collect();
        let standing = account.standing(now);
        let shown: Vec<&Method> = match &standing {
            Standing::Able(_) if methods_shown => account.first_gate(now),
            _ => Vec::new(),
        };
        let shown = shown.iter().map(|m| (m.kind(), m.means.masked()));
        let shown = shown.collect();
        let kinds = MethodKind::ALL.into_iter().map(|kind| {
            let theirs = account.methods.iter().filter(|m| m.kind() == kind);
            let theirs: Vec<&Method> = theirs.filter(|_| methods_shown).collect();
            let waits: Option<Vec<Timestamp>> =
                theirs.iter().map(|m| rules.waits_until(m, now)).collect();
            KindOfTheirs {
                kind,
                offered: offered(&account.policy, &rules, &in_any, kind),
                registered: theirs.len(),
                waits_until: waits.and_then(|all| all.into_iter().min()),
            }
        });
        Self {
            kinds: kinds.collect(),
            impossible: !rules.is_possible(),
            gates_shown: account.policy.gates.count(),
            standing,
            rules,
            policies,
            methods_shown,
            shown,
            user: account.user,
        }
    }
}

impl App {
    /// Which policy applies to a user, which methods count, whether they could reset now, and what they would see.
    pub async fn inspect_user(&self, me: &Principal, id: UserId) -> Result<Inspection> {
        me.needs(Permission::ReadUsers)?;
        me.needs(Permission::ReadPolicy)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
        let methods_shown = me.user.id == id || me.roles.allows(Permission::ReadMethods);
        Ok(Inspection::of(account, self.clock.now(), methods_shown))
    }
}
