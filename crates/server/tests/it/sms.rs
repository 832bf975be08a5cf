//! Text messages against a gateway that speaks the provider's HTTP.

use crate::support::from_environment;
use axum::Router;
use axum::response::Redirect;
use axum::routing::any;
use keyward_app::ports::{OutgoingSms, SendError, SmsSender};
use keyward_core::secret::Secret;
use keyward_server::config::Sms;
use keyward_server::http_server::Listener;
use keyward_server::sms::{sender, signature};
use keyward_testbed::sms::{ACCOUNT_SID, AUTH_TOKEN, INVALID_NUMBER, SmsFailure, SmsGateway};
use std::sync::Arc;
use std::time::Duration;

const SECRET: &str = "a-shared-webhook-secret";

fn twilio_settings(base_url: &str, token: &str) -> Sms {
    from_environment([
        ("KEYWARD_PUBLIC_URL", "https://a.example"),
        ("KEYWARD_SMS_PROVIDER", "twilio"),
        ("KEYWARD_SMS_COUNTRIES", "DE,US"),
        ("KEYWARD_SMS_TIMEOUT_SECONDS", "2"),
        ("KEYWARD_SMS_TWILIO_ACCOUNT_SID", ACCOUNT_SID),
        ("KEYWARD_SMS_TWILIO_AUTH_TOKEN", token),
        ("KEYWARD_SMS_TWILIO_FROM", "+4915100000000"),
        ("KEYWARD_SMS_TWILIO_BASE_URL", base_url),
    ])
    .unwrap()
    .sms
    .unwrap()
}

fn webhook_settings(url: &str, allow_private: &str) -> Sms {
    from_environment([
        ("KEYWARD_PUBLIC_URL", "https://a.example"),
        ("KEYWARD_SMS_PROVIDER", "webhook"),
        ("KEYWARD_SMS_COUNTRIES", "*"),
        ("KEYWARD_SMS_TIMEOUT_SECONDS", "2"),
        ("KEYWARD_SMS_WEBHOOK_URL", url),
        ("KEYWARD_SMS_WEBHOOK_SECRET", SECRET),
        ("KEYWARD_SMS_WEBHOOK_ALLOW_PRIVATE", allow_private),
    ])
    .unwrap()
    .sms
    .unwrap()
}

fn twilio(gateway: &SmsGateway) -> Arc<dyn SmsSender> {
    sender(twilio_settings(&gateway.base_url(), AUTH_TOKEN)).unwrap()
}

fn message(to: &str) -> OutgoingSms {
    OutgoingSms {
        to: to.to_owned(),
        text: "123456 ist Ihr Code für Müller & Söhne".to_owned(),
        idempotency_key: "0190c3e2-job-8".to_owned(),
    }
}

/// Every request is answered with a redirect to `target`.
#[expect(clippy::disallowed_methods, reason = "a test ends its own tasks")]
fn redirector(target: String) -> String {
    let listener = Listener::bind(([127, 0, 0, 1], 0).into(), None, &[]).unwrap();
    let url = format!("http://{}", listener.address().unwrap());
    let router = Router::new().fallback(any(async move || Redirect::temporary(&target)));
    tokio::spawn(listener.serve(router, std::future::pending()));
    url
}

#[tokio::test]
async fn a_message_reaches_the_twilio_shaped_gateway() {
    let gateway = SmsGateway::start();
    let sender = twilio(&gateway);
    assert!(
        sender
            .probe()
            .await
            .unwrap()
            .contains("accepts the account")
    );
    sender.send(&message("+4915112345678")).await.unwrap();
    let got = gateway
        .wait_for(|m| m.to == "+4915112345678", Duration::from_secs(5))
        .await;
    assert_eq!(got.body, "123456 ist Ihr Code für Müller & Söhne");
    assert_eq!(got.from, "+4915100000000");
}

#[tokio::test]
async fn twilio_refusals_are_final_and_keep_the_number_to_themselves() {
    let gateway = SmsGateway::start();
    let error = twilio(&gateway)
        .send(&message(INVALID_NUMBER))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, SendError::Permanent(why) if why.contains("400") && why.contains("21211")),
        "{error}"
    );
    assert!(!error.to_string().contains(INVALID_NUMBER));
    let wrong = sender(twilio_settings(&gateway.base_url(), "wrong")).unwrap();
    for result in [
        wrong.send(&message("+4915112345678")).await,
        wrong.probe().await.map(drop),
    ] {
        let error = result.unwrap_err();
        assert!(
            matches!(&error, SendError::Retry(why) if why.contains("401") && why.contains("token")),
            "{error}"
        );
        assert!(!error.to_string().contains(ACCOUNT_SID));
    }
    assert!(gateway.messages().is_empty());
}

