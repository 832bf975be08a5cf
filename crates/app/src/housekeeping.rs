//! What has to be done now and then.

use crate::error::Result;
use crate::tasks::Tasks;
use crate::{App, Ctx};
use keyward_core::ids::TenantId;
use keyward_core::time::{Timestamp, seconds};

impl App {
    /// Runs what has to be done now and then: what is dead is removed, deleted users are purged after their time.
    pub fn run_housekeeping(&self, tasks: &Tasks) {
        let (app, mut stopping) = (self.clone(), tasks.stopping());
        tasks.run(async move {
            let mut round = 0u32;
            while !*stopping.borrow() {
                app.hasher.rest();
                app.db.rest();
                if let Err(error) = app.end_all_overdue().await {
                    tracing::warn!(%error, "operations that are overdue wait for the next round");
                }
                if round.is_multiple_of(60)
                    && let Err(error) = app.sweep().await
                {
                    tracing::warn!(%error, "housekeeping failed; it is tried again in ten minutes");
                }
                round = round.wrapping_add(1);
                tokio::select! {
                    () = tokio::time::sleep(seconds(10)) => {}
                    _ = stopping.changed() => {}
                }
            }
        });
    }

    /// What nobody took in time is over, for whoever waits for it by mail; what nobody answers for is told.
    async fn end_all_overdue(&self) -> Result<()> {
        let tenants = self.db.system_read().await?.tenants().await?;
        for tenant in tenants {
            self.end_overdue_operations(tenant).await?;
            self.watch_directories(tenant).await?;
        }
        Ok(())
    }

    /// The circumstances of what the service does by itself.
    pub(crate) fn own_ctx(&self) -> Ctx {
        Ctx {
            now: self.clock.now(),
            lang: crate::texts::Lang::En,
            ip: None,
            user_agent: None,
            request_id: None,
            device: None,
            local: false,
        }
    }

    async fn sweep(&self) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.system().await?;
        tx.sweep(now).await?;
        let tenants = tx.tenants().await?;
        tx.commit().await?;
        for tenant in tenants {
            self.purge_users(tenant, now).await?;
            self.forget_runs(tenant, now).await?;
        }
        Ok(())
    }

    async fn purge_users(&self, tenant: TenantId, now: Timestamp) -> Result<()> {
        use keyward_core::audit::{Activity, Actor};
        let ctx = Ctx {
            now,
            ..self.own_ctx()
        };
        let mut tx = self.db.write(tenant).await?;
        for (user, name) in tx
            .purge_users(now - keyward_core::user::RESTORE_WINDOW)
            .await?
        {
            let draft = crate::audit::Draft::new(&ctx, Activity::UserPurged, Actor::System);
            self.record(&mut tx, draft.on("user", Some(user.0), &name))
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
