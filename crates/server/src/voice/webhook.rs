//! A URL of the operator's own: one signed JSON request for each call. What answers it makes the call, and says the code
//! once the key was pressed.

use super::GATEWAY;
use crate::complaint::Complaint;
use crate::config::Webhook;
use crate::sms::Hook;
use async_trait::async_trait;
use keyward_app::ports::{KEY, OutgoingCall, SendError, VoiceCaller};
use serde::Serialize;
use std::time::Duration;

/// Calls by POST to the operator's URL.
pub struct WebhookVoice(Hook);

/// The body: what the receiver reads after it has checked the signature.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Body<'a> {
    /// A call to make.
    Call {
        id: &'a str,
        to: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        extension: Option<&'a str>,
        language: &'a str,
        /// Said first.
        ask: &'a str,
        /// The key that has to be pressed before anything of `say`.
        key: &'a str,
        /// Said then, with a pause after each.
        say: &'a [String],
        /// Said if no key is pressed.
        bye: &'a str,
    },
    /// Only a question whether URL and secret are right; nobody is to be called.
    Probe,
}

impl WebhookVoice {
    /// With these settings; nobody is called yet.
    pub fn new(settings: Webhook, timeout: Duration) -> Result<Self, Complaint> {
        Hook::new(settings, timeout, ("voice", GATEWAY, "voice")).map(Self)
    }
}

#[async_trait]
impl VoiceCaller for WebhookVoice {
    async fn call(&self, call: &OutgoingCall) -> Result<(), SendError> {
        let body = Body::Call {
            id: &call.idempotency_key,
            to: &call.to,
            extension: call.extension.as_deref(),
            language: call.lang,
            ask: &call.ask,
            key: KEY,
            say: &call.say,
            bye: &call.bye,
        };
        self.0.post(&body, Some(&call.idempotency_key)).await
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.0.post(&Body::Probe, None).await?;
        Ok("the voice webhook accepted a signed probe".to_owned())
    }
}
