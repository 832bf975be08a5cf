//! Mail and messages that did not leave, for administrators to see and decide.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::JobId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_store::job::Job;

/// The most of each kind that are read. More than that have one cause, which is mended first.
const MOST: i64 = 10_000;

/// What did not leave.
#[derive(Debug)]
pub struct Deliveries {
    /// Given up.
    pub dead: Vec<Job>,
    /// Being tried again.
    pub waiting: Vec<Job>,
}

impl App {
    /// The newest of each.
    pub async fn deliveries(&self, me: &Principal) -> Result<Deliveries> {
        me.needs(Permission::ReadDeliveries)?;
        let mut tx = self.db.read(me.tenant()).await?;
        Ok(Deliveries {
            dead: tx.dead_jobs(MOST).await?,
            waiting: tx.waiting_jobs(MOST).await?,
        })
    }

    /// Tries a dead message again, if its content is still of use.
    pub async fn retry_delivery(&self, ctx: &Ctx, me: &Principal, id: JobId) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::DeliveryRetried, On::Thing("job"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteDeliveries)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let about = tx.revive_job(id, ctx.now).await?.ok_or(Refusal::NotFound)?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::DeliveryRetried, me.actor()).on(
                    "job",
                    Some(id.0),
                    &about,
                ),
            )
            .await?;
            self.commit(tx).await
        })
        .await
    }

    /// Drops all dead messages whose content is of no use any more, codes that ran out above all; how many.
    pub async fn drop_stale_deliveries(&self, ctx: &Ctx, me: &Principal) -> Result<u64> {
        let attempt = Attempt::new(ctx, me, Activity::DeliveryDropped, On::Thing("job"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteDeliveries)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let dropped = tx.drop_stale_jobs(ctx.now).await?;
            if dropped > 0 {
                let draft = Draft::new(ctx, Activity::DeliveryDropped, me.actor());
                let draft = draft
                    .on("job", None, "")
                    .detail(format!("{dropped} out of date"));
                self.record(&mut tx, draft).await?;
            }
            tx.commit().await?;
            Ok(dropped)
        })
        .await
    }

    /// Drops a dead message.
    pub async fn drop_delivery(&self, ctx: &Ctx, me: &Principal, id: JobId) -> Result<()> {
        let attempt = Attempt::new(ctx, me, Activity::DeliveryDropped, On::Thing("job"));
        self.attempt(attempt, async {
            me.needs(Permission::WriteDeliveries)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let about = tx.drop_job(id).await?.ok_or(Refusal::NotFound)?;
            self.record(
                &mut tx,
                Draft::new(ctx, Activity::DeliveryDropped, me.actor()).on(
                    "job",
                    Some(id.0),
                    &about,
                ),
            )
            .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }
}
