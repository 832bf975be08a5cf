//! What is done to one user with one press: each asks first, and says what will happen.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_app::users::is_new_since_hold;
use keyward_core::hand_over::Opens;
use keyward_core::ids::UserId;
use keyward_core::refusal::Refusal;
use keyward_core::role::Permission;

use super::edit::PasswordPage;
use super::{LIST, id_of, page_of, sign_in_state};
use crate::Web;
use crate::admin::desk::{Desk, done, missing, refused};
use crate::form::Form;
use crate::portal::to_prove;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, ok, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/users/{id}/{act}", get(ask).post(act))
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Block,
    Unblock,
    Delete,
    Restore,
    ResetPassword,
    Unlock,
    RevokeSessions,
    Reregister,
}

impl Act {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Block, "block"),
        (Self::Unblock, "unblock"),
        (Self::Delete, "delete"),
        (Self::Restore, "restore"),
        (Self::ResetPassword, "reset-password"),
        (Self::Unlock, "unlock"),
        (Self::RevokeSessions, "revoke-sessions"),
        (Self::Reregister, "reregister"),
    ];

    fn parse(code: &str) -> Result<Self, Problem> {
        let found = Self::ALL.into_iter().find(|(_, c)| *c == code);
        found.map(|(act, _)| act).ok_or_else(missing)
    }

    /// The end of the address and the middle of the message keys `users-<code>-title` and so on.
    fn code(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(act, _)| *act == self)
            .map_or("", |(_, code)| code)
    }

    /// What a role needs to be offered it.
    fn permission(self) -> Permission {
        match self {
            Self::Block | Self::Unblock | Self::Delete | Self::Restore => Permission::WriteUsers,
            Self::ResetPassword | Self::Unlock => Permission::ResetPasswords,
            Self::RevokeSessions => Permission::RevokeSessions,
            Self::Reregister => Permission::WriteMethods,
        }
    }

    /// Takes something away.
    fn dangerous(self) -> bool {
        !matches!(self, Self::Unblock | Self::Restore | Self::Unlock)
    }
}

#[derive(Template)]
#[template(path = "admin/user-confirm.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each decides one sentence of the page"
)]
struct ConfirmPage {
    v: View,
    code: &'static str,
    dangerous: bool,
    name: String,
    upn: String,
    back: String,
    sessions: usize,
    methods: Option<usize>,
    groups: usize,
    /// The owner said "It wasn't me".
    held: bool,
    /// And has had a new password since.
    new_password: bool,
    may_reset: bool,
    faults: Faults,
}

impl ConfirmPage {
    fn title_key(&self) -> String {
        format!("users-{}-title", self.code)
    }
}

async fn draw(
    web: &Web,
    desk: Desk,
    id: UserId,
    act: Act,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let p = web.app.user_page(&desk.me, id).await?;
    let faults = refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default();
    let user = p.account.user;
    let page_ = ConfirmPage {
        code: act.code(),
        dangerous: act.dangerous(),
        upn: user.upn.to_string(),
        back: page_of(id),
        sessions: p.sessions.len(),
        methods: p.methods_shown.then_some(p.account.methods.len()),
        groups: p.groups.len(),
        held: user.held_at.is_some(),
        new_password: is_new_since_hold(&user),
        name: user.profile.display_name,
        may_reset: desk.v.can(Permission::ResetPasswords.code()),
        faults,
        v: desk.v,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Path((id, act)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (id, act) = (id_of(&id)?, Act::parse(&act)?);
    desk.offers(act.permission())?;
    if act == Act::Unlock && lifts_a_hold(&web, &desk, id).await? {
        let proved = web
            .app
            .may_hand_over_now(&desk.ctx, &desk.me, Opens::Account)
            .await?;
        return match proved {
            Err(Refusal::FreshProofNeeded) => Ok(to_prove(&web, &unlock(id))),
            Err(refusal) => draw(&web, desk, id, act, Some(&refusal)).await,
            Ok(()) => draw(&web, desk, id, act, None).await,
        };
    }
    draw(&web, desk, id, act, None).await
}

/// The page that unlocks, where a proof may lead.
fn unlock(id: UserId) -> String {
    format!("{}/unlock", page_of(id))
}

async fn lifts_a_hold(web: &Web, desk: &Desk, id: UserId) -> Result<bool, Problem> {
    let user = web.app.user_page(&desk.me, id).await?.account.user;
    Ok(user.held_at.is_some())
}

async fn act(
    State(web): State<Web>,
    desk: Desk,
    Path((id, act)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let (id, act) = (id_of(&id)?, Act::parse(&act)?);
    if act == Act::ResetPassword {
        return Box::pin(reset_password(&web, desk, id)).await;
    }
    let (app, ctx, me) = (&web.app, &desk.ctx, &desk.me);
    let keep = form.ticked("keep_password")?;
    let result = match act {
        Act::Block => app.set_user_enabled(ctx, me, id, false).await,
        Act::Unblock => app.set_user_enabled(ctx, me, id, true).await,
        Act::Delete => app.delete_user(ctx, me, id).await,
        Act::Restore => app.restore_user(ctx, me, id).await,
        Act::Unlock => app.unlock_user(ctx, me, id, keep).await,
        Act::RevokeSessions => app.revoke_sessions(ctx, me, id).await.map(drop),
        Act::Reregister => app.remove_methods_of(ctx, me, id, None).await,
        Act::ResetPassword => Ok(()),
    };
    match refused(result)? {
        Ok(()) => {
            let to = if act == Act::Delete {
                LIST.to_owned()
            } else {
                page_of(id)
            };
            Ok(done(&web, &to, &format!("user-{}", act.code())))
        }
        Err(Refusal::FreshProofNeeded) => Ok(to_prove(&web, &unlock(id))),
        Err(refusal) => draw(&web, desk, id, act, Some(&refusal)).await,
    }
}

/// Shows the password in the answer to this request and nowhere else.
async fn reset_password(web: &Web, desk: Desk, id: UserId) -> Result<Response, Problem> {
    match refused(web.app.reset_password_of(&desk.ctx, &desk.me, id).await)? {
        Ok(password) => {
            let user = web.app.user_page(&desk.me, id).await?.account.user;
            let (state, _) = sign_in_state(&user);
            Ok(ok(&PasswordPage {
                v: desk.v,
                new: false,
                barred: if user.is_active() { "" } else { state },
                name: user.profile.display_name,
                upn: user.upn.to_string(),
                page: page_of(id),
                password: password.expose().to_owned(),
            }))
        }
        Err(refusal) => draw(web, desk, id, Act::ResetPassword, Some(&refusal)).await,
    }
}
