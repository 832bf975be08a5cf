//! Synchronising on demand: an agent is asked to begin, and its run tells the rest.

use crate::attempt::{Attempt, On};
use crate::audit::Draft;
use crate::error::Result;
use crate::operations::{Request, Wanted};
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::DirectoryId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;
use keyward_wire::outcome::Outcome;

/// What is read, and whether it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// What has changed.
    Changes,
    /// Everything.
    Full,
    /// Everything, and nothing is changed: the run shows what would be.
    Preview,
}

impl How {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Changes, Self::Preview, Self::Full];

    /// What forms and message keys call it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Full => "full",
            Self::Preview => "preview",
        }
    }

    /// Reads [`code`](How::code).
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.code() == code)
    }
}

/// What an agent said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncAnswer {
    /// It begins.
    Begun,
    /// It won't: synchronising is switched off in its configuration, or it doesn't trust what it was asked.
    Refused,
    /// Nothing yet.
    None,
}

impl App {
    /// Asks an agent of a directory to synchronise now, and waits for its answer as long as a page may. Refused with
    /// [`Refusal::DirectoryAway`] when no agent could.
    pub async fn synchronise(
        &self,
        ctx: &Ctx,
        me: &Principal,
        directory: DirectoryId,
        how: How,
    ) -> Result<SyncAnswer> {
        let on = On::Thing("directory");
        let attempt = Attempt::new(ctx, me, Activity::SyncRequested, on);
        self.attempt(attempt, async {
            me.needs(Permission::WriteConnect)?;
            let mut tx = self.db.write(me.tenant()).await?;
            let known = tx.directory(directory).await?.ok_or(Refusal::NotFound)?;
            let task = Wanted::Sync {
                full: how != How::Changes,
                preview: how == How::Preview,
            };
            let request = Request { directory, task };
            let operation = self.ask_directory(&mut tx, ctx, request).await?;
            let event = Draft::new(ctx, Activity::SyncRequested, me.actor());
            let event = event.on("directory", Some(directory.0), &known.name);
            self.record(&mut tx, event.detail(how.code())).await?;
            self.commit(tx).await?;
            let patience = self.settings.directory_patience;
            let outcome = self.wait_for(me.tenant(), operation, patience).await?;
            Ok(match outcome {
                None => SyncAnswer::None,
                Some(Outcome::Started) => SyncAnswer::Begun,
                Some(_) => SyncAnswer::Refused,
            })
        })
        .await
    }
}
