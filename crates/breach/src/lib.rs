//! Passwords known from breaches, as binary fuse filters (Graf and Lemire 2022, `arXiv:2201.01174`) in one file that is
//! mapped into memory and looked at in place.
//!
//! [`build()`] turns a download of Have I Been Pwned into such a file: hundreds of millions of hashes, read once, in
//! the order in which they come, with the memory of one part. [`Filter`] opens it. A filter says "known" of everything
//! that was put in, and of one in 65,536 others (one in 256 with 8 bits); it can't be read backwards.
//!
//! This crate knows nothing of users, policies or the server; it is one so that the one line of unsafe code, which maps
//! the file, can't spread.

mod build;
mod error;
mod filter;
mod format;
mod key;
mod source;

pub use build::{Built, Options, build};
pub use error::{BuildError, OpenError};
pub use filter::Filter;
pub use format::{Bits, Kind};
pub use key::{PublicKey, SigningKey};
