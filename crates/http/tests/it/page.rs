//! What came back.

use crate::html::{self, Form};
use axum::http::{HeaderMap, StatusCode};

/// A response, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// What was asked for: `GET /signin`.
    pub(crate) asked: String,
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: String,
}

impl Page {
    /// A header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|v| v.to_str().unwrap());
        value.unwrap_or_default()
    }

    /// Where a redirect leads.
    pub(crate) fn to(&self) -> &str {
        self.header("location")
    }

    /// What a person reads.
    pub(crate) fn text(&self) -> String {
        html::text(&self.body)
    }

    /// The forms.
    pub(crate) fn forms(&self) -> Vec<Form> {
        html::forms(&self.body)
    }

    /// The form that goes to an address.
    pub(crate) fn form(&self, action: &str) -> Form {
        let forms = self.forms();
        let found = forms.iter().find(|f| f.action == action);
        let found = found.unwrap_or_else(|| panic!("no form to {action} on {self:#?}"));
        found.clone()
    }

    /// Fails unless it is a page with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}\n{}",
            self.asked,
            self.text()
        );
        self
    }

    /// Fails unless it leads there.
    #[track_caller]
    pub(crate) fn leads(self, to: &str) -> Self {
        assert_eq!(
            (self.status.as_u16(), self.to()),
            (303, to),
            "{}\n{}",
            self.asked,
            self.text()
        );
        self
    }

    /// Fails unless a person reads this.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        let text = self.text();
        assert!(text.contains(words), "{words:?} on {}:\n{text}", self.asked);
        self
    }

    /// Fails unless this is in its source.
    #[track_caller]
    pub(crate) fn has(self, markup: &str) -> Self {
        assert!(
            self.body.contains(markup),
            "{markup:?} on {}:\n{}",
            self.asked,
            self.body
        );
        self
    }

    /// `Set-Cookie` headers: name and the rest.
    pub(crate) fn cookies(&self) -> Vec<(String, String)> {
        let all = self.headers.get_all("set-cookie").iter();
        all.map(|c| {
            let (name, rest) = c.to_str().unwrap().split_once('=').expect("a cookie");
            (name.to_owned(), rest.to_owned())
        })
        .collect()
    }
}
