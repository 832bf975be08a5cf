//! Passwords on their way into a directory.
//!
//! Begun in the transaction that spends what entitles to it, waited for by the page, and settled in the transaction
//! that writes the agent's answer down ([`settle`]): whoever still waits then only reads how it ended. So a closed
//! browser, a second tab, an answer that comes twice and a service that was killed in between all end alike.

mod settle;
mod translate;

pub(crate) use translate::{denial_of, ending_of, rules_of};

use crate::error::{Result, taken};
use crate::licences::on_premises_in_effect;
use crate::operations::{Request, Wanted};
use crate::passthrough::Home;
use crate::texts::Lang;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Actor;
use keyward_core::ids::{OperationId, TenantId};
use keyward_core::refusal::Refusal;
use keyward_core::time::Timestamp;
use keyward_core::user::User;
use keyward_core::writeback::{Act, Ending, Shape};
use keyward_store::Tx;
use keyward_store::directory::Need;
use keyward_store::writeback::Writeback;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A writeback that is to begin.
pub(crate) struct Begin<'a> {
    pub act: Act,
    pub user: &'a User,
    pub home: &'a Home,
    /// The reset or session in which it begins.
    pub owner: Uuid,
    /// Who does it for somebody else.
    pub by: Option<&'a Principal>,
    pub task: Wanted<'a>,
}

/// The request that began a writeback, for the event and the notice at its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Circumstances {
    lang: String,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    local: bool,
    /// The administrator, if it wasn't the owner.
    by: Option<(Uuid, String)>,
}

impl Circumstances {
    fn of(ctx: &Ctx, by: Option<&Principal>) -> Self {
        Self {
            lang: ctx.lang.tag().to_owned(),
            ip: ctx.ip.clone(),
            user_agent: ctx.user_agent.clone(),
            request_id: ctx.request_id.clone(),
            local: ctx.local,
            by: by.map(|me| (me.user.id.0, me.user.upn.to_string())),
        }
    }

    /// The same request, now that its answer has come.
    fn at(&self, now: Timestamp) -> Ctx {
        Ctx {
            now,
            lang: Lang::from_tag(&self.lang).unwrap_or_default(),
            ip: self.ip.clone(),
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
            device: None,
            local: self.local,
        }
    }

    fn actor(&self, user: &User) -> Actor {
        let own = || (user.id.0, user.upn.to_string());
        let (id, name) = self.by.clone().unwrap_or_else(own);
        Actor::User { id, name }
    }
}

impl App {
    /// Whether passwords of this directory can be set from here right now.
    pub(crate) async fn may_write_back(&self, tx: &mut Tx, home: &Home) -> Result<()> {
        if !on_premises_in_effect(tx).await?.writeback {
            return Err(Refusal::WritebackOff.into());
        }
        if !self
            .directory_is_up(tx, home.directory, Need::Writeback)
            .await?
        {
            return Err(Refusal::DirectoryAway.into());
        }
        Ok(())
    }

    /// Asks the directory, in the caller's transaction. One writeback of a user is pending at a time (WB-07): whoever
    /// comes second is told that the first is under way.
    pub(crate) async fn begin_writeback(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        begin: Begin<'_>,
    ) -> Result<OperationId> {
        self.may_write_back(tx, begin.home).await?;
        let own_unlock = begin.act == Act::Unlock;
        if own_unlock && !on_premises_in_effect(tx).await?.unlock_without_reset {
            return Err(Refusal::NotOffered.into());
        }
        let request = Request {
            directory: begin.home.directory,
            task: begin.task,
        };
        let operation = self.ask_directory(tx, ctx, request).await?;
        let circumstances = Circumstances::of(ctx, begin.by);
        let writeback = Writeback {
            operation,
            act: begin.act,
            user: begin.user.id,
            owner: begin.owner,
            circumstances: serde_json::to_string(&circumstances)
                .map_err(|e| crate::Error::Fault(e.to_string()))?,
            begun_at: ctx.now,
            ending: None,
        };
        taken(
            tx.insert_writeback(&writeback).await,
            Refusal::WritebackPending,
        )?;
        Ok(operation)
    }

    /// Waits for the end of a writeback, for as long as a page may take. Refused with what the directory said, or
    /// with [`Refusal::WritebackPending`] if it has said nothing yet.
    pub(crate) async fn await_writeback(
        &self,
        tenant: TenantId,
        operation: OperationId,
        shape: Option<Shape>,
    ) -> Result<()> {
        let patience = self.settings.directory_patience;
        self.wait_for(tenant, operation, patience).await?;
        let mut tx = self.db.read(tenant).await?;
        let found = tx.writeback(operation).await?;
        match found.and_then(|w| w.ending) {
            None => Err(Refusal::WritebackPending.into()),
            Some(Ending::Denied(denied)) => {
                Err(denied.explained(shape, self.clock.now()).told().into())
            }
            Some(ending) => Ok(ending.told()?),
        }
    }

    /// How the newest writeback of a reset or session ended; none if there is none, or it is pending.
    pub(crate) async fn ending(&self, tx: &mut Tx, owner: Uuid) -> Result<Option<Ending>> {
        let newest = tx.newest_writeback(owner).await?;
        let now = self.clock.now();
        Ok(newest.and_then(|w| w.ending).map(|ending| match ending {
            Ending::Denied(denied) => Ending::Denied(denied.explained(None, now)),
            other => other,
        }))
    }
}
