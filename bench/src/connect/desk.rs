//! What the service knows, read and prepared in its database beside it.

use std::path::Path;

use keyward_app::Error;
use keyward_core::ids::{TenantId, UserId};
use keyward_core::text::UserPrincipalName;
use keyward_store::Db;
use tokio::runtime::Runtime;

use super::directory::DOMAIN;
use crate::Done;
use crate::people;

/// A user who was brought in.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) upn: String,
    /// Where it is in the directory.
    pub(super) dn: String,
}

impl Person {
    /// The mailbox that it resets by.
    pub(super) fn mailbox(&self) -> String {
        let name = self.upn.split('@').next().unwrap_or_default();
        format!("{name}@home.example")
    }
}

/// The database of a service.
pub(super) struct Desk {
    pub(super) runtime: Runtime,
    db: Db,
    tenant: TenantId,
}

impl Desk {
    pub(super) fn open(data: &Path) -> Done<Self> {
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        let (db, tenant) = runtime.block_on(people::database(data))?;
        Ok(Self {
            runtime,
            db,
            tenant,
        })
    }

    /// Has the organisation own the directory's domain, and everybody reset by one mail.
    pub(super) fn prepare(&self) -> Done {
        self.told(async {
            let mut tx = self.db.write(self.tenant).await?;
            tx.add_domain(DOMAIN, false).await?;
            people::let_reset_by_mail(&mut tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// The user of this name.
    pub(super) fn person(&self, upn: &str) -> Done<Person> {
        let found = self.told(async {
            let name = UserPrincipalName::parse(upn);
            let name = name.map_err(|error| Error::Fault(error.to_string()))?;
            let mut tx = self.db.read(self.tenant).await?;
            let Some(user) = tx.user_by_upn(&name.key()).await? else {
                return Ok(None);
            };
            let there = tx.directory_user(user.id).await?;
            Ok(there.map(|there| (user.id, there.dn)))
        })?;
        let (id, dn) = found.ok_or_else(|| format!("{upn} was not brought in"))?;
        Ok(Person {
            id,
            upn: upn.to_owned(),
            dn,
        })
    }

    /// Registers everybody's mailbox.
    pub(super) fn register(&self, people: &[Person]) -> Done {
        self.told(async {
            let mut tx = self.db.write(self.tenant).await?;
            for person in people {
                people::register(&mut tx, person.id, &person.mailbox()).await?;
            }
            Ok(tx.commit().await?)
        })
    }

    /// The mobile number that the service shows, as the directory writes it.
    pub(super) fn mobile(&self, person: &Person) -> Done<Option<String>> {
        self.told(async {
            let mut tx = self.db.read(self.tenant).await?;
            let there = tx.directory_user(person.id).await?;
            Ok(there.and_then(|there| there.mobile))
        })
    }

    fn told<T>(&self, act: impl Future<Output = keyward_app::Result<T>>) -> Done<T> {
        self.runtime
            .block_on(act)
            .map_err(|error| error.to_string())
    }
}
