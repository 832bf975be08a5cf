//! Calls against a gateway that speaks the provider's HTTP.

use crate::support::from_environment;
use keyward_app::ports::{OutgoingCall, SendError, VoiceCaller};
use keyward_core::secret::Secret;
use keyward_server::config::Sms;
use keyward_server::sms::signature;
use keyward_server::voice::caller;
use keyward_testbed::calls::{CallGateway, code_of, said};
use keyward_testbed::sms::{ACCOUNT_SID, AUTH_TOKEN};
use std::sync::Arc;
use std::time::Duration;

const SECRET: &str = "a-shared-webhook-secret";
const URL: &str = "https://a.example/voice/one.two.three";

fn twilio(gateway: &CallGateway, token: &str) -> Arc<dyn VoiceCaller> {
    let voice = from_environment([
        ("KEYWARD_PUBLIC_URL", "https://a.example"),
        ("KEYWARD_VOICE_PROVIDER", "twilio"),
        ("KEYWARD_VOICE_COUNTRIES", "DE"),
        ("KEYWARD_VOICE_TIMEOUT_SECONDS", "2"),
        ("KEYWARD_VOICE_TWILIO_ACCOUNT_SID", ACCOUNT_SID),
        ("KEYWARD_VOICE_TWILIO_AUTH_TOKEN", token),
        ("KEYWARD_VOICE_TWILIO_FROM", "+4930123456"),
        ("KEYWARD_VOICE_TWILIO_BASE_URL", &gateway.base_url()),
    ]);
    caller(voice.unwrap().voice.unwrap()).unwrap()
}

fn webhook_settings(url: &str, allow_private: &str) -> Sms {
    from_environment([
        ("KEYWARD_PUBLIC_URL", "https://a.example"),
        ("KEYWARD_VOICE_PROVIDER", "webhook"),
        ("KEYWARD_VOICE_COUNTRIES", "*"),
        ("KEYWARD_VOICE_TIMEOUT_SECONDS", "2"),
        ("KEYWARD_VOICE_WEBHOOK_URL", url),
        ("KEYWARD_VOICE_WEBHOOK_SECRET", SECRET),
        ("KEYWARD_VOICE_WEBHOOK_ALLOW_PRIVATE", allow_private),
    ])
    .unwrap()
    .voice
    .unwrap()
}

fn call(to: &str, extension: Option<&str>) -> OutgoingCall {
    let parts = [
        "Ihr Code lautet",
        "0",
        "4",
        "2",
        "Noch einmal",
        "0",
        "4",
        "2",
    ];
    OutgoingCall {
        to: to.to_owned(),
        extension: extension.map(str::to_owned),
        lang: "de",
        ask: "Hier ist Müller & Söhne. Drücken Sie die 1.".to_owned(),
        say: parts.map(str::to_owned).to_vec(),
        bye: "Auf Wiederhören.".to_owned(),
        answer_url: URL.to_owned(),
        idempotency_key: "0190c3e2-job-8".to_owned(),
    }
}

// case: PH-13
#[tokio::test]
async fn ph_13_a_mailbox_hears_who_calls_and_no_code() {
    let gateway = CallGateway::start();
    let voice = twilio(&gateway, AUTH_TOKEN);
    assert!(voice.probe().await.unwrap().contains("accepts the account"));
    voice
        .call(&call("+493012345678", Some("567")))
        .await
        .unwrap();
    let got = gateway.wait_for(1, Duration::from_secs(5)).await;
    assert_eq!(
        (got.to.as_str(), got.from.as_str()),
        ("+493012345678", "+4930123456")
    );
    assert_eq!(got.dialled, "wwww567");
    let asked = "Hier ist Müller &amp; Söhne. Drücken Sie die 1.";
    assert_eq!(got.heard(), [asked, asked, "Auf Wiederhören."]);
    assert_eq!(got.answer_url(), URL);
    // The gateway has not been told the code yet.
    assert!(!got.document.contains("Code"), "{}", got.document);
    let parts = call("+493012345678", None).say;
    let document = voice.says("de", &parts);
    assert_eq!(said(&document), parts);
    assert_eq!(code_of(&said(&document)), "042");
    assert_eq!(
        document.matches("<Pause length=\"1\"/>").count(),
        parts.len()
    );
}

