//! A gateway for text messages that speaks Twilio's HTTP API, and a plain webhook beside it.
//!
//! It runs on a thread with a runtime of its own, so that it answers whatever the test's runtime is doing.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, Form, FromRequest, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use serde_json::{Value, json};
use tokio::net::TcpSocket;
use tokio::sync::oneshot;

/// The account that the gateway knows.
pub const ACCOUNT_SID: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
/// Its password.
pub const AUTH_TOKEN: &str = "test-auth-token-0123456789abcdef";

/// Twilio's own number that is never valid; the gateway refuses it as Twilio does.
pub const INVALID_NUMBER: &str = "+15005550001";

/// By which door a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `POST /2010-04-01/Accounts/{sid}/Messages.json`.
    Twilio,
    /// `POST /hook`.
    Webhook,
}

/// A message as the gateway took it.
#[derive(Debug, Clone)]
pub struct ReceivedSms {
    /// By which door it came.
    pub door: Door,
    /// The recipient: the form's `To`, or `to` of the webhook's JSON.
    pub to: String,
    /// The sender: `From` or `MessagingServiceSid`; `from` of the webhook's JSON.
    pub from: String,
    /// The text: `Body`; `text`, `body` or `message` of the webhook's JSON.
    pub body: String,
    /// The request's headers, names in lower case.
    pub headers: HashMap<String, String>,
    /// The request's body, byte for byte: what a signature is made of.
    pub raw: String,
}

impl ReceivedSms {
    /// The code in the text.
    ///
    /// # Panics
    /// When there is none; the message has the text.
    #[must_use]
    pub fn code(&self) -> String {
        crate::find_code(&self.body).unwrap_or_else(|| panic!("no code in this SMS: {self:#?}"))
    }
}

/// How the gateway misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmsFailure {
    /// It answers with this status, and has not taken the message.
    Status(u16),
    /// It answers 429, with this many seconds of Retry-After.
    TooManyRequests {
        /// The value of Retry-After.
        retry_after_seconds: u32,
    },
    /// It takes the message, but answers only after this time: a client that gives up before has a lost answer.
    Slow(Duration),
}

/// The gateway. Dropping it ends it.
#[derive(Debug)]
pub struct SmsGateway {
    shared: Arc<Mutex<Shared>>,
    address: SocketAddr,
    running: Mutex<Option<Running>>,
}

/// A server on a thread of its own.
#[derive(Debug)]
pub(crate) struct Running {
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    messages: Vec<ReceivedSms>,
    attempts: usize,
    failure: Option<SmsFailure>,
}

type Store = Arc<Mutex<Shared>>;

