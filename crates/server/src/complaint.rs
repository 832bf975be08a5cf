//! What Keyward tells its operator when it can't go on: one line what, one line where, one line how to mend.

use crate::config::values::Origin;
use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// Where it is: a file with its line, a variable, an address.
    pub place: String,
    /// What to do about it.
    pub fix: String,
}

impl Complaint {
    /// The three lines.
    pub fn new(what: impl Into<String>, place: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            place: place.into(),
            fix: fix.into(),
        }
    }
}

impl Complaint {
    /// Says where the setting stands that led to the place.
    #[must_use]
    pub fn set_in(mut self, origin: &Origin) -> Self {
        self.place = format!("{}, set in {origin}", self.place);
        self
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is quoted may come from a file or a server: a line break or an escape in it must not forge a line.
        write!(
            f,
            "error: {}\n   at: {}\n  fix: {}",
            one_line(&self.what),
            one_line(&self.place),
            one_line(&self.fix)
        )
    }
}

/// Everything that is wrong, so that it can be mended in one go. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Complaints {
    /// In the order in which they were found.
    pub list: Vec<Complaint>,
    /// The process ends with this: 78 (`EX_CONFIG`) tells systemd that starting again is of no use.
    pub exit_code: u8,
}

impl Complaints {
    /// Something that may be right at the next try.
    #[must_use]
    pub fn fault(complaint: Complaint) -> Self {
        Self {
            list: vec![complaint],
            exit_code: 1,
        }
    }

    /// Settings, which stay wrong until somebody mends them.
    #[must_use]
    pub fn settings(list: Vec<Complaint>) -> Self {
        Self {
            list,
            exit_code: 78,
        }
    }
}

impl From<Complaint> for Complaints {
    fn from(complaint: Complaint) -> Self {
        Self::fault(complaint)
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, complaint) in self.list.iter().enumerate() {
            if n > 0 {
                f.write_str("\n\n")?;
            }
            complaint.fmt(f)?;
        }
        Ok(())
    }
}

/// The text with every control character made visible and a bounded length.
fn one_line(text: &str) -> String {
    const MOST: usize = 400;
    let mut line = String::with_capacity(text.len().min(MOST));
    for (n, c) in text.chars().enumerate() {
        if n == MOST {
            line.push('…');
            break;
        }
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::Complaint;

    #[test]
    fn in_23_quoted_text_stays_on_its_line() {
        let complaint = Complaint::new("unknown `a\nerror: forged\x1b[2J`", "here", "there");
        assert_eq!(
            complaint.to_string(),
            "error: unknown `a\\nerror: forged\\u{1b}[2J`\n   at: here\n  fix: there"
        );
    }
}
