//! Tells administrators when nobody answers for a directory for long, and when somebody does again.
//!
//! It counts from when the service noticed: after it was away itself, agents get their time to come back.

use crate::audit::Draft;
use crate::error::Result;
use crate::letters::{Letter, at_minute};
use crate::operations::AWAY_AFTER;
use crate::{App, Ctx};
use keyward_core::audit::{Activity, Actor};
use keyward_core::ids::TenantId;
use keyward_store::Tx;
use keyward_store::outage::Watched;

impl App {
    /// Looks at the directories of an organisation once.
    pub async fn watch_directories(&self, tenant: TenantId) -> Result<()> {
        let ctx = self.own_ctx();
        let mut tx = self.db.read(tenant).await?;
        let all = tx.watched_directories(ctx.now - AWAY_AFTER).await?;
        drop(tx);
        for directory in all {
            let is_answered = directory.answering > 0 || directory.agents == 0;
            match directory.away_since {
                None if is_answered => {}
                None => {
                    let mut tx = self.db.write(tenant).await?;
                    tx.begin_outage(directory.id, ctx.now).await?;
                    tx.commit().await?;
                }
                Some(_) if is_answered => self.end_outage(tenant, &ctx, &directory).await?,
                Some(_) if directory.away_told_at.is_none() => {
                    self.tell_outage(tenant, &ctx, &directory).await?;
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn tell_outage(&self, tenant: TenantId, ctx: &Ctx, directory: &Watched) -> Result<()> {
        let since = ctx.now - self.settings.directory_away;
        if directory.away_since.is_none_or(|at| at > since) {
            return Ok(());
        }
        let mut tx = self.db.write(tenant).await?;
        if tx.tell_outage(directory.id, since, ctx.now).await? {
            let heard = directory.heard_at.map_or_else(|| "-".into(), at_minute);
            let (name, activity) = ("directory-away", Activity::DirectoryAway);
            self.tell(&mut tx, ctx, directory, name, activity, heard)
                .await?;
        }
        self.commit(tx).await
    }

    async fn end_outage(&self, tenant: TenantId, ctx: &Ctx, directory: &Watched) -> Result<()> {
        let mut tx = self.db.write(tenant).await?;
        let told = tx.end_outage(directory.id).await?;
        // Whoever shut the last agent out knows.
        if told && directory.agents > 0 {
            let (name, activity) = ("directory-back", Activity::DirectoryBack);
            let now = at_minute(ctx.now);
            self.tell(&mut tx, ctx, directory, name, activity, now)
                .await?;
        }
        self.commit(tx).await
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        directory: &Watched,
        name: &'static str,
        activity: Activity,
        when: String,
    ) -> Result<()> {
        let draft = Draft::new(ctx, activity, Actor::System);
        let draft = draft.on("directory", Some(directory.id.0), &directory.name);
        self.record(tx, draft).await?;
        let letter = Letter {
            name,
            args: vec![
                ("directory", directory.name.clone().into()),
                ("when", when.into()),
            ],
            worded: None,
            link: Some(format!("{}/admin/connect/agents", self.settings.public_url)),
        };
        self.write_to_connect(tx, ctx, &letter).await
    }
}
