//! Bodies of agents, and answers to them.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keyward_app::Error as AppError;
use keyward_app::link::{self, Refused};
use keyward_app::texts::{Lang, Texts};
use keyward_core::refusal::Refusal;
use keyward_wire::{Trouble, code};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Web;
use crate::problem;

/// The message that belongs to an endpoint, as it comes or goes.
pub(crate) struct Json<T>(pub(crate) T);

/// What an endpoint answers.
pub(crate) type Answer<T> = Result<Json<T>, Reply>;

/// An answer that isn't the one that was asked for.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    trouble: Trouble,
}

/// Wraps what a use case returned.
pub(crate) fn answer<T: Serialize>(result: link::Result<T>) -> Answer<T> {
    Ok(Json(result?))
}

impl<T: DeserializeOwned> FromRequest<Web> for Json<T> {
    type Rejection = Reply;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Reply> {
        if !is_json(request.headers()) {
            return Err(Reply::malformed("the body is not application/json"));
        }
        let body = Bytes::from_request(request, web).await;
        let body = body.map_err(|refused| {
            let mut reply = Reply::malformed("the body is too large, or was cut off");
            reply.status = refused.status();
            reply
        })?;
        // Where, not what: a body may hold a secret.
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let what = format!("the body is no such message (line {line}, column {column})");
            Reply::malformed(&what)
        })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => {
                Reply::from(AppError::Fault(format!("an answer: {error}"))).into_response()
            }
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (kind, _) = kind.split_once(';').unwrap_or((kind, ""));
    kind.trim().eq_ignore_ascii_case("application/json")
        && !headers.contains_key(header::CONTENT_ENCODING)
}

impl Reply {
    /// Puts one together.
    pub(crate) fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let trouble = Trouble {
            code: code.to_owned(),
            message: message.into(),
        };
        Self { status, trouble }
    }

    fn malformed(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::MALFORMED, message)
    }
}

impl From<Refused> for Reply {
    fn from(refused: Refused) -> Self {
        Self::new(status_of(refused.code), refused.code, refused.message)
    }
}

impl From<Trouble> for Reply {
    fn from(trouble: Trouble) -> Self {
        Self {
            status: status_of(&trouble.code),
            trouble,
        }
    }
}

fn status_of(code: &str) -> StatusCode {
    match code {
        code::SESSION => StatusCode::UNAUTHORIZED,
        code::REVOKED | code::PLAN | code::NOT_ALLOWED => StatusCode::FORBIDDEN,
        code::VERSION => StatusCode::UPGRADE_REQUIRED,
        code::HELD | code::RUN | code::KEPT => StatusCode::CONFLICT,
        code::NOT_FOUND => StatusCode::NOT_FOUND,
        code::BUSY => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::BAD_REQUEST,
    }
}

impl From<link::Error> for Reply {
    fn from(error: link::Error) -> Self {
        match error {
            link::Error::Refused(refused) => refused.into(),
            link::Error::App(error) => error.into(),
        }
    }
}

impl From<AppError> for Reply {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Refused(refusal) => {
                let key = format!("refusal-{}", refusal.code());
                let message = Texts::get().t(Lang::En, &key).into_owned();
                let code = match refusal {
                    Refusal::NotFound => code::NOT_FOUND,
                    Refusal::Busy => code::BUSY,
                    _ => refusal.code(),
                };
                Self::new(problem::status(&refusal), code, message)
            }
            AppError::Fault(text) => {
                tracing::error!(error = text, "a request of an agent failed");
                let message =
                    "something broke in the service: its log says more, under this x-request-id";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", message)
            }
            AppError::Unavailable(text) => {
                tracing::warn!(
                    error = text,
                    "the database is busy, out of reach or out of room"
                );
                let message = "the service can't reach its database: try again in a while";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            }
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.trouble)).into_response();
        let headers = response.headers_mut();
        match self.status {
            StatusCode::UNAUTHORIZED => {
                let scheme = HeaderValue::from_static("Bearer");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            _ => {}
        }
        response
    }
}
