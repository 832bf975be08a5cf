//! What the demo has sent, for the person who tries it out. Exists in the demo only.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use keyward_core::time::Timestamp;

use crate::Web;
use crate::format::Moment;
use crate::view::{View, ok};

/// How a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoWay {
    /// A mail.
    Mail,
    /// A text message.
    Text,
    /// A call.
    Call,
}

/// One message that the demo has sent.
#[derive(Debug, Clone)]
pub struct DemoMessage {
    /// When.
    pub at: Timestamp,
    /// How it went.
    pub way: DemoWay,
    /// To whom.
    pub to: String,
    /// The subject of a mail.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Where the demo keeps what it sends.
pub trait DemoOutbox: Send + Sync {
    /// The messages, newest first.
    fn messages(&self) -> Vec<DemoMessage>;
}

struct Shown {
    at: Moment,
    message: DemoMessage,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    v: View,
    messages: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "styleguide.html")]
struct StyleguidePage {
    v: View,
}

pub(crate) fn routes(web: &Web) -> Router<Web> {
    match web.demo {
        Some(_) => Router::new()
            .route("/outbox", get(outbox))
            .route("/styleguide", get(styleguide)),
        None => Router::new(),
    }
}

async fn outbox(State(web): State<Web>, v: View) -> Response {
    let messages = web.demo.as_ref().map(|d| d.messages()).unwrap_or_default();
    let messages = messages.into_iter().map(|message| Shown {
        at: message.at.into(),
        link: link(&message.text, web.public_url.as_str()),
        message,
    });
    ok(&OutboxPage {
        v,
        messages: messages.collect(),
    })
}

/// The link in a mail, if it leads to this service.
fn link(text: &str, public_url: &str) -> Option<String> {
    let start = text.find(&format!("{public_url}/"))?;
    let rest = &text[start..];
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    Some(rest[public_url.len()..end].to_owned())
}

async fn styleguide(v: View) -> Response {
    ok(&StyleguidePage { v })
}
