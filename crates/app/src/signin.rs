//! Signing in with user name and password.

use crate::account::TypedName;
use crate::audit::{Draft, rfc3339};
use crate::device::Place;
use crate::error::{Error, Result};
use crate::hash::Checked;
use crate::keys::Purpose;
use crate::passthrough::{Asked, Home};
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{MethodId, TenantId, UserId};
use keyward_core::pass::Pass;
use keyward_core::password::Prepared;
use keyward_core::refusal::Refusal;
use keyward_core::registration::Ask;
use keyward_core::secret::Secret;
use keyward_core::signin::{ChangeReason, Lockout, Next, Passed, after_password};
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::counter::Bucket;
use keyward_store::session::Stage;

/// How somebody has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// By a password.
    Password,
    /// By a passkey that has verified its owner: a fresh proof, and no word about passwords.
    Passkey(MethodId),
    /// By a Temporary Access Pass: as good as a fresh proof for registering, and no word about passwords.
    Pass(Pass),
}

/// A sign-in that succeeded.
#[derive(Debug)]
pub struct SignedIn {
    /// For the browser's cookie; stored nowhere.
    pub token: String,
    /// The password has to be changed before anything else.
    pub must_change: Option<ChangeReason>,
    /// The password is known from a breach and lives in a directory: they are advised to change it.
    pub breached: bool,
    /// Registration is asked for.
    pub ask: Option<Ask>,
    /// Holds an administrator role.
    pub administrator: bool,
    /// The language the user chose earlier.
    pub language: Option<String>,
    /// What the browser is to hold from now on as a familiar one; none if it does already.
    pub device: Option<String>,
}

impl App {
    /// Signs in. An unknown name, a wrong password, a blocked account and one without a password take the same work
    /// and get the same answer (EN-02).
    pub async fn sign_in(&self, ctx: &Ctx, typed_name: &str, password: Secret) -> Result<SignedIn> {
        let entered = Box::pin(self.try_sign_in(ctx, typed_name, password)).await;
        if let Err(Error::Refused(refusal)) = &entered
            && *refusal != Refusal::Busy
        {
            self.strangers.press(ctx.source(), ctx.now);
        }
        entered
    }

    /// A right password that is known from a breach is to be changed before anything else.
    async fn mark_breached(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &mut User,
        prepared: &Prepared,
    ) -> Result<()> {
        if user.password_found_at.is_none() && self.is_breached(prepared) {
            user.password_found_at = Some(ctx.now);
            tx.mark_password_found(user.id, user.credential_epoch, ctx.now)
                .await?;
        }
        Ok(())
    }

