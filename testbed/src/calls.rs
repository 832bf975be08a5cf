//! A gateway for calls that speaks Twilio's HTTP API, and a plain webhook beside it. Who is called does what the test
//! says: they press a key, or they are a mailbox that presses none.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, Form, FromRequest, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use ring::hmac;
use serde_json::{Value, json};

use crate::sms::{AUTH_TOKEN, Door, Running, content_type, error, is_number, listen, unauthorised};

/// A call as the gateway took it.
#[derive(Debug, Clone)]
pub struct ReceivedCall {
    /// By which door it came.
    pub door: Door,
    /// Who is called.
    pub to: String,
    /// Who calls.
    pub from: String,
    /// What is dialled once it is answered: `SendDigits`; `extension` of the webhook's JSON.
    pub dialled: String,
    /// The document that it begins with; the webhook's JSON.
    pub document: String,
    /// The header `Keyward-Signature`.
    pub signature: String,
}

impl ReceivedCall {
    /// What somebody hears who presses nothing, as a mailbox does.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        said(&self.document)
    }

    /// Where the key goes that is pressed.
    ///
    /// # Panics
    /// When no key is gathered.
    #[must_use]
    pub fn answer_url(&self) -> String {
        let after = self.document.split("action=\"").nth(1);
        let url = after.and_then(|rest| rest.split('"').next());
        let url = url.unwrap_or_else(|| panic!("no key is gathered: {self:#?}"));
        url.replace("&amp;", "&")
    }

    /// Presses a key, and hears the code that is said then.
    ///
    /// # Panics
    /// When none is said.
    #[must_use]
    pub fn code(&self) -> String {
        let (status, document) = press(&self.answer_url(), "1", AUTH_TOKEN);
        assert_eq!(status, 200, "{document}");
        code_of(&said(&document))
    }
}

/// The digits that are said one by one, once.
///
/// # Panics
/// When there are none.
#[must_use]
pub fn code_of(parts: &[String]) -> String {
    let is_digit = |part: &&String| part.len() == 1 && part.as_bytes()[0].is_ascii_digit();
    let digits = parts.iter().skip_while(|part| !is_digit(part));
    let code: String = digits.take_while(is_digit).cloned().collect();
    assert!(!code.is_empty(), "no digits are said: {parts:#?}");
    code
}

/// What a document says, part by part.
#[must_use]
pub fn said(document: &str) -> Vec<String> {
    let parts = document.split("<Say ").skip(1);
    parts
        .filter_map(|part| part.split_once('>')?.1.split("</Say>").next())
        .map(str::to_owned)
        .collect()
}

