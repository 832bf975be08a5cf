//! Temporary Access Passes: an administrator makes one for somebody who has nothing else to sign in with.
//!
//! What one may do is judged by the same rule ([`keyward_core::pass::judge`]) when it is made and when somebody signs in
//! with it. Its text is in the answer to its making and nowhere else; a hash of it is stored, as of a password.

mod signin;

pub(crate) use signin::WORDS;

use crate::account::Account;
use crate::attempt::Attempt;
use crate::audit::{Draft, rfc3339};
use crate::error::{Error, Result};
use crate::hash::Place;
use crate::keys::Purpose;
use crate::letters::at_minute;
use crate::notices::{Letter, circumstances};
use crate::users::not_oneself;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::hand_over::Opens;
use keyward_core::ids::{PassId, TenantId, UserId};
use keyward_core::pass::{self, Pass, PassRules};
use keyward_core::password::Prepared;
use keyward_core::recovery;
use keyward_core::refusal::Refusal;
use keyward_core::role::{Permission, Role};
use keyward_core::secret::Secret;
use keyward_core::time::{Timestamp, minutes};
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::counter::Bucket;
use zeroize::Zeroizing;

/// What an administrator sees before they make a pass.
#[derive(Debug)]
pub struct Desk {
    /// Whose account.
    pub user: User,
    /// What they may choose from.
    pub rules: PassRules,
    /// The pass that is good now, and who made it.
    pub there: Option<(Pass, String)>,
}

/// A pass that was just made. Its text is stored nowhere.
pub struct Made {
    /// As it is shown and typed.
    pub text: Secret,
    /// Until when it is good.
    pub until: Timestamp,
    /// It works once.
    pub once: bool,
    /// Where its owner signs in with it.
    pub signin: String,
}

