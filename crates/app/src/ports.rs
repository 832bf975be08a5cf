//! The outside world as the use cases see it. Only what lies outside has a port; the database is used as it is.

use async_trait::async_trait;
use keyward_core::password::Prepared;

/// One mail, ready to be sent. Bodies are built by `messages`; nothing in here is a template any more.
#[derive(Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// One address, already validated as a single mailbox ([`keyward_core::text::MailAddress`]).
    pub to: String,
    /// Shown in front of the sender's address: the organisation's name.
    pub from_name: String,
    /// The subject, free of line breaks.
    pub subject: String,
    /// The plain part; every mail has one.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Stable for one job, so that a repeated delivery can be told apart from a second message.
    pub idempotency_key: String,
}

/// One text message, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct OutgoingSms {
    /// The number in E.164 form, with its leading `+`.
    pub to: String,
    /// The text. It carries a code: never log it.
    pub text: String,
    /// Stable for one job, handed to gateways that know such keys.
    pub idempotency_key: String,
}

/// Why a message did not leave.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SendError {
    /// Worth another try: the other side is away, busy, asks to come back later, or doesn't take our settings, which
    /// somebody will mend.
    #[error("{0}")]
    Retry(String),
    /// It will never work: the recipient or the content is refused.
    #[error("{0}")]
    Permanent(String),
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands the mail over and returns when the other side has taken responsibility for it (SMTP 250).
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError>;
    /// Connects and authenticates without sending; the text says in words what was found.
    async fn probe(&self) -> Result<String, SendError>;
}

/// Sends text messages.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Hands the message to the gateway and returns when it has accepted it.
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError>;
    /// Whether a message to this number would leave at all: the operator may have listed countries.
    fn can_text(&self, _number: &str) -> bool {
        true
    }
    /// Asks the gateway whether the credentials are good, without sending.
    async fn probe(&self) -> Result<String, SendError>;
}

/// One call, ready to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct OutgoingCall {
    /// The number in E.164 form, with its leading `+`.
    pub to: String,
    /// What is dialled once it is answered.
    pub extension: Option<String>,
    /// The language of what is said, as BCP 47.
    pub lang: &'static str,
    /// What is said first: who calls, and to press [`KEY`].
    pub ask: String,
    /// What is said once that key was pressed, and not before: one after the other, with a pause after each. It carries
    /// a code, digit by digit: never log it.
    pub say: Vec<String>,
    /// What is said if no key is pressed.
    pub bye: String,
    /// Where a gateway posts the key that asks us then what to say.
    pub answer_url: String,
    /// Stable for one job, handed to gateways that know such keys.
    pub idempotency_key: String,
}

/// The key that somebody presses to hear a code. A mailbox presses none (PH-13).
pub const KEY: &str = "1";

/// Makes calls.
#[async_trait]
pub trait VoiceCaller: Send + Sync {
    /// Hands the call to the gateway and returns when it has accepted it.
    async fn call(&self, call: &OutgoingCall) -> Result<(), SendError>;
    /// Whether a call of this number would be made at all: the operator may have listed countries.
    fn can_call(&self, _number: &str) -> bool {
        true
    }
    /// The keys that were pressed, of what a gateway posted to the answer URL; none if it isn't the gateway that did, or
    /// one that never asks.
    fn pressed(&self, _url: &str, _form: &[(String, String)], _signature: &str) -> Option<String> {
        None
    }
    /// The document by which that gateway says these parts, with a pause after each, and hangs up.
    fn says(&self, _lang: &'static str, _parts: &[String]) -> String {
        String::new()
    }
    /// Asks the gateway whether the credentials are good, without a call.
    async fn probe(&self) -> Result<String, SendError>;
}

/// Knows passwords from breaches.
pub trait BreachList: Send + Sync {
    /// Whether this one is among them. Asked in the middle of a request, so it must answer at once.
    fn contains(&self, password: &Prepared) -> bool;
    /// Looks whether there is a newer list, and takes it. It may read for minutes, and is called where that is no harm.
    fn refresh(&self) {}
}