#[tokio::test]
async fn only_the_gateway_itself_is_told_what_was_pressed() {
    let gateway = CallGateway::start();
    let voice = twilio(&gateway, "12345");
    // The example of Twilio's documentation.
    let form: Vec<(String, String)> = [
        ("Digits", "1234"),
        ("To", "+18005551212"),
        ("From", "+14158675309"),
        ("Caller", "+14158675309"),
        ("CallSid", "CA1234567890ABCDE"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    let good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    assert_eq!(voice.pressed(url, &form, good).as_deref(), Some("1234"));
    for (url, form, signature) in [
        ("https://mycompany.com/other", &form[..], good),
        (url, &form[1..], good),
        (url, &form[..], ""),
        (url, &form[..], "RSOYDt4T1cUTdK1PDd93/VVr8B9="),
    ] {
        assert_eq!(
            voice.pressed(url, form, signature),
            None,
            "{url} {signature}"
        );
    }
}

// case: PH-01, PH-04
#[tokio::test]
async fn ph_04_only_listed_countries_are_called_and_refusals_keep_the_number() {
    let gateway = CallGateway::start();
    let voice = twilio(&gateway, AUTH_TOKEN);
    assert!(voice.can_call("+493012345678") && !voice.can_call("+12025550123"));
    let refused = voice.call(&call("+12025550123", None)).await.unwrap_err();
    assert!(
        matches!(&refused, SendError::Permanent(why) if why.contains("voice.countries")),
        "{refused}"
    );
    assert!(gateway.calls().is_empty());
    let wrong = twilio(&gateway, "wrong");
    let refused = wrong.call(&call("+493012345678", None)).await.unwrap_err();
    assert!(
        matches!(&refused, SendError::Retry(why) if why.contains("gateway for calls answered 401")),
        "{refused}"
    );
    assert!(!refused.to_string().contains("3012345678"));
}

#[tokio::test]
async fn a_webhook_is_told_in_one_signed_request_what_to_say_and_when() {
    let gateway = CallGateway::start();
    let hook = gateway.hook_url();
    let private = caller(webhook_settings(&hook, "false"));
    let complaint = private.err().map(|c| c.fix).unwrap_or_default();
    assert!(
        complaint.contains("voice.webhook.allow_private"),
        "{complaint}"
    );
    let voice = caller(webhook_settings(&hook, "true")).unwrap();
    voice
        .call(&call("+493012345678", Some("567")))
        .await
        .unwrap();
    let got = gateway.wait_for(1, Duration::from_secs(5)).await;
    let json: serde_json::Value = serde_json::from_str(&got.document).unwrap();
    assert_eq!(json["type"], "call");
    assert_eq!(json["id"], "0190c3e2-job-8");
    assert_eq!(
        (&json["key"], &json["language"]),
        (&"1".into(), &"de".into())
    );
    assert_eq!(json["say"].as_array().unwrap().len(), 8);
    assert!(!json["ask"].to_string().contains("042"));
    assert_eq!(
        (got.to.as_str(), got.dialled.as_str()),
        ("+493012345678", "567")
    );
    let time = got.signature.split([',', '=']).nth(1).unwrap();
    let secret = Secret::new(SECRET.to_owned());
    let expected = signature(&secret, time.parse().unwrap(), &got.document);
    assert_eq!(got.signature, expected);
    // Nobody is told a code by asking: it never asks.
    assert_eq!(
        voice.pressed(URL, &[("Digits".into(), "1".into())], ""),
        None
    );
    voice.probe().await.unwrap();
    let probe = gateway.wait_for(2, Duration::from_secs(5)).await;
    assert_eq!(probe.document, "{\"type\":\"probe\"}");
}
