//! Users for the measurements, put straight into the database of the example organisation: some hundreds who sign in
//! and reset, and as many others as a table is to have.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyward_app::clock::{Clock, SystemClock};
use keyward_app::entropy::{Entropy, SystemEntropy};
use keyward_app::hash::Hasher;
use keyward_app::keys::Keys;
use keyward_core::group::Group;
use keyward_core::ids::{GroupId, MethodId, TenantId, UserId};
use keyward_core::method::{Destination, Means, Method, Origin};
use keyward_core::password::Prepared;
use keyward_core::policy::{Gates, Policy, Scope};
use keyward_core::secret::Secret;
use keyward_core::text::{MailAddress, UserPrincipalName};
use keyward_core::time::Timestamp;
use keyward_core::user::{Profile, User};
use keyward_store::group::Member;
use keyward_store::{Db, Tx};
use zeroize::Zeroizing;

use crate::Done;

/// The password of everybody who has one.
pub(crate) const PASSWORD: &str = "a passphrase for measuring";

/// The data directory of a server that isn't running.
pub(crate) struct People {
    pub(crate) runtime: tokio::runtime::Runtime,
    pub(crate) db: Db,
    pub(crate) keys: Keys,
    pub(crate) tenant: TenantId,
}

impl People {
    /// Opens the database and the root key in `data`.
    pub(crate) fn open(data: &Path) -> Done<Self> {
        let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
        let root = root_key(&data.join("root.key"))?;
        let (db, tenant) = runtime.block_on(database(data))?;
        let keys = Keys::new(&root, 0);
        Ok(Self {
            runtime,
            db,
            keys,
            tenant,
        })
    }

    /// Users `0..count` with a password and a registered mailbox, and a policy that lets everybody reset by mail.
    pub(crate) fn who_sign_in(&self, count: usize) -> Done {
        self.runtime
            .block_on(self.add(count))
            .map_err(|e| e.to_string())
    }

    async fn add(&self, count: usize) -> keyward_app::Result<()> {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let hasher = Hasher::new(1, Duration::from_secs(5));
        let password = Secret::new(PASSWORD.to_owned());
        let prepared = Prepared::new(&password).map_err(|f| fault(f.code()))?;
        let mut tx = self.db.write(self.tenant).await?;
        let now = SystemClock.now();
        for n in 0..count {
            let user = user(self.tenant, UserId(entropy.uuid()), &name(n), now)?;
            let whose = (self.tenant, user.id);
            let verifier = hasher.hash(&self.keys, &*entropy, whose, &prepared).await?;
            tx.insert_user(&user).await?;
            tx.set_verifier(user.id, 0, &verifier, false, now).await?;
            register(&mut tx, user.id, &mailbox(n)).await?;
        }
        let_reset_by_mail(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Fills the table up to `count` users, all of them members of a group; those added never sign in.
    pub(crate) fn fill_up_to(&self, count: usize) -> Done {
        let fill = async {
            let have = self.db.read(self.tenant).await?.count_users().await? as usize;
            let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
            let group = Group {
                id: GroupId(entropy.uuid()),
                tenant: self.tenant,
                directory: None,
                name: format!("Everybody up to {count}"),
                description: None,
                created_at: SystemClock.now(),
            };
            let mut tx = self.db.write(self.tenant).await?;
            tx.insert_group(&group).await?;
            tx.commit().await?;
            for start in (have..count).step_by(50_000) {
                let mut tx = self.db.write(self.tenant).await?;
                for n in start..(start + 50_000).min(count) {
                    let id = UserId(uuid::Uuid::from_u128(0x1000_0000_0000 + n as u128));
                    let user = user(self.tenant, id, &format!("extra{n}"), SystemClock.now())?;
                    tx.insert_user(&user).await?;
                    tx.add_member(group.id, Member::User(id)).await?;
                }
                tx.commit().await?;
            }
            Ok::<_, keyward_app::Error>(())
        };
        self.runtime.block_on(fill).map_err(|e| e.to_string())
    }

    /// Closes the database, so that a server can have it to itself.
    pub(crate) fn close(self) {
        self.runtime.block_on(self.db.close());
    }
}

/// The database of the example organisation in `data`.
pub(crate) async fn database(data: &Path) -> Done<(Db, TenantId)> {
    let file = data.join("keyward.db");
    let db = Db::open_sqlite(&file).await.map_err(|e| e.to_string())?;
    let tenants = async { db.system_read().await?.tenants().await };
    let tenants = tenants.await.map_err(|e| e.to_string())?;
    let tenant = *tenants
        .first()
        .ok_or("the example organisation is missing")?;
    Ok((db, tenant))
}

/// Registers a mailbox to reset by.
pub(crate) async fn register(tx: &mut Tx, user: UserId, mailbox: &str) -> keyward_app::Result<()> {
    let entropy: &dyn Entropy = &SystemEntropy;
    let mailbox = MailAddress::parse(mailbox).map_err(fault)?;
    let method = Method {
        id: MethodId(entropy.uuid()),
        user,
        means: Means::Sent(Destination::Mail(mailbox)),
        origin: Origin::User,
        created_at: SystemClock.now(),
        last_used_at: None,
        confirmed: true,
    };
    Ok(tx.insert_method(&method).await?)
}

/// Lets everybody reset, with one code by mail.
pub(crate) async fn let_reset_by_mail(tx: &mut Tx) -> keyward_app::Result<()> {
    let policy = Policy {
        scope: Scope::All,
        gates: Gates::One,
        ..Policy::default()
    };
    let read = tx.policy().await?.version;
    let now = SystemClock.now();
    tx.set_policy(&policy, read, now, "cargo xtask bench")
        .await?;
    Ok(())
}

/// The sign-in name of user `n`.
pub(crate) fn upn(n: usize) -> String {
    format!("{}@contoso.example", name(n))
}

/// The mailbox that user `n` resets by.
pub(crate) fn mailbox(n: usize) -> String {
    format!("{}@home.example", name(n))
}

fn name(n: usize) -> String {
    format!("bench{n:05}")
}

/// The key that the server wrote: 32 bytes in base64, and a newline.
fn root_key(path: &Path) -> Done<Zeroizing<[u8; 32]>> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut key = Zeroizing::new([0; 32]);
    match STANDARD.decode_slice(text.trim_ascii(), key.as_mut()) {
        Ok(32) => Ok(key),
        _ => Err(format!("{} is not 32 bytes in base64", path.display())),
    }
}

pub(crate) fn fault(error: impl std::fmt::Display) -> keyward_app::Error {
    keyward_app::Error::Fault(error.to_string())
}

pub(crate) fn user(
    tenant: TenantId,
    id: UserId,
    name: &str,
    now: Timestamp,
) -> keyward_app::Result<User> {
    let upn = UserPrincipalName::parse(&format!("{name}@contoso.example"));
    Ok(User {
        id,
        tenant,
        directory: None,
        upn: upn.map_err(fault)?,
        profile: Profile {
            display_name: name.to_owned(),
            ..Profile::default()
        },
        enabled: true,
        held_at: None,
        must_change_password: false,
        password_changed_at: Some(now),
        password_found_at: None,
        credential_epoch: 0,
        registration_confirmed_at: Some(now),
        language: None,
        created_at: now,
        deleted_at: None,
    })
}
