//! A search in pages (RFC 2696).

use super::{Bound, Entry, Search, control};
use crate::directory::{Error, Result};
use ldap3::asn1::parse_tag;
use ldap3::controls::{PagedResults, RawControl};
use std::time::Duration;

const PAGED: &str = "1.2.840.113556.1.4.319";
/// Some servers evaluate all of it before the first page: 8 s for 50,000 users, more when they are busy.
const LIMIT: Duration = Duration::from_mins(5);

/// A search in pages. On one connection from the first to the last: the cookie means nothing to another.
pub(crate) struct Pages<'a> {
    bound: &'a mut Bound,
    search: Search<'a>,
    size: i32,
    /// What the server gave with the page before; none: there is no further page.
    cookie: Option<Vec<u8>>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(bound: &'a mut Bound, search: Search<'a>, size: i32) -> Self {
        Self {
            bound,
            search,
            size,
            cookie: Some(Vec::new()),
        }
    }

    /// The next page; none when there is no further. A page that doesn't come whole is an error.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Entry>>> {
        let Some(cookie) = self.cookie.take() else {
            return Ok(None);
        };
        let mut search = self.search.clone().within(LIMIT);
        let mut page = RawControl::from(PagedResults {
            size: self.size,
            cookie,
        });
        // A server that passed over it might cut the list off without a word.
        page.crit = true;
        search.controls.push(page);
        let found = self.bound.search(search).await?;
        found.answer.done()?;
        let value = control(&found.controls, PAGED)
            .ok_or_else(|| Error::Answer("a page came without its cookie".to_owned()))?;
        let cookie = cookie_in(value)
            .ok_or_else(|| Error::Answer("a page's cookie isn't well-formed".to_owned()))?;
        self.cookie = Some(cookie).filter(|cookie| !cookie.is_empty());
        Ok(Some(found.entries))
    }
}

/// `SEQUENCE { INTEGER, OCTET STRING }`.
fn cookie_in(value: &[u8]) -> Option<Vec<u8>> {
    let (_, tag) = parse_tag(value).ok()?;
    super::constructed(tag)?
        .into_iter()
        .nth(1)
        .and_then(super::primitive)
}
