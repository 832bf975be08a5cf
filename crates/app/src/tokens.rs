//! Hardware tokens: imported by an administrator, and somebody's method once a code of theirs was typed.
//!
//! A token counts as an authenticator app. Its secret stays sealed for its row while it goes from one to the other; who
//! has it gets a copy that is sealed for their method. A step of time that was taken is never taken again, whoever has
//! the token next.

use crate::account::Account;
use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::codes::plain_digits;
use crate::entropy::Entropy;
use crate::error::{Result, taken};
use crate::keys::{self, Keys, Purpose as Key};
use crate::limits::{Counted, Subject};
use crate::notices::{Letter, circumstances};
use crate::quarantine::{WAITS, told_wait, waits_until};
use crate::registration::named;
use crate::users::not_oneself;
use crate::{App, Ctx, Error, Principal, totp};
use data_encoding::BASE32_NOPAD;
use keyward_core::audit::Activity;
use keyward_core::ids::{MethodId, TokenId};
use keyward_core::method::{Label, Means, Method, MethodKind, Origin};
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_core::secret::Secret;
use keyward_core::text::UserPrincipalName;
use keyward_core::token::{self, At, Fault, Listed};
use keyward_core::totp::Step;
use keyward_store::token::{NewToken, Token, Which};
use keyward_store::{Tx, sealed};
use zeroize::Zeroizing;

/// How many tokens a list shows.
pub const SHOWN: usize = 200;

/// The place of the secret of a token.
fn place(id: TokenId) -> Vec<u8> {
    format!("tokens.sealed/{}", id.0).into_bytes()
}

/// The secret of a token, sealed by the key's current version; none if it is already.
pub(crate) fn token_sealed_anew(
    keys: &Keys,
    entropy: &dyn Entropy,
    stored: &sealed::Held,
) -> Result<Option<Vec<u8>>> {
    if keys::version_of(&stored.value) == Some(keys.current()) {
        return Ok(None);
    }
    let (tenant, place) = (stored.tenant(), place(TokenId(stored.row())));
    let seed = keys.open(Key::Seed, tenant, &place, &stored.value)?;
    keys.seal(Key::Seed, tenant, &place, &seed, entropy)
        .map(Some)
}

/// What its owner sees it called: they may give it another name.
fn label(token: &Token) -> Result<Label> {
    let name: String = format!("Token {}", token.serial)
        .chars()
        .take(Label::LONGEST)
        .collect();
    Label::parse(&name).map_err(|fault| Error::Fault(fault.to_string()))
}

impl App {
    /// Tokens of the organisation by their serial numbers, as many as a list shows and one more.
    pub async fn tokens(&self, me: &Principal, which: Which, begins: &str) -> Result<Vec<Token>> {
        me.needs(Permission::ReadMethods)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let most = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
        Ok(tx.tokens(which, begins.trim(), most).await?)
    }

