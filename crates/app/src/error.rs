//! The two ways in which a use case can fail.

use keyward_core::refusal::Refusal;

/// A refusal or a fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not done, for a reason that the person who asked can act on.
    #[error("refused: {}", .0.code())]
    Refused(Refusal),
    /// Something of ours is broken. The text is for the log.
    #[error("{0}")]
    Fault(String),
    /// The database is busy or away: the same again later may work.
    #[error("{0}")]
    Unavailable(String),
}

/// The result of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<keyward_core::reset::Stop> for Error {
    fn from(stop: keyward_core::reset::Stop) -> Self {
        Self::Refused(stop.into())
    }
}

impl From<keyward_store::Error> for Error {
    fn from(error: keyward_store::Error) -> Self {
        if error.is_busy() || error.is_away() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Fault(error.to_string())
        }
    }
}

/// Turns a unique key that is taken into a refusal.
pub(crate) fn taken<T>(result: keyward_store::Result<T>, refusal: Refusal) -> Result<T> {
    result.map_err(|e| {
        if e.is_conflict() {
            refusal.into()
        } else {
            e.into()
        }
    })
}
