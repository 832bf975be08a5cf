//! Signing in by passkey, without a name and without a password: the passkey says whose it is, and that its owner was
//! there and verified. That is two factors, so it stands for a fresh proof as well (NIST SP 800-63B section 2.2.2).
//!
//! Nothing is stored when a question is handed out, as with the puzzles of [`crate::robot`]: a stranger who writes a row
//! with every page would be the worse evil. The question is sealed for the browser that holds it, and spent in the
//! database with its first answer, right or wrong (W-01).
//!
//! Wrong passwords lock nobody out of this way in (OT-25), and it forgives none that others have typed.

use super::{Question, State, fault, judge};
use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::keys::Purpose as Key;
use crate::signin::{By, SignedIn};
use crate::{App, Ctx};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{TenantId, UserId};
use keyward_core::method::MethodKind;
use keyward_core::refusal::Refusal;
use keyward_core::secret::Secret;
use keyward_core::signin::{ChangeReason, Next, after_password};
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::DiscoverableAuthentication;

/// A question to whatever passkey somebody has.
pub struct SignInQuestion {
    /// Comes back with the answer. It opens nothing; the browser can't read it.
    pub sealed: String,
    /// The options of `navigator.credentials.get`, as JSON.
    pub options: String,
}

/// What is sealed in it.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: DiscoverableAuthentication,
    until: i64,
}

/// The tenant isn't known before the answer.
const NOBODY: TenantId = TenantId(uuid::Uuid::nil());

/// Longer than any that was handed out.
const LONGEST: usize = 4096;

fn place(browser: &str) -> Vec<u8> {
    [b"sign-in by passkey/", browser.as_bytes()].concat()
}

impl App {
    /// Makes a question for one browser: `browser` is what its forms are bound to.
    pub fn ask_to_sign_in(&self, ctx: &Ctx, browser: &str) -> Result<SignInQuestion> {
        let Question { state, options } = self.question_to_sign("")?;
        let State::Sign(state) = state else {
            return Err(fault("another question"));
        };
        let kept = Kept {
            state,
            until: (ctx.now + self.settings.code_lifetime).0,
        };
        let text = serde_json::to_vec(&kept).map_err(fault)?;
        let place = place(browser);
        let sealed = self
            .keys
            .seal(Key::Ceremony, NOBODY, &place, &text, &*self.entropy)?;
        Ok(SignInQuestion {
            sealed: BASE64.encode(sealed),
            options,
        })
    }

    /// Opens what this browser was handed, once.
    async fn spend_question(
        &self,
        ctx: &Ctx,
        browser: &str,
        sealed: &str,
    ) -> Result<DiscoverableAuthentication> {
        let bytes = (sealed.len() <= LONGEST).then(|| BASE64.decode(sealed).ok());
        let bytes = bytes.flatten().ok_or(Refusal::PasskeyOver)?;
        let text = self
            .keys
            .open(Key::Ceremony, NOBODY, &place(browser), &bytes);
        let text = text.map_err(|_| Refusal::PasskeyOver)?;
        let kept: Kept = serde_json::from_slice(&text).map_err(fault)?;
        let until = Timestamp(kept.until);
        if ctx.now >= until {
            return Err(Refusal::PasskeyOver.into());
        }
        // By what was sealed: another spelling of the same bytes is the same question.
        let mac = self
            .keys
            .global_mac(Key::Puzzle, &[b"passkey sign-in", &bytes]);
        let mut tx = self.db.system().await?;
        let first = tx.spend_puzzle(&mac, until).await?;
        tx.commit().await?;
        if first {
            Ok(kept.state)
        } else {
            Err(Refusal::PasskeyOver.into())
        }
    }

    /// Signs in whoever's passkey has answered. All that is no passkey of somebody who may sign in by one is refused
    /// alike.
    pub async fn sign_in_by_passkey(
        &self,
        ctx: &Ctx,
        browser: &str,
        sealed: &str,
        shown: &Secret,
    ) -> Result<SignedIn> {
        let entered = Box::pin(self.try_passkey(ctx, browser, sealed, shown)).await;
        if let Err(Error::Refused(_)) = &entered {
            self.strangers.press(ctx.source(), ctx.now);
            metrics::counter!("keyward_sign_ins_total", "result" => "refused").increment(1);
        }
        entered
    }

    async fn try_passkey(
        &self,
        ctx: &Ctx,
        browser: &str,
        sealed: &str,
        shown: &Secret,
    ) -> Result<SignedIn> {
        let asked = self.spend_question(ctx, browser, sealed).await?;
        let read = judge::signature(shown).ok_or(Refusal::PasskeyWrong)?;
        let whose = read
            .get_user_unique_id()
            .and_then(|id| uuid::Uuid::from_slice(id).ok());
        let whose = UserId(whose.ok_or(Refusal::PasskeyWrong)?);
        let credential = self.credential_mac(read.get_credential_id());
        let mut system = self.db.system_read().await?;
        let tenant = system.tenant_of_credential(&credential).await?;
        drop(system);
        let tenant = tenant.ok_or(Refusal::PasskeyWrong)?;

        let mut tx = self.db.write(tenant).await?;
        let Some(user) = tx.user(whose).await? else {
            return Err(Refusal::PasskeyWrong.into());
        };
        // A new password, a block and the like take the same lock before they end sessions: none slips in (INV-3).
        let place = self.place(&mut tx, ctx, user.id, &user.upn.key()).await?;
        self.lock_place(&mut tx, &place, ctx.now).await?;
        let judged = self.signed(&mut tx, whose, &asked, shown).await?;
        let account = self.account(&mut tx, whose).await?;
        let Some(account) = account.filter(|a| a.user.deleted_at.is_none()) else {
            return Err(Refusal::PasskeyWrong.into());
        };
        let draft = Draft::new(ctx, Activity::SignedIn, Actor::Stranger).on_user(&account.user);
        let failed = match judged {
            judge::Judged::Right(_) => why_not(&account.user)
                .or((!account.rules().kinds.contains(&MethodKind::Passkey))
                    .then_some("not-offered"))
                .map(|why| draft.failed(why).detail("by passkey")),
            judge::Judged::Cloned(id) => Some(self.of_clone(&mut tx, draft, whose, id).await?),
            judge::Judged::Wrong => Some(draft.failed("wrong-passkey")),
        };
        if let Some(draft) = failed {
            self.record(&mut tx, draft).await?;
            tx.commit().await?;
            return Err(Refusal::PasskeyWrong.into());
        }
        let passkey = judged.right().ok_or(Refusal::PasskeyWrong)?;
        tx.touch_method(passkey, ctx.now).await?;
        // Of a password that wasn't used, only what is bad about it on any way in: that others know it.
        let next = match &account.home {
            Some(_) => Next::Enter,
            None => match after_password(&account.user, &account.policy, ctx.now) {
                Next::ChangePassword(ChangeReason::Expired) => Next::Enter,
                next => next,
            },
        };
        let user = account.user;
        self.enter(tx, ctx, &place, user, Some(next), By::Passkey(passkey))
            .await
    }
}

/// Why somebody may not sign in at all, for the log.
fn why_not(user: &User) -> Option<&'static str> {
    if user.is_active() {
        None
    } else if user.held_at.is_some() {
        Some("account-held")
    } else {
        Some("account-disabled")
    }
}
