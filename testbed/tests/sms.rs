//! The gateway for text messages, spoken to over plain TCP.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use keyward_testbed::sms::{ACCOUNT_SID, AUTH_TOKEN, Door, INVALID_NUMBER, SmsFailure, SmsGateway};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(10);
const FORM: &str = "To=%2B4915112345678&From=%2B15005550006&Body=Your+code+is+042137";

struct Answer {
    status: u16,
    head: String,
    json: Value,
}

fn request(sms: &SmsGateway, method: &str, path: &str, header: &str, body: &str) -> Answer {
    let host = sms.base_url().replace("http://", "");
    let mut stream = TcpStream::connect(&host).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{header}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head[9..12].parse().unwrap(),
        head: head.to_lowercase(),
        json: serde_json::from_str(body).unwrap_or_default(),
    }
}

fn send_as(sms: &SmsGateway, password: &str, form: &str) -> Answer {
    let pair =
        base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT_SID}:{password}"));
    let header =
        format!("Authorization: Basic {pair}\r\nContent-Type: application/x-www-form-urlencoded");
    let path = format!("/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json");
    request(sms, "POST", &path, &header, form)
}

fn send(sms: &SmsGateway, form: &str) -> Answer {
    send_as(sms, AUTH_TOKEN, form)
}

#[tokio::test]
async fn a_message_is_taken_as_twilio_takes_it() {
    let sms = SmsGateway::start();
    let answer = send(&sms, FORM);
    assert_eq!(
        (answer.status, &answer.json["status"]),
        (201, &"queued".into())
    );
    assert!(answer.json["sid"].as_str().unwrap().starts_with("SM"));
    let got = sms.wait_for(|sms| sms.to == "+4915112345678", SOON).await;
    assert_eq!(
        (got.door, got.code(), got.from),
        (Door::Twilio, "042137".into(), "+15005550006".into())
    );
    assert_eq!(got.raw, FORM);
}

#[test]
fn refusals_have_twilios_codes_and_take_nothing() {
    let sms = SmsGateway::start();
    let invalid = FORM.replace("%2B4915112345678", &INVALID_NUMBER.replace('+', "%2B"));
    for (answer, status, code) in [
        (send_as(&sms, "wrong", FORM), 401, 20_003),
        (send(&sms, &FORM.replace("%2B49", "0")), 400, 21_211),
        (send(&sms, &invalid), 400, 21_211),
        (send(&sms, "From=%2B15005550006&Body=x"), 400, 21_604),
        (send(&sms, "To=%2B4915112345678&Body=x"), 400, 21_603),
        (
            send(&sms, "To=%2B4915112345678&MessagingServiceSid=MG1"),
            400,
            21_602,
        ),
    ] {
        assert_eq!(
            (answer.status, &answer.json["code"]),
            (status, &code.into())
        );
        assert_eq!(answer.json["status"], status);
        assert!(answer.json["message"].is_string());
    }
    assert_eq!((sms.messages().len(), sms.attempts()), (0, 6));
}

#[test]
fn credentials_can_be_checked_without_sending() {
    let sms = SmsGateway::start();
    let path = format!("/2010-04-01/Accounts/{ACCOUNT_SID}.json");
    let check = |password: &str| {
        let pair = format!("{ACCOUNT_SID}:{password}");
        let pair = base64::engine::general_purpose::STANDARD.encode(pair);
        request(
            &sms,
            "GET",
            &path,
            &format!("Authorization: Basic {pair}"),
            "",
        )
    };
    let good = check(AUTH_TOKEN);
    assert_eq!((good.status, &good.json["status"]), (200, &"active".into()));
    assert_eq!(check("wrong").status, 401);
}

#[test]
fn the_webhook_keeps_what_a_signature_is_made_of() {
    let sms = SmsGateway::start();
    let body = r#"{"to": "+4915112345678", "text": "Code 12345678"}"#;
    let header = "Content-Type: application/json\r\nX-Signature: sha256=abc";
    assert_eq!(request(&sms, "POST", "/hook", header, body).status, 202);
    let got = &sms.messages()[0];
    assert_eq!(
        (got.door, got.raw.as_str(), got.code()),
        (Door::Webhook, body, "12345678".into())
    );
    assert_eq!(got.headers["x-signature"], "sha256=abc");
    assert_eq!(request(&sms, "GET", "/hook", "X: y", "").status, 405);
}

#[test]
fn it_fails_as_told() {
    let sms = SmsGateway::start();
    sms.fail(Some(SmsFailure::Status(500)));
    assert_eq!(send(&sms, FORM).status, 500);
    sms.fail(Some(SmsFailure::TooManyRequests {
        retry_after_seconds: 17,
    }));
    let answer = send(&sms, FORM);
    assert_eq!((answer.status, &answer.json["code"]), (429, &20_429.into()));
    assert!(answer.head.contains("retry-after: 17"), "{}", answer.head);
    assert_eq!(sms.messages().len(), 0);
    sms.fail(Some(SmsFailure::Slow(Duration::from_millis(100))));
    assert_eq!(send(&sms, FORM).status, 201);
    sms.fail(None);
    assert_eq!(send(&sms, FORM).status, 201);

    sms.stop();
    assert!(TcpStream::connect(sms.base_url().replace("http://", "")).is_err());
    sms.restart();
    assert_eq!(send(&sms, FORM).status, 201);
    assert_eq!(sms.messages().len(), 3);
    sms.clear();
    assert_eq!(sms.messages().len(), 0);
}
