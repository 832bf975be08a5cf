//! The outside world: mail and text messages are caught here.

use crate::ports::{
    BreachList, Mailer, OutgoingCall, OutgoingMail, OutgoingSms, SendError, SmsSender, VoiceCaller,
};
use async_trait::async_trait;
use keyward_core::password::Prepared;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A mail that left.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// The name in front of the sender's address.
    pub from_name: String,
    /// The subject.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The same for a repeated delivery.
    pub key: String,
}

/// A text message that left.
#[derive(Debug, Clone)]
pub struct Sms {
    /// The number.
    pub to: String,
    /// The text.
    pub text: String,
    /// The same for a repeated delivery.
    pub key: String,
}

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Call {
    /// The number.
    pub to: String,
    /// What is dialled then.
    pub extension: Option<String>,
    /// The language.
    pub lang: &'static str,
    /// What is said first.
    pub ask: String,
    /// What is said once the key was pressed.
    pub say: Vec<String>,
    /// Where the gateway posts the key.
    pub answer_url: String,
    /// The same for a repeated delivery.
    pub key: String,
}

impl Call {
    /// The code that it says.
    #[must_use]
    pub fn code(&self) -> String {
        digits(&self.say)
    }

    /// What the answer URL ends with.
    #[must_use]
    pub fn token(&self) -> String {
        let last = self.answer_url.rsplit('/').next();
        last.unwrap_or_default().to_owned()
    }
}

/// The digits that are said, once.
fn digits(parts: &[String]) -> String {
    let is_digit = |part: &&String| part.len() == 1 && part.as_bytes()[0].is_ascii_digit();
    let said = parts.iter().skip_while(|part| !is_digit(part));
    said.take_while(is_digit).cloned().collect()
}

/// The code in a text: the first word of six to eight digits.
pub(super) fn code(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '+')
        .find(|w| (6..=8).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}

/// The links in a text.
pub(super) fn links(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter(|w| w.contains("://"))
        .map(str::to_owned)
        .collect()
}

impl Mail {
    /// The code in it.
    #[must_use]
    pub fn code(&self) -> String {
        code(&self.text).unwrap_or_else(|| panic!("a code in {self:#?}"))
    }

    /// The one link in it.
    #[must_use]
    pub fn link(&self) -> String {
        let links = links(&self.text);
        let [link] = &links[..] else {
            panic!("one link in {self:#?}")
        };
        link.clone()
    }

    /// What stands after the last slash of its link.
    #[must_use]
    pub fn token(&self) -> String {
        self.link()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

impl Sms {
    /// The code in it.
    #[must_use]
    pub fn code(&self) -> String {
        code(&self.text).unwrap_or_else(|| panic!("a code in {self:#?}"))
    }
}

struct Caught<T> {
    message: T,
    seen: bool,
}

/// What left the house, and how it goes wrong.
#[derive(Default)]
pub struct Outside {
    mails: Mutex<Vec<Caught<Mail>>>,
    texts: Mutex<Vec<Caught<Sms>>>,
    calls: Mutex<Vec<Caught<Call>>>,
    fault: Mutex<Option<SendError>>,
    hangs: AtomicBool,
    mail_hangs: AtomicBool,
    breached: Mutex<HashSet<String>>,
}

fn newest<T: Clone + std::fmt::Debug>(
    all: &Mutex<Vec<Caught<T>>>,
    what: &str,
    is: impl Fn(&T) -> bool,
) -> T {
    let mut all = all.lock().unwrap();
    let found = all.iter_mut().rev().find(|c| !c.seen && is(&c.message));
    if let Some(caught) = found {
        caught.seen = true;
        return caught.message.clone();
    }
    let there: Vec<_> = all.iter().map(|c| (&c.message, c.seen)).collect();
    panic!("no {what} that was not looked at; there are, looked at or not: {there:#?}");
}

fn rest<T: Clone>(all: &Mutex<Vec<Caught<T>>>) -> Vec<T> {
    let mut all = all.lock().unwrap();
    let mut rest = Vec::new();
    for caught in all.iter_mut().filter(|c| !c.seen) {
        caught.seen = true;
        rest.push(caught.message.clone());
    }
    rest
}

impl Outside {
    /// From now on every delivery ends like this; none: it works again.
    pub fn fail(&self, how: Option<SendError>) {
        *self.fault.lock().unwrap() = how;
    }

    /// From now on a delivery goes out and its caller never hears of it, as when the worker dies right then.
    pub fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, Ordering::SeqCst);
    }

    /// From now on the mail server, and it alone, takes nothing and says nothing.
    pub fn hang_mail(&self, hangs: bool) {
        self.mail_hangs.store(hangs, Ordering::SeqCst);
    }

    /// From now on this password is known from a breach.
    pub fn breach(&self, password: &str) {
        self.breached.lock().unwrap().insert(password.to_owned());
    }

