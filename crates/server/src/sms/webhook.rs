//! A URL of the operator's own: one signed JSON request for each message.

use super::{GATEWAY, client, no_client, refused, unreachable};
use crate::complaint::Complaint;
use crate::config::Webhook;
use crate::ssrf::{self, PublicOnly};
use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use keyward_app::ports::{OutgoingSms, SendError, SmsSender};
use keyward_core::secret::Secret;
use reqwest::Client;
use serde::Serialize;
use sha2::Sha256;
use std::fmt::Write;
use std::time::Duration;

/// A URL that gets signed requests.
pub(crate) struct Hook {
    client: Client,
    settings: Webhook,
    gateway: &'static str,
}

/// Sends by POST to the operator's URL.
pub struct WebhookSms(Hook);

/// The body: what the receiver reads after it has checked the signature.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Body<'a> {
    /// A message to hand on.
    Message {
        id: &'a str,
        to: &'a str,
        text: &'a str,
    },
    /// Only a question whether URL and secret are right; nothing is to be sent.
    Probe,
}

impl WebhookSms {
    /// With these settings; nothing is sent yet. A URL that holds a private address is refused here, a name that
    /// leads to one when it is resolved.
    pub fn new(settings: Webhook, timeout: Duration) -> Result<Self, Complaint> {
        Hook::new(settings, timeout, ("SMS", GATEWAY, "sms")).map(Self)
    }
}

impl Hook {
    /// With these settings; `called` is what the webhook, the gateway and the section of the settings are called.
    pub(crate) fn new(
        settings: Webhook,
        timeout: Duration,
        called: (&str, &'static str, &str),
    ) -> Result<Self, Complaint> {
        let (what, gateway, section) = called;
        // A proxy would resolve the name itself, and so get round the check.
        let mut builder = client(timeout).no_proxy();
        if !settings.allow_private {
            if let Some(address) = ssrf::literal(&settings.url).filter(|a| !ssrf::is_public(*a)) {
                return Err(Complaint::new(
                    format!("the {what} webhook leads to the private address {address}"),
                    format!("`{section}.webhook.url`"),
                    format!("write its public name, or set {section}.webhook.allow_private = true"),
                ));
            }
            builder = builder.dns_resolver(PublicOnly);
        }
        let client = builder
            .build()
            .map_err(|error| no_client(gateway, &error))?;
        Ok(Self {
            client,
            settings,
            gateway,
        })
    }

    /// Posts one signed request.
    pub(crate) async fn post(
        &self,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> Result<(), SendError> {
        let body = serde_json::to_string(body).map_err(|e| SendError::Permanent(e.to_string()))?;
        let seconds = jiff::Timestamp::now().as_second();
        let mut request = self
            .client
            .post(self.settings.url.clone())
            .header("Content-Type", "application/json")
            .header(
                "Keyward-Signature",
                signature(&self.settings.secret, seconds, &body),
            );
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let status = request
            .body(body)
            .send()
            .await
            .map_err(|error| unreachable(self.gateway, error))?
            .status();
        if status.is_success() {
            Ok(())
        } else {
            Err(refused(self.gateway, status, ""))
        }
    }
}

#[async_trait]
impl SmsSender for WebhookSms {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        let body = Body::Message {
            id: &sms.idempotency_key,
            to: &sms.to,
            text: &sms.text,
        };
        self.0.post(&body, Some(&sms.idempotency_key)).await
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.0.post(&Body::Probe, None).await?;
        Ok("the SMS webhook accepted a signed probe".to_owned())
    }
}

/// The header `Keyward-Signature`: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA-256 of `SECONDS.BODY`. The time is
/// signed too, so that a receiver can refuse what is older than a few minutes.
#[must_use]
pub fn signature(secret: &Secret, seconds: i64, body: &str) -> String {
    let mut header = format!("t={seconds},v1=");
    // HMAC takes a key of any length: there is no other way to fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        unreachable!("HMAC refused a key for its length")
    };
    mac.update(format!("{seconds}.{body}").as_bytes());
    for byte in mac.finalize().into_bytes() {
        let _ = write!(header, "{byte:02x}");
    }
    header
}

#[cfg(test)]
mod tests {
    use super::signature;
    use keyward_core::secret::Secret;

    #[test]
    fn the_signature_is_what_any_hmac_tool_computes() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
        let secret = Secret::new("0123456789abcdef".to_owned());
        assert_eq!(
            signature(&secret, 1_700_000_000, "{}"),
            "t=1700000000,v1=e4f8e2ecae2295b2ddb2f0b5584c8275e226c0ebe9b3b819e70156bb67122e3e"
        );
    }
}
