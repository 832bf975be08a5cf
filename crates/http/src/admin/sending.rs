//! Sending limits: how much of what may be sent is used, and countries that were stopped.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::sending::Total;
use keyward_core::price::Money;

use super::desk::{Desk, done};
use crate::Web;
use crate::form::Form;
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(PAGE, get(show))
        .route("/admin/sending-limits/resume", post(resume))
}

const PAGE: &str = "/admin/sending-limits";

/// One line of the first table.
struct Line {
    name: &'static str,
    used: String,
    /// Empty: none.
    limit: String,
    /// For the bar: hundredths of the limit that are used.
    percent: Option<u64>,
    until: Option<Moment>,
}

/// One line of the second.
struct Country {
    code: String,
    sent: u64,
    proved: u64,
    until: Option<Moment>,
    stopped: Option<Moment>,
}

#[derive(Template)]
#[template(path = "admin/sending-limits.html")]
struct LimitsPage {
    v: View,
    lines: Vec<Line>,
    countries: Vec<Country>,
    country_limit: u64,
    breaker_sent: u64,
    breaker_percent: u64,
    install_sms: Option<Moment>,
    install_mail: Option<Moment>,
    blocked: i64,
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    let found = web.app.sending_limits(&desk.me).await?;
    let budgets = &web.app.settings.budgets;
    let shown = |total: &Total, n: u64| match total.name {
        "money" => format!("{} {}", Money(n), budgets.currency),
        _ => desk.v.n(n),
    };
    let line = |total: Total| Line {
        used: shown(&total, total.used),
        limit: match total.limit {
            0 => String::new(),
            limit => shown(&total, limit),
        },
        percent: total.used.saturating_mul(100).checked_div(total.limit),
        until: total.until.map(Into::into),
        name: total.name,
    };
    let lines = found.totals.into_iter().map(line).collect();
    let countries = found.countries.into_iter().map(|c| Country {
        code: c.code,
        sent: c.sent,
        proved: c.proved,
        until: c.until.map(Into::into),
        stopped: c.stopped_at.map(Into::into),
    });
    Ok(ok(&LimitsPage {
        lines,
        countries: countries.collect(),
        country_limit: budgets.country_sms,
        breaker_sent: budgets.breaker.sent,
        breaker_percent: budgets.breaker.percent,
        install_sms: found.install_sms_until.map(Into::into),
        install_mail: found.install_mail_until.map(Into::into),
        blocked: found.blocked,
        v: desk.v,
    }))
}

async fn resume(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let code = form.one("country")?;
    web.app.restart_country(&desk.ctx, &desk.me, code).await?;
    Ok(done(&web, PAGE, "country-resumed"))
}
