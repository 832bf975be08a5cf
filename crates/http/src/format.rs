//! Instants for people and for machines.

use keyward_core::time::Timestamp;

/// `2026-11-22T09:00:00Z`, for the `datetime` attribute.
pub(crate) fn iso(at: Timestamp) -> String {
    let text = keyward_app::audit::rfc3339(Timestamp(at.0 - at.0.rem_euclid(1_000_000)));
    if text.is_empty() {
        String::from("-")
    } else {
        text
    }
}

/// `2026-11-22 09:00`, in UTC; the script on the page shows it in the reader's own zone.
pub(crate) fn utc(at: Timestamp) -> String {
    iso(at)
        .get(..16)
        .map(|t| t.replace('T', " "))
        .unwrap_or_default()
}

/// An instant as pages show it.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// For machines.
    pub iso: String,
    /// For people.
    pub utc: String,
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self {
            iso: iso(at),
            utc: utc(at),
        }
    }
}
