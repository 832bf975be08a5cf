//! What an organisation holds is decided on the machine: nobody signs in to give themselves more.

use crate::audit::Draft;
use crate::error::Result;
use crate::licences::{Held, everything_held};
use crate::{App, Error};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::TenantId;
use keyward_core::licence::Sku;
use keyward_core::refusal::Refusal;
use keyward_core::text::DomainName;
use keyward_store::Tx;

/// The most units that a subscription may be given at once.
const MOST_UNITS: i64 = 100_000_000;

impl App {
    /// The organisation that has this domain; without one the first, which the installation was made for.
    async fn organisation_of(&self, domain: Option<&str>) -> Result<TenantId> {
        let mut system = self.db.system_read().await?;
        let found = if let Some(domain) = domain {
            let domain = DomainName::parse(domain)
                .map_err(|_| Refusal::field("tenant", "domain-malformed"))?;
            system.tenant_of_domain(domain.as_str()).await?
        } else {
            system.tenants().await?.first().copied()
        };
        found.ok_or(Error::Refused(Refusal::UnknownDomain))
    }

    /// Adds a subscription to an organisation, or units to the one of this product that it has. The product for everybody
    /// has no number of units, all others have one.
    pub async fn add_subscription(
        &self,
        domain: Option<&str>,
        sku: Sku,
        units: Option<i64>,
    ) -> Result<Held> {
        let ctx = self.local_ctx();
        let good = match units {
            None => sku.is_for_everybody(),
            Some(units) => !sku.is_for_everybody() && (1..=MOST_UNITS).contains(&units),
        };
        if !good {
            return Err(Refusal::field("units", "units-range").into());
        }
        let tenant = self.organisation_of(domain).await?;
        let mut tx = self.db.write(tenant).await?;
        let before = tx.lock_subscription(sku).await?;
        tx.add_subscription(sku, units, ctx.now).await?;
        let held = find(&mut tx, sku).await?;
        let draft = Draft::new(&ctx, Activity::SubscriptionAdded, Actor::LocalCommand);
        let draft = draft.on("subscription", None, sku.part_number());
        let old = before.map(|s| counted(s.units));
        let draft = draft.change("units", old, Some(counted(held.subscription.units)));
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// Removes a subscription with every licence of it; what there was.
    pub async fn remove_subscription(&self, domain: Option<&str>, sku: Sku) -> Result<Held> {
        let ctx = self.local_ctx();
        let tenant = self.organisation_of(domain).await?;
        let mut tx = self.db.write(tenant).await?;
        tx.lock_subscription(sku).await?;
        let held = find(&mut tx, sku).await?;
        tx.remove_subscription(sku).await?;
        let draft = Draft::new(&ctx, Activity::SubscriptionRemoved, Actor::LocalCommand);
        let draft = draft.on("subscription", None, sku.part_number());
        let draft = draft
            .change("units", Some(counted(held.subscription.units)), None)
            .detail(format!("{} users had it", held.units.taken));
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// What an organisation holds, by part number.
    pub async fn list_subscriptions(&self, domain: Option<&str>) -> Result<Vec<Held>> {
        let tenant = self.organisation_of(domain).await?;
        everything_held(&mut self.db.read(tenant).await?).await
    }
}

fn counted(units: Option<i64>) -> String {
    units.map_or_else(|| "everybody".to_owned(), |n| n.to_string())
}

async fn find(tx: &mut Tx, sku: Sku) -> Result<Held> {
    let all = everything_held(tx).await?;
    let found = all.into_iter().find(|h| h.subscription.sku == sku);
    Ok(found.ok_or(Refusal::NotFound)?)
}
