//! Recovery codes: a list to print, of which each opens one gate once.
//!
//! Only keyed digests are kept, bound to the list and its owner. The list is shown once, in the answer to its making;
//! making it again replaces it whole (RC-01).

use crate::error::{Result, taken};
use crate::keys::Purpose as Key;
use crate::notices::{Letter, circumstances};
use crate::signin::nobody;
use crate::{App, Ctx, Principal};
use keyward_core::challenge::{Challenge, Held, Use};
use keyward_core::ids::{MethodId, TenantId, UserId};
use keyward_core::method::{Means, Method, MethodKind, Origin};
use keyward_core::recovery::{self, BYTES, CODES, FEW};
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::user::User;
use keyward_store::Tx;
use zeroize::Zeroizing;

/// The list of somebody, as far as it is known afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// The method.
    pub id: MethodId,
    /// How many codes were not used.
    pub left: i64,
}

impl App {
    /// The list of a signed-in user.
    pub async fn recovery_list(&self, me: &Principal) -> Result<Option<List>> {
        let mut tx = self.db.read(me.tenant()).await?;
        let methods = tx.methods_of(me.user.id).await?;
        let list = methods.iter().find(|m| m.means == Means::Saved);
        Ok(match list {
            Some(list) => Some(List {
                id: list.id,
                left: tx.codes_left(list.id).await?,
            }),
            None => None,
        })
    }

    /// Makes a list in the place of the one that its owner was shown, if any. A form that is sent again finds another
    /// one, and replaces nothing (RCV-02).
    pub async fn make_recovery_codes(
        &self,
        ctx: &Ctx,
        me: &Principal,
        seen: Option<MethodId>,
    ) -> Result<Vec<Secret>> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let user = me.user.id;
        tx.lock_user(user).await?;
        let account = self
            .account(&mut tx, user)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        if !account.rules().kinds.contains(&MethodKind::RecoveryCodes) {
            return Err(Refusal::NotOffered.into());
        }
        self.needs_fresh_proof(ctx, me, !account.methods.is_empty())?;
        let old = account.methods.iter().find(|m| m.means == Means::Saved);
        if old.map(|m| m.id) != seen {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let list = Method {
            id: MethodId(self.entropy.uuid()),
            user,
            means: Means::Saved,
            origin: Origin::User,
            created_at: ctx.now,
            last_used_at: None,
            confirmed: self.is_confirmed(&mut tx, ctx, me, &account).await?,
        };
        let codes: Vec<Zeroizing<String>> = (0..CODES)
            .map(|_| Zeroizing::new(recovery::code(&self.entropy.bytes::<BYTES>())))
            .collect();
        let macs: Vec<[u8; 32]> = codes
            .iter()
            .map(|code| self.recovery_mac(tx.tenant(), user, list.id, code))
            .collect();
        if let Some(old) = old {
            tx.delete_method(user, old.id).await?;
        }
        let inserted = tx.insert_codes(&list, &macs).await;
        taken(inserted, Refusal::ChangedMeanwhile)?;
        self.announce_method(&mut tx, ctx, &account, &list, old)
            .await?;
        self.commit(tx).await?;
        let printed = codes.iter().map(|code| recovery::spelled(code));
        Ok(printed.map(Secret::new).collect())
    }

    fn recovery_mac(&self, tenant: TenantId, user: UserId, list: MethodId, code: &str) -> [u8; 32] {
        let parts = [
            user.0.as_bytes().as_slice(),
            list.0.as_bytes(),
            code.as_bytes(),
        ];
        self.keys.mac(Key::Recovery, tenant, &parts)
    }

    /// The list that has the typed code. For a name that nobody has, the same is looked up, and nothing is found.
    pub(crate) async fn list_held(
        &self,
        tx: &mut Tx,
        asked: &Challenge,
        typed: &Secret,
    ) -> Result<Option<Held>> {
        let user = asked.user.unwrap_or_else(nobody);
        let methods = tx.methods_of(user).await?;
        let list = methods.iter().find(|m| m.means == Means::Saved);
        let id = list.map_or(MethodId(user.0), |m| m.id);
        let code = Zeroizing::new(recovery::read(typed.expose()).unwrap_or_default());
        let mac = self.recovery_mac(tx.tenant(), user, id, &code);
        let there = tx.has_code(id, &mac).await?;
        Ok(there.then_some(Held {
            method: Some(id),
            uses: Use::Saved(mac),
        }))
    }

    /// Tells the owner that a code was used, and how many are left (RC-01, RCV-03).
    pub(crate) async fn tell_of_code(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &User,
        list: MethodId,
    ) -> Result<()> {
        let left = tx.codes_left(list).await?;
        let link = self.not_me_link(tx, ctx, user.id).await?;
        let mut args = circumstances(ctx, user);
        args.push(("left", left.into()));
        let few = usize::try_from(left).is_ok_and(|left| left <= FEW);
        args.push(("few", if few { "yes" } else { "no" }.into()));
        let letter = Letter {
            name: "recovery-code-used",
            args,
            worded: None,
            link: Some(link),
        };
        let methods = tx.methods_of(user.id).await?;
        self.notify_user(tx, ctx, user, &methods, &letter).await
    }
}
