//! The context that every page has: its texts, who reads it, and where it stands.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use keyward_app::password::{Demand, Source, Terms};
use keyward_app::texts::{Lang, Texts, Value};
use keyward_app::{Ctx, Principal};
use keyward_core::method::MethodKind;
use keyward_core::password::Fault;
use keyward_core::refusal::Refusal;
use keyward_core::role::RoleSet;
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::Display;

use crate::Web;
use crate::form::held;
use crate::request::Circumstances;

/// The layout context of a page.
#[derive(Clone)]
pub(crate) struct View {
    lang: Lang,
    csrf: String,
    path: String,
    query: String,
    /// Where its links to other languages lead; empty: to itself.
    switch_at: &'static str,
    posted: bool,
    public_url: String,
    request_id: String,
    who: Option<String>,
    note: String,
    roles: RoleSet,
    limits: Limits,
}

/// The numbers that texts mention.
#[derive(Clone, Copy)]
struct Limits {
    password_min: usize,
    password_max: usize,
    password_kinds: u8,
    code_digits: usize,
    code_minutes: u64,
    reset_minutes: u64,
}

impl View {
    /// For one request.
    pub(crate) fn new(web: &Web, ctx: &Ctx, parts: &Parts) -> Self {
        Self {
            lang: ctx.lang,
            csrf: web.app.keys.csrf(held(&parts.headers)),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            switch_at: "",
            posted: !parts.method.is_safe(),
            public_url: web.public_url.as_str().to_owned(),
            request_id: ctx.request_id.clone().unwrap_or_default(),
            who: None,
            note: String::new(),
            roles: RoleSet::default(),
            limits: Limits {
                password_min: web.app.settings.password.min,
                password_max: web.app.settings.password.max,
                password_kinds: 0,
                code_digits: web.app.settings.code_digits,
                code_minutes: web.app.settings.code_lifetime.as_secs() / 60,
                reset_minutes: web.app.settings.reset_lifetime.as_secs() / 60,
            },
        }
    }

    /// The same page for somebody who is signed in.
    pub(crate) fn of(mut self, me: &Principal) -> Self {
        self.who = Some(me.user.profile.display_name.clone());
        self.roles = me.roles.clone();
        self
    }

    /// The same page about a password on these terms.
    pub(crate) fn asking_for(mut self, terms: &Terms) -> Self {
        self.limits.password_min = terms.min;
        self.limits.password_kinds = terms.kinds;
        self
    }

