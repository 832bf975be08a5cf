//! How mail, text messages and calls leave.

use super::reader::Reader;
use super::url::is_loopback;
use keyward_core::phone::PhoneNumber;
use keyward_core::secret::Secret;
use keyward_core::text::MailAddress;
use reqwest::Url;
use std::path::PathBuf;
use std::time::Duration;

/// The mail server.
pub struct Smtp {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// User name and password; `None`: no authentication.
    pub credentials: Option<(String, Secret)>,
    /// The sender's address.
    pub from: String,
    /// The only authorities to trust; `None`: those of the system.
    pub ca_file: Option<PathBuf>,
    /// For one mail from connecting to its acceptance.
    pub timeout: Duration,
}

/// How a mail connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Upgraded before anything is said; no upgrade, no mail.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// Not at all: loopback only.
    None,
}

/// The way to phones, for text messages or for calls.
pub struct Sms {
    /// Whom to hand them to.
    pub gateway: Gateway,
    /// Where they may go.
    pub countries: Countries,
    /// For one message.
    pub timeout: Duration,
}

/// Which numbers may get messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Countries {
    /// Any.
    All,
    /// These, as ISO 3166 codes in capitals.
    Only(Vec<String>),
}

/// Whom messages are handed to.
pub enum Gateway {
    /// Twilio, or something that speaks its API.
    Twilio(Twilio),
    /// A URL of the operator's own.
    Webhook(Webhook),
}

/// An account at Twilio.
pub struct Twilio {
    /// The account: letters and digits, since it becomes part of a path.
    pub account_sid: String,
    /// Its token.
    pub auth_token: Secret,
    /// Who the message is from.
    pub sender: TwilioSender,
    /// Where the API is, without a slash at the end.
    pub base_url: String,
}

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TwilioSender {
    /// A number or a sender name.
    From(String),
    /// Chosen by a messaging service.
    Service(String),
}

/// A URL of the operator's own.
pub struct Webhook {
    /// Where to POST.
    pub url: Url,
    /// Signs the requests.
    pub secret: Secret,
    /// The URL may lead into private networks.
    pub allow_private: bool,
}

impl Smtp {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let host = reader.text("smtp.host").to_owned();
        if host.is_empty() {
            return None;
        }
        let encryption = reader.choice(
            "smtp.encryption",
            &[
                ("starttls", Encryption::StartTls),
                ("implicit", Encryption::Implicit),
                ("none", Encryption::None),
            ],
        );
        if encryption == Encryption::None && !is_loopback(&host) {
            reader.refuse(
                "smtp.encryption",
                format!("mail to {host} would cross the network in clear text, with codes in it"),
                "write starttls or implicit; none is for a mail server on this machine",
            );
        }
        let port = match (reader.number("smtp.port", 0..=65535), encryption) {
            (0, Encryption::StartTls) => 587,
            (0, Encryption::Implicit) => 465,
            (0, Encryption::None) => 25,
            (port, _) => port,
        };
        let from = reader.text("smtp.from").to_owned();
        if MailAddress::parse(&from).is_err() {
            let what = if from.is_empty() {
                "`smtp.from` is not set".to_owned()
            } else {
                format!("`smtp.from` is \"{from}\", which is no plain mail address")
            };
            reader.refuse(
                "smtp.from",
                what,
                "write an address alone, as no-reply@example.org",
            );
        }
        Some(Self {
            credentials: credentials(reader),
            ca_file: reader.path("smtp.ca_file"),
            timeout: reader.seconds("smtp.timeout_seconds", 1..=300),
            host,
            port,
            encryption,
            from,
        })
    }
}

fn credentials(reader: &mut Reader<'_>) -> Option<(String, Secret)> {
    let username = reader.text("smtp.username").to_owned();
    let complaints = reader.complaints.len();
    let password = reader.secret("smtp.password");
    if reader.complaints.len() > complaints {
        return None;
    }
    match (username.is_empty(), password) {
        (false, Some(password)) => Some((username, password)),
        (true, None) => None,
        (false, None) => {
            let what = "`smtp.username` is set without a password";
            reader.refuse(
                "smtp.password",
                what,
                "set smtp.password_file, or remove the user name",
            );
            None
        }
        (true, Some(_)) => {
            let what = "`smtp.password` is set without a user name";
            reader.refuse(
                "smtp.username",
                what,
                "set smtp.username, or remove the password",
            );
            None
        }
    }
}

