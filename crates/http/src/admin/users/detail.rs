//! One user: the state in words, then everything about them, then what happened.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_app::App;
use keyward_app::account::Account;
use keyward_app::data::{DirectoryUser, LicenceOf, StoredEvent};
use keyward_app::notices::device;
use keyward_core::audit::Outcome;
use keyward_core::ids::UserId;
use keyward_core::licence::Plan;
use keyward_core::method::{Method, MethodKind, Origin};
use keyward_core::policy::Standing;
use keyward_core::role::Permission;
use keyward_core::user::{RESTORE_WINDOW, User};

use super::{id_of, sign_in_state};
use crate::Web;
use crate::admin::desk::Desk;
use crate::admin::paging::address;
use crate::admin::words;
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/users/{id}", get(show))
}

/// An authentication method as administrators see it.
pub(super) struct ShownMethod {
    pub id: String,
    pub kind: MethodKind,
    pub means: String,
    /// The user holds what shows its codes.
    pub held: bool,
    pub by_admin: bool,
    pub since: Moment,
    pub used: Option<Moment>,
    /// When it begins to open gates of a reset, if it doesn't yet.
    pub usable_from: Option<Moment>,
}

impl ShownMethod {
    /// In full for those who may act on its owner.
    pub(super) fn of(m: &Method, in_full: bool) -> Self {
        Self {
            id: m.id.to_string(),
            kind: m.kind(),
            means: if in_full {
                m.means.to_string()
            } else {
                m.means.told()
            },
            held: m.kind().carrier().is_none(),
            by_admin: m.origin == Origin::Administrator,
            since: m.created_at.into(),
            used: m.last_used_at.map(Into::into),
            usable_from: None,
        }
    }
}

struct ShownSession {
    device: String,
    ip: String,
    since: Moment,
    seen: Moment,
}

