//! Mail by SMTP, with TLS that is never optional.
//!
//! STARTTLS means "required": a server that doesn't offer it, or somebody in between who hides the offer, gets no
//! mail (IN-14). Headers are built by typed builders, and text that lands in one has its control characters replaced
//! first, so that a name can't add a header or a recipient (IN-12).

use crate::complaint::Complaint;
use crate::config::{Encryption, Smtp};
use async_trait::async_trait;
use keyward_app::ports::{Mailer, OutgoingMail, SendError};
use keyward_core::text::{MailAddress, is_unprintable};
use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::time::Duration;
use tokio::sync::OnceCell;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Replies about recipient or content (RFC 5321 4.2.3, RFC 7504, RFC 6531): no such mailbox, not here, too large, refused
/// name, refused content. The other 5xx are about us: sign-in, encryption, commands.
const ABOUT_THE_MAIL: [u16; 7] = [550, 551, 552, 553, 554, 555, 556];

/// Hands mail to one server.
pub struct SmtpMailer {
    settings: Smtp,
    from: Address,
    authorities: Option<Vec<u8>>,
    // Reading the system's authorities takes a while and some memory: at the first mail, not at the start.
    transport: OnceCell<Transport>,
}

impl SmtpMailer {
    /// With these settings; nothing is connected yet.
    pub fn new(settings: Smtp) -> Result<Self, Complaint> {
        let from = settings.from.parse().map_err(|error| {
            Complaint::new(
                format!("\"{}\" can't be a sender: {error}", settings.from),
                "`smtp.from`",
                "write an address alone, as no-reply@example.org",
            )
        })?;
        let authorities = settings.ca_file.as_ref().map(|path| {
            let unusable = |why: String| {
                Complaint::new(
                    format!("the certificate authorities for mail can't be used: {why}"),
                    format!("`smtp.ca_file`, {}", path.display()),
                    "give the path of a PEM file with -----BEGIN CERTIFICATE----- in it",
                )
            };
            let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
            Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
            if String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
                Ok(pem)
            } else {
                Err(unusable("no certificate is in it".to_owned()))
            }
        });
        let authorities = authorities.transpose()?;
        Ok(Self {
            settings,
            from,
            authorities,
            transport: OnceCell::new(),
        })
    }

    async fn transport(&self) -> Result<&Transport, SendError> {
        self.transport
            .get_or_try_init(async || self.build().map_err(|e| self.classify(&e)))
            .await
    }

    fn build(&self) -> Result<Transport, Error> {
        let tls = match self.settings.encryption {
            Encryption::StartTls => Tls::Required(self.tls_parameters()?),
            Encryption::Implicit => Tls::Wrapper(self.tls_parameters()?),
            // The settings allow this for a loopback host only.
            Encryption::None => Tls::None,
        };
        let mut builder = Transport::builder_dangerous(&self.settings.host)
            .port(self.settings.port)
            .tls(tls)
            .timeout(Some(self.settings.timeout))
            .pool_config(
                PoolConfig::new()
                    .max_size(4)
                    .idle_timeout(Duration::from_mins(1)),
            );
        if let Some((user, password)) = &self.settings.credentials {
            let password = password.expose().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(builder.build())
    }

    fn tls_parameters(&self) -> Result<TlsParameters, Error> {
        let mut builder = TlsParameters::builder(self.settings.host.clone());
        if let Some(pem) = &self.authorities {
            builder = builder
                .certificate_store(CertificateStore::None)
                .add_root_certificate(Certificate::from_pem(pem)?);
        }
        builder.build_rustls()
    }

    /// The whole mail, headers and all.
    fn compose(&self, mail: &OutgoingMail) -> Result<(Envelope, Vec<u8>), SendError> {
        let refused = |why: &str| SendError::Permanent(format!("the recipient's address {why}"));
        // Parsed again, whoever has parsed it before: here is where a second recipient would be made.
        MailAddress::parse(&mail.to).map_err(|fault| refused(&fault.to_string()))?;
        if mail.to.trim() != mail.to {
            return Err(refused("is malformed"));
        }
        let to: Address = mail.to.parse().map_err(|_| refused("is malformed"))?;
        let envelope = Envelope::new(Some(self.from.clone()), vec![to.clone()])
            .map_err(|_| refused("is malformed"))?;
        let message = Message::builder()
            .from(Mailbox::new(
                Some(one_line(&mail.from_name)),
                self.from.clone(),
            ))
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject))
            .message_id(Some(self.message_id(&mail.idempotency_key)))
            // RFC 3834: no vacation notice comes back, and no mailing list takes this for a person's mail.
            .header(AutoSubmitted)
            .header(SuppressReplies)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|error| SendError::Permanent(format!("the mail can't be built: {error}")))?;
        Ok((envelope, message.formatted()))
    }

    /// The same for each delivery of one job, so that mailboxes and relays can drop the second.
    fn message_id(&self, key: &str) -> String {
        let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let mut id = String::with_capacity(64);
        if plain && (8..=64).contains(&key.len()) {
            id.push_str(key);
        } else {
            for byte in &Sha256::digest(key.as_bytes())[..16] {
                let _ = write!(id, "{byte:02x}");
            }
        }
        format!("<{id}@{}>", self.from.domain())
    }

    fn server(&self) -> String {
        format!("{}:{}", self.settings.host, self.settings.port)
    }

    /// Only what is wrong with this one mail is final. Everything else may pass: 4xx, no connection, a certificate that
    /// is being replaced, and a password that the server doesn't take (any more): once it is mended, all that waited
    /// leaves.
    fn classify(&self, error: &Error) -> SendError {
        let text = format!(
            "mail server {}: {}",
            self.server(),
            without_addresses(&one_line(&error.to_string()))
        );
        let code = error.status().map(u16::from);
        if code.is_some_and(|code| ABOUT_THE_MAIL.contains(&code)) {
            SendError::Permanent(text)
        } else {
            SendError::Retry(text)
        }
    }

    async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, SendError> {
        // Lettre's own timeout ends each step; this one ends the sum of them.
        match tokio::time::timeout(self.settings.timeout, work).await {
            Ok(result) => result.map_err(|error| self.classify(&error)),
            Err(_) => Err(SendError::Retry(format!(
                "mail server {}: no answer within {} s",
                self.server(),
                self.settings.timeout.as_secs()
            ))),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        let (envelope, bytes) = self.compose(mail)?;
        let transport = self.transport().await?;
        self.within(transport.send_raw(&envelope, &bytes))
            .await
            .map(drop)
    }

    async fn probe(&self) -> Result<String, SendError> {
        let transport = self.transport().await?;
        if !self.within(transport.test_connection()).await? {
            return Err(SendError::Retry(format!(
                "mail server {} hung up",
                self.server()
            )));
        }
        let protection = match self.settings.encryption {
            Encryption::StartTls => "STARTTLS, certificate verified",
            Encryption::Implicit => "TLS, certificate verified",
            Encryption::None => "without encryption, on this machine",
        };
        let login = match &self.settings.credentials {
            Some((user, _)) => format!("signed in as {user}"),
            None => "no sign-in".to_owned(),
        };
        Ok(format!("{} answers ({protection}; {login})", self.server()))
    }
}

