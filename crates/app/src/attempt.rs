//! Acts of administrators that are refused: they leave a trace too, since a refusal is where an attack shows first.

use crate::audit::Draft;
use crate::error::{Error, Result};
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::{GroupId, UserId};
use keyward_core::refusal::Refusal;
use keyward_core::writeback::Told;

/// What an administrator tries to do, to whom or what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    ctx: &'a Ctx,
    me: &'a Principal,
    activity: Activity,
    on: On,
}

/// To whom or what.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On {
    User(UserId),
    Group(GroupId),
    /// Something of this kind that is not there yet, or has no name.
    Thing(&'static str),
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(ctx: &'a Ctx, me: &'a Principal, activity: Activity, on: On) -> Self {
        Self {
            ctx,
            me,
            activity,
            on,
        }
    }

    pub(crate) fn user(ctx: &'a Ctx, me: &'a Principal, activity: Activity, id: UserId) -> Self {
        Self::new(ctx, me, activity, On::User(id))
    }

    pub(crate) fn group(ctx: &'a Ctx, me: &'a Principal, activity: Activity, id: GroupId) -> Self {
        Self::new(ctx, me, activity, On::Group(id))
    }
}

/// Whether a refusal is worth a line in the log. A field to mend is not; neither is what isn't there, which would let
/// anybody fill the log with made-up ids, nor a session that has to change its password first.
fn is_told(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Fields(_) | Refusal::NotFound | Refusal::SignInNeeded | Refusal::Busy => false,
        // Written down when the directory said so.
        Refusal::Directory(told) => *told == Told::Protected,
        _ => true,
    }
}

impl App {
    /// Does the act; if it is refused, that is written down in a transaction of its own, as the act's was rolled back.
    pub(crate) async fn attempt<T>(
        &self,
        attempt: Attempt<'_>,
        act: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        // On the heap: acts are large, and this one lives in every one of them.
        let done = Box::pin(act).await;
        if let Err(Error::Refused(refusal)) = &done
            && is_told(refusal)
        {
            self.note_refusal(&attempt, refusal.code()).await?;
        }
        done
    }

    async fn note_refusal(&self, attempt: &Attempt<'_>, reason: &str) -> Result<()> {
        let Attempt {
            ctx,
            me,
            activity,
            on,
        } = *attempt;
        let mut tx = self.db.write(me.tenant()).await?;
        let draft = Draft::new(ctx, activity, me.actor()).failed(reason);
        let draft = match on {
            // Of another tenant: nothing is found, and nothing is said of it.
            On::User(id) => match tx.user(id).await? {
                Some(user) => draft.on_user(&user),
                None => draft.on("user", None, ""),
            },
            On::Group(id) => match tx.group(id).await? {
                Some(group) => draft.on_group(id, &group.name),
                None => draft.on("group", None, ""),
            },
            On::Thing(kind) => draft.on(kind, None, ""),
        };
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Ok(())
    }
}