    /// One of them.
    pub async fn token(&self, me: &Principal, id: TokenId) -> Result<Token> {
        me.needs(Permission::ReadMethods)?;
        let mut tx = self.db.read(me.tenant()).await?;
        tx.token(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Imports a file: all of it, or nothing and everything that is wrong with it. How many there were.
    pub async fn import_tokens(
        &self,
        ctx: &Ctx,
        me: &Principal,
        file: &str,
    ) -> Result<Result<usize, Vec<At>>> {
        let attempt = Attempt::new(ctx, me, Activity::TokensImported, On::Thing("token"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteMethods)?;
            let listed = match token::read(file) {
                Ok(listed) => listed,
                Err(faults) => return Ok(Err(faults)),
            };
            let mut tx = self.db.write(me.tenant()).await?;
            let (mut new, mut faults) = (Vec::new(), Vec::new());
            for one in &listed {
                match self.to_be_kept(&mut tx, me, one).await? {
                    Ok(token) => new.push(token),
                    Err(fault) => faults.push((one.line, fault)),
                }
            }
            if !faults.is_empty() {
                return Ok(Err(faults));
            }
            for token in &new {
                taken(
                    tx.insert_token(token, ctx.now).await,
                    Refusal::ChangedMeanwhile,
                )?;
            }
            let draft = Draft::new(ctx, Activity::TokensImported, me.actor());
            let serials: Vec<_> = new.iter().map(|t| t.serial.as_str()).take(20).collect();
            let draft = draft.on("token", None, "").detail(format!(
                "{}: {}",
                new.len(),
                serials.join(", ")
            ));
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            Ok(Ok(new.len()))
        })
        .await
    }

    /// A line of a file, as it is kept if nothing is wrong with it.
    async fn to_be_kept(
        &self,
        tx: &mut Tx,
        me: &Principal,
        one: &Listed,
    ) -> Result<Result<NewToken, Fault>> {
        let user = match &one.upn {
            None => None,
            Some(upn) => match tx.user_by_upn(&upn.key()).await? {
                None => return Ok(Err(Fault::Unknown)),
                Some(user) => {
                    let roles = tx.roles_of(user.id).await?;
                    let reached = user.id == me.user.id
                        || me.outranks(&roles, Permission::WriteMethods).is_ok();
                    if !reached {
                        return Ok(Err(Fault::NotAllowed));
                    }
                    Some(user.id)
                }
            },
        };
        if tx.has_token(&one.serial).await? {
            return Ok(Err(Fault::Taken));
        }
        let decoded = BASE32_NOPAD.decode(one.secret.expose().as_bytes());
        let Ok(seed) = decoded.map(Zeroizing::new) else {
            // The bits at its end are no whole byte.
            return Ok(Err(Fault::Secret));
        };
        let id = TokenId(self.entropy.uuid());
        let sealed = self
            .keys
            .seal(Key::Seed, tx.tenant(), &place(id), &seed, &*self.entropy)?;
        Ok(Ok(NewToken {
            id,
            serial: one.serial.clone(),
            manufacturer: one.manufacturer.clone(),
            model: one.model.clone(),
            shape: one.shape,
            sealed,
            user,
        }))
    }

    /// The tokens that a signed-in user was given and has not activated.
    pub async fn my_tokens(&self, me: &Principal) -> Result<Vec<Token>> {
        let mut tx = self.db.read(me.tenant()).await?;
        Ok(tx.tokens_to_activate(me.user.id).await?)
    }

    /// Activates a token that one was given, by a code that it shows.
    pub async fn activate_my_token(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: TokenId,
        typed: &Secret,
    ) -> Result<()> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        let account = self
            .account(&mut tx, me.user.id)
            .await?
            .ok_or(Refusal::SignInNeeded)?;
        self.needs_fresh_proof(ctx, me, !account.methods.is_empty())?;
        let token = own(&account, tx.token(id).await?)?;
        let step = match self.shown(&mut tx, ctx, &account, &token, typed).await? {
            Ok(step) => step,
            Err(refusal) => {
                let draft = Draft::own(ctx, Activity::SecurityInfoRegistered, &me.user)
                    .detail(format!("token {}", token.serial))
                    .failed(refusal.code());
                self.record(&mut tx, draft).await?;
                tx.commit().await?;
                return Err(refusal.into());
            }
        };
        let confirmed = self.is_confirmed(&mut tx, ctx, me, &account).await?;
        let origin = (Origin::User, confirmed);
        let method = self
            .make_method(&mut tx, ctx, &account, &token, step, origin)
            .await?;
        tx.session_proved(me.session.id, Some(method.id), ctx.now)
            .await?;
        self.announce_method(&mut tx, ctx, &account, &method, None)
            .await?;
        self.commit(tx).await
    }