impl SmsGateway {
    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When the machine has no free port.
    #[must_use]
    pub fn start() -> Self {
        let shared = Store::default();
        let (address, running) = serve(&shared, (Ipv4Addr::LOCALHOST, 0).into());
        Self {
            shared,
            address,
            running: Mutex::new(Some(running)),
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
    pub fn messages(&self) -> Vec<ReceivedSms> {
        lock(&self.shared).messages.clone()
    }

    /// How many requests to send it has seen, refused ones included.
    #[must_use]
    pub fn attempts(&self) -> usize {
        lock(&self.shared).attempts
    }

    /// Forgets what it has taken.
    pub fn clear(&self) {
        lock(&self.shared).messages.clear();
    }

    /// Waits for a message.
    ///
    /// # Panics
    /// When none comes in time; the message says which did.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&ReceivedSms) -> bool,
        timeout: Duration,
    ) -> ReceivedSms {
        let deadline = Instant::now() + timeout;
        loop {
            let all = self.messages();
            if let Some(found) = all.iter().find(|sms| wanted(sms)) {
                return found.clone();
            }
            assert!(
                Instant::now() < deadline,
                "the SMS did not come. Received: {all:#?}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until it has seen this many requests to send, refused ones included.
    ///
    /// # Panics
    /// When they don't come in time.
    pub async fn wait_attempts(&self, count: usize, timeout: Duration) {
        let deadline = Instant::now() + timeout;
        while self.attempts() < count {
            assert!(
                Instant::now() < deadline,
                "{} of {count} attempts came",
                self.attempts()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Misbehaves from now on; `None` ends that.
    pub fn fail(&self, failure: Option<SmsFailure>) {
        lock(&self.shared).failure = failure;
    }

    /// Stops listening and cuts all connections: clients are refused until [`SmsGateway::restart`].
    pub fn stop(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(running) = running {
            running.end();
        }
    }

    /// Listens again, on the same port.
    ///
    /// # Panics
    /// When somebody else has taken the port meanwhile.
    pub fn restart(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = Some(serve(&self.shared, self.address).1);
        }
    }
}

impl Drop for SmsGateway {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    /// Stops listening and cuts all connections.
    pub(crate) fn end(self) {
        let _ = self.stop.send(());
        drop(self.thread.join());
    }
}

fn lock(shared: &Store) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(shared: &Store, address: SocketAddr) -> (SocketAddr, Running) {
    let app = Router::new()
        .route(
            "/2010-04-01/Accounts/{account}/Messages.json",
            post(twilio_send),
        )
        .route("/2010-04-01/Accounts/{account}", get(twilio_account))
        .route("/hook", post(hook))
        .layer(DefaultBodyLimit::max(1 << 20))
        .with_state(Arc::clone(shared));
    listen(app, address)
}

/// Serves on a thread with a runtime of its own.
pub(crate) fn listen(app: Router, address: SocketAddr) -> (SocketAddr, Running) {
    let (stop, stopped) = oneshot::channel();
    let (bound, wait_bound) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        runtime.block_on(async move {
            // The port is bound again right after a stop, while old connections linger.
            let socket = TcpSocket::new_v4().expect("a socket");
            socket.set_reuseaddr(true).expect("SO_REUSEADDR");
            socket.bind(address).expect("the port to be free");
            let listener = socket.listen(1024).expect("to listen");
            let _ = bound.send(listener.local_addr().expect("the address just bound"));
            tokio::select! {
                result = axum::serve(listener, app) => result.expect("to serve"),
                _ = stopped => {}
            }
        });
        runtime.shutdown_background();
    });
    let address = wait_bound.recv().expect("the gateway to listen");
    (address, Running { stop, thread })
}

async fn twilio_send(
    State(shared): State<Store>,
    Path(account): Path<String>,
    headers: HeaderMap,
    raw: String,
) -> Response {
    lock(&shared).attempts += 1;
    if let Some(refused) = unauthorised(&account, &headers) {
        return refused;
    }
    let failure = lock(&shared).failure;
    if let Some(answer) = failing(failure) {
        return answer;
    }
    let request = axum::http::Request::builder()
        .method("POST")
        .header(header::CONTENT_TYPE, content_type(&headers))
        .body(axum::body::Body::from(raw.clone()))
        .expect("the request as it came");
    let form = match Form::<HashMap<String, String>>::from_request(request, &()).await {
        Ok(Form(form)) => form,
        Err(rejection) => {
            return error(StatusCode::BAD_REQUEST, 21_602, &rejection.body_text());
        }
    };
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (to, body) = (field("To"), field("Body"));
    let from = if form.contains_key("From") {
        field("From")
    } else {
        field("MessagingServiceSid")
    };
    if to.is_empty() {
        return error(
            StatusCode::BAD_REQUEST,
            21_604,
            "A 'To' phone number is required.",
        );
    }
    if !is_number(&to) || to == INVALID_NUMBER {
        let message = format!("Invalid 'To' Phone Number: {to}");
        return error(StatusCode::BAD_REQUEST, 21_211, &message);
    }
    if from.is_empty() {
        return error(
            StatusCode::BAD_REQUEST,
            21_603,
            "A 'From' phone number is required.",
        );
    }
    if body.is_empty() {
        return error(StatusCode::BAD_REQUEST, 21_602, "Message body is required.");
    }
    if body.chars().count() > 1_600 {
        let message = "The concatenated message body exceeds the 1600 character limit.";
        return error(StatusCode::BAD_REQUEST, 21_617, message);
    }
    let count = keep(
        &shared,
        ReceivedSms {
            door: Door::Twilio,
            to: to.clone(),
            from: from.clone(),
            body: body.clone(),
            headers: plain(&headers),
            raw,
        },
    );
    slowly(failure).await;
    let service = form.get("MessagingServiceSid");
    let answer = json!({
        "sid": format!("SM{count:032x}"),
        "account_sid": account,
        "status": "queued",
        "direction": "outbound-api",
        "to": to,
        "from": form.get("From"),
        "messaging_service_sid": service,
        "body": body,
        "num_segments": "1",
        "error_code": null,
        "error_message": null,
        "uri": format!("/2010-04-01/Accounts/{account}/Messages/SM{count:032x}.json"),
    });
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn twilio_account(
    State(shared): State<Store>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(account) = account.strip_suffix(".json") else {
        return error(
            StatusCode::NOT_FOUND,
            20_404,
            "The requested resource was not found",
        );
    };
    if let Some(refused) = unauthorised(account, &headers) {
        return refused;
    }
    let failure = lock(&shared).failure;
    if let Some(answer) = failing(failure) {
        return answer;
    }
    slowly(failure).await;
    Json(json!({"sid": account, "status": "active", "type": "Full", "friendly_name": "Test"}))
        .into_response()
}

async fn hook(State(shared): State<Store>, headers: HeaderMap, raw: String) -> Response {
    let failure = {
        let mut shared = lock(&shared);
        shared.attempts += 1;
        shared.failure
    };
    if let Some(answer) = failing(failure) {
        return answer;
    }
    let json: Value = serde_json::from_str(&raw).unwrap_or_default();
    let field = |names: &[&str]| {
        let found = names.iter().find_map(|name| json[*name].as_str());
        found.unwrap_or_default().to_owned()
    };
    let count = keep(
        &shared,
        ReceivedSms {
            door: Door::Webhook,
            to: field(&["to"]),
            from: field(&["from"]),
            body: field(&["text", "body", "message"]),
            headers: plain(&headers),
            raw,
        },
    );
    slowly(failure).await;
    (StatusCode::ACCEPTED, Json(json!({"id": count.to_string()}))).into_response()
}

fn keep(shared: &Store, sms: ReceivedSms) -> usize {
    let mut shared = lock(shared);
    shared.messages.push(sms);
    shared.attempts
}

async fn slowly(failure: Option<SmsFailure>) {
    if let Some(SmsFailure::Slow(time)) = failure {
        tokio::time::sleep(time).await;
    }
}

fn failing(failure: Option<SmsFailure>) -> Option<Response> {
    match failure? {
        SmsFailure::Status(status) => {
            let status = StatusCode::from_u16(status).expect("a status of HTTP");
            Some(error(
                status,
                20_500,
                "An internal server error has occurred",
            ))
        }
        SmsFailure::TooManyRequests {
            retry_after_seconds,
        } => {
            let mut answer = error(StatusCode::TOO_MANY_REQUESTS, 20_429, "Too Many Requests");
            answer
                .headers_mut()
                .insert(header::RETRY_AFTER, retry_after_seconds.into());
            Some(answer)
        }
        SmsFailure::Slow(_) => None,
    }
}

pub(crate) fn unauthorised(account: &str, headers: &HeaderMap) -> Option<Response> {
    let pair = format!("{ACCOUNT_SID}:{AUTH_TOKEN}");
    let wanted = format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    );
    let given = headers
        .get(header::AUTHORIZATION)
        .map(HeaderValue::as_bytes);
    let good = account == ACCOUNT_SID && given == Some(wanted.as_bytes());
    (!good).then(|| error(StatusCode::UNAUTHORIZED, 20_003, "Authenticate"))
}

/// An error in Twilio's shape.
pub(crate) fn error(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "code": code,
        "message": message,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status.as_u16(),
    });
    (status, Json(body)).into_response()
}

pub(crate) fn is_number(to: &str) -> bool {
    to.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

pub(crate) fn content_type(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(header::CONTENT_TYPE).cloned();
    given.unwrap_or_else(|| HeaderValue::from_static(""))
}

pub(crate) fn plain(headers: &HeaderMap) -> HashMap<String, String> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}