    async fn try_sign_in(&self, ctx: &Ctx, typed_name: &str, password: Secret) -> Result<SignedIn> {
        let name = self.typed_name(typed_name);
        let tenant = self.tenant_of_name(&name).await?;
        let prepared = Prepared::new(&password);
        let Some(tenant) = tenant else {
            // Not set up yet: nobody can sign in, and it takes as long to say so.
            if let Ok(prepared) = &prepared {
                self.check_of_nobody(prepared).await?;
            }
            return Err(Refusal::BadCredentials.into());
        };
        let digest = self.wrong_password_digest(tenant, &name.key, &password);

        let mut tx = self.db.write(tenant).await?;
        let user = tx.user_by_upn(&name.key).await?;
        let id = user.as_ref().map_or_else(nobody, |u| u.id);
        let place = self.place(&mut tx, ctx, id, &name.key).await?;
        let bucket = place.bucket;
        let lockout = tx.lock_lockout(&bucket, ctx.now).await?;
        if let Err(until) = lockout.check(ctx.now) {
            let draft = Draft::new(ctx, Activity::SignedIn, Actor::Stranger).failed("locked-out");
            let draft = draft.on("user", user.map(|u| u.id.0), &name.shown);
            self.record(&mut tx, draft.detail(place.words())).await?;
            tx.commit().await?;
            return Err(Refusal::LockedOut(until).into());
        }
        if let Some(home) = self.home(&mut tx, user.as_ref(), &name.key).await? {
            let at = AtDirectory {
                name: &name,
                home: &home,
                user,
                place,
                digest,
                lockout,
            };
            return self.sign_in_there(tx, ctx, at, password).await;
        }
        // Counted before it is known whether the password is right: of a hundred guesses at once, ten are looked at
        // (OT-11). A right one clears the count below.
        let counted = lockout
            .clone()
            .failed(digest, self.settings.lockout, ctx.now);
        tx.save_lockout(&bucket, &counted).await?;
        let verifier = tx.verifier(id).await?;
        tx.commit().await?;

        let right = match &prepared {
            Ok(prepared) => {
                self.hasher
                    .check(&self.keys, (tenant, id), verifier.as_deref(), prepared)
                    .await
            }
            // Text that no password can be is refused unhashed, for every name alike (S97).
            Err(_) => Ok(Checked::Wrong),
        };
        let right = match right {
            Ok(checked) => checked == Checked::Right,
            Err(Error::Refused(Refusal::Busy)) => {
                // Nothing was tried, so nothing counts (OT-23).
                if counted.failures > lockout.failures {
                    let mut tx = self.db.write(tenant).await?;
                    self.uncount(&mut tx, &bucket, digest, ctx).await?;
                    tx.commit().await?;
                }
                return Err(Refusal::Busy.into());
            }
            Err(fault) => return Err(fault),
        };

        let mut tx = self.db.write(tenant).await?;
        // Hashing took a while: whoever was blocked, held or given another password meanwhile is judged as they are
        // now. A new password takes the same lock before it ends the sessions, so none slips in between (INV-3).
        self.lock_place(&mut tx, &place, ctx.now).await?;
        let epoch = user.as_ref().map(|u| u.credential_epoch);
        let user = tx.user(id).await?.filter(|u| u.deleted_at.is_none());
        let right = right && epoch == user.as_ref().map(|u| u.credential_epoch);
        match user {
            Some(mut user) if right && user.is_active() => {
                if let Ok(prepared) = &prepared {
                    self.mark_breached(&mut tx, ctx, &mut user, prepared)
                        .await?;
                }
                self.enter(tx, ctx, &place, user, None, By::Password).await
            }
            user => {
                let reason = match &user {
                    Some(u) if right && u.held_at.is_some() => "account-held",
                    Some(_) if right => "account-disabled",
                    Some(_) => "wrong-password",
                    None => "unknown-name",
                };
                let draft = Draft::new(ctx, Activity::SignedIn, Actor::Stranger).failed(reason);
                let draft = draft.on("user", user.as_ref().map(|u| u.id.0), &name.shown);
                let draft = match counted.locked_until {
                    Some(until) if until > ctx.now => {
                        let until = rfc3339(until);
                        draft.detail(format!("sign-in {} locked until {until}", place.words()))
                    }
                    _ => draft,
                };
                self.record(&mut tx, draft).await?;
                tx.commit().await?;
                metrics::counter!("keyward_sign_ins_total", "result" => "refused").increment(1);
                Err(counted
                    .check(ctx.now)
                    .map_or_else(Refusal::LockedOut, |()| Refusal::BadCredentials)
                    .into())
            }
        }
    }

    /// As much work as looking at somebody's password.
    async fn check_of_nobody(&self, prepared: &Prepared) -> Result<()> {
        let whose = (TenantId(uuid::Uuid::nil()), nobody());
        let checked = self.hasher.check(&self.keys, whose, None, prepared);
        checked.await.map(drop)
    }

