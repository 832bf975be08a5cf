//! Addresses of lists: what is searched and filtered stays in them, and pages follow each other by key.

use keyward_app::data::After;
use uuid::Uuid;

/// Rows on a page.
pub(crate) const PAGE: i64 = 50;

/// Rows fetched at a time for an export.
pub(crate) const EXPORT_PAGE: i64 = 1000;

/// Rows fetched at a time for an export that judges everybody for each page.
pub(crate) const REPORT_PAGE: i64 = 25_000;

/// The most rows in one export; a file that was cut there says so.
pub(crate) const EXPORT_LIMIT: usize = 100_000;

/// A path with a query. Empty parameters are left out.
pub(crate) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let filled = query.iter().filter(|(_, value)| !value.is_empty());
    let query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filled)
        .finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Reads `<key>~<id>`; anything else is the beginning of the list.
pub(crate) fn after(text: &str) -> Option<After> {
    let (key, id) = text.rsplit_once('~')?;
    Some(After {
        key: key.to_owned(),
        id: Uuid::try_parse(id).ok()?,
    })
}

/// Writes what [`after`] reads.
pub(crate) fn cursor(key: &str, id: Uuid) -> String {
    format!("{key}~{id}")
}

/// Takes a row more than a page off a list; whether there was one.
pub(crate) fn cut<T>(rows: &mut Vec<T>) -> bool {
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    more
}

/// What was typed into a search box, as far as it is used.
pub(crate) fn search(text: &str) -> String {
    text.trim().chars().take(100).collect()
}

/// Where the neighbours of a page are; empty where there is none.
#[derive(Debug, Default)]
pub(crate) struct Pager {
    /// The beginning of the list, unless this is it.
    pub first: String,
    /// The next page.
    pub next: String,
}

impl Pager {
    /// For a list at `path`, filtered by `query`, that shows what comes after `here` and goes on after `next`.
    pub(crate) fn new(
        path: &str,
        query: &[(&str, &str)],
        here: bool,
        next: Option<String>,
    ) -> Self {
        Self {
            first: if here {
                address(path, query)
            } else {
                String::new()
            },
            next: next.map_or_else(String::new, |cursor| {
                let mut query = query.to_vec();
                query.push(("after", &cursor));
                address(path, &query)
            }),
        }
    }

    /// Whether it leads anywhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.next.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_any_name() {
        let id = Uuid::from_u128(7);
        for key in ["adele vance", "a~b", "50% & more", "", "ü\u{10ffff}"] {
            let url = address("/admin/users", &[("after", &cursor(key, id)), ("q", "")]);
            let query = url.split_once('?').unwrap().1;
            let (_, value) = form_urlencoded::parse(query.as_bytes()).next().unwrap();
            let read = after(&value).unwrap();
            assert_eq!((read.key.as_str(), read.id), (key, id));
        }
        assert!(after("").is_none() && after("adele").is_none() && after("a~b").is_none());
    }
}
