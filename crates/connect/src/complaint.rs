//! What the agent tells its operator when it can't go on: one line what, one line where, one line how to mend.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// Where it is: a file with its line, an address.
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

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    /// The process ends with this: see [`exit`].
    pub exit_code: u8,
}

/// What the process ends with.
pub mod exit {
    /// Something failed that may go well the next time.
    pub const FAULT: u8 = 1;
    /// The agent was revoked or never let in (`EX_NOPERM`): starting again is of no use.
    pub const REVOKED: u8 = 77;
    /// The settings are wrong (`EX_CONFIG`): starting again is of no use.
    pub const SETTINGS: u8 = 78;
}

impl Complaints {
    /// Settings, which stay wrong until somebody mends them.
    #[must_use]
    pub fn settings(list: Vec<Complaint>) -> Self {
        Self {
            list,
            exit_code: exit::SETTINGS,
        }
    }

    /// The agent isn't let in.
    #[must_use]
    pub fn revoked(complaint: Complaint) -> Self {
        Self {
            list: vec![complaint],
            exit_code: exit::REVOKED,
        }
    }
}

impl From<Complaint> for Complaints {
    fn from(complaint: Complaint) -> Self {
        Self {
            list: vec![complaint],
            exit_code: exit::FAULT,
        }
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

/// The text with every control character made visible and a bounded length: what is quoted may come from a file, a
/// directory or a server, and must not forge a line.
#[must_use]
pub fn one_line(text: &str) -> String {
    const MOST: usize = 600;
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
    fn quoted_text_stays_on_its_line() {
        let complaint = Complaint::new("unknown `a\nerror: forged\x1b[2J`", "here", "there");
        assert_eq!(
            complaint.to_string(),
            "error: unknown `a\\nerror: forged\\u{1b}[2J`\n   at: here\n  fix: there"
        );
    }
}
