//! Lists as files for spreadsheets (RFC 4180). Cells that a spreadsheet would calculate are made harmless (IN-10).

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use keyward_app::audit::cut_note;
use keyward_core::csv::{MARK, write_line};

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

/// A file to be saved, never shown.
pub(crate) fn download(body: Vec<u8>, name: &str, kind: &'static str) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, body).into_response()
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
