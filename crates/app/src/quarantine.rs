//! Whether what is added to somebody's methods counts for resets at once, or has to wait.
//!
//! A password alone stands for nothing, nor does a method that waits itself. Nobody waits at their first registration:
//! there is nothing yet that a new method could be weaker than.

use crate::account::Account;
use crate::audit::rfc3339;
use crate::error::Result;
use crate::letters::at_minute;
use crate::texts::Arg;
use crate::{App, Ctx, Principal};
use keyward_core::method::{Method, Origin};
use keyward_core::time::Timestamp;
use keyward_store::Tx;

impl Account {
    /// When a method begins to open gates of a reset, if it doesn't yet.
    #[must_use]
    pub fn waits_until(&self, method: &Method, now: Timestamp) -> Option<Timestamp> {
        self.rules().waits_until(method, now)
    }
}

impl App {
    /// Whether what a signed-in user adds now counts at once: it is their first registration, or this session proved a
    /// method that they still have and that could reset the password itself. So a mailbox that is set aside for
    /// something stronger stands for nothing either (S10).
    pub(crate) async fn is_confirmed(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        me: &Principal,
        account: &Account,
    ) -> Result<bool> {
        let rules = account.rules();
        let usable = rules.usable(&account.methods, ctx.now);
        if usable.iter().any(|m| Some(m.id) == me.session.proved_by) {
            return Ok(true);
        }
        let first = account.methods.is_empty();
        Ok(first && tx.first_method_at(account.user.id).await?.is_none())
    }

    /// Whether what an administrator enters for somebody counts at once: they are being brought on board. That is so as
    /// long as nobody but administrators has registered anything for them, nothing of it was used, and all of it is
    /// newer than a quarantine lasts.
    ///
    /// Taking all methods away first doesn't begin it anew, else whoever can do both gets around the quarantine.
    pub(crate) async fn is_onboarding(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        account: &Account,
    ) -> Result<bool> {
        let Some(first) = tx.first_method_at(account.user.id).await? else {
            return Ok(true);
        };
        let untouched = |m: &Method| m.origin == Origin::Administrator && m.last_used_at.is_none();
        Ok(account.user.registration_confirmed_at.is_none()
            && account.methods.iter().all(untouched)
            && ctx.now < first + account.rules().quarantine)
    }
}

/// What the log calls the time until which a new method waits.
pub(crate) const WAITS: &str = "usableForResetFrom";

/// That time, as the log has it.
pub(crate) fn waits_until(account: &Account, new: &Method, ctx: &Ctx) -> Option<String> {
    account.waits_until(new, ctx.now).map(rfc3339)
}

/// From when on a new method can reset the password, for a notice of it.
pub(crate) fn told_wait<'a>(account: &Account, new: &Method, now: Timestamp) -> [Arg<'a>; 2] {
    let until = account.waits_until(new, now);
    [
        ("waits", if until.is_some() { "yes" } else { "no" }.into()),
        ("usable", until.map_or_else(String::new, at_minute).into()),
    ]
}