impl App {
    /// What may be done about a pass of somebody, and the one that is good now. While passes are switched off, one may
    /// still be taken away.
    pub async fn pass_desk(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<Desk> {
        me.needs(Permission::ReadUsers)?;
        not_oneself(me, id)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
        judge(me, &account)?;
        let there = match tx.pass_of(id, ctx.now).await? {
            Some((pass, _)) => {
                let by = tx.user(pass.issued_by).await?;
                Some((pass, by.map(|u| u.upn.to_string()).unwrap_or_default()))
            }
            None => None,
        };
        Ok(Desk {
            rules: account.policy.pass,
            user: account.user,
            there,
        })
    }

    /// The pass of somebody that is good now, for the page about them.
    pub async fn pass_there(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<Option<Pass>> {
        me.needs(Permission::ReadUsers)?;
        let mut tx = self.db.read(me.tenant()).await?;
        Ok(tx.pass_of(id, ctx.now).await?.map(|(pass, _)| pass))
    }

    /// Makes a pass, returned once, in the place of an older one; sessions that began with that end.
    pub async fn make_pass(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: UserId,
        lifetime: u16,
        once: bool,
    ) -> Result<Made> {
        let attempt = Attempt::user(ctx, me, Activity::PassIssued, id);
        self.attempt(attempt, async {
            me.full()?;
            let mut tx = self.db.read(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            judge(me, &account)?;
            let rules = offered(&account, lifetime)?;
            self.proved_enough(&mut tx, ctx, me, Opens::Password)
                .await?;
            drop(tx);
            let bytes = Zeroizing::new(self.entropy.bytes::<{ pass::BYTES }>());
            let text = Zeroizing::new(pass::text(&bytes, rules.length));
            let (whose, typed) = ((me.tenant(), id), prepared(&text)?);
            let verifier = self
                .hasher
                .hash_for(&self.keys, &*self.entropy, whose, Place::Pass, &typed)
                .await?;

            // Hashing took a while: judged again, as everything is now.
            let mut tx = self.db.write(me.tenant()).await?;
            tx.lock_user(id).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            judge(me, &account)?;
            let rules = offered(&account, lifetime)?;
            let pass = Pass {
                id: PassId(self.entropy.uuid()),
                user: id,
                once: once || rules.once,
                issued_by: me.user.id,
                created_at: ctx.now,
                expires_at: ctx.now + minutes(u64::from(lifetime)),
                used_at: None,
            };
            tx.insert_pass(&pass, &verifier).await?;
            // Whatever was guessed at the old one: the new one has all its tries.
            let bucket = self.pass_bucket(me.tenant(), &account.user.upn.key());
            tx.clear_lockout(&bucket).await?;
            let draft = Draft::new(ctx, Activity::PassIssued, me.actor());
            let draft = draft.on_user(&account.user).detail(format!(
                "until {}, {}",
                rfc3339(pass.expires_at),
                if pass.once {
                    "once"
                } else {
                    "any number of times"
                }
            ));
            self.record(&mut tx, draft).await?;
            self.tell_of_pass(&mut tx, ctx, me, &account, &pass).await?;
            self.commit(tx).await?;
            Ok(Made {
                text: Secret::new(recovery::spelled(&text)),
                until: pass.expires_at,
                once: pass.once,
                signin: format!("{}/signin/pass", self.settings.public_url),
            })
        })
        .await
    }

    /// Tells the owner, and of an administrator's pass the other Global Administrators.
    async fn tell_of_pass(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        account: &Account,
        pass: &Pass,
    ) -> Result<()> {
        let user = &account.user;
        let link = self.not_me_link(tx, ctx, user.id).await?;
        let mut args = circumstances(ctx, user);
        args.push(("until", at_minute(pass.expires_at).into()));
        args.push(("by", me.user.upn.to_string().into()));
        let mut letter = Letter {
            name: "pass-made",
            args,
            worded: None,
            link: Some(link),
        };
        self.notify_user(tx, ctx, user, &account.methods, &letter)
            .await?;
        if account.policy.notify_admins && !account.roles.is_empty() {
            let mut others = tx.holders(Role::GlobalAdministrator).await?;
            others.retain(|h| h.active && h.user != user.id && h.user != me.user.id);
            (letter.name, letter.link) = ("admin-pass-made", None);
            self.notify_admins(tx, ctx, &others, &letter).await?;
        }
        Ok(())
    }

    /// Takes the pass of somebody away, and ends the sessions that began with one.
    pub async fn delete_pass(&self, ctx: &Ctx, me: &Principal, id: UserId) -> Result<()> {
        let attempt = Attempt::user(ctx, me, Activity::PassDeleted, id);
        self.attempt(attempt, async {
            me.full()?;
            not_oneself(me, id)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self.account(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
            for permission in Opens::Account.permissions() {
                me.outranks(&account.roles, *permission)?;
            }
            if !tx.delete_pass(id).await? {
                return Err(Refusal::NotFound.into());
            }
            let draft = Draft::new(ctx, Activity::PassDeleted, me.actor());
            self.record(&mut tx, draft.on_user(&account.user)).await?;
            self.commit(tx).await
        })
        .await
    }

    /// Where wrong passes of a name are counted: apart from wrong passwords, so that neither locks the other out.
    pub(crate) fn pass_bucket(&self, tenant: TenantId, name_key: &str) -> Bucket {
        let parts = [b"sign-in by pass".as_slice(), name_key.as_bytes()];
        self.keys.mac(Purpose::Counter, tenant, &parts)
    }
}

/// The rules, if they allow a pass of this lifetime (minutes).
fn offered(account: &Account, lifetime: u16) -> Result<PassRules, Refusal> {
    let rules = account.policy.pass;
    if !rules.enabled {
        return Err(Refusal::PassesOff);
    }
    if !rules.lifetimes().contains(&lifetime) {
        return Err(Refusal::field("minutes", "pass-lifetime"));
    }
    Ok(rules)
}

fn judge(me: &Principal, account: &Account) -> Result<(), Refusal> {
    pass::judge((&me.user, &me.roles), (&account.user, &account.roles))
}

/// A pass in the form in which it is hashed.
fn prepared(text: &str) -> Result<Prepared> {
    // Of the alphabet's characters alone, and short: there is nothing that it could refuse.
    Prepared::new(&Secret::new(text.to_owned())).map_err(|fault| Error::Fault(format!("{fault:?}")))
}
