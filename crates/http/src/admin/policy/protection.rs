//! Password protection: the organisation's banned words, and a place to try how a password would be judged.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_core::audit::Activity;
use keyward_core::password::banned::{ENOUGH, List, Piece, Reason, Terms, Verdict};
use keyward_core::policy::BannedWords;
use keyward_core::refusal::Refusal;

use crate::Web;
use crate::admin::desk::{Desk, done, refused};
use crate::admin::paging::address;
use crate::form::Form;
use crate::format::Moment;
use crate::problem::{Faults, Problem, status};
use crate::view::{View, page};

pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(PAGE, get(show).post(change))
        .route("/admin/password-reset/protection/test", post(test))
}

const PAGE: &str = "/admin/password-reset/protection";

#[derive(Template)]
#[template(path = "admin/protection.html")]
struct ProtectionPage {
    v: View,
    enforced: bool,
    /// A word on each line.
    words: String,
    /// How many words always count.
    ours: String,
    version: i64,
    changed: Option<(Moment, String)>,
    audit: String,
    /// What came of trying a password.
    tried: Option<Tried>,
    /// What is shown is not what is stored.
    dirty: bool,
    faults: Faults,
}

/// A judged password, in words.
struct Tried {
    /// The end of the message key `protection-verdict-<code>`.
    code: &'static str,
    points: usize,
    pieces: Vec<ShownPiece>,
}

/// A part of it.
struct ShownPiece {
    form: String,
    /// The end of the message key `protection-piece-<list>`; empty for a character that stands for itself.
    list: &'static str,
}

impl Tried {
    fn of(verdict: Verdict) -> Self {
        let code = match verdict.reason {
            None => "fine",
            Some(Reason::Name) => "name",
            Some(Reason::Word(_)) => "word",
            Some(Reason::Points(_)) => "points",
        };
        let shown = |piece: Piece| ShownPiece {
            form: piece.form,
            list: match piece.list {
                None => "",
                Some(List::Ours) => "ours",
                Some(List::Organisation) => "organization",
            },
        };
        Self {
            code,
            points: verdict.pieces.len(),
            pieces: verdict.pieces.into_iter().map(shown).collect(),
        }
    }

    fn is_fine(&self) -> bool {
        self.code == "fine"
    }

    fn enough() -> usize {
        ENOUGH
    }
}

/// What the page shows beside what is stored.
#[derive(Default)]
struct Shown<'a> {
    /// Words as they were typed, instead of those that are stored.
    typed: Option<BannedWords>,
    refusal: Option<&'a Refusal>,
    tried: Option<Tried>,
}

async fn draw(web: &Web, desk: Desk, shown: Shown<'_>) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let dirty = shown.typed.is_some();
    let words = shown.typed.unwrap_or(stored.policy.banned_words);
    let page_ = ProtectionPage {
        enforced: words.enforced,
        words: words.words.join("\n"),
        ours: desk.v.n(Terms::ours().len()),
        version: stored.version,
        changed: stored
            .changed_at
            .map(|at| (at.into(), stored.changed_by.unwrap_or_default())),
        audit: address(
            "/admin/audit",
            &[("activity", Activity::PolicyChanged.name())],
        ),
        tried: shown.tried,
        dirty,
        faults: shown
            .refusal
            .map(|r| Faults::of(&desk.v, r))
            .unwrap_or_default(),
        v: desk.v,
    };
    Ok(page(shown.refusal.map_or(StatusCode::OK, status), &page_))
}

async fn show(State(web): State<Web>, desk: Desk) -> Result<Response, Problem> {
    draw(&web, desk, Shown::default()).await
}

async fn change(State(web): State<Web>, desk: Desk, form: Form) -> Result<Response, Problem> {
    let typed = BannedWords::typed(form.ticked("enforced")?, form.one("words")?);
    let read = form.one("version")?.parse().unwrap_or(-1);
    let words = typed.clone();
    let saved = web.app.set_banned_words(&desk.ctx, &desk.me, read, words);
    match refused(saved.await)? {
        Ok(true) => Ok(done(&web, PAGE, "policy-saved")),
        Ok(false) => Ok(done(&web, PAGE, "policy-same")),
        Err(refusal) => {
            let shown = Shown {
                typed: Some(typed),
                refusal: Some(&refusal),
                tried: None,
            };
            draw(&web, desk, shown).await
        }
    }
}

/// Shows how a password would be judged. It is in the answer as its parts only, and kept nowhere.
async fn test(State(web): State<Web>, desk: Desk, mut form: Form) -> Result<Response, Problem> {
    let typed = form.secret("password")?;
    let judged = refused(web.app.test_password(&desk.me, &typed).await)?;
    let shown = Shown {
        refusal: judged.as_ref().err(),
        ..Shown::default()
    };
    let tried = judged.as_ref().ok().cloned().map(Tried::of);
    draw(&web, desk, Shown { tried, ..shown }).await
}
