//! Sessions: made at sign-in, looked up on every request, ended by everything that changes who may be signed in.

use crate::audit::Draft;
use crate::error::Result;
use crate::keys::Bond;
use crate::{App, Ctx, Principal};
use keyward_core::audit::Activity;
use keyward_core::ids::SessionId;
use keyward_core::refusal::Refusal;
use keyward_core::time::minutes;
use keyward_core::user::User;
use keyward_store::Tx;
use keyward_store::session::{Session, Stage};

/// More sessions than that of one user push out the oldest.
const MOST_SESSIONS: i64 = 20;

fn bond(session: &Session) -> Bond<'static> {
    Bond {
        kind: "session",
        tenant: session.tenant,
        user: Some(session.user),
        row: session.id.0,
    }
}

impl App {
    /// Makes a session and returns its token, which nobody else will ever see. A token that a client brought along is
    /// never taken over (SE-01).
    pub(crate) async fn begin_session(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        user: &User,
        stage: Stage,
    ) -> Result<(String, Session)> {
        let session = Session {
            id: SessionId(self.entropy.uuid()),
            tenant: user.tenant,
            user: user.id,
            stage,
            created_at: ctx.now,
            seen_at: ctx.now,
            proved_at: None,
            proved_by: None,
            pass: None,
            ends_at: None,
            ip: ctx.ip.clone(),
            user_agent: ctx.user_agent.clone(),
        };
        let token = self.keys.bound_token(bond(&session), &*self.entropy);
        tx.cap_sessions(user.id, MOST_SESSIONS - 1).await?;
        tx.insert_session(&session, &self.keys.token_mac("session", &token))
            .await?;
        Ok((token, session))
    }

    /// Who holds a token, judged by the database as it is now: a role or session that was taken away a moment ago is
    /// gone (A-06, S-04). Idle and absolute limits are checked here, by the server's clock (S-03).
    pub async fn principal(&self, ctx: &Ctx, token: &str) -> Result<Option<Principal>> {
        let mac = self.keys.token_mac("session", token);
        let Some(session) = self.db.system_read().await?.session_by_token(&mac).await? else {
            return Ok(None);
        };
        if !self.keys.is_bound(bond(&session), token) {
            tracing::error!(session = %session.id.0, "a session does not belong to its user: somebody wrote to the database");
            return Ok(None);
        }
        let mut tx = self.db.read(session.tenant).await?;
        let Some(user) = tx.user(session.user).await?.filter(User::is_active) else {
            return Ok(None);
        };
        let roles = tx.roles_of(user.id).await?;
        drop(tx);
        let idle = if roles.is_empty() {
            self.settings.user_idle
        } else {
            self.settings.admin_idle
        };
        if ctx.now >= session.seen_at + idle
            || ctx.now >= session.created_at + self.settings.session_lifetime
            || session.ends_at.is_some_and(|end| ctx.now >= end)
        {
            return Ok(None);
        }
        Ok(Some(Principal {
            user,
            roles,
            session,
        }))
    }

    /// Notes that a session is in use, at most once a minute. Its failure is nobody's concern.
    pub async fn touch(&self, ctx: &Ctx, me: &Principal) {
        if ctx.now >= me.session.seen_at + minutes(1)
            && let Err(error) = self.db.touch_session(&me.session, ctx.now).await
        {
            tracing::debug!(%error, "a session's last use was not noted");
        }
    }

    /// Ends this session.
    pub async fn sign_out(&self, ctx: &Ctx, me: &Principal) -> Result<()> {
        let mut tx = self.db.write(me.tenant()).await?;
        tx.end_session(me.session.id).await?;
        self.record(&mut tx, Draft::own(ctx, Activity::SignedOut, &me.user))
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends every other session of this user; how many. Resets that somebody began for them, and codes on their way,
    /// end too: whoever wants everybody else out means these as well. Links to say "It wasn't me" stay good, since
    /// they can only lock.
    pub async fn sign_out_everywhere(&self, ctx: &Ctx, me: &Principal) -> Result<u64> {
        me.full()?;
        let mut tx = self.db.write(me.tenant()).await?;
        tx.lock_user(me.user.id).await?;
        tx.void_everything_of(me.user.id).await?;
        let ended = tx.end_sessions(me.user.id, Some(me.session.id)).await?;
        tx.forget_devices(me.user.id, ctx.device.as_ref()).await?;
        let draft = Draft::own(ctx, Activity::SessionsRevoked, &me.user)
            .detail(format!("{ended} other sessions"));
        self.record(&mut tx, draft).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The sessions of this user.
    pub async fn my_sessions(&self, me: &Principal) -> Result<Vec<Session>> {
        me.full()?;
        Ok(self
            .db
            .read(me.tenant())
            .await?
            .sessions_of(me.user.id)
            .await?)
    }

    /// Remembers the language that a signed-in user chose, for pages in other browsers and for what is sent to them.
    pub async fn choose_language(&self, me: &Principal, lang: crate::texts::Lang) -> Result<()> {
        if me.user.language.as_deref() == Some(lang.tag()) {
            return Ok(());
        }
        let mut tx = self.db.write(me.tenant()).await?;
        tx.set_language(me.user.id, lang.tag()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses unless this session may change security info: a registered method was proved in it a short while ago,
    /// or there is none yet and the sign-in itself is fresh (S-06, B16).
    pub(crate) fn needs_fresh_proof(
        &self,
        ctx: &Ctx,
        me: &Principal,
        has_methods: bool,
    ) -> Result<(), Refusal> {
        let fresh = match me.session.proved_at {
            Some(at) => ctx.now < at + self.settings.fresh_proof,
            None => !has_methods && ctx.now < me.session.created_at + self.settings.fresh_sign_in,
        };
        if fresh {
            Ok(())
        } else {
            Err(Refusal::FreshProofNeeded)
        }
    }
}
