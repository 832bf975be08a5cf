//! What goes wrong, in words for an operator.

use std::io;
use std::path::PathBuf;

/// Why a filter can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file can't be read.
    #[error("it can't be read: {0}")]
    Io(#[from] io::Error),
    /// It begins otherwise.
    #[error("it is no file of breached passwords")]
    Magic,
    /// A newer program made it.
    #[error("its format is {0}, this program knows 1")]
    Version(u16),
    /// The checksum is that of something else, or its parts don't fit together.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// A signature is asked for and there is none.
    #[error("it is not signed, and a signature is asked for")]
    Unsigned,
    /// There is one, of another key or of another file.
    #[error("its signature is not by the key that is asked for")]
    Signature,
}

/// Why a filter can't be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file can't be read or written.
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    /// A line of the source is no hash.
    #[error("{path}, line {line}: {what}", path = .0.display(), line = .1, what = .2)]
    Line(PathBuf, u64, &'static str),
    /// There is nothing in the source.
    #[error("{}: no hash is in it", .0.display())]
    Empty(PathBuf),
    /// The filter of one part can't be made; never seen with distinct hashes.
    #[error("the filter of part {0} can't be made: {1}")]
    Filter(usize, &'static str),
    /// More entries in one part than the format has room for: the estimate by the size of the source was far off.
    #[error("too many hashes begin alike: the source is not a list of hashes")]
    Lopsided,
}
