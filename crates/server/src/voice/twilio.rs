//! Twilio's Calls API, which other gateways speak as well.
//!
//! The call goes out with a document of its own (`Twiml`) that names who calls and gathers one key. Only when it was
//! pressed does the gateway ask us for the rest, signed with the account's token: until then it does not know the code.

use super::GATEWAY;
use crate::complaint::Complaint;
use crate::config::{Twilio, TwilioSender};
use crate::sms::Api;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use keyward_app::ports::{OutgoingCall, SendError, VoiceCaller};
use keyward_core::secret::Secret;
use sha1::Sha1;
use std::time::Duration;

/// How long it rings, and how long somebody who picked up has to press the key, in seconds.
const RINGS: &str = "40";
const WAITS: u8 = 10;

/// What is dialled before an extension: a pause of half a second for each, until the exchange listens.
const PAUSE: &str = "wwww";

/// Calls through `POST /2010-04-01/Accounts/{sid}/Calls.json`.
pub struct TwilioVoice(Api);

impl TwilioVoice {
    /// With these settings; nobody is called yet.
    pub fn new(settings: Twilio, timeout: Duration) -> Result<Self, Complaint> {
        Api::new(settings, timeout, GATEWAY).map(Self)
    }
}

#[async_trait]
impl VoiceCaller for TwilioVoice {
    async fn call(&self, call: &OutgoingCall) -> Result<(), SendError> {
        let from = match &self.0.settings().sender {
            TwilioSender::From(from) | TwilioSender::Service(from) => from.as_str(),
        };
        let document = question(call);
        let dialled = call.extension.as_ref().map(|e| format!("{PAUSE}{e}"));
        let mut form = vec![
            ("To", call.to.as_str()),
            ("From", from),
            ("Twiml", &document),
            ("Timeout", RINGS),
        ];
        if let Some(dialled) = &dialled {
            form.push(("SendDigits", dialled));
        }
        self.0
            .post("Calls.json", &form, &call.idempotency_key)
            .await
    }

    fn pressed(&self, url: &str, form: &[(String, String)], presented: &str) -> Option<String> {
        let expected = signature(&self.0.settings().auth_token, url, form);
        let given = STANDARD.decode(presented).ok()?;
        expected.verify_slice(&given).ok()?;
        let mut digits = form.iter().filter(|(name, _)| name == "Digits");
        let pressed = digits.next().map(|(_, value)| value.clone());
        Some(pressed.unwrap_or_default())
    }

    fn says(&self, lang: &'static str, parts: &[String]) -> String {
        let said: String = parts.iter().map(|part| say(lang, part)).collect();
        document(&format!("{said}<Hangup/>"))
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.0.probe().await
    }
}

fn document(inside: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{inside}</Response>")
}

/// Who calls, twice, and where the key goes.
fn question(call: &OutgoingCall) -> String {
    let ask = say(call.lang, &call.ask);
    document(&format!(
        "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"{WAITS}\" method=\"POST\" action=\"{}\">{ask}{ask}</Gather>{}<Hangup/>",
        escape(&call.answer_url),
        say(call.lang, &call.bye)
    ))
}

fn say(lang: &str, text: &str) -> String {
    let voice = match lang {
        "de" => "de-DE",
        _ => "en-US",
    };
    format!(
        "<Say language=\"{voice}\">{}</Say><Pause length=\"1\"/>",
        escape(text)
    )
}

/// Text for XML, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// What Twilio signs: the address that it was given, then every field with its value, in the order of their names
/// (twilio.com/docs/usage/security).
fn signature(token: &Secret, url: &str, form: &[(String, String)]) -> Hmac<Sha1> {
    // HMAC takes a key of any length: there is no other way to fail.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.expose().as_bytes()) else {
        unreachable!("HMAC refused a key for its length")
    };
    mac.update(url.as_bytes());
    let mut fields: Vec<_> = form.iter().collect();
    fields.sort();
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's own documentation.
    #[test]
    fn the_signature_is_the_one_of_the_documentation() {
        let form = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let mac = signature(&Secret::new("12345".to_owned()), url, &form);
        let signed = STANDARD.encode(mac.finalize().into_bytes());
        assert_eq!(signed, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    #[test]
    fn what_is_said_is_text_and_never_markup() {
        let call = OutgoingCall {
            to: "+4930123456".to_owned(),
            extension: None,
            lang: "de",
            ask: "Hier ist <A & \"B\">.".to_owned(),
            say: Vec::new(),
            bye: "Auf Wiederhören.".to_owned(),
            answer_url: "https://id.example/voice/a?b&c".to_owned(),
            idempotency_key: String::new(),
        };
        let document = question(&call);
        assert!(
            document.contains("Hier ist &lt;A &amp; &quot;B&quot;&gt;."),
            "{document}"
        );
        assert!(
            document.contains("action=\"https://id.example/voice/a?b&amp;c\""),
            "{document}"
        );
        assert_eq!(document.matches("language=\"de-DE\"").count(), 3);
    }
}
