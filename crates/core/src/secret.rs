//! Text that must not be printed, copied or kept.

use zeroize::Zeroizing;

/// A password or code as typed. It has no `Debug`, `Display`, `Clone` or `Serialize`, and is wiped when dropped,
/// so that it can't reach a log line or a row by accident (ASVS V11.7.2).
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller keeps no copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself. Every call is a place to review.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}
