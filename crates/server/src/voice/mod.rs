//! Calls: which gateway the settings name, and the last check before one costs money.

mod twilio;
mod webhook;

pub use twilio::TwilioVoice;
pub use webhook::WebhookVoice;

use crate::complaint::Complaint;
use crate::config::{Countries, Gateway, Sms};
use crate::sms::{country, is_listed};
use async_trait::async_trait;
use keyward_app::ports::{OutgoingCall, SendError, VoiceCaller};
use std::sync::Arc;

/// What this gateway is called in complaints.
const GATEWAY: &str = "gateway for calls";

/// The gateway of the settings, behind the list of countries.
pub fn caller(voice: Sms) -> Result<Arc<dyn VoiceCaller>, Complaint> {
    let inner: Arc<dyn VoiceCaller> = match voice.gateway {
        Gateway::Twilio(twilio) => Arc::new(TwilioVoice::new(twilio, voice.timeout)?),
        Gateway::Webhook(webhook) => Arc::new(WebhookVoice::new(webhook, voice.timeout)?),
    };
    let countries = voice.countries;
    Ok(Arc::new(Allowed { inner, countries }))
}

/// Calls only where the operator listed the country (PH-01, PH-04).
struct Allowed {
    inner: Arc<dyn VoiceCaller>,
    countries: Countries,
}

#[async_trait]
impl VoiceCaller for Allowed {
    async fn call(&self, call: &OutgoingCall) -> Result<(), SendError> {
        if self.can_call(&call.to) {
            return self.inner.call(call).await;
        }
        let country = country(&call.to);
        let country = country.as_deref().unwrap_or("an unknown country");
        Err(SendError::Permanent(format!(
            "no calls to {country}: voice.countries"
        )))
    }

    fn can_call(&self, number: &str) -> bool {
        is_listed(&self.countries, number)
    }

    fn pressed(&self, url: &str, form: &[(String, String)], signature: &str) -> Option<String> {
        self.inner.pressed(url, form, signature)
    }

    fn says(&self, lang: &'static str, parts: &[String]) -> String {
        self.inner.says(lang, parts)
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.inner.probe().await
    }
}
