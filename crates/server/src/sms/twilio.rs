//! Twilio's Messages API, which other gateways speak as well.

use super::{client, no_client, refused, unreachable};
use crate::complaint::Complaint;
use crate::config::{Twilio, TwilioSender};
use async_trait::async_trait;
use keyward_app::ports::{OutgoingSms, SendError, SmsSender};
use reqwest::{Client, RequestBuilder, Response};
use serde::Deserialize;
use std::time::Duration;

/// Error answers are a few hundred bytes; no more than this is read of one.
const LARGEST_ANSWER: usize = 16 * 1024;

/// Sends through `POST /2010-04-01/Accounts/{sid}/Messages.json`.
pub struct TwilioSms {
    client: Client,
    settings: Twilio,
}

#[derive(Deserialize)]
struct Fault {
    code: Option<u32>,
}

#[derive(Deserialize)]
struct Account {
    status: Option<String>,
}

impl TwilioSms {
    /// With these settings; nothing is sent yet.
    pub fn new(settings: Twilio, timeout: Duration) -> Result<Self, Complaint> {
        let client = client(timeout).build().map_err(|error| no_client(&error))?;
        Ok(Self { client, settings })
    }

    fn account(&self) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}",
            self.settings.base_url, self.settings.account_sid
        )
    }

    async fn call(&self, request: RequestBuilder) -> Result<Response, SendError> {
        let token = self.settings.auth_token.expose();
        let answer = request
            .basic_auth(&self.settings.account_sid, Some(token))
            .send()
            .await
            .map_err(unreachable)?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let code = serde_json::from_slice::<Fault>(&beginning(answer).await)
            .ok()
            .and_then(|f| f.code);
        let detail = match (status.as_u16(), code) {
            (401 | 403, _) => ": it does not accept the account or its token".to_owned(),
            (_, Some(code)) => format!(", error {code} (twilio.com/docs/api/errors/{code})"),
            (_, None) => String::new(),
        };
        Err(refused(status, &detail))
    }
}

#[async_trait]
impl SmsSender for TwilioSms {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        let sender = match &self.settings.sender {
            TwilioSender::From(number) => ("From", number),
            TwilioSender::Service(sid) => ("MessagingServiceSid", sid),
        };
        let form = [("To", &sms.to), ("Body", &sms.text), sender];
        let request = self
            .client
            .post(format!("{}/Messages.json", self.account()))
            .header("I-Twilio-Idempotency-Token", &sms.idempotency_key)
            .form(&form);
        self.call(request).await.map(drop)
    }

    async fn probe(&self) -> Result<String, SendError> {
        let answer = self
            .call(self.client.get(format!("{}.json", self.account())))
            .await?;
        let account = serde_json::from_slice::<Account>(&beginning(answer).await).ok();
        match account.and_then(|account| account.status) {
            Some(status) if status != "active" => Err(SendError::Retry(format!(
                "the account at the SMS gateway is {status}"
            ))),
            _ => Ok(format!(
                "{} accepts the account and its token",
                self.settings.base_url
            )),
        }
    }
}

/// The first bytes of an answer; whatever breaks off is left out.
async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST_ANSWER {
            break;
        }
    }
    bytes
}
