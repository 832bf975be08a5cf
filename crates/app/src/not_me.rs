//! "It wasn't me": the link in every notice. Opening it changes nothing; pressing the button holds the account.

use crate::audit::Draft;
use crate::error::Result;
use crate::keys::Bond;
use crate::notices::{Letter, circumstances};
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::{TenantId, UserId};
use keyward_core::refusal::Refusal;
use keyward_store::link::Link;

pub(crate) fn bond(tenant: TenantId, user: UserId) -> Bond<'static> {
    Bond {
        kind: "not-me",
        tenant,
        user: Some(user),
        // The token is the row's only name.
        row: uuid::Uuid::nil(),
    }
}

impl App {
    /// Whether the link is still good; looking spends nothing (TR-12, S31).
    pub async fn not_me_is_open(&self, ctx: &Ctx, token: &str) -> Result<bool> {
        Ok(self.not_me(ctx, token).await?.is_some())
    }

    async fn not_me(&self, ctx: &Ctx, token: &str) -> Result<Option<Link>> {
        let mac = self.keys.token_mac("not-me", token);
        let mut tx = self.db.system_read().await?;
        let link = tx.link(&mac, "not-me", ctx.now).await?;
        Ok(link.filter(|l| self.keys.is_bound(bond(l.tenant, l.user), token)))
    }

    /// Holds the account for sign-in and reset, ends its sessions, and alerts the administrators. It can only lock,
    /// never open: a stolen link is a nuisance, not a way in.
    pub async fn report_not_me(&self, ctx: &Ctx, token: &str) -> Result<()> {
        let link = self.not_me(ctx, token).await?.ok_or(Refusal::LinkDead)?;
        let mac = self.keys.token_mac("not-me", token);
        let mut tx = self.db.write(link.tenant).await?;
        let id = link.user;
        let user = tx.user(id).await?.ok_or(Refusal::LinkDead)?;
        // The user's row first, as everywhere: it is given back if the link was spent meanwhile.
        tx.set_held(id, Some(ctx.now)).await?;
        if tx.spend_link(&mac, "not-me", ctx.now).await? != Some(id) {
            return Err(Refusal::LinkDead.into());
        }
        tx.void_everything_of(id).await?;
        tx.end_sessions(id, None).await?;
        tx.forget_devices(id, None).await?;
        let draft = Draft::new(ctx, Activity::ReportedNotMe, Actor::Stranger).on_user(&user);
        self.record(&mut tx, draft).await?;
        let mut guardians = self.guardians(&mut tx).await?;
        guardians.retain(|g| g.user != id);
        let url = format!("{}/admin/users/{id}", self.settings.public_url);
        let letter = Letter {
            name: "not-me",
            args: circumstances(ctx, &user),
            worded: None,
            link: Some(url),
        };
        self.notify_admins(&mut tx, ctx, &guardians, &letter)
            .await?;
        self.commit(tx).await
    }
}
