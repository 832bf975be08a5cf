//! Password protection: what new passwords must be, the organisation's banned words, and a place to try how a password
//! would be judged.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use keyward_app::policy::{Protection, Trial};
use keyward_core::audit::Activity;
use keyward_core::password::Fault;
use keyward_core::password::banned::{ENOUGH, List, Piece, Reason, Terms};
use keyward_core::password::rules::{ALONE, PasswordRules};
use keyward_core::policy::{BannedWords, Policy};
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
    typed: Typed,
    /// The default length, and the one that is advised where the password is the only factor.
    lengths: (u16, u16),
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

/// The settings as they stand in the form.
struct Typed {
    min_length: String,
    kinds: u8,
    history: String,
    max_age: String,
    enforced: bool,
    /// A word on each line.
    words: String,
}

impl From<&Policy> for Typed {
    fn from(policy: &Policy) -> Self {
        let rules = policy.password_rules;
        Self {
            min_length: rules.min_length.to_string(),
            kinds: rules.kinds,
            history: rules.history.to_string(),
            max_age: policy.password_max_age_days.to_string(),
            enforced: policy.banned_words.enforced,
            words: policy.banned_words.words.join("\n"),
        }
    }
}

impl Typed {
    fn read(form: &Form) -> Result<Self, Problem> {
        let number = |name| -> Result<String, Problem> {
            Ok(form.one(name)?.trim().chars().take(10).collect())
        };
        Ok(Self {
            min_length: number("min_length")?,
            kinds: number("kinds")?.parse().map_err(|_| Problem::BadForm)?,
            history: number("history")?,
            max_age: number("max_age_days")?,
            enforced: form.ticked("enforced")?,
            // One on each line, as it will be stored.
            words: BannedWords::typed(true, form.one("words")?)
                .words
                .join("\n"),
        })
    }

    /// What it says.
    fn protection(&self) -> Result<Protection, Refusal> {
        fn number<N: std::str::FromStr>(
            text: &str,
            field: &'static str,
            code: &'static str,
        ) -> Result<N, Refusal> {
            text.parse().map_err(|_| Refusal::field(field, code))
        }
        Ok(Protection {
            words: BannedWords::typed(self.enforced, &self.words),
            rules: PasswordRules {
                min_length: number(&self.min_length, "min_length", "min-length-range")?,
                kinds: self.kinds,
                history: number(&self.history, "history", "history-range")?,
            },
            max_age_days: number(&self.max_age, "max_age_days", "days-range")?,
        })
    }
}

/// A judged password, in words.
struct Tried {
    /// The end of the message key `protection-verdict-<code>`.
    code: &'static str,
    points: usize,
    pieces: Vec<ShownPiece>,
    /// What else is wrong with it, as its owner would be told.
    others: Vec<String>,
}

/// A part of it.
struct ShownPiece {
    form: String,
    /// The end of the message key `protection-piece-<list>`; empty for a character that stands for itself.
    list: &'static str,
}

impl Tried {
    fn of(v: &View, trial: Trial) -> Self {
        let (verdict, v) = (trial.words, v.clone().asking_for(&trial.terms));
        let others = trial.faults.iter().filter(|fault| {
            let words = [Fault::NamesYou, Fault::Common, Fault::OrganisationWord];
            !words.contains(fault)
        });
        let others: Vec<_> = others.map(|fault| v.password_fault(*fault)).collect();
        let code = match verdict.reason {
            None if !others.is_empty() => "other",
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
            others,
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
    /// The settings as they were typed, instead of those that are stored.
    typed: Option<Typed>,
    refusal: Option<&'a Refusal>,
    tried: Option<Tried>,
}

async fn draw(web: &Web, desk: Desk, shown: Shown<'_>) -> Result<Response, Problem> {
    let stored = web.app.policy(&desk.me).await?;
    let dirty = shown.typed.is_some();
    let page_ = ProtectionPage {
        typed: shown.typed.unwrap_or_else(|| Typed::from(&stored.policy)),
        lengths: (PasswordRules::default().min_length, ALONE),
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
    let typed = Typed::read(&form)?;
    let read = form.one("version")?.parse().unwrap_or(-1);
    let saved = match typed.protection() {
        Ok(wanted) => {
            let saved = web.app.set_protection(&desk.ctx, &desk.me, read, wanted);
            refused(saved.await)?
        }
        Err(refusal) => Err(refusal),
    };
    match saved {
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
    let tried = judged.as_ref().ok().cloned();
    let tried = tried.map(|trial| Tried::of(&desk.v, trial));
    draw(&web, desk, Shown { tried, ..shown }).await
}
