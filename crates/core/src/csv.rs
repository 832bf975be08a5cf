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

/// Reads the lines of a file with their numbers, counted from one; empty lines are left out. The number of the line where
/// a quote is opened and not closed, or stands where none may.
///
/// Cells are parted by commas, or by semicolons where the first line has some and no comma, as spreadsheets write them
/// where a comma is for decimals.
pub fn read(text: &str) -> Result<Vec<(usize, Vec<String>)>, usize> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let between = if first.contains(';') && !first.contains(',') {
        ';'
    } else {
        ','
    };
    let mut lines = Vec::new();
    let (mut line, mut begun) = (1, 1);
    let (mut cells, mut cell) = (Vec::new(), String::new());
    // Between quotes, and behind the closing one.
    let (mut quoted, mut closed) = (false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => (quoted, closed) = (false, true),
            '"' if cell.is_empty() && !closed => quoted = true,
            '"' => return Err(line),
            c if c == between && !quoted => {
                cells.push(std::mem::take(&mut cell));
                closed = false;
            }
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                lines.push((begun, std::mem::take(&mut cells)));
                line += 1;
                (begun, closed) = (line, false);
            }
            c if closed && !c.is_whitespace() => return Err(line),
            _ if closed => {}
            c => {
                if c == '\n' {
                    line += 1;
                }
                cell.push(c);
            }
        }
    }
    if quoted {
        return Err(begun);
    }
    cells.push(cell);
    lines.push((begun, cells));
    lines.retain(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    Ok(lines)
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
    fn what_was_written_is_read_again() {
        let mut text = String::from(MARK);
        write_line(&mut text, &["a", "b"]);
        write_line(&mut text, &["x, \"y\"", "two\nlines"]);
        text.push_str("\r\n , \n\"\" ,z");
        let rows = read(&text).unwrap();
        let rows: Vec<_> = rows
            .iter()
            .map(|(at, cells)| (*at, cells.join("|")))
            .collect();
        assert_eq!(
            rows,
            [
                (1, "a|b".to_owned()),
                (2, "x, \"y\"|two\nlines".to_owned()),
                (6, "|z".to_owned()),
            ]
        );
        assert_eq!(read("a;b\n1,5;2").unwrap()[1].1, ["1,5", "2"]);
        assert_eq!(read("a\n\"b"), Err(2));
        assert_eq!(read("a\"b"), Err(1));
        assert_eq!(read("\"a\"b"), Err(1));
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn a_line_holds_anything() {
        let mut text = String::new();
        write_line(&mut text, &["Ada,\r\n\"Countess\"", "", "=1"]);
        assert_eq!(text, "\"Ada,\r\n\"\"Countess\"\"\",\"\",\"'=1\"\r\n");
    }
}
