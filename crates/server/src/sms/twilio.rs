//! Twilio's Messages API, which other gateways speak as well.

use super::{GATEWAY, client, no_client, refused, unreachable};
use crate::complaint::Complaint;
use crate::config::{Twilio, TwilioSender};
use async_trait::async_trait;
use keyward_app::ports::{OutgoingSms, SendError, SmsSender};
use reqwest::{Client, RequestBuilder, Response};
use serde::Deserialize;
use std::time::Duration;

/// Error answers are a few hundred bytes; no more than this is read of one.
const LARGEST_ANSWER: usize = 16 * 1024;

/// An account at Twilio, or at somebody who speaks its API.
pub(crate) struct Api {
    client: Client,
    settings: Twilio,
    gateway: &'static str,
}

/// Sends through `POST /2010-04-01/Accounts/{sid}/Messages.json`.
pub struct TwilioSms(Api);

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
        Api::new(settings, timeout, GATEWAY).map(Self)
    }
}

impl Api {
    pub(crate) fn new(
        settings: Twilio,
        timeout: Duration,
        gateway: &'static str,
    ) -> Result<Self, Complaint> {
        let client = client(timeout)
            .build()
            .map_err(|error| no_client(gateway, &error))?;
        Ok(Self {
            client,
            settings,
            gateway,
        })
    }

    /// The settings of the account.
    pub(crate) fn settings(&self) -> &Twilio {
        &self.settings
    }

    fn account(&self) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}",
            self.settings.base_url, self.settings.account_sid
        )
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Response, SendError> {
        let token = self.settings.auth_token.expose();
        let answer = request
            .basic_auth(&self.settings.account_sid, Some(token))
            .send()
            .await
            .map_err(|error| unreachable(self.gateway, error))?;
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
        Err(refused(self.gateway, status, &detail))
    }

    /// Posts a form to one of the account's lists.
    pub(crate) async fn post(
        &self,
        list: &str,
        form: &[(&str, &str)],
        key: &str,
    ) -> Result<(), SendError> {
        let request = self
            .client
            .post(format!("{}/{list}", self.account()))
            .header("I-Twilio-Idempotency-Token", key)
            .form(form);
        self.ask(request).await.map(drop)
    }

    /// Asks whether the account is known and active.
    pub(crate) async fn probe(&self) -> Result<String, SendError> {
        let answer = self
            .ask(self.client.get(format!("{}.json", self.account())))
            .await?;
        let account = serde_json::from_slice::<Account>(&beginning(answer).await).ok();
        match account.and_then(|account| account.status) {
            Some(status) if status != "active" => Err(SendError::Retry(format!(
                "the account at the {} is {status}",
                self.gateway
            ))),
            _ => Ok(format!(
                "{} accepts the account and its token",
                self.settings.base_url
            )),
        }
    }
}

#[async_trait]
impl SmsSender for TwilioSms {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        let sender = match &self.0.settings.sender {
            TwilioSender::From(number) => ("From", number.as_str()),
            TwilioSender::Service(sid) => ("MessagingServiceSid", sid.as_str()),
        };
        let form = [("To", sms.to.as_str()), ("Body", &sms.text), sender];
        self.0
            .post("Messages.json", &form, &sms.idempotency_key)
            .await
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.0.probe().await
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