    /// What is asked of a new password, in words.
    pub(crate) fn demand(&self, demand: &Demand) -> Cow<'static, str> {
        match *demand {
            Demand::Length(min) => self.t1("verdict-length", "min", min),
            Demand::Kinds(n) => self.t1("terms-kinds", "n", n),
            Demand::Complexity => self.t("terms-complexity"),
            Demand::HardToGuess => self.t("terms-hard-to-guess"),
            Demand::NotBreached => self.t("terms-not-breached"),
            Demand::NotUsed(0) => self.t("terms-not-present"),
            Demand::NotUsed(n) => self.t1("terms-not-used", "n", n),
            Demand::NotRemembered(n) => self.t1("terms-history", "n", n),
        }
    }

    /// Who asks for it.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub(crate) fn source(&self, source: &Source) -> Cow<'static, str> {
        self.t(match source {
            Source::Organisation => "terms-source-organization",
            Source::Directory => "terms-source-directory",
        })
    }

    /// The same page with a line on top that says what was just done.
    pub(crate) fn noting(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    /// The same page; should it be the answer to a form, it can't be opened again in another language, and its links
    /// lead elsewhere.
    pub(crate) fn switching_at(mut self, place: &'static str) -> Self {
        if self.posted {
            self.switch_at = place;
        }
        self
    }

    /// The same page for a browser that has just got this cookie.
    pub(crate) fn holding(mut self, web: &Web, held: &str) -> Self {
        self.csrf = web.app.keys.csrf(held);
        self
    }

    /// A text.
    pub(crate) fn t(&self, key: &str) -> Cow<'static, str> {
        Texts::get().t(self.lang, key)
    }

    /// A text whose key has a part that the page knows: `tf("method-{}", kind)`.
    pub(crate) fn tf(&self, pattern: &str, part: impl Display) -> Cow<'static, str> {
        self.t(&pattern.replacen("{}", &part.to_string(), 1))
    }

    /// A text with one argument.
    pub(crate) fn t1(
        &self,
        key: &str,
        name: &'static str,
        value: impl Display,
    ) -> Cow<'static, str> {
        Texts::get().with(self.lang, key, &[(name, argument(&value))])
    }

    /// A text with two arguments.
    pub(crate) fn t2(
        &self,
        key: &str,
        name: &'static str,
        value: impl Display,
        other: &'static str,
        second: impl Display,
    ) -> Cow<'static, str> {
        Texts::get().with(
            self.lang,
            key,
            &[(name, argument(&value)), (other, argument(&second))],
        )
    }

    /// A text about a number: `$count` chooses the plural, `$n` is the number as people write it.
    pub(crate) fn counted(&self, key: &str, count: impl Display) -> Cow<'static, str> {
        let n = self.n(&count);
        self.t2(key, "count", count, "n", n)
    }

    /// An instant as people read it.
    #[expect(clippy::unused_self, reason = "templates know only the page")]
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub(crate) fn moment(&self, at: &keyward_core::time::Timestamp) -> String {
        format!("{} UTC", crate::format::utc(*at))
    }

    /// A number as people write it: 1,284 or 1.284.
    pub(crate) fn n(&self, number: impl Display) -> String {
        let digits = number.to_string();
        let separator = match self.lang {
            Lang::En => ',',
            Lang::De => '.',
        };
        let mut text = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// The sentence of a refusal.
    pub(crate) fn refusal(&self, refusal: &Refusal) -> String {
        let until = refusal
            .until()
            .map(|at| format!("{} UTC", crate::format::utc(at)))
            .unwrap_or_default();
        let numbers = refusal.numbers();
        let number = |n: Option<i64>| Value::from(n.map(|n| self.n(n)).unwrap_or_default());
        let products: Vec<_> = refusal.products().iter().map(|s| s.name()).collect();
        let args = [
            ("until", Value::from(until)),
            ("minutes", argument(&self.limits.reset_minutes)),
            ("count", Value::from(numbers.map_or(0, |n| n.held))),
            ("n", Value::from(i64::from(refusal.number()))),
            ("held", number(numbers.map(|n| n.held))),
            ("needed", number(numbers.map(|n| n.needed))),
            ("products", Value::from(products.join(", "))),
        ];
        let key = format!("refusal-{}", refusal.code());
        Texts::get().with(self.lang, &key, &args).into_owned()
    }

    /// The sentence of a fault beside a field.
    pub(crate) fn fault(&self, code: &str) -> String {
        self.t(&format!("fault-{code}")).into_owned()
    }

    /// The sentence of a fault of a password.
    pub(crate) fn password_fault(&self, fault: Fault) -> String {
        let args = [
            ("min", argument(&self.limits.password_min)),
            ("max", argument(&self.limits.password_max)),
            ("kinds", argument(&self.limits.password_kinds)),
        ];
        let key = format!("password-{}", fault.code());
        Texts::get().with(self.lang, &key, &args).into_owned()
    }

    /// How many digits a code has.
    pub(crate) fn code_digits(&self) -> usize {
        self.limits.code_digits
    }

    /// How many digits the code of an authenticator app has.
    #[expect(clippy::unused_self, reason = "templates know only the page")]
    pub(crate) fn app_digits(&self) -> usize {
        keyward_app::totp::DIGITS
    }

    /// How long the code of a method is, in words.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub(crate) fn code_hint(&self, kind: &MethodKind) -> Cow<'static, str> {
        match kind {
            MethodKind::MobilePhone | MethodKind::OfficePhone | MethodKind::Email => {
                self.t1("code-hint", "digits", self.code_digits())
            }
            // It shows no code to type.
            MethodKind::Passkey => Cow::Borrowed(""),
            MethodKind::AuthenticatorApp => self.t1("code-hint", "digits", self.app_digits()),
            MethodKind::RecoveryCodes => self.t1(
                "code-hint-recovery",
                "length",
                keyward_core::recovery::LENGTH,
            ),
        }
    }

    /// How many minutes a code is good.
    pub(crate) fn code_minutes(&self) -> u64 {
        self.limits.code_minutes
    }

    /// BCP 47.
    pub(crate) fn lang(&self) -> &'static str {
        self.lang.tag()
    }

    /// The direction of the script.
    #[expect(
        clippy::unused_self,
        reason = "the layout asks the page; a right-to-left language will answer otherwise"
    )]
    pub(crate) fn dir(&self) -> &'static str {
        "ltr"
    }

    /// The hidden field of every form.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// The path of this page.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// This page in another language: whatever else its address says stays.
    pub(crate) fn in_language(&self, tag: &str) -> String {
        if !self.switch_at.is_empty() {
            return format!("{}?lang={tag}", self.switch_at);
        }
        let kept = form_urlencoded::parse(self.query.as_bytes()).filter(|(name, _)| name != "lang");
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("lang", tag)
            .finish();
        format!("?{query}")
    }

    /// Where it is opened in another language: empty for here. What else a stranger's address says is not repeated.
    pub(crate) fn switch_at(&self) -> &'static str {
        self.switch_at
    }

    /// Where people reach the service.
    pub(crate) fn public_url(&self) -> &str {
        &self.public_url
    }

    /// What to quote to an administrator.
    pub(crate) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The name on top of every page.
    #[expect(clippy::unused_self, reason = "the layout asks the page")]
    pub(crate) fn brand(&self) -> &'static str {
        "Keyward"
    }

    /// An asset's address, which changes with its content.
    #[expect(clippy::unused_self, reason = "templates know only the page")]
    pub(crate) fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }

    /// What was just done; empty if there is nothing to say.
    pub(crate) fn note(&self) -> &str {
        &self.note
    }

    /// Somebody is signed in.
    pub(crate) fn signed_in(&self) -> bool {
        self.who.is_some()
    }

    /// Their name.
    pub(crate) fn who(&self) -> &str {
        self.who.as_deref().unwrap_or_default()
    }

    /// Whether one of their roles allows it (a permission's code).
    pub(crate) fn can(&self, permission: &str) -> bool {
        keyward_core::role::Permission::ALL
            .iter()
            .any(|p| p.code() == permission && self.roles.allows(*p))
    }

    /// Holds a role: the admin center is open to them.
    pub(crate) fn is_admin(&self) -> bool {
        !self.roles.is_empty()
    }

    /// The colours: as the system has them.
    #[expect(clippy::unused_self, reason = "the layout asks the page")]
    pub(crate) fn theme(&self) -> &'static str {
        "auto"
    }
}

/// A number where it is one, so that a text can choose its plural; any other text as it is.
fn argument(value: &impl Display) -> Value<'static> {
    let text = value.to_string();
    match text.parse::<i64>() {
        Ok(n) if n.to_string() == text => Value::Number(n),
        _ => Value::from(text),
    }
}

impl FromRequestParts<Web> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let Circumstances(ctx) = Circumstances::from_request_parts(parts, web).await?;
        Ok(Self::new(web, &ctx, parts))
    }
}

/// Draws a page with a status.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))],
                "500",
            )
                .into_response()
        }
    }
}

/// Draws a page.
pub(crate) fn ok(template: &impl Template) -> Response {
    page(StatusCode::OK, template)
}
