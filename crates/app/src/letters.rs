//! What mails and text messages look like. Plain words first; the HTML says the same.

use crate::outbox::Payload;
use crate::texts::{Arg, Lang, Texts};
use crate::{Ctx, audit};
use keyward_core::challenge::Purpose;
use keyward_core::method::Destination;
use keyward_core::secret::Secret;
use keyward_core::time::Timestamp;
use keyward_core::user::User;

/// One mail before it has a language.
pub(crate) struct Letter<'a> {
    /// The message keys are `mail-<name>-subject`, `mail-<name>-text` (paragraphs by blank lines) and, with a link,
    /// `mail-<name>-link`; as a text message `sms-notice-<name>`.
    pub name: &'static str,
    pub args: Vec<Arg<'a>>,
    /// An argument that is a text itself, in the reader's language: its name and the key of the text.
    pub worded: Option<(&'static str, String)>,
    /// Where the one link leads.
    pub link: Option<String>,
}

/// A code on its way, before it has a language.
pub(crate) struct Code<'a> {
    pub purpose: Purpose,
    pub organisation: &'a str,
    pub minutes: u64,
    pub digits: &'a Secret,
}

impl Code<'_> {
    fn args(&self) -> Vec<Arg<'_>> {
        vec![
            ("code", self.digits.expose().into()),
            ("organisation", self.organisation.into()),
            ("minutes", self.minutes.into()),
        ]
    }

    /// As a text message: the code early, what it is for, no link.
    pub(crate) fn sms(&self, texts: &Texts, lang: Lang, to: &str) -> Payload {
        let key = format!("sms-code-{}", self.purpose.code());
        Payload::Sms {
            to: to.to_owned(),
            text: texts.with(lang, &key, &self.args()).into_owned(),
        }
    }

    /// As a call: who calls and why, and after a key press the digits one by one, twice.
    pub(crate) fn call(
        &self,
        texts: &Texts,
        lang: Lang,
        to: &Destination,
        answer_url: String,
    ) -> Payload {
        let key = format!("call-code-{}", self.purpose.code());
        Payload::Call {
            to: to.line().map(ToString::to_string).unwrap_or_default(),
            extension: match to {
                Destination::Office(desk) => desk.extension().map(str::to_owned),
                Destination::Phone(_) | Destination::Mail(_) => None,
            },
            lang: lang.tag().to_owned(),
            ask: texts.with(lang, &key, &self.args()).into_owned(),
            say: self.said(texts, lang),
            bye: texts.t(lang, "call-no-key").into_owned(),
            answer_url,
        }
    }

    /// What a call says once the key was pressed.
    pub(crate) fn said(&self, texts: &Texts, lang: Lang) -> Vec<String> {
        let text = |key: &str| texts.t(lang, key).into_owned();
        let digits = || self.digits.expose().chars().map(String::from);
        let mut said = vec![text("call-say")];
        said.extend(digits());
        said.push(text("call-again"));
        said.extend(digits());
        said.push(text("call-bye"));
        said
    }

    /// As a mail. The subject has no code in it: it is shown on locked screens.
    pub(crate) fn mail(&self, texts: &Texts, lang: Lang, to: &str) -> Payload {
        let letter = Letter {
            name: match self.purpose {
                Purpose::Reset => "code-reset",
                Purpose::Register => "code-register",
                Purpose::StepUp => "code-step-up",
            },
            args: self.args(),
            worded: None,
            link: None,
        };
        letter.mail(texts, lang, self.organisation, to)
    }
}

impl Letter<'_> {
    /// The short form, for a phone: no link in it.
    pub(crate) fn sms(&self, texts: &Texts, lang: Lang, organisation: &str, to: &str) -> Payload {
        let mut args = self.args.clone();
        args.push(("organisation", organisation.into()));
        let key = format!("sms-notice-{}", self.name);
        Payload::Sms {
            to: to.to_owned(),
            text: texts.with(lang, &key, &args).into_owned(),
        }
    }

    /// The mail, to one address.
    pub(crate) fn mail(&self, texts: &Texts, lang: Lang, organisation: &str, to: &str) -> Payload {
        let mut args = self.args.clone();
        if let Some((name, key)) = &self.worded {
            args.push((name, texts.t(lang, key).into_owned().into()));
        }
        let text = |part: &str| texts.with(lang, &format!("mail-{}-{part}", self.name), &args);
        let body = text("text");
        let mut plain = body.trim().to_owned();
        let mut html: String = body
            .trim()
            .split("\n\n")
            .map(|p| format!("<p>{}</p>\n", escape(p).replace('\n', "<br>\n")))
            .collect();
        if let Some(url) = &self.link {
            let label = text("link");
            plain.push_str(&format!("\n\n{label}:\n{url}"));
            html.push_str(&format!(
                "<p><a href=\"{}\">{}</a></p>\n",
                escape(url),
                escape(&label)
            ));
        }
        let foot = texts.with(
            lang,
            "mail-foot",
            &[("organisation", organisation.to_owned().into())],
        );
        plain.push_str(&format!("\n\n-- \n{foot}\n"));
        let html = format!(
            "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><body style=\"font:16px/1.5 system-ui,sans-serif;\
             max-width:36rem;margin:2rem auto;padding:0 1rem\">\n{html}<hr><p><small>{}</small></p></body></html>",
            lang.tag(),
            escape(&foot)
        );
        let subject = text("subject").replace(['\r', '\n'], " ");
        Payload::Mail {
            to: to.to_owned(),
            from_name: organisation.to_owned(),
            subject,
            text: plain,
            html,
        }
    }
}

/// The arguments that every notice to a user has: who, when, from what.
pub(crate) fn circumstances<'a>(ctx: &Ctx, user: &User) -> Vec<Arg<'a>> {
    vec![
        ("name", user.profile.display_name.clone().into()),
        ("upn", user.upn.to_string().into()),
        ("when", minute(ctx).into()),
        ("device", known(device(ctx.user_agent.as_deref())).into()),
    ]
}

/// The texts have a word of their own for a device that nothing is known of.
fn known(device: String) -> String {
    if device == "?" {
        "unknown".to_owned()
    } else {
        device
    }
}

/// Text for HTML, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// The time of a notice, to the minute, in UTC: a mail does not know its reader's zone.
pub(crate) fn minute(ctx: &Ctx) -> String {
    at_minute(ctx.now)
}

/// The same of another time.
pub(crate) fn at_minute(at: Timestamp) -> String {
    let text = audit::rfc3339(at);
    text.get(..16)
        .map(|t| format!("{} UTC", t.replace('T', " ")))
        .unwrap_or_default()
}

/// What kind of device a browser says it runs on. Only words of our own: what a browser calls itself is a stranger's
/// text and has no place in a mail.
#[must_use]
pub fn device(user_agent: Option<&str>) -> String {
    let agent = user_agent.unwrap_or_default();
    let find = |known: &[(&str, &'static str)]| {
        known
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(b), Some(s)) => format!("{b}, {s}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "?".to_owned(),
    }
}

#[cfg(test)]
#[path = "letters_tests.rs"]
mod tests;
