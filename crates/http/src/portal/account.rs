//! One's own account: an overview, recent activity, and signing out everywhere.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use keyward_app::notices::device;
use keyward_core::audit::{Activity, Outcome};

use crate::Web;
use crate::cookies::Cookies;
use crate::form::Form;
use crate::format::Moment;
use crate::problem::Problem;
use crate::request::Circumstances;
use crate::session::SignedIn;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/account", get(show))
        .route("/account/activity", get(activity))
        .route("/account/signout-everywhere", post(sign_out_everywhere))
}

#[derive(Template)]
#[template(path = "portal/account.html")]
struct AccountPage {
    v: View,
    upn: String,
    methods: usize,
    /// Reset is on for this user but too little is registered.
    incomplete: bool,
    changed: Option<Moment>,
    sessions: usize,
    signed_out: bool,
}

#[derive(Template)]
#[template(path = "portal/activity.html")]
struct ActivityPage {
    v: View,
    sessions: Vec<Shown>,
    events: Vec<Happened>,
}

struct Shown {
    device: String,
    ip: String,
    since: Moment,
    seen: Moment,
    this: bool,
}

struct Happened {
    at: Moment,
    text: String,
    good: bool,
    device: String,
    ip: String,
}

async fn show(
    State(web): State<Web>,
    Circumstances(_): Circumstances,
    v: View,
    SignedIn(me): SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = web.app.my_account(&me).await?;
    let sessions = web.app.my_sessions(&me).await?.len();
    Ok(ok(&AccountPage {
        v: v.of(&me),
        upn: me.user.upn.to_string(),
        methods: account.methods.len(),
        incomplete: account.in_scope() && !account.rules().is_satisfied_by(&account.methods),
        changed: me.user.password_changed_at.map(Into::into),
        sessions,
        signed_out: Cookies::of(&headers).get("done") == Some("everywhere"),
    }))
}

async fn activity(
    State(web): State<Web>,
    v: View,
    SignedIn(me): SignedIn,
) -> Result<Response, Problem> {
    let sessions = web.app.my_sessions(&me).await?;
    let sessions = sessions.into_iter().map(|s| Shown {
        device: device(s.user_agent.as_deref()),
        ip: s.ip.unwrap_or_default(),
        since: s.created_at.into(),
        seen: s.seen_at.into(),
        this: s.id == me.session.id,
    });
    let told: Vec<_> = Activity::ALL.iter().copied().filter(|a| told(*a)).collect();
    let events = web.app.my_activity(&me, &told, 50).await?;
    let events = events.into_iter().map(|stored| {
        let e = stored.event;
        Happened {
            at: e.at.into(),
            text: v.t(&format!("activity-{}", key(e.activity))).into_owned(),
            good: e.outcome == Outcome::Success,
            device: device(e.user_agent.as_deref()),
            ip: e.ip.unwrap_or_default(),
        }
    });
    let (sessions, events) = (sessions.collect(), events.collect());
    Ok(ok(&ActivityPage {
        v: v.of(&me),
        sessions,
        events,
    }))
}

/// What people are told of their own account; the rest is for administrators.
fn told(activity: Activity) -> bool {
    !key(activity).is_empty()
}

/// The end of the message key `activity-<key>`; empty for what is not told.
fn key(activity: Activity) -> &'static str {
    match activity {
        Activity::SignedIn => "signed-in",
        Activity::SignedOut => "signed-out",
        Activity::SessionsRevoked => "sessions-revoked",
        Activity::PasswordChanged => "password-changed",
        Activity::PasswordReset => "password-reset",
        Activity::PasswordResetByAdmin => "password-reset-by-admin",
        Activity::PasswordResetStarted => "reset-started",
        Activity::BlockedFromReset => "reset-blocked",
        Activity::AccountUnlocked | Activity::AccountUnlockedByAdmin => "unlocked",
        Activity::SecurityInfoCodeSent => "code-sent",
        Activity::SecurityInfoRegistered | Activity::AdminRegisteredInfo => "method-added",
        Activity::SecurityInfoUpdated | Activity::AdminUpdatedInfo => "method-changed",
        Activity::SecurityInfoDeleted | Activity::AdminDeletedInfo => "method-removed",
        Activity::SecurityInfoReviewed => "method-reviewed",
        Activity::ReportedNotMe => "reported",
        _ => "",
    }
}

async fn sign_out_everywhere(
    State(web): State<Web>,
    Circumstances(ctx): Circumstances,
    SignedIn(me): SignedIn,
    _form: Form,
) -> Result<Response, Problem> {
    use axum::response::IntoResponse;
    web.app.sign_out_everywhere(&ctx, &me).await?;
    let mut response = Redirect::to("/account").into_response();
    // A note for the next page only.
    let note = crate::cookies::set(&web, "done", "everywhere", Some(5));
    response
        .headers_mut()
        .append(axum::http::header::SET_COOKIE, note);
    Ok(response)
}
