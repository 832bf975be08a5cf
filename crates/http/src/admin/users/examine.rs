//! Would a reset of this user succeed? What an agent found when somebody asked last.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use keyward_core::examination::{Examination, Finding};
use keyward_core::writeback::Rules;

use super::{id_of, page_of};
use crate::Web;
use crate::admin::desk::{Desk, done};
use crate::form::Form;
use crate::format::Moment;
use crate::problem::Problem;
use crate::view::{View, ok};

pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/admin/users/{id}/examine", get(show).post(ask))
}

/// A finding in words.
pub(crate) struct ShownFinding {
    /// The end of the message key `doctor-why-<code>`.
    pub code: &'static str,
    /// The command that mends it; empty: there is none.
    pub mend: String,
}

impl From<Finding> for ShownFinding {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.what.code(),
            mend: finding.mend.unwrap_or_default(),
        }
    }
}

/// What was found, for people.
struct Shown {
    at: Moment,
    blocks: Vec<ShownFinding>,
    notes: Vec<ShownFinding>,
    dn: String,
    set_at: Option<Moment>,
    /// The name of the fine-grained policy; empty: the directory's own applies.
    policy: String,
    /// What the policy asks for, in sentences; empty: nobody knows.
    rules: Vec<String>,
    /// There is a policy that the agent's account may not read.
    hidden: bool,
}

impl Shown {
    fn of(v: &View, at: Moment, found: Examination) -> Self {
        let (blocks, notes): (Vec<_>, Vec<_>) = found.findings.into_iter().partition(|f| f.blocks);
        let policy = found.rules.as_ref().and_then(|r| r.name.clone());
        let policy = policy.unwrap_or_default();
        let unread = |r: &Rules| {
            *r == Rules {
                name: r.name.clone(),
                ..Rules::default()
            }
        };
        let hidden = !policy.is_empty() && found.rules.as_ref().is_some_and(unread);
        Self {
            at,
            blocks: blocks.into_iter().map(Into::into).collect(),
            notes: notes.into_iter().map(Into::into).collect(),
            dn: found.dn.unwrap_or_default(),
            set_at: found.set_at.map(Into::into),
            rules: match found.rules {
                Some(rules) if !hidden => sentences(v, &rules),
                _ => Vec::new(),
            },
            policy,
            hidden,
        }
    }
}

/// What a policy asks for.
fn sentences(v: &View, r: &Rules) -> Vec<String> {
    let mut all = Vec::new();
    if r.min_length > 0 {
        all.push(v.counted("doctor-length", r.min_length));
    }
    all.push(if r.complexity {
        v.t("terms-complexity")
    } else {
        v.t("doctor-simple")
    });
    if r.history > 0 {
        all.push(v.counted("doctor-history", r.history));
    }
    let minutes = r.min_age_s.div_ceil(60);
    match minutes {
        0 => {}
        _ if minutes.is_multiple_of(60) => {
            all.push(v.counted("doctor-age-hours", minutes / 60));
        }
        _ => all.push(v.counted("doctor-age-minutes", minutes)),
    }
    all.push(match r.lockout_threshold {
        0 => v.t("doctor-lockout-never"),
        n => v.counted("doctor-lockout", n),
    });
    all.into_iter().map(std::borrow::Cow::into_owned).collect()
}

#[derive(Template)]
#[template(path = "admin/user-examine.html")]
struct ExaminePage {
    v: View,
    id: String,
    name: String,
    upn: String,
    found: Option<Shown>,
}

async fn show(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let (user, examined) = web.app.examination(&desk.me, id).await?;
    let found = examined.map(|e| Shown::of(&desk.v, e.at.into(), e.found));
    Ok(ok(&ExaminePage {
        id: id.to_string(),
        upn: user.upn.to_string(),
        name: user.profile.display_name,
        found,
        v: desk.v,
    }))
}

/// Asks, and waits as long as a page may: whoever comes too early is told to look again.
async fn ask(
    State(web): State<Web>,
    desk: Desk,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let answered = Box::pin(web.app.examine_user(&desk.ctx, &desk.me, id)).await?;
    let note = if answered {
        "doctor-looked"
    } else {
        "doctor-waits"
    };
    Ok(done(&web, &format!("{}/examine", page_of(id)), note))
}
