//! Texts in the languages of the people who read them (Project Fluent).
//!
//! Every text of pages, mails and messages lives in `locales/<lang>/*.ftl`. A key that is missing is a mistake that
//! `cargo xtask tidy` finds; at run time it shows itself as `{key}` rather than failing a request.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::sync::LazyLock;

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// Every language, in the order of the switch at the foot of the page.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// What the language calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// Reads a tag such as `de` or `de-AT`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Self::ALL
            .into_iter()
            .find(|l| l.tag().eq_ignore_ascii_case(primary))
    }

    /// The best match for an `Accept-Language` header (RFC 9110 section 12.5.4).
    #[must_use]
    pub fn negotiate(header: &str) -> Self {
        let mut best = (0.0, Self::default());
        for range in header.split(',').take(20) {
            let mut parts = range.split(';');
            let lang = parts.next().and_then(Self::from_tag);
            let weight = parts
                .find_map(|p| {
                    p.trim()
                        .strip_prefix("q=")
                        .and_then(|q| q.parse::<f32>().ok())
                })
                .unwrap_or(1.0);
            if let Some(lang) = lang
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }
}

/// An argument of a text.
pub type Arg<'a> = (&'static str, Value<'a>);

/// The value of an argument. Unlike Fluent's own it can be held while a use case waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// Any text.
    Text(Cow<'a, str>),
    /// A number, by which a text may choose its plural.
    Number(i64),
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<u64> for Value<'_> {
    fn from(n: u64) -> Self {
        Self::Number(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Self::Number(n)
    }
}

impl<'a> From<&'a Value<'_>> for FluentValue<'a> {
    fn from(value: &'a Value<'_>) -> Self {
        match value {
            Value::Text(text) => FluentValue::from(text.as_ref()),
            Value::Number(n) => FluentValue::from(*n),
        }
    }
}

/// The texts of all languages.
pub struct Texts {
    en: FluentBundle<FluentResource>,
    de: FluentBundle<FluentResource>,
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts {
    en: bundle(
        Lang::En,
        &[
            include_str!("../locales/en/common.ftl"),
            include_str!("../locales/en/portal.ftl"),
            include_str!("../locales/en/admin.ftl"),
            include_str!("../locales/en/licences.ftl"),
            include_str!("../locales/en/connect.ftl"),
            include_str!("../locales/en/writeback.ftl"),
            include_str!("../locales/en/mail.ftl"),
            include_str!("../locales/en/sync.ftl"),
            include_str!("../locales/en/doctor.ftl"),
            include_str!("../locales/en/hand_over.ftl"),
            include_str!("../locales/en/pass.ftl"),
            include_str!("../locales/en/protection.ftl"),
            include_str!("../locales/en/policies.ftl"),
        ],
    ),
    de: bundle(
        Lang::De,
        &[
            include_str!("../locales/de/common.ftl"),
            include_str!("../locales/de/portal.ftl"),
            include_str!("../locales/de/admin.ftl"),
            include_str!("../locales/de/licences.ftl"),
            include_str!("../locales/de/connect.ftl"),
            include_str!("../locales/de/writeback.ftl"),
            include_str!("../locales/de/mail.ftl"),
            include_str!("../locales/de/sync.ftl"),
            include_str!("../locales/de/doctor.ftl"),
            include_str!("../locales/de/hand_over.ftl"),
            include_str!("../locales/de/pass.ftl"),
            include_str!("../locales/de/protection.ftl"),
            include_str!("../locales/de/policies.ftl"),
        ],
    ),
});

fn bundle(lang: Lang, sources: &[&str]) -> FluentBundle<FluentResource> {
    let tag = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Names can't carry direction overrides (keyward_core::text), so isolation marks would only be noise in mails.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource =
            FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

impl Texts {
    /// The built-in texts.
    #[must_use]
    pub fn get() -> &'static Self {
        &TEXTS
    }

    /// A text without arguments.
    #[must_use]
    pub fn t(&self, lang: Lang, key: &str) -> Cow<'_, str> {
        self.with(lang, key, &[])
    }

    /// A text with arguments.
    #[must_use]
    pub fn with(&self, lang: Lang, key: &str, args: &[Arg<'_>]) -> Cow<'_, str> {
        let bundle = match lang {
            Lang::En => &self.en,
            Lang::De => &self.de,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            return Cow::Owned(format!("{{{key}}}"));
        };
        let values: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(value)))
            .collect();
        let mut problems = Vec::new();
        let args = if args.is_empty() { None } else { Some(&values) };
        Cow::Owned(
            bundle
                .format_pattern(pattern, args, &mut problems)
                .into_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_negotiated_by_weight() {
        assert_eq!(Lang::negotiate("fr, de-AT;q=0.8, en;q=0.5"), Lang::De);
        assert_eq!(Lang::negotiate("en-GB,de;q=0.9"), Lang::En);
        for odd in ["", "*", ";;;q=,", "de;q=nan", "xx-yy"] {
            assert_eq!(Lang::negotiate(odd), Lang::En, "{odd}");
        }
    }

    #[test]
    fn every_file_parses_in_every_language() {
        for dir in ["en", "de"] {
            let path = format!("{}/locales/{dir}", env!("CARGO_MANIFEST_DIR"));
            for file in std::fs::read_dir(path).unwrap() {
                let file = file.unwrap().path();
                let text = std::fs::read_to_string(&file).unwrap();
                if let Err((_, faults)) = FluentResource::try_new(text) {
                    panic!("{}: {faults:?}", file.display());
                }
            }
        }
    }
}
