//! Lists as files for spreadsheets (RFC 4180). Cells that a spreadsheet would calculate are made harmless (IN-10).

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use keyward_app::audit::cut_note;
use keyward_core::csv::MARK;
pub(crate) use keyward_core::csv::write_line;

use super::paging::EXPORT_LIMIT;

/// A file being written. Begins with the mark by which spreadsheets know UTF-8.
pub(crate) struct Csv {
    text: String,
    columns: usize,
    rows_left: usize,
    /// There was a row too many.
    cut: bool,
}

impl Csv {
    /// With its heads.
    pub(crate) fn new(heads: &[&str]) -> Self {
        let mut csv = Self {
            text: String::from(MARK),
            columns: heads.len(),
            rows_left: EXPORT_LIMIT,
            cut: false,
        };
        csv.write(heads);
        csv
    }

    /// Adds a line, if there is room for it.
    pub(crate) fn row(&mut self, cells: &[&str]) {
        if self.rows_left == 0 {
            self.cut = true;
        } else {
            self.rows_left -= 1;
            self.write(cells);
        }
    }

    /// Whether it is any use to go on.
    pub(crate) fn has_room(&self) -> bool {
        !self.cut
    }

    fn write(&mut self, cells: &[&str]) {
        write_line(&mut self.text, cells);
    }

    /// The file. One that was cut says so in its last line, since nobody counts a hundred thousand rows.
    fn finish(mut self) -> String {
        if self.cut {
            let note = cut_note(EXPORT_LIMIT);
            let mut cells = vec![""; self.columns];
            if let Some(first) = cells.first_mut() {
                *first = &note;
            }
            self.write(&cells);
        }
        self.text
    }

    /// As a download.
    pub(crate) fn download(self, name: &str) -> Response {
        download(self.finish().into_bytes(), name, "text/csv; charset=utf-8")
    }
}

/// A file as a download that is read while it is sent, page by page: `first`, and what `next` finds after the place of
/// the last row. What goes wrong on the way cuts the download off, so that nobody takes a part for the whole.
pub(crate) fn stream<R, F, P>(
    name: &str,
    heads: &[&str],
    first: Vec<(i64, R)>,
    next: F,
    write: fn(&mut String, &R),
) -> Response
where
    R: Send + 'static,
    F: Fn(i64) -> P + Send + Sync + 'static,
    P: Future<Output = keyward_app::Result<Vec<(i64, R)>>> + Send,
{
    let mut text = String::from(MARK);
    write_line(&mut text, heads);
    let pages = stream::try_unfold(
        (first, text, next),
        move |(rows, mut text, next)| async move {
            for (_, row) in &rows {
                write(&mut text, row);
            }
            if text.is_empty() {
                return Ok::<_, keyward_app::Error>(None);
            }
            let rows = match rows.last() {
                Some((place, _)) => next(*place).await?,
                None => Vec::new(),
            };
            Ok(Some((text, (rows, String::new(), next))))
        },
    );
    download(Body::from_stream(pages), name, "text/csv; charset=utf-8")
}

/// A file to be saved, never shown.
pub(crate) fn download(body: impl Into<Body>, name: &str, kind: &'static str) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body.into()).into_response()
}

/// "yes" or "no", for columns that programs read.
pub(crate) fn yes(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    // case: IN-10, S63
    #[test]
    fn in_10_cells_are_quoted_and_harmless() {
        let mut csv = Csv::new(&["name"]);
        csv.row(&["=HYPERLINK(\"http://evil.example\")"]);
        csv.row(&["Ada,\r\n\"Countess\""]);
        assert_eq!(
            csv.finish(),
            "\u{feff}\"name\"\r\n\"'=HYPERLINK(\"\"http://evil.example\"\")\"\r\n\"Ada,\r\n\"\"Countess\"\"\"\r\n"
        );
    }

    #[test]
    fn a_file_that_is_cut_says_so() {
        let lines = |rows: usize| {
            let mut csv = Csv::new(&["id", "name"]);
            for _ in 0..rows {
                csv.row(&["7", "Ada"]);
            }
            (csv.has_room(), csv.finish())
        };
        let (room, full) = lines(EXPORT_LIMIT);
        assert!(room && full.lines().count() == EXPORT_LIMIT + 1 && !full.contains("cut"));
        let (room, cut) = lines(EXPORT_LIMIT + 1);
        assert_eq!((room, cut.lines().count()), (false, EXPORT_LIMIT + 2));
        let last = cut.lines().last().unwrap();
        assert!(last.starts_with("\"(cut after 100000 rows") && last.ends_with(",\"\""));
    }
}
