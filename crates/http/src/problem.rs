//! What a handler returns when it can't show its page, and the page that is shown instead.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use keyward_app::Error;
use keyward_core::refusal::Refusal;

use crate::view::{View, page};

/// A request that ends without its page.
#[derive(Debug, Clone)]
pub(crate) enum Problem {
    /// Nobody is signed in: to the sign-in page, and back afterwards.
    SignIn,
    /// The password has to be changed first.
    ChangePassword,
    /// The form was not one of ours.
    BadForm,
    /// The form is too large.
    TooLarge,
    /// The form was made for another session, or too long ago.
    StaleForm,
    /// It came from another site.
    CrossSite,
    /// It asks for another host.
    WrongHost,
    /// The admin center, and somebody without an administrator role.
    NoRole,
    /// A refusal that no form shows.
    Refused(Refusal),
    /// Ours. The text is for the log and was written there.
    Fault,
    /// The database is busy or away.
    Unavailable,
    /// It took too long.
    Slow,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(Refusal::SignInNeeded) => Self::SignIn,
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Fault(text) => {
                tracing::error!(error = text, "a request failed");
                Self::Fault
            }
            Error::Unavailable(text) => {
                tracing::warn!(
                    error = text,
                    "the database is busy, out of reach or out of room"
                );
                Self::Unavailable
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal).into()
    }
}

impl IntoResponse for Problem {
    /// Only marks the response: the guard, which knows language and request id, draws the page.
    fn into_response(self) -> Response {
        match self {
            Self::SignIn => Redirect::to("/signin").into_response(),
            Self::ChangePassword => Redirect::to("/signin/change").into_response(),
            problem => {
                let mut response = problem.status().into_response();
                response.extensions_mut().insert(problem);
                response
            }
        }
    }
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignIn | Self::ChangePassword => StatusCode::SEE_OTHER,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::StaleForm | Self::CrossSite | Self::NoRole => StatusCode::FORBIDDEN,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Refused(refusal) => status(refusal),
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::Slow => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The end of the message keys `problem-<name>-title` and `problem-<name>-text`.
    fn name(&self) -> &'static str {
        match self {
            Self::SignIn | Self::ChangePassword | Self::Fault => "fault",
            Self::BadForm => "bad-form",
            Self::TooLarge => "too-large",
            Self::StaleForm => "stale-form",
            Self::CrossSite => "cross-site",
            Self::WrongHost => "wrong-host",
            Self::NoRole => "no-role",
            Self::Refused(Refusal::NotFound) => "not-found",
            Self::Refused(_) => "refused",
            Self::Unavailable => "unavailable",
            Self::Slow => "slow",
        }
    }

    /// Draws the page of a problem.
    pub(crate) fn page(&self, v: View) -> Response {
        let title = v.t(&format!("problem-{}-title", self.name())).into_owned();
        let text = match self {
            Self::Refused(refusal) if !matches!(refusal, Refusal::NotFound) => v.refusal(refusal),
            Self::WrongHost => v
                .t1("problem-wrong-host-text", "url", v.public_url())
                .into_owned(),
            _ => v.t(&format!("problem-{}-text", self.name())).into_owned(),
        };
        let request_id = v.request_id().to_owned();
        // Where this reader may go.
        let (home, way) = match self {
            Self::NoRole => ("/account", "problem-to-account"),
            _ if v.path().starts_with("/admin") => ("/admin", "problem-to-admin"),
            _ => ("/", "problem-to-start"),
        };
        let way = v.t(way).into_owned();
        let drawn = ProblemPage {
            v: v.switching_at(home),
            title,
            text,
            request_id,
            home,
            way,
        };
        let mut response = page(self.status(), &drawn);
        if matches!(
            self,
            Self::Unavailable | Self::Slow | Self::Refused(Refusal::Busy)
        ) {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// The status of a refusal, in one place (principle 19).
pub(crate) fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::NotAllowed
        | Refusal::HoldsMoreRights
        | Refusal::FreshProofNeeded
        | Refusal::TwoProofsNeeded
        | Refusal::NotOnYourself => StatusCode::FORBIDDEN,
        Refusal::LockedOut(_)
        | Refusal::Blocked(_)
        | Refusal::TooManyMessages(_)
        | Refusal::SmsStopped
        | Refusal::RobotTooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Busy | Refusal::DirectoryAway => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::ChangedMeanwhile
        | Refusal::WritebackPending
        | Refusal::WritebackUnknown
        | Refusal::TemporaryUnseen
        | Refusal::MasteredElsewhere
        | Refusal::GroupInUse
        | Refusal::GroupLicensed
        | Refusal::UnitsShort(..)
        | Refusal::NoWritebackPlan(_)
        | Refusal::LastGlobalAdministrator
        | Refusal::NameTaken => StatusCode::CONFLICT,
        Refusal::LinkDead
        | Refusal::AgentCodeDead
        | Refusal::SetUpAlready
        | Refusal::ResetVoid
        | Refusal::ResetExpired => StatusCode::GONE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    v: View,
    title: String,
    text: String,
    request_id: String,
    home: &'static str,
    way: String,
}

/// What is wrong with a form that is shown again: a line on top, and a sentence beside each field.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// For the whole form.
    pub top: Option<String>,
    /// Field and sentence, in the order of the form.
    pub fields: Vec<(String, String)>,
}

impl Faults {
    /// The faults behind a refusal.
    pub(crate) fn of(v: &View, refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Fields(fields) => Self {
                top: None,
                fields: fields
                    .iter()
                    .map(|f| (f.field.to_owned(), v.fault(f.code)))
                    .collect(),
            },
            Refusal::Password(faults) => Self {
                top: None,
                fields: faults
                    .iter()
                    .map(|f| ("password".to_owned(), v.password_fault(*f)))
                    .collect(),
            },
            Refusal::Directory(told) if told.is_about_the_password() => Self {
                top: None,
                fields: vec![("password".to_owned(), v.refusal(refusal))],
            },
            other => Self {
                top: Some(v.refusal(other)),
                fields: Vec::new(),
            },
        }
    }

    /// The sentence beside one field; empty if it is right.
    pub(crate) fn beside(&self, field: &str) -> &str {
        self.fields
            .iter()
            .find(|(f, _)| f == field)
            .map_or("", |(_, text)| text)
    }
}