// case: PH-01, PH-04
#[tokio::test]
async fn ph_04_only_listed_countries_are_written_to() {
    let gateway = SmsGateway::start();
    let sender = twilio(&gateway);
    for number in [
        "+18765550123",
        "+14735550123",
        "+4366412345678",
        "+88212345678",
        "junk",
    ] {
        let error = sender.send(&message(number)).await.unwrap_err();
        assert!(
            matches!(&error, SendError::Permanent(why) if why.contains("sms.countries")),
            "{error}"
        );
        assert!(!error.to_string().contains(number));
    }
    assert_eq!(gateway.attempts(), 0);
}

#[tokio::test]
async fn rl_07_a_gateway_in_trouble_is_tried_again_later() {
    let gateway = SmsGateway::start();
    let sender = twilio(&gateway);
    for failure in [
        SmsFailure::Status(500),
        SmsFailure::Status(503),
        SmsFailure::TooManyRequests {
            retry_after_seconds: 5,
        },
        SmsFailure::Slow(Duration::from_secs(5)),
    ] {
        gateway.fail(Some(failure));
        let error = sender.send(&message("+4915112345678")).await.unwrap_err();
        assert!(matches!(error, SendError::Retry(_)), "{failure:?}: {error}");
    }
    gateway.fail(None);
    gateway.stop();
    let error = sender.send(&message("+4915112345678")).await.unwrap_err();
    assert!(matches!(error, SendError::Retry(_)), "{error}");
    assert!(
        !error.to_string().contains("127.0.0.1") || !error.to_string().contains(ACCOUNT_SID),
        "{error}"
    );
    gateway.restart();
    sender.send(&message("+4915112345678")).await.unwrap();
}

#[tokio::test]
async fn a_webhook_request_is_signed_over_its_time_and_body() {
    let gateway = SmsGateway::start();
    let sender = sender(webhook_settings(&gateway.hook_url(), "true")).unwrap();
    sender.send(&message("+4915112345678")).await.unwrap();
    let got = gateway
        .wait_for(|m| m.to == "+4915112345678", Duration::from_secs(5))
        .await;
    assert_eq!(got.body, "123456 ist Ihr Code für Müller & Söhne");
    assert_eq!(got.headers["idempotency-key"], "0190c3e2-job-8");
    assert!(got.headers["content-type"].starts_with("application/json"));
    let header = &got.headers["keyward-signature"];
    let seconds: i64 = header
        .split_once("t=")
        .unwrap()
        .1
        .split_once(',')
        .unwrap()
        .0
        .parse()
        .unwrap();
    let secret = Secret::new(SECRET.to_owned());
    assert_eq!(*header, signature(&secret, seconds, &got.raw));
    assert_ne!(
        *header,
        signature(&secret, seconds, &got.raw.replace("123456", "654321"))
    );
    assert_ne!(*header, signature(&secret, seconds + 1, &got.raw));
    let age = jiff::Timestamp::now().as_second() - seconds;
    assert!((0..60).contains(&age));
}

#[tokio::test]
async fn in_21_redirects_are_not_followed() {
    let gateway = SmsGateway::start();
    let away = redirector(gateway.hook_url());
    let hook = sender(webhook_settings(&away, "true")).unwrap();
    let twilio = sender(twilio_settings(&away, AUTH_TOKEN)).unwrap();
    for sender in [hook, twilio] {
        let error = sender.send(&message("+4915112345678")).await.unwrap_err();
        assert!(
            matches!(&error, SendError::Retry(why) if why.contains("redirect")),
            "{error}"
        );
    }
    assert_eq!(gateway.attempts(), 0);
}

#[tokio::test]
async fn in_21_a_webhook_does_not_lead_into_private_networks() {
    for url in [
        "http://127.0.0.1:9/",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:127.0.0.1]/",
        "https://0x7f.1/",
        "https://[fd00:ec2::254]/",
    ] {
        let refusal = sender(webhook_settings(url, "false"))
            .err()
            .expect(url)
            .to_string();
        assert!(refusal.contains("private address"), "{refusal}");
    }
    // A name is looked at when it is resolved, as part of connecting.
    let gateway = SmsGateway::start();
    let url = gateway.hook_url().replace("127.0.0.1", "localhost");
    let guarded = sender(webhook_settings(&url, "false")).unwrap();
    let error = guarded
        .send(&message("+4915112345678"))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("leads to the private address"), "{error}");
    assert_eq!(gateway.attempts(), 0);
    let allowed = sender(webhook_settings(&url, "true")).unwrap();
    allowed.send(&message("+4915112345678")).await.unwrap();
}