/// What a server says, with the mailboxes in it masked: it quotes whom it refuses, and this goes to the log and to
/// Deliveries (L-04).
fn without_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "<>()[]\"',;=:".contains(c)) {
        if !word.contains('@') {
            out.push_str(word);
            continue;
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let (before, after) = word.split_once(bare).unwrap_or(("", ""));
        let masked = MailAddress::parse(bare).map(|address| address.masked());
        out.push_str(before);
        out.push_str(masked.as_deref().unwrap_or("***@***"));
        out.push_str(after);
    }
    out
}

/// Text for a header: control and direction characters become spaces. The builders encode the rest.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if is_unprintable(c) { ' ' } else { c })
        .collect()
}

#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Exchange knows this one instead.
#[derive(Clone)]
struct SuppressReplies;

impl Header for SuppressReplies {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "All".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn l_04_addresses_in_what_a_server_says_are_masked_and_its_codes_stay() {
        for (said, kept) in [
            (
                "permanent error (550): 5.1.1 <ada@home.example>: Recipient address rejected",
                "permanent error (550): 5.1.1 <a***@h***.example>: Recipient address rejected",
            ),
            (
                "550 5.1.1 ada@home.example... User unknown",
                "550 5.1.1 a***@h***.example... User unknown",
            ),
            ("554 to=ada@home.example:", "554 to=a***@h***.example:"),
            (
                "450 4.2.0 greylisted, see http://example.org/?a",
                "450 4.2.0 greylisted, see http://example.org/?a",
            ),
            ("551 \u{fc}@\u{fc}@x", "551 ***@***"),
        ] {
            assert_eq!(without_addresses(said), kept);
        }
    }
}
