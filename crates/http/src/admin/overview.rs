//! The overview: what is set up, what is missing, and how things go. Every number opens the list behind it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_app::reports::Overview;
use keyward_core::audit::Activity;
use keyward_core::policy::Scope;

use super::desk::Desk;
use super::paging::address;
use super::words::day;
use crate::Web;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin", get(show))
}

/// One thing to set up: the middle of the message keys `overview-<code>-done` and `overview-<code>-todo`.
struct Step {
    code: &'static str,
    done: bool,
    /// Where it is set up; empty where that is not done on a page, or not by this administrator.
    link: &'static str,
}

/// A number with the list behind it: the message key is `overview-<code>`.
struct Stat {
    code: &'static str,
    number: i64,
    /// The list; empty for those who may not see it.
    link: String,
}

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    v: View,
    o: Overview,
    people: Vec<Stat>,
    week: Vec<Stat>,
    steps: Vec<Step>,
    left: usize,
}

fn steps(v: &View, o: &Overview) -> Vec<Step> {
    let link = |permission: &str, link: &'static str| if v.can(permission) { link } else { "" };
    let on = o.policy.scope != Scope::None;
    vec![
        Step {
            code: "mail",
            done: o.mail,
            link: "",
        },
        Step {
            code: "sms",
            done: o.sms,
            link: "",
        },
        Step {
            code: "group",
            done: o.has_groups,
            link: link("groups.write", "/admin/groups/new"),
        },
        Step {
            code: "scope",
            done: on,
            link: link("policy.write", "/admin/password-reset/properties"),
        },
        Step {
            code: "registration",
            done: o.policy.registration_required,
            link: link("policy.write", "/admin/password-reset/registration"),
        },
        Step {
            code: "registered",
            done: on && o.capable > 0 && o.capable == o.enabled,
            link: link("insights.read", "/admin/insights/users?which=unregistered"),
        },
        Step {
            code: "second-admin",
            done: o.global_administrators >= 2,
            link: link("roles.write", "/admin/roles/global-administrator"),
        },
    ]
}

fn people(v: &View, o: &Overview) -> Vec<Stat> {
    let list = |which: &str| address("/admin/insights/users", &[("which", which)]);
    let stat = |code, number, permission: &str, link: String| Stat {
        code,
        number,
        link: if v.can(permission) {
            link
        } else {
            String::new()
        },
    };
    vec![
        stat("users", o.users, "users.read", "/admin/users".to_owned()),
        stat("enabled", o.enabled, "insights.read", list("enabled")),
        stat(
            "registered",
            o.registered,
            "insights.read",
            list("registered"),
        ),
        stat("capable", o.capable, "insights.read", list("capable")),
        stat(
            "held",
            o.held,
            "users.read",
            address("/admin/users", &[("show", "held")]),
        ),
    ]
}

/// Counted in whole days, as the lists of the log are.
fn week(v: &View, o: &Overview, from: &str) -> Vec<Stat> {
    let stat = |code, number, activity: Activity, result: &str| {
        let filter = [
            ("activity", activity.name()),
            ("result", result),
            ("from", from),
        ];
        Stat {
            code,
            number,
            link: if v.can("audit.read") {
                address("/admin/audit", &filter)
            } else {
                String::new()
            },
        }
    };
    vec![
        stat("resets", o.resets, Activity::PasswordReset, "success"),
        stat(
            "unable",
            o.unable,
            Activity::PasswordResetStarted,
            "failure",
        ),
        stat("blocked", o.blocked, Activity::BlockedFromReset, ""),
        stat(
            "registrations",
            o.registrations,
            Activity::Registered,
            "success",
        ),
    ]
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let o = web.app.overview(&desk.me).await?;
    let steps = steps(&desk.v, &o);
    Ok(ok(&OverviewPage {
        left: steps.iter().filter(|s| !s.done).count(),
        people: people(&desk.v, &o),
        week: week(&desk.v, &o, &day(o.since)),
        steps,
        o,
        v: desk.v,
    }))
}