/// What the directory says of somebody, for people.
struct Synced {
    /// What people call the directory.
    from: String,
    changed: Moment,
    protected: bool,
    /// Message keys and values.
    facts: Vec<(&'static str, String)>,
}

impl Synced {
    fn of(d: DirectoryUser, from: String, contact_shown: bool) -> Self {
        let mut facts = vec![("synced-dn", d.dn)];
        let mut fact = |key, text: Option<String>| facts.extend(text.map(|t| (key, t)));
        fact("synced-account", d.account_name);
        if contact_shown {
            fact("synced-mobile", d.mobile);
            fact("synced-telephone", d.telephone);
        }
        fact("synced-usage-location", d.usage_location);
        fact("synced-policy", d.policy);
        fact("synced-sid", d.sid);
        fact("synced-anchor", Some(d.anchor.to_string()));
        Self {
            from,
            changed: d.changed_at.into(),
            protected: d.protected,
            facts,
        }
    }
}

/// A licence that the user has, and where it comes from.
struct ShownLicence {
    code: String,
    name: &'static str,
    /// The end of the message key `licences-of-user-<from>`.
    from: &'static str,
    group: String,
    /// Ends of the message keys `plan-<code>`.
    without: Vec<&'static str>,
}

impl From<LicenceOf> for ShownLicence {
    fn from(l: LicenceOf) -> Self {
        let without = Plan::ALL.into_iter().filter(|p| l.disabled.contains(*p));
        Self {
            code: l.sku.code(),
            name: l.sku.name(),
            from: match l.through {
                Some(_) => "group",
                None if l.sku.is_for_everybody() => "everybody",
                None => "direct",
            },
            without: without.map(Plan::code).collect(),
            group: l.through.map(|(_, name)| name).unwrap_or_default(),
        }
    }
}

struct Happened {
    at: Moment,
    activity: &'static str,
    good: bool,
    reason: String,
    actor: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "admin/user.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each shows or leaves out one part of the page"
)]
struct UserDetail {
    v: View,
    id: String,
    user: User,
    state: &'static str,
    colour: &'static str,
    registered: bool,
    /// Why they can't reset: the end of `users-unable-<code>`; empty if they can.
    unable: &'static str,
    gates: usize,
    locked_until: Option<Moment>,
    familiar_until: Option<Moment>,
    blocked_until: Option<Moment>,
    messages_until: Option<Moment>,
    /// There is something for "unlock" to lift, beside a hold, which asks first.
    locked: bool,
    myself: bool,
    activity_shown: bool,
    methods_shown: bool,
    methods: Vec<ShownMethod>,
    addable: Vec<MethodKind>,
    confirmed: Option<Moment>,
    created: Moment,
    password_at: Option<Moment>,
    restorable_until: Option<Moment>,
    groups: Vec<(String, String)>,
    licences_shown: bool,
    licences: Vec<ShownLicence>,
    roles: Vec<&'static str>,
    sessions: Vec<ShownSession>,
    events: Vec<Happened>,
    audit: String,
    /// Where they come from, if not from here.
    synced: Option<Synced>,
    may_write: bool,
    may_reset: bool,
    may_methods: bool,
    may_revoke: bool,
    /// A pass can be made or looked at.
    may_pass: bool,
    /// Until when the pass is good that is there, when it was last used, and whether it works once.
    pass: Option<(Moment, Option<Moment>, bool)>,
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let p = web.app.user_page(&desk.me, id).await?;
    let events = if p.activity_shown {
        web.app.timeline(&desk.me, id, 20).await?
    } else {
        Vec::new()
    };
    let synced = synced(&web, &desk, id, p.contact_shown).await?;
    let licences_shown = desk.me.needs(Permission::ReadLicences).is_ok();
    let licences = if licences_shown {
        web.app.licences_of(&desk.me, id).await?
    } else {
        Vec::new()
    };
    let account = &p.account;
    let user = account.user.clone();
    let (state, colour) = sign_in_state(&user);
    let (here, myself) = (user.deleted_at.is_none(), desk.me.user.id == id);
    // Only what would be refused anyway is left out; whether it may be done is asked again when it is done.
    let may = |permission: Permission| {
        here && (myself || desk.me.outranks(&account.roles, permission).is_ok())
            && desk.me.needs(permission).is_ok()
    };
    let may_methods = may(Permission::WriteMethods) && !myself;
    let may_pass = may_methods && may(Permission::ResetPasswords);
    let pass = if may_pass {
        web.app.pass_there(&desk.ctx, &desk.me, id).await?
    } else {
        None
    };
    let unable = match &p.standing {
        Standing::Able(_) => "",
        Standing::Unable(why) => why.code(),
    };
    let limits = [
        p.locked_until,
        p.familiar_locked_until,
        p.blocked_until,
        p.messages_blocked_until,
    ];
    let sessions = p.sessions.into_iter().map(|s| ShownSession {
        device: device(s.user_agent.as_deref()),
        ip: s.ip.unwrap_or_default(),
        since: s.created_at.into(),
        seen: s.seen_at.into(),
    });
    Ok(ok(&UserDetail {
        id: id.to_string(),
        state,
        colour,
        registered: p.registered,
        unable,
        gates: account.rules().gates.count(),
        locked: limits.iter().any(Option::is_some),
        locked_until: p.locked_until.map(Into::into),
        familiar_until: p.familiar_locked_until.map(Into::into),
        blocked_until: p.blocked_until.map(Into::into),
        messages_until: p.messages_blocked_until.map(Into::into),
        activity_shown: p.activity_shown,
        myself,
        methods_shown: p.methods_shown,
        methods: account
            .methods
            .iter()
            .map(|m| ShownMethod {
                usable_from: account.waits_until(m, desk.ctx.now).map(Into::into),
                ..ShownMethod::of(m, p.contact_shown)
            })
            .collect(),
        addable: addable(&web.app, account),
        confirmed: user.registration_confirmed_at.map(Into::into),
        created: user.created_at.into(),
        password_at: user.password_changed_at.map(Into::into),
        restorable_until: user.deleted_at.map(|at| (at + RESTORE_WINDOW).into()),
        groups: p
            .groups
            .into_iter()
            .map(|g| (g.id.to_string(), g.name))
            .collect(),
        licences_shown,
        licences: licences.into_iter().map(Into::into).collect(),
        roles: account
            .roles
            .iter()
            .map(keyward_core::role::Role::code)
            .collect(),
        sessions: sessions.collect(),
        events: events.into_iter().map(|e| happened(&desk.v, e)).collect(),
        audit: address("/admin/audit", &[("about", &id.to_string())]),
        may_write: may(Permission::WriteUsers) && synced.is_none(),
        synced,
        may_reset: may(Permission::ResetPasswords) && !myself,
        may_methods,
        may_pass: may_pass && account.policy.pass.enabled && user.is_active(),
        pass: pass.map(|p| (p.expires_at.into(), p.used_at.map(Into::into), p.once)),
        may_revoke: may(Permission::RevokeSessions),
        user,
        v: desk.v,
    }))
}

/// What a directory has of them.
async fn synced(
    web: &Web,
    desk: &Desk,
    id: UserId,
    contact_shown: bool,
) -> Result<Option<Synced>, Problem> {
    let Some(d) = web.app.directory_user(&desk.me, id).await? else {
        return Ok(None);
    };
    let names = web.app.directory_names(&desk.me).await?;
    let from = names.get(&d.directory).cloned();
    let from = from.unwrap_or_else(|| d.directory.to_string());
    Ok(Some(Synced::of(d, from, contact_shown)))
}

/// Kinds of which an administrator can add a method.
fn addable(app: &App, account: &Account) -> Vec<MethodKind> {
    let kinds = account.rules().kinds.into_iter();
    // What somebody holds, only they can set up.
    let kinds = kinds.filter(|k| k.carrier().is_some());
    let kinds = kinds.filter(|k| *k != MethodKind::OfficePhone || app.offers_office(account));
    let has = |kind| account.methods.iter().filter(|m| m.kind() == kind).count();
    kinds.filter(|k| has(*k) < k.most()).collect()
}

fn happened(v: &View, stored: StoredEvent) -> Happened {
    let e = stored.event;
    let (good, reason) = match e.outcome {
        Outcome::Success => (true, String::new()),
        Outcome::Failure(reason) => (false, words::reason(v, &reason)),
    };
    Happened {
        at: e.at.into(),
        activity: e.activity.name(),
        good,
        reason,
        actor: words::actor(v, &e.actor),
        detail: e.detail.unwrap_or_default(),
    }
}
