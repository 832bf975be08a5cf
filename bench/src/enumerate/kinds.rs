//! Kinds of names, and the people behind them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keyward_app::clock::{Clock, SystemClock};
use keyward_app::entropy::{Entropy, SystemEntropy};
use keyward_app::hash::Hasher;
use keyward_core::group::Group;
use keyward_core::ids::{GroupId, MethodId, UserId};
use keyward_core::method::{Destination, Means, Method, MethodKind, Origin};
use keyward_core::password::Prepared;
use keyward_core::phone::PhoneNumber;
use keyward_core::policy::{Gates, KindCode, Policy, Scope};
use keyward_core::role::Role;
use keyward_core::secret::Secret;
use keyward_store::group::Member;

use crate::Done;
use crate::people::{PASSWORD, People, fault, register, user};

/// How often one name is used in each action: below every limit of one name.
pub(crate) const USES: usize = 40;

/// So many wrong passwords lock a name here.
pub(crate) const THRESHOLD: usize = 60;

/// Settings of the server under which no limit of the whole comes between the samples.
pub(crate) const SETTINGS: [(&str, &str); 7] = [
    ("KEYWARD_LIMITS_LOCKOUT_THRESHOLD", "60"),
    ("KEYWARD_LIMITS_LOCKOUT_SECONDS", "86400"),
    ("KEYWARD_LIMITS_MAILS_PER_TEN_MINUTES", "100"),
    ("KEYWARD_BUDGETS_MAILS_PER_NETWORK_HOUR", "0"),
    ("KEYWARD_BUDGETS_MAILS_PER_DAY", "0"),
    ("KEYWARD_BUDGETS_INSTALL_MAILS_PER_DAY", "0"),
    ("KEYWARD_BUDGETS_MAILS_PER_BROWSER_HOUR", "0"),
];

/// What somebody outside must not be able to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Unknown,
    Able,
    NotRegistered,
    Disabled,
    OutOfScope,
    Admin,
    Held,
    Locked,
    LockedUnknown,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Unknown,
        Self::Able,
        Self::NotRegistered,
        Self::Disabled,
        Self::OutOfScope,
        Self::Admin,
        Self::Held,
        Self::Locked,
        Self::LockedUnknown,
    ];

    /// Sign-in is locked after wrong passwords.
    pub(crate) fn is_locked(self) -> bool {
        matches!(self, Self::Locked | Self::LockedUnknown)
    }

    fn exists(self) -> bool {
        !matches!(self, Self::Unknown | Self::LockedUnknown)
    }

    /// The sign-in name of the `n`-th. All are of one length, so that pages that show one are as well.
    pub(crate) fn name(self, n: usize) -> String {
        format!("{}@contoso.example", self.local(n))
    }

    fn local(self, n: usize) -> String {
        format!("kind{}n{n:05}", self as u8)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::Able => "able",
            Self::NotRegistered => "not registered",
            Self::Disabled => "disabled",
            Self::OutOfScope => "out of scope",
            Self::Admin => "admin",
            Self::Held => "held",
            Self::Locked => "locked",
            Self::LockedUnknown => "locked, unknown",
        })
    }
}

impl People {
    /// So many names of every kind, and a policy by which those who can reset are members of a group.
    pub(crate) fn of_every_kind(&self, count: usize) -> Done {
        let added = self.runtime.block_on(self.add_kinds(count));
        added.map_err(|error| error.to_string())
    }

    async fn add_kinds(&self, count: usize) -> keyward_app::Result<()> {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let hasher = Hasher::new(1, Duration::from_secs(5));
        let password = Secret::new(PASSWORD.to_owned());
        let prepared = Prepared::new(&password).map_err(|f| fault(f.code()))?;
        let now = SystemClock.now();
        let mut tx = self.db.write(self.tenant).await?;
        let group = Group {
            id: GroupId(entropy.uuid()),
            tenant: self.tenant,
            directory: None,
            name: "May reset".to_owned(),
            description: None,
            created_at: now,
        };
        tx.insert_group(&group).await?;
        for kind in Kind::ALL.into_iter().filter(|kind| kind.exists()) {
            for n in 0..count {
                let id = UserId(entropy.uuid());
                let user = user(self.tenant, id, &kind.local(n), now)?;
                let whose = (self.tenant, id);
                let verifier = hasher.hash(&self.keys, &*entropy, whose, &prepared).await?;
                tx.insert_user(&user).await?;
                tx.set_verifier(id, 0, &verifier, false, now).await?;
                if kind != Kind::NotRegistered {
                    register(&mut tx, id, &format!("{}@home.example", kind.local(n))).await?;
                    let number = format!("+49151{:02}{n:06}", kind as u8);
                    let method = Method {
                        id: MethodId(entropy.uuid()),
                        user: id,
                        means: Means::Sent(Destination::Phone(
                            PhoneNumber::parse(&number).map_err(fault)?,
                        )),
                        origin: Origin::User,
                        created_at: now,
                        last_used_at: None,
                        confirmed: true,
                    };
                    tx.insert_method(&method).await?;
                }
                match kind {
                    Kind::Disabled => drop(tx.set_enabled(id, false).await?),
                    Kind::Held => drop(tx.set_held(id, Some(now)).await?),
                    Kind::Admin => drop(tx.assign_role(id, Role::GlobalReader).await?),
                    _ => {}
                }
                if kind != Kind::OutOfScope {
                    tx.add_member(group.id, Member::User(id)).await?;
                }
            }
        }
        let policy = Policy {
            scope: Scope::Selected([group.id].into()),
            gates: Gates::Two,
            // What everybody here has: who has which methods is not what is measured.
            methods: [MethodKind::MobilePhone, MethodKind::Email]
                .map(KindCode)
                .into(),
            ..Policy::default()
        };
        let read = tx.policy().await?.version;
        tx.set_policy(&policy, read, now, "cargo xtask enumerate")
            .await?;
        Ok(tx.commit().await?)
    }
}