/// Posts to the address that a call gave, as the gateway does when somebody pressed these keys, signed with this token;
/// the status and the body of the answer.
///
/// # Panics
/// When nothing answers there.
#[must_use]
pub fn press(url: &str, keys: &str, token: &str) -> (u16, String) {
    let form = [("CallSid", "CA0123"), ("Digits", keys)];
    let mut signed = url.to_owned();
    let mut body = Vec::new();
    for (name, value) in form {
        signed.push_str(name);
        signed.push_str(value);
        body.push(format!("{name}={}", value.replace('#', "%23")));
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(tag);
    let rest = url.strip_prefix("http://").expect("http to this machine");
    let (host, path) = rest.split_once('/').expect("a path");
    let body = body.join("&");
    let mut stream = TcpStream::connect(host).expect("the server to listen");
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Twilio-Signature: {signature}\r\n\
         Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("to ask");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.get(9..12).and_then(|s| s.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    (
        status.expect("a status"),
        body.unwrap_or_default().to_owned(),
    )
}

type Store = Arc<Mutex<Vec<ReceivedCall>>>;

/// The gateway. Dropping it ends it.
#[derive(Debug)]
pub struct CallGateway {
    calls: Store,
    address: SocketAddr,
    running: Option<Running>,
}

impl CallGateway {
    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When the machine has no free port.
    #[must_use]
    pub fn start() -> Self {
        let calls = Store::default();
        let app = Router::new()
            .route(
                "/2010-04-01/Accounts/{account}/Calls.json",
                post(twilio_call),
            )
            .route("/2010-04-01/Accounts/{account}", get(twilio_account))
            .route("/hook", post(hook))
            .layer(DefaultBodyLimit::max(1 << 20))
            .with_state(Arc::clone(&calls));
        let (address, running) = listen(app, (Ipv4Addr::LOCALHOST, 0).into());
        Self {
            calls,
            address,
            running: Some(running),
        }
    }

    /// `http://127.0.0.1:PORT`, to stand in for the provider's own address.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address of the plain webhook.
    #[must_use]
    pub fn hook_url(&self) -> String {
        format!("{}/hook", self.base_url())
    }

    /// What it has taken, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<ReceivedCall> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.clone()
    }

    /// Waits until it has taken this many calls; the last of them.
    ///
    /// # Panics
    /// When they don't come in time.
    pub async fn wait_for(&self, count: usize, timeout: Duration) -> ReceivedCall {
        let deadline = Instant::now() + timeout;
        loop {
            let all = self.calls();
            if let Some(call) = count.checked_sub(1).and_then(|at| all.get(at)) {
                return call.clone();
            }
            assert!(
                Instant::now() < deadline,
                "{} of {count} calls came: {all:#?}",
                all.len()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for CallGateway {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.end();
        }
    }
}

fn keep(calls: &Store, call: ReceivedCall) {
    let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
    calls.push(call);
}

async fn twilio_call(
    State(calls): State<Store>,
    Path(account): Path<String>,
    headers: HeaderMap,
    raw: String,
) -> Response {
    if let Some(refused) = unauthorised(&account, &headers) {
        return refused;
    }
    let request = axum::http::Request::builder()
        .method("POST")
        .header(header::CONTENT_TYPE, content_type(&headers))
        .body(axum::body::Body::from(raw))
        .expect("the request as it came");
    let form = match Form::<HashMap<String, String>>::from_request(request, &()).await {
        Ok(Form(form)) => form,
        Err(rejection) => return error(StatusCode::BAD_REQUEST, 20_001, &rejection.body_text()),
    };
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (to, from, document) = (field("To"), field("From"), field("Twiml"));
    if !is_number(&to) {
        let message = format!("Phone number {to} is not valid");
        return error(StatusCode::BAD_REQUEST, 21_211, &message);
    }
    if !is_number(&from) {
        let message = "The source phone number provided is not yet verified for your account.";
        return error(StatusCode::BAD_REQUEST, 21_210, message);
    }
    if !document.starts_with("<?xml") || document.len() > 4_000 {
        return error(StatusCode::BAD_REQUEST, 21_205, "Twiml is not valid");
    }
    keep(
        &calls,
        ReceivedCall {
            door: Door::Twilio,
            to: to.clone(),
            from,
            dialled: field("SendDigits"),
            document,
            signature: String::new(),
        },
    );
    (
        StatusCode::CREATED,
        Json(json!({"sid": "CA0123", "to": to, "status": "queued"})),
    )
        .into_response()
}

async fn twilio_account(Path(account): Path<String>, headers: HeaderMap) -> Response {
    let account = account.strip_suffix(".json").unwrap_or_default();
    if let Some(refused) = unauthorised(account, &headers) {
        return refused;
    }
    Json(json!({"sid": account, "status": "active", "type": "Full"})).into_response()
}

async fn hook(State(calls): State<Store>, headers: HeaderMap, raw: String) -> Response {
    let json: Value = serde_json::from_str(&raw).unwrap_or_default();
    let field = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let signature = headers.get("keyward-signature");
    keep(
        &calls,
        ReceivedCall {
            door: Door::Webhook,
            to: field("to"),
            from: String::new(),
            dialled: field("extension"),
            document: raw.clone(),
            signature: signature
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
        },
    );
    StatusCode::ACCEPTED.into_response()
}
