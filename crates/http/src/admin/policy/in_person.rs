//! Help in person: how long what administrators hand to people is good.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keyward_core::audit::Activity;
use keyward_core::hand_over;
use keyward_core::pass::PassRules;
use keyward_core::policy::Policy;
use keyward_core::refusal::Refusal;

use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::admin::paging::address;
use crate::form::Form;
use crate::format::Moment;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route(PAGE, get(show).post(change))
}

const PAGE: &str = "/admin/password-reset/in-person";

#[derive(Template)]
#[template(path = "admin/in-person.html")]
struct InPersonPage {
    v: View,
    typed: Typed,
    defaults: Typed,
    version: i64,
    changed: Option<(Moment, String)>,
    audit: String,
    /// What is shown is not what is stored.
    dirty: bool,
    faults: Faults,
}

/// The settings as they stand in the form.
struct Typed {
    link_minutes: String,
    passes: bool,
    pass_min: String,
    pass_max: String,
    pass_default: String,
    pass_length: String,
    pass_once: bool,
}

impl From<&Policy> for Typed {
    fn from(policy: &Policy) -> Self {
        Self {
            link_minutes: policy.hand_over_minutes.to_string(),
            passes: policy.pass.enabled,
            pass_min: policy.pass.min_minutes.to_string(),
            pass_max: policy.pass.max_minutes.to_string(),
            pass_default: policy.pass.default_minutes.to_string(),
            pass_length: policy.pass.length.to_string(),
            pass_once: policy.pass.once,
        }
    }
}

impl Typed {
    fn read(form: &Form) -> Result<Self, Problem> {
        let number = |name| -> Result<String, Problem> {
            Ok(form.one(name)?.trim().chars().take(10).collect())
        };
        Ok(Self {
            link_minutes: number("hand_over_minutes")?,
            passes: form.ticked("passes")?,
            pass_min: number("pass_min_minutes")?,
            pass_max: number("pass_max_minutes")?,
            pass_default: number("pass_default_minutes")?,
            pass_length: number("pass_length")?,
            pass_once: form.ticked("pass_once")?,
        })
    }

    fn link_minutes(&self) -> Result<u16, Refusal> {
        let typed = self.link_minutes.parse().ok();
        typed
            .filter(|n| hand_over::MINUTES.contains(n))
            .ok_or(Refusal::field("hand_over_minutes", "hand-over-range"))
    }

    fn pass(&self) -> Result<PassRules, Refusal> {
        let minutes = |typed: &str, field| {
            let fault = Refusal::field(field, "pass-minutes-range");
            typed.parse::<u16>().map_err(|_| fault)
        };
        let length = self.pass_length.parse();
        let rules = PassRules {
            enabled: self.passes,
            min_minutes: minutes(&self.pass_min, "pass_min_minutes")?,
            max_minutes: minutes(&self.pass_max, "pass_max_minutes")?,
            default_minutes: minutes(&self.pass_default, "pass_default_minutes")?,
            length: length.map_err(|_| Refusal::field("pass_length", "pass-length-range"))?,
            once: self.pass_once,
        };
        rules.check()?;
        Ok(rules)
    }
}

async fn draw(
    web: &Web,
    desk: Desk,
    typed: Option<Typed>,
    refusal: Option<&Refusal>,
) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let page_ = InPersonPage {
        dirty: typed.is_some(),
        typed: typed.unwrap_or_else(|| Typed::from(&stored.policy)),
        defaults: Typed::from(&Policy::default()),
        version: stored.version,
        changed: stored
            .changed_at
            .map(|at| (at.into(), stored.changed_by.unwrap_or_default())),
        audit: address(
            "/admin/audit",
            &[("activity", Activity::PolicyChanged.name())],
        ),
        faults: refusal.map(|r| Faults::of(&desk.v, r)).unwrap_or_default(),
        v: desk.v,
    };
    Ok(page(refusal.map_or(StatusCode::OK, status), &page_))
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    draw(&web, desk, None, None).await
}

async fn change(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = Typed::read(&form)?;
    let read = form.one("version")?.parse().unwrap_or(-1);
    let wanted = typed.link_minutes().and_then(|m| Ok((m, typed.pass()?)));
    let saved = match wanted {
        Ok((minutes, pass)) => {
            let saved = web
                .app
                .set_in_person(&desk.ctx, &desk.me, read, minutes, pass)
                .await;
            refused(saved)?
        }
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(true) => Ok(done(&web, PAGE, "policy-saved")),
        Ok(false) => Ok(done(&web, PAGE, "policy-same")),
        Err(refusal) => draw(&web, desk, Some(typed), Some(&refusal)).await,
    }
}