    async fn after_sending(&self) {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }

    /// The newest mail to an address that was not looked at yet.
    pub fn mail_to(&self, address: &str) -> Mail {
        newest(&self.mails, &format!("mail to {address}"), |m: &Mail| {
            m.to == address
        })
    }

    /// The newest text message to a number that was not looked at yet.
    pub fn sms_to(&self, number: &str) -> Sms {
        newest(&self.texts, &format!("message to {number}"), |m: &Sms| {
            m.to == number
        })
    }

    /// The newest call to a number that was not looked at yet.
    pub fn call_to(&self, number: &str) -> Call {
        newest(&self.calls, &format!("call to {number}"), |c: &Call| {
            c.to == number
        })
    }

    /// Every call that was not looked at yet, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        rest(&self.calls)
    }

    /// Every mail that was not looked at yet, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        rest(&self.mails)
    }

    /// Every text message that was not looked at yet, oldest first.
    pub fn texts(&self) -> Vec<Sms> {
        rest(&self.texts)
    }

    /// How many mails and messages left, looked at or not.
    pub fn counts(&self) -> (usize, usize) {
        (
            self.mails.lock().unwrap().len(),
            self.texts.lock().unwrap().len(),
        )
    }

    /// What nobody looked at, in a line each.
    pub(super) fn unseen(&self) -> Vec<String> {
        let (mails, texts) = (self.mails.lock().unwrap(), self.texts.lock().unwrap());
        let calls = self.calls.lock().unwrap();
        let calls = calls.iter().filter(|c| !c.seen).map(|c| &c.message);
        let mails = mails.iter().filter(|c| !c.seen).map(|c| &c.message);
        let texts = texts.iter().filter(|c| !c.seen).map(|c| &c.message);
        mails
            .map(|m| format!("mail to {}: {}", m.to, m.subject))
            .chain(texts.map(|t| format!("message to {}: {}", t.to, t.text)))
            .chain(calls.map(|c| format!("call to {}: {}", c.to, c.ask)))
            .collect()
    }

    fn verdict(&self) -> Result<(), SendError> {
        self.fault.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

impl BreachList for Outside {
    fn contains(&self, password: &Prepared) -> bool {
        self.breached.lock().unwrap().contains(password.text())
    }
}

#[async_trait]
impl Mailer for Outside {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        self.verdict()?;
        if self.mail_hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let mail = mail.clone();
        self.mails.lock().unwrap().push(Caught {
            message: Mail {
                to: mail.to,
                from_name: mail.from_name,
                subject: mail.subject,
                text: mail.text,
                html: mail.html,
                key: mail.idempotency_key,
            },
            seen: false,
        });
        self.after_sending().await;
        Ok(())
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.verdict().map(|()| "caught in memory".into())
    }
}

/// No text message goes to this country.
const NOT_THERE: &str = "+41";

#[async_trait]
impl SmsSender for Outside {
    async fn send(&self, sms: &OutgoingSms) -> Result<(), SendError> {
        self.verdict()?;
        let sms = sms.clone();
        self.texts.lock().unwrap().push(Caught {
            message: Sms {
                to: sms.to,
                text: sms.text,
                key: sms.idempotency_key,
            },
            seen: false,
        });
        self.after_sending().await;
        Ok(())
    }

    fn can_text(&self, number: &str) -> bool {
        !number.starts_with(NOT_THERE)
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.verdict().map(|()| "caught in memory".into())
    }
}

/// What stands for a gateway's signature here.
pub const SIGNED: &str = "signed by the gateway";

#[async_trait]
impl VoiceCaller for Outside {
    async fn call(&self, call: &OutgoingCall) -> Result<(), SendError> {
        self.verdict()?;
        let call = call.clone();
        self.calls.lock().unwrap().push(Caught {
            message: Call {
                to: call.to,
                extension: call.extension,
                lang: call.lang,
                ask: call.ask,
                say: call.say,
                answer_url: call.answer_url,
                key: call.idempotency_key,
            },
            seen: false,
        });
        self.after_sending().await;
        Ok(())
    }

    fn can_call(&self, number: &str) -> bool {
        !number.starts_with(NOT_THERE)
    }

    fn pressed(&self, _url: &str, form: &[(String, String)], signature: &str) -> Option<String> {
        let pressed = form.iter().find(|(name, _)| name == "Digits");
        (signature == SIGNED).then(|| pressed.map(|(_, d)| d.clone()).unwrap_or_default())
    }

    fn says(&self, lang: &'static str, parts: &[String]) -> String {
        format!("{lang}: {}", parts.join(" | "))
    }

    async fn probe(&self) -> Result<String, SendError> {
        self.verdict().map(|()| "caught in memory".into())
    }
}