    /// Signs a user in whose password, or passkey, was right. `next` is what comes next where it isn't this database that
    /// says so.
    pub(crate) async fn enter(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        place: &Place,
        user: User,
        next: Option<Next>,
        by: By,
    ) -> Result<SignedIn> {
        if by == By::Password {
            // Only what was counted here: else each sign-in of the owner would give a guesser elsewhere as many tries anew.
            tx.clear_lockout(&place.bucket).await?;
        }
        let account = self.complete(&mut tx, user).await?;
        let here = || after_password(&account.user, &account.policy, ctx.now);
        let must_change = match next.unwrap_or_else(here) {
            Next::Enter => None,
            Next::ChangePassword(why) => Some(why),
        };
        let stage = if must_change.is_some() {
            Stage::MustChangePassword
        } else {
            Stage::Full
        };
        let (token, session) = self
            .begin_session(&mut tx, ctx, &account.user, stage)
            .await?;
        if let By::Passkey(passkey) = by {
            tx.session_proved(session.id, Some(passkey), ctx.now)
                .await?;
            self.note_proof(&mut tx, ctx, session.id, &account, passkey)
                .await?;
        }
        if let By::Pass(pass) = by {
            self.entered_by_pass(&mut tx, ctx, &account, session.id, &pass)
                .await?;
        }
        let device = self.make_familiar(&mut tx, ctx, account.user.id).await?;
        let words = match by {
            By::Password => place.words().to_owned(),
            By::Passkey(_) => format!("by passkey, {}", place.words()),
            By::Pass(_) => format!("{}, {}", crate::pass::WORDS, place.words()),
        };
        let draft = Draft::own(ctx, Activity::SignedIn, &account.user).detail(words);
        self.record(&mut tx, draft).await?;
        if must_change.is_some() {
            let draft = Draft::own(ctx, Activity::PasswordChangeStarted, &account.user);
            let draft = match must_change {
                Some(ChangeReason::Breached) => draft.detail("the password is known from a breach"),
                _ => draft,
            };
            self.record(&mut tx, draft).await?;
        }
        // A pass tells its owner.
        self.commit(tx).await?;
        metrics::counter!("keyward_sign_ins_total", "result" => "success").increment(1);
        Ok(SignedIn {
            token,
            must_change,
            breached: false,
            ask: account.ask(ctx.now),
            administrator: !account.roles.is_empty(),
            language: account.user.language,
            device,
        })
    }

    /// Signs in somebody whose password lives in a directory, or nobody by a name that would.
    async fn sign_in_there(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        at: AtDirectory<'_>,
        password: Secret,
    ) -> Result<SignedIn> {
        let tenant = tx.tenant();
        let key = &at.name.key;
        let taken = self.take_try(&mut tx, at.home, key, at.place, ctx.now);
        let taken = taken.await;
        if let Err(Error::Refused(refusal)) = taken {
            let draft = at.draft(ctx).failed("locked-out");
            let draft = draft.detail("the tries left belong to the account's owner");
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            return Err(refusal.into());
        }
        taken?;
        let before = at.lockout.failures;
        let counted = at
            .lockout
            .clone()
            .failed(at.digest, self.settings.lockout, ctx.now);
        tx.save_lockout(&at.place.bucket, &counted).await?;
        let asked = match self.ask_about(tx, ctx, at.home, &password).await {
            Ok(asked) => asked,
            Err(Error::Refused(Refusal::DirectoryAway)) => {
                // Nothing was written: the transaction that counted is gone.
                let mut tx = self.db.write(tenant).await?;
                self.record(&mut tx, at.draft(ctx).failed("directory-away"))
                    .await?;
                tx.commit().await?;
                return Err(Refusal::DirectoryAway.into());
            }
            Err(other) => return Err(other),
        };
        // Of a right one only is anything said. Nobody is kept out by it: the directory lets the password in everywhere else,
        // and a change there may be refused for days (its minimum age, writeback switched off, a protected account).
        let known = |prepared: Prepared| self.is_breached(&prepared);
        let breached = Prepared::new(&password).is_ok_and(known);
        drop(password);

        let mut tx = self.db.write(tenant).await?;
        // The answer took a while: see `sign_in`.
        self.lock_place(&mut tx, &at.place, ctx.now).await?;
        let id = at.user.as_ref().map_or_else(nobody, |u| u.id);
        let epoch = at.user.as_ref().map(|u| u.credential_epoch);
        let user = tx.user(id).await?.filter(|u| u.deleted_at.is_none());
        let same = epoch == user.as_ref().map(|u| u.credential_epoch);
        if let (Some(user), Passed::Right(next)) = (&user, asked.passed)
            && same
            && user.is_active()
        {
            if next == Next::Enter {
                // It has forgotten its own count with this right one.
                self.forget_tries(&mut tx, key).await?;
            } else {
                self.give_back_try(&mut tx, key, ctx.now).await?;
            }
            let user = user.clone();
            let entered = self
                .enter(tx, ctx, &at.place, user, Some(next), By::Password)
                .await?;
            return Ok(SignedIn {
                breached: breached && entered.must_change.is_none(),
                ..entered
            });
        }
        let (reason, refusal) = refused_there(user.as_ref(), same, &asked);
        if !matches!(asked.passed, Passed::Wrong(_)) && counted.failures > before {
            self.uncount(&mut tx, &at.place.bucket, at.digest, ctx)
                .await?;
        }
        if asked.never || matches!(asked.passed, Passed::Barred(_)) {
            self.give_back_try(&mut tx, key, ctx.now).await?;
        }
        let draft = at.draft(ctx).failed(reason);
        let draft = match asked.denied.and_then(|d| d.code) {
            Some(code) => draft.detail(format!("the directory's code: {code}")),
            None => draft,
        };
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        metrics::counter!("keyward_sign_ins_total", "result" => "refused").increment(1);
        Err(match asked.passed {
            Passed::Wrong(_) => counted
                .check(ctx.now)
                .map_or_else(Refusal::LockedOut, |()| refusal),
            _ => refusal,
        }
        .into())
    }

