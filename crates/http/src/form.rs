//! Forms, read strictly: one parser, one content type, no repeated fields where one is meant, no invalid UTF-8, and
//! the token against cross-site requests checked before anything else is looked at.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use keyward_core::secret::Secret;

use crate::Web;
use crate::cookies::Cookies;
use crate::problem::Problem;

/// The fields of a form that was posted with a valid token.
pub(crate) struct Form(Vec<(String, String)>);

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 500;

impl Form {
    /// A field that comes once; empty if it doesn't come. Twice is a mistake of the client's (TR-24, S05).
    pub(crate) fn one(&self, name: &str) -> Result<&str, Problem> {
        let mut values = self
            .0
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.as_str());
        let value = values.next().unwrap_or_default();
        if values.next().is_some() {
            Err(Problem::BadForm)
        } else {
            Ok(value)
        }
    }

    /// Whether a checkbox is ticked.
    pub(crate) fn ticked(&self, name: &str) -> Result<bool, Problem> {
        Ok(!self.one(name)?.is_empty())
    }

    /// A field that may come several times.
    pub(crate) fn many<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Takes a secret out of the form.
    pub(crate) fn secret(&mut self, name: &str) -> Result<Secret, Problem> {
        self.one(name)?;
        let value = self
            .0
            .iter_mut()
            .find(|(n, _)| n == name)
            .map(|(_, v)| std::mem::take(v));
        Ok(Secret::new(value.unwrap_or_default()))
    }

    /// Reads the pairs of an URL-encoded text.
    fn parse(text: &[u8]) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(text)
            .take(MOST_FIELDS + 1)
            .map(|(n, v)| (n.into_owned(), v.into_owned()))
            .collect();
        // Bytes that are no UTF-8 were replaced by U+FFFD; nobody types that character.
        let foreign = pairs
            .iter()
            .any(|(n, v)| n.contains('\u{fffd}') || v.contains('\u{fffd}'));
        if foreign || pairs.len() > MOST_FIELDS {
            Err(Problem::BadForm)
        } else {
            Ok(Self(pairs))
        }
    }
}

impl FromRequest<Web> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded"
        {
            return Err(Problem::BadForm);
        }
        let body = Bytes::from_request(request, web)
            .await
            .map_err(|_| Problem::TooLarge)?;
        let form = Self::parse(&body)?;
        if web.app.keys.csrf_matches(held(&headers), form.one("csrf")?) {
            Ok(form)
        } else {
            Err(Problem::StaleForm)
        }
    }
}

/// What the token against cross-site requests is bound to: the session, or, before there is one, this browser.
pub(crate) fn held(headers: &HeaderMap) -> &str {
    let cookies = Cookies::of(headers);
    cookies
        .get("session")
        .or_else(|| cookies.get("browser"))
        .unwrap_or_default()
}

/// The query of a URL, read by the same rules.
pub(crate) struct Query(Form);

impl Query {
    /// A parameter that comes once.
    pub(crate) fn one(&self, name: &str) -> Result<&str, Problem> {
        self.0.one(name)
    }

    /// A parameter that may come several times.
    pub(crate) fn many<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0.many(name)
    }
}

impl FromRequestParts<Web> for Query {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &Web,
    ) -> Result<Self, Problem> {
        Form::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: TR-24, S05
    #[test]
    fn tr_24_a_field_that_comes_twice_is_refused() {
        let form =
            Form::parse(b"mail=victim%40a.example&mail=attacker%40b.example&name[]=x").unwrap();
        assert!(form.one("mail").is_err());
        assert_eq!(form.one("name").unwrap(), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(Form::parse(b"name=%ff%fe").is_err());
        assert!(Form::parse(b"name=caf%C3%A9").is_ok());
        assert!(Form::parse("a=1&".repeat(600).as_bytes()).is_err());
    }
}
