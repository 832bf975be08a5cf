//! Examining everybody: a few at a time, so that people who reset meanwhile hardly notice. How far it has come is in
//! the database, so that it goes on after a restart, on whichever node.

use super::{Asked, is_away};
use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::operations::Kind;
use crate::tasks::Tasks;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::examination::{Examination, Obstacle};
use keyward_core::ids::TenantId;
use keyward_core::role::Permission;
use keyward_core::time::{Timestamp, seconds};
use keyward_store::examination::{ListedExamination, ReasonSum, Round};
use keyward_store::user::After;
use std::time::Duration;

/// Questions that are under way at a time.
const AT_A_TIME: i64 = 16;

/// The last examination of everybody, as far as it has come.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The round; none: there was none yet.
    pub round: Option<Round>,
    /// What came out since it began, the most frequent first.
    pub sums: Vec<ReasonSum>,
}

impl App {
    /// Begins to examine everybody. False: that is under way already.
    pub async fn examine_everybody(&self, ctx: &Ctx, me: &Principal) -> Result<bool> {
        let on = On::Thing("organization");
        let attempt = Attempt::new(ctx, me, Activity::WritebackExamined, on);
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            if !tx.start_round(me.user.upn.as_str(), ctx.now).await? {
                return Ok(false);
            }
            let draft = Draft::new(ctx, Activity::WritebackExamined, me.actor());
            let draft = draft.on("organization", Some(me.tenant().0), "");
            self.record(&mut tx, draft.detail("everybody")).await?;
            self.commit(tx).await?;
            Ok(true)
        })
        .await
    }

    /// How the last examination of everybody stands.
    pub async fn examinations_overview(&self, me: &Principal) -> Result<Overview> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let round = tx.round().await?;
        let sums = match &round {
            Some(round) => tx.examination_sums(round.started_at).await?,
            None => Vec::new(),
        };
        Ok(Overview { round, sums })
    }

    /// A page of those who were examined since the last round began: for whom a reset would fail because of this, or
    /// everybody.
    pub async fn examinations(
        &self,
        me: &Principal,
        reason: Option<Obstacle>,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<ListedExamination>> {
        me.needs(Permission::ReadConnect)?;
        let mut tx = self.db.read(me.tenant()).await?;
        let Some(round) = tx.round().await? else {
            return Ok(Vec::new());
        };
        let since = round.started_at;
        Ok(tx.examinations(since, reason, after, limit).await?)
    }

    /// Takes the rounds that are under way further until the process ends.
    pub fn run_examinations(&self, tasks: &Tasks) {
        let (app, mut stopping) = (self.clone(), tasks.stopping());
        tasks.run(async move {
            while !*stopping.borrow() {
                let pause = match app.step_all_rounds().await {
                    Ok(true) => Duration::from_millis(100),
                    Ok(false) => seconds(2),
                    Err(error) => {
                        tracing::warn!(%error, "an examination waits for the next try");
                        seconds(10)
                    }
                };
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    _ = stopping.changed() => {}
                }
            }
        });
    }

    async fn step_all_rounds(&self) -> Result<bool> {
        let tenants = self.db.system_read().await?.tenants_in_rounds().await?;
        for tenant in &tenants {
            self.step_round(*tenant).await?;
        }
        Ok(!tenants.is_empty())
    }

    /// Takes the round of an organisation further, if one is under way: asks about the next few, or ends it.
    pub async fn step_round(&self, tenant: TenantId) -> Result<()> {
        let ctx = self.own_ctx();
        let mut tx = self.db.write(tenant).await?;
        let Some(round) = tx.lock_round().await? else {
            return Ok(());
        };
        let request = serde_json::to_string(&Kind::Examine);
        let request = request.map_err(|e| Error::Fault(e.to_string()))?;
        let room = AT_A_TIME - tx.count_open(&request).await?;
        if room <= 0 {
            return Ok(());
        }
        let next = tx.to_examine(round.reached, room).await?;
        if next.is_empty() && room == AT_A_TIME {
            tx.end_round(None, ctx.now).await?;
        }
        for user in next {
            let Some(account) = self.account(&mut tx, user).await? else {
                continue;
            };
            let asked = self.ask_what_stands_in_the_way(&mut tx, &ctx, &account, None);
            match asked.await? {
                Asked::Agent(_) => {}
                Asked::Nobody(why) if is_away(why) => {
                    tx.end_round(Some(why), ctx.now).await?;
                    break;
                }
                Asked::Nobody(why) => {
                    let found = Examination::only(why);
                    self.keep_examination(&mut tx, &account, found, ctx.now)
                        .await?;
                }
            }
            tx.advance_round(user).await?;
        }
        self.commit(tx).await
    }
}

impl Overview {
    /// How many were examined.
    #[must_use]
    pub fn examined(&self) -> i64 {
        self.sums.iter().map(|s| s.users).sum()
    }

    /// For how many of them a reset would succeed.
    #[must_use]
    pub fn succeeding(&self) -> i64 {
        let succeeding = self.sums.iter().filter(|s| s.reason.is_none());
        succeeding.map(|s| s.users).sum()
    }

    /// When it ended, or, while it is under way, when it began.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        let round = self.round.as_ref()?;
        Some(round.ended_at.unwrap_or(round.started_at))
    }
}
