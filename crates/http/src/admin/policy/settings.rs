//! A page of settings: shown, changed after its effect was seen, and what is wrong with it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keyward_app::data::StoredPolicy;
use keyward_core::audit::Activity;
use keyward_core::method::MethodKind;
use keyward_core::refusal::Refusal;

use super::section::{Section, Typed};
use super::{effect, reach};
use crate::Web;
use crate::admin::desk::{Desk, done, missing, refused};
use crate::admin::paging::address;
use crate::admin::pick::{Choice, chosen_groups, find_groups, merged};
use crate::form::Form;
use crate::format::Moment;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(
            "/admin/password-reset",
            get(|| async { Redirect::to("/admin/password-reset/properties") }),
        )
        .route("/admin/password-reset/{section}", get(show).post(change))
}

#[derive(Template)]
#[template(path = "admin/policy.html")]
struct SettingsPage {
    v: View,
    section: &'static str,
    typed: Typed,
    /// Each kind: ticked, and the end of a key `reach-state-<code>`.
    kinds: Vec<(MethodKind, bool, &'static str)>,
    /// The groups that are chosen, and those that were searched for.
    choices: Vec<Choice>,
    q: String,
    version: i64,
    changed: Option<(Moment, String)>,
    audit: String,
    /// What is shown is not what is stored.
    dirty: bool,
    faults: Faults,
}

/// What is drawn again after it was typed.
pub(super) struct Again<'a> {
    typed: Typed,
    q: &'a str,
    refusal: Option<&'a Refusal>,
}

impl<'a> Again<'a> {
    /// Because it was refused.
    pub(super) fn refused(typed: Typed, refusal: &'a Refusal) -> Self {
        Self {
            typed,
            q: "",
            refusal: Some(refusal),
        }
    }
}

/// Draws the page, as the policy stands or as it was typed.
pub(super) async fn draw(
    web: &Web,
    desk: Desk,
    section: Section,
    stored: StoredPolicy,
    again: Option<Again<'_>>,
) -> Result<Response, Problem> {
    let dirty = again.is_some();
    let again = again.unwrap_or_else(|| Again {
        typed: Typed::from(&stored.policy),
        q: "",
        refusal: None,
    });
    let mut choices = Vec::new();
    if section == Section::Properties && desk.v.can("groups.read") {
        let ids = again.typed.groups.iter().copied();
        let chosen = chosen_groups(web, &desk.me, &desk.v, ids).await?;
        choices = merged(chosen, find_groups(web, &desk.me, &desk.v, again.q).await?);
    }
    let faults = again
        .refusal
        .map(|r| Faults::of(&desk.v, r))
        .unwrap_or_default();
    let page_ = SettingsPage {
        v: desk.v,
        section: section.code(),
        kinds: MethodKind::ALL
            .into_iter()
            .map(|k| {
                let ticked = again.typed.kinds.contains(&k);
                (k, ticked, reach::state(&stored.policy, k))
            })
            .collect(),
        typed: again.typed,
        choices,
        q: again.q.to_owned(),
        version: stored.version,
        changed: stored
            .changed_at
            .map(|at| (at.into(), stored.changed_by.unwrap_or_default())),
        audit: address(
            "/admin/audit",
            &[("activity", Activity::PolicyChanged.name())],
        ),
        dirty,
        faults,
    };
    Ok(page(again.refusal.map_or(StatusCode::OK, status), &page_))
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
) -> Result<Response, Problem> {
    let section = Section::parse(&section).ok_or_else(missing)?;
    let stored = web.app.policy(&desk.me).await?;
    draw(&web, desk, section, stored, None).await
}

/// What was typed leads to a page that shows what it would do; sent from there, with `do=save`, it is done.
async fn change(
    State(web): State<Web>,
    desk: Desk,
    Path(section): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let section = Section::parse(&section).ok_or_else(missing)?;
    let stored = web.app.policy(&desk.me).await?;
    let typed = Typed::read(section, &stored.policy, &form)?;
    let read = form.one("version")?.parse().unwrap_or(-1);
    let next = form.one("do")?;
    if next == "search" {
        let again = Again {
            typed,
            q: form.one("q")?,
            refusal: None,
        };
        return draw(&web, desk, section, stored, Some(again)).await;
    }
    let refusal = match typed.policy(section, &stored.policy) {
        Ok(new) if next == "save" => {
            let saved = web.app.change_policy(&desk.ctx, &desk.me, read, &new).await;
            match refused(saved)? {
                Ok(()) => return Ok(done(&web, &section.path(), "policy-saved")),
                Err(refusal) => refusal,
            }
        }
        Ok(new) if new == stored.policy => {
            return Ok(done(&web, &section.path(), "policy-same"));
        }
        Ok(_) => return Ok(Redirect::to(&effect::page_of(section, &typed, read)).into_response()),
        Err(refusal) => refusal,
    };
    draw(
        &web,
        desk,
        section,
        stored,
        Some(Again::refused(typed, &refusal)),
    )
    .await
}
