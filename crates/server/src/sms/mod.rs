//! Text messages: which gateway the settings name, and what its answers mean.

mod allowed;
mod twilio;
mod webhook;

pub(crate) use allowed::{country, is_listed};
pub(crate) use twilio::Api;
pub use twilio::TwilioSms;
pub(crate) use webhook::Hook;
pub use webhook::{WebhookSms, signature};

use allowed::Allowed;

use crate::complaint::Complaint;
use crate::config::{Gateway, Sms};
use keyward_app::ports::{SendError, SmsSender};
use reqwest::{ClientBuilder, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// What this gateway is called in complaints.
const GATEWAY: &str = "SMS gateway";

/// Answers to a number or text that the gateway will never take.
const ABOUT_THE_MESSAGE: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::GONE,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNPROCESSABLE_ENTITY,
];

/// The gateway of the settings, behind the list of countries.
pub fn sender(sms: Sms) -> Result<Arc<dyn SmsSender>, Complaint> {
    let inner: Arc<dyn SmsSender> = match sms.gateway {
        Gateway::Twilio(twilio) => Arc::new(TwilioSms::new(twilio, sms.timeout)?),
        Gateway::Webhook(webhook) => Arc::new(WebhookSms::new(webhook, sms.timeout)?),
    };
    let countries = sms.countries;
    Ok(Arc::new(Allowed { inner, countries }))
}

/// What every client here has in common: no redirects (a gateway that moved is a setting to mend, and a redirect is
/// how a guarded URL would be led astray), and an end to waiting.
pub(crate) fn client(timeout: Duration) -> ClientBuilder {
    crate::tls::install_provider();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout)
        .pool_max_idle_per_host(2)
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("Keyward/", env!("CARGO_PKG_VERSION")))
}

/// The client can't be made: the system's certificate authorities can't be read.
pub(crate) fn no_client(gateway: &str, error: &reqwest::Error) -> Complaint {
    Complaint::new(
        format!("no TLS client for the {gateway}: {}", root_cause(error)),
        "the certificate authorities of the system",
        "install them: apt install ca-certificates",
    )
}

/// An answer that isn't a success. What the gateway wrote is left out: it quotes the number. Only what is wrong with this
/// one message is final; a token that isn't accepted or a URL that has moved is mended, and what waited leaves.
pub(crate) fn refused(gateway: &str, status: StatusCode, detail: &str) -> SendError {
    let text = format!("the {gateway} answered {}{detail}", status.as_u16());
    if status.is_redirection() {
        SendError::Retry(format!("{text}, a redirect, which is never followed"))
    } else if ABOUT_THE_MESSAGE.contains(&status) {
        SendError::Permanent(text)
    } else {
        SendError::Retry(text)
    }
}

/// No answer at all.
pub(crate) fn unreachable(gateway: &str, error: reqwest::Error) -> SendError {
    // The URL may hold account names.
    let error = error.without_url();
    if error.is_timeout() {
        return SendError::Retry(format!("the {gateway} did not answer in time"));
    }
    SendError::Retry(format!(
        "the {gateway} can't be reached: {}",
        root_cause(&error)
    ))
}

/// What lies at the bottom of an error: the layers above it say only "error sending request".
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
