//! Passwords that can't be used again: the one that is being replaced, and those before it that the policy remembers.

use crate::App;
use crate::error::Result;
use crate::hash::Checked;
use keyward_core::ids::{TenantId, UserId};
use keyward_core::password::{Fault, Prepared};
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use keyward_store::Tx;

/// The verifiers of the passwords that somebody can't use again.
pub(crate) struct Past {
    whose: (TenantId, UserId),
    present: Option<String>,
    replaced: Vec<String>,
}

impl App {
    /// What a new password of this user must not be. Of a user of a directory none is known here.
    pub(crate) async fn past(&self, tx: &mut Tx, user: &User, most: u8) -> Result<Past> {
        Ok(Past {
            whose: (tx.tenant(), user.id),
            present: tx.verifier(user.id).await?,
            replaced: tx.replaced_verifiers(user.id, most).await?,
        })
    }

    /// Whether a new password is one of those. Each is a hash on the pool, so it is asked last, and only of what is
    /// right otherwise; never while somebody is typing.
    pub(crate) async fn used_before(&self, past: &Past, new: &Prepared) -> Result<Option<Fault>> {
        if let Some(present) = &past.present {
            let checked = self
                .hasher
                .check(&self.keys, past.whose, Some(present), new);
            if checked.await? == Checked::Right {
                return Ok(Some(Fault::SameAsOld));
            }
        }
        for replaced in &past.replaced {
            let checked = self
                .hasher
                .check_replaced(&self.keys, past.whose, replaced, new);
            if checked.await? == Checked::Right {
                return Ok(Some(Fault::UsedBefore));
            }
        }
        Ok(None)
    }

    /// Sets a new password, and remembers the one it replaces as far as the policy asks for it. False if the password
    /// has changed since `user` was read.
    ///
    /// A temporary password is not remembered: nobody chose it, and a help desk that gives out several would flush
    /// those that somebody did.
    pub(crate) async fn replace_password(
        &self,
        tx: &mut Tx,
        user: &User,
        verifier: &str,
        temporary: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let keep = tx.policy().await?.policy.password_rules.history;
        let old = tx.verifier(user.id).await?;
        let epoch = user.credential_epoch;
        if !tx
            .set_verifier(user.id, epoch, verifier, temporary, now)
            .await?
        {
            return Ok(false);
        }
        // The epoch is the one that was read, so it is its verifier that was read.
        if let Some(old) = old.filter(|_| keep > 0 && !user.must_change_password) {
            let whose = (tx.tenant(), user.id);
            let retired = self
                .hasher
                .retire(&self.keys, &*self.entropy, whose, &old)?;
            tx.keep_replaced(user.id, epoch, &retired, keep, now)
                .await?;
        }
        Ok(true)
    }
}