    /// Takes back one failure that was counted for an attempt which was not made after all, or was right. It never
    /// writes back an older state: others may have counted meanwhile.
    pub(crate) async fn uncount(
        &self,
        tx: &mut Tx,
        bucket: &Bucket,
        digest: [u8; 8],
        ctx: &Ctx,
    ) -> Result<()> {
        let mut lockout = tx.lock_lockout(bucket, ctx.now).await?;
        lockout.recent.retain(|d| *d != digest);
        lockout.failures = lockout.failures.saturating_sub(1);
        if lockout.failures < self.settings.lockout.threshold {
            lockout.locked_until = None;
        }
        Ok(tx.save_lockout(bucket, &lockout).await?)
    }

    pub(crate) fn lockout_bucket(&self, tenant: TenantId, name_key: &str) -> Bucket {
        self.keys
            .mac(Purpose::Counter, tenant, &[b"sign-in", name_key.as_bytes()])
    }

    pub(crate) fn wrong_password_digest(
        &self,
        tenant: TenantId,
        name_key: &str,
        password: &Secret,
    ) -> [u8; 8] {
        let parts = [name_key.as_bytes(), password.expose().as_bytes()];
        let mac = self.keys.mac(Purpose::WrongPassword, tenant, &parts);
        [
            mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], mac[6], mac[7],
        ]
    }
}

/// A sign-in whose password is for a directory to judge.
struct AtDirectory<'a> {
    name: &'a TypedName,
    home: &'a Home,
    user: Option<User>,
    place: Place,
    digest: [u8; 8],
    lockout: Lockout,
}

impl AtDirectory<'_> {
    fn draft(&self, ctx: &Ctx) -> Draft {
        let id = self.user.as_ref().map(|u| u.id.0);
        Draft::new(ctx, Activity::SignedIn, Actor::Stranger).on("user", id, &self.name.shown)
    }
}

/// Why somebody is not let in whose directory was asked: for the log, and for them. Whatever says that an account is
/// there is told only to who knows its password.
fn refused_there(user: Option<&User>, same: bool, asked: &Asked) -> (&'static str, Refusal) {
    match asked.passed {
        Passed::Wrong(why) if user.is_some() => (why.code(), Refusal::DirectoryCredentials),
        Passed::Wrong(_) => ("unknown-name", Refusal::DirectoryCredentials),
        Passed::Barred(told) => (told.code(), Refusal::Directory(told)),
        Passed::Unasked => {
            let why = asked.denied.as_ref().map(|d| d.why.code());
            (why.unwrap_or("directory-away"), Refusal::DirectoryAway)
        }
        Passed::Right(_) => {
            let reason = match user {
                Some(user) if user.held_at.is_some() => "account-held",
                Some(user) if same && !user.is_active() => "account-disabled",
                Some(_) => "wrong-password",
                None => "unknown-name",
            };
            (reason, Refusal::DirectoryCredentials)
        }
    }
}

/// Stands for the user that a name doesn't have.
pub(crate) fn nobody() -> UserId {
    UserId(uuid::Uuid::nil())
}