impl Sms {
    /// Reads the section `sms` or `voice`, and calls what it sends so.
    pub(super) fn read(reader: &mut Reader<'_>, section: &str, what: &str) -> Option<Self> {
        #[derive(Clone, Copy)]
        enum Provider {
            None,
            Twilio,
            Webhook,
        }
        let provider = reader.choice(
            &format!("{section}.provider"),
            &[
                ("none", Provider::None),
                ("twilio", Provider::Twilio),
                ("webhook", Provider::Webhook),
            ],
        );
        let gateway = match provider {
            Provider::None => return None,
            Provider::Twilio => Twilio::read(reader, section).map(Gateway::Twilio),
            Provider::Webhook => Webhook::read(reader, section).map(Gateway::Webhook),
        };
        let countries = countries(reader, &format!("{section}.countries"), what);
        let timeout = reader.seconds(&format!("{section}.timeout_seconds"), 1..=120);
        Some(Self {
            gateway: gateway?,
            countries,
            timeout,
        })
    }
}

fn countries(reader: &mut Reader<'_>, name: &str, what: &str) -> Countries {
    let codes: Vec<String> = reader.list(name);
    if codes == ["*"] {
        return Countries::All;
    }
    if codes.is_empty() {
        reader.refuse(
            name,
            format!("no country is listed that {what} may go to"),
            "list them, as in countries = [\"DE\", \"AT\"]; [\"*\"] allows all",
        );
    }
    for code in &codes {
        if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_alphabetic()) {
            let fix = "write its two letters of ISO 3166, as DE or US";
            reader.refuse(name, format!("\"{code}\" is no country code"), fix);
        }
    }
    Countries::Only(
        codes
            .into_iter()
            .map(|code| code.to_ascii_uppercase())
            .collect(),
    )
}

impl Twilio {
    fn read(reader: &mut Reader<'_>, section: &str) -> Option<Self> {
        let account = format!("{section}.twilio.account_sid");
        let account_sid = reader.text(&account).to_owned();
        if account_sid.is_empty() || !account_sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let what = format!("`{account}` is \"{account_sid}\", not letters and digits");
            reader.refuse(&account, what, "copy the Account SID, which begins with AC");
        }
        let sender = match section {
            "sms" => sender(reader),
            _ => caller(reader),
        };
        let auth_token = required(reader, &format!("{section}.twilio.auth_token"), 1);
        let base_url = web_url(reader, &format!("{section}.twilio.base_url"))?;
        Some(Self {
            account_sid,
            auth_token: auth_token?,
            sender: sender?,
            base_url: base_url.as_str().trim_end_matches('/').to_owned(),
        })
    }
}

/// Who text messages are from.
fn sender(reader: &mut Reader<'_>) -> Option<TwilioSender> {
    let from = reader.text("sms.twilio.from").to_owned();
    let service = reader.text("sms.twilio.messaging_service_sid").to_owned();
    match (from.is_empty(), service.is_empty()) {
        (false, true) => Some(TwilioSender::From(from)),
        (true, false) => Some(TwilioSender::Service(service)),
        _ => {
            reader.refuse(
                "sms.twilio.from",
                "a message needs one sender",
                "set either sms.twilio.from or sms.twilio.messaging_service_sid",
            );
            None
        }
    }
}

/// Which number calls.
fn caller(reader: &mut Reader<'_>) -> Option<TwilioSender> {
    const NAME: &str = "voice.twilio.from";
    let from = reader.text(NAME).to_owned();
    if PhoneNumber::parse(&from).is_err() {
        let fix = "write a number of yours that may call, as +4930123456";
        reader.refuse(NAME, format!("`{NAME}` is \"{from}\", no number"), fix);
        return None;
    }
    Some(TwilioSender::From(from))
}

impl Webhook {
    fn read(reader: &mut Reader<'_>, section: &str) -> Option<Self> {
        let url = web_url(reader, &format!("{section}.webhook.url"));
        let secret = required(reader, &format!("{section}.webhook.secret"), 16);
        let allow_private = reader.flag(&format!("{section}.webhook.allow_private"));
        Some(Self {
            url: url?,
            secret: secret?,
            allow_private,
        })
    }
}

fn required(reader: &mut Reader<'_>, name: &str, least: usize) -> Option<Secret> {
    let complaints = reader.complaints.len();
    let secret = reader.secret(name);
    let length = secret
        .as_ref()
        .map_or(0, |secret| secret.expose().chars().count());
    if length < least && reader.complaints.len() == complaints {
        let what = if length == 0 {
            format!("`{name}` is not set")
        } else {
            format!("`{name}` is shorter than {least} characters")
        };
        reader.refuse(
            name,
            what,
            format!("set {name}_file to a file that holds it (chmod 600)"),
        );
    }
    secret
}

/// An https URL, or http to this machine.
fn web_url(reader: &mut Reader<'_>, name: &str) -> Option<Url> {
    let text = reader.text(name);
    let url = Url::parse(text).ok().filter(|url| {
        let host = url.host_str().unwrap_or_default();
        let plain = url.username().is_empty() && url.password().is_none() && !host.is_empty();
        plain && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(host))
    });
    if url.is_none() {
        reader.refuse(
            name,
            format!("`{name}` is \"{text}\""),
            "write a URL that begins with https:// (http:// only to this machine)",
        );
    }
    url
}