    /// Activates a token for its owner, by a code that it shows.
    pub async fn activate_token_for(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: TokenId,
        typed: &Secret,
    ) -> Result<()> {
        me.needs(Permission::WriteMethods)?;
        let owner = self.token(me, id).await?.user;
        let Some((user, ..)) = owner else {
            return Err(Refusal::NotOffered.into());
        };
        let attempt = Attempt::user(ctx, me, Activity::AdminRegisteredInfo, user);
        self.attempt(attempt, async {
            // One's own methods are proved, not entered (AZ-05).
            not_oneself(me, user)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let account = self
                .target(&mut tx, me, user, Permission::WriteMethods)
                .await?;
            let token = own(&account, tx.token(id).await?)?;
            let step = match self.shown(&mut tx, ctx, &account, &token, typed).await? {
                Ok(step) => step,
                Err(refusal) => {
                    let draft = Draft::new(ctx, Activity::AdminRegisteredInfo, me.actor())
                        .on_user(&account.user)
                        .detail(format!("token {}", token.serial))
                        .failed(refusal.code());
                    self.record(&mut tx, draft).await?;
                    tx.commit().await?;
                    // In a field, so that it isn't written down twice.
                    return Err(match refusal {
                        Refusal::AppCodeWrong => Refusal::field("code", "token-code"),
                        other => other,
                    }
                    .into());
                }
            };
            let confirmed = self.is_onboarding(&mut tx, ctx, &account).await?;
            let origin = (Origin::Administrator, confirmed);
            let method = self
                .make_method(&mut tx, ctx, &account, &token, step, origin)
                .await?;
            let draft = Draft::new(ctx, Activity::AdminRegisteredInfo, me.actor())
                .on_user(&account.user)
                .detail(format!("token {}", token.serial))
                .change(method.kind().code(), None, Some(method.means.told()))
                .change(WAITS, None, waits_until(&account, &method, ctx));
            self.record(&mut tx, draft).await?;
            let link = self.not_me_link(&mut tx, ctx, user).await?;
            let mut args = circumstances(ctx, &account.user);
            args.extend(named("method", "kind", &method));
            args.extend(told_wait(&account, &method, ctx.now));
            let letter = Letter {
                name: "method-added-by-admin",
                args,
                worded: None,
                link: Some(link),
            };
            let to = account.methods.iter().filter_map(|m| m.means.destination());
            self.notify_user_at(&mut tx, ctx, &account.user, to, &letter)
                .await?;
            self.commit(tx).await
        })
        .await
    }

    /// The step that a typed code of a token belongs to. The inner refusal has been counted: commit either way.
    async fn shown(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
        token: &Token,
        typed: &Secret,
    ) -> Result<Result<Step, Refusal>> {
        let subject = Subject::User(account.user.id);
        let counted = Counted::Registrations(&subject);
        if let Err(blocked) = self.check_failures(tx, &counted, ctx.now).await? {
            return Ok(Err(blocked));
        }
        let seed = self.token_seed(tx, token)?;
        let typed = Zeroizing::new(plain_digits(typed));
        let last = token.last_step;
        if let Some(step) = totp::matching(&seed, token.shape, &typed, ctx.now, last) {
            return Ok(Ok(step));
        }
        let blocked = self.count_failure(tx, &counted, ctx.now).await?;
        Ok(Err(blocked.unwrap_or(Refusal::AppCodeWrong)))
    }

    fn token_seed(&self, tx: &Tx, token: &Token) -> Result<Zeroizing<Vec<u8>>> {
        self.keys
            .open(Key::Seed, tx.tenant(), &place(token.id), &token.sealed)
    }

    /// Lets a token be a method of its owner.
    async fn make_method(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
        token: &Token,
        step: Step,
        (origin, confirmed): (Origin, bool),
    ) -> Result<Method> {
        let means = Means::App(label(token)?);
        self.acceptable(tx, account, &means, None).await?;
        let method = Method {
            id: MethodId(self.entropy.uuid()),
            user: account.user.id,
            means,
            origin,
            created_at: ctx.now,
            last_used_at: None,
            confirmed,
        };
        let seed = self.token_seed(tx, token)?;
        let sealed = self.seal_app(tx.tenant(), &method, &seed)?;
        let activated = tx.activate_token(token.id, method.user, method.id, step);
        if !activated.await? {
            return Err(Refusal::ChangedMeanwhile.into());
        }
        let inserted = tx.insert_token_method(&method, &sealed, step, token.shape);
        taken(inserted.await, Refusal::AlreadyRegistered)?;
        Ok(method)
    }

