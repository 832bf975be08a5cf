//! Files for spreadsheets (RFC 4180), which take some texts for formulas.

/// A cell that no spreadsheet takes for a formula (IN-10): such text gets an apostrophe in front.
#[must_use]
pub fn harmless_cell(text: &str) -> String {
    // Whatever a program might take for nothing, and read on behind it.
    let nothing = |c: char| c.is_whitespace() || c.is_control();
    let begins = text.trim_start_matches(nothing).chars().next();
    let formula = [
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ];
    let risky = text.starts_with(char::is_control) || begins.is_some_and(|c| formula.contains(&c));
    if risky {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Adds a line to a file: cells that are quoted, and harmless.
pub fn write_line(to: &mut String, cells: &[&str]) {
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            to.push(',');
        }
        to.push('"');
        to.push_str(&harmless_cell(cell).replace('"', "\"\""));
        to.push('"');
    }
    to.push_str("\r\n");
}

/// The mark by which spreadsheets know UTF-8: a file begins with it.
pub const MARK: char = '\u{feff}';

#[cfg(test)]
mod tests {
    use super::*;

    // case: IN-10, S63
    #[test]
    fn in_10_no_cell_is_a_formula() {
        for bad in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\u{ff1d}1",
            " =1",
            "\u{b}\u{2003}=1",
        ] {
            assert!(harmless_cell(bad).starts_with('\''), "{bad:?}");
        }
        assert_eq!(harmless_cell("Ada, \"Countess\""), "Ada, \"Countess\"");
    }

    #[test]
    fn a_line_holds_anything() {
        let mut text = String::new();
        write_line(&mut text, &["Ada,\r\n\"Countess\"", "", "=1"]);
        assert_eq!(text, "\"Ada,\r\n\"\"Countess\"\"\",\"\",\"'=1\"\r\n");
    }
}