    /// Gives a token that is nobody's method to somebody.
    pub async fn assign_token(
        &self,
        ctx: &Ctx,
        me: &Principal,
        id: TokenId,
        typed: &str,
    ) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::TokenAssigned, On::Thing("token"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteMethods)?;
            let upn = UserPrincipalName::parse(typed.trim())
                .map_err(|_| Refusal::field("upn", "upn-malformed"))?;
            let mut tx = self.db.write(me.tenant()).await?;
            let user = tx.user_by_upn(&upn.key()).await?;
            let user = user.ok_or(Refusal::field("upn", "token-unknown"))?;
            let account = self
                .target(&mut tx, me, user.id, Permission::WriteMethods)
                .await?;
            let token = tx.token(id).await?.ok_or(Refusal::NotFound)?;
            self.reaches_owner(&mut tx, me, &token).await?;
            if !tx.give_token(id, Some(account.user.id)).await? {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let draft = Draft::new(ctx, Activity::TokenAssigned, me.actor())
                .on_user(&account.user)
                .detail(format!("token {}", token.serial));
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Takes a token back: whoever had it, it is no method of theirs any more.
    pub async fn unassign_token(&self, ctx: &Ctx, me: &Principal, id: TokenId) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::TokenUnassigned, On::Thing("token"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteMethods)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let token = tx.token(id).await?.ok_or(Refusal::NotFound)?;
            let Some((user, ..)) = token.user else {
                return Err(Refusal::NotFound.into());
            };
            not_oneself(me, user)?;
            let account = self
                .target(&mut tx, me, user, Permission::WriteMethods)
                .await?;
            let method = account.methods.iter().find(|m| Some(m.id) == token.method);
            if let Some(method) = method {
                tx.lock_user(user).await?;
                tx.void_everything_of(user).await?;
                tx.delete_method(user, method.id).await?;
                self.tell_of_removal(&mut tx, ctx, &account, method, "method-removed-by-admin")
                    .await?;
            }
            if !tx.give_token(id, None).await? {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let draft = Draft::new(ctx, Activity::TokenUnassigned, me.actor())
                .on_user(&account.user)
                .detail(format!("token {}", token.serial))
                .change(
                    MethodKind::AuthenticatorApp.code(),
                    method.map(|m| m.means.told()),
                    None,
                );
            self.record(&mut tx, draft).await?;
            self.commit(tx).await
        })
        .await
    }

    /// Removes a token that is nobody's method, with its secret.
    pub async fn delete_token(&self, ctx: &Ctx, me: &Principal, id: TokenId) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::TokenDeleted, On::Thing("token"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteMethods)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let token = tx.token(id).await?.ok_or(Refusal::NotFound)?;
            self.reaches_owner(&mut tx, me, &token).await?;
            if !tx.delete_token(id).await? {
                return Err(Refusal::ChangedMeanwhile.into());
            }
            let draft = Draft::new(ctx, Activity::TokenDeleted, me.actor()).on(
                "token",
                Some(id.0),
                &token.serial,
            );
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }

    /// Refuses who may not act on the one who has a token now.
    async fn reaches_owner(&self, tx: &mut Tx, me: &Principal, token: &Token) -> Result<()> {
        if let Some((user, ..)) = &token.user {
            self.target(tx, me, *user, Permission::WriteMethods).await?;
        }
        Ok(())
    }
}

/// A token, if it is this user's and waits for a code.
fn own(account: &Account, token: Option<Token>) -> Result<Token, Refusal> {
    let theirs = |t: &Token| {
        let owner = t.user.as_ref().map(|(id, ..)| *id);
        owner == Some(account.user.id) && t.method.is_none()
    };
    token.filter(theirs).ok_or(Refusal::NotFound)
}
